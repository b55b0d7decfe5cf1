//! Seals a folded statement and writes it with its files in one transaction.

use super::fold::Folded;
use super::lay_out::{File, LaidOut};
use super::run::RunError;
use crate::common::{Common, Context, there};
use crate::event::{self, event_digest};
use crate::vault::{self, NewKey, PreparedBlob, Secret};
use domain::actor::Actor;
use domain::canonical::{self, Digest, digest};
use domain::ids::{ArtefactId, BlobId, StatementId, StatementRunId};
use domain::plugin::Computed;
use domain::statement::seal_content;
use serde_json::{Value, json};
use store::query::statements::StatementRows;
use store::rows::{Artefact, Company, Customer, Statement, StatementClosing};
use store::types::{KeyKind, StatementStatus};
use store::{Tx, query};

/// The sealed content, encrypted under a key of its own whose index names the customer.
pub(super) struct Sealed {
    pub content: Value,
    pub company_key: Secret,
    key: NewKey,
    blob: PreparedBlob,
}

impl Sealed {
    /// SHA-256(salt ‖ sealed bytes)
    pub fn digest(&self) -> Digest {
        self.blob.commitment
    }
}

pub(super) fn seal(
    ctx: &Context<'_>,
    company: &Company,
    customer: &Customer,
    folded: &Folded,
) -> Result<Sealed, Common> {
    let content = seal_content(&folded.model);
    let bytes = canonical::bytes(&content)?;
    let company_key = ctx.app.db.read(|conn| vault::company_key(ctx, conn, company.id))?;
    let key = vault::fresh_key(ctx, company.id, &company_key, KeyKind::Content, vec![customer.id])?;
    let blob = key.blob(ctx, "application/json", &bytes)?;
    Ok(Sealed { content, company_key, key, blob })
}

/// statement.v1: what the chain seals and the export carries: closings, the files that were made of it, the call that laid it
/// out, the digests of the events it carries. `artefacts`: by name, each with the salted commitment to its bytes.
pub fn sealed_content(
    row: &Statement,
    closings: &[StatementClosing],
    artefacts: &[(Artefact, Digest)],
    computed: Option<&Computed>,
    events: &[Digest],
) -> Value {
    let closing = |c: &StatementClosing| {
        json!({
            "account": c.account,
            "currency": c.currency.code(),
            "opening": c.opening.format(c.currency),
            "closing": c.closing.format(c.currency),
        })
    };
    let artefact = |(file, commitment): &(Artefact, Digest)| {
        json!({
            "id": file.id.to_string(),
            "name": file.name,
            "media_type": file.media_type,
            "renderer": file.renderer,
            "commitment": commitment.to_string(),
        })
    };
    json!({
        "id": row.id.to_string(),
        "company": row.company.to_string(),
        "customer": row.customer.to_string(),
        "number": row.number,
        "version": row.version,
        "period_start": row.period_start.to_string(),
        "cut_off": row.cut_off.to_string(),
        "known_at": row.known_at.to_string(),
        "supersedes": row.supersedes.map(|id| id.to_string()),
        "previous": row.previous.map(|id| id.to_string()),
        "digest": row.digest.to_string(),
        "closings": closings.iter().map(closing).collect::<Vec<_>>(),
        "artefacts": artefacts.iter().map(artefact).collect::<Vec<_>>(),
        "computed": computed.map(Computed::content),
        "events": events.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

#[allow(clippy::too_many_arguments)] // the parts of one statement, each made by another step
pub(super) fn write(
    ctx: &Context<'_>,
    actor: &Actor,
    run: StatementRunId,
    customer: &Customer,
    folded: &Folded,
    sealed: Sealed,
    laid_out: LaidOut,
    files: Vec<File>,
) -> Result<StatementId, RunError> {
    let row = row(ctx, actor, run, customer, folded, &sealed, &laid_out);
    let closings = closings(&row, folded);
    let mut blobs = vec![sealed.blob.row()];
    let mut artefacts = Vec::new();
    for file in files {
        let blob = sealed.key.blob(ctx, &file.media_type, &file.bytes)?;
        artefacts.push((artefact(ctx, &row, file, blob.id), blob.commitment));
        blobs.push(blob.row());
    }
    artefacts.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    let data = json!({"number": row.number, "version": row.version, "digest": row.digest.to_string()});
    let event = event::carried(ctx, actor, row.company, ("statement.sealed", row.id), data, row.id.uuid());
    let computed = laid_out.invocation.computed();
    let content = sealed_content(&row, &closings, &artefacts, Some(&computed), &[event_digest(&event)?]);
    let content_hashes = vec![digest("statement.v1", &content)?];
    let artefacts = artefacts.into_iter().map(|(artefact, _)| artefact).collect();
    let rows = StatementRows { statements: vec![row.clone()], closings, artefacts, content_hashes };
    ctx.app.db.write(|tx: &mut Tx<'_>| {
        super::standing::hold(tx, customer, folded)?;
        sealed.key.write(tx)?;
        query::blobs::insert(tx, &blobs)?;
        laid_out.invocation.write(tx)?;
        query::statements::insert(tx, &rows)?;
        supersede(tx, &row)?;
        query::events::insert(tx, std::slice::from_ref(&event))?;
        Ok::<_, Common>(())
    })?;
    Ok(row.id)
}

fn artefact(ctx: &Context<'_>, row: &Statement, file: File, blob: BlobId) -> Artefact {
    let File { name, media_type, renderer, pages, bytes: _ } = file;
    let id = ArtefactId::new(ctx.uuid());
    Artefact { company: row.company, id, statement: row.id, name, media_type, blob, renderer, pages }
}

/// A version made anew stands in the place of the one that was turned down.
fn supersede(tx: &mut Tx<'_>, row: &Statement) -> Result<(), Common> {
    let Some(id) = row.supersedes else { return Ok(()) };
    let old = there(query::statements::by_id(tx, row.company, id)?, "statement", id)?;
    Ok(query::statements::supersede(tx, row.company, id, old.row_version)?)
}

fn row(
    ctx: &Context<'_>,
    actor: &Actor,
    run: StatementRunId,
    customer: &Customer,
    folded: &Folded,
    sealed: &Sealed,
    laid_out: &LaidOut,
) -> Statement {
    let subject = &folded.model.subject;
    Statement {
        company: customer.company,
        id: StatementId::new(ctx.uuid()),
        run,
        customer: customer.id,
        number: subject.number.clone(),
        version: subject.version,
        supersedes: folded.supersedes,
        previous: folded.previous,
        style: subject.style,
        period_start: subject.period_start,
        cut_off: subject.cut_off,
        known_at: subject.known_at,
        content: sealed.blob.id,
        digest: sealed.digest(),
        status: StatementStatus::Sealed,
        fallback: laid_out.fallback,
        invocation: Some(laid_out.invocation.id()),
        created_by: actor.person(),
        created_at: ctx.now,
        decided_by: None,
        decided_at: None,
        row_version: 1,
    }
}

fn closings(row: &Statement, folded: &Folded) -> Vec<StatementClosing> {
    let one = |section: &domain::statement::Section| StatementClosing {
        company: row.company,
        statement: row.id,
        account: section.account.clone(),
        currency: section.currency,
        opening: section.opening,
        closing: section.closing,
    };
    folded.model.sections.iter().map(one).collect::<Vec<_>>()
}
