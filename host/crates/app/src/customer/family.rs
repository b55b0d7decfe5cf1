//! Families: customers under one payer (总公司与分公司).

use super::update::PARENTS_MAX;
use crate::common::{Common, there};
use domain::ids::{CompanyId, CustomerId};
use store::{Conn, query};

/// Whether two customers have a payer in common, or one is the other's.
pub(crate) fn are_family(
    conn: &mut Conn,
    company: CompanyId,
    one: CustomerId,
    other: CustomerId,
) -> Result<bool, Common> {
    Ok(head(conn, company, one)? == head(conn, company, other)?)
}

/// Who stands above all payers of a customer; she herself, if nobody does.
fn head(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> Result<CustomerId, Common> {
    let mut at = customer;
    // what is stored is never deeper
    for _ in 0..=PARENTS_MAX {
        match there(query::customers::by_id(conn, company, at)?, "customer", at)?.parent {
            Some(parent) => at = parent,
            None => break,
        }
    }
    Ok(at)
}
