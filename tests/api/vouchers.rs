//! Vouchers (记账凭证) are numbered by the chain, read, printed and handed over. Today is 2026-12-02.

use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_database};

fn sell(world: &World, date: &str) -> Value {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let body = json!({"customer": "C1", "document_date": date, "currency": "CNY", "price_mode": "exclusive",
        "lines": [line]});
    world.post("clerk", "/v1/invoices", &body).want(201)
}

fn prepared(db: &TestDb, sorts: &str) -> World {
    let world = World::new(db);
    world.bind();
    let body = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
    let books = json!({"first_month": 1, "voucher_sorts": sorts, "reversal_style": "negative"});
    world.put("administrator", "/v1/books", &books).want(200);
    world
}

fn run(world: &World, role: &str, period: &str) -> Reply {
    world.post(role, "/v1/vouchers", &json!({"period": period}))
}

fn of(world: &World, period: &str) -> Value {
    world.get("auditor", &format!("/v1/vouchers?period={period}")).want(200)
}

/// (voucher, its document, debit of the total).
fn shown(vouchers: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |voucher: &Value| {
        assert_eq!(voucher["total"]["debit"], voucher["total"]["credit"], "{voucher}");
        (text(&voucher["voucher"]), text(&voucher["document"]), text(&voucher["total"]["debit"]["amount"]))
    };
    vouchers["vouchers"].as_array().unwrap().iter().map(one).collect()
}

fn row(voucher: &str, document: &str, debit: &str) -> (String, String, String) {
    (voucher.to_owned(), document.to_owned(), debit.to_owned())
}

#[test]
fn a_late_entry_gets_the_next_number_and_no_number_changes() {
    for_each_database(|db| {
        let world = prepared(db, "three");
        let invoice = sell(&world, "2026-11-20");
        let money = json!({"customer": "C1", "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-21"});
        let receipt = world.post("clerk", "/v1/receipts", &money).want(201);
        sell(&world, "2026-10-31");
        world.seal();
        let before = of(&world, "2026-11");
        assert_eq!((&before["vouchers"], &before["waiting"]), (&json!([]), &json!(2)));
        run(&world, "auditor", "2026-11").refused(403, "forbidden");
        run(&world, "clerk", "2026-13").refused(400, "invalid-body");
        assert_eq!(
            run(&world, "clerk", "2026-11").want(200),
            json!({"period": "2026-11", "numbered": 2, "vouchers": 2})
        );
        let first = [row("收-1", "RC-2026-000001", "5.00"), row("转-1", "INV-2026-000001", "11.30")];
        assert_eq!(shown(&of(&world, "2026-11")), first);
        assert_eq!(run(&world, "clerk", "2026-11").want(200)["numbered"], 0);

        // dated before, recorded after
        sell(&world, "2026-11-01");
        let pays = json!({"debit_item": invoice["item"], "credit_item": receipt["item"], "amount": "2",
            "effective_date": "2026-11-25"});
        let paid = world.post("clerk", "/v1/allocations", &pays).want(201);
        assert_eq!(
            run(&world, "clerk", "2026-11").want(200)["numbered"],
            1,
            "what allocates alone moves no account"
        );
        let undo = format!("/v1/allocations/{}/undo", paid["id"].as_str().unwrap());
        world.post("clerk", &undo, &json!({"effective_date": "2026-11-25"})).want(201);
        let reverse = format!("/v1/documents/{}/reverse", receipt["number"].as_str().unwrap());
        let why = json!({"reason": "another's money", "date": "2026-11-28"});
        assert!(matches!(world.post("clerk", &reverse, &why).status, 200 | 201));
        run(&world, "clerk", "2026-11").want(200);
        let now = of(&world, "2026-11");
        let reversal = now["vouchers"][1]["document"].as_str().unwrap().to_owned();
        let all = [
            first[0].clone(),
            row("收-2", &reversal, "-5.00"),
            first[1].clone(),
            row("转-2", "INV-2026-000003", "11.30"),
        ];
        assert_eq!(shown(&now), all, "what takes a receipt back is a red one of its sort");
        let red = &now["vouchers"][1];
        assert_eq!((&red["red"], &red["lines"][0]["account"]), (&json!(true), &json!("1002")));
        let line = &red["lines"][0]["amount"];
        assert_eq!((&line["debit"]["amount"], &line["credit"]["amount"]), (&json!("-5.00"), &json!("0.00")));
        assert_eq!(
            (&now["waiting"], &now["fiscal_period"], &now["reversal_style"]),
            (&json!(0), &json!("2026-P11"), &json!("negative"))
        );
        assert_eq!(run(&world, "clerk", "2026-10").want(200)["vouchers"], 1, "each month counts from 1");

        let other = json!({"first_month": 1, "voucher_sorts": "one", "reversal_style": "swapped"});
        world.put("administrator", "/v1/books", &other).refused(409, "state");
        world.verified();
    });
}

#[test]
fn a_voucher_that_was_changed_past_the_use_cases_is_named() {
    for_each_database(|db| {
        let world = prepared(db, "one");
        sell(&world, "2026-11-20");
        sell(&world, "2026-11-20");
        run(&world, "clerk", "2026-11").want(200);
        world.verified();
        for (what, told) in [
            (
                "UPDATE vouchers SET number = 7 WHERE number = 2",
                "记-7 of 2026-11: number: expected 2, found 7",
            ),
            ("UPDATE vouchers SET red = NOT red WHERE number = 7", "whether it takes something back"),
            (
                "UPDATE vouchers SET sort = 'payment' WHERE number = 7",
                "sort: expected general, found payment",
            ),
            ("DELETE FROM vouchers WHERE number = 1", "how many entries they number"),
        ] {
            db.execute(what);
            let found = world.post("auditor", "/v1/verify", &json!({})).want(200);
            assert!(found["problems"].to_string().contains(told), "{told}: {found}");
        }
    });
}

#[test]
fn vouchers_come_in_every_form() {
    for_each_database(|db| {
        let world = prepared(db, "one");
        sell(&world, "2026-11-20");
        run(&world, "clerk", "2026-11").want(200);
        let path = "/v1/vouchers?period=2026-11";
        for (format, begins) in
            [("csv", "\u{feff}".as_bytes()), ("xlsx", b"PK"), ("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF-")]
        {
            let reply = world.get("auditor", &format!("{path}&format={format}"));
            assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.bytes));
            assert!(reply.bytes.starts_with(begins), "{format}");
            assert!(
                reply.header("content-disposition").contains(&format!("vouchers-2026-11.{format}")),
                "{format}"
            );
        }
        let text = |format: &str| {
            String::from_utf8(world.get("auditor", &format!("{path}&format={format}&language=zh")).bytes)
                .unwrap()
        };
        let csv = text("csv");
        let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(
            lines[0],
            "凭证号,日期,类型,单号,科目,科目名称,客户编码,客户名称,税码,币种,原币借方,原币贷方,本位币借方,本位币贷方,制单,审核"
        );
        assert_eq!(
            lines[1],
            "记-1,2026-11-20,invoice,INV-2026-000001,1122,应收账款,C1,名,,CNY,11.30,,11.30,,clerk,"
        );
        assert_eq!(lines.len(), 4, "receivable, tax and revenue, and no total: {csv}");
        let html = text("html");
        assert!(html.contains("记账凭证") && html.contains("主营业务收入"), "{html}");
        world.get("auditor", &format!("{path}&format=doc")).refused(400, "invalid-parameter");
        world.get("auditor", &format!("{path}&language=fr")).refused(400, "invalid-parameter");
        world.get("auditor", "/v1/vouchers").refused(400, "invalid-parameter");
        world.get("auditor", "/v1/vouchers?period=2026-11-01").refused(400, "invalid-parameter");
    });
}

#[test]
fn the_close_sees_whether_all_vouchers_were_handed_over() {
    for_each_database(|db| {
        let world = prepared(db, "one");
        let export = |period: &str| world.post("clerk", "/v1/vouchers/exports", &json!({"period": period}));
        let empty = export("2026-09").refused(409, "state");
        assert_eq!(empty["errors"][0]["pointer"], "/period", "{empty}");
        sell(&world, "2026-11-20");
        world.seal();
        world.post("clerk", "/v1/closes", &json!({"period": "2026-11"})).want(201);
        let found = || {
            world.seal();
            let close = world.get("auditor", "/v1/closes/2026-11").want(200);
            let items = close["items"].as_array().unwrap();
            let finding =
                items.iter().find(|item| item["item"] == "vouchers-exported").unwrap()["finding"].clone();
            (finding["code"].as_str().unwrap().to_owned(), finding["holds"].as_bool().unwrap())
        };
        let sign = || world.post("reviewer", "/v1/closes/2026-11/items/vouchers-exported/sign", &json!({}));
        assert_eq!(found(), ("to-export".into(), true));
        // nobody handed them over here: a person says what became of them
        sign().refused(422, "invalid-field");
        let done = export("2026-11").want(201);
        assert_eq!((&done["n"], &done["vouchers"]), (&json!(1), &json!(1)));
        assert_eq!(found(), ("exported".into(), true));
        sell(&world, "2026-11-21");
        assert_eq!(found(), ("changed-since".into(), false));
        sign().refused(409, "state");
        let again = export("2026-11").want(201);
        assert_eq!((&again["n"], &again["vouchers"]), (&json!(2), &json!(2)));
        assert_ne!(again["digest"], done["digest"]);
        assert_eq!(sign().want(200)["state"], "signed");
        assert_eq!(of(&world, "2026-11")["exports"].as_array().unwrap().len(), 2);
        world.verified();
        db.execute("UPDATE voucher_exports SET vouchers = 9 WHERE n = 2");
        let found = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert!(found["problems"].to_string().contains("2026-11-30/2: vouchers.exported"), "{found}");
    });
}
