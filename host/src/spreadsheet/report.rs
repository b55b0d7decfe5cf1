//! What an import, or the look before it, came to; the same for both doors.

use serde::Serialize;
use serde_json::Value;
use sheets::CellError;
use utoipa::ToSchema;

/// Refusals that are listed; more are counted.
pub const ERRORS_MAX: usize = 1_000;
/// Records that a preview shows.
pub const SHOWN_MAX: usize = 10;

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ImportReport)]
pub struct Report {
    /// customers | items | invoices | receipts | opening-balances | deliveries | orders | old-balances
    pub kind: String,
    /// preview | all-or-nothing | best-effort; of old-balances: comparison
    pub mode: String,
    pub file_name: String,
    /// csv | xlsx
    pub format: String,
    /// Of a text file, as it was found or named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row of the headings, from 1.
    pub header_row: u64,
    /// Of its columns, as `columns` of a mapping names them: `column:C` where headings are alike or missing.
    pub headings: Vec<String>,
    /// The one that was used, or the one that is proposed.
    #[schema(value_type = Object)]
    pub mapping: Value,
    /// `true`: nobody has confirmed the mapping yet, so nothing was written.
    pub proposed: bool,
    /// What a person has to say before rows can be read.
    pub questions: Vec<String>,
    pub notes: Vec<String>,
    /// Rows below the headings that are not blank.
    pub rows: u64,
    /// Things they make: several rows are one invoice.
    pub records: u64,
    /// Id of the import, where something was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is written are drafts, which are submitted, and not documents.
    pub drafts: bool,
    /// Records written.
    pub made: u64,
    /// Records that were in before.
    pub already: u64,
    /// Records refused.
    pub refused: u64,
    /// Sums of the amounts as they were read.
    pub sums: Vec<SumView>,
    /// The first records as they were read.
    pub first: Vec<ShownView>,
    /// The first refusals, by row.
    pub errors: Vec<CellErrorView>,
    pub errors_total: u64,
    /// Customers whose balance is not what the old books say.
    pub differences: Vec<DifferenceView>,
}

/// A sum in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SumView {
    /// amount: money; lines: quantity × price, before tax and allowances; old, books: what the old books and ours come to
    pub of: String,
    pub currency: String,
    pub sum: String,
}

/// A record as it was read: the body of its POST.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ShownView {
    pub first_row: u64,
    pub last_row: u64,
    #[schema(value_type = Object)]
    pub body: Value,
}

/// A refusal with its place in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CellErrorView {
    pub row: u64,
    /// As `C17`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub message: String,
}

impl From<CellError> for CellErrorView {
    fn from(error: CellError) -> Self {
        let CellError { row, cell, heading, field, message } = error;
        CellErrorView { row, cell, heading, field, message }
    }
}

/// A customer whose balances differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DifferenceView {
    pub customer: String,
    pub currency: String,
    /// What the old books say.
    pub old: String,
    /// What ours say; in a preview: what the rows of the file come to.
    pub new: String,
    /// Cell of the old balance; empty where our books have a customer that the old ones do not list.
    pub cell: String,
}

impl Report {
    /// Notes a refusal; beyond the first ones they are counted.
    pub fn refused(&mut self, error: CellError) {
        self.errors_total += 1;
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(error.into());
        }
    }
    /// Says how many numbers were not taken to their last digit.
    pub fn note_rounded(&mut self, cells: u64) {
        if cells > 0 {
            self.notes.push(format!(
                "{cells} number cells hold more than 15 digits, as Excel's own arithmetic leaves them: they were read as Excel shows them"
            ));
        }
    }
    /// Says that not every mode takes the file as it is.
    pub fn note_waiting(&mut self, credits: u64) {
        if credits > 0 {
            self.notes.push(format!(
                "{credits} credit notes correct an invoice of this same file: bring it in as best effort, which posts that before them, or the invoices first"
            ));
        }
    }
    /// Says what orders become.
    pub fn note_orders(&mut self, (deliveries, invoices): (u64, u64)) {
        if deliveries + invoices > 0 {
            self.notes.push(format!(
                "by the rules of their customers {deliveries} orders become deliveries and {invoices} become invoices"
            ));
        }
    }
    /// Says how many rows were left out because nothing is open of them.
    pub fn note_nothing_open(&mut self, rows: u64) {
        if rows > 0 {
            self.notes.push(format!(
                "{rows} rows have nothing open, as an old ledger lists what was paid: they were left out"
            ));
        }
    }
    /// Whether everything is as it was wanted.
    pub fn is_good(&self) -> bool {
        self.errors_total == 0 && self.refused == 0 && self.differences.is_empty() && !self.proposed
    }
}
