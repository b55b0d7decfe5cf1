//! Open items (未清项) of all customers, as they are now.

use super::dto::customer::CurrentItemOut;
use super::dto::leaf::{Currency, CustomerName, Date};
use crate::http::call::{Answer, Call};
use crate::http::page::{Page, PageQuery};
use app::customer::{self, WantedItems};
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of `GET /v1/open-items`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// In this currency only.
    currency: Option<Currency>,
    /// Of this control account only.
    account: Option<String>,
    /// Due on this day or later.
    due_from: Option<Date>,
    /// Due on this day or earlier.
    due_to: Option<Date>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> WantedItems<'_> {
        WantedItems {
            customer: self.customer.as_ref().map(|c| &c.0),
            currency: self.currency.as_ref().map(|c| c.0),
            account: self.account.as_deref(),
            due_from: self.due_from.as_ref().map(|d| d.0),
            due_to: self.due_to.as_ref().map(|d| d.0),
        }
    }
}

/// Lists what is open now, of all customers
///
/// In the order of their making, sealed or not: for work lists. What was open at a day stands at
/// `/v1/customers/{id}/open-items`.
#[utoipa::path(get, path = "/v1/open-items", tag = "customers", params(PageQuery, ListQuery),
    operation_id = "list_current_items",
    responses((status = 200, description = "A page", body = Page<CurrentItemOut>)))]
pub async fn list_open_items(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows =
            customer::search_open_items(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |current| current.item.id.to_string(), CurrentItemOut::from))
    })
    .await
}
