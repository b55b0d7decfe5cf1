//! Whole lists as files (清单): CSV and XLSX of what the lists of JSON give in pages.

use super::dto::leaf::Date;
use crate::http::call::{Answer, Call, Cx};
use crate::http::download::Download;
use crate::http::params;
use crate::http::problem::{Code, Problem};
use crate::spreadsheet::list::{Wanted, write};
use actix_web::guard::GuardContext;
use actix_web::http::header::ACCEPT;
use app::list::List;
use serde::Deserialize;
use sheets::write::{Format, Language, Output};
use utoipa::IntoParams;

/// Rows of a file that is held in memory.
const ROWS_MAX: u64 = 100_000;

/// Parameters of a list as a file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// csv | xlsx; default: by `Accept`, else csv
    format: Option<String>,
    /// Of the headings: zh | en; default: the company's.
    language: Option<String>,
    /// Day of balances and ages; default: today in the company's time zone.
    as_of: Option<Date>,
}

/// Gives a whole list as a file
///
/// customers, contacts, customer-groups, customer-merges, items, invoices, receipts, opening-balances, open-items, disputes, bills, deliveries,
/// tax-invoices, drafts, attachments, bank-lines, bank-moves, clearing-accounts, suspense, suspense-totals, proposals, statements,
/// allocations, aging, bank-accounts, bank-files, fx-rates, period-locks, closes, revaluations, tolerances, role-limits, approval-rules,
/// chart, series, users, roles, tokens, plugins, bindings, imports, import-rows, jobs, events: out of one snapshot, at most 100,000 rows.
/// The lists of that name under `/v1` answer the same file to `Accept: text/csv` (or the media type of XLSX) and to `?format=`.
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
        file(cx, list, accepted)
    })
    .await
}

/// The list that an address of JSON gives as a file.
pub fn of_path(path: &str) -> Option<List> {
    match path.strip_prefix("/v1/")? {
        // the file of series has what is missing of each
        "series/gaps" => Some(List::Series),
        name => List::by_name(&name.replace('/', "-")),
    }
}

/// The same, at the address of a list of JSON.
pub async fn download_here(call: Call) -> Answer {
    let accepted = call.accepted().and_then(by_accept);
    let list = of_path(call.pattern());
    call.download(move |cx| {
        let none = || Problem::new(Code::Internal, "an address without a list was asked for its file");
        file(cx, list.ok_or_else(none)?, accepted)
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

/// The format that is accepted most, unless JSON or anything is accepted as much.
fn by_accept(accept: &str) -> Option<Format> {
    let best = params::accepted(accept).into_iter().find_map(|media| match media.as_str() {
        "application/json" | "application/*" | "*/*" => Some(None),
        media => Format::by_media_type(media).map(Some),
    });
    best.flatten()
}

fn file(cx: &Cx<'_>, list: List, accepted: Option<Format>) -> Result<Download, Problem> {
    let FileQuery { format, language, as_of } = cx.query()?;
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
    let wanted = Wanted {
        list,
        format,
        language: Language::of(&locale),
        as_of: as_of.map(|date| date.0),
        rows_max: Some(ROWS_MAX),
    };
    let written = write(cx.app, cx.actor, cx.company, &wanted, Output::memory())?;
    let file_name = format!("{}.{}", list.name(), format.name());
    Ok(Download::file(format.media_type().to_owned(), file_name, written.output.into_bytes()))
}
