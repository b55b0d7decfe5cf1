//! Rules that the compiler does not know: the direction of the crates, who may name which library, the size of files
//! and functions, no float near money, no branch on a plugin's name.

mod arrows;
mod compliance;
mod dependencies;
mod interfaces;
mod readme;
mod size;
mod unused;
mod words;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A text file of the project.
pub struct Source {
    /// From the checkout's root, with `/`.
    pub path: String,
    pub text: String,
}

/// The checkout's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the checkout").to_path_buf()
}

/// Sources of both workspaces, the interfaces and the migrations.
pub static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for folder in ["host", "plugins", "wit", "migrations", "tests"] {
        gather(&root(), folder, &mut found);
    }
    assert!(found.len() > 300, "only {} sources were found: the rules would hold for nothing", found.len());
    found
});

const KINDS: [&str; 5] = ["rs", "wit", "sql", "toml", "py"];

fn gather(root: &Path, folder: &str, found: &mut Vec<Source>) {
    let mut entries: Vec<_> = std::fs::read_dir(root.join(folder))
        .expect("a folder of the project")
        .map(|entry| entry.expect("an entry"))
        .collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            if !["target", "node_modules", "golden"].contains(&name.as_str()) {
                gather(root, &path, found);
            }
        } else if KINDS.iter().any(|kind| name.ends_with(&format!(".{kind}"))) {
            let text = std::fs::read_to_string(entry.path()).expect("sources are UTF-8");
            found.push(Source { path, text });
        }
    }
}

/// Rust sources below one of these folders.
pub fn rust(below: &[&str]) -> impl Iterator<Item = &'static Source> {
    let below: Vec<String> = below.iter().map(|folder| format!("{folder}/")).collect();
    SOURCES
        .iter()
        .filter(move |s| s.path.ends_with(".rs") && below.iter().any(|b| s.path.starts_with(b.as_str())))
}

/// The code of a line: without its `//` comment. Strings that hold `//` are cut too, which only hides text.
pub fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or("")
}

/// Fails with every finding, or not at all.
pub fn none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}
