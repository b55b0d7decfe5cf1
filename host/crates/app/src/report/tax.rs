use super::{Asked, Head, ReportError, report};
use crate::App;
use domain::actor::Actor;
use domain::ids::CompanyId;
use money::{Currency, Minor};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use store::query;

/// Tax that documents state, credit notes and reversals negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRow {
    pub currency: Currency,
    pub code: String,
    /// As a fraction: `0.13`.
    pub rate: Decimal,
    pub base: Minor,
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
        let mut sums: BTreeMap<(Currency, String, Decimal), (Minor, Minor)> = BTreeMap::new();
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
        reading.rows(sums.len())?;
        let rows: Vec<TaxRow> = sums
            .into_iter()
            .map(|((currency, code, rate), (base, tax))| TaxRow { currency, code, rate, base, tax })
            .collect();
        let posted = if reading.customer.is_some() {
            Vec::new()
        } else {
            posted(query::reports::taxes(reading.conn, company, reading.span())?, &rows)?
        };
        Ok(TaxReport { head: reading.head.clone(), rows, posted })
    })
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
