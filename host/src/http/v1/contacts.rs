//! The people of customers (联系人).

use super::dto::contact::{ContactBody, ContactOut};
use super::dto::leaf::CustomerName;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{Page, PageQuery};
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, IfMatchRequired, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::contact::{self, Wanted};
use app::customer::CustomerRef;
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/contacts`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this customer, and of those who were merged into her.
    customer: Option<CustomerName>,
    /// Whether they may confirm statements.
    may_confirm: Option<Flag>,
    /// Whether they are still there; default: both.
    active: Option<Flag>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            customer: self.customer.as_ref().map(|c| &c.0),
            may_confirm: self.may_confirm.as_ref().map(|flag| flag.0),
            active: self.active.as_ref().map(|flag| flag.0),
        }
    }
}

/// Filters of the contacts of one customer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OwnQuery {
    /// Whether they may confirm statements.
    may_confirm: Option<Flag>,
    /// Whether they are still there; default: both.
    active: Option<Flag>,
}

/// Lists the people of customers in the order of their making
#[utoipa::path(get, path = "/v1/contacts", tag = "customers", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<ContactOut>)))]
pub async fn list_contacts(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = contact::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.id.to_string(), ContactOut::from))
    })
    .await
}

/// Lists the people of a customer
///
/// And those of customers who were merged into her.
#[utoipa::path(get, path = "/v1/customers/{id}/contacts", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), PageQuery, OwnQuery),
    responses((status = 200, description = "A page", body = Page<ContactOut>)))]
pub async fn list_contacts_of_customer(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<OwnQuery>()?;
        let of: CustomerRef = cx.path("id")?;
        let wanted = Wanted {
            customer: Some(&of),
            may_confirm: filters.may_confirm.map(|flag| flag.0),
            active: filters.active.map(|flag| flag.0),
        };
        let rows = contact::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.id.to_string(), ContactOut::from))
    })
    .await
}

/// The tag of the contact that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&ContactOut::from(contact::held(tx, cx.company, &cx.path("id")?, cx.path("contact")?)?))
}

/// Adds somebody to a customer
#[utoipa::path(post, path = "/v1/customers/{id}/contacts", tag = "customers", request_body = ContactBody,
    params(("id" = String, Path, description = "Id or code")),
    responses((status = 201, description = "Added", body = ContactOut)))]
pub async fn create_contact(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: ContactBody| {
        let of = cx.path("id")?;
        Ok(ContactOut::from(contact::create(cx.app, cx.actor, cx.company, &of, &body.into())?))
    })
    .await
}

/// Shows somebody at a customer
#[utoipa::path(get, path = "/v1/customers/{id}/contacts/{contact}", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), ("contact" = String, Path, description = "Id")),
    responses((status = 200, description = "The contact", body = ContactOut)))]
pub async fn show_contact(call: Call) -> Answer {
    call.read(|cx| {
        let (of, id) = (cx.path("id")?, cx.path("contact")?);
        Ok(ContactOut::from(contact::get(cx.app, cx.actor, cx.company, &of, id)?))
    })
    .await
}

/// Replaces what is known of somebody
#[utoipa::path(put, path = "/v1/customers/{id}/contacts/{contact}", tag = "customers", request_body = ContactBody,
    params(("id" = String, Path, description = "Id or code"), ("contact" = String, Path, description = "Id"), IfMatchRequired),
    responses((status = 200, description = "As it is now", body = ContactOut)))]
pub async fn replace_contact(call: Call, body: JsonBody) -> Answer {
    call.replacing(current)
        .write(StatusCode::OK, body, |cx, body: ContactBody| {
            let (of, id) = (cx.path("id")?, cx.path("contact")?);
            Ok(ContactOut::from(contact::update(cx.app, cx.actor, cx.company, &of, id, &body.into())?))
        })
        .await
}

/// Forgets somebody
#[utoipa::path(delete, path = "/v1/customers/{id}/contacts/{contact}", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), ("contact" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "As it was", body = ContactOut)))]
pub async fn remove_contact(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let (of, id) = (cx.path("id")?, cx.path("contact")?);
            Ok(ContactOut::from(contact::remove(cx.app, cx.actor, cx.company, &of, id)?))
        })
        .await
}
