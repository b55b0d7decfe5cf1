//! Reports (报表): the same figures as JSON, CSV, XLSX and to be printed.

use super::dto::balances::BalancesView;
use super::dto::leaf::{CustomerName, Date};
use super::dto::report::{
    AgingView, LedgerReportView, TaxReportView, TieOutView, TrialBalanceView, UnappliedReportView,
};
use super::dto::unbilled::{TaxInvoicedReportView, UnbilledReportView};
use crate::http::call::{Answer, Call, Cx};
use crate::http::download::Download;
use crate::http::page::Position;
use crate::http::params;
use crate::http::problem::Problem;
use crate::reports::{Form, Kind, file, make};
use app::customer::CustomerRef;
use app::report::Asked;
use chrono::NaiveDate;
use domain::aging::{Basis, Edges, Manner, MissingDue};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sheets::write::Language;
use utoipa::IntoParams;

/// Rows of a report that is held in memory.
const ROWS_MAX: u64 = 100_000;

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize, IntoParams)]
        #[into_params(parameter_in = Query)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$of])* $field: Option<$type>,)*
            /// Effective up to this day; default: today in the company's time zone.
            as_of: Option<Date>,
            /// Position in the seal chain; default: everything that is sealed.
            known_at: Option<Position>,
            /// json | csv | xlsx | html | pdf; default: by `Accept`, else json
            format: Option<String>,
            /// Of a file, its headings and the names of its accounts: zh | en; default: the company's.
            language: Option<String>,
        }

        impl ReportQuery for $name {
            fn frame(&self) -> Frame<'_> {
                let $name { as_of, known_at, format, language, .. } = self;
                let (as_of, known_at) = (as_of.as_ref().map(|date| date.0), known_at.map(Position::get));
                Frame { as_of, known_at, format: format.as_deref(), language: language.as_deref() }
            }
        }
    )*};
}

/// What every report is asked.
struct Frame<'a> {
    as_of: Option<NaiveDate>,
    known_at: Option<u64>,
    format: Option<&'a str>,
    language: Option<&'a str>,
}

/// The parameters of a report.
trait ReportQuery: DeserializeOwned {
    fn frame(&self) -> Frame<'_>;
}

queries! {
    /// Of movements.
    LedgerQuery {
        /// Code or id; default: all of them.
        customer: CustomerName,
        /// First day; default: from the beginning.
        from: Date,
    }
    /// Of accounts.
    AccountsQuery {
        /// First day of what moved; default: from the beginning.
        from: Date,
    }
    /// Of ages.
    AgingQuery {
        /// Code or id; default: all of them.
        customer: CustomerName,
        /// due-date | document-date | fifo (an estimate); default: due-date
        basis: String,
        /// Last days of the buckets after *not due*, rising; default: 30,60,90
        edges: String,
        /// What serves a receivable without a due date: document-date | not-due; default: document-date
        missing_due_date: String,
    }
    /// Of what is open.
    OpenQuery {
        /// Code or id; default: all of them.
        customer: CustomerName,
    }
    /// Of control accounts.
    TieOutQuery {}
}

impl LedgerQuery {
    fn narrow(&self, asked: Asked) -> Asked {
        let from = self.from.as_ref().map(|date| date.0);
        Asked { customer: name(self.customer.as_ref()), from, ..asked }
    }
}

fn name(customer: Option<&CustomerName>) -> Option<CustomerRef> {
    customer.map(|name| name.0.clone())
}

/// Makes a report and answers its file, or its JSON. `of` says which it is, and adds to what is asked what this report alone takes.
async fn report<Q: ReportQuery>(
    call: Call,
    of: impl FnOnce(&Q, Asked) -> Result<(Kind, Asked), Problem> + Send + 'static,
) -> Answer {
    let accepted = call.accepted().map(str::to_owned);
    call.download(move |cx| {
        let query: Q = cx.query()?;
        let Frame { as_of, known_at, format, language } = query.frame();
        let asked = Asked { as_of, known_at, rows_max: Some(ROWS_MAX), ..Asked::default() };
        let (kind, asked) = of(&query, asked)?;
        let (form, language) = form_of(cx, FileForm { format, language }, accepted.as_deref())?;
        let report = make(cx.app, cx.actor, cx.company, &kind, &asked)?;
        if form == Form::Json {
            return Download::json(&report.view());
        }
        let (name, bytes) = file(cx.app, &report, form, language)?;
        Ok(Download::file(form.media_type().to_owned(), name, bytes))
    })
    .await
}

/// Parameters of what may be a file.
pub(super) struct FileForm<'a> {
    pub format: Option<&'a str>,
    pub language: Option<&'a str>,
}

/// The form and the language that are asked for.
pub(super) fn form_of(
    cx: &Cx<'_>,
    asked: FileForm<'_>,
    accepted: Option<&str>,
) -> Result<(Form, Language), Problem> {
    let form = form(asked.format, accepted)?;
    let locale = match asked.language {
        Some(language @ ("zh" | "en")) => language.to_owned(),
        Some(_) => return Err(Problem::parameter("language", "is not one of zh, en")),
        None => app::company::get(cx.app, cx.actor, cx.company)?.locale,
    };
    Ok((form, Language::of(&locale)))
}

/// The form that is named, else the one that is accepted most.
fn form(named: Option<&str>, accepted: Option<&str>) -> Result<Form, Problem> {
    if let Some(name) = named {
        let refuse = || Problem::parameter("format", "is not one of json, csv, xlsx, html, pdf");
        return Form::by_name(name).ok_or_else(refuse);
    }
    let media = params::accepted(accepted.unwrap_or_default());
    Ok(media.iter().find_map(|one| Form::by_media_type(one)).unwrap_or(Form::Json))
}

/// The ledger of customers with a running balance
///
/// By customer, control account and currency: the balance before the first day, each movement with the balance after it, the
/// closing. Beside the account's number stands its name on the last day. At most 100,000 rows.
#[utoipa::path(get, path = "/v1/reports/ledger", tag = "reports", params(LedgerQuery),
    responses((status = 200, description = "The report", content(
        (LedgerReportView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_ledger(call: Call) -> Answer {
    report(call, |query: &LedgerQuery, asked| Ok((Kind::Ledger, query.narrow(asked)))).await
}

/// Balances of customers
///
/// By customer, control account and currency: what is owed, what is unapplied, the balance. Accounts with nothing open are left out.
/// In files the account's name on the day stands beside its number.
#[utoipa::path(get, path = "/v1/reports/balances", tag = "reports", params(OpenQuery),
    responses((status = 200, description = "The report", content(
        (BalancesView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_balances(call: Call) -> Answer {
    report(call, |query: &OpenQuery, asked| {
        Ok((Kind::Balances, Asked { customer: name(query.customer.as_ref()), ..asked }))
    })
    .await
}

/// Balances of all accounts
///
/// In the currency of the postings and in base currency, with what moved since the first day. Debits are credits, or it is refused.
/// Accounts are called what they are on the last day.
#[utoipa::path(get, path = "/v1/reports/trial-balance", tag = "reports", params(AccountsQuery),
    responses((status = 200, description = "The report", content(
        (TrialBalanceView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_trial_balance(call: Call) -> Answer {
    report(call, |query: &AccountsQuery, asked| {
        Ok((Kind::TrialBalance, Asked { from: query.from.as_ref().map(|date| date.0), ..asked }))
    })
    .await
}

/// Open receivables by age
///
/// Σ ages − unapplied = Σ open items = the control account's balance, or it is refused. Credits stand in a column of their own.
/// `fifo` is an estimate: it leaves aside what was allocated and lets credits pay the oldest debits.
#[utoipa::path(get, path = "/v1/reports/aging", tag = "reports", params(AgingQuery),
    responses((status = 200, description = "The report", content(
        (AgingView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_aging(call: Call) -> Answer {
    report(call, |query: &AgingQuery, asked| {
        Ok((Kind::Aging(manner(query)?), Asked { customer: name(query.customer.as_ref()), ..asked }))
    })
    .await
}

fn manner(query: &AgingQuery) -> Result<Manner, Problem> {
    let basis = query.basis.as_deref().map_or(Some(Basis::default()), Basis::by_name);
    let basis =
        basis.ok_or_else(|| Problem::parameter("basis", "is not one of due-date, document-date, fifo"))?;
    let missing = query.missing_due_date.as_deref().map_or(Some(MissingDue::default()), MissingDue::by_name);
    let missing = missing
        .ok_or_else(|| Problem::parameter("missing_due_date", "is not one of document-date, not-due"))?;
    let edges = match query.edges.as_deref() {
        None => Edges::default(),
        Some(text) => text.parse().map_err(|error| Problem::parameter("edges", error))?,
    };
    Ok(Manner { basis, edges, missing })
}

/// Tax of documents by code and rate
///
/// Of the documents that are effective in the span, beside what the tax accounts moved; on paper each of these with its name.
#[utoipa::path(get, path = "/v1/reports/tax", tag = "reports", params(LedgerQuery),
    responses((status = 200, description = "The report", content(
        (TaxReportView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_tax(call: Call) -> Answer {
    report(call, |query: &LedgerQuery, asked| Ok((Kind::Tax, query.narrow(asked)))).await
}

/// Credits that pay nothing yet
///
/// Receipts, credit notes and returns that are open, with their age.
#[utoipa::path(get, path = "/v1/reports/unapplied", tag = "reports", params(OpenQuery),
    responses((status = 200, description = "The report", content(
        (UnappliedReportView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_unapplied(call: Call) -> Answer {
    report(call, |query: &OpenQuery, asked| {
        Ok((Kind::Unapplied, Asked { customer: name(query.customer.as_ref()), ..asked }))
    })
    .await
}

/// What was delivered and not billed, and what was billed and not delivered
///
/// What the ledger accrues for deliveries (应收未开票) is the balance of its control account, or it is refused. What was billed and not
/// delivered is asked of companies that work with deliveries.
#[utoipa::path(get, path = "/v1/reports/unbilled", tag = "reports", params(OpenQuery),
    responses((status = 200, description = "The report", content(
        (UnbilledReportView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_unbilled(call: Call) -> Answer {
    report(call, |query: &OpenQuery, asked| {
        Ok((Kind::Unbilled, Asked { customer: name(query.customer.as_ref()), ..asked }))
    })
    .await
}

/// Documents without a tax invoice, and tax invoices without documents
///
/// Those that stood on the day, whole or in part.
#[utoipa::path(get, path = "/v1/reports/tax-invoices", tag = "reports", params(OpenQuery),
    responses((status = 200, description = "The report", content(
        (TaxInvoicedReportView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_tax_invoices(call: Call) -> Answer {
    report(call, |query: &OpenQuery, asked| {
        Ok((Kind::TaxInvoices, Asked { customer: name(query.customer.as_ref()), ..asked }))
    })
    .await
}

/// Control accounts against customers, open items and ages
///
/// Answered 200 also where it does not hold: `holds` says so, the rows and `not_tied` say where.
#[utoipa::path(get, path = "/v1/reports/tie-out", tag = "reports", params(TieOutQuery),
    responses((status = 200, description = "The report", content(
        (TieOutView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn report_tie_out(call: Call) -> Answer {
    report(call, |_: &TieOutQuery, asked| Ok((Kind::TieOut, asked))).await
}
