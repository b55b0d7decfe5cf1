//! Tax invoices (发票), and on what documents with one are corrected.

use super::BodyError;
use super::bank::statuses;
use super::leaf::{Currency, CustomerName, Date, Decimal, MoneyView};
use app::invoice::RedConfirmation;
use app::tax_invoice::{RecordTaxInvoice, RecordedTaxInvoice, TaxInvoicePart, TaxInvoiceView};
use domain::tax_invoice::{TaxInvoiceKind, TaxInvoiceStatus};
use serde::{Deserialize, Serialize};
use store::rows::TaxInvoiceLink;
use utoipa::ToSchema;

/// 发票种类: special 增值税专用发票, ordinary 普通发票, digital 数电票(普通), digital-special 数电票(专用), other: of another country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TaxInvoiceKindName {
    Special,
    Ordinary,
    Digital,
    DigitalSpecial,
    Other,
}

impl From<TaxInvoiceKindName> for TaxInvoiceKind {
    fn from(name: TaxInvoiceKindName) -> Self {
        match name {
            TaxInvoiceKindName::Special => TaxInvoiceKind::Special,
            TaxInvoiceKindName::Ordinary => TaxInvoiceKind::Ordinary,
            TaxInvoiceKindName::Digital => TaxInvoiceKind::Digital,
            TaxInvoiceKindName::DigitalSpecial => TaxInvoiceKind::DigitalSpecial,
            TaxInvoiceKindName::Other => TaxInvoiceKind::Other,
        }
    }
}

impl From<TaxInvoiceKind> for TaxInvoiceKindName {
    fn from(kind: TaxInvoiceKind) -> Self {
        match kind {
            TaxInvoiceKind::Special => TaxInvoiceKindName::Special,
            TaxInvoiceKind::Ordinary => TaxInvoiceKindName::Ordinary,
            TaxInvoiceKind::Digital => TaxInvoiceKindName::Digital,
            TaxInvoiceKind::DigitalSpecial => TaxInvoiceKindName::DigitalSpecial,
            TaxInvoiceKind::Other => TaxInvoiceKindName::Other,
        }
    }
}

statuses! {
    /// issued 已开具, voided 已作废, red 已红冲: red-letter ones took back all of it.
    TaxInvoiceStatusName of TaxInvoiceStatus { Issued, Voided, Red }
}

/// What the tax authority's platform issued. All figures are positive; one that names an `original` is red and takes back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxInvoiceBody {
    /// 发票号码
    #[schema(example = "26312000000000000001")]
    pub number: String,
    /// 发票代码 of the older kinds.
    pub code: Option<String>,
    pub kind: TaxInvoiceKindName,
    pub customer: CustomerName,
    pub issued_on: Date,
    pub currency: Currency,
    pub net: Decimal,
    pub tax: Decimal,
    pub gross: Decimal,
    /// Of a red-letter one (红字): id or number of the tax invoice that it takes back.
    pub original: Option<String>,
    /// Number of the 红字确认单 or 信息表. In China a red one has it, or a `reason`.
    pub confirmation: Option<String>,
    pub reason: Option<String>,
    pub buyer_name: Option<String>,
    pub buyer_tax_id: Option<String>,
    /// The documents it is of: invoices and late fees, of a red one credit notes.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub documents: Vec<TaxInvoicePartBody>,
}

/// With how much of its gross a document is in it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxInvoicePartBody {
    /// Id or number.
    pub document: String,
    /// Default: all of its gross that is in no tax invoice.
    pub amount: Option<Decimal>,
}

impl From<TaxInvoiceBody> for RecordTaxInvoice {
    fn from(body: TaxInvoiceBody) -> Self {
        let part = |part: TaxInvoicePartBody| TaxInvoicePart {
            document: part.document,
            amount: part.amount.map(|d| d.0),
        };
        RecordTaxInvoice {
            number: body.number,
            code: body.code,
            kind: body.kind.into(),
            customer: body.customer.0,
            issued_on: body.issued_on.0,
            currency: body.currency.0,
            net: body.net.0,
            tax: body.tax.0,
            gross: body.gross.0,
            original: body.original,
            confirmation: body.confirmation,
            reason: body.reason,
            buyer_name: body.buyer_name,
            buyer_tax_id: body.buyer_tax_id,
            documents: body.documents.into_iter().map(part).collect(),
        }
    }
}

/// A tax invoice as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedTaxInvoiceView {
    pub id: String,
    pub number: String,
    pub gross: MoneyView,
    /// What of it is of no document here.
    pub unlinked: MoneyView,
}

impl From<RecordedTaxInvoice> for RecordedTaxInvoiceView {
    fn from(made: RecordedTaxInvoice) -> Self {
        RecordedTaxInvoiceView {
            id: made.id.to_string(),
            number: made.number,
            gross: made.gross.into(),
            unlinked: made.unlinked.into(),
        }
    }
}

/// When the platform voided it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxInvoiceVoidBody {
    pub on: Date,
}

/// A tax invoice. Names and words are null once erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaxInvoice)]
pub struct TaxInvoiceOut {
    pub id: String,
    pub number: String,
    /// 发票代码; empty where the kind has none.
    pub code: String,
    pub kind: TaxInvoiceKindName,
    pub status: TaxInvoiceStatusName,
    /// Id.
    pub customer: String,
    pub issued_on: Date,
    pub net: MoneyView,
    pub tax: MoneyView,
    pub gross: MoneyView,
    /// Id of the tax invoice that a red one takes back.
    pub original: Option<String>,
    /// Ids of the red ones that take it back.
    pub reds: Vec<String>,
    pub confirmation: Option<String>,
    pub reason: Option<String>,
    pub buyer_name: Option<String>,
    pub buyer_tax_id: Option<String>,
    pub voided_on: Option<Date>,
    pub documents: Vec<TaxInvoiceLinkOut>,
    /// SHA-256 of its content.
    pub digest: String,
    /// RFC 3339.
    pub created_at: String,
}

/// A document that it is of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaxInvoiceLink)]
pub struct TaxInvoiceLinkOut {
    /// Id.
    pub document: String,
    pub amount: MoneyView,
}

impl From<TaxInvoiceView> for TaxInvoiceOut {
    fn from(view: TaxInvoiceView) -> Self {
        let row = view.row;
        let money = |minor| MoneyView::new(minor, row.currency);
        let link = |link: TaxInvoiceLink| TaxInvoiceLinkOut {
            document: link.document.to_string(),
            amount: money(link.amount),
        };
        TaxInvoiceOut {
            documents: view.links.into_iter().map(link).collect(),
            reds: view.reds.iter().map(ToString::to_string).collect(),
            id: row.id.to_string(),
            kind: row.kind.into(),
            status: view.status.into(),
            customer: row.customer.to_string(),
            issued_on: Date(row.issued_on),
            net: money(row.net),
            tax: money(row.tax),
            gross: money(row.gross),
            original: row.original.map(|id| id.to_string()),
            voided_on: row.voided_on.map(Date),
            digest: row.digest.to_string(),
            created_at: row.created_at.to_string(),
            number: row.number,
            code: row.code,
            confirmation: row.confirmation,
            reason: row.reason,
            buyer_name: row.buyer_name,
            buyer_tax_id: row.buyer_tax_id,
        }
    }
}

/// On what the credit note of a document with a tax invoice is issued: the number of the 红字确认单 (or 信息表), or why there is none.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedConfirmationBody {
    pub number: Option<String>,
    pub reason: Option<String>,
}

impl TryFrom<RedConfirmationBody> for RedConfirmation {
    type Error = BodyError;

    fn try_from(body: RedConfirmationBody) -> Result<Self, BodyError> {
        match (body.number, body.reason) {
            (Some(number), None) => Ok(RedConfirmation::Number(number)),
            (None, Some(reason)) => Ok(RedConfirmation::Reason(reason)),
            (None, None) => Err(BodyError::at("", "needs `number` or `reason`")),
            (Some(_), Some(_)) => Err(BodyError::at("/reason", "stands beside `number`: give one of them")),
        }
    }
}
