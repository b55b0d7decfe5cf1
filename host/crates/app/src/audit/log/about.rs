//! What events name by ids, as people name it: numbers of documents and statements, codes of customers.

use super::LoggedEvent;
use crate::common::Common;
use domain::ids::{
    AllocationId, CompanyId, CustomerId, DeliveryId, DocumentId, OpenItemId, StatementId, TaxInvoiceId,
    TokenId, UserId,
};
use money::{Currency, Minor, Money};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;
use store::rows::{Allocation, Event, OpenItem};
use store::{Conn, query};

/// A document, statement, delivery, tax invoice or customer that an event names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub id: String,
    /// Number, or code.
    pub number: String,
}

/// What stands behind the ids of some events.
struct Found {
    documents: HashMap<DocumentId, (String, Minor, Currency)>,
    /// Of items and allocations: their documents.
    items: HashMap<OpenItemId, OpenItem>,
    allocations: HashMap<AllocationId, Allocation>,
    /// Statements, deliveries, tax invoices, customers.
    others: HashMap<String, String>,
    /// Whose each key is.
    owners: HashMap<TokenId, UserId>,
}

/// Ids that an event names: what it is about, then what it says.
fn ids_of(event: &Event) -> impl Iterator<Item = &str> {
    let said = event.data.0.as_object().into_iter().flat_map(|members| members.values());
    std::iter::once(event.subject.as_str()).chain(said.filter_map(Value::as_str))
}

fn parsed<T: FromStr + Ord>(ids: &BTreeSet<&str>) -> Vec<T> {
    ids.iter().filter_map(|id| id.parse().ok()).collect::<BTreeSet<T>>().into_iter().collect()
}

pub(super) fn tell(
    conn: &mut Conn,
    company: CompanyId,
    rows: Vec<(Option<u64>, Event)>,
) -> Result<Vec<LoggedEvent>, Common> {
    let found = {
        let ids: BTreeSet<&str> = rows.iter().flat_map(|(_, event)| ids_of(event)).collect();
        let actors: BTreeSet<&str> = rows.iter().map(|(_, event)| event.actor.as_str()).collect();
        look_up(conn, company, &ids, &parsed::<TokenId>(&actors))?
    };
    let told = rows.into_iter().map(|(position, event)| {
        let (about, amount) = (found.about(&event), found.amount(&event));
        let person = found.person(&event);
        LoggedEvent { position, event, person, about, amount }
    });
    Ok(told.collect())
}

fn look_up(
    conn: &mut Conn,
    company: CompanyId,
    ids: &BTreeSet<&str>,
    keys: &[TokenId],
) -> Result<Found, Common> {
    let allocations = query::allocations::by_ids(conn, company, &parsed::<AllocationId>(ids))?;
    let mut items: BTreeSet<OpenItemId> = parsed::<OpenItemId>(ids).into_iter().collect();
    items.extend(allocations.iter().flat_map(|row| [row.debit_item, row.credit_item]));
    let items: Vec<OpenItemId> = items.into_iter().collect();
    let items = query::open_items::by_ids(conn, company, &items)?;
    let mut documents: BTreeSet<DocumentId> = parsed::<DocumentId>(ids).into_iter().collect();
    documents.extend(items.iter().filter_map(|item| item.document));
    let documents: Vec<DocumentId> = documents.into_iter().collect();
    let documents = query::documents::by_ids(conn, company, &documents)?;
    let mut others = HashMap::new();
    for row in query::statements::by_ids(conn, company, &parsed::<StatementId>(ids))? {
        others.insert(row.id.to_string(), row.number);
    }
    for row in query::deliveries::by_ids(conn, company, &parsed::<DeliveryId>(ids))? {
        others.insert(row.id.to_string(), row.number);
    }
    for row in query::tax_invoices::by_ids(conn, company, &parsed::<TaxInvoiceId>(ids))? {
        others.insert(row.id.to_string(), row.number);
    }
    for row in query::customers::by_ids(conn, company, &parsed::<CustomerId>(ids))? {
        others.insert(row.id.to_string(), row.code);
    }
    let keys = query::tokens::by_ids(conn, company, keys)?;
    Ok(Found {
        owners: keys.into_iter().map(|key| (key.id, key.owner)).collect(),
        documents: documents.into_iter().map(|row| (row.id, (row.number, row.gross, row.currency))).collect(),
        items: items.into_iter().map(|row| (row.id, row)).collect(),
        allocations: allocations.into_iter().map(|row| (row.id, row)).collect(),
        others,
    })
}

impl Found {
    fn about(&self, event: &Event) -> Vec<About> {
        let mut named: Vec<About> = Vec::new();
        for one in ids_of(event).flat_map(|id| self.named(id)) {
            if !named.contains(&one) {
                named.push(one);
            }
        }
        // whose it is stands last: the page that shows a customer knows her
        named.sort_by_key(|one| one.id != event.subject && one.id.starts_with(CustomerId::PREFIX));
        named
    }

    /// What an id names: of an allocation both its documents.
    fn named(&self, id: &str) -> Vec<About> {
        if let Some(number) = self.others.get(id) {
            return vec![About { id: id.to_owned(), number: number.clone() }];
        }
        let allocated = id.parse().ok().and_then(|id: AllocationId| self.allocations.get(&id));
        let items = match allocated {
            Some(row) => vec![row.debit_item, row.credit_item],
            None => id.parse::<OpenItemId>().into_iter().collect(),
        };
        let of_items = items.iter().filter_map(|item| self.items.get(item)?.document);
        let documents = id.parse::<DocumentId>().into_iter().chain(of_items);
        let named = documents.filter_map(|id| Some((id, self.documents.get(&id)?)));
        named.map(|(id, (number, ..))| About { id: id.to_string(), number: number.clone() }).collect()
    }

    /// Whose the key is that acted, or who acted.
    fn person(&self, event: &Event) -> String {
        let key = event.actor.parse().ok().and_then(|id: TokenId| self.owners.get(&id));
        key.map_or_else(|| event.actor.clone(), UserId::to_string)
    }

    fn amount(&self, event: &Event) -> Option<Money> {
        let document = event.subject.parse().ok().and_then(|id: DocumentId| self.documents.get(&id));
        if let Some((_, gross, currency)) = document {
            return Some(Money::new(*gross, *currency));
        }
        let allocation = event.subject.parse().ok().and_then(|id: AllocationId| self.allocations.get(&id));
        if let Some(row) = allocation {
            return Some(Money::new(row.amount, row.currency));
        }
        let text = |member: &str| event.data.0.get(member).and_then(Value::as_str);
        Money::parse(text("amount")?, Currency::parse(text("currency")?).ok()?).ok()
    }
}
