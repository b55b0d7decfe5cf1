//! Disputes of open items, and what money on account is for, at the command line. Today is 2026-12-02.

use super::binary::run;
use super::sheets::{for_each, holds, write};
use serde_json::{Value, json as value};

const TODAY: [&str; 2] = ["--clock", "2026-12-02T04:00:00Z"];

#[test]
fn an_open_item_is_disputed_listed_and_resolved() {
    for_each(|at, database, ends| {
        let now = |code: i32, more: &[&str]| ends(code, &[&TODAY[..], more].concat());
        for (login, role) in [("zhang", "clerk"), ("shen", "auditor")] {
            now(0, &["user", "create", "--login", login, "--name", login, "--role", role]);
        }
        let customer = value!({"code": "C1", "name": "苏州精工", "country": "CN", "currency": "CNY"});
        let owed = value!({"customer": "C1", "amount": {"amount": "112.50", "currency": "CNY"},
            "document_date": "2026-09-01", "effective_date": "2026-11-01", "external_id": "OLD-1"});
        for (kind, line) in [("customers", customer), ("opening-balances", owed)] {
            let name = format!("{kind}.ndjson");
            write(at, &name, &format!("{line}\n"));
            now(0, &["import", kind, &name]);
        }
        let items = || now(0, &["customer", "items", "C1"])["items"].clone();
        assert_eq!(items().as_array().map(Vec::len), Some(1), "{}", items());
        let item = items()[0]["id"].as_str().expect("an id").to_owned();
        let open = |code: i32, on: &str, more: &[&str]| {
            let open = ["dispute", "open", &item, "--reason", "quantity", "--on", on];
            now(code, &[&open[..], more].concat())
        };
        assert_eq!(open(2, "2026-12-03", &[])["error"]["pointer"], "/on");
        assert_eq!(open(1, "2026-11-20", &["--as", "shen"])["error"]["code"], "forbidden");
        let angry = ["dispute", "open", &item, "--reason", "angry", "--on", "2026-11-20"];
        let angry = now(2, &angry)["error"]["message"].clone();
        assert!(angry.as_str().is_some_and(|said| said.contains("not-ours")), "{angry}");
        assert_eq!(now(0, &["dispute", "list"])["disputes"], value!([]), "nothing was written");

        let opened = open(0, "2026-11-20", &["--amount", "40", "--text", "少两箱", "--as", "zhang"]);
        assert_eq!((&opened["state"], &opened["text"]), (&value!("open"), &value!("少两箱")));
        assert_eq!(items()[0]["disputed"], value!({"amount": "40.00", "currency": "CNY"}));
        assert_eq!(open(1, "2026-11-21", &[])["error"]["code"], "state", "one at a time");
        let id = opened["id"].as_str().expect("an id");
        assert_eq!(now(0, &["dispute", "show", id]), opened);
        for (filter, count) in [
            (["--state", "open"], 1),
            (["--state", "accepted"], 0),
            (["--customer", "C1"], 1),
            (["--item", item.as_str()], 1),
            (["--from", "2026-11-21"], 0),
            (["--to", "2026-11-20"], 1),
        ] {
            let listed = now(0, &[&["dispute", "list"][..], &filter].concat());
            assert_eq!(listed["disputes"].as_array().map(Vec::len), Some(count), "{filter:?}");
        }
        let table = run(at, &["--database", database, "dispute", "list"]);
        let table = String::from_utf8_lossy(&table.stdout).into_owned();
        assert!(table.contains(id) && table.contains("少两箱"), "{table}");

        let resolve = |code: i32, id: &str| {
            let how = ["--outcome", "rejected", "--on", "2026-11-25", "--text", "已送达", "--as", "zhang"];
            now(code, &[&["dispute", "resolve", id][..], &how].concat())
        };
        let done = resolve(0, id);
        assert_eq!((&done["state"], &done["answer"]), (&value!("rejected"), &value!("已送达")));
        assert_eq!(resolve(1, id)["error"]["code"], "state");
        assert_eq!(resolve(3, &format!("dsp_{}", "0".repeat(32)))["error"]["code"], "not-found");
        holds(at, &now, "audit");
        let exported = std::fs::read_to_string(at.join("audit/disputes.ndjson")).expect("a file");
        let line: Value = serde_json::from_str(exported.trim_end()).expect("one line");
        assert_eq!((&line["id"], &line["answer"]), (&done["id"], &value!("已送达")));
    });
}

#[test]
fn what_money_on_account_is_for_is_set_and_shown() {
    for_each(|at, _, ends| {
        for (login, role) in [("guanli", "administrator"), ("zhang", "clerk")] {
            ends(0, &["user", "create", "--login", login, "--name", login, "--role", role]);
        }
        let nothing = value!({"tax_category": null, "supply": null});
        assert_eq!(ends(0, &["company", "advances"]), nothing);
        let set = ends(0, &["company", "advance", "6", "--supply", "service", "--as", "guanli"]);
        assert_eq!(set, value!({"tax_category": "6", "supply": "service"}));
        assert_eq!(ends(0, &["company", "advances", "--as", "zhang"]), set);
        let refused = ends(1, &["company", "advance", "--off", "--as", "zhang"]);
        assert_eq!(refused["error"]["code"], "forbidden", "{refused}");
        for wrong in [&["company", "advance"][..], &["company", "advance", "13", "--supply", "both"]] {
            assert_eq!(ends(2, wrong)["error"]["code"], "usage", "{wrong:?}");
        }
        assert_eq!(ends(0, &["company", "advances"]), set, "as it was");
        assert_eq!(ends(0, &["company", "advance", "--off"]), nothing);
        assert_eq!(ends(0, &["company", "advances"]), nothing);
        holds(at, ends, "audit");
    });
}
