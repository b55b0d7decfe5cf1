//! Disputes (异议) of open items.

use super::dto::dispute::{DisputeBody, DisputeOut, DisputeStateName, ResolutionBody};
use super::dto::leaf::{CustomerName, Date};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::dispute::{self, OpenDispute, Resolve, Wanted};
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/disputes`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// That stand so.
    state: Option<DisputeStateName>,
    /// Of this customer.
    customer: Option<CustomerName>,
    /// Of this open item: its id.
    item: Option<String>,
    /// Opened on this day or later.
    from: Option<Date>,
    /// Opened on this day or earlier.
    to: Option<Date>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> Result<Wanted<'_>, Problem> {
        Ok(Wanted {
            state: self.state.map(Into::into),
            customer: self.customer.as_ref().map(|c| &c.0),
            item: page::id("item", self.item.as_deref())?,
            from: self.from.as_ref().map(|day| day.0),
            to: self.to.as_ref().map(|day| day.0),
        })
    }
}

/// The tag of the dispute that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&DisputeOut::from(dispute::held(tx, cx.company, cx.path("id")?)?))
}

/// Opens a dispute of an open item
///
/// One at a time of an item. Nothing is posted: the item ages as any other, and reports state beside it what is disputed.
#[utoipa::path(post, path = "/v1/disputes", tag = "customers", request_body = DisputeBody,
    responses((status = 201, description = "Opened", body = DisputeOut)))]
pub async fn open_dispute(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: DisputeBody| {
        Ok(DisputeOut::from(dispute::open(cx.app, cx.actor, cx.company, &OpenDispute::from(body))?))
    })
    .await
}

/// Lists disputes in the order of their making
#[utoipa::path(get, path = "/v1/disputes", tag = "customers", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<DisputeOut>)))]
pub async fn list_disputes(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted()?;
        let rows = dispute::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.dispute.id.to_string(), DisputeOut::from))
    })
    .await
}

/// Shows a dispute
#[utoipa::path(get, path = "/v1/disputes/{id}", tag = "customers", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The dispute", body = DisputeOut)))]
pub async fn show_dispute(call: Call) -> Answer {
    call.read(|cx| Ok(DisputeOut::from(dispute::get(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

/// Resolves a dispute
///
/// Nothing is posted: what is conceded is credited by a credit note or an adjustment of its own.
#[utoipa::path(post, path = "/v1/disputes/{id}/resolve", tag = "customers",
    params(("id" = String, Path, description = "Id"), IfMatch), request_body = ResolutionBody,
    responses((status = 200, description = "Resolved", body = DisputeOut)))]
pub async fn resolve_dispute(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: ResolutionBody| {
            let id = cx.path("id")?;
            Ok(DisputeOut::from(dispute::resolve(cx.app, cx.actor, cx.company, id, &Resolve::from(body))?))
        })
        .await
}
