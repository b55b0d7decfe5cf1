//! Imports of spreadsheets (批量导入): looked at first, brought in, taken back.

use super::dto::import::{
    ImportBody, ImportOut, ImportRowOut, ImportStatusName, ImportedFileView, KindName, ModeName,
    UndoImportBody, UndoneView,
};
use super::dto::job::EnqueuedView;
use super::jobs::{PreferHeader, enqueued, later};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx, Nothing};
use crate::http::json::parse;
use crate::http::limits::{FILE_NAME_CHARS_MAX, IMPORT_BYTES_MAX};
use crate::http::page::{self, NoFilters, Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::{Code, Problem};
use crate::spreadsheet::import::{Request, Who, run};
use crate::spreadsheet::record::may_be_drafts;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::import::{self, WantedImports};
use app::job::{JobKind, Progress, Task};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::actor::{Noun, Verb};
use domain::ids::ImportId;
use domain::time::Instant;
use serde::Deserialize;
use serde_json::json;
use sheets::Source;
use sheets::write::{Language, Output};
use store::Tx;
use store::types::ImportMode;
use utoipa::IntoParams;

/// Brings a spreadsheet in, or looks at it
///
/// Without `mode` it is a preview: nothing is written. Without `mapping`, or with one that says only how the file is read, one is
/// proposed, with questions where a column or format may be read in two ways. A refusal of rows is no problem document: the report names row, cell, heading and field.
/// `old-balances` are what the old books say of each customer on a day: they are compared with ours, the other way round too.
#[utoipa::path(post, path = "/v1/imports", tag = "imports", request_body = ImportBody, params(PreferHeader),
    responses((status = 201, description = "What came of it", body = ImportedFileView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn import_file(call: Call, payload: Payload) -> Answer {
    let (needs, bytes_max) = ((Some(Noun::Documents), Verb::Enter), IMPORT_BYTES_MAX);
    if call.respond_async() {
        return call.upload(StatusCode::ACCEPTED, needs, payload, bytes_max, put_off).await;
    }
    call.upload(StatusCode::CREATED, needs, payload, bytes_max, |cx, Nothing {}, bytes| {
        let who = Who { app: cx.app, actor: cx.actor, company: cx.company };
        bring_in(who, parse(bytes)?, (None, None))
    })
    .await
}

/// A best effort goes on where it stopped, since its records are known; anything else is a whole.
fn put_off(cx: &Cx<'_>, _: Nothing, bytes: &[u8]) -> Result<EnqueuedView, Problem> {
    let body: ImportBody = parse(bytes)?;
    let whole = body.mode != ModeName::BestEffort;
    enqueued(
        cx,
        Task { kind: JobKind::Import, body: json!({}), file: Some(bytes.to_vec()), whole, again: None },
    )
}

/// `again`: when it was asked for, of a job that another attempt has begun.
pub(super) fn bring_in(
    who: Who<'_>,
    body: ImportBody,
    (progress, again): (Option<&Progress<'_>>, Option<Instant>),
) -> Result<ImportedFileView, Problem> {
    if body.file_name.chars().count() > FILE_NAME_CHARS_MAX {
        let why = format!("is longer than {FILE_NAME_CHARS_MAX} characters");
        return Err(Problem::new(Code::InvalidField, &why).at("/file_name", &why));
    }
    let bytes = STANDARD.decode(body.file.as_bytes()).map_err(|error| {
        let why = format!("is not base64: {error}");
        Problem::new(Code::InvalidField, &why).at("/file", &why)
    })?;
    let mode = body.mode.mode();
    if mode.is_some() && body.kind == KindName::OldBalances {
        let why = "old balances are compared and never written: leave `mode` out";
        return Err(Problem::new(Code::InvalidField, why).at("/mode", why));
    }
    let noun = sheets::Noun::from(body.kind);
    if body.drafts && !may_be_drafts(noun) {
        let why = "only invoices, receipts and opening balances become drafts";
        return Err(Problem::new(Code::InvalidField, why).at("/drafts", why));
    }
    let language = match body.language {
        Some(name) => name.into(),
        None => Language::of(&app::company::get(who.app, who.actor, who.company)?.locale),
    };
    let request = Request {
        noun,
        source: Source::Bytes(bytes.into()),
        file_name: &body.file_name,
        mapping: body.mapping,
        mode,
        drafts: body.drafts,
        rejects: (mode == Some(ImportMode::BestEffort)).then(Output::memory),
        language,
        progress,
        again,
    };
    let (report, rejects) = run(who, request)?;
    Ok(ImportedFileView { report, rejects: rejects.map(|output| STANDARD.encode(output.into_bytes())) })
}

/// Filters of `GET /v1/imports`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this kind only.
    kind: Option<KindName>,
    /// Of this status only.
    status: Option<ImportStatusName>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> WantedImports<'static> {
        let kind = self.kind.map(|kind| sheets::Noun::from(kind).name());
        WantedImports { kind, status: self.status.map(Into::into) }
    }
}

/// Filters of the list `import-rows`, which is a file alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsQuery {
    /// Of this import only: its id.
    import: Option<String>,
}

impl RowsQuery {
    pub(super) fn import(&self) -> Result<Option<ImportId>, Problem> {
        page::id("import", self.import.as_deref())
    }
}

/// Lists imports, the oldest first
#[utoipa::path(get, path = "/v1/imports", tag = "imports", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<ImportOut>)))]
pub async fn list_imports(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = import::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.import.id.to_string(), ImportOut::from))
    })
    .await
}

/// Shows an import
#[utoipa::path(get, path = "/v1/imports/{id}", tag = "imports", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The import", body = ImportOut)))]
pub async fn show_import(call: Call) -> Answer {
    call.read(|cx| Ok(ImportOut::from(import::get(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

/// Lists what the records of an import made
#[utoipa::path(get, path = "/v1/imports/{id}/rows", tag = "imports",
    params(("id" = String, Path, description = "Id"), PageQuery),
    responses((status = 200, description = "A page, by record", body = Page<ImportRowOut>)))]
pub async fn list_import_rows(call: Call) -> Answer {
    call.read(|cx| {
        let (NoFilters {}, paging) = cx.page()?;
        let id: ImportId = cx.path("id")?;
        let after: u64 = paging.key()?.unwrap_or(0);
        let rows = import::rows(cx.app, cx.actor, cx.company, id, after, paging.rows())?;
        Ok(paging.page(rows, |view| view.row.n.to_string(), ImportRowOut::from))
    })
    .await
}

/// The tag of the import that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&ImportOut::from(import::held(cx.app, tx, cx.company, cx.path("id")?)?))
}

/// Takes a whole import back
///
/// Documents are reversed by entries of their own, receipts with what they paid; drafts that are not posted are deleted, items leave the
/// catalogue, customers of whom nothing was recorded are removed; what somebody took back before needs nothing. Where something rests on one of them, nothing is done, and the detail says on which; more than 300 records are taken back in parts, and where something comes in the way meanwhile, the same request goes on with what is left. What an approved statement
/// states, or lies in a locked period, is reversed on the `later` day; without one nothing is done.
#[utoipa::path(post, path = "/v1/imports/{id}/undo", tag = "imports", request_body = Option<UndoImportBody>,
    params(("id" = String, Path, description = "Id"), IfMatch, PreferHeader),
    responses((status = 201, description = "Taken back", body = UndoneView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn undo_import(call: Call, body: JsonBody) -> Answer {
    let call = call.over(current);
    if call.respond_async() {
        return later::<UndoImportBody>(call, body, (JobKind::ImportUndo, true), |cx, body| {
            let id: ImportId = cx.path("id")?;
            import::check_undo(cx.app, cx.actor, cx.company, id)?;
            Ok(json!({"id": id.to_string(), "body": body}))
        })
        .await;
    }
    call.act_with(StatusCode::CREATED, body, |cx, body: UndoImportBody| {
        let later = body.later.map(|day| day.0);
        Ok(UndoneView::from(import::undo(cx.app, cx.actor, cx.company, cx.path("id")?, later)?))
    })
    .await
}
