//! What happened, the newest first: by person, day, kind, thing and customer.
//!
//! An event has its id and its time of one instant, so that the order of ids is the order of time, and days are spans of ids. Each way to
//! ask goes by an index in that order; what is asked besides is looked at on the way. What names no customer is found by what of hers it
//! is about: her things, and the entries that have postings of hers. That costs with the number of these, not with that of all events.

use super::IDS_MAX;
use crate::conn::Conn;
use crate::error::StoreResult;
use crate::rows::Event;
use crate::schema::{allocations as a, customer_merges as m, events as t, postings as p, seals as s};
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{
    AllocationId, BankDetailChangeId, BillId, CompanyId, ContactId, CustomerId, DeliveryId, DisputeId,
    DocumentId, DraftId, EntryId, EventId, MergeId, OpenItemId, ProposalId, StatementId, TaxInvoiceId,
};
use domain::random::least_uuid;
use domain::time::Instant;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Which events are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// As `invoice.posted`; none: of all kinds.
    pub kinds: Vec<String>,
    /// Who did it, as events name it; none: anybody.
    pub actors: Vec<String>,
    /// As `doc_…`.
    pub subject: Option<String>,
    pub customer: Option<CustomerId>,
    /// Not before.
    pub from: Option<Instant>,
    /// Before.
    pub until: Option<Instant>,
}

/// By which index.
#[derive(Clone, Copy)]
enum By<'a> {
    Time,
    Kind(&'a str),
    Actor(&'a str),
    Subject(&'a str),
    Subjects(&'a [String]),
    Entries(&'a [EntryId]),
}

/// Which part of what is wanted; of things the limit is the caller's to hold.
#[derive(Clone, Copy)]
struct Part {
    before: Option<EventId>,
    limit: Option<u32>,
}

/// Entries of a day for the whole company: their events are about it, though they have postings of customers.
const OF_THE_COMPANY: [&str; 4] =
    ["revaluation.posted", "revaluation.reversed", "regrouping.posted", "regrouping.reversed"];

/// Ids of those that are wanted before one of them, the newest first: `limit` at most, or all.
pub fn ids(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    before: Option<EventId>,
    limit: Option<u32>,
) -> StoreResult<Vec<EventId>> {
    let part = Part { before, limit };
    let mut found = Vec::new();
    if let Some(customer) = filter.customer {
        found = of_customer(conn, company, customer, filter, part)?;
    } else if let Some(subject) = &filter.subject {
        found = take(conn, company, By::Subject(subject), filter, part)?;
    } else if !filter.kinds.is_empty() {
        for kind in &filter.kinds {
            found.extend(take(conn, company, By::Kind(kind), filter, part)?);
        }
    } else if !filter.actors.is_empty() {
        for actor in &filter.actors {
            found.extend(take(conn, company, By::Actor(actor), filter, part)?);
        }
    } else {
        found = take(conn, company, By::Time, filter, part)?;
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.dedup();
    if let Some(limit) = limit {
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(found)
}

/// Some events, the newest first, each with its position in the chain once it is sealed.
pub fn load(conn: &mut Conn, company: CompanyId, ids: &[EventId]) -> StoreResult<Vec<(Option<u64>, Event)>> {
    let mut events: Vec<Event> = Vec::with_capacity(ids.len());
    let mut positions: HashMap<Uuid, u64> = HashMap::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        let rows: Vec<Event> = query.select(Event::as_select()).load(conn)?;
        let sealed = s::table
            .filter(s::company.eq(v(company)))
            .filter(s::reference.eq_any(rows.iter().map(|event| v(event.seal_ref))));
        positions.extend(sealed.select((s::reference, s::position)).load::<(Uuid, u64)>(conn)?);
        events.extend(rows);
    }
    events.sort_unstable_by_key(|event| std::cmp::Reverse(event.id));
    Ok(events.into_iter().map(|event| (positions.get(&event.seal_ref).copied(), event)).collect())
}

/// The first id that an event at this instant can have.
fn first_at(at: Instant) -> EventId {
    EventId::new(least_uuid(at))
}

fn take(
    conn: &mut Conn,
    company: CompanyId,
    by: By<'_>,
    filter: &Filter,
    part: Part,
) -> StoreResult<Vec<EventId>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(t::id).into_boxed();
    query = match by {
        By::Time => query,
        By::Kind(kind) => query.filter(t::kind.eq(kind.to_owned())),
        By::Actor(actor) => query.filter(t::actor.eq(actor.to_owned())),
        By::Subject(subject) => query.filter(t::subject.eq(subject.to_owned())),
        By::Subjects(subjects) => query.filter(t::subject.eq_any(subjects.to_vec())),
        By::Entries(entries) => {
            query.filter(t::seal_ref.eq_any(entries.iter().copied().map(v).collect::<Vec<_>>()))
        }
    };
    if let By::Entries(_) = by {
        for kind in OF_THE_COMPANY {
            query = query.filter(t::kind.ne(kind));
        }
    }
    if !filter.kinds.is_empty() && !matches!(by, By::Kind(_)) {
        query = query.filter(t::kind.eq_any(filter.kinds.clone()));
    }
    if !filter.actors.is_empty() && !matches!(by, By::Actor(_)) {
        query = query.filter(t::actor.eq_any(filter.actors.clone()));
    }
    if let Some(subject) = filter.subject.as_ref().filter(|_| !matches!(by, By::Subject(_))) {
        query = query.filter(t::subject.eq(subject.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::id.ge(v(first_at(from))));
    }
    if let Some(until) = filter.until {
        query = query.filter(t::id.lt(v(first_at(until))));
    }
    if let Some(before) = part.before {
        query = query.filter(t::id.lt(v(before)));
    }
    // where an index gives them in order; of things there are some, which PostgreSQL would look for among all
    if matches!(by, By::Time | By::Kind(_) | By::Actor(_)) {
        query = query.order(t::id.desc());
        if let Some(limit) = part.limit {
            query = query.limit(i64::from(limit));
        }
    }
    Ok(query.load(conn)?)
}

fn of_customer(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
    filter: &Filter,
    part: Part,
) -> StoreResult<Vec<EventId>> {
    let mut found = Vec::new();
    let mut subjects = things_of(conn, company, customer)?;
    subjects.push(customer.to_string());
    for chunk in subjects.chunks(IDS_MAX) {
        found.extend(take(conn, company, By::Subjects(chunk), filter, part)?);
    }
    let posted = p::table.filter(p::company.eq(v(company))).filter(p::customer.eq(Some(customer)));
    let entries: Vec<EntryId> = posted.select(p::entry).distinct().load(conn)?;
    for chunk in entries.chunks(IDS_MAX) {
        found.extend(take(conn, company, By::Entries(chunk), filter, part)?);
    }
    let bound = |id: &EventId| {
        part.before.is_none_or(|before| *id < before)
            && filter.from.is_none_or(|from| *id >= first_at(from))
            && filter.until.is_none_or(|until| *id < first_at(until))
    };
    found.extend(told_beside(conn, company, customer, filter)?.into_iter().filter(bound));
    Ok(found)
}

/// What is found by its kind, since it is about the company or about another: limits that were set for her, and merges of others into
/// her.
fn told_beside(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
    filter: &Filter,
) -> StoreResult<Vec<EventId>> {
    let mut found = Vec::new();
    for (kind, member) in [("tolerance.set", "customer"), ("customer.merged", "into")] {
        if !filter.kinds.is_empty() && !filter.kinds.iter().any(|wanted| wanted == kind) {
            continue;
        }
        let rows = of_kind(conn, company, kind)?.into_iter();
        let hers = rows.filter(|event| is_of(&event.data.0, member, customer));
        let wanted = hers.filter(|event| filter.actors.is_empty() || filter.actors.contains(&event.actor));
        let wanted =
            wanted.filter(|event| filter.subject.as_ref().is_none_or(|subject| *subject == event.subject));
        found.extend(wanted.map(|event| event.id));
    }
    Ok(found)
}

fn of_kind(conn: &mut Conn, company: CompanyId, kind: &str) -> StoreResult<Vec<Event>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::kind.eq(kind));
    Ok(query.select(Event::as_select()).load(conn)?)
}

fn is_of(data: &Value, member: &str, customer: CustomerId) -> bool {
    data.get(member).and_then(Value::as_str).is_some_and(|text| text == customer.to_string())
}

/// Ids of a table's rows that are a customer's, as events name them.
macro_rules! hers {
    ($conn:ident, $company:ident, $into:ident, $whose:expr; $($table:ident: $id:ty),+ $(,)?) => {$({
        use crate::schema::$table as x;
        let query = x::table.filter(x::company.eq(v($company))).filter(x::customer.eq($whose));
        let ids: Vec<$id> = query.select(x::id).load($conn)?;
        $into.extend(ids.iter().map(ToString::to_string));
    })+};
}

/// The things of a customer that events are about, but for her herself.
fn things_of(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    hers!(conn, company, found, v(customer); documents: DocumentId, statements: StatementId, deliveries: DeliveryId,
        tax_invoices: TaxInvoiceId, bills: BillId, contacts: ContactId, disputes: DisputeId);
    hers!(conn, company, found, Some(customer); drafts: DraftId, proposals: ProposalId,
        bank_detail_changes: BankDetailChangeId);
    let items: Vec<OpenItemId> = {
        use crate::schema::open_items as x;
        let query = x::table.filter(x::company.eq(v(company))).filter(x::customer.eq(v(customer)));
        query.select(x::id).load(conn)?
    };
    for chunk in items.chunks(IDS_MAX) {
        let debits = a::table
            .filter(a::company.eq(v(company)))
            .filter(a::debit_item.eq_any(chunk.iter().copied().map(v)));
        let ids: Vec<AllocationId> = debits.select(a::id).load(conn)?;
        found.extend(ids.iter().map(ToString::to_string));
    }
    found.extend(items.iter().map(ToString::to_string));
    let either = m::source.eq(v(customer)).or(m::target.eq(v(customer)));
    let merges: Vec<MergeId> =
        m::table.filter(m::company.eq(v(company))).filter(either).select(m::id).load(conn)?;
    found.extend(merges.iter().map(ToString::to_string));
    // whose row is gone
    let removed = of_kind(conn, company, "contact.removed")?.into_iter();
    found.extend(removed.filter(|event| is_of(&event.data.0, "customer", customer)).map(|e| e.subject));
    Ok(found)
}
