//! What lists of documents are filtered by, and what becomes of one.

use super::leaf::Date;
use app::document::{MarkIssued, MarkedIssued, Means, Reverse, Reversed};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of posted document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKindName {
    Invoice,
    CreditNote,
    DebitNote,
    Receipt,
    Return,
    Opening,
    Adjustment,
    Transfer,
    LateFee,
    WriteOff,
    Refund,
    Bill,
    BillEndorsement,
    BillDiscount,
    BillPayment,
    BillDishonour,
    Delivery,
    Advance,
}

impl DocumentKindName {
    pub const fn name(self) -> &'static str {
        match self {
            DocumentKindName::Invoice => "invoice",
            DocumentKindName::CreditNote => "credit-note",
            DocumentKindName::DebitNote => "debit-note",
            DocumentKindName::Receipt => "receipt",
            DocumentKindName::Return => "return",
            DocumentKindName::Opening => "opening",
            DocumentKindName::Adjustment => "adjustment",
            DocumentKindName::Transfer => "transfer",
            DocumentKindName::LateFee => "late-fee",
            DocumentKindName::WriteOff => "write-off",
            DocumentKindName::Refund => "refund",
            DocumentKindName::Bill => "bill",
            DocumentKindName::BillEndorsement => "bill-endorsement",
            DocumentKindName::BillDiscount => "bill-discount",
            DocumentKindName::BillPayment => "bill-payment",
            DocumentKindName::BillDishonour => "bill-dishonour",
            DocumentKindName::Delivery => "delivery",
            DocumentKindName::Advance => "advance",
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

/// How a document came to its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IssueMeans {
    Paper,
    EMail,
    /// A portal of the customer or of the company.
    Portal,
    /// The tax authority's platform.
    Platform,
}

impl IssueMeans {
    pub const fn means(self) -> Means {
        match self {
            IssueMeans::Paper => Means::Paper,
            IssueMeans::EMail => Means::EMail,
            IssueMeans::Portal => Means::Portal,
            IssueMeans::Platform => Means::Platform,
        }
    }
}

impl From<Means> for IssueMeans {
    fn from(means: Means) -> Self {
        match means {
            Means::Paper => IssueMeans::Paper,
            Means::EMail => IssueMeans::EMail,
            Means::Portal => IssueMeans::Portal,
            Means::Platform => IssueMeans::Platform,
        }
    }
}

/// When and how a document was issued to its customer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuedBody {
    /// From the document date to today.
    pub date: Date,
    pub means: IssueMeans,
}

impl IssuedBody {
    /// Of the document that the path names.
    pub fn of(self, document: String) -> MarkIssued {
        MarkIssued { document, date: self.date.0, means: self.means.means() }
    }
}

/// When and how a document was issued to its customer, as that was noted last.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Issued)]
pub struct IssuedOut {
    pub date: Date,
    pub means: IssueMeans,
}

impl From<(NaiveDate, Means)> for IssuedOut {
    fn from((date, means): (NaiveDate, Means)) -> Self {
        IssuedOut { date: Date(date), means: means.into() }
    }
}

/// What is noted of a document that was issued.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkedIssuedView {
    pub document: String,
    pub number: String,
    pub date: Date,
    pub means: IssueMeans,
}

impl From<MarkedIssued> for MarkedIssuedView {
    fn from(marked: MarkedIssued) -> Self {
        MarkedIssuedView {
            document: marked.document.to_string(),
            number: marked.number,
            date: Date(marked.date),
            means: marked.means.into(),
        }
    }
}

/// How a posted document is taken back (冲销).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalBody {
    /// Default: the document's own day, as if it had never been. Of one that an approved statement states a day after its cut-off.
    pub date: Option<Date>,
    /// It stands in the reversal.
    pub reason: String,
}

impl ReversalBody {
    /// Of the document that the path names.
    pub fn of(self, document: String) -> Reverse {
        Reverse { document, date: self.date.map(|date| date.0), reason: self.reason }
    }
}

/// How a posted document is taken back, as the body of a draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalDraftBody {
    /// Id or number.
    pub document: String,
    /// Default: the document's own day, as if it had never been.
    pub date: Option<Date>,
    /// It stands in the reversal.
    pub reason: String,
}

impl From<ReversalDraftBody> for Reverse {
    fn from(body: ReversalDraftBody) -> Self {
        Reverse { document: body.document, date: body.date.map(|date| date.0), reason: body.reason }
    }
}

/// The document that takes another back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReversedView {
    pub document: String,
    pub number: String,
    pub entry: String,
}

impl From<Reversed> for ReversedView {
    fn from(reversed: Reversed) -> Self {
        ReversedView {
            document: reversed.document.to_string(),
            number: reversed.number,
            entry: reversed.entry.to_string(),
        }
    }
}
