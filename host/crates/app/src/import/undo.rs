//! Takes a whole import back: authorise → check → reverse, the last record first, all in one transaction.
//!
//! | made | taken back by |
//! |---|---|
//! | invoices, credit notes, receipts, opening balances | a reversal of each, on its own day (`document::reverse_in`) |
//! | drafts of such | deleting them; a reversal, where they were posted since |
//! | deliveries | one of the other sign, where nothing is billed of it (`delivery::reverse_in`) |
//! | items | taking them out of the catalogue |
//! | customers | removing them, if nothing was ever recorded of them and no draft is theirs; their code is set free (decision 91) |
//!
//! What a rule binds when it is reversed (decision 79) takes a person who may approve and did not bring the file in: she is the second one,
//! where the rule wants one, of her role, and her duties do not keep her from it.
//! Where one of them cannot be taken back, nothing is, and every reason is named with its row. What an approved statement states,
//! what was issued otherwise and what lies in a locked period is not taken back as if it had never been: it needs a day that the caller gives (decisions 30, 81).

use super::lease::Lease;
use crate::common::{Common, Context, authorise, there};
use crate::delivery::{self, DeliveryError};
use crate::document::{self, ReverseError};
use crate::draft::DraftError;
use crate::duties::{self, DutiesError};
use crate::job::Progress;
use crate::{App, customer, draft, event, item};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, DeliveryId, DocumentId, DraftId, ImportId, ItemId, TokenId};
use domain::time::Instant;
use serde_json::json;
use store::rows::{Import, ImportRow};
use store::types::ImportStatus;
use store::{Tx, query};
use thiserror::Error;

/// Reasons that are named; more are counted.
const REASONS_MAX: usize = 100;
/// Records read at a time.
const PAGE: u32 = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    pub id: ImportId,
    /// Records taken back.
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

/// As [`undo`]; `progress` is told how many records are taken back, of how many, and may end it: nothing is written then.
pub fn undo_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (id, later): (ImportId, Option<NaiveDate>),
    progress: &Progress<'_>,
) -> Result<Undone, UndoImportError> {
    // the second person need not be one who brings files in
    if !actor.may(Noun::Documents, Verb::Approve, company) {
        authorise(actor, Noun::Documents, Verb::Enter, company)?;
    }
    let ctx = Context::new(app);
    // what is stated is known by positions: everything that was committed has one
    crate::posting::drain(app, company)?;
    let import = there(app.db.read(|conn| query::imports::by_id(conn, company, id))?, "import", id)?;
    progress(0, import.made)?;
    // whoever is at the file has its lease: nothing is written behind what is taken back
    let lease = match import.status {
        ImportStatus::Running => {
            Some(Lease::try_take(&ctx, company, import.digest)?.ok_or(UndoImportError::Running(id))?)
        }
        ImportStatus::Done | ImportStatus::Undone => None,
    };
    let what = (id, later, lease.as_ref());
    let undone = app.db.write(|tx| undo_in(&ctx, tx, actor, company, what, progress))?;
    // of erased customers nothing stays beside the database
    app.db.scrub()?;
    Ok(undone)
}

fn undo_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (id, later, lease): (ImportId, Option<NaiveDate>, Option<&Lease<'_>>),
    progress: &Progress<'_>,
) -> Result<Undone, UndoImportError> {
    let import = there(query::imports::lock(tx, company, id)?, "import", id)?;
    match (import.status, lease) {
        (ImportStatus::Undone, _) => return Err(UndoImportError::AlreadyUndone(id)),
        (ImportStatus::Running, None) => return Err(UndoImportError::Running(id)),
        (ImportStatus::Running, Some(lease)) => lease.hold(tx)?,
        (ImportStatus::Done, _) => {}
    }
    let (mut before, mut count) = (u64::MAX >> 1, 0);
    let mut undone = Undone { id, records: 0, later: 0 };
    let mut reasons = Vec::new();
    let second = is_second(tx, actor, company, (&import.created_by, import.created_at))?;
    loop {
        let page = query::imports::rows_before(tx, company, id, before, PAGE)?;
        let Some(last) = page.last() else { break };
        before = last.n;
        for row in &page {
            match tx.savepoint(|tx| take_back(ctx, tx, (actor, second), &import, row, later)) {
                Ok(was_later) => {
                    undone.records += 1;
                    undone.later += u64::from(was_later);
                }
                Err(TakeBack::Refused(why)) => {
                    count += 1;
                    if reasons.len() < REASONS_MAX {
                        reasons.push((row.first_row, why));
                    }
                }
                Err(TakeBack::Failed(common)) => return Err(common.into()),
            }
            progress(undone.records, import.made)?;
        }
    }
    if count > 0 {
        reasons.sort_unstable();
        return Err(UndoImportError::Refused { count, reasons });
    }
    query::imports::undo(tx, company, id, &actor.to_string(), ctx.now)?;
    let data = json!({"kind": import.kind, "records": undone.records.to_string()});
    event::write(ctx, tx, actor, company, ("import.undone", id), data)?;
    Ok(undone)
}

/// Whether this person approves what another, or a key of another's, brought in.
fn is_second(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (brought_by, at): (&str, Instant),
) -> Result<bool, Common> {
    if !actor.may(Noun::Documents, Verb::Approve, company) {
        return Ok(false);
    }
    let brought_by = match brought_by.parse::<TokenId>() {
        Ok(id) => there(query::tokens::by_id(tx, company, id)?, "token", id)?.owner.to_string(),
        Err(_) => brought_by.to_owned(),
    };
    Ok(!duties::is_own(tx, actor, company, (&brought_by, at))?)
}

/// Why a record stays, or what ended it all.
enum TakeBack {
    Refused(String),
    Failed(Common),
}

impl From<store::StoreError> for TakeBack {
    fn from(error: store::StoreError) -> Self {
        Common::from(error).into()
    }
}

impl From<Common> for TakeBack {
    fn from(error: Common) -> Self {
        if error.is_failure() || error.is_conflict() {
            return TakeBack::Failed(error);
        }
        TakeBack::Refused(error.to_string())
    }
}

impl From<ReverseError> for TakeBack {
    fn from(error: ReverseError) -> Self {
        match error {
            ReverseError::Common(common) => common.into(),
            refused => TakeBack::Refused(refused.to_string()),
        }
    }
}

impl From<DraftError> for TakeBack {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Common(common) | DraftError::Duties(DutiesError::Common(common)) => common.into(),
            refused => TakeBack::Refused(refused.to_string()),
        }
    }
}

impl From<DeliveryError> for TakeBack {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Common(common) => common.into(),
            refused => TakeBack::Refused(refused.to_string()),
        }
    }
}

/// Whether it was reversed on the later day.
fn take_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (actor, second): (&Actor, bool),
    import: &Import,
    row: &ImportRow,
    later: Option<NaiveDate>,
) -> Result<bool, TakeBack> {
    let company = row.company;
    match import.kind.as_str() {
        "customers" => remove_customer(ctx, tx, actor, company, CustomerId::new(row.subject))?,
        "deliveries" => return take_delivery_back(ctx, tx, actor, row, later),
        "items" => item::remove_in(ctx, tx, actor, company, ItemId::new(row.subject))?,
        _ if import.drafts => {
            // one that somebody discarded needs nothing
            let Some(draft) = query::drafts::lock(tx, company, DraftId::new(row.subject))? else {
                return Ok(false);
            };
            match draft.document {
                Some(document) => return reverse(ctx, tx, (actor, second), (company, document), later),
                None => draft::remove_in(ctx, tx, actor, &draft)?,
            }
        }
        _ => {
            return reverse(ctx, tx, (actor, second), (company, DocumentId::new(row.subject)), later);
        }
    }
    Ok(false)
}

/// A document is taken back on its own day or, where it is stated, was issued or its day is locked, on the later one.
fn reverse(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (actor, second): (&Actor, bool),
    (company, document): (CompanyId, DocumentId),
    later: Option<NaiveDate>,
) -> Result<bool, TakeBack> {
    let of = there(query::documents::by_id(tx, company, document)?, "document", document)?;
    match draft::check_direct_reversal(tx, actor, &of) {
        Err(Common::ApprovalRequired { .. }) if second => {
            draft::check_second(tx, actor, &of, later.unwrap_or(of.effective_date))?;
        }
        direct => direct?,
    }
    let how = document::How { of_import: true, ..document::How::of("import-undone") };
    let mut reverse = |on| document::reverse_in(ctx, tx, actor, company, document, on, how);
    match (reverse(None), later) {
        // all are refused before anything is written
        (
            Err(
                ReverseError::Stated { .. }
                | ReverseError::Issued { .. }
                | ReverseError::Common(Common::Locked { .. }),
            ),
            Some(on),
        ) => {
            reverse(Some(on))?;
            Ok(true)
        }
        (done, _) => Ok(done.map(|_| false)?),
    }
}

/// A delivery is taken back by one of the other sign, on its own day or, where that is locked, on the later one.
fn take_delivery_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &ImportRow,
    later: Option<NaiveDate>,
) -> Result<bool, TakeBack> {
    let id = DeliveryId::new(row.subject);
    let mut reverse = |on| delivery::reverse_in(ctx, tx, actor, row.company, id, on, None);
    match (reverse(None), later) {
        (Err(DeliveryError::Common(Common::Locked { .. })), Some(on)) => {
            reverse(Some(on))?;
            Ok(true)
        }
        (done, _) => Ok(done.map(|_| false)?),
    }
}

/// A customer of whom nothing was recorded: its code is free for the one that is brought in instead.
fn remove_customer(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    id: CustomerId,
) -> Result<(), TakeBack> {
    let refused = |why: &str| Err(TakeBack::Refused(why.to_owned()));
    let row = query::erasure::lock(tx, company, id)?;
    let Some(row) = row.filter(|row| row.erased_at.is_none()) else {
        return refused("the customer was erased since");
    };
    if let Some(last) = query::erasure::last_recorded(tx, company, id)? {
        return refused(&format!("something was recorded of customer {} on {last}", row.code));
    }
    if query::customers::has_children(tx, company, id)? {
        return refused(&format!("customer {} pays for another", row.code));
    }
    if let Some(draft) = query::drafts::of_customer(tx, company, id)? {
        return refused(&format!("draft {draft} is of customer {}", row.code));
    }
    Ok(customer::remove_in(ctx, tx, actor, &row)?)
}
