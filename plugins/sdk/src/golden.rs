//! Golden cases: `NAME.in.json` (a conversation in the JSON rendering), perhaps `NAME.config.json`, and
//! `NAME.out.json` with what came of it, or `{"problem": …}`. The same files are input of `zhangben plugin run`.
//! Used in tests natively; a component never reaches it.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes the outputs anew: read the difference before committing it.

use crate::json::{JsonError, of_json, to_json};
use crate::reconciliation::{
    Batch, ItemRow, LineRow, Policy, RemittanceRow, item_columns, line_columns, remittance_columns,
};
use crate::statement::Format;
use crate::tax::Rules;
use crate::{Context, Problem, reconciliation, statement, tax};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// What went wrong with a case, for a test to show.
#[derive(Debug)]
pub struct GoldenError(pub String);

impl std::fmt::Display for GoldenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GoldenError {}

fn refuse<T>(message: impl Into<String>) -> Result<T, GoldenError> {
    Err(GoldenError(message.into()))
}

/// Runs every case of a folder and compares; answers how many there were. A folder without cases is an error.
pub fn check(
    folder: &Path,
    run: impl Fn(&Value, &str) -> Result<Result<Value, Problem>, GoldenError>,
) -> Result<usize, GoldenError> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|error| GoldenError(format!("{}: {error}", folder.display())))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".in.json"))
        .collect();
    cases.sort();
    if cases.is_empty() {
        return refuse(format!("{} holds no *.in.json", folder.display()));
    }
    let mut different = Vec::new();
    for case in &cases {
        different.extend(check_one(case, &run)?);
    }
    if different.is_empty() { Ok(cases.len()) } else { refuse(different.join("\n")) }
}

fn check_one(
    case: &Path,
    run: &impl Fn(&Value, &str) -> Result<Result<Value, Problem>, GoldenError>,
) -> Result<Option<String>, GoldenError> {
    let beside = |kind: &str| PathBuf::from(case.to_string_lossy().replace(".in.json", kind));
    let input = read(case)?;
    let config = fs::read_to_string(beside(".config.json")).unwrap_or_default();
    let found =
        match run(&input, &config).map_err(|error| GoldenError(format!("{}: {error}", case.display())))? {
            Ok(output) => output,
            Err(problem) => json!({"problem": rendered(&problem)?}),
        };
    let file = beside(".out.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let text = serde_json::to_string_pretty(&found).map_err(|e| GoldenError(e.to_string()))?;
        fs::write(&file, text + "\n").map_err(|e| GoldenError(e.to_string()))?;
    }
    let expected = read(&file)?;
    Ok((expected != found).then(|| {
        let (path, expected, found) = first_difference("", &expected, &found);
        format!("{}: at {path:?} expected {expected}, found {found}", case.display())
    }))
}

/// Reads a JSON file.
pub fn read(path: &Path) -> Result<Value, GoldenError> {
    let text =
        fs::read_to_string(path).map_err(|error| GoldenError(format!("{}: {error}", path.display())))?;
    serde_json::from_str(&text).map_err(|error| GoldenError(format!("{}: {error}", path.display())))
}

/// A file of third parties, which is not in the repository: below `ZHANGBEN_PEER_DATA`, or below `beside`, a folder beside
/// the checkout. Where it is not there, the error says so, for the test to print: it did not run.
pub fn peer_data(beside: &str, file: &str) -> Result<PathBuf, GoldenError> {
    let folder = std::env::var_os("ZHANGBEN_PEER_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let path = folder.join(file);
    if path.is_file() {
        return Ok(path);
    }
    refuse(format!("NOT RUN: {} is not there (ZHANGBEN_PEER_DATA says where)", path.display()))
}

fn first_difference(path: &str, expected: &Value, found: &Value) -> (String, String, String) {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            for key in keys {
                let (x, y) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                if x != y {
                    return first_difference(&format!("{path}/{key}"), x, y);
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            if let Some((index, (x, y))) = a.iter().zip(b).enumerate().find(|(_, (x, y))| x != y) {
                return first_difference(&format!("{path}/{index}"), x, y);
            }
        }
        _ => {}
    }
    (path.to_owned(), expected.to_string(), found.to_string())
}

fn rendered<T: serde::Serialize>(value: &T) -> Result<Value, GoldenError> {
    to_json(value).map_err(|error| GoldenError(error.to_string()))
}

fn member<T: DeserializeOwned>(message: &Value, pointer: &str) -> Result<T, GoldenError> {
    let value = message.pointer(pointer).unwrap_or(&Value::Null);
    of_json(value)
        .map_err(|JsonError { pointer: below, message }| GoldenError(format!("{pointer}{below}: {message}")))
}

fn messages(input: &Value) -> Result<&[Value], GoldenError> {
    match input {
        Value::Array(messages) => Ok(messages),
        other => refuse(format!("a conversation is an array of messages, not {other}")),
    }
}

/// `[{"plan": {ctx, documents}}, {"assess": {rows}}]` → the assessments.
pub fn run_tax<R: Rules>(input: &Value, config: &str) -> Result<Result<Value, Problem>, GoldenError> {
    let [plan, assess] = messages(input)? else { return refuse("plan, then assess") };
    let documents: Vec<tax::Document> = member(plan, "/plan/documents")?;
    let mut talk = tax::Conversation::<R>::new();
    if let Err(problem) = talk.plan(member(plan, "/plan/ctx")?, config, &documents) {
        return Ok(Err(problem));
    }
    match talk.assess(&documents, &member::<Vec<crate::LookupRow>>(assess, "/assess/rows")?) {
        Ok(assessments) => rendered(&assessments).map(Ok),
        Err(problem) => Ok(Err(problem)),
    }
}

/// `[{"lay_out": {ctx, model}}]` → the layout.
pub fn run_statement<F: Format>(input: &Value, config: &str) -> Result<Result<Value, Problem>, GoldenError> {
    let [message] = messages(input)? else { return refuse("one lay_out") };
    let context: Context = member(message, "/lay_out/ctx")?;
    let model: statement::Model = member(message, "/lay_out/model")?;
    match statement::lay_out::<F>(&context, config, &model) {
        Ok(layout) => rendered(&layout).map(Ok),
        Err(problem) => Ok(Err(problem)),
    }
}

/// Rows of a bulk table: what is absent is "none", so they are not read like records.
fn rows<T: DeserializeOwned>(message: &Value, pointer: &str) -> Result<Vec<T>, GoldenError> {
    let list = message.pointer(pointer).cloned().unwrap_or_else(|| json!([]));
    serde_json::from_value(list).map_err(|error| GoldenError(format!("{pointer}: {error}")))
}

/// `[{"begin": {ctx, setup}}, {"load_items": {items}} …, {"propose": {lines, remittances}}]` → one batch of all.
pub fn run_reconciliation<P: Policy>(
    input: &Value,
    config: &str,
) -> Result<Result<Value, Problem>, GoldenError> {
    match reconcile::<P>(input, config)? {
        Ok(batch) => rendered(&batch).map(Ok),
        Err(problem) => Ok(Err(problem)),
    }
}

fn reconcile<P: Policy>(input: &Value, config: &str) -> Result<Result<Batch, Problem>, GoldenError> {
    let [begin, loads @ .., propose] = messages(input)? else {
        return refuse("begin, load_items …, propose");
    };
    let context: Context = member(begin, "/begin/ctx")?;
    let setup: reconciliation::Setup = member(begin, "/begin/setup")?;
    let lines: Vec<LineRow> = rows(propose, "/propose/lines")?;
    let remittances: Vec<RemittanceRow> = rows(propose, "/propose/remittances")?;
    let items: Vec<Vec<ItemRow>> =
        loads.iter().map(|load| rows(load, "/load_items/items")).collect::<Result<_, _>>()?;
    let columns = |problem: Problem| GoldenError(format!("{} {:?}", problem.message, problem.subject));
    let (lines, remittances) =
        (line_columns(&lines).map_err(columns)?, remittance_columns(&remittances).map_err(columns)?);
    let mut talk = reconciliation::Conversation::<P>::new();
    let mut all = || {
        talk.begin(&context, config, setup.clone())?;
        for rows in &items {
            talk.load_items(item_columns(rows)?)?;
        }
        let mut batch = talk.propose(lines.clone(), remittances.clone())?;
        while batch.more {
            let next = talk.next()?;
            batch.proposals.extend(next.proposals);
            batch.unmatched.extend(next.unmatched);
            batch.explanations.extend(next.explanations);
            batch.warnings.extend(next.warnings);
            batch.ext.extend(next.ext);
            batch.more = next.more;
        }
        Ok(batch)
    };
    Ok(all())
}
