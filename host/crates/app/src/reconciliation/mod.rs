//! Reconciliation (对账): the bound policy proposes which open items the open bank lines pay; a person, or a standing
//! policy through the same function, approves; only then is anything posted.

mod advances;
mod approve;
mod bounds;
mod by_hand;
mod by_hand_items;
mod candidates;
mod evidence;
mod facts;
mod load;
mod made;
mod post;
mod propose;
mod read;
mod receipts;
mod return_by_hand;
mod ruled;
mod spent;
mod taken;
mod taxed;
mod undo;

pub use crate::returned::ReturnError;
pub(crate) use approve::concerned;
pub use approve::{
    ApproveProposal, ApproveProposalError, Approved, ApprovedByPolicy, POLICY_AUTO_EXACT, approve,
    approve_by_policy, approve_by_policy_watched, reject,
};
pub use by_hand::{AllocateLine, Difference, Settle, SettleError, Settled, settle};
pub use by_hand_items::UseCredit;
pub use candidates::{Candidate, LineView, WantedCandidates, candidates, line, line_held};
pub use evidence::{Certificate, Withheld};
pub(crate) use facts::{facts, told_tolerated};
pub(crate) use post::index_party;
pub use propose::{ProposeError, Proposed, propose, propose_watched};
pub(crate) use read::views;
pub use read::{ProposalView, ProposedMoney, Wanted, get, list, load, search, unmatched};
pub use return_by_hand::{ReturnReceipt, return_receipt};
pub(crate) use spent::charge_alone;
pub(crate) use taken::{give_back, take};
pub use undo::{UndoProposal, UndoProposalError, Undone, undo};
