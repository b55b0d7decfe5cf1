//! A statement run (月结): freezes a cut-off date and a sealed position, then makes each customer's statement. One
//! customer's failure is recorded and does not stop the others.

use super::fold::fold_customer;
use super::{lay_out, write};
use crate::common::{Common, Context, authorise};
use crate::company::company_row;
use crate::customer::{CustomerRef, all_customers, resolve};
use crate::{App, event, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, StatementId, StatementRunId};
use serde_json::json;
use store::abort::{self, Point};
use store::query::jobs::Claim;
use store::query::statements::Filter;
use store::rows::{Company, Customer, Statement, StatementRun};
use store::types::StatementRunStatus;
use store::{Conn, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunStatements {
    pub cut_off: NaiveDate,
    /// For a customer's first statement, not after the cut-off; afterwards the day after the previous cut-off. Default:
    /// first of the month.
    pub period_start: Option<NaiveDate>,
    /// Default: every customer that has ever been posted to.
    pub customers: Option<Vec<CustomerRef>>,
}

/// What a run made. `skipped`: customers without anything to state, or whose statement exists, or who
/// were erased meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunResult {
    pub run: StatementRunId,
    pub known_at: u64,
    pub made: Vec<StatementId>,
    /// (customer code, reason)
    pub failed: Vec<(String, String)>,
    pub skipped: u64,
    /// Laid out by the built-in format, because the bound one failed.
    pub fallbacks: u64,
    /// Customers whose statement an earlier attempt of the same job made: they stand in `made`.
    earlier: Vec<CustomerId>,
}

impl RunResult {
    fn of_earlier_attempt(&self, customer: CustomerId) -> bool {
        self.earlier.contains(&customer)
    }
}

#[derive(Debug, Error)]
pub enum RunStatementsError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(
        "no font with Chinese glyphs was found: install fonts-noto-cjk, or give --font FILE or $ZHANGBEN_FONT"
    )]
    NoFont,
    #[error("{0} lies in the future: a statement's cut-off is a day that has begun")]
    FutureCutOff(NaiveDate),
    #[error("the period would begin on {start}, after its end on {cut_off}")]
    EndsBeforeItBegins { start: NaiveDate, cut_off: NaiveDate },
}

crate::common::through_common!(RunStatementsError);

/// One customer's outcome.
pub(super) enum Made {
    Statement { id: StatementId, fallback: bool },
    Skipped,
}

/// Who watches a run.
pub struct Watch<'a> {
    /// The job that does it, as this attempt claimed it. Its run has the job's number, so that a later attempt goes on
    /// with what an earlier one, whose process died, has begun.
    pub job: Option<Claim>,
    /// Told (done, total) before the first customer and after each; what it refuses ends the run.
    pub progress: &'a dyn Fn(u64, u64) -> Result<(), Common>,
}

/// Runs.
///
/// # Errors
/// Refusals of the input: nothing is begun. Afterwards only those of [`Watch::progress`] and of the database: the
/// statements made until then stand, and the run is marked as failed.
pub fn run(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &RunStatements,
    watch: &Watch<'_>,
) -> Result<RunResult, RunStatementsError> {
    authorise(actor, Noun::Statements, Verb::Run, company)?;
    if app.renderer.is_none() {
        return Err(RunStatementsError::NoFont);
    }
    if let Some(start) = input.period_start.filter(|start| *start > input.cut_off) {
        return Err(RunStatementsError::EndsBeforeItBegins { start, cut_off: input.cut_off });
    }
    let ctx = Context::new(app);
    let company_row = app.db.read(|conn| company_row(conn, company))?;
    if input.cut_off > crate::company::today(&ctx, &company_row)? {
        return Err(RunStatementsError::FutureCutOff(input.cut_off));
    }
    // the position that is frozen must hold everything committed before the run was asked for
    posting::drain(app, company)?;
    let (customers, known_at) = load(&ctx, company, input)?;
    let mut result = begin(&ctx, actor, company, (input.cut_off, known_at), watch.job)?;
    let outcome = each(app, actor, &company_row, &customers, input, watch, &mut result);
    let noted = end(app, company, &result, watch.job, outcome.is_ok());
    posting::drain(app, company)?;
    outcome?;
    noted?;
    Ok(result)
}

/// Writes how the run ended and how far it came, also of one that was called off: that is why no fence refuses it. Of a job
/// that somebody else has taken over the run is the other's, who may have ended it long ago.
fn end(
    app: &App,
    company: CompanyId,
    result: &RunResult,
    job: Option<Claim>,
    done: bool,
) -> Result<(), Common> {
    let status = if done { StatementRunStatus::Done } else { StatementRunStatus::Failed };
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let counts = (count(result.made.len()), count(result.failed.len()));
    app.db.unfenced().write(|tx| {
        if let Some(claim) = job
            && query::jobs::is_taken_over(tx, claim)?
        {
            return Ok(());
        }
        Ok(query::statement_runs::end(tx, company, result.run, status, counts)?)
    })
}

/// Makes each customer's statement, as long as `watch` does not end it.
fn each(
    app: &App,
    actor: &Actor,
    company: &Company,
    customers: &[Customer],
    input: &RunStatements,
    watch: &Watch<'_>,
    result: &mut RunResult,
) -> Result<(), Common> {
    let total = u64::try_from(customers.len()).unwrap_or(u64::MAX);
    (watch.progress)(0, total)?;
    for (done, customer) in (1u64..).zip(customers) {
        match make(app, actor, company, customer, input, result) {
            Ok(Made::Statement { id, fallback }) => {
                result.made.push(id);
                result.fallbacks += u64::from(fallback);
            }
            Ok(Made::Skipped) => result.skipped += u64::from(!result.of_earlier_attempt(customer.id)),
            // whoever is erased while the run is under way has nothing that could be stated any more
            Err(RunError::Common(refused)) if refused.is_conflict() && gone(app, customer)? => {
                result.skipped += 1
            }
            Err(refused) => {
                // of a run that was called off the write is refused: that is not the customer's failure
                (watch.progress)(done.saturating_sub(1), total)?;
                tracing::warn!(customer = %customer.id, run = %result.run, reason = refused.for_log(), "no statement");
                result.failed.push((customer.code.clone(), refused.to_string()));
            }
        }
        (watch.progress)(done, total)?;
    }
    Ok(())
}

/// Whether the customer was erased since she was loaded.
fn gone(app: &App, customer: &Customer) -> Result<bool, Common> {
    let now = app.db.read(|conn| query::customers::by_id(conn, customer.company, customer.id))?;
    Ok(now.is_none_or(|now| now.erased_at.is_some()))
}

fn load(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &RunStatements,
) -> Result<(Vec<Customer>, u64), Common> {
    ctx.app.db.snapshot(|conn| {
        let known_at = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        let mut customers = match &input.customers {
            Some(named) => named.iter().map(|one| resolve(conn, company, one)).collect::<Result<_, _>>()?,
            None => all_customers(conn, company)?,
        };
        customers.retain(|customer| customer.erased_at.is_none());
        customers.sort_by(|a, b| a.code.cmp(&b.code));
        customers.dedup_by(|a, b| a.id == b.id);
        Ok((customers, known_at))
    })
}

/// Starts a run, or takes up the one that an earlier attempt of the same job left: with its position, and with the
/// statements it has made.
fn begin(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    (cut_off, known_at): (NaiveDate, u64),
    job: Option<Claim>,
) -> Result<RunResult, Common> {
    let id = StatementRunId::new(job.map_or_else(|| ctx.uuid(), |job| job.id.uuid()));
    let earlier = match job {
        Some(_) => ctx.app.db.read(|conn| query::statement_runs::by_id(conn, company, id))?,
        None => None,
    };
    let known_at = match &earlier {
        Some(run) => {
            ctx.app.db.write(|tx| query::statement_runs::reopen(tx, company, id))?;
            run.known_at
        }
        None => start(ctx, actor, company, (id, cut_off, known_at))?,
    };
    let made = match earlier {
        Some(_) => ctx.app.db.read(|conn| made_by(conn, company, id))?,
        None => Vec::new(),
    };
    Ok(RunResult {
        run: id,
        known_at,
        fallbacks: u64::try_from(made.iter().filter(|s| s.fallback).count()).unwrap_or(u64::MAX),
        made: made.iter().map(|s| s.id).collect(),
        earlier: made.iter().map(|s| s.customer).collect(),
        failed: Vec::new(),
        skipped: 0,
    })
}

fn made_by(conn: &mut Conn, company: CompanyId, run: StatementRunId) -> Result<Vec<Statement>, Common> {
    let filter = Filter { run: Some(run), ..Filter::default() };
    let mut all: Vec<Statement> = Vec::new();
    loop {
        let page = query::statements::list(conn, company, &filter, all.last().map(|s| s.id), 500)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

fn start(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    (id, cut_off, known_at): (StatementRunId, NaiveDate, u64),
) -> Result<u64, Common> {
    let row = StatementRun {
        company,
        id,
        cut_off,
        known_at,
        status: StatementRunStatus::Running,
        made: 0,
        failed: 0,
        created_by: actor.person(),
        created_at: ctx.now,
    };
    ctx.app.db.write(|tx| {
        query::statement_runs::insert(tx, &row)?;
        let data = json!({"cut_off": cut_off.to_string(), "known_at": known_at.to_string()});
        event::write(ctx, tx, actor, company, ("statement-run.started", row.id), data)?;
        Ok::<_, Common>(())
    })?;
    Ok(known_at)
}

fn make(
    app: &App,
    actor: &Actor,
    company: &Company,
    customer: &Customer,
    input: &RunStatements,
    run: &RunResult,
) -> Result<Made, RunError> {
    let ctx = Context::new(app);
    let Some(folded) = fold_customer(&ctx, company, customer, input, run.known_at)? else {
        return Ok(Made::Skipped);
    };
    let sealed = write::seal(&ctx, company, customer, &folded)?;
    abort::here(Point::StatementSealed);
    let laid_out = lay_out::lay_out(&ctx, company, customer, &folded, &sealed)?;
    let rendered = lay_out::render(&ctx, &laid_out)?;
    let fallback = laid_out.fallback;
    let id = write::write(&ctx, actor, run.run, customer, &folded, sealed, laid_out, rendered)?;
    Ok(Made::Statement { id, fallback })
}

/// Why one customer has no statement.
#[derive(Debug, Error)]
pub(super) enum RunError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(
        "statement {number} of {cut_off} stands already, and statements go forward: reject that one first"
    )]
    BeforeLater { number: String, cut_off: NaiveDate },
    #[error("the ledger does not tie out: {0}")]
    NotTiedOut(#[from] domain::statement::StatementError),
    #[error("what the format {plugin} laid out does not hold: {source}")]
    LayoutNotAccepted { plugin: String, source: domain::layout::LayoutError },
    #[error("the page could not be drawn: {0}")]
    Render(#[from] render::RenderError),
}

crate::common::through_common!(RunError);

impl RunError {
    /// For logs, which no erasure reaches: without a word of a guest, who may have named somebody.
    pub(super) fn for_log(&self) -> String {
        match self {
            RunError::Common(Common::PluginRefused { plugin, .. } | Common::PluginFailed { plugin, .. })
            | RunError::LayoutNotAccepted { plugin, .. } => format!("the format {plugin} failed"),
            other => other.to_string(),
        }
    }
}
