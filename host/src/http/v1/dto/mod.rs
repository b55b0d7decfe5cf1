//! The bodies of `/v1`, apart from every domain type: what is taken (`…Body`, unknown members refused) and what is
//! answered. `TryFrom` makes a body the input of its use-case; the command line's NDJSON imports take the same
//! bodies, one a line, through [`parse`]:
//!
//! ```text
//! let input: CreateCustomer = parse::<CustomerBody>(line)?.try_into()?;
//! ```

pub mod adjusting;
pub mod advance;
pub mod allowance;
pub mod approval;
pub mod attachment;
pub mod audit;
pub mod balances;
pub mod bank;
pub mod bank_detail;
pub mod bill;
pub mod billing;
pub mod books;
pub mod clearing;
pub mod close;
pub mod company;
pub mod contact;
pub mod customer;
pub mod delivery;
pub mod dispute;
pub mod document;
pub mod draft;
pub mod hands;
pub mod health;
pub mod import;
pub mod invoice;
pub mod invoice_item;
pub mod issued;
pub mod item;
pub mod job;
pub mod leaf;
pub mod merge;
pub mod opening;
pub mod order;
pub mod overview;
pub mod party;
pub mod period_unlock;
pub mod person;
pub mod plugin;
pub mod problem;
pub mod receipt;
pub mod reconciliation;
pub mod regrouping;
pub mod report;
pub mod revaluation;
pub mod sample;
pub mod session;
pub mod settle;
pub mod statement;
pub mod suspense;
pub mod tax_invoice;
pub mod terms;
pub mod tolerance;
pub mod unbilled;
pub mod voucher;
pub mod warning;
pub mod words;

pub use crate::http::json::{JsonError as BodyError, parse};

/// Converts the items of the array `name`; a refusal points to its item.
fn each<B, T>(name: &str, items: Vec<B>) -> Result<Vec<T>, BodyError>
where
    T: TryFrom<B, Error = BodyError>,
{
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| T::try_from(item).map_err(|refused| refused.under(index).under(name)))
        .collect()
}
