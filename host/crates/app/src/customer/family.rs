//! Families: customers under one payer (总公司与分公司).

use super::update::PARENTS_MAX;
use crate::common::{Common, there};
use domain::ids::{CompanyId, CustomerId};
use std::collections::BTreeSet;
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

/// Merges one after the other at most.
const MERGES_MAX: usize = 20;

/// Who stands for these customers now: for one who was merged whoever took her place.
pub(crate) fn standing_for(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[CustomerId],
) -> Result<BTreeSet<CustomerId>, Common> {
    let mut standing: BTreeSet<CustomerId> = ids.iter().copied().collect();
    for _ in 0..MERGES_MAX {
        let ids: Vec<CustomerId> = standing.iter().copied().collect();
        let merged = query::customers::merged(conn, company, &ids)?;
        if merged.is_empty() {
            break;
        }
        for (id, _, into) in merged {
            standing.remove(&id);
            standing.extend(into);
        }
    }
    Ok(standing)
}

/// A customer, and whoever was merged into her, one after the other.
pub(crate) fn with_merged(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> Result<Vec<CustomerId>, Common> {
    let mut all = BTreeSet::from([customer]);
    let mut ids = vec![customer];
    for _ in 0..MERGES_MAX {
        ids = query::merges::sources(conn, company, &ids)?;
        ids.retain(|id| all.insert(*id));
        if ids.is_empty() {
            break;
        }
    }
    Ok(all.into_iter().collect())
}

/// Whether two customers are one by now.
pub(crate) fn are_one(
    conn: &mut Conn,
    company: CompanyId,
    one: CustomerId,
    other: CustomerId,
) -> Result<bool, Common> {
    if one == other {
        return Ok(true);
    }
    Ok(standing_for(conn, company, &[one])? == standing_for(conn, company, &[other])?)
}

/// Who stands above all payers of a customer; she herself, if nobody does.
fn head(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> Result<CustomerId, Common> {
    let mut at = customer;
    // what is stored is never deeper
    for _ in 0..=PARENTS_MAX {
        let row = there(query::customers::by_id(conn, company, at)?, "customer", at)?;
        // who was merged stands where the one does who took her place
        match row.merged_into.or(row.parent) {
            Some(above) => at = above,
            None => break,
        }
    }
    Ok(at)
}
