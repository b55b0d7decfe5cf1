use super::{Asked, Head, Reading, ReportError, add, report};
use crate::App;
use crate::common::Common;
use crate::customer::all_customers;
use crate::delivery::{self, Loaded};
use crate::list::Party;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::deferral::{Credited, Deferred, share, taken_undelivered, takes_goods};
use domain::delivery::Part;
use domain::ids::{CompanyId, CustomerId, DocumentId};
use domain::ledger::account;
use money::{Currency, Minor, MoneyError};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use store::query::deliveries::Filter;
use store::query::{self, events};
use store::rows::{Deferral, Delivery, DeliveryLine, DeliveryLink, Document, DocumentLine};

/// Which of the two was first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnbilledSide {
    /// 已发货未开票
    Delivered,
    /// 已开票未发货
    Billed,
}

impl UnbilledSide {
    pub const fn name(self) -> &'static str {
        match self {
            UnbilledSide::Delivered => "delivered-not-billed",
            UnbilledSide::Billed => "billed-not-delivered",
        }
    }
}

/// A line with what of it waits for the other side. Of a return, and of what is owed to the customer, negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnbilledRow {
    pub side: UnbilledSide,
    pub party: Party,
    /// Of the delivery or the invoice.
    pub number: String,
    /// The customer's or the slip's.
    pub reference: Option<String>,
    pub date: NaiveDate,
    /// Since then.
    pub days: i64,
    pub line: u32,
    pub description: Option<String>,
    pub quantity: Decimal,
    pub currency: Currency,
    /// Without tax.
    pub amount: Minor,
    /// Whether the ledger has it: as 应收未开票, or what is billed as 合同负债.
    pub accrued: bool,
}

/// By currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnbilledTotal {
    pub currency: Currency,
    /// Of what is delivered and not billed, what is accrued: the balance of the control account.
    pub accrued: Minor,
    pub not_accrued: Minor,
    /// Of what is billed and not delivered, what is deferred: the balance of the contract liability.
    pub deferred: Minor,
    /// The rest: it stands in the revenue of its invoices, by their goods' lines.
    pub not_delivered: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnbilledReport {
    pub head: Head,
    pub rows: Vec<UnbilledRow>,
    pub totals: Vec<UnbilledTotal>,
}

/// What was delivered and not billed, and of companies that work with deliveries what was billed and not delivered, by day.
///
/// # Errors
/// Accrued deliveries that do not sum to the control account, or deferred invoices that do not to the contract liability.
pub fn unbilled(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
) -> Result<UnbilledReport, ReportError> {
    let asked = Asked { from: None, ..asked.clone() };
    report(app, actor, company, &asked, unbilled_in)
}

/// As [`unbilled`], of a reading.
pub(crate) fn unbilled_in(reading: &mut Reading<'_>) -> Result<UnbilledReport, ReportError> {
    let parties: HashMap<CustomerId, Party> = match &reading.customer {
        Some(one) => HashMap::from([(one.id, super::party(one))]),
        None => all_customers(reading.conn, reading.company.id)?
            .iter()
            .map(|customer| (customer.id, super::party(customer)))
            .collect(),
    };
    let mut rows = delivered(reading, &parties)?;
    if delivers(reading)? {
        rows.extend(billed(reading, &parties)?);
    }
    let totals = totals(&rows)?;
    if reading.customer.is_none() {
        let (mut accrued, mut deferred) = (BTreeMap::new(), BTreeMap::new());
        for total in totals.values() {
            add(&mut accrued, (account::UNBILLED.to_owned(), total.currency), total.accrued)?;
            let owed = total.deferred.neg()?;
            add(&mut deferred, (account::CONTRACT_LIABILITY.to_owned(), total.currency), owed)?;
        }
        let ledger = reading.standing(account::UNBILLED)?;
        super::same_as_ledger("accrued deliveries", &ledger, &accrued)?;
        let ledger = reading.standing(account::CONTRACT_LIABILITY)?;
        super::same_as_ledger("deferred invoices", &ledger, &deferred)?;
    }
    Ok(UnbilledReport { head: reading.head.clone(), rows, totals: totals.into_values().collect() })
}

/// Whether it was known by then that the company works with deliveries.
fn delivers(reading: &mut Reading<'_>) -> Result<bool, Common> {
    let (company, known_at) = (reading.company.id, reading.head.known_at);
    let subject = company.to_string();
    let set = events::Filter { kind: Some("delivery-settings.set"), subject: Some(&subject) };
    let found = events::search(reading.conn, company, &set, 0, 1)?;
    Ok(found.events.iter().any(|(at, _)| *at <= known_at))
}

fn totals(rows: &[UnbilledRow]) -> Result<BTreeMap<Currency, UnbilledTotal>, MoneyError> {
    let mut totals: BTreeMap<Currency, UnbilledTotal> = BTreeMap::new();
    for row in rows {
        let total = totals.entry(row.currency).or_insert(UnbilledTotal {
            currency: row.currency,
            accrued: Minor::ZERO,
            not_accrued: Minor::ZERO,
            deferred: Minor::ZERO,
            not_delivered: Minor::ZERO,
        });
        let sum = match (row.side, row.accrued) {
            (UnbilledSide::Delivered, true) => &mut total.accrued,
            (UnbilledSide::Delivered, false) => &mut total.not_accrued,
            (UnbilledSide::Billed, true) => &mut total.deferred,
            (UnbilledSide::Billed, false) => &mut total.not_delivered,
        };
        *sum = sum.add(row.amount)?;
    }
    Ok(totals)
}

fn days(reading: &Reading<'_>, since: NaiveDate) -> i64 {
    reading.head.as_of.signed_duration_since(since).num_days()
}

fn delivered(
    reading: &mut Reading<'_>,
    parties: &HashMap<CustomerId, Party>,
) -> Result<Vec<UnbilledRow>, ReportError> {
    /// Deliveries read at once.
    const PAGE: u32 = 500;
    let (company, at) = (reading.company.id, (reading.head.as_of, reading.head.known_at));
    let filter = Filter {
        customer: reading.customer.as_ref().map(|customer| customer.id),
        to: Some(at.0),
        known_at: Some(at.1),
        ..Filter::default()
    };
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = query::deliveries::list(reading.conn, company, &filter, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(rows) };
        after = Some((last.delivered_on, last.id));
        let order: Vec<_> = page.iter().map(|row| row.id).collect();
        let links = query::deliveries::links_at(reading.conn, company, &order, at)?;
        let mut loaded = delivery::with_links(reading.conn, company, page, links)?;
        for of in order.iter().filter_map(|id| loaded.remove(id)) {
            for line in &of.lines {
                let open = of.open(line)?;
                let Some(party) = parties.get(&of.row.customer).filter(|_| !open.is_nothing()) else {
                    continue;
                };
                reading.rows(1)?;
                rows.push(delivered_row(days(reading, of.row.delivered_on), &of, line, (open, party))?);
            }
        }
    }
}

fn delivered_row(
    days: i64,
    of: &Loaded,
    line: &DeliveryLine,
    (open, party): (Part, &Party),
) -> Result<UnbilledRow, MoneyError> {
    let Delivery { number, delivered_on, currency, document, .. } = &of.row;
    let open = if line.quantity.is_sign_negative() { open.neg()? } else { open };
    Ok(UnbilledRow {
        side: UnbilledSide::Delivered,
        party: party.clone(),
        number: number.clone(),
        reference: of.row.external_name().map(str::to_owned),
        date: *delivered_on,
        days,
        line: line.line,
        description: line.description.clone(),
        quantity: open.quantity,
        currency: *currency,
        amount: open.amount,
        accrued: document.is_some(),
    })
}

/// What of an invoice's line deliveries name.
#[derive(Debug, Default, Clone, Copy)]
struct Done {
    quantity: Decimal,
    /// Of what was billed by amount.
    amount: Minor,
}

fn billed(
    reading: &mut Reading<'_>,
    parties: &HashMap<CustomerId, Party>,
) -> Result<Vec<UnbilledRow>, ReportError> {
    /// Documents read at once.
    const CHUNK: usize = 500;
    let (company, at) = (reading.company.id, (reading.head.as_of, reading.head.known_at));
    let customer = reading.customer.as_ref().map(|customer| customer.id);
    let credited = credited(reading, CHUNK)?;
    let mut rows = Vec::new();
    let mut invoices = Vec::new();
    for kind in ["invoice", "debit-note"] {
        invoices.extend(query::documents::posted_at(reading.conn, company, (kind, customer), at)?);
    }
    for chunk in invoices.chunks(CHUNK) {
        let documents = query::documents::by_ids(reading.conn, company, chunk)?;
        let documents: HashMap<DocumentId, Document> =
            documents.into_iter().map(|row| (row.id, row)).collect();
        let links = query::deliveries::links_of_documents_at(reading.conn, company, chunk, at)?;
        let done = named(&links)?;
        let deferred = waiting(&query::deferrals::of_documents_at(reading.conn, company, chunk, at)?)?;
        for line in query::documents::lines_of(reading.conn, company, chunk)? {
            let Some(document) = documents.get(&line.document) else { continue };
            let key = (line.document, line.line);
            let Some(party) = parties.get(&document.customer) else { continue };
            let days = days(reading, document.effective_date);
            if let Some(waits) = deferred.get(&key) {
                if !waits.is_nothing() {
                    reading.rows(1)?;
                    let waits = (waits.quantity, waits.amount);
                    rows.push(billed_row((document, &line), (days, party), waits, true));
                }
                continue;
            }
            let of = done.get(&key).copied().unwrap_or_default();
            let credits = credited.get(&key).map(Vec::as_slice).unwrap_or_default();
            let Some(waits) = not_delivered(&line, of, credits)? else { continue };
            reading.rows(1)?;
            rows.push(billed_row((document, &line), (days, party), waits, false));
        }
    }
    rows.sort_by(|a, b| (a.date, &a.number, a.line).cmp(&(b.date, &b.number, b.line)));
    Ok(rows)
}

/// What credit notes take back of each invoice's line, with what of that came back by returns.
fn credited(
    reading: &mut Reading<'_>,
    chunk: usize,
) -> Result<HashMap<(DocumentId, u32), Vec<Credited>>, ReportError> {
    let (company, at) = (reading.company.id, (reading.head.as_of, reading.head.known_at));
    let customer = reading.customer.as_ref().map(|customer| customer.id);
    let credits = query::documents::posted_at(reading.conn, company, ("credit-note", customer), at)?;
    let mut credited: HashMap<(DocumentId, u32), Vec<Credited>> = HashMap::new();
    for chunk in credits.chunks(chunk) {
        let notes = query::documents::by_ids(reading.conn, company, chunk)?;
        let originals: HashMap<DocumentId, DocumentId> =
            notes.iter().filter_map(|note| Some((note.id, note.original?))).collect();
        let links = query::deliveries::links_of_documents_at(reading.conn, company, chunk, at)?;
        let mut by_note: HashMap<DocumentId, Vec<DeliveryLink>> = HashMap::new();
        for link in links {
            let Some(note) = link.document else { continue };
            by_note.entry(note).or_default().push(link);
        }
        for line in query::documents::lines_of(reading.conn, company, chunk)? {
            let Some((original, of)) = originals.get(&line.document).zip(line.original_line) else {
                continue;
            };
            if line.nature == "discount" {
                continue;
            }
            let links = by_note.get(&line.document).map(Vec::as_slice).unwrap_or_default();
            let credit = delivery::came_back::of_credit(&line, links)?;
            credited.entry((*original, of)).or_default().push(credit);
        }
    }
    Ok(credited)
}

fn billed_row(
    (document, line): (&Document, &DocumentLine),
    (days, party): (i64, &Party),
    (quantity, amount): (Decimal, Minor),
    deferred: bool,
) -> UnbilledRow {
    UnbilledRow {
        side: UnbilledSide::Billed,
        party: party.clone(),
        number: document.number.clone(),
        reference: document.purchase_order.clone(),
        date: document.effective_date,
        days,
        line: line.line,
        description: line.description.clone(),
        quantity,
        currency: document.currency,
        amount,
        accrued: deferred,
    }
}

/// What waits of each line that was deferred, nothing where all of it was delivered.
fn waiting(moved: &[Deferral]) -> Result<HashMap<(DocumentId, u32), Deferred>, MoneyError> {
    let mut waiting: HashMap<(DocumentId, u32), Deferred> = HashMap::new();
    for row in moved {
        let of = waiting.entry((row.document, row.line)).or_default();
        *of = of.add(Deferred { quantity: row.quantity, amount: row.amount, base: row.base })?;
    }
    Ok(waiting)
}

/// How much of each invoice's line deliveries name.
fn named(links: &[DeliveryLink]) -> Result<HashMap<(DocumentId, u32), Done>, Common> {
    let mut done: HashMap<(DocumentId, u32), Done> = HashMap::new();
    for link in links {
        let Some(key) = link.document.zip(link.document_line) else { continue };
        let of = done.entry(key).or_default();
        of.quantity = of.quantity.checked_add(link.quantity).ok_or(MoneyError::Overflow)?;
        if link.quantity.is_zero() {
            of.amount = of.amount.add(link.amount)?;
        }
    }
    Ok(done)
}

/// What of a line of goods is not delivered: its quantity, and that share of its net less what was billed by amount and what its price was
/// lowered by. What was credited and came back by a return was delivered before.
fn not_delivered(
    line: &DocumentLine,
    done: Done,
    credits: &[Credited],
) -> Result<Option<(Decimal, Minor)>, MoneyError> {
    // what raises the price of another line has no goods of its own
    let goods = line.supply == "goods" && line.nature != "discount" && line.original_line.is_none();
    if !goods || line.quantity <= Decimal::ZERO {
        return Ok(None);
    }
    let mut left = line.quantity.checked_sub(done.quantity).ok_or(MoneyError::Overflow)?;
    let mut lowered = Vec::new();
    for credit in credits {
        let credit = Credited { of_quantity: line.quantity, of_net: line.net, ..*credit };
        if takes_goods(credit)? {
            left = left.checked_sub(taken_undelivered(credit)?).ok_or(MoneyError::Overflow)?;
        } else {
            lowered.push(credit);
        }
    }
    if left <= Decimal::ZERO {
        return Ok(None);
    }
    let mut amount = share(line.net, left, line.quantity)?.sub(done.amount)?;
    for credit in lowered {
        let rest = credit.quantity.checked_sub(credit.returned).ok_or(MoneyError::Overflow)?;
        let own = rest.min(left);
        if own > Decimal::ZERO {
            amount = amount.sub(share(credit.net, own, credit.quantity)?)?;
        }
    }
    let amount = amount.max(Minor::ZERO);
    Ok((!amount.is_zero() || done.amount.is_zero()).then_some((left, amount)))
}
