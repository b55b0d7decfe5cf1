//! Suspense (待查款): money whose owner nobody knows yet.

use super::dto::leaf::Date;
use super::dto::suspense::{
    ClearSuspenseBody, ClearedSuspenseView, SuspenseOut, SuspenseTotalOut, SuspenseTotalsOut,
    UndoSuspenseBody,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{Page, PageQuery};
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::suspense::{self, SuspenseView, Wanted};
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/suspense`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SuspenseQuery {
    /// What was in suspense at the end of this day; default: today.
    as_of: Option<Date>,
    /// Also what is cleared by then; default: false.
    cleared: Option<Flag>,
}

/// Filters of `GET /v1/suspense/totals`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TotalsQuery {
    /// At the end of this day; default: today.
    as_of: Option<Date>,
}

/// Lists what nobody is known to own
#[utoipa::path(get, path = "/v1/suspense", tag = "bank", params(PageQuery, SuspenseQuery),
    responses((status = 200, description = "A page, in the order of its making", body = Page<SuspenseOut>)))]
pub async fn list_suspense(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<SuspenseQuery>()?;
        let as_of = filters.as_of.map(|date| date.0);
        let wanted = Wanted { as_of, cleared: filters.cleared.is_some_and(|flag| flag.0) };
        let found = suspense::list(cx.app, cx.actor, cx.company, wanted, paging.key()?, paging.rows())?;
        let key = |view: &SuspenseView| view.item.id.to_string();
        Ok(paging.page(found.items, key, SuspenseOut::from))
    })
    .await
}

/// Compares the list with the balance of the suspense account
#[utoipa::path(get, path = "/v1/suspense/totals", tag = "bank", params(TotalsQuery),
    responses((status = 200, description = "By currency", body = SuspenseTotalsOut)))]
pub async fn total_suspense(call: Call) -> Answer {
    call.read(|cx| {
        let TotalsQuery { as_of } = cx.query()?;
        let found = suspense::totals(cx.app, cx.actor, cx.company, as_of.map(|date| date.0))?;
        let totals = found.totals.into_iter().map(SuspenseTotalOut::from).collect();
        Ok(SuspenseTotalsOut { as_of: Date(found.as_of), totals })
    })
    .await
}

/// Shows money in suspense with what was done with it
#[utoipa::path(get, path = "/v1/suspense/{id}", tag = "bank", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The money", body = SuspenseOut)))]
pub async fn show_suspense(call: Call) -> Answer {
    call.read(|cx| Ok(SuspenseOut::from(suspense::get(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

/// The tag of the money that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&SuspenseOut::from(suspense::held(cx.app, tx, cx.company, cx.path("id")?)?))
}

/// Pays money in suspense back, or takes it to income
///
/// Another person than who put it there. What turns out to be a customer's is entered with `POST /v1/receipts` and `suspense`.
#[utoipa::path(post, path = "/v1/suspense/{id}/clear", tag = "bank", params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = ClearSuspenseBody,
    responses((status = 201, description = "Posted", body = ClearedSuspenseView)))]
pub async fn clear_suspense(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: ClearSuspenseBody| {
            let input = body.of(cx.path("id")?)?;
            Ok(ClearedSuspenseView::from(suspense::clear(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// The tag of the money that the move which the path names took out.
fn current_of_move(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&SuspenseOut::from(suspense::held_of_move(cx.app, tx, cx.company, cx.path("id")?)?))
}

/// Takes back what was done with money in suspense
///
/// It is there again. A receipt that it had become is reversed. `If-Match` names the money, as `GET /v1/suspense/{id}` tags it.
#[utoipa::path(post, path = "/v1/suspense-moves/{id}/undo", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = UndoSuspenseBody,
    responses((status = 200, description = "Back in suspense", body = SuspenseOut)))]
pub async fn undo_suspense_move(call: Call, body: JsonBody) -> Answer {
    call.over(current_of_move)
        .write(StatusCode::OK, body, |cx, body: UndoSuspenseBody| {
            let input = body.of(cx.path("id")?);
            Ok(SuspenseOut::from(suspense::undo(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}
