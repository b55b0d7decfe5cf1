//! Words that must not stand in certain places.

use super::{SOURCES, code, none, rust};
use std::collections::BTreeSet;

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Lines of `source` whose code holds one of `banned`.
fn holding(source: &super::Source, comment: &str, banned: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in source.text.lines().enumerate() {
        let text = line.split(comment).next().unwrap_or("");
        let lower = text.to_lowercase();
        if let Some(word) = words(&lower).find(|word| banned.contains(word)) {
            found.push(format!("{}:{}: {word}", source.path, at + 1));
        }
    }
    found
}

/// Serde's traits must name every type that they refuse, measure or pass on.
const FORWARDERS: [&str; 6] = [
    "host/src/http/json/place.rs",
    "host/crates/runtime/src/json/write.rs",
    "host/crates/runtime/src/measure.rs",
    "plugins/sdk/src/json/strict.rs",
    // the cells of XLSX are binary fractions: these turn them into decimal text and back
    "host/crates/sheets/src/read/workbook.rs",
    "host/crates/sheets/src/write/workbook.rs",
];

#[test]
fn no_float_is_near_an_amount() {
    let mut wrong = Vec::new();
    // geometry is the renderer's, seconds are xtask's
    let code =
        ["host/src", "host/crates/money", "host/crates/domain", "host/crates/store", "host/crates/runtime"];
    let more =
        ["host/crates/app", "host/crates/sheets", "plugins", "tests/api", "tests/audit", "tests/flows"];
    for source in rust(&[code.as_slice(), more.as_slice()].concat()) {
        if !FORWARDERS.contains(&source.path.as_str()) {
            wrong.extend(holding(source, "//", &["f32", "f64"]));
        }
    }
    for source in SOURCES.iter() {
        if source.path.ends_with(".wit") {
            wrong.extend(holding(source, "//", &["f32", "f64", "float32", "float64"]));
        }
        if source.path.ends_with(".sql") {
            wrong.extend(holding(source, "--", &["real", "double", "float", "numeric", "decimal", "money"]));
        }
    }
    none("floats", &wrong);
}

/// The names of the plugins that the project builds, the examples for authors among them.
fn plugins() -> BTreeSet<String> {
    let names: BTreeSet<String> = SOURCES
        .iter()
        .filter_map(|s| s.path.strip_prefix("plugins/")?.strip_suffix("/Cargo.toml"))
        .map(|name| name.strip_prefix("examples/").unwrap_or(name))
        .filter(|name| !name.contains('/') && *name != "sdk")
        .map(str::to_owned)
        .collect();
    assert!(names.contains("tax-cn-vat") && names.contains("tax-flat-example"), "{names:?}");
    names
}

/// Lines that name a plugin, whole or as part of a text, also as an identifier. The examples of the command line's help
/// name them, and decide nothing.
fn naming(path: &str, text: &str, plugins: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = code(line);
        let named =
            plugins.iter().find(|name| line.contains(*name) || line.contains(&name.replace('-', "_")));
        if let Some(name) = named.filter(|_| !line.contains("zhangben plugin ")) {
            found.push(format!("{path}:{}: {name}", at + 1));
        }
    }
    found
}

#[test]
fn what_names_a_plugin_is_found() {
    let plugins = plugins();
    for line in [
        "if manifest.name == \"tax-cn-vat\" {",
        "let label = \"tax-cn-vat 0.1.0\";",
        "name.starts_with(\"bank-camt\")",
        "fn is_statement_classic() -> bool {",
    ] {
        assert_eq!(naming("a.rs", line, &plugins).len(), 1, "{line}");
    }
    for line in ["// tax-cn-vat", "  zhangben plugin run tax-cn-vat --input in.json", "let tax = \"tax\";"] {
        assert_eq!(naming("a.rs", line, &plugins), [""; 0], "{line}");
    }
}

#[test]
fn host_code_does_not_branch_on_the_name_of_a_plugin() {
    let plugins = plugins();
    let mut wrong = Vec::new();
    let crates = ["money", "domain", "store", "runtime", "render", "app"];
    let folders: Vec<String> = crates.iter().map(|name| format!("host/crates/{name}/src")).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).chain(["host/src"]).collect();
    // a test may read the files of the plugins beside us
    for source in rust(&folders).filter(|source| !source.path.ends_with("_tests.rs")) {
        wrong.extend(naming(&source.path, &source.text, &plugins));
    }
    // the one exception, which ARCHITECTURE.md names: the built-in format that stands in for one that fails
    wrong.retain(|place| !place.starts_with("host/crates/app/src/statement/lay_out.rs:"));
    none("plugins named in host code", &wrong);
}

/// Who makes the payments of the retail months: what it shared with the matcher, the matcher would be measured by.
const GENERATOR: [&str; 4] = ["camt", "payments", "people", "words"];

/// Crates of the product and what calls it, as the first part of a path.
const PRODUCT: [&str; 10] =
    ["app", "domain", "money", "render", "runtime", "sheets", "store", "zhangben", "month", "reconcile"];

/// Lines of code that name something of the product.
fn of_the_product(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let pieces: Vec<&str> = code(line).split("::").collect();
        let heads = pieces.iter().rev().skip(1).filter_map(|piece| words(piece).last());
        let imported = code(line).trim().strip_prefix("use ").and_then(|rest| words(rest).next());
        if let Some(name) = heads.chain(imported).find(|name| PRODUCT.contains(name)) {
            found.push(format!("{path}:{}: {name}", at + 1));
        }
    }
    found
}

#[test]
fn the_generator_of_payments_shares_nothing_with_the_product() {
    for line in [
        "use app::bank;",
        "let id = domain::ids::CompanyId::new(x);",
        "use super::month::Shop;",
        "use store;",
    ] {
        assert_eq!(of_the_product("a.rs", line).len(), 1, "{line}");
    }
    for line in ["use super::Chance;", "// app::bank", "let store = Vec::new();", "use std::fmt::Write as _;"]
    {
        assert_eq!(of_the_product("a.rs", line), [""; 0], "{line}");
    }
    let plugins = plugins();
    let mut wrong = Vec::new();
    for name in GENERATOR {
        let path = format!("tests/src/retail/{name}.rs");
        let source = SOURCES.iter().find(|source| source.path == path).expect("a file of the generator");
        wrong.extend(of_the_product(&path, &source.text));
        wrong.extend(naming(&path, &source.text, &plugins));
    }
    none("what the generator of payments shares with the product", &wrong);
}

#[test]
fn no_source_names_a_folder_of_one_machine() {
    let folder = format!("/{}/", "work");
    let named = SOURCES.iter().flat_map(|source| {
        let lines = (1..).zip(source.text.lines()).filter(|(_, line)| line.contains(&folder));
        lines.map(|(at, line)| format!("{}:{at}: {}", source.path, line.trim())).collect::<Vec<_>>()
    });
    none("folders that are on one machine alone", &named.collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_for_later_in_the_sources() {
    let marks = ["todo", "fixme", "unimplemented", "xxx_later"];
    let mut wrong = Vec::new();
    for source in rust(&["host", "plugins", "tests/api", "tests/audit", "tests/flows"]) {
        for (at, line) in source.text.lines().enumerate() {
            let lower = line.to_lowercase();
            let marked = words(&lower).any(|word| marks.contains(&word));
            if marked || line.contains("#[ignore") {
                wrong.push(format!("{}:{}: {}", source.path, at + 1, line.trim()));
            }
        }
    }
    none("work left for later, or tests that are ignored", &wrong);
}

/// What tests alone may ask of a process (`store::abort`) is compiled with debug assertions: no profile of a build that
/// ships has them, and none takes them from elsewhere.
#[test]
fn no_build_that_ships_can_be_told_to_abort() {
    let read = |path: &str| std::fs::read_to_string(super::root().join(path)).expect("a file of the project");
    let manifest = read("Cargo.toml");
    let sections: Vec<&str> = manifest.split("\n[").collect();
    for profile in ["dist", "bench"] {
        let of = |section: &&str| section.starts_with(&format!("profile.{profile}]"));
        let section = sections.iter().copied().find(of).expect("the profile");
        assert!(section.contains("inherits = \"release\""), "{section}");
    }
    let shipped = |section: &&&str| {
        ["release", "dist", "bench"].iter().any(|p| section.starts_with(&format!("profile.{p}")))
    };
    for section in sections.iter().filter(shipped) {
        assert!(!section.contains("debug-assertions"), "{section}");
    }
    for path in [".cargo/config.toml", ".ci/run"] {
        assert!(!read(path).contains("debug-assertions"), "{path}");
    }
}

/// Nor can any be told which time it is, or which keys to make.
#[test]
fn no_build_that_ships_takes_a_clock_or_a_seed() {
    let source =
        SOURCES.iter().find(|source| source.path == "host/src/cli/mod.rs").expect("the command line");
    let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
    for field in ["seed: Option<u64>,", "clock: Option<String>,"] {
        let at = lines.iter().position(|line| *line == field).expect("the option");
        let mut attributes = lines[..at].iter().rev().take_while(|line| line.starts_with('#'));
        assert!(attributes.any(|line| *line == "#[cfg(debug_assertions)]"), "{field}");
    }
}

#[test]
fn migrations_have_the_same_names_on_both_databases() {
    let of = |database: &str| -> BTreeSet<String> {
        let prefix = format!("migrations/{database}/");
        SOURCES.iter().filter_map(|s| s.path.strip_prefix(&prefix)).map(str::to_owned).collect()
    };
    assert_eq!(of("sqlite"), of("postgres"));
    assert!(!of("sqlite").is_empty());
}
