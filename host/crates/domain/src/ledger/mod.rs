//! The ledger (分录账): entries that balance, open items, allocations (核销), realised FX, the seal chain.
//!
//! An [`Entry`] can only be built balanced, in its transaction currencies and in the base currency. Its content
//! hash covers postings, open items, allocations and the events it carries, with ids, accounts, amounts, dates, codes and
//! digests only.

mod adjusting;
mod allocation;
mod carry;
mod entry;
mod opening;
mod post;
mod revaluation;
mod reversal;
mod seal;
mod transfer;

pub use adjusting::{AdjustingPosting, post_adjusting};
pub use allocation::{Allocated, AllocationError, ItemBalance, allocate, free_from, unallocate};
pub use carry::{CarriedOver, CarryPosting, CarryReversal, post_carry, reverse_carry};
pub use entry::{Entry, EntryDraft, LedgerError};
pub use opening::{OpeningPosting, post_opening};
pub use post::{
    ClearanceKind, FxRate, Head, InvoicePosting, ReceiptPosting, ReturnPosting, post_billed, post_invoice,
    post_receipt, post_return,
};
pub use revaluation::{Carried, RevaluationPosting, post_revaluation};
pub use reversal::{ReversalPosting, post_reversal};
pub use seal::{Seal, next_seal, seal_hash};
pub use transfer::{
    TRANSFER, TransferError, TransferPosting, TransferReversal, Transferred, post_transfer, reverse_transfer,
};

use crate::ids::{AllocationId, CustomerId, DocumentId, OpenItemId};
use crate::time::AccountingDate;
use money::{Currency, Minor};

/// Accounts of the kernel's chart, by their role; China's 企业会计准则 numbers stand beside each. A company's own
/// chart comes with *ledger*; the codes are what is stored and hashed.
pub mod account {
    /// 应收账款: the control account of receivables
    pub const RECEIVABLES: &str = "1122";
    /// 银行存款
    pub const BANK: &str = "1002";
    /// 主营业务收入
    pub const REVENUE: &str = "6001";
    /// 应交税费—应交增值税(销项税额)
    pub const OUTPUT_TAX: &str = "22210106";
    /// 应收账款—汇兑调整: what a revaluation (期末调汇) values receivables at beyond what they are carried at, until the next day
    pub const REVALUATION: &str = "112299";
    /// 财务费用—汇兑损益
    pub const FX: &str = "660301";
    /// 财务费用—未实现汇兑损益
    pub const UNREALISED_FX: &str = "660304";
    /// 财务费用—手续费
    pub const BANK_CHARGES: &str = "660302";
    /// 营业外支出—尾差
    pub const TAIL: &str = "671101";
    /// 财务费用—现金折扣
    pub const DISCOUNT: &str = "660303";
    /// 坏账准备: what a customer will never pay is written off against the allowance that was made for it
    pub const BAD_DEBT: &str = "1231";
    /// 营业外收入: interest on arrears and damages (滞纳金, 违约金)
    pub const LATE_FEE: &str = "6301";
    /// 其他应收款—代扣税款: tax that a payer withheld
    pub const WITHHELD: &str = "122104";
    /// 其他应付款—待查款项: money of unknown payers
    pub const SUSPENSE: &str = "224199";
    /// 应收账款贷方—期初调整: the counter account of opening balances
    pub const OPENING: &str = "4104";

    /// What an account is, as journals of plain text and financial statements group it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Class {
        Assets,
        Liabilities,
        Equity,
        Income,
        Expenses,
    }

    /// By its number, as 企业会计准则 builds them: 1 资产, 2 负债, 3 共同, 4 所有者权益, 5 成本, 6 损益, of which 60, 61 and 63 are
    /// income. A number that is built otherwise is taken for an asset: it moves no result.
    pub fn class(code: &str) -> Class {
        match code.as_bytes() {
            [b'2', ..] => Class::Liabilities,
            [b'4', ..] => Class::Equity,
            [b'6', b'0' | b'1' | b'3', ..] => Class::Income,
            [b'5' | b'6', ..] => Class::Expenses,
            _ => Class::Assets,
        }
    }
}

/// One line of an entry. `amount` is signed in transaction currency, `base` in the company's: debit positive.
/// A line on a control account names the customer; FX lines have amount zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub account: String,
    pub customer: Option<CustomerId>,
    pub currency: Currency,
    pub amount: Minor,
    pub base: Minor,
    /// The open item this line creates or changes.
    pub item: Option<OpenItemId>,
    /// Tax code, where the account is a tax account.
    pub tax_code: Option<String>,
}

/// An open item (未清项) at its creation: positive amounts, `sign` +1 receivable, −1 owed to the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    pub id: OpenItemId,
    pub customer: CustomerId,
    pub account: String,
    pub document: Option<DocumentId>,
    pub kind: String,
    pub sign: i32,
    pub currency: Currency,
    pub original: Minor,
    pub base_original: Minor,
    pub due_date: Option<AccountingDate>,
}

/// An allocation of a credit item to a debit item; an undoing carries negative amounts and `reverses`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAllocation {
    pub id: AllocationId,
    pub debit_item: OpenItemId,
    pub credit_item: OpenItemId,
    pub currency: Currency,
    pub amount: Minor,
    /// Base amounts relieved on either side; their difference is realised FX.
    pub base_debit: Minor,
    pub base_credit: Minor,
    pub reverses: Option<AllocationId>,
}
