//! Taking an old ledger over: files that are large, damaged or made to do harm; receipts with what they pay; old balances
//! against the books; an import that is taken back after it was stated.

use super::sheets::{Ends, INVOICES, customers, for_each, holds, invoice_mapping, mapping, open, write};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json as value};
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

/// Sheets of a workbook, each with its rows.
pub fn workbook(at: &Path, name: &str, sheets: &[(&str, &[&[&str]])]) {
    let mut book = Workbook::new();
    for (title, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*title).expect("a name");
        for (row, cells) in (0u32..).zip(*rows) {
            for (column, cell) in (0u16..).zip(*cells) {
                match cell.parse::<i32>() {
                    Ok(number) => sheet.write_number(row, column, number),
                    Err(_) => sheet.write_string(row, column, *cell),
                }
                .expect("written");
            }
        }
    }
    book.save(at.join(name)).expect("saved");
}

/// A workbook that unpacks to a hundred times its size and more.
pub fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).expect("begun");
    let block = "<row><c><v>0</v></c></row>".repeat(10_000);
    for _ in 0..150 {
        archive.write_all(block.as_bytes()).expect("written");
    }
    archive.finish().expect("ended").into_inner()
}

fn nothing_written(ends: Ends<'_>, name: &str) {
    assert_eq!(ends(0, &["list", "customers", "--to", name])["rows"], 0, "nothing was written");
    let events = ends(0, &["imports", "list"]);
    assert_eq!(events["items"], value!([]), "{events}");
}

#[test]
fn one_bad_row_of_thousands_is_named_and_leaves_nothing_or_only_itself() {
    const ROWS: u32 = 2_000;
    for_each(|at, _, ends| {
        let country = |n: u32| if n == 1_321 { "China" } else { "CN" };
        let rows: String = (1..=ROWS).map(|n| format!("C{n},客户{n},{},CNY\n", country(n))).collect();
        write(at, "c.csv", &format!("客户编码,客户名称,国家,币种\n{rows}"));
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, heading) in (0u16..).zip(["客户编码", "客户名称", "国家", "币种"]) {
            sheet.write_string(0, column, heading).expect("written");
        }
        for n in 1..=ROWS {
            for (column, cell) in (0u16..).zip([&format!("C{n}"), &format!("客户{n}"), country(n), "CNY"]) {
                sheet.write_string(n, column, cell).expect("written");
            }
        }
        book.save(at.join("c.xlsx")).expect("saved");
        let map = value!({"columns": {"客户编码": "code", "客户名称": "name", "国家": "country", "币种": "currency"}});
        mapping(at, "m.json", &map);
        for file in ["c.csv", "c.xlsx"] {
            let told = ends(1, &["import", "customers", file, "--mapping", "m.json"]);
            assert_eq!(
                (&told["rows"], &told["made"], &told["errors_total"]),
                (&value!(ROWS), &value!(0), &value!(1))
            );
            let error = &told["errors"][0];
            assert_eq!((&error["row"], &error["cell"]), (&value!(1_322), &value!("C1322")), "{error}");
            nothing_written(ends, &format!("{file}.out.csv"));
        }
        // one record too many for all or nothing is told, too, and leaves nothing
        let rows: String = (1..=10_001).map(|n| format!("C{n},客户{n},CN,CNY\n")).collect();
        write(at, "c.csv", &format!("客户编码,客户名称,国家,币种\n{rows}"));
        let told = ends(1, &["import", "customers", "c.csv", "--mapping", "m.json"]);
        assert_eq!(
            (&told["errors_total"], &told["errors"][0]["row"]),
            (&value!(1), &value!(10_002)),
            "{told}"
        );
        nothing_written(ends, "more.csv");
        // a best effort takes all but it
        let some = ends(1, &["import", "customers", "c.xlsx", "--mapping", "m.json", "--best-effort"]);
        assert_eq!(
            (&some["made"], &some["refused"], &some["errors_total"]),
            (&value!(ROWS - 1), &value!(1), &value!(1))
        );
        assert_eq!(some["errors"][0]["cell"], "C1322", "{}", some["errors"]);
        assert_eq!(ends(0, &["list", "customers", "--to", "some.csv"])["rows"], ROWS - 1);
    });
}

#[test]
fn a_damaged_file_names_the_cell_and_writes_nothing_beyond_it() {
    for_each(|at, _, ends| {
        let map = value!({"columns": {"code": "code", "name": "name", "country": "country", "currency": "currency"}});
        mapping(at, "m.json", &map);
        let good = |from: u32, to: u32| -> String {
            (from..=to).map(|n| format!("C{n},客户{n},CN,CNY\n")).collect()
        };
        write(
            at,
            "c.csv",
            &format!("code,name,country,currency\n{}C301,\"甲,CN,CNY\n{}", good(1, 300), good(302, 900)),
        );
        let refused = ends(2, &["import", "customers", "c.csv", "--mapping", "m.json"]);
        assert_eq!(refused["error"]["code"], "sheet-unreadable");
        let said = refused["error"]["message"].as_str().expect("a message");
        assert!(said.contains("B302") && said.contains("not closed"), "{said}");
        nothing_written(ends, "none.csv");
        // a best effort keeps what stands before but for the last record, which may go on in the row that cannot be read, says so, and
        // is taken back as a whole
        let some = ends(1, &["import", "customers", "c.csv", "--mapping", "m.json", "--best-effort"]);
        assert_eq!(
            (&some["made"], &some["errors_total"], &some["errors"][0]["row"]),
            (&value!(299), &value!(1), &value!(302))
        );
        assert!(some["errors"][0]["message"].as_str().is_some_and(|m| m.contains("B302")), "{some}");
        let id = some["id"].as_str().expect("an id");
        assert_eq!(ends(0, &["imports", "show", id])["status"], "done");
        write(at, "c.csv", &format!("code,name,country,currency\n{}C301,\"甲\",CN,CNY\n", good(1, 300)));
        let rest = ends(0, &["import", "customers", "c.csv", "--mapping", "m.json"]);
        assert_eq!((&rest["made"], &rest["already"]), (&value!(2), &value!(299)), "{rest}");
        assert_eq!(ends(0, &["imports", "undo", id])["records"], 299);
        // a workbook of a few kilobytes that would be many megabytes
        fs::write(at.join("bomb.xlsx"), bomb()).expect("written");
        let refused = ends(1, &["import", "customers", "bomb.xlsx"]);
        assert_eq!(refused["error"]["code"], "sheet-expands");
        assert!(refused["error"]["next"].as_str().is_some_and(|next| next.contains("CSV")), "{refused}");
    });
}

#[test]
fn receipts_of_a_sheet_pay_the_invoices_they_name() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", INVOICES);
        mapping(at, "m.json", &invoice_mapping());
        ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        let text = "收款单号,客户编码,收款金额,收款日期,发票编号,核销金额\n\
            R1,C1,100.00,2026-11-10,A-1,40.00\nR1,C1,,2026-11-10,A-1,60.00\nR2,C2,1200,2026-11-11,INV-2026-000002,\nR3,C1,5,2026-11-12,,\n";
        write(at, "r.csv", text);
        let proposed = ends(1, &["import", "receipts", "r.csv"]);
        let columns = &proposed["mapping"]["columns"];
        assert_eq!(
            (&columns["发票编号"], &columns["核销金额"]),
            (&value!("invoice"), &value!("allocated")),
            "{proposed}"
        );
        let mut map = proposed["mapping"].clone();
        map["constants"] = value!({"currency": "CNY"});
        mapping(at, "r.json", &map);
        let import = ["import", "receipts", "r.csv", "--mapping", "r.json"];
        let looked = ends(0, &[&import[..], &["--preview"]].concat());
        assert_eq!((&looked["rows"], &looked["records"]), (&value!(4), &value!(3)), "{looked}");
        let done = ends(0, &import);
        assert_eq!(
            (&done["made"], open(ends, "C1"), open(ends, "C2")),
            (&value!(3), value!("43.03"), value!("-70.00"))
        );
        let items = ends(0, &["list", "open-items", "--to", "open.csv"]);
        // what is left: of A-1, of R2, and R3
        assert_eq!(items["rows"], 3, "{}", fs::read_to_string(at.join("open.csv")).expect("a file"));
        holds(at, ends, "export");
        // who pays what is not hers, or more than there is, is refused at the cell, and nothing is written
        write(
            at,
            "r.csv",
            "收款单号,客户编码,收款金额,收款日期,发票编号,核销金额\nR8,C2,5,2026-11-12,A-1,5\nR9,C1,5,2026-11-12,A-9,5\nR7,C1,900,2026-11-12,A-1,800\n",
        );
        let refused = ends(1, &import);
        let cells: Vec<&Value> =
            refused["errors"].as_array().expect("a list").iter().map(|e| &e["cell"]).collect();
        assert_eq!(
            (&cells[..2], &refused["made"]),
            (&[&value!("E2"), &value!("E3")][..], &value!(0)),
            "{refused}"
        );
        write(
            at,
            "r.csv",
            "收款单号,客户编码,收款金额,收款日期,发票编号,核销金额\nR7,C1,900,2026-11-12,A-1,800\n",
        );
        let refused = ends(1, &import);
        assert_eq!((&refused["made"], &refused["errors_total"]), (&value!(0), &value!(1)), "{refused}");
        assert_eq!(open(ends, "C1"), value!("43.03"));
    });
}

#[test]
fn old_balances_of_a_second_sheet_are_compared_both_ways() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=4);
        let items: &[&[&str]] = &[
            &["单号", "客户编码", "未收金额", "单据日期"],
            &["X-1", "C1", "100.00", "2026-09-01"],
            &["X-2", "C1", "50.50", "2026-10-01"],
            &["Y-1", "C2", "7", "2026-10-01"],
            &["Z-1", "C3", "9", "2026-10-01"],
        ];
        let old: &[&[&str]] = &[
            &["客户编码", "客户名称", "期末余额"],
            &["C1", "客户1", "150.5"],
            &["C2", "客户2", "8"],
            &["C4", "客户4", "0"],
        ];
        workbook(at, "旧账.xlsx", &[("明细", items), ("余额", old)]);
        mapping(
            at,
            "items.json",
            &value!({"columns": {"单号": "number", "客户编码": "customer", "未收金额": "amount", "单据日期": "document_date"},
                "constants": {"currency": "CNY", "effective_date": "2026-10-31"}}),
        );
        ends(0, &["import", "opening-balances", "旧账.xlsx", "--mapping", "items.json"]);
        let map = value!({"sheet": "余额", "columns": {"客户编码": "customer", "期末余额": "balance"},
            "constants": {"currency": "CNY", "date": "2026-10-31"}});
        mapping(at, "old.json", &map);
        let compare = ["import", "old-balances", "旧账.xlsx", "--mapping", "old.json"];
        let told = ends(1, &compare);
        assert_eq!(
            told["differences"],
            value!([{"customer": "C2", "currency": "CNY", "old": "8.00", "new": "7.00", "cell": "C3"},
                {"customer": "C3", "currency": "CNY", "old": "0.00", "new": "9.00", "cell": ""}]),
            "{told}"
        );
        assert_eq!(
            told["sums"],
            value!([{"of": "old", "currency": "CNY", "sum": "158.50"}, {"of": "books", "currency": "CNY", "sum": "166.50"}])
        );
        assert_eq!((&told["mode"], &told["made"]), (&value!("comparison"), &value!(0)));
        // mended, and from a second file
        write(at, "old.csv", "客户编码,期末余额,币种\nC1,150.50,CNY\nC2,7.00,CNY\nC3,9.00,CNY\n");
        let map = value!({"columns": {"客户编码": "customer", "期末余额": "balance", "币种": "currency"},
            "constants": {"date": "2026-10-31"}});
        mapping(at, "old.json", &map);
        let agreed = ends(0, &["import", "old-balances", "old.csv", "--mapping", "old.json"]);
        assert_eq!((&agreed["differences"], &agreed["records"]), (&value!([]), &value!(3)), "{agreed}");
        // what cannot be read ends the comparison, at its cell; twice the same is told
        write(
            at,
            "old.csv",
            "客户编码,期末余额,币种\nC1,abc,CNY\nC2,7.001,CNY\nC3,9,CNY\nC3,9,CNY\nC3,9,USD\n",
        );
        let refused = ends(1, &["import", "old-balances", "old.csv", "--mapping", "old.json"]);
        let cells: Vec<&Value> =
            refused["errors"].as_array().expect("a list").iter().map(|e| &e["cell"]).collect();
        assert_eq!(cells, [&value!("B2"), &value!("B3"), &value!("A5")], "{refused}");
        assert_eq!(refused["differences"], value!([]));
        let usage = ends(2, &["import", "old-balances", "old.csv", "--mapping", "old.json", "--best-effort"]);
        assert_eq!(usage["error"]["code"], "usage");
    });
}

#[test]
fn receipts_of_a_sheet_go_back_with_what_they_paid() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", INVOICES);
        mapping(at, "m.json", &invoice_mapping());
        ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        let text = "收款单号,客户编码,收款金额,收款日期,发票编号,核销金额\n\
            R1,C1,100.00,2026-11-10,A-1,40.00\nR1,C1,,2026-11-10,A-1,60.00\nR2,C2,1200,2026-11-11,INV-2026-000002,\nR3,C1,5,2026-11-12,,\n";
        write(at, "r.csv", text);
        let columns = value!({"收款单号": "number", "客户编码": "customer", "收款金额": "amount", "收款日期": "value_date",
            "发票编号": "invoice", "核销金额": "allocated"});
        mapping(at, "r.json", &value!({"columns": columns, "constants": {"currency": "CNY"}}));
        let balances = |day: &str| {
            ["C1", "C2"].map(|customer| {
                let balance = ends(0, &["customer", "balance", customer, "--as-of", day]);
                balance["accounts"][0]["balance"]["amount"].clone()
            })
        };
        let (days, owed) =
            (["2026-11-10", "2026-11-12", "2026-12-31"], ["148.03", "1130.00"].map(Value::from));
        // twice: taken back, everything is as before, and the same file comes in again
        for round in ["first", "second"] {
            let done = ends(0, &["import", "receipts", "r.csv", "--mapping", "r.json"]);
            assert_eq!(done["made"], 3, "{done}");
            assert_eq!(balances("2026-12-31"), ["43.03", "-70.00"].map(Value::from));
            let id = done["id"].as_str().expect("an id");
            assert_eq!(ends(0, &["imports", "undo", id])["records"], 3);
            for day in days {
                assert_eq!(balances(day), owed, "on {day}");
            }
            let to = format!("{round}.csv");
            assert_eq!(ends(0, &["list", "open-items", "--to", &to])["rows"], 2);
            holds(at, ends, round);
        }
    });
}

/// C1 agrees to her statement of November.
fn agreed(ends: Ends<'_>, now: &str) {
    for role in ["clerk", "reviewer"] {
        ends(0, &["user", "create", "--login", role, "--name", role, "--role", role]);
    }
    let bound = [
        "plugin",
        "bind",
        "--slot",
        "statement",
        "--plugin",
        "statement-classic",
        "--valid-from",
        "2026-01-01",
    ];
    ends(0, &bound);
    let run =
        ["statement", "run", "--period-start", "2026-11-01", "--cut-off", "2026-11-30", "--as", "clerk"];
    ends(0, &[&run[..], &["--customer", "C1", "--clock", now]].concat());
    let list = ends(0, &["statement", "list"]);
    let statement = list["statements"][0]["id"].as_str().expect("a statement").to_owned();
    ends(0, &["statement", "approve", &statement, "--as", "reviewer"]);
}

#[test]
fn a_receipt_that_was_stated_goes_in_the_next_month_with_what_it_paid() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", INVOICES);
        mapping(at, "m.json", &invoice_mapping());
        ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        write(
            at,
            "r.csv",
            "number,customer,amount,date,invoice\nR1,C1,100,2026-11-10,A-1\nR2,C2,200,2026-11-10,A-2\n",
        );
        let columns = value!({"number": "number", "customer": "customer", "amount": "amount", "date": "value_date",
            "invoice": "invoice"});
        mapping(at, "r.json", &value!({"columns": columns, "constants": {"currency": "CNY"}}));
        let done = ends(0, &["import", "receipts", "r.csv", "--mapping", "r.json"]);
        let id = done["id"].as_str().expect("an id");
        agreed(ends, "2027-01-02T09:00:00Z");
        let refused = ends(1, &["imports", "undo", id]);
        let said = refused["error"]["message"].as_str().expect("a message");
        assert!(
            said.contains("row 2") && said.contains("after 2026-11-30") && !said.contains("row 3"),
            "{said}"
        );
        assert_eq!((open(ends, "C1"), open(ends, "C2")), (value!("48.03"), value!("930.00")));
        let undone = ends(0, &["imports", "undo", id, "--later", "2026-12-01"]);
        assert_eq!((&undone["records"], &undone["later"]), (&value!(2), &value!(1)), "{undone}");
        let on = |customer: &str, day: &str| {
            let balance = ends(0, &["customer", "balance", customer, "--as-of", day]);
            balance["accounts"][0]["balance"]["amount"].clone()
        };
        assert_eq!((on("C1", "2026-11-30"), on("C1", "2026-12-01")), (value!("48.03"), value!("148.03")));
        assert_eq!(on("C2", "2026-11-10"), value!("1130.00"));
        let items = ends(0, &["list", "open-items", "--to", "open.csv"]);
        assert_eq!(items["rows"], 2, "{}", fs::read_to_string(at.join("open.csv")).expect("a file"));
        holds(at, ends, "export");
    });
}

#[test]
fn what_was_stated_is_taken_back_in_the_next_month() {
    for_each(|at, _, ends| {
        customers(at, ends, 1..=2);
        write(at, "i.csv", INVOICES);
        mapping(at, "m.json", &invoice_mapping());
        let done = ends(0, &["import", "invoices", "i.csv", "--mapping", "m.json"]);
        let id = done["id"].as_str().expect("an id");
        let (now, clock) = ("2027-01-02T09:00:00Z", "--clock");
        agreed(ends, now);
        // C1 agreed to November: it is not as if the invoice had never been, and neither is C2's then
        let refused = ends(1, &["imports", "undo", id]);
        let said = refused["error"]["message"].as_str().expect("a message");
        assert!(
            said.contains("row 2") && said.contains("after 2026-11-30") && !said.contains("row 4"),
            "{said}"
        );
        assert_eq!((open(ends, "C1"), open(ends, "C2")), (value!("148.03"), value!("1130.00")));
        let early = ends(1, &["imports", "undo", id, "--later", "2026-11-30"]);
        assert!(
            early["error"]["message"].as_str().is_some_and(|m| m.contains("after 2026-11-30")),
            "{early}"
        );
        let undone = ends(0, &["imports", "undo", id, "--later", "2026-12-01"]);
        assert_eq!((&undone["records"], &undone["later"]), (&value!(2), &value!(1)), "{undone}");
        // November is what it was to C1, who agreed to it; C2's is as if nothing had been
        let at_day = |customer: &str, day: &str| {
            let balance = ends(0, &["customer", "balance", customer, "--as-of", day]);
            balance["accounts"][0]["balance"]["amount"].clone()
        };
        assert_eq!(
            (at_day("C1", "2026-11-30"), at_day("C1", "2026-12-01")),
            (value!("148.03"), value!("0.00"))
        );
        assert_eq!(at_day("C2", "2026-11-30"), value!("0.00"));
        holds(at, ends, "after-undo");
        // December's statement of C1 shows it, from November's closing
        let run =
            ["statement", "run", "--cut-off", "2026-12-31", "--as", "clerk", "--customer", "C1", clock, now];
        // by the run's answer: under a fixed clock a list by id is in no order of time
        let made = ends(0, &run);
        let shown = ends(0, &["statement", "show", made["made"][0].as_str().expect("an id")]);
        let section = &shown["sections"][0];
        assert_eq!(
            (&section["opening"], &section["closing"]),
            (&value!("148.03"), &value!("0.00")),
            "{shown}"
        );
        holds(at, ends, "after-all");
    });
}
