//! The sequencer: turns what is committed into the company's chain of seals.
//!
//! | step | cost |
//! |---|---|
//! | read the head, then up to 1,000 unsealed rows in the order of `seq` | 2 queries |
//! | compute the seals, `domain::ledger::next_seal` | pure |
//! | insert the seals, delete exactly those rows | 1 statement per 500 + 1 |
//!
//! One transaction. No lease is needed for safety: the primary key (company, position) refuses a second sequencer that
//! read the same head, and it starts again from the new one; the lease only spares wasted work.
//!
//! *What may not happen on PostgreSQL.* Identity numbers are given before commit, so a lower `seq` may become visible
//! after a higher one was sealed. Nothing is lost by that, since rows are deleted by their exact numbers and never by a
//! range. And a reversal still follows its entry: it was written after the entry was visible, so its number is higher
//! and every snapshot that shows it shows the entry too.

use crate::abort::{self, Point};
use crate::conn::{Conn, Database, Tx};
use crate::error::{StoreError, StoreResult};
use crate::query::{leases, seals, unsealed};
use crate::rows::Seal;
use domain::ids::CompanyId;
use domain::ledger::next_seal;

/// Rows sealed in one transaction: keeps SQLite's only writer for well under 100 ms.
pub const BATCH_MAX: u32 = 1000;

/// Times a batch starts again after another sequencer was first.
const TRIES_MAX: u32 = 20;

/// Times that a state is looked for in which nothing waits to be sealed. Each costs a seal and a look.
const SNAPSHOTS_MAX: u32 = 1000;

/// The lease of a company's sequencer.
const LEASE: &str = "sequencer";

/// Seals up to `max` (at most [`BATCH_MAX`]) committed rows; gives how many. Never under a fence: what is sealed was
/// committed before, by whomever, and sealing it spends nobody's idempotency key.
///
/// # Errors
/// `Busy` after twenty lost races; those of the database.
pub fn seal_batch(db: &Database, company: CompanyId, max: u32) -> StoreResult<usize> {
    seal_through(db, company, i64::MAX, max)
}

/// As [`seal_batch`], of the rows up to the identity number `through`.
fn seal_through(db: &Database, company: CompanyId, through: i64, max: u32) -> StoreResult<usize> {
    let max = max.clamp(1, BATCH_MAX);
    let db = db.unfenced();
    for _ in 0..TRIES_MAX {
        match db.write(|tx| seal(tx, company, through, max)) {
            Err(error) if is_stale(&error) => {}
            result => {
                if matches!(result, Ok(1..)) {
                    db.sealing().raise();
                }
                return result;
            }
        }
    }
    Err(StoreError::Busy { what: format!("another sequencer of {company} was always first") })
}

/// As [`seal_batch`] for `owner`, who takes or keeps the company's lease for some seconds; `None` while another has it.
pub fn seal_leased(
    db: &Database,
    company: CompanyId,
    owner: &str,
    lease_seconds: i64,
    max: u32,
) -> StoreResult<Option<usize>> {
    let held = db.unfenced().write(|tx| leases::acquire(tx, company, LEASE, owner, lease_seconds))?;
    if held.is_none() {
        return Ok(None);
    }
    seal_batch(db, company, max).map(Some)
}

/// Gives the company's lease back, so that another process need not wait for its end.
pub fn release(db: &Database, company: CompanyId, owner: &str) -> StoreResult<()> {
    db.write(|tx| leases::release(tx, company, LEASE, owner))
}

/// Seals until what was committed when this was called is sealed; gives how many this call sealed. What others commit
/// meanwhile is left to the next one, or this would not end while they go on. Sealing a statement, locking a period,
/// `verify`, `export` and every writing command call it.
pub fn drain(db: &Database, company: CompanyId) -> StoreResult<usize> {
    // on PostgreSQL a lower number may still become visible: only finitely many do
    let Some(through) = db.read(|conn| unsealed::last(conn, company))? else { return Ok(0) };
    let mut sealed = 0;
    loop {
        let batch = seal_through(db, company, through, BATCH_MAX)?;
        if batch == 0 {
            return Ok(sealed);
        }
        sealed += batch;
    }
}

/// Seals what is committed, then runs queries that all see one state of the database, in which nothing of the company waits to be sealed.
/// Whoever compares rows with the chain would take what others commit in between, and nobody has sealed yet, for a difference.
///
/// # Errors
/// `Busy` where others commit all the time; those of `work`, which runs once.
pub fn sealed_snapshot<T, E>(
    db: &Database,
    company: CompanyId,
    mut work: impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    drain(db, company)?;
    for _ in 0..SNAPSHOTS_MAX {
        let seen = db.snapshot(|conn| match unsealed::last(conn, company)? {
            None => work(conn).map(Some),
            Some(_) => Ok(None),
        })?;
        if let Some(done) = seen {
            return Ok(done);
        }
        seal_batch(db, company, BATCH_MAX)?;
    }
    Err(StoreError::Busy { what: format!("something of {company} always waited to be sealed") }.into())
}

/// Drains every company that has something to seal; one that fails does not keep the others waiting.
///
/// # Errors
/// The first company's, after all were tried.
pub fn drain_all(db: &Database) -> StoreResult<usize> {
    let (mut sealed, mut failed) = (0, None);
    for company in db.read(unsealed::companies)? {
        match drain(db, company) {
            Ok(done) => sealed += done,
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(sealed), Err)
}

fn seal(tx: &mut Tx<'_>, company: CompanyId, through: i64, max: u32) -> StoreResult<usize> {
    // the head first: a row that another sequencer seals in between is gone from the second query, and the positions
    // computed here are refused
    let mut head: Option<domain::ledger::Seal> = seals::head(tx, company)?.map(Into::into);
    let waiting = unsealed::first(tx, company, through, max)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut rows: Vec<Seal> = Vec::with_capacity(waiting.len());
    for row in &waiting {
        let next = next_seal(head.as_ref(), company, &row.kind, row.reference, row.content_hash)
            .map_err(|error| StoreError::Corrupt { what: format!("unsealed {}: {error}", row.seq) })?;
        rows.push(next.clone().into());
        head = Some(next);
    }
    seals::insert(tx, &rows)?;
    abort::here(Point::SealsInserted);
    let seqs: Vec<i64> = waiting.iter().map(|row| row.seq).collect();
    if unsealed::delete(tx, &seqs)? != seqs.len() {
        return Err(StoreError::conflict("the chain of", company));
    }
    Ok(rows.len())
}

fn is_stale(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict { .. })
        || error.is_unique("seals(company, position)")
        || error.is_unique("seals(company, ref)")
}
