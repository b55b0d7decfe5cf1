//! On what credit notes were issued (红字确认单, or a reason): each stands as the event that posted the note says, words included; those of
//! who was erased are gone.

use super::super::LINKS_MAX;
use super::super::opener::Salt;
use super::Run;
use crate::common::Common;
use crate::tax_invoice::confirmation_data;
use domain::canonical::commit;
use domain::ids::{CustomerId, DocumentId};
use std::collections::{BTreeSet, HashMap};
use store::rows::{Event, RedConfirmation};
use store::{Conn, query};

/// Notes what an event that an entry carries says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    if let Some(told) = event.data.0.get("red_confirmation") {
        run.confirmations.insert(event.subject.clone(), told.clone());
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    let mut after = None;
    loop {
        let page = query::tax_invoices::confirmations(conn, company, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.document);
        let ids: Vec<DocumentId> = page.iter().map(|row| row.document).collect();
        let notes = query::documents::by_ids(conn, company, &ids)?;
        let of: HashMap<DocumentId, CustomerId> = notes.iter().map(|row| (row.id, row.customer)).collect();
        let parties: BTreeSet<CustomerId> = of.values().copied().collect();
        run.opener.load_parties(conn, &parties)?;
        for row in &page {
            one(run, row, of.get(&row.document).copied());
        }
    }
    for (subject, _) in std::mem::take(&mut run.confirmations) {
        run.problem(subject, "an event says on what it was issued, but that is not there");
    }
    Ok(())
}

fn one(run: &mut Run, row: &RedConfirmation, customer: Option<CustomerId>) {
    let at = row.document.to_string();
    let Some(told) = run.confirmations.remove(&at) else {
        return run.problem(at, "no event says on what it was issued");
    };
    run.same(&at, "on what it was issued, by the events", told, confirmation_data(row));
    let (Some(commitment), Some(customer)) = (row.commitment, customer) else { return };
    match run.opener.salt_of(customer, row.salt.as_deref()) {
        Salt::Open(salt) => {
            let reason = row.reason.as_deref().unwrap_or_default();
            run.same(at, "commitment to why it was issued", commitment, commit(&salt, reason.as_bytes()));
        }
        Salt::Erased => {}
        Salt::Wrong(what) => run.problem(at, what),
    }
}
