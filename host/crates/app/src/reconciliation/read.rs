//! Proposals with what hangs on them, and why lines have none.

use crate::App;
use crate::common::{Common, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankLineId, CompanyId, ProposalId};
use std::collections::HashMap;
use store::query::proposals::{Filter, ProposalRows};
use store::rows::{Proposal, ProposalAllocation, ProposalDifference, ProposalLine, UnmatchedLine};
use store::types::ProposalStatus;
use store::{Conn, query};

/// A proposal with what it would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalView {
    pub proposal: Proposal,
    pub lines: Vec<ProposalLine>,
    pub allocations: Vec<ProposalAllocation>,
    pub differences: Vec<ProposalDifference>,
}

/// Views of these proposals, in their order.
pub(crate) fn views(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[ProposalId],
) -> Result<Vec<ProposalView>, Common> {
    let ProposalRows { proposals, lines, allocations, differences } =
        query::proposals::with_children(conn, company, ids)?;
    let mut lines = by(lines, |line| line.proposal);
    let mut allocations = by(allocations, |allocation| allocation.proposal);
    let mut differences = by(differences, |difference| difference.proposal);
    let view = |proposal: Proposal| ProposalView {
        lines: lines.remove(&proposal.id).unwrap_or_default(),
        allocations: allocations.remove(&proposal.id).unwrap_or_default(),
        differences: differences.remove(&proposal.id).unwrap_or_default(),
        proposal,
    };
    Ok(proposals.into_iter().map(view).collect())
}

/// Rows by their proposal, in their order.
fn by<T>(rows: Vec<T>, proposal: impl Fn(&T) -> ProposalId) -> HashMap<ProposalId, Vec<T>> {
    let mut found: HashMap<ProposalId, Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(proposal(&row)).or_default().push(row);
    }
    found
}

/// As [`get`] shows it, on the caller's connection.
pub fn load(conn: &mut Conn, company: CompanyId, id: ProposalId) -> Result<ProposalView, Common> {
    there(views(conn, company, &[id])?.pop(), "proposal", id)
}

pub fn get(app: &App, actor: &Actor, company: CompanyId, id: ProposalId) -> Result<ProposalView, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    app.db.read(|conn| load(conn, company, id))
}

/// Why the last call left these lines to people; lines of which it said nothing, or made a proposal, are left out.
pub fn unmatched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    lines: &[BankLineId],
) -> Result<HashMap<BankLineId, UnmatchedLine>, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    let rows = app.db.read(|conn| query::unmatched_lines::of_lines(conn, company, lines))?;
    Ok(rows.into_iter().map(|row| (row.bank_line, row)).collect())
}

/// Which proposals are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    pub status: Option<ProposalStatus>,
    pub customer: Option<&'a CustomerRef>,
    /// As the policy said it: exact, likely …
    pub confidence: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter<'a>, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        Ok(Filter { status: self.status, customer, confidence: self.confidence })
    }
}

/// The proposals that are wanted in the order of their making, after `after`.
pub fn search(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<ProposalId>,
    limit: u32,
) -> Result<Vec<ProposalView>, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        let proposals = query::proposals::search(conn, company, &filter, after, limit)?;
        let ids: Vec<ProposalId> = proposals.iter().map(|p| p.id).collect();
        views(conn, company, &ids)
    })
}

/// Proposals in the order of their making, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    status: Option<ProposalStatus>,
    after: Option<ProposalId>,
    limit: u32,
) -> Result<Vec<ProposalView>, Common> {
    search(app, actor, company, &Wanted { status, ..Wanted::default() }, after, limit)
}
