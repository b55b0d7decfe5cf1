//! Allocations (核销): a credit item pays a debit item, also across a family of customers, and the undoing of it.

mod allocate;
mod carry;
mod discount;
mod read;
mod transfer;
mod undo;

pub(crate) use allocate::{
    allocate_billed, allocate_in, clear_each_in_own_entry, clear_first_in_own_entry, clear_in_own_entry,
    item_date, pay_in_own_entry,
};
pub(crate) use carry::{Over, carry_back, carry_over, dated};
pub(crate) use discount::DISCOUNT_TAKEN;
pub(crate) use read::standing;
pub(crate) use transfer::Act;
pub(crate) use undo::{free_day, had_paid, set_free, to_free, undo_in, undo_own};

pub use allocate::{Allocate, AllocateError, Allocated, allocate};
pub use discount::{AllocateLess, AllocateLessError, AllocatedLess, allocate_less};
pub use read::{AllocationView, get, held, of_item, page};
pub use undo::{UndoAllocation, undo};
