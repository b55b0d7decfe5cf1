//! An import of many records is taken back in short transactions, between which others write (decision 128). Before the first all records
//! are looked at: where one cannot be taken back, nothing is. What is taken back stays so, whatever ends the run: the next one goes on with
//! what is left. A record that cannot be taken back when it comes to it stays, and the import with it; only once nothing is left it counts
//! as undone.

use super::foresee::foresee;
use super::lease::Lease;
use super::undo::{Tally, UndoImportError, Undone, end, held};
use crate::common::Context;
use crate::job::Progress;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, ImportId};
use std::time::{Duration, Instant};
use store::query::imports::Known;
use store::{Tx, query};

/// Records of one transaction at most.
const PART: u32 = 50;
/// No record is begun in a transaction that has lasted so long.
const PART_TIME: Duration = Duration::from_millis(50);

/// What is undone, on which later day, and the lease of an import that had not ended.
type What<'a> = (ImportId, Option<NaiveDate>, Option<&'a Lease<'a>>);

pub(super) fn undo(
    ctx: &Context<'_>,
    (actor, company): (&Actor, CompanyId),
    what: What<'_>,
    total: u64,
    progress: &Progress<'_>,
) -> Result<Undone, UndoImportError> {
    let (id, later, lease) = what;
    let db = &ctx.app.db;
    let ahead = foresee(ctx, (actor, company), (id, later), &|| progress(0, total))?;
    if ahead.count > 0 {
        let Tally { count, mut reasons, .. } = ahead;
        reasons.sort_unstable();
        return Err(UndoImportError::Refused { count, reasons });
    }
    let (mut before, mut all) = (u64::MAX >> 1, Tally::default());
    loop {
        let (part, last) = db.write(|tx| part_in(ctx, tx, (actor, company), what, before))?;
        let Some(last) = last else { break };
        before = last;
        all.add(part);
        progress(all.seen.min(total), total)?;
    }
    let Tally { records, later, count, mut reasons, .. } = all;
    if count > 0 {
        reasons.sort_unstable();
        return Err(UndoImportError::Left { records, count, reasons });
    }
    // those that were taken back before are not seen again
    progress(total, total)?;
    db.write(|tx| {
        let (import, _) = held(tx, actor, company, (id, lease))?;
        end(ctx, tx, actor, &import, Undone { id, records, later })
    })
}

/// Some records before a number, and the last that was tried; none where none is left.
fn part_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (actor, company): (&Actor, CompanyId),
    (id, later, lease): What<'_>,
    before: u64,
) -> Result<(Tally, Option<u64>), UndoImportError> {
    let since = Instant::now();
    let (import, by) = held(tx, actor, company, (id, lease))?;
    let (mut part, mut last) = (Tally::default(), None);
    for row in query::imports::rows_before(tx, company, id, before, PART)? {
        if last.is_some() && since.elapsed() > PART_TIME {
            break;
        }
        last = Some(row.n);
        if part.take_back(ctx, tx, by, (&import, later), &row)? {
            let gone = Known {
                digest: row.digest,
                import: id,
                n: row.n,
                subject: row.subject,
                drafts: import.drafts,
            };
            query::imports::let_go(tx, company, &gone)?;
        }
    }
    Ok((part, last))
}
