//! A file on its way in: records are pushed one by one, so that the door need not hold the file.

use super::begin::Opening;
use super::prepare::{self, Prepared};
use super::{CHUNK, ImportKind, Input, Made, Outcome, RECORDS_MAX, Record, RecordError, Taken};
use crate::common::{Common, Context, authorise, check_text};
use crate::vault::{self, Secret};
use crate::{App, event};
use domain::actor::{Actor, Permission};
use domain::canonical::Digest;
use domain::ids::{CompanyId, DocumentId, ImportId};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use store::rows::{Import, ImportRow};
use store::types::{ImportMode, ImportRowStatus, ImportStatus, KeyKind};
use store::{StoreError, Tx, query};
use uuid::Uuid;

/// Times a write is tried before somebody else's changes are reported.
const TRIES_MAX: u32 = 3;

/// What is to be brought in, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted<'a> {
    pub kind: ImportKind,
    /// `None`: only looked at.
    pub mode: Option<ImportMode>,
    pub file_name: &'a str,
    pub mapping: Value,
    /// SHA-256 of the file's bytes.
    pub file: Digest,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// `None` where nothing was written.
    pub id: Option<ImportId>,
    pub made: u64,
    pub already: u64,
    pub refused: u64,
    /// Looked at and not written.
    pub checked: u64,
}

/// An import under way.
pub struct Session<'a> {
    ctx: Context<'a>,
    actor: &'a Actor,
    company: CompanyId,
    wanted: Wanted<'a>,
    company_key: Secret,
    /// Equal records seen so far, by the digest of their body.
    alike: HashMap<u128, u32>,
    fresh_codes: HashSet<String>,
    originals: HashMap<DocumentId, u64>,
    held: Vec<Held>,
    /// The import's row, once something of it was written.
    begun: Option<ImportId>,
    next: u64,
    counts: Counts,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    made: u64,
    already: u64,
    refused: u64,
    checked: u64,
}

/// A record that waits to be written.
struct Held {
    first_row: u64,
    last_row: u64,
    digest: Digest,
    input: Input,
    prepared: Prepared,
}

impl<'a> Session<'a> {
    /// Begins; a best effort that was interrupted goes on.
    ///
    /// # Errors
    /// Who may not bring data in.
    pub fn begin(
        app: &'a App,
        actor: &'a Actor,
        company: CompanyId,
        wanted: Wanted<'a>,
    ) -> Result<Self, Common> {
        authorise(actor, Permission::Enter, company)?;
        check_text("/file_name", wanted.file_name)?;
        let ctx = Context::new(app);
        let company_key = app.db.read(|conn| vault::company_key(&ctx, conn, company))?;
        let mut session = Session {
            ctx,
            actor,
            company,
            wanted,
            company_key,
            alike: HashMap::new(),
            fresh_codes: HashSet::new(),
            originals: HashMap::new(),
            held: Vec::new(),
            begun: None,
            next: 1,
            counts: Counts::default(),
        };
        if session.wanted.mode == Some(ImportMode::BestEffort) {
            session.resume()?;
        }
        Ok(session)
    }

    /// Takes a record. What became of it is answered now or, where it waits to be written, later.
    ///
    /// # Errors
    /// The database or a key failed: the import cannot go on.
    pub fn push(&mut self, record: Record) -> Result<Vec<Outcome>, Common> {
        let (first_row, last_row) = (record.first_row, record.last_row);
        let outcome = |result| Outcome { first_row, last_row, result };
        let digest = self.digest(&record);
        let known = self.ctx.app.db.read(|conn| query::imports::known(conn, self.company, &[digest]))?;
        if let Some((_, subject)) = known.first() {
            self.counts.already += 1;
            return Ok(vec![outcome(Ok(Taken::Already(*subject)))]);
        }
        let fresh = |code: &str| self.fresh_codes.contains(code);
        let prepared = prepare::prepare(&self.ctx, (self.actor, self.company), &record.input, &fresh);
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Ok(self.refuse(first_row, last_row, error)),
        };
        if let Input::Customer(input) = &record.input {
            self.fresh_codes.insert(input.code.clone());
        }
        if let Some(error) = self.check_original(&prepared, first_row) {
            return Ok(self.refuse(first_row, last_row, error));
        }
        let Some(mode) = self.wanted.mode else {
            self.counts.checked += 1;
            return Ok(vec![outcome(Ok(Taken::Checked))]);
        };
        let held = Held { first_row, last_row, digest, input: record.input, prepared };
        if mode == ImportMode::AllOrNothing {
            self.counts.checked += 1;
            let over = self.counts.checked.saturating_sub(u64::try_from(RECORDS_MAX).unwrap_or(u64::MAX));
            if over == 1 {
                return Ok(self.refuse(first_row, last_row, RecordError::TooMany));
            }
            // after the first refusal nothing will be written: the rest is only looked at
            if self.counts.refused == 0 && over == 0 {
                self.held.push(held);
            }
            return Ok(vec![outcome(Ok(Taken::Checked))]);
        }
        self.held.push(held);
        if self.held.len() >= CHUNK { self.write_chunk() } else { Ok(Vec::new()) }
    }

    /// Whether something of a best effort is written already.
    pub const fn has_begun(&self) -> bool {
        self.begun.is_some()
    }

    /// A record that its door refused before it came here: with all or nothing, nothing will be written.
    pub fn note_refused(&mut self) {
        self.counts.refused += 1;
        if self.wanted.mode == Some(ImportMode::AllOrNothing) {
            self.held = Vec::new();
        }
    }

    /// Writes what waits, and ends.
    ///
    /// # Errors
    /// The database or a key failed.
    pub fn finish(&mut self) -> Result<(Vec<Outcome>, Finished), Common> {
        let outcomes = match self.wanted.mode {
            None => Vec::new(),
            Some(ImportMode::AllOrNothing) if self.counts.refused > 0 => Vec::new(),
            Some(ImportMode::AllOrNothing) => self.write_all()?,
            Some(ImportMode::BestEffort) => {
                let outcomes = self.write_chunk()?;
                self.close()?;
                outcomes
            }
        };
        let Counts { made, already, refused, checked } = self.counts;
        Ok((outcomes, Finished { id: self.begun, made, already, refused, checked }))
    }

    fn refuse(&mut self, first_row: u64, last_row: u64, error: RecordError) -> Vec<Outcome> {
        self.note_refused();
        vec![Outcome { first_row, last_row, result: Err(error) }]
    }

    /// Two credits of one invoice cannot be assessed before the first is posted.
    fn check_original(&mut self, prepared: &Prepared, row: u64) -> Option<RecordError> {
        if self.wanted.mode != Some(ImportMode::AllOrNothing) {
            return None;
        }
        let before = self.originals.insert(prepared.original()?, row)?;
        Some(RecordError::SameOriginal { row: before })
    }

    /// By what a record is known: its body, and which of the equal ones it is.
    fn digest(&mut self, record: &Record) -> Digest {
        const TAG: &str = "import-record.v1";
        let text = [self.wanted.kind.name().as_bytes(), b"\0", &record.body].concat();
        let first = self.company_key.look_up(TAG, &text);
        // what has a key of its own stands in a file once
        if record.input.has_key() {
            return first;
        }
        let bytes = first.bytes().first_chunk::<16>().copied().unwrap_or_default();
        let ordinal = self.alike.entry(u128::from_le_bytes(bytes)).or_default();
        *ordinal = ordinal.saturating_add(1);
        match *ordinal {
            1 => first,
            more => self.company_key.look_up(TAG, &[first.bytes().as_slice(), &more.to_le_bytes()].concat()),
        }
    }

    fn resume(&mut self) -> Result<(), Common> {
        let digest = self.import_digest();
        self.ctx.app.db.read(|conn| {
            if let Some(row) = query::imports::running(conn, self.company, digest)? {
                self.begun = Some(row.id);
                self.next = query::imports::last_row(conn, self.company, row.id)?.saturating_add(1);
            }
            Ok(())
        })
    }

    fn import_digest(&self) -> Digest {
        let about = json!([self.wanted.kind.name(), self.wanted.file.to_string(), self.wanted.mapping]);
        self.company_key.look_up("import.v1", about.to_string().as_bytes())
    }

    /// The import's own row with what tells of it, to be written with its first records.
    fn row(&self, mode: ImportMode) -> Result<Opening, Common> {
        let key = vault::fresh_key(&self.ctx, self.company, &self.company_key, KeyKind::Content, Vec::new())?;
        let about = json!({"file_name": self.wanted.file_name, "mapping": self.wanted.mapping});
        let blob = key.blob(&self.ctx, "application/json", about.to_string().as_bytes())?;
        let row = Import {
            company: self.company,
            id: ImportId::new(self.ctx.uuid()),
            kind: self.wanted.kind.name().to_owned(),
            mode,
            status: ImportStatus::Running,
            digest: self.import_digest(),
            about: blob.id,
            made: 0,
            already: 0,
            refused: 0,
            created_by: self.actor.to_string(),
            created_at: self.ctx.now,
            finished_at: None,
            undone_by: None,
            undone_at: None,
        };
        Ok(Opening { key, blob, row })
    }

    fn import_row(&self, import: ImportId, n: u64, held: &Held, subject: Uuid) -> ImportRow {
        ImportRow {
            company: self.company,
            import,
            n,
            first_row: held.first_row,
            last_row: held.last_row,
            digest: held.digest,
            subject,
            status: ImportRowStatus::In,
        }
    }

    fn import_rows(&self, import: ImportId, first: u64, held: &[Held], made: &[Made]) -> Vec<ImportRow> {
        let numbered = (first..).zip(held).zip(made);
        numbered.map(|((n, held), made)| self.import_row(import, n, held, made.subject)).collect()
    }

    /// Every record that is held, or none of them.
    fn write_all(&mut self) -> Result<Vec<Outcome>, Common> {
        if self.held.is_empty() {
            return Ok(Vec::new());
        }
        let opening = self.row(ImportMode::AllOrNothing)?;
        for tries in 1.. {
            match self.ctx.app.db.write(|tx| self.all_in(tx, &opening)) {
                Ok(made) => {
                    self.begun = Some(opening.row.id);
                    self.counts.made = u64::try_from(made.len()).unwrap_or(u64::MAX);
                    self.counts.checked = 0;
                    let held = std::mem::take(&mut self.held);
                    return Ok(held
                        .iter()
                        .zip(made)
                        .map(|(held, made)| held.outcome(Ok(Taken::Written(made))))
                        .collect());
                }
                Err(Stopped { at, error }) => {
                    if error.common().is_some_and(Common::is_conflict) && tries < TRIES_MAX {
                        match self.prepare_again()? {
                            None => continue,
                            Some(refused) => return Ok(vec![refused]),
                        }
                    }
                    let Some(held) = self.held.get(at) else {
                        return Err(Common::Corrupt { what: "import", detail: error.to_string() });
                    };
                    let error = prepare::worded(&self.ctx, self.company, &held.input, error);
                    let outcome = held.outcome(Err(error));
                    self.counts.refused += 1;
                    return Ok(vec![outcome]);
                }
            }
        }
        Ok(Vec::new())
    }

    fn all_in(&self, tx: &mut Tx<'_>, opening: &Opening) -> Result<Vec<Made>, Stopped> {
        let stopped = |at: usize| move |error: RecordError| Stopped { at, error };
        opening.write(tx).map_err(RecordError::from).map_err(stopped(0))?;
        let id = opening.row.id;
        let mut made = Vec::with_capacity(self.held.len());
        for chunk in self.held.chunks(CHUNK) {
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
        let rows = self.import_rows(id, 1, &self.held, &made);
        let end = |tx: &mut Tx<'_>| {
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
            let fresh = |code: &str| self.fresh_codes.contains(code);
            match prepare::prepare(&self.ctx, (self.actor, self.company), &one.input, &fresh) {
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
    fn write_chunk(&mut self) -> Result<Vec<Outcome>, Common> {
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
            if let Some(opening) = &opening {
                opening.write(tx)?;
            }
            let records = held.iter().map(|one| &one.prepared);
            if let Some(made) = prepare::write_run(&self.ctx, tx, (self.actor, self.company), records) {
                query::imports::insert_rows(tx, &self.import_rows(id, self.next, &held, &made))?;
                return Ok(made.into_iter().map(Ok).collect());
            }
            let mut n = self.next;
            let mut results = Vec::with_capacity(held.len());
            for one in &held {
                let result = self.one_in(tx, id, n, one);
                n += u64::from(result.is_ok());
                if let Err(error) = &result {
                    // the whole transaction is worth nothing then
                    if error.is_failure() {
                        return Err(result.err().map_or_else(lost, failure));
                    }
                }
                results.push(result);
            }
            Ok(results)
        })?;
        self.begun = Some(id);
        let mut outcomes = Vec::with_capacity(held.len());
        for (one, result) in held.into_iter().zip(results) {
            let made = result.is_ok();
            self.next += u64::from(made);
            let result = match result {
                Err(error) if error.common().is_some_and(Common::is_conflict) => self.again(id, &one)?,
                Err(error) => Err(prepare::worded(&self.ctx, self.company, &one.input, error)),
                Ok(made) => Ok(made),
            };
            self.counts.made += u64::from(result.is_ok());
            self.counts.refused += u64::from(result.is_err());
            outcomes.push(one.outcome(result.map(Taken::Written)));
        }
        Ok(outcomes)
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
            let fresh = |code: &str| self.fresh_codes.contains(code);
            let prepared = match prepare::prepare(&self.ctx, (self.actor, self.company), &one.input, &fresh) {
                Ok(prepared) => prepared,
                Err(error) => return Ok(Err(error)),
            };
            let fresh = Held { prepared, input: one.input.clone(), ..*one };
            match self.ctx.app.db.write(|tx| self.one_in(tx, id, self.next, &fresh)) {
                Ok(made) => {
                    self.next += 1;
                    return Ok(Ok(made));
                }
                Err(error) if error.common().is_some_and(Common::is_conflict) => last = Some(error),
                Err(error) => return Ok(Err(prepare::worded(&self.ctx, self.company, &one.input, error))),
            }
        }
        Ok(Err(last.unwrap_or_else(|| lost().into())))
    }

    fn close(&self) -> Result<(), Common> {
        let Some(id) = self.begun else { return Ok(()) };
        let counts = (self.next.saturating_sub(1), self.counts.already, self.counts.refused);
        self.ctx.app.db.write(|tx| self.ended(tx, id, counts))
    }

    fn ended(&self, tx: &mut Tx<'_>, id: ImportId, counts: (u64, u64, u64)) -> Result<(), Common> {
        query::imports::finish(tx, self.company, id, counts, self.ctx.now)?;
        let data = json!({"kind": self.wanted.kind.name(), "records": counts.0.to_string()});
        event::write(&self.ctx, tx, self.actor, self.company, ("import.done", id), data)
    }
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

impl Held {
    fn outcome(&self, result: Result<Taken, RecordError>) -> Outcome {
        Outcome { first_row: self.first_row, last_row: self.last_row, result }
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
