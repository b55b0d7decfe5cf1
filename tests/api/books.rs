//! How a company keeps its books: chart of accounts, number series, fiscal year. Today is 2026-12-02.

use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

fn prepared(world: &World) {
    world.bind();
    let body = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
}

fn sell(world: &World, date: &str) -> Reply {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let body = json!({"customer": "C1", "document_date": date, "currency": "CNY", "price_mode": "exclusive",
        "lines": [line]});
    world.post("clerk", "/v1/invoices", &body)
}

fn number(world: &World, date: &str) -> String {
    sell(world, date).want(201)["number"].as_str().unwrap().to_owned()
}

fn pay(world: &World, date: &str, pays: Option<&Value>) -> Value {
    let mut body =
        json!({"customer": "C1", "amount": {"amount": "5", "currency": "CNY"}, "value_date": date});
    if let Some(invoice) = pays {
        body["allocations"] = json!([{"item": invoice["item"], "amount": "3"}]);
    }
    world.post("clerk", "/v1/receipts", &body).want(201)
}

fn put(world: &World, path: &str, body: &Value) -> Reply {
    world.put("administrator", path, body)
}

#[track_caller]
fn at(reply: &Reply, status: u16, code: &str, pointer: &str) {
    let problem = reply.refused(status, code);
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
}

fn account(world: &World, role: &str) -> Vec<String> {
    let chart = world.get("auditor", "/v1/chart").want(200);
    let lines = chart["lines"].as_array().unwrap().iter().filter(|line| line["role"] == role);
    lines.map(|line| line["account"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_chart_is_chosen_before_the_first_posting_and_refuses_what_it_cannot_be() {
    for_each_database(|db| {
        let world = World::new(db);
        assert_eq!(
            (account(&world, "receivables"), account(&world, "bank")),
            (vec!["1122".into()], vec!["1002".into()])
        );
        let line = |role: &str, code: &str| json!({"role": role, "account": code});
        world.put("clerk", "/v1/chart", &line("fx", "6604")).refused(403, "forbidden");
        world
            .put("reviewer", "/v1/chart/template", &json!({"template": "generic"}))
            .refused(403, "forbidden");
        put(&world, "/v1/chart", &line("petty-cash", "1001")).refused(404, "not-found");
        for code in ["112", "1122.01", "１１２２", "1234567890123", "1002", "6001"] {
            at(&put(&world, "/v1/chart", &line("receivables", code)), 422, "invalid-field", "/account");
        }
        let part = json!({"role": "receivables", "part": "EUR", "account": "112201"});
        at(&put(&world, "/v1/chart", &part), 422, "invalid-field", "/part");
        let strange =
            json!({"role": "bank", "part": "ba_00000000000000000000000000000001", "account": "100209"});
        put(&world, "/v1/chart", &strange).refused(404, "not-found");
        put(&world, "/v1/chart", &json!({"role": "fx", "account": "6604", "kind": "x"}))
            .refused(400, "invalid-body");
        let blank = json!({"role": "fx", "account": "6604", "name_en": " "});
        at(&put(&world, "/v1/chart", &blank), 422, "invalid-field", "/name_en");
        let never = json!({"role": "fx", "account": "6604", "valid_from": "2026-02-30"});
        at(&put(&world, "/v1/chart", &never), 400, "invalid-body", "/valid_from");
        put(&world, "/v1/chart/template", &json!({"template": "us-gaap"})).refused(400, "invalid-body");
        let stale = [("if-match", "\"0\"")];
        world
            .with(("PUT", "administrator", "/v1/chart"), &stale, Some(&line("fx", "6604")))
            .refused(412, "precondition-failed");
        assert_eq!(account(&world, "fx"), ["660301"], "nothing was written");

        let chosen = put(&world, "/v1/chart/template", &json!({"template": "generic"})).want(200);
        assert_eq!(chosen["lines"].as_array().unwrap().len(), account_lines(&world));
        assert_eq!(
            (account(&world, "receivables"), account(&world, "fx")),
            (vec!["1200".into()], vec!["7010".into()])
        );
        let set = put(
            &world,
            "/v1/chart",
            &json!({"role": "receivables", "account": "1206", "name_zh": "应收账款—客户"}),
        )
        .want(200);
        assert_eq!(
            (&set["name_zh"], &set["class"], &set["control"]),
            (&json!("应收账款—客户"), &json!("assets"), &json!(true))
        );
        assert_eq!(account(&world, "receivables"), ["1206"]);
        let csv = String::from_utf8(world.get("auditor", "/v1/chart?format=csv&language=en").bytes).unwrap();
        assert!(csv.contains("receivables,,,1206,应收账款—客户,Trade receivables,assets,yes"), "{csv}");
        world.verified();
    });
}

fn account_lines(world: &World) -> usize {
    world.get("auditor", "/v1/chart").want(200)["lines"].as_array().unwrap().len()
}

#[test]
fn what_is_posted_keeps_its_account_and_a_line_has_effect_from_a_day() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        put(&world, "/v1/chart/template", &json!({"template": "generic"})).want(200);
        let invoice = sell(&world, "2026-11-10").want(201);
        let receipt = pay(&world, "2026-11-20", Some(&invoice));
        let sum = |account: &str| {
            db.count(&format!(
                "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}'"
            ))
        };
        assert_eq!((sum("1200"), sum("1010"), sum("4000"), sum("2200")), (1_130 - 500, 500, -1_000, -130));
        assert_eq!(
            db.count("SELECT COUNT(*) AS n FROM postings WHERE account IN ('1122', '1002', '6001')"),
            0
        );
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM open_items WHERE account = '1200'"), 2);

        let line = |role: &str, code: &str, from: Option<&str>| {
            let mut body = json!({"role": role, "account": code});
            if let Some(from) = from {
                body["valid_from"] = json!(from);
            }
            put(&world, "/v1/chart", &body)
        };
        line("receivables", "1201", None).refused(409, "state");
        line("receivables", "1201", Some("2026-12-01")).refused(409, "state");
        at(&line("bank", "1011", None), 409, "state", "/valid_from");
        at(&line("bank", "1011", Some("2026-11-20")), 409, "state", "/valid_from");
        put(&world, "/v1/chart/template", &json!({"template": "cn"})).refused(409, "state");
        line("fx", "7011", None).want(200);
        line("bank", "1011", Some("2026-11-21")).want(200);
        pay(&world, "2026-11-25", None);
        // known late, effective before
        pay(&world, "2026-11-19", None);
        assert_eq!((sum("1010"), sum("1011")), (1_000, 500));
        // what takes the first receipt back goes where that went, although the account is another by then
        let undone = receipt["allocations"][0].as_str().unwrap();
        let day = json!({"effective_date": "2026-11-30"});
        world.post("clerk", &format!("/v1/allocations/{undone}/undo"), &day).want(201);
        let reverse = json!({"reason": "another's money", "date": "2026-11-30"});
        let path = format!("/v1/documents/{}/reverse", receipt["number"].as_str().unwrap());
        assert!(matches!(world.post("clerk", &path, &reverse).status, 200 | 201));
        assert_eq!((sum("1010"), sum("1011")), (500, 500));

        world.seal();
        let tied = world.get("auditor", "/v1/reports/tie-out").want(200);
        assert_eq!(
            (&tied["holds"], &tied["accounts"][0]["account"]),
            (&json!(true), &json!("1200")),
            "{tied}"
        );
        world.verified();
    });
}

#[test]
fn by_hand_nobody_posts_to_a_control_account_nor_to_a_number_that_names_a_role() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        put(&world, "/v1/chart/template", &json!({"template": "generic"})).want(200);
        let adjust = |account: &str| {
            let body = json!({"customer": "C1", "amount": {"amount": "1", "currency": "CNY"}, "account": account,
                "date": "2026-11-30", "text": "更正"});
            let draft = world.post("clerk", "/v1/drafts", &json!({"kind": "adjustment", "body": body}));
            let id = draft.json()["id"].as_str().unwrap_or_default().to_owned();
            world.post("clerk", &format!("/v1/drafts/{id}/submit"), &json!({}))
        };
        for account in ["1200", "1010", "2200", "660301"] {
            let refused = adjust(account).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], "/body/account", "{refused}");
        }
        assert_eq!(adjust("7020").status, 200);
        assert_eq!(adjust("6602").status, 200);
        // the chart says of each account which it is
        let chart = world.get("clerk", "/v1/chart").want(200);
        let lines = chart["lines"].as_array().unwrap();
        let kept = lines.iter().filter(|line| line["by_hand"] == false).count();
        assert!(kept > 5 && kept < lines.len(), "{kept} of {}", lines.len());
        for line in lines {
            let reply = adjust(line["account"].as_str().unwrap());
            if line["by_hand"] == true {
                assert_eq!(reply.status, 200, "{line}");
            } else {
                assert_eq!(
                    reply.refused(422, "invalid-field")["errors"][0]["pointer"],
                    "/body/account",
                    "{line}"
                );
            }
        }
    });
}

/// A number that people post to by hand gets a name, and another later; what is posted stays.
#[test]
fn an_account_of_the_companys_own_has_names_in_what_is_printed() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let body = json!({"customer": "C1", "amount": {"amount": "7", "currency": "CNY"}, "account": "6711",
            "date": "2026-11-30", "text": "更正"});
        let draft = world.post("clerk", "/v1/drafts", &json!({"kind": "adjustment", "body": body})).want(201);
        let act = |role: &str, verb: &str| {
            world.post(role, &format!("/v1/drafts/{}/{verb}", draft["id"].as_str().unwrap()), &json!({}))
        };
        act("clerk", "submit").want(200);
        act("reviewer", "approve").want(200);
        world.seal();
        world.post("clerk", "/v1/vouchers", &json!({"period": "2026-11"})).want(200);
        let called = || {
            let trial = world.get("auditor", "/v1/reports/trial-balance?as_of=2026-11-30").want(200);
            let voucher = world.get("auditor", "/v1/vouchers?period=2026-11").want(200);
            [&trial["accounts"], &voucher["vouchers"][0]["lines"]].map(|rows| {
                let row = rows.as_array().unwrap().iter().find(|row| row["account"] == "6711").unwrap();
                [row["name_zh"].clone(), row["name_en"].clone()]
            })
        };
        assert_eq!(called(), [[Value::Null, Value::Null], [Value::Null, Value::Null]]);

        let own =
            json!({"role": "own", "account": "6711", "name_zh": "营业外支出", "name_en": "Other expenses"});
        let seen = world.get("administrator", "/v1/chart");
        let tried = ("PUT", "administrator", "/v1/chart?dry_run=true");
        let tried = world.with(tried, &[("if-match", seen.header("etag"))], Some(&own)).want(200);
        assert_eq!((&tried["name_en"], account(&world, "own").len()), (&json!("Other expenses"), 0));
        let set = put(&world, "/v1/chart", &own).want(200);
        let line = json!({"role": "own", "part": null, "valid_from": null, "account": "6711", "name_zh": "营业外支出",
            "name_en": "Other expenses", "class": "expenses", "control": false, "by_hand": true});
        assert_eq!(set, line);
        assert_eq!(called(), [["营业外支出", "Other expenses"]; 2].map(|names| names.map(Value::from)));
        let renamed = json!({"role": "own", "account": "6711", "name_zh": "营业外支出—其他"});
        assert_eq!(put(&world, "/v1/chart", &renamed).want(200)["name_en"], "营业外支出—其他");
        assert_eq!(called(), [["营业外支出—其他"; 2]; 2].map(|names| names.map(Value::from)));
        assert_eq!(account(&world, "own"), ["6711"]);
        let csv = String::from_utf8(world.get("auditor", "/v1/chart?format=csv&language=en").bytes).unwrap();
        assert!(csv.contains("own,,,6711,营业外支出—其他,营业外支出—其他,expenses,no"), "{csv}");
        world.verified();
    });
}

#[test]
fn an_account_of_the_companys_own_is_no_roles() {
    for_each_database(|db| {
        let world = World::new(db);
        let own =
            |code: &str| json!({"role": "own", "account": code, "name_zh": "其他", "class": "liabilities"});
        world.put("clerk", "/v1/chart", &own("2202")).refused(403, "forbidden");
        for code in ["220", "22.02", "1122", "660301", "101209"] {
            at(&put(&world, "/v1/chart", &own(code)), 422, "invalid-field", "/account");
        }
        for (member, value) in [("part", json!("EUR")), ("valid_from", json!("2026-11-01"))] {
            let mut body = own("2202");
            body[member] = value;
            at(&put(&world, "/v1/chart", &body), 422, "invalid-field", &format!("/{member}"));
        }
        let nameless = json!({"role": "own", "account": "2202"});
        at(&put(&world, "/v1/chart", &nameless), 422, "invalid-field", "/name_zh");
        let classed = json!({"role": "fx", "account": "6604", "class": "income"});
        at(&put(&world, "/v1/chart", &classed), 422, "invalid-field", "/class");
        let strange = json!({"role": "own", "account": "2202", "name_zh": "其他", "class": "costs"});
        at(&put(&world, "/v1/chart", &strange), 400, "invalid-body", "/class");
        assert_eq!(account(&world, "own"), Vec::<String>::new(), "nothing was written");

        put(&world, "/v1/chart", &own("2202")).want(200);
        put(&world, "/v1/chart", &own("9001")).want(200);
        // no role has its number now, in no template either, and a template takes none away
        let fx = json!({"role": "fx", "account": "9001"});
        at(&put(&world, "/v1/chart", &fx), 422, "invalid-field", "/account");
        put(&world, "/v1/chart", &own("7020")).want(200);
        let generic = json!({"template": "generic"});
        at(&put(&world, "/v1/chart/template", &generic), 422, "invalid-field", "/template");
        assert_eq!(account(&world, "fx"), ["660301"]);
        put(&world, "/v1/chart", &json!({"role": "fx", "account": "6604"})).want(200);
        put(&world, "/v1/chart/template", &json!({"template": "cn"})).want(200);
        assert_eq!((account(&world, "fx"), account(&world, "own").len()), (vec!["660301".to_owned()], 3));
        let chart = world.get("auditor", "/v1/chart").want(200);
        let last = chart["lines"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["account"], &last["class"]), (&json!("9001"), &json!("liabilities")), "{chart}");
        world.verified();
    });
}

#[test]
fn a_series_has_a_rule_and_a_chronological_one_goes_forward() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let listed = world.get("clerk", "/v1/series").want(200);
        let invoice =
            listed["series"].as_array().unwrap().iter().find(|one| one["kind"] == "invoice").unwrap();
        assert_eq!(
            *invoice,
            json!({"kind": "invoice", "prefix": "INV", "reset": "year", "chronological": false, "begun": []})
        );
        let path = "/v1/series/invoice";
        world.put("clerk", path, &json!({"reset": "year"})).refused(403, "forbidden");
        put(&world, "/v1/series/nothing", &json!({"reset": "year"})).refused(404, "not-found");
        for prefix in ["CN", "inv", "", "F-1", "ABCDEFGHIJK"] {
            at(
                &put(&world, path, &json!({"prefix": prefix, "reset": "year"})),
                422,
                "invalid-field",
                "/prefix",
            );
        }
        put(&world, path, &json!({"reset": "weekly"})).refused(400, "invalid-body");
        for number in [0, 1_000_000_001u64] {
            let start = json!({"reset": "month", "start": {"on": "2026-11-05", "number": number}});
            at(&put(&world, path, &start), 422, "invalid-field", "/start/number");
        }
        let rule = json!({"prefix": "F", "reset": "month", "chronological": true,
            "start": {"on": "2026-11-05", "number": 7}});
        let set = put(&world, path, &rule).want(200);
        assert_eq!(set["begun"], json!([{"code": "F-202611", "first": 7, "next": 7, "last_date": null}]));
        assert_eq!(number(&world, "2026-11-10"), "F-202611-000007");
        let early = sell(&world, "2026-11-09").refused(422, "rule-refused");
        assert!(
            early["detail"].as_str().unwrap().contains("2026-11-10, the date of the last number of F-202611"),
            "{early}"
        );
        assert_eq!(number(&world, "2026-11-10"), "F-202611-000008", "what was refused took no number");
        assert_eq!(number(&world, "2026-10-30"), "F-202610-000001", "each month is a series of its own");
        at(&put(&world, path, &rule), 409, "state", "/start");
        at(
            &put(&world, "/v1/series/receipt", &json!({"prefix": "F", "reset": "year"})),
            422,
            "invalid-field",
            "/prefix",
        );

        put(&world, path, &json!({"prefix": "F", "reset": "never"})).want(200);
        assert_eq!(
            (number(&world, "2026-11-10"), number(&world, "2026-09-01")),
            ("F-000001".into(), "F-000002".into())
        );
        put(&world, path, &json!({"reset": "year"})).want(200);
        assert_eq!(number(&world, "2026-11-10"), "INV-2026-000001");
        // a prefix that was used stays its kind's
        at(
            &put(&world, "/v1/series/receipt", &json!({"prefix": "F", "reset": "year"})),
            422,
            "invalid-field",
            "/prefix",
        );
        world.verified();
    });
}

#[test]
fn a_number_that_is_lost_is_explained_and_never_given_again() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        assert_eq!(number(&world, "2026-11-10"), "INV-2026-000001");
        let path = "/v1/series/INV-2026/voids";
        let void = |body: &Value| world.post("administrator", path, body);
        world.post("clerk", path, &json!({"reason": "lost"})).refused(403, "forbidden");
        world
            .post("administrator", "/v1/series/INV-2027/voids", &json!({"reason": "lost"}))
            .refused(404, "not-found");
        void(&json!({"reason": "bored"})).refused(400, "invalid-body");
        at(&void(&json!({"reason": "lost", "reference": "备忘"})), 422, "invalid-field", "/reference");
        for n in [0, 2, 99] {
            at(&void(&json!({"reason": "lost", "number": n})), 422, "invalid-field", "/number");
        }
        at(&void(&json!({"reason": "lost", "number": 1})), 409, "state", "/number");
        let done = void(&json!({"reason": "spoiled", "reference": "M-7"})).want(201);
        assert_eq!(
            (&done["number"], &done["kind"], &done["reason"], &done["reference"]),
            (&json!("INV-2026-000002"), &json!("invoice"), &json!("spoiled"), &json!("M-7"))
        );
        at(&void(&json!({"reason": "lost", "number": 2})), 409, "state", "/number");
        assert_eq!(number(&world, "2026-11-10"), "INV-2026-000003");
        let gaps = world.get("auditor", "/v1/series/gaps").want(200);
        let series = &gaps["series"][0];
        let of = |name: &str| series[name].clone();
        assert_eq!(
            (of("code"), of("last"), of("documents"), of("missing")),
            (json!("INV-2026"), json!(3), json!(2), json!(0))
        );
        assert_eq!(series["voids"][0]["number"], "INV-2026-000002");
        let csv = String::from_utf8(world.get("auditor", "/v1/series?format=csv&language=en").bytes).unwrap();
        assert!(csv.contains("INV-2026,invoice,1,3,2,1,INV-2026-000002 spoiled,0,"), "{csv}");
        world.verified();

        // past the use-cases: a number is lost, and nobody can explain away one that a document has
        db.execute("UPDATE series SET next = 6 WHERE code = 'INV-2026'");
        let gaps = world.get("auditor", "/v1/series/gaps").want(200);
        assert_eq!(
            (&gaps["series"][0]["missing"], &gaps["series"][0]["first_missing"]),
            (&json!(2), &json!(["INV-2026-000004", "INV-2026-000005"]))
        );
        let found = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert!(
            found["problems"].to_string().contains("series INV-2026: 2 numbers are of no document"),
            "{found}"
        );
        for n in [4, 5] {
            void(&json!({"reason": "lost", "number": n})).want(201);
        }
        assert_eq!(number(&world, "2026-11-10"), "INV-2026-000006");
        world.verified();
        db.execute("UPDATE series_voids SET reason = 'test' WHERE number = 4");
        let found = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert!(found["problems"].to_string().contains("INV-2026-000004: number.voided"), "{found}");
        db.execute("DELETE FROM series_voids WHERE number = 4");
        let found = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert!(found["problems"].to_string().contains("an event number.voided says so"), "{found}");
    });
}

#[test]
fn a_fiscal_year_begins_in_a_month_of_the_companys_until_something_is_posted() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let usual = json!({"first_month": 1, "voucher_sorts": "one", "reversal_style": "negative"});
        assert_eq!(world.get("clerk", "/v1/books").want(200), usual);
        let april = json!({"first_month": 4, "voucher_sorts": "one", "reversal_style": "negative"});
        world.put("clerk", "/v1/books", &april).refused(403, "forbidden");
        for month in [0, 13] {
            let body = json!({"first_month": month, "voucher_sorts": "one", "reversal_style": "negative"});
            at(&put(&world, "/v1/books", &body), 422, "invalid-field", "/first_month");
        }
        put(&world, "/v1/books", &json!({"first_month": 4})).refused(400, "invalid-body");
        assert_eq!(put(&world, "/v1/books", &april).want(200), april);
        assert_eq!(
            (number(&world, "2026-03-31"), number(&world, "2026-04-01")),
            ("INV-2025-000001".into(), "INV-2026-000001".into())
        );
        put(&world, "/v1/books", &usual).refused(409, "state");
        let opened = world.post("clerk", "/v1/closes", &json!({"period": "2026-11"})).want(201);
        assert_eq!(opened["fiscal_period"], "2026-P08");
        world.seal();
        let report = world.get("auditor", "/v1/reports/trial-balance?as_of=2026-03-31").want(200);
        assert_eq!(report["report"]["fiscal_period"], "2025-P12");
        world.verified();
    });
}
