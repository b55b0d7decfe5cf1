use super::{Loaded, find, hold, load};
use crate::App;
use crate::common::{Common, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::delivery::Part;
use domain::ids::{CompanyId, DeliveryId, DeliveryLinkId, DocumentId, EntryId};
use std::collections::{BTreeMap, BTreeSet};
use store::query::deliveries::Filter;
use store::rows::{Delivery, DeliveryLine, DeliveryLink, ReturnedLine};
use store::{Conn, Tx, query};
use uuid::Uuid;

/// A delivery with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    pub delivery: Delivery,
    pub lines: Vec<DeliveryLineView>,
    pub links: Vec<DeliveryLink>,
    /// Of links that a credit note moved of what its original bills (红冲重开): that credit note.
    pub given_back: BTreeMap<DeliveryLinkId, DocumentId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryLineView {
    pub line: DeliveryLine,
    /// Positive, also of a return.
    pub open: Part,
    /// Of a return: the line of an invoice of which it came back, where that was said.
    pub returned: Option<ReturnedLine>,
}

/// Which deliveries are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedDeliveries<'a> {
    pub customer: Option<&'a CustomerRef>,
    pub external_id: Option<&'a str>,
    /// Whether something is open of it.
    pub open: Option<bool>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl<'a> WantedDeliveries<'a> {
    /// Some more than are wanted, where they are to be open or not: quantities are looked at one by one.
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter<'a>, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        let WantedDeliveries { external_id, open, from, to, .. } = *self;
        Ok(Filter { customer, external_id, from, to, known_at: None, may_be_open: open })
    }
    /// By what is open of its lines.
    pub(crate) fn takes(&self, mut open: impl Iterator<Item = Part>) -> bool {
        self.open.is_none_or(|wanted| wanted == open.any(|part| !part.is_nothing()))
    }
}

fn view(of: Loaded, given_back: &BTreeMap<DeliveryLinkId, DocumentId>) -> Result<DeliveryView, Common> {
    let lines = of.lines.iter().map(|line| {
        let returned = of.returned.iter().find(|one| one.line == line.line).cloned();
        Ok(DeliveryLineView { line: line.clone(), open: of.open(line)?, returned })
    });
    let lines = lines.collect::<Result<_, Common>>()?;
    let own = of.links.iter().filter_map(|link| Some((link.id, *given_back.get(&link.id)?)));
    Ok(DeliveryView { given_back: own.collect(), delivery: of.row, lines, links: of.links })
}

/// Of links of these deliveries that a credit note moved: that credit note.
fn given_back(
    conn: &mut Conn,
    company: CompanyId,
    all: &BTreeMap<DeliveryId, Loaded>,
) -> Result<BTreeMap<DeliveryLinkId, DocumentId>, Common> {
    let undone = |link: &DeliveryLink| link.document.is_some() && link.undoes.is_some();
    let touched = all.values().filter(|of| of.links.iter().any(undone));
    let links: Vec<&DeliveryLink> = touched.flat_map(|of| &of.links).collect();
    let ids: BTreeSet<EntryId> = links.iter().map(|link| EntryId::new(link.seal_ref)).collect();
    let entries = query::entries::by_ids(conn, company, &ids.into_iter().collect::<Vec<_>>())?;
    let notes: BTreeMap<Uuid, DocumentId> = entries
        .into_iter()
        .filter(|entry| entry.kind == "credit-note")
        .filter_map(|entry| Some((entry.id.uuid(), entry.document?)))
        .collect();
    let by = |link: &DeliveryLink| {
        let note = *notes.get(&link.seal_ref)?;
        (link.document.is_some() && link.document != Some(note)).then_some((link.id, note))
    };
    Ok(links.into_iter().filter_map(by).collect())
}

/// By id, number, or number of the slip.
pub fn get(app: &App, actor: &Actor, company: CompanyId, name: &str) -> Result<DeliveryView, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let row = find(conn, company, name)?;
        there(views(conn, company, vec![row])?.pop(), "delivery", name)
    })
}

/// As [`get`], in the caller's transaction: nobody bills it or takes it back until that ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId, name: &str) -> Result<DeliveryView, Common> {
    let id = find(tx, company, name)?.id;
    let mut held = hold(tx, company, &[id])?;
    let given = given_back(tx, company, &held)?;
    view(there(held.remove(&id), "delivery", name)?, &given)
}

/// Deliveries by (day, id), after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedDeliveries<'_>,
    after: Option<(NaiveDate, DeliveryId)>,
    limit: u32,
) -> Result<Vec<DeliveryView>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let filter = wanted.filter(conn, company)?;
        let wants = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut found, mut last) = (Vec::new(), after);
        // more than one round only where quantities say what amounts do not
        loop {
            let rows = query::deliveries::list(conn, company, &filter, last, limit)?;
            let Some(end) = rows.last() else { break };
            last = Some((end.delivered_on, end.id));
            let is_last = rows.len() < wants;
            for view in views(conn, company, rows)? {
                if wanted.takes(view.lines.iter().map(|line| line.open)) {
                    found.push(view);
                }
            }
            if is_last || found.len() >= wants {
                break;
            }
        }
        found.truncate(wants);
        Ok(found)
    })
}

fn views(conn: &mut Conn, company: CompanyId, rows: Vec<Delivery>) -> Result<Vec<DeliveryView>, Common> {
    let order: Vec<DeliveryId> = rows.iter().map(|row| row.id).collect();
    let mut loaded = load(conn, company, rows)?;
    let given = given_back(conn, company, &loaded)?;
    order.iter().filter_map(|id| loaded.remove(id)).map(|of| view(of, &given)).collect()
}
