//! Advances (预收款).

use super::dto::advance::AdvanceSettingsBody;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::precondition::{IfMatchRequired, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::advance::{self, AdvanceFor};
use store::Tx;

/// Shows what money on account is for
#[utoipa::path(get, path = "/v1/advance-settings", tag = "receipts",
    responses((status = 200, description = "As the company said", body = AdvanceSettingsBody)))]
pub async fn show_advance_settings(call: Call) -> Answer {
    call.read(|cx| Ok(AdvanceSettingsBody::from(advance::settings(cx.app, cx.actor, cx.company)?))).await
}

/// The tag of what money on account is for.
fn current_settings(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&AdvanceSettingsBody::from(advance::held_settings(tx, cx.company)?))
}

/// Sets what money on account is for
///
/// From now on the tax rules are asked about every part of a receipt that pays nothing yet; without `tax_category` about none.
#[utoipa::path(put, path = "/v1/advance-settings", tag = "receipts", request_body = AdvanceSettingsBody, params(IfMatchRequired),
    responses((status = 200, description = "Set", body = AdvanceSettingsBody)))]
pub async fn put_advance_settings(call: Call, body: JsonBody) -> Answer {
    call.replacing(current_settings)
        .write(StatusCode::OK, body, |cx, body: AdvanceSettingsBody| {
            let input: Option<AdvanceFor> = body.into();
            advance::put_settings(cx.app, cx.actor, cx.company, input.as_ref())?;
            Ok(AdvanceSettingsBody::from(input))
        })
        .await
}
