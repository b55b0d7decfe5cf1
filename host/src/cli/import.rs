//! `zhangben import`: NDJSON of the bodies of `POST /v1/…`, one a line, and bank files as they are.

use super::failure::{Body, Failure, OrFail as _};
use super::out::count;
use super::session::{Scope, Session, Stage};
use crate::http::problem::Problem;
use crate::http::v1::dto;
use crate::http::v1::dto::bank::BankAccountBody;
use crate::http::v1::dto::company::FxRateBody;
use crate::http::v1::dto::customer::CustomerBody;
use crate::http::v1::dto::invoice::InvoiceBody;
use crate::http::v1::dto::receipt::ReceiptBody;
use app::bank::{CreateBankAccount, ImportBankFile, ImportedBankFile};
use app::customer::CreateCustomer;
use app::invoice::{IssueInvoice, IssuedInvoice};
use app::receipt::RecordReceipt;
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    #[command(flatten)]
    scope: Scope,
    /// What the files hold
    kind: Kind,
    /// The files, in this order; - is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Go on after a line that is refused; the exit code still tells
    #[arg(long)]
    keep_going: bool,
    /// Bank files: the qualifier of the slot whose plugin reads them, as `camt` for bank:camt
    #[arg(long)]
    format: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  zhangben import customers customers.ndjson
  zhangben import invoices invoices.ndjson --keep-going --json
  zhangben import bank 2026-11-*.xml

Each line is written on its own. A line that is refused stops the import, unless --keep-going; lines before it stay.
Invoices and receipts with an external_id are not recorded twice: what is there already is refused by name.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Bodies of POST /v1/customers
    Customers,
    /// Bodies of POST /v1/invoices: invoices and credit notes
    Invoices,
    /// Bodies of POST /v1/receipts
    Receipts,
    /// Bank files as the bank sent them
    Bank,
    /// Bodies of PUT /v1/fx-rates
    Rates,
    /// Bodies of POST /v1/bank-accounts
    BankAccounts,
}

/// What came of all files.
#[derive(Debug, Default, Serialize)]
struct Imported {
    imported: u64,
    refused: u64,
    items: Vec<Value>,
    errors: Vec<Body>,
}

pub fn run(stage: &Stage, args: &ImportArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let mut done = Imported::default();
    let mut stopped = Ok(());
    for path in &args.files {
        stopped = read(path).and_then(|bytes| match args.kind {
            Kind::Bank => file(&session, args, path, &bytes, &mut done),
            _ => lines(&session, args, path, &bytes, &mut done),
        });
        if stopped.is_err() {
            break;
        }
    }
    session.seal()?;
    if let Err(mut failure) = stopped {
        if done.imported > 0 {
            let were = if done.imported == 1 { "was" } else { "were" };
            let before = count(done.imported, if args.kind == Kind::Bank { "file" } else { "line" });
            failure.body.message = format!("{} ({before} before it {were} imported)", failure.body.message);
        }
        return Err(failure);
    }
    session.out.result(&done, || text(&done))?;
    if done.refused > 0 { Err(Failure::told()) } else { Ok(()) }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        return match std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(Failure::file("read", path, &error)),
        };
    }
    std::fs::read(path).map_err(|e| Failure::file("read", path, &e))
}

fn lines(
    session: &Session,
    args: &ImportArgs,
    path: &Path,
    bytes: &[u8],
    done: &mut Imported,
) -> Result<(), Failure> {
    let lines = || ndjson(bytes);
    let bar = session.out.progress("importing", u64::try_from(lines().count()).unwrap_or(0));
    for (number, line) in lines() {
        match one(session, args.kind, line) {
            Ok(item) => {
                done.imported += 1;
                done.items.push(item);
            }
            Err(failure) => {
                let failure = failure.at_line(path, number);
                if !args.keep_going {
                    return Err(failure);
                }
                done.refused += 1;
                done.errors.push(failure.body);
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Lines with their numbers from 1; blank ones are skipped, and so is a byte order mark.
pub fn ndjson(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    (1..).zip(bytes.split(|byte| *byte == b'\n')).filter(|(_, line)| !line.trim_ascii().is_empty())
}

fn one(session: &Session, kind: Kind, line: &[u8]) -> Result<Value, Failure> {
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    match kind {
        Kind::Customers => {
            let made =
                app::customer::create(app, actor, company, &body::<CustomerBody, CreateCustomer>(line)?)
                    .or_fail()?;
            Ok(json!({"id": made.id.to_string(), "code": made.code}))
        }
        Kind::Invoices => {
            let issued = invoice(session, line)?;
            Ok(json!({"id": issued.id.to_string(), "number": issued.number, "gross": issued.gross.amount()}))
        }
        Kind::Receipts => {
            let made = app::receipt::record(app, actor, company, &body::<ReceiptBody, RecordReceipt>(line)?)
                .or_fail()?;
            Ok(json!({"id": made.id.to_string(), "number": made.number}))
        }
        Kind::Rates => rate(session, line),
        Kind::BankAccounts => bank_account(session, line),
        Kind::Bank => Err(Failure::usage("bank files are not lines of JSON")),
    }
}

/// One body as the input of its use-case.
pub fn body<B, I>(text: &[u8]) -> Result<I, Failure>
where
    B: DeserializeOwned,
    I: TryFrom<B>,
    I::Error: Into<Problem>,
{
    let body: B = dto::parse(text).or_fail()?;
    I::try_from(body).or_fail()
}

pub fn invoice(session: &Session, line: &[u8]) -> Result<IssuedInvoice, Failure> {
    let input = body::<InvoiceBody, IssueInvoice>(line)?;
    app::invoice::issue(&session.app, &session.actor, session.id(), &input).or_fail()
}

pub fn rate(session: &Session, line: &[u8]) -> Result<Value, Failure> {
    let body: FxRateBody = dto::parse(line).or_fail()?;
    app::company::put_rate(&session.app, &session.actor, session.id(), &body.into()).or_fail()?;
    Ok(json!({}))
}

pub fn bank_account(session: &Session, line: &[u8]) -> Result<Value, Failure> {
    let body: BankAccountBody = dto::parse(line).or_fail()?;
    let input = CreateBankAccount::from(body);
    let made = app::bank::create_account(&session.app, &session.actor, session.id(), &input).or_fail()?;
    Ok(json!({"id": made.id.to_string(), "number": made.number}))
}

/// One bank file.
pub fn bank(
    session: &Session,
    file_name: &str,
    format: Option<&str>,
    bytes: &[u8],
) -> Result<ImportedBankFile, Failure> {
    let input = ImportBankFile { file_name, bytes, format };
    app::bank::import(&session.app, &session.actor, session.id(), &input).or_fail()
}

fn file(
    session: &Session,
    args: &ImportArgs,
    path: &Path,
    bytes: &[u8],
    done: &mut Imported,
) -> Result<(), Failure> {
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match bank(session, &file_name, args.format.as_deref(), bytes) {
        Ok(made) => {
            done.imported += 1;
            done.items.push(json!({
                "id": made.id.to_string(), "file": path.display().to_string(), "statements": made.statements,
                "lines_new": made.lines_new, "lines_known": made.lines_known, "warnings": made.warnings,
                "already": made.already,
            }));
            Ok(())
        }
        Err(mut failure) => {
            failure.body.file = Some(path.display().to_string());
            if !args.keep_going {
                return Err(failure);
            }
            done.refused += 1;
            done.errors.push(failure.body);
            Ok(())
        }
    }
}

fn text(done: &Imported) -> String {
    let mut text = vec![format!("{} imported, {} refused", done.imported, done.refused)];
    for item in done.items.iter().filter(|item| item.get("lines_new").is_some()) {
        let of = |name: &str| item.get(name).map(ToString::to_string).unwrap_or_default();
        let file = item.get("file").and_then(Value::as_str).unwrap_or_default();
        if item.get("already") == Some(&Value::Bool(true)) {
            text.push(format!("{file}: imported before; nothing of it is new"));
            continue;
        }
        text.push(format!(
            "{file}: {} statements, {} new lines, {} known already",
            of("statements"),
            of("lines_new"),
            of("lines_known")
        ));
        for warning in item.get("warnings").and_then(Value::as_array).into_iter().flatten() {
            text.push(format!("  warning: {}", warning.as_str().unwrap_or_default()));
        }
    }
    for error in &done.errors {
        let (file, line) = (error.file.as_deref().unwrap_or_default(), error.line.unwrap_or(0));
        text.push(format!("{file}:{line}: {}", error.message));
    }
    text.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_as_an_editor_does_and_blank_ones_skipped() {
        let found: Vec<(u64, &[u8])> = ndjson(b"\xef\xbb\xbf{}\n\n{\"a\":1}\r\n  \n").collect();
        assert_eq!(found, [(1, b"{}".as_slice()), (3, b"{\"a\":1}\r".as_slice())]);
    }
}
