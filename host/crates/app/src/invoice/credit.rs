//! What a credit note (贷项, 红字) clears of the invoice that it corrects: as much as is open of it, what is due first in front, in the
//! entry that posts the credit (decision 69). What is left of the credit stays open, to be used or refunded.
//!
//! | what of the original | is cleared |
//! |---|---|
//! | items that are free on the day of the credit | in the credit's own entry |
//! | free only from a later day on: it was paid meanwhile, and that was taken back | by an entry of its own, of that day |
//! | carried over to who took the customer's place | where it stands now |
//! | paid, on another control account or another customer's | not: the credit stays open |

use super::issue::{InvoiceKind, IssueInvoice, IssueInvoiceError, IssuedAllocation};
use super::load::Loaded;
use super::write::PreparedInvoice;
use crate::allocation::{self, AllocateError};
use crate::common::{Common, Context, there};
use crate::posting::{self, Relieved};
use crate::{books, merge};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, DocumentId, OpenItemId};
use domain::ledger::EntryDraft;
use domain::tax::{self, Accepted, AcceptedLine, LineFigures, OfLine, TaxDocument, TaxLine};
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use store::rows::{Allocation, Document, DocumentLine, OpenItem};
use store::{Tx, query};

/// Kinds of entries whose allocations to the original go with the credit.
const OWN: [&str; 2] = ["credit-note", "allocation"];

/// A document's entry with what it clears there, and what is cleared after it.
pub(super) struct Cleared {
    pub draft: EntryDraft,
    pub relieved: Vec<Relieved>,
    pub pays: Pays,
}

/// What a credit note pays of its original.
#[derive(Default)]
pub(super) struct Pays {
    own: Vec<IssuedAllocation>,
    later: Vec<(OpenItemId, Money, NaiveDate)>,
}

impl Pays {
    /// As the event of the document carries it; none where nothing is paid.
    pub fn data(&self) -> Option<Value> {
        let own = self.own.iter().map(|one| (one.item, one.amount, one.effective_date));
        let one = |(item, amount, date): (OpenItemId, Money, NaiveDate)| {
            json!({
                "item": item.to_string(), "amount": amount.minor().format(amount.currency()), "effective_date": date.to_string(),
            })
        };
        let all: Vec<Value> = own.chain(self.later.iter().copied()).map(one).collect();
        if all.is_empty() { None } else { Some(Value::Array(all)) }
    }

    /// Allocates what is free later, once the credit is posted; gives all of it.
    pub fn finish(
        self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        company: CompanyId,
        credit: OpenItemId,
    ) -> Result<Vec<IssuedAllocation>, AllocateError> {
        let mut all = self.own;
        for (item, amount, effective_date) in self.later {
            let pair = (item, credit);
            let minor = amount.minor();
            let made = allocation::allocate_in(ctx, tx, actor, company, pair, minor, effective_date, None)?;
            all.push(IssuedAllocation { id: made.id, item, amount, effective_date });
        }
        Ok(all)
    }
}

/// The items of an invoice, and where its customer was merged into another what they became.
fn items_of(tx: &mut Tx<'_>, company: CompanyId, original: DocumentId) -> Result<Vec<OpenItem>, Common> {
    let mut items = query::open_items::of_document(tx, company, original)?;
    items.extend(merge::carried(tx, company, &items)?);
    Ok(items)
}

/// Holds what a document corrects, which is what corrections of one invoice queue on: the items that a credit note may clear, else
/// the invoice's first.
pub(super) fn hold(
    tx: &mut Tx<'_>,
    kind: InvoiceKind,
    (company, original, first): (CompanyId, DocumentId, OpenItemId),
) -> Result<Vec<OpenItem>, Common> {
    let ids: Vec<OpenItemId> = match kind {
        InvoiceKind::CreditNote => items_of(tx, company, original)?.iter().map(|item| item.id).collect(),
        _ => vec![first],
    };
    Ok(query::open_items::lock(tx, company, &ids)?)
}

/// Adds to a document's entry what it clears: a write-off its item, a credit note what is open of its original, `held`.
pub(super) fn clear(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (input, prepared): (&IssueInvoice, &PreparedInvoice),
    draft: EntryDraft,
    held: Vec<OpenItem>,
) -> Result<Cleared, IssueInvoiceError> {
    let company = draft.company;
    if let Some((item, _)) = &prepared.clears {
        let older = there(query::open_items::by_ids(tx, company, &[*item])?.pop(), "open item", item)?;
        let (draft, relieved) = allocation::clear_in_own_entry(ctx, tx, draft, &older)?;
        return Ok(Cleared { draft, relieved, pays: Pays::default() });
    }
    if input.kind != InvoiceKind::CreditNote || held.is_empty() {
        return Ok(Cleared { draft, relieved: Vec::new(), pays: Pays::default() });
    }
    // the original's items stand on accounts of the company's, so must the credit
    let draft = books::resolved(tx, draft)?;
    let (now, later) = by_date(tx, &draft, &held, input.currency)?;
    if now.is_empty() {
        return Ok(Cleared { draft, relieved: Vec::new(), pays: Pays { own: Vec::new(), later } });
    }
    let (draft, relieved) = allocation::pay_in_own_entry::<AllocateError>(ctx, draft, &held, &now)?;
    let effective_date = draft.effective_date.date();
    let own = draft.allocations.iter().map(|made| IssuedAllocation {
        id: made.id,
        item: made.debit_item,
        amount: Money::new(made.amount, made.currency),
        effective_date,
    });
    let pays = Pays { own: own.collect(), later };
    Ok(Cleared { draft, relieved, pays })
}

/// What is paid in the credit's own entry, and what from a later day on.
type ByDate = (Vec<(OpenItemId, Minor)>, Vec<(OpenItemId, Money, NaiveDate)>);

fn by_date(
    tx: &mut Tx<'_>,
    draft: &EntryDraft,
    held: &[OpenItem],
    currency: Currency,
) -> Result<ByDate, Common> {
    let wanted = spread(draft, held)?;
    let free = posting::free_from(tx, draft.company, wanted.iter().copied())?;
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for (item, amount) in wanted {
        let date = *there(free.get(&item), "open item", item)?;
        if date > draft.effective_date.date() {
            later.push((item, Money::new(amount, currency), date));
        } else {
            now.push((item, amount));
        }
    }
    Ok((now, later))
}

/// The credit over what is open of the original on its account: what is due first goes first, until nothing is left of either.
fn spread(draft: &EntryDraft, held: &[OpenItem]) -> Result<Vec<(OpenItemId, Minor)>, Common> {
    let Some(credit) = draft.items.first() else { return Ok(Vec::new()) };
    let stands = |item: &&OpenItem| {
        item.sign > 0
            && item.open.is_positive()
            && (item.customer, &item.account, item.currency)
                == (credit.customer, &credit.account, credit.currency)
    };
    let mut items: Vec<&OpenItem> = held.iter().filter(stands).collect();
    items.sort_by_key(|item| (item.due_now, item.id));
    let (mut left, mut found) = (credit.original, Vec::with_capacity(items.len()));
    for item in items {
        let share = left.min(item.open);
        if share.is_positive() {
            found.push((item.id, share));
            left = left.sub(share)?;
        }
    }
    Ok(found)
}

/// A credit never exceeds what is left of a line that it names, whatever a guest makes of it ([`tax::exceeded`]).
pub(super) fn check_lines(
    loaded: &Loaded,
    input: &IssueInvoice,
    (accepted, request): (&Accepted, &TaxDocument),
) -> Result<(), IssueInvoiceError> {
    let Some(original) = loaded.original.as_ref().filter(|_| input.kind == InvoiceKind::CreditNote) else {
        return Ok(());
    };
    let stored = |line: &DocumentLine| LineFigures { net: line.net, tax: line.tax, gross: line.gross };
    let notes = original.credited.iter().filter(|(note, _)| note.kind == InvoiceKind::CreditNote.name());
    let before: Vec<OfLine> = notes
        .flat_map(|(_, parts)| &parts.lines)
        .filter_map(|line| Some((line.original_line?, stored(line))))
        .collect();
    let answered = |line: &AcceptedLine| LineFigures { net: line.net, tax: line.tax, gross: line.gross };
    let own: Vec<OfLine> = accepted
        .lines
        .iter()
        .zip(&request.lines)
        .filter_map(|(line, asked)| Some((asked.original_line?, answered(line))))
        .collect();
    let of: Vec<OfLine> = original.parts.lines.iter().map(|line| (line.line, stored(line))).collect();
    let Some(found) = tax::exceeded(&of, &before, &own, input.price_mode)? else { return Ok(()) };
    let named = |asked: &TaxLine| asked.original_line == Some(found.line);
    let index = request.lines.iter().position(named).unwrap_or_default();
    let (original, line) = (original.document.number.clone(), found.line);
    let money = |minor| Money::new(minor, input.currency);
    let (amount, left) = (money(found.amount), money(found.left));
    Err(if found.tax {
        IssueInvoiceError::ExceedsLineTax { index, original, line, amount, left }
    } else {
        IssueInvoiceError::ExceedsLine { index, original, line, amount, left }
    })
}

/// What stands between a credit note and its original: nobody chose that, and it goes with the credit. What she did choose – other items,
/// a bank line – is not among it. All items are held.
pub(crate) fn cleared_by(tx: &mut Tx<'_>, note: &Document) -> Result<Vec<Allocation>, Common> {
    let Some(original) = note.original else { return Ok(Vec::new()) };
    let company = note.company;
    let own = query::open_items::of_document(tx, company, note.id)?;
    let theirs: Vec<OpenItemId> = items_of(tx, company, original)?.iter().map(|item| item.id).collect();
    // all at once, in the order in which everybody holds items
    let all: Vec<OpenItemId> = own.iter().map(|item| item.id).chain(theirs.iter().copied()).collect();
    query::open_items::lock(tx, company, &all)?;
    let mut found = Vec::new();
    for item in &own {
        let made = query::allocations::of_item(tx, company, item.id)?;
        for one in allocation::standing(made) {
            if one.proposal.is_some() || !theirs.contains(&one.debit_item) {
                continue;
            }
            let entry = there(query::entries::by_id(tx, company, one.entry)?, "entry", one.entry)?;
            if OWN.contains(&entry.kind.as_str()) {
                found.push(one);
            }
        }
    }
    Ok(found)
}
