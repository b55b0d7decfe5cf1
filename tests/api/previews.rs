//! What a look at a sheet finds before anything is written: of every kind, in every encoding, whichever way days are written.

use super::drafts::customer;
use super::imports::base64;
use super::undone::sheet;
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

const INVOICES: &str = "number,customer,document_date,description,quantity,unit_price,category\n\
    A-1,C1,31.02.2026,轴承,1,100,13\nA-2,C9,05.11.2026,轴承,1,100,13\nA-3,C1,05.11.2026,轴承,1,100,99\n\
    A-4,C1,05.11.2026,轴承,\"1.000,5\",100,13\n";
const DELIVERIES: &str = "number,customer,delivered_on,description,quantity,unit_price,category\n\
    D-1,C1,2026-11-05,轴承,十,100,13\nD-2,C9,2026-11-05,轴承,1,100,13\nD-3,C1,,轴承,1,100,13\n";
const ORDERS: &str = "number,customer,ordered_on,deliver_on,description,quantity,unit_price,category\n\
    S-1,C1,2026-11-05,,轴承,-1,100,13\nS-2,C9,2026-11-05,,轴承,1,100,13\nS-3,C1,2026-11-05,31.11.2026,轴承,1,100,13\n\
    ,C1,2026-11-05,,轴承,1,100,13\n";

/// A sheet that is only looked at, with what its mapping says beside its columns.
fn preview(kind: &str, text: &str, constants: Value, more: &[(&str, Value)]) -> Value {
    let mut body = sheet(kind, text, constants);
    body["mode"] = json!("preview");
    for (name, value) in more {
        body["mapping"][*name] = value.clone();
    }
    body
}

/// Rows and cells of what is refused.
fn cells(report: &Value) -> Vec<(u64, String)> {
    let of = |error: &Value| {
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{report}");
        assert!(error["heading"].is_string() && error["field"].is_string(), "{report}");
        (error["row"].as_u64().unwrap(), error["cell"].as_str().unwrap_or("-").to_owned())
    };
    report["errors"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn whatever_the_rows_are_each_error_has_its_row_and_cell() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let cny = || json!({"currency": "CNY"});
        let dates = |format: &str| vec![("dates", json!(format))];
        for (kind, text, constants, more, wanted) in [
            (
                "customers",
                "code,name,country,currency\nC9,甲,China,CNY\nC1,乙,CN,CNY\n,丙,CN,CNY\n",
                json!({}),
                Vec::new(),
                ["C2", "A3", "A4"].as_slice(),
            ),
            (
                "items",
                "code,name,category,unit_price\nA,轴承,13,1e400\nB,,13,1\nA,密封圈,13,1\n",
                cny(),
                Vec::new(),
                ["D2", "B3", "A4"].as_slice(),
            ),
            (
                "invoices",
                INVOICES,
                json!({"currency": "CNY", "price_mode": "exclusive"}),
                dates("DD.MM.YYYY"),
                ["C2", "B3", "G4", "E5"].as_slice(),
            ),
            (
                "receipts",
                "number,customer,amount,value_date\nR-1,C1,\"1,2345\",11/05/2026\nR-2,C1,7.00,31/12/2026\n\
                R-3,C1,7.005,11/05/2026\n",
                cny(),
                dates("MM/DD/YYYY"),
                ["C2", "D3", "C4"].as_slice(),
            ),
            (
                "opening-balances",
                "number,customer,amount,document_date\nO-1,C1,abc,2026-09-01\nO-2,C1,5,2026-13-01\nO-3,C9,5,2026-09-01\n",
                json!({"currency": "CNY", "effective_date": "2026-10-31"}),
                Vec::new(),
                ["C2", "D3", "B4"].as_slice(),
            ),
            ("deliveries", DELIVERIES, cny(), Vec::new(), ["E2", "B3", "C4"].as_slice()),
            ("orders", ORDERS, cny(), Vec::new(), ["F2", "B3", "D4", "A5"].as_slice()),
            (
                "old-balances",
                "customer,balance,currency\nC1,x,CNY\nC1,5,EURO\n",
                json!({"date": "2026-10-31"}),
                Vec::new(),
                ["B2", "C3"].as_slice(),
            ),
        ] {
            let looked = world.post("clerk", "/v1/imports", &preview(kind, text, constants, &more)).want(201);
            let rows: Vec<(u64, String)> =
                (2..).zip(wanted).map(|(row, cell)| (row, (*cell).to_owned())).collect();
            assert_eq!(cells(&looked), rows, "{kind}: {looked}");
            assert_eq!((&looked["made"], &looked["refused"]), (&json!(0), &json!(wanted.len())), "{looked}");
        }
        assert_eq!(world.all("auditor", "/v1/imports"), Vec::<Value>::new());
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 0);
    });
}

#[test]
fn days_are_read_as_they_are_written_or_asked() {
    for_each_database(|db| {
        let world = World::new(db);
        customer(&world, "C1");
        let text = |day: &str| format!("number,customer,amount,value_date\nR-1,C1,7.00,{day}\n");
        let proposed = |day: &str| {
            let mut body = preview("receipts", &text(day), json!({}), &[]);
            body["mapping"] = json!(null);
            world.post("clerk", "/v1/imports", &body).want(201)
        };
        let asked = proposed("03/04/2026");
        let questions = asked["questions"].to_string();
        assert!(questions.contains("DD/MM/YYYY and MM/DD/YYYY each fit 1 of 1 values"), "{asked}");
        for (day, format) in [("13/04/2026", "DD/MM/YYYY"), ("04/13/2026", "MM/DD/YYYY")] {
            assert_eq!(proposed(day)["mapping"]["dates"], format);
        }
        for (format, read) in [("DD/MM/YYYY", "2026-04-03"), ("MM/DD/YYYY", "2026-03-04")] {
            let more = [("dates", json!(format))];
            let body = preview("receipts", &text("03/04/2026"), json!({"currency": "CNY"}), &more);
            let looked = world.post("clerk", "/v1/imports", &body).want(201);
            assert_eq!(looked["first"][0]["body"]["value_date"], read, "{looked}");
        }
    });
}

#[test]
fn an_encoding_that_is_asked_for_is_named_and_the_rest_proposed() {
    // 客户编码,客户名称,国家,币种 / C7,上海精工有限公司,CN,CNY
    let chinese = b"\xbf\xcd\xbb\xa7\xb1\xe0\xc2\xeb,\xbf\xcd\xbb\xa7\xc3\xfb\xb3\xc6,\xb9\xfa\xbc\xd2,\xb1\xd2\xd6\xd6\n\
        C7,\xc9\xcf\xba\xa3\xbe\xab\xb9\xa4\xd3\xd0\xcf\xde\xb9\xab\xcb\xbe,CN,CNY\n";
    let german = b"code,name,country,currency\nC8,M\xfcller,DE,EUR\n";
    for_each_database(|db| {
        let world = World::new(db);
        let body = |bytes: &[u8], mapping: Value| json!({"kind": "customers", "file_name": "c.csv", "file": base64(bytes), "mapping": mapping});
        let looked = |body: Value| world.post("clerk", "/v1/imports", &body);
        let found = looked(body(chinese, json!(null))).want(201);
        assert_eq!((&found["encoding"], &found["proposed"]), (&json!("gb18030"), &json!(true)), "{found}");
        assert_eq!(found["first"][0]["body"]["name"], "上海精工有限公司", "{found}");
        // a bad cell of such a file is told as of any other
        let mut nowhere = chinese.to_vec();
        let at = nowhere.windows(4).rposition(|four| four == b",CN,").expect("the country");
        nowhere[at + 1..at + 3].copy_from_slice(b"XX");
        let refused = looked(body(&nowhere, found["mapping"].clone())).want(201);
        assert_eq!((&refused["refused"], &refused["errors"][0]["row"]), (&json!(1), &json!(2)), "{refused}");
        let asked = looked(body(german, json!(null))).refused(422, "sheet-unreadable");
        assert!(asked["detail"].as_str().is_some_and(|why| why.contains("windows-1252")), "{asked}");
        let named = json!({"encoding": "windows-1252"});
        let found = looked(body(german, named.clone())).want(201);
        assert_eq!((&found["proposed"], &found["refused"]), (&json!(true), &json!(0)), "{found}");
        assert_eq!(found["mapping"]["columns"]["name"], "name", "{found}");
        assert_eq!(found["first"][0]["body"]["name"], "Müller", "{found}");
        // nobody has confirmed it: nothing is written, in whatever mode it is asked for
        let mut written = body(german, named);
        written["mode"] = json!("best-effort");
        assert_eq!(looked(written).want(201)["made"], 0);
        world.get("clerk", "/v1/customers/C8").refused(404, "not-found");
    });
}
