//! What a person does with a bank line: sees its candidates, settles it by hand, takes an approval back.

use super::bank::BankLineOut;
use super::customer::CurrentItemOut;
use super::leaf::{CustomerName, Date, Decimal, ItemId};
use super::reconciliation::{ApprovedView, ProposalOut};
use app::reconciliation::{
    AllocateLine, Candidate, Certificate, Difference, LineView, ReturnReceipt, Settle, Settled, UndoProposal,
    Undone, UseCredit,
};
use domain::ids::{BankLineId, ProposalId};
use domain::ledger::ClearanceKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a bank line pays. Its money + the differences = the allocations + what stays on account or goes to suspense.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleBody {
    /// Default: whose the items are.
    pub customer: Option<CustomerName>,
    #[serde(default)]
    pub allocations: Vec<SettleItemBody>,
    /// What credits that are open pay besides the money: of the same customer, or of the family of the one who is named.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub credits: Vec<SettleCreditBody>,
    /// 预收: what of the money clears nothing yet; default 0.
    pub on_account: Option<Decimal>,
    /// 待查款: what of the money nobody is known to own; default 0. Not beside `on_account`; of all of it no customer is named.
    #[serde(default)]
    pub suspense: Option<Decimal>,
    #[serde(default)]
    pub differences: Vec<SettleDifferenceBody>,
    /// Where the bank's own day is locked, not after today unless what it pays does not exist before; default: the booking date.
    pub effective_date: Option<Date>,
}

/// What is cleared on an item, money and differences together.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleItemBody {
    pub item: ItemId,
    pub amount: Decimal,
}

/// A credit that is open (a credit note, an advance, money on account), and what of an item it pays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleCreditBody {
    /// That it pays, whether the money pays of it, too, or not.
    pub item: ItemId,
    pub credit_item: ItemId,
    pub amount: Decimal,
}

/// What is cleared besides the money: shown by the bank or the payer, or within a tolerance of the company.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleDifferenceBody {
    pub kind: SettleDifferenceName,
    /// Positive; a tail of money that is too much is negative.
    pub amount: Decimal,
    /// The item on which it is cleared; a charge without one goes to what stays on account.
    pub item: Option<ItemId>,
    /// Of withheld tax, and required there: its evidence.
    #[serde(default)]
    pub certificate: Option<CertificateBody>,
}

/// The evidence of tax that a payer withheld (代扣税款凭证).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateBody {
    /// The certificate's.
    pub number: String,
    pub date: Date,
    /// The tax authority: its name, or a code of it.
    #[schema(example = "国家税务总局苏州工业园区税务局")]
    pub authority: String,
}

impl From<CertificateBody> for Certificate {
    fn from(body: CertificateBody) -> Self {
        Certificate { number: body.number, date: body.date.0, authority: body.authority }
    }
}

/// 尾差, 手续费, 现金折扣, 代扣税款.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SettleDifferenceName {
    Tail,
    Charge,
    Discount,
    Withholding,
}

impl SettleBody {
    /// Of the line that the path names.
    pub fn of(self, line: BankLineId) -> Settle {
        let allocation = |to: SettleItemBody| AllocateLine { item: to.item.0, amount: to.amount.0 };
        let credit = |one: SettleCreditBody| UseCredit {
            item: one.item.0,
            credit_item: one.credit_item.0,
            amount: one.amount.0,
        };
        let difference = |one: SettleDifferenceBody| Difference {
            kind: match one.kind {
                SettleDifferenceName::Tail => ClearanceKind::Tail,
                SettleDifferenceName::Charge => ClearanceKind::BankCharge,
                SettleDifferenceName::Discount => ClearanceKind::Discount,
                SettleDifferenceName::Withholding => ClearanceKind::Withholding,
            },
            amount: one.amount.0,
            item: one.item.map(|item| item.0),
            certificate: one.certificate.map(Into::into),
        };
        Settle {
            line,
            customer: self.customer.map(|name| name.0),
            allocations: self.allocations.into_iter().map(allocation).collect(),
            credits: self.credits.into_iter().map(credit).collect(),
            on_account: self.on_account.map(|amount| amount.0).unwrap_or_default(),
            suspense: self.suspense.map(|amount| amount.0).unwrap_or_default(),
            differences: self.differences.into_iter().map(difference).collect(),
            effective_date: self.effective_date.map(|date| date.0),
        }
    }
}

/// The receipt that a bank line takes back (退票).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnReceiptBody {
    /// Id or number of the receipt, of whatever customer; all of it is taken back.
    pub receipt: String,
    /// 退票手续费: what the line took more than the receipt brought, where the bank shows no such charge: within a tolerance for charges.
    #[serde(default)]
    pub fee: Option<Decimal>,
    /// Where the bank's own day is locked, not after today; default: the booking date.
    #[serde(default)]
    pub effective_date: Option<Date>,
}

impl ReturnReceiptBody {
    /// By the line that the path names.
    pub fn of(self, line: BankLineId) -> ReturnReceipt {
        ReturnReceipt {
            line,
            receipt: self.receipt,
            fee: self.fee.map(|fee| fee.0),
            effective_date: self.effective_date.map(|date| date.0),
        }
    }
}

/// The proposal that was made by hand.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettledView {
    pub proposal: ProposalOut,
    /// What it posted; null: it waits for another person.
    pub approved: Option<ApprovedView>,
}

impl From<Settled> for SettledView {
    fn from(settled: Settled) -> Self {
        SettledView { proposal: settled.proposal.into(), approved: settled.approved.map(Into::into) }
    }
}

/// How an approval is taken back; it may be left out.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoProposalBody {
    /// Default: the day for which others approved it, if any did; else the days on which it was posted.
    #[serde(default)]
    pub date: Option<Date>,
    /// It stands in the reversals.
    #[serde(default)]
    pub reason: Option<String>,
}

impl UndoProposalBody {
    /// Of the proposal that the path names.
    pub fn of(self, id: ProposalId) -> UndoProposal {
        UndoProposal { id, date: self.date.map(|date| date.0), reason: self.reason }
    }
}

/// What was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoneProposalView {
    pub proposal: ProposalOut,
    /// Ids of the reversals.
    pub documents: Vec<String>,
    /// Ids of the bank lines, open again.
    pub lines: Vec<String>,
    /// How many people more must approve it, by a rule for reversals, before anything is taken back; 0: it is.
    pub approvals_missing: u32,
}

impl From<Undone> for UndoneProposalView {
    fn from(undone: Undone) -> Self {
        UndoneProposalView {
            proposal: undone.proposal.into(),
            documents: undone.documents.iter().map(ToString::to_string).collect(),
            lines: undone.lines.iter().map(ToString::to_string).collect(),
            approvals_missing: undone.missing,
        }
    }
}

/// An item that a line may pay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Candidate)]
pub struct CandidateOut {
    pub item: CurrentItemOut,
    pub customer_code: String,
    /// Null once it is erased.
    pub customer_name: Option<String>,
    /// Permille: how much of what the bank says is the item's.
    pub score: u32,
    /// reference | amount | payer-account | payer-name
    pub reasons: Vec<String>,
}

impl From<Candidate> for CandidateOut {
    fn from(candidate: Candidate) -> Self {
        CandidateOut {
            item: candidate.item.into(),
            customer_code: candidate.customer_code,
            customer_name: candidate.customer_name,
            score: candidate.score,
            reasons: candidate.reasons.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// A bank line with what a person wants to see beside it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankLineView {
    pub line: BankLineOut,
    /// Pending ones first.
    pub proposals: Vec<ProposalOut>,
    /// Ids of the documents that it became.
    pub documents: Vec<String>,
    /// Ids of what of it is or was in suspense.
    pub suspense: Vec<String>,
    /// The best, by score; empty where it is settled.
    pub candidates: Vec<CandidateOut>,
}

impl From<LineView> for BankLineView {
    fn from(view: LineView) -> Self {
        BankLineView {
            line: BankLineOut::of(view.unmatched, view.line),
            proposals: view.proposals.into_iter().map(ProposalOut::from).collect(),
            documents: view.documents.iter().map(ToString::to_string).collect(),
            suspense: view.suspense.iter().map(ToString::to_string).collect(),
            candidates: view.candidates.into_iter().map(CandidateOut::from).collect(),
        }
    }
}
