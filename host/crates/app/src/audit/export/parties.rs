//! Customers with their balances, bank lines, calls of guests.

use super::super::{CUSTOMERS_MAX, figures_at};
use super::{Export, ExportError};
use crate::customer::all_customers;
use domain::ids::CustomerId;
use domain::statement::{CustomerRows, Section, fold};
use money::{Currency, Minor};
use serde_json::{Value, json};
use store::query::customer_rows::{RatesAt, customers_rows};
use store::rows::{BankLine, Customer, CustomerAccount, CustomerTaxId, Invocation};
use store::{Conn, query};

/// Rows read at once.
const PAGE: u32 = 1_000;

pub(super) fn write(export: &mut Export<'_>, conn: &mut Conn) -> Result<(), ExportError> {
    customers(export, conn)?;
    bank_lines(export, conn)?;
    invocations(export, conn)
}

fn customers(export: &mut Export<'_>, conn: &mut Conn) -> Result<(), ExportError> {
    let company = export.company.id;
    let mut lines = export.folder.lines("customers.ndjson")?;
    let mut balances = export.folder.lines("balances.ndjson")?;
    let rates = RatesAt { base: export.company.base_currency, cut_off: export.as_of };
    let none = CustomerRows::default();
    for batch in all_customers(conn, company)?.chunks(CUSTOMERS_MAX) {
        let ids: Vec<CustomerId> = batch.iter().map(|customer| customer.id).collect();
        let accounts = query::customers::accounts(conn, company, &ids)?;
        let tax_ids = query::customers::tax_ids(conn, company, &ids)?;
        let rows = customers_rows(conn, company, &ids, rates)?;
        for customer in batch {
            let further: Vec<&CustomerTaxId> = tax_ids.iter().filter(|t| t.customer == customer.id).collect();
            let own: Vec<&CustomerAccount> = accounts.iter().filter(|a| a.customer == customer.id).collect();
            lines.push(&customer_line(customer, &own, &further))?;
            let model = fold(
                figures_at(&export.company, export.as_of, export.known_at),
                rows.get(&customer.id).unwrap_or(&none),
            )
            .map_err(|source| ExportError::NotTiedOut { customer: customer.code.clone(), source })?;
            for section in &model.sections {
                balances.push(&balance_line(export, customer.id, section)?)?;
            }
        }
    }
    export.folder.close(lines)?;
    export.folder.close(balances)
}

fn customer_line(customer: &Customer, accounts: &[&CustomerAccount], tax_ids: &[&CustomerTaxId]) -> Value {
    json!({
        "id": customer.id.to_string(),
        "code": customer.code,
        "external_id": customer.external_id,
        "name": customer.name,
        "country": customer.country,
        "region": customer.region,
        "address": customer.address.as_ref().map(|address| &address.0),
        "currency": customer.currency.code(),
        "locale": customer.locale,
        "kind": customer.kind,
        "taxpayer_status": customer.taxpayer_status,
        "tax_scheme": customer.tax_scheme,
        "tax_id": customer.tax_id,
        "tax_ids": tax_ids.iter().map(|t| json!({"scheme": t.scheme, "id": t.number})).collect::<Vec<_>>(),
        "group": customer.customer_group,
        "merged_into": customer.merged_into.map(|id| id.to_string()),
        "email": customer.email,
        "terms_days": customer.terms_days,
        "terms": customer.terms.as_ref().map(|json| &json.0),
        "statement_style": customer.statement_style.name(),
        "parent": customer.parent.map(|id| id.to_string()),
        "accounts": accounts.iter().map(|a| json!({"scheme": a.scheme, "account": a.account})).collect::<Vec<_>>(),
        "archived_at": customer.archived_at.map(|at| at.to_string()),
        "erased_at": customer.erased_at.map(|at| at.to_string()),
        "created_at": customer.created_at.to_string(),
    })
}

fn balance_line(export: &Export<'_>, customer: CustomerId, section: &Section) -> Result<Value, ExportError> {
    let money = |amount: Minor| amount.format(section.currency);
    let aging = section.aging.buckets.iter().map(|b| json!({"key": b.key, "amount": money(b.amount)}));
    Ok(json!({
        "customer": customer.to_string(),
        "account": section.account,
        "currency": section.currency.code(),
        "as_of": export.as_of.to_string(),
        "known_at": export.known_at.to_string(),
        "balance": money(section.closing),
        "open_items": money(Minor::sum(section.open_items.iter().map(|item| item.open))?),
        "unapplied": money(section.unapplied),
        "aging": aging.collect::<Vec<_>>(),
    }))
}

fn bank_lines(export: &mut Export<'_>, conn: &mut Conn) -> Result<(), ExportError> {
    let mut lines = export.folder.lines("bank_lines.ndjson")?;
    let mut after = None;
    loop {
        let page = query::audit::bank_lines(conn, export.company.id, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for line in &page {
            lines.push(&bank_line(line))?;
        }
    }
    export.folder.close(lines)
}

pub(in crate::audit) fn bank_line(line: &BankLine) -> Value {
    let currency: Currency = line.currency;
    let money = |amount: Minor| amount.format(currency);
    json!({
        "id": line.id.to_string(),
        "account": line.account.to_string(),
        "statement": line.statement.to_string(),
        "kind": line.kind,
        "booking_date": line.booking_date.to_string(),
        "value_date": line.value_date.map(|date| date.to_string()),
        "currency": currency.code(),
        "amount": money(line.amount),
        "credit": line.credit,
        "charges": money(line.charges),
        "payer_name": line.payer_name,
        "payer_account": line.payer_account,
        "end_to_end": line.end_to_end,
        "structured": line.structured,
        "structured_scheme": line.structured_scheme,
        "free_text": line.free_text,
        "return_reason": line.return_reason,
        "customer": line.customer.map(|id| id.to_string()),
        "remaining": money(line.remaining),
        "status": line.status.name(),
    })
}

fn invocations(export: &mut Export<'_>, conn: &mut Conn) -> Result<(), ExportError> {
    let mut lines = export.folder.lines("invocations.ndjson")?;
    let mut after = None;
    loop {
        let page = query::invocations::list(conn, export.company.id, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for call in &page {
            lines.push(&invocation_line(call))?;
        }
    }
    export.folder.close(lines)
}

fn invocation_line(call: &Invocation) -> Value {
    json!({
        "id": call.id.to_string(),
        "world": call.world.name(),
        "plugin": call.plugin.to_string(),
        "config_digest": call.config_digest.to_string(),
        "input_digest": call.input_digest.to_string(),
        "output_digest": call.output_digest.to_string(),
    })
}
