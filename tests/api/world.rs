//! A served installation: two companies, a person for every role, the built-in plugins, a client.

use app::company::{CreateCompany, CreateUser, IssueToken};
use app::{App, company};
use domain::actor::{Actor, Role};
use domain::ids::CompanyId;
use domain::time::{Instant, parse_date};
use money::Currency;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::testing::TestDb;
use zhangben::http;
use zhangben::sources::FixedClock;
use zhangben_tests::wiring;

/// The day of every test, in the companies' time zone.
pub const TODAY: &str = "2026-12-02";

/// A company and the tokens of its people, by role.
pub struct House {
    pub id: CompanyId,
    tokens: BTreeMap<&'static str, String>,
}

impl House {
    pub fn token(&self, role: &str) -> &str {
        &self.tokens[role]
    }
}

/// The installation; the server stops when it is dropped.
pub struct World {
    pub app: Arc<App>,
    pub house: House,
    /// Of another company, with nothing in it.
    pub other: House,
    server: http::Running,
    agent: ureq::Agent,
    keys: AtomicU32,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }
    /// The body of the wanted status.
    #[track_caller]
    pub fn want(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }
    /// The lines of an NDJSON answer.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.header("content-type"), "application/x-ndjson");
        let text = std::str::from_utf8(&self.bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
    /// A refusal: checks what all have in common, gives the document.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.want(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/v1/problems/{code}"));
        assert!(problem["title"].as_str().is_some_and(|t| !t.is_empty()), "{problem}");
        assert!(problem["detail"].as_str().is_some_and(|t| !t.is_empty()), "{problem}");
        assert!(problem["next"].as_str().is_some_and(|t| !t.is_empty()), "{problem}");
        let id = self.header("x-request-id");
        assert_eq!(problem["instance"], format!("urn:uuid:{id}"), "the problem names its request");
        problem
    }
}

/// What is replaced only as it was read.
fn is_setting(path: &str) -> bool {
    let whole = [
        "/v1/books",
        "/v1/chart",
        "/v1/chart/template",
        "/v1/approval-rules",
        "/v1/tolerances",
        "/v1/role-limits",
        "/v1/period-locks",
        "/v1/advance-settings",
        "/v1/delivery-settings",
    ];
    whole.contains(&path) || path.starts_with("/v1/series/") || path.ends_with("/billing-rule")
}

/// What goes out.
#[derive(Clone, Default)]
pub struct Send<'a> {
    pub token: Option<&'a str>,
    pub key: Option<&'a str>,
    pub media: Option<&'a str>,
    pub prefer: Option<&'a str>,
    /// Other headers.
    pub headers: &'a [(&'a str, &'a str)],
    pub body: Option<&'a [u8]>,
}

impl World {
    pub fn new(db: &TestDb) -> Self {
        Self::retaining(db, 30)
    }

    /// Without any company, as a new installation.
    pub fn empty(db: &TestDb) -> Self {
        let nobody = || House { id: CompanyId::new(uuid::Uuid::nil()), tokens: BTreeMap::new() };
        Self::served(application(db), nobody(), nobody())
    }

    /// Of companies that retain for so many years.
    pub fn retaining(db: &TestDb, years: u32) -> Self {
        let app = application(db);
        let house = found(&app, "chenghu", "澄湖精密机电（苏州）有限公司", years);
        let other = found(&app, "other", "别家公司", years);
        Self::served(app, house, other)
    }

    fn served(app: Arc<App>, house: House, other: House) -> Self {
        let options = http::Options { workers: 2, signals: false, shutdown_s: 5, ..http::Options::default() };
        let server = http::spawn(app.clone(), "127.0.0.1:0".parse().unwrap(), options).expect("a free port");
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        World { app, house, other, server, agent, keys: AtomicU32::new(0) }
    }

    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address()
    }

    /// A key that no request had.
    pub fn key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    pub fn send(&self, method: &str, path: &str, send: &Send<'_>) -> Reply {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.server.url()));
        if let Some(token) = send.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = send.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(media) = send.media {
            request = request.header("content-type", media);
        }
        if let Some(prefer) = send.prefer {
            request = request.header("prefer", prefer);
        }
        for (name, value) in send.headers {
            request = request.header(*name, *value);
        }
        let response = match send.body {
            Some(body) => self.agent.run(request.body(body.to_vec()).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let response = response.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let (parts, mut body) = response.into_parts();
        let bytes = body.with_config().limit(256 << 20).read_to_vec().expect("a whole answer");
        Reply { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    /// As a person of the first company.
    pub fn get(&self, role: &str, path: &str) -> Reply {
        self.send("GET", path, &Send { token: Some(self.house.token(role)), ..Send::default() })
    }
    pub fn post(&self, role: &str, path: &str, body: &Value) -> Reply {
        self.write("POST", role, path, body)
    }
    /// Settings as somebody does who has read them before.
    pub fn put(&self, role: &str, path: &str, body: &Value) -> Reply {
        if !is_setting(path) {
            return self.write("PUT", role, path, body);
        }
        let read = self.get(role, path.strip_suffix("/template").unwrap_or(path));
        let seen = read.header("etag");
        self.with(("PUT", role, path), &[("if-match", if seen.is_empty() { "*" } else { seen })], Some(body))
    }
    /// With headers besides token, key and media type.
    pub fn with(
        &self,
        (method, role, path): (&str, &str, &str),
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Reply {
        let (token, key, text) = (self.house.token(role), self.key(), body.map(ToString::to_string));
        let send = Send {
            token: Some(token),
            key: (method != "GET").then_some(key.as_str()),
            media: text.as_ref().map(|_| "application/json"),
            headers,
            body: text.as_ref().map(String::as_bytes),
            ..Send::default()
        };
        self.send(method, path, &send)
    }
    fn write(&self, method: &str, role: &str, path: &str, body: &Value) -> Reply {
        self.text(method, role, path, &body.to_string())
    }
    /// A body as it is written.
    pub fn text(&self, method: &str, role: &str, path: &str, body: &str) -> Reply {
        let (token, key) = (self.house.token(role), self.key());
        let send = Send {
            token: Some(token),
            key: Some(&key),
            media: Some("application/json"),
            body: Some(body.as_bytes()),
            ..Send::default()
        };
        self.send(method, path, &send)
    }
    /// Rows, as lines of JSON.
    pub fn rows(&self, role: &str, key: &str, path: &str, rows: &str) -> Reply {
        let send = Send {
            token: Some(self.house.token(role)),
            key: Some(key),
            media: Some("application/x-ndjson"),
            body: Some(rows.as_bytes()),
            ..Send::default()
        };
        self.send("POST", path, &send)
    }
    /// A file.
    pub fn upload(&self, role: &str, path: &str, bytes: &[u8]) -> Reply {
        let (token, key) = (self.house.token(role), self.key());
        let media = Some("application/octet-stream");
        self.send(
            "POST",
            path,
            &Send { token: Some(token), key: Some(&key), media, body: Some(bytes), ..Send::default() },
        )
    }
    /// All items of a list, page by page.
    pub fn all(&self, role: &str, path: &str) -> Vec<Value> {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let mut page = self.get(role, &format!("{path}{join}limit=70{after}")).want(200);
            let Value::Array(found) = page["items"].take() else { panic!("{page}") };
            assert!(found.len() <= 70);
            items.extend(found);
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return items,
            }
        }
    }
    /// The reviewer approves every change of bank details that waits.
    #[track_caller]
    pub fn bank_details_confirmed(&self) {
        for change in self.all("reviewer", "/v1/bank-detail-changes?state=proposed") {
            let path = format!("/v1/bank-detail-changes/{}/approve", change["id"].as_str().unwrap());
            self.post("reviewer", &path, &serde_json::json!({})).want(200);
        }
    }

    /// Everything committed is sealed, as the sequencer of a serving process does it.
    pub fn seal(&self) {
        app::audit::seal_all(&self.app, self.house.id).expect("sealed");
    }

    /// All of it is sealed, and the chain holds.
    #[track_caller]
    pub fn verified(&self) {
        self.seal();
        let verified = self.post("auditor", "/v1/verify", &serde_json::json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
    }

    /// The built-in plugins in force from the start of the year.
    pub fn bind(&self) {
        for (slot, name) in [
            ("tax", "tax-cn-vat"),
            ("bank", "bank-camt"),
            ("reconciliation", "reconciliation-reference"),
            ("statement", "statement-classic"),
        ] {
            let body = serde_json::json!({"slot": slot, "name": name, "valid_from": "2026-01-01"});
            let bound = self.bind_one(&body);
            assert!(bound["id"].as_str().is_some_and(|id| id.starts_with("bnd_")), "{bound}");
        }
    }

    /// The administrator proposes a binding, the reviewer activates it.
    pub fn bind_one(&self, body: &Value) -> Value {
        let bound = self.post("administrator", "/v1/bindings", body).want(201);
        let path = format!("/v1/bindings/{}/activate", bound["id"].as_str().unwrap());
        assert_eq!(self.post("reviewer", &path, &serde_json::json!({})).want(200)["status"], "active");
        bound
    }
}

fn application(db: &TestDb) -> Arc<App> {
    let midnight = parse_date(TODAY).unwrap().and_hms_opt(4, 0, 0).unwrap();
    let clock = Arc::new(FixedClock(Instant::from_naive(midnight)));
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    let app = Arc::new(wiring::seeded(db.db(), clock, 7, &cache).expect("an application"));
    app::plugin::install_builtins(&app, &Actor::System).expect("the built-in plugins");
    app
}

fn found(app: &App, code: &str, name: &str, retention_years: u32) -> House {
    let input = CreateCompany {
        code: code.to_owned(),
        name: name.to_owned(),
        country: "CN".to_owned(),
        jurisdiction: "CN".to_owned(),
        base_currency: Currency::CNY,
        time_zone: "Asia/Shanghai".to_owned(),
        locale: "zh-CN".to_owned(),
        taxpayer_status: "general".to_owned(),
        tax_id: None,
        address: None,
        retention_years,
    };
    let id = company::create(app, &Actor::System, &input).expect("a company").id;
    let tokens = Role::ALL.into_iter().map(|role| (role.name(), token(app, id, role))).collect();
    House { id, tokens }
}

fn token(app: &App, id: CompanyId, role: Role) -> String {
    let login = role.name().to_owned();
    let user = CreateUser { login: login.clone(), name: login.clone(), roles: vec![role] };
    company::create_user(app, &Actor::System, id, &user).expect("a user");
    let input = IssueToken { login, label: "test".to_owned(), expires_in_days: None };
    company::issue_token(app, &Actor::System, id, &input).expect("a token").secret
}
