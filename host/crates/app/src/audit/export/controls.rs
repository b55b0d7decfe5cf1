//! What people said and allowed beside the ledger: disputes, and exceptions from the separation of duties, each as its events say, with the
//! words that these commit to.

use super::super::opener::Salt;
use super::{Export, ExportError};
use crate::common::Common;
use domain::canonical::Digest;
use domain::close::Month;
use domain::ids::CustomerId;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::Conn;
use store::query::{disputes, exceptions};
use store::rows::{Dispute, Exception};

/// Rows read at once.
const PAGE: u32 = 500;

pub(super) fn write(export: &mut Export<'_>, conn: &mut Conn) -> Result<(), ExportError> {
    write_disputes(export, conn)?;
    write_exceptions(export, conn)
}

fn write_disputes(export: &mut Export<'_>, conn: &mut Conn) -> Result<(), ExportError> {
    let mut lines = export.folder.lines("disputes.ndjson")?;
    let mut after = None;
    loop {
        let filter = disputes::Filter::default();
        let page = disputes::search(conn, export.company.id, &filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in &page {
            lines.push(&dispute_line(row))?;
        }
    }
    export.folder.close(lines)
}

fn dispute_line(row: &Dispute) -> Value {
    let salt = |salt: Option<Digest>| salt.map(|salt| salt.to_string());
    json!({
        "id": row.id.to_string(),
        "item": row.item.to_string(),
        "customer": row.customer.to_string(),
        "amount": row.amount.format(row.currency),
        "currency": row.currency.code(),
        "reason": row.reason.name(),
        "state": row.state.name(),
        "opened_on": row.opened_on.to_string(),
        "opened_by": row.opened_by,
        "opened_at": row.opened_at.to_string(),
        "opened_event": row.opened_event.to_string(),
        "text": row.text,
        "text_salt": salt(row.text_salt),
        "resolved_on": row.resolved_on.map(|day| day.to_string()),
        "resolved_by": row.resolved_by,
        "resolved_at": row.resolved_at.map(|at| at.to_string()),
        "resolved_event": row.resolved_event.map(|event| event.to_string()),
        "answer": row.answer,
        "answer_salt": salt(row.answer_salt),
    })
}

fn write_exceptions(export: &mut Export<'_>, conn: &mut Conn) -> Result<(), ExportError> {
    let mut lines = export.folder.lines("exceptions.ndjson")?;
    let mut after = None;
    loop {
        let filter = exceptions::Filter::default();
        let page = exceptions::search(conn, export.company.id, &filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.event);
        let parties: BTreeSet<CustomerId> = page.iter().map(|row| row.customer).collect();
        export.opener.load_parties(conn, &parties)?;
        for row in &page {
            let salt = match export.opener.salt_of(row.customer, row.salt.as_deref()) {
                Salt::Open(salt) => Some(hex::encode(salt)),
                Salt::Erased => None,
                Salt::Wrong(what) => {
                    let detail = format!("{}: {what}", row.event);
                    return Err(Common::Corrupt { what: "exception", detail }.into());
                }
            };
            lines.push(&exception_line(row, salt))?;
        }
    }
    export.folder.close(lines)
}

/// `id` is its event's.
fn exception_line(row: &Exception, salt: Option<String>) -> Value {
    let period = |first: Option<_>| first.and_then(Month::of).map(|month| month.to_string());
    json!({
        "id": row.event.to_string(),
        "subject": row.subject,
        "customer": row.customer.to_string(),
        "person": row.person,
        "granted_by": row.granted_by,
        "granted_at": row.at.to_string(),
        "first_period": period(row.first_period),
        "last_period": period(row.last_period),
        "reason": row.reason,
        "salt": salt,
    })
}
