use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use crate::{plugin, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{CompanyId, StatementId, StatementRunId};
use domain::plugin::Problem;
use store::query::statements::Filter;
use store::rows::{Artefact, Statement, StatementClosing, StatementRun};
use store::types::StatementStatus;
use store::{Conn, query};

/// A file of a statement, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtefactView {
    pub artefact: Artefact,
    pub size: u64,
    pub digest: Digest,
}

/// The statement that an id or a number names; of a number the latest version.
pub fn find(app: &App, actor: &Actor, company: CompanyId, name: &str) -> Result<Statement, Common> {
    authorise(actor, Noun::Statements, Verb::Read, company)?;
    app.db.read(|conn| load(conn, company, name))
}

/// As [`find`], on the caller's connection.
pub fn load(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Statement, Common> {
    let row = match name.parse::<StatementId>() {
        Ok(id) => query::statements::by_id(conn, company, id)?,
        Err(_) => {
            let versions = query::statements::by_number(conn, company, name)?;
            versions.into_iter().max_by_key(|statement| statement.version)
        }
    };
    there(row, "statement", name)
}

/// A statement with its closings.
pub fn get(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementId,
) -> Result<(Statement, Vec<StatementClosing>), Common> {
    let row = find(app, actor, company, &id.to_string())?;
    let closings = app.db.read(|conn| query::statements::closings_of(conn, company, &[id]))?;
    Ok((row, closings))
}

/// The closings of these statements, by statement, account and currency.
pub fn closings(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    statements: &[Statement],
) -> Result<Vec<StatementClosing>, Common> {
    authorise(actor, Noun::Statements, Verb::Read, company)?;
    let ids: Vec<StatementId> = statements.iter().map(|statement| statement.id).collect();
    Ok(app.db.read(|conn| query::statements::closings_of(conn, company, &ids))?)
}

/// Which statements are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    pub customer: Option<&'a CustomerRef>,
    pub run: Option<StatementRunId>,
    pub cut_off: Option<NaiveDate>,
    pub status: Option<StatementStatus>,
}

impl Wanted<'_> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        let Wanted { run, cut_off, status, .. } = *self;
        Ok(Filter { customer, run, cut_off, status })
    }
}

/// The statements that are wanted in the order of their making, after `after`.
pub fn search(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<StatementId>,
    limit: u32,
) -> Result<Vec<Statement>, Common> {
    authorise(actor, Noun::Statements, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        Ok(query::statements::list(conn, company, &filter, after, limit)?)
    })
}

/// A run of statements, by id.
pub fn find_run(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementRunId,
) -> Result<StatementRun, Common> {
    authorise(actor, Noun::Statements, Verb::Read, company)?;
    there(app.db.read(|conn| query::statement_runs::by_id(conn, company, id))?, "statement run", id)
}

/// Statements in the order of their making, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    customer: Option<&CustomerRef>,
    run: Option<StatementRunId>,
    after: Option<StatementId>,
    limit: u32,
) -> Result<Vec<Statement>, Common> {
    search(app, actor, company, &Wanted { customer, run, ..Wanted::default() }, after, limit)
}

/// The sealed bytes: RFC 8785 JSON, exactly as digested.
pub fn sealed_bytes(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementId,
) -> Result<Vec<u8>, Common> {
    let row = find(app, actor, company, &id.to_string())?;
    let ctx = Context::new(app);
    Ok(app.db.read(|conn| vault::read_blob(&ctx, conn, company, row.content))?.bytes)
}

pub fn artefacts(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementId,
) -> Result<Vec<ArtefactView>, Common> {
    find(app, actor, company, &id.to_string())?;
    app.db.read(|conn| {
        let rows = query::statements::artefacts_of(conn, company, &[id])?;
        rows.into_iter()
            .map(|artefact| {
                let blob = there(query::blobs::by_id(conn, company, artefact.blob)?, "blob", artefact.blob)?;
                Ok(ArtefactView { size: blob.size, digest: blob.commitment, artefact })
            })
            .collect()
    })
}

/// A file's media type and bytes.
pub fn artefact_bytes(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementId,
    name: &str,
) -> Result<(String, Vec<u8>), Common> {
    find(app, actor, company, &id.to_string())?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let rows = query::statements::artefacts_of(conn, company, &[id])?;
        let artefact =
            rows.into_iter().find(|a| a.name == name).ok_or_else(|| Common::not_found("artefact", name))?;
        let opened = vault::read_blob(&ctx, conn, company, artefact.blob)?;
        Ok((artefact.media_type, opened.bytes))
    })
}

/// What the format of a statement wants a reviewer to look at; empty once the customer is erased.
pub fn warnings(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementId,
) -> Result<Vec<Problem>, Common> {
    let row = find(app, actor, company, &id.to_string())?;
    let ctx = Context::new(app);
    let of_call = |id| app.db.read(|conn| Ok(plugin::words(&ctx, conn, company, id)?.warnings));
    row.invocation.map_or_else(|| Ok(Vec::new()), of_call)
}
