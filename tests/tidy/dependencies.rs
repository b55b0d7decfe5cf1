//! A package names in its sources what it depends on.

use super::arrows::metadata;
use super::{code, none, root, rust};
use std::collections::{BTreeMap, BTreeSet};

/// Dependencies that stand in a manifest for their features, or for what they bring to link with.
const FOR_FEATURES: [(&str, &str); 3] =
    [("zhangben-store", "libsqlite3-sys"), ("zhangben-store", "pq-sys"), ("zhangben-tests", "proptest")];

/// As sources say it: libraries of ours have short names.
fn in_code(dependency: &str) -> String {
    dependency.strip_prefix("zhangben-").unwrap_or(dependency).replace('-', "_")
}

/// Of each package with its folder and its dependencies, those that no source of its own names. A source is of the package
/// whose folder lies nearest.
fn unnamed(packages: &[(String, String, Vec<String>)], sources: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (path, text) in sources {
        let around = packages.iter().filter(|(_, folder, _)| path.starts_with(&format!("{folder}/")));
        let Some((package, _, _)) = around.max_by_key(|(_, folder, _)| folder.len()) else { continue };
        let lines = text.lines().map(code);
        let words = lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
        named.entry(package).or_default().extend(words);
    }
    let mut found = Vec::new();
    for (package, _, dependencies) in packages {
        let words = named.get(package.as_str());
        let unused = dependencies
            .iter()
            .filter(|dependency| !words.is_some_and(|words| words.contains(in_code(dependency).as_str())));
        found.extend(unused.map(|dependency| (package.clone(), dependency.clone())));
    }
    found
}

#[test]
fn what_no_source_names_is_found() {
    let package = |name: &str, folder: &str, dependencies: &[&str]| {
        let dependencies: Vec<String> = dependencies.iter().map(|d| (*d).to_owned()).collect();
        (name.to_owned(), folder.to_owned(), dependencies)
    };
    let packages = [
        package("outer", "a", &["zhangben-plugin-kit", "serde-json", "hex"]),
        package("inner", "a/b", &["hex", "uuid"]),
    ];
    let sources = [
        ("a/src/lib.rs", "use plugin_kit::x;\nlet y = serde_json::json!(1); // hex"),
        ("a/b/src/lib.rs", "hex::encode(z)"),
    ];
    let found = unnamed(&packages, &sources);
    let expected = [("outer", "hex"), ("inner", "uuid")];
    assert_eq!(found, expected.map(|(package, name)| (package.to_owned(), name.to_owned())));
}

#[test]
fn every_dependency_is_named_where_it_is_depended_on() {
    let metadata = metadata();
    let root = root().canonicalize().expect("the checkout");
    let mut packages: Vec<(String, String, Vec<String>)> = Vec::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let manifest = std::path::Path::new(package["manifest_path"].as_str().expect("a path"));
        let folder = manifest.parent().expect("a folder").canonicalize().expect("a folder");
        let folder = folder.strip_prefix(&root).expect("in the checkout").to_string_lossy().into_owned();
        let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
        let names: BTreeSet<String> =
            dependencies.map(|one| one["name"].as_str().expect("a name").to_owned()).collect();
        let name = package["name"].as_str().expect("a name").to_owned();
        packages.push((name, folder, names.into_iter().collect()));
    }
    assert!(packages.len() > 8, "{packages:?}");
    // this one names what no other does
    let sources: Vec<(&str, &str)> = rust(&["host", "tests"])
        .filter(|source| source.path != "tests/tidy/dependencies.rs")
        .map(|source| (source.path.as_str(), source.text.as_str()))
        .collect();
    let found = unnamed(&packages, &sources);
    let known = |(package, name): &(String, String)| {
        FOR_FEATURES.iter().any(|(p, n)| (*p, *n) == (package.as_str(), name.as_str()))
    };
    let wrong: Vec<String> = found
        .iter()
        .filter(|&one| !known(one))
        .map(|(package, name)| format!("{package} does not name {name}"))
        .collect();
    none("dependencies that nothing uses", &wrong);
    assert_eq!(found.len(), FOR_FEATURES.len(), "one of FOR_FEATURES is named, or gone: {found:?}");
}
