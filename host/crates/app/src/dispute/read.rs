use crate::App;
use crate::common::{Common, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use crate::list::names;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{Digest, commit};
use domain::ids::{CompanyId, DisputeId, DocumentId, OpenItemId};
use serde_json::{Value, json};
use std::collections::HashMap;
use store::query::disputes::Filter;
use store::rows::Dispute;
use store::types::DisputeState;
use store::{Conn, Tx, query};

/// A dispute with the document of its item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeView {
    pub dispute: Dispute,
    pub document: Option<DocumentId>,
    pub number: Option<String>,
}

/// Which disputes are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    pub state: Option<DisputeState>,
    pub customer: Option<&'a CustomerRef>,
    pub item: Option<OpenItemId>,
    /// Opened on or after.
    pub from: Option<NaiveDate>,
    /// Opened on or before.
    pub to: Option<NaiveDate>,
}

impl Wanted<'_> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter, Common> {
        let Wanted { state, item, from, to, .. } = *self;
        let customer = wanted_id(conn, company, self.customer)?;
        Ok(Filter { state, customer, item, from, to })
    }
}

/// One dispute.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: DisputeId) -> Result<DisputeView, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.read(|conn| {
        let row = there(query::disputes::by_id(conn, company, id)?, "dispute", id)?;
        one(conn, row)
    })
}

/// As [`get`], in the caller's transaction: nobody resolves it until it ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId, id: DisputeId) -> Result<DisputeView, Common> {
    let row = there(query::disputes::lock(tx, company, id)?, "dispute", id)?;
    one(tx, row)
}

/// Disputes in the order of their making, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<DisputeId>,
    limit: u32,
) -> Result<Vec<DisputeView>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        let rows = query::disputes::search(conn, company, &filter, after, limit)?;
        views(conn, company, rows)
    })
}

pub(super) fn one(conn: &mut Conn, row: Dispute) -> Result<DisputeView, Common> {
    let id = row.id;
    there(views(conn, row.company, vec![row])?.pop(), "dispute", id)
}

/// With the documents of their items.
pub(crate) fn views(
    conn: &mut Conn,
    company: CompanyId,
    rows: Vec<Dispute>,
) -> Result<Vec<DisputeView>, Common> {
    let ids: Vec<OpenItemId> = rows.iter().map(|row| row.item).collect();
    let items = query::open_items::by_ids(conn, company, &ids)?;
    let of: HashMap<OpenItemId, DocumentId> =
        items.iter().filter_map(|item| Some((item.id, item.document?))).collect();
    let numbers = names::numbers(conn, company, of.values().copied())?;
    let view = |dispute: Dispute| {
        let document = of.get(&dispute.item).copied();
        let number = document.and_then(|id| numbers.get(&id).cloned());
        DisputeView { dispute, document, number }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// What the event says that opened it; of words a salted commitment.
pub(crate) fn opened_data(row: &Dispute) -> Value {
    json!({
        "item": row.item.to_string(), "customer": row.customer.to_string(),
        "amount": row.amount.format(row.currency), "currency": row.currency.code(),
        "reason": row.reason.name(), "on": row.opened_on.to_string(),
        "words": words(row.text.as_deref(), row.text_salt), "person": row.opened_by,
    })
}

/// What the event says that resolved it.
pub(crate) fn resolved_data(row: &Dispute) -> Value {
    json!({
        "item": row.item.to_string(), "outcome": row.state.name(),
        "on": row.resolved_on.map(|day| day.to_string()),
        "words": words(row.answer.as_deref(), row.answer_salt), "person": row.resolved_by,
    })
}

fn words(text: Option<&str>, salt: Option<Digest>) -> Option<String> {
    text.zip(salt).map(|(text, salt)| commit(salt.bytes(), text.as_bytes()).to_string())
}
