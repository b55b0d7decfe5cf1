//! Audit (审计): everything that proves the books. *Verify* recomputes what the database holds, *replay* makes a
//! guest's call again, *export* writes the company as plain files for a checker that shares no code with us, *events*
//! reads what happened in the order of the seal chain.
//!
//! | verb | reads | may say |
//! |---|---|---|
//! | [`verify()`] | one snapshot: chain, entries, documents, statements, balances | problems, each naming what and where |
//! | [`replay()`] | one call: plugin bytes, configuration, input, output, and the figures it was made for | the first difference, or `erased` |
//! | [`export()`] | one snapshot, page by page | a folder `tests/verify.py` accepts |
//! | [`export_journal()`] | one snapshot, page by page | a journal that hledger or beancount accepts |
//! | [`sample()`] | one snapshot: the entries of a period | control totals, and which vouchers a seed takes |
//! | [`events()`] | a page of the chain | nothing that is not sealed yet |
//! | [`log()`] | events, the newest first, by person, day, kind, thing, customer | what they name, by number |

mod difference;
mod events;
mod export;
mod figure;
mod log;
mod opener;
pub(crate) mod rebuild;
mod replay;
mod sample;
mod verify;

pub use events::{EventView, FoundEvents, WantedEvents, events, search_events, search_events_back};
pub use export::{ExportError, Exported, ExportedJournal, JournalFormat, export, export_journal};
pub(crate) use log::logged;
pub use log::{About, LoggedEvent, WantedLog, log};
pub use replay::{ReplayError, Replayed, replay, replay_figure};
pub use sample::{
    KindTotal, PopulationRow, Sample, SampleError, SampleFiles, SampleInput, SampleWritten, sample,
    sample_files, write_sample,
};
pub use verify::{PROBLEMS_MAX, Verified, keep, verify, verify_watched};

use crate::App;
use crate::common::{Common, authorise, there};
use crate::posting;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, InvocationId};
use domain::statement::{PartyBlock, Style, Subject};
use store::query;
use store::rows::{Company, Invocation};

/// Customers whose rows are in memory at once.
const CUSTOMERS_MAX: usize = 200;
/// Links of the chain read at once.
const LINKS_MAX: u32 = 1_000;
/// Encrypted blobs (statements, pages) in memory at once.
const BLOBS_MAX: usize = 50;

/// Seals everything that is committed; gives how many were sealed by this call. For commands before they end.
pub fn seal_all(app: &App, company: CompanyId) -> Result<usize, Common> {
    posting::drain(app, company)
}

/// A call of a guest as it was recorded: digests and use. Its input and output stay encrypted.
pub fn invocation(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: InvocationId,
) -> Result<Invocation, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    there(app.db.read(|conn| query::invocations::by_id(conn, company, id))?, "call", id)
}

/// A statement about nobody at (cut-off, known-at): for the figures of the fold alone.
pub(crate) fn figures_at(company: &Company, cut_off: NaiveDate, known_at: u64) -> Subject {
    let nobody = PartyBlock { code: String::new(), name: String::new(), address: None, tax_ids: Vec::new() };
    Subject {
        style: Style::OpenItem,
        number: String::new(),
        version: 1,
        supersedes: None,
        period_start: cut_off,
        cut_off,
        known_at,
        previous: None,
        issuer: nobody.clone(),
        customer: nobody,
        bank_accounts: Vec::new(),
        locale: company.locale.clone(),
        base_currency: company.base_currency,
    }
}
