use crate::common::{Common, Context};
use crate::{customer, event};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, CustomerId, DocumentId, EntryId, EventId, OpenItemId};
use domain::ledger::BILLED;
use domain::terms::{Basis, due_from};
use domain::time::AccountingDate;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::rows::{DocumentTerms, ItemDue, OpenItem, Statement};
use store::{Tx, query};
use uuid::Uuid;

/// When the items of some documents are due, counted from `basis_date`, and what took their place by merges: only those that `wanted` keeps,
/// which sees as what one was made, and whether one was told before. Their event is not known yet.
pub(super) fn compute(
    tx: &mut Tx<'_>,
    company: CompanyId,
    kept: &[DocumentTerms],
    basis_date: NaiveDate,
    wanted: impl Fn(OpenItemId, Option<&ItemDue>) -> bool,
) -> Result<Vec<ItemDue>, Common> {
    let ids: Vec<DocumentId> = kept.iter().map(|row| row.document).collect();
    // what it released of deliveries is owed to nobody
    let own = query::open_items::of_documents(tx, company, &ids)?;
    let named: Vec<OpenItemId> = own.iter().filter(|item| item.kind != BILLED).map(|item| item.id).collect();
    // by what took its place: what it was made as
    let over: HashMap<OpenItemId, OpenItemId> =
        query::merges::successors(tx, company, &named)?.into_iter().map(|(made, id)| (id, made)).collect();
    let all: Vec<OpenItemId> = named.iter().chain(over.keys()).copied().collect();
    // held, so that of two who tell at once the later one counts after the earlier
    let items = query::open_items::lock(tx, company, &all)?;
    let of: HashMap<OpenItemId, DocumentId> =
        items.iter().filter_map(|item| Some((item.id, item.document?))).collect();
    let parts = query::terms::instalments_of(tx, company, &ids)?;
    let parts: HashMap<OpenItemId, u32> = parts.iter().map(|row| (row.item, row.n)).collect();
    let last: BTreeMap<OpenItemId, ItemDue> =
        query::terms::dues_of(tx, company, &ids)?.into_iter().map(|row| (row.item, row)).collect();
    let mut found = Vec::with_capacity(items.len());
    for item in &items {
        let made = over.get(&item.id).copied().unwrap_or(item.id);
        if !wanted(made, last.get(&item.id)) {
            continue;
        }
        let Some(row) = kept.iter().find(|row| Some(&row.document) == of.get(&made)) else { continue };
        let part = parts.get(&made).copied().unwrap_or(1).saturating_sub(1);
        let dues = due_from(&row.terms.0, basis_date);
        let due = usize::try_from(part).ok().and_then(|part| dues.get(part).copied().flatten());
        let due_date =
            due.ok_or_else(|| Common::invalid("/date", "gives no due date: it is too far ahead"))?;
        found.push(ItemDue {
            company,
            item: item.id,
            n: last.get(&item.id).map_or(1, |row| row.n.saturating_add(1)),
            document: row.document,
            customer: item.customer,
            event: EventId::new(Uuid::nil()),
            basis_date,
            due_date: Some(due_date),
        });
    }
    Ok(found)
}

/// Writes the event that due dates stand in, and them; gives its id. Where there are none, it is an event like any other.
pub(crate) fn tell(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    about: (&str, impl ToString),
    mut data: Value,
    mut dues: Vec<ItemDue>,
) -> Result<EventId, Common> {
    let list: Vec<Value> = dues.iter().map(told).collect();
    if let (false, Some(members)) = (list.is_empty(), data.as_object_mut()) {
        members.insert(DUE_DATES.to_owned(), Value::Array(list));
    }
    let event = event::write_named(ctx, tx, actor, company, about, data)?;
    for due in &mut dues {
        due.event = event;
    }
    query::terms::insert_dues(tx, &dues)?;
    for due in &dues {
        query::open_items::set_due(tx, company, due.item, due.due_date.map(AccountingDate::new))?;
    }
    Ok(event)
}

/// The member of an event's data that holds [`told`].
pub(crate) const DUE_DATES: &str = "due_dates";

/// What the event says of a due date; null where it is taken back.
pub(crate) fn told(due: &ItemDue) -> Value {
    json!({"item": due.item.to_string(), "due_date": due.due_date.map(|date| date.to_string())})
}

/// The due dates of what a statement states and counts from it, by the terms of this basis. An item counts from the first
/// statement only: that the next ones state it again makes it no later.
pub(crate) fn of_statement(
    tx: &mut Tx<'_>,
    statement: &Statement,
    basis: Basis,
    basis_date: NaiveDate,
) -> Result<Vec<ItemDue>, Common> {
    let company = statement.company;
    // also of who was merged into her, as far as hers states what went over
    let mut kept = Vec::new();
    for customer in customer::with_merged(tx, company, statement.customer)? {
        kept.extend(query::terms::of_customer(tx, company, customer, basis.name())?);
    }
    let all: Vec<DocumentId> = kept.iter().map(|row| row.document).collect();
    let known: HashSet<DocumentId> =
        query::terms::dues_of(tx, company, &all)?.iter().map(|row| row.document).collect();
    // years of items that are due already are neither read nor held
    kept.retain(|row| !known.contains(&row.document));
    let ids: Vec<DocumentId> = kept.iter().map(|row| row.document).collect();
    let mut items = query::open_items::of_documents(tx, company, &ids)?;
    let made: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
    let over: HashMap<OpenItemId, OpenItemId> =
        query::merges::successors(tx, company, &made)?.into_iter().map(|(made, id)| (id, made)).collect();
    let carried: Vec<OpenItemId> = over.keys().copied().collect();
    let carried = query::open_items::by_ids(tx, company, &carried)?;
    hold_others(tx, statement, &carried)?;
    items.extend(carried);
    items.retain(|item| item.customer == statement.customer);
    let entries: HashSet<EntryId> = items.iter().map(|item| item.entry).collect();
    let entries: Vec<EntryId> = entries.into_iter().collect();
    let stated = query::terms::known_entries(tx, company, &entries, (statement.cut_off, statement.known_at))?;
    // an item counts wherever it was when it was stated
    let counts: HashSet<OpenItemId> = items
        .iter()
        .filter(|item| stated.contains(&item.entry))
        .map(|item| over.get(&item.id).copied().unwrap_or(item.id))
        .collect();
    compute(tx, company, &kept, basis_date, |made, last| last.is_none() && counts.contains(&made))
}

/// Whoever has by now what went over is held before items are, as everybody does it.
fn hold_others(tx: &mut Tx<'_>, statement: &Statement, carried: &[OpenItem]) -> Result<(), Common> {
    let others: BTreeSet<CustomerId> = carried.iter().map(|item| item.customer).collect();
    let others: Vec<CustomerId> = others.into_iter().filter(|id| *id != statement.customer).collect();
    let rows = query::customers::by_ids(tx, statement.company, &others)?;
    let held: Vec<CustomerId> = rows.iter().filter(|row| row.erased_at.is_none()).map(|row| row.id).collect();
    Ok(query::erasure::hold_all(tx, statement.company, &held)?)
}
