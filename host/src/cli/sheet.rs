//! A sheet at the command line: propose, preview, import, tie out.

use super::failure::{Body, Failure, OrFail as _};
use super::import::{ImportArgs, Kind};
use super::out::{Column, count, table};
use super::session::Session;
use crate::http::json;
use crate::spreadsheet::import::{Request, Who, run as bring_in};
use crate::spreadsheet::reason::told_view;
use crate::spreadsheet::record::may_be_drafts;
use crate::spreadsheet::report::{ERRORS_MAX, Report};
use serde::Serialize;
use sheets::write::{Language, Output};
use sheets::{Mapping, Noun, Source};
use std::fs::File;
use std::path::{Path, PathBuf};
use store::types::ImportMode;

/// What is asked of a sheet.
pub struct Sheet<'a> {
    pub noun: Noun,
    pub path: &'a Path,
    pub mapping: Option<&'a Path>,
    /// `None`: only looked at.
    pub mode: Option<ImportMode>,
    /// They become drafts.
    pub drafts: bool,
    pub rejects: Option<&'a Path>,
    /// Of the reasons in that file; `None`: the company's.
    pub language: Option<&'a str>,
}

impl<'a> Sheet<'a> {
    /// What is asked of a sheet; `None` where the files are none.
    pub fn of(args: &'a ImportArgs) -> Result<Option<Self>, Failure> {
        let is_sheet = |path: &&PathBuf| {
            let extension =
                path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
            ["csv", "tsv", "txt", "xlsx", "xls"].contains(&extension.as_str())
        };
        let asked = args.mapping.is_some() || args.preview || args.best_effort || args.drafts;
        if args.kind == Kind::Bank || !(asked || args.files.iter().any(|path| is_sheet(&path))) {
            return match asked {
                true => Err(Failure::usage(
                    "--mapping, --preview, --best-effort and --drafts are of sheets, not of bank files",
                )),
                false => Ok(None),
            };
        }
        let Some(noun) = sheets::Noun::by_name(args.kind.name()) else {
            return Err(Failure::usage(format!(
                "{} are not read from sheets: bring lines of JSON",
                args.kind.name()
            )));
        };
        let [path] = args.files.as_slice() else {
            return Err(Failure::usage("one sheet a command: the mapping is of one file"));
        };
        if args.keep_going {
            return Err(Failure::usage("--keep-going is of lines of JSON; of a sheet say --best-effort"));
        }
        if noun == Noun::OldBalances && args.best_effort {
            return Err(Failure::usage("old balances are compared and never written"));
        }
        if args.drafts && !may_be_drafts(noun) {
            return Err(Failure::usage("only invoices, receipts and opening balances become drafts"));
        }
        let mode = match (args.preview, args.best_effort) {
            (true, _) => None,
            // they are only compared
            _ if noun == Noun::OldBalances => None,
            (false, true) => Some(ImportMode::BestEffort),
            (false, false) => Some(ImportMode::AllOrNothing),
        };
        let (mapping, rejects) = (args.mapping.as_deref(), args.rejects.as_deref());
        let language = args.language.as_deref();
        Ok(Some(Sheet { noun, path, mapping, mode, drafts: args.drafts, rejects, language }))
    }
}

/// The result with `--json`.
#[derive(Debug, Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    report: &'a Report,
    /// Where refused rows were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejects: Option<String>,
}

pub fn run(session: &Session, sheet: &Sheet<'_>) -> Result<(), Failure> {
    let mapping = sheet.mapping.map(mapping).transpose()?;
    let unmapped = mapping.as_ref().is_none_or(Mapping::is_of_layout);
    let source = Source::File(sheet.path.to_path_buf());
    // a file that is not there is told as such, before anything else
    File::open(sheet.path).map_err(|error| Failure::file("read", sheet.path, &error))?;
    let output = sheet.rejects.map(create).transpose()?;
    let file_name =
        sheet.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let request = Request {
        noun: sheet.noun,
        source,
        file_name: &file_name,
        mapping,
        mode: sheet.mode,
        drafts: sheet.drafts,
        rejects: output.map(Output::File),
        language: Language::of(sheet.language.unwrap_or(&session.company.locale)),
        progress: None,
        again: None,
    };
    let who = Who { app: &session.app, actor: &session.actor, company: session.id() };
    let work = || session.out.busy("reading", || bring_in(who, request));
    let brought = session.sealing(|| work().or_fail());
    let (report, rejects) = brought.map_err(|failure| {
        // the mended command writes it anew
        sheet.rejects.into_iter().for_each(remove);
        at(failure, sheet)
    })?;
    let rejects = match (sheet.rejects, rejects) {
        (Some(path), Some(_)) => Some(path.display().to_string()),
        (Some(path), None) => {
            // nothing was refused: an empty file would say otherwise
            remove(path);
            None
        }
        (None, _) => None,
    };
    let good = report.is_good() && !(unmapped && sheet.mode.is_some());
    session.out.result(&Told { report: &report, rejects: rejects.clone() }, || {
        text(&report, rejects.as_deref(), sheet)
    })?;
    if good || (unmapped && sheet.mode.is_none() && report.errors_total == 0) {
        Ok(())
    } else {
        Err(Failure::told())
    }
}

fn mapping(path: &Path) -> Result<Mapping, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file("read", path, &error))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    json::parse(bytes).or_fail().map_err(|mut failure| {
        failure.body.file = Some(path.display().to_string());
        failure.body.next = Some("Correct the mapping; `zhangben import KIND FILE` proposes one.".to_owned());
        failure
    })
}

fn create(path: &Path) -> Result<File, Failure> {
    let options = &mut std::fs::OpenOptions::new();
    // a file that is there may be the one that is read, or the last one to be mended
    let file = options.write(true).create_new(true).open(path);
    file.map_err(|error| Failure::file("write", path, &error))
}

/// A file that this run created.
fn remove(path: &Path) {
    let _gone = std::fs::remove_file(path);
}

/// A failure of the mapping stands in its file, any other in the sheet.
fn at(mut failure: Failure, sheet: &Sheet<'_>) -> Failure {
    let Body { pointer, file, .. } = &mut failure.body;
    let in_mapping =
        pointer.as_deref().and_then(|pointer| pointer.strip_prefix("/mapping")).map(str::to_owned);
    let place = if in_mapping.is_some() { sheet.mapping } else { None };
    *file = Some(place.unwrap_or(sheet.path).display().to_string());
    if in_mapping.is_some() {
        *pointer = in_mapping;
    }
    failure
}

fn text(report: &Report, rejects: Option<&str>, sheet: &Sheet<'_>) -> String {
    let mut lines = vec![about(report)];
    lines.extend(report.notes.iter().map(|note| format!("  {note}")));
    if report.proposed {
        lines.push("proposed mapping; save it, look at it, and give it with --mapping:".to_owned());
        lines.push(serde_json::to_string_pretty(&report.mapping).unwrap_or_default());
    }
    lines.extend(report.questions.iter().map(|question| format!("? {question}")));
    if report.proposed && sheet.mode.is_some() {
        lines.push("nothing was written: no mapping was given".to_owned());
    }
    if !report.questions.is_empty() {
        return lines.join("\n");
    }
    if report.mode == "preview" {
        for shown in &report.first {
            lines.push(format!("row {}: {}", shown.first_row, shown.body));
        }
    }
    for sum in &report.sums {
        lines.push(format!("sum of {}: {} {}", sum.of, sum.currency, sum.sum));
    }
    for error in &report.errors {
        lines.push(format!("{}: {}", report.file_name, told_view(error)));
    }
    let more = report.errors_total.saturating_sub(u64::try_from(ERRORS_MAX).unwrap_or(0));
    if more > 0 {
        lines.push(format!("… and {} more", count(more, "refusal")));
    }
    lines.push(outcome(report));
    if let Some(rejects) = rejects {
        lines.push(format!(
            "refused rows are in {rejects}: mend them there and import that file with the same mapping"
        ));
    }
    if !report.differences.is_empty() {
        lines.push("the old balances are not what the books say now:".to_owned());
        let columns = [
            Column::Text("customer"),
            Column::Text("currency"),
            Column::Figure("old"),
            Column::Figure("new"),
            Column::Text("cell"),
        ];
        let rows = report.differences.iter().map(|d| {
            vec![d.customer.clone(), d.currency.clone(), d.old.clone(), d.new.clone(), d.cell.clone()]
        });
        lines.push(table(&columns, rows));
    }
    if let Some(id) = &report.id {
        lines.push(format!("taken back as a whole by: zhangben imports undo {id}"));
    }
    lines.join("\n")
}

fn about(report: &Report) -> String {
    let what = match (&report.encoding, &report.sheet) {
        (Some(encoding), _) => encoding.clone(),
        (None, Some(sheet)) => format!("sheet {sheet}"),
        (None, None) => String::new(),
    };
    format!(
        "{} ({}, {what}): {}, {} of {}",
        report.file_name,
        report.format,
        count(report.rows, "row"),
        count(report.records, "record"),
        report.kind
    )
}

fn outcome(report: &Report) -> String {
    let refused = report.refused.max(u64::from(report.errors_total > 0));
    match report.mode.as_str() {
        "comparison" if refused > 0 => {
            format!("{} cannot be read: nothing was compared", count(refused, "balance"))
        }
        "comparison" if report.differences.is_empty() => {
            format!("{} of the old books are what the books say now", count(report.records, "balance"))
        }
        "comparison" => format!(
            "{} differ",
            count(u64::try_from(report.differences.len()).unwrap_or(u64::MAX), "balance")
        ),
        "preview" if refused > 0 => {
            format!("{} would be refused; nothing was written", count(refused, "record"))
        }
        "preview" => {
            format!("nothing speaks against it ({} in already); nothing was written", report.already)
        }
        "all-or-nothing" if refused > 0 => {
            format!("{} refused: nothing was written", count(refused, "record"))
        }
        _ => {
            let made = if report.drafts { count(report.made, "draft") } else { report.made.to_string() };
            format!("{made} written, {} in already, {} refused", report.already, report.refused)
        }
    }
}
