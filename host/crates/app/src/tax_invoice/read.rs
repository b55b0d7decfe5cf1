use super::record::find;
use super::statuses;
use crate::App;
use crate::common::{Common, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, DocumentId, TaxInvoiceId};
use domain::tax_invoice::{TaxInvoiceKind, TaxInvoiceStatus};
use money::Minor;
use std::collections::{HashMap, HashSet};
use store::query::tax_invoices::Filter;
use store::rows::{TaxInvoice, TaxInvoiceLink};
use store::{Conn, Tx, query};
use uuid::Uuid;

/// A tax invoice with where it stands and what it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxInvoiceView {
    pub row: TaxInvoice,
    pub status: TaxInvoiceStatus,
    pub links: Vec<TaxInvoiceLink>,
    /// The red-letter ones that take it back and are not voided.
    pub reds: Vec<TaxInvoiceId>,
}

/// Which are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedTaxInvoices<'a> {
    pub customer: Option<&'a CustomerRef>,
    pub number: Option<&'a str>,
    pub kind: Option<TaxInvoiceKind>,
    pub status: Option<TaxInvoiceStatus>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl<'a> WantedTaxInvoices<'a> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter<'a>, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        let WantedTaxInvoices { number, kind, status, from, to, .. } = *self;
        Ok(Filter { customer, number, kind, status, from, to, known_at: None })
    }
}

pub(super) fn views(
    conn: &mut Conn,
    company: CompanyId,
    rows: Vec<TaxInvoice>,
) -> Result<Vec<TaxInvoiceView>, Common> {
    let ids: Vec<TaxInvoiceId> = rows.iter().map(|row| row.id).collect();
    let statuses = statuses(conn, company, &rows)?;
    let links = query::tax_invoices::links_of(conn, company, &ids)?;
    let reds = query::tax_invoices::reds_of(conn, company, &ids)?;
    let view = |row: TaxInvoice| TaxInvoiceView {
        status: statuses.get(&row.id).copied().unwrap_or(TaxInvoiceStatus::Issued),
        links: links.iter().filter(|link| link.tax_invoice == row.id).cloned().collect(),
        reds: reds
            .iter()
            .filter(|red| red.original == Some(row.id) && red.voided_on.is_none())
            .map(|red| red.id)
            .collect(),
        row,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// By id or number.
pub fn get(app: &App, actor: &Actor, company: CompanyId, name: &str) -> Result<TaxInvoiceView, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let row = find(conn, company, (name, "/id"))?;
        shown(conn, company, row)
    })
}

/// As [`get`], in the caller's transaction: nobody voids it or takes it back until that ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId, name: &str) -> Result<TaxInvoiceView, Common> {
    let id = find(tx, company, (name, "/id"))?.id;
    let row = there(query::tax_invoices::lock(tx, company, id)?, "tax invoice", name)?;
    shown(tx, company, row)
}

fn shown(conn: &mut Conn, company: CompanyId, row: TaxInvoice) -> Result<TaxInvoiceView, Common> {
    let id = row.id;
    there(views(conn, company, vec![row])?.pop(), "tax invoice", id)
}

/// Tax invoices by (day of issue, id), after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedTaxInvoices<'_>,
    after: Option<(NaiveDate, TaxInvoiceId)>,
    limit: u32,
) -> Result<Vec<TaxInvoiceView>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let filter = wanted.filter(conn, company)?;
        let rows = query::tax_invoices::list(conn, company, &filter, after, limit)?;
        views(conn, company, rows)
    })
}

/// What stood at a day, as it was known at a position.
pub(crate) struct Standing {
    /// Those that stood, by day of issue, and how much of each is of documents.
    pub rows: Vec<(TaxInvoice, Minor)>,
    /// How much of each document's gross was in one that stood.
    pub linked: HashMap<DocumentId, Minor>,
    /// The numbers of all that were recorded, also of those that stood no more.
    pub numbers: HashSet<String>,
}

/// Rows read at once.
const PAGE: u32 = 500;

/// See [`Standing`].
pub(crate) fn standing_at(
    conn: &mut Conn,
    company: CompanyId,
    (as_of, known_at): (NaiveDate, u64),
) -> Result<Standing, Common> {
    let filter = Filter { to: Some(as_of), known_at: Some(known_at), ..Filter::default() };
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = query::tax_invoices::list(conn, company, &filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some((last.issued_on, last.id));
        all.extend(page);
    }
    let numbers: HashSet<String> = all.iter().map(|row| row.number.clone()).collect();
    let voidings: Vec<Uuid> = all.iter().filter_map(|row| row.voided_ref).collect();
    let known: HashSet<Uuid> = query::seals::known(conn, company, &voidings, known_at)?;
    let voided = |row: &TaxInvoice| {
        row.voided_on.is_some_and(|on| on <= as_of)
            && row.voided_ref.is_some_and(|seal| known.contains(&seal))
    };
    let mut red: HashMap<TaxInvoiceId, Minor> = HashMap::new();
    for row in all.iter().filter(|row| !voided(row)) {
        if let Some(original) = row.original {
            let sum = red.entry(original).or_default();
            *sum = sum.add(row.gross)?;
        }
    }
    let stands = |row: &TaxInvoice| {
        let red = red.get(&row.id).copied().unwrap_or_default();
        TaxInvoiceStatus::of(voided(row), row.gross, red) == TaxInvoiceStatus::Issued
    };
    all.retain(stands);
    let ids: Vec<TaxInvoiceId> = all.iter().map(|row| row.id).collect();
    let (mut linked, mut of): (HashMap<DocumentId, Minor>, HashMap<TaxInvoiceId, Minor>) = Default::default();
    for link in query::tax_invoices::links_of(conn, company, &ids)? {
        let sum = linked.entry(link.document).or_default();
        *sum = sum.add(link.amount)?;
        let sum = of.entry(link.tax_invoice).or_default();
        *sum = sum.add(link.amount)?;
    }
    let rows = all.into_iter().map(|row| (of.get(&row.id).copied().unwrap_or_default(), row));
    Ok(Standing { rows: rows.map(|(sum, row)| (row, sum)).collect(), linked, numbers })
}
