//! Customers (客户).

use super::dto::customer::{
    BalancesView, CreatedCustomerView, CustomerBody, CustomerOut, ErasedView, OpenItemsView,
};
use super::dto::leaf::Date;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, Cursor, Limit, Page};
use actix_web::http::StatusCode;
use app::customer;
use serde::Deserialize;
use utoipa::IntoParams;

/// Parameters of `GET /v1/customers`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// `next` of the page before.
    after: Option<Cursor>,
    /// Rows of the page.
    #[serde(default)]
    #[param(required = false)]
    limit: Limit,
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

/// Lists customers by code
#[utoipa::path(get, path = "/v1/customers", tag = "customers", params(ListQuery),
    responses((status = 200, description = "A page", body = Page<CustomerOut>)))]
pub async fn list_customers(call: Call) -> Answer {
    call.read(|cx| {
        let ListQuery { after, limit } = cx.query()?;
        let after: Option<String> = page::key(after.as_ref())?;
        let rows = customer::list(cx.app, cx.actor, cx.company, after.as_deref(), page::one_more(limit))?;
        Ok(Page::of(rows, limit, |row| row.customer.code.clone(), CustomerOut::from))
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

/// Erases a customer's personal data by destroying their keys
///
/// Figures and digests remain, and the chain still verifies. What law retains refuses, and says until when.
#[utoipa::path(post, path = "/v1/customers/{id}/erase", tag = "customers",
    params(("id" = String, Path, description = "Id or code")),
    responses((status = 200, description = "Erased", body = ErasedView)))]
pub async fn erase_customer(call: Call, body: JsonBody) -> Answer {
    call.act(StatusCode::OK, body, |cx| {
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
    params(("id" = String, Path, description = "Id or code"), AsOfQuery),
    responses((status = 200, description = "Open items, out of the one fold", body = OpenItemsView)))]
pub async fn list_open_items(call: Call) -> Answer {
    call.read(|cx| {
        let AsOfQuery { as_of, known_at } = cx.query()?;
        let (who, as_of, known_at) = (cx.path("id")?, as_of.map(|d| d.0), known_at.map(page::Position::get));
        Ok(OpenItemsView::from(customer::balance(cx.app, cx.actor, cx.company, &who, as_of, known_at)?))
    })
    .await
}
