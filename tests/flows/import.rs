//! `zhangben import`: all or nothing where the form is wrong, resumable where a rule refuses.

use super::binary::json;
use serde_json::{Value, json as value};
use std::path::Path;
use store::testing::{TestDb, kinds};

/// Runs `test` in a folder with a company of one customer, C1.
fn for_each(test: impl Fn(&Path, &dyn Fn(i32, &[&str]) -> Value)) {
    for kind in kinds() {
        let database = TestDb::new(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let ends =
            |code: i32, more: &[&str]| json(at, code, &[&["--database", database.url()][..], more].concat());
        let company = ["--code", "acme", "--name", "Acme", "--country", "DE", "--base-currency", "EUR"];
        ends(0, &[&["company", "create"][..], &company].concat());
        test(at, &ends);
    }
}

fn customer(code: &str, currency: &str) -> String {
    value!({"code": code, "name": "名", "country": "DE", "currency": currency}).to_string()
}

fn write(at: &Path, name: &str, lines: &[String]) {
    std::fs::write(at.join(name), lines.join("\n")).expect("written");
}

/// Codes of the customers that are there.
fn there(ends: &dyn Fn(i32, &[&str]) -> Value, codes: &[&str], wanted: &[bool]) {
    for (code, wanted) in codes.iter().zip(wanted) {
        ends(if *wanted { 0 } else { 3 }, &["customer", "balance", code]);
    }
}

#[test]
fn a_line_of_a_wrong_form_ends_it_before_anything_is_written() {
    for_each(|at, ends| {
        write(at, "good.ndjson", &[customer("C1", "EUR")]);
        write(
            at,
            "bad.ndjson",
            &[customer("C2", "EUR"), String::new(), customer("C3", "XXX"), customer("C4", "EUR")],
        );
        for more in [&[][..], &["--keep-going"]] {
            let refused =
                ends(2, &[&["import", "customers", "good.ndjson", "bad.ndjson"][..], more].concat());
            let error = &refused["error"];
            assert_eq!((&error["line"], &error["file"]), (&value!(3), &value!("bad.ndjson")), "{refused}");
            assert_eq!(error["pointer"], "/currency");
            assert!(error["next"].as_str().is_some_and(|next| !next.is_empty()), "{refused}");
            there(ends, &["C1", "C2"], &[false, false]);
        }
        assert_eq!(ends(3, &["import", "customers", "good.ndjson", "none.ndjson"])["error"]["code"], "file");
        there(ends, &["C1"], &[false]);
    });
}

#[test]
fn what_a_rule_refuses_stops_it_and_a_repetition_goes_on_from_there() {
    for_each(|at, ends| {
        let good = |n: u32| customer(&format!("C{n}"), "EUR");
        let bad = good(2).replace("DE", "de");
        write(at, "c.ndjson", &[good(1), bad.clone(), good(3)]);
        let stopped = ends(1, &["import", "customers", "c.ndjson"]);
        assert_eq!((&stopped["imported"], &stopped["error"]["line"]), (&value!(1), &value!(2)), "{stopped}");
        assert!(stopped["items"][0]["id"].as_str().is_some_and(|id| id.starts_with("cus_")), "{stopped}");
        assert_eq!((&stopped["items"][0]["code"], &stopped["items"][0]["line"]), (&value!("C1"), &value!(1)));
        there(ends, &["C1", "C2", "C3"], &[true, false, false]);
        let went_on = ends(1, &["import", "customers", "c.ndjson", "--keep-going"]);
        let counts =
            |done: &Value| [&done["already"], &done["imported"], &done["refused"]].map(Value::as_u64);
        assert_eq!(counts(&went_on), [Some(1), Some(1), Some(1)], "{went_on}");
        assert_eq!(went_on["errors"][0]["pointer"], "/country");
        write(at, "c.ndjson", &[good(1), good(2), good(3)]);
        let mended = ends(0, &["import", "customers", "c.ndjson"]);
        assert_eq!(counts(&mended), [Some(2), Some(1), Some(0)], "{mended}");
        there(ends, &["C1", "C2", "C3"], &[true, true, true]);
    });
}

#[test]
fn a_line_without_an_id_of_its_own_is_not_recorded_twice() {
    for_each(|at, ends| {
        write(at, "c.ndjson", &[customer("C1", "EUR")]);
        ends(0, &["import", "customers", "c.ndjson"]);
        let receipt = value!({"customer": "C1", "amount": {"amount": "10.00", "currency": "EUR"},
            "value_date": "2026-11-05"})
        .to_string();
        write(at, "r.ndjson", &[receipt.clone(), receipt.clone()]);
        assert_eq!(ends(0, &["import", "receipts", "r.ndjson"])["imported"], 2, "two payments may be alike");
        let again = ends(0, &["import", "receipts", "r.ndjson"]);
        assert_eq!((&again["imported"], &again["already"]), (&value!(0), &value!(2)), "{again}");
        // a third one, and other blanks at the ends of lines
        std::fs::write(at.join("r.ndjson"), format!("{receipt}\r\n{receipt}\n  {receipt}")).expect("written");
        let third = ends(0, &["import", "receipts", "r.ndjson"]);
        assert_eq!((&third["imported"], &third["already"]), (&value!(1), &value!(2)), "{third}");
        let balance = ends(0, &["customer", "balance", "C1", "--as-of", "2026-12-31"]);
        assert_eq!(balance["accounts"][0]["balance"]["amount"], "-30.00", "{balance}");
    });
}

#[test]
fn an_external_id_that_is_taken_names_what_has_it() {
    for_each(|at, ends| {
        write(at, "c.ndjson", &[customer("C1", "EUR")]);
        ends(0, &["import", "customers", "c.ndjson"]);
        let receipt = |amount: &str| {
            value!({"external_id": "R1", "customer": "C1", "amount": {"amount": amount, "currency": "EUR"},
                "value_date": "2026-11-05"})
            .to_string()
        };
        write(at, "r.ndjson", &[receipt("1.00"), receipt("2.00")]);
        let refused = ends(1, &["import", "receipts", "r.ndjson"]);
        assert_eq!(refused["error"]["code"], "duplicate", "{refused}");
        assert_eq!(refused["error"]["pointer"], "/external_id");
        let message = refused["error"]["message"].as_str().expect("a message");
        assert!(message.contains("RC-2026-000001") && !message.contains("documents("), "{message}");
    });
}
