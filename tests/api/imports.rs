//! `/v1/imports` and lists as files: the same as at the command line, by token and right.

use super::drafts::charged;
use super::undone::sheet;
use super::world::{Send, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

/// Base64 (RFC 4648 section 4), by hand: the tests share no code with the host.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let whole =
            chunk.iter().fold(0u32, |whole, byte| whole << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for n in 0..4 {
            let digit = DIGITS[usize::try_from(whole >> (18 - 6 * n) & 63).unwrap()];
            text.push(if n <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// The other way round.
fn unbase64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut whole, mut bits) = (0u32, 0u32);
    for digit in text.chars().filter_map(|c| DIGITS.find(c)) {
        whole = (whole << 6 | u32::try_from(digit).unwrap()) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(whole >> bits & 0xff).unwrap());
        }
    }
    bytes
}

pub fn customers(rows: &str) -> Value {
    json!({"kind": "customers", "file_name": "客户.csv", "file": base64(format!("code,name,country,currency\n{rows}").as_bytes()),
        "mapping": {"columns": {"code": "code", "name": "name", "country": "country", "currency": "currency"}}})
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

#[test]
fn a_file_is_looked_at_brought_in_and_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let body = customers("C1,甲,CN,CNY\nC2,乙,CN,CNY\n");
        let looked = world.post("clerk", "/v1/imports", &body).want(201);
        assert_eq!(
            (&looked["mode"], &looked["records"], &looked["made"]),
            (&json!("preview"), &json!(2), &json!(0)),
            "{looked}"
        );
        assert_eq!(looked["first"][1]["body"]["name"], "乙");
        assert_eq!(looked["headings"], json!(["code", "name", "country", "currency"]));
        world.get("clerk", "/v1/customers/C1").refused(404, "not-found");
        let done = world
            .post("clerk", "/v1/imports", &with(body.clone(), "mode", json!("all-or-nothing")))
            .want(201);
        assert_eq!((&done["made"], &done["errors"]), (&json!(2), &json!([])), "{done}");
        world.get("clerk", "/v1/customers/C2").want(200);
        let id = done["id"].as_str().unwrap();
        let shown = world.get("auditor", &format!("/v1/imports/{id}")).want(200);
        assert_eq!(
            (&shown["status"], &shown["file_name"], &shown["made"]),
            (&json!("done"), &json!("客户.csv"), &json!(2))
        );
        let rows = world.all("auditor", &format!("/v1/imports/{id}/rows"));
        assert_eq!((rows.len(), &rows[1]["first_row"]), (2, &json!(3)), "{rows:?}");
        assert!(rows[0]["subject"].as_str().is_some_and(|subject| subject.starts_with("cus_")), "{rows:?}");
        assert_eq!((&rows[0]["label"], &rows[1]["label"]), (&json!("C1"), &json!("C2")), "{rows:?}");
        assert_eq!(world.all("auditor", "/v1/imports").len(), 1);
        // what an invoice rests on stays; taken back, nobody is there any more
        let undo = format!("/v1/imports/{id}/undo");
        world.post("auditor", &undo, &json!({})).refused(403, "forbidden");
        let undone = world.post("clerk", &undo, &json!({})).want(201);
        assert_eq!(undone["records"], 2);
        world.get("clerk", "/v1/customers/C2").refused(404, "not-found");
        world.post("clerk", &undo, &json!({})).refused(409, "state");
        let rows = world.all("auditor", &format!("/v1/imports/{id}/rows"));
        assert_eq!((&rows[0]["status"], &rows[0]["label"]), (&json!("undone"), &json!(null)), "{rows:?}");
    });
}

#[test]
fn rows_say_by_code_or_number_what_they_made() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for (kind, text, constants, label) in [
            ("customers", "code,name,country,currency\nC1,甲,CN,CNY\n", json!({}), "C1"),
            ("items", "code,name,category\nA-1,轴承,13\n", json!({}), "A-1"),
            (
                "opening-balances",
                "number,customer,amount,document_date\nO-1,C1,5,2026-09-01\n",
                json!({"currency": "CNY", "effective_date": "2026-10-31"}),
                "OB-2026-000001",
            ),
            (
                "receipts",
                "number,customer,amount,value_date\nR-1,C1,7,2026-11-05\n",
                json!({"currency": "CNY"}),
                "RC-2026-000001",
            ),
        ] {
            let done = world.post("clerk", "/v1/imports", &sheet(kind, text, constants)).want(201);
            assert_eq!(done["made"], 1, "{kind}: {done}");
            let rows = world.all("auditor", &format!("/v1/imports/{}/rows", done["id"].as_str().unwrap()));
            assert_eq!((&rows[0]["label"], rows.len()), (&json!(label), 1), "{kind}: {rows:?}");
        }
    });
}

#[test]
fn old_balances_are_compared_and_never_written() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let brought = with(customers("C1,甲,CN,CNY\nC2,乙,CN,CNY\n"), "mode", json!("all-or-nothing"));
        world.post("clerk", "/v1/imports", &brought).want(201);
        let opening = json!({"customer": "C2", "amount": {"amount": "7.00", "currency": "CNY"},
            "document_date": "2026-09-01", "effective_date": "2026-10-31"});
        world.post("clerk", "/v1/opening-balances", &opening).want(201);
        let body = json!({"kind": "old-balances", "file_name": "旧账.csv", "file": base64(b"who,sum\nC1,5\n"),
            "mapping": {"columns": {"who": "customer", "sum": "balance"},
                "constants": {"currency": "CNY", "date": "2026-10-31"}}});
        let told = world.post("clerk", "/v1/imports", &body).want(201);
        assert_eq!(
            told["differences"],
            json!([{"customer": "C1", "currency": "CNY", "old": "5.00", "new": "0.00", "cell": "B2"},
                {"customer": "C2", "currency": "CNY", "old": "0.00", "new": "7.00", "cell": ""}]),
            "{told}"
        );
        let refused = with(body, "mode", json!("best-effort"));
        let refused = world.post("clerk", "/v1/imports", &refused).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/mode");
        assert_eq!(world.all("auditor", "/v1/imports").len(), 1);
    });
}

#[test]
fn bad_rows_are_told_and_handed_back() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = customers("C1,甲,CN,CNY\nC2,乙,China,CNY\nC3,,CN,XXX\n");
        let all = world
            .post("clerk", "/v1/imports", &with(body.clone(), "mode", json!("all-or-nothing")))
            .want(201);
        let cells: Vec<&Value> =
            all["errors"].as_array().unwrap().iter().map(|error| &error["cell"]).collect();
        assert_eq!((cells, &all["made"]), (vec![&json!("C3"), &json!("D4")], &json!(0)), "{all}");
        world.get("clerk", "/v1/customers/C1").refused(404, "not-found");
        let some = world.post("clerk", "/v1/imports", &with(body, "mode", json!("best-effort"))).want(201);
        assert_eq!((&some["made"], &some["refused"]), (&json!(1), &json!(2)), "{some}");
        assert!(
            some["rejects"].as_str().is_some_and(|file| file.starts_with("77u/")),
            "a file with a byte order mark: {some}"
        );
    });
}

#[test]
fn reasons_of_refused_rows_are_in_the_language_that_is_asked_for() {
    for_each_database(|db| {
        let world = World::new(db);
        let locale = world.get("auditor", "/v1/company").want(200)["locale"].clone();
        let own = if locale == "zh-CN" { "zh" } else { "en" };
        let (zh, en) = ("不是两位大写国家代码", "country code of two capital letters");
        let best = |rows: &str| with(customers(rows), "mode", json!("best-effort"));
        let rejects = |body: &Value| {
            let answer = world.post("clerk", "/v1/imports", body).want(201);
            assert_eq!(answer["refused"], 1, "{answer}");
            assert!(answer["errors"][0]["message"].as_str().is_some_and(|why| why.contains(en)), "{answer}");
            String::from_utf8_lossy(&unbase64(answer["rejects"].as_str().unwrap())).into_owned()
        };
        for (row, language) in [("C1,甲,China,CNY\n", "zh"), ("C2,乙,China,CNY\n", "en")] {
            let file = rejects(&with(best(row), "language", json!(language)));
            assert_eq!(
                (file.contains(zh), file.contains(en)),
                (language == "zh", language == "en"),
                "{file}"
            );
            assert!(file.contains("C2 "), "the cell: {file}");
        }
        let file = rejects(&best("C3,丙,China,CNY\n"));
        assert_eq!(file.contains(zh), own == "zh", "{file}");
        // an encoding without Chinese would hold references in its place
        let latin = base64(b"code,name,country,currency\nC4,M\xfcller,China,EUR\n");
        let mut body = with(with(best(""), "file", json!(latin)), "language", json!("zh"));
        body["mapping"]["encoding"] = json!("windows-1252");
        assert!(rejects(&body).contains(en));
    });
}

#[test]
fn what_is_no_import_is_refused_where_it_is_wrong() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = customers("C1,甲,CN,CNY\n");
        let pointer =
            |problem: &Value| problem["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
        let sent = |body: Value| world.post("clerk", "/v1/imports", &body);
        for (name, value, status, code, at) in [
            ("kind", json!("bank"), 400, "invalid-body", "/kind"),
            ("mode", json!("all"), 400, "invalid-body", "/mode"),
            ("file", json!("***"), 422, "invalid-field", "/file"),
            ("file", json!(""), 422, "sheet-unreadable", ""),
            ("file", json!(base64(&crate::flows::take_over::bomb())), 413, "sheet-expands", ""),
            ("file", json!(base64(b"code,name\nC1,\"x\n")), 422, "sheet-unreadable", ""),
            ("mapping", json!({"columns": {"nom": "name"}}), 422, "invalid-field", "/mapping/columns/nom"),
            ("mapping", json!({"colums": {}}), 400, "invalid-body", "/mapping/colums"),
            ("mapping", json!({"encoding": "latin"}), 400, "invalid-body", "/mapping/encoding"),
            ("language", json!("fr"), 400, "invalid-body", "/language"),
            ("more", json!(1), 400, "invalid-body", "/more"),
        ] {
            let problem = sent(with(body.clone(), name, value)).refused(status, code);
            assert_eq!(pointer(&problem), at, "{problem}");
        }
        world
            .text("POST", "clerk", "/v1/imports", r#"{"kind": "customers", "file"#)
            .refused(400, "malformed-json");
        world.post("auditor", "/v1/imports", &body).refused(403, "forbidden");
        world.get("clerk", "/v1/imports/imp_1").refused(400, "invalid-parameter");
        let other = Send { token: Some(world.other.token("clerk")), ..Send::default() };
        let done = world.post("clerk", "/v1/imports", &with(body, "mode", json!("best-effort"))).want(201);
        let id = done["id"].as_str().unwrap();
        assert_eq!(world.send("GET", &format!("/v1/imports/{id}"), &other).status, 404);
    });
}

#[test]
fn an_import_whose_invoice_is_paid_is_not_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world
            .post("clerk", "/v1/imports", &with(customers("C1,甲,CN,CNY\n"), "mode", json!("best-effort")))
            .want(201);
        let file = "no,who,day,what,n,price,tax\nA-1,C1,2026-11-05,轴承,1,100,13\n";
        let body = json!({"kind": "invoices", "file_name": "i.csv", "file": base64(file.as_bytes()), "mode": "all-or-nothing",
            "mapping": {"columns": {"no": "number", "who": "customer", "day": "document_date", "what": "description", "n": "quantity",
                "price": "unit_price", "tax": "category"}, "constants": {"currency": "CNY", "price_mode": "exclusive"}}});
        let done = world.post("clerk", "/v1/imports", &body).want(201);
        let undo = format!("/v1/imports/{}/undo", done["id"].as_str().unwrap());
        let receipt = json!({"customer": "C1", "amount": {"amount": "50.00", "currency": "CNY"}, "value_date": "2026-11-06"});
        let receipt = world.post("clerk", "/v1/receipts", &receipt).want(201);
        world.seal();
        let items = world.get("clerk", "/v1/customers/C1/open-items").want(200);
        let debit = items["items"].as_array().unwrap().iter().find(|item| item["kind"] == "invoice").unwrap();
        let allocation = json!({"debit_item": debit["id"], "credit_item": receipt["item"], "amount": "50.00", "effective_date": "2026-11-06"});
        let allocation = world.post("clerk", "/v1/allocations", &allocation).want(201);
        let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
        assert!(
            refused["detail"].as_str().unwrap().contains("row 2: 1 allocations rest on INV-2026-000001"),
            "{refused}"
        );
        let back = format!("/v1/allocations/{}/undo", allocation["id"].as_str().unwrap());
        world.post("clerk", &back, &json!({"effective_date": "2026-11-06"})).want(201);
        world.post("clerk", &undo, &json!({})).want(201);
        world.seal();
        let balance = world.get("clerk", "/v1/customers/C1/balance").want(200);
        assert_eq!(balance["accounts"][0]["balance"]["amount"], "-50.00", "{balance}");
        // the clearing of a reversal stands: undoing it would leave both open
        let cleared =
            world.get("clerk", &format!("/v1/allocations?item={}", debit["id"].as_str().unwrap())).want(200);
        let last = cleared["items"].as_array().unwrap().last().unwrap().clone();
        let back = format!("/v1/allocations/{}/undo", last["id"].as_str().unwrap());
        world.post("clerk", &back, &json!({"effective_date": "2026-11-30"})).refused(409, "state");
        assert_eq!(
            app::audit::verify(&world.app, &domain::actor::Actor::System, world.house.id).unwrap().problems,
            Vec::<String>::new()
        );
    });
}

#[test]
fn lists_are_files_to_who_asks_for_them() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world
            .post(
                "clerk",
                "/v1/customers",
                &json!({"code": "C1", "name": "=甲", "country": "CN", "currency": "CNY"}),
            )
            .want(201);
        world.post("clerk", "/v1/items", &json!({"code": "A", "name": "轴承", "unit_price": "1.5", "currency": "CNY", "category": "13"})).want(201);
        let opening = json!({"external_id": "X", "customer": "C1", "amount": {"amount": "7.00", "currency": "CNY"},
            "document_date": "2026-09-01", "effective_date": "2026-10-31"});
        world.post("clerk", "/v1/opening-balances", &opening).want(201);
        world.post("clerk", "/v1/opening-balances", &opening).refused(409, "duplicate");
        world.seal();
        for list in app::list::List::ALL {
            let path = format!("/v1/lists/{}?format=xlsx&language=en", list.name());
            // keys are an administrator's to see
            let file = world.get("administrator", &path);
            assert_eq!((file.status, &file.bytes[..2]), (200, b"PK".as_slice()), "{path}");
            assert!(file.header("content-disposition").contains(&format!("{}.xlsx", list.name())));
        }
        let csv = world.get("auditor", "/v1/customers?format=csv");
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
        let text = String::from_utf8(csv.bytes).unwrap();
        assert!(text.starts_with("\u{feff}客户编码,客户名称,") && text.contains("C1,'=甲,CN,"), "{text}");
        // JSON stays what is not asked for as a file
        assert_eq!(world.get("auditor", "/v1/customers").want(200)["items"][0]["code"], "C1");
        let openings = world.get("auditor", "/v1/opening-balances?format=csv");
        assert!(String::from_utf8(openings.bytes).unwrap().contains("OB-2026-000001,X,C1,"));
        assert_eq!(world.get("auditor", "/v1/opening-balances").want(200)["items"][0]["external_id"], "X");
        assert_eq!(world.get("auditor", "/v1/items/A").want(200)["unit_price"], "1.5");
        let rate =
            json!({"source": "EUR", "target": "CNY", "date": "2026-10-01", "rate": "7.1", "origin": "PBOC"});
        world.put("clerk", "/v1/fx-rates", &rate).want(200);
        let text = |path: &str| String::from_utf8(world.get("auditor", path).bytes).unwrap();
        let rates = text("/v1/fx-rates?format=csv");
        assert!(rates.contains("EUR,CNY,2026-10-01,7.1,PBOC"), "{rates}");
        let events = text("/v1/events?format=csv&language=en");
        assert!(
            events.starts_with("\u{feff}Position,ID,Kind,") && events.contains(",customer.created,"),
            "{events}"
        );
        world.get("auditor", "/v1/lists/nothing").refused(404, "not-found");
        world.get("auditor", "/v1/customers?format=pdf").refused(400, "invalid-parameter");
        world.get("auditor", "/v1/lists/items?language=fr").refused(400, "invalid-parameter");
        world
            .post("clerk", "/v1/items", &json!({"code": "A", "name": "x", "category": "13"}))
            .refused(409, "code-taken");
        world
            .post(
                "clerk",
                "/v1/items",
                &json!({"code": "B", "name": "x", "category": "13", "unit_price": "1"}),
            )
            .refused(422, "invalid-field");
    });
}

/// Credit notes of one file that no order of posting lets in, at the cell of their original.
#[test]
fn a_credit_of_the_same_file_is_refused_at_its_original() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let people = with(customers("C1,甲,CN,CNY\n"), "mode", json!("all-or-nothing"));
        world.post("clerk", "/v1/imports", &people).want(201);
        let head = "number,kind,original,customer,document_date,description,quantity,unit_price,category\n";
        let bring = |rows: &str| {
            let body = sheet(
                "invoices",
                &format!("{head}{rows}"),
                json!({"currency": "CNY", "price_mode": "exclusive"}),
            );
            world.post("clerk", "/v1/imports", &body).want(201)
        };
        let done = bring("A-1,invoice,,C1,2026-11-05,轴承,2,100,13\n");
        assert_eq!(done["made"], 1, "{done}");
        let twice = bring(
            "N-1,credit-note,A-1,C1,2026-11-06,轴承,1,100,13\nN-2,credit-note,A-1,C1,2026-11-07,轴承,1,100,13\n",
        );
        let before = bring(
            "A-2,invoice,,C1,2026-11-05,轴承,2,100,13\nN-3,credit-note,A-2,C1,2026-11-06,轴承,1,100,13\n",
        );
        for (refused, says) in
            [(twice, "it corrects the same invoice as row 2"), (before, "it corrects the invoice of row 2")]
        {
            let error = &refused["errors"][0];
            assert_eq!((&refused["made"], &error["cell"]), (&json!(0), &json!("C3")), "{refused}");
            assert!(error["message"].as_str().is_some_and(|why| why.starts_with(says)), "{refused}");
        }
    });
}

#[test]
fn a_country_that_nobody_has_is_refused() {
    for_each_database(|db| {
        let world = World::new(db);
        let looked = world.post("clerk", "/v1/imports", &customers("C1,甲,XX,CNY\nC2,乙,HK,CNY\n")).want(201);
        let error = &looked["errors"][0];
        assert_eq!((&looked["errors_total"], &error["cell"]), (&json!(1), &json!("C2")), "{looked}");
        let said = error["message"].as_str().unwrap();
        assert!(said.contains("is the code of no country or territory"), "{looked}");
        let mut body = json!({"code": "C3", "name": "丙", "country": "XX", "currency": "CNY"});
        let refused = world.post("clerk", "/v1/customers", &body).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/country", "{refused}");
        body["country"] = json!("CN");
        body["address"] = json!({"lines": ["路 1"], "country": "ZZ"});
        let refused = world.post("clerk", "/v1/customers", &body).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/address/country", "{refused}");
    });
}

/// Where each mode refuses rows of a file: the first two write nothing of it.
fn cells(world: &World, body: &Value, mode: &str) -> Vec<String> {
    let told = world.post("clerk", "/v1/imports", &with(body.clone(), "mode", json!(mode))).want(201);
    let errors = told["errors"].as_array().unwrap();
    assert_eq!(told["errors_total"], json!(errors.len()), "{told}");
    assert!(errors.iter().all(|error| error["heading"].is_string() && error["field"].is_string()), "{told}");
    errors.iter().map(|error| error["cell"].as_str().unwrap_or("-").to_owned()).collect()
}

#[test]
fn a_preview_refuses_what_the_writing_would() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world
            .post("clerk", "/v1/imports", &with(customers("C1,甲,CN,CNY\n"), "mode", json!("best-effort")))
            .want(201);
        // sums of 0.00, of which nothing is payable
        let text = "number,customer,document_date,description,quantity,unit_price,category\n\
            A-1,C1,2026-11-05,轴承,1,0.001,13\nA-2,C1,2026-11-05,轴承,1,0.002,13\n";
        let invoices = sheet("invoices", text, json!({"currency": "CNY", "price_mode": "exclusive"}));
        for mode in ["preview", "all-or-nothing", "best-effort"] {
            assert_eq!(cells(&world, &invoices, mode), ["F2", "F3"], "{mode}");
        }
        // a day of a century that no book has is said to be that, at its cell
        let old = sheet(
            "invoices",
            &text.replace("2026-11-05", "1899-12-31"),
            invoices["mapping"]["constants"].clone(),
        );
        assert_eq!(cells(&world, &old, "preview"), ["C2", "C3"]);
        let told = world.post("clerk", "/v1/imports", &with(old, "mode", json!("preview"))).want(201);
        let said = told["errors"][0]["message"].as_str().unwrap();
        assert!(said.contains("1899-12-31 lies outside of the years 1900 to 2199"), "{told}");
        // the second receipt finds nothing left of the first invoice, the last one nothing of the second
        let [one, two] =
            [(); 2].map(|()| charged(&world, "clerk", "C1")["number"].as_str().unwrap().to_owned());
        world.seal();
        let text = format!(
            "number,customer,amount,value_date,invoice\nR1,C1,113.00,2026-11-06,{one}\nR2,C1,50.00,2026-11-06,{one}\n\
             R3,C1,20.00,2026-11-06,{two}\nR4,C1,100.00,2026-11-06,{two}\nR5,C1,5.00,2026-11-06,{two}\n"
        );
        let receipts = sheet("receipts", &text, json!({"currency": "CNY"}));
        for mode in ["preview", "all-or-nothing", "best-effort"] {
            assert_eq!(cells(&world, &receipts, mode), ["E3", "E6"], "{mode}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'receipt'"), 3);
        world.verified();
    });
}
