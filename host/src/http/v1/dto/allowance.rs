//! Allowances and charges of posted documents.

use super::leaf::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

/// A posted allowance or charge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Allowance)]
pub struct AllowanceOut {
    /// The line it belongs to; null: of the document.
    pub line: Option<u32>,
    /// From 1 in its line or document.
    pub n: u32,
    pub charge: bool,
    /// Of quantity × price, where it was given so.
    pub fraction: Option<Decimal>,
    /// In the document's currency; of a line not yet rounded.
    pub amount: Decimal,
    pub category: Option<String>,
    /// Of a credit note: the number of the original's allowance it takes back.
    pub original: Option<u32>,
    pub reason: Option<String>,
}

impl From<store::rows::DocumentAllowance> for AllowanceOut {
    fn from(row: store::rows::DocumentAllowance) -> Self {
        AllowanceOut {
            line: (row.line > 0).then_some(row.line),
            n: row.n,
            charge: row.charge,
            fraction: row.fraction.map(Decimal),
            amount: Decimal(row.amount),
            category: row.category,
            original: row.original,
            reason: row.reason,
        }
    }
}
