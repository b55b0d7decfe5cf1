//! The ledger as a journal: hledger and beancount accept it, and what they reckon is what we say, customer by customer and
//! account by account. Two programs that share nothing with us.

use super::house::House;
use super::month;
use crate::flows::binary::json;
use app::audit::{JournalFormat, export_journal};
use app::report::Asked;
use rust_decimal::Decimal;
use serde_json::{Value, json as value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use store::testing::{TestDb, for_each_database, kinds};
use zhangben::reports::{Kind, make};

/// Whether the two are there to be asked: `cargo xtask test` installs them.
#[allow(clippy::print_stderr)]
fn left_out() -> bool {
    let without = std::env::var(store::testing::WITHOUT_VARIABLE).unwrap_or_default();
    let left_out = without.split(',').any(|part| part.trim() == "journals");
    if left_out {
        eprintln!("did not run: journals in hledger and beancount");
    }
    left_out
}

/// `<target>/beancount/bin/NAME`.
fn of_beancount(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let target = test.ancestors().nth(3).expect("tests lie in <target>/<profile>/deps");
    let program = target.join("beancount/bin").join(name);
    assert!(
        program.is_file(),
        "{} is not there: run `cargo xtask test journals`, or set ZHANGBEN_TEST_WITHOUT=journals",
        program.display()
    );
    program
}

fn hledger(file: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("hledger");
    command.env("LANG", "C.UTF-8").arg("-f").arg(file).args(arguments);
    command.output().unwrap_or_else(|error| {
        panic!("hledger: {error}: run `cargo xtask test journals`, or set ZHANGBEN_TEST_WITHOUT=journals")
    })
}

#[track_caller]
fn well(output: Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Account and commodity.
type Sums = BTreeMap<(String, String), Decimal>;

/// What a program reckons: what stands on accounts, and what it is at the prices of the postings.
struct Reckoned {
    units: Sums,
    base: Sums,
    transactions: usize,
}

fn put(sums: &mut Sums, account: &str, commodity: &str, number: &str) {
    let number: Decimal = number.parse().unwrap_or_else(|error| panic!("{number}: {error}"));
    *sums.entry((account.to_owned(), commodity.to_owned())).or_default() += number;
}

fn by_hledger(file: &Path) -> Reckoned {
    well(hledger(file, &["check", "--strict"]));
    let balances = |cost: &[&str]| -> Sums {
        let arguments = [&["balance", "--flat", "--no-total", "-O", "csv", "--layout=bare"][..], cost];
        let mut sums = Sums::new();
        for line in well(hledger(file, &arguments.concat())).lines().skip(1) {
            let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
            let [account, commodity, number] = cells[..] else { panic!("{line}") };
            put(&mut sums, account, commodity, number);
        }
        sums
    };
    // an allocation that moves nothing is a transaction without postings: it is printed, but in no table
    let printed = well(hledger(file, &["print"]));
    let transactions = printed.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).count();
    Reckoned { units: balances(&[]), base: balances(&["-B"]), transactions }
}

fn by_beancount(file: &Path) -> Reckoned {
    well(Command::new(of_beancount("bean-check")).arg(file).output().expect("bean-check runs"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("beancount_balances.py");
    let told = well(Command::new(of_beancount("python3")).arg(script).arg(file).output().expect("it runs"));
    let mut found = Reckoned { units: Sums::new(), base: Sums::new(), transactions: 0 };
    for line in told.lines() {
        match line.split(',').collect::<Vec<_>>()[..] {
            ["transactions", _, count] => found.transactions = count.parse().expect("a number"),
            ["units", account, commodity, number] => put(&mut found.units, account, commodity, number),
            ["weight", account, commodity, number] => put(&mut found.base, account, commodity, number),
            _ => panic!("{line}"),
        }
    }
    found
}

fn without_zeros(sums: Sums) -> Sums {
    // a total price that was divided by its amount leaves what is far below a minor unit
    let rounded = sums.into_iter().map(|(key, number)| (key, number.round_dp(9).normalize()));
    rounded.filter(|(_, number)| !number.is_zero()).collect()
}

/// A customer's code as a part of an account; the ones that need it, as they must be.
fn part(code: &str) -> &str {
    if code == "E/1%" { "E-2F1-25" } else { code }
}

fn money(view: &Value) -> Decimal {
    view["amount"].as_str().expect("an amount").parse().expect("a decimal")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Our own figures, out of two reports: customers by currency, accounts in base currency.
fn ours(ledger: &Value, trial: &Value) -> (Sums, BTreeMap<String, Decimal>) {
    let mut customers = Sums::new();
    for of in ledger["accounts"].as_array().expect("accounts") {
        let (account, code) = (text(&of["account"]), text(&of["customer"]["code"]));
        let name = format!("Assets:{account}:{}", part(&code));
        customers.insert((name, text(&of["closing"]["currency"])), money(&of["closing"]));
    }
    let mut base: BTreeMap<String, Decimal> = BTreeMap::new();
    for of in trial["accounts"].as_array().expect("accounts") {
        *base.entry(text(&of["account"])).or_default() += money(&of["base_closing"]);
    }
    base.retain(|_, sum| !sum.is_zero());
    (without_zeros(customers), base)
}

fn same(found: Reckoned, ledger: &Value, trial: &Value, transactions: u64) {
    let (customers, base) = ours(ledger, trial);
    assert!(customers.len() > 1, "{ledger}");
    let control = ["Assets:1121:", "Assets:1122:"];
    let of_customers = |key: &(String, String)| control.iter().any(|account| key.0.starts_with(account));
    let reckoned: Sums =
        without_zeros(found.units.clone()).into_iter().filter(|(key, _)| of_customers(key)).collect();
    assert_eq!(reckoned, customers);
    let mut by_account: BTreeMap<String, Decimal> = BTreeMap::new();
    for ((account, commodity), number) in &found.base {
        assert_eq!(commodity, "CNY", "{account} is reckoned at its price");
        let account = account.split(':').nth(1).expect("a class and an account");
        *by_account.entry(account.trim_end_matches("-Base").to_owned()).or_default() += number;
    }
    let mut by_account: BTreeMap<String, Decimal> =
        by_account.into_iter().map(|(account, sum)| (account, sum.round_dp(9).normalize())).collect();
    by_account.retain(|_, sum| !sum.is_zero());
    let base: BTreeMap<String, Decimal> =
        base.into_iter().map(|(name, sum)| (name, sum.normalize())).collect();
    assert_eq!(by_account, base);
    // each foreign currency balances by itself
    let mut totals: BTreeMap<&str, Decimal> = BTreeMap::new();
    for ((_, commodity), number) in found.units.iter().filter(|((_, commodity), _)| commodity != "CNY") {
        *totals.entry(commodity).or_default() += number;
    }
    assert!(totals.values().all(Decimal::is_zero), "{totals:?}");
    assert_eq!(found.transactions, usize::try_from(transactions).unwrap());
}

/// Both programs accept the books of a house, and reckon what its reports say.
pub fn reckoned_alike(house: &House) {
    if left_out() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let asked = Asked { as_of: Some(super::house::day("2199-12-31")), ..Asked::default() };
    let view = |kind| {
        let made = make(&house.app, &house.auditor, house.id, &kind, &asked).expect("a report");
        serde_json::to_value(made.view()).expect("JSON")
    };
    let (ledger, trial) = (view(Kind::Ledger), view(Kind::TrialBalance));
    let of = |format: JournalFormat| {
        let path = folder.path().join(format.name());
        let done = export_journal(&house.app, &house.auditor, house.id, &path, format).expect("a journal");
        (path, done)
    };
    let (path, done) = of(JournalFormat::Hledger);
    same(by_hledger(&path), &ledger, &trial, done.transactions + u64::from(done.balances > 0));
    let (path, done) = of(JournalFormat::Beancount);
    same(by_beancount(&path), &ledger, &trial, done.transactions);
}

#[test]
fn the_audited_month_is_accepted_and_reckoned_alike() {
    if left_out() {
        return;
    }
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let folder = tempfile::tempdir().expect("a folder");
        let asked = Asked { as_of: Some(super::house::day("2199-12-31")), ..Asked::default() };
        let view = |kind| {
            let made = make(&house.app, &house.auditor, house.id, &kind, &asked).expect("a report");
            serde_json::to_value(made.view()).expect("JSON")
        };
        let (ledger, trial) = (view(Kind::Ledger), view(Kind::TrialBalance));
        let of = |format: JournalFormat| {
            let path = folder.path().join(format.name());
            let done =
                export_journal(&house.app, &house.auditor, house.id, &path, format).expect("a journal");
            (path, done)
        };
        let (path, done) = of(JournalFormat::Hledger);
        let last = u64::from(done.balances > 0);
        same(by_hledger(&path), &ledger, &trial, done.transactions + last);
        let journal = std::fs::read_to_string(&path).expect("text");
        assert!(journal.contains(" EUR @@ ") && journal.contains("Assets:1122-Base:E-2F1-25"), "it has FX");
        for hers in [month::HER.name, month::HER.email, month::HER_TEXT, month::HER_ORDER] {
            assert!(!journal.contains(hers), "{hers}");
        }
        // the assertions are no ornament: one figure more in one posting and it is refused
        let line = journal
            .lines()
            .find(|line| line.contains("Assets:1122:C1  ") && !line.contains('='))
            .expect("a line");
        let spoilt = journal.replacen(line, &line.replace('.', "1."), 1);
        let spoilt_path = folder.path().join("spoilt");
        std::fs::write(&spoilt_path, spoilt).expect("written");
        assert!(!hledger(&spoilt_path, &["check"]).status.success());
        let (path, done) = of(JournalFormat::Beancount);
        same(by_beancount(&path), &ledger, &trial, done.transactions);
        let again = export_journal(&house.app, &house.auditor, house.id, &path, JournalFormat::Beancount);
        assert!(again.is_err(), "what is there is not overwritten");
        assert!(path.is_file());
    });
}

/// Exports by the command line and compares.
fn by_commands(at: &Path, database: &[&str], clock: &[&str]) {
    let ends = |more: &[&str]| json(at, 0, &[database, clock, more].concat());
    let ledger = ends(&["report", "ledger", "--as-of", "2199-12-31"]);
    let trial = ends(&["report", "trial-balance", "--as-of", "2199-12-31"]);
    let done = ends(&["export", "--format", "hledger", "--to", "books.journal"]);
    let count = |done: &Value| done["transactions"].as_u64().expect("a number");
    same(by_hledger(&at.join("books.journal")), &ledger, &trial, count(&done) + 1);
    let done = ends(&["export", "--format", "beancount", "--to", "books.beancount"]);
    same(by_beancount(&at.join("books.beancount")), &ledger, &trial, count(&done));
    let refused =
        json(at, 1, &[database, clock, &["export", "--format", "hledger", "--to", "books.journal"]].concat());
    assert_eq!(refused["error"]["code"], "rule-refused", "{refused}");
}

#[test]
fn the_sample_month_is_accepted_and_reckoned_alike() {
    if left_out() {
        return;
    }
    for kind in kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = (kind == store::Kind::Postgres).then(TestDb::postgres);
        let database = db.as_ref().map_or(vec![], |db| vec!["--database", db.url()]);
        json(folder.path(), 0, &[&database[..], &["demo", "--exit"]].concat());
        by_commands(folder.path(), &database, &[]);
    }
}

#[test]
fn reversals_and_small_currencies_are_accepted_and_reckoned_alike() {
    if left_out() {
        return;
    }
    for kind in kinds() {
        let db = TestDb::new(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let (at, database) = (folder.path(), ["--database", db.url()]);
        let ends = |more: &[&str]| json(at, 0, &[&database[..], more].concat());
        let company = ["--code", "acme", "--name", "Acme", "--country", "CN", "--base-currency", "CNY"];
        ends(&[&["company", "create"][..], &company].concat());
        ends(&["plugin", "bind", "--slot", "tax", "--plugin", "tax-cn-vat", "--valid-from", "2020-01-01"]);
        let write = |name: &str, text: String| std::fs::write(at.join(name), text).expect("written");
        let customer = |code: &str, currency: &str| {
            value!({"code": code, "name": "名", "country": "CN", "currency": currency}).to_string()
        };
        write("c.ndjson", [customer("C1", "CNY"), customer("J1", "JPY"), customer("K1", "KWD")].join("\n"));
        ends(&["import", "customers", "c.ndjson"]);
        let invoice = |of: &str, currency: &str, price: &str, rate: &str| {
            value!({"customer": of, "document_date": "2026-11-02", "currency": currency, "price_mode": "exclusive",
                "fx": {"rate": rate, "date": "2026-11-02", "source": "test"},
                "lines": [{"description": "货", "quantity": "1", "unit_price": price, "category": "13"}]})
            .to_string()
        };
        // one yen is less than a fen at this rate: an amount without a base amount
        let rows = [
            invoice("J1", "JPY", "1", "0.0047"),
            invoice("J1", "JPY", "12345", "0.0471"),
            invoice("K1", "KWD", "1.234", "23.1"),
        ];
        write("i.ndjson", rows.join("\n"));
        ends(&["import", "invoices", "i.ndjson"]);
        write("i.csv", "单号,客户编码,单据日期,品名,数量,单价,税率\nA-1,C1,2026-11-05,轴承,10,12.5,13%\nA-2,C1,2026-11-06,轴承,1,10,13%\n".to_owned());
        let mapping = value!({"columns": {"单号": "number", "客户编码": "customer", "单据日期": "document_date", "品名": "description",
            "数量": "quantity", "单价": "unit_price", "税率": "category"},
            "constants": {"currency": "CNY", "price_mode": "exclusive"}, "values": {"category": {"13%": "13"}}});
        write("m.json", mapping.to_string());
        let done = ends(&["import", "invoices", "i.csv", "--mapping", "m.json"]);
        ends(&["imports", "undo", done["id"].as_str().expect("an id")]);
        write(
            "i.csv",
            "单号,客户编码,单据日期,品名,数量,单价,税率\nA-3,C1,2026-11-05,轴承,10,12.5,13%\n".to_owned(),
        );
        ends(&["import", "invoices", "i.csv", "--mapping", "m.json"]);
        by_commands(at, &database, &[]);
    }
}
