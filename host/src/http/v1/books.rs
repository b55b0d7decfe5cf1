//! How a company keeps its books: settings (账簿设置), chart of accounts (会计科目表), number series (编号规则).

use super::dto::books::{
    BooksBody, ChartLineBody, ChartLineOut, ChartOut, ChartTemplateBody, SeriesBody, SeriesGapsView,
    SeriesListView, SeriesOut, VoidBody, VoidedView,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{NoFilters, PageQuery};
use crate::http::precondition::{IfMatchRequired, Tag};
use crate::http::problem::{Code, Problem};
use actix_web::http::StatusCode;
use app::books;
use store::Tx;

fn current_books(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&BooksBody::from(books::held_settings(tx, cx.company)?))
}

/// Shows fiscal year and manner of vouchers
#[utoipa::path(get, path = "/v1/books", tag = "company",
    responses((status = 200, description = "As chosen, else as usual in China", body = BooksBody)))]
pub async fn show_books(call: Call) -> Answer {
    call.read(|cx| Ok(BooksBody::from(books::settings(cx.app, cx.actor, cx.company)?))).await
}

/// Chooses fiscal year and manner of vouchers
///
/// The fiscal year until something is posted, the manner of vouchers until one has a number.
#[utoipa::path(put, path = "/v1/books", tag = "company", request_body = BooksBody, params(IfMatchRequired),
    responses((status = 200, description = "As it is now", body = BooksBody)))]
pub async fn put_books(call: Call, body: JsonBody) -> Answer {
    call.replacing(current_books)
        .write(StatusCode::OK, body, |cx, body: BooksBody| {
            let chosen = (body.first_month, body.voucher_sorts.into(), body.reversal_style.into());
            Ok(BooksBody::from(books::put_settings(cx.app, cx.actor, cx.company, chosen)?))
        })
        .await
}

fn current_chart(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&ChartOut::from(books::held_chart(tx, cx.company)?))
}

/// Shows the chart of accounts
///
/// Every role with its account, then the company's own accounts; also as a file.
#[utoipa::path(get, path = "/v1/chart", tag = "company",
    responses((status = 200, description = "All of it", body = ChartOut)))]
pub async fn show_chart(call: Call) -> Answer {
    call.read(|cx| Ok(ChartOut::from(books::chart(cx.app, cx.actor, cx.company)?))).await
}

/// Gives a role of accounts, or a part of it, an account
///
/// From the beginning while nothing is posted on those it has, else from a day after the last posting: what is posted keeps its
/// account. A control account with postings stays. With the role `own` it names an account of the company's own, or renames it.
#[utoipa::path(put, path = "/v1/chart", tag = "company", request_body = ChartLineBody, params(IfMatchRequired),
    responses((status = 200, description = "The line", body = ChartLineOut)))]
pub async fn put_chart(call: Call, body: JsonBody) -> Answer {
    call.replacing(current_chart)
        .write(StatusCode::OK, body, |cx, body: ChartLineBody| {
            Ok(ChartLineOut::from(books::put_chart(cx.app, cx.actor, cx.company, &body.into())?))
        })
        .await
}

/// Begins the chart of accounts with a template
///
/// In place of what is there, until something is posted; the company's own accounts stay.
#[utoipa::path(put, path = "/v1/chart/template", tag = "company", request_body = ChartTemplateBody, params(IfMatchRequired),
    responses((status = 200, description = "The chart", body = ChartOut)))]
pub async fn put_chart_template(call: Call, body: JsonBody) -> Answer {
    call.replacing(current_chart)
        .write(StatusCode::OK, body, |cx, body: ChartTemplateBody| {
            let chosen = books::choose_template(cx.app, cx.actor, cx.company, body.template.into())?;
            Ok(ChartOut::from(chosen))
        })
        .await
}

/// Lists how documents are numbered, by kind
///
/// With the series that have begun.
#[utoipa::path(get, path = "/v1/series", tag = "company", params(PageQuery),
    responses((status = 200, description = "A page", body = SeriesListView)))]
pub async fn list_series(call: Call) -> Answer {
    call.read(|cx| {
        let (NoFilters {}, paging) = cx.page()?;
        let all = books::list_series(cx.app, cx.actor, cx.company)?;
        let page = paging.page_of_all(all, |_| true, |view| view.kind.clone(), SeriesOut::from)?;
        Ok(SeriesListView { series: page.items, next: page.next })
    })
    .await
}

/// Shows how documents of a kind are numbered
///
/// Its `ETag` is what `If-Match` of a change names.
#[utoipa::path(get, path = "/v1/series/{kind}", tag = "company",
    params(("kind" = String, Path, description = "As `invoice`")),
    responses((status = 200, description = "With the series that have begun", body = SeriesOut)))]
pub async fn show_series(call: Call) -> Answer {
    call.read(|cx| {
        let kind: String = cx.path("kind")?;
        let mut all = books::list_series(cx.app, cx.actor, cx.company)?.into_iter();
        let found = all.find(|view| view.kind == kind).ok_or_else(|| {
            Problem::new(Code::NotFound, format_args!("there is no kind of documents {kind}"))
        })?;
        Ok(SeriesOut::from(found))
    })
    .await
}

fn current_series(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    let kind: String = cx.path("kind")?;
    Tag::of_view(&SeriesOut::from(books::held_series(tx, cx.company, &kind)?))
}

/// Chooses how documents of a kind are numbered, from the next one on
///
/// A prefix is of one kind for ever. What begins anew has a series of its own, which counts from 1 or from `start`.
#[utoipa::path(put, path = "/v1/series/{kind}", tag = "company", request_body = SeriesBody,
    params(("kind" = String, Path, description = "As `invoice`"), IfMatchRequired),
    responses((status = 200, description = "As it is now", body = SeriesOut)))]
pub async fn put_series(call: Call, body: JsonBody) -> Answer {
    call.replacing(current_series)
        .write(StatusCode::OK, body, |cx, body: SeriesBody| {
            let kind: String = cx.path("kind")?;
            Ok(SeriesOut::from(books::put_series(cx.app, cx.actor, cx.company, &kind, &body.into())?))
        })
        .await
}

/// Shows which numbers no document has, of every series that has begun
///
/// By code; also as a file, which `/v1/series` gives as well.
#[utoipa::path(get, path = "/v1/series/gaps", tag = "company", params(PageQuery),
    responses((status = 200, description = "A page", body = SeriesGapsView)))]
pub async fn list_series_gaps(call: Call) -> Answer {
    call.read(|cx| {
        let (NoFilters {}, paging) = cx.page()?;
        let after: Option<String> = paging.key()?;
        let rows = books::page_gaps(cx.app, cx.actor, cx.company, after.as_deref(), paging.rows())?;
        let page = paging.page(rows, |view| view.code.clone(), Into::into);
        Ok(SeriesGapsView { series: page.items, next: page.next })
    })
    .await
}

/// Explains a number that was lost or spoiled
///
/// It is given to no document. Without `number` the next one of the series is void.
#[utoipa::path(post, path = "/v1/series/{code}/voids", tag = "company", request_body = VoidBody,
    params(("code" = String, Path, description = "As INV-2026")),
    responses((status = 201, description = "Void", body = VoidedView)))]
pub async fn void_number(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: VoidBody| {
        let code: String = cx.path("code")?;
        Ok(VoidedView::from(books::void(cx.app, cx.actor, cx.company, &code, &body.into())?))
    })
    .await
}
