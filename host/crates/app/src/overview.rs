//! What waits for somebody, on one page (首页): a few counts, receivables by age out of the one fold, what ran last.

use crate::App;
use crate::common::{Common, Context, authorise};
use crate::report::{AgingReport, Asked, ReportError, aging};
use domain::actor::{Actor, Noun, Verb};
use domain::aging::Manner;
use domain::ids::CompanyId;
use domain::time::Instant;
use store::query::{self, overview::Waiting};
use store::rows::{Job, StatementRun};

/// Runs and jobs that are shown.
const LAST_MAX: u32 = 5;
/// A job that failed waits for somebody so long, in seconds.
pub(crate) const FAILED_S: i64 = 7 * 86_400;

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    pub waiting: Waiting,
    /// As the aging report of today; none where the ledger does not tie out, which that report says.
    pub receivables: Option<AgingReport>,
    /// The newest first.
    pub runs: Vec<StatementRun>,
    /// The newest first.
    pub jobs: Vec<Job>,
}

/// Makes the page.
pub fn overview(app: &App, actor: &Actor, company: CompanyId) -> Result<Overview, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    let since: Instant = Context::new(app).now.plus_seconds(-FAILED_S);
    let (waiting, runs, jobs) = app.db.snapshot(|conn| {
        Ok::<_, Common>((
            query::overview::waiting(conn, company, since)?,
            query::statement_runs::list(conn, company, None, LAST_MAX)?,
            query::jobs::search(conn, company, &query::jobs::Filter::default(), None, LAST_MAX)?,
        ))
    })?;
    let receivables = match aging(app, actor, company, &Asked::default(), &Manner::default()) {
        Ok(report) => Some(report),
        Err(ReportError::Common(common)) => return Err(common),
        Err(error) => {
            tracing::error!(%error, "the receivables of the overview do not tie out");
            None
        }
    };
    Ok(Overview { waiting, receivables, runs, jobs })
}
