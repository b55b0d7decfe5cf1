//! Bills of exchange (承兑汇票) as they come in and are answered, and bodies of what is done with them.

use super::BodyError;
use super::advance::AdvanceBody;
use super::bank::statuses;
use super::invoice::FxBody;
use super::leaf::{BankLineName, BillName, CustomerName, Date, Decimal, Money, MoneyView};
use super::receipt::AllocateToBody;
use app::bill::{ActOnBill, BillMoney, BillView, BillWhat, PaidBill, ReceiveBill, ReceivedBill};
use domain::bill::{BillKind, BillMedium, BillState, Discount};
use serde::{Deserialize, Serialize};
use store::rows::BillActed;
use utoipa::ToSchema;

statuses! {
    /// Who accepted it: a bank (银行承兑汇票) or the buyer or another company (商业承兑汇票).
    BillKindName of BillKind { Bank, Commercial }
}

statuses! {
    /// What it is made of.
    BillMediumName of BillMedium { Electronic, Paper }
}

statuses! {
    /// Where it stands. A cancelled one's receipt was taken back.
    BillStateName of BillState { Held, Endorsed, Discounted, Paid, Dishonoured, Cancelled }
}

/// What the money comes into, or goes out of: the bank (1002), or of a dishonour suspense (待查款项, 224199) until the bank's line
/// comes. Money that comes in is shown by a line of the bank.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BillMoneyName {
    #[default]
    Bank,
    Suspense,
}

impl From<BillMoneyName> for BillMoney {
    fn from(name: BillMoneyName) -> Self {
        match name {
            BillMoneyName::Bank => BillMoney::Bank,
            BillMoneyName::Suspense => BillMoney::Suspense,
        }
    }
}

/// A bill of exchange that a customer pays with.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillBody {
    /// Yours, unique.
    pub external_id: Option<String>,
    pub customer: CustomerName,
    /// As it is printed on the bill; no other that stands has it.
    pub number: String,
    pub kind: BillKindName,
    pub medium: BillMediumName,
    /// 出票人
    pub drawer: String,
    /// 承兑人
    pub acceptor: String,
    /// The face.
    pub amount: Money,
    pub issue_date: Date,
    pub maturity: Date,
    /// Decides the period.
    pub received_on: Date,
    /// Stands in the statement; default: the bill's number.
    pub reference: Option<String>,
    pub fx: Option<FxBody>,
    /// What it pays; the rest stays open to the customer's credit.
    #[serde(default)]
    pub allocations: Vec<AllocateToBody>,
    /// 预收款: what the part that pays nothing yet is for; default: what `/v1/advance-settings` says.
    #[serde(default)]
    pub advance: Option<AdvanceBody>,
}

impl TryFrom<BillBody> for ReceiveBill {
    type Error = BodyError;

    fn try_from(body: BillBody) -> Result<Self, BodyError> {
        let amount = body.amount.exact().map_err(|refused| refused.under("amount"))?;
        let allocation = |(index, to): (usize, AllocateToBody)| {
            to.pays(amount.currency()).map_err(|refused| refused.under(index).under("allocations"))
        };
        let allocations = body.allocations.into_iter().enumerate().map(allocation);
        let allocations = allocations.collect::<Result<_, BodyError>>()?;
        Ok(ReceiveBill {
            external_id: body.external_id,
            customer: body.customer.0,
            number: body.number,
            kind: body.kind.into(),
            medium: body.medium.into(),
            drawer: body.drawer,
            acceptor: body.acceptor,
            amount,
            issue_date: body.issue_date.0,
            maturity: body.maturity.0,
            received_on: body.received_on.0,
            reference: body.reference,
            fx: body.fx.map(Into::into),
            allocations,
            advance: body.advance.map(Into::into),
        })
    }
}

/// Gives a bill to a supplier (背书); the body of a draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillEndorsementBody {
    pub bill: BillName,
    pub date: Date,
    /// The account that is owed so much less, as 2202 (应付账款); 4 to 12 digits, none of receivables, bills, bank or tax.
    pub account: String,
    /// Whether whoever has it may come back to us; default: true, as the law has it (票据法第三十七条).
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub recourse: bool,
    pub fx: Option<FxBody>,
    /// To whom.
    pub text: Option<String>,
}

const fn yes() -> bool {
    true
}

impl From<BillEndorsementBody> for ActOnBill {
    fn from(body: BillEndorsementBody) -> Self {
        let BillEndorsementBody { bill, date, account, recourse, fx, text } = body;
        let what = BillWhat::Endorse { account, recourse };
        ActOnBill { bill: bill.0, date: date.0, fx: fx.map(Into::into), text, what }
    }
}

/// Discounts a bill at a bank (贴现); the body of a draft. `net` or `rate`, or both, which may then differ by a minor unit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillDiscountBody {
    pub bill: BillName,
    pub date: Date,
    /// With recourse (附追索权) the bank's money is a short-term loan (2001 短期借款) and the bill stands until it is paid; without, it goes.
    pub recourse: bool,
    /// What the bank paid, in the bill's currency.
    pub net: Option<Decimal>,
    /// Annual: `0.024` are 2.4%. Face × rate × days ÷ 360, half-up.
    pub rate: Option<Decimal>,
    /// That the bank counts, if more than the calendar has to the maturity.
    pub days: Option<u32>,
    #[serde(default)]
    #[schema(default = "bank")]
    pub to: BillMoneyName,
    /// The line of the bank that brought the net.
    pub bank_line: Option<BankLineName>,
    pub fx: Option<FxBody>,
    /// By which bank.
    pub text: Option<String>,
}

impl From<BillDiscountBody> for ActOnBill {
    fn from(body: BillDiscountBody) -> Self {
        let discount =
            Discount { net: body.net.map(|net| net.0), rate: body.rate.map(|rate| rate.0), days: body.days };
        let bank_line = body.bank_line.map(|line| line.0);
        let what = BillWhat::Discount { recourse: body.recourse, discount, to: body.to.into(), bank_line };
        ActOnBill { bill: body.bill.0, date: body.date.0, fx: body.fx.map(Into::into), text: body.text, what }
    }
}

/// A bill was paid (到期兑付). One that was discounted with recourse was paid to the bank: that ends the loan, and no money moves here.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillPaymentBody {
    pub bill: BillName,
    pub date: Date,
    #[serde(default)]
    #[schema(default = "bank")]
    pub to: BillMoneyName,
    /// What the bank kept for collecting it (托收手续费), in the bill's currency. More than `bank_line` shows as charges takes a draft that another person
    /// approves.
    pub charges: Option<Decimal>,
    /// The line of the bank that brought the face less the charges.
    pub bank_line: Option<BankLineName>,
    pub fx: Option<FxBody>,
    pub text: Option<String>,
}

impl From<BillPaymentBody> for ActOnBill {
    fn from(body: BillPaymentBody) -> Self {
        let what = BillWhat::Pay {
            to: body.to.into(),
            charges: body.charges.map(|charges| charges.0),
            bank_line: body.bank_line.map(|line| line.0),
        };
        ActOnBill { bill: body.bill.0, date: body.date.0, fx: body.fx.map(Into::into), text: body.text, what }
    }
}

/// A bill was not paid (拒付, 追索): what it had paid is open again with its own due dates; the body of a draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillDishonourBody {
    pub bill: BillName,
    pub date: Date,
    /// Of an endorsed bill: who is owed again, as 2202; default: who has it was paid from `from`.
    pub account: Option<String>,
    #[serde(default)]
    #[schema(default = "bank")]
    pub from: BillMoneyName,
    /// What was paid for protest and recourse (拒付手续费), in the bill's currency.
    pub fee: Option<Decimal>,
    /// Whether the customer is charged the fee; else it is a cost.
    #[serde(default)]
    #[schema(default = false)]
    pub fee_to_customer: bool,
    pub fx: Option<FxBody>,
    /// Why.
    pub text: String,
}

impl From<BillDishonourBody> for ActOnBill {
    fn from(body: BillDishonourBody) -> Self {
        let what = BillWhat::Dishonour {
            account: body.account,
            fee: body.fee.map(|fee| fee.0),
            fee_to_customer: body.fee_to_customer,
            from: body.from.into(),
        };
        ActOnBill {
            bill: body.bill.0,
            date: body.date.0,
            fx: body.fx.map(Into::into),
            text: Some(body.text),
            what,
        }
    }
}

/// A bill as it was received.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedBillView {
    pub id: String,
    /// Id of the document.
    pub document: String,
    pub number: String,
    /// Its journal entry.
    pub entry: String,
    /// Its open item on the account of bills.
    pub item: String,
    /// What pays: what is not allocated stays open on it.
    pub credit_item: String,
    pub allocations: Vec<String>,
    /// Id of the document by which the part that stays on account is taxed, where the tax rules say so.
    pub advance: Option<String>,
}

impl From<ReceivedBill> for ReceivedBillView {
    fn from(received: ReceivedBill) -> Self {
        ReceivedBillView {
            id: received.id.to_string(),
            document: received.document.to_string(),
            number: received.number,
            entry: received.entry.to_string(),
            item: received.item.to_string(),
            credit_item: received.credit_item.to_string(),
            allocations: received.allocations.iter().map(ToString::to_string).collect(),
            advance: received.advance.map(|id| id.to_string()),
        }
    }
}

/// A payment of a bill as it was posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaidBillView {
    /// The bill.
    pub bill: String,
    pub document: String,
    pub number: String,
    pub entry: String,
}

impl From<PaidBill> for PaidBillView {
    fn from(paid: PaidBill) -> Self {
        PaidBillView {
            bill: paid.id.to_string(),
            document: paid.document.to_string(),
            number: paid.number,
            entry: paid.entry.to_string(),
        }
    }
}

/// A bill of exchange. Number, drawer and acceptor are null once the customer is erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bill)]
pub struct BillOut {
    pub id: String,
    pub version: i64,
    pub state: BillStateName,
    pub kind: BillKindName,
    pub medium: BillMediumName,
    /// Id.
    pub customer: String,
    pub customer_code: String,
    pub number: Option<String>,
    pub drawer: Option<String>,
    pub acceptor: Option<String>,
    pub amount: MoneyView,
    pub issue_date: Date,
    pub maturity: Date,
    pub received_on: Date,
    /// Whoever has it now may come back to us.
    pub recourse: bool,
    /// Its open item on the account of bills.
    pub item: String,
    /// What pays on the account of receivables.
    pub credit_item: String,
    /// By which it was received.
    pub document: String,
    pub document_number: String,
    /// What was done with it, in its order; empty in lists.
    pub acts: Vec<BillActView>,
}

/// What was done with a bill.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BillAct)]
pub struct BillActView {
    pub n: u32,
    /// received | endorsed | discounted | paid | dishonoured | undone
    pub act: String,
    /// Of an undoing: the `n` of the act that it takes back.
    pub undoes: Option<u32>,
    pub document: String,
    pub number: String,
    pub entry: String,
    pub effective_date: Date,
    pub recourse: bool,
    /// The person.
    pub by: String,
    /// RFC 3339.
    pub at: String,
}

impl From<(BillActed, String)> for BillActView {
    fn from((row, number): (BillActed, String)) -> Self {
        BillActView {
            n: row.n,
            act: row.act.name().to_owned(),
            undoes: row.undoes,
            document: row.document.to_string(),
            number,
            entry: row.entry.to_string(),
            effective_date: Date(row.effective_date),
            recourse: row.recourse,
            by: row.done_by,
            at: row.done_at.to_string(),
        }
    }
}

impl From<BillView> for BillOut {
    fn from(view: BillView) -> Self {
        let BillView { bill, customer_code, received_by, acts } = view;
        BillOut {
            id: bill.id.to_string(),
            version: bill.version,
            state: bill.state.into(),
            kind: bill.kind.into(),
            medium: bill.medium.into(),
            customer: bill.customer.to_string(),
            customer_code,
            number: bill.number,
            drawer: bill.drawer,
            acceptor: bill.acceptor,
            amount: MoneyView::new(bill.face, bill.currency),
            issue_date: Date(bill.issue_date),
            maturity: Date(bill.maturity),
            received_on: Date(bill.received_on),
            recourse: bill.recourse,
            item: bill.item.to_string(),
            credit_item: bill.credit_item.to_string(),
            document: bill.document.to_string(),
            document_number: received_by,
            acts: acts.into_iter().map(Into::into).collect(),
        }
    }
}
