//! Bills of exchange (承兑汇票, 应收票据): an object of its own, and what is done with it (`domain::bill`), each by a document and entry.
//!
//! | act | document | who |
//! |---|---|---|
//! | received | `BR-…`; pays what the customer owes, as money would; its rest passes the tax rules as that of a receipt | who may enter: directly, or by a draft |
//! | endorsed, discounted, dishonoured | `BE-…`, `BD-…`, `BX-…` | by a draft that another person approves (decision 47) |
//! | paid | `BP-…`, with the bank's line if it is there | who may enter; charges that the line does not show by a draft that another person approves (decision 101) |
//! | each of them taken back, the last first | `RV-…`, by reversing its document | who may enter |
//!
//! A bill is held before its items are, by everybody: of two who act at once the second sees what the first did.

mod act;
mod document;
mod lines;
mod read;
mod receive;
mod undo;

pub use act::{ActOnBill, BillMoney, BillWhat};
pub use act::{PaidBill, pay};
pub(crate) use act::{PreparedAct, prepare as prepare_act, write_in as write_act_in};
pub use read::{BillView, WantedBills, get, list};
pub(crate) use receive::facts;
pub use receive::{ReceiveBill, ReceivedBill, receive};
pub(crate) use receive::{ask, prepare as prepare_receipt, write_in as write_receipt_in};
pub(crate) use undo::undo_in;

use crate::allocation::AllocateError;
use crate::common::{Common, Context};
use crate::document::TextPart;
use crate::receipt::RecordReceiptError;
use domain::actor::Actor;
use domain::bill::{BillAct, BillRefused, BillStanding, BillStep, DiscountError};
use domain::ids::{DocumentId, EntryId};
use domain::ledger::{AllocationError, LedgerError};
use money::{Currency, Money};
use store::rows::{Bill, BillActed};
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum BillError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Refused(#[from] BillRefused),
    #[error(transparent)]
    Discount(#[from] DiscountError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Allocation(#[from] AllocationError),
    #[error(transparent)]
    Allocate(#[from] AllocateError),
    #[error(transparent)]
    Receipt(#[from] RecordReceiptError),
    #[error("a bill with this number was received already, by {document}")]
    NumberTaken { document: String },
    #[error(
        "it takes {charges} for charges, and the bank's line shows {shown}: another person approves the rest, submit a draft of the payment"
    )]
    Charges { charges: Money, shown: Money },
    #[error(
        "no exchange rate from {currency} to {base} on or before {date}: store one with PUT /v1/fx-rates, or give `fx`"
    )]
    NoRate { currency: Currency, base: Currency, date: chrono::NaiveDate },
}

crate::common::through_common!(BillError);

impl BillError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            BillError::Common(common) => Some(common),
            BillError::Allocate(inner) => inner.common(),
            BillError::Receipt(inner) => inner.common(),
            _ => None,
        }
    }
}

/// What was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posted {
    pub document: DocumentId,
    pub number: String,
    pub entry: EntryId,
}

/// What a bill's acts come to, and how many there are.
fn standing(conn: &mut Conn, bill: &Bill) -> Result<(BillStanding, Vec<BillActed>), Common> {
    let acts = query::bills::acts_of(conn, bill.company, bill.id)?;
    let steps: Vec<BillStep> = acts.iter().map(step).collect();
    let standing = BillStanding::replay(bill.maturity, &steps)
        .map_err(|refused| Common::Corrupt { what: "bill", detail: format!("{}: {refused}", bill.id) })?;
    Ok((standing, acts))
}

/// As the domain has it.
pub(crate) fn step(row: &BillActed) -> BillStep {
    BillStep { n: row.n, act: row.act, recourse: row.recourse, on: row.effective_date, undoes: row.undoes }
}

/// Records an act whose document and entry are written, and what the bill's acts come to with it.
fn record(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (bill, standing): (&Bill, &BillStanding),
    step: BillStep,
    posted: &Posted,
) -> Result<(), Common> {
    let row = BillActed {
        company: bill.company,
        bill: bill.id,
        n: step.n,
        act: step.act,
        undoes: step.undoes,
        document: posted.document,
        entry: posted.entry,
        effective_date: step.on,
        recourse: step.recourse,
        done_by: actor.person(),
        done_at: ctx.now,
    };
    query::bills::insert_act(tx, &row)?;
    let bill = Bill {
        state: standing.state(),
        recourse: standing.recourse(),
        version: bill.version + 1,
        ..bill.clone()
    };
    Ok(query::bills::update(tx, &bill)?)
}

/// The number that follows.
fn next(acts: &[BillActed]) -> u32 {
    acts.last().map_or(1, |last| last.n.saturating_add(1))
}

/// What a bill's event commits to: whose names stand on it, and its number.
pub(crate) fn parties<'a>(
    number: Option<&'a str>,
    drawer: Option<&'a str>,
    acceptor: Option<&'a str>,
) -> [TextPart<'a>; 3] {
    [TextPart::new("number", number), TextPart::new("drawer", drawer), TextPart::new("acceptor", acceptor)]
}

/// Whether a document is one of a bill's.
pub(crate) fn is_of_bill(kind: &str) -> bool {
    BillAct::of_document(kind).is_some()
}
