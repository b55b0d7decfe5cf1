//! What was invoiced to one customer and is delivered once another took her place. Today is 2026-12-02.

use super::deliveries::{balance, delivery, line, prepared};
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

/// C1 is C2 from 20 November on: the path of the merge.
fn merged(world: &World) -> String {
    let body = json!({"into": "C2", "date": "2026-11-20"});
    let proposed = world.post("clerk", "/v1/customers/C1/merge", &body).want(201);
    let path = format!("/v1/customer-merges/{}", proposed["id"].as_str().unwrap());
    assert_eq!(world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200)["state"], "merged");
    path
}

fn handing_over(customer: &str, slip: &str, sold: &Value, quantity: &str) -> Value {
    let mut body = delivery(slip, "2026-11-21", &[line(quantity, "100")]);
    body["customer"] = json!(customer);
    body["invoices"] = json!([{"document": sold["number"], "line": 1}]);
    body
}

#[test]
fn goods_that_wait_are_delivered_to_who_took_her_place() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "deferred");
        let other = json!({"code": "C3", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &other).want(201);
        let sale = json!({"customer": "C1", "document_date": "2026-11-03", "currency": "CNY", "price_mode": "exclusive",
            "lines": [line("3", "100")]});
        let sold = world.post("clerk", "/v1/invoices", &sale).want(201);
        assert_eq!(balance(&world, "2204"), "-300.00");
        let path = merged(&world);
        let deliver = |body: &Value| world.post("clerk", "/v1/deliveries", body);
        deliver(&handing_over("C1", "SH-1", &sold, "1")).refused(409, "customer-merged");
        let refused = deliver(&handing_over("C3", "SH-1", &sold, "1")).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/invoices/0/document", "{refused}");
        assert_eq!(balance(&world, "2204"), "-300.00", "nothing was written");

        deliver(&handing_over("C2", "SH-1", &sold, "2")).want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "6001")), ("-100.00".into(), "-200.00".into()));
        // the report ties, and has what waits by the invoice's own customer
        let waits = world.get("auditor", "/v1/reports/unbilled?customer=C1").want(200);
        assert_eq!(
            (&waits["rows"][0]["quantity"], &waits["rows"][0]["accrued"]),
            (&json!("1"), &json!(true))
        );
        let all = world.get("auditor", "/v1/reports/unbilled").want(200);
        assert_eq!(all["totals"][0]["deferred"]["amount"], "100.00", "{all}");
        world.verified();

        // it rests on the merge until it is taken back
        let undo = |world: &World| world.post("reviewer", &format!("{path}/undo"), &json!({}));
        let refused = undo(&world).refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains("hands over"), "{refused}");
        world.post("clerk", "/v1/deliveries/SH-1/reverse", &json!({"reason": "错发"})).want(201);
        assert_eq!(balance(&world, "2204"), "-300.00");
        assert_eq!(undo(&world).want(200)["state"], "undone");
        deliver(&handing_over("C2", "SH-2", &sold, "3")).refused(422, "invalid-field");
        deliver(&handing_over("C1", "SH-2", &sold, "3")).want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "6001")), ("0.00".into(), "-300.00".into()));
        world.verified();
    });
}
