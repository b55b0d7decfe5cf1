//! What sheets of real people hold: credits beside their invoices, Excel's own arithmetic, invoices that are paid, balances alone.

use super::sheets::{Ends, customers, for_each, holds, invoice_mapping, mapping, open, write};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json as value};

fn noted(report: &Value, words: &str) -> bool {
    let notes = report["notes"].as_array().expect("a list");
    notes.iter().any(|note| note.as_str().is_some_and(|note| note.contains(words)))
}

#[test]
fn a_credit_note_comes_in_beside_the_invoice_that_it_corrects() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        let headings = "单号,客户编码,单据日期,类型,原单号,品名,数量,单价,税率\n";
        let credit =
            |number: &str, price: &str| format!("{number},C2,2026-11-07,红字,A-2,轴承,1,{price},13%\n");
        write(
            at,
            "i.csv",
            &format!("{headings}A-2,C2,2026-11-06,,,轴承,1,1000,13%\n{}", credit("H-1", "400")),
        );
        let columns = value!({"单号": "number", "客户编码": "customer", "单据日期": "document_date", "类型": "kind",
            "原单号": "original", "品名": "description", "数量": "quantity", "单价": "unit_price", "税率": "category"});
        let map = value!({"columns": columns, "constants": {"currency": "CNY", "price_mode": "exclusive"},
            "values": {"category": {"13%": "13"}}});
        mapping(at, "m.json", &map);
        let import = ["import", "invoices", "i.csv", "--mapping", "m.json"];
        let looked = ends(0, &[&import[..], &["--preview"]].concat());
        assert_eq!((&looked["records"], &looked["refused"]), (&value!(2), &value!(0)), "{looked}");
        assert!(noted(&looked, "1 credit notes correct an invoice of this same file"), "{looked}");
        // as a whole nothing is posted before the end: it says so, and what to do
        let refused = ends(1, &import);
        let error = &refused["errors"][0];
        assert_eq!((&error["cell"], &refused["made"]), (&value!("E3"), &value!(0)), "{refused}");
        assert!(
            error["message"].as_str().is_some_and(|said| said.contains("the invoice of row 2")),
            "{error}"
        );
        let done = ends(0, &[&import[..], &["--best-effort"]].concat());
        assert_eq!((&done["made"], open(ends, "C2")), (&value!(2), value!("678.00")), "{done}");
        // by the number that its caller knows it by, from another file too
        write(at, "i.csv", &format!("{headings}{}", credit("H-2", "100")));
        let done = ends(0, &import);
        assert_eq!((&done["made"], open(ends, "C2")), (&value!(1), value!("565.00")), "{done}");
        write(at, "i.csv", &format!("{headings}{}", credit("H-3", "100").replace("A-2", "A-9")));
        let refused = ends(1, &[&import[..], &["--best-effort"]].concat());
        assert_eq!(refused["errors"][0]["cell"], "E2", "{refused}");
        holds(at, ends, "export");
    });
}

#[test]
fn a_credit_note_says_which_of_two_lines_alike_it_takes_back() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        let headings = "单号,客户编码,单据日期,类型,原单号,原发票行,品名,数量,单价,税率\n";
        let row = |price: &str| format!("A-2,C2,2026-11-06,,,,轴承,1,{price},13%\n");
        write(at, "i.csv", &format!("{headings}{}{}", row("1000"), row("500")));
        let columns = value!({"单号": "number", "客户编码": "customer", "单据日期": "document_date", "类型": "kind",
            "原单号": "original", "原发票行": "original_line", "品名": "description", "数量": "quantity", "单价": "unit_price",
            "税率": "category"});
        let map = value!({"columns": columns, "constants": {"currency": "CNY", "price_mode": "exclusive"},
            "values": {"category": {"13%": "13"}}});
        mapping(at, "m.json", &map);
        let import = ["import", "invoices", "i.csv", "--mapping", "m.json"];
        let done = ends(0, &import);
        assert_eq!((&done["made"], open(ends, "C2")), (&value!(1), value!("1695.00")), "{done}");
        let credit = |line: &str| format!("H-1,C2,2026-11-07,红字,A-2,{line},轴承,1,400,13%\n");
        write(at, "i.csv", &format!("{headings}{}", credit("")));
        let refused = ends(1, &import);
        let error = &refused["errors"][0];
        assert!(error["message"].as_str().is_some_and(|said| said.contains("are alike")), "{refused}");
        write(at, "i.csv", &format!("{headings}{}", credit("2")));
        let done = ends(0, &import);
        assert_eq!((&done["made"], open(ends, "C2")), (&value!(1), value!("1243.00")), "{done}");
        holds(at, ends, "export");
    });
}

#[test]
#[allow(clippy::float_arithmetic)] // as Excel does it
fn what_excel_calculated_is_what_it_shows() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=1);
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, cell) in (0u16..).zip(["number", "customer", "amount", "date"]) {
            sheet.write_string(0, column, cell).expect("written");
        }
        for (column, cell) in [(0, "R1"), (1, "C1"), (3, "2026-11-05")] {
            sheet.write_string(1, column, cell).expect("written");
        }
        sheet.write_number(1, 2, 1234.56 - 1000.01).expect("written");
        book.save(at.join("r.xlsx")).expect("saved");
        let map = value!({"columns": {"number": "number", "customer": "customer", "amount": "amount", "date": "value_date"},
            "constants": {"currency": "CNY"}});
        mapping(at, "m.json", &map);
        let done = ends(0, &["import", "receipts", "r.xlsx", "--mapping", "m.json"]);
        assert_eq!((&done["made"], open(ends, "C1")), (&value!(1), value!("-234.55")), "{done}");
        assert!(noted(&done, "1 number cells hold more than 15 digits"), "{done}");
    });
}

#[test]
fn a_thousands_separator_that_cuts_a_cell_in_two_stops_its_own_row_alone() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=1);
        write(
            at,
            "r.csv",
            "number,customer,amount,date\nR1,C1,7.00,2026-11-05\nR2,C1,1,234.50,2026-11-05\nR3,C1,\"1,000.00\",2026-11-05\n",
        );
        let map = value!({"columns": {"number": "number", "customer": "customer", "amount": "amount", "date": "value_date"},
            "constants": {"currency": "CNY"}});
        mapping(at, "m.json", &map);
        let import = ["import", "receipts", "r.csv", "--mapping", "m.json"];
        let told = |report: &Value| {
            let error = report["errors"][0].clone();
            assert_eq!((&error["cell"], &report["errors_total"]), (&value!("E3"), &value!(1)), "{report}");
            assert!(error["message"].as_str().is_some_and(|said| said.contains("delimiter")), "{report}");
        };
        let whole = ends(1, &import);
        told(&whole);
        assert_eq!(whole["made"], 0, "{whole}");
        let some =
            ends(1, &[&import[..], &["--best-effort", "--rejects", "bad.csv", "--language", "en"]].concat());
        told(&some);
        assert_eq!((&some["made"], &some["refused"]), (&value!(2), &value!(1)), "{some}");
        assert_eq!(open(ends, "C1"), "-1007.00");
        let bad = std::fs::read_to_string(at.join("bad.csv")).expect("a file");
        assert!(bad.contains("R2,C1,1,234.50,\"E3: \"\"2026-11-05\"\""), "{bad}");
        // where such a row may be a line of any invoice, no invoice is left with some of its lines
        let line = |n: u32, price: &str| format!("{n},A-1,C1,2026-11-05,轴承,1,{price},13%\n");
        let headings = "序号,单号,客户编码,单据日期,品名,数量,单价,税率\n";
        write(at, "i.csv", &format!("{headings}{}{}{}", line(1, "5"), line(2, "1,000.00"), line(3, "7")));
        mapping(at, "i.json", &invoice_mapping());
        let lines = ends(2, &["import", "invoices", "i.csv", "--mapping", "i.json", "--best-effort"]);
        assert_eq!(lines["error"]["code"], "sheet-unreadable", "{lines}");
        assert!(
            lines["error"]["message"].as_str().is_some_and(|said| said.contains("row 3 has 9 cells")),
            "{lines}"
        );
        assert_eq!(open(ends, "C1"), "-1007.00", "nothing was written");
        holds(at, ends, "export");
    });
}

#[test]
fn a_best_effort_leaves_no_invoice_with_some_of_its_lines() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=1);
        mapping(at, "m.json", &invoice_mapping());
        let line = |number: &str, price: &str| format!("{number},C1,2026-11-05,轴承,1,{price},13%\n");
        let rows = [line("A-1", "100"), line("A-2", "200"), line("A-1", "300"), line("A-3", "400")].concat();
        let merged = ",,,密封圈,1,500,13%\n";
        let headings = "单号,客户编码,单据日期,品名,数量,单价,税率\n";
        write(at, "i.csv", &format!("{headings}{rows}{merged}"));
        let import = ["import", "invoices", "i.csv", "--mapping", "m.json"];
        let some = ends(1, &[&import[..], &["--best-effort"]].concat());
        let cells: Vec<&str> =
            some["errors"].as_array().expect("a list").iter().filter_map(|e| e["cell"].as_str()).collect();
        assert_eq!(cells, ["A2", "A4", "A6"], "{some}");
        assert_eq!((&some["made"], open(ends, "C1")), (&value!(1), value!("226.00")), "{some}");
        // sorted and filled in, all of it comes in, and what is in is known
        let rows = [
            line("A-2", "200"),
            line("A-1", "100"),
            line("A-1", "300"),
            line("A-3", "400"),
            line("A-3", "500"),
        ];
        write(at, "i.csv", &format!("{headings}{}", rows.concat()));
        let rest = ends(0, &[&import[..], &["--best-effort"]].concat());
        assert_eq!((&rest["made"], &rest["already"]), (&value!(2), &value!(1)), "{rest}");
        assert_eq!(open(ends, "C1"), "1695.00");
        holds(at, ends, "export");
    });
}

fn ledger(at: &std::path::Path, ends: Ends<'_>, rows: &str, code: i32) -> Value {
    write(at, "o.csv", &format!("发票编号,客户编码,未收金额,单据日期,客户余额\n{rows}"));
    ends(code, &["import", "opening-balances", "o.csv", "--mapping", "o.json"])
}

#[test]
fn an_old_ledger_lists_what_was_paid_and_may_come_as_balances_alone() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        mapping(
            at,
            "o.json",
            &value!({"columns": {"发票编号": "number", "客户编码": "customer", "未收金额": "amount", "单据日期": "document_date",
                "客户余额": "old_balance"}, "constants": {"currency": "CNY", "effective_date": "2026-10-31"}}),
        );
        let rows = "X-1,C1,100.00,2026-09-01,100.00\nX-2,C1,0.00,2026-08-01,\nX-3,C2,0,2026-08-01,0.00\n";
        let done = ledger(at, ends, rows, 0);
        assert_eq!((&done["made"], &done["differences"]), (&value!(1), &value!([])), "{done}");
        assert!(noted(&done, "2 rows have nothing open"), "{done}");
        // balances alone are held against the books, not against rows that are not there
        let agreed = ledger(at, ends, ",C1,,,100.00\n,C2,,,0.00\n", 0);
        assert_eq!((&agreed["made"], &agreed["differences"]), (&value!(0), &value!([])), "{agreed}");
        let told = ledger(at, ends, ",C1,,,99.00\n", 1);
        assert_eq!(
            told["differences"],
            value!([{"customer": "C1", "currency": "CNY", "old": "99.00", "new": "100.00", "cell": "E2"}]),
            "{told}"
        );
        // and a comparison of nothing is none
        let map = value!({"columns": {"客户编码": "customer", "期末余额": "balance"},
            "constants": {"currency": "CNY", "date": "2026-10-31"}});
        mapping(at, "old.json", &map);
        write(at, "old.csv", "客户编码,期末余额\n");
        let empty = ends(1, &["import", "old-balances", "old.csv", "--mapping", "old.json"]);
        assert_eq!(empty["errors_total"], 1, "{empty}");
        let said = empty["errors"][0]["message"].as_str().expect("a message");
        assert!(said.contains("holds no balance"), "{said}");
    });
}
