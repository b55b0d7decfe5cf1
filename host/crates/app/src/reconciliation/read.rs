//! Proposals with what hangs on them, and why lines have none.

use crate::App;
use crate::common::{Common, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankLineId, CompanyId, ProposalId};
use money::{Currency, Minor};
use std::collections::HashMap;
use store::query::proposals::{Filter, ProposalRows};
use store::rows::{
    BankLine, Proposal, ProposalAllocation, ProposalDifference, ProposalLine, ProposalUndoing, UnmatchedLine,
};
use store::types::ProposalStatus;
use store::{Conn, query};

/// A proposal with what it would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalView {
    pub proposal: Proposal,
    pub lines: Vec<ProposalLine>,
    pub allocations: Vec<ProposalAllocation>,
    pub differences: Vec<ProposalDifference>,
    /// None where it is of no line, or of several currencies.
    pub money: Option<ProposedMoney>,
    /// Who approved that it is undone, where a rule wants more than one.
    pub undoing: Vec<ProposalUndoing>,
}

impl ProposalView {
    /// The approvals that stand: of the day that was named last.
    pub fn standing_undoing(&self) -> &[ProposalUndoing] {
        let Some(last) = self.undoing.last() else { return &[] };
        let since = self.undoing.iter().rposition(|one| one.on_date != last.on_date).map_or(0, |n| n + 1);
        self.undoing.get(since..).unwrap_or_default()
    }
}

/// What the bank lines of a proposal come to, where they are of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposedMoney {
    /// Negative: out.
    pub amount: Minor,
    pub currency: Currency,
    /// The last day on which one was booked.
    pub booked_on: NaiveDate,
}

impl ProposedMoney {
    fn of(lines: &[&BankLine]) -> Result<Option<Self>, Common> {
        let mut all: Option<ProposedMoney> = None;
        for line in lines {
            let amount = if line.credit { line.amount } else { line.amount.neg()? };
            let (currency, booked_on) = (line.currency, line.booking_date.date());
            all = Some(match all {
                None => ProposedMoney { amount, currency, booked_on },
                Some(sum) if sum.currency != currency => return Ok(None),
                Some(sum) => ProposedMoney {
                    amount: sum.amount.add(amount)?,
                    currency,
                    booked_on: sum.booked_on.max(booked_on),
                },
            });
        }
        Ok(all)
    }
}

/// Views of these proposals, in their order.
pub(crate) fn views(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[ProposalId],
) -> Result<Vec<ProposalView>, Common> {
    let ProposalRows { proposals, lines, allocations, differences } =
        query::proposals::with_children(conn, company, ids)?;
    let mut named: Vec<BankLineId> = lines.iter().map(|line| line.bank_line).collect();
    named.sort_unstable();
    named.dedup();
    let booked = query::bank_lines::by_ids(conn, company, &named)?;
    let booked: HashMap<BankLineId, BankLine> = booked.into_iter().map(|line| (line.id, line)).collect();
    let mut lines = by(lines, |line| line.proposal);
    let mut allocations = by(allocations, |allocation| allocation.proposal);
    let mut differences = by(differences, |difference| difference.proposal);
    let mut undoing = by(query::proposals::undoings_of(conn, company, ids)?, |one| one.proposal);
    let view = |proposal: Proposal| -> Result<ProposalView, Common> {
        let lines = lines.remove(&proposal.id).unwrap_or_default();
        let of: Vec<&BankLine> = lines.iter().filter_map(|line| booked.get(&line.bank_line)).collect();
        Ok(ProposalView {
            money: ProposedMoney::of(&of)?,
            lines,
            allocations: allocations.remove(&proposal.id).unwrap_or_default(),
            differences: differences.remove(&proposal.id).unwrap_or_default(),
            undoing: undoing.remove(&proposal.id).unwrap_or_default(),
            proposal,
        })
    };
    proposals.into_iter().map(view).collect()
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
    /// Whether somebody approved that it is undone, and others must, too.
    pub undoing: Option<bool>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter<'a>, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        Ok(Filter { status: self.status, customer, confidence: self.confidence, undoing: self.undoing })
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
