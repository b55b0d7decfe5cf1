//! Changes of bank details: each stands as the chain says, by whom, and keeps what the chain commits to; what was erased cannot be opened.

use super::super::LINKS_MAX;
use super::Run;
use crate::bank_detail::is_kept;
use crate::common::{Common, Context};
use crate::event::with;
use serde_json::{Value, json};
use store::query::bank_details::Filter;
use store::rows::{BankDetailChange, Event};
use store::types::BankDetailState;
use store::{Conn, query};

/// What the chain says of one.
pub(super) struct Told {
    /// Where the last event has it, and what that commits to.
    state: String,
    details: String,
    /// Whose details they are, and who proposed and decided them, and when.
    told: Value,
}

/// Notes what a sealed event says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    let Some(("bank-details", state)) = event.kind.split_once('.') else { return };
    let details = event.data.0.get("details").and_then(Value::as_str).unwrap_or_default().to_owned();
    let told = if state == BankDetailState::Proposed.name() {
        let told = with(with(event.data.0.clone(), "decided_by", Value::Null), "decided_at", Value::Null);
        run.signed(told, event, ("proposed_by", "proposed_at"))
    } else {
        let told = run.bank_details.remove(&event.subject).map_or_else(|| json!({}), |before| before.told);
        run.signed(told, event, ("decided_by", "decided_at"))
    };
    run.bank_details.insert(event.subject.clone(), Told { state: state.to_owned(), details, told });
}

pub(super) fn check(run: &mut Run, ctx: &Context<'_>, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    let mut after = None;
    loop {
        let page = query::bank_details::search(conn, company, &Filter::default(), after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in &page {
            let Some(Told { state, details, told }) = run.bank_details.remove(&row.id.to_string()) else {
                run.problem(row.id, "no event seals that it was proposed");
                continue;
            };
            run.same(row.id, "where it stands, by the events", state, row.state.name().to_owned());
            run.same(row.id, "commitment to the bank details", details, row.commitment.to_string());
            run.members(row.id, &told, &kept(row));
            if !is_kept(ctx, conn, row)? {
                run.problem(row.id, "the bank details that it keeps are not those that it commits to");
            }
        }
    }
    for (subject, Told { state, .. }) in std::mem::take(&mut run.bank_details) {
        run.problem(subject, format_args!("it was {state}, but is not there"));
    }
    Ok(())
}

fn kept(row: &BankDetailChange) -> Value {
    json!({
        "customer": row.customer.map(|id| id.to_string()), "account": row.account.map(|id| id.to_string()),
        "proposed_by": row.proposed_by, "proposed_at": row.proposed_at.to_string(), "decided_by": row.decided_by,
        "decided_at": row.decided_at.map(|at| at.to_string()),
    })
}
