//! The bundled sample's two months through `/v1` alone: customers → invoices → bank files → reconcile → approve →
//! statements → approve → download, and what must hold at the end. The same on both databases.

use super::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use store::testing::{TestDb, kinds};

const CUT_OFF: &str = "2026-11-30";

fn sample(name: &str) -> Vec<u8> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/sample").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lines(name: &str) -> Vec<String> {
    String::from_utf8(sample(name)).unwrap().lines().map(str::to_owned).collect()
}

/// What both databases must agree about.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    head: String,
    statements: BTreeMap<String, String>,
    /// Whole, as they stand at the end.
    proposals: Vec<Value>,
    approvals: Approvals,
}

/// What became of the reviewer's approvals.
#[derive(Debug, Default, PartialEq, Eq)]
struct Approvals {
    posted: usize,
    /// How many, by code.
    refused: BTreeMap<String, usize>,
}

#[test]
fn the_month_runs_through_v1_alone_and_both_databases_agree() {
    let outcomes: Vec<Outcome> =
        kinds().into_iter().map(|kind| month(&World::new(&TestDb::new(kind)))).collect();
    for other in outcomes.iter().skip(1) {
        assert_eq!(&outcomes[0], other);
    }
}

fn month(world: &World) -> Outcome {
    world.bind();
    master_data(world);
    let invoices = invoices(world);
    bank_files(world);
    let approvals = reconcile(world);
    let made = statements(world);
    let digests = review(world, &made);
    replay(world, &invoices[0]);
    let verified = world.post("auditor", "/v1/verify", &json!({})).want(200);
    assert_eq!(verified["holds"], true, "{verified}");
    assert!(verified["documents"].as_u64().unwrap() >= 400, "{verified}");
    events(world, verified["positions"].as_u64().unwrap());
    let proposals = world.all("auditor", "/v1/proposals");
    Outcome { head: verified["head"].as_str().unwrap().to_owned(), statements: digests, proposals, approvals }
}

fn master_data(world: &World) {
    for line in lines("rates.ndjson") {
        world.text("PUT", "clerk", "/v1/fx-rates", &line).want(200);
    }
    for line in lines("bank_accounts.ndjson") {
        world.text("POST", "administrator", "/v1/bank-accounts", &line).want(201);
    }
    world.bank_details_confirmed();
    for line in lines("customers.ndjson") {
        let made = world.text("POST", "integrator", "/v1/customers", &line).want(201);
        let sent: Value = serde_json::from_str(&line).unwrap();
        let shown =
            world.get("auditor", &format!("/v1/customers/{}", made["id"].as_str().unwrap())).want(200);
        for name in
            ["code", "name", "country", "currency", "tax_id", "accounts", "terms_days", "statement_style"]
        {
            // no account is an empty list
            let wanted =
                if name == "accounts" && sent[name].is_null() { json!([]) } else { sent[name].clone() };
            let mut found = shown[name].clone();
            if let Some(tax_id) = found.as_object_mut().filter(|_| name == "tax_id") {
                // what the check digits say of it, and whose it is, is ours
                tax_id.retain(|member, _| ["scheme", "id"].contains(&member.as_str()));
            }
            assert_eq!(found, wanted, "{name} of {line}");
        }
    }
    assert_eq!(world.all("auditor", "/v1/customers").len(), 40);
}

/// Posts all documents and compares each with the sample's own reckoning, which shares no code with us.
fn invoices(world: &World) -> Vec<String> {
    let truth: Value = serde_json::from_slice(&sample("truth.json")).unwrap();
    let mut ids = Vec::new();
    for line in lines("invoices.ndjson") {
        let issued = world.text("POST", "integrator", "/v1/invoices", &line).want(201);
        let number = issued["number"].as_str().unwrap();
        let expected = &truth["documents"][number];
        for name in ["net", "tax", "gross"] {
            assert_eq!(issued[name]["amount"], expected[name], "{name} of {number}: {line}");
            assert_eq!(issued[name]["currency"], expected["currency"], "{number}");
        }
        ids.push(issued["id"].as_str().unwrap().to_owned());
    }
    let listed = world.all("auditor", "/v1/invoices");
    assert_eq!(listed.len(), ids.len());
    let shown = world.get("auditor", &format!("/v1/invoices/{}", ids[0])).want(200);
    assert_eq!(shown["document"]["number"], "INV-2026-000001");
    assert!(!shown["lines"].as_array().unwrap().is_empty() && !shown["taxes"].as_array().unwrap().is_empty());
    world.seal();
    ids
}

fn bank_files(world: &World) {
    for name in ["bank-cny.xml", "bank-eur.xml"] {
        let path = format!("/v1/bank-files?file_name={name}");
        let first = world.upload("clerk", &path, &sample(name)).want(201);
        assert!(first["lines_new"].as_u64().unwrap() > 0, "{first}");
        assert_eq!(first["already"], false);
        world.seal();
        let again = world.upload("clerk", &path, &sample(name)).want(201);
        assert_eq!(
            (&again["already"], &again["id"], &again["lines_new"]),
            (&json!(true), &first["id"], &json!(0))
        );
    }
    assert!(!world.all("auditor", "/v1/bank-lines?status=open").is_empty());
    assert!(world.all("auditor", "/v1/bank-lines?status=posted").is_empty());
}

fn reconcile(world: &World) -> Approvals {
    let proposed = world.post("clerk", "/v1/reconciliations", &json!({})).want(201);
    let count = proposed["proposals"].as_array().unwrap().len();
    assert!(count > 50, "{proposed}");
    let pending = world.all("reviewer", "/v1/proposals?status=proposed");
    assert_eq!(pending.len(), count);
    // a clerk runs it and lets the policy approve; she herself approves nothing
    let first = pending[0]["id"].as_str().unwrap();
    world.post("clerk", &format!("/v1/proposals/{first}/approve"), &json!({})).refused(403, "forbidden");
    let exact = world.post("clerk", "/v1/proposals/approve-exact", &json!({})).want(200);
    assert!(exact["approved"].as_u64().unwrap() > 0, "{exact}");
    world.seal();
    let left = world.all("reviewer", "/v1/proposals?status=proposed");
    let strong = left.iter().filter(|p| p["confidence"] == "strong" && p["rank"] == 1);
    let ids: Vec<&str> = strong.map(|p| p["id"].as_str().unwrap()).collect();
    assert!(!ids.is_empty(), "{exact}");
    let by_policy = world.all("auditor", "/v1/bank-lines?status=posted").len();
    assert!(by_policy > 0);
    let approvals = approve(world, &ids[1..]);
    let posted = world.all("auditor", "/v1/bank-lines?status=posted").len();
    assert!(posted > by_policy, "the reviewer's approvals post lines: {by_policy} → {posted}");
    let rejected = world.post("reviewer", &format!("/v1/proposals/{}/reject", ids[0]), &json!({})).want(200);
    assert_eq!(rejected["status"], "rejected");
    let again = world.post("reviewer", &format!("/v1/proposals/{}/approve", ids[0]), &json!({}));
    again.refused(409, "state");
    let shown = world.get("auditor", &format!("/v1/proposals/{}", ids[0])).want(200);
    assert_eq!(shown, rejected);
    world.seal();
    approvals
}

/// Approves as the reviewer. An earlier approval may have taken what one stands on: then it is refused, and posts nothing.
fn approve(world: &World, ids: &[&str]) -> Approvals {
    let mut all = Approvals::default();
    for id in ids {
        let approved = world.post("reviewer", &format!("/v1/proposals/{id}/approve"), &json!({}));
        let answer = approved.json();
        let shown = world.get("auditor", &format!("/v1/proposals/{id}")).want(200);
        if approved.status == 200 {
            let documents = answer["documents"].as_array().unwrap();
            assert_eq!(documents.len(), shown["bank_lines"].as_array().unwrap().len(), "{answer}: {shown}");
            assert_eq!(shown["status"], "approved");
            all.posted += 1;
        } else {
            assert_ne!(shown["status"], "approved", "{answer}");
            *all.refused.entry(answer["code"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert!(all.posted > 30 && all.refused.is_empty(), "{all:?}");
    all
}

/// Runs the month and ties every closing out against balance, open items and aging.
fn statements(world: &World) -> Vec<String> {
    let body = json!({"cut_off": CUT_OFF, "period_start": "2026-10-01"});
    let run = world.post("clerk", "/v1/statement-runs", &body).want(201);
    assert_eq!((&run["failed"], &run["fallbacks"]), (&json!([]), &json!(0)), "{run}");
    let made: Vec<String> = serde_json::from_value(run["made"].clone()).unwrap();
    assert!(made.len() >= 35, "{run}");
    let listed = world.all("auditor", &format!("/v1/statements?run={}", run["id"].as_str().unwrap()));
    assert_eq!(listed.len(), made.len());
    for statement in &listed {
        tie_out(world, statement, run["known_at"].as_u64().unwrap());
    }
    made
}

fn tie_out(world: &World, statement: &Value, known_at: u64) {
    let id = statement["id"].as_str().unwrap();
    let sealed = world.get("auditor", &format!("/v1/statements/{id}"));
    let content = sealed.want(200);
    assert_eq!(sealed.header("content-type"), "application/json");
    assert_eq!(sealed.header("etag"), format!("\"{}\"", statement["digest"].as_str().unwrap()));
    let id = id.parse().unwrap();
    let bytes =
        app::statement::sealed_bytes(&world.app, &domain::actor::Actor::System, world.house.id, id).unwrap();
    assert_eq!(sealed.bytes, bytes, "the sealed bytes, exactly");
    let customer = statement["customer"].as_str().unwrap();
    let at = format!("as_of={CUT_OFF}&known_at={known_at}");
    let balance = world.get("auditor", &format!("/v1/customers/{customer}/balance?{at}")).want(200);
    let items = world.get("auditor", &format!("/v1/customers/{customer}/open-items?{at}")).want(200);
    assert_eq!((&balance["as_of"], &balance["known_at"]), (&json!(CUT_OFF), &json!(known_at)));
    for section in content["sections"].as_array().unwrap() {
        let of = |account: &&Value| {
            account["account"] == section["account"] && account["balance"]["currency"] == section["currency"]
        };
        let account = balance["accounts"].as_array().unwrap().iter().find(of).expect("the section's account");
        assert_eq!(account["balance"]["amount"], section["closing"], "{customer}");
        assert_eq!(account["open_items"]["amount"], section["closing"], "{customer}");
        let minor = |text: &Value| text.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        let aging: i64 =
            account["aging"].as_array().unwrap().iter().map(|b| minor(&b["amount"]["amount"])).sum();
        assert_eq!(aging - minor(&account["unapplied"]["amount"]), minor(&section["closing"]), "{customer}");
        let open: i64 = items["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|i| i["account"] == section["account"] && i["open"]["currency"] == section["currency"])
            .map(|i| minor(&i["open"]["amount"]))
            .sum();
        assert_eq!(open, minor(&section["closing"]), "{customer}");
    }
}

/// Approves all but one, downloads every file of the first.
fn review(world: &World, made: &[String]) -> BTreeMap<String, String> {
    let (first, rest) = made.split_first().unwrap();
    let by_maker =
        world.post("administrator", &format!("/v1/statements/{first}/approve"), &json!({})).want(200);
    assert_eq!(by_maker["status"], "approved", "the administrator did not make it");
    for id in &rest[1..] {
        world.post("reviewer", &format!("/v1/statements/{id}/approve"), &json!({})).want(200);
    }
    let rejected =
        world.post("reviewer", &format!("/v1/statements/{}/reject", rest[0]), &json!({})).want(200);
    assert_eq!(rejected["status"], "rejected");
    world.post("reviewer", &format!("/v1/statements/{first}/reject"), &json!({})).refused(409, "state");
    let artefacts = world.get("auditor", &format!("/v1/statements/{first}/artefacts")).want(200);
    let artefacts = artefacts["items"].as_array().unwrap();
    let kinds: Vec<&str> = artefacts.iter().map(|a| a["media_type"].as_str().unwrap()).collect();
    assert!(
        kinds.contains(&"application/pdf") && kinds.iter().any(|k| k.starts_with("text/html")),
        "{kinds:?}"
    );
    for artefact in artefacts {
        let name = artefact["name"].as_str().unwrap();
        let file = world.get("auditor", &format!("/v1/statements/{first}/artefacts/{name}"));
        assert_eq!(file.status, 200);
        assert_eq!(file.header("content-type"), artefact["media_type"].as_str().unwrap());
        assert!(
            file.header("content-disposition").starts_with("attachment; filename=\""),
            "{:?}",
            file.headers
        );
        assert_eq!(file.bytes.len() as u64, artefact["size"].as_u64().unwrap());
        match artefact["media_type"].as_str().unwrap() {
            "application/pdf" => assert!(file.bytes.starts_with(b"%PDF-")),
            _ => assert!(!file.bytes.is_empty()),
        }
    }
    world.get("auditor", &format!("/v1/statements/{first}/artefacts/none.pdf")).refused(404, "not-found");
    let all = world.all("auditor", "/v1/statements");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.iter().map(|s| (text(&s["number"]), text(&s["digest"]))).collect()
}

fn replay(world: &World, invoice: &str) {
    let shown = world.get("auditor", &format!("/v1/invoices/{invoice}")).want(200);
    let call = shown["document"]["invocation"].as_str().unwrap();
    let recorded = world.get("auditor", &format!("/v1/invocations/{call}")).want(200);
    assert_eq!((&recorded["world"], &recorded["id"]), (&json!("tax"), &json!(call)));
    let replayed = world.post("auditor", &format!("/v1/invocations/{call}/replay"), &json!({})).want(200);
    assert_eq!(
        (&replayed["same"], &replayed["first_difference"]),
        (&json!(true), &Value::Null),
        "{replayed}"
    );
    assert_eq!(replayed["output_digest"], recorded["output_digest"]);
}

/// From the first to the head without a gap in order, and never again what was read.
fn events(world: &World, head: u64) {
    let (mut after, mut count) = (0, 0);
    loop {
        let page = world.get("auditor", &format!("/v1/events?after={after}&limit=200")).want(200);
        let items = page["items"].as_array().unwrap();
        if items.is_empty() {
            assert_eq!(page["next"], after);
            break;
        }
        for event in items {
            let position = event["position"].as_u64().unwrap();
            assert!(position >= after, "{event}");
            after = position;
            count += 1;
        }
        assert_eq!(page["next"], after);
    }
    assert!(count > 500 && after <= head, "{count} events to {after} of {head}");
}
