//! What waits for somebody.

use super::furnished::furnish;
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

#[test]
fn the_page_says_what_the_lists_and_the_report_say() {
    for_each_database(|db| {
        let world = World::new(db);
        let empty = world.get("clerk", "/v1/overview").want(200);
        let none = json!({"proposals": 0, "statements": 0, "bank_lines": 0, "failed_jobs": 0, "pending_bindings": 0});
        assert_eq!(empty["waiting"], none);
        assert_eq!((&empty["runs"], &empty["jobs"]), (&json!([]), &json!([])));
        let there = furnish(&world, 60);
        let pending = json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2027-01-01"});
        world.post("administrator", "/v1/bindings", &pending).want(201);
        world.seal();
        let page = world.get("reviewer", "/v1/overview").want(200);
        let waiting = |name: &str| usize::try_from(page["waiting"][name].as_u64().unwrap()).unwrap();
        assert_eq!(waiting("proposals"), there.proposals.len());
        assert_eq!(waiting("statements"), there.statements.len());
        assert_eq!(waiting("bank_lines"), world.all("clerk", "/v1/bank-lines?status=open").len());
        assert_eq!((waiting("pending_bindings"), waiting("failed_jobs")), (1, 0));
        let report = world.get("reviewer", "/v1/reports/aging").want(200);
        assert_eq!(page["receivables"]["totals"], report["totals"]);
        assert_eq!(
            (&page["receivables"]["edges"], &page["receivables"]["report"]),
            (&report["edges"], &report["report"])
        );
        assert!(report["totals"].as_array().is_some_and(|totals| totals.len() > 1), "{report}");
        assert_eq!(page["jobs"][0]["id"], there.job);
        assert_eq!(
            (&page["runs"][0]["cut_off"], &page["runs"][0]["made"]),
            (&json!("2026-11-30"), &json!(3))
        );
        // less waits once it is decided
        let path = format!("/v1/statements/{}/approve", there.statements[0]);
        world.post("reviewer", &path, &json!({})).want(200);
        let after: Value = world.get("reviewer", "/v1/overview").want(200);
        assert_eq!(after["waiting"]["statements"].as_u64(), Some(there.statements.len() as u64 - 1));
    });
}
