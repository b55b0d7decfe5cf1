//! Takes a whole import back: authorise → check → reverse, the last record first; of few records in one transaction, of many in
//! short ones (`undo_parts.rs`).
//!
//! | made | taken back by |
//! |---|---|
//! | invoices, credit notes, receipts, opening balances | a reversal of each, on its own day (`document::reverse_in`) |
//! | drafts of such | deleting them; a reversal, where they were posted since |
//! | orders | what is of what each became, a delivery or an invoice |
//! | deliveries | one of the other sign, of what is left, where nothing is billed of it (`delivery::take_back_in`) |
//! | items | taking them out of the catalogue |
//! | customers | removing them, if nothing was ever recorded of them and no draft, merge or change of bank details is theirs; their code is set free (decision 91) |
//! | what is gone already | nothing: it was reversed, given back, discarded or erased by hand (decision 102) |
//!
//! What a rule binds when it is reversed (decision 79) takes a person who may approve and did not bring the file in: she is the second one,
//! where the rule wants one, of her role, and her duties do not keep her from it. Where she may not bring files in, she takes back nothing else.
//! Where one cannot be taken back, nothing is; of many that is read ahead (`foresee.rs`), and where one is met all the same, the others
//! are taken back. Every reason is named with its row. What an approved statement states,
//! what was issued otherwise and what lies in a locked period is not taken back as if it had never been: it needs a day that the caller gives (decisions 30, 81).

use super::ImportKind;
use super::lease::Lease;
use super::take_back::{By, TakeBack, TakenBack, take_back};
use super::undo_parts;
use crate::common::{Common, Context, authorise, there};
use crate::job::Progress;
use crate::{App, duties, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, ImportId, TokenId};
use domain::time::Instant;
use serde_json::json;
use store::rows::{Import, ImportRow};
use store::types::ImportStatus;
use store::{Conn, Tx, query};
use thiserror::Error;

/// Records that are taken back in one transaction: nobody else writes on SQLite until it ends.
pub const WHOLE_MAX: u64 = 300;
/// Reasons that are named; more are counted.
const REASONS_MAX: usize = 100;
/// Records read at a time.
const PAGE: u32 = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    pub id: ImportId,
    /// Records taken back; of the others somebody did it before, one by one.
    pub records: u64,
    /// Of them, documents reversed not on their own day but on the one that was given.
    pub later: u64,
}

#[derive(Debug, Error)]
pub enum UndoImportError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("import {0} was undone already")]
    AlreadyUndone(ImportId),
    #[error("import {0} is still being brought in: let it end, and undo it then")]
    Running(ImportId),
    #[error("nothing was undone, since {count} of its records cannot be taken back: {}", named(.reasons))]
    Refused { count: u64, reasons: Vec<(u64, String)> },
    #[error("{records} records were taken back, {count} cannot be and stay: {}", named(.reasons))]
    Left { records: u64, count: u64, reasons: Vec<(u64, String)> },
}

crate::common::through_common!(UndoImportError);

fn named(list: &[(u64, String)]) -> String {
    list.iter().map(|(row, why)| format!("row {row}: {why}")).collect::<Vec<_>>().join("; ")
}

/// Undoes everything an import made. `later`: the day of the reversal of what cannot be taken back on its own day any more.
pub fn undo(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: ImportId,
    later: Option<NaiveDate>,
) -> Result<Undone, UndoImportError> {
    undo_watched(app, actor, company, (id, later), &|_, _| Ok(()))
}

/// As [`undo`]; `progress` is told how many records are taken back, of how many, and may end it: of few nothing is written then, of many
/// those stay taken back that are.
pub fn undo_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (id, later): (ImportId, Option<NaiveDate>),
    progress: &Progress<'_>,
) -> Result<Undone, UndoImportError> {
    authorise_either(actor, company)?;
    let ctx = Context::new(app);
    // what is stated is known by positions: everything that was committed has one
    crate::posting::drain(app, company)?;
    let import = there(app.db.read(|conn| query::imports::by_id(conn, company, id))?, "import", id)?;
    check_kind(actor, &import)?;
    let total = app.db.read(|conn| query::imports::last_row(conn, company, id))?;
    progress(0, total)?;
    // whoever is at the file has its lease: nothing is written behind what is taken back
    let lease = match import.status {
        ImportStatus::Running => {
            Some(Lease::try_take(&ctx, company, import.digest)?.ok_or(UndoImportError::Running(id))?)
        }
        // of one that was called off no run writes any more
        ImportStatus::Done | ImportStatus::Cancelled | ImportStatus::Undone => None,
    };
    let what = (id, later, lease.as_ref());
    let undone = match total > WHOLE_MAX {
        true => undo_parts::undo(&ctx, (actor, company), what, total, progress),
        false => app.db.write(|tx| undo_in(&ctx, tx, actor, company, what, progress)),
    };
    // of erased customers nothing stays beside the database
    app.db.scrub()?;
    undone
}

/// Whether its records are too many for one transaction.
pub fn is_undone_in_parts(app: &App, company: CompanyId, id: ImportId) -> Result<bool, Common> {
    Ok(app.db.read(|conn| query::imports::last_row(conn, company, id))? > WHOLE_MAX)
}

/// Refuses who may not undo an import of its kind, whatever became of its records: before a job is made of it.
pub fn check_undo(app: &App, actor: &Actor, company: CompanyId, id: ImportId) -> Result<(), Common> {
    authorise_either(actor, company)?;
    let import = there(app.db.read(|conn| query::imports::by_id(conn, company, id))?, "import", id)?;
    check_kind(actor, &import)
}

/// The second person need not be one who brings files in.
fn authorise_either(actor: &Actor, company: CompanyId) -> Result<(), Common> {
    match actor.may(Noun::Documents, Verb::Approve, company) {
        true => Ok(()),
        false => authorise(actor, Noun::Documents, Verb::Enter, company),
    }
}

/// No rule binds what has no amount: that is taken back by who may bring it in.
fn check_kind(actor: &Actor, import: &Import) -> Result<(), Common> {
    match ImportKind::by_name(&import.kind) {
        // of orders a rule may bind those that became invoices
        Some(
            ImportKind::Invoices | ImportKind::Receipts | ImportKind::OpeningBalances | ImportKind::Orders,
        ) => Ok(()),
        Some(ImportKind::Customers | ImportKind::Items | ImportKind::Deliveries) | None => {
            authorise(actor, Noun::Documents, Verb::Enter, import.company)
        }
    }
}

fn undo_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (id, later, lease): (ImportId, Option<NaiveDate>, Option<&Lease<'_>>),
    progress: &Progress<'_>,
) -> Result<Undone, UndoImportError> {
    let (import, by) = held(tx, actor, company, (id, lease))?;
    let undone = all_back(ctx, tx, by, (&import, later), progress)?;
    end(ctx, tx, actor, &import, undone)
}

/// The import, held by this transaction, and as whom she takes it back.
pub(super) fn held<'a>(
    tx: &mut Tx<'_>,
    actor: &'a Actor,
    company: CompanyId,
    (id, lease): (ImportId, Option<&Lease<'_>>),
) -> Result<(Import, By<'a>), UndoImportError> {
    let import = there(query::imports::lock(tx, company, id)?, "import", id)?;
    match (import.status, lease) {
        (ImportStatus::Undone, _) => return Err(UndoImportError::AlreadyUndone(id)),
        (ImportStatus::Running, None) => return Err(UndoImportError::Running(id)),
        (ImportStatus::Running, Some(lease)) => lease.hold(tx)?,
        (ImportStatus::Done | ImportStatus::Cancelled, _) => {}
    }
    let by = By { actor, second: is_second(tx, actor, company, (&import.created_by, import.created_at))? };
    Ok((import, by))
}

/// Marks it undone, once nothing of it is left.
pub(super) fn end(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    import: &Import,
    undone: Undone,
) -> Result<Undone, UndoImportError> {
    let (company, id) = (import.company, import.id);
    // of nothing she is the second person
    if undone.records == 0 {
        authorise(actor, Noun::Documents, Verb::Enter, company)?;
    }
    query::imports::undo(tx, company, id, &actor.to_string(), ctx.now)?;
    let data = json!({"kind": import.kind, "records": undone.records.to_string()});
    event::write(ctx, tx, actor, company, ("import.undone", id), data)?;
    Ok(undone)
}

/// What came of records that were tried.
#[derive(Default)]
pub(super) struct Tally {
    pub seen: u64,
    pub records: u64,
    pub later: u64,
    pub count: u64,
    pub reasons: Vec<(u64, String)>,
}

impl Tally {
    /// Takes one back, and says whether it is gone; one that cannot be is noted with its reason.
    pub fn take_back(
        &mut self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        by: By<'_>,
        (import, later): (&Import, Option<NaiveDate>),
        row: &ImportRow,
    ) -> Result<bool, Common> {
        self.seen += 1;
        match tx.savepoint(|tx| take_back(ctx, tx, by, import, row, later)) {
            Ok(done) => {
                self.records += u64::from(done != TakenBack::Before);
                self.later += u64::from(done == TakenBack::Later);
                Ok(true)
            }
            Err(TakeBack::Refused(why)) => {
                self.refused(1, vec![(row.first_row, why)]);
                Ok(false)
            }
            Err(TakeBack::Failed(common)) => Err(common),
        }
    }

    /// With what came of others.
    pub fn add(&mut self, other: Tally) {
        self.seen += other.seen;
        self.records += other.records;
        self.later += other.later;
        self.refused(other.count, other.reasons);
    }

    pub fn refused(&mut self, count: u64, reasons: Vec<(u64, String)>) {
        self.count += count;
        let room = REASONS_MAX.saturating_sub(self.reasons.len());
        self.reasons.extend(reasons.into_iter().take(room));
    }
}

/// Every record, the last first.
fn all_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    by: By<'_>,
    (import, later): (&Import, Option<NaiveDate>),
    progress: &Progress<'_>,
) -> Result<Undone, UndoImportError> {
    let (company, id) = (import.company, import.id);
    // of one that runs, what it came to is not written yet
    let total = query::imports::last_row(tx, company, id)?;
    let (mut before, mut all) = (u64::MAX >> 1, Tally::default());
    loop {
        let page = query::imports::rows_before(tx, company, id, before, PAGE)?;
        let Some(last) = page.last() else { break };
        before = last.n;
        for row in &page {
            all.take_back(ctx, tx, by, (import, later), row)?;
            progress(all.seen, total)?;
        }
    }
    let Tally { seen, records, later, count, mut reasons } = all;
    if count > 0 {
        reasons.sort_unstable();
        return Err(UndoImportError::Refused { count, reasons });
    }
    // those that came in again since are another's
    if seen < total {
        progress(total, total)?;
    }
    Ok(Undone { id, records, later })
}

/// Whether this person approves what another, or a key of another's, brought in.
pub(super) fn is_second(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    (brought_by, at): (&str, Instant),
) -> Result<bool, Common> {
    if !actor.may(Noun::Documents, Verb::Approve, company) {
        return Ok(false);
    }
    let brought_by = match brought_by.parse::<TokenId>() {
        Ok(id) => there(query::tokens::by_id(conn, company, id)?, "token", id)?.owner.to_string(),
        Err(_) => brought_by.to_owned(),
    };
    Ok(!duties::is_own(conn, actor, company, (&brought_by, at))?)
}
