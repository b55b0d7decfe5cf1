//! One run of a file at a time: two would number the records of one import alike, and each would take what the other wrote for
//! somebody else's. A run that died holds its lease until that runs out, and is followed then.

use super::BeginImportError;
use crate::App;
use crate::common::{Common, Context};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use std::time::{Duration, Instant};
use store::{StoreError, StoreResult, Tx, query};
use uuid::Uuid;

/// How long a run that died is waited for, by the database's clock.
const LEASE_S: i64 = 12;
/// A run that lives makes its lease longer so often, so that whoever waits sees that it does.
const KEEP_EVERY: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Of a dry run the database's answers may not change while it waits.
const LOOKS_MAX: u32 = 60;

pub(super) struct Lease<'a> {
    app: &'a App,
    company: CompanyId,
    digest: Digest,
    owner: Uuid,
    kept: Instant,
}

impl<'a> Lease<'a> {
    /// Takes it; one that another run has is waited for, until it runs out or is seen to be kept.
    pub fn take(ctx: &Context<'a>, company: CompanyId, digest: Digest) -> Result<Self, BeginImportError> {
        let (app, owner) = (ctx.app, ctx.uuid());
        let mut seen = None;
        for _ in 0..LOOKS_MAX {
            // whose file it is belongs to no request: a refusal leaves its claim unused
            let asked =
                app.db.unfenced().write(|tx| query::imports::lease(tx, company, digest, owner, LEASE_S));
            match asked.map_err(Common::from)? {
                None => return Ok(Lease { app, company, digest, owner, kept: Instant::now() }),
                Some(other) if seen.is_some_and(|first| first != other) => break,
                Some(other) => seen = Some(other),
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Err(BeginImportError::UnderWay)
    }

    /// Makes it longer, if that is due.
    pub fn keep(&mut self) -> Result<(), Common> {
        if self.kept.elapsed() >= KEEP_EVERY {
            self.app.db.unfenced().write(|tx| self.hold(tx))?;
            self.kept = Instant::now();
        }
        Ok(())
    }

    /// In a write: that it is still this run's.
    pub fn hold(&self, tx: &mut Tx<'_>) -> StoreResult<()> {
        query::imports::keep_lease(tx, self.company, self.digest, self.owner, LEASE_S)
    }
}

impl Drop for Lease<'_> {
    /// Whatever ended the run, the next need not wait. Where the database does not answer, the lease runs out.
    fn drop(&mut self) {
        let end = |tx: &mut Tx<'_>| query::imports::end_lease(tx, self.company, self.digest, self.owner);
        let _given_back: Result<(), StoreError> = self.app.db.unfenced().write(end);
    }
}
