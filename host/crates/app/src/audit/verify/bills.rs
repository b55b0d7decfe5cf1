//! Bills of exchange: what is recorded of each is what the events of its entries say, nothing more and nothing less; its state is what
//! its acts come to; number, drawer and acceptor are those that were committed to.

use super::super::LINKS_MAX;
use super::super::opener::Salt;
use super::Run;
use crate::bill;
use crate::common::Common;
use crate::document::text_bytes;
use domain::bill::{BillAct, BillStanding, BillStep};
use domain::canonical::commit;
use domain::ids::{BillId, CustomerId};
use serde_json::Value;
use std::collections::BTreeSet;
use store::rows::{Bill, BillActed, Event};
use store::{Conn, query};

/// What an entry carries of a bill.
pub(super) struct Told {
    act: String,
    data: Value,
    person: Option<String>,
    at: String,
}

/// Notes what an entry carries of bills.
pub(super) fn note(run: &mut Run, events: &[Event]) {
    for event in events {
        let Some(act) = event.kind.strip_prefix("bill.") else { continue };
        let told = Told {
            act: act.to_owned(),
            data: event.data.0.clone(),
            person: run.person_of(event),
            at: event.at.to_string(),
        };
        run.bills.entry(event.subject.clone()).or_default().push(told);
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    let mut after: Option<BillId> = None;
    loop {
        let page = query::bills::search(conn, company, &query::bills::Filter::default(), after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let parties: BTreeSet<CustomerId> = page.iter().map(|bill| bill.customer).collect();
        run.opener.load_parties(conn, &parties)?;
        let ids: Vec<BillId> = page.iter().map(|bill| bill.id).collect();
        let acts = query::bills::acts_of_all(conn, company, &ids)?;
        for row in &page {
            let own: Vec<&BillActed> = acts.iter().filter(|act| act.bill == row.id).collect();
            check_bill(run, row, &own)?;
        }
    }
    for (id, _) in std::mem::take(&mut run.bills) {
        run.problem(id, "entries carry what was done with it, but it is not there");
    }
    Ok(())
}

fn check_bill(run: &mut Run, row: &Bill, acts: &[&BillActed]) -> Result<(), Common> {
    let at = row.id.to_string();
    let told = run.bills.remove(&at).unwrap_or_default();
    run.same(&at, "acts that entries carry", told.len(), acts.len());
    for (Told { act, data, person, at: when }, row) in told.iter().zip(acts) {
        let place = format!("{at} act {}", row.n);
        run.same(&place, "what was done", act.as_str(), row.act.name());
        if let Some(person) = person {
            run.same(&place, "who did it, by the events", person, &row.done_by);
        }
        run.same(&place, "when, by the events", when, &row.done_at.to_string());
        let text = |name: &str| data.get(name).map_or_else(|| "nothing".to_owned(), Value::to_string);
        run.same(&place, "its entry", text("entry"), Value::from(row.entry.to_string()).to_string());
        run.same(&place, "its document", text("document"), Value::from(row.document.to_string()).to_string());
        if row.act != BillAct::Received {
            let stands = (row.n, row.effective_date.to_string(), row.recourse, row.undoes);
            let (n, on, recourse, undoes) = stands;
            let stands = serde_json::json!([n, on, recourse, undoes]).to_string();
            let told =
                ["n", "on", "recourse", "undoes"].map(|name| data.get(name).cloned().unwrap_or(Value::Null));
            run.same(
                &place,
                "number, day, recourse, what it undoes",
                Value::from(told.to_vec()).to_string(),
                stands,
            );
        }
    }
    if let Some(first) = acts.first() {
        run.same(&at, "number of its first act", 1, first.n);
        run.same(&at, "day on which it was received", row.received_on, first.effective_date);
    }
    if let Some(Told { data, .. }) = told.first() {
        let facts = bill::facts(row);
        for (name, value) in facts.as_object().into_iter().flatten() {
            let told = data.get(name).cloned().unwrap_or(Value::Null);
            run.same(&at, name, told.to_string(), value.to_string());
        }
    }
    let steps: Vec<BillStep> = acts.iter().map(|act| bill::step(act)).collect();
    match BillStanding::replay(row.maturity, &steps) {
        Ok(standing) => {
            let stands = (standing.state().name(), standing.recourse());
            run.same(&at, "its state", stands.0, row.state.name());
            run.same(&at, "its recourse", stands.1, row.recourse);
        }
        Err(refused) => run.problem(&at, refused),
    }
    check_parties(run, row)
}

fn check_parties(run: &mut Run, row: &Bill) -> Result<(), Common> {
    match run.opener.salt_of(row.customer, row.parties_salt.as_deref()) {
        Salt::Open(salt) => {
            let parts = bill::parties(row.number.as_deref(), row.drawer.as_deref(), row.acceptor.as_deref());
            let found = commit(&salt, &text_bytes(&parts)?);
            run.same(row.id, "commitment to number, drawer and acceptor", row.parties_commitment, found);
        }
        Salt::Erased => run.done.erased += 1,
        Salt::Wrong(what) => run.problem(row.id, what),
    }
    Ok(())
}
