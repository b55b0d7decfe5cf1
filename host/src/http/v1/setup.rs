//! The first run (首次设置): the first company, by whoever has the code that the server printed.

use super::dto::plugin::PluginOut;
use super::dto::session::{BegunView, SetupBody, SetupOut};
use super::session::view;
use crate::http::body::JsonBody;
use crate::http::call::Answer;
use crate::http::json;
use crate::http::visit::Visit;
use actix_web::HttpResponse;
use app::people::{self, SetUp};

/// Says whether the first company can be made
#[utoipa::path(get, path = "/v1/setup", tag = "session", security(()),
    responses((status = 200, description = "Whether it can, and with which plugins", body = SetupOut)))]
pub async fn show_setup(visit: Visit) -> Answer {
    let view = visit.hop(|app| {
        let open = people::is_open(app)?;
        let plugins = if open { people::usable_plugins(app)? } else { Vec::new() };
        Ok(SetupOut { open, plugins: plugins.into_iter().map(PluginOut::from).collect() })
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Makes the first company
///
/// With its administrator, who is logged in, and what was chosen; all of it or nothing. Once there is a company it is closed for
/// ever.
#[utoipa::path(post, path = "/v1/setup", tag = "session", security(()), request_body = SetupBody,
    responses((status = 201, description = "Made", body = BegunView)))]
pub async fn set_up(visit: Visit, body: JsonBody) -> Answer {
    let body: SetupBody = json::parse(&body.into_bytes())?;
    let input: SetUp = body.try_into()?;
    let (begun, session) = visit
        .hop(move |app| {
            let begun = people::set_up(app, &input)?;
            let session = view(app, &begun.opened.secret)?;
            Ok((begun, session))
        })
        .await?;
    let job = begun.job.map(|id| id.to_string());
    let mut response = HttpResponse::Created().json(BegunView { session, job });
    visit.set_cookie(&mut response, &begun.opened)?;
    Ok(response)
}
