//! Orders (订单) at the command line: a workbook, and lines of JSON.

use super::sheets::{customers, for_each, holds, mapping, write};
use super::take_over::workbook;
use serde_json::json as value;

#[test]
fn a_workbook_of_orders_comes_in_by_its_own_headings_and_lines_of_json_do() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        let rows: &[&[&str]] = &[
            &["订单编号", "客户编码", "订单日期", "交货日期", "币种", "品名", "订购数量", "单价", "税目"],
            &["SO-1", "C1", "2026-11-03", "2026-11-05", "CNY", "轴承", "2", "50", "13"],
            &["SO-1", "C1", "2026-11-03", "2026-11-05", "CNY", "垫片", "10", "3", "13"],
            &["SO-2", "C2", "2026-11-04", "", "CNY", "轴承", "4", "100", "13"],
        ];
        workbook(at, "订单.xlsx", &[("订单", rows)]);
        let looked = ends(0, &["import", "orders", "订单.xlsx", "--preview"]);
        assert_eq!((&looked["proposed"], &looked["questions"]), (&value!(true), &value!([])), "{looked}");
        mapping(at, "m.json", &looked["mapping"]);
        let import = ["import", "orders", "订单.xlsx", "--mapping", "m.json"];
        let none = ends(2, &[&import[..], &["--drafts"]].concat());
        assert_eq!(none["error"]["code"], "usage", "{none}");
        let done = ends(0, &import);
        assert_eq!((&done["made"], &done["errors"]), (&value!(2), &value!([])), "{done}");
        let line = value!({"description": "轴承", "quantity": "1", "unit_price": "7", "category": "13"});
        let order = value!({"external_id": "SO-3", "customer": "C1", "ordered_on": "2026-11-06", "currency": "CNY",
            "lines": [line]});
        write(at, "o.ndjson", &order.to_string());
        let made = ends(0, &["import", "orders", "o.ndjson"]);
        assert_eq!(
            (&made["imported"], &made["items"][0]["became"]),
            (&value!(1), &value!("delivery")),
            "{made}"
        );
        assert_eq!(ends(0, &["import", "orders", "o.ndjson"])["already"], 1);
        let twice = order.to_string().replace("\"7\"", "\"8\"");
        write(at, "twice.ndjson", &twice);
        let refused = ends(1, &["import", "orders", "twice.ndjson"]);
        assert_eq!(
            (&refused["error"]["code"], &refused["error"]["pointer"]),
            (&value!("duplicate"), &value!("/external_id")),
            "{refused}"
        );
        assert_eq!(ends(0, &["list", "deliveries", "--to", "out.csv"])["rows"], 4, "a line of each");
        holds(at, ends, "export");
    });
}
