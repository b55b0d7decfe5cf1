//! Invoices and credit notes.

use super::BodyError;
use super::allowance::AllowanceOut;
use super::delivery::DeliveryPartBody;
use super::document::IssuedOut;
use super::hands::{HandOut, NumberedDocument};
use super::invoice_item::InvoiceItemOut;
use super::leaf::{Currency, CustomerName, Date, Decimal, MoneyView};
use super::tax_invoice::RedConfirmationBody;
use super::terms::TermsBody;
use super::warning::WarningView;
use super::words::{ExplanationView, RequiredTextView};
use app::invoice::{
    Adjustment, AdjustmentAmount, FxInput, InvoiceKind, InvoiceLine, InvoiceView, IssueInvoice,
};
use domain::ids::DocumentId;
use domain::tax::PriceMode;
use money::Minor;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::rows::Document;
use utoipa::ToSchema;

/// An invoice or credit note to be issued. Tax, totals and number are the host's.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceBody {
    /// Yours, unique by kind: a second document with it is refused.
    pub external_id: Option<String>,
    pub customer: CustomerName,
    #[serde(default)]
    #[schema(default = "invoice")]
    pub kind: InvoiceKindName,
    /// Number, id or external id of the invoice or debit note that a credit note corrects, or of the invoice that a debit note raises, which
    /// has to have one. A credit note without one says in `text` why it has none, where the tax rules allow it.
    pub original: Option<String>,
    pub document_date: Date,
    /// Decides the period; default: the document date.
    pub effective_date: Option<Date>,
    /// Default: by the terms.
    pub due_date: Option<Date>,
    /// Of this document; default: the customer's. Not beside `due_date`.
    pub terms: Option<TermsBody>,
    pub supply_date: Option<Date>,
    pub currency: Currency,
    /// Whether unit prices contain tax.
    pub price_mode: PriceModeName,
    pub purchase_order: Option<String>,
    /// Number of the tax invoice (发票号码) that goes with it.
    pub tax_invoice_number: Option<String>,
    pub text: Option<String>,
    /// Default: the stored rate on or before the document date; not needed in the base currency. A credit note has that of its original and no
    /// other; a debit note whose lines raise prices has it unless another is given.
    pub fx: Option<FxBody>,
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<InvoiceLineBody>,
    #[serde(default)]
    pub allowances: Vec<DocumentAllowanceBody>,
    /// What it bills of deliveries, bounded by what is open of them; of a credit note, of returns. Not of a late fee.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub deliveries: Vec<DeliveryPartBody>,
    /// Of a credit note whose original is in a tax invoice: on what it is issued. In China it waits for it.
    pub red_confirmation: Option<RedConfirmationBody>,
    /// Of a credit note that names its original (红冲重开): the goods stay with the customer. What the original bills of deliveries, of the
    /// lines and as far as they are credited, is open again and billed by a new invoice; it is no return of goods.
    #[serde(default)]
    pub rebill: bool,
}

/// What kind of document.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InvoiceKindName {
    #[default]
    Invoice,
    CreditNote,
    /// 借项通知: raises the invoice that `original` names, and is taxed and owed like one.
    DebitNote,
    /// 滞纳金/违约金: charged like an invoice, taxed as a late fee.
    LateFee,
}

/// exclusive (不含税) or inclusive (含税) of tax.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PriceModeName {
    Exclusive,
    Inclusive,
}

impl From<PriceMode> for PriceModeName {
    fn from(mode: PriceMode) -> Self {
        match mode {
            PriceMode::Exclusive => PriceModeName::Exclusive,
            PriceMode::Inclusive => PriceModeName::Inclusive,
        }
    }
}

/// A rate given with a document instead of the stored one: base units per unit of the document's currency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FxBody {
    pub rate: Decimal,
    pub date: Date,
    /// Where it was read.
    pub source: String,
}

impl From<FxBody> for FxInput {
    fn from(body: FxBody) -> Self {
        FxInput { rate: body.rate.0, date: body.date.0, source: body.source }
    }
}

/// A line of an invoice.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceLineBody {
    /// Code of an item of the catalogue: the line takes from it what it leaves out of description, unit, price (of the same
    /// currency), category and supply, and keeps it when the item changes.
    pub item: Option<String>,
    /// Required without an item, as are price and category.
    pub description: Option<String>,
    pub quantity: Decimal,
    pub unit: Option<String>,
    pub unit_price: Option<Decimal>,
    /// Tax category, as the tax plugin knows it.
    #[schema(example = "goods-13")]
    pub category: Option<String>,
    /// normal | discounted | discount | deposit | disbursement
    #[serde(default = "nature")]
    #[schema(default = "normal")]
    pub nature: String,
    /// Of a discount line (折扣行), and of no other: the number of the line before it that it discounts, from 1. Its
    /// quantity or its price is negative.
    pub parent: Option<u32>,
    /// Of a credit note: the number of the original's line that this one takes back. It may be left out where the original has only one line
    /// of the same category (of a discount line: only one that discounts the same line). Of a debit note: the line whose price this one raises, all
    /// of which is delivered where the company defers; a line that names none is of further goods or services. In a foreign currency all lines of a
    /// debit note name one, or none does.
    pub original_line: Option<u32>,
    /// goods | service
    #[schema(default = "goods")]
    pub supply: Option<String>,
    #[serde(default)]
    pub allowances: Vec<AllowanceBody>,
}

fn nature() -> String {
    "normal".to_owned()
}
/// A member that an item of the catalogue could have given.
fn required<T>(value: Option<T>, name: &str) -> Result<T, BodyError> {
    value.ok_or_else(|| BodyError::at(format!("/{name}"), "is required"))
}

/// An allowance, or with `charge` a charge, of a line: an amount, or a fraction of quantity × price.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowanceBody {
    /// In the document's currency, positive. Give this or `fraction`.
    pub amount: Option<Decimal>,
    /// `0.05` is 5 %.
    pub fraction: Option<Decimal>,
    #[serde(default)]
    pub charge: bool,
    pub reason: Option<String>,
}

/// An allowance or charge of the whole document.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentAllowanceBody {
    /// In the document's currency, positive.
    pub amount: Decimal,
    #[serde(default)]
    pub charge: bool,
    pub reason: Option<String>,
    /// Tax category: it decides the tax of the allowance.
    pub category: String,
}

impl TryFrom<AllowanceBody> for Adjustment {
    type Error = BodyError;

    fn try_from(body: AllowanceBody) -> Result<Self, BodyError> {
        let amount = match (body.amount, body.fraction) {
            (Some(amount), None) => AdjustmentAmount::Amount(amount.0),
            (None, Some(fraction)) => AdjustmentAmount::Fraction(fraction.0),
            (None, None) => return Err(BodyError::at("", "needs `amount` or `fraction`")),
            (Some(_), Some(_)) => {
                return Err(BodyError::at("/fraction", "stands beside `amount`: give one of them"));
            }
        };
        Ok(Adjustment { charge: body.charge, amount, reason: body.reason, category: None })
    }
}

impl TryFrom<InvoiceLineBody> for InvoiceLine {
    type Error = BodyError;

    fn try_from(body: InvoiceLineBody) -> Result<Self, BodyError> {
        Ok(InvoiceLine {
            description: required(body.description, "description")?,
            quantity: body.quantity.0,
            unit: body.unit,
            unit_price: required(body.unit_price, "unit_price")?.0,
            category: required(body.category, "category")?,
            nature: body.nature,
            parent: body.parent,
            original_line: body.original_line,
            supply: body.supply.unwrap_or_else(|| "goods".to_owned()),
            allowances: super::each("allowances", body.allowances)?,
        })
    }
}

impl TryFrom<InvoiceBody> for IssueInvoice {
    type Error = BodyError;

    fn try_from(body: InvoiceBody) -> Result<Self, BodyError> {
        Ok(IssueInvoice {
            external_id: body.external_id,
            customer: body.customer.0,
            kind: match body.kind {
                InvoiceKindName::Invoice => InvoiceKind::Invoice,
                InvoiceKindName::CreditNote => InvoiceKind::CreditNote,
                InvoiceKindName::DebitNote => InvoiceKind::DebitNote,
                InvoiceKindName::LateFee => InvoiceKind::LateFee,
            },
            original: body.original,
            document_date: body.document_date.0,
            effective_date: body.effective_date.map(|d| d.0),
            due_date: body.due_date.map(|d| d.0),
            terms: super::customer::terms(body.terms)?,
            supply_date: body.supply_date.map(|d| d.0),
            currency: body.currency.0,
            price_mode: match body.price_mode {
                PriceModeName::Exclusive => PriceMode::Exclusive,
                PriceModeName::Inclusive => PriceMode::Inclusive,
            },
            purchase_order: body.purchase_order,
            tax_invoice_number: body.tax_invoice_number,
            text: body.text,
            fx: body.fx.map(Into::into),
            lines: super::each("lines", body.lines)?,
            allowances: body.allowances.into_iter().map(document_allowance).collect(),
            deliveries: super::each("deliveries", body.deliveries)?,
            red_confirmation: body
                .red_confirmation
                .map(|given| given.try_into().map_err(|refused: BodyError| refused.under("red_confirmation")))
                .transpose()?,
            rebill: body.rebill,
        })
    }
}

fn document_allowance(body: DocumentAllowanceBody) -> Adjustment {
    Adjustment {
        charge: body.charge,
        amount: AdjustmentAmount::Amount(body.amount.0),
        reason: body.reason,
        category: Some(body.category),
    }
}

/// A posted document. Amounts are positive; the kind decides the side. Free texts are null once erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentOut {
    pub id: String,
    /// invoice | credit-note | debit-note | late-fee | receipt | return | refund | write-off …
    pub kind: String,
    pub number: String,
    pub external_id: Option<String>,
    /// Id.
    pub customer: String,
    pub document_date: Date,
    pub effective_date: Date,
    pub due_date: Option<Date>,
    /// When goods were handed over or services rendered, where it was told.
    pub supply_date: Option<Date>,
    pub price_mode: PriceModeName,
    pub net: MoneyView,
    pub tax: MoneyView,
    pub gross: MoneyView,
    /// What of it is still open now.
    pub open: MoneyView,
    pub fx_rate: Decimal,
    pub fx_date: Date,
    pub fx_source: String,
    /// Id of what a credit note corrects, or a debit note raises.
    pub original: Option<String>,
    pub tax_invoice_number: Option<String>,
    pub purchase_order: Option<String>,
    pub text: Option<String>,
    /// The call of the tax plugin: `POST /v1/invocations/{id}/replay`.
    pub invocation: Option<String>,
    /// SHA-256 of the document's content.
    pub digest: String,
    /// RFC 3339.
    pub created_at: String,
}

impl DocumentOut {
    /// One of those of which that is left.
    pub fn of(row: Document, left: &HashMap<DocumentId, Minor>) -> Self {
        let open = left.get(&row.id).copied().unwrap_or_default();
        DocumentOut::new(row, open)
    }

    fn new(row: Document, open: Minor) -> Self {
        let money = |minor| MoneyView::new(minor, row.currency);
        let external_id = row.external_name().map(str::to_owned);
        DocumentOut {
            id: row.id.to_string(),
            net: money(row.net),
            tax: money(row.tax),
            gross: money(row.gross),
            open: money(open),
            kind: row.kind,
            number: row.number,
            external_id,
            customer: row.customer.to_string(),
            document_date: Date(row.document_date),
            effective_date: Date(row.effective_date),
            due_date: row.due_date.map(Date),
            supply_date: row.supply_date.map(Date),
            price_mode: row.price_mode.into(),
            fx_rate: Decimal(row.fx_rate),
            fx_date: Date(row.fx_date),
            fx_source: row.fx_source,
            original: row.original.map(|id| id.to_string()),
            tax_invoice_number: row.tax_invoice_number,
            purchase_order: row.purchase_order,
            text: row.text,
            invocation: row.invocation.map(|id| id.to_string()),
            digest: row.digest.to_string(),
            created_at: row.created_at.to_string(),
        }
    }
}

/// A posted invoice with its lines and tax.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub struct InvoiceOut {
    pub document: DocumentOut,
    pub lines: Vec<InvoiceLineOut>,
    pub allowances: Vec<AllowanceOut>,
    pub taxes: Vec<TaxLineOut>,
    /// The terms that it keeps: instalments, a discount for early payment, a due date that counts from a later day.
    pub terms: Option<TermsBody>,
    /// That it was issued to its customer, if that is noted.
    pub issued: Option<IssuedOut>,
    /// What took it back.
    pub reversed_by: Option<NumberedDocument>,
    /// The draft that it was: its acts say who did what.
    pub draft: Option<String>,
    /// The proposal by whose approval it was posted, where there was no draft.
    pub proposal: Option<String>,
    /// 制单.
    pub prepared_by: HandOut,
    /// 审核: who approved it last; null where nobody did beside who prepared it.
    pub approved_by: Option<HandOut>,
    /// Its open items as they are now, what is due first in front.
    pub items: Vec<InvoiceItemOut>,
    /// Empty once the customer is erased, as are the plugin's other words.
    pub warnings: Vec<WarningView>,
    /// What the document must say.
    pub required_texts: Vec<RequiredTextView>,
    pub explanations: Vec<ExplanationView>,
}

/// A posted line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceLine)]
pub struct InvoiceLineOut {
    /// From 1.
    pub line: u32,
    /// Of a discount line: the line it discounts.
    pub parent: Option<u32>,
    /// Of a credit note: the original's line it takes back; of a debit note, the one it raises.
    pub original_line: Option<u32>,
    pub description: Option<String>,
    pub quantity: Decimal,
    pub unit: Option<String>,
    pub unit_price: Decimal,
    pub category: String,
    pub nature: String,
    /// goods | service
    pub supply: String,
    pub net: MoneyView,
    pub tax: MoneyView,
    pub gross: MoneyView,
}

/// A posted tax line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaxLine)]
pub struct TaxLineOut {
    /// Document lines it stands on.
    pub lines: Vec<u32>,
    /// The document-level allowance or charge it stands on instead.
    pub allowance: Option<u32>,
    pub authority: String,
    pub kind: String,
    pub code: String,
    pub category: String,
    /// A fraction: `0.13` is 13 %.
    pub rate: Decimal,
    pub base: MoneyView,
    pub exempt_base: MoneyView,
    pub out_of_scope_base: MoneyView,
    pub deducted: MoneyView,
    pub amount: MoneyView,
    pub collected_by: String,
    pub legal_reference: Option<String>,
}

impl From<InvoiceView> for InvoiceOut {
    fn from(view: InvoiceView) -> Self {
        let currency = view.document.currency;
        let money = |minor| MoneyView::new(minor, currency);
        let line = |row: store::rows::DocumentLine| InvoiceLineOut {
            line: row.line,
            parent: row.parent,
            original_line: row.original_line,
            description: row.description,
            quantity: Decimal(row.quantity),
            unit: row.unit,
            unit_price: Decimal(row.unit_price),
            category: row.category,
            nature: row.nature,
            supply: row.supply,
            net: money(row.net),
            tax: money(row.tax),
            gross: money(row.gross),
        };
        let tax = |row: store::rows::TaxLine| TaxLineOut {
            lines: row.lines.0,
            allowance: row.allowance,
            authority: row.authority,
            kind: row.kind,
            code: row.code,
            category: row.category,
            rate: Decimal(row.rate),
            base: money(row.base),
            exempt_base: money(row.exempt_base),
            out_of_scope_base: money(row.out_of_scope_base),
            deducted: money(row.deducted),
            amount: money(row.amount),
            collected_by: row.collected_by,
            legal_reference: row.legal_reference,
        };
        InvoiceOut {
            lines: view.lines.into_iter().map(line).collect(),
            allowances: view.allowances.into_iter().map(AllowanceOut::from).collect(),
            warnings: view.words.warnings.into_iter().map(WarningView::from).collect(),
            required_texts: view.words.required_texts.into_iter().map(RequiredTextView::from).collect(),
            explanations: view.words.explanations.into_iter().map(ExplanationView::from).collect(),
            taxes: view.taxes.into_iter().map(tax).collect(),
            terms: view.terms.as_ref().map(TermsBody::of),
            issued: view.issued.map(IssuedOut::from),
            reversed_by: view.reversed_by.map(NumberedDocument::from),
            draft: view.hands.draft.map(|id| id.to_string()),
            proposal: view.hands.proposal.map(|id| id.to_string()),
            prepared_by: view.hands.prepared_by.into(),
            approved_by: view.hands.approved_by.map(HandOut::from),
            items: view.items.into_iter().map(InvoiceItemOut::from).collect(),
            document: DocumentOut::new(view.document, view.open),
        }
    }
}

#[cfg(test)]
mod tests;
