//! One run of a file at a time: two would number the records of one import alike, and each would take what the other wrote for
//! somebody else's. A run that died holds its lease until that runs out, and is followed then.

use super::BeginImportError;
use crate::App;
use crate::common::{Common, Context};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use std::time::{Duration, Instant};
use store::{StoreError, StoreResult, Tx, query};

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
    /// Of the file with kind and mapping.
    name: String,
    /// Of this run.
    owner: String,
    kept: Instant,
}

impl<'a> Lease<'a> {
    /// Takes it, unless another run has it.
    pub fn try_take(ctx: &Context<'a>, company: CompanyId, digest: Digest) -> Result<Option<Self>, Common> {
        let (app, name, owner) = (ctx.app, name_of(digest), ctx.uuid().to_string());
        // whose file it is belongs to no request: a refusal leaves its claim unused
        let unfenced = app.db.unfenced();
        let ours = unfenced.write(|tx| query::leases::acquire(tx, company, &name, &owner, LEASE_S))?;
        Ok(ours.map(|_| Lease { app, company, name, owner, kept: Instant::now() }))
    }

    /// Takes it; one that another run has is waited for, until it runs out or is seen to be kept.
    pub fn take(ctx: &Context<'a>, company: CompanyId, digest: Digest) -> Result<Self, BeginImportError> {
        let name = name_of(digest);
        let mut seen = None;
        for _ in 0..LOOKS_MAX {
            if let Some(ours) = Self::try_take(ctx, company, digest)? {
                return Ok(ours);
            }
            let theirs = ctx.app.db.read(|conn| query::leases::by_name(conn, company, &name))?;
            match theirs.map(|lease| (lease.owner, lease.leased_until)) {
                Some(other) if seen.as_ref().is_some_and(|first| *first != other) => break,
                // given back between the two looks: the next one takes it
                other => seen = other.or(seen),
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
        query::leases::keep(tx, self.company, &self.name, &self.owner, LEASE_S)
    }
}

fn name_of(digest: Digest) -> String {
    format!("import {digest}")
}

impl Drop for Lease<'_> {
    /// Whatever ended the run, the next need not wait. Where the database does not answer, the lease runs out.
    fn drop(&mut self) {
        let end = |tx: &mut Tx<'_>| query::leases::release(tx, self.company, &self.name, &self.owner);
        let _given_back: Result<(), StoreError> = self.app.db.unfenced().write(end);
    }
}
