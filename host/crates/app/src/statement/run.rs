//! A statement run (月结): freezes a cut-off date and a sealed position, then makes each customer's statement. One
//! customer's failure is recorded and does not stop the others.

use super::fold::fold_customer;
use super::{lay_out, write};
use crate::common::{Common, Context, authorise};
use crate::company::company_row;
use crate::customer::{CustomerRef, all_customers, resolve};
use crate::{App, event, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::ids::{CompanyId, StatementId, StatementRunId};
use serde_json::json;
use store::query;
use store::rows::{Company, Customer, StatementRun};
use store::types::StatementRunStatus;
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunStatements {
    pub cut_off: NaiveDate,
    /// For a customer's first statement; afterwards the day after the previous cut-off. Default: first of the month.
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
}

crate::common::through_common!(RunStatementsError);

/// One customer's outcome.
pub(super) enum Made {
    Statement { id: StatementId, fallback: bool },
    Skipped,
}

/// Runs; `progress` is told (done, total) after each customer.
pub fn run(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &RunStatements,
    progress: &dyn Fn(u64, u64),
) -> Result<RunResult, RunStatementsError> {
    authorise(actor, Permission::Run, company)?;
    if app.renderer.is_none() {
        return Err(RunStatementsError::NoFont);
    }
    let ctx = Context::new(app);
    // the position that is frozen must hold everything committed before the run was asked for
    posting::drain(app, company)?;
    let (company_row, customers, known_at) = load(&ctx, company, input)?;
    if input.cut_off > crate::company::today(&ctx, &company_row)? {
        return Err(RunStatementsError::FutureCutOff(input.cut_off));
    }
    let run = start(&ctx, actor, company, input.cut_off, known_at)?;
    let mut result =
        RunResult { run, known_at, made: Vec::new(), failed: Vec::new(), skipped: 0, fallbacks: 0 };
    let total = u64::try_from(customers.len()).unwrap_or(u64::MAX);
    for (done, customer) in (1u64..).zip(&customers) {
        match make(app, actor, &company_row, customer, input, &result) {
            Ok(Made::Statement { id, fallback }) => {
                result.made.push(id);
                result.fallbacks += u64::from(fallback);
            }
            Ok(Made::Skipped) => result.skipped += 1,
            // whoever is erased while the run is under way has nothing that could be stated any more
            Err(RunError::Common(refused)) if refused.is_conflict() && gone(app, customer)? => {
                result.skipped += 1
            }
            Err(refused) => {
                tracing::warn!(customer = %customer.id, reason = %refused, "no statement");
                result.failed.push((customer.code.clone(), refused.to_string()));
            }
        }
        progress(done, total);
    }
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let counts = (count(result.made.len()), count(result.failed.len()));
    app.db.write(|tx| query::statement_runs::update(tx, company, run, StatementRunStatus::Done, counts))?;
    posting::drain(app, company)?;
    Ok(result)
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
) -> Result<(Company, Vec<Customer>, u64), Common> {
    ctx.app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let known_at = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        let mut customers = match &input.customers {
            Some(named) => named.iter().map(|one| resolve(conn, company, one)).collect::<Result<_, _>>()?,
            None => all_customers(conn, company)?,
        };
        customers.retain(|customer| customer.erased_at.is_none());
        customers.sort_by(|a, b| a.code.cmp(&b.code));
        customers.dedup_by(|a, b| a.id == b.id);
        Ok((row, customers, known_at))
    })
}

fn start(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    cut_off: NaiveDate,
    known_at: u64,
) -> Result<StatementRunId, Common> {
    let row = StatementRun {
        company,
        id: StatementRunId::new(ctx.uuid()),
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
    Ok(row.id)
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
    #[error("the ledger does not tie out: {0}")]
    NotTiedOut(#[from] domain::statement::StatementError),
    #[error("what the format {plugin} laid out does not hold: {source}")]
    LayoutNotAccepted { plugin: String, source: domain::layout::LayoutError },
    #[error("the page could not be drawn: {0}")]
    Render(#[from] render::RenderError),
}

crate::common::through_common!(RunError);
