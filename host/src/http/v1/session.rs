//! Sessions (登录): by login and password, in the cookie `zhangben_session`.

use super::dto::session::{LoginBody, OwnPasswordBody, SessionOut, SwitchBody};
use crate::http::auth::csrf_token;
use crate::http::body::JsonBody;
use crate::http::call::Answer;
use crate::http::json;
use crate::http::problem::Problem;
use crate::http::visit::Visit;
use actix_web::HttpResponse;
use app::App;
use app::people::{self, ChangePassword, LogIn, Opened};

/// Logs in
///
/// The answer sets the cookie. Whatever is wrong, it is one answer and takes as long; after some failures the next attempt is
/// refused for a while (429).
#[utoipa::path(post, path = "/v1/session", tag = "session", security(()), request_body = LoginBody,
    responses((status = 200, description = "Logged in", body = SessionOut)))]
pub async fn open_session(visit: Visit, body: JsonBody) -> Answer {
    let LoginBody { company, login, password } = json::parse(&body.into_bytes())?;
    let input = LogIn { company, login, password, address: visit.address.clone() };
    go_on(&visit, move |app| Ok(people::log_in(app, &input)?)).await
}

/// Shows who is logged in
#[utoipa::path(get, path = "/v1/session", tag = "session", security(("session" = [])),
    responses((status = 200, description = "Who, where, and the session's CSRF token", body = SessionOut)))]
pub async fn show_session(visit: Visit) -> Answer {
    let secret = visit.cookie()?;
    let view = visit.hop(move |app| view(app, &secret)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Logs out
#[utoipa::path(delete, path = "/v1/session", tag = "session", security(("session" = [])),
    responses((status = 204, description = "The session has ended")))]
pub async fn end_session(mut visit: Visit) -> Answer {
    let secret = visit.proven()?;
    visit.hop(move |app| Ok(people::end(app, &secret)?)).await?;
    let mut response = HttpResponse::NoContent().finish();
    visit.drop_cookie(&mut response)?;
    Ok(response)
}

/// Changes one's own password
///
/// All of one's sessions end, but for a new one in place of this: its cookie and CSRF token are others.
#[utoipa::path(post, path = "/v1/session/password", tag = "session", security(("session" = [])),
    request_body = OwnPasswordBody,
    responses((status = 200, description = "Changed", body = SessionOut)))]
pub async fn change_own_password(mut visit: Visit, body: JsonBody) -> Answer {
    let secret = visit.proven()?;
    let OwnPasswordBody { old, new } = json::parse(&body.into_bytes())?;
    let input = ChangePassword { old, new, address: visit.address.clone() };
    go_on(&visit, move |app| Ok(people::change_password(app, &secret, &input)?)).await
}

/// Goes on in another company
///
/// In which one is the same person; the cookie and the CSRF token are others.
#[utoipa::path(post, path = "/v1/session/company", tag = "session", security(("session" = [])),
    request_body = SwitchBody,
    responses((status = 200, description = "There", body = SessionOut)))]
pub async fn switch_company(mut visit: Visit, body: JsonBody) -> Answer {
    let secret = visit.proven()?;
    let SwitchBody { company } = json::parse(&body.into_bytes())?;
    go_on(&visit, move |app| Ok(people::switch(app, &secret, &company)?)).await
}

/// Answers with a session that begins, or takes the place of another.
async fn go_on(visit: &Visit, work: impl FnOnce(&App) -> Result<Opened, Problem> + Send + 'static) -> Answer {
    let (opened, view) = visit
        .hop(move |app| {
            let opened = work(app)?;
            let view = view(app, &opened.secret)?;
            Ok((opened, view))
        })
        .await?;
    let mut response = HttpResponse::Ok().json(view);
    visit.set_cookie(&mut response, &opened)?;
    Ok(response)
}

/// What is shown of the session of a cookie.
pub(super) fn view(app: &App, secret: &str) -> Result<SessionOut, Problem> {
    Ok(SessionOut::new(people::who(app, secret)?, csrf_token(secret), app.session_life.idle_s))
}
