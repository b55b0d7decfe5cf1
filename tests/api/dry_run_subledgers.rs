//! What of subledgers and settings is tried by [`super::dry_run`].

use super::dry_run::{Body, Try, fresh, receiptless};
use super::world::World;
use serde_json::{Value, json};

/// Those of days that are told later.
pub(super) fn tries_of_terms(world: &World, statement: &str) -> Vec<Try> {
    let mut late = fresh("LATE");
    late["terms"] = json!({"basis": "invoice-received", "rule": {"kind": "net", "days": 30}});
    world.post("clerk", "/v1/customers", &late).want(201);
    let mut sent = receiptless();
    sent["customer"] = json!("LATE");
    let sent = world.post("clerk", "/v1/invoices", &sent).want(201)["id"].clone();
    world.post("reviewer", &format!("/v1/statements/{statement}/approve"), &json!({})).want(200);
    let json = |route, path: String, body| Try { route, role: "clerk", path, body: Body::Json(body) };
    vec![
        json(
            "POST /v1/invoices/{id}/received",
            format!("/v1/invoices/{}/received", sent.as_str().unwrap()),
            json!({"date": "2026-11-25"}),
        ),
        json(
            "POST /v1/documents/{id}/issued",
            format!("/v1/documents/{}/issued", sent.as_str().unwrap()),
            json!({"date": "2026-11-25", "means": "e-mail"}),
        ),
        json(
            "POST /v1/statements/{id}/confirmation",
            format!("/v1/statements/{statement}/confirmation"),
            json!({"date": "2026-12-02", "by": "采购王", "evidence": "盖章回函"}),
        ),
    ]
}

/// Those of money in suspense, of payment providers, of roles.
pub(super) fn tries_of_money(world: &World) -> Vec<Try> {
    let money = super::suspense::money(world);
    super::suspense::charges_allowed(world);
    let json = |route, role, path: String, body| Try { route, role, path, body: Body::Json(body) };
    let line = |id: &str, verb: &str| format!("/v1/bank-lines/{id}/{verb}");
    let limit = json!({"role": "reviewer", "currency": "CNY", "kind": "tail", "amount": "1.00"});
    let moved = |verb: &str| format!("/v1/bank-moves/{}/{verb}", money.payout);
    let receipt = super::by_hand::receipt_of(world, "PAYS", "3.33");
    vec![
        json("PUT /v1/role-limits", "administrator", "/v1/role-limits".to_owned(), limit),
        json(
            "POST /v1/suspense/{id}/clear",
            "reviewer",
            format!("/v1/suspense/{}/clear", money.suspense),
            json!({"as": "income", "amount": "1", "reason": "无人认领"}),
        ),
        json(
            "POST /v1/suspense-moves/{id}/undo",
            "reviewer",
            format!("/v1/suspense-moves/{}/undo", money.cleared),
            json!({"reason": "更正"}),
        ),
        json("POST /v1/bank-lines/{id}/fee", "administrator", line(&money.fee, "fee"), json!({})),
        json(
            "POST /v1/bank-lines/{id}/return",
            "clerk",
            line(&money.fee, "return"),
            json!({"receipt": receipt}),
        ),
        json(
            "POST /v1/bank-lines/{id}/payout",
            "clerk",
            line(&money.came, "payout"),
            json!({"from_account": money.provider}),
        ),
        json("POST /v1/bank-moves/{id}/join", "clerk", moved("join"), json!({"line": money.left})),
        json("POST /v1/bank-moves/{id}/undo", "reviewer", moved("undo"), json!({})),
    ]
}

/// Those of contacts and merges.
pub(super) fn tries_of_parties(world: &World) -> Vec<Try> {
    let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
    for code in ["OLD", "OLDER", "OLDEST", "STAYS"] {
        world.post("clerk", "/v1/customers", &fresh(code)).want(201);
    }
    let contacts = "/v1/customers/STAYS/contacts";
    let contact = json!({"name": "试算联系人", "email": "try@example.org", "may_confirm": true});
    let made = world.post("clerk", contacts, &contact).want(201);
    let one = format!("{contacts}/{}", id(&made));
    let into = json!({"into": "STAYS"});
    let merge = |code: &str| {
        let made = world.post("clerk", &format!("/v1/customers/{code}/merge"), &into).want(201);
        format!("/v1/customer-merges/{}", id(&made))
    };
    let (waits, done) = (merge("OLD"), merge("OLDER"));
    world.post("reviewer", &format!("{done}/approve"), &json!({})).want(200);
    let json =
        |route, role, path: &str, body| Try { route, role, path: path.to_owned(), body: Body::Json(body) };
    let merges = |verb: &str, path: &str| format!("{path}/{verb}");
    vec![
        json("POST /v1/customers/{id}/contacts", "clerk", contacts, contact.clone()),
        json("PUT /v1/customers/{id}/contacts/{contact}", "clerk", &one, contact),
        json("DELETE /v1/customers/{id}/contacts/{contact}", "clerk", &one, json!({})),
        json("POST /v1/customers/{id}/merge", "clerk", "/v1/customers/OLDEST/merge", into.clone()),
        json("POST /v1/customer-merges/{id}/approve", "reviewer", &merges("approve", &waits), json!({})),
        json("POST /v1/customer-merges/{id}/withdraw", "clerk", &merges("withdraw", &waits), json!({})),
        json("POST /v1/customer-merges/{id}/undo", "reviewer", &merges("undo", &done), json!({})),
    ]
}

/// Those of a checklist.
pub(super) fn tries_of_closes() -> Vec<Try> {
    let json =
        |route, role, path: &str, body| Try { route, role, path: path.to_owned(), body: Body::Json(body) };
    let item = |name: &str| format!("/v1/closes/2026-11/items/{name}");
    let settings = json!({"owner": "clerk", "due_date": "2026-12-05", "mandatory": true});
    vec![
        json("POST /v1/closes", "clerk", "/v1/closes", json!({"period": "2026-12"})),
        json("PUT /v1/closes/{period}/items/{item}", "administrator", &item("tie-out"), settings),
        json(
            "POST /v1/closes/{period}/items/{item}/free",
            "reviewer",
            &format!("{}/free", item("statements")),
            json!({}),
        ),
        json(
            "POST /v1/closes/{period}/items/{item}/sign",
            "reviewer",
            &format!("{}/sign", item("tie-out")),
            json!({}),
        ),
        json(
            "POST /v1/closes/{period}/items/{item}/reopen",
            "reviewer",
            &format!("{}/reopen", item("unapplied")),
            json!({"reason": "one more look"}),
        ),
    ]
}

/// Those of the books, each of which has begun.
pub(super) fn tries_of_books() -> Vec<Try> {
    let json =
        |route, role, path: &str, body| Try { route, role, path: path.to_owned(), body: Body::Json(body) };
    let admin = "administrator";
    let books = json!({"first_month": 1, "voucher_sorts": "three", "reversal_style": "swapped"});
    let dollars = json!({"role": "bank", "part": "USD", "account": "100209"});
    let period = || json!({"period": "2026-11"});
    vec![
        json("PUT /v1/books", admin, "/v1/books", books),
        json("PUT /v1/chart", admin, "/v1/chart", dollars),
        json("PUT /v1/chart/template", admin, "/v1/chart/template", json!({"template": "cn"})),
        json("PUT /v1/series/{kind}", admin, "/v1/series/invoice", json!({"reset": "month"})),
        json("POST /v1/series/{code}/voids", admin, "/v1/series/INV-2026/voids", json!({"reason": "test"})),
        json("POST /v1/vouchers", "clerk", "/v1/vouchers", period()),
        json("POST /v1/vouchers/exports", "clerk", "/v1/vouchers/exports", period()),
    ]
}

/// Those of deliveries and tax invoices.
pub(super) fn tries_of_deliveries(world: &World) -> Vec<Try> {
    let json =
        |route, role, path: &str, body| Try { route, role, path: path.to_owned(), body: Body::Json(body) };
    let line = json!({"description": "货", "quantity": "2", "unit_price": "5", "category": "13"});
    let slip = |number: &str| json!({"external_id": number, "customer": "PAYS", "delivered_on": "2026-11-20", "currency": "CNY", "lines": [line]});
    let paper = |number: &str| {
        json!({"number": number, "kind": "ordinary", "customer": "PAYS", "issued_on": "2026-11-20", "currency": "CNY",
            "net": "10", "tax": "1.30", "gross": "11.30"})
    };
    let order = |number: &str| json!({"external_id": number, "customer": "PAYS", "ordered_on": "2026-11-20", "currency": "CNY", "lines": [line]});
    world.post("clerk", "/v1/deliveries", &slip("SH-0")).want(201);
    world.post("clerk", "/v1/tax-invoices", &paper("0")).want(201);
    let span =
        json!({"customer": "PAYS", "from": "2026-11-01", "to": "2026-11-30", "document_date": "2026-11-30"});
    let settings = json!({"delivery_accounting": "accrued", "invoice_per": "order"});
    let void = "/v1/tax-invoices/0/void";
    vec![
        json("POST /v1/deliveries", "clerk", "/v1/deliveries", slip("SH-1")),
        Try {
            route: "POST /v1/deliveries/bulk",
            role: "clerk",
            path: "/v1/deliveries/bulk".to_owned(),
            body: Body::Rows([slip("SH-2"), slip("SH-3")].map(|row| row.to_string()).join("\n")),
        },
        json("POST /v1/orders", "clerk", "/v1/orders", order("SO-1")),
        Try {
            route: "POST /v1/orders/bulk",
            role: "clerk",
            path: "/v1/orders/bulk".to_owned(),
            body: Body::Rows([order("SO-2"), order("SO-3")].map(|row| row.to_string()).join("\n")),
        },
        Try {
            route: "POST /v1/tax-invoices/bulk",
            role: "clerk",
            path: "/v1/tax-invoices/bulk".to_owned(),
            body: Body::Rows([paper("2"), paper("3")].map(|row| row.to_string()).join("\n")),
        },
        json("POST /v1/deliveries/invoice", "clerk", "/v1/deliveries/invoice", span),
        json(
            "POST /v1/deliveries/{id}/return",
            "clerk",
            "/v1/deliveries/SH-0/return",
            json!({"date": "2026-11-21"}),
        ),
        json(
            "POST /v1/deliveries/{id}/reverse",
            "clerk",
            "/v1/deliveries/SH-0/reverse",
            json!({"reason": "x"}),
        ),
        json(
            "PUT /v1/advance-settings",
            "administrator",
            "/v1/advance-settings",
            json!({"tax_category": "13"}),
        ),
        json("PUT /v1/delivery-settings", "administrator", "/v1/delivery-settings", settings),
        json(
            "PUT /v1/customers/{id}/billing-rule",
            "clerk",
            "/v1/customers/PAYS/billing-rule",
            json!({"per": "order"}),
        ),
        json("POST /v1/tax-invoices", "clerk", "/v1/tax-invoices", paper("1")),
        json("POST /v1/tax-invoices/{id}/void", "clerk", void, json!({"on": "2026-11-25"})),
    ]
}
