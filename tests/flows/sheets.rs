//! Spreadsheets at the command line: proposed, looked at, brought in, taken back, tied out. How one dies: `super::crash`.

use super::binary::json;
use serde_json::{Value, json as value};
use std::fs;
use std::path::Path;
use std::process::Command;
use store::testing::{TestDb, kinds};
use zhangben_tests::retail::data;

pub type Ends<'a> = &'a dyn Fn(i32, &[&str]) -> Value;

/// Runs `test` in a folder with a company that has its plugins bound.
pub fn for_each(test: impl Fn(&Path, &str, Ends<'_>)) {
    for kind in kinds() {
        let database = TestDb::new(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let ends =
            |code: i32, more: &[&str]| json(at, code, &[&["--database", database.url()][..], more].concat());
        let company = ["--code", "acme", "--name", "Acme", "--country", "CN", "--base-currency", "CNY"];
        ends(0, &[&["company", "create"][..], &company].concat());
        ends(0, &["plugin", "bind", "--slot", "tax", "--plugin", "tax-cn-vat", "--valid-from", "2020-01-01"]);
        test(at, database.url(), &ends);
    }
}

pub fn write(at: &Path, name: &str, text: &str) {
    fs::write(at.join(name), text).expect("written");
}

/// A mapping that a person has confirmed: the proposed one with what was asked.
pub fn mapping(at: &Path, name: &str, mapping: &Value) {
    write(at, name, &mapping.to_string());
}

pub fn customers(at: &Path, ends: Ends<'_>, codes: std::ops::RangeInclusive<u32>) {
    let rows: String = codes.map(|n| format!("C{n},客户{n},CN,CNY\n")).collect();
    write(at, "customers.csv", &format!("客户编码,客户名称,国家,币种\n{rows}"));
    let proposed = ends(0, &["import", "customers", "customers.csv", "--preview"]);
    assert_eq!((&proposed["proposed"], &proposed["questions"]), (&value!(true), &value!([])), "{proposed}");
    mapping(at, "customers.json", &proposed["mapping"]);
    ends(0, &["import", "customers", "customers.csv", "--mapping", "customers.json"]);
}

/// Verified by the host and, exported, by the checker that shares no code with it.
pub fn holds(at: &Path, ends: Ends<'_>, name: &str) {
    assert_eq!(ends(0, &["verify"])["holds"], true);
    ends(0, &["export", "--to", name]);
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("verify.py");
    let checked = Command::new("python3").arg(checker).arg(at.join(name)).output().expect("python3 runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

pub fn open(ends: Ends<'_>, customer: &str) -> Value {
    let balance = ends(0, &["customer", "balance", customer, "--as-of", "2026-12-31"]);
    balance["accounts"][0]["balance"]["amount"].clone()
}

pub const INVOICES: &str = "单号,客户编码,单据日期,品名,数量,单价,税率\n\
    A-1,C1,2026-11-05,轴承,10,12.5,13%\nA-1,C1,2026-11-05,密封圈,2,3,13%\nA-2,C2,2026-11-06,轴承,1,\"1,000.00\",13%\n";

pub fn invoice_mapping() -> Value {
    value!({"columns": {"单号": "number", "客户编码": "customer", "单据日期": "document_date", "品名": "description",
        "数量": "quantity", "单价": "unit_price", "税率": "category"},
        "constants": {"currency": "CNY", "price_mode": "exclusive"}, "values": {"category": {"13%": "13"}}})
}

#[test]
fn without_a_mapping_one_is_proposed_and_nothing_is_written() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", INVOICES);
        let told = ends(1, &["import", "invoices", "i.csv"]);
        assert_eq!(
            (&told["proposed"], &told["made"], &told["mode"]),
            (&value!(true), &value!(0), &value!("preview"))
        );
        assert_eq!(told["mapping"]["columns"]["单号"], "number", "{told}");
        let asked = told["questions"].to_string();
        assert!(asked.contains("currency is in no column") && asked.contains("price_mode"), "{told}");
        let none = ends(0, &["list", "invoices", "--to", "none.csv"]);
        assert_eq!(none["rows"], 0);
    });
}

#[test]
fn invoices_of_several_rows_come_in_are_taken_back_and_come_again() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", INVOICES);
        mapping(at, "m.json", &invoice_mapping());
        let looked = ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json", "--preview"]);
        assert_eq!(
            (&looked["rows"], &looked["records"], &looked["made"]),
            (&value!(3), &value!(2), &value!(0))
        );
        assert_eq!(looked["sums"], value!([{"of": "lines", "currency": "CNY", "sum": "1131"}]), "{looked}");
        assert_eq!(looked["first"][0]["body"]["lines"][1]["description"], "密封圈");
        let done = ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        assert_eq!((&done["made"], &done["refused"]), (&value!(2), &value!(0)), "{done}");
        assert_eq!((open(ends, "C1"), open(ends, "C2")), (value!("148.03"), value!("1130.00")));
        // the same file again brings nothing; other content under a number that is taken is refused at its cell
        let again = ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        assert_eq!((&again["made"], &again["already"]), (&value!(0), &value!(2)), "{again}");
        write(at, "i.csv", &INVOICES.replace("\"1,000.00\"", "2000"));
        let other = ends(1, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        assert_eq!(
            (&other["errors"][0]["cell"], &other["errors_total"]),
            (&value!("A4"), &value!(1)),
            "{other}"
        );
        // taken back, the books are as before at every day, and the mended file comes in
        let id = done["id"].as_str().expect("an id");
        let undone = ends(0, &["imports", "undo", id]);
        assert_eq!(undone["records"], 2);
        assert_eq!((open(ends, "C1"), open(ends, "C2")), (value!("0.00"), value!("0.00")));
        let twice = ends(1, &["imports", "undo", id]);
        assert_eq!(twice["error"]["code"], "state");
        holds(at, ends, "after-undo");
        let mended = ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        assert_eq!((&mended["made"], open(ends, "C2")), (&value!(2), value!("2260.00")), "{mended}");
        holds(at, ends, "after-all");
        let shown = ends(0, &["imports", "show", id]);
        assert_eq!((&shown["status"], &shown["file_name"]), (&value!("undone"), &value!("i.csv")));
    });
}

#[test]
fn what_the_tax_rules_refuse_is_told_at_its_cell() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", &INVOICES.replace("密封圈,2,3,13%", "密封圈,2,3,99"));
        mapping(at, "m.json", &invoice_mapping());
        let told = ends(1, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        let error = &told["errors"][0];
        assert_eq!((&error["cell"], &error["field"]), (&value!("G3"), &value!("category")), "{told}");
        // what is missing has the address of its empty cell
        write(at, "i.csv", &INVOICES.replace("A-2,C2,", "A-2,,"));
        let told = ends(1, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        assert_eq!(told["errors"][0]["cell"], "B4", "{told}");
    });
}

#[test]
fn one_bad_row_leaves_nothing_or_only_itself() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        let text = "单号;客户编码;收款金额;收款日期;附言\nR1;C1;1.234,50;05.11.2026;甲\nR2;C9;7,00;05.11.2026;乙\nR3;C2;1e400;31.02.2026;丙\n\
            R4;C2;7,005;06.11.2026;丁\nR5;C2;(7,00);06.11.2026;戊\nR1;C1;5,00;06.11.2026;己\nR6;C2;7,00;06.11.2026;庚\n";
        write(at, "r.csv", text);
        mapping(
            at,
            "m.json",
            &value!({"columns": {"单号": "number", "客户编码": "customer", "收款金额": "amount", "收款日期": "value_date",
            "附言": "reference"}, "constants": {"currency": "CNY"}, "dates": "DD.MM.YYYY", "decimal": ","}),
        );
        let import = ["import", "receipts", "r.csv", "--mapping", "m.json"];
        for more in [&["--preview"][..], &[]] {
            let refused = ends(1, &[&import, more].concat());
            let cells: Vec<&str> = refused["errors"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|e| e["cell"].as_str().unwrap_or("-"))
                .collect();
            assert_eq!(cells, ["B3", "C4", "D4", "C5", "C6", "A7"], "{refused}");
            let said = refused["errors"].to_string();
            for part in [
                "no customer C9",
                "31.02.2026 is not one of the days",
                "7.005 has more decimals than CNY allows",
                "stands in row 2 already",
            ] {
                assert!(said.contains(part), "{part}: {said}");
            }
            assert_eq!(refused["errors"][0]["heading"], "客户编码");
            assert_eq!(
                ends(0, &["list", "receipts", "--to", &format!("{}.csv", more.len())])["rows"],
                0,
                "nothing was written"
            );
        }
        let done =
            ends(1, &[&import[..], &["--best-effort", "--rejects", "bad.csv", "--language", "zh"]].concat());
        assert_eq!(
            (&done["made"], &done["refused"], &done["rejects"]),
            (&value!(2), &value!(5), &value!("bad.csv")),
            "{done}"
        );
        assert_eq!((open(ends, "C1"), open(ends, "C2")), (value!("-1234.50"), value!("-7.00")));
        let bad = fs::read_to_string(at.join("bad.csv")).expect("a file");
        assert_eq!(bad.lines().count(), 6, "{bad}");
        assert!(bad.contains("没有此客户编码：C9") && !bad.contains("no customer C9"), "{bad}");
        // mended in place, and brought again with the same mapping
        let mended = bad
            .replace("C9", "C1")
            .replace("1e400", "1,00")
            .replace("31.02.2026", "28.02.2026")
            .replace("7,005", "7,01");
        let mended = mended.replace("(7,00)", "7,02").replace("R1;", "R7;");
        write(at, "mended.csv", &mended);
        let again = ends(0, &["import", "receipts", "mended.csv", "--mapping", "m.json"]);
        assert_eq!(again["made"], 5, "{again}");
        holds(at, ends, "export");
    });
}

#[test]
fn a_file_or_mapping_that_cannot_be_used_says_what_where_and_what_to_do() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=1);
        let refused =
            |files: &[&str]| ends(2, &[&["import", "receipts"][..], files].concat())["error"].clone();
        write(at, "empty.csv", "");
        assert_eq!(refused(&["empty.csv"])["code"], "sheet-unreadable");
        fs::write(at.join("latin.csv"), b"customer,amount\nM\xfcller,1\n").expect("written");
        let error = refused(&["latin.csv"]);
        assert!(error["message"].as_str().is_some_and(|m| m.contains("windows-1252")), "{error}");
        fs::write(at.join("old.xls"), [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).expect("written");
        assert!(refused(&["old.xls"])["message"].as_str().is_some_and(|m| m.contains(".xlsx")));
        fs::write(at.join("broken.xlsx"), b"PK\x03\x04 nothing").expect("written");
        assert_eq!(refused(&["broken.xlsx"])["code"], "sheet-unreadable");
        write(at, "r.csv", "id,who,sum,day\nR1,C1,5,2026-11-05\n");
        write(at, "m.json", r#"{"columns": {"sums": "amount"}, "constants": {"currency": "CNY"}}"#);
        let error = ends(2, &["import", "receipts", "r.csv", "--mapping", "m.json"])["error"].clone();
        assert_eq!(
            (&error["file"], &error["pointer"]),
            (&value!("m.json"), &value!("/columns/sums")),
            "{error}"
        );
        assert!(
            error["message"].as_str().is_some_and(|m| m.contains("they are id, who, sum, day")),
            "{error}"
        );
        // refused before a row was read, it leaves nothing in the way of the command that is mended
        let rejects = ["--mapping", "m.json", "--best-effort", "--rejects", "bad.csv"];
        ends(2, &[&["import", "receipts", "r.csv"][..], &rejects].concat());
        assert!(!at.join("bad.csv").exists());
        write(
            at,
            "m.json",
            r#"{"columns": {"id": "number", "who": "customer", "sum": "amount", "day": "value_date"}, "constants": {"currency": "CNY"}}"#,
        );
        let mended = ends(0, &[&["import", "receipts", "r.csv"][..], &rejects].concat());
        assert_eq!((&mended["made"], at.join("bad.csv").exists()), (&value!(1), false), "{mended}");
        for (text, pointer) in [
            (r#"{"colums": {}}"#, "/colums"),
            (r#"{"columns": {}, "columns": {}}"#, "/columns"),
            (r#"{"columns": {"id""#, "/columns/id"),
        ] {
            write(at, "m.json", text);
            let error = ends(2, &["import", "receipts", "r.csv", "--mapping", "m.json"])["error"].clone();
            assert_eq!((&error["file"], &error["pointer"]), (&value!("m.json"), &value!(pointer)), "{error}");
        }
        assert_eq!(ends(3, &["import", "receipts", "none.csv"])["error"]["code"], "file");
        assert_eq!(ends(2, &["import", "rates", "r.csv"])["error"]["code"], "usage");
        assert_eq!(ends(2, &["import", "receipts", "r.csv", "r.csv"])["error"]["code"], "usage");
        assert_eq!(
            ends(3, &["imports", "undo", "imp_00000000000000000000000000000001"])["error"]["code"],
            "not-found"
        );
    });
}

#[test]
fn undo_is_refused_where_something_rests_on_a_record_and_customers_go_only_unused() {
    for_each(|at, _, ends| {
        write(at, "c.csv", "code,name,country,currency\nC1,甲,CN,CNY\nC2,乙,CN,CNY\n");
        mapping(
            at,
            "c.json",
            &value!({"columns": {"code": "code", "name": "name", "country": "country", "currency": "currency"}}),
        );
        let made = ends(0, &["import", "customers", "c.csv", "--mapping", "c.json"]);
        let customers = made["id"].as_str().expect("an id");
        write(at, "i.csv", INVOICES.lines().take(3).collect::<Vec<_>>().join("\n").as_str());
        mapping(at, "m.json", &invoice_mapping());
        let invoices = ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        let refused = ends(1, &["imports", "undo", customers]);
        let message = refused["error"]["message"].as_str().expect("a message");
        assert!(
            message.contains("row 2: something was recorded of customer C1") && !message.contains("row 3"),
            "{message}"
        );
        ends(0, &["period", "lock", "--kind", "soft", "--through", "2026-11-20"]);
        let invoices = invoices["id"].as_str().expect("an id");
        let locked = ends(1, &["imports", "undo", invoices]);
        assert!(
            locked["error"]["message"].as_str().is_some_and(|m| m.contains("row 2") && m.contains("locked")),
            "{locked}"
        );
        assert_eq!(open(ends, "C1"), "148.03");
        // a customer of whom nothing was recorded goes, and her code is free
        write(at, "d.csv", "code,name,country,currency\nD1,丁,CN,CNY\n");
        let made = ends(0, &["import", "customers", "d.csv", "--mapping", "c.json"]);
        ends(0, &["imports", "undo", made["id"].as_str().expect("an id")]);
        ends(3, &["customer", "balance", "D1"]);
        write(at, "d.csv", "code,name,country,currency\nD1,另一个,CN,CNY\n");
        assert_eq!(ends(0, &["import", "customers", "d.csv", "--mapping", "c.json"])["made"], 1);
        holds(at, ends, "export");
    });
}

#[test]
fn an_old_ledger_ends_with_a_tie_out() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=3);
        let text = "发票编号,客户编码,未收金额,单据日期,到期日,客户余额\nX-1,C1,100.00,2026-09-01,2026-10-01,130.50\nX-2,C1,50.50,2026-10-01,,\nX-3,C1,-20,2026-10-05,,\n\
            Y-1,C2,7.00,2026-10-01,2026-10-31,8.00\n,C3,,,,0.00\n";
        write(at, "o.csv", text);
        mapping(
            at,
            "m.json",
            &value!({"columns": {"发票编号": "number", "客户编码": "customer", "未收金额": "amount", "单据日期": "document_date",
            "到期日": "due_date", "客户余额": "old_balance"}, "constants": {"currency": "CNY", "effective_date": "2026-10-31"}}),
        );
        let import = ["import", "opening-balances", "o.csv", "--mapping", "m.json"];
        let expected =
            value!([{"customer": "C2", "currency": "CNY", "old": "8.00", "new": "7.00", "cell": "F5"}]);
        let looked = ends(1, &[&import[..], &["--preview"]].concat());
        assert_eq!(looked["differences"], expected, "{looked}");
        let done = ends(1, &import);
        assert_eq!(
            (&done["made"], &done["errors_total"], &done["differences"]),
            (&value!(4), &value!(0), &expected),
            "{done}"
        );
        assert_eq!((open(ends, "C1"), open(ends, "C2")), (value!("130.50"), value!("7.00")));
        // not yet there before the take-over
        let before = ends(0, &["customer", "balance", "C1", "--as-of", "2026-10-30"]);
        assert_eq!(before["accounts"], value!([]), "{before}");
        // taken back, mended, tied out
        ends(0, &["imports", "undo", done["id"].as_str().expect("an id")]);
        holds(at, ends, "after-undo");
        write(at, "o.csv", &text.replace("C2,7.00", "C2,8.00"));
        let done = ends(0, &import);
        assert_eq!((&done["made"], &done["differences"]), (&value!(4), &value!([])), "{done}");
        holds(at, ends, "export");
    });
}

#[test]
fn a_sheet_becomes_drafts_which_are_posted_or_go_with_it() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", INVOICES);
        mapping(at, "m.json", &invoice_mapping());
        let import = ["import", "invoices", "i.csv", "--mapping", "m.json", "--drafts"];
        let looked = ends(0, &[&import[..], &["--preview"]].concat());
        assert_eq!((&looked["records"], &looked["drafts"]), (&value!(2), &value!(true)), "{looked}");
        assert_eq!(ends(0, &["draft", "list"])["drafts"], value!([]));
        let done = ends(0, &import);
        assert_eq!((&done["made"], &done["drafts"]), (&value!(2), &value!(true)), "{done}");
        assert_eq!(ends(0, &["list", "invoices", "--to", "none.csv"])["rows"], 0);
        let listed = ends(0, &["draft", "list", "--state", "approved"])["drafts"].clone();
        assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
        ends(0, &["draft", "post", listed[0]["id"].as_str().expect("an id")]);
        let rest = ends(0, &["list", "import-rows", "--to", "rows.csv"]);
        let text = fs::read_to_string(at.join("rows.csv")).expect("a file");
        assert!(rest["rows"] == 4 && text.matches("dft_").count() == 2, "{text}");
        let id = done["id"].as_str().expect("an id");
        assert_eq!(ends(0, &["imports", "show", id])["drafts"], true);
        assert_eq!(ends(0, &["imports", "undo", id])["records"], 2);
        let left = ends(0, &["draft", "list"])["drafts"].clone();
        assert_eq!(
            (left.as_array().map(Vec::len), &left[0]["state"]),
            (Some(1), &value!("posted")),
            "{left}"
        );
        holds(at, ends, "export");
        for kind in ["customers", "items", "old-balances"] {
            let refused = ends(2, &["import", kind, "customers.csv", "--drafts"]);
            assert_eq!(refused["error"]["code"], "usage", "{refused}");
        }
    });
}

#[test]
fn every_list_is_a_file_with_real_values() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", &INVOICES.replace("密封圈", "=SUM(A1)"));
        mapping(at, "m.json", &invoice_mapping());
        ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        write(at, "items.csv", "SKU,品名,单价,币种,税率\nA-100,轴承,12.50,CNY,13\n");
        mapping(
            at,
            "items.json",
            &value!({"columns": {"SKU": "code", "品名": "name", "单价": "unit_price", "币种": "currency", "税率": "category"}}),
        );
        ends(0, &["import", "items", "items.csv", "--mapping", "items.json"]);
        for list in app::list::List::ALL {
            for format in ["csv", "xlsx"] {
                let to = format!("out-{}.{format}", list.name());
                let mut asked = vec!["list", list.name(), "--to", to.as_str(), "--language", "en"];
                if list.has_day() {
                    asked.extend(["--as-of", "2026-12-31"]);
                }
                let done = ends(0, &asked);
                assert_eq!(done["format"], format);
                assert!(fs::metadata(at.join(&to)).expect("a file").len() > 20, "{to}");
            }
        }
        let text = |name: &str| fs::read_to_string(at.join(name)).expect("a file");
        assert!(
            text("out-invoices.csv").starts_with("\u{feff}Number,External ID,Kind,"),
            "{}",
            text("out-invoices.csv")
        );
        assert!(
            text("out-invoices.csv").contains(",2,'=SUM(A1),2,,3,13,CNY,6.00,0.78,6.78,,,,"),
            "{}",
            text("out-invoices.csv")
        );
        assert!(
            text("out-aging.csv").contains("C1,客户1,1122,Trade receivables,CNY,148.03,"),
            "{}",
            text("out-aging.csv")
        );
        assert!(text("out-items.csv").contains("A-100,轴承,,12.5,CNY,13,goods"), "{}", text("out-items.csv"));
        // what went out comes in: the list of items is a sheet of items
        fs::copy(at.join("out-items.xlsx"), at.join("again.xlsx")).expect("copied");
        let again = ends(1, &["import", "items", "again.xlsx", "--preview"]);
        assert_eq!(
            (&again["errors"][0]["cell"], &again["mapping"]["columns"]["Unit price"]),
            (&value!("A2"), &value!("unit_price")),
            "{again}"
        );
        let taken = ends(2, &["list", "items", "--to", "items.csv"]);
        assert_eq!(taken["error"]["code"], "file", "a file that is there is not overwritten");
        assert_eq!(ends(2, &["list", "nothing", "--to", "x.csv"])["error"]["code"], "usage");
    });
}

/// A real ledger: 2,586 invoices of 100 customers, with what was open. A tenth comes in and is taken back on both databases; then all of it
/// comes in on SQLite: a tenth shows whatever the two do differently, and minutes are saved.
#[test]
#[allow(clippy::print_stderr)] // says that it was not tried, and why
fn a_real_ledger_of_receivables_comes_in() {
    let folder = data::folder().map(|folder| folder.join("datasets/ar"));
    let file = folder.and_then(|folder| fs::read_dir(folder).ok()?.find_map(Result::ok));
    let Some(file) = file else {
        eprintln!("did not run: other people's data are not there");
        return;
    };
    for_each(|at, url, ends| {
        fs::copy(file.path(), at.join("ar.csv")).expect("copied");
        let proposed = ends(1, &["import", "opening-balances", "ar.csv"]);
        let columns = &proposed["mapping"]["columns"];
        assert_eq!(
            (&columns["customerID"], &columns["InvoiceAmount"]),
            (&value!("customer"), &value!("amount")),
            "{proposed}"
        );
        assert_eq!(proposed["mapping"]["dates"], "MM/DD/YYYY");
        let text = fs::read_to_string(at.join("ar.csv")).expect("text");
        let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let mut codes: Vec<&str> = rows.iter().map(|row| row[1]).collect();
        codes.sort_unstable();
        codes.dedup();
        let list: String = codes.iter().map(|code| format!("{code},Customer {code},US,USD\n")).collect();
        write(at, "c.csv", &format!("code,name,country,currency\n{list}"));
        mapping(
            at,
            "c.json",
            &value!({"columns": {"code": "code", "name": "name", "country": "country", "currency": "currency"}}),
        );
        assert_eq!(ends(0, &["import", "customers", "c.csv", "--mapping", "c.json"])["made"], codes.len());
        let mut confirmed = proposed["mapping"].clone();
        confirmed["constants"] = value!({"currency": "USD", "effective_date": "2014-01-01", "fx_rate": "6.1", "fx_source": "PBOC"});
        mapping(at, "m.json", &confirmed);
        let tenth = rows.len() / 10;
        let part: String = text.lines().take(1 + tenth).map(|line| format!("{line}\n")).collect();
        write(at, "part.csv", &part);
        let import = |file: &str| ends(0, &["import", "opening-balances", file, "--mapping", "m.json"]);
        let done = import("part.csv");
        assert_eq!((&done["made"], &done["sums"][0]["currency"]), (&value!(tenth), &value!("USD")), "{done}");
        let undone = ends(0, &["imports", "undo", done["id"].as_str().expect("an id")]);
        assert_eq!(undone["records"], tenth, "{undone}");
        if url.starts_with("sqlite") {
            let done = import("ar.csv");
            assert_eq!(done["made"], rows.len(), "{done}");
        }
        holds(at, ends, "export");
    });
}
