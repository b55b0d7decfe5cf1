//! Who lets money out of suspense (待查款).

use super::record::RecordReceipt;
use crate::common::Common;
use crate::draft::rules_of;
use domain::actor::Actor;
use domain::draft::{DraftKind, Needed};
use domain::ids::CompanyId;
use money::Money;
use store::{Conn, query};

/// Money that a bank's line brought is let out of suspense by as many people as the line would want: the whole of it counts, into however
/// many parts it is split, and whoever they are said to be of.
pub(crate) fn check_approval(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    input: &RecordReceipt,
) -> Result<(), Common> {
    let Some(counted) = counted(conn, company, input)? else { return Ok(()) };
    let rules = rules_of(conn, actor, company)?;
    let needed = Needed::of(&rules, DraftKind::Receipt, counted.currency(), counted.minor());
    if needed.approvals == 0 {
        return Ok(());
    }
    let message = "takes money out of suspense that another person approves: submit it as a draft";
    Err(Common::invalid("/suspense", message))
}

/// What approval rules count of money that comes out of suspense: all that came.
pub(crate) fn counted(
    conn: &mut Conn,
    company: CompanyId,
    input: &RecordReceipt,
) -> Result<Option<Money>, Common> {
    let Some(id) = input.suspense else { return Ok(None) };
    let item = query::suspense::by_id(conn, company, id)?;
    Ok(item.map(|item| Money::new(item.amount, item.currency)))
}
