//! The close of a period is a checklist (月结检查清单).

use super::dto::close::{CloseBody, CloseItemBody, CloseItemOut, CloseOut, ReopenBody, SignBody};
use super::dto::leaf::Month as MonthName;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{Page, PageQuery};
use crate::http::precondition::{IfMatch, IfMatchRequired, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::close::{self, WantedCloses};
use domain::close::Month;
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/closes`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this month or later.
    from: Option<MonthName>,
    /// Of this month or earlier.
    to: Option<MonthName>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> WantedCloses {
        let last = |month: &MonthName| month.0.last();
        WantedCloses { from: self.from.as_ref().map(last), to: self.to.as_ref().map(last) }
    }
}

/// Lists the checklists by period
///
/// As they stand: what is found now is looked at for one of them alone.
#[utoipa::path(get, path = "/v1/closes", tag = "company", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<CloseOut>)))]
pub async fn list_closes(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = close::page(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.close.period.to_string(), CloseOut::from))
    })
    .await
}

/// Opens the checklist of a month
///
/// With the owners and choices of the one before, due dates moved along. From a company's first checklist on no month is locked
/// for good without.
#[utoipa::path(post, path = "/v1/closes", tag = "company", request_body = CloseBody,
    responses((status = 201, description = "Opened", body = CloseOut)))]
pub async fn open_close(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: CloseBody| {
        Ok(CloseOut::from(close::open(cx.app, cx.actor, cx.company, body.period.0)?))
    })
    .await
}

/// Shows a checklist, with what is found of each item now
#[utoipa::path(get, path = "/v1/closes/{period}", tag = "company",
    params(("period" = String, Path, description = "YYYY-MM")),
    responses((status = 200, description = "The checklist", body = CloseOut)))]
pub async fn show_close(call: Call) -> Answer {
    call.read(|cx| Ok(CloseOut::from(close::get(cx.app, cx.actor, cx.company, cx.path("period")?)?))).await
}

/// Which item the path names: its month, and its name.
fn named(cx: &Cx<'_>) -> Result<(Month, String), Problem> {
    Ok((cx.path("period")?, cx.path("item")?))
}

/// The tag of the item that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    let (month, item) = named(cx)?;
    Tag::of_view(&CloseItemOut::from(close::held_item(tx, cx.company, month, &item)?))
}

/// Shows an item as it stands
///
/// With what was signed, without what is found now: its `ETag` changes when somebody changes or signs it.
#[utoipa::path(get, path = "/v1/closes/{period}/items/{item}", tag = "company",
    params(("period" = String, Path, description = "YYYY-MM"), ("item" = String, Path, description = "As `tie-out`")),
    responses((status = 200, description = "The item", body = CloseItemOut)))]
pub async fn show_close_item(call: Call) -> Answer {
    call.read(|cx| {
        let (month, item) = named(cx)?;
        Ok(CloseItemOut::from(close::item(cx.app, cx.actor, cx.company, month, &item)?))
    })
    .await
}

/// Says who looks at an item, until when, and whether a hard lock waits for it
///
/// The checklist of the next month takes it over. What is mandatory stays so until another person confirms that it is not.
#[utoipa::path(put, path = "/v1/closes/{period}/items/{item}", tag = "company", request_body = CloseItemBody,
    params(("period" = String, Path, description = "YYYY-MM"), ("item" = String, Path, description = "As `tie-out`"),
        IfMatchRequired),
    responses((status = 200, description = "As it is now", body = CloseItemOut)))]
pub async fn put_close_item(call: Call, body: JsonBody) -> Answer {
    call.replacing(current)
        .write(StatusCode::OK, body, |cx, body: CloseItemBody| {
            let (month, item) = named(cx)?;
            let changed = close::change(cx.app, cx.actor, cx.company, month, &item, &body.into())?;
            Ok(CloseItemOut::from(changed))
        })
        .await
}

/// Confirms that an item is mandatory no more
///
/// Who wants that may not.
#[utoipa::path(post, path = "/v1/closes/{period}/items/{item}/free", tag = "company",
    params(("period" = String, Path, description = "YYYY-MM"), ("item" = String, Path, description = "As `tie-out`"), IfMatch),
    responses((status = 200, description = "As it is now", body = CloseItemOut)))]
pub async fn free_close_item(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let (month, item) = named(cx)?;
            Ok(CloseItemOut::from(close::free(cx.app, cx.actor, cx.company, month, &item)?))
        })
        .await
}

/// Signs an item with what is found of it now, or waives what does not hold
///
/// What is found is kept as evidence. An item that is stale is signed anew; an owner does not waive her own.
#[utoipa::path(post, path = "/v1/closes/{period}/items/{item}/sign", tag = "company", request_body = Option<SignBody>,
    params(("period" = String, Path, description = "YYYY-MM"), ("item" = String, Path, description = "As `tie-out`"), IfMatch),
    responses((status = 200, description = "As it is now", body = CloseItemOut)))]
pub async fn sign_close_item(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act_with(StatusCode::OK, body, |cx, body: SignBody| {
            let (month, item) = named(cx)?;
            let signed = close::sign(cx.app, cx.actor, cx.company, month, &item, &body.into())?;
            Ok(CloseItemOut::from(signed))
        })
        .await
}

/// Opens a signed or waived item again, until its month is locked for good
#[utoipa::path(post, path = "/v1/closes/{period}/items/{item}/reopen", tag = "company", request_body = ReopenBody,
    params(("period" = String, Path, description = "YYYY-MM"), ("item" = String, Path, description = "As `tie-out`"), IfMatch),
    responses((status = 200, description = "As it is now", body = CloseItemOut)))]
pub async fn reopen_close_item(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: ReopenBody| {
            let (month, item) = named(cx)?;
            let opened = close::reopen(cx.app, cx.actor, cx.company, month, &item, &body.reason)?;
            Ok(CloseItemOut::from(opened))
        })
        .await
}
