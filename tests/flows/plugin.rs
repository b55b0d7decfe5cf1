//! `zhangben plugin` on components of all four worlds, without a database.

use super::binary::{json, run};
use serde_json::Value;
use std::path::Path;

/// World, built-in plugin, a configuration that it takes, one that it refuses, and where.
const WORLDS: [(&str, &str, &str, &str, &str); 4] = [
    ("tax", "tax-cn-vat", "{}", r#"{"no_such": 1}"#, ""),
    ("statement", "statement-classic", "{}", r#"{"no_such": 1}"#, ""),
    ("reconciliation", "reconciliation-reference", "{}", r#"{"no_such": 1}"#, ""),
    (
        "bank",
        "bank-camt",
        r#"{"entry_mebibytes_max": 1}"#,
        r#"{"entry_mebibytes_max": 0}"#,
        "/entry_mebibytes_max",
    ),
];

fn write(at: &Path, name: &str, text: &str) {
    std::fs::write(at.join(name), text).expect("written");
}

/// The example of the world, as a file that `plugin run` takes.
fn example(at: &Path, world: &str) -> String {
    let printed = run(at, &["plugin", "schema", world, "--example"]);
    assert_eq!(printed.status.code(), Some(0), "{world}");
    let text = String::from_utf8(printed.stdout).expect("text");
    assert_eq!(text.starts_with("<?xml"), world == "bank", "{world}: {text}");
    text
}

#[test]
fn each_world_runs_its_example_and_says_what_it_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for (world, plugin, config, ..) in WORLDS {
        write(at, "in", &example(at, world));
        write(at, "conf.json", config);
        let ran = json(at, 0, &["plugin", "run", plugin, "--input", "in", "--config", "conf.json"]);
        let mut names: Vec<&str> = ran.as_object().expect("an object").keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["fuel", "memory_peak_bytes", "output", "time_us"], "{world}");
        assert!(ran["fuel"].as_u64() > Some(0) && ran["memory_peak_bytes"].as_u64() > Some(0), "{ran}");
        let wanted = match world {
            "tax" => ran["output"][0]["totals"]["payable"].is_string(),
            "statement" => ran["output"]["artefacts"][0]["content"]["tag"] == "document",
            "reconciliation" => ran["output"]["proposals"].as_array().is_some_and(|all| !all.is_empty()),
            _ => ran["output"]["items"].as_array().is_some_and(|all| all.len() == 8),
        };
        assert!(wanted, "{world}: {ran}");
        let without = json(at, 0, &["plugin", "run", plugin, "--input", "in"]);
        assert_eq!(without["output"], ran["output"], "{world}: the configuration is the default");
        let schema = json(at, 0, &["plugin", "schema", world]);
        assert!(schema["input"]["$schema"].is_string() && schema["output"]["$schema"].is_string(), "{world}");
        assert_eq!(json(at, 0, &["plugin", "check", plugin])["admitted"], true);
    }
    assert!(!at.join("zhangben-data").exists(), "no database was made");
}

#[test]
fn standard_input_is_an_input_as_of_imports() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for (world, plugin, ..) in WORLDS {
        write(at, "in", &example(at, world));
        let of_file = json(at, 0, &["plugin", "run", plugin, "--input", "in"]);
        let mut command = super::binary::zhangben(at);
        command.args(["plugin", "run", plugin, "--input", "-", "--json"]);
        command.stdin(std::fs::File::open(at.join("in")).expect("the input"));
        let output = command.output().expect("it starts");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let piped: Value = serde_json::from_slice(&output.stdout).expect("one document");
        assert_eq!(piped["output"], of_file["output"], "{world}");
    }
    let twice = ["plugin", "run", "tax-cn-vat", "--input", "-", "--config", "-"];
    let refused = json(at, 2, &twice);
    assert!(refused["error"]["message"].as_str().is_some_and(|m| m.contains("standard input")), "{refused}");
}

#[test]
fn the_example_of_bank_is_the_golden_case_and_its_context_is_the_users() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let text = example(at, "bank");
    assert_eq!(json(at, 0, &["plugin", "schema", "bank", "--example"])["format"], "camt.053");
    write(at, "in.xml", &text);
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/bank-camt/golden/every-part.out.json");
    let golden: Value = serde_json::from_slice(&std::fs::read(golden).expect("a golden case")).expect("JSON");
    let count = |value: &Value| value["items"].as_array().map(Vec::len);
    let ran = json(at, 0, &["plugin", "run", "bank-camt", "--input", "in.xml"]);
    assert_eq!(count(&ran["output"]), count(&golden));
    let mut ctx = json(at, 0, &["plugin", "schema", "tax", "--example"])[0]["plan"]["ctx"].clone();
    ctx["locale"] = "en".into();
    write(at, "ctx.json", &ctx.to_string());
    let arguments = ["plugin", "run", "bank-camt", "--input", "in.xml", "--context", "ctx.json"];
    assert_eq!(json(at, 0, &arguments)["output"], ran["output"]);
    write(at, "ctx.json", r#"{"company": "X"}"#);
    assert_eq!(json(at, 2, &arguments)["error"]["pointer"], "/jurisdiction");
}

#[test]
fn bad_input_and_configuration_are_refused_with_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for (world, plugin, config, bad, pointer) in WORLDS {
        write(at, "in", &example(at, world));
        write(at, "conf.json", bad);
        let arguments = ["plugin", "run", plugin, "--input", "in", "--config", "conf.json"];
        let refused = json(at, 1, &arguments);
        assert_eq!(refused["error"]["code"], "configuration-schema", "{world}: {refused}");
        assert_eq!(refused["error"]["pointer"].as_str().unwrap_or_default(), pointer, "{world}: {refused}");
        // a member twice: readers disagree about which one counts
        write(at, "conf.json", &format!(r#"{{"a": {config}, "a": {config}}}"#));
        let twice = json(at, 2, &arguments);
        assert_eq!(twice["error"]["code"], "malformed-json", "{world}: {twice}");
        assert_eq!(twice["error"]["pointer"], "/a", "{world}: {twice}");
    }
    for (world, plugin, ..) in WORLDS.into_iter().filter(|(world, ..)| *world != "bank") {
        let run = ["plugin", "run", plugin, "--input", "bad.json"];
        write(at, "bad.json", "{");
        assert_eq!(json(at, 2, &run)["error"]["line"], 1, "{world}");
        let text = example(at, world);
        write(at, "bad.json", &text.replacen("\"company\":", "\"company\": \"X\", \"company\":", 1));
        let twice = json(at, 2, &run);
        assert!(twice["error"]["pointer"].as_str().is_some_and(|p| p.ends_with("/ctx/company")), "{twice}");
        write(at, "bad.json", &text.replacen("\"company\":", "\"compny\":", 1));
        let unknown = json(at, 2, &run);
        assert!(
            unknown["error"]["pointer"].as_str().is_some_and(|p| p.ends_with("/ctx/compny")),
            "{unknown}"
        );
        write(at, "bad.json", "[]");
        assert_eq!(json(at, 2, &run)["error"]["code"], "bad-input", "{world}");
        let context = json(at, 2, &["plugin", "run", plugin, "--input", "bad.json", "--context", "bad.json"]);
        assert!(
            context["error"]["message"].as_str().is_some_and(|m| m.contains("bank plugins")),
            "{context}"
        );
    }
    write(at, "in", &example(at, "bank")[..900]);
    assert_eq!(json(at, 1, &["plugin", "run", "bank-camt", "--input", "in"])["error"]["code"], "truncated");
    // another world's input
    write(at, "in", &example(at, "tax"));
    assert_eq!(
        json(at, 2, &["plugin", "run", "statement-classic", "--input", "in"])["error"]["code"],
        "bad-input"
    );
    assert_eq!(json(at, 1, &["plugin", "run", "bank-camt", "--input", "in"])["error"]["code"], "broken-xml");
}

#[test]
fn what_is_no_component_is_refused_saying_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, "in.json", &example(at, "tax"));
    let missing = json(at, 3, &["plugin", "run", "no-such-plugin", "--input", "in.json"]);
    assert_eq!(missing["error"]["code"], "not-found");
    write(at, "text.wasm", "not a component");
    assert_eq!(json(at, 1, &["plugin", "check", "text.wasm"])["error"]["code"], "component-refused");
    std::fs::write(at.join("core.wasm"), b"\0asm\x01\0\0\0").expect("written");
    let core = json(at, 1, &["plugin", "check", "core.wasm"]);
    assert!(
        core["error"]["message"].as_str().is_some_and(|m| m.contains("wasm-tools component new")),
        "{core}"
    );
}
