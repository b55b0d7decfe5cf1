//! `zhangben report …`: the reports of `/v1/reports`, printed or as a file.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Session, Stage, date};
use crate::reports::{Form, Kind, Report, Table, file, make};
use crate::wiring::Needs;
use app::customer::CustomerRef;
use app::report::Asked;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::aging::{Basis, Edges, Manner, MissingDue};
use serde_json::json;
use sheets::write::{Language, Value};
use std::io::Write as _;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Movements of customers with a running balance
    #[command(
        after_help = "Examples:\n  zhangben report ledger --customer C1001 --from 2026-11-01 --as-of 2026-11-30\n  zhangben report ledger --to ledger.xlsx"
    )]
    Ledger(LedgerArgs),
    /// What each customer owes
    #[command(after_help = "Example:\n  zhangben report balances --as-of 2026-11-30 --to balances.xlsx")]
    Balances(OpenArgs),
    /// Balances of all accounts, debits against credits
    #[command(after_help = "Example:\n  zhangben report trial-balance --from 2026-11-01 --as-of 2026-11-30")]
    TrialBalance(AccountsArgs),
    /// Open receivables by age
    #[command(
        after_help = "Examples:\n  zhangben report aging --as-of 2026-11-30\n  zhangben report aging --basis fifo --edges 30,60,90,180,365 --to aging.pdf"
    )]
    Aging(AgingArgs),
    /// Tax of documents by code and rate
    #[command(
        after_help = "Example:\n  zhangben report tax --from 2026-11-01 --as-of 2026-11-30 --to tax.csv"
    )]
    Tax(LedgerArgs),
    /// Receipts and credit notes that pay nothing yet
    #[command(after_help = "Example:\n  zhangben report unapplied --as-of 2026-11-30")]
    Unapplied(OpenArgs),
    /// Delivered and not billed, billed and not delivered
    #[command(after_help = "Example:\n  zhangben report unbilled --as-of 2026-11-30 --to unbilled.xlsx")]
    Unbilled(OpenArgs),
    /// Documents without a tax invoice, tax invoices without documents
    #[command(after_help = "Example:\n  zhangben report tax-invoices --as-of 2026-11-30")]
    TaxInvoices(OpenArgs),
    /// Control accounts against customers, open items and ages
    #[command(
        after_help = "Example:\n  zhangben report tie-out --as-of 2026-11-30\n\nEnds with code 0 if everything ties out, 1 if something does not."
    )]
    TieOut(TieOutArgs),
}

/// What every report takes.
#[derive(Debug, Args)]
pub struct Common {
    #[command(flatten)]
    scope: Scope,
    /// Effective up to this day [default: today in the company's time zone]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<NaiveDate>,
    /// Position in the seal chain [default: all that is sealed]
    #[arg(long, value_name = "POSITION")]
    known_at: Option<u64>,
    /// A file instead of the screen; one that is there is not overwritten
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// csv, xlsx, html, pdf or json [default: by the file's name]
    #[arg(long, value_parser = form, requires = "to")]
    format: Option<Form>,
    /// Language of a file: zh or en [default: the company's]
    #[arg(long, value_parser = ["zh", "en"])]
    language: Option<String>,
}

#[derive(Debug, Args)]
pub struct LedgerArgs {
    #[command(flatten)]
    common: Common,
    /// Code or id [default: all customers]
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<CustomerRef>,
    /// First day [default: from the beginning]
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct AccountsArgs {
    #[command(flatten)]
    common: Common,
    /// First day of what moved [default: from the beginning]
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct AgingArgs {
    #[command(flatten)]
    common: Common,
    /// Code or id [default: all customers]
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<CustomerRef>,
    /// due-date, document-date or fifo (an estimate) [default: due-date]
    #[arg(long, value_parser = basis)]
    basis: Option<Basis>,
    /// Last days of the buckets after not due [default: 30,60,90]
    #[arg(long, value_name = "DAYS")]
    edges: Option<Edges>,
    /// What serves a receivable without a due date: document-date or not-due [default: document-date]
    #[arg(long, value_parser = missing)]
    missing_due_date: Option<MissingDue>,
}

#[derive(Debug, Args)]
pub struct OpenArgs {
    #[command(flatten)]
    common: Common,
    /// Code or id [default: all customers]
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<CustomerRef>,
}

#[derive(Debug, Args)]
pub struct TieOutArgs {
    #[command(flatten)]
    common: Common,
}

pub(super) fn form(text: &str) -> Result<Form, String> {
    Form::by_name(text).ok_or_else(|| "must be csv, xlsx, html, pdf or json".to_owned())
}

fn basis(text: &str) -> Result<Basis, String> {
    Basis::by_name(text).ok_or_else(|| "must be due-date, document-date or fifo".to_owned())
}

fn missing(text: &str) -> Result<MissingDue, String> {
    MissingDue::by_name(text).ok_or_else(|| "must be document-date or not-due".to_owned())
}

pub fn run(stage: &Stage, command: &ReportCommand) -> Result<(), Failure> {
    let none = || (None, None);
    let (kind, common, (customer, from)) = match command {
        ReportCommand::Ledger(args) => (Kind::Ledger, &args.common, (args.customer.clone(), args.from)),
        ReportCommand::Tax(args) => (Kind::Tax, &args.common, (args.customer.clone(), args.from)),
        ReportCommand::TrialBalance(args) => (Kind::TrialBalance, &args.common, (None, args.from)),
        ReportCommand::Aging(args) => {
            let manner = Manner {
                basis: args.basis.unwrap_or_default(),
                edges: args.edges.clone().unwrap_or_default(),
                missing: args.missing_due_date.unwrap_or_default(),
            };
            (Kind::Aging(manner), &args.common, (args.customer.clone(), None))
        }
        ReportCommand::Balances(args) => (Kind::Balances, &args.common, (args.customer.clone(), None)),
        ReportCommand::Unapplied(args) => (Kind::Unapplied, &args.common, (args.customer.clone(), None)),
        ReportCommand::Unbilled(args) => (Kind::Unbilled, &args.common, (args.customer.clone(), None)),
        ReportCommand::TaxInvoices(args) => (Kind::TaxInvoices, &args.common, (args.customer.clone(), None)),
        ReportCommand::TieOut(args) => (Kind::TieOut, &args.common, none()),
    };
    let to = common.to.as_ref().map(|to| {
        let by_name = to.extension().and_then(|e| e.to_str()).and_then(Form::by_name);
        (to, common.format.or(by_name))
    });
    let to = match to {
        Some((to, Some(form))) => Some((to, form)),
        None => None,
        Some((to, None)) => {
            let name = to.display();
            return Err(Failure::usage(format!(
                "say what {name} shall be: --format csv, xlsx, html, pdf or json"
            )));
        }
    };
    let needs = Needs { font: to.is_some_and(|(_, form)| form.is_printed()), ..Needs::default() };
    let session = stage.enter_with(&common.scope, needs)?;
    let asked = Asked { customer, from, as_of: common.as_of, known_at: common.known_at, rows_max: None };
    let work = || {
        // without a server nobody keeps checkpoints; a report is as right without, and slower
        if let Err(error) = app::checkpoint::keep_due(&session.app, session.id()) {
            tracing::warn!(%error, "checkpoints were not brought up to date");
        }
        make(&session.app, &session.actor, session.id(), &kind, &asked)
    };
    let report = session.out.busy("reporting", work).or_fail()?;
    let holds = report.holds();
    match to {
        Some((to, form)) => write(&session, report, (to, form), common.language.as_deref())?,
        None => show(&session, report, common.language.as_deref())?,
    }
    if holds { Ok(()) } else { Err(Failure::told()) }
}

fn write(
    session: &Session,
    report: Report,
    (to, form): (&PathBuf, Form),
    language: Option<&str>,
) -> Result<(), Failure> {
    let language = Language::of(language.unwrap_or(&session.company.locale));
    let rows = Table::of(&report, language).rows.len();
    let bytes = match form {
        Form::Json => serde_json::to_vec_pretty(&report.view())
            .map_err(|e| Failure::new(super::failure::Exit::Internal, "internal", e))?,
        form => file(&session.app, &report, form, language).map_err(Failure::from)?.1,
    };
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(to);
    let put = made.and_then(|mut made| {
        // half a report is none
        made.write_all(&bytes).inspect_err(|_| drop(std::fs::remove_file(to)))
    });
    put.map_err(|error| Failure::file("write", to, &error))?;
    let name = to.display().to_string();
    let document = json!({"to": name, "format": form.name(), "rows": rows});
    session.out.result(&document, || {
        format!("{} in {name}", super::out::count(u64::try_from(rows).unwrap_or(u64::MAX), "row"))
    })
}

fn show(session: &Session, report: Report, language: Option<&str>) -> Result<(), Failure> {
    // a terminal is English unless it is asked otherwise, as every other command is
    let language = Language::of(language.unwrap_or("en"));
    let of = Table::of(&report, language);
    session.out.result(&report.view(), || {
        let facts =
            of.facts.iter().map(|(label, value)| format!("{} {}", label.heading(language), cell(value)));
        let mut text = vec![of.title.heading(language).to_owned(), facts.collect::<Vec<_>>().join(" · ")];
        text.extend(of.notes.iter().map(|note| note.heading(language).to_owned()));
        let columns: Vec<Column<'_>> = of
            .columns
            .iter()
            .map(|column| match column.figure {
                true => Column::Figure(column.text(language)),
                false => Column::Text(column.text(language)),
            })
            .collect();
        text.push(table(&columns, of.rows.iter().map(|row| row.cells.iter().map(cell).collect())));
        text.join("\n")
    })
}

fn cell(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.clone(),
        Value::Money(amount, currency) => amount.format(*currency),
        Value::Decimal(decimal) => money::normal_form(*decimal),
        Value::Date(date) => date.to_string(),
        Value::Instant(at) => sheets::write::instant(*at),
        Value::Count(count) => count.to_string(),
    }
}
