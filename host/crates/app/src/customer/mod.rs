//! Customers (客户): who owes. Their names and addresses are personal data under a key of their own.

mod archive;
mod balance;
mod create;
mod erase;
mod family;
mod open_items;
mod read;
mod terms;
mod update;

pub use archive::{ArchiveError, archive};
pub(crate) use archive::{check_not_merged, check_open, check_unmerged};
pub use balance::{AccountBalance, BalanceError, Balances, balance, balances_of_all};
pub(crate) use balance::{all_in, frame};
pub use create::{
    CreateCustomer, CreateCustomerError, CreatedCustomer, CustomerAddress, PayerAccount, TaxId, create,
    normal_account,
};
pub(crate) use create::{check, check_accounts, check_email, create_in, payer_rows};
pub(crate) use erase::remove_in;
pub use erase::{EraseError, Erased, erase};
pub(crate) use family::{are_family, are_one, standing_for, with_merged};
pub use open_items::{CurrentItem, WantedItems, search_open_items};
pub use read::{CustomerRef, CustomerView, Wanted, get, groups, held, list, resolve};
pub(crate) use read::{all_customers, wanted_id};
pub(crate) use terms::{due_date, terms_of};
pub use update::update;
pub(crate) use update::{check_gone, replace_accounts};
