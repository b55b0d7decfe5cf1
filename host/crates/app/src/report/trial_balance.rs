use super::{Asked, Head, ReportError, report};
use crate::App;
use domain::actor::Actor;
use domain::ids::CompanyId;
use money::{Currency, Minor};
use std::collections::BTreeMap;
use store::query;
use store::query::reports::AccountSum;

/// An account in a currency, in that currency and in the base currency; closing = opening + debit − credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalanceRow {
    pub sum: AccountSum,
    /// (zh, en), as the chart has them on the last day.
    pub names: Option<(String, String)>,
    pub closing: Minor,
    pub base_closing: Minor,
}

/// All accounts together: openings and closings are 0, debits are credits, or there is no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrialBalanceTotal {
    pub debit: Minor,
    pub credit: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalanceReport {
    pub head: Head,
    pub rows: Vec<TrialBalanceRow>,
    pub totals: BTreeMap<Currency, TrialBalanceTotal>,
    /// In base currency, over all.
    pub base: TrialBalanceTotal,
}

/// Balances of all accounts by currency (试算平衡表), with what moved since the first day.
///
/// # Errors
/// A ledger whose debits are not its credits.
pub fn trial_balance(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
) -> Result<TrialBalanceReport, ReportError> {
    report(app, actor, company, asked, |reading| {
        let sums = query::reports::accounts(reading.conn, company, reading.span())?;
        reading.rows(sums.len())?;
        let head = reading.head.clone();
        let mut rows = Vec::with_capacity(sums.len());
        for sum in sums {
            rows.push(TrialBalanceRow {
                closing: sum.opening.add(sum.debit)?.sub(sum.credit)?,
                base_closing: sum.base_opening.add(sum.base_debit)?.sub(sum.base_credit)?,
                names: head.names_of(&sum.account),
                sum,
            });
        }
        let (totals, base) = balanced(&rows, head.base_currency)?;
        Ok(TrialBalanceReport { head, rows, totals, base })
    })
}

/// The totals, if the ledger balances.
fn balanced(
    rows: &[TrialBalanceRow],
    base_currency: Currency,
) -> Result<(BTreeMap<Currency, TrialBalanceTotal>, TrialBalanceTotal), ReportError> {
    let mut totals: BTreeMap<Currency, TrialBalanceTotal> = BTreeMap::new();
    let mut openings: BTreeMap<Currency, Minor> = BTreeMap::new();
    let mut base = TrialBalanceTotal::default();
    let mut base_opening = Minor::ZERO;
    for TrialBalanceRow { sum, .. } in rows {
        let total = totals.entry(sum.currency).or_default();
        (total.debit, total.credit) = (total.debit.add(sum.debit)?, total.credit.add(sum.credit)?);
        let opening = openings.entry(sum.currency).or_default();
        *opening = opening.add(sum.opening)?;
        (base.debit, base.credit) = (base.debit.add(sum.base_debit)?, base.credit.add(sum.base_credit)?);
        base_opening = base_opening.add(sum.base_opening)?;
    }
    let check = |total: &TrialBalanceTotal, opening: Minor, currency: Currency, name: String| {
        let moved = total.debit.sub(total.credit)?;
        match [opening, moved].into_iter().find(|difference| !difference.is_zero()) {
            Some(difference) => {
                Err(ReportError::Unbalanced { currency: name, difference: difference.format(currency) })
            }
            None => Ok(()),
        }
    };
    for (currency, total) in &totals {
        check(total, openings.get(currency).copied().unwrap_or_default(), *currency, currency.to_string())?;
    }
    check(&base, base_opening, base_currency, format!("base currency {base_currency}"))?;
    Ok((totals, base))
}
