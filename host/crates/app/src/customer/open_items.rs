use crate::App;
use crate::common::{Common, authorise};
use crate::customer::{CustomerRef, wanted_id};
use crate::dispute::disputed_now;
use crate::due::{self, ItemTerms};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, OpenItemId};
use money::Currency;
use store::query::open_items::{Filter, ItemDocument};
use store::rows::{Dispute, OpenItem};
use store::{Conn, query};

/// Which open items are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WantedItems<'a> {
    pub customer: Option<&'a CustomerRef>,
    pub currency: Option<Currency>,
    /// The control account.
    pub account: Option<&'a str>,
    /// Due on or after.
    pub due_from: Option<NaiveDate>,
    /// Due on or before.
    pub due_to: Option<NaiveDate>,
}

impl<'a> WantedItems<'a> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter<'a>, Common> {
        let WantedItems { currency, account, due_from, due_to, .. } = *self;
        let customer = wanted_id(conn, company, self.customer)?;
        Ok(Filter { customer, currency, account, due_from, due_to })
    }
}

/// An item as it is now, with its document and what that says of its payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentItem {
    pub item: OpenItem,
    pub document: Option<ItemDocument>,
    pub terms: ItemTerms,
    /// What the customer disputes of it now.
    pub dispute: Option<Dispute>,
}

/// What is open now, sealed or not, in the order of its making: for work lists. What was open at a day, as it was known then,
/// is [`super::balance()`]'s to say.
pub fn search_open_items(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedItems<'_>,
    after: Option<OpenItemId>,
    limit: u32,
) -> Result<Vec<CurrentItem>, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        let found = query::open_items::search(conn, company, &filter, after, limit)?;
        let mut terms =
            due::of_items(conn, company, &found.iter().map(|(item, _)| item).collect::<Vec<_>>())?;
        let ids: Vec<OpenItemId> = found.iter().map(|(item, _)| item.id).collect();
        let mut disputes = disputed_now(conn, company, &ids)?;
        let current = |(item, document): (OpenItem, Option<ItemDocument>)| {
            let terms = terms.remove(&item.id).unwrap_or_default();
            let dispute = disputes.remove(&item.id);
            CurrentItem { item, document, terms, dispute }
        };
        Ok(found.into_iter().map(current).collect())
    })
}
