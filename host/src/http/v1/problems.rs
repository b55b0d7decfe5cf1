//! The register of problem codes, as `type` of a problem names it. Open to everybody.

use super::dto::problem::{CodeList, CodeView};
use crate::http::problem::{Code, Problem};
use actix_web::HttpResponse;
use actix_web::web::Path;

/// Lists all problem codes
#[utoipa::path(get, path = "/v1/problems", tag = "about", security(()),
    responses((status = 200, description = "All codes", body = CodeList)))]
pub async fn list_problems() -> HttpResponse {
    HttpResponse::Ok().json(CodeList { items: Code::ALL.iter().map(|code| CodeView::from(*code)).collect() })
}

/// Explains a problem code
#[utoipa::path(get, path = "/v1/problems/{code}", tag = "about", security(()),
    params(("code" = String, Path, description = "The `code` of a problem")),
    responses((status = 200, description = "What it means and what to do next", body = CodeView)))]
pub async fn show_problem(code: Path<String>) -> Result<HttpResponse, Problem> {
    let found = Code::by_name(&code);
    let found = found
        .ok_or_else(|| Problem::new(Code::NotFound, format_args!("there is no problem code {code:?}")))?;
    Ok(HttpResponse::Ok().json(CodeView::from(found)))
}
