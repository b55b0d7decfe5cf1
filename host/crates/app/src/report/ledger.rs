use super::{Asked, Head, ReportError, add, report};
use crate::App;
use crate::list::Party;
use domain::actor::Actor;
use domain::ids::CompanyId;
use domain::statement::{Movement, Section};
use money::{Currency, Minor};
use std::collections::BTreeMap;

/// A customer's control account in one currency; opening + Σ debit − Σ credit = closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerAccount {
    pub party: Party,
    pub account: String,
    /// (zh, en), as the chart has them on the last day.
    pub names: Option<(String, String)>,
    pub currency: Currency,
    /// Before the first day.
    pub opening: Minor,
    /// By effective date, then as they were recorded; each with the balance after it.
    pub movements: Vec<Movement>,
    pub debit: Minor,
    pub credit: Minor,
    pub closing: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerReport {
    pub head: Head,
    pub accounts: Vec<LedgerAccount>,
}

/// The ledger of customers (明细账) with a running balance. Accounts that had nothing and moved nothing are left out.
///
/// # Errors
/// A ledger that does not tie out, by customer or by control account.
pub fn ledger(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
) -> Result<LedgerReport, ReportError> {
    report(app, actor, company, asked, |reading| {
        let (mut accounts, mut closings) = (Vec::new(), BTreeMap::new());
        reading.each(|reading, party, model| {
            for section in model.sections {
                add(&mut closings, (section.account.clone(), section.currency), section.closing)?;
                if section.movements.is_empty() && section.opening.is_zero() {
                    continue;
                }
                reading.rows(section.movements.len().saturating_add(2))?;
                accounts.push(account(party.clone(), section, &reading.head));
            }
            Ok(())
        })?;
        reading.check_control("balances", &closings)?;
        Ok(LedgerReport { head: reading.head.clone(), accounts })
    })
}

/// What takes something back is called that: the register of statements has no word for it.
fn account(party: Party, mut section: Section, head: &Head) -> LedgerAccount {
    for movement in section.movements.iter_mut().filter(|movement| movement.reversal) {
        "reversal".clone_into(&mut movement.kind);
    }
    LedgerAccount {
        party,
        names: head.names_of(&section.account),
        account: section.account,
        currency: section.currency,
        opening: section.opening,
        movements: section.movements,
        debit: section.total_debit,
        credit: section.total_credit,
        closing: section.closing,
    }
}
