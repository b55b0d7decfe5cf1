//! Suspense (待查款): money whose owner nobody knows yet. It stands on the company's suspense account, never on a customer's.
//!
//! | act | entry | what it leaves |
//! |---|---|---|
//! | a proposal with the residual `suspense` is approved, a line is settled so by hand | money / suspense | an item |
//! | a refund, or who came back with a dishonoured bill, is paid out of suspense, before the bank shows it | receivables / suspense | an item |
//! | `POST /v1/receipts` with `suspense`, or its draft | suspense / receivables | a receipt of whoever it was found to be of |
//! | [`clear`]: paid back, or taken to income | suspense / money, income | – |
//! | the receipt is reversed, [`undo`], the approval or the refund is taken back | the same, negative | open again, or gone |
//!
//! An item is never changed: what is left of it is its amount less its moves. Each entry on the account carries an event that says of which
//! item it is, so that `verify` and the checker of exports make the list anew from the chain.

mod clear;
mod draw;
mod list;
mod put;

pub use clear::{ClearHow, ClearSuspense, Cleared, UndoSuspenseMove, clear, undo};
pub(crate) use draw::{Draw, Out, draw, of_reversal};
pub use list::{
    SuspenseList, SuspenseTotal, SuspenseTotals, SuspenseView, Wanted, get, held, held_of_move, list, totals,
};
pub(crate) use list::{all_open, totals_in};
pub(crate) use put::{Unidentified, of_refund, post_in, take_back};

use crate::common::{Common, Context};
use crate::event;
use domain::actor::Actor;
use domain::ids::EntryId;
use domain::ledger::LedgerError;
use domain::reconciliation::Residual;
use money::{Currency, Minor};
use serde_json::{Map, Value, json};
use store::rows::{Event, SuspenseItem, SuspenseMove};
use store::{Conn, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum SuspenseError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Reverse(#[from] crate::document::ReverseError),
    #[error(
        "no exchange rate from {currency} to {base} on or before {date}: store one with PUT /v1/fx-rates"
    )]
    NoRate { currency: Currency, base: Currency, date: chrono::NaiveDate },
    #[error("{person} put this money in suspense and cannot let it out: another person must")]
    MakerIsChecker { person: String },
    #[error("of {item} {gone} went out of suspense already: take that back first")]
    Moved { item: String, gone: money::Money },
    #[error("{0} was undone already, or is the undoing of another")]
    Undone(String),
}

crate::common::through_common!(SuspenseError);

impl SuspenseError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            SuspenseError::Common(common) => Some(common),
            SuspenseError::Reverse(inner) => inner.common(),
            _ => None,
        }
    }
}

/// What is left of an item: its amount and base amount.
pub(crate) fn left(item: &SuspenseItem, moves: &[SuspenseMove]) -> Result<(Minor, Minor), Common> {
    let own = || moves.iter().filter(|row| row.item == item.id);
    let gone = Minor::sum(own().map(|row| row.amount))?;
    let base = Minor::sum(own().map(|row| row.base))?;
    Ok((item.amount.sub(gone)?, item.base.sub(base)?))
}

/// As [`left`], asked.
pub(crate) fn left_of(conn: &mut Conn, item: &SuspenseItem) -> Result<(Minor, Minor), Common> {
    left(item, &query::suspense::moves_of(conn, item.company, &[item.id])?)
}

/// The event that an entry on the suspense account carries. `amount`: positive into it.
pub(crate) fn told(
    ctx: &Context<'_>,
    actor: &Actor,
    (kind, item): (&str, &SuspenseItem),
    amount: Minor,
    entry: EntryId,
    more: Value,
) -> Result<Event, Common> {
    let mut data = Map::new();
    data.insert("suspense".to_owned(), json!(item.id.to_string()));
    data.insert("amount".to_owned(), json!(amount.format(item.currency)));
    data.insert("currency".to_owned(), json!(item.currency.code()));
    data.insert("entry".to_owned(), json!(entry.to_string()));
    if let Value::Object(members) = more {
        data.extend(members);
    }
    Ok(event::carried(ctx, actor, item.company, (kind, item.id), Value::Object(data), entry.uuid()))
}

/// Whether a proposal's residual goes to suspense.
pub(crate) fn is_suspense(residual: &str) -> bool {
    Residual::by_name(residual) == Some(Residual::Suspense)
}
