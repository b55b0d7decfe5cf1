//! A row of a bulk request. Nothing is claimed before: mark, work and answer are one transaction, so that a row is in with
//! its answer or not at all, whenever the process dies, and the same request goes on where it was cut off.

use super::{Answer, Common, Request, Ticket, complete, complete_in, read};
use crate::common::{Context, authorise_some};
use crate::vault::VaultError;
use crate::{App, vault};
use domain::actor::{Actor, Verb};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use std::sync::Arc;
use store::{StoreResult, Tx, query};

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
    let fresh = match rows(app, actor, company, vec![request])?.pop() {
        Some(Asked::Fresh(fresh)) => fresh,
        Some(Asked::Known(outcome)) => return Ok(outcome),
        None => return Err(Common::Corrupt { what: "request", detail: "no row".to_owned() }.into()),
    };
    let FreshRow { ticket, body_hash } = &fresh;
    let done = app.db.together(|db| {
        let held = fresh.clone();
        let marked = db.fenced(move |tx| held.mark(tx));
        let own = Some(Arc::new(ticket.clone()));
        let answer = work(&App { db: Arc::new(marked), claim: own, ..app.clone() })?;
        complete(&App { db: Arc::new(db.clone()), ..app.clone() }, ticket, &answer)?;
        Ok(answer)
    });
    match done {
        Ok(answer) => Ok(RowOutcome::Done(answer)),
        // where another request with this key was faster, its answer is ours
        Err(refused) => known(app, ticket, *body_hash)?.ok_or(refused),
    }
}

/// What is known of a row before it is worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Known(RowOutcome),
    Fresh(FreshRow),
}

/// A row that nobody has worked on yet; [`keep`] says that it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshRow {
    ticket: Ticket,
    body_hash: Digest,
}

impl FreshRow {
    fn mark(&self, tx: &mut Tx<'_>) -> StoreResult<()> {
        query::idempotency::mark(tx, self.ticket.key(), self.body_hash, self.ticket.attempt)
    }
}

/// Asks what is known of each of these rows, for work that is done on many at once.
///
/// # Errors
/// Who may not; those of the database.
pub fn rows(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    requests: Vec<Request>,
) -> Result<Vec<Asked>, Common> {
    authorise_some(actor, Verb::Enter, company)?;
    let ctx = Context::new(app);
    let secret = app.db.read(|conn| vault::company_key(&ctx, conn, company))?;
    let one = |request: Request| {
        let body_hash = secret.look_up("request.v1", request.body_hash.bytes());
        // tells this worker from another that has the same row in hand
        let token = i64::from_le_bytes(*ctx.random().bytes32().first_chunk().unwrap_or(&[1; 8]));
        let ticket = Ticket { company, actor: actor.person(), request, attempt: token };
        Ok(match known(app, &ticket, body_hash)? {
            Some(outcome) => Asked::Known(outcome),
            None => Asked::Fresh(FreshRow { ticket, body_hash }),
        })
    };
    requests.into_iter().map(one).collect()
}

/// Marks rows, and keeps their answers, in the transaction in which they are worked on.
///
/// # Errors
/// A conflict if another has worked on one of them meanwhile: undo everything.
pub fn keep(app: &App, tx: &mut Tx<'_>, rows: &[(&FreshRow, Answer)]) -> Result<(), Common> {
    let Some((first, _)) = rows.first() else { return Ok(()) };
    let ctx = Context::new(app);
    for (row, _) in rows {
        row.mark(tx)?;
    }
    let outer = vault::company_key(&ctx, tx, first.ticket.company)?;
    let answers: Vec<_> = rows.iter().map(|(row, answer)| (&row.ticket, answer)).collect();
    complete_in(&ctx, tx, &outer, &answers)
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
