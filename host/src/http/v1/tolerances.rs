//! What reconciliation may write off (容差).

use super::dto::tolerance::{RoleLimitBody, RoleLimitOut, RoleLimitsOut, ToleranceBody, TolerancesOut};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::precondition::{IfMatchOnce, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::company;
use app::company::ToleranceView;
use store::Tx;
use store::rows::RoleLimit;

fn view(rows: Vec<ToleranceView>) -> TolerancesOut {
    TolerancesOut { tolerances: rows.into_iter().map(Into::into).collect() }
}

/// The tag of all of them.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&view(company::held_tolerances(tx, cx.company)?))
}

fn some(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<bool, Problem> {
    Ok(!company::held_tolerances(tx, cx.company)?.is_empty())
}

/// Lists what reconciliation may write off
#[utoipa::path(get, path = "/v1/tolerances", tag = "company",
    responses((status = 200, description = "All of them", body = TolerancesOut)))]
pub async fn list_tolerances(call: Call) -> Answer {
    call.read(|cx| Ok(view(company::list_tolerances(cx.app, cx.actor, cx.company)?))).await
}

/// Sets what reconciliation may write off
///
/// That of the same customer, currency and role is replaced. Without one nothing is written off.
#[utoipa::path(put, path = "/v1/tolerances", tag = "company", request_body = ToleranceBody,
    params(IfMatchOnce),
    responses((status = 200, description = "Set", body = ToleranceBody)))]
pub async fn put_tolerance(call: Call, body: JsonBody) -> Answer {
    call.replacing_once(current, some)
        .write(StatusCode::OK, body, |cx, body: ToleranceBody| {
            company::put_tolerance(cx.app, cx.actor, cx.company, &body.clone().try_into()?)?;
            Ok(body)
        })
        .await
}

fn limits(rows: Vec<RoleLimit>) -> RoleLimitsOut {
    RoleLimitsOut { role_limits: rows.into_iter().map(RoleLimitOut::from).collect() }
}

/// The tag of all of them.
fn current_limits(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&limits(company::held_role_limits(tx, cx.company)?))
}

fn some_limits(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<bool, Problem> {
    Ok(!company::held_role_limits(tx, cx.company)?.is_empty())
}

/// Lists what each role may approve to be written off
#[utoipa::path(get, path = "/v1/role-limits", tag = "company",
    responses((status = 200, description = "All of them", body = RoleLimitsOut)))]
pub async fn list_role_limits(call: Call) -> Answer {
    call.read(|cx| Ok(limits(company::list_role_limits(cx.app, cx.actor, cx.company)?))).await
}

/// Sets what a role may approve to be written off
///
/// That of the same role, currency and kind is replaced. A role without one is bounded by the tolerances alone.
#[utoipa::path(put, path = "/v1/role-limits", tag = "company", request_body = RoleLimitBody,
    params(IfMatchOnce),
    responses((status = 200, description = "Set", body = RoleLimitBody)))]
pub async fn put_role_limit(call: Call, body: JsonBody) -> Answer {
    call.replacing_once(current_limits, some_limits)
        .write(StatusCode::OK, body, |cx, body: RoleLimitBody| {
            company::put_role_limit(cx.app, cx.actor, cx.company, &body.clone().try_into()?)?;
            Ok(body)
        })
        .await
}
