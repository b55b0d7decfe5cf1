//! What a forger does to an export who knows of the manifest, and whether `verify.py` names it.

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the checker.
///
/// # Errors
/// Without Python.
pub fn check(dir: &Path, head: Option<&str>) -> Result<Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("verify.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(dir);
    if let Some(head) = head {
        command.args(["--head", head]);
    }
    command.output().context("python3 checks exports")
}

/// The checker accepts it.
///
/// # Errors
/// What it says otherwise.
pub fn accepted(dir: &Path, head: &str) -> Result<()> {
    let output = check(dir, Some(head))?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

type Edit = fn(&mut Vec<String>);

/// The file that is tampered with.
const ENTRIES: &str = "entries.ndjson";

/// The kinds of tampering: the name, what is done to the lines, and the words with which the checker must name just that.
const KINDS: [(&str, Edit, [&str; 2]); 4] = [
    ("a flipped byte", |lines| flip(lines), ["content hash of ent_", "against seal"]),
    (
        "a removed entry",
        |lines| drop(lines.remove(lines.len() / 2)),
        ["sealed entry refs that are missing", "found ['"],
    ),
    ("an inserted entry", |lines| insert(lines), ["ent_f", "has no seal: it was inserted"]),
    (
        "swapped entries",
        |lines| lines.swap(0, 1),
        ["entries.ndjson:2: ent_", "is not in the order of the chain"],
    ),
];

fn flip(lines: &mut [String]) {
    let middle = lines.len() / 2;
    if let Some(line) = lines.get_mut(middle) {
        // an amount: the first character after the first `"amount":"`
        let at = line.find("\"amount\":\"").map_or(0, |at| at + 10);
        let digit = if line.get(at..=at) == Some("1") { "2" } else { "1" };
        line.replace_range(at..=at, digit);
    }
}

fn insert(lines: &mut Vec<String>) {
    if let Some(last) = lines.last().cloned() {
        lines.push(last.replacen("\"ent_0", "\"ent_f", 1));
    }
}

/// Spoils the export in each of the five ways, one after another, and mends it again.
///
/// # Errors
/// The way that the checker does not name.
pub fn each_kind_is_named(dir: &Path, head: &str) -> Result<Vec<&'static str>> {
    let mut named = Vec::new();
    for (kind, edit, words) in KINDS {
        let kept = Kept::of(dir, &[ENTRIES])?;
        edit_lines(&dir.join(ENTRIES), edit)?;
        manifest_line(dir, ENTRIES)?;
        refused(dir, head, kind, &[&[ENTRIES][..], &words[..]].concat())?;
        kept.restore(dir)?;
        named.push(kind);
    }
    named.push(truncated(dir, head)?);
    accepted(dir, head)?;
    Ok(named)
}

fn truncated(dir: &Path, head: &str) -> Result<&'static str> {
    let kind = "a truncated tail";
    let seals = fs::read_to_string(dir.join("seals.ndjson"))?;
    let mut seals: Vec<serde_json::Value> =
        seals.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let last = seals.pop().context("an empty chain")?;
    let before = seals.last().context("a chain of one")?;
    let text = |of: &serde_json::Value, name: &str| of.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let file = match text(&last, "kind").as_deref() {
        Some("event") => "events.ndjson",
        Some("entry") => "entries.ndjson",
        Some("statement") => "statements.ndjson",
        other => bail!("a seal of kind {other:?}"),
    };
    let kept = Kept::of(dir, &["seals.ndjson", file, "export.json"])?;
    edit_lines(&dir.join("seals.ndjson"), |lines| drop(lines.pop()))?;
    edit_lines(&dir.join(file), |lines| drop(lines.pop()))?;
    let mut export: serde_json::Value = serde_json::from_slice(&fs::read(dir.join("export.json"))?)?;
    let head_before = serde_json::json!({"position": text(before, "position"), "hash": text(before, "hash")});
    export.as_object_mut().context("export.json is an object")?.insert("head".to_owned(), head_before);
    fs::write(dir.join("export.json"), serde_json::to_vec(&export)?)?;
    for file in ["seals.ndjson", file, "export.json"] {
        manifest_line(dir, file)?;
    }
    refused(dir, head, kind, &[head, "is not in the chain", "its tail was cut off or rewritten"])?;
    kept.restore(dir)?;
    Ok(kind)
}

fn refused(dir: &Path, head: &str, kind: &str, words: &[&str]) -> Result<()> {
    let output = check(dir, Some(head))?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1), "{kind} was not found: {told}");
    for words in words {
        ensure!(told.contains(words), "{kind}: {words:?} is not named: {told}");
    }
    Ok(())
}

fn edit_lines(path: &Path, edit: impl FnOnce(&mut Vec<String>)) -> Result<()> {
    let mut lines: Vec<String> = fs::read_to_string(path)?.lines().map(str::to_owned).collect();
    edit(&mut lines);
    fs::write(path, lines.into_iter().map(|line| line + "\n").collect::<String>())?;
    Ok(())
}

/// Makes the manifest true again of one file.
fn manifest_line(dir: &Path, file: &str) -> Result<()> {
    let digest = hex::encode(Sha256::digest(fs::read(dir.join(file))?));
    let end = format!("  {file}");
    edit_lines(&dir.join("MANIFEST.sha256"), |lines| {
        for line in lines.iter_mut().filter(|line| line.ends_with(&end)) {
            *line = format!("{digest}{end}");
        }
    })
}

/// Files as they were, the manifest among them.
struct Kept(Vec<(String, Vec<u8>)>);

impl Kept {
    fn of(dir: &Path, files: &[&str]) -> Result<Self> {
        let all = files.iter().chain(&["MANIFEST.sha256"]);
        Ok(Kept(all.map(|file| Ok(((*file).to_owned(), fs::read(dir.join(file))?))).collect::<Result<_>>()?))
    }
    fn restore(&self, dir: &Path) -> Result<()> {
        for (file, bytes) in &self.0 {
            fs::write(dir.join(file), bytes)?;
        }
        Ok(())
    }
}
