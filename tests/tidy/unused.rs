//! What a crate lets out is called by something that ships. The compiler looks for what is unused within a crate alone.

use super::{code, none, rust};
use std::collections::BTreeMap;

/// The words of a line's code.
fn words(line: &str) -> impl Iterator<Item = &str> {
    code(line).split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// A source without the tests at its end.
fn shipped(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let tests = |pair: &[&str]| pair == ["#[cfg(test)]", "mod tests {"];
    let end = lines.windows(2).position(tests).unwrap_or(lines.len());
    lines.into_iter().take(end).collect()
}

/// Functions that others may call and that nothing names but where they are made, by place. Two of one name hide each other.
fn uncalled(sources: &[(&str, &str)]) -> Vec<String> {
    let (mut named, mut made, mut open) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for (path, text) in sources {
        for (at, line) in shipped(text).into_iter().enumerate() {
            let mut before = "";
            for word in words(line) {
                *named.entry(word).or_insert(0_u32) += 1;
                if before == "fn" {
                    *made.entry(word).or_insert(0_u32) += 1;
                    if code(line).trim().starts_with("pub") {
                        open.push((format!("{path}:{}", at + 1), word));
                    }
                }
                before = word;
            }
        }
    }
    open.retain(|(_, name)| named.get(name) == made.get(name));
    open.into_iter().map(|(place, name)| format!("{place}: {name}")).collect()
}

#[test]
fn what_nothing_but_a_test_calls_is_found() {
    let one = "pub fn called() {}\npub(crate) fn alone() {}\nfn own() {}\n\n#[cfg(test)]\nmod tests {\n    alone();\n}\n";
    let sources = [("a.rs", one), ("b.rs", "// alone\nfn main() {\n    a::called();\n}\n")];
    assert_eq!(uncalled(&sources), ["a.rs:2: alone"]);
}

#[test]
fn every_function_that_others_may_call_is_called() {
    // what the store lends to the tests of others
    let of_tests = |path: &str| {
        path.contains("/tests/")
            || path.ends_with("tests.rs")
            || path.starts_with("host/crates/store/src/testing")
    };
    let sources: Vec<(&str, &str)> = rust(&["host"])
        .map(|source| (source.path.as_str(), source.text.as_str()))
        .filter(|(path, _)| !of_tests(path))
        .collect();
    assert!(sources.len() > 300, "only {} sources", sources.len());
    none("functions that nothing calls, or tests alone", &uncalled(&sources));
}
