//! Locks that move back (反锁定), by two people.

use super::dto::draft::RejectionBody;
use super::dto::period_unlock::{PeriodUnlockBody, PeriodUnlockOut, UnlockStateName};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::period;
use serde::Deserialize;
use store::Tx;
use store::types::UnlockState;
use utoipa::IntoParams;

/// Filters of `GET /v1/period-unlocks`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// That stand so.
    state: Option<UnlockStateName>,
}

impl ListQuery {
    pub(super) fn state(&self) -> Option<UnlockState> {
        self.state.map(Into::into)
    }
}

/// The tag of the unlock that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&PeriodUnlockOut::from(period::held_unlock(tx, cx.company, cx.path("id")?)?))
}

/// Proposes to move a lock back
///
/// The lock stays where it is before another person approves it. A hard lock is for good.
#[utoipa::path(post, path = "/v1/period-unlocks", tag = "company", request_body = PeriodUnlockBody,
    responses((status = 201, description = "Proposed", body = PeriodUnlockOut)))]
pub async fn propose_period_unlock(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: PeriodUnlockBody| {
        let input = body.into();
        Ok(PeriodUnlockOut::from(period::propose_unlock(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists unlocks in the order of their making
#[utoipa::path(get, path = "/v1/period-unlocks", tag = "company", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<PeriodUnlockOut>)))]
pub async fn list_period_unlocks(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let rows =
            period::unlocks(cx.app, cx.actor, cx.company, filters.state(), paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.id.to_string(), PeriodUnlockOut::from))
    })
    .await
}

/// Shows an unlock
#[utoipa::path(get, path = "/v1/period-unlocks/{id}", tag = "company", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The unlock", body = PeriodUnlockOut)))]
pub async fn show_period_unlock(call: Call) -> Answer {
    call.read(|cx| {
        let id = cx.path("id")?;
        Ok(PeriodUnlockOut::from(period::unlock(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}

/// Approves an unlock, and moves the lock back
///
/// Who proposed it may not.
#[utoipa::path(post, path = "/v1/period-unlocks/{id}/approve", tag = "company",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "The lock is moved back", body = PeriodUnlockOut)))]
pub async fn approve_period_unlock(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            Ok(PeriodUnlockOut::from(period::approve_unlock(cx.app, cx.actor, cx.company, id)?))
        })
        .await
}

/// Turns an unlock down
///
/// Who proposed it withdraws it.
#[utoipa::path(post, path = "/v1/period-unlocks/{id}/reject", tag = "company",
    params(("id" = String, Path, description = "Id"), IfMatch), request_body = RejectionBody,
    responses((status = 200, description = "Rejected; the lock stays", body = PeriodUnlockOut)))]
pub async fn reject_period_unlock(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: RejectionBody| {
            let id = cx.path("id")?;
            let done = period::reject_unlock(cx.app, cx.actor, cx.company, id, &body.reason)?;
            Ok(PeriodUnlockOut::from(done))
        })
        .await
}

/// Takes back an unlock that nobody decided
#[utoipa::path(post, path = "/v1/period-unlocks/{id}/withdraw", tag = "company",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Withdrawn", body = PeriodUnlockOut)))]
pub async fn withdraw_period_unlock(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            Ok(PeriodUnlockOut::from(period::withdraw_unlock(cx.app, cx.actor, cx.company, id)?))
        })
        .await
}
