//! The ledger (分录账): entries that balance, open items, allocations (核销), realised FX, the seal chain.
//!
//! An [`Entry`] can only be built balanced, in its transaction currencies and in the base currency. Its content
//! hash covers postings, open items, allocations and the events it carries, with ids, accounts, amounts, dates, codes and
//! digests only.

pub mod account;
mod adjusting;
mod advance;
mod allocation;
mod bill;
mod carry;
mod chart;
mod deferral;
mod delivery;
mod entry;
mod for_a_day;
mod movement;
mod opening;
mod post;
mod revaluation;
mod reversal;
mod seal;
mod transfer;

pub use adjusting::{AdjustingPosting, post_adjusting};
pub use advance::{ADVANCE, AdvanceTax, MovedTax, move_advance_tax, post_advance};
pub use allocation::{Allocated, AllocationError, ItemBalance, allocate, free_from, unallocate};
pub use bill::{BillItem, BillPosting, post_bill};
pub use carry::{CarriedOver, CarryPosting, CarryReversal, post_carry, reverse_carry};
pub use chart::{BEGINNING, Chart, ChartError, ChartLine, Template, is_code};
pub use deferral::{base_shares, defer};
pub use delivery::{BILLED, DELIVERY, DeliveryPosting, Release, post_delivery, release};
pub use entry::{Entry, EntryDraft, LedgerError};
pub use for_a_day::{DayKind, DayPosting, post_for_a_day};
pub use movement::{BANK_MOVE, MovementPosting, SUSPENSE_ENTRY, carried, post_movement, post_movement_back};
pub use opening::{OpeningPosting, post_opening};
pub use post::{
    ClearanceKind, FxRate, Head, InvoicePosting, MoneyFrom, OwedAgain, Part, ReceiptPosting, ReturnPosting,
    post_billed, post_invoice, post_receipt, post_return,
};
pub use revaluation::Carried;
pub use reversal::{ReversalPosting, post_reversal};
pub use seal::{Seal, next_seal, seal_hash};
pub use transfer::{
    TRANSFER, TransferError, TransferPosting, TransferReversal, Transferred, post_transfer, reverse_transfer,
};

use crate::ids::{AllocationId, CustomerId, DocumentId, OpenItemId};
use crate::time::AccountingDate;
use money::{Currency, Minor};

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
