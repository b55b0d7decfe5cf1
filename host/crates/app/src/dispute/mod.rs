//! Disputes (异议) of open items: what a customer says she does not owe, why, and what became of it (decision 85).
//!
//! | act | from | to | who |
//! |---|---|---|---|
//! | open | – | open | who may enter; one at a time of an item |
//! | resolve | open | accepted, rejected, withdrawn | who may enter; what is conceded is credited by a document of its own |
//! | reverse its document, undo its import | open | withdrawn | who takes it back |
//!
//! Nothing is posted: the item ages and is due as any other, and what is disputed of it is stated beside it, by (day, known-at). Words
//! stand in the row, from which erasure takes them; events hold ids, amounts, codes and salted commitments.

mod disputed;
mod open;
mod read;
mod resolve;

pub(crate) use disputed::{disputed_at, disputed_now};
pub use open::{OpenDispute, open};
pub use read::{DisputeView, Wanted, get, held, list};
pub(crate) use read::{opened_data, resolved_data, views};
pub(crate) use resolve::withdraw;
pub use resolve::{Outcome, Resolve, resolve};

use crate::common::Common;
use domain::ids::{DisputeId, OpenItemId};
use store::types::DisputeState;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum DisputeError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("dispute {id} of this item is open: have it resolved first")]
    Standing { id: DisputeId },
    #[error("dispute {id} is {} already", .state.name())]
    State { id: DisputeId, state: DisputeState },
    #[error("nothing is open of {item}: what is settled is not disputed")]
    Settled { item: OpenItemId },
}

crate::common::through_common!(DisputeError);
