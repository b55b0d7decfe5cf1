//! Whole lists as files (清单): CSV and XLSX of what the lists of JSON give in pages.

use super::dto::leaf::Date;
use super::{
    approvals, attachments, audit, audit_log, bank, bank_details, bills, clearing, closes, company, contacts,
    customers, deliveries, disputes, drafts, imports, invoices, items, jobs, merges, open_items, openings,
    period_unlocks, plugins, proposals, receipts, revaluations, statements, suspense, tax_invoices, users,
};
use crate::http::call::{Answer, Call, Cx};
use crate::http::download::Download;
use crate::http::limits::XLSX_ROWS_MAX;
use crate::http::page::NoFilters;
use crate::http::params::{self, Params};
use crate::http::problem::{Code, Problem};
use crate::spreadsheet::list::{Wanted, write};
use actix_web::guard::GuardContext;
use actix_web::http::header::ACCEPT;
use app::list::{List, Of};
use serde::Deserialize;
use sheets::write::{Format, Language, Output};
use utoipa::IntoParams;

/// Parameters of a list as a file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// csv | xlsx; default: by `Accept`, else csv
    format: Option<String>,
    /// Of the headings: zh | en; default: the company's.
    language: Option<String>,
    /// Day of balances and ages, of a list that has them; default: today in the company's time zone.
    as_of: Option<Date>,
}

impl FileQuery {
    const NAMES: [&str; 3] = ["format", "language", "as_of"];
}

/// Gives a whole list as a file
///
/// customers, contacts, customer-groups, customer-merges, bank-detail-changes, items, invoices, receipts, opening-balances, open-items, disputes, exceptions, bills, deliveries,
/// tax-invoices, drafts, attachments, bank-lines, bank-moves, clearing-accounts, suspense, suspense-totals, proposals, statements,
/// allocations, aging, bank-accounts, bank-files, fx-rates, period-locks, period-unlocks, closes, revaluations, regroupings, tolerances, role-limits, approval-rules,
/// chart, series, users, roles, tokens, plugins, bindings, imports, import-rows, jobs, events, audit-log: out of one snapshot. CSV has all of it, XLSX as
/// many rows as a sheet holds.
/// The lists of that name under `/v1` answer the same file to `Accept: text/csv` (or the media type of XLSX) and to `?format=`. Here
/// and there it is filtered by what the list of JSON is filtered by; import-rows, which are JSON of one import alone, by `import`.
#[utoipa::path(get, path = "/v1/lists/{list}", tag = "lists", params(("list" = String, Path, description = "Its name"), FileQuery),
    responses((status = 200, description = "The file", content(
        (Vec<u8> = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn download_list(call: Call) -> Answer {
    let accepted = call.accepted().and_then(by_accept);
    call.download(move |cx| {
        let name: String = cx.path("list")?;
        let list = List::by_name(&name).ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                format_args!("there is no list {name:?}: see /openapi.json for their names"),
            )
        })?;
        file(cx, list, cx.parameters(), accepted)
    })
    .await
}

/// The list that an address of JSON gives as a file.
pub fn of_path(path: &str) -> Option<List> {
    match path.strip_prefix("/v1/")? {
        // the file of series has what is missing of each
        "series/gaps" => Some(List::Series),
        // those of one thing: the list of all, filtered by it
        "customers/{id}/contacts" => Some(List::Contacts),
        "customers/{id}/open-items" => Some(List::OpenItems),
        "customers/{id}/timeline" => Some(List::AuditLog),
        "imports/{id}/rows" => Some(List::ImportRows),
        name => List::by_name(&name.replace('/', "-")),
    }
}

/// The filter that the path of a list of one thing is.
fn filter_of_path(pattern: &str) -> Option<&'static str> {
    match pattern.strip_prefix("/v1/")?.split_once("/{id}/")?.0 {
        "customers" => Some("customer"),
        "imports" => Some("import"),
        _ => None,
    }
}

/// The same, at the address of a list of JSON.
pub async fn download_here(call: Call) -> Answer {
    let accepted = call.accepted().and_then(by_accept);
    let (list, of_one) = (of_path(call.pattern()), filter_of_path(call.pattern()));
    call.download(move |cx| {
        let none = || Problem::new(Code::Internal, "an address without a list was asked for its file");
        let mut filters = cx.parameters();
        if let Some(name) = of_one {
            filters.put(name, cx.path("id")?)?;
        }
        file(cx, list.ok_or_else(none)?, filters, accepted)
    })
    .await
}

/// Whether a request for a list wants a file of it.
pub fn wants_file(context: &GuardContext<'_>) -> bool {
    let head = context.head();
    let asked =
        head.uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("format=")));
    let accept = head.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    asked || accept.and_then(by_accept).is_some()
}

/// The format of a file that is accepted more than JSON and than anything: of what is accepted as much (RFC 9110 section 12.4.2) the
/// first that is named.
fn by_accept(accept: &str) -> Option<Format> {
    let best = params::accepted(accept).into_iter().find_map(|media| match media.as_str() {
        "application/json" | "application/*" | "*/*" => Some(None),
        media => Format::by_media_type(media).map(Some),
    });
    best.flatten()
}

fn file(cx: &Cx<'_>, list: List, mut filters: Params, accepted: Option<Format>) -> Result<Download, Problem> {
    let FileQuery { format, language, as_of } = filters.take(&FileQuery::NAMES).read()?;
    let format = match format.as_deref() {
        Some(name) => {
            Format::by_name(name).ok_or_else(|| Problem::parameter("format", "is not one of csv, xlsx"))?
        }
        None => accepted.unwrap_or(Format::Csv),
    };
    let locale = match language.as_deref() {
        Some("zh" | "en") => language.unwrap_or_default(),
        Some(_) => return Err(Problem::parameter("language", "is not one of zh, en")),
        None => app::company::get(cx.app, cx.actor, cx.company)?.locale,
    };
    let unwritten = |error: std::io::Error| Problem::internal(Code::Internal, &error);
    let place = cx.place_for_list()?;
    // without a name: whatever becomes of the request, it does not stay
    let temporary = tempfile::tempfile().map_err(unwritten)?;
    let written = filtered(list, &filters, |of| {
        let wanted = Wanted {
            list,
            of,
            format,
            language: Language::of(&locale),
            as_of: as_of.map(|date| date.0),
            rows_max: (format == Format::Xlsx).then_some(XLSX_ROWS_MAX),
        };
        write(cx.app, cx.actor, cx.company, &wanted, Output::File(temporary))
    })?;
    let gone = || Problem::new(Code::Internal, "the file that was written is gone");
    let file = written.output.into_file().ok_or_else(gone)?;
    let name = format!("{}.{}", list.name(), format.name());
    Download::written(format.media_type().to_owned(), name, (file, place))
}

/// Reads what a list of JSON is filtered by, and hands it to `work` as the use-case takes it. A page is of JSON: a file has all that
/// is wanted.
fn filtered<T>(
    list: List,
    filters: &Params,
    work: impl FnOnce(&Of<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    macro_rules! of {
        ($query:ty, |$found:ident| $of:expr) => {{
            let $found: $query = filters.read()?;
            work(&$of)
        }};
    }
    if filters.is_empty() {
        return work(&Of::All);
    }
    match list {
        List::Customers => of!(customers::ListQuery, |q| Of::Customers(q.wanted())),
        List::Contacts => of!(contacts::ListQuery, |q| Of::Contacts(q.wanted())),
        List::CustomerMerges => of!(merges::ListQuery, |q| Of::Merges(q.wanted())),
        List::Disputes => of!(disputes::ListQuery, |q| Of::Disputes(q.wanted()?)),
        List::Exceptions => of!(approvals::ExceptionsQuery, |q| Of::Exceptions(q.wanted()?)),
        List::BankDetailChanges => of!(bank_details::ListQuery, |q| Of::BankDetails(q.wanted()?)),
        List::Items => of!(items::ItemsQuery, |q| Of::Items(q.wanted())),
        List::Invoices => of!(invoices::ListQuery, |q| Of::Documents(q.wanted())),
        List::Receipts => of!(receipts::ReceiptsQuery, |q| Of::Documents(q.wanted())),
        List::OpeningBalances => of!(openings::OpeningsQuery, |q| Of::Documents(q.wanted())),
        List::OpenItems => of!(open_items::ListQuery, |q| Of::OpenItems(q.wanted())),
        List::Allocations => of!(receipts::AllocationsQuery, |q| Of::Allocations(q.item())),
        List::Bills => of!(bills::ListQuery, |q| Of::Bills(q.wanted())),
        List::Deliveries => of!(deliveries::ListQuery, |q| Of::Deliveries(q.wanted())),
        List::TaxInvoices => of!(tax_invoices::ListQuery, |q| Of::TaxInvoices(q.wanted())),
        List::Drafts => of!(drafts::ListQuery, |q| Of::Drafts(q.wanted())),
        List::Attachments => of!(attachments::ListQuery, |q| Of::Attachments(q.of()?)),
        List::BankFiles => of!(bank::FilesQuery, |q| Of::BankFiles(q.wanted()?)),
        List::BankLines => of!(bank::ListQuery, |q| Of::BankLines {
            wanted: q.wanted()?,
            of_each_status: q.of_each_status(),
        }),
        List::BankMoves => of!(clearing::MovesQuery, |q| Of::BankMoves(q.wanted()?)),
        List::Suspense => of!(suspense::SuspenseQuery, |q| Of::Suspense { cleared: q.cleared() }),
        List::Proposals => of!(proposals::ListQuery, |q| Of::Proposals(q.wanted())),
        List::Statements => of!(statements::ListQuery, |q| Of::Statements(q.wanted()?)),
        List::FxRates => of!(company::RatesQuery, |q| Of::FxRates(q.wanted())),
        List::Revaluations => of!(revaluations::RevaluationsQuery, |q| Of::Revaluations(q.wanted())),
        List::Regroupings => of!(revaluations::RevaluationsQuery, |q| Of::Regroupings(q.wanted())),
        List::PeriodUnlocks => of!(period_unlocks::ListQuery, |q| Of::Unlocks(q.state())),
        List::Closes => of!(closes::ListQuery, |q| Of::Closes(q.wanted())),
        List::Users => of!(users::UsersQuery, |q| Of::Users(q.active())),
        List::Tokens => of!(users::TokensQuery, |q| Of::Tokens(q.user()?)),
        List::Plugins => of!(plugins::PluginsQuery, |q| Of::Plugins(q.wanted())),
        List::Bindings => of!(plugins::BindingsQuery, |q| Of::Bindings(q.wanted()?)),
        List::Imports => of!(imports::ListQuery, |q| Of::Imports(q.wanted())),
        List::ImportRows => of!(imports::RowsQuery, |q| Of::ImportRows(q.import()?)),
        List::Jobs => of!(jobs::ListQuery, |q| {
            let (status, kind) = q.wanted();
            Of::Jobs(status, kind)
        }),
        List::Events => of!(audit::EventFilters, |q| Of::Events(q.wanted())),
        List::AuditLog => of!(audit_log::LogQuery, |q| Of::Log(q.wanted())),
        _ => {
            let NoFilters {} = filters.read()?;
            work(&Of::All)
        }
    }
}
