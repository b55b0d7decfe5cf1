#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
#![allow(clippy::float_arithmetic)] // as Excel does it
use super::*;
use crate::guess::propose;
use crate::mapping::Mapping;
use crate::read::{Source, inspect, rows};
use serde_json::json;
use std::ops::ControlFlow;

fn outcomes(noun: Noun, text: &str, mapping: &Value) -> (Plan, Vec<Outcome>) {
    let source = Source::Bytes(text.as_bytes().into());
    let mapping: Mapping = serde_json::from_value(mapping.clone()).unwrap();
    let layout = inspect(&source, Some(&mapping)).unwrap();
    let plan = Plan::new(noun, &mapping, &layout).map_err(|errors| format!("{errors:?}")).unwrap();
    let mut found = Vec::new();
    let mut assembler = Assembler::new(&plan);
    rows(&source, &layout, &mut |row| -> ControlFlow<()> {
        found.extend(assembler.push(&row));
        ControlFlow::Continue(())
    })
    .unwrap();
    found.extend(assembler.finish());
    (plan, found)
}

fn refused(noun: Noun, text: &str, mapping: &Value) -> Vec<(String, String)> {
    let (_, found) = outcomes(noun, text, mapping);
    let errors = found.into_iter().filter_map(|outcome| match outcome {
        Outcome::Bad { errors, .. } => Some(errors),
        Outcome::Record(_) => None,
    });
    errors
        .flatten()
        .map(|error| (error.cell.unwrap_or_else(|| error.row.to_string()), error.message))
        .collect()
}

fn records(noun: Noun, text: &str, mapping: &Value) -> (Plan, Vec<Record>) {
    let (plan, found) = outcomes(noun, text, mapping);
    let records = found
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Record(record) => record,
            Outcome::Bad { errors, .. } => panic!("{errors:?}"),
        })
        .collect();
    (plan, records)
}

fn receipts() -> Value {
    json!({"columns": {"id": "number", "who": "customer", "sum": "amount", "day": "value_date"},
        "constants": {"currency": "EUR"}, "dates": "DD.MM.YYYY", "decimal": ","})
}

#[test]
fn cells_become_the_members_of_a_body() {
    let text = "id;who;sum;day;other\nR1;C1;1.234,50 €;05.11.2026;x\nR2;C1;(7,00);2026-11-06;\n";
    let (plan, found) = records(Noun::Receipts, text, &receipts());
    let expected = json!({"external_id": "R1", "customer": "C1", "value_date": "2026-11-05",
        "amount": {"amount": "1234.50", "currency": "EUR"}});
    assert_eq!(found[0].body, expected);
    assert_eq!(found[1].body["amount"]["amount"], "-7.00");
    let place = found[1].place(&plan, "/amount/amount", "no");
    assert_eq!(
        (place.cell.as_deref(), place.heading.as_deref(), place.field.as_deref()),
        (Some("C3"), Some("sum"), Some("amount"))
    );
    // a constant has a field and no cell; what is missing has its row
    let constant = found[1].place(&plan, "/amount/currency", "no");
    assert_eq!((constant.cell, constant.field.as_deref(), constant.row), (None, Some("currency"), 3));
    assert_eq!(found[1].place(&plan, "/reference", "no").field.as_deref(), Some("reference"));
    assert_eq!(found[1].place(&plan, "", "no").cell, None);
}

#[test]
fn a_formula_without_a_value_is_refused_where_a_field_is_taken_from_it() {
    let layout = crate::read::Layout {
        format: crate::read::Format::Workbook { sheet: "S".to_owned(), others: Vec::new(), from_1904: false },
        header_row: 1,
        headers: ["id", "who", "sum", "day", "what", "other"].map(str::to_owned).to_vec(),
    };
    let mut mapping = receipts();
    mapping["columns"]["what"] = json!("reference");
    let mapping: Mapping = serde_json::from_value(mapping).unwrap();
    let plan = Plan::new(Noun::Receipts, &mapping, &layout).map_err(|errors| format!("{errors:?}")).unwrap();
    let text = |text: &str| Cell::Text(text.to_owned());
    let formula = || Cell::Formula("=B9".to_owned());
    let mut assembler = Assembler::new(&plan);
    let cells = vec![text("R1"), text("C1"), formula(), text("05.11.2026"), formula(), formula()];
    assert_eq!(assembler.push(&Row { number: 2, cells, rounded: Vec::new() }), None);
    let Some(Outcome::Bad { errors, .. }) = assembler.finish() else {
        panic!("nothing is left out silently")
    };
    let cells: Vec<&str> = errors.iter().filter_map(|error| error.cell.as_deref()).collect();
    assert_eq!(cells, ["C2", "E2"], "{errors:?}");
    assert!(errors.iter().all(|error| error.message.contains("the formula =B9 and no value")), "{errors:?}");
}

#[test]
fn days_of_a_workbook_that_begins_in_1904_are_not_counted_from_1899() {
    let layout = |from_1904| crate::read::Layout {
        format: crate::read::Format::Workbook { sheet: "S".to_owned(), others: Vec::new(), from_1904 },
        header_row: 1,
        headers: ["id", "who", "sum", "day"].map(str::to_owned).to_vec(),
    };
    let mut mapping = receipts();
    for (dates, from_1904, taken) in [
        ("serial", true, false),
        ("serial-1904", true, true),
        ("serial", false, true),
        ("DD.MM.YYYY", true, true),
    ] {
        mapping["dates"] = json!(dates);
        let mapping: Mapping = serde_json::from_value(mapping.clone()).unwrap();
        let refused = Plan::new(Noun::Receipts, &mapping, &layout(from_1904)).err().unwrap_or_default();
        let pointers: Vec<&str> = refused.iter().map(|error| error.pointer.as_str()).collect();
        let wanted: &[&str] = if taken { &[] } else { &["/dates"] };
        assert_eq!(pointers, wanted, "{dates} {from_1904}");
    }
}

#[test]
fn number_cells_are_rounded_to_what_excel_shows_and_then_refused_where_money_would_go() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0u16..).zip(["id", "who", "sum", "other"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    for (row, sum) in (1u32..).zip([1234.56 - 1000.01, 12_345_678_901_234.56]) {
        sheet.write_string(row, 0, format!("R{row}")).unwrap();
        sheet.write_string(row, 1, "C1").unwrap();
        sheet.write_number(row, 2, sum).unwrap();
        sheet.write_number(row, 3, 0.1 + 0.2).unwrap();
    }
    let source = Source::Bytes(book.save_to_buffer().unwrap().into());
    let mut mapping = receipts();
    mapping["columns"] = json!({"id": "number", "who": "customer", "sum": "amount"});
    mapping["constants"]["value_date"] = json!("05.11.2026");
    let mapping: Mapping = serde_json::from_value(mapping).unwrap();
    let layout = inspect(&source, Some(&mapping)).unwrap();
    let plan = Plan::new(Noun::Receipts, &mapping, &layout).map_err(|errors| format!("{errors:?}")).unwrap();
    let mut assembler = Assembler::new(&plan);
    let (mut found, mut rounded) = (Vec::new(), Vec::new());
    rows(&source, &layout, &mut |row| -> ControlFlow<()> {
        rounded.push(plan.rounded(&row));
        found.extend(assembler.push(&row));
        ControlFlow::Continue(())
    })
    .unwrap();
    found.extend(assembler.finish());
    // no field is taken from the last column
    assert_eq!(rounded, [1, 0]);
    assert!(matches!(&found[0], Outcome::Record(record) if record.body["amount"]["amount"] == "234.55"));
    let Outcome::Bad { errors, .. } = &found[1] else { panic!("{found:?}") };
    assert_eq!(errors[0].cell.as_deref(), Some("C3"));
    assert!(errors[0].message.contains("more than 15 digits"), "{errors:?}");
}

#[test]
fn what_cannot_be_a_value_is_refused_at_its_cell() {
    let text = "id;who;sum;day\nR1;C1;12,5,0;31.02.2026\nR2;C1;1e400;5.11.\nR3;C1;$5;05.11.2026\nR1;C1;5;05.11.2026\n";
    let found = refused(Noun::Receipts, text, &receipts());
    let cells: Vec<&str> = found.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(cells, ["C2", "D2", "C3", "D3", "C4", "A5"], "{found:?}");
    assert!(found[1].1.contains("31.02.2026 is not one of the days"), "{found:?}");
    assert!(found[2].1.contains("exponent"), "{found:?}");
    assert!(found[4].1.contains("marked $") && found[4].1.contains("EUR"), "{found:?}");
    assert!(found[5].1.contains("\"R1\" stands in row 2 already"), "{found:?}");
}

#[test]
fn a_cell_beyond_the_headings_is_refused_where_it_stands_and_stops_no_other_row() {
    let mapping = json!({"columns": {"id": "number", "who": "customer", "sum": "amount", "day": "value_date"},
        "constants": {"currency": "EUR"}});
    let text = "id,who,sum,day\nR1,C1,1,234.50,2026-11-05\nR2,C1,7.00,2026-11-05\nR3,C1,\"1,234.50\",2026-11-05,,\n\
        R4,C1,2,2026-11-05,,x,y\n";
    let (_, found) = outcomes(Noun::Receipts, text, &mapping);
    let amounts: Vec<Option<&str>> = found
        .iter()
        .map(|outcome| match outcome {
            Outcome::Record(record) => record.body["amount"]["amount"].as_str(),
            Outcome::Bad { .. } => None,
        })
        .collect();
    assert_eq!(amounts, [None, Some("7.00"), Some("1234.50"), None], "{found:?}");
    let told = refused(Noun::Receipts, text, &mapping);
    let cells: Vec<&str> = told.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(cells, ["E2", "F5", "G5"], "{told:?}");
    assert!(told[0].1.starts_with("\"2026-11-05\" stands beyond the last heading"), "{told:?}");
    // of records of several rows: one that begins with its number is known by it, of another it is not known whose it is
    let of = |headings: &str, row: &str| {
        let source = Source::Bytes(format!("{headings}\n{row}\n").as_bytes().into());
        let layout = inspect(&source, None).unwrap();
        let mapping: Mapping = serde_json::from_value(invoices()).unwrap();
        let plan =
            Plan::new(Noun::Invoices, &mapping, &layout).map_err(|errors| format!("{errors:?}")).unwrap();
        let mut lost = Vec::new();
        rows(&source, &layout, &mut |row| -> ControlFlow<()> {
            lost.push(plan.loses_its_key(&row));
            ControlFlow::Continue(())
        })
        .unwrap();
        lost
    };
    let row = "A,B,C,2026-11-05,x,1,1,000.00,13%";
    assert_eq!(of("no,who,po,day,what,n,price,tax", row), [false]);
    assert_eq!(of("who,no,po,day,what,n,price,tax", row), [true]);
    assert_eq!(of("who,no,po,day,what,n,price,tax", "A,B,C,2026-11-05,x,1,1000.00,13%"), [false]);
    // a mapping is proposed by the rows that have their cells below the headings; without one the headings are others
    let propose = |text: &str| {
        let source = Source::Bytes(text.as_bytes().into());
        let layout = inspect(&source, None).unwrap();
        propose(&source, &layout, Noun::Receipts)
    };
    let notes = propose(&format!("number{}", text.trim_start_matches("id"))).unwrap().notes;
    assert!(notes[0].ends_with("2 rows looked at"), "{notes:?}");
    let error = propose("number,customer\nR1,C1,1\n").unwrap_err().to_string();
    assert!(error.starts_with("row 2 has 3 cells, the headings in row 1 are 2"), "{error}");
}

fn invoices() -> Value {
    json!({"columns": {"no": "number", "who": "customer", "day": "document_date", "what": "description", "n": "quantity",
        "price": "unit_price", "tax": "category", "po": "purchase_order"},
        "constants": {"currency": "CNY", "price_mode": "含税"}, "values": {"category": {"13%": "13"}}})
}

#[test]
fn rows_of_one_number_are_one_invoice() {
    let text = "no,who,day,what,n,price,tax,po\nA,C1,2026-11-05,x,1,5,13%,P\nA,C1,2026-11-05,y,2,6,13%,\nB,C2,2026-11-06,z,3,7,13%,\n";
    let (plan, found) = records(Noun::Invoices, text, &invoices());
    assert_eq!(found.iter().map(|r| (r.first_row, r.last_row)).collect::<Vec<_>>(), [(2, 3), (4, 4)]);
    let lines = json!([{"description": "x", "quantity": "1", "unit_price": "5", "category": "13"},
        {"description": "y", "quantity": "2", "unit_price": "6", "category": "13"}]);
    assert_eq!(found[0].body["lines"], lines);
    assert_eq!(found[0].body["price_mode"], "inclusive");
    assert_eq!(found[0].place(&plan, "/lines/1/unit_price", "no").cell.as_deref(), Some("F3"));
    // what a line lacks stands in the line's own row, and in its empty cell where a column is mapped to it
    let unit = found[0].place(&plan, "/lines/1/unit", "no");
    assert_eq!((unit.row, unit.cell), (3, None));
    let order = found[1].place(&plan, "/purchase_order", "is required");
    assert_eq!((order.cell.as_deref(), order.heading.as_deref()), (Some("H4"), Some("po")));
}

#[test]
fn what_a_row_lacks_is_refused_at_its_empty_cell() {
    let columns =
        json!({"id": "number", "who": "customer", "sum": "amount", "cur": "currency", "day": "value_date"});
    let mapping = json!({"columns": columns});
    let (plan, found) =
        records(Noun::Receipts, "id,who,sum,cur,day\nR1,C1,,,2026-11-05\nR2,,5,EUR,\n", &mapping);
    let cell = |n: usize, pointer: &str| found[n].place(&plan, pointer, "is required").cell;
    // neither amount nor currency: the body has no such object at all
    assert_eq!(cell(0, "/amount").as_deref(), Some("C2"));
    assert_eq!(
        (cell(1, "/customer").as_deref(), cell(1, "/value_date").as_deref()),
        (Some("B3"), Some("E3"))
    );
    assert_eq!((cell(0, ""), cell(0, "/nothing")), (None, None));
    let mapping = json!({"columns": {"no": "number", "who": "customer", "day": "document_date", "sum": "line_amount", "what": "description"},
        "constants": {"currency": "CNY", "price_mode": "exclusive"}});
    let (plan, found) = records(Noun::Invoices, "no,who,day,sum,what\nA,C1,2026-11-05,,x\n", &mapping);
    assert_eq!(found[0].place(&plan, "/lines/0/unit_price", "is required").cell.as_deref(), Some("D2"));
}

#[test]
fn rows_of_one_invoice_do_not_contradict_each_other_and_stand_together() {
    let text = "no,who,day,what,n,price,tax,po\nA,C1,2026-11-05,x,1,5,13,P\nA,C2,2026-11-05,y,2,6,13,Q\nB,C1,2026-11-05,x,1,5,13,\nA,C1,2026-11-05,x,1,5,13,P\n";
    let found = refused(Noun::Invoices, text, &invoices());
    let cells: Vec<&str> = found.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(cells, ["B3", "H3", "A5"], "{found:?}");
    assert!(found[0].1.contains("row 2 of the same number says \"C1\""), "{found:?}");
    assert!(found[2].1.contains("stand together"), "{found:?}");
}

#[test]
fn no_invoice_is_left_with_some_of_its_lines() {
    let text = "no,who,day,what,n,price,tax,po\nA,C1,2026-11-05,x,1,5,13%,\nB,C1,2026-11-05,x,1,5,13%,\nA,C1,2026-11-05,y,1,5,13%,\n\
        C,C1,2026-11-05,x,1,5,13%,\n,,,y,1,5,13%,\nC,C1,2026-11-05,z,1,5,13%,\n,C1,2026-11-06,x,1,5,13%,\nD,C1,2026-11-05,x,1,5,13%,\n";
    let source = Source::Bytes(text.as_bytes().into());
    let mapping: Mapping = serde_json::from_value(invoices()).unwrap();
    let layout = inspect(&source, Some(&mapping)).unwrap();
    let plan = Plan::new(Noun::Invoices, &mapping, &layout).map_err(|errors| format!("{errors:?}")).unwrap();
    let mut assembler = Assembler::new(&plan).with_torn(Torn::find(&plan, &source, &layout));
    let mut found = Vec::new();
    rows(&source, &layout, &mut |row| -> ControlFlow<()> {
        found.extend(assembler.push(&row));
        ControlFlow::Continue(())
    })
    .unwrap();
    found.extend(assembler.finish());
    let told: Vec<(u64, u64, Vec<&str>)> = found
        .iter()
        .map(|outcome| match outcome {
            Outcome::Record(record) => (record.first_row, record.last_row, Vec::new()),
            Outcome::Bad { first_row, last_row, errors } => (
                *first_row,
                *last_row,
                errors.iter().map(|error| error.cell.as_deref().unwrap_or_default()).collect(),
            ),
        })
        .collect();
    let expected = [
        // the number stands again further down, and there above already
        (2, 2, vec!["A2"]),
        (3, 3, vec![]),
        (4, 4, vec!["A4"]),
        // as of merged cells: whose line it is nobody says
        (5, 7, vec!["A6"]),
        // one without a number says at least whose it is
        (8, 8, vec![]),
        (9, 9, vec![]),
    ];
    assert_eq!(told, expected, "{found:?}");
    let said = refused(Noun::Invoices, text, &invoices());
    assert!(said[0].1.contains("\"A\" stands in row 2 already"), "without the look before: {said:?}");
    assert!(said[1].1.contains("a line of the invoice of row 5"), "{said:?}");
}

#[test]
fn a_customer_s_address_tax_id_and_account_follow_its_country() {
    let mapping = json!({"columns": {"code": "code", "name": "name", "land": "country", "street": "address", "vat": "tax_id", "iban": "account",
        "days": "terms_days"}, "constants": {"currency": "EUR"}});
    let text = "code,name,land,street,vat,iban,days\nC1,X,DE,Weg 1,DE1,DE89 3704,14\nC2,Y,CN,,91310000,6222 0000,\nC3,Z,US,,,,x\n";
    let (_, found) = outcomes(Noun::Customers, text, &mapping);
    let Outcome::Record(first) = &found[0] else { panic!("{found:?}") };
    assert_eq!(first.body["address"], json!({"lines": ["Weg 1"], "country": "DE"}));
    assert_eq!(first.body["tax_id"], json!({"scheme": "EU:VAT", "id": "DE1"}));
    assert_eq!(
        (&first.body["accounts"][0]["scheme"], &first.body["terms_days"]),
        (&json!("IBAN"), &json!(14))
    );
    let Outcome::Record(second) = &found[1] else { panic!("{found:?}") };
    assert_eq!(
        (&second.body["tax_id"]["scheme"], &second.body["accounts"][0]["scheme"]),
        (&json!("CN:USCC"), &json!("CN"))
    );
    assert!(matches!(&found[2], Outcome::Bad { errors, .. } if errors[0].cell.as_deref() == Some("G4")));
}

#[test]
fn old_balances_are_no_entries() {
    let mapping = json!({"columns": {"no": "number", "who": "customer", "open": "amount", "day": "document_date", "total": "old_balance"},
        "constants": {"currency": "CNY", "effective_date": "2026-11-30"}});
    let text = "no,who,open,day,total\n1,C1,5,2026-10-01,12\n2,C1,7,2026-10-02,\n,C2,,,0\n";
    let (_, found) = records(Noun::OpeningBalances, text, &mapping);
    assert_eq!(found.iter().map(|r| r.is_entry).collect::<Vec<_>>(), [true, true, false]);
    let old = found[0].old_balance.as_ref().unwrap();
    assert_eq!(
        (old.customer.as_str(), old.currency.as_str(), old.amount.as_str(), old.cell.as_str()),
        ("C1", "CNY", "12", "E2")
    );
    assert_eq!(
        (found[1].old_balance.is_none(), found[2].old_balance.as_ref().unwrap().amount.as_str()),
        (true, "0")
    );
    assert!(
        found[0].body.get("old_balance").is_none() && found[0].body.get("").is_none(),
        "{}",
        found[0].body
    );
}

#[test]
fn a_mapping_is_checked_before_any_row() {
    let source = Source::Bytes(b"a,a,b\n1,2,3\n".as_slice().into());
    let layout = inspect(&source, None).unwrap();
    assert_eq!(layout.names(), ["column:A", "column:B", "b"]);
    let check = |json: Value| {
        let mapping: Mapping = serde_json::from_value(json).unwrap();
        let errors = Plan::new(Noun::Receipts, &mapping, &layout).err().unwrap_or_default();
        errors
            .into_iter()
            .map(|error| format!("{}: {}", error.pointer, error.message))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let said = check(
        json!({"columns": {"a": "amount", "x": "customer", "b": "nonsense"}, "constants": {"value_date": "31.02.2026", "tax": "1"},
        "dates": "MM", "decimal": ",", "thousands": ",", "values": {"what": {}}}),
    );
    for part in [
        "/columns/a: stands over the columns A and B: write column:A",
        "/columns/x: is no heading of this file; they are a, a, b",
        "/columns/b: \"nonsense\" is no field of receipts; they are number,",
        "/constants/value_date: ",
        "/constants/tax: ",
        "/dates: ",
        "/thousands: is the decimal separator too",
        "/values/what: ",
        "currency is missing",
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
    let good = json!({"columns": {"column:A": "amount", "column:B": "customer", "b": "value_date"}, "constants": {"currency": "EUR"}, "dates": "serial"});
    assert_eq!(check(good), "");
    assert!(check(json!({"columns": {"column:D": "amount"}})).contains("the headings go from A to C"));
    assert!(serde_json::from_value::<Mapping>(json!({"colums": {}})).is_err());
}

#[test]
fn a_mapping_is_proposed_and_what_is_ambiguous_is_asked() {
    let propose = |noun, text: &str| {
        let source = Source::Bytes(text.as_bytes().into());
        let layout = inspect(&source, None).unwrap();
        propose(&source, &layout, noun).unwrap()
    };
    let found = propose(
        Noun::OpeningBalances,
        "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed\nA,1,1/26/2012,2/25/2012,47.07,No\nB,2,8/7/2013,9/6/2013,92.67,No\n",
    );
    let columns = serde_json::to_value(&found.mapping.columns).unwrap();
    assert_eq!(
        columns,
        json!({"customerID": "customer", "invoiceNumber": "number", "InvoiceDate": "document_date", "DueDate": "due_date", "InvoiceAmount": "amount"})
    );
    assert_eq!(found.mapping.dates.as_deref(), Some("MM/DD/YYYY"));
    assert_eq!(found.questions.len(), 2, "{:?}", found.questions);
    assert!(found.notes.iter().any(|note| note.contains("fits 4 of 4 values")), "{:?}", found.notes);
    assert!(
        found.notes.iter().any(|note| note.contains("column F \"Disputed\" is not used")),
        "{:?}",
        found.notes
    );
    // day and month, and the separators, read both ways
    let found =
        propose(Noun::Receipts, "客户;金额;收款日期;币种\nA;1,234;01/02/2026;CNY\nB;2.345;03/04/2026;CNY\n");
    assert!(
        found.questions.iter().any(|q| q.contains("DD/MM/YYYY and MM/DD/YYYY each fit 2 of 2")),
        "{:?}",
        found.questions
    );
    assert!(found.questions.iter().any(|q| q.contains("decimal separator")), "{:?}", found.questions);
    let found = propose(Noun::Receipts, "客户;金额;收款日期;币种\nA;1.234,50;31.01.2026;EUR\n");
    assert_eq!(
        (found.questions.len(), found.mapping.decimal.as_deref(), found.mapping.dates.as_deref()),
        (0, Some(","), Some("DD.MM.YYYY"))
    );
    let found = propose(Noun::Receipts, "客户,客户编码,金额,收款日期,币种\nA,A,1,2026-01-31,EUR\n");
    assert!(
        found.questions[0].contains("customer may be any of the columns A \"客户\", B \"客户编码\""),
        "{:?}",
        found.questions
    );
}
