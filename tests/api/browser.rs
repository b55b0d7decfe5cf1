//! A browser: it keeps the cookie, knows the CSRF token of its page, and says whence it comes.

use super::world::{Reply, Send, World};
use domain::actor::Actor;
use domain::ids::{CompanyId, UserId};
use serde_json::{Value, json};
use store::query;

/// A password that passes.
pub const PASSWORD: &str = "three lakes and a canal";

pub struct Browser<'a> {
    world: &'a World,
    pub cookie: String,
    pub csrf: String,
}

/// Gives a user of a company a password that she need not change.
pub fn password(world: &World, company: CompanyId, login: &str, password: &str) -> UserId {
    let id = user(world, company, login);
    let lasting = (password, false);
    app::people::set_password(&world.app, &Actor::System, company, id, lasting).expect("a password");
    id
}

pub fn user(world: &World, company: CompanyId, login: &str) -> UserId {
    let found = world.app.db.read(|conn| query::users::by_login(conn, company, login)).expect("read");
    found.unwrap_or_else(|| panic!("there is no {login}")).id
}

/// The cookie that an answer sets: its value, and what else is said of it.
pub fn set_cookie(reply: &Reply) -> (String, String) {
    let text = reply.header("set-cookie");
    let (pair, rest) = text.split_once("; ").unwrap_or_else(|| panic!("{text:?}"));
    let value = pair.strip_prefix("zhangben_session=").unwrap_or_else(|| panic!("{text}"));
    (value.to_owned(), rest.to_owned())
}

/// Sends a login.
pub fn login(world: &World, company: Option<&str>, login: &str, password: &str) -> Reply {
    let mut body = json!({"login": login, "password": password});
    if let Some(company) = company {
        body["company"] = json!(company);
    }
    let body = body.to_string();
    let send = Send { media: Some("application/json"), body: Some(body.as_bytes()), ..Send::default() };
    world.send("POST", "/v1/session", &send)
}

impl<'a> Browser<'a> {
    /// Somebody of the first company, by the login of her role.
    pub fn of(world: &'a World, role: &str) -> Self {
        password(world, world.house.id, role, PASSWORD);
        let reply = login(world, Some("chenghu"), role, PASSWORD);
        reply.want(200);
        Browser::with(world, &reply)
    }

    /// With the cookie and token of an answer.
    pub fn with(world: &'a World, reply: &Reply) -> Self {
        let session = reply.json();
        let session = if session["session"].is_object() { session["session"].clone() } else { session };
        let csrf = session["csrf_token"].as_str().expect("a token").to_owned();
        Browser { world, cookie: set_cookie(reply).0, csrf }
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Reply {
        let cookie = format!("theme=dark; zhangben_session={}", self.cookie);
        let (key, text) = (self.world.key(), body.map(ToString::to_string));
        let mut all = vec![("cookie", cookie.as_str())];
        all.extend(headers);
        let send = Send {
            key: (method != "GET").then_some(key.as_str()),
            media: text.as_ref().map(|_| "application/json"),
            headers: &all,
            body: text.as_ref().map(String::as_bytes),
            ..Send::default()
        };
        self.world.send(method, path, &send)
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[("sec-fetch-site", "same-origin")], None)
    }

    /// As a page of this server does it.
    pub fn act(&self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        let origin = format!("http://{}", self.world.address());
        let headers =
            [("x-csrf-token", self.csrf.as_str()), ("origin", &origin), ("sec-fetch-site", "same-origin")];
        self.send(method, path, &headers, body)
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.act("POST", path, Some(body))
    }
}
