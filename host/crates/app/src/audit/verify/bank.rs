//! Bank lines: what stands in them is what stood there when their file was imported (`bank::BoundRows`), and those are settled from
//! which the chain says that something was posted.

use super::super::LINKS_MAX;
use super::Run;
use crate::bank::BoundRows;
use crate::common::Common;
use crate::vault::VaultError;
use domain::ids::{BankFileId, BankLineId, BankStatementId, BlobId, DocumentId, ProposalId};
use money::Minor;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use store::rows::{BankFile, BankLine, Event};
use store::types::BankLineStatus;
use store::{Conn, query};

/// The kind of the event that binds a file's rows.
const IMPORTED: &str = "bank-file.imported";

/// What an import sealed of its rows.
pub(super) struct Sealed {
    rows: Option<String>,
    texts: Option<String>,
}

/// Notes what a sealed event binds, if it is one of an import.
pub(super) fn note(run: &mut Run, event: &Event) {
    if event.kind != IMPORTED {
        return;
    }
    let digest = |name: &str| event.data.0.get(name).and_then(Value::as_str).map(str::to_owned);
    match event.subject.parse::<BankFileId>() {
        Ok(file) => {
            drop(run.bank_files.insert(file, Sealed { rows: digest("rows"), texts: digest("texts") }))
        }
        Err(_) => run.problem(event.id, format_args!("it is about {}, which is no bank file", event.subject)),
    }
}

/// A file's rows, as far as they were looked at.
struct Found {
    bound: BoundRows,
    /// Why its texts cannot be looked at, unless they are erased.
    broken: Option<VaultError>,
}

/// Recomputes the rows of all files. The lines are read once, in the order of their ids.
pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut found: BTreeMap<BankFileId, Found> = BTreeMap::new();
    let mut file_of: HashMap<BankStatementId, BankFileId> = HashMap::new();
    let mut after = None;
    loop {
        let page = query::bank_files::list(conn, run.company.id, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        files(run, conn, &page, &mut found, &mut file_of)?;
    }
    lines(run, conn, &mut found, &file_of)?;
    run.settled = super::settled::Chained::default();
    for (file, rows) in found {
        compare(run, file, rows);
    }
    let gone: Vec<BankFileId> = std::mem::take(&mut run.bank_files).into_keys().collect();
    for file in gone {
        run.problem(file, "its import is sealed, but the file is not there");
    }
    Ok(())
}

fn files(
    run: &mut Run,
    conn: &mut Conn,
    page: &[BankFile],
    found: &mut BTreeMap<BankFileId, Found>,
    file_of: &mut HashMap<BankStatementId, BankFileId>,
) -> Result<(), Common> {
    let blobs: Vec<BlobId> = page.iter().map(|file| file.blob).collect();
    let salts = run.opener.salts(conn, &blobs)?;
    for file in page {
        let (salt, broken) = match salts.get(&file.blob) {
            Some(Ok(salt)) => (Some(salt), None),
            Some(Err(VaultError::Erased)) => (None, None),
            Some(Err(error)) => (None, Some(error.clone())),
            None => (None, Some(VaultError::Broken("blob"))),
        };
        let mut bound = BoundRows::new(salt);
        for statement in query::bank_files::statements_of(conn, run.company.id, file.id)? {
            bound.statement(&statement)?;
            file_of.insert(statement.id, file.id);
        }
        found.insert(file.id, Found { bound, broken });
    }
    Ok(())
}

fn lines(
    run: &mut Run,
    conn: &mut Conn,
    found: &mut BTreeMap<BankFileId, Found>,
    file_of: &HashMap<BankStatementId, BankFileId>,
) -> Result<(), Common> {
    let mut after = None;
    loop {
        let page = query::audit::bank_lines(conn, run.company.id, after, LINKS_MAX)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        let ids: Vec<BankLineId> = page.iter().map(|line| line.id).collect();
        let came = query::documents::of_bank_lines(conn, run.company.id, &ids)?;
        let came: HashMap<BankLineId, DocumentId> =
            came.into_iter().filter_map(|row| Some((row.bank_line?, row.id))).collect();
        for line in &page {
            match file_of.get(&line.statement).and_then(|file| found.get_mut(file)) {
                Some(rows) => rows.bound.line(line)?,
                None => run.problem(line.id, "it stands in no bank file"),
            }
            check_settled(run, line, came.get(&line.id).copied());
        }
    }
}

/// A line is settled where events say so, and nothing is left of it then; the receipt or return that did it names it.
fn check_settled(run: &mut Run, line: &BankLine, came: Option<DocumentId>) {
    let undone = |proposal: ProposalId| {
        run.decided.get(&proposal.to_string()).is_some_and(|decided| decided.as_str() == "undone")
    };
    let settled = run.settled.settles(line.id, undone);
    let found = line.status == BankLineStatus::Posted;
    run.same(line.id, "whether it is settled, by the events", settled, found);
    let left = if settled { Minor::ZERO } else { line.amount };
    let (left, found) = (left.format(line.currency), line.remaining.format(line.currency));
    run.same(line.id, "what is left of it", left, found);
    if let Some(told) = run.settled.document_of(line.id).filter(|_| settled) {
        let found = came.map_or_else(|| "none".to_owned(), |id| id.to_string());
        run.same(line.id, "document that came of it, by the events", told.to_string(), found);
    }
}

fn compare(run: &mut Run, file: BankFileId, Found { bound, broken }: Found) {
    let Some(sealed) = run.bank_files.remove(&file) else {
        return run.problem(file, "no event seals its import");
    };
    let (rows, texts) = bound.finish();
    let shown = |digest: Option<String>| digest.unwrap_or_else(|| "none".to_owned());
    let what = "digest of its statements and lines";
    run.same(file, what, shown(sealed.rows), rows.to_string());
    match (texts, broken) {
        (Some(texts), _) => {
            run.same(file, "digest of what its lines say", shown(sealed.texts), texts.to_string());
        }
        (None, Some(error)) => run.problem(file, error),
        (None, None) => {}
    }
}
