//! Rows of the bulk tables as objects, and columns made of them: for golden cases and tests. A component gets
//! columns and never sees these.

use super::{ItemColumns, LineColumns, RemittanceColumns};
use crate::columns::{NO_DAY, NO_ORDINAL, Texts};
use crate::{Problem, TextColumn, problem};
use serde::{Deserialize, Serialize};

/// One bank line. Dates are ISO, amounts minor units as strings; what is absent is "none" or zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LineRow {
    pub account: String,
    pub credit: bool,
    pub kind: String,
    pub booking: String,
    pub value: String,
    pub amount: String,
    pub currency: String,
    pub instructed_amount: String,
    pub instructed_currency: String,
    pub fx_rate: String,
    pub charges: String,
    pub charge_bearer: String,
    pub payer_name: String,
    pub payer_account: String,
    pub payer_id: String,
    pub ultimate_debtor: String,
    pub end_to_end: String,
    pub mandate: String,
    pub structured: String,
    pub structured_scheme: String,
    pub free_text: String,
    pub batch_parent: Option<u32>,
    pub original_line: Option<u32>,
    pub return_reason: String,
    pub customer_hint: Option<u32>,
    pub remaining: String,
}

/// What is paid on a reference, as remittance advice says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemittanceRow {
    pub line: u32,
    pub reference: String,
    pub amount: String,
    pub discount: String,
}

/// One open item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ItemRow {
    pub customer: u32,
    pub parent_customer: Option<u32>,
    pub payer: Option<u32>,
    pub branch: String,
    pub control_account: String,
    pub kind: String,
    pub sign: i32,
    pub number: String,
    pub tax_invoice_number: String,
    pub purchase_order: String,
    pub delivery: String,
    pub structured: String,
    pub document_date: String,
    pub due_date: String,
    pub currency: String,
    pub original: String,
    pub open: String,
    pub reserved: String,
    pub disputed: String,
    pub blocked: bool,
    pub instalment: String,
    pub discount_until: String,
    pub discount_amount: String,
    pub withholding: String,
    pub mandate: String,
}

fn texts<T>(rows: &[T], of: impl Fn(&T) -> &str) -> TextColumn {
    rows.iter().map(of).collect::<Texts>().into_column()
}

fn minors<T>(rows: &[T], name: &str, of: impl Fn(&T) -> &str) -> Result<Vec<i64>, Problem> {
    rows.iter()
        .enumerate()
        .map(|(row, value)| match of(value) {
            "" => Ok(0),
            text => text.parse().map_err(|_| bad(row, name, text)),
        })
        .collect()
}

fn days<T>(rows: &[T], name: &str, of: impl Fn(&T) -> &str) -> Result<Vec<i32>, Problem> {
    rows.iter()
        .enumerate()
        .map(|(row, value)| match of(value) {
            "" => Ok(NO_DAY),
            text => crate::date::day_of(text).ok_or_else(|| bad(row, name, text)),
        })
        .collect()
}

fn bad(row: usize, name: &str, text: &str) -> Problem {
    problem("bad-row", format!("{text:?} does not fit")).at(format!("/{row}/{name}")).build()
}

fn count<T>(rows: &[T]) -> Result<u32, Problem> {
    u32::try_from(rows.len()).map_err(|_| problem("bad-row", "too many rows").build())
}

fn ordinals<T>(rows: &[T], of: impl Fn(&T) -> Option<u32>) -> Vec<u32> {
    rows.iter().map(|row| of(row).unwrap_or(NO_ORDINAL)).collect()
}

/// Columns of these lines.
pub fn line_columns(rows: &[LineRow]) -> Result<LineColumns, Problem> {
    Ok(LineColumns {
        count: count(rows)?,
        account: texts(rows, |r| &r.account),
        credit: rows.iter().map(|r| u8::from(r.credit)).collect(),
        kind: texts(rows, |r| &r.kind),
        booking: days(rows, "booking", |r| &r.booking)?,
        value: days(rows, "value", |r| &r.value)?,
        amount: minors(rows, "amount", |r| &r.amount)?,
        currency: texts(rows, |r| &r.currency),
        instructed_amount: minors(rows, "instructed_amount", |r| &r.instructed_amount)?,
        instructed_currency: texts(rows, |r| &r.instructed_currency),
        fx_rate: texts(rows, |r| &r.fx_rate),
        charges: minors(rows, "charges", |r| &r.charges)?,
        charge_bearer: texts(rows, |r| &r.charge_bearer),
        payer_name: texts(rows, |r| &r.payer_name),
        payer_account: texts(rows, |r| &r.payer_account),
        payer_id: texts(rows, |r| &r.payer_id),
        ultimate_debtor: texts(rows, |r| &r.ultimate_debtor),
        end_to_end: texts(rows, |r| &r.end_to_end),
        mandate: texts(rows, |r| &r.mandate),
        structured: texts(rows, |r| &r.structured),
        structured_scheme: texts(rows, |r| &r.structured_scheme),
        free_text: texts(rows, |r| &r.free_text),
        batch_parent: ordinals(rows, |r| r.batch_parent),
        original_line: ordinals(rows, |r| r.original_line),
        return_reason: texts(rows, |r| &r.return_reason),
        customer_hint: ordinals(rows, |r| r.customer_hint),
        remaining: minors(rows, "remaining", |r| &r.remaining)?,
        extra: Vec::new(),
    })
}

/// Columns of this remittance advice.
pub fn remittance_columns(rows: &[RemittanceRow]) -> Result<RemittanceColumns, Problem> {
    Ok(RemittanceColumns {
        count: count(rows)?,
        line: rows.iter().map(|r| r.line).collect(),
        reference: texts(rows, |r| &r.reference),
        amount: minors(rows, "amount", |r| &r.amount)?,
        discount: minors(rows, "discount", |r| &r.discount)?,
    })
}

/// Columns of these items.
pub fn item_columns(rows: &[ItemRow]) -> Result<ItemColumns, Problem> {
    Ok(ItemColumns {
        count: count(rows)?,
        customer: rows.iter().map(|r| r.customer).collect(),
        parent_customer: ordinals(rows, |r| r.parent_customer),
        payer: ordinals(rows, |r| r.payer),
        branch: texts(rows, |r| &r.branch),
        control_account: texts(rows, |r| &r.control_account),
        kind: texts(rows, |r| &r.kind),
        sign: rows.iter().map(|r| r.sign).collect(),
        number: texts(rows, |r| &r.number),
        tax_invoice_number: texts(rows, |r| &r.tax_invoice_number),
        purchase_order: texts(rows, |r| &r.purchase_order),
        delivery: texts(rows, |r| &r.delivery),
        structured: texts(rows, |r| &r.structured),
        document_date: days(rows, "document_date", |r| &r.document_date)?,
        due_date: days(rows, "due_date", |r| &r.due_date)?,
        currency: texts(rows, |r| &r.currency),
        original: minors(rows, "original", |r| &r.original)?,
        open: minors(rows, "open", |r| &r.open)?,
        reserved: minors(rows, "reserved", |r| &r.reserved)?,
        disputed: minors(rows, "disputed", |r| &r.disputed)?,
        blocked: rows.iter().map(|r| u8::from(r.blocked)).collect(),
        instalment: texts(rows, |r| &r.instalment),
        discount_until: days(rows, "discount_until", |r| &r.discount_until)?,
        discount_amount: minors(rows, "discount_amount", |r| &r.discount_amount)?,
        withholding: minors(rows, "withholding", |r| &r.withholding)?,
        mandate: texts(rows, |r| &r.mandate),
        extra: Vec::new(),
    })
}
