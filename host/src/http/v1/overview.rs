//! What waits for somebody (首页).

use super::dto::overview::OverviewOut;
use crate::http::call::{Answer, Call};

/// Shows what waits, receivables by age, and what ran last
#[utoipa::path(get, path = "/v1/overview", tag = "overview",
    responses((status = 200, description = "The page", body = OverviewOut)))]
pub async fn show_overview(call: Call) -> Answer {
    call.read(|cx| Ok(OverviewOut::from(app::overview::overview(cx.app, cx.actor, cx.company)?))).await
}
