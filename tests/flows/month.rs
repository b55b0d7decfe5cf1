//! The sample month by commands alone, each a process of its own, then served: with the plugins of the binary, and the same
//! with four that others wrote; and a call made again with nothing but the database.

use super::binary::{json, run, zhangben};
use super::csv;
use super::server::{Server, agent, send};
use serde_json::{Value, json as value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::testing::{TestDb, kinds};

/// The morning after: the month can be stated.
const CLOCK: &str = "2026-12-01T01:00:00Z";

/// A folder and a database in which commands run.
struct House {
    folder: tempfile::TempDir,
    /// Dropped last: PostgreSQL drops no database in use.
    database: Option<TestDb>,
}

impl House {
    fn new(kind: store::Kind) -> Self {
        let database = (kind == store::Kind::Postgres).then(TestDb::postgres);
        House { folder: tempfile::tempdir().expect("a folder"), database }
    }
    fn at(&self) -> &Path {
        self.folder.path()
    }
    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let mut all = vec!["--clock", CLOCK];
        if let Some(database) = &self.database {
            all.extend(["--database", database.url()]);
        }
        all.extend(more);
        all
    }
    /// Runs a command and wants this exit code.
    #[track_caller]
    fn ends(&self, code: i32, arguments: &[&str]) -> Value {
        json(self.at(), code, &self.arguments(arguments))
    }
    #[track_caller]
    fn ok(&self, arguments: &[&str]) -> Value {
        self.ends(0, arguments)
    }
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.at().join(name), text).expect("written");
    }
}

fn sample(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/sample").join(name);
    path.canonicalize().expect("the sample").display().to_string()
}

/// What serves a slot: a plugin's name or digest, and its configuration.
struct Binding {
    slot: String,
    plugin: String,
    valid_from: String,
    config: Value,
}

/// What of the month depends on the plugins.
struct Plugins {
    bindings: Vec<Binding>,
    /// What `import bank` is told: the files in the form that the reader takes.
    bank: Vec<String>,
}

/// Those that came with the binary, as the sample binds them.
fn built_in(house: &House) -> Plugins {
    let listed = house.ok(&["plugin", "list"]);
    let names: Vec<&str> =
        listed["plugins"].as_array().expect("plugins").iter().filter_map(|p| p["name"].as_str()).collect();
    let bindings: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(sample("bindings.json")).expect("bindings"))
            .expect("JSON");
    let binding = |binding: &Value| {
        let text = |name: &str| binding[name].as_str().expect("a text").to_owned();
        assert!(names.contains(&text("name").as_str()), "{listed}");
        let (slot, plugin, valid_from) = (text("slot"), text("name"), text("valid_from"));
        Binding { slot, plugin, valid_from, config: binding["config"].clone() }
    };
    let bindings = bindings.iter().map(binding).collect();
    Plugins { bindings, bank: vec![sample("bank-cny.xml"), sample("bank-eur.xml")] }
}

/// The examples, as a programmer of the company brings her own: component files, which are gone afterwards.
fn others(house: &House) -> Plugins {
    let taxed = ["13", "9", "6", "3", "1"].map(|code| (code.to_owned(), value!("standard")));
    let mut treatments = serde_json::Map::from_iter(taxed);
    treatments.insert("0".to_owned(), value!("export"));
    treatments.insert("exempt".to_owned(), value!("exempt"));
    treatments.insert("non-taxable".to_owned(), value!("out-of-scope"));
    let tax = value!({"rate": "0.06", "treatments": treatments});
    let mut bindings = Vec::new();
    for (slot, name, config) in [
        ("tax", "tax-flat-example", tax),
        ("bank:csv", "bank-csv-example", value!({})),
        ("reconciliation", "reconciliation-oldest-first-example", value!({})),
        ("statement", "statement-plain-example", value!({"closing_words": "顺颂商祺！"})),
    ] {
        let bytes = crate::fixture::component(&format!("examples/{name}"));
        std::fs::write(house.at().join("theirs.wasm"), bytes).expect("written");
        let added = house.ok(&["plugin", "add", "theirs.wasm"]);
        assert_eq!((&added["name"], &added["already"]), (&value!(name), &value!(false)));
        std::fs::remove_file(house.at().join("theirs.wasm")).expect("removed");
        let plugin = added["digest"].as_str().expect("a digest").to_owned();
        bindings.push(Binding { slot: slot.to_owned(), plugin, valid_from: "2026-01-01".to_owned(), config });
    }
    let mut bank = vec!["--format".to_owned(), "csv".to_owned()];
    for currency in ["cny", "eur"] {
        let name = format!("bank-{currency}.csv");
        house.write(&name, &csv::of_camt(house.at(), &sample(&format!("bank-{currency}.xml"))));
        bank.push(name);
    }
    Plugins { bindings, bank }
}

/// Company and people.
fn founded(house: &House) {
    house.ok(&["migrate"]);
    house.ok(&["company", "create", "--file", &sample("company.json")]);
    for (login, role) in [("guanli", "administrator"), ("zhang", "clerk"), ("li", "reviewer")] {
        house.ok(&["user", "create", "--login", login, "--name", login, "--role", role]);
    }
}

/// Plugins in force.
fn bound(house: &House, plugins: &Plugins) {
    for Binding { slot, plugin, valid_from, config } in &plugins.bindings {
        house.write("config.json", &config.to_string());
        let bind = ["plugin", "bind", "--slot", slot, "--plugin", plugin, "--valid-from", valid_from];
        let bound = house.ok(&[&bind[..], &["--config", "config.json", "--as", "guanli"]].concat());
        let id = bound["id"].as_str().expect("an id");
        assert_eq!(bound["status"], "pending", "she is no operator");
        assert_eq!(house.ok(&["plugin", "activate", id, "--as", "li"])["status"], "active");
    }
    let listed = house.ok(&["plugin", "bind"]);
    assert_eq!(listed["bindings"].as_array().map(Vec::len), Some(plugins.bindings.len()));
}

/// The second account waits for a second person; the operator could, the administrator who added it may not.
fn confirmed(house: &House) {
    let listed = house.ok(&["bank-details", "list", "--state", "proposed"]);
    let waits = listed["bank_detail_changes"].as_array().expect("changes");
    assert_eq!(waits.len(), 1, "{listed}");
    let id = waits[0]["id"].as_str().expect("an id");
    let refused = house.ends(1, &["bank-details", "approve", id, "--as", "guanli"]);
    assert_eq!(refused["error"]["code"], "maker-is-checker", "{refused}");
    assert_eq!(house.ok(&["bank-details", "approve", id, "--as", "li"])["state"], "approved");
}

/// Everything that comes from outside.
fn imported(house: &House, plugins: &Plugins) {
    for (kind, file, login, lines) in [
        ("rates", "rates.ndjson", "zhang", None),
        ("bank-accounts", "bank_accounts.ndjson", "guanli", Some(2)),
        ("customers", "customers.ndjson", "zhang", Some(40)),
        ("invoices", "invoices.ndjson", "zhang", Some(400)),
    ] {
        let done = house.ok(&["import", kind, &sample(file), "--as", login]);
        assert!(lines.is_none_or(|lines| done["imported"] == lines), "{kind}: {}", done["imported"]);
        assert_eq!((&done["refused"], &done["already"]), (&value!(0), &value!(0)));
        let again = house.ok(&["import", kind, &sample(file), "--as", login]);
        assert_eq!((&again["imported"], &again["already"]), (&value!(0), &done["imported"]), "{kind}");
    }
    confirmed(house);
    let receipt = value!({"customer": "C1001", "amount": {"amount": "10.00", "currency": "CNY"},
        "value_date": "2026-11-20", "reference": "现金"});
    let mut second = receipt.clone();
    second["external_id"] = value!("R-2");
    house.write("receipts.ndjson", &format!("{receipt}\n{second}\n{receipt}\n"));
    let receipts = ["import", "receipts", "receipts.ndjson", "--as", "zhang"];
    let done = house.ok(&receipts);
    assert_eq!(done["imported"], 3, "two that are equal are two: {done}");
    assert_eq!(done["items"][2]["number"], "RC-2026-000003");
    assert_eq!(house.ok(&receipts)["already"], 3, "and stay two");
    let bank: Vec<&str> = plugins.bank.iter().map(String::as_str).collect();
    let done = house.ok(&[&["import", "bank", "--as", "zhang"], bank.as_slice()].concat());
    assert_eq!(done["imported"], 2, "{done}");
    assert!(done["items"][0]["lines_new"].as_u64() > Some(0), "{done}");
}

/// Reconciles; gives the proposal that the reviewer approved.
fn reconciled(house: &House) -> String {
    let done = house.ok(&["reconcile", "--approve", "exact", "--as", "zhang"]);
    assert!(done["approved"].as_u64() > Some(0), "{done}");
    let listed = house.ok(&["proposal", "list", "--status", "proposed", "--limit", "500"]);
    let open = listed["proposals"].as_array().expect("proposals");
    let strong = open.iter().find(|p| p["confidence"] == "strong" && p["rank"] == 1);
    let id = strong.expect("a strong proposal")["id"].as_str().expect("an id").to_owned();
    house.ends(1, &["proposal", "approve", &id, "--as", "zhang"]);
    let approved = house.ok(&["proposal", "approve", &id, "--as", "li"]);
    assert!(!approved["entries"].as_array().expect("entries").is_empty(), "{approved}");
    id
}

/// Makes the statements; gives number and run.
fn stated(house: &House) -> (String, String) {
    let cut_off = ["--cut-off", "2026-11-30", "--period-start", "2026-10-01"];
    let done = house.ok(&[&["statement", "run"][..], &cut_off, &["--as", "zhang"]].concat());
    assert_eq!(done["made"].as_array().map(Vec::len), Some(40), "{done}");
    let run = done["run"].as_str().expect("a run").to_owned();
    let listed = house.ok(&["statement", "list", "--run", &run]);
    let statements = listed["statements"].as_array().expect("statements");
    assert_eq!(statements.len(), 40);
    let number = statements[0]["number"].as_str().expect("a number").to_owned();
    let refused = house.ends(1, &["statement", "approve", &number, "--as", "zhang"]);
    assert_eq!(refused["error"]["code"], "forbidden");
    assert!(refused["error"]["message"].as_str().is_some_and(|m| m.contains("reviewer")), "{refused}");
    assert_eq!(house.ok(&["statement", "approve", &number, "--as", "li"])["status"], "approved");
    let files = house.ok(&["statement", "export", "--run", &run, "--to", "files"]);
    assert_eq!(files["files"].as_array().map(Vec::len), Some(3 * 40), "PDF, HTML and JSON of each");
    (number, run)
}

/// The auditor's commands.
fn proved(house: &House, number: &str, proposal: &str) {
    for what in [["--invoice", "INV-2026-000001"], ["--statement", number], ["--proposal", proposal]] {
        let replayed = house.ok(&[&["replay"][..], &what].concat());
        assert_eq!(replayed["same"], true, "{replayed}");
    }
    let verified = house.ok(&["verify"]);
    assert_eq!(verified["holds"], true, "{verified}");
    let exported = house.ok(&["export", "--to", "audit"]);
    let head = exported["head"].as_str().expect("a head");
    assert_eq!(verified["head"], head);
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("verify.py");
    let checked = Command::new("python3")
        .arg(&checker)
        .arg(house.at().join("audit"))
        .args(["--head", head])
        .output()
        .expect("python3 runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let events = house.ok(&["events", "--limit", "1000"]);
    let kinds: Vec<&str> =
        events["events"].as_array().expect("events").iter().filter_map(|e| e["kind"].as_str()).collect();
    for kind in ["customer.created", "invoice.posted", "bank-file.imported"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
}

/// The same database, served: the same bytes.
fn served(house: &House, number: &str) {
    let shown = run(house.at(), &house.arguments(&["statement", "show", number, "--json"]));
    assert!(shown.status.success());
    let token = house.ok(&["token", "issue", "--user", "li", "--label", "flow"]);
    let token = token["secret"].as_str().expect("a secret");
    let server = Server::start(house.at(), &house.arguments(&[]));
    let url = format!("{}/v1/statements/{number}", server.url());
    let (status, bytes) = send(&agent(), "GET", &url, token, None).expect("an answer");
    assert_eq!((status, bytes), (200, shown.stdout));
    assert_eq!(server.terminate().code(), Some(0), "SIGTERM ends it well");
}

/// The month; gives what was stated and the proposal that the reviewer approved.
fn month(house: &House, plugins: &Plugins) -> (String, String) {
    bound(house, plugins);
    imported(house, plugins);
    let proposal = reconciled(house);
    let (number, _) = stated(house);
    proved(house, &number, &proposal);
    served(house, &number);
    (number, proposal)
}

#[test]
fn the_sample_month_by_commands_alone() {
    for kind in kinds() {
        let house = House::new(kind);
        founded(&house);
        month(&house, &built_in(&house));
    }
}

#[test]
fn the_sample_month_with_plugins_that_others_wrote() {
    for kind in kinds() {
        let house = House::new(kind);
        founded(&house);
        let plugins = others(&house);
        let (number, proposal) = month(&house, &plugins);
        for figure in [["--invoice", "INV-2026-000001"], ["--statement", &number], ["--proposal", &proposal]]
        {
            let replayed = replayed_elsewhere(&house, &figure);
            assert_eq!(replayed["same"], true, "{replayed}");
            assert!(
                replayed["plugin"].as_str().is_some_and(|plugin| plugin.contains("-example ")),
                "{replayed}"
            );
        }
        only_theirs(&house, &plugins);
    }
}

/// Every call of the month was one of theirs.
fn only_theirs(house: &House, plugins: &Plugins) {
    let sqlite = format!("sqlite://{}", house.at().join("zhangben-data/zhangben.sqlite").display());
    let url = house.database.as_ref().map_or(sqlite.as_str(), TestDb::url);
    let db =
        store::Database::open(url, store::Options { create: false, ..Default::default() }).expect("it opens");
    let called = db.read(|conn| {
        let company = store::query::companies::list(conn)?[0].id;
        store::query::invocations::list(conn, company, None, 10_000)
    });
    let called: BTreeSet<String> =
        called.expect("calls").iter().map(|call| call.plugin.to_string()).collect();
    assert_eq!(called, plugins.bindings.iter().map(|binding| binding.plugin.clone()).collect());
}

/// Bytes of a component with a custom section at its end: the same plugin under another digest.
fn altered(component: &[u8]) -> Vec<u8> {
    let (id, size, name_size) = (0_u8, 6_u8, 4_u8);
    [component, &[id, size, name_size], b"mine", b"!"].concat()
}

#[test]
fn a_call_is_made_again_with_nothing_but_the_database() {
    for kind in kinds() {
        let house = House::new(kind);
        founded(&house);
        bound(&house, &built_in(&house));
        let tax = zhangben::wiring::builtins().iter().find(|b| b.name == "tax-cn-vat").expect("built in");
        std::fs::write(house.at().join("mine.wasm"), altered(tax.bytes)).expect("written");
        let mine = house.ok(&["plugin", "add", "mine.wasm"]);
        assert_eq!(mine["already"], false, "no built-in of this binary");
        let digest = mine["digest"].as_str().expect("a digest");
        house.ok(&["plugin", "bind", "--slot", "tax", "--plugin", digest, "--valid-from", "2026-02-01"]);
        house.write(
            "invoice.ndjson",
            &value!({"customer": "C1001", "document_date": "2026-11-02", "currency": "CNY",
                "price_mode": "exclusive", "lines": [{"description": "货", "quantity": "3", "unit_price": "9.99",
                "category": "13"}]})
            .to_string(),
        );
        house.ok(&["import", "customers", &sample("customers.ndjson")]);
        assert_eq!(house.ok(&["import", "invoices", "invoice.ndjson"])["imported"], 1);

        std::fs::remove_file(house.at().join("mine.wasm")).expect("removed");
        let replayed = replayed_elsewhere(&house, &["--invoice", "INV-2026-000001"]);
        assert_eq!(replayed["same"], true, "{replayed}");
    }
}

/// Replays on another machine, as it were: a home without a cache, a folder without files but the database itself.
fn replayed_elsewhere(house: &House, figure: &[&str]) -> Value {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let mut command = zhangben(elsewhere.path());
    command.env("HOME", elsewhere.path()).env_remove("XDG_CACHE_HOME");
    match &house.database {
        Some(database) => command.args(["--database", database.url()]),
        None => {
            let data = elsewhere.path().join("zhangben-data");
            std::fs::create_dir(&data).expect("a folder");
            for name in ["zhangben.sqlite", "zhangben.sqlite-wal"] {
                let from = house.at().join("zhangben-data").join(name);
                if from.exists() {
                    std::fs::copy(from, data.join(name)).expect("copied");
                }
            }
            command.arg("--data").arg(&data)
        }
    };
    let output = command.arg("replay").args(figure).arg("--json").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&said).expect("JSON")
}
