//! The company itself, exchange rates (汇率) and period locks (关账).

use super::dto::company::{CompanyOut, FxRateBody, PeriodLockBody};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use actix_web::http::StatusCode;
use app::{company, period};

/// Shows the company that the token belongs to
#[utoipa::path(get, path = "/v1/company", tag = "company",
    responses((status = 200, description = "The company", body = CompanyOut)))]
pub async fn show_company(call: Call) -> Answer {
    call.read(|cx| Ok(CompanyOut::from(company::get(cx.app, cx.actor, cx.company)?))).await
}

/// Stores an exchange rate
///
/// The same day again replaces it for documents to come; posted ones keep theirs.
#[utoipa::path(put, path = "/v1/fx-rates", tag = "company", request_body = FxRateBody,
    responses((status = 200, description = "Stored", body = FxRateBody)))]
pub async fn put_fx_rate(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::OK, body, |cx, body: FxRateBody| {
        company::put_rate(cx.app, cx.actor, cx.company, &body.clone().into())?;
        Ok(body)
    })
    .await
}

/// Locks everything up to and including a day
#[utoipa::path(put, path = "/v1/period-locks", tag = "company", request_body = PeriodLockBody,
    responses((status = 200, description = "Locked", body = PeriodLockBody)))]
pub async fn put_period_lock(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::OK, body, |cx, body: PeriodLockBody| {
        period::lock(cx.app, cx.actor, cx.company, body.clone().into())?;
        Ok(body)
    })
    .await
}
