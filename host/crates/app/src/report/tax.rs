use super::{Asked, Head, ReportError, report};
use crate::App;
use domain::actor::Actor;
use domain::ids::CompanyId;
use money::{Currency, Minor};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use store::query;

/// Tax that documents state, credit notes and reversals negative; with it that of advances (预收款), as it arose and was released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRow {
    pub currency: Currency,
    pub authority: String,
    /// vat …
    pub kind: String,
    pub code: String,
    /// As a fraction: `0.13`.
    pub rate: Decimal,
    /// Taxed.
    pub base: Minor,
    pub exempt: Minor,
    pub out_of_scope: Minor,
    pub tax: Minor,
}

/// Tax that the ledger owes by a tax code: what the tax accounts moved, output tax positive. Differs from the documents' by
/// what the seller does not collect (reverse charge).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxPosted {
    pub currency: Currency,
    pub code: String,
    pub account: String,
    pub posted: Minor,
    pub base_posted: Minor,
    /// What documents state under this code, all rates.
    pub stated: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxReport {
    pub head: Head,
    pub rows: Vec<TaxRow>,
    /// Empty where one customer is asked for: tax accounts name none.
    pub posted: Vec<TaxPosted>,
}

/// Tax by code and rate (税额汇总表) of the documents that are effective in the span.
///
/// # Errors
/// A ledger that does not tie out.
pub fn tax(app: &App, actor: &Actor, company: CompanyId, asked: &Asked) -> Result<TaxReport, ReportError> {
    report(app, actor, company, asked, |reading| {
        let mut sums: BTreeMap<Key, (Minor, Minor)> = BTreeMap::new();
        reading.whole = true;
        reading.each(|_, _, model| {
            for section in model.sections {
                for (code, rate, base, tax) in section.tax {
                    // 0.13 and 0.130 are one rate
                    let sum = sums.entry((section.currency, code, rate.normalize())).or_default();
                    *sum = (sum.0.add(base)?, sum.1.add(tax)?);
                }
            }
            Ok(())
        })?;
        let customer = reading.customer.as_ref().map(|customer| customer.id);
        let stated = query::reports::stated_taxes(reading.conn, company, reading.span(), customer)?;
        reading.rows(stated.len())?;
        let mut rows: Vec<TaxRow> = stated.into_iter().map(row).collect();
        check(&rows, &sums)?;
        let advances = query::reports::advance_taxes(reading.conn, company, reading.span(), customer)?;
        with_advances(&mut rows, advances)?;
        let posted = if reading.customer.is_some() {
            Vec::new()
        } else {
            posted(query::reports::taxes(reading.conn, company, reading.span())?, &rows)?
        };
        Ok(TaxReport { head: reading.head.clone(), rows, posted })
    })
}

/// What the fold sums by.
type Key = (Currency, String, Decimal);

fn row(sum: query::reports::StatedTax) -> TaxRow {
    TaxRow {
        currency: sum.currency,
        authority: sum.authority,
        kind: sum.kind,
        code: sum.code,
        rate: sum.rate.normalize(),
        base: sum.base,
        exempt: sum.exempt,
        out_of_scope: sum.out_of_scope,
        tax: sum.amount,
    }
}

/// Adds what moved of the tax of advances: it stands on no customer's account, so that no fold has it.
fn with_advances(rows: &mut Vec<TaxRow>, moved: Vec<query::reports::StatedTax>) -> Result<(), ReportError> {
    if moved.is_empty() {
        return Ok(());
    }
    for one in moved.into_iter().map(row) {
        let Some(own) = rows.iter_mut().find(|other| key(other) == key(&one)) else {
            rows.push(one);
            continue;
        };
        own.base = own.base.add(one.base)?;
        own.exempt = own.exempt.add(one.exempt)?;
        own.out_of_scope = own.out_of_scope.add(one.out_of_scope)?;
        own.tax = own.tax.add(one.tax)?;
    }
    rows.sort_by(|one, other| key(one).cmp(&key(other)));
    Ok(())
}

/// What a row is of.
fn key(row: &TaxRow) -> (&str, &str, &str, &str, Decimal) {
    (row.currency.code(), &row.authority, &row.kind, &row.code, row.rate)
}

/// The documents, as the database sums them, say what the customers' ledgers say.
fn check(rows: &[TaxRow], folded: &BTreeMap<Key, (Minor, Minor)>) -> Result<(), ReportError> {
    let mut summed: BTreeMap<Key, (Minor, Minor)> = BTreeMap::new();
    for row in rows {
        let sum = summed.entry((row.currency, row.code.clone(), row.rate)).or_default();
        *sum = (sum.0.add(row.base)?, sum.1.add(row.tax)?);
    }
    for key in summed.keys().chain(folded.keys()) {
        let of = |sums: &BTreeMap<Key, (Minor, Minor)>| sums.get(key).copied().unwrap_or_default();
        let (documents, ledgers) = (of(&summed), of(folded));
        if documents != ledgers {
            let (currency, code, rate) = key;
            let shown = |(base, tax): (Minor, Minor)| {
                format!("{} on {}", tax.format(*currency), base.format(*currency))
            };
            return Err(ReportError::Tax {
                code: format!("{code} {} {currency}", money::normal_form(*rate)),
                documents: shown(documents),
                ledgers: shown(ledgers),
            });
        }
    }
    Ok(())
}

fn posted(sums: Vec<query::reports::TaxSum>, rows: &[TaxRow]) -> Result<Vec<TaxPosted>, ReportError> {
    let mut posted = Vec::with_capacity(sums.len());
    for sum in sums {
        let code = sum.code.unwrap_or_default();
        let own = rows.iter().filter(|row| row.currency == sum.currency && row.code == code);
        posted.push(TaxPosted {
            stated: Minor::sum(own.map(|row| row.tax))?,
            posted: sum.amount.neg()?,
            base_posted: sum.base.neg()?,
            currency: sum.currency,
            account: sum.account,
            code,
        });
    }
    Ok(posted)
}
