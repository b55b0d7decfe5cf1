//! Statements (客户对账单): frozen, folded, sealed, laid out by the bound format, rendered, reviewed.

mod confirm;
mod decide;
mod fold;
mod lay_out;
mod read;
mod run;
mod standing;
mod write;

pub(crate) use confirm::words as confirmed_words;
pub use confirm::{ConfirmStatement, ConfirmStatementError, ConfirmedBy, confirm, confirmation};
pub use decide::{DecideStatementError, approve, reject};
pub use read::{
    ArtefactView, Wanted, artefact_bytes, artefacts, closings, find, find_run, get, list, load, sealed_bytes,
    search, warnings,
};
pub use run::{RunResult, RunStatements, RunStatementsError, Watch, run};
pub use write::sealed_content;
