//! Reports at both doors: one answer, four forms. JSON for programs, CSV and XLSX for spreadsheet programs, HTML and PDF to be
//! printed. The figures of all four come out of `app::report`; the files hold no totals, so that a column can be summed.

mod print;
mod table;
mod unbilled;
mod vouchers;

pub(crate) use table::called;
pub use table::{Heading, Table};
pub use vouchers::{shown as shown_voucher, vouchers};

use crate::http::problem::{Code, Problem};
use crate::http::v1::dto::balances::BalancesView;
use crate::http::v1::dto::report::{
    AgingView, LedgerReportView, TaxReportView, TieOutView, TrialBalanceView, UnappliedReportView,
};
use crate::http::v1::dto::unbilled::{TaxInvoicedReportView, UnbilledReportView};
use crate::spreadsheet::import::unwritable;
use app::App;
use app::report::{
    AgingReport, Asked, BalancesReport, LedgerReport, ReportError, TaxInvoicedReport, TaxReport,
    TieOutReport, TrialBalanceReport, UnappliedReport, UnbilledReport,
};
use domain::actor::Actor;
use domain::aging::Manner;
use domain::ids::CompanyId;
use serde::Serialize;
use sheets::write::{Format, Language, Output, Writer};

/// Rows of a page that is laid out.
const PRINTED_MAX: usize = 10_000;

/// Which report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Ledger,
    Balances,
    TrialBalance,
    Aging(Manner),
    Tax,
    Unapplied,
    Unbilled,
    TaxInvoices,
    TieOut,
}

/// A report as it was made.
pub enum Report {
    Ledger(LedgerReport),
    Balances(BalancesReport),
    TrialBalance(TrialBalanceReport),
    Aging(AgingReport),
    Tax(TaxReport),
    Unapplied(UnappliedReport),
    Unbilled(UnbilledReport),
    TaxInvoices(TaxInvoicedReport),
    TieOut(TieOutReport),
}

/// A report as JSON.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum View {
    Ledger(LedgerReportView),
    Balances(BalancesView),
    TrialBalance(TrialBalanceView),
    Aging(AgingView),
    Tax(TaxReportView),
    Unapplied(UnappliedReportView),
    Unbilled(UnbilledReportView),
    TaxInvoices(TaxInvoicedReportView),
    TieOut(TieOutView),
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    Sheet(Format),
    Html,
    Pdf,
}

impl Form {
    pub const ALL: [Form; 5] =
        [Form::Json, Form::Sheet(Format::Csv), Form::Sheet(Format::Xlsx), Form::Html, Form::Pdf];
    pub const fn name(self) -> &'static str {
        match self {
            Form::Json => "json",
            Form::Sheet(format) => format.name(),
            Form::Html => "html",
            Form::Pdf => "pdf",
        }
    }
    pub const fn media_type(self) -> &'static str {
        match self {
            Form::Json => "application/json",
            Form::Sheet(format) => format.media_type(),
            Form::Html => "text/html; charset=utf-8",
            Form::Pdf => "application/pdf",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Form::ALL.into_iter().find(|form| form.name() == name)
    }
    /// By a media type without its parameters.
    pub fn by_media_type(media: &str) -> Option<Self> {
        Form::ALL.into_iter().find(|form| form.media_type().split(';').next() == Some(media))
    }
    /// Whether it is laid out: that needs the renderer.
    pub const fn is_printed(self) -> bool {
        matches!(self, Form::Html | Form::Pdf)
    }
}

/// Makes a report.
///
/// # Errors
/// Those of `app::report`.
pub fn make(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    kind: &Kind,
    asked: &Asked,
) -> Result<Report, ReportError> {
    Ok(match kind {
        Kind::Ledger => Report::Ledger(app::report::ledger(app, actor, company, asked)?),
        Kind::Balances => Report::Balances(app::report::balances(app, actor, company, asked)?),
        Kind::TrialBalance => Report::TrialBalance(app::report::trial_balance(app, actor, company, asked)?),
        Kind::Aging(manner) => Report::Aging(app::report::aging(app, actor, company, asked, manner)?),
        Kind::Tax => Report::Tax(app::report::tax(app, actor, company, asked)?),
        Kind::Unapplied => Report::Unapplied(app::report::unapplied(app, actor, company, asked)?),
        Kind::Unbilled => Report::Unbilled(app::report::unbilled(app, actor, company, asked)?),
        Kind::TaxInvoices => Report::TaxInvoices(app::report::tax_invoiced(app, actor, company, asked)?),
        Kind::TieOut => Report::TieOut(app::report::tie_out(app, actor, company, asked)?),
    })
}

impl Report {
    /// As JSON.
    pub fn view(self) -> View {
        match self {
            Report::Ledger(of) => View::Ledger(of.into()),
            Report::Balances(of) => View::Balances(of.into()),
            Report::TrialBalance(of) => View::TrialBalance(of.into()),
            Report::Aging(of) => View::Aging(of.into()),
            Report::Tax(of) => View::Tax(of.into()),
            Report::Unapplied(of) => View::Unapplied(of.into()),
            Report::Unbilled(of) => View::Unbilled(of.into()),
            Report::TaxInvoices(of) => View::TaxInvoices(of.into()),
            Report::TieOut(of) => View::TieOut((&of).into()),
        }
    }
    /// Whether what it is about holds; the others are refused before they are reports.
    pub fn holds(&self) -> bool {
        match self {
            Report::TieOut(of) => of.holds(),
            _ => true,
        }
    }
}

/// The bytes of a report in a form that is no JSON, and its file name.
///
/// # Errors
/// No renderer; too much to be laid out.
pub fn file(
    app: &App,
    report: &Report,
    form: Form,
    language: Language,
) -> Result<(String, Vec<u8>), Problem> {
    table_file(app, &Table::of(report, language), form, language)
}

/// As [`file`], of a table.
///
/// # Errors
/// Those of [`file`].
pub fn table_file(
    app: &App,
    table: &Table,
    form: Form,
    language: Language,
) -> Result<(String, Vec<u8>), Problem> {
    let bytes = match form {
        Form::Json => Vec::new(),
        Form::Sheet(format) => sheet(table, format, language)?,
        Form::Html | Form::Pdf => printed(app, table, form, language)?,
    };
    Ok((format!("{}.{}", table.file_name(), form.name()), bytes))
}

fn sheet(table: &Table, format: Format, language: Language) -> Result<Vec<u8>, Problem> {
    let headings: Vec<&str> = table.columns.iter().map(|column| column.text(language)).collect();
    let written = || {
        let mut writer = Writer::with_headings(format, Output::memory(), table.name, &headings)?;
        table.rows.iter().filter(|row| row.is_body()).try_for_each(|row| writer.row(&row.cells))?;
        writer.finish()
    };
    Ok(written().map_err(|error| unwritable(&error))?.into_bytes())
}

fn printed(app: &App, table: &Table, form: Form, language: Language) -> Result<Vec<u8>, Problem> {
    if table.rows.len() > PRINTED_MAX {
        let why = format!(
            "the report has {} rows, more than the {PRINTED_MAX} that are laid out: take it as csv or xlsx, or of one customer",
            table.rows.len()
        );
        return Err(Problem::new(Code::RuleRefused, why));
    }
    let no_font = || Problem::new(Code::NoFont, "the host has no font to lay reports out with");
    let renderer = app.renderer.as_ref().ok_or_else(no_font)?;
    let document = print::document(table, language);
    let assets = render::Assets::default();
    let broken = |error: render::RenderError| Problem::internal(Code::Internal, &error);
    Ok(match form {
        Form::Pdf => renderer.pdf(&document, &assets).map_err(broken)?.bytes,
        _ => renderer.html(&document, &assets).map_err(broken)?.into_bytes(),
    })
}
