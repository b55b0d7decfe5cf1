//! Whether the host can work, and the description of the API, open to everybody; how it stands, for the people of a company.

use super::dto::health::HealthView;
use crate::http::call::{Answer, Call};
use crate::http::openapi;
use crate::http::problem::{Code, Problem};
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, block};
use app::App;
use serde::Serialize;
use utoipa::ToSchema;

/// The host can work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`
    pub status: &'static str,
    pub version: &'static str,
    /// sqlite | postgres
    pub database: &'static str,
}

/// Says whether the database answers
#[utoipa::path(get, path = "/healthz", tag = "about", security(()),
    responses((status = 200, description = "It does", body = Health)))]
pub async fn healthz(app: Data<App>) -> Result<HttpResponse, Problem> {
    let asked = block(move || app::health::answers(&app)).await;
    let database = asked.map_err(|error| Problem::internal(Code::Internal, &error))??;
    Ok(HttpResponse::Ok().json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), database }))
}

/// Shows where everything stands that whoever runs the host looks at
///
/// Database, disk, sealing, jobs, plugins, verification, checkpoints, clock and font, each `ok`, `look` (somebody should, everything still
/// works) or `broken`, with its numbers. Of sealing, jobs and plugins it tells those of the company.
#[utoipa::path(get, path = "/v1/health", tag = "overview",
    responses((status = 200, description = "What was found", body = HealthView)))]
pub async fn show_health(call: Call) -> Answer {
    call.read(|cx| Ok(HealthView::from(app::health::look(cx.app, cx.actor, cx.company)?))).await
}

/// This description
#[utoipa::path(get, path = "/openapi.json", tag = "about", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub async fn describe() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(openapi::json())
}
