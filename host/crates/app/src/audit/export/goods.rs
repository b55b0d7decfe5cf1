//! Deliveries and tax invoices, as they were hashed. What became of them stands in the events.

use super::super::opener::Salt;
use super::folder::Lines;
use super::{Export, ExportError};
use crate::common::Common;
use crate::{delivery, tax_invoice};
use domain::ids::CustomerId;
use serde_json::json;
use std::collections::BTreeSet;
use store::{Conn, query};

/// Rows read at once.
const PAGE: u32 = 500;

pub(super) fn write(export: &mut Export<'_>, conn: &mut Conn, salts: &mut Lines) -> Result<(), ExportError> {
    deliveries(export, conn, salts)?;
    tax_invoices(export, conn, salts)
}

fn deliveries(export: &mut Export<'_>, conn: &mut Conn, salts: &mut Lines) -> Result<(), ExportError> {
    let company = export.company.id;
    let mut lines = export.folder.lines("deliveries.ndjson")?;
    let mut after = None;
    loop {
        let filter = query::deliveries::Filter::default();
        let page = query::deliveries::list(conn, company, &filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some((last.delivered_on, last.id));
        let parties: BTreeSet<CustomerId> = page.iter().map(|row| row.customer).collect();
        export.opener.load_parties(conn, &parties)?;
        let ids: Vec<_> = page.iter().map(|row| row.id).collect();
        let own = query::deliveries::lines_of(conn, company, &ids)?;
        for row in &page {
            let of: Vec<_> = own.iter().filter(|line| line.delivery == row.id).cloned().collect();
            lines.push(&delivery::hashed(row, &of).content())?;
            let salt = export.opener.salt_of(row.customer, row.text_salt.as_deref());
            salt_line(salts, row.id.to_string(), salt, || delivery::text_of(row, &of))?;
        }
    }
    export.folder.close(lines)
}

fn tax_invoices(export: &mut Export<'_>, conn: &mut Conn, salts: &mut Lines) -> Result<(), ExportError> {
    let company = export.company.id;
    let mut lines = export.folder.lines("tax_invoices.ndjson")?;
    let mut after = None;
    loop {
        let filter = query::tax_invoices::Filter::default();
        let page = query::tax_invoices::list(conn, company, &filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some((last.issued_on, last.id));
        let parties: BTreeSet<CustomerId> = page.iter().map(|row| row.customer).collect();
        export.opener.load_parties(conn, &parties)?;
        let ids: Vec<_> = page.iter().map(|row| row.id).collect();
        let links = query::tax_invoices::links_of(conn, company, &ids)?;
        for row in &page {
            let of: Vec<_> = links.iter().filter(|link| link.tax_invoice == row.id).cloned().collect();
            lines.push(&tax_invoice::hashed(row, &of).content())?;
            let salt = export.opener.salt_of(row.customer, row.text_salt.as_deref());
            salt_line(salts, row.id.to_string(), salt, || tax_invoice::text_of(row))?;
        }
    }
    export.folder.close(lines)
}

fn salt_line(
    salts: &mut Lines,
    id: String,
    salt: Salt,
    text: impl FnOnce() -> Result<Vec<u8>, Common>,
) -> Result<(), ExportError> {
    let corrupt = |detail: String| Common::Corrupt { what: "texts", detail: format!("{id}: {detail}") };
    let (salt, text) = match salt {
        Salt::Open(salt) => {
            let text = String::from_utf8(text()?).map_err(|error| corrupt(error.to_string()))?;
            (Some(hex::encode(salt)), Some(text))
        }
        Salt::Erased => (None, None),
        Salt::Wrong(what) => return Err(corrupt(what).into()),
    };
    salts.push(&json!({"ref": id, "salt": salt, "text": text}))
}
