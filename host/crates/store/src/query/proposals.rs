//! Proposals of reconciliation guests, and what was decided.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Proposal, ProposalAllocation, ProposalDifference, ProposalLine, ProposalUndoing};
use crate::schema::{
    proposal_allocations as a, proposal_differences as f, proposal_lines as l, proposal_undoings as u,
    proposals as t,
};
use crate::types::{ProposalStatus, v};
use diesel::prelude::*;
use domain::ids::{BankLineId, CompanyId, CustomerId, OpenItemId, ProposalId};
use domain::time::Instant;
use std::collections::BTreeSet;

/// Proposals with everything that hangs on them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProposalRows {
    pub proposals: Vec<Proposal>,
    pub lines: Vec<ProposalLine>,
    pub allocations: Vec<ProposalAllocation>,
    pub differences: Vec<ProposalDifference>,
}

/// # Errors
/// `ForeignKey` for a line, item, document or customer out of the company.
pub fn insert(tx: &mut Tx<'_>, rows: &ProposalRows) -> StoreResult<()> {
    rows::insert(tx, &rows.proposals)?;
    rows::insert(tx, &rows.lines)?;
    rows::insert(tx, &rows.allocations)?;
    rows::insert(tx, &rows.differences).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: ProposalId) -> StoreResult<Option<Proposal>> {
    Ok(t::table.find((v(company), v(id))).select(Proposal::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[ProposalId]) -> StoreResult<Vec<Proposal>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Proposal::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The proposals of each of these bank lines, whatever became of them.
pub fn of_lines(
    conn: &mut Conn,
    company: CompanyId,
    lines: &[BankLineId],
) -> StoreResult<Vec<(BankLineId, ProposalId)>> {
    let mut found = Vec::new();
    for chunk in lines.chunks(IDS_MAX) {
        let query = l::table
            .filter(l::company.eq(v(company)))
            .filter(l::bank_line.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select((l::bank_line, l::proposal)).load::<(BankLineId, ProposalId)>(conn)?);
    }
    Ok(found)
}

/// What [`search`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    pub status: Option<ProposalStatus>,
    pub customer: Option<CustomerId>,
    /// As the policy said it.
    pub confidence: Option<&'a str>,
    /// Whether somebody approved that it is undone, and others must, too.
    pub undoing: Option<bool>,
}

/// A page by id; `None` for all statuses.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    status: Option<ProposalStatus>,
    after: Option<ProposalId>,
    limit: u32,
) -> StoreResult<Vec<Proposal>> {
    search(conn, company, &Filter { status, ..Filter::default() }, after, limit)
}

/// A page by id of those that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<ProposalId>,
    limit: u32,
) -> StoreResult<Vec<Proposal>> {
    let after = after.unwrap_or(ProposalId::new(uuid::Uuid::nil()));
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after)))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Proposal::as_select())
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(t::status.eq(v(status)));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(Some(customer)));
    }
    if let Some(confidence) = filter.confidence {
        query = query.filter(t::confidence.eq(confidence.to_owned()));
    }
    if let Some(undoing) = filter.undoing {
        let asked = u::table.filter(u::company.eq(v(company))).select(u::proposal);
        query = match undoing {
            true => query.filter(t::status.eq(v(ProposalStatus::Approved))).filter(t::id.eq_any(asked)),
            false => query.filter(t::status.ne(v(ProposalStatus::Approved)).or(t::id.ne_all(asked))),
        };
    }
    Ok(query.load(conn)?)
}

/// The proposals among these ids with everything that hangs on them, each list by proposal and number.
pub fn with_children(conn: &mut Conn, company: CompanyId, ids: &[ProposalId]) -> StoreResult<ProposalRows> {
    let mut found = ProposalRows::default();
    for chunk in ids.chunks(IDS_MAX) {
        let wanted = || chunk.iter().copied().map(v);
        let query = t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(wanted()));
        found.proposals.extend(query.order(t::id.asc()).select(Proposal::as_select()).load(conn)?);
        let query = l::table.filter(l::company.eq(v(company))).filter(l::proposal.eq_any(wanted()));
        let query = query.order((l::proposal, l::bank_line)).select(ProposalLine::as_select());
        found.lines.extend(query.load(conn)?);
        let query = a::table.filter(a::company.eq(v(company))).filter(a::proposal.eq_any(wanted()));
        let query = query.order((a::proposal, a::n)).select(ProposalAllocation::as_select());
        found.allocations.extend(query.load(conn)?);
        let query = f::table.filter(f::company.eq(v(company))).filter(f::proposal.eq_any(wanted()));
        let query = query.order((f::proposal, f::n)).select(ProposalDifference::as_select());
        found.differences.extend(query.load(conn)?);
    }
    Ok(found)
}

/// Decides a proposal that is still `Proposed` and at `version`.
///
/// # Errors
/// `Conflict` if somebody decided first.
pub fn decide(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: ProposalId,
    version: i64,
    to: ProposalStatus,
    by: (&str, Instant),
) -> StoreResult<()> {
    step(tx, company, id, version, (ProposalStatus::Proposed, to), by)
}

/// Notes that what the approval of a proposal posted was taken back.
///
/// # Errors
/// `Conflict` if it is not approved, or not at `version` any more.
pub fn undo(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: ProposalId,
    version: i64,
    by: (&str, Instant),
) -> StoreResult<()> {
    step(tx, company, id, version, (ProposalStatus::Approved, ProposalStatus::Undone), by)
}

fn step(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: ProposalId,
    version: i64,
    (from, to): (ProposalStatus, ProposalStatus),
    (by, at): (&str, Instant),
) -> StoreResult<()> {
    let which =
        t::table.find((v(company), v(id))).filter(t::version.eq(version)).filter(t::status.eq(v(from)));
    let updated = diesel::update(which)
        .set((
            t::status.eq(v(to)),
            t::decided_by.eq(Some(by)),
            t::decided_at.eq(Some(at)),
            t::version.eq(t::version + 1),
        ))
        .execute(tx.conn())?;
    changed(updated, "proposal", id)
}

/// Notes that somebody approves that a proposal is undone.
///
/// # Errors
/// `Unique` if somebody else did with the same number.
pub fn insert_undoing(tx: &mut Tx<'_>, row: &ProposalUndoing) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

/// Who approved that these proposals are undone, by proposal and number.
pub fn undoings_of(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[ProposalId],
) -> StoreResult<Vec<ProposalUndoing>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = u::table
            .filter(u::company.eq(v(company)))
            .filter(u::proposal.eq_any(chunk.iter().copied().map(v)));
        let query = query.order((u::proposal, u::n)).select(ProposalUndoing::as_select());
        found.extend(query.load(conn)?);
    }
    Ok(found)
}

/// Proposals over a bank line, decided or not, by id.
pub fn of_line(conn: &mut Conn, company: CompanyId, line: BankLineId) -> StoreResult<Vec<ProposalId>> {
    let query = l::table.filter(l::company.eq(v(company))).filter(l::bank_line.eq(v(line)));
    Ok(query.order(l::proposal.asc()).select(l::proposal).load(conn)?)
}

/// Undecided proposals that explain one of these lines, by id.
pub fn pending_on(conn: &mut Conn, company: CompanyId, lines: &[BankLineId]) -> StoreResult<Vec<ProposalId>> {
    let mut found = BTreeSet::new();
    for chunk in lines.chunks(IDS_MAX) {
        let touching = l::table
            .filter(l::company.eq(v(company)))
            .filter(l::bank_line.eq_any(chunk.iter().copied().map(v)))
            .select(l::proposal);
        let which = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::status.eq(v(ProposalStatus::Proposed)))
            .filter(t::id.eq_any(touching));
        found.extend(which.select(t::id).load::<ProposalId>(conn)?);
    }
    Ok(found.into_iter().collect())
}

/// Other proposals of the same call, decided or not, that explain one of these lines.
pub fn has_alternatives(conn: &mut Conn, proposal: &Proposal, lines: &[BankLineId]) -> StoreResult<bool> {
    let Some(call) = proposal.invocation else { return Ok(false) };
    for chunk in lines.chunks(IDS_MAX) {
        let touching = l::table
            .filter(l::company.eq(v(proposal.company)))
            .filter(l::bank_line.eq_any(chunk.iter().copied().map(v)))
            .select(l::proposal);
        let which = t::table
            .filter(t::company.eq(v(proposal.company)))
            .filter(t::invocation.eq(Some(call)))
            .filter(t::id.ne(v(proposal.id)))
            .filter(t::id.eq_any(touching));
        if which.select(t::id).first::<ProposalId>(conn).optional()?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What approved proposals clear of an item besides money, of one kind; by proposal and number.
pub fn approved_on(
    conn: &mut Conn,
    company: CompanyId,
    item: OpenItemId,
    kind: &str,
) -> StoreResult<Vec<ProposalDifference>> {
    let of_item = f::table.filter(f::company.eq(v(company))).filter(f::item.eq(Some(item)));
    let query = of_item.filter(f::kind.eq(kind)).order((f::proposal, f::n));
    let mut found: Vec<ProposalDifference> = query.select(ProposalDifference::as_select()).load(conn)?;
    let ids: Vec<ProposalId> = found.iter().map(|one| one.proposal).collect();
    let mut approved = BTreeSet::new();
    for chunk in ids.chunks(IDS_MAX) {
        let which = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::status.eq(v(ProposalStatus::Approved)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)));
        approved.extend(which.select(t::id).load::<ProposalId>(conn)?);
    }
    found.retain(|one| approved.contains(&one.proposal));
    Ok(found)
}

/// Supersedes these proposals where they are undecided; gives how many.
pub fn supersede(
    tx: &mut Tx<'_>,
    company: CompanyId,
    ids: &[ProposalId],
    (by, at): (&str, Instant),
) -> StoreResult<usize> {
    let mut superseded = 0;
    for chunk in ids.chunks(IDS_MAX) {
        let which = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::status.eq(v(ProposalStatus::Proposed)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)));
        superseded += diesel::update(which)
            .set((
                t::status.eq(v(ProposalStatus::Superseded)),
                t::decided_by.eq(Some(by)),
                t::decided_at.eq(Some(at)),
                t::version.eq(t::version + 1),
            ))
            .execute(tx.conn())?;
    }
    Ok(superseded)
}

/// Those of `lines` that no undecided proposal explains any more.
pub fn without_pending(
    conn: &mut Conn,
    company: CompanyId,
    lines: &[BankLineId],
) -> StoreResult<Vec<BankLineId>> {
    let mut covered = BTreeSet::new();
    for chunk in lines.chunks(IDS_MAX) {
        let query = l::table
            .inner_join(t::table.on(t::company.eq(l::company).and(t::id.eq(l::proposal))))
            .filter(l::company.eq(v(company)))
            .filter(l::bank_line.eq_any(chunk.iter().copied().map(v)))
            .filter(t::status.eq(v(ProposalStatus::Proposed)));
        covered.extend(query.select(l::bank_line).load::<BankLineId>(conn)?);
    }
    Ok(lines.iter().copied().filter(|line| !covered.contains(line)).collect())
}
