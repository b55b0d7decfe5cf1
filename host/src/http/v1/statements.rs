//! Statements (客户对账单): runs, sealed bytes, artefacts, review.

use super::dto::job::EnqueuedView;
use super::dto::leaf::{CustomerName, Date};
use super::dto::statement::{
    ArtefactList, ArtefactOut, ConfirmationBody, ConfirmationOut, StatementOut, StatementRunBody,
    StatementRunView, StatementStatusName,
};
use super::dto::warning::WarningView;
use super::jobs::{PreferHeader, enqueue};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::download::Download;
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::job::EnqueueJob;
use app::statement;
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/statements`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// Of this run only.
    run: Option<String>,
    /// At this cut-off only.
    cut_off: Option<Date>,
    /// Of this status only.
    status: Option<StatementStatusName>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> Result<statement::Wanted<'_>, Problem> {
        Ok(statement::Wanted {
            customer: self.customer.as_ref().map(|c| &c.0),
            run: page::id("run", self.run.as_deref())?,
            cut_off: self.cut_off.as_ref().map(|d| d.0),
            status: self.status.map(Into::into),
        })
    }
}

/// Makes statements at a cut-off
///
/// Freezes the cut-off and a sealed position; one customer's failure does not stop the others. Answers when all are
/// made, or with `Prefer: respond-async` at once, with a job.
#[utoipa::path(post, path = "/v1/statement-runs", tag = "statements", request_body = StatementRunBody,
    params(PreferHeader),
    responses((status = 201, description = "Made, sealed and laid out", body = StatementRunView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn run_statements(call: Call, body: JsonBody) -> Answer {
    if call.respond_async() {
        return enqueue(call, body, |body: StatementRunBody| EnqueueJob::StatementRun(body.into())).await;
    }
    call.write(StatusCode::CREATED, body, |cx, body: StatementRunBody| {
        let progress = |done, total| {
            tracing::debug!(done, total, "statements");
            Ok(())
        };
        let watch = statement::Watch { job: None, progress: &progress };
        Ok(StatementRunView::from(statement::run(cx.app, cx.actor, cx.company, &body.into(), &watch)?))
    })
    .await
}

/// Lists statements in the order of their making
#[utoipa::path(get, path = "/v1/statements", tag = "statements", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<StatementOut>)))]
pub async fn list_statements(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted()?;
        let rows = statement::search(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        let closings = statement::closings(cx.app, cx.actor, cx.company, &rows)?;
        Ok(paging.page(rows, |row| row.id.to_string(), |row| StatementOut::of(row, &closings)))
    })
    .await
}

/// Gives a statement's sealed bytes
///
/// RFC 8785 JSON, exactly as digested; the ETag is the digest.
#[utoipa::path(get, path = "/v1/statements/{id}", tag = "statements", params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, description = "The sealed bytes", body = Object, content_type = "application/json",
        headers(("ETag" = String, description = "The statement's digest: SHA-256 of salt and bytes")))))]
pub async fn show_statement(call: Call) -> Answer {
    call.download(|cx| {
        let name: String = cx.path("id")?;
        let row = statement::find(cx.app, cx.actor, cx.company, &name)?;
        let bytes = statement::sealed_bytes(cx.app, cx.actor, cx.company, row.id)?;
        Ok(Download::sealed(row.digest, bytes))
    })
    .await
}

/// The tag of the statement that the path names: what is approved is what was read.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    let name: String = cx.path("id")?;
    Ok(Tag::of_digest(statement::load(tx, cx.company, &name)?.digest))
}

/// Lists a statement's files
#[utoipa::path(get, path = "/v1/statements/{id}/artefacts", tag = "statements",
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, description = "All of them", body = ArtefactList)))]
pub async fn list_artefacts(call: Call) -> Answer {
    call.read(|cx| {
        let name: String = cx.path("id")?;
        let row = statement::find(cx.app, cx.actor, cx.company, &name)?;
        let items = statement::artefacts(cx.app, cx.actor, cx.company, row.id)?;
        let warnings = statement::warnings(cx.app, cx.actor, cx.company, row.id)?;
        Ok(ArtefactList {
            items: items.into_iter().map(ArtefactOut::from).collect(),
            warnings: warnings.into_iter().map(WarningView::from).collect(),
        })
    })
    .await
}

/// Downloads a file of a statement
#[utoipa::path(get, path = "/v1/statements/{id}/artefacts/{name}", tag = "statements",
    params(("id" = String, Path, description = "Id or number"), ("name" = String, Path, description = "Name of the file")),
    responses((status = 200, description = "The file, with its own media type", body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn download_artefact(call: Call) -> Answer {
    call.download(|cx| {
        let (id, name): (String, String) = (cx.path("id")?, cx.path("name")?);
        let row = statement::find(cx.app, cx.actor, cx.company, &id)?;
        let (media_type, bytes) = statement::artefact_bytes(cx.app, cx.actor, cx.company, row.id, &name)?;
        Ok(Download::file(media_type, name, bytes))
    })
    .await
}

/// Approves a sealed statement
///
/// Who made it may not.
#[utoipa::path(post, path = "/v1/statements/{id}/approve", tag = "statements",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Approved", body = StatementOut)))]
pub async fn approve_statement(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            statement::approve(cx.app, cx.actor, cx.company, id)?;
            Ok(StatementOut::from(statement::get(cx.app, cx.actor, cx.company, id)?))
        })
        .await
}

/// Records that the customer confirmed a statement
///
/// For an approved one, once, with who of those who may (or why another) and what shows that. What is stated in it and due by its
/// confirmation is due from then on.
#[utoipa::path(post, path = "/v1/statements/{id}/confirmation", tag = "statements", request_body = ConfirmationBody,
    params(("id" = String, Path, description = "Id or number"), IfMatch),
    responses((status = 201, description = "Recorded", body = ConfirmationOut)))]
pub async fn confirm_statement(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: ConfirmationBody| {
            let input = body.of(cx.path("id")?)?;
            Ok(ConfirmationOut::from(statement::confirm(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Shows how a statement was confirmed
#[utoipa::path(get, path = "/v1/statements/{id}/confirmation", tag = "statements",
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, description = "As it was recorded", body = ConfirmationOut)))]
pub async fn show_confirmation(call: Call) -> Answer {
    call.read(|cx| {
        let name: String = cx.path("id")?;
        Ok(ConfirmationOut::from(statement::confirmation(cx.app, cx.actor, cx.company, &name)?))
    })
    .await
}

/// Turns a sealed statement down
///
/// The next run makes a new version of it.
#[utoipa::path(post, path = "/v1/statements/{id}/reject", tag = "statements",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Rejected", body = StatementOut)))]
pub async fn reject_statement(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            statement::reject(cx.app, cx.actor, cx.company, id)?;
            Ok(StatementOut::from(statement::get(cx.app, cx.actor, cx.company, id)?))
        })
        .await
}
