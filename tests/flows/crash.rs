//! `kill -9` of serving processes: what was acknowledged is there, and the chain has no gap.

use super::binary::json;
use super::server::{Server, agent, send};
use serde_json::{Value, json as value};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use store::testing::{TestDb, kinds};
use store::{Database, Kind, Options, query, sequencer};

/// How often the server is killed; more on request.
const ROUNDS: u32 = 10;
const ROUNDS_VARIABLE: &str = "ZHANGBEN_TEST_CRASHES";

/// A company with a customer, its tax plugin bound; the clerk's token.
pub fn founded(at: &Path, database: &[&str]) -> String {
    let ok = |arguments: &[&str]| json(at, 0, &[database, arguments].concat());
    ok(&["migrate"]);
    let company = ["--code", "acme", "--name", "Acme", "--country", "CN", "--base-currency", "CNY"];
    ok(&[&["company", "create"][..], &company].concat());
    ok(&["user", "create", "--login", "li", "--name", "Li", "--role", "clerk"]);
    ok(&["plugin", "bind", "--slot", "tax", "--plugin", "tax-cn-vat", "--valid-from", "2026-01-01"]);
    let customer = value!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    std::fs::write(at.join("c.ndjson"), customer.to_string()).expect("written");
    ok(&["import", "customers", "c.ndjson"]);
    let token = ok(&["token", "issue", "--user", "li", "--label", "x"]);
    token["secret"].as_str().expect("a secret").to_owned()
}

fn invoice(external_id: &str) -> Value {
    let line = value!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    value!({"external_id": external_id, "customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]})
}

/// Invoices that were asked for, and those that were acknowledged, by external id.
#[derive(Default)]
struct Log {
    asked: AtomicU32,
    acknowledged: Mutex<Vec<(String, String)>>,
}

impl Log {
    /// Posts until nobody answers or `stop`.
    fn post(&self, url: &str, token: &str, stop: &AtomicBool) {
        let agent = agent();
        while !stop.load(Ordering::Relaxed) {
            let name = format!("x-{}", self.asked.fetch_add(1, Ordering::Relaxed));
            let answer =
                send(&agent, "POST", &format!("{url}/v1/invoices"), token, Some((&name, &invoice(&name))));
            let Ok((status, bytes)) = answer else { return };
            let body: Value = serde_json::from_slice(&bytes).expect("JSON");
            match status {
                201 => {
                    let id = body["id"].as_str().expect("an id").to_owned();
                    self.acknowledged.lock().expect("no panic").push((name, id));
                }
                // PostgreSQL's losers of a race are told to come again
                409 | 503 => {}
                other => panic!("{other}: {body}"),
            }
        }
    }
    fn acknowledged(&self) -> Vec<(String, String)> {
        self.acknowledged.lock().expect("no panic").clone()
    }
}

/// Everything acknowledged is there under its id, numbers and positions have no gap, nothing was done twice.
fn whole(url: &str, log: &Log) -> u64 {
    let db = Database::open(url, Options { create: false, ..Options::default() }).expect("it opens");
    sequencer::drain_all(&db).expect("sealed");
    let company = db.read(query::companies::list).expect("companies")[0].id;
    for (name, id) in log.acknowledged() {
        let row = db.read(|c| query::documents::by_external_id(c, company, "invoice", &name)).expect("read");
        assert_eq!(row.map(|row| row.id.to_string()), Some(id), "{name} was acknowledged");
    }
    let (mut after, mut invoices) = (None, Vec::new());
    loop {
        let filter = query::documents::Filter { kind: Some("invoice"), ..Default::default() };
        let page = db.read(|c| query::documents::list(c, company, &filter, after, 500)).expect("read");
        let Some(last) = page.last() else { break };
        after = Some((last.effective_date, last.id));
        invoices.extend(page.into_iter().map(|row| row.number));
    }
    invoices.sort();
    for (n, number) in (1..).zip(&invoices) {
        assert_eq!(*number, format!("INV-2026-{n:06}"));
    }
    let (mut position, mut entries) = (0, 0);
    loop {
        let page = db.read(|c| query::seals::page(c, company, position, 1000)).expect("read");
        if page.is_empty() {
            break;
        }
        for seal in page {
            position += 1;
            assert_eq!(seal.position, position);
            entries += usize::from(seal.kind == "entry");
        }
    }
    assert_eq!(entries, invoices.len(), "each is sealed once");
    position
}

fn rounds() -> u32 {
    std::env::var(ROUNDS_VARIABLE).ok().map_or(ROUNDS, |text| text.parse().expect("a number of rounds"))
}

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    for kind in kinds() {
        let test = TestDb::new(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let database = ["--database", test.url()];
        let token = founded(at, &database);
        let log = Log::default();
        for round in 0..rounds() {
            let server = Server::start(at, &database);
            let stop = AtomicBool::new(false);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| log.post(server.url(), &token, &stop));
                }
                // at another point each time: before the first answer, within a call of the guest, within a write
                std::thread::sleep(Duration::from_millis(40 + u64::from(round * 97 % 400)));
                server.kill();
            });
            drop(server);
            whole(test.url(), &log);
        }
        assert!(!log.acknowledged().is_empty(), "something was acknowledged on {kind:?}");
        assert_eq!(json(at, 0, &[&database[..], &["verify"]].concat())["holds"], true);
    }
}

#[test]
fn sixteen_writers_in_two_processes_one_of_which_is_killed() {
    if !kinds().contains(&Kind::Postgres) {
        return;
    }
    let test = TestDb::postgres();
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let database = ["--database", test.url()];
    let token = founded(folders[0].path(), &database);
    let servers = folders.each_ref().map(|folder| Server::start(folder.path(), &database));
    let (log, stop) = (Log::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for server in &servers {
            for _ in 0..8 {
                scope.spawn(|| log.post(server.url(), &token, &stop));
            }
        }
        std::thread::sleep(Duration::from_secs(2));
        servers[0].kill();
        let before = log.acknowledged().len();
        // the other goes on, and takes the sequencer's lease over when it runs out
        std::thread::sleep(Duration::from_secs(3));
        stop.store(true, Ordering::Relaxed);
        assert!(log.acknowledged().len() > before, "the survivor answers");
    });
    let [dead, alive] = servers;
    drop(dead);
    assert_eq!(alive.terminate().code(), Some(0));
    assert!(log.acknowledged().len() > 16);
    whole(test.url(), &log);
    assert_eq!(json(folders[1].path(), 0, &[&database[..], &["verify"]].concat())["holds"], true);
}
