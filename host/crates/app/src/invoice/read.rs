use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::customer::{CurrentItem, CustomerRef, wanted_id};
use crate::dispute::disputed_now;
use crate::document::{self, Hands, Means, Posted, hands_of};
use crate::due;
use crate::plugin::{self, GuestWords};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, DocumentId, EntryId};
use domain::ledger::BILLED;
use domain::terms::Terms;
use money::{Currency, Minor};
use std::collections::HashMap;
use store::query::documents::Filter;
use store::rows::{Document, DocumentAllowance, DocumentLine, OpenItem, TaxLine};
use store::{Conn, Tx, query};

/// A posted document with its lines and tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceView {
    pub document: Document,
    pub lines: Vec<DocumentLine>,
    pub allowances: Vec<DocumentAllowance>,
    pub taxes: Vec<TaxLine>,
    /// What was agreed, where the document keeps it.
    pub terms: Option<Terms>,
    /// When and by what means it was issued to its customer, as that was noted last.
    pub issued: Option<(NaiveDate, Means)>,
    /// The document that took it back, and its number.
    pub reversed_by: Option<(DocumentId, String)>,
    pub hands: Hands,
    /// Its open items, what is due first in front.
    pub items: Vec<CurrentItem>,
    /// What is open of them.
    pub open: Minor,
    /// What the tax plugin said beside the figures; empty once the customer is erased.
    pub words: GuestWords,
}

/// The document of `kind` that an id or number names.
pub(crate) fn find(conn: &mut Conn, company: CompanyId, kind: &str, name: &str) -> Result<Document, Common> {
    let row = match name.parse::<DocumentId>() {
        Ok(id) => query::documents::by_id(conn, company, id)?,
        Err(_) => query::documents::by_number(conn, company, kind, name)?,
    };
    row.filter(|row| row.kind == kind).ok_or_else(|| Common::not_found("document", name))
}

/// The document of `kind` that an id or number names, else the one that its caller knows by the name.
pub(super) fn find_known(
    conn: &mut Conn,
    company: CompanyId,
    kind: &str,
    name: &str,
) -> Result<Document, Common> {
    match find(conn, company, kind, name) {
        Err(Common::NotFound { noun, id }) => {
            let known = query::documents::by_external_id(conn, company, kind, name)?;
            known.ok_or(Common::NotFound { noun, id })
        }
        found => found,
    }
}

/// The document of whatever kind that an id or number names.
pub(crate) fn find_any(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Document, Common> {
    let row = match name.parse::<DocumentId>() {
        Ok(id) => query::documents::by_id(conn, company, id)?,
        Err(_) => query::documents::by_any_number(conn, company, name)?,
    };
    row.ok_or_else(|| Common::not_found("document", name))
}

/// A document by id or number, with lines and tax where it has them.
pub fn get(app: &App, actor: &Actor, company: CompanyId, name: &str) -> Result<InvoiceView, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let document = find_any(conn, company, name)?;
        view(&ctx, conn, document)
    })
}

/// As [`get`], in the caller's transaction: nobody posts to it until that ends.
pub fn held(app: &App, tx: &mut Tx<'_>, company: CompanyId, name: &str) -> Result<InvoiceView, Common> {
    let ctx = Context::new(app);
    query::companies::lock(tx, company)?;
    let document = find_any(tx, company, name)?;
    view(&ctx, tx, document)
}

/// What is shown of a document.
pub(crate) fn view(ctx: &Context<'_>, conn: &mut Conn, document: Document) -> Result<InvoiceView, Common> {
    let company = document.company;
    let lines = query::documents::lines_of(conn, company, &[document.id])?;
    let taxes = query::documents::tax_lines_of(conn, company, &[document.id])?;
    let allowances = query::documents::allowances_of(conn, company, &[document.id])?;
    let terms = query::terms::of_documents(conn, company, &[document.id])?.pop().map(|row| row.terms.0);
    let issued = document::noted(conn, company, document.id)?;
    let mut made = query::open_items::of_document(conn, company, document.id)?;
    made.sort_by_key(|item| (item.due_now, item.id));
    let hands = hands(conn, &document, made.first().map(|item| item.entry))?;
    let reversed_by = document::reversal_of(conn, company, document.id)?.map(|by| (by.id, by.number));
    let open = Minor::sum(made.iter().filter(|item| is_its_own(item)).map(|item| item.open))?;
    let mut kept = due::of_items(conn, company, &made.iter().collect::<Vec<_>>())?;
    let mut disputes = disputed_now(conn, company, &made.iter().map(|item| item.id).collect::<Vec<_>>())?;
    let current = |item: OpenItem| {
        let terms = kept.remove(&item.id).unwrap_or_default();
        let dispute = disputes.remove(&item.id);
        CurrentItem { item, document: None, terms, dispute }
    };
    let items = made.into_iter().map(current).collect();
    let words = match document.invocation {
        Some(id) => plugin::words(ctx, conn, company, id)?,
        None => GuestWords::default(),
    };
    Ok(InvoiceView {
        document,
        lines,
        allowances,
        taxes,
        terms,
        issued,
        reversed_by,
        hands,
        items,
        open,
        words,
    })
}

/// Who prepared and approved a document, which `entry` posted.
fn hands(conn: &mut Conn, document: &Document, entry: Option<EntryId>) -> Result<Hands, Common> {
    let allocations = match entry {
        Some(entry) => query::allocations::of_entry(conn, document.company, entry)?,
        None => Vec::new(),
    };
    let posted = Posted {
        document: Some(document.id),
        bank_line: document.bank_line,
        proposal: allocations.iter().find_map(|one| one.proposal),
        by: document.created_by.clone(),
    };
    there(hands_of(conn, document.company, &[posted])?.pop(), "hands of", document.id)
}

/// Which documents are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    pub kind: Option<&'a str>,
    pub customer: Option<&'a CustomerRef>,
    pub external_id: Option<&'a str>,
    /// Effective on or after.
    pub from: Option<NaiveDate>,
    /// Effective on or before.
    pub to: Option<NaiveDate>,
    pub currency: Option<Currency>,
    /// Whether something of it is still open.
    pub open: Option<bool>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter<'a>, Common> {
        let Wanted { kind, external_id, from, to, currency, open, .. } = *self;
        let customer = wanted_id(conn, company, self.customer)?;
        Ok(Filter { kind, customer, external_id, from, to, currency, open })
    }
}

/// A document of this kind by id or number.
pub fn document(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    kind: &str,
    name: &str,
) -> Result<Document, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.read(|conn| find(conn, company, kind, name))
}

/// Documents by (effective date, id), after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<(NaiveDate, DocumentId)>,
    limit: u32,
) -> Result<Vec<Document>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        Ok(query::documents::list(conn, company, &filter, after, limit)?)
    })
}

/// Whether an item counts as what is open of its document: a bill of exchange is owed until it matures, beside the credit of what it paid;
/// what is billed of a delivery stands on another account.
fn is_its_own(item: &OpenItem) -> bool {
    item.kind != "bill" && item.kind != BILLED
}

/// What is open of these documents now, of a bill of exchange what of its money pays nothing yet; of one that made no item nothing is.
pub fn left(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    documents: &[Document],
) -> Result<HashMap<DocumentId, Minor>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let ids: Vec<DocumentId> = documents.iter().map(|document| document.id).collect();
    let items = app.db.read(|conn| query::open_items::of_documents(conn, company, &ids))?;
    let mut left: HashMap<DocumentId, Minor> = HashMap::new();
    for item in items {
        let Some(document) = item.document.filter(|_| is_its_own(&item)) else { continue };
        let sum = left.entry(document).or_default();
        *sum = sum.add(item.open)?;
    }
    Ok(left)
}
