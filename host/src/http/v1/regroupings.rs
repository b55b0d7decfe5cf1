//! Regrouping of customers' credits as advances (预收重分类).

use super::dto::job::EnqueuedView;
use super::dto::regrouping::{RegroupingBody, RegroupingOut, RegroupingsOut};
use super::jobs::{PreferHeader, later};
use super::revaluations::RevaluationsQuery;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, Page, PageQuery};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::App;
use app::company;
use app::job::{JobKind, Progress};
use app::regrouping::{self, Regroup, Regrouped};
use domain::actor::Actor;
use domain::ids::CompanyId;

/// Lists what regroupings posted, by day
#[utoipa::path(get, path = "/v1/regroupings", tag = "company", params(PageQuery, RevaluationsQuery),
    responses((status = 200, description = "A page", body = Page<RegroupingOut>)))]
pub async fn list_regroupings(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<RevaluationsQuery>()?;
        let wanted = filters.wanted();
        let base = company::get(cx.app, cx.actor, cx.company)?.base_currency;
        let rows = regrouping::page(cx.app, cx.actor, cx.company, &wanted, paging.pair()?, paging.rows())?;
        let entry = |row: &Regrouped| row.entries.map(|(entry, _)| entry.to_string()).unwrap_or_default();
        let key = |row: &Regrouped| page::pair_key(row.as_of, entry(row));
        Ok(paging.page(rows, key, |row| RegroupingOut::new(row, base)))
    })
    .await
}

/// Shows what customers have to their credit as advances
///
/// Receivables are shown gross and the open credits among them as advances from customers, item by item, on the day; the next day takes it back.
/// Repeated for the same day it posts what has changed since.
#[utoipa::path(post, path = "/v1/regroupings", tag = "company", request_body = RegroupingBody,
    params(PreferHeader),
    responses((status = 201, description = "Regrouped", body = RegroupingsOut),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn regroup(call: Call, body: JsonBody) -> Answer {
    if call.respond_async() {
        return later::<RegroupingBody>(call, body, (JobKind::Regrouping, true), |_, body| Ok(body)).await;
    }
    call.write(StatusCode::CREATED, body, |cx, body: RegroupingBody| {
        regrouped((cx.app, cx.actor, cx.company), &body, &|_, _| Ok(()))
    })
    .await
}

pub(super) fn regrouped(
    (app, actor, company): (&App, &Actor, CompanyId),
    body: &RegroupingBody,
    progress: &Progress<'_>,
) -> Result<RegroupingsOut, Problem> {
    let found = regrouping::regroup_watched(app, actor, company, Regroup { as_of: body.as_of.0 }, progress)?;
    let base = company::get(app, actor, company)?.base_currency;
    let regroupings = found.into_iter().map(|one| RegroupingOut::new(one, base)).collect();
    Ok(RegroupingsOut { regroupings })
}
