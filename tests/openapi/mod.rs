//! The description of the API: it is the snapshot, says of every route what all share, and breaks nobody. They stand here and not beside
//! the code: what names every handler is compiled once.

mod breaking;
mod breaking_kinds;

use breaking::{breaks, unrecorded};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use zhangben::http::openapi::json;
use zhangben::http::problem::Code;
use zhangben::http::served;

/// The tag and the scheme of sessions.
const SESSION: &str = "session";
const HEADER: &str = "Idempotency-Key";

/// Set it to write the snapshot anew.
const UPDATE: &str = "ZHANGBEN_TEST_UPDATE";

fn read() -> Value {
    serde_json::from_str(json()).unwrap()
}

#[test]
fn the_description_is_the_snapshot() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/openapi.json");
    let now = format!("{}\n", json());
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let different = now.lines().zip(kept.lines()).position(|(a, b)| a != b);
    assert!(
        now == kept,
        "{} differs from the code, first in line {:?}: read the difference and write it with {UPDATE}=1",
        path.display(),
        different.map(|line| line + 1)
    );
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let described: BTreeSet<(String, String)> = read()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |m| (m.to_uppercase(), path.clone()))
        })
        .collect();
    let all = served();
    let served: BTreeSet<(String, String)> =
        all.iter().map(|(method, path)| (method.clone(), (*path).to_owned())).collect();
    assert_eq!(described, served);
    assert_eq!(served.len(), all.len(), "a route stands twice");
}

#[test]
fn every_operation_has_what_all_share() {
    let document = read();
    assert_eq!(document["openapi"], "3.1.0");
    for (method, path) in served() {
        let operation = &document["paths"][path][method.to_lowercase()];
        let at = format!("{method} {path}");
        assert_eq!(operation["responses"]["default"]["$ref"], "#/components/responses/Refused", "{at}");
        assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{at} has no summary");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let named = |place: &str| -> BTreeSet<String> {
            parameters
                .iter()
                .filter(|p| p["in"] == place)
                .map(|p| p["name"].as_str().unwrap().to_owned())
                .collect()
        };
        let in_path: BTreeSet<String> =
            path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
        assert_eq!(named("path"), in_path, "{at}");
        let described = |status: &str| operation["responses"].get(status).is_some();
        // they come before there is somebody, or end it: none is repeated, and of all the first run alone is tried
        if operation["tags"][0] == SESSION {
            assert!(!named("header").contains(HEADER), "{at}");
            assert_eq!(named("query").contains("dry_run"), at == "POST /v1/setup", "{at}");
            let taken = operation.get("requestBody").is_some();
            assert!(!taken || ["422", "429"].into_iter().all(described), "{at}");
            // a body in another encoding is refused where none is taken, too
            assert!(described("415"), "{at}");
            let proven = operation["security"][0].get(SESSION).is_some() && method != "GET";
            assert_eq!(named("header").contains("X-CSRF-Token"), proven, "{at}");
            continue;
        }
        let writes = method != "GET";
        // what is only ever tried is written under no key
        let tried = operation["operationId"].as_str().is_some_and(|id| id.starts_with("preview_"));
        assert_eq!(named("header").contains(HEADER), writes && !tried, "{at}");
        assert_eq!(named("query").contains("dry_run"), writes && !tried, "{at}");
        let conditional = named("header").contains("If-Match");
        assert_eq!(described("412"), conditional, "{at}");
        assert_eq!(described("428"), conditional && method == "PUT", "{at}");
        assert!(!writes || ["200", "409", "413", "415", "422", "503"].into_iter().all(described), "{at}");
        let says = |status: &str, name: &str| operation["responses"][status]["headers"].get(name).is_some();
        assert_eq!(says("200", "Dry-Run"), writes && !tried, "{at}");
        let of_job = ["Location", "Retry-After"].into_iter().all(|name| says("202", name));
        assert_eq!(of_job, described("202"), "{at}");
        let open = operation["security"]
            .as_array()
            .is_some_and(|all| all.iter().all(|one| one == &serde_json::json!({})));
        assert_eq!(open, operation["tags"][0] == "about", "{at}: only what is about the API is open");
        assert!(open || writes || (described("304") && named("header").contains("If-None-Match")), "{at}");
    }
}

/// Writes that change nothing of what their path names, and the feed of rates, of which each replaces the one before (decision 90).
const UNCONDITIONAL: [&str; 6] = [
    "POST /v1/customers/{id}/contacts",
    "POST /v1/drafts/{id}/preview",
    "POST /v1/invocations/{id}/replay",
    "POST /v1/plugins/{digest}/validate-config",
    "POST /v1/series/{code}/voids",
    "PUT /v1/fx-rates",
];

#[test]
fn whatever_changes_what_is_there_takes_a_condition() {
    let document = read();
    let mut without = Vec::new();
    for (method, path) in served() {
        if method == "GET" || !(path.contains('{') || method == "PUT") {
            continue;
        }
        let operation = &document["paths"][path][method.to_lowercase()];
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        if !parameters.iter().any(|one| one["name"] == "If-Match") {
            without.push(format!("{method} {path}"));
        }
    }
    without.sort_unstable();
    assert_eq!(without, UNCONDITIONAL);
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                into.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|member| references(member, into));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, into)),
            _ => {}
        }
    }
    let document = read();
    let mut all = BTreeSet::new();
    references(&document, &mut all);
    assert!(all.len() > 20);
    for reference in all {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn bodies_refuse_unknown_members_and_codes_are_all_listed() {
    let document = read();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let bodies: Vec<_> = schemas.iter().filter(|(name, _)| name.ends_with("Body")).collect();
    assert!(bodies.len() > 10);
    for (name, schema) in bodies {
        assert_eq!(schema["additionalProperties"], false, "{name}");
    }
    let listed: Vec<&str> =
        schemas["ProblemCode"]["enum"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(listed, codes);
    let text = json();
    assert!(!text.contains("\"type\": \"number\""), "an amount is never a JSON number");
}

/// Set it to `1` to record what is new for callers to rely on; to `breaking` to make what is described now the baseline whatever it
/// breaks: with a release that says so, or where nobody calls yet.
const BASELINE: &str = "ZHANGBEN_TEST_BASELINE";

#[test]
fn nothing_that_callers_rely_on_is_broken_and_all_that_they_may_is_recorded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/openapi.baseline.json");
    let record = std::env::var_os(BASELINE);
    let write = || std::fs::write(&path, format!("{}\n", json())).unwrap();
    if record.as_ref().is_some_and(|how| how == "breaking") {
        write();
    }
    let read_baseline =
        || -> Value { serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap() };
    let found = breaks(&read_baseline(), &read());
    assert!(
        found.is_empty(),
        "callers of the API would break: keep the old beside the new, or, where that is meant, write the baseline with \
         {BASELINE}=breaking\n  {}",
        found.join("\n  ")
    );
    if record.is_some() {
        write();
    }
    let missing = unrecorded(&read_baseline(), &read());
    assert!(
        missing.is_empty(),
        "what is not in the baseline may break and no test would say so: record it with {BASELINE}=1\n  {}",
        missing.join("\n  ")
    );
}

/// The description with one change.
fn changed(pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut document = read();
    change(document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere")));
    document
}

#[test]
fn each_kind_of_break_is_found_and_additions_are_none() {
    let now = read();
    assert_eq!(breaks(&now, &now), Vec::<String>::new());
    let remove =
        |name: &'static str| move |value: &mut Value| drop(value.as_object_mut().unwrap().remove(name));
    let body = "/components/schemas/CustomerBody";
    let out = "/components/schemas/Customer";
    for (after, told) in [
        (changed("/paths", remove("/v1/company")), "GET /v1/company is gone"),
        (changed("/paths/~1v1~1customers", remove("post")), "POST /v1/customers is gone"),
        (changed("/paths/~1v1~1customers/post/responses", remove("201")), "POST /v1/customers 201 is gone"),
        (changed(&format!("{body}/properties"), remove("region")), "POST /v1/customers body/region is gone"),
        (
            changed(&format!("{body}/required"), |v| v.as_array_mut().unwrap().push("region".into())),
            "POST /v1/customers body/region is required now",
        ),
        (changed(&format!("{out}/properties"), remove("code")), "GET /v1/customers/{id} 200/code is gone"),
        (
            changed(&format!("{out}/required"), |v| v.as_array_mut().unwrap().retain(|name| name != "code")),
            "GET /v1/customers/{id} 200/code is not always there now",
        ),
        (
            changed("/components/schemas/StyleName/enum", |v| drop(v.as_array_mut().unwrap().pop())),
            "POST /v1/customers body/statement_style: the value balance-forward",
        ),
        (
            changed(&format!("{body}/properties/terms_days"), |v| v["maximum"] = 10.into()),
            "POST /v1/customers body/terms_days: maximum is 10",
        ),
        (
            changed(&format!("{body}/properties/terms_days"), |v| v["type"] = "string".into()),
            "POST /v1/customers body/terms_days: the type integer",
        ),
    ] {
        let found = breaks(&now, &after);
        assert!(found.iter().any(|one| one == told), "{told} is not among {found:#?}");
    }
    let added =
        changed(&format!("{body}/properties"), |v| v["nickname"] = serde_json::json!({"type": "string"}));
    assert_eq!(breaks(&now, &added), Vec::<String>::new());
    assert!(!breaks(&added, &now).is_empty());
    assert_eq!(unrecorded(&now, &now), Vec::<String>::new());
    assert!(unrecorded(&now, &added).iter().any(|one| one == "POST /v1/customers body/nickname"));
    let without = changed("/paths/~1v1~1customers", remove("post"));
    assert_eq!(unrecorded(&without, &now), ["POST /v1/customers"]);
    let more =
        changed("/components/schemas/ProblemCode/enum", |v| v.as_array_mut().unwrap().push("new".into()));
    assert_eq!(breaks(&now, &more), Vec::<String>::new(), "codes may become more");
}
