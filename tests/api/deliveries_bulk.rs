//! Many deliveries at once, and all of them as a file.

use super::deliveries::{delivery, line, prepared};
use super::world::World;
use serde_json::Value;
use store::testing::for_each_database;

#[test]
fn deliveries_come_in_bulk_and_go_out_as_a_file() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        let first = delivery("SH-1", "2026-11-05", &[line("3", "100"), line("1", "0.01")]);
        let back = delivery("SH-2", "2026-11-06", &[line("-1", "5")]);
        let rows = [first.clone(), first, back].map(|row| row.to_string()).join("\n");
        let told = world.rows("clerk", "k", "/v1/deliveries/bulk", &rows);
        let statuses: Vec<Value> = told.lines().iter().map(|row| row["status"].clone()).collect();
        assert_eq!(statuses, [201, 409, 201]);
        assert_eq!(world.rows("clerk", "k", "/v1/deliveries/bulk", &rows).bytes, told.bytes, "each once");
        let file = world.get("auditor", "/v1/deliveries?format=csv&language=en").bytes;
        let file = String::from_utf8(file).unwrap();
        for row in [
            ",SH-1,C1,名,2026-11-05,,1,货,3,,100,13,CNY,300.00,3,300.00,",
            ",SH-1,C1,名,2026-11-05,,2,货,1,,0.01,13,CNY,0.01,1,0.01,",
            ",SH-2,C1,名,2026-11-06,,1,货,-1,,5,13,CNY,-5.00,-1,-5.00,",
        ] {
            assert!(file.contains(row), "{row}: {file}");
        }
    });
}
