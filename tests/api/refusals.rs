//! Bad input is refused saying what, where and what to do; nothing of it is written.

use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn customer(code: &str, currency: &str) -> Value {
    json!({"code": code, "name": "名", "country": "CN", "currency": currency})
}

fn invoice(change: impl FnOnce(&mut Value)) -> Value {
    let line = json!({"description": "货", "quantity": "2", "unit_price": "10.50", "category": "13"});
    let mut body = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    change(&mut body);
    body
}

#[test]
fn bodies_are_refused_with_pointers() {
    for_each_database(|db| {
        let world = World::new(db);
        for (body, code, pointer) in [
            ("{\"code\":\"C1\",\n\"name\":}", "malformed-json", "/name"),
            ("", "malformed-json", ""),
            ("[1,2", "malformed-json", "/2"),
            ("{\"code\":\"A\",\"code\":\"B\"}", "malformed-json", "/code"),
            ("{\"code\":\"C1\"}", "invalid-body", "/name"),
            ("{\"code\":7}", "invalid-body", "/code"),
            ("{\"cod\":\"C1\"}", "invalid-body", "/cod"),
            ("[]", "invalid-body", ""),
        ] {
            let problem = world.text("POST", "clerk", "/v1/customers", body).refused(400, code);
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
        }
        let line = world.text("POST", "clerk", "/v1/customers", "{\"code\":\"C1\",\n\"name\":}");
        assert!(line.json()["detail"].as_str().unwrap().contains("line 2 column 8"), "{}", line.json());
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let problem = world.text("POST", "clerk", "/v1/customers", &deep).refused(400, "malformed-json");
        assert!(problem["detail"].as_str().unwrap().contains("nests deeper than 32"));
        for (change, pointer) in [
            (json!({"currency": "XYZ"}), "/currency"),
            (json!({"currency": "cny"}), "/currency"),
            (json!({"address": {"lines": [], "country": "CN", "street": "x"}}), "/address/street"),
            (json!({"terms_days": "30"}), "/terms_days"),
            (json!({"statement_style": "weekly"}), "/statement_style"),
            (json!({"accounts": [{"scheme": "CN"}]}), "/accounts/0/account"),
        ] {
            let mut body = customer("C1", "CNY");
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let problem = world.post("clerk", "/v1/customers", &body).refused(400, "invalid-body");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
        for (change, pointer) in [
            (json!({"country": "China"}), "/country"),
            (json!({"code": ""}), "/code"),
            (json!({"locale": "fr"}), "/locale"),
            (json!({"email": "nobody"}), "/email"),
            (json!({"name": "甲\n乙"}), "/name"),
            (json!({"name": "甲\u{85}"}), "/name"),
            (json!({"group": "华东\t一区"}), "/group"),
            (json!({"address": {"lines": ["一号", "二\n号"], "country": "CN"}}), "/address/lines/1"),
            (json!({"address": {"lines": [], "city": "苏\t州", "country": "CN"}}), "/address/city"),
        ] {
            let mut body = customer("C1", "CNY");
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let problem = world.post("clerk", "/v1/customers", &body).refused(422, "invalid-field");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
        assert_eq!(world.all("clerk", "/v1/customers").len(), 0);
    });
}

#[test]
fn an_amount_is_a_string() {
    for_each_database(|db| {
        let world = World::new(db);
        let receipt = |amount: &str| {
            format!(
                r#"{{"customer":"C1","amount":{{"amount":{amount},"currency":"CNY"}},"value_date":"2026-11-02"}}"#
            )
        };
        for amount in
            ["12", "12.5", "1e3", "\"1e3\"", "\"1,000\"", "\" 1\"", "\"+1\"", "\"\"", "null", "true"]
        {
            let reply = world.text("POST", "clerk", "/v1/receipts", &receipt(amount));
            let problem = reply.want(400);
            assert_eq!(problem["errors"][0]["pointer"], "/amount/amount", "{amount}: {problem}");
        }
        let number = world.text("POST", "clerk", "/v1/receipts", &receipt("12")).refused(400, "invalid-body");
        assert!(
            number["detail"].as_str().unwrap().contains("a decimal as a string, like \"12.34\""),
            "{number}"
        );
        let fine =
            world.text("POST", "clerk", "/v1/receipts", &receipt("\"12.345\"")).refused(400, "invalid-body");
        assert_eq!(fine["errors"][0]["pointer"], "/amount/amount");
    });
}

#[test]
fn rules_of_documents_hold() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/customers", &customer("C1", "CNY")).want(201);
        world.post("clerk", "/v1/customers", &customer("C1", "CNY")).refused(409, "code-taken");
        world.post("clerk", "/v1/invoices", &invoice(|_| {})).refused(409, "plugin-unbound");
        world.bind();
        let no_rate = world.post("clerk", "/v1/invoices", &invoice(|b| b["currency"] = json!("USD")));
        assert_eq!(no_rate.refused(422, "no-exchange-rate")["errors"][0]["pointer"], "/fx");
        world
            .post("clerk", "/v1/invoices", &invoice(|b| b["customer"] = json!("C9")))
            .refused(404, "not-found");
        // more than a guest can hold, and than a sum of a thousand may be
        let huge = world.post(
            "clerk",
            "/v1/invoices",
            &invoice(|b| b["lines"][0]["unit_price"] = json!("45035996273704.96")),
        );
        assert_eq!(huge.refused(422, "invalid-field")["errors"][0]["pointer"], "/lines/0/unit_price");
        let gross = world.post(
            "clerk",
            "/v1/invoices",
            &invoice(|b| b["lines"][0]["unit_price"] = json!("45035996273704.95")),
        );
        let problem = gross.refused(422, "rule-refused");
        assert!(problem["detail"].as_str().unwrap().contains("beyond the largest amount"), "{problem}");
        let dear = invoice(|b| {
            b["currency"] = json!("USD");
            b["fx"] = json!({"rate": "9999999999999", "date": "2026-11-02", "source": "X"});
            b["lines"][0]["unit_price"] = json!("100000");
        });
        let problem = world.post("clerk", "/v1/invoices", &dear).refused(422, "invalid-field");
        assert_eq!(problem["errors"][0]["pointer"], "/lines/0/unit_price", "{problem}");
        let huge = json!({"customer": "C1", "amount": {"amount": "90071992547409.92", "currency": "CNY"}, "value_date": "2026-11-05"});
        let problem = world.post("clerk", "/v1/receipts", &huge).refused(400, "invalid-body");
        assert_eq!(problem["errors"][0]["pointer"], "/amount/amount", "{problem}");
        let empty = world.post("clerk", "/v1/invoices", &invoice(|b| b["lines"] = json!([])));
        assert_eq!(empty.refused(422, "invalid-field")["errors"][0]["pointer"], "/lines");
        let credit = world.post("clerk", "/v1/invoices", &invoice(|b| b["kind"] = json!("credit-note")));
        assert_eq!(credit.refused(422, "invalid-field")["errors"][0]["pointer"], "/original");
        // with a reason it is for the tax rules to say, and China's want the blue invoice of a red one
        let alone = world.post(
            "clerk",
            "/v1/invoices",
            &invoice(|b| {
                b["kind"] = json!("credit-note");
                b["text"] = json!("退货，原发票由旧系统开具");
            }),
        );
        assert_eq!(alone.refused(422, "plugin-refused")["plugin"]["code"], "original-missing");
        let category =
            world.post("clerk", "/v1/invoices", &invoice(|b| b["lines"][0]["category"] = json!("99")));
        let problem = category.refused(422, "plugin-refused");
        assert_eq!(problem["plugin"]["world"], "tax", "{problem}");
        assert!(problem["plugin"]["plugin"].as_str().unwrap().starts_with("tax-cn-vat "), "{problem}");
        assert_eq!(problem["plugin"]["digest"].as_str().map(str::len), Some(64), "{problem}");
        assert!(problem["plugin"]["code"].is_string(), "{problem}");
        let issued =
            world.post("clerk", "/v1/invoices", &invoice(|b| b["external_id"] = json!("SO-1"))).want(201);
        let twice = world.post("clerk", "/v1/invoices", &invoice(|b| b["external_id"] = json!("SO-1")));
        assert_eq!(twice.status, 409, "{}", twice.json());
        let too_much = json!({"customer": "C1", "amount": {"amount": "10.00", "currency": "CNY"},
            "value_date": "2026-11-05", "allocations": [{"item": issued["item"], "amount": "11.00"}]});
        assert_eq!(world.post("clerk", "/v1/receipts", &too_much).status, 422);
        assert_eq!(world.all("clerk", "/v1/invoices").len(), 1, "only what was accepted stands");
    });
}

#[test]
fn a_locked_period_takes_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.post("clerk", "/v1/customers", &customer("C1", "CNY")).want(201);
        let open = world.post("clerk", "/v1/invoices", &invoice(|_| {})).want(201);
        let lock = json!({"kind": "hard", "through": "2026-11-30"});
        assert_eq!(world.put("reviewer", "/v1/period-locks", &lock).want(200), lock);
        let refused = world.post("clerk", "/v1/invoices", &invoice(|_| {})).refused(409, "period-locked");
        assert!(refused["detail"].as_str().unwrap().contains("2026-11-30"), "{refused}");
        let receipt = json!({"customer": "C1", "amount": {"amount": "1.00", "currency": "CNY"}, "value_date": "2026-11-30"});
        world.post("clerk", "/v1/receipts", &receipt).refused(409, "period-locked");
        let back = json!({"kind": "hard", "through": "2026-10-31"});
        world.put("reviewer", "/v1/period-locks", &back).refused(409, "state");
        let later = json!({"customer": "C1", "amount": {"amount": "1.00", "currency": "CNY"}, "value_date": "2026-12-01"});
        let received = world.post("clerk", "/v1/receipts", &later).want(201);
        let allocate = |date: &str| json!({"debit_item": open["item"], "credit_item": received["item"], "amount": "1.00", "effective_date": date});
        world.post("clerk", "/v1/allocations", &allocate("2026-11-30")).refused(409, "period-locked");
        let done = world.post("clerk", "/v1/allocations", &allocate("2026-12-01")).want(201);
        let path = format!("/v1/allocations/{}/undo", done["id"].as_str().unwrap());
        world.post("clerk", &path, &json!({"effective_date": "2026-11-30"})).refused(409, "period-locked");
        world.post("clerk", &path, &json!({"effective_date": "2026-12-01"})).want(201);
        world.post("clerk", &path, &json!({"effective_date": "2026-12-01"})).refused(409, "state");
    });
}

#[test]
fn components_are_admitted_and_bound_by_world() {
    for_each_database(|db| {
        let world = World::new(db);
        for bytes in [b"no component".as_slice(), b"\0asm\x01\0\0\0", b"\0asm\x0d\0\x01\0"] {
            world.upload("administrator", "/v1/plugins", bytes).refused(422, "component-refused");
        }
        world.upload("administrator", "/v1/plugins", b"").refused(400, "invalid-body");
        let body = json!({"slot": "bank", "name": "tax-cn-vat", "valid_from": "2026-01-01"});
        let problem = world.post("administrator", "/v1/bindings", &body).refused(422, "wrong-world");
        assert_eq!(problem["errors"][0]["pointer"], "/slot");
        let body = json!({"slot": "tax", "name": "tax-cn-vat", "config": {"nonsense": 1}, "valid_from": "2026-01-01"});
        let problem = world.post("administrator", "/v1/bindings", &body).want(422);
        assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/config"), "{problem}");
        for body in [
            json!({"slot": "tax", "valid_from": "2026-01-01"}),
            json!({"slot": "tax", "name": "a", "digest": "b", "valid_from": "2026-01-01"}),
        ] {
            world.post("administrator", "/v1/bindings", &body).refused(400, "invalid-body");
        }
        let body = json!({"slot": "tax", "name": "nothing", "valid_from": "2026-01-01"});
        world.post("administrator", "/v1/bindings", &body).refused(404, "not-found");
        let plugins = world.get("auditor", "/v1/plugins").want(200);
        let tax = plugins["items"].as_array().unwrap().iter().find(|p| p["name"] == "tax-cn-vat").unwrap();
        assert_eq!((&tax["world"], &tax["builtin"]), (&json!("tax"), &json!(true)));
        assert!(tax["config_schema"].is_object(), "{tax}");
        // the very bytes of a built-in are known already
        let builtin = world.app.builtins.iter().find(|b| b.name == "tax-cn-vat").unwrap();
        let again = world.upload("administrator", "/v1/plugins", builtin.bytes).want(201);
        assert_eq!((&again["already"], &again["digest"]), (&json!(true), &tax["digest"]));
    });
}

#[test]
fn bank_files_that_cannot_be_read_are_refused() {
    for_each_database(|db| {
        let world = World::new(db);
        let path = "/v1/bank-files?file_name=x.xml";
        world.upload("clerk", path, b"<Document/>").refused(409, "plugin-unbound");
        world.bind();
        for file in [b"<Document><BkToCstmrStmt>".as_slice(), b"no XML", b"<other/>"] {
            let problem = world.upload("clerk", path, file).refused(422, "plugin-refused");
            assert_eq!(problem["plugin"]["world"], "bank", "{problem}");
        }
        let unnamed =
            world.upload("clerk", "/v1/bank-files", b"<Document/>").refused(400, "invalid-parameter");
        assert_eq!(unnamed["errors"][0]["parameter"], "file_name");
        world.upload("clerk", path, b"").refused(400, "invalid-body");
        let known =
            std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../host/sample/bank-cny.xml")).unwrap();
        let stranger = world.upload("clerk", path, &known).refused(422, "rule-refused");
        assert!(stranger["detail"].as_str().unwrap().contains("POST /v1/bank-accounts"), "{stranger}");
        // what is wrong in the file is the file's: which value, and where
        let file = |account: &str, currency: &str, amount: &str| {
            format!(
                "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>X</IBAN></Id><Ccy>{account}</Ccy></Acct>\
                 <Ntry><Amt Ccy=\"{currency}\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>\
                 <BookgDt><Dt>2026-10-05</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>"
            )
        };
        for (currency, amount, named) in [("ZZZ", "1.00", "\"ZZZ\""), ("CNY", "1.005", "1.005")] {
            let text = file("CNY", currency, amount);
            let problem = world.upload("clerk", path, text.as_bytes()).refused(422, "plugin-refused");
            let at = format!("byte {}", text.find("<Amt").unwrap());
            assert!(problem["detail"].as_str().unwrap().contains(named), "{problem}");
            assert!(problem.to_string().contains(&at), "{problem}");
        }
        let text = file("EUR", "USD", "1.00");
        let problem = world.upload("clerk", path, text.as_bytes()).refused(422, "rule-refused");
        let detail = problem["detail"].as_str().unwrap();
        for named in ["USD", "EUR", "(byte ", "correct the file"] {
            assert!(detail.contains(named), "{named}: {detail}");
        }
        assert!(world.all("clerk", "/v1/bank-lines").is_empty());
    });
}
