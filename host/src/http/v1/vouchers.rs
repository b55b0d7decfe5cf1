//! Vouchers (记账凭证): numbered by month, read as JSON, CSV, XLSX and to be printed, handed over to the general ledger.

use super::dto::job::EnqueuedView;
use super::dto::leaf::Month;
use super::dto::voucher::{NumberedView, SortName, VoucherExportOut, VoucherMonthBody, VouchersView};
use super::jobs::{PreferHeader, later};
use super::reports::{FileForm, form_of};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::download::Download;
use crate::http::page::PageQuery;
use crate::reports::{Form, table_file, vouchers};
use actix_web::http::StatusCode;
use app::job::JobKind;
use app::voucher;
use domain::voucher::Sort;
use serde::Deserialize;
use std::str::FromStr;
use utoipa::IntoParams;

/// Lines of a month that are held in memory.
const LINES_MAX: u64 = 100_000;

/// Which vouchers, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VouchersQuery {
    /// Of the entries' effective dates.
    period: Month,
    /// Of this sort only: 记, 收, 付 or 转.
    sort: Option<SortName>,
    /// json | csv | xlsx | html | pdf; default: by `Accept`, else json
    format: Option<String>,
    /// Of a file, its headings and the names of its accounts: zh | en; default: the company's.
    language: Option<String>,
}

/// A sort in a cursor.
struct SortKey(Sort);

impl FromStr for SortKey {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Sort::by_name(text).map(SortKey).ok_or(())
    }
}

/// The vouchers of a month
///
/// Those that have a number, with their postings by debit and credit: by sort and number, in pages as JSON, all of them as a file.
/// Accounts are called what they are on the voucher's day. At most 100,000 lines.
#[utoipa::path(get, path = "/v1/vouchers", tag = "reports", params(PageQuery, VouchersQuery),
    responses((status = 200, description = "The vouchers", content(
        (VouchersView = "application/json"), (Vec<u8> = "text/csv"), (String = "text/html"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
pub async fn list_vouchers(call: Call) -> Answer {
    let accepted = call.accepted().map(str::to_owned);
    call.download(move |cx| {
        let (query, paging) = cx.page::<VouchersQuery>()?;
        let asked = FileForm { format: query.format.as_deref(), language: query.language.as_deref() };
        let (form, language) = form_of(cx, asked, accepted.as_deref())?;
        let of = (query.period.0, query.sort.map(Sort::from));
        if form == Form::Json {
            let after: Option<(SortKey, u64)> = paging.pair()?;
            let after = after.map(|(SortKey(sort), number)| (sort, number));
            let report = voucher::page_of_month(cx.app, cx.actor, cx.company, of, after, paging.rows())?;
            return Download::json(&VouchersView::page(report, &paging));
        }
        paging.whole()?;
        let report = voucher::of_month(cx.app, cx.actor, cx.company, of, Some(LINES_MAX))?;
        let (name, bytes) = table_file(cx.app, &vouchers(&report, language), form, language)?;
        Ok(Download::file(form.media_type().to_owned(), name, bytes))
    })
    .await
}

/// Numbers the entries of a month that have no number yet
///
/// In the order of the chain, from 1 in each sort, without a gap. A number never changes; a late entry of an open month gets the
/// next one.
#[utoipa::path(post, path = "/v1/vouchers", tag = "reports", request_body = VoucherMonthBody, params(PreferHeader),
    responses((status = 200, description = "What was numbered", body = NumberedView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn number_vouchers(call: Call, body: JsonBody) -> Answer {
    if call.respond_async() {
        let what = (JobKind::NumberVouchers, false);
        return later::<VoucherMonthBody>(call, body, what, |_, body| Ok(body)).await;
    }
    call.write(StatusCode::OK, body, |cx, body: VoucherMonthBody| {
        Ok(NumberedView::from(voucher::number(cx.app, cx.actor, cx.company, body.period.0)?))
    })
    .await
}

/// Records that all vouchers of a month were handed over to the general ledger
///
/// Numbers what waits first. The close looks at it: what is posted later has to be handed over again.
#[utoipa::path(post, path = "/v1/vouchers/exports", tag = "reports", request_body = VoucherMonthBody,
    responses((status = 201, description = "What was handed over", body = VoucherExportOut)))]
pub async fn export_vouchers(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: VoucherMonthBody| {
        Ok(VoucherExportOut::from(voucher::export(cx.app, cx.actor, cx.company, body.period.0)?))
    })
    .await
}
