//! Revaluation of foreign currency at a day (期末调汇).

use super::dto::job::EnqueuedView;
use super::dto::leaf::{Currency, Date};
use super::dto::revaluation::{RevaluationBody, RevaluationOut, RevaluationsOut};
use super::jobs::{PreferHeader, later};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, Page, PageQuery};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::App;
use app::company;
use app::job::{JobKind, Progress};
use app::revaluation::{self, Revalue, Revalued, WantedRevaluations};
use domain::actor::Actor;
use domain::ids::CompanyId;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of `GET /v1/revaluations` and of `GET /v1/regroupings`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RevaluationsQuery {
    /// Of this currency only.
    currency: Option<Currency>,
    /// Of this day or later.
    from: Option<Date>,
    /// Of this day or earlier.
    to: Option<Date>,
}

impl RevaluationsQuery {
    pub(super) fn wanted(&self) -> WantedRevaluations {
        WantedRevaluations {
            currency: self.currency.as_ref().map(|c| c.0),
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
        }
    }
}

/// Lists what revaluations posted, by day
#[utoipa::path(get, path = "/v1/revaluations", tag = "company", params(PageQuery, RevaluationsQuery),
    responses((status = 200, description = "A page", body = Page<RevaluationOut>)))]
pub async fn list_revaluations(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<RevaluationsQuery>()?;
        let wanted = filters.wanted();
        let base = company::get(cx.app, cx.actor, cx.company)?.base_currency;
        let rows = revaluation::page(cx.app, cx.actor, cx.company, &wanted, paging.pair()?, paging.rows())?;
        let entry = |row: &Revalued| row.entries.map(|(entry, _)| entry.to_string()).unwrap_or_default();
        let key = |row: &Revalued| page::pair_key(row.as_of, entry(row));
        Ok(paging.page(rows, key, |row| RevaluationOut::new(row, base)))
    })
    .await
}

/// Values what customers owe and are owed in foreign currency, and what banks advanced on their bills
///
/// The difference to what the ledger carries it at is posted on the day and taken back on the next. Repeated for the same
/// day it posts what has changed since.
#[utoipa::path(post, path = "/v1/revaluations", tag = "company", request_body = RevaluationBody, params(PreferHeader),
    responses((status = 201, description = "Valued", body = RevaluationsOut),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn revalue(call: Call, body: JsonBody) -> Answer {
    if call.respond_async() {
        return later::<RevaluationBody>(call, body, (JobKind::Revaluation, true), |_, body| Ok(body)).await;
    }
    call.write(StatusCode::CREATED, body, |cx, body: RevaluationBody| {
        revalued((cx.app, cx.actor, cx.company), &body, &|_, _| Ok(()))
    })
    .await
}

pub(super) fn revalued(
    (app, actor, company): (&App, &Actor, CompanyId),
    body: &RevaluationBody,
    progress: &Progress<'_>,
) -> Result<RevaluationsOut, Problem> {
    let found = revaluation::revalue_watched(app, actor, company, Revalue { as_of: body.as_of.0 }, progress)?;
    let base = company::get(app, actor, company)?.base_currency;
    let revaluations = found.into_iter().map(|one| RevaluationOut::new(one, base)).collect();
    Ok(RevaluationsOut { revaluations })
}
