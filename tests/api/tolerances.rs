//! What reconciliation may write off is set and read over HTTP.

use super::world::World;
use serde_json::json;
use store::testing::for_each_database;

#[test]
fn tolerances_are_set_replaced_and_listed() {
    for_each_database(|db| {
        let world = World::new(db);
        assert_eq!(world.get("clerk", "/v1/tolerances").want(200), json!({"tolerances": []}));
        let tail = json!({"currency": "CNY", "role": "tail", "amount": "1.00"});
        let put = |body: &serde_json::Value| world.put("administrator", "/v1/tolerances", body);
        let set = json!({"currency": "CNY", "role": "tail", "amount": "1", "permille": 0});
        assert_eq!(put(&tail).want(200), set);
        put(&json!({"currency": "JPY", "role": "charge", "amount": "660", "permille": 10})).want(200);
        put(&json!({"currency": "CNY", "role": "tail", "amount": "0.50", "permille": 5})).want(200);
        let listed = json!({"tolerances": [
            {"customer": null, "role": "tail", "amount": {"amount": "0.50", "currency": "CNY"}, "permille": 5},
            {"customer": null, "role": "charge", "amount": {"amount": "660", "currency": "JPY"}, "permille": 10},
        ]});
        assert_eq!(world.get("auditor", "/v1/tolerances").want(200), listed);
        let bad = |body: serde_json::Value, status: u16, code: &str, pointer: &str| {
            let problem = put(&body).refused(status, code);
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        };
        bad(json!({"currency": "CNY", "role": "tail", "amount": "0.001"}), 400, "invalid-body", "/amount");
        bad(json!({"currency": "CNY", "role": "tail", "amount": "-1"}), 422, "invalid-field", "/amount");
        bad(
            json!({"currency": "CNY", "role": "tail", "amount": "1", "permille": 1001}),
            422,
            "invalid-field",
            "/permille",
        );
        let unknown = json!({"currency": "CNY", "role": "tail", "amount": "1", "customer": "NOBODY"});
        put(&unknown).refused(404, "not-found");
    });
}
