//! What is disputed of open items. The disputed column of reports is read from here, beside whatever made the other figures: the fold or
//! a checkpoint.

use crate::common::Common;
use chrono::NaiveDate;
use domain::ids::{CompanyId, CustomerId, DisputeId, OpenItemId};
use money::{Currency, Minor};
use std::collections::HashMap;
use store::rows::Dispute;
use store::{Conn, query};

/// What is disputed of an item at a day, as it was known at a position: no more than was open of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disputed {
    pub dispute: DisputeId,
    pub item: OpenItemId,
    pub customer: CustomerId,
    /// The control account.
    pub account: String,
    pub currency: Currency,
    pub amount: Minor,
}

/// Everything that was disputed at a day as it was known at a position. A dispute goes over with its item where a merge carried it to
/// another customer, and was hers then where the merge was undone since.
pub(crate) fn disputed_at(
    conn: &mut Conn,
    company: CompanyId,
    at: (NaiveDate, u64),
) -> Result<Vec<Disputed>, Common> {
    let rows = query::disputes::open_at(conn, company, at)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let made: Vec<OpenItemId> = rows.iter().map(|row| row.item).collect();
    let mut places: HashMap<OpenItemId, Vec<OpenItemId>> =
        made.iter().map(|item| (*item, vec![*item])).collect();
    for (item, later) in query::merges::places(conn, company, &made)? {
        places.entry(item).or_default().push(later);
    }
    let all: Vec<OpenItemId> = places.values().flatten().copied().collect();
    let mut open = query::disputes::receivables_at(conn, company, &all, at)?;
    let mut found = Vec::new();
    for row in rows {
        let mut left = row.amount;
        for item in places.get(&row.item).into_iter().flatten() {
            let Some(of) = open.get_mut(item) else { continue };
            let amount = left.min(of.open);
            if !amount.is_positive() {
                continue;
            }
            left = left.sub(amount)?;
            // of two that were open at a day, as it was told later, the second has what the first left
            of.open = of.open.sub(amount)?;
            found.push(Disputed {
                dispute: row.id,
                item: *item,
                customer: of.customer,
                account: of.account.clone(),
                currency: of.currency,
                amount,
            });
        }
    }
    Ok(found)
}

/// The disputes of items that are open now, sealed or not, by the item as it is now.
pub(crate) fn disputed_now(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
) -> Result<HashMap<OpenItemId, Dispute>, Common> {
    let origins = query::merges::origins(conn, company, items)?;
    let made = |item: &OpenItemId| origins.get(item).copied().unwrap_or(*item);
    let named: Vec<OpenItemId> = items.iter().chain(origins.values()).copied().collect();
    let open = query::disputes::open_of(conn, company, &named)?;
    let of: HashMap<OpenItemId, Dispute> = open.into_iter().map(|row| (row.item, row)).collect();
    let own = |item: &OpenItemId| of.get(item).or_else(|| of.get(&made(item)));
    Ok(items.iter().filter_map(|item| Some((*item, own(item)?.clone()))).collect())
}
