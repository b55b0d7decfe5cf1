//! Customers (客户).

use super::dto::customer::{
    BalancesView, CreatedCustomerView, CustomerBody, CustomerOut, ErasedView, OpenItemView, OpenItemsView,
};
use super::dto::leaf::{Currency, CustomerName, Date};
use super::dto::party::CustomerGroupView;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, NoFilters, Page, PageQuery};
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, IfMatchRequired, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::customer;
use domain::actor::Noun;
use domain::ids::OpenItemId;
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/customers`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// The code begins so.
    code_prefix: Option<String>,
    /// The name begins so, letter by letter as it is written.
    name_prefix: Option<String>,
    /// Name or code has this in it, in capitals or small letters of ASCII.
    contains: Option<String>,
    /// Billed in this currency.
    currency: Option<Currency>,
    /// This customer pays for them.
    parent: Option<CustomerName>,
    /// The one with this id of yours.
    external_id: Option<String>,
    /// Whether their personal data are erased.
    erased: Option<Flag>,
    /// Whether they are archived; default: both.
    archived: Option<Flag>,
    /// Of this group (客户组).
    group: Option<String>,
    /// That were merged into this customer.
    merged_into: Option<CustomerName>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> customer::Wanted<'_> {
        customer::Wanted {
            code: self.code_prefix.as_deref(),
            name: self.name_prefix.as_deref(),
            contains: self.contains.as_deref(),
            currency: self.currency.as_ref().map(|c| c.0),
            parent: self.parent.as_ref().map(|c| &c.0),
            external_id: self.external_id.as_deref(),
            erased: self.erased.as_ref().map(|flag| flag.0),
            archived: self.archived.as_ref().map(|flag| flag.0),
            group: self.group.as_deref(),
            merged_into: self.merged_into.as_ref().map(|c| &c.0),
        }
    }
}

/// Parameters of a customer's figures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AsOfQuery {
    /// Effective date; default: today in the company's time zone.
    as_of: Option<Date>,
    /// Position in the seal chain; default: everything that is sealed.
    known_at: Option<page::Position>,
}

/// Creates a customer
#[utoipa::path(post, path = "/v1/customers", tag = "customers", request_body = CustomerBody,
    responses((status = 201, description = "Created", body = CreatedCustomerView)))]
pub async fn create_customer(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: CustomerBody| {
        let input = body.try_into()?;
        Ok(CreatedCustomerView::from(customer::create(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Creates many customers, an outcome a row
///
/// A row is a body of `POST /v1/customers` on a line. One that is refused stops no other; repeated with the same key, rows that
/// were made are answered as before and the rest is worked on. At most 2000 rows and 16 MiB.
#[utoipa::path(post, path = "/v1/customers/bulk", tag = "customers",
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object on each line"),
    responses((status = 200, description = "`{\"row\", \"status\", \"body\"}` or `{\"row\", \"status\", \"problem\"}` on each line",
        body = String, content_type = "application/x-ndjson")))]
pub async fn create_customers(call: Call, payload: Payload) -> Answer {
    call.bulk(Noun::Customers, payload, |cx, body: CustomerBody| {
        let input = body.try_into()?;
        Ok(CreatedCustomerView::from(customer::create(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists customers by code
#[utoipa::path(get, path = "/v1/customers", tag = "customers", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<CustomerOut>)))]
pub async fn list_customers(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let after: Option<String> = paging.key()?;
        let wanted = filters.wanted();
        let rows = customer::list(cx.app, cx.actor, cx.company, &wanted, after.as_deref(), paging.rows())?;
        Ok(paging.page(rows, |row| row.customer.code.clone(), CustomerOut::from))
    })
    .await
}

/// Counts customers by group (客户组)
///
/// By group; last those of none.
#[utoipa::path(get, path = "/v1/customer-groups", tag = "customers", params(PageQuery),
    responses((status = 200, description = "A page", body = Page<CustomerGroupView>)))]
pub async fn list_customer_groups(call: Call) -> Answer {
    call.read(|cx| {
        let (NoFilters {}, paging) = cx.page()?;
        let after: Option<String> = paging.key()?;
        let rows = customer::groups(cx.app, cx.actor, cx.company, after.as_deref(), paging.rows())?;
        // that of none is the last: no page goes on after it
        let key = |(group, _): &(Option<String>, u64)| group.clone().unwrap_or_default();
        Ok(paging.page(rows, key, |(group, customers)| CustomerGroupView { group, customers }))
    })
    .await
}

/// The tag of the customer that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&CustomerOut::from(customer::held(tx, cx.company, &cx.path("id")?)?))
}

/// Replaces what is known of a customer
///
/// All of it: what the body leaves out is gone. Code and currency stay. Documents and statements keep what they said. Other `accounts`
/// wait until another person approves them; the rest is so at once.
#[utoipa::path(put, path = "/v1/customers/{id}", tag = "customers", request_body = CustomerBody,
    params(("id" = String, Path, description = "Id or code"), IfMatchRequired),
    responses((status = 200, description = "As it is now", body = CustomerOut)))]
pub async fn replace_customer(call: Call, body: JsonBody) -> Answer {
    call.replacing(current)
        .write(StatusCode::OK, body, |cx, body: CustomerBody| {
            let (who, input) = (cx.path("id")?, body.try_into()?);
            Ok(CustomerOut::from(customer::update(cx.app, cx.actor, cx.company, &who, &input)?))
        })
        .await
}

/// Shows a customer
#[utoipa::path(get, path = "/v1/customers/{id}", tag = "customers", params(("id" = String, Path, description = "Id or code")),
    responses((status = 200, description = "The customer", body = CustomerOut)))]
pub async fn show_customer(call: Call) -> Answer {
    call.read(|cx| {
        let who = cx.path("id")?;
        Ok(CustomerOut::from(customer::get(cx.app, cx.actor, cx.company, &who)?))
    })
    .await
}

/// Puts a customer into the archive
///
/// Nothing new is charged to it then: invoices and opening balances are refused (`customer-archived`). Receipts, credit notes,
/// allocations and statements go on.
#[utoipa::path(post, path = "/v1/customers/{id}/archive", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), IfMatch),
    responses((status = 200, description = "As it is now", body = CustomerOut)))]
pub async fn archive_customer(call: Call, body: JsonBody) -> Answer {
    archive(call, body, true).await
}

/// Takes a customer out of the archive
#[utoipa::path(post, path = "/v1/customers/{id}/unarchive", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), IfMatch),
    responses((status = 200, description = "As it is now", body = CustomerOut)))]
pub async fn unarchive_customer(call: Call, body: JsonBody) -> Answer {
    archive(call, body, false).await
}

async fn archive(call: Call, body: JsonBody, into: bool) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, move |cx| {
            let who = cx.path("id")?;
            Ok(CustomerOut::from(customer::archive(cx.app, cx.actor, cx.company, &who, into)?))
        })
        .await
}

/// Erases a customer's personal data by destroying their keys
///
/// Figures and digests remain, and the chain still verifies. What law retains refuses, and says until when.
#[utoipa::path(post, path = "/v1/customers/{id}/erase", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), IfMatch),
    responses((status = 200, description = "Erased", body = ErasedView)))]
pub async fn erase_customer(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let who = cx.path("id")?;
            Ok(ErasedView::from(customer::erase(cx.app, cx.actor, cx.company, &who)?))
        })
        .await
}

/// Shows what a customer owes, by account and currency
#[utoipa::path(get, path = "/v1/customers/{id}/balance", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), AsOfQuery),
    responses((status = 200, description = "Balance and aging, out of the one fold", body = BalancesView)))]
pub async fn show_balance(call: Call) -> Answer {
    call.read(|cx| {
        let AsOfQuery { as_of, known_at } = cx.query()?;
        let (who, as_of, known_at) = (cx.path("id")?, as_of.map(|d| d.0), known_at.map(page::Position::get));
        Ok(BalancesView::from(customer::balance(cx.app, cx.actor, cx.company, &who, as_of, known_at)?))
    })
    .await
}

/// Lists a customer's open items
#[utoipa::path(get, path = "/v1/customers/{id}/open-items", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), PageQuery, AsOfQuery),
    responses((status = 200, description = "A page, out of the one fold", body = OpenItemsView)))]
pub async fn list_open_items(call: Call) -> Answer {
    call.read(|cx| {
        let (AsOfQuery { as_of, known_at }, paging) = cx.page()?;
        let (who, as_of) = (cx.path("id")?, as_of.map(|d| d.0));
        // a page goes on at the position of the one before: what was open there still is
        let begun: Option<(u64, OpenItemId)> = paging.pair()?;
        let known_at = begun.map(|(position, _)| position).or(known_at.map(page::Position::get));
        let found = customer::balance(cx.app, cx.actor, cx.company, &who, as_of, known_at)?;
        let OpenItemsView { as_of, known_at, items, .. } = OpenItemsView::from(found);
        let key = |item: &OpenItemView| page::pair_key(known_at, &item.id);
        let page = paging.page_of_all(items, |_| true, key, |item| item)?;
        Ok(OpenItemsView { as_of, known_at, items: page.items, next: page.next })
    })
    .await
}
