//! What is printed.

use serde_json::{Map, Value, json};
use zhangben_tests::retail::month::Stage;
use zhangben_tests::score::Class;

/// The members that are documented; the rest is for the table.
const MEMBERS: [&str; 7] =
    ["database", "customers", "customers_tied_out", "chain_head", "stages", "classes", "peak_memory_mb"];

pub fn documented(one: &Value) -> Value {
    let mut shown: Map<String, Value> =
        MEMBERS.iter().map(|name| ((*name).to_owned(), one[*name].clone())).collect();
    if let Some(classes) = shown.get_mut("classes").and_then(Value::as_array_mut) {
        for class in classes.iter_mut().filter_map(Value::as_object_mut) {
            class.retain(|name, _| ["name", "cases", "right", "wrong", "unmatched"].contains(&name.as_str()));
        }
    }
    Value::Object(shown)
}

pub fn stage(stage: &Stage) -> Value {
    let seconds =
        std::time::Duration::from_micros(u64::try_from(stage.micros).unwrap_or(u64::MAX)).as_secs_f64();
    json!({"name": stage.name, "rows": stage.rows, "seconds": seconds})
}

pub fn class(name: &str, class: &Class) -> Value {
    json!({
        "name": name, "cases": class.cases, "right": class.right, "wrong": class.wrong, "unmatched": class.unmatched,
        "precision": class.precision(), "recall": class.recall(), "wrong_by_policy": class.wrong_by_policy,
        "wrong_cases": class.wrong_cases,
    })
}

pub fn print(one: &Value) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    println!(
        "\n{}: {} customers, {} tied out",
        text(&one["database"]),
        one["customers"],
        one["customers_tied_out"]
    );
    println!("  {} documents, {} statements; rows {}", one["documents"], one["statements"], one["rows"]);
    println!("  chain head {}, peak memory {} MB", text(&one["chain_head"]), one["peak_memory_mb"]);
    println!("  verify.py names {}", one["tampering_named"]);
    println!("  {:>38} {:>9} {:>9} {:>11}", "stage", "rows", "seconds", "rows/s");
    for stage in one["stages"].as_array().into_iter().flatten() {
        let (rows, seconds) = (stage["rows"].as_u64().unwrap_or(0), stage["seconds"].as_f64().unwrap_or(0.0));
        let micros = std::time::Duration::from_secs_f64(seconds).as_micros().max(1);
        let rate = u128::from(rows) * 1_000_000 / micros;
        println!("  {:>38} {rows:>9} {seconds:>9.2} {rate:>11}", text(&stage["name"]));
    }
    println!(
        "  {:>24} {:>6} {:>6} {:>6} {:>15} {:>9} {:>9} {:>7}",
        "class", "cases", "right", "wrong", "wrong by policy", "unmatched", "precision", "recall"
    );
    for class in one["classes"].as_array().into_iter().flatten() {
        let percent =
            |name: &str| class[name].as_u64().map_or_else(|| "–".to_owned(), |of| format!("{of} %"));
        println!(
            "  {:>24} {:>6} {:>6} {:>6} {:>15} {:>9} {:>9} {:>7}",
            text(&class["name"]),
            class["cases"],
            class["right"],
            class["wrong"],
            class["wrong_by_policy"],
            class["unmatched"],
            percent("precision"),
            percent("recall")
        );
    }
    for class in one["classes"].as_array().into_iter().flatten() {
        for case in class["wrong_cases"].as_array().into_iter().flatten() {
            println!("  wrong, {}: {}", text(&class["name"]), text(case));
        }
    }
}
