//! Regrouping of customers' credits as advances (预收重分类).

use super::dto::leaf::{Currency, Date};
use super::dto::regrouping::{RegroupingBody, RegroupingOut, RegroupingsOut};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, Page, PageQuery};
use actix_web::http::StatusCode;
use app::company;
use app::regrouping::{self, Regroup, Regrouped, WantedRegroupings};
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of `GET /v1/regroupings`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RegroupingsQuery {
    /// Of this currency only.
    currency: Option<Currency>,
    /// Of this day or later.
    from: Option<Date>,
    /// Of this day or earlier.
    to: Option<Date>,
}

impl RegroupingsQuery {
    pub(super) fn wanted(&self) -> WantedRegroupings {
        WantedRegroupings {
            currency: self.currency.as_ref().map(|c| c.0),
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
        }
    }
}

/// Lists what regroupings posted, by day
#[utoipa::path(get, path = "/v1/regroupings", tag = "company", params(PageQuery, RegroupingsQuery),
    responses((status = 200, description = "A page", body = Page<RegroupingOut>)))]
pub async fn list_regroupings(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<RegroupingsQuery>()?;
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
    responses((status = 201, description = "Regrouped", body = RegroupingsOut)))]
pub async fn regroup(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: RegroupingBody| {
        let found = regrouping::regroup(cx.app, cx.actor, cx.company, Regroup { as_of: body.as_of.0 })?;
        let base = company::get(cx.app, cx.actor, cx.company)?.base_currency;
        let regroupings = found.into_iter().map(|one| RegroupingOut::new(one, base)).collect();
        Ok(RegroupingsOut { regroupings })
    })
    .await
}
