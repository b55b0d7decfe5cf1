//! Locks that moved back, or shall: each stands as the chain says, words included; those of who was erased are gone.

use super::super::LINKS_MAX;
use super::Run;
use crate::common::Common;
use crate::period::{unlock_content, unlock_event_kind};
use store::rows::Event;
use store::{Conn, query};

/// Notes what a sealed event says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    if event.kind == "period.unlocked" || event.kind.starts_with("period-unlock.") {
        run.unlocks.insert(event.subject.clone(), (event.kind.clone(), event.data.0.clone()));
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut after = None;
    loop {
        let page = query::period_unlocks::search(conn, run.company.id, None, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in &page {
            let Some((kind, told)) = run.unlocks.remove(&row.id.to_string()) else {
                run.problem(row.id, "no event seals that it was proposed");
                continue;
            };
            let mut stands = unlock_content(row);
            if let (None, Some(stands)) = (row.words_salt, stands.as_object_mut()) {
                for words in ["reason", "refusal"] {
                    stands.insert(words.to_owned(), told.get(words).cloned().unwrap_or_default());
                }
            }
            run.same(row.id, "where it stands, by the events", kind, unlock_event_kind(row.state).to_owned());
            run.same(row.id, "what was proposed and decided", told.to_string(), stands.to_string());
        }
    }
    for (subject, (kind, _)) in std::mem::take(&mut run.unlocks) {
        run.problem(subject, format_args!("{kind} was sealed of it, but it is not there"));
    }
    Ok(())
}
