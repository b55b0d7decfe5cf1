//! Customers (客户): who owes. Their names and addresses are personal data under a key of their own.

mod balance;
mod create;
mod erase;
mod read;

pub(crate) use balance::all_in;
pub use balance::{AccountBalance, BalanceError, Balances, balance, balances_of_all};
pub use create::{
    CreateCustomer, CreateCustomerError, CreatedCustomer, CustomerAddress, PayerAccount, TaxId, create,
    normal_account,
};
pub(crate) use create::{check, create_in};
pub(crate) use erase::erase_in;
pub use erase::{EraseError, Erased, erase};
pub(crate) use read::all_customers;
pub use read::{CustomerRef, CustomerView, get, list, resolve};
