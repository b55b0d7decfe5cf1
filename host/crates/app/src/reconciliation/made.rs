//! A proposal that a person makes of one line of the bank: written as a guest's is, and whether another person has to approve it.

use super::approve::concerned;
use super::bounds::WrittenOff;
use super::facts::facts;
use super::read::{self, ProposalView};
use super::spent;
use crate::common::{Common, Context, there};
use crate::draft::rules_of;
use crate::{duties, event};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::draft::{DraftKind, Needed};
use domain::ids::{CustomerId, ProposalId};
use domain::reconciliation::Residual;
use money::Minor;
use serde_json::{Value, json};
use store::query::proposals::ProposalRows;
use store::rows::{BankLine, Proposal};
use store::types::{BankLineStatus, Json, ProposalStatus};
use store::{Conn, Tx, query};

/// What the confidence and the rule of such a proposal say: no guest was asked.
const BY_HAND: &str = "by-hand";

/// Writes a proposal of a line that waits for a decision, and tells of it.
pub(super) fn make(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    line: &BankLine,
    rows: &ProposalRows,
) -> Result<ProposalView, Common> {
    let company = line.company;
    let id = there(rows.proposals.first(), "proposal", line.id)?.id;
    if line.status == BankLineStatus::Open {
        let to = (BankLineStatus::Proposed, line.remaining, line.customer);
        query::bank_lines::update(tx, company, line.id, line.version, to)?;
    }
    query::proposals::insert(tx, rows)?;
    let view = read::load(tx, company, id)?;
    let facts = facts(&view)?.to_string();
    let data = json!({"bank_line": line.id.to_string(), "person": actor.person(), "facts": facts});
    event::write(ctx, tx, actor, company, ("proposal.made", id), data)?;
    Ok(view)
}

pub(super) fn is_free(line: &BankLine) -> bool {
    matches!(line.status, BankLineStatus::Open | BankLineStatus::Proposed)
}

/// Whether the company wants another person to approve it.
pub(super) fn waits(conn: &mut Conn, actor: &Actor, line: &BankLine) -> Result<bool, Common> {
    let rules = rules_of(conn, actor, line.company)?;
    let needed = Needed::of(&rules, DraftKind::Receipt, line.currency, line.amount);
    Ok(needed.approvals > 0)
}

/// Whether it writes off what her own word does not: more than the company lets one of her roles write off (容差岗位限额), or of a customer
/// whom she charged in the month of one of these days.
pub(super) fn gives_away(
    conn: &mut Conn,
    actor: &Actor,
    (view, days): (&ProposalView, [NaiveDate; 2]),
    written_off: &[WrittenOff],
) -> Result<bool, Common> {
    if written_off.is_empty() {
        return Ok(false);
    }
    if !spent::granted(conn, actor, view, written_off)? {
        return Ok(true);
    }
    let over = concerned(conn, view, days.into_iter())?;
    Ok(duties::separated(conn, &actor.person(), view.proposal.company, &over)?.is_some())
}

pub(super) fn proposal(
    ctx: &Context<'_>,
    actor: &Actor,
    line: &BankLine,
    (id, customer): (ProposalId, Option<CustomerId>),
    (residual, rest): (Residual, Minor),
) -> Proposal {
    Proposal {
        company: line.company,
        id,
        invocation: None,
        ordinal: 0,
        grp: 0,
        rank: 1,
        customer,
        confidence: BY_HAND.to_owned(),
        score: 0,
        rule: BY_HAND.to_owned(),
        residual: residual.name().to_owned(),
        residual_amount: rest,
        reverses_document: None,
        reasons: Json(Value::Array(Vec::new())),
        ambiguous_with: Json(Vec::new()),
        status: ProposalStatus::Proposed,
        created_by: actor.person(),
        created_at: ctx.now,
        decided_by: None,
        decided_at: None,
        version: 1,
    }
}
