//! Imports of spreadsheets (批量导入).

use super::bank::statuses;
use super::leaf::Date;
use crate::spreadsheet::report::Report;
use app::import::{ImportView, RowView, Undone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sheets::Mapping;
use sheets::write::Language;
use store::types::{ImportMode, ImportStatus};
use utoipa::ToSchema;

/// A file to be brought in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportBody {
    pub kind: KindName,
    pub file_name: String,
    /// The file: CSV or XLSX, in base64 (RFC 4648 section 4).
    pub file: String,
    /// Which column is which field. Without one, or with one that says of the file only how it is read (`encoding`, `delimiter`, `sheet`,
    /// `header_row`), one is proposed and nothing is written.
    #[schema(value_type = Option<Object>)]
    pub mapping: Option<Mapping>,
    #[serde(default)]
    #[schema(default = "preview")]
    pub mode: ModeName,
    /// Invoices, receipts and opening balances become drafts, which are submitted: rules of approval hold for each, and it is posted by
    /// itself.
    #[serde(default)]
    pub drafts: bool,
    /// Of the reasons in `rejects`; the company's without it.
    pub language: Option<LanguageName>,
}

/// A language that files are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LanguageName {
    Zh,
    En,
}

impl From<LanguageName> for Language {
    fn from(name: LanguageName) -> Self {
        match name {
            LanguageName::Zh => Language::Chinese,
            LanguageName::En => Language::English,
        }
    }
}

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KindName {
    Customers,
    Items,
    Invoices,
    Receipts,
    OpeningBalances,
    Deliveries,
    /// Each becomes a delivery or an invoice, by `orders_become` of its customer's billing rule, else of the company's settings.
    Orders,
    /// Compared with the books, and never entered.
    OldBalances,
}

impl From<KindName> for sheets::Noun {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Customers => sheets::Noun::Customers,
            KindName::Items => sheets::Noun::Items,
            KindName::Invoices => sheets::Noun::Invoices,
            KindName::Receipts => sheets::Noun::Receipts,
            KindName::OpeningBalances => sheets::Noun::OpeningBalances,
            KindName::Deliveries => sheets::Noun::Deliveries,
            KindName::Orders => sheets::Noun::Orders,
            KindName::OldBalances => sheets::Noun::OldBalances,
        }
    }
}

statuses! {
    /// Where it stands.
    ImportStatusName of ImportStatus { Running, Done, Cancelled, Undone }
}

/// preview: nothing is written. all-or-nothing: every record, or none. best-effort: the good ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ModeName {
    #[default]
    Preview,
    AllOrNothing,
    BestEffort,
}

impl ModeName {
    pub const fn mode(self) -> Option<ImportMode> {
        match self {
            ModeName::Preview => None,
            ModeName::AllOrNothing => Some(ImportMode::AllOrNothing),
            ModeName::BestEffort => Some(ImportMode::BestEffort),
        }
    }
}

/// What came of it, and of a best effort the refused rows as a file to mend and bring again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedFileView {
    #[serde(flatten)]
    pub report: Report,
    /// In base64, in the format, encoding and layout of the file that was sent; absent where nothing was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejects: Option<String>,
}

/// An import that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportOut {
    pub id: String,
    /// customers | items | invoices | receipts | opening-balances | deliveries | orders
    pub kind: String,
    /// all-or-nothing | best-effort
    pub mode: String,
    /// running | done | cancelled | undone; one that was interrupted stays running, and goes on when the same file comes again. Of one that
    /// was called off (cancelled) the rest of the file comes in as another import. Either can be undone
    pub status: String,
    /// Null once somebody was erased: it might name her.
    pub file_name: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub mapping: Option<Value>,
    pub made: u64,
    pub already: u64,
    pub refused: u64,
    pub created_by: String,
    /// RFC 3339.
    pub created_at: String,
    pub finished_at: Option<String>,
    pub undone_by: Option<String>,
    pub undone_at: Option<String>,
    /// Its records became drafts, and not documents.
    pub drafts: bool,
}

impl From<ImportView> for ImportOut {
    fn from(view: ImportView) -> Self {
        let ImportView { import, file_name, mapping } = view;
        ImportOut {
            id: import.id.to_string(),
            kind: import.kind,
            mode: import.mode.name().to_owned(),
            status: import.status.name().to_owned(),
            file_name,
            mapping,
            made: import.made,
            already: import.already,
            refused: import.refused,
            created_by: import.created_by,
            created_at: import.created_at.to_string(),
            finished_at: import.finished_at.map(|at| at.to_string()),
            undone_by: import.undone_by,
            undone_at: import.undone_at.map(|at| at.to_string()),
            drafts: import.drafts,
        }
    }
}

/// What a record made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportRowOut {
    /// From 1.
    pub n: u64,
    pub first_row: u64,
    pub last_row: u64,
    /// Id of a customer, an item, a delivery, a document or a draft.
    pub subject: String,
    /// Its code or number; of a draft, the number of the document that it became. Null where it has none, or is gone.
    pub label: Option<String>,
    /// in | undone
    pub status: String,
}

impl From<RowView> for ImportRowOut {
    fn from(view: RowView) -> Self {
        let RowView { row, subject, label } = view;
        ImportRowOut {
            n: row.n,
            first_row: row.first_row,
            last_row: row.last_row,
            subject,
            label,
            status: row.status.name().to_owned(),
        }
    }
}

/// How an import is taken back.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoImportBody {
    /// The day of the reversal of what an approved statement states or a lock covers; it has to be after both. Everything else
    /// is reversed on its own day, as if it had not been.
    pub later: Option<Date>,
}

/// An import that was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoneView {
    pub id: String,
    /// Records taken back.
    pub records: u64,
    /// Of them, documents reversed on the `later` day.
    pub later: u64,
}

impl From<Undone> for UndoneView {
    fn from(undone: Undone) -> Self {
        UndoneView { id: undone.id.to_string(), records: undone.records, later: undone.later }
    }
}
