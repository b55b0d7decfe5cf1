//! Whether the host can work, and the description of the API. Open to everybody.

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
    let database = app.db.kind().name();
    // a question that reads one index entry
    let asked = block(move || app::company::find(&app, "healthz").map(|_| ())).await;
    asked.map_err(|error| Problem::internal(Code::Internal, &error))??;
    Ok(HttpResponse::Ok().json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), database }))
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
