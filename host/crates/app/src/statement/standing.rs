//! Which of a customer's statements stand. They go forward in time and each opens with what the one before closed
//! with: so nothing is made before one that stands, and none is turned down under one that stands on it.

use super::fold::Folded;
use crate::common::Common;
use chrono::NaiveDate;
use domain::ids::{CompanyId, CustomerId, StatementId};
use store::query::statements::Filter;
use store::rows::{Customer, Statement};
use store::types::StatementStatus;
use store::{Conn, Tx, query};

/// Statements of a customer around a cut-off.
pub(super) struct Standing<'a> {
    /// The latest before it that stands.
    pub previous: Option<&'a Statement>,
    /// The highest version at it, whatever became of it.
    pub latest: Option<&'a Statement>,
    /// The latest after it that stands.
    pub later: Option<&'a Statement>,
}

impl<'a> Standing<'a> {
    pub fn of(all: &'a [Statement], cut_off: NaiveDate) -> Self {
        let live = || all.iter().filter(|s| is_live(s));
        Standing {
            previous: live().filter(|s| s.cut_off < cut_off).max_by_key(|s| (s.cut_off, s.version)),
            latest: all.iter().filter(|s| s.cut_off == cut_off).max_by_key(|s| s.version),
            later: live().filter(|s| s.cut_off > cut_off).max_by_key(|s| s.cut_off),
        }
    }
}

/// Whether it is in force, or may become so.
pub(super) fn is_live(statement: &Statement) -> bool {
    matches!(statement.status, StatementStatus::Sealed | StatementStatus::Approved)
}

/// Refuses a statement whose surroundings changed since it was folded, and keeps them as they are until the
/// transaction ends: two runs at once, or a run and a rejection, would leave an opening that nothing closes with.
pub(super) fn hold(tx: &mut Tx<'_>, customer: &Customer, folded: &Folded) -> Result<(), Common> {
    query::erasure::lock(tx, customer.company, customer.id)?;
    let all = all_of_customer(tx, customer.company, customer.id)?;
    let now = Standing::of(&all, folded.model.subject.cut_off);
    let id = |statement: Option<&Statement>| statement.map(|s| s.id);
    let same: [(Option<StatementId>, Option<StatementId>); 2] =
        [(id(now.previous), folded.previous), (id(now.latest), folded.supersedes)];
    if now.later.is_none() && !now.latest.is_some_and(is_live) && same.iter().all(|(a, b)| a == b) {
        return Ok(());
    }
    Err(Common::Conflict { what: format!("the list of statements of {}", customer.code) })
}

/// Every statement of a customer.
pub(super) fn all_of_customer(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> Result<Vec<Statement>, Common> {
    let filter = Filter { customer: Some(customer), ..Filter::default() };
    let mut all: Vec<Statement> = Vec::new();
    loop {
        let page = query::statements::list(conn, company, &filter, all.last().map(|s| s.id), 500)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
