//! What a person sees beside a bank line: its proposals, and the open items that it may pay.
//!
//! A candidate is scored by what bank and books say alike, as a guide for the eye; nothing is posted by it.
//!
//! | permille | what |
//! |---|---|
//! | 450 | the line names the document: its number, tax invoice, purchase order or external id |
//! | 250 | the open amount is that of the line |
//! | 200 | the payer's account is the customer's |
//! | 100 | the payer's name is the customer's |

use super::load;
use super::read::{self, ProposalView};
use crate::App;
use crate::common::{Common, authorise, there};
use crate::customer::{self, CurrentItem, CustomerRef, normal_account, wanted_id};
use crate::dispute::disputed_now;
use crate::{books, due, merge};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankLineId, CompanyId, CustomerId, DocumentId, OpenItemId, ProposalId, SuspenseId};
use money::{Minor, Money};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::query::open_items::{CandidateFilter, ItemDocument};
use store::rows::{BankLine, Customer, OpenItem, UnmatchedLine};
use store::types::{BankLineStatus, ProposalStatus};
use store::{Conn, Tx, query};

/// Best candidates beside a line.
const BEST_MAX: usize = 20;
/// Items looked at for each of the ways in which one is found.
const FOUND_MAX: u32 = 200;
/// Words of a line that may be a reference.
const WORDS_MAX: usize = 40;
/// Customers of a name.
const CUSTOMERS_MAX: u32 = 200;

/// An item that a line may pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub item: CurrentItem,
    pub customer_code: String,
    pub customer_name: Option<String>,
    /// Permille.
    pub score: u32,
    /// reference | amount | payer-account | payer-name
    pub reasons: Vec<&'static str>,
}

/// A bank line with what a person wants to see beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    pub line: BankLine,
    pub unmatched: Option<UnmatchedLine>,
    /// Pending ones first.
    pub proposals: Vec<ProposalView>,
    /// What it became.
    pub documents: Vec<DocumentId>,
    /// What of it is or was in suspense.
    pub suspense: Vec<SuspenseId>,
    /// The best, by score.
    pub candidates: Vec<Candidate>,
}

/// Which items are wanted; all of the line's currency where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WantedCandidates<'a> {
    pub customer: Option<&'a CustomerRef>,
    /// The customer's name begins so.
    pub name: Option<&'a str>,
    /// The document's number, tax invoice, purchase order or external id.
    pub reference: Option<&'a str>,
    /// Open at least, in major units.
    pub amount_from: Option<Decimal>,
    /// Open at most.
    pub amount_to: Option<Decimal>,
}

/// A line with its proposals and its best candidates.
pub fn line(app: &App, actor: &Actor, company: CompanyId, id: BankLineId) -> Result<LineView, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    app.db.snapshot(|conn| shown(conn, company, id))
}

/// As [`line`], in the caller's transaction: nobody settles it until that ends.
pub fn line_held(tx: &mut Tx<'_>, company: CompanyId, id: BankLineId) -> Result<LineView, Common> {
    query::companies::lock(tx, company)?;
    query::bank_lines::lock(tx, company, &[id])?;
    shown(tx, company, id)
}

fn shown(conn: &mut Conn, company: CompanyId, id: BankLineId) -> Result<LineView, Common> {
    let line = there(query::bank_lines::by_id(conn, company, id)?, "bank line", id)?;
    let ids: Vec<ProposalId> = query::proposals::of_line(conn, company, id)?;
    let mut proposals = Vec::with_capacity(ids.len());
    for id in ids {
        proposals.push(read::load(conn, company, id)?);
    }
    proposals.sort_by_key(|view| {
        (view.proposal.status != ProposalStatus::Proposed, view.proposal.rank, view.proposal.id)
    });
    let documents = query::documents::of_bank_lines(conn, company, &[id])?;
    let unmatched = query::unmatched_lines::of_lines(conn, company, &[id])?.pop();
    let waits = matches!(line.status, BankLineStatus::Open | BankLineStatus::Proposed) && line.credit;
    let candidates = if waits { best(conn, &line)? } else { Vec::new() };
    Ok(LineView {
        unmatched,
        proposals,
        documents: documents.into_iter().map(|document| document.id).collect(),
        suspense: query::suspense::of_line(conn, company, id)?.into_iter().map(|item| item.id).collect(),
        candidates,
        line,
    })
}

/// Items that are open in the line's currency and wanted, in the order of their making, after `after`; each with its score.
pub fn candidates(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (id, wanted): (BankLineId, &WantedCandidates<'_>),
    after: Option<OpenItemId>,
    limit: u32,
) -> Result<Vec<Candidate>, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let line = there(query::bank_lines::by_id(conn, company, id)?, "bank line", id)?;
        let mut customers: Option<Vec<CustomerId>> =
            wanted_id(conn, company, wanted.customer)?.map(|customer| vec![customer]);
        if let Some(name) = wanted.name {
            let named = by_name_prefix(conn, company, name)?;
            customers = Some(match customers {
                Some(one) => one.into_iter().filter(|id| named.contains(id)).collect(),
                None => named,
            });
        }
        let documents = match wanted.reference {
            Some(reference) => Some(query::documents::named(conn, company, &[reference.to_owned()], true)?),
            None => None,
        };
        let amount = |at: &str, amount: Option<Decimal>| {
            let minor = |amount| Money::from_decimal(amount, line.currency).map(Money::minor);
            let invalid = |error: money::MoneyError| Common::invalid(at, error.to_string());
            amount.map(|amount| minor(amount).map_err(invalid)).transpose()
        };
        let filter = CandidateFilter {
            currency: line.currency,
            customers,
            documents,
            not_on: books::Apart::of(conn, company)?.into_all(),
            open_from: amount("/amount_from", wanted.amount_from)?,
            open_to: amount("/amount_to", wanted.amount_to)?,
        };
        let items = query::open_items::candidates(conn, company, &filter, after, limit)?;
        let signs = Signs::of(conn, &line)?;
        scored(conn, &line, &signs, items)
    })
}

fn by_name_prefix(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Vec<CustomerId>, Common> {
    let filter = query::customers::Filter { name: Some(name), ..query::customers::Filter::default() };
    let found = query::customers::search(conn, company, &filter, None, CUSTOMERS_MAX)?;
    Ok(found.into_iter().map(|customer| customer.id).collect())
}

/// Found by what the line says, by its amount, and by who paid it.
fn best(conn: &mut Conn, line: &BankLine) -> Result<Vec<Candidate>, Common> {
    let company = line.company;
    let signs = Signs::of(conn, line)?;
    let payers = payers(conn, line, &signs)?;
    let all = CandidateFilter {
        currency: line.currency,
        customers: None,
        documents: None,
        not_on: books::Apart::of(conn, company)?.into_all(),
        open_from: None,
        open_to: None,
    };
    let exact = Some(line.remaining);
    let mut ways = vec![CandidateFilter { open_from: exact, open_to: exact, ..all.clone() }];
    if !signs.documents.is_empty() {
        ways.push(CandidateFilter { documents: Some(signs.documents.clone()), ..all.clone() });
    }
    if !payers.is_empty() {
        ways.push(CandidateFilter { customers: Some(payers), ..all });
    }
    let mut found: BTreeMap<OpenItemId, (OpenItem, Option<ItemDocument>)> = BTreeMap::new();
    for way in ways {
        let items = query::open_items::candidates(conn, company, &way, None, FOUND_MAX)?;
        found.extend(items.into_iter().map(|pair| (pair.0.id, pair)));
    }
    let mut scored = scored(conn, line, &signs, found.into_values().collect())?;
    // of equals the one that is due first
    scored.sort_by_key(|candidate| {
        let due = candidate.item.item.due_now.map(|date| date.date());
        (std::cmp::Reverse(candidate.score), due.is_none(), due, candidate.item.item.id)
    });
    scored.truncate(BEST_MAX);
    Ok(scored)
}

/// What a line says of what it pays.
struct Signs {
    /// What may be the number of a document.
    words: Vec<String>,
    /// Documents that the words name.
    documents: Vec<DocumentId>,
    /// Customers whose account it came from.
    by_account: BTreeSet<CustomerId>,
}

impl Signs {
    fn of(conn: &mut Conn, line: &BankLine) -> Result<Self, Common> {
        let words = words(line)?;
        let mut documents = query::documents::named(conn, line.company, &words, false)?;
        let named = query::open_items::of_documents(conn, line.company, &documents)?;
        documents
            .extend(merge::carried(conn, line.company, &named)?.into_iter().filter_map(|item| item.document));
        let by_account = match &line.payer_account {
            Some(account) => query::customers::by_account(conn, line.company, &normal_account(account))?,
            None => Vec::new(),
        };
        let by_account = customer::standing_for(conn, line.company, &by_account)?;
        Ok(Signs { words, documents, by_account })
    }
}

/// Customers whose account or name the line shows as its payer.
fn payers(conn: &mut Conn, line: &BankLine, signs: &Signs) -> Result<Vec<CustomerId>, Common> {
    let mut found = signs.by_account.clone();
    found.extend(line.customer);
    if let Some(name) = line.payer_name.as_deref().filter(|name| !name.trim().is_empty()) {
        found.extend(by_name_prefix(conn, line.company, name)?);
    }
    let found: Vec<CustomerId> = found.into_iter().collect();
    Ok(customer::standing_for(conn, line.company, &found)?.into_iter().collect())
}

/// What of the line's texts may be the number of a document.
fn words(line: &BankLine) -> Result<Vec<String>, Common> {
    let remitted: Vec<String> = load::remittances(line)?.into_iter().map(|advice| advice.reference).collect();
    let texts = [&line.structured, &line.end_to_end, &line.free_text];
    let texts = texts.into_iter().flatten().map(String::as_str).chain(remitted.iter().map(String::as_str));
    let mut words: BTreeSet<String> = BTreeSet::new();
    for text in texts {
        let cut = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_' | '.')));
        words.extend(
            cut.filter(|word| word.len() >= 3 && word.bytes().any(|b| b.is_ascii_digit())).map(str::to_owned),
        );
        words.insert(text.trim().to_owned());
    }
    words.retain(|word| !word.is_empty());
    Ok(words.into_iter().take(WORDS_MAX).collect())
}

fn scored(
    conn: &mut Conn,
    line: &BankLine,
    signs: &Signs,
    items: Vec<(OpenItem, Option<ItemDocument>)>,
) -> Result<Vec<Candidate>, Common> {
    let ids: BTreeSet<CustomerId> = items.iter().map(|(item, _)| item.customer).collect();
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    let customers: HashMap<CustomerId, Customer> =
        query::customers::by_ids(conn, line.company, &ids)?.into_iter().map(|one| (one.id, one)).collect();
    let names = |item: &OpenItem, document: Option<&ItemDocument>| {
        let others = document.map(|of| [of.tax_invoice_number.as_ref(), of.purchase_order.as_ref()]);
        let told = others.into_iter().flatten().flatten().any(|name| signs.words.contains(name));
        told || item.document.is_some_and(|id| signs.documents.contains(&id))
    };
    let mut terms =
        due::of_items(conn, line.company, &items.iter().map(|(item, _)| item).collect::<Vec<_>>())?;
    let ids: Vec<OpenItemId> = items.iter().map(|(item, _)| item.id).collect();
    let mut disputes = disputed_now(conn, line.company, &ids)?;
    let one = |(item, document): (OpenItem, Option<ItemDocument>)| {
        let customer = there(customers.get(&item.customer), "customer", item.customer)?;
        let name = customer.name.as_ref().filter(|name| !name.trim().is_empty());
        let held = [
            ("reference", 450, names(&item, document.as_ref())),
            ("amount", 250, item.open == line.remaining && item.open > Minor::ZERO),
            ("payer-account", 200, signs.by_account.contains(&item.customer)),
            ("payer-name", 100, name.is_some() && name == line.payer_name.as_ref()),
        ];
        let held: Vec<_> = held.into_iter().filter(|(_, _, holds)| *holds).collect();
        Ok(Candidate {
            customer_code: customer.code.clone(),
            customer_name: customer.name.clone(),
            score: held.iter().map(|(_, score, _)| *score).sum(),
            reasons: held.iter().map(|(reason, _, _)| *reason).collect(),
            item: CurrentItem {
                terms: terms.remove(&item.id).unwrap_or_default(),
                dispute: disputes.remove(&item.id),
                item,
                document,
            },
        })
    };
    items.into_iter().map(one).collect()
}
