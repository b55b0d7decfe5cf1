//! A company on a database of its own, and processes that work for it and die.

use crate::flows::binary::{json, zhangben};
use crate::flows::server::Server;
use serde_json::{Value, json as value};
use std::cell::RefCell;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;
use store::Kind;
use store::abort::{Point, VARIABLE};
use store::testing::TestDb;

/// The morning after the month.
const CLOCK: &str = "2026-12-01T01:00:00Z";
/// The company's account at its bank.
pub const ACCOUNT: &str = "9976059161820542698";
/// Customers: C1, C2 …
pub const CUSTOMERS: usize = 3;
/// What `std::process::abort` ends with.
const SIGABRT: i32 = 6;
/// A process that has not come to its point by then does not come to it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a process ends: when it comes to the point for this time.
#[derive(Debug, Clone, Copy)]
pub struct At(pub Point, pub u32);

pub struct House {
    folder: tempfile::TempDir,
    /// A clerk's.
    pub token: String,
    url: String,
    /// Dropped last: PostgreSQL drops no database in use. Closed but when somebody looks.
    database: RefCell<TestDb>,
}

pub fn customer_name(n: usize) -> String {
    format!("第{n}号客户有限公司")
}

pub fn customer_account(n: usize) -> String {
    format!("99515556677880{n:02}")
}

impl House {
    /// A company with customers, a clerk, and the built-in plugins in force.
    pub fn new(kind: Kind) -> Self {
        let database = TestDb::new(kind);
        let url = database.url().to_owned();
        let folder = tempfile::tempdir().expect("a folder");
        let mut house = House { folder, token: String::new(), url, database: RefCell::new(database) };
        house.database.borrow_mut().close();
        house.ok(&["migrate"]);
        let company = ["--code", "acme", "--name", "Acme", "--country", "CN", "--base-currency", "CNY"];
        house.ok(&[&["company", "create"][..], &company].concat());
        house.ok(&["user", "create", "--login", "li", "--name", "Li", "--role", "clerk"]);
        let bindings = std::fs::read_to_string(sample("bindings.json")).expect("the sample");
        let bindings: Vec<Value> = serde_json::from_str(&bindings).expect("JSON");
        for binding in &bindings {
            let text = |name: &str| binding[name].as_str().expect("a text");
            let (slot, plugin, from) = (text("slot"), text("name"), text("valid_from"));
            house.ok(&["plugin", "bind", "--slot", slot, "--plugin", plugin, "--valid-from", from]);
        }
        let customer = |n: usize| {
            value!({"code": format!("C{n}"), "name": customer_name(n), "country": "CN", "currency": "CNY",
                "accounts": [{"scheme": "CN", "account": customer_account(n)}]})
        };
        house.import("customers", &(1..=CUSTOMERS).map(customer).collect::<Vec<_>>());
        let account = value!({"number": ACCOUNT, "scheme": "CN", "bank": "示例银行", "holder": "Acme", "currency": "CNY"});
        house.import("bank-accounts", &[account]);
        let token = house.ok(&["token", "issue", "--user", "li", "--label", "x"]);
        house.token = token["secret"].as_str().expect("a secret").to_owned();
        house
    }

    pub fn at(&self) -> &Path {
        self.folder.path()
    }

    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        [&["--clock", CLOCK, "--database", &self.url][..], more].concat()
    }

    /// A command, to be started.
    pub fn command(&self, more: &[&str]) -> Command {
        let mut command = zhangben(self.at());
        command.args(self.arguments(more));
        command
    }

    /// Runs a command that ends well.
    #[track_caller]
    pub fn ok(&self, more: &[&str]) -> Value {
        json(self.at(), 0, &self.arguments(more))
    }

    /// Writes bodies into a file that `import` reads.
    pub fn write(&self, kind: &str, bodies: &[Value]) -> String {
        let name = format!("{kind}.ndjson");
        let text: String = bodies.iter().map(|body| format!("{body}\n")).collect();
        std::fs::write(self.at().join(&name), text).expect("written");
        name
    }

    /// Imports bodies; all of them are new.
    pub fn import(&self, kind: &str, bodies: &[Value]) -> Value {
        let file = self.write(kind, bodies);
        let done = self.ok(&["import", kind, &file]);
        assert_eq!(done["imported"], bodies.len(), "{done}");
        done
    }

    /// Runs a command that dies.
    pub fn dies(&self, at: At, more: &[&str]) {
        let output = self.command(more).env(VARIABLE, text(at)).output().expect("the binary starts");
        died_there(at, output.status, &String::from_utf8_lossy(&output.stderr));
    }

    /// A server; it lives until it is killed, or until it comes to a place.
    pub fn serve(&self, at: Option<At>) -> Server {
        let mut command = self.command(&[]);
        if let Some(at) = at {
            command.env(VARIABLE, text(at));
        }
        Server::started(command.stderr(File::create(self.log()).expect("a file")))
    }

    /// Waits until a server has died, where it was to.
    pub fn died(&self, server: &mut Server, at: At) -> Result<(), String> {
        let status = server.ends(PATIENCE).ok_or_else(|| format!("it never came to {at:?}"))?;
        died_there(at, status, &std::fs::read_to_string(self.log()).expect("its log"));
        Ok(())
    }

    fn log(&self) -> PathBuf {
        self.at().join("server.log")
    }

    /// Opens the database for a look, and closes it again.
    pub fn look<T>(&self, look: impl FnOnce(&TestDb) -> T) -> T {
        self.database.borrow_mut().reopen();
        let seen = look(&self.database.borrow());
        self.database.borrow_mut().close();
        seen
    }

    /// What claims and leases of the dead need a quarter of an hour for.
    pub fn time_passes(&self) {
        self.look(|db| {
            let past = "'2020-01-01 00:00:00.000000'";
            // a claim that is spent never runs out
            db.execute(&format!(
                "UPDATE idempotency SET claimed_until = {past} WHERE status IS NULL AND claimed_until < '9000-01-01 00:00:00.000000'"
            ));
            db.execute(&format!("UPDATE jobs SET leased_until = {past} WHERE status = 'running'"));
            db.execute(&format!("UPDATE leases SET leased_until = {past}"));
        });
    }
}

fn text(At(point, nth): At) -> String {
    format!("{}:{nth}", point.name())
}

/// Not of something else, and not somewhere else.
fn died_there(at: At, status: ExitStatus, log: &str) {
    assert_eq!(status.signal(), Some(SIGABRT), "{at:?}: {status}\n{log}");
    let told = |line: &str| line.contains("aborted") && line.contains(at.0.name());
    assert!(log.lines().any(told), "{at:?}: {log}");
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/sample").join(name)
}
