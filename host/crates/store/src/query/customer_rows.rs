//! Everything the statement's fold wants of customers.
//!
//! | query, per 500 customers | what |
//! |---|---|
//! | postings ⋈ entries ⋈ seals | ledger rows; the day and position of their entries |
//! | open items; instalments, and those of what merges carried | items |
//! | later due dates ⋈ seals | due dates |
//! | allocations, by debit and by credit item | allocations |
//! | entries ⋈ seals, by id | of items and allocations, where the customer has no posting in the entry |
//! | documents, their lines and tax lines, by id | what rows and items name |
//! | entries, documents, by id | what reversals take back, where documents are read whole |
//!
//! Eight queries however many customers, and one per thousand documents and such entries, two where something was taken back. An item's entry posts to its customer, so that
//! its day and position are known from the ledger: each of them read again would be two lookups anywhere in a large table. Only what is sealed is there: a position is
//! what a statement knows by. Documents are not joined: until PostgreSQL has statistics it scans all of a company's
//! documents for each row of a left join, and a statement run that follows a first import would take hours.

use crate::conn::Conn;
use crate::error::{StoreError, StoreResult};
use crate::query::documents::LedgerDocument;
use crate::query::open_items::ItemDocument;
use crate::query::{IDS_MAX, documents, fx_rates, merges};
use crate::rows::{DocumentLine, Instalment, TaxLine};
use crate::schema::{
    allocations as a, entries as e, instalments as n, item_dues as u, open_items as i, postings as p,
    seals as s,
};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{AllocationId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use domain::statement::{AllocationRow, CustomerRows, DueRow, ItemRow, LedgerRow, MovementLine, Reversed};
use domain::time::AccountingDate;
use money::{Currency, Minor};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Customers of one query.
const CUSTOMERS_MAX: usize = 500;

/// Where the rates of [`CustomerRows`] come from: to the base currency, at the cut-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatesAt {
    pub base: Currency,
    pub cut_off: NaiveDate,
}

/// One customer's rows.
pub fn customer_rows(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
    rates: RatesAt,
) -> StoreResult<CustomerRows> {
    Ok(customers_rows(conn, company, &[customer], rates)?.remove(&customer).unwrap_or_default())
}

/// Many customers' rows; each asked for is there, with empty lists if nothing is known. Call it in a `snapshot`.
pub fn customers_rows(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
    rates: RatesAt,
) -> StoreResult<HashMap<CustomerId, CustomerRows>> {
    rows_of(conn, company, customers, (rates, Depth::Whole))
}

/// As [`customers_rows`], without lines and taxes of documents: balances, open items and ages need none.
pub fn figures_rows(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
    rates: RatesAt,
) -> StoreResult<HashMap<CustomerId, CustomerRows>> {
    rows_of(conn, company, customers, (rates, Depth::Figures))
}

/// How much of documents is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// With lines and taxes.
    Whole,
    /// Without.
    Figures,
}

fn rows_of(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
    (rates, depth): (RatesAt, Depth),
) -> StoreResult<HashMap<CustomerId, CustomerRows>> {
    let mut all: HashMap<CustomerId, CustomerRows> =
        customers.iter().map(|customer| (*customer, CustomerRows::default())).collect();
    for chunk in customers.chunks(CUSTOMERS_MAX) {
        let (heads, mut moments) = ledger(conn, company, (chunk, depth), &mut all)?;
        items(conn, company, (chunk, heads, &mut moments), &mut all)?;
        dues(conn, company, chunk, &mut all)?;
        allocations(conn, company, (chunk, &mut moments), &mut all)?;
    }
    add_rates(conn, company, rates, &mut all)?;
    Ok(all)
}

type LedgerLine = (
    (Option<CustomerId>, EntryId, u32, String, Currency, Minor, Minor),
    (String, AccountingDate, u64, Option<DocumentId>, Option<OpenItemId>, Option<EntryId>),
);

/// Positions and days of sealed entries.
type Moments = HashMap<EntryId, (u64, AccountingDate)>;

/// Adds those of these entries that are not known yet; what is not sealed has none.
fn look_up(
    conn: &mut Conn,
    company: CompanyId,
    entries: impl Iterator<Item = EntryId>,
    moments: &mut Moments,
) -> StoreResult<()> {
    let missing: BTreeSet<EntryId> = entries.filter(|entry| !moments.contains_key(entry)).collect();
    for chunk in missing.into_iter().collect::<Vec<_>>().chunks(IDS_MAX) {
        let rows: Vec<(EntryId, u64, AccountingDate)> = e::table
            .inner_join(s::table.on(s::company.eq(e::company).and(s::reference.eq(e::id))))
            .filter(e::company.eq(v(company)))
            .filter(e::id.eq_any(chunk.iter().copied().map(v)))
            .select((e::id, s::position, e::effective_date))
            .load(conn)?;
        moments.extend(rows.into_iter().map(|(entry, position, date)| (entry, (position, date))));
    }
    Ok(())
}

/// Gives what items show of the documents, and where the entries stand.
fn ledger(
    conn: &mut Conn,
    company: CompanyId,
    (customers, depth): (&[CustomerId], Depth),
    all: &mut HashMap<CustomerId, CustomerRows>,
) -> StoreResult<(HashMap<DocumentId, ItemDocument>, Moments)> {
    let rows: Vec<LedgerLine> = p::table
        .inner_join(e::table.on(e::company.eq(p::company).and(e::id.eq(p::entry))))
        .inner_join(s::table.on(s::company.eq(p::company).and(s::reference.eq(p::entry))))
        .filter(p::company.eq(v(company)))
        .filter(p::customer.eq_any(customers.iter().map(|customer| Some(*customer))))
        .order((s::position.asc(), p::line.asc()))
        .select((
            (p::customer, p::entry, p::line, p::account, p::currency, p::amount, p::base),
            (e::kind, e::effective_date, s::position, e::document, p::item, e::reverses),
        ))
        .load(conn)?;
    let ids: BTreeSet<DocumentId> = rows.iter().filter_map(|(_, of)| of.3).collect();
    let mut details = Details::load(conn, company, (&ids.into_iter().collect::<Vec<_>>(), depth))?;
    if depth == Depth::Whole {
        details.reversed = reversed(conn, company, &rows)?;
    }
    let mut moments = Moments::new();
    for row in rows {
        moments.insert(row.0.1, (row.1.2, row.1.1));
        let Some(rows) = row.0.0.and_then(|customer| all.get_mut(&customer)) else { continue };
        rows.ledger.push(details.ledger_row(row)?);
    }
    let heads = details.documents.into_iter().map(|(id, document)| (id, document.head));
    Ok((heads.collect(), moments))
}

/// Documents with lines and tax. Lines and tax are handed out once per entry: a second posting of an entry on the same
/// account, as the FX line of a receipt, does not carry the document's tax again.
struct Details {
    documents: HashMap<DocumentId, LedgerDocument>,
    lines: HashMap<DocumentId, Vec<DocumentLine>>,
    taxes: HashMap<DocumentId, Vec<TaxLine>>,
    given: BTreeSet<EntryId>,
    /// By the entry that is taken back.
    reversed: HashMap<EntryId, Reversed>,
}

impl Details {
    fn load(conn: &mut Conn, company: CompanyId, (ids, depth): (&[DocumentId], Depth)) -> StoreResult<Self> {
        let documents = documents::of_ledger(conn, company, ids)?.into_iter().collect();
        let mut details = Details {
            documents,
            lines: HashMap::new(),
            taxes: HashMap::new(),
            given: BTreeSet::new(),
            reversed: HashMap::new(),
        };
        if depth == Depth::Figures {
            return Ok(details);
        }
        for line in documents::lines_of(conn, company, ids)? {
            details.lines.entry(line.document).or_default().push(line);
        }
        for tax in documents::tax_lines_of(conn, company, ids)? {
            details.taxes.entry(tax.document).or_default().push(tax);
        }
        Ok(details)
    }

    fn ledger_row(&mut self, row: LedgerLine) -> StoreResult<LedgerRow> {
        let ((_, entry, line, account, currency, amount, base_amount), of_entry) = row;
        let (kind, effective_date, position, id, item, reverses) = of_entry;
        let reverses = reverses.filter(|_| kind == REVERSAL);
        let carries = !amount.is_zero() && self.given.insert(entry);
        let document = id.and_then(|id| self.documents.get(&id));
        let id = id.filter(|_| carries);
        let taxes = id.and_then(|id| self.taxes.get(&id)).map(Vec::as_slice).unwrap_or_default();
        let lines = id.and_then(|id| self.lines.get(&id)).map(Vec::as_slice).unwrap_or_default();
        // documents hold positive figures: the posting knows the side
        let turn = document.is_some_and(|doc| doc.gross.is_negative() != amount.is_negative());
        let effective_date = effective_date.date();
        Ok(LedgerRow {
            entry,
            position,
            line,
            account,
            currency,
            amount,
            base_amount,
            reversal: kind == REVERSAL,
            reverses: reverses.and_then(|entry| self.reversed.get(&entry).cloned()),
            kind: movement_kind(kind),
            number: document.map(|doc| doc.head.number.clone()).unwrap_or_default(),
            tax_invoice_number: document.and_then(|doc| doc.head.tax_invoice_number.clone()),
            document_date: document.map_or(effective_date, |doc| doc.head.document_date),
            effective_date,
            due_date: document.and_then(|doc| doc.due_date),
            item,
            references: document
                .and_then(|doc| doc.head.purchase_order.clone())
                .map(|number| vec![("purchase-order".to_owned(), number)])
                .unwrap_or_default(),
            text: document.and_then(|doc| doc.text.clone()).unwrap_or_default(),
            lines: lines.iter().map(|line| movement_line(line, taxes)).collect(),
            tax: taxes.iter().map(|tax| tax_row(tax, turn)).collect::<StoreResult<_>>()?,
        })
    }
}

/// The kind of the entries that take a document back.
const REVERSAL: &str = "reversal";

/// What the reversals among these rows take back; what has no document, or takes something back itself, is left out.
fn reversed(
    conn: &mut Conn,
    company: CompanyId,
    rows: &[LedgerLine],
) -> StoreResult<HashMap<EntryId, Reversed>> {
    let taken = rows.iter().filter(|(_, of)| of.0 == REVERSAL).filter_map(|(_, of)| of.5);
    let taken: BTreeSet<EntryId> = taken.collect();
    let mut entries: Vec<(EntryId, String, Option<DocumentId>)> = Vec::with_capacity(taken.len());
    for chunk in taken.into_iter().collect::<Vec<_>>().chunks(IDS_MAX) {
        let rows = e::table
            .filter(e::company.eq(v(company)))
            .filter(e::id.eq_any(chunk.iter().copied().map(v)))
            .select((e::id, e::kind, e::document));
        entries.extend(rows.load::<(EntryId, String, Option<DocumentId>)>(conn)?);
    }
    let ids: Vec<DocumentId> = entries.iter().filter_map(|(_, _, document)| *document).collect();
    let heads: HashMap<DocumentId, ItemDocument> =
        documents::heads_of(conn, company, &ids)?.into_iter().collect();
    let of = |(entry, kind, document): (EntryId, String, Option<DocumentId>)| {
        let number = heads.get(&document?)?.number.clone();
        (kind != REVERSAL).then(|| (entry, Reversed { kind: movement_kind(kind), number }))
    };
    Ok(entries.into_iter().filter_map(of).collect())
}

/// By the register of the statement world: a movement that takes another back, or writes something off, adjusts; a late fee is a
/// debit note.
fn movement_kind(entry: String) -> String {
    match entry.as_str() {
        // what is delivered and not billed stands on an account of its own
        REVERSAL | "write-off" | "delivery" => "adjustment".to_owned(),
        "late-fee" => "debit-note".to_owned(),
        // a bill takes the place of what was owed, and leaves; its money is a receipt, its dishonour a return
        "bill" | "bill-endorsement" | "bill-discount" => "transfer".to_owned(),
        "bill-payment" => "receipt".to_owned(),
        "bill-dishonour" => "return".to_owned(),
        _ => entry,
    }
}

fn movement_line(line: &DocumentLine, taxes: &[TaxLine]) -> MovementLine {
    let own = taxes.iter().find(|tax| tax.lines.0.contains(&line.line));
    MovementLine {
        description: line.description.clone().unwrap_or_default(),
        quantity: Some(line.quantity),
        unit: line.unit.clone(),
        unit_price: Some(line.unit_price),
        net: line.net,
        rate: own.map(|tax| tax.rate),
        tax: line.tax,
        gross: line.gross,
    }
}

fn tax_row(tax: &TaxLine, turn: bool) -> StoreResult<(String, Decimal, Minor, Minor)> {
    let signed = |amount: Minor| {
        let turned = if turn { amount.neg() } else { Ok(amount) };
        turned.map_err(|_| StoreError::Corrupt { what: format!("tax of {}", tax.document) })
    };
    Ok((tax.code.clone(), tax.rate, signed(tax.base)?, signed(tax.amount)?))
}

/// `heads` are those that are known already.
fn items(
    conn: &mut Conn,
    company: CompanyId,
    (customers, mut heads, moments): (&[CustomerId], HashMap<DocumentId, ItemDocument>, &mut Moments),
    all: &mut HashMap<CustomerId, CustomerRows>,
) -> StoreResult<()> {
    type Item = (OpenItemId, CustomerId, String, Currency, String, i32, Minor, Option<AccountingDate>);
    let rows: Vec<(Item, Option<DocumentId>, EntryId)> = i::table
        .filter(i::company.eq(v(company)))
        .filter(i::customer.eq_any(customers.iter().copied().map(v)))
        .select((
            (i::id, i::customer, i::account, i::currency, i::kind, i::sign, i::original, i::due_date),
            i::document,
            i::entry,
        ))
        .load(conn)?;
    look_up(conn, company, rows.iter().map(|(.., entry)| *entry), moments)?;
    let sealed = |(item, document, entry): (Item, Option<DocumentId>, EntryId)| {
        moments.get(&entry).map(|(position, date)| (item, document, *date, *position))
    };
    let mut rows: Vec<_> = rows.into_iter().filter_map(sealed).collect();
    rows.sort_by_key(|(item, .., position)| (*position, item.0));
    let named = rows.iter().filter_map(|(_, document, _, _)| *document);
    let ids: BTreeSet<DocumentId> = named.filter(|id| !heads.contains_key(id)).collect();
    heads.extend(documents::heads_of(conn, company, &ids.into_iter().collect::<Vec<_>>())?);
    let mut instalments = instalments(conn, company, customers)?;
    let transferred = rows.iter().filter(|(item, ..)| item.4 == "transfer").map(|(item, ..)| item.0);
    let transferred: Vec<OpenItemId> = transferred.collect();
    instalments.extend(carried_instalments(conn, company, &transferred)?);
    for (item, document, effective_date, position) in rows {
        let (id, customer, account, currency, kind, sign, original, due_date) = item;
        let Some(rows) = all.get_mut(&customer) else { continue };
        let effective_date = effective_date.date();
        let head = document.and_then(|document| heads.get(&document));
        rows.items.push(ItemRow {
            id,
            position,
            account,
            currency,
            // a bill stands where what it took the place of was moved to
            kind: match kind.as_str() {
                "bill" => "transfer".to_owned(),
                "delivery" => "adjustment".to_owned(),
                _ => kind,
            },
            number: head.map(|head| head.number.clone()).unwrap_or_default(),
            document_date: head.map_or(effective_date, |head| head.document_date),
            effective_date,
            due_date: due_date.map(AccountingDate::date),
            instalment: instalments.remove(&id),
            sign,
            original,
        });
    }
    Ok(())
}

/// Which part of its document an item is.
fn instalments(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
) -> StoreResult<HashMap<OpenItemId, String>> {
    let rows: Vec<Instalment> = n::table
        .filter(n::company.eq(v(company)))
        .filter(n::customer.eq_any(customers.iter().copied().map(v)))
        .select(Instalment::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.item, row.label())).collect())
}

/// Which part of its document an item was before merges carried it.
fn carried_instalments(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
) -> StoreResult<HashMap<OpenItemId, String>> {
    let origins = merges::origins(conn, company, items)?;
    let ids: Vec<OpenItemId> = origins.values().copied().collect();
    let mut labels: HashMap<OpenItemId, String> = HashMap::new();
    for chunk in ids.chunks(IDS_MAX) {
        let rows: Vec<Instalment> = n::table
            .filter(n::company.eq(v(company)))
            .filter(n::item.eq_any(chunk.iter().copied().map(v)))
            .select(Instalment::as_select())
            .load(conn)?;
        labels.extend(rows.into_iter().map(|row| (row.item, row.label())));
    }
    let label = |(item, made): (OpenItemId, OpenItemId)| Some((item, labels.get(&made)?.clone()));
    Ok(origins.into_iter().filter_map(label).collect())
}

/// Due dates that came to be known later.
fn dues(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
    all: &mut HashMap<CustomerId, CustomerRows>,
) -> StoreResult<()> {
    let rows: Vec<(CustomerId, OpenItemId, Option<NaiveDate>, u64)> = u::table
        .inner_join(s::table.on(s::company.eq(u::company).and(s::reference.eq(u::event))))
        .filter(u::company.eq(v(company)))
        .filter(u::customer.eq_any(customers.iter().copied().map(v)))
        .order((s::position.asc(), u::item.asc()))
        .select((u::customer, u::item, u::due_date, s::position))
        .load(conn)?;
    for (customer, item, due_date, position) in rows {
        if let Some(rows) = all.get_mut(&customer) {
            rows.dues.push(DueRow { position, item, due_date });
        }
    }
    Ok(())
}

fn allocations(
    conn: &mut Conn,
    company: CompanyId,
    (customers, moments): (&[CustomerId], &mut Moments),
    all: &mut HashMap<CustomerId, CustomerRows>,
) -> StoreResult<()> {
    type Row = (CustomerId, AllocationId, EntryId, AccountingDate, OpenItemId, OpenItemId, Minor);
    let select = (i::customer, a::id, a::entry, a::effective_date, a::debit_item, a::credit_item, a::amount);
    let own = || i::customer.eq_any(customers.iter().copied().map(v)).and(i::company.eq(v(company)));
    let by_debit = i::table.inner_join(a::table.on(a::company.eq(i::company).and(a::debit_item.eq(i::id))));
    let mut rows: Vec<Row> = by_debit.filter(own()).select(select).load(conn)?;
    let by_credit = i::table.inner_join(a::table.on(a::company.eq(i::company).and(a::credit_item.eq(i::id))));
    rows.extend(by_credit.filter(own()).select(select).load::<Row>(conn)?);
    look_up(conn, company, rows.iter().map(|row| row.2), moments)?;
    // an allocation inside the family of customers touches two of them: each sees it, and sees it once
    let mut found: BTreeMap<(CustomerId, u64, AllocationId), AllocationRow> = BTreeMap::new();
    for (customer, id, entry, effective_date, debit_item, credit_item, amount) in rows {
        let Some((position, _)) = moments.get(&entry).copied() else { continue };
        let effective_date = effective_date.date();
        let row = AllocationRow { position, effective_date, debit_item, credit_item, amount };
        found.insert((customer, position, id), row);
    }
    for ((customer, _, _), row) in found {
        if let Some(rows) = all.get_mut(&customer) {
            rows.allocations.push(row);
        }
    }
    Ok(())
}

fn add_rates(
    conn: &mut Conn,
    company: CompanyId,
    at: RatesAt,
    all: &mut HashMap<CustomerId, CustomerRows>,
) -> StoreResult<()> {
    let mut known: BTreeMap<Currency, Option<(Decimal, NaiveDate, String)>> = BTreeMap::new();
    for rows in all.values_mut() {
        let used: BTreeSet<Currency> =
            rows.ledger.iter().map(|row| row.currency).filter(|c| *c != at.base).collect();
        for currency in used {
            let rate = match known.get(&currency) {
                Some(rate) => rate.clone(),
                None => {
                    let rate = fx_rates::latest(conn, company, currency, at.base, at.cut_off)?;
                    let rate = rate.map(|rate| (rate.rate, rate.date, rate.source));
                    known.insert(currency, rate.clone());
                    rate
                }
            };
            if let Some((rate, date, source)) = rate {
                rows.rates.push((currency, rate, date, source));
            }
        }
    }
    Ok(())
}
