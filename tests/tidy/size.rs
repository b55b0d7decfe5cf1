//! A file that passes 500 lines or a function that passes 70 is asking a question.

use super::{SOURCES, none};

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

#[test]
fn files_are_short() {
    // migrations are one statement after another; they are read by table, not as a whole
    let long: Vec<String> = SOURCES
        .iter()
        .filter(|source| !source.path.starts_with("migrations/"))
        .filter(|source| source.text.lines().count() > FILE_LINES_MAX)
        .map(|source| format!("{}: {} lines", source.path, source.text.lines().count()))
        .collect();
    none("files over 500 lines", &long);
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    let mut seen = 0;
    for source in SOURCES.iter().filter(|source| source.path.ends_with(".rs")) {
        for (name, at, lines) in functions(&source.text) {
            seen += 1;
            if lines > FUNCTION_LINES_MAX {
                long.push(format!("{}:{at}: {name} has {lines} lines", source.path));
            }
        }
    }
    assert!(seen > 1000, "only {seen} functions were recognised");
    none("functions over 70 lines", &long);
}

/// Name, first line and length of every function that spans several lines: rustfmt ends each with a brace at the
/// indentation it began with.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let end = lines[at..].iter().position(|l| {
            let own = l.len() - l.trim_start().len() == indent;
            own && (l.trim_end() == format!("{}}}", " ".repeat(indent)) || l.trim_end().ends_with(';'))
        });
        if let Some(end) = end.filter(|_| !line.trim_end().ends_with('}')) {
            found.push((name, at + 1, end + 1));
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let mut rest = line.trim_start();
    for word in ["pub(crate) ", "pub(super) ", "pub ", "const ", "async ", "unsafe "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    Some(name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

#[test]
fn a_long_function_would_be_seen() {
    let body = "    work();\n".repeat(FUNCTION_LINES_MAX);
    let text = format!("impl X {{\n}}\n\npub fn long(\n    a: u8,\n) {{\n{body}}}\n\nfn short() {{}}\n");
    assert_eq!(functions(&text), [("long".to_owned(), 4, FUNCTION_LINES_MAX + 4)]);
}
