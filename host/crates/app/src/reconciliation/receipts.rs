//! Earlier receipts and what they paid, for returns: those that a bank may still take back.

use super::load::OpenItemInfo;
use crate::allocation;
use crate::common::{Common, there};
use crate::document::MIRROR;
use chrono::{Days, NaiveDate};
use domain::ids::{BankLineId, CompanyId, CustomerId, DocumentId, OpenItemId};
use domain::reconciliation::{PreviousAllocation, PreviousReceipt};
use money::{Currency, Minor};
use std::collections::{BTreeSet, HashMap, HashSet};
use store::query::documents::Filter;
use store::rows::{Allocation, BankLine, Document};
use store::{Conn, query};

/// Days before a payment that leaves the account, in which the receipt it takes back was booked. Direct debits come back
/// longest: unauthorised ones within 13 months (SEPA rulebook), and some days to be worked on.
pub(super) const RETURNABLE_DAYS: u64 = 400;

/// Rows read at a time.
const PAGE: u32 = 500;

/// A posted receipt that came from a bank line, at once or out of suspense, and was not returned: what a return may take back.
pub(super) struct ReceiptInfo {
    pub document: DocumentId,
    customer: CustomerId,
    number: String,
    effective_date: NaiveDate,
    currency: Currency,
    /// What the bank paid in: of a line that stood in suspense the part that turned out to be this.
    amount: Minor,
    payer_account: Option<String>,
    end_to_end: Option<String>,
    paid: Vec<Paid>,
}

/// What a receipt paid.
struct Paid {
    item: OpenItemId,
    kind: String,
    number: String,
    amount: Minor,
    date: NaiveDate,
}

/// The receipts in the order of their ordinals.
pub(super) struct Receipts {
    pub list: Vec<ReceiptInfo>,
    /// The first day of those loaded, where there are earlier ones.
    pub since: Option<NaiveDate>,
}

/// What the open lines may take back. A line that has been open for long reaches as far back as on its day.
pub(super) fn load(
    conn: &mut Conn,
    company: CompanyId,
    today: NaiveDate,
    lines: &[BankLine],
) -> Result<Receipts, Common> {
    let outgoing = lines.iter().filter(|line| !line.credit).map(|line| line.booking_date.date());
    let first = outgoing.fold(today, NaiveDate::min);
    let from = first.checked_sub_days(Days::new(RETURNABLE_DAYS));
    let mut list = receipts(conn, company, from)?;
    list.sort_by(|a, b| (a.effective_date, &a.number).cmp(&(b.effective_date, &b.number)));
    add_paid(conn, company, &mut list)?;
    let since = match from {
        Some(from) if any_before(conn, company, from)? => Some(from),
        _ => None,
    };
    Ok(Receipts { list, since })
}

fn any_before(conn: &mut Conn, company: CompanyId, from: NaiveDate) -> Result<bool, Common> {
    let filter = Filter { kind: Some("receipt"), to: from.pred_opt(), ..Filter::default() };
    Ok(filter.to.is_some() && !query::documents::list(conn, company, &filter, None, 1)?.is_empty())
}

fn receipts(
    conn: &mut Conn,
    company: CompanyId,
    from: Option<NaiveDate>,
) -> Result<Vec<ReceiptInfo>, Common> {
    let filter = Filter { kind: Some("receipt"), from, ..Filter::default() };
    let returned = returned(conn, company, from)?;
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = query::documents::list(conn, company, &filter, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some((last.effective_date, last.id));
        let other = page.iter().filter(|document| document.bank_line.is_none()).map(|document| document.id);
        let identified = query::suspense::lines_of_receipts(conn, company, &other.collect::<Vec<_>>())?;
        let own = page.iter().filter_map(|document| document.bank_line);
        let ids: BTreeSet<BankLineId> = own.chain(identified.values().map(|(line, _)| *line)).collect();
        let ids: Vec<BankLineId> = ids.into_iter().collect();
        let lines = query::bank_lines::by_ids(conn, company, &ids)?;
        for document in page.into_iter().filter(|document| !returned.contains(&document.id)) {
            let suspended = identified.get(&document.id);
            let came = document.bank_line.or(suspended.map(|(line, _)| *line));
            let Some(line) = lines.iter().find(|line| Some(line.id) == came) else { continue };
            all.push(ReceiptInfo {
                document: document.id,
                customer: document.customer,
                number: document.number,
                effective_date: document.effective_date,
                currency: document.currency,
                amount: suspended.map_or(line.amount, |(_, amount)| *amount),
                payer_account: line.payer_account.clone(),
                end_to_end: line.end_to_end.clone(),
                paid: Vec::new(),
            });
        }
    }
}

/// The line that brought the money of a receipt, at once or out of suspense.
pub(super) fn line_of(conn: &mut Conn, receipt: &Document) -> Result<Option<BankLineId>, Common> {
    if receipt.bank_line.is_some() {
        return Ok(receipt.bank_line);
    }
    let identified = query::suspense::lines_of_receipts(conn, receipt.company, &[receipt.id])?;
    Ok(identified.get(&receipt.id).map(|(line, _)| *line))
}

/// Receipts that returns took back which stand. A return is no earlier than its receipt, nor what takes it back than the return.
fn returned(
    conn: &mut Conn,
    company: CompanyId,
    from: Option<NaiveDate>,
) -> Result<HashSet<DocumentId>, Common> {
    let taken_back: HashSet<DocumentId> =
        originals(conn, company, (MIRROR, from))?.into_iter().map(|(_, original)| original).collect();
    let returns = originals(conn, company, ("return", from))?.into_iter();
    Ok(returns.filter(|(id, _)| !taken_back.contains(id)).map(|(_, original)| original).collect())
}

/// Documents of a kind that correct others, with what they correct.
fn originals(
    conn: &mut Conn,
    company: CompanyId,
    (kind, from): (&str, Option<NaiveDate>),
) -> Result<Vec<(DocumentId, DocumentId)>, Common> {
    let filter = Filter { kind: Some(kind), from, ..Filter::default() };
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = query::documents::list(conn, company, &filter, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some((last.effective_date, last.id));
        all.extend(page.iter().filter_map(|document| Some((document.id, document.original?))));
    }
}

/// What each receipt paid and was not undone.
fn add_paid(conn: &mut Conn, company: CompanyId, receipts: &mut [ReceiptInfo]) -> Result<(), Common> {
    let documents: Vec<DocumentId> = receipts.iter().map(|receipt| receipt.document).collect();
    let own: HashMap<OpenItemId, DocumentId> = query::open_items::of_documents(conn, company, &documents)?
        .into_iter()
        .filter_map(|item| Some((item.id, item.document?)))
        .collect();
    let items: Vec<OpenItemId> = own.keys().copied().collect();
    let allocations = allocation::standing(query::allocations::from_items(conn, company, &items)?);
    let mut paid = paid(conn, company, &allocations, &own)?;
    for receipt in receipts {
        receipt.paid = paid.remove(&receipt.document).unwrap_or_default();
        receipt.paid.sort_by(|a, b| {
            (a.date, &a.number, &a.kind, a.amount).cmp(&(b.date, &b.number, &b.kind, b.amount))
        });
    }
    Ok(())
}

fn paid(
    conn: &mut Conn,
    company: CompanyId,
    allocations: &[Allocation],
    own: &HashMap<OpenItemId, DocumentId>,
) -> Result<HashMap<DocumentId, Vec<Paid>>, Common> {
    let debits: BTreeSet<OpenItemId> = allocations.iter().map(|a| a.debit_item).collect();
    let debits: Vec<OpenItemId> = debits.into_iter().collect();
    let items: HashMap<OpenItemId, _> = query::open_items::by_ids(conn, company, &debits)?
        .into_iter()
        .map(|item| (item.id, (item.kind, item.document)))
        .collect();
    let documents: BTreeSet<DocumentId> = items.values().filter_map(|(_, document)| *document).collect();
    let documents: Vec<DocumentId> = documents.into_iter().collect();
    let heads: HashMap<DocumentId, _> =
        query::documents::heads_of(conn, company, &documents)?.into_iter().collect();
    let mut found: HashMap<DocumentId, Vec<Paid>> = HashMap::new();
    for allocation in allocations {
        let (kind, document) = there(items.get(&allocation.debit_item), "open item", allocation.debit_item)?;
        let head = document.and_then(|document| heads.get(&document));
        let head = there(head, "document of open item", allocation.debit_item)?;
        let receipt = there(own.get(&allocation.credit_item), "open item", allocation.credit_item)?;
        found.entry(*receipt).or_default().push(Paid {
            item: allocation.debit_item,
            kind: kind.clone(),
            number: head.number.clone(),
            amount: allocation.amount,
            date: allocation.effective_date.date(),
        });
    }
    Ok(found)
}

impl Receipts {
    pub fn rows(&self, ordinal_of: &HashMap<CustomerId, u32>) -> Vec<PreviousReceipt> {
        let row = |receipt: &ReceiptInfo| PreviousReceipt {
            date: receipt.effective_date,
            amount: receipt.amount.to_decimal(receipt.currency),
            currency: receipt.currency,
            customer: ordinal_of.get(&receipt.customer).copied(),
            payer_account: receipt.payer_account.clone(),
            end_to_end: receipt.end_to_end.clone(),
        };
        self.list.iter().map(row).collect()
    }

    pub fn allocations(&self, items: &[OpenItemInfo]) -> Vec<PreviousAllocation> {
        let ordinal_of: HashMap<OpenItemId, u32> =
            (0u32..).zip(items).map(|(n, info)| (info.item.id, n)).collect();
        let mut rows = Vec::new();
        for (receipt, info) in (0u32..).zip(&self.list) {
            rows.extend(info.paid.iter().map(|paid| PreviousAllocation {
                receipt,
                item: ordinal_of.get(&paid.item).copied(),
                kind: paid.kind.clone(),
                number: paid.number.clone(),
                amount: paid.amount,
                currency: info.currency,
                date: paid.date,
            }));
        }
        rows
    }
}
