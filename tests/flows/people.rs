//! The first run and the people, as an operator and a browser have them.

use super::binary::{feed, json};
use super::server::{Answer, Server, agent, ask_without_key};
use serde_json::{Value, json as value};

fn send(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
    ask_without_key(&agent(), method, url, headers, body).expect("an answer")
}

fn log_in(url: &str, login: &str, password: &str) -> Answer {
    let body = value!({"login": login, "password": password});
    send("POST", &format!("{url}/v1/session"), &[], Some(&body))
}

#[test]
fn a_new_installation_is_set_up_at_the_address_that_it_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    json(at, 0, &["migrate"]);
    let server = Server::start(at, &[]);
    let setup = server.setup().expect("there is no company").to_owned();
    let code = setup.split_once("/#/setup?code=").expect("its form").1.to_owned();
    let url = server.url().to_owned();
    assert!(setup.starts_with(&url));
    let page = send("GET", &format!("{url}/"), &[], None);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    let nothing = send("GET", &format!("{url}/elsewhere"), &[], None);
    assert_eq!((nothing.status, &nothing.json()["code"]), (404, &value!("unknown-route")));
    let body = value!({
        "code": code,
        "company": {"code": "acme", "name": "Acme", "country": "CN", "base_currency": "CNY", "time_zone": "Asia/Shanghai"},
        "administrator": {"login": "wang", "name": "王总", "password": "three lakes and a canal"},
    });
    let made = send("POST", &format!("{url}/v1/setup"), &[], Some(&body));
    assert_eq!(made.status, 201, "{}", made.json());
    assert!(made.header("set-cookie").starts_with("zhangben_session=zs_"), "{}", made.header("set-cookie"));
    assert_eq!(send("POST", &format!("{url}/v1/setup"), &[], Some(&body)).status, 409);
    assert_eq!(log_in(&url, "wang", "three lakes and a canal").status, 200);
    // what the operator does at the machine holds for the server at once
    json(at, 0, &["user", "create", "--login", "li", "--name", "Li", "--role", "clerk"]);
    let given = json(at, 0, &["user", "password", "li"]);
    let password = given["password"].as_str().expect("it is printed once");
    assert_eq!(password.len(), 24);
    let first = log_in(&url, "li", password);
    assert_eq!((first.status, &first.json()["must_change_password"]), (200, &value!(true)));
    let told = feed(at, &["user", "password", "li", "--stdin", "--lasting"], "four lakes and a canal\n");
    assert!(told["password"].is_null(), "{told}");
    assert_eq!(log_in(&url, "li", password).status, 401);
    let second = log_in(&url, "li", "four lakes and a canal");
    assert_eq!(second.json()["must_change_password"], false);
    let confirmed = json(at, 0, &["user", "confirm", "li"]);
    assert_eq!((&confirmed["login"], confirmed["behind"].is_null()), (&value!("li"), true));
    assert_eq!(json(at, 3, &["user", "confirm", "nobody"])["error"]["code"], "not-found");
    // who loosened rules is released at the machine, as nobody who works for the company
    let released = json(at, 0, &["approval-rules", "release", "--reason", "one-administrator"]);
    assert_eq!(released, value!({"released": null, "reason": "one-administrator"}), "nobody was bound");
    json(at, 2, &["approval-rules", "release", "--reason", "mistake", "--as", "wang"]);
    json(at, 2, &["approval-rules", "release"]);
    json(at, 0, &["user", "deactivate", "li"]);
    let cookie = second.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let ended = send("GET", &format!("{url}/v1/company"), &[("cookie", &cookie)], None);
    assert_eq!((ended.status, &ended.json()["code"]), (401, &value!("session-expired")));
    let last = json(at, 1, &["user", "deactivate", "wang"]);
    assert_eq!(last["error"]["code"], "last-administrator");
    assert!(server.terminate().success());
    let again = Server::start(at, &[]);
    assert_eq!(again.setup(), None);
}

#[test]
fn behind_a_proxy_the_cookie_is_for_https_and_failures_are_the_callers() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    json(at, 0, &["migrate"]);
    json(at, 0, &super::binary::ACME);
    json(at, 0, &["user", "create", "--login", "li", "--name", "Li", "--role", "clerk"]);
    feed(at, &["user", "password", "li", "--stdin", "--lasting"], "three lakes and a canal\n");
    std::fs::write(at.join("zhangben.toml"), "behind_proxy = true\nsession_hours = 1\n").expect("settings");
    let server = Server::start(at, &[]);
    let url = format!("{}/v1/session", server.url());
    let good = value!({"login": "li", "password": "three lakes and a canal"});
    let from = |address: &str, body: &Value| {
        send("POST", &url, &[("x-forwarded-proto", "https"), ("x-forwarded-for", address)], Some(body))
    };
    let opened = from("203.0.113.7", &good);
    let said = opened.header("set-cookie");
    let age = said.split_once("; Max-Age=").and_then(|(_, rest)| rest.strip_suffix("; Secure"));
    let age: u32 = age.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{said}"));
    assert!((3_590..=3_600).contains(&age), "an hour, as is set: {said}");
    // whatever the caller says of itself, the proxy's word counts
    let guess = |n: u32| {
        let body = value!({"login": format!("nobody{n}"), "password": "a guess"});
        from(&format!("198.51.100.{n}, 203.0.113.9"), &body).status
    };
    let slowed = (0..40).find(|n| guess(*n) == 429);
    assert!(slowed.is_some_and(|n| n >= 20), "{slowed:?}");
    let slowed = from("203.0.113.9", &good);
    assert_eq!((slowed.status, slowed.header("retry-after").is_empty()), (429, false));
    assert_eq!(from("203.0.113.7", &good).status, 200);
}

#[test]
fn the_demo_prints_who_may_log_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = json(folder.path(), 0, &["demo", "--exit"]);
    let people = report["people"].as_array().expect("people");
    let roles: Vec<&Value> = people.iter().map(|one| &one["role"]).collect();
    assert_eq!(roles, ["administrator", "clerk", "reviewer", "auditor"]);
    let server = Server::start(folder.path(), &[]);
    assert_eq!(server.setup(), None);
    for one in people {
        let text = |name: &str| one[name].as_str().expect("text").to_owned();
        let told = log_in(server.url(), &text("login"), &text("password"));
        assert_eq!(told.status, 200, "{one}");
        let session = told.json();
        assert_eq!(
            (&session["person"]["name"], &session["must_change_password"]),
            (&one["name"], &value!(false))
        );
    }
}
