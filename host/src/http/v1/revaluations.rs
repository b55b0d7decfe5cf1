//! Revaluation of foreign currency at a day (期末调汇).

use super::dto::revaluation::{RevaluationBody, RevaluationOut, RevaluationsOut};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, NoFilters, Page, PageQuery};
use actix_web::http::StatusCode;
use app::company;
use app::revaluation::{self, Revalue, Revalued};

/// Lists what revaluations posted, by day
#[utoipa::path(get, path = "/v1/revaluations", tag = "company", params(PageQuery),
    responses((status = 200, description = "A page", body = Page<RevaluationOut>)))]
pub async fn list_revaluations(call: Call) -> Answer {
    call.read(|cx| {
        let (_, paging) = cx.page::<NoFilters>()?;
        let base = company::get(cx.app, cx.actor, cx.company)?.base_currency;
        let rows = revaluation::page(cx.app, cx.actor, cx.company, paging.pair()?, paging.rows())?;
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
#[utoipa::path(post, path = "/v1/revaluations", tag = "company", request_body = RevaluationBody,
    responses((status = 201, description = "Valued", body = RevaluationsOut)))]
pub async fn revalue(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: RevaluationBody| {
        let as_of = body.as_of.0;
        let found = revaluation::revalue(cx.app, cx.actor, cx.company, Revalue { as_of })?;
        let base = company::get(cx.app, cx.actor, cx.company)?.base_currency;
        let revaluations = found.into_iter().map(|one| RevaluationOut::new(one, base)).collect();
        Ok(RevaluationsOut { revaluations })
    })
    .await
}
