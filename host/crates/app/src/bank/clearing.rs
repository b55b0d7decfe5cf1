//! What payment providers hold for the company (支付平台在途资金): the balance of each clearing account, and whether the provider's own
//! file says the same.

use super::account::CLEARING;
use crate::App;
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::ids::CompanyId;
use domain::time::AccountingDate;
use money::Minor;
use store::rows::BankAccount;
use store::{Conn, query};

/// A clearing account at a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearing {
    pub account: BankAccount,
    /// What the ledger has: received gross, less fees, less what was paid out.
    pub balance: Minor,
    /// In base currency.
    pub base: Minor,
    /// The last closing balance that the provider stated up to the day, and of which day.
    pub stated: Option<(NaiveDate, Minor)>,
    /// Lines booked up to the day that are not settled.
    pub unsettled: u64,
}

/// Every clearing account, by number.
pub fn clearing(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    as_of: Option<NaiveDate>,
) -> Result<(NaiveDate, Vec<Clearing>), Common> {
    authorise(actor, Permission::Read, company)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let day = match as_of {
            Some(day) => day,
            None => today(&ctx, &row)?,
        };
        Ok((day, clearing_in(conn, company, day)?))
    })
}

/// As [`clearing`], on the caller's connection.
pub(crate) fn clearing_in(
    conn: &mut Conn,
    company: CompanyId,
    day: NaiveDate,
) -> Result<Vec<Clearing>, Common> {
    let unsettled = query::bank_lines::unsettled(conn, company, (FIRST_DAY, day))?;
    let mut accounts = query::bank_accounts::list(conn, company)?;
    accounts.retain(|account| account.kind == CLEARING);
    let mut found = Vec::with_capacity(accounts.len());
    for account in accounts {
        let sums = query::suspense::ledger(conn, company, &account.ledger, AccountingDate::new(day))?;
        let own = sums.into_iter().find(|sum| sum.0 == account.currency);
        let (balance, base) = own.map(|sum| (sum.1, sum.2)).unwrap_or_default();
        let statements = query::bank_files::statements_of_account(conn, company, account.id)?;
        let closed = statements.iter().filter_map(|one| Some((one.end_date?, one.closing?)));
        let stated = closed.filter(|(end, _)| *end <= day).max_by_key(|(end, _)| *end);
        let own = unsettled.iter().filter(|(of, ..)| *of == account.id);
        let unsettled = own.fold(0u64, |sum, (_, _, lines)| sum.saturating_add(*lines));
        found.push(Clearing { account, balance, base, stated, unsettled });
    }
    Ok(found)
}

/// No provider booked before; the first day whose text sorts right.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
