use super::{Asked, Head, Key, Reading, ReportError, add, report};
use crate::App;
use crate::list::Party;
use domain::actor::Actor;
use domain::ids::CompanyId;
use domain::ledger::account;
use domain::statement::StatementError;
use money::{Currency, Minor};
use std::collections::{BTreeMap, BTreeSet};

/// A control account in a currency, reckoned four ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieOutRow {
    pub account: String,
    pub currency: Currency,
    /// Σ postings: the database's sum, without the fold.
    pub ledger: Minor,
    /// Σ of the customers' closing balances.
    pub customers: Minor,
    pub open_items: Minor,
    /// Σ ages − unapplied.
    pub aging: Minor,
}

impl TieOutRow {
    pub fn holds(&self) -> bool {
        [self.customers, self.open_items, self.aging].iter().all(|sum| *sum == self.ledger)
    }
}

/// A customer whose rows contradict each other: where, in words.
#[derive(Debug)]
pub struct NotTied {
    pub party: Party,
    pub source: StatementError,
}

#[derive(Debug)]
pub struct TieOutReport {
    pub head: Head,
    pub rows: Vec<TieOutRow>,
    /// Customers that have no balance; the sums are without them.
    pub not_tied: Vec<NotTied>,
    /// What a regrouping (重分类) of the day shows as advances beside the control accounts, which have it as credits.
    pub regrouped: Vec<(Currency, Minor)>,
}

impl TieOutReport {
    pub fn holds(&self) -> bool {
        self.not_tied.is_empty() && self.rows.iter().all(TieOutRow::holds)
    }
}

/// Each control account against its customers, their open items and their ages (总账与明细账勾稽).
///
/// # Errors
/// Who may not read; a position that is not sealed. What does not tie out stands in the report.
pub fn tie_out(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
) -> Result<TieOutReport, ReportError> {
    let asked = Asked { from: None, customer: None, ..asked.clone() };
    report(app, actor, company, &asked, tie_out_in)
}

/// As [`tie_out`], of a reading.
pub(crate) fn tie_out_in(reading: &mut Reading<'_>) -> Result<TieOutReport, ReportError> {
    let [mut customers, mut items, mut ages] = [(); 3].map(|()| BTreeMap::<Key, Minor>::new());
    let mut not_tied = Vec::new();
    reading.each_outcome(|reading, party, folded| {
        let model = match folded {
            Ok(model) => model,
            Err(source) => {
                reading.rows(1)?;
                not_tied.push(NotTied { party, source });
                return Ok(());
            }
        };
        for section in model.sections {
            let key = || (section.account.clone(), section.currency);
            add(&mut customers, key(), section.closing)?;
            add(&mut items, key(), Minor::sum(section.open_items.iter().map(|item| item.open))?)?;
            add(&mut ages, key(), section.aging.total)?;
        }
        Ok(())
    })?;
    let ledger = reading.control()?;
    let keys: BTreeSet<&Key> = ledger.keys().chain(customers.keys()).collect();
    let of = |sums: &BTreeMap<Key, Minor>, key: &Key| sums.get(key).copied().unwrap_or_default();
    let row = |key: &Key| TieOutRow {
        account: key.0.clone(),
        currency: key.1,
        ledger: of(&ledger, key),
        customers: of(&customers, key),
        open_items: of(&items, key),
        aging: of(&ages, key),
    };
    let rows = keys.into_iter().map(row).collect();
    let regrouped = reading.standing(account::REGROUPED)?.into_iter();
    let regrouped = regrouped.map(|((_, currency), shown)| (currency, shown));
    let regrouped = regrouped.filter(|(_, shown)| !shown.is_zero()).collect();
    Ok(TieOutReport { head: reading.head.clone(), rows, not_tied, regrouped })
}
