//! Drafts (草稿) as they come in and are answered, and what they would post.

use super::allowance::AllowanceOut;
use super::approval::ExceptionBody;
use super::bank::statuses;
use super::invoice::{InvoiceLineOut, InvoiceOut, TaxLineOut};
use super::invoice_item::InvoiceItemOut;
use super::leaf::{Date, MoneyView};
use super::terms::OfferView;
use super::warning::WarningView;
use super::words::{ExplanationView, RequiredTextView};
use app::draft::{DraftView, Preview};
use domain::actor::Role;
use domain::draft::{DraftKind, Needed};
use money::Currency;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use store::rows::{DraftActed, Posting};
use store::types::DraftState;
use utoipa::ToSchema;

statuses! {
    /// What a draft becomes.
    DraftKindName of DraftKind {
        Invoice, CreditNote, DebitNote, LateFee, Receipt, WriteOff, Refund, Adjustment, Bill, BillEndorsement, BillDiscount, BillPayment,
        BillDishonour, Opening, Reversal
    }
}

statuses! {
    /// Where it stands: 草稿 → 提交 → 审批 → 过账.
    DraftStateName of DraftState { Draft, Submitted, Approved, Posted, Rejected }
}

/// A new draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftBody {
    pub kind: DraftKindName,
    /// As the direct route of the kind takes it (`Invoice…`, `ReceiptBody`, `WriteOffBody`, `RefundBody`, `AdjustmentBody`,
    /// `BillBody`, `BillEndorsementBody`, `BillDiscountBody`, `BillPaymentBody`, `BillDishonourBody`, `OpeningBody`; of a reversal
    /// `ReversalDraftBody`); it may be incomplete until it is submitted.
    #[schema(value_type = Object)]
    pub body: Value,
}

/// Another body for a draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftChangeBody {
    #[schema(value_type = Object)]
    pub body: Value,
}

/// How a draft is approved; it may be left out.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftApprovalBody {
    /// Not taken any more: another person grants an exception before, by `POST /v1/exceptions`.
    #[serde(default)]
    pub exception: Option<ExceptionBody>,
}

/// Why a draft is turned down.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectionBody {
    pub reason: String,
}

/// A document before it is posted, or the way by which it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Draft)]
pub struct DraftOut {
    pub id: String,
    pub kind: DraftKindName,
    pub state: DraftStateName,
    pub version: i64,
    /// Id.
    pub customer: Option<String>,
    pub customer_code: Option<String>,
    /// Gross as it was submitted; of an adjustment signed.
    pub amount: Option<MoneyView>,
    pub effective_date: Option<Date>,
    /// As it was sent; null in lists, and once the customer is erased.
    #[schema(value_type = Option<Object>)]
    pub body: Option<Value>,
    pub prepared_by: String,
    pub submitted_by: Option<String>,
    /// Who approved or rejected it last.
    pub decided_by: Option<String>,
    /// Of the last rejection.
    pub reason: Option<String>,
    pub approvals: ApprovalsView,
    /// Id, once it is posted.
    pub document: Option<String>,
    pub number: Option<String>,
    /// What was done with it, in its order; empty in lists.
    pub acts: Vec<DraftActView>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// What it needs by the rules as they are, and has.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalsView {
    pub needed: u32,
    pub given: u32,
    /// Who approves acts in this role.
    pub role: Option<String>,
    /// And in this one: of a reversal, where what it takes back has a rule of its own.
    pub also: Option<String>,
    /// The last approval posts at once.
    pub posts: bool,
}

impl ApprovalsView {
    fn of(needed: Needed, given: u32) -> Self {
        let name = |role: Role| role.name().to_owned();
        let (role, also) = (needed.role.map(name), needed.also.map(name));
        ApprovalsView { needed: needed.approvals, given, role, also, posts: needed.post_on_approval }
    }
}

/// What somebody did with a draft.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DraftAct)]
pub struct DraftActView {
    /// created | changed | submitted | approved | rejected | posted
    pub act: String,
    /// The person.
    pub by: String,
    /// RFC 3339.
    pub at: String,
    pub reason: Option<String>,
    /// By an exception from the separation of duties.
    pub exception: bool,
}

impl From<DraftActed> for DraftActView {
    fn from(row: DraftActed) -> Self {
        DraftActView {
            act: row.act.name().to_owned(),
            by: row.person,
            at: row.at.to_string(),
            reason: row.reason,
            exception: row.exception,
        }
    }
}

impl From<DraftView> for DraftOut {
    fn from(view: DraftView) -> Self {
        let DraftView { draft, kind, customer_code, body, acts, needed, number } = view;
        let amount = draft.currency.zip(draft.amount);
        DraftOut {
            id: draft.id.to_string(),
            kind: kind.into(),
            state: draft.state.into(),
            version: draft.version,
            customer: draft.customer.map(|id| id.to_string()),
            customer_code,
            amount: amount.map(|(currency, amount)| MoneyView::new(amount, currency)),
            effective_date: draft.effective_date.map(Date),
            body,
            prepared_by: draft.prepared_by,
            submitted_by: draft.submitted_by,
            decided_by: draft.decided_by,
            reason: acts.iter().rev().find_map(|act| act.reason.clone()),
            approvals: ApprovalsView::of(needed, draft.given),
            document: draft.document.map(|id| id.to_string()),
            number,
            acts: acts.into_iter().map(DraftActView::from).collect(),
            created_at: draft.created_at.to_string(),
            updated_at: draft.updated_at.to_string(),
        }
    }
}

/// What would stand in the books; nothing of it does.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewView {
    pub document: PreviewedDocument,
    pub lines: Vec<InvoiceLineOut>,
    pub allowances: Vec<AllowanceOut>,
    pub taxes: Vec<TaxLineOut>,
    /// What would be payable when: one part, or instalments, what is due first in front.
    pub parts: Vec<PreviewedPart>,
    pub warnings: Vec<WarningView>,
    /// What the document must say.
    pub required_texts: Vec<RequiredTextView>,
    pub explanations: Vec<ExplanationView>,
    /// Its journal entry (分录).
    pub postings: Vec<PostingView>,
    pub approvals: ApprovalsView,
}

/// A document without a number.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewedDocument {
    pub kind: String,
    /// Id.
    pub customer: String,
    pub net: MoneyView,
    pub tax: MoneyView,
    pub gross: MoneyView,
    pub document_date: Date,
    pub effective_date: Date,
    pub due_date: Option<Date>,
}

/// An open item to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewedPart {
    /// `2/3`: which part of its document it is, where that has several.
    pub instalment: Option<String>,
    /// Null as long as the date is not known from which it counts.
    pub due_date: Option<Date>,
    pub amount: MoneyView,
    /// 现金折扣: what the terms let be taken off.
    pub discounts: Vec<OfferView>,
}

/// A line of a journal entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingView {
    pub account: String,
    pub name_zh: Option<String>,
    pub name_en: Option<String>,
    /// Id, on the account of customers.
    pub customer: Option<String>,
    /// Debit positive.
    pub amount: MoneyView,
    /// In base currency, debit positive.
    pub base: MoneyView,
    pub tax_code: Option<String>,
}

fn posting(row: Posting, names: &BTreeMap<String, (String, String)>, base: Currency) -> PostingView {
    let (name_zh, name_en) = names.get(&row.account).cloned().unzip();
    PostingView {
        name_zh,
        name_en,
        amount: MoneyView::new(row.amount, row.currency),
        base: MoneyView::new(row.base, base),
        account: row.account,
        customer: row.customer.map(|id| id.to_string()),
        tax_code: row.tax_code,
    }
}

impl From<Preview> for PreviewView {
    fn from(preview: Preview) -> Self {
        let (base, names) = (preview.base_currency, preview.names);
        let InvoiceOut {
            document,
            lines,
            allowances,
            taxes,
            items,
            warnings,
            required_texts,
            explanations,
            ..
        } = preview.document.into();
        let part = |item: InvoiceItemOut| PreviewedPart {
            instalment: item.instalment,
            due_date: item.due_date,
            amount: item.original,
            discounts: item.discounts,
        };
        PreviewView {
            document: PreviewedDocument {
                kind: document.kind,
                customer: document.customer,
                net: document.net,
                tax: document.tax,
                gross: document.gross,
                document_date: document.document_date,
                effective_date: document.effective_date,
                due_date: document.due_date,
            },
            lines,
            allowances,
            taxes,
            parts: items.into_iter().map(part).collect(),
            warnings,
            required_texts,
            explanations,
            postings: preview.postings.into_iter().map(|row| posting(row, &names, base)).collect(),
            approvals: ApprovalsView::of(preview.needed, 0),
        }
    }
}
