//! The end of an import of old books: what our ledger says each customer owes, against what the old one says.

use crate::App;
use crate::common::{Common, authorise};
use crate::customer::{self, BalanceError, CustomerRef};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::ids::CompanyId;
use domain::ledger::account;
use money::{Currency, Minor};

/// What the old books say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldBalance {
    pub customer: CustomerRef,
    pub currency: Currency,
    pub amount: Minor,
}

/// A customer whose balances differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub customer: String,
    pub currency: Currency,
    pub old: Minor,
    pub new: Minor,
}

/// Compares at a day; everything that was committed must be sealed.
pub fn tie_out(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    as_of: NaiveDate,
    old: &[OldBalance],
) -> Result<Vec<Difference>, BalanceError> {
    authorise(actor, Permission::Read, company).map_err(BalanceError::Common)?;
    let mut differences = Vec::new();
    for one in old {
        let balances = match customer::balance(app, actor, company, &one.customer, Some(as_of), None) {
            Ok(balances) => balances.accounts,
            // a customer that is not in our books owes nothing there
            Err(BalanceError::Common(Common::NotFound { .. })) => Vec::new(),
            Err(error) => return Err(error),
        };
        let own = balances.iter().filter(|b| b.account == account::RECEIVABLES && b.currency == one.currency);
        let new = Minor::sum(own.map(|balance| balance.balance)).map_err(Common::from)?;
        if new != one.amount {
            let (customer, currency, old) = (one.customer.to_string(), one.currency, one.amount);
            differences.push(Difference { customer, currency, old, new });
        }
    }
    Ok(differences)
}
