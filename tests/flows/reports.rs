//! Reports at the command line: on the screen, as JSON, as files; and the exit code of one that does not hold.

use super::binary::{json, run};
use serde_json::{Value, json as value};
use store::testing::{TestDb, kinds};

#[test]
fn reports_are_printed_and_written() {
    for kind in kinds() {
        let db = TestDb::new(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let (at, database) = (folder.path(), ["--database", db.url()]);
        let ends = |code: i32, more: &[&str]| json(at, code, &[&database[..], more].concat());
        let company = ["--code", "acme", "--name", "Acme", "--country", "CN", "--base-currency", "CNY"];
        ends(0, &[&["company", "create"][..], &company].concat());
        ends(0, &["plugin", "bind", "--slot", "tax", "--plugin", "tax-cn-vat", "--valid-from", "2020-01-01"]);
        let write =
            |name: &str, body: Value| std::fs::write(at.join(name), body.to_string()).expect("written");
        write("c.ndjson", value!({"code": "C1", "name": "苏州精工", "country": "CN", "currency": "CNY"}));
        ends(0, &["import", "customers", "c.ndjson"]);
        let line = value!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
        write(
            "i.ndjson",
            value!({"customer": "C1", "document_date": "2026-09-01", "currency": "CNY", "price_mode": "exclusive", "lines": [line]}),
        );
        ends(0, &["import", "invoices", "i.ndjson"]);
        let day = ["--as-of", "2026-11-30"];
        let printed = run(at, &[&database[..], &["report", "aging"], &day].concat());
        let text = String::from_utf8(printed.stdout).expect("UTF-8");
        assert!(printed.status.success(), "{text}");
        for named in ["Aging of receivables", "As of 2026-11-30", "苏州精工", "due-date", "113.00", "31-60"]
        {
            assert!(text.contains(named), "{named}: {text}");
        }
        for (name, begins) in [
            ("a.csv", "\u{feff}"),
            ("a.pdf", "%PDF-"),
            ("a.html", "<!DOCTYPE"),
            ("a.json", "{"),
            ("a.xlsx", "PK"),
        ] {
            let done = ends(0, &[&["report", "ledger", "--to", name][..], &day].concat());
            assert_eq!(done["to"], name);
            assert!(std::fs::read(at.join(name)).expect("a file").starts_with(begins.as_bytes()), "{name}");
        }
        let again = ends(2, &[&["report", "ledger", "--to", "a.csv"][..], &day].concat());
        assert_eq!(again["error"]["code"], "file", "what is there is not overwritten");
        assert_eq!(ends(2, &["report", "ledger", "--to", "a.doc"])["error"]["code"], "usage");
        assert_eq!(ends(2, &["report", "aging", "--edges", "60,30"])["error"]["code"], "usage");
        assert_eq!(ends(2, &["report", "aging", "--known-at", "9999"])["error"]["code"], "invalid-parameter");
        assert_eq!(ends(3, &["report", "ledger", "--customer", "C9"])["error"]["code"], "not-found");
        assert_eq!(ends(0, &[&["report", "tie-out"][..], &day].concat())["holds"], true);
        let draw = [
            "audit",
            "sample",
            "--from",
            "2026-09-01",
            "--to",
            "2026-09-30",
            "--draw-seed",
            "x",
            "--size",
            "1",
        ];
        ends(0, &[&draw[..], &["--to-folder", "drawn"]].concat());
        assert!(at.join("drawn").read_dir().expect("a folder").next().is_some(), "what was drawn is there");
        db.execute("UPDATE open_items SET original = original + 1, open = open + 1");
        let loose = ends(1, &[&["report", "tie-out"][..], &day].concat());
        assert_eq!((&loose["holds"], &loose["not_tied"][0]["customer"]), (&value!(false), &value!("C1")));
        let refused = ends(1, &[&["report", "aging"][..], &day].concat());
        assert_eq!(refused["error"]["code"], "not-tied-out", "{refused}");
    }
}
