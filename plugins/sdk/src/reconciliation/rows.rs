//! Rows of the bulk tables as objects, and columns made of them: for golden cases and tests. A component gets
//! columns and never sees these.

use super::{ItemColumns, LineColumns, RemittanceColumns};
use crate::columns::{NO_DAY, NO_ORDINAL, Texts};
use crate::{ColumnValues, ExtraColumn, Problem, TextColumn, problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The value of a row in an extra column: minor units, an ISO date or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tag", content = "val", rename_all = "snake_case")]
pub enum ExtraValue {
    Integers(String),
    Days(String),
    Text(String),
}

/// By the name of the column.
type Extra = BTreeMap<String, ExtraValue>;

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
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: Extra,
}

/// What is paid on a reference, as remittance advice says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemittanceRow {
    pub line: u32,
    pub reference: String,
    pub scheme: String,
    pub kind: String,
    pub amount: String,
    pub discount: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: Extra,
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
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: Extra,
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

/// The columns that any of the rows has, by name. Rows without a value have 0, no day or "".
fn extra_columns<T>(rows: &[T], of: impl Fn(&T) -> &Extra) -> Result<Vec<ExtraColumn>, Problem> {
    let mut kinds: BTreeMap<&str, &ExtraValue> = BTreeMap::new();
    for (row, (name, value)) in
        rows.iter().enumerate().flat_map(|(n, row)| of(row).iter().map(move |v| (n, v)))
    {
        let first = *kinds.entry(name).or_insert(value);
        if std::mem::discriminant(first) != std::mem::discriminant(value) {
            let why = format!("the column's earlier rows are {first:?}, this one is {value:?}");
            return Err(problem("bad-row", why).at(format!("/{row}/extra/{name}")).build());
        }
    }
    let text = |row: &T, name: &str| match of(row).get(name) {
        Some(ExtraValue::Integers(text) | ExtraValue::Days(text) | ExtraValue::Text(text)) => text.clone(),
        None => String::new(),
    };
    let column = |(name, kind): (&str, &ExtraValue)| {
        let cells: Vec<String> = rows.iter().map(|row| text(row, name)).collect();
        let at = format!("extra/{name}");
        let values = match kind {
            ExtraValue::Integers(_) => ColumnValues::Integers(minors(&cells, &at, |cell| cell)?),
            ExtraValue::Days(_) => ColumnValues::Days(days(&cells, &at, |cell| cell)?),
            ExtraValue::Text(_) => ColumnValues::Text(texts(&cells, |cell| cell)),
        };
        Ok(ExtraColumn { name: name.to_owned(), values })
    };
    kinds.into_iter().map(column).collect()
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
        extra: extra_columns(rows, |r| &r.extra)?,
    })
}

/// Columns of this remittance advice.
pub fn remittance_columns(rows: &[RemittanceRow]) -> Result<RemittanceColumns, Problem> {
    Ok(RemittanceColumns {
        count: count(rows)?,
        line: rows.iter().map(|r| r.line).collect(),
        reference: texts(rows, |r| &r.reference),
        scheme: texts(rows, |r| &r.scheme),
        kind: texts(rows, |r| &r.kind),
        amount: minors(rows, "amount", |r| &r.amount)?,
        discount: minors(rows, "discount", |r| &r.discount)?,
        extra: extra_columns(rows, |r| &r.extra)?,
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
        extra: extra_columns(rows, |r| &r.extra)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn rows(json: &str) -> Vec<RemittanceRow> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn extra_columns_are_those_that_any_row_has() {
        let columns = remittance_columns(&rows(
            r#"[{"line": 0, "reference": "A", "scheme": "document", "extra": {"seen": {"tag": "days", "val": "1970-01-02"}}},
                {"line": 1, "kind": "CREN", "extra": {"branch": {"tag": "text", "val": "文"}, "fee": {"tag": "integers", "val": "-7"}}}]"#,
        ))
        .unwrap();
        let named: Vec<&str> = columns.extra.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(named, ["branch", "fee", "seen"]);
        assert_eq!(columns.extra[1].values, ColumnValues::Integers(vec![0, -7]));
        assert_eq!(columns.extra[2].values, ColumnValues::Days(vec![1, NO_DAY]));
        let ColumnValues::Text(branch) = &columns.extra[0].values else { panic!("{:?}", columns.extra) };
        assert_eq!(
            (branch.offsets.as_slice(), branch.bytes.as_slice()),
            ([0, 0, 3].as_slice(), "文".as_bytes())
        );
        assert_eq!(
            (columns.scheme.bytes.as_slice(), columns.kind.bytes.as_slice()),
            (&b"document"[..], &b"CREN"[..])
        );
    }

    #[test]
    fn an_extra_value_that_does_not_fit_its_column_says_where() {
        let mixed = r#"[{"line": 0, "extra": {"x": {"tag": "text", "val": "a"}}}, {"line": 0, "extra": {"x": {"tag": "integers", "val": "1"}}}]"#;
        assert_eq!(remittance_columns(&rows(mixed)).unwrap_err().subject.as_deref(), Some("/1/extra/x"));
        let bad = r#"[{"line": 0, "extra": {"x": {"tag": "days", "val": "2026-02-30"}}}]"#;
        assert_eq!(remittance_columns(&rows(bad)).unwrap_err().subject.as_deref(), Some("/0/extra/x"));
        assert!(
            serde_json::from_str::<RemittanceRow>(r#"{"extra": {"x": {"tag": "float", "val": "1"}}}"#)
                .is_err()
        );
    }
}
