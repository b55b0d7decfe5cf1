//! The tie-out: for every customer, account and currency the sealed statement's closing, the balance, the open items
//! and the aging are compared, at (cut-off, sealed position).

use super::report::{AccountTie, CurrencyTie, TieOut};
use crate::cli::failure::{Exit, Failure, OrFail as _};
use crate::cli::session::Session;
use app::customer::AccountBalance;
use chrono::NaiveDate;
use domain::ids::{CustomerId, StatementId};
use money::{Currency, Minor, MoneyError};
use std::collections::BTreeMap;

/// (account, currency) → closing.
type Closings = BTreeMap<(String, String), Minor>;

/// Compares; `codes` names the customers, `statements` are those of the run.
pub fn tie_out(
    session: &Session,
    codes: &BTreeMap<CustomerId, String>,
    statements: &[StatementId],
    as_of: NaiveDate,
    known_at: u64,
) -> Result<TieOut, Failure> {
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let mut closings: BTreeMap<CustomerId, Closings> = BTreeMap::new();
    for id in statements {
        let (statement, rows) = app::statement::get(app, actor, company, *id).or_fail()?;
        let of_customer = closings.entry(statement.customer).or_default();
        for row in rows {
            of_customer.insert((row.account, row.currency.code().to_owned()), row.closing);
        }
    }
    let all = app::customer::balances_of_all(app, actor, company, Some(as_of), Some(known_at)).or_fail()?;
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    let mut accounts = Vec::new();
    for (customer, balances) in &all {
        let code = codes.get(customer).cloned().unwrap_or_else(|| customer.to_string());
        for account in &balances.accounts {
            let key = (account.account.clone(), account.currency.code().to_owned());
            let closing = closings.get_mut(customer).and_then(|of| of.remove(&key));
            let holds = holds(closing, account);
            let sum = sums.entry(key.1).or_insert_with(|| Sums::new(account.currency));
            sum.add(closing, account, holds).map_err(too_large)?;
            accounts.push(tie(code.clone(), closing, account, holds));
        }
    }
    // an account that was stated and has no balance would be missed by a loop over balances
    let unseen = closings.values().flat_map(BTreeMap::values).all(|closing| closing.is_zero());
    let holds = unseen && accounts.iter().all(|account| account.holds);
    let by_currency = sums.into_values().map(Sums::view).collect();
    Ok(TieOut { as_of: as_of.to_string(), known_at, holds, by_currency, accounts })
}

/// A customer without a statement must owe nothing.
fn holds(closing: Option<Minor>, account: &AccountBalance) -> bool {
    let stated = closing.unwrap_or(Minor::ZERO);
    stated == account.balance
        && account.balance == account.open_items
        && account.balance == account.aging.total
}

fn tie(customer: String, closing: Option<Minor>, of: &AccountBalance, holds: bool) -> AccountTie {
    AccountTie {
        customer,
        account: of.account.clone(),
        currency: of.currency.code().to_owned(),
        closing: closing.map(|closing| closing.format(of.currency)),
        balance: of.balance.format(of.currency),
        open_items: of.open_items.format(of.currency),
        aging: of.aging.total.format(of.currency),
        holds,
    }
}

struct Sums {
    currency: Currency,
    accounts: u64,
    tied_out: u64,
    closing: Minor,
    balance: Minor,
    open_items: Minor,
    aging: Minor,
}

impl Sums {
    fn new(currency: Currency) -> Self {
        let zero = Minor::ZERO;
        Sums {
            currency,
            accounts: 0,
            tied_out: 0,
            closing: zero,
            balance: zero,
            open_items: zero,
            aging: zero,
        }
    }
    fn add(
        &mut self,
        closing: Option<Minor>,
        account: &AccountBalance,
        holds: bool,
    ) -> Result<(), MoneyError> {
        self.accounts += 1;
        self.tied_out += u64::from(holds);
        self.closing = self.closing.add(closing.unwrap_or(Minor::ZERO))?;
        self.balance = self.balance.add(account.balance)?;
        self.open_items = self.open_items.add(account.open_items)?;
        self.aging = self.aging.add(account.aging.total)?;
        Ok(())
    }
    fn view(self) -> CurrencyTie {
        let text = |minor: Minor| minor.format(self.currency);
        CurrencyTie {
            currency: self.currency.code().to_owned(),
            accounts: self.accounts,
            tied_out: self.tied_out,
            closing: text(self.closing),
            balance: text(self.balance),
            open_items: text(self.open_items),
            aging: text(self.aging),
        }
    }
}

fn too_large(error: MoneyError) -> Failure {
    Failure::new(Exit::Internal, "internal", format!("the sums of the tie-out: {error}"))
}
