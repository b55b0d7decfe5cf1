//! The writing: all records in one transaction, or some at a time with a savepoint each. What another run or another door brought
//! in meanwhile is in, and refused to nobody.

use super::begin::Opening;
use super::prepare;
use super::session::{Held, Session};
use super::{CHUNK, Made, Outcome, RecordError, Taken};
use crate::common::{Common, there};
use crate::event;
use domain::canonical::Digest;
use domain::ids::ImportId;
use serde_json::json;
use std::collections::HashMap;
use store::types::{ImportMode, ImportStatus};
use store::{StoreError, Tx, query};
use uuid::Uuid;

/// Times a write is tried before somebody else's changes are reported.
const TRIES_MAX: u32 = 3;

impl Session<'_> {
    /// Every record that is held, or none of them.
    pub(super) fn write_all(&mut self) -> Result<Vec<Outcome>, Common> {
        let mut outcomes = Vec::new();
        if self.held.is_empty() {
            return Ok(outcomes);
        }
        let opening = self.row(ImportMode::AllOrNothing)?;
        let mut tries = 0;
        loop {
            tries += 1;
            let Stopped { at, error } = match self.ctx.app.db.write(|tx| self.all_in(tx, &opening)) {
                Ok(made) => {
                    self.begun = Some(opening.row.id);
                    self.counts.made = u64::try_from(made.len()).unwrap_or(u64::MAX);
                    self.counts.checked = 0;
                    let held = std::mem::take(&mut self.held);
                    let written = held.iter().zip(made);
                    outcomes.extend(written.map(|(held, made)| held.outcome(Ok(Taken::Written(made)))));
                    return Ok(outcomes);
                }
                Err(stopped) => stopped,
            };
            // called off: that is no record's fault, and nothing is tried again
            self.tell(0)?;
            let gone = self.leave_out()?;
            if !gone.is_empty() {
                outcomes.extend(gone);
                if self.held.is_empty() {
                    return Ok(outcomes);
                }
                continue;
            }
            if error.common().is_some_and(Common::is_conflict) && tries < TRIES_MAX {
                if let Some(refused) = self.prepare_again()? {
                    outcomes.push(refused);
                    return Ok(outcomes);
                }
                continue;
            }
            let Some(held) = self.held.get(at) else {
                return Err(Common::Corrupt { what: "import", detail: error.to_string() });
            };
            let error = prepare::worded(&self.ctx, self.company, &held.input, error);
            outcomes.push(held.outcome(Err(error)));
            self.counts.refused += 1;
            return Ok(outcomes);
        }
    }

    /// Of what was not written, what is in by now: another run of the same file was first.
    fn leave_out(&mut self) -> Result<Vec<Outcome>, Common> {
        let known = self.known_of(&self.held)?;
        let (gone, left): (Vec<Held>, Vec<Held>) =
            std::mem::take(&mut self.held).into_iter().partition(|held| known.contains_key(&held.digest));
        self.held = left;
        let mut outcomes = Vec::with_capacity(gone.len());
        for one in gone {
            self.counts.already += 1;
            self.counts.checked = self.counts.checked.saturating_sub(1);
            outcomes.extend(known.get(&one.digest).map(|subject| one.outcome(Ok(Taken::Already(*subject)))));
        }
        Ok(outcomes)
    }

    /// Which of these records are in, with what they made.
    fn known_of(&self, held: &[Held]) -> Result<HashMap<Digest, Uuid>, Common> {
        self.ctx.app.db.read(|conn| self.known(conn, &digests(held)))
    }

    fn all_in(&self, tx: &mut Tx<'_>, opening: &Opening) -> Result<Vec<Made>, Stopped> {
        let stopped = |at: usize| move |error: RecordError| Stopped { at, error };
        opening.write(tx).map_err(RecordError::from).map_err(stopped(0))?;
        let id = opening.row.id;
        let mut made = Vec::with_capacity(self.held.len());
        for chunk in self.held.chunks(CHUNK) {
            self.tell(made.len()).map_err(RecordError::from).map_err(stopped(made.len()))?;
            tx.check_limit().map_err(RecordError::from).map_err(stopped(made.len()))?;
            let records = chunk.iter().map(|held| &held.prepared);
            if let Some(together) = prepare::write_run(&self.ctx, tx, (self.actor, self.company), records) {
                made.extend(together);
                continue;
            }
            for held in chunk {
                let one = prepare::write(&self.ctx, tx, self.actor, self.company, &held.prepared);
                made.push(one.map_err(stopped(made.len()))?);
            }
        }
        self.tell(made.len()).map_err(RecordError::from).map_err(stopped(made.len()))?;
        let rows = self.import_rows(id, 1, &self.held, &made);
        let end = |tx: &mut Tx<'_>| {
            self.let_go(tx, &digests(&self.held))?;
            query::imports::insert_rows(tx, &rows)?;
            let counts = (u64::try_from(made.len()).unwrap_or(u64::MAX), self.counts.already, 0);
            self.ended(tx, id, counts)
        };
        end(tx).map_err(RecordError::from).map_err(stopped(self.held.len().saturating_sub(1)))?;
        Ok(made)
    }

    /// Loads and assesses everything anew; a record that is refused now ends it.
    fn prepare_again(&mut self) -> Result<Option<Outcome>, Common> {
        let mut held = std::mem::take(&mut self.held);
        for one in &mut held {
            match self.look(&one.input, &one.body) {
                Ok(prepared) => one.prepared = prepared,
                Err(error) => {
                    self.counts.refused += 1;
                    return Ok(Some(one.outcome(Err(error))));
                }
            }
        }
        self.held = held;
        Ok(None)
    }

    /// What is held, each record with a savepoint of its own.
    pub(super) fn write_chunk(&mut self) -> Result<Vec<Outcome>, Common> {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let opening = match self.begun {
            Some(_) => None,
            None => Some(self.row(ImportMode::BestEffort)?),
        };
        let id = self.begun.or(opening.as_ref().map(|opening| opening.row.id));
        let id = id.ok_or_else(|| Common::Corrupt { what: "import", detail: "it has no id".to_owned() })?;
        let results = self.ctx.app.db.write(|tx| {
            match &opening {
                Some(opening) => {
                    self.hold_lease(tx)?;
                    opening.write(tx)?;
                }
                None => self.hold_running(tx, id)?,
            }
            let results = self.chunk_in(tx, id, &held)?;
            self.count_in(tx, id, &results)?;
            Ok::<_, Common>(results)
        })?;
        self.begun = Some(id);
        let lost = results.iter().any(Result::is_err);
        let known = if lost { self.known_of(&held)? } else { HashMap::new() };
        self.next += u64::try_from(results.iter().filter(|result| result.is_ok()).count()).unwrap_or(0);
        let mut outcomes = Vec::with_capacity(held.len());
        for (one, result) in held.into_iter().zip(results) {
            let result = match (result, known.get(&one.digest)) {
                (Ok(made), _) => Ok(Taken::Written(made)),
                (Err(_), Some(subject)) => Ok(Taken::Already(*subject)),
                (Err(error), None) if error.common().is_some_and(Common::is_conflict) => {
                    self.again(id, &one)?.map(Taken::Written)
                }
                (Err(error), None) => Err(prepare::worded(&self.ctx, self.company, &one.input, error)),
            };
            match &result {
                Ok(Taken::Already(_)) => self.counts.already += 1,
                Ok(_) => self.counts.made += 1,
                Err(_) => self.counts.refused += 1,
            }
            outcomes.push(one.outcome(result));
        }
        Ok(outcomes)
    }

    /// Together where that goes, else one by one. What fails for everybody fails the transaction.
    fn chunk_in(
        &self,
        tx: &mut Tx<'_>,
        id: ImportId,
        held: &[Held],
    ) -> Result<Vec<Result<Made, RecordError>>, Common> {
        self.let_go(tx, &digests(held))?;
        let together = tx.savepoint(|tx| {
            let records = held.iter().map(|one| &one.prepared);
            let made = prepare::write_run(&self.ctx, tx, (self.actor, self.company), records);
            if let Some(made) = &made {
                query::imports::insert_rows(tx, &self.import_rows(id, self.next, held, made))?;
            }
            Ok::<_, StoreError>(made)
        });
        match together {
            Ok(Some(made)) => return Ok(made.into_iter().map(Ok).collect()),
            // one of them is in already: its own savepoint shows which
            Ok(None) | Err(StoreError::Unique { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let mut n = self.next;
        let mut results = Vec::with_capacity(held.len());
        for one in held {
            let result = self.one_in(tx, id, n, one);
            n += u64::from(result.is_ok());
            match result {
                // the whole transaction is worth nothing then
                Err(error) if error.is_failure() && !is_unique(&error) => return Err(failure(error)),
                result => results.push(result),
            }
        }
        Ok(results)
    }

    /// What it has come to with these: whatever ends the run, the import says so.
    fn count_in(
        &self,
        tx: &mut Tx<'_>,
        id: ImportId,
        results: &[Result<Made, RecordError>],
    ) -> Result<(), Common> {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let made = results.iter().filter(|result| result.is_ok()).count();
        let refused = results.len().saturating_sub(made);
        let made = self.next.saturating_sub(1).saturating_add(count(made));
        let counts = (made, self.counts.already, self.counts.refused.saturating_add(count(refused)));
        Ok(query::imports::come_to(tx, self.company, id, counts)?)
    }

    fn one_in(&self, tx: &mut Tx<'_>, id: ImportId, n: u64, one: &Held) -> Result<Made, RecordError> {
        tx.savepoint(|tx| {
            let made = prepare::write(&self.ctx, tx, self.actor, self.company, &one.prepared)?;
            query::imports::insert_rows(tx, &[self.import_row(id, n, one, made.subject)])?;
            Ok(made)
        })
    }

    /// A record that lost against another write, or that one before it in its chunk has overtaken.
    fn again(&mut self, id: ImportId, one: &Held) -> Result<Result<Made, RecordError>, Common> {
        let mut last = None;
        for _ in 0..TRIES_MAX {
            let prepared = match self.look(&one.input, &one.body) {
                Ok(prepared) => prepared,
                Err(error) => return Ok(Err(error)),
            };
            let fresh = Held { prepared, input: one.input.clone(), body: one.body.clone(), ..*one };
            let written = self.ctx.app.db.write(|tx| {
                self.hold_running(tx, id).map_err(Lost::Run)?;
                self.let_go(tx, &[fresh.digest]).map_err(Lost::Run)?;
                let made = self.one_in(tx, id, self.next, &fresh).map_err(Lost::Record)?;
                let counts = (self.next, self.counts.already, self.counts.refused);
                query::imports::come_to(tx, self.company, id, counts)?;
                Ok::<_, Lost>(made)
            });
            match written {
                Ok(made) => {
                    self.next += 1;
                    return Ok(Ok(made));
                }
                Err(Lost::Run(error)) => return Err(error),
                Err(Lost::Record(error)) if error.common().is_some_and(Common::is_conflict) => {
                    last = Some(error);
                }
                Err(Lost::Record(error)) => {
                    return Ok(Err(prepare::worded(&self.ctx, self.company, &one.input, error)));
                }
            }
        }
        Ok(Err(last.unwrap_or_else(|| lost().into())))
    }

    pub(super) fn close(&self) -> Result<(), Common> {
        let Some(id) = self.begun else { return Ok(()) };
        let counts = (self.next.saturating_sub(1), self.counts.already, self.counts.refused);
        self.ctx.app.db.write(|tx| {
            self.hold_lease(tx)?;
            self.ended(tx, id, counts)
        })
    }

    /// That no other run has the file by now.
    fn hold_lease(&self, tx: &mut Tx<'_>) -> Result<(), Common> {
        Ok(self.lease.as_ref().map_or(Ok(()), |lease| lease.hold(tx))?)
    }

    /// The same, and that nobody called it off or undid meanwhile what this run has written; nobody does until the transaction ends.
    fn hold_running(&self, tx: &mut Tx<'_>, id: ImportId) -> Result<(), Common> {
        self.hold_lease(tx)?;
        let row = there(query::imports::lock(tx, self.company, id)?, "import", id)?;
        match row.status {
            ImportStatus::Running => Ok(()),
            ImportStatus::Done | ImportStatus::Cancelled | ImportStatus::Undone => {
                Err(Common::Conflict { what: format!("import {id}") })
            }
        }
    }

    fn ended(&self, tx: &mut Tx<'_>, id: ImportId, counts: (u64, u64, u64)) -> Result<(), Common> {
        query::imports::finish(tx, self.company, id, counts, self.ctx.now)?;
        let data = json!({"kind": self.wanted.kind.name(), "records": counts.0.to_string()});
        event::write(&self.ctx, tx, self.actor, self.company, ("import.done", id), data)
    }
}

fn digests(held: &[Held]) -> Vec<Digest> {
    held.iter().map(|held| held.digest).collect()
}

/// Whether another was first: a refusal of one record, not a failure of the database.
fn is_unique(error: &RecordError) -> bool {
    matches!(error.common(), Some(Common::Store(StoreError::Unique { .. })))
}

fn lost() -> Common {
    Common::Conflict { what: "the record".to_owned() }
}

/// The failure inside of a refusal.
fn failure(error: RecordError) -> Common {
    match error {
        RecordError::Common(common) => common,
        other => Common::Corrupt { what: "import", detail: other.to_string() },
    }
}

/// Why a record was not written: its run is over, or it was refused.
enum Lost {
    Run(Common),
    Record(RecordError),
}

impl From<StoreError> for Lost {
    fn from(error: StoreError) -> Self {
        Lost::Record(error.into())
    }
}

/// Which record ended the writing of all.
struct Stopped {
    at: usize,
    error: RecordError,
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Stopped { at: 0, error: error.into() }
    }
}
