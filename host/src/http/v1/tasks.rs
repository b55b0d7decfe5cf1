//! Requests that were asked for with `Prefer: respond-async`, worked on as if they came now: by the bodies, use-cases and views of
//! the same routes, which tell the job how far they are (decision 72).

use super::dto::audit::VerifiedView;
use super::dto::bank::ImportedView;
use super::dto::billing::{InvoiceOpenBody, InvoicedView};
use super::dto::import::{UndoImportBody, UndoneView};
use super::dto::reconciliation::ApprovedByPolicyView;
use super::dto::voucher::{NumberedView, VoucherMonthBody};
use super::{bank, imports, regroupings, revaluations};
use crate::http::json;
use crate::http::problem::{Code, Problem};
use crate::spreadsheet::import::Who;
use app::App;
use app::bank::ImportBankFile;
use app::job::{Failed, JobKind, Progress, Refused, Task};
use domain::actor::Actor;
use domain::ids::{CompanyId, ImportId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Does one; gives the body of its answer.
///
/// # Errors
/// The refusal that the request itself would have got.
pub fn do_task(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    task: &Task,
    progress: &Progress<'_>,
) -> Result<Value, Failed> {
    answer(Who { app, actor, company }, task, progress).map_err(failed)
}

/// The refusal of a run, as its request would have got it.
pub fn word_refusal(refused: Refused) -> Failed {
    failed(match refused {
        Refused::Statements(error) => error.into(),
        Refused::Reconciliation(error) => error.into(),
    })
}

fn failed(problem: Problem) -> Failed {
    if let Some(cause) = problem.cause() {
        tracing::error!(code = problem.code.name(), cause, "a request that is worked on later failed");
    }
    Failed { problem: serde_json::to_value(problem.body(None)).ok(), error: problem.detail }
}

/// An import to be taken back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undo {
    id: String,
    body: UndoImportBody,
}

/// What is said of a bank file beside its name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Format {
    format: Option<String>,
}

fn answer(who: Who<'_>, task: &Task, progress: &Progress<'_>) -> Result<Value, Problem> {
    let Who { app, actor, company } = who;
    match task.kind {
        JobKind::Import => {
            let body = json::parse(file(task)?)?;
            view(&imports::bring_in(who, body, (Some(progress), task.again))?)
        }
        JobKind::ImportUndo => {
            let Undo { id, body } = json::read(&task.body)?;
            let id = id.parse::<ImportId>().map_err(|error| Problem::internal(Code::Corrupt, &error))?;
            let what = (id, body.later.map(|day| day.0));
            view(&UndoneView::from(app::import::undo_watched(app, actor, company, what, progress)?))
        }
        JobKind::BankFile => {
            let Format { format } = json::read(&task.body)?;
            let (file_name, bytes) = bank::unpacked(file(task)?)?;
            let input = ImportBankFile { file_name: &file_name, bytes, format: format.as_deref() };
            view(&ImportedView::from(app::bank::import_watched(app, actor, company, &input, progress)?))
        }
        JobKind::InvoiceDeliveries => {
            let body: InvoiceOpenBody = json::read(&task.body)?;
            let done = app::delivery::invoice_open_watched(app, actor, company, &body.into(), progress)?;
            view(&InvoicedView::from(done))
        }
        JobKind::NumberVouchers => {
            let VoucherMonthBody { period } = json::read(&task.body)?;
            let done = app::voucher::number_watched(app, actor, company, period.0, progress)?;
            view(&NumberedView::from(done))
        }
        JobKind::Revaluation => {
            view(&revaluations::revalued((app, actor, company), &json::read(&task.body)?, progress)?)
        }
        JobKind::Regrouping => {
            view(&regroupings::regrouped((app, actor, company), &json::read(&task.body)?, progress)?)
        }
        JobKind::ApproveExact => {
            let done = app::reconciliation::approve_by_policy_watched(app, actor, company, progress)?;
            view(&ApprovedByPolicyView::from(done))
        }
        JobKind::Verify => {
            view(&VerifiedView::from(app::audit::verify_watched(app, actor, company, progress)?))
        }
        JobKind::StatementRun | JobKind::Reconcile | JobKind::Sample => {
            let why = format!("{} is no request that is worked on later", task.kind.name());
            Err(Problem::new(Code::Internal, why))
        }
    }
}

fn view<T: Serialize>(answer: &T) -> Result<Value, Problem> {
    serde_json::to_value(answer).map_err(|error| Problem::internal(Code::Internal, &error))
}

fn file(task: &Task) -> Result<&[u8], Problem> {
    let missing = || Problem::new(Code::Corrupt, format_args!("the {} has no file", task.kind.name()));
    task.file.as_deref().ok_or_else(missing)
}
