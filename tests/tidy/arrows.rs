//! `money ← domain ← { store, runtime, render } ← app ← host, and money ← sheets ← host`, and one owner for every heavy library.

use super::{none, root, rust};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each package may depend on, of ours, in code that ships.
const ARROWS: [(&str, &[&str]); 11] = [
    ("zhangben-money", &[]),
    ("zhangben-domain", &["zhangben-money"]),
    ("zhangben-store", &["zhangben-money", "zhangben-domain"]),
    ("zhangben-runtime", &["zhangben-money", "zhangben-domain"]),
    ("zhangben-render", &["zhangben-money", "zhangben-domain"]),
    ("zhangben-sheets", &["zhangben-money"]),
    (
        "zhangben-app",
        &["zhangben-money", "zhangben-domain", "zhangben-store", "zhangben-runtime", "zhangben-render"],
    ),
    (
        "zhangben",
        &[
            "zhangben-money",
            "zhangben-domain",
            "zhangben-store",
            "zhangben-runtime",
            "zhangben-render",
            "zhangben-sheets",
            "zhangben-app",
        ],
    ),
    ("zhangben-plugin-kit", &[]),
    ("xtask", &["zhangben-plugin-kit"]),
    ("zhangben-tests", &["*"]),
];

/// Libraries that one package alone may name.
const OWNERS: [(&str, &[&str]); 12] = [
    ("argon2", &["zhangben-app"]),
    ("diesel", &["zhangben-store"]),
    ("diesel_migrations", &["zhangben-store"]),
    ("wasmtime", &["zhangben-runtime"]),
    ("actix-web", &["zhangben"]),
    ("utoipa", &["zhangben"]),
    ("clap", &["zhangben", "xtask", "zhangben-tests"]),
    ("config", &["zhangben"]),
    ("krilla", &["zhangben-render"]),
    ("parley", &["zhangben-render"]),
    ("calamine", &["zhangben-sheets"]),
    ("rust_xlsxwriter", &["zhangben-sheets", "zhangben-tests"]),
];

/// What cargo says of the packages of the workspace.
pub fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo metadata");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Package → names of its dependencies that ship.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let text = |value: &Value| value.as_str().expect("a name").to_owned();
    let list = |value: &Value| value.as_array().expect("a list").clone();
    list(&metadata["packages"])
        .iter()
        .map(|package| {
            let ships = list(&package["dependencies"]).into_iter().filter(|d| d["kind"].is_null());
            (text(&package["name"]), ships.map(|d| text(&d["name"])).collect())
        })
        .collect()
}

#[test]
fn arrows_between_the_crates_point_one_way() {
    let packages = packages();
    let drawn: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(drawn, found, "a package that is not drawn in ARROWS, or one that is gone");
    let mut wrong = Vec::new();
    for (name, allowed) in ARROWS {
        for used in packages[name].iter().filter(|used| packages.contains_key(*used)) {
            if !allowed.contains(&used.as_str()) && !allowed.contains(&"*") {
                wrong.push(format!("{name} → {used}"));
            }
        }
    }
    none("arrows that point the wrong way", &wrong);
}

#[test]
fn every_heavy_library_has_one_owner() {
    let packages = packages();
    let mut wrong = Vec::new();
    for (library, owners) in OWNERS {
        let users: Vec<&str> = packages
            .iter()
            .filter(|(_, uses)| uses.contains(library))
            .map(|(name, _)| name.as_str())
            .collect();
        assert!(!users.is_empty(), "{library} is used by nobody: take it out of OWNERS");
        wrong.extend(users.iter().filter(|u| !owners.contains(u)).map(|u| format!("{u} names {library}")));
    }
    none("libraries named outside of their owner", &wrong);
}

/// What a file of the runtime lets out that is made from WIT: public items (not `pub(crate)`) that name a binding. The
/// bindings themselves stand in `worlds/`, which must be private.
fn lets_out(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    // a public item goes on until its signature, or its field, ends
    let (mut public, mut function) = (false, false);
    for (at, line) in text.lines().enumerate() {
        let code = super::code(line);
        let words = code.trim();
        if words.starts_with("pub ") {
            (public, function) = (true, words.contains("fn "));
        }
        let exports = words.starts_with("pub mod worlds") || words.starts_with("pub use worlds");
        if exports || public && (code.contains("_v1::") || code.contains("wit::") || code.contains("types::"))
        {
            found.push(format!("{path}:{}: {}", at + 1, words));
        }
        if words.ends_with([';', '{', '}']) || !function && words.ends_with(',') {
            public = false;
        }
    }
    found
}

#[test]
fn what_lets_wit_types_out_is_found() {
    for leak in [
        "pub mod worlds;",
        "    pub use worlds::tax_v1;",
        "pub fn f() -> tax_v1::types::Document {",
        "    pub batch: reconciliation_v1::types::Batch,",
        "pub fn f(\n    a: u32,\n) -> types::Batch {",
    ] {
        assert_eq!(lets_out("a.rs", leak).len(), 1, "{leak}");
    }
    for kept in
        ["mod worlds;", "pub(crate) fn f(a: tax_v1::types::Line) {", "pub fn f(a: u32) {\n tax_v1::g();"]
    {
        assert_eq!(lets_out("a.rs", kept), [""; 0], "{kept}");
    }
}

#[test]
fn guest_types_do_not_leave_the_runtime() {
    let of_runtime = || rust(&["host/crates/runtime/src"]).filter(|s| !s.path.contains("/worlds/"));
    let named = of_runtime().filter(|s| s.text.contains("_v1::")).count();
    assert!(named > 5, "only {named} files of the runtime name bindings: where have they gone?");
    let wrong: Vec<String> = of_runtime().flat_map(|s| lets_out(&s.path, &s.text)).collect();
    none("types made from WIT stay inside of the runtime", &wrong);
    let made: Vec<&str> =
        rust(&["host", "tests"]).filter(|s| s.text.contains("bindgen!(")).map(|s| s.path.as_str()).collect();
    let wrong: Vec<String> = made
        .iter()
        .filter(|path| {
            !path.starts_with("host/crates/runtime/src/worlds/") && !path.starts_with("tests/tidy/")
        })
        .map(|path| (*path).to_owned())
        .collect();
    assert!(made.len() > wrong.len() + 4, "the runtime's bindings were not found: {made:?}");
    none("bindings are made in the runtime alone", &wrong);
}

#[test]
fn pure_crates_have_no_clock() {
    let mut wrong = Vec::new();
    for source in rust(&["host/crates/money", "host/crates/domain", "host/crates/app"]) {
        for (at, line) in source.text.lines().enumerate() {
            for word in ["SystemTime::now", "Utc::now", "Local::now", "Uuid::now_v7", "rand::rng", "OsRng"] {
                if super::code(line).contains(word) {
                    wrong.push(format!("{}:{}: {word}", source.path, at + 1));
                }
            }
        }
    }
    none("clocks and randomness are injected, never taken", &wrong);
}
