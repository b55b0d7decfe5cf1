use super::{Asked, Head, Reading, ReportError, report};
use crate::App;
use crate::customer::all_customers;
use crate::list::Party;
use crate::tax_invoice::{Standing, standing_at};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, CustomerId};
use money::{Currency, Minor};
use std::collections::{BTreeMap, HashMap};
use store::query;

/// Which is without the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaxInvoicedSide {
    /// 未开发票: a document that no tax invoice has.
    Document,
    /// 未关联单据: a tax invoice that is of no document here.
    TaxInvoice,
}

impl TaxInvoicedSide {
    pub const fn name(self) -> &'static str {
        match self {
            TaxInvoicedSide::Document => "document",
            TaxInvoicedSide::TaxInvoice => "tax-invoice",
        }
    }
}

/// A document or tax invoice with what of its gross the other side does not have. Credit notes and red ones are negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxInvoicedRow {
    pub side: TaxInvoicedSide,
    pub party: Party,
    pub kind: String,
    pub number: String,
    pub date: NaiveDate,
    pub currency: Currency,
    pub gross: Minor,
    pub linked: Minor,
    /// `gross` − `linked`
    pub missing: Minor,
    /// Of a document: the number of the tax invoice that it names, and whether one with it is recorded.
    pub named: Option<(String, bool)>,
}

/// By currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxInvoicedTotal {
    pub currency: Currency,
    pub documents: Minor,
    pub tax_invoices: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxInvoicedReport {
    pub head: Head,
    pub rows: Vec<TaxInvoicedRow>,
    pub totals: Vec<TaxInvoicedTotal>,
}

/// Documents without a tax invoice that stands, and such ones without documents, whole or in part.
///
/// # Errors
/// Who may not read; a position that is not sealed.
pub fn tax_invoiced(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
) -> Result<TaxInvoicedReport, ReportError> {
    let asked = Asked { from: None, ..asked.clone() };
    report(app, actor, company, &asked, of)
}

fn of(reading: &mut Reading<'_>) -> Result<TaxInvoicedReport, ReportError> {
    let at = (reading.head.as_of, reading.head.known_at);
    let standing = standing_at(reading.conn, reading.company.id, at)?;
    let parties: HashMap<CustomerId, Party> = match &reading.customer {
        Some(one) => HashMap::from([(one.id, super::party(one))]),
        None => all_customers(reading.conn, reading.company.id)?
            .iter()
            .map(|customer| (customer.id, super::party(customer)))
            .collect(),
    };
    let mut rows = documents(reading, &parties, &standing)?;
    for (row, linked) in &standing.rows {
        let missing = row.gross.sub(*linked)?;
        let Some(party) = parties.get(&row.customer).filter(|_| !missing.is_zero()) else { continue };
        reading.rows(1)?;
        let signed = |amount: Minor| if row.original.is_some() { amount.neg() } else { Ok(amount) };
        rows.push(TaxInvoicedRow {
            side: TaxInvoicedSide::TaxInvoice,
            party: party.clone(),
            kind: row.kind.name().to_owned(),
            number: row.number.clone(),
            date: row.issued_on,
            currency: row.currency,
            gross: signed(row.gross)?,
            linked: signed(*linked)?,
            missing: signed(missing)?,
            named: None,
        });
    }
    let mut totals: BTreeMap<Currency, TaxInvoicedTotal> = BTreeMap::new();
    for row in &rows {
        let nothing =
            || TaxInvoicedTotal { currency: row.currency, documents: Minor::ZERO, tax_invoices: Minor::ZERO };
        let total = totals.entry(row.currency).or_insert_with(nothing);
        let sum = match row.side {
            TaxInvoicedSide::Document => &mut total.documents,
            TaxInvoicedSide::TaxInvoice => &mut total.tax_invoices,
        };
        *sum = sum.add(row.missing)?;
    }
    Ok(TaxInvoicedReport { head: reading.head.clone(), rows, totals: totals.into_values().collect() })
}

fn documents(
    reading: &mut Reading<'_>,
    parties: &HashMap<CustomerId, Party>,
    standing: &Standing,
) -> Result<Vec<TaxInvoicedRow>, ReportError> {
    /// Documents read at once.
    const CHUNK: usize = 500;
    let (company, at) = (reading.company.id, (reading.head.as_of, reading.head.known_at));
    let customer = reading.customer.as_ref().map(|customer| customer.id);
    let mut rows = Vec::new();
    for kind in ["invoice", "debit-note", "late-fee", "credit-note"] {
        let posted = query::documents::posted_at(reading.conn, company, (kind, customer), at)?;
        for chunk in posted.chunks(CHUNK) {
            for row in query::documents::by_ids(reading.conn, company, chunk)? {
                let linked = standing.linked.get(&row.id).copied().unwrap_or_default();
                let missing = row.gross.sub(linked)?;
                let Some(party) = parties.get(&row.customer).filter(|_| !missing.is_zero()) else { continue };
                reading.rows(1)?;
                let signed = |amount: Minor| if kind == "credit-note" { amount.neg() } else { Ok(amount) };
                rows.push(TaxInvoicedRow {
                    side: TaxInvoicedSide::Document,
                    party: party.clone(),
                    kind: kind.to_owned(),
                    number: row.number.clone(),
                    date: row.document_date,
                    currency: row.currency,
                    gross: signed(row.gross)?,
                    linked: signed(linked)?,
                    missing: signed(missing)?,
                    named: row.tax_invoice_number.map(|number| {
                        let recorded = standing.numbers.contains(&number);
                        (number, recorded)
                    }),
                });
            }
        }
    }
    rows.sort_by(|a, b| (a.date, &a.number).cmp(&(b.date, &b.number)));
    Ok(rows)
}
