//! The log (审计日志), and what happened with a customer (时间线): events, the newest first.

use super::dto::audit::LoggedEventOut;
use super::dto::leaf::{CustomerName, Date};
use crate::http::call::{Answer, Call};
use crate::http::page::{Page, PageQuery};
use app::audit::{self, WantedLog};
use app::customer::CustomerRef;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of `GET /v1/audit-log`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LogQuery {
    /// On this day of the company or later.
    from: Option<Date>,
    /// On this day of the company or earlier.
    to: Option<Date>,
    /// By this user, also by keys that are hers or that she had issued; or by whom events name so: a key, `system`, `policy:auto-exact`.
    actor: Option<String>,
    /// Of these kinds, as `invoice.posted,document.reversed`.
    kind: Option<String>,
    /// About this thing only: its id.
    subject: Option<String>,
    /// Of this customer: about her, about what is hers, and what was posted to her.
    customer: Option<CustomerName>,
}

impl LogQuery {
    pub(super) fn wanted(&self) -> WantedLog<'_> {
        WantedLog {
            kinds: self.kind.as_deref(),
            actor: self.actor.as_deref(),
            subject: self.subject.as_deref(),
            customer: self.customer.as_ref().map(|c| &c.0),
            from: self.from.as_ref().map(|day| day.0),
            to: self.to.as_ref().map(|day| day.0),
        }
    }
}

/// Filters of what happened with one customer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TimelineQuery {
    /// On this day of the company or later.
    from: Option<Date>,
    /// On this day of the company or earlier.
    to: Option<Date>,
    /// By this user, also by keys that are hers or that she had issued; or by whom events name so.
    actor: Option<String>,
    /// Of these kinds, as `invoice.posted,document.reversed`.
    kind: Option<String>,
    /// About this thing only: its id.
    subject: Option<String>,
}

/// Lists what happened, the newest first
///
/// What was committed is there at once; its position in the seal chain follows. With what events name by id, as people name it.
#[utoipa::path(get, path = "/v1/audit-log", tag = "audit", params(PageQuery, LogQuery),
    responses((status = 200, description = "A page", body = Page<LoggedEventOut>)))]
pub async fn list_log(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<LogQuery>()?;
        let wanted = filters.wanted();
        let rows = audit::log(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.event.id.to_string(), LoggedEventOut::from))
    })
    .await
}

/// Lists what happened with a customer, the newest first
///
/// What is about her or about what is hers – documents, statements, disputes, contacts, bank accounts, merges, limits –, and whatever was
/// posted to her, with what events name by id, as people name it. What is of the whole company, as revaluations are, is not there.
#[utoipa::path(get, path = "/v1/customers/{id}/timeline", tag = "customers",
    params(("id" = String, Path, description = "Id or code"), PageQuery, TimelineQuery),
    responses((status = 200, description = "A page", body = Page<LoggedEventOut>)))]
pub async fn list_timeline(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<TimelineQuery>()?;
        let of: CustomerRef = cx.path("id")?;
        let wanted = WantedLog {
            kinds: filters.kind.as_deref(),
            actor: filters.actor.as_deref(),
            subject: filters.subject.as_deref(),
            customer: Some(&of),
            from: filters.from.map(|day| day.0),
            to: filters.to.map(|day| day.0),
        };
        let rows = audit::log(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.event.id.to_string(), LoggedEventOut::from))
    })
    .await
}
