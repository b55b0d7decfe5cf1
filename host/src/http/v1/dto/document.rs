//! What lists of documents are filtered by.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of posted document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKindName {
    Invoice,
    CreditNote,
    Receipt,
    Return,
    Opening,
    Adjustment,
    Transfer,
}

impl DocumentKindName {
    pub const fn name(self) -> &'static str {
        match self {
            DocumentKindName::Invoice => "invoice",
            DocumentKindName::CreditNote => "credit-note",
            DocumentKindName::Receipt => "receipt",
            DocumentKindName::Return => "return",
            DocumentKindName::Opening => "opening",
            DocumentKindName::Adjustment => "adjustment",
            DocumentKindName::Transfer => "transfer",
        }
    }
}

/// Whether something of a document is open (未清) or all of it is cleared (已清).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentStatusName {
    Open,
    Cleared,
}

impl DocumentStatusName {
    pub const fn is_open(self) -> bool {
        matches!(self, DocumentStatusName::Open)
    }
}
