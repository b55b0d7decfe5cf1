//! A row of a bulk request. Nothing is claimed before: mark, work and answer are one transaction, so that a row is in with
//! its answer or not at all, whenever the process dies, and the same request goes on where it was cut off.

use super::{Answer, Common, Request, Ticket, complete, read};
use crate::common::{Context, authorise};
use crate::vault::VaultError;
use crate::{App, vault};
use domain::actor::{Actor, Permission};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use std::sync::Arc;
use store::query;

/// What has become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// Worked on now.
    Done(Answer),
    /// Worked on by an earlier request with this key.
    Repeated(Answer),
    /// So it was, but an erasure took the answer.
    OutcomeUnknown,
    /// The key was used with another row in this place.
    OtherRow,
}

/// Does the `work` of a row unless it was done under this key before: `request` names route, key with the row's number, and
/// digest of the row. `work` gets an [`App`] whose writes are one transaction with the mark and the answer.
///
/// # Errors
/// Those of `work`: then nothing is kept, and the same key may be used again.
pub fn row<E>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    request: Request,
    work: impl FnOnce(&App) -> Result<Answer, E>,
) -> Result<RowOutcome, E>
where
    E: From<Common> + From<store::StoreError>,
{
    authorise(actor, Permission::Enter, company)?;
    let ctx = Context::new(app);
    let secret = app.db.read(|conn| vault::company_key(&ctx, conn, company))?;
    let body_hash = secret.look_up("request.v1", request.body_hash.bytes());
    // tells this worker from another that has the same row in hand
    let token = i64::from_le_bytes(*ctx.random().bytes32().first_chunk().unwrap_or(&[1; 8]));
    let ticket = Ticket { company, actor: actor.person(), request, attempt: token };
    if let Some(known) = known(app, &ticket, body_hash)? {
        return Ok(known);
    }
    let done = app.db.together(|db| {
        let held = ticket.clone();
        let marked = db.fenced(move |tx| query::idempotency::mark(tx, held.key(), body_hash, held.attempt));
        let own = Some(Arc::new(ticket.clone()));
        let answer = work(&App { db: Arc::new(marked), claim: own, ..app.clone() })?;
        complete(&App { db: Arc::new(db.clone()), ..app.clone() }, &ticket, &answer)?;
        Ok(answer)
    });
    match done {
        Ok(answer) => Ok(RowOutcome::Done(answer)),
        // where another request with this key was faster, its answer is ours
        Err(refused) => known(app, &ticket, body_hash)?.ok_or(refused),
    }
}

fn known(app: &App, ticket: &Ticket, body_hash: Digest) -> Result<Option<RowOutcome>, Common> {
    let Some(row) = app.db.read(|conn| query::idempotency::by_key(conn, ticket.key()))? else {
        return Ok(None);
    };
    if row.body_hash != body_hash {
        return Ok(Some(RowOutcome::OtherRow));
    }
    Ok(Some(match row.status {
        None => RowOutcome::OutcomeUnknown,
        Some(_) if row.answer_lost => RowOutcome::OutcomeUnknown,
        Some(_) => match read(app, &row) {
            Err(Common::Vault(VaultError::Erased)) => RowOutcome::OutcomeUnknown,
            answer => RowOutcome::Repeated(answer?),
        },
    }))
}
