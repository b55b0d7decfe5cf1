//! Whom it concerns, beside whose document it is, that a document is taken back: whose debts its money paid, and are open again; of a
//! return, or of a bill's dishonour, whose debts are paid again (decision 122).

use crate::common::{Common, there};
use crate::{allocation, bill, invoice};
use domain::bill::BillAct;
use domain::ids::{CompanyId, CustomerId, OpenItemId};
use domain::ledger::TRANSFER;
use std::collections::BTreeSet;
use store::rows::{Allocation, Document};
use store::{Conn, query};

/// These customers, but hers; asked while what it paid stands.
pub(crate) fn others_of(conn: &mut Conn, of: &Document) -> Result<BTreeSet<CustomerId>, Common> {
    let company = of.company;
    let made: Vec<OpenItemId> =
        query::open_items::of_document(conn, company, of.id)?.into_iter().map(|item| item.id).collect();
    let mut touched = BTreeSet::new();
    for item in made.iter().copied().chain(gone(conn, of)?) {
        let all = query::allocations::of_item(conn, company, item)?;
        for undoing in &all {
            touched.extend(allocation::had_paid(conn, undoing, of.created_at)?);
        }
        // what pays by now with the money that the document took back is none of its
        if made.contains(&item) {
            for one in allocation::standing(all) {
                touched.extend(sides(conn, &one)?);
            }
        }
    }
    let touched: Vec<OpenItemId> = touched.into_iter().collect();
    let items = query::open_items::by_ids(conn, company, &touched)?;
    Ok(items.into_iter().map(|item| item.customer).filter(|customer| *customer != of.customer).collect())
}

/// As [`others_of`], of what is to be reversed; nobody of what is not there.
pub(crate) fn others_by_name(
    conn: &mut Conn,
    company: CompanyId,
    name: &str,
) -> Result<Vec<CustomerId>, Common> {
    match invoice::find_any(conn, company, name) {
        Ok(of) => Ok(others_of(conn, &of)?.into_iter().collect()),
        Err(Common::NotFound { .. }) => Ok(Vec::new()),
        Err(failed) => Err(failed),
    }
}

/// The items of the money that a document took back, or of the bill that it says was dishonoured.
fn gone(conn: &mut Conn, of: &Document) -> Result<Vec<OpenItemId>, Common> {
    if let Some(receipt) = of.original.filter(|_| of.kind == "return") {
        let items = query::open_items::of_document(conn, of.company, receipt)?;
        return Ok(items.into_iter().map(|item| item.id).collect());
    }
    if !bill::is_of_bill(&of.kind) {
        return Ok(Vec::new());
    }
    let act = query::bills::act_of_document(conn, of.company, of.id)?;
    let Some(act) = act.filter(|act| act.act == BillAct::Dishonoured) else { return Ok(Vec::new()) };
    let of_act = there(query::bills::by_id(conn, of.company, act.bill)?, "bill", act.bill)?;
    Ok(vec![of_act.credit_item])
}

/// Both sides of an allocation; of a transfer also what it paid of the other of the family, or with whose money.
fn sides(conn: &mut Conn, one: &Allocation) -> Result<Vec<OpenItemId>, Common> {
    let by = there(query::entries::by_id(conn, one.company, one.entry)?, "entry", one.entry)?;
    if by.kind != TRANSFER {
        return Ok(vec![one.debit_item, one.credit_item]);
    }
    let both = query::allocations::of_entry(conn, one.company, one.entry)?;
    Ok(both.iter().flat_map(|one| [one.debit_item, one.credit_item]).collect())
}
