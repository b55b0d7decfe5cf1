use super::{Loaded, find, load};
use crate::App;
use crate::common::{Common, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::delivery::Part;
use domain::ids::{CompanyId, DeliveryId};
use store::query;
use store::query::deliveries::Filter;
use store::rows::{Delivery, DeliveryLine, DeliveryLink};

/// A delivery with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    pub delivery: Delivery,
    pub lines: Vec<DeliveryLineView>,
    pub links: Vec<DeliveryLink>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryLineView {
    pub line: DeliveryLine,
    /// Positive, also of a return.
    pub open: Part,
}

/// Which deliveries are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedDeliveries<'a> {
    pub customer: Option<&'a CustomerRef>,
    pub external_id: Option<&'a str>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

fn view(of: Loaded) -> Result<DeliveryView, Common> {
    let lines = of.lines.iter().map(|line| Ok(DeliveryLineView { line: line.clone(), open: of.open(line)? }));
    let lines = lines.collect::<Result<_, Common>>()?;
    Ok(DeliveryView { delivery: of.row, lines, links: of.links })
}

/// By id, number, or number of the slip.
pub fn get(app: &App, actor: &Actor, company: CompanyId, name: &str) -> Result<DeliveryView, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let row = find(conn, company, name)?;
        let id = row.id;
        view(there(load(conn, company, vec![row])?.remove(&id), "delivery", name)?)
    })
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
        let customer = wanted_id(conn, company, wanted.customer)?;
        let WantedDeliveries { external_id, from, to, .. } = *wanted;
        let filter = Filter { customer, external_id, from, to, known_at: None };
        let rows = query::deliveries::list(conn, company, &filter, after, limit)?;
        let order: Vec<DeliveryId> = rows.iter().map(|row| row.id).collect();
        let mut loaded = load(conn, company, rows)?;
        order.iter().filter_map(|id| loaded.remove(id)).map(view).collect()
    })
}
