//! A file on its way in: records are pushed one by one, so that the door need not hold the file.

use super::begin::Opening;
use super::lease::Lease;
use super::prepare::{self, Prepared};
use super::{
    BeginImportError, CHUNK, ImportKind, Input, Made, Outcome, RECORDS_MAX, Record, RecordError, Taken,
};
use crate::App;
use crate::common::{Common, Context, authorise, check_text};
use crate::invoice::InvoiceKind;
use crate::job::Progress;
use crate::receipt::{self, AllocateTo, InFile};
use crate::vault::{self, Secret};
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{CompanyId, DocumentId, ImportId};
use domain::time::Instant;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use store::query;
use store::rows::{Import, ImportRow};
use store::types::{ImportMode, ImportRowStatus, ImportStatus, KeyKind};
use uuid::Uuid;

/// What is to be brought in, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted<'a> {
    pub kind: ImportKind,
    /// `None`: only looked at.
    pub mode: Option<ImportMode>,
    /// Its records become drafts, and not documents: of kinds that have any.
    pub drafts: bool,
    pub file_name: &'a str,
    pub mapping: Value,
    /// SHA-256 of the file's bytes.
    pub file: Digest,
    /// When it was asked for, of what another attempt has begun.
    pub again: Option<Instant>,
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
    /// Of orders that are not refused: those that become deliveries, and those that become invoices.
    pub orders: (u64, u64),
}

/// An import under way.
pub struct Session<'a> {
    pub(super) ctx: Context<'a>,
    pub(super) actor: &'a Actor,
    pub(super) company: CompanyId,
    pub(super) wanted: Wanted<'a>,
    company_key: Secret,
    /// Told how many records are written, all or nothing, of how many; what it refuses ends the import.
    progress: Option<&'a Progress<'a>>,
    /// Of a best effort.
    pub(super) lease: Option<Lease<'a>>,
    /// Equal records seen so far, by the digest of their body.
    alike: HashMap<u128, u32>,
    fresh_codes: HashSet<String>,
    originals: HashMap<DocumentId, u64>,
    /// What its receipts pay, as long as none of them is posted.
    paid: InFile,
    /// Row of each invoice that has a number of its own, by a digest: credit notes may correct them.
    invoices: HashMap<u64, u64>,
    pub(super) held: Vec<Held>,
    /// The import's row, once something of it was written.
    pub(super) begun: Option<ImportId>,
    pub(super) next: u64,
    pub(super) counts: Counts,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub made: u64,
    pub already: u64,
    pub refused: u64,
    pub checked: u64,
    pub orders: (u64, u64),
}

/// A record that waits to be written.
pub(super) struct Held {
    pub first_row: u64,
    pub last_row: u64,
    pub digest: Digest,
    /// Of one that becomes a draft.
    pub body: Vec<u8>,
    pub input: Input,
    pub prepared: Prepared,
}

impl<'a> Session<'a> {
    /// Begins; a best effort that was interrupted goes on.
    ///
    /// # Errors
    /// Who may not bring data in; a best effort of the same file that another run is at.
    pub fn begin(
        app: &'a App,
        actor: &'a Actor,
        company: CompanyId,
        wanted: Wanted<'a>,
    ) -> Result<Self, BeginImportError> {
        authorise(actor, Noun::Documents, Verb::Enter, company)?;
        check_text("/file_name", wanted.file_name)?;
        let ctx = Context::new(app);
        let company_key = app.db.read(|conn| vault::company_key(&ctx, conn, company))?;
        let mut session = Session {
            ctx,
            actor,
            company,
            wanted,
            company_key,
            progress: None,
            lease: None,
            alike: HashMap::new(),
            fresh_codes: HashSet::new(),
            originals: HashMap::new(),
            paid: InFile::new(),
            invoices: HashMap::new(),
            held: Vec::new(),
            begun: None,
            next: 1,
            counts: Counts::default(),
        };
        if session.wanted.mode == Some(ImportMode::BestEffort) {
            session.lease = Some(Lease::take(&session.ctx, company, session.import_digest())?);
            session.check_wanted()?;
            session.resume()?;
        }
        Ok(session)
    }

    /// With somebody who is told, while all or nothing is written, how many records of how many are.
    #[must_use]
    pub fn watched(self, progress: Option<&'a Progress<'a>>) -> Self {
        Session { progress, ..self }
    }

    /// # Errors
    /// Whoever watches says to stop.
    pub(super) fn tell(&self, written: usize) -> Result<(), Common> {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        self.progress.map_or(Ok(()), |progress| progress(count(written), count(self.held.len())))
    }

    /// Takes a record. What became of it is answered now or, where it waits to be written, later.
    ///
    /// # Errors
    /// The database or a key failed: the import cannot go on.
    pub fn push(&mut self, record: Record) -> Result<Vec<Outcome>, Common> {
        self.lease.as_mut().map_or(Ok(()), Lease::keep)?;
        let digest = self.digest(&record);
        let Record { first_row, last_row, body, input } = record;
        let outcome = |result| Outcome { first_row, last_row, result };
        let known = self.ctx.app.db.read(|conn| self.known(conn, &[digest]))?;
        if let Some(subject) = known.get(&digest) {
            self.counts.already += 1;
            return Ok(vec![outcome(Ok(Taken::Already(*subject)))]);
        }
        let (mut outcomes, mut prepared) = (Vec::new(), self.look(&input, &body));
        if let Some(row) = self.waits_for(&input, &prepared) {
            match self.wanted.mode {
                // once its original is posted it can be loaded
                Some(ImportMode::BestEffort) => {
                    outcomes = self.write_chunk()?;
                    prepared = self.look(&input, &body);
                }
                Some(ImportMode::AllOrNothing) => {
                    return Ok(self.refuse(first_row, last_row, RecordError::OriginalInFile { row }));
                }
                None => {
                    self.counts.checked += 1;
                    return Ok(vec![outcome(Ok(Taken::Waits { row }))]);
                }
            }
        }
        match prepared {
            Ok(prepared) => {
                let body = if self.wanted.drafts { body } else { Vec::new() };
                let held = Held { first_row, last_row, digest, body, input, prepared };
                outcomes.extend(self.hold(held)?);
            }
            Err(error) => outcomes.extend(self.refuse(first_row, last_row, error)),
        }
        Ok(outcomes)
    }

    /// A record that may be written, to be written with others.
    fn hold(&mut self, held: Held) -> Result<Vec<Outcome>, Common> {
        let Held { first_row, last_row, .. } = held;
        match &held.input {
            Input::Customer(input) => {
                self.fresh_codes.insert(input.code.clone());
            }
            Input::Invoice(input) if input.kind == InvoiceKind::Invoice => {
                let number = input.external_id.as_deref().map(hashed);
                self.invoices.extend(number.map(|number| (number, first_row)));
            }
            Input::Order(_) if held.prepared.becomes_invoice() => self.counts.orders.1 += 1,
            Input::Order(_) => self.counts.orders.0 += 1,
            _ => {}
        }
        if let Some(error) = self.check_original(&held.prepared, first_row) {
            return Ok(self.refuse(first_row, last_row, error));
        }
        if let Some(error) = self.check_paid(&held.input)? {
            return Ok(self.refuse(first_row, last_row, error));
        }
        match self.wanted.mode {
            Some(ImportMode::BestEffort) => {
                self.held.push(held);
                return if self.held.len() >= CHUNK { self.write_chunk() } else { Ok(Vec::new()) };
            }
            Some(ImportMode::AllOrNothing) => {
                self.counts.checked += 1;
                let over = self.counts.checked.saturating_sub(u64::try_from(RECORDS_MAX).unwrap_or(u64::MAX));
                if over == 1 {
                    return Ok(self.refuse(first_row, last_row, RecordError::TooMany));
                }
                // after the first refusal nothing will be written: the rest is only looked at
                if self.counts.refused == 0 && over == 0 {
                    self.held.push(held);
                }
            }
            None => self.counts.checked += 1,
        }
        Ok(vec![Outcome { first_row, last_row, result: Ok(Taken::Checked) }])
    }

    /// Everything that can be refused before the write.
    pub(super) fn look(&self, input: &Input, body: &[u8]) -> Result<Prepared, RecordError> {
        if self.wanted.drafts {
            return prepare::prepare_draft(&self.ctx, (self.actor, self.company), input, body);
        }
        let fresh = |code: &str| self.fresh_codes.contains(code);
        prepare::prepare(&self.ctx, (self.actor, self.company), input, &fresh)
    }

    /// The row of the original of a credit note, where that is not there because it stands in this file before.
    fn waits_for(&self, input: &Input, prepared: &Result<Prepared, RecordError>) -> Option<u64> {
        if self.wanted.drafts {
            return None; // of a file of drafts nothing is posted, however it is brought in
        }
        let (Input::Invoice(input), Err(error)) = (input, prepared) else { return None };
        let missing = matches!(error.common(), Some(Common::NotFound { noun: "document", .. }));
        let original = input.original.as_deref().filter(|_| missing)?;
        self.invoices.get(&hashed(original)).copied()
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
        let Counts { made, already, refused, checked, orders } = self.counts;
        Ok((outcomes, Finished { id: self.begun, made, already, refused, checked, orders }))
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

    /// What a receipt pays is open still, after those before it in the file; a best effort has posted these.
    fn check_paid(&mut self, input: &Input) -> Result<Option<RecordError>, Common> {
        let Input::Receipt(input) = input else { return Ok(None) };
        if self.wanted.drafts || self.wanted.mode == Some(ImportMode::BestEffort) {
            return Ok(None);
        }
        let found =
            self.ctx.app.db.read(|conn| receipt::items_in_file(conn, self.company, input, &self.paid));
        let pays = match found {
            Ok(pays) => pays,
            Err(error) if error.is_failure() => return Err(error),
            Err(error) => return Ok(Some(error.into())),
        };
        for AllocateTo { item, amount } in pays {
            let before = self.paid.get(&item).copied().unwrap_or_default();
            self.paid.insert(item, before.add(amount)?);
        }
        Ok(None)
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

    /// That nobody undid since it was asked for what an attempt before this one has brought in: it would come back by itself.
    fn check_wanted(&self) -> Result<(), Common> {
        let Some(since) = self.wanted.again else { return Ok(()) };
        let digest = self.import_digest();
        let undone =
            self.ctx.app.db.read(|conn| query::imports::undone_since(conn, self.company, digest, since))?;
        match undone {
            Some(id) => Err(Common::Conflict { what: format!("import {id}") }),
            None => Ok(()),
        }
    }

    /// Goes on with the import of a run that died; one that was called off has ended.
    fn resume(&mut self) -> Result<(), Common> {
        let (digest, company, app) = (self.import_digest(), self.company, self.ctx.app);
        let found = app.db.read(|conn| {
            let Some(row) = query::imports::running(conn, company, digest)? else {
                return Ok::<_, Common>(None);
            };
            let last = query::imports::last_row(conn, company, row.id)?;
            Ok(Some((row, last)))
        })?;
        let Some((row, last)) = found else { return Ok(()) };
        if row.job != app.job {
            // nothing of the file yet: a refusal leaves the claim of the request unused
            app.db.unfenced().write(|tx| query::imports::taken_up(tx, company, row.id, app.job))?;
        }
        (self.begun, self.next) = (Some(row.id), last.saturating_add(1));
        Ok(())
    }

    fn import_digest(&self) -> Digest {
        let (kind, file) = (self.wanted.kind.name(), self.wanted.file.to_string());
        let about = match self.wanted.drafts {
            true => json!([kind, file, self.wanted.mapping, "drafts"]),
            false => json!([kind, file, self.wanted.mapping]),
        };
        self.company_key.look_up("import.v1", about.to_string().as_bytes())
    }

    /// The import's own row with what tells of it, to be written with its first records.
    pub(super) fn row(&self, mode: ImportMode) -> Result<Opening, Common> {
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
            drafts: self.wanted.drafts,
            job: self.ctx.app.job,
        };
        Ok(Opening { key, blob, row })
    }

    pub(super) fn import_row(&self, import: ImportId, n: u64, held: &Held, subject: Uuid) -> ImportRow {
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

    pub(super) fn import_rows(
        &self,
        import: ImportId,
        first: u64,
        held: &[Held],
        made: &[Made],
    ) -> Vec<ImportRow> {
        let numbered = (first..).zip(held).zip(made);
        numbered.map(|((n, held), made)| self.import_row(import, n, held, made.subject)).collect()
    }
}

impl Held {
    pub(super) fn outcome(&self, result: Result<Taken, RecordError>) -> Outcome {
        Outcome { first_row: self.first_row, last_row: self.last_row, result }
    }
}

/// A million numbers must not fill the memory.
fn hashed(number: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}
