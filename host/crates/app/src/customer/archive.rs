use super::read::{CustomerRef, CustomerView, held};
use crate::common::{Common, Context, authorise};
use crate::vault::VaultError;
use crate::{App, event};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId};
use serde_json::json;
use store::rows::Customer;
use store::{Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ArchiveError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("customer {0} is archived already")]
    Archived(String),
    #[error("customer {0} is not archived")]
    NotArchived(String),
}

crate::common::through_common!(ArchiveError);

/// Puts a customer into the archive (归档), or takes her out of it. Nothing new is charged to who is in it; what she owes can be
/// paid, corrected and stated as before.
///
/// # Errors
/// `Vault(Erased)` once her data are erased: nothing is charged to her any more.
pub fn archive(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    reference: &CustomerRef,
    into: bool,
) -> Result<CustomerView, ArchiveError> {
    authorise(actor, Noun::Customers, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let customer = held(tx, company, reference)?.customer;
        if customer.erased_at.is_some() {
            return Err(Common::Vault(VaultError::Erased).into());
        }
        check_unmerged(&customer)?;
        match (customer.archived_at.is_some(), into) {
            (true, true) => return Err(ArchiveError::Archived(customer.code)),
            (false, false) => return Err(ArchiveError::NotArchived(customer.code)),
            _ => {}
        }
        let since = into.then_some(ctx.now);
        query::customers::archive(tx, company, customer.id, customer.version, since)?;
        let view = held(tx, company, &CustomerRef::Id(customer.id))?;
        let kind = if into { "customer.archived" } else { "customer.unarchived" };
        let data = json!({"version": view.customer.version.to_string()});
        event::write(&ctx, tx, actor, company, (kind, customer.id), data)?;
        Ok(view)
    })
}

/// That nobody took her place.
pub(crate) fn check_unmerged(customer: &Customer) -> Result<(), Common> {
    match customer.merged_into {
        Some(into) => Err(Common::Merged { code: customer.code.clone(), into }),
        None => Ok(()),
    }
}

/// As [`check_unmerged`], of customers who are held.
pub(crate) fn check_not_merged(
    tx: &Tx<'_>,
    company: CompanyId,
    customers: &[CustomerId],
) -> Result<(), Common> {
    match query::erasure::merged_of_held(tx, company, customers) {
        Some((code, into)) => Err(Common::Merged { code, into }),
        None => Ok(()),
    }
}

/// That she may be charged something new.
pub(crate) fn check_open(customer: &Customer) -> Result<(), Common> {
    check_unmerged(customer)?;
    match customer.archived_at {
        Some(at) => Err(Common::Archived { code: customer.code.clone(), at }),
        None => Ok(()),
    }
}
