//! Files that go with documents and drafts (附件).

use super::dto::attachment::AttachmentOut;
use crate::http::call::{Answer, Call, Cx};
use crate::http::download::Download;
use crate::http::limits::ATTACHMENT_BYTES_MAX;
use crate::http::page::{Page, PageQuery};
use crate::http::problem::{Code, Problem};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use app::attachment::{self, Attach, AttachTo};
use domain::actor::Verb;
use serde::Deserialize;
use utoipa::IntoParams;

/// The limit of the settings, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct AttachmentBytesMax(pub usize);

/// Parameters of `POST /v1/attachments`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AttachQuery {
    file_name: String,
    /// Id or number. Give this or `draft`.
    document: Option<String>,
    /// Id.
    draft: Option<String>,
}

/// Parameters of `GET /v1/attachments`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Id or number. Give this or `draft`.
    document: Option<String>,
    /// Id.
    draft: Option<String>,
}

fn owner(document: Option<String>, draft: Option<String>) -> Result<AttachTo, Problem> {
    match (document, draft) {
        (Some(name), None) => Ok(AttachTo::Document(name)),
        (None, Some(id)) => {
            Ok(AttachTo::Draft(id.parse().map_err(|error| Problem::parameter("draft", error))?))
        }
        _ => Err(Problem::new(Code::InvalidParameter, "give `document` or `draft`, one of them")),
    }
}

impl ListQuery {
    pub(super) fn of(&self) -> Result<AttachTo, Problem> {
        owner(self.document.clone(), self.draft.clone())
    }
}

/// Attaches a file to a document or draft
///
/// What it is its first bytes say: PDF, PNG, JPEG, GIF, WebP, TIFF, XLSX, DOCX, OFD, XML, CSV, plain text. Files of a draft are those of
/// its document once it is posted.
#[utoipa::path(post, path = "/v1/attachments", tag = "documents", params(AttachQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file; at most 10 MiB unless the settings say otherwise"),
    responses((status = 201, description = "Attached", body = AttachmentOut)))]
pub async fn attach_file(call: Call, limit: Option<Data<AttachmentBytesMax>>, payload: Payload) -> Answer {
    let bytes_max = limit.map_or(ATTACHMENT_BYTES_MAX, |limit| limit.0);
    let media_type = call.media().to_owned();
    let needs = (None, Verb::Enter);
    call.upload(
        StatusCode::CREATED,
        needs,
        payload,
        bytes_max,
        move |cx: &Cx<'_>, query: AttachQuery, bytes| {
            let AttachQuery { file_name, document, draft } = query;
            let input =
                Attach { to: owner(document, draft)?, file_name: &file_name, media_type: &media_type, bytes };
            Ok(AttachmentOut::from(attachment::attach(cx.app, cx.actor, cx.company, &input)?))
        },
    )
    .await
}

/// Lists the files of a document or draft
#[utoipa::path(get, path = "/v1/attachments", tag = "documents", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<AttachmentOut>)))]
pub async fn list_attachments(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let of = filters.of()?;
        let files = attachment::list(cx.app, cx.actor, cx.company, &of, paging.key()?, paging.rows())?;
        Ok(paging.page(files, |file| file.attachment.id.to_string(), AttachmentOut::from))
    })
    .await
}

/// Gives a file
#[utoipa::path(get, path = "/v1/attachments/{id}", tag = "documents", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The bytes, to be saved", content(
        (Vec<u8> = "application/octet-stream"),
        (Vec<u8> = "*/*")))))]
pub async fn download_attachment(call: Call) -> Answer {
    call.download(|cx| {
        let (view, bytes) = attachment::get(cx.app, cx.actor, cx.company, cx.path("id")?)?;
        let name = view.file_name.unwrap_or_else(|| view.attachment.id.to_string());
        Ok(Download::file(view.media_type, name, bytes))
    })
    .await
}
