//! The import of a sheet dies: all or nothing leaves one of the two, a best effort its chunks, and the same file goes on from there.

use super::house::{At, House};
use serde_json::json as value;
use std::fs;
use store::abort::Point;
use store::testing::kinds;

/// Receipts of a file.
const ROWS: u64 = 1_000;

/// A file of receipts that nobody has seen.
fn file(house: &House, name: &str) {
    let rows: String = (1..=ROWS).map(|n| format!("{name}{n},C{},{n}.00,2026-11-05\n", n % 3 + 1)).collect();
    let text = format!("number,customer,amount,date\n{rows}");
    fs::write(house.at().join(format!("{name}.csv")), text).expect("written");
    let columns =
        value!({"number": "number", "customer": "customer", "amount": "amount", "date": "value_date"});
    let map = value!({"columns": columns, "constants": {"currency": "CNY"}});
    fs::write(house.at().join("map.json"), map.to_string()).expect("written");
}

/// Receipts that are in.
fn there(house: &House, name: &str) -> u64 {
    let list = house.ok(&["list", "receipts", "--to", &format!("{name}.out.csv")]);
    list["rows"].as_u64().expect("a number")
}

#[test]
fn a_sheet_that_dies_leaves_nothing_or_all_or_goes_on_where_it_stopped() {
    for kind in kinds() {
        let house = House::new(kind);
        file(&house, "whole");
        let whole = ["import", "receipts", "whole.csv", "--mapping", "map.json"];
        house.dies(At(Point::CommitBefore, 1), &whole);
        assert_eq!(there(&house, "before"), 0);
        assert_eq!(house.ok(&["imports", "list"])["items"], value!([]));
        house.dies(At(Point::CommitAfter, 1), &whole);
        assert_eq!(there(&house, "after"), ROWS);
        let again = house.ok(&whole);
        assert_eq!((&again["made"], &again["already"]), (&value!(0), &value!(ROWS)), "{again}");
        // by chunks of a hundred: what was committed stays, and is gone on from
        file(&house, "bits");
        let bits = ["import", "receipts", "bits.csv", "--mapping", "map.json", "--best-effort"];
        house.dies(At(Point::CommitBefore, 3), &bits);
        assert_eq!(there(&house, "two"), ROWS + 200);
        house.time_passes();
        house.dies(At(Point::CommitAfter, 3), &bits);
        assert_eq!(there(&house, "five"), ROWS + 500);
        let all = house.ok(&["imports", "list"]);
        let begun = all["items"].as_array().expect("a list").iter().find(|one| one["mode"] == "best-effort");
        assert_eq!(begun.expect("an import")["status"], "running", "{all}");
        house.time_passes();
        let done = house.ok(&bits);
        assert_eq!((&done["made"], &done["already"]), (&value!(500), &value!(500)), "{done}");
        assert_eq!(there(&house, "all"), 2 * ROWS);
        // one import, however often it was begun; of so many records it is taken back in parts, and gone on with
        let all = house.ok(&["imports", "list"]);
        assert_eq!(all["items"].as_array().map(Vec::len), Some(2), "{all}");
        let id = done["id"].as_str().expect("an id");
        let shown = house.ok(&["imports", "show", id]);
        assert_eq!((&shown["status"], &shown["made"]), (&value!("done"), &value!(ROWS)), "{shown}");
        house.dies(At(Point::CommitBefore, 3), &["imports", "undo", id]);
        assert_eq!(house.ok(&["imports", "show", id])["status"], "done", "something of it is left");
        let rest = house.ok(&["imports", "undo", id])["records"].as_u64().expect("a number");
        assert!((1..ROWS).contains(&rest), "two parts had stayed: {rest}");
        assert_eq!(house.ok(&["imports", "show", id])["status"], "undone");
        assert_eq!(house.ok(&["verify"])["holds"], true);
    }
}
