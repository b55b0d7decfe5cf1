//! The first run (首次设置): the first company, by whoever has the code that the server printed.

use super::dto::plugin::PluginOut;
use super::dto::session::{BegunView, SetupBody, SetupOut};
use super::session::view;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, dry};
use crate::http::json;
use crate::http::problem::Problem;
use crate::http::visit::{Trial, Visit};
use actix_web::HttpResponse;
use app::App;
use app::people::{self, SetUp};
use std::sync::Arc;

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
/// ever; what is only tried leaves the code good, and opens no session.
#[utoipa::path(post, path = "/v1/setup", tag = "session", security(()), request_body = SetupBody,
    responses((status = 201, description = "Made", body = BegunView)))]
pub async fn set_up(trial: Trial, body: JsonBody) -> Answer {
    let Trial { visit, dry_run } = trial;
    let body: SetupBody = json::parse(&body.into_bytes())?;
    let input: SetUp = body.try_into()?;
    let make = move |app: &App| {
        let begun = people::set_up(app, &input)?;
        let session = view(app, &begun.opened.secret)?;
        Ok::<_, Problem>((begun, session))
    };
    let made = visit.hop(move |app| match dry_run {
        true => app.db.rehearse(|db| make(&App { db: Arc::new(db.clone()), ..app.clone() })),
        false => make(app),
    });
    let (begun, session) = made.await?;
    let shown = BegunView { session, job: begun.job.map(|id| id.to_string()) };
    if dry_run {
        return Ok(dry(HttpResponse::Ok().json(shown)));
    }
    let mut response = HttpResponse::Created().json(shown);
    visit.set_cookie(&mut response, &begun.opened)?;
    Ok(response)
}
