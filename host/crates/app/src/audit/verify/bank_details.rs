//! Changes of bank details: each stands as the chain says, and keeps what the chain commits to; what was erased cannot be opened.

use super::super::LINKS_MAX;
use super::Run;
use crate::bank_detail::is_kept;
use crate::common::{Common, Context};
use serde_json::Value;
use store::query::bank_details::Filter;
use store::rows::Event;
use store::{Conn, query};

/// Notes what a sealed event says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    if let Some(("bank-details", state)) = event.kind.split_once('.') {
        let details = event.data.0.get("details").and_then(Value::as_str).unwrap_or_default();
        run.bank_details.insert(event.subject.clone(), (state.to_owned(), details.to_owned()));
    }
}

pub(super) fn check(run: &mut Run, ctx: &Context<'_>, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    let mut after = None;
    loop {
        let page = query::bank_details::search(conn, company, &Filter::default(), after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in &page {
            let Some((state, details)) = run.bank_details.remove(&row.id.to_string()) else {
                run.problem(row.id, "no event seals that it was proposed");
                continue;
            };
            run.same(row.id, "where it stands, by the events", state, row.state.name().to_owned());
            run.same(row.id, "commitment to the bank details", details, row.commitment.to_string());
            if !is_kept(ctx, conn, row)? {
                run.problem(row.id, "the bank details that it keeps are not those that it commits to");
            }
        }
    }
    for (subject, (state, _)) in std::mem::take(&mut run.bank_details) {
        run.problem(subject, format_args!("it was {state}, but is not there"));
    }
    Ok(())
}
