//! Loads what invoices stand on: company, customers, keys, locks, bindings, rates, originals, all of one snapshot.

use super::issue::{FxInput, InvoiceKind, IssueInvoice, IssueInvoiceError, check_rate};
use crate::common::{Common, Context, there};
use crate::customer::CustomerRef;
use crate::plugin::{self, BoundPlugin, FoundPlugin};
use crate::vault::{self, Secret};
use crate::{customer, dates, delivery, period};
use chrono::NaiveDate;
use domain::ids::{CompanyId, CustomerId, DocumentId, KeyId};
use domain::ledger::FxRate;
use domain::plugin::World;
use money::{Minor, normal_form};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::query::settings::Settings;
use store::rows::{
    Company, Customer, Document, DocumentAllowance, DocumentLine, Key, OpenItem, TaxLine as TaxRow,
};
use store::{Conn, query};

/// What the steps after *load* stand on; the write checks that it still holds.
pub(super) struct Loaded {
    pub company: Arc<Company>,
    pub company_key: Secret,
    pub customer: Arc<Customer>,
    pub party_key: Secret,
    pub fx: FxRate,
    pub plugin: Arc<BoundPlugin>,
    pub known_at: u64,
    pub original: Option<LoadedOriginal>,
    /// As it was said, else the day of the last delivery that it bills.
    pub supply_date: Option<NaiveDate>,
}

impl Loaded {
    /// What the document takes back of its original. A debit note adds to its own: it is bounded by nothing of that, and taxed for itself.
    pub fn taken_back(&self, input: &IssueInvoice) -> Option<&LoadedOriginal> {
        self.original.as_ref().filter(|_| !input.kind.charges())
    }
}

/// The invoice that a credit note corrects or a debit note raises, with its tax and what was credited already.
pub(super) struct LoadedOriginal {
    pub document: Document,
    pub parts: Parts,
    pub item: OpenItem,
    pub credited: Vec<(Document, Parts)>,
}

/// What hangs on a document.
pub(super) struct Parts {
    pub lines: Vec<DocumentLine>,
    pub allowances: Vec<DocumentAllowance>,
    pub tax: Vec<TaxRow>,
}

impl Parts {
    fn load(conn: &mut Conn, company: CompanyId, id: DocumentId) -> Result<Self, Common> {
        Ok(Parts {
            lines: query::documents::lines_of(conn, company, &[id])?,
            allowances: query::documents::allowances_of(conn, company, &[id])?,
            tax: query::documents::tax_lines_of(conn, company, &[id])?,
        })
    }

    /// The document's own allowances and charges.
    pub fn document_level(&self) -> impl Iterator<Item = &DocumentAllowance> {
        self.allowances.iter().filter(|allowance| allowance.line == 0)
    }
}

impl LoadedOriginal {
    /// Gross that may still be credited.
    pub fn left(&self) -> Result<Minor, Common> {
        Ok(self.document.gross.sub(Minor::sum(self.credited.iter().map(|c| c.0.gross))?)?)
    }
}

/// Loads what each of `inputs` stands on, all of one snapshot; or says why one cannot be posted.
///
/// # Errors
/// What none of them can do without.
pub(super) fn load(
    ctx: &Context<'_>,
    company: CompanyId,
    inputs: &[&IssueInvoice],
) -> Result<Vec<Result<Loaded, IssueInvoiceError>>, Common> {
    let (found, bindings) = ctx.app.db.snapshot(|conn| {
        let mut snapshot = Snapshot::begin(ctx, conn, company)?;
        if inputs.len() > 1 {
            snapshot.meet(conn, inputs)?;
        }
        let found: Vec<_> = inputs.iter().map(|input| snapshot.one(ctx, conn, input)).collect();
        Ok::<_, Common>((found, snapshot.bindings))
    })?;
    // no transaction is open any more: what is bound may have to be compiled
    let mut plugins: HashMap<NaiveDate, Arc<BoundPlugin>> = HashMap::new();
    let mut loaded = Vec::with_capacity(found.len());
    for (found, input) in found.into_iter().zip(inputs) {
        loaded.push(found.and_then(|with_plugin| {
            let date = input.document_date;
            if let Some(plugin) = plugins.get(&date) {
                return Ok(with_plugin(plugin.clone()));
            }
            let unbound = || Common::Unbound { slot: World::Tax.name().to_owned(), date };
            let plugin = Arc::new(plugin::load(ctx, bindings.get(&date).ok_or_else(unbound)?)?);
            plugins.insert(date, plugin.clone());
            Ok(with_plugin(plugin))
        }));
    }
    Ok(loaded)
}

/// What documents of a snapshot share is read once.
struct Snapshot {
    company: Arc<Company>,
    company_key: Secret,
    settings: Arc<Settings>,
    known_at: u64,
    customers: HashMap<CustomerId, (Arc<Customer>, Secret)>,
    /// Of those customers, by code.
    codes: HashMap<String, CustomerId>,
    bindings: HashMap<NaiveDate, FoundPlugin>,
}

impl Snapshot {
    fn begin(ctx: &Context<'_>, conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        let held = there(query::settings::of(&ctx.app.db, conn, company)?, "company", company)?;
        Ok(Snapshot {
            company: Arc::new(held.company),
            company_key: vault::company_key(ctx, conn, company)?,
            settings: held.settings,
            known_at: query::seals::head(conn, company)?.map_or(0, |seal| seal.position),
            customers: HashMap::new(),
            codes: HashMap::new(),
            bindings: HashMap::new(),
        })
    }

    /// Reads the customers of many documents at once, with their keys. Who is not found, or whose key cannot be opened, is asked for
    /// again where she is named, and refused there.
    fn meet(&mut self, conn: &mut Conn, inputs: &[&IssueInvoice]) -> Result<(), Common> {
        let (mut ids, mut codes) = (BTreeSet::new(), BTreeSet::new());
        for input in inputs {
            match &input.customer {
                CustomerRef::Id(id) => {
                    ids.insert(*id);
                }
                CustomerRef::Code(code) => {
                    codes.insert(code.as_str());
                }
            }
        }
        let company = self.company.id;
        let (ids, codes): (Vec<CustomerId>, Vec<&str>) =
            (ids.into_iter().collect(), codes.into_iter().collect());
        let mut rows = query::customers::by_ids(conn, company, &ids)?;
        rows.extend(query::customers::by_codes(conn, company, &codes)?);
        let keys: BTreeSet<KeyId> = rows.iter().map(|row| row.party_key).collect();
        let keys: Vec<KeyId> = keys.into_iter().collect();
        let keys: HashMap<KeyId, Key> =
            query::keys::by_ids(conn, company, &keys)?.into_iter().map(|key| (key.id, key)).collect();
        for row in rows {
            let wrapped = keys.get(&row.party_key).and_then(|key| key.wrapped.as_deref());
            if let Ok(key) = vault::unwrap_key(&self.company_key, wrapped) {
                self.codes.insert(row.code.clone(), row.id);
                self.customers.insert(row.id, (Arc::new(row), key));
            }
        }
        Ok(())
    }

    /// A customer that a document names, with her key.
    fn customer(
        &self,
        conn: &mut Conn,
        named: &CustomerRef,
    ) -> Result<(Arc<Customer>, Option<Secret>), Common> {
        let id = match named {
            CustomerRef::Id(id) => Some(id),
            CustomerRef::Code(code) => self.codes.get(code),
        };
        if let Some((row, key)) = id.and_then(|id| self.customers.get(id)) {
            return Ok((row.clone(), Some(key.clone())));
        }
        Ok((Arc::new(customer::resolve(conn, self.company.id, named)?), None))
    }

    /// Everything but the plugin, which is loaded later.
    fn one(
        &mut self,
        ctx: &Context<'_>,
        conn: &mut Conn,
        input: &IssueInvoice,
    ) -> Result<impl FnOnce(Arc<BoundPlugin>) -> Loaded + use<>, IssueInvoiceError> {
        let id = self.company.id;
        let supply = input.supply_date.map(|date| ("/supply_date", date));
        let effective = input.effective_date.map(|date| ("/effective_date", date));
        let dated = [("/document_date", input.document_date)].into_iter().chain(effective).chain(supply);
        dates::check(ctx, &self.company, dated, input.due_date.map(|date| ("/due_date", date)))?;
        let (customer, known) = self.customer(conn, &input.customer)?;
        // a credit takes back what was charged before
        if input.kind.charges() {
            customer::check_open(&customer)?;
        }
        period::refuse_locked(&self.settings.locks, super::write::dates(input))?;
        let original = load_original(conn, id, &customer, input)?;
        let supply_date = supplied(conn, &customer, input)?;
        let fx = load_rate(conn, &self.company, input, original.as_ref())?;
        if let Entry::Vacant(place) = self.bindings.entry(input.document_date) {
            place.insert(plugin::bound_by(&self.settings, World::Tax.name(), input.document_date)?);
        }
        let party_key = match known {
            Some(key) => key,
            None => {
                let key = vault::key(conn, id, &self.company_key, customer.party_key)?;
                self.codes.insert(customer.code.clone(), customer.id);
                self.customers.insert(customer.id, (customer.clone(), key.clone()));
                key
            }
        };
        let (company, company_key, known_at) =
            (self.company.clone(), self.company_key.clone(), self.known_at);
        Ok(move |plugin| Loaded {
            company,
            company_key,
            customer,
            party_key,
            fx,
            plugin,
            known_at,
            original,
            supply_date,
        })
    }
}

/// When it was delivered: as it says, else on the last day of what it bills of her deliveries, as where it is made of them. What it cannot bill is
/// refused once the deliveries are held.
fn supplied(conn: &mut Conn, customer: &Customer, input: &IssueInvoice) -> Result<Option<NaiveDate>, Common> {
    if input.supply_date.is_some() || !input.kind.charges() {
        return Ok(input.supply_date);
    }
    let names: BTreeSet<&str> = input.deliveries.iter().map(|part| part.delivery.as_str()).collect();
    let rows = delivery::find_each(conn, customer.company, &names)?;
    Ok(rows.iter().filter(|row| row.customer == customer.id).map(|row| row.delivered_on).max())
}

/// The rate of the document. What takes back or raises what was charged has the rate at which that was charged: a credit note and a write-off
/// that of their original, a debit note whose lines name lines of its original. Of everything else it is the one that is given, or the stored
/// one on or before the document date.
pub(super) fn load_rate(
    conn: &mut Conn,
    company: &Company,
    input: &IssueInvoice,
    original: Option<&LoadedOriginal>,
) -> Result<FxRate, IssueInvoiceError> {
    let (currency, base, date) = (input.currency, company.base_currency, input.document_date);
    let told = input.fx.as_ref().map(FxInput::checked).transpose()?;
    // of an advance: the receipt's, which was looked at there
    if input.kind != InvoiceKind::Advance {
        check_rate(told.as_ref(), base, (currency, date))?;
    }
    let corrected = match original {
        Some(original) if currency != base => corrects(input)?.then_some(&original.document),
        _ => None,
    };
    let given = match (told, corrected) {
        (told, None) => told,
        (told, Some(of)) => {
            let own = crate::document::stored_rate(of.fx_rate, of.fx_date, &of.fx_source)?;
            if input.kind == InvoiceKind::CreditNote
                && told.as_ref().is_some_and(|fx| fx.rate() != own.rate())
            {
                let (number, rate) = (&of.number, normal_form(own.rate()));
                return Err(Common::invalid(
                    "/fx",
                    format!(
                        "differs from {rate}, the rate of {number}: a credit note takes that of its original"
                    ),
                )
                .into());
            }
            Some(told.filter(|_| input.kind != InvoiceKind::CreditNote).unwrap_or(own))
        }
    };
    let rate = crate::document::rate_on(conn, company, currency, date, given)?;
    rate.ok_or(IssueInvoiceError::NoRate { currency, base, date })
}

/// Whether a document takes back, or raises, what its original charged. A debit note does one or the other: further goods are sold at the rate
/// of their own day.
fn corrects(input: &IssueInvoice) -> Result<bool, Common> {
    if input.kind != InvoiceKind::DebitNote {
        return Ok(true);
    }
    // a discount line goes with the one that it discounts
    let lines = || input.lines.iter().enumerate().filter(|(_, line)| line.nature != "discount");
    let further = lines().find(|(_, line)| line.original_line.is_none());
    match further {
        Some((n, _)) if lines().any(|(_, line)| line.original_line.is_some()) => Err(Common::invalid(
            format!("/lines/{n}/original_line"),
            "is required beside lines that raise a price: those have the rate of the original, further goods that of the day",
        )),
        found => Ok(found.is_none()),
    }
}

/// What a credit note may name as its original.
fn creditable(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Document, Common> {
    match invoice(conn, company, name) {
        Err(Common::NotFound { .. }) => {
            super::read::find_known(conn, company, InvoiceKind::DebitNote.name(), name)
        }
        found => found,
    }
}

fn invoice(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Document, Common> {
    super::read::find_known(conn, company, InvoiceKind::Invoice.name(), name)
}

/// What a debit note may name as its original: what was taken back is raised no more.
fn raisable(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Document, Common> {
    let document = invoice(conn, company, name)?;
    let corrections = crate::document::standing_corrections(conn, company, document.id)?;
    match corrections.iter().find(|by| by.kind == crate::document::MIRROR) {
        Some(by) => {
            let message = format!("{} is reversed by {}", document.number, by.number);
            Err(Common::invalid("/original", message))
        }
        None => Ok(document),
    }
}

/// What corrects an invoice is not of a day before it, on paper or in the books, as a reversal is not.
fn not_before(input: &IssueInvoice, original: &Document) -> Result<(), Common> {
    let effective = super::write::effective_date(input);
    let (pointer, since) = if input.document_date < original.document_date {
        ("/document_date", original.document_date)
    } else if effective < original.effective_date {
        let said = input.effective_date.is_some();
        (if said { "/effective_date" } else { "/document_date" }, original.effective_date)
    } else {
        return Ok(());
    };
    let number = &original.number;
    Err(Common::invalid(pointer, format!("lies before {since}, the day of {number}, which it corrects")))
}

fn load_original(
    conn: &mut Conn,
    company: CompanyId,
    of: &Customer,
    input: &IssueInvoice,
) -> Result<Option<LoadedOriginal>, IssueInvoiceError> {
    let document = match (input.kind, input.original.as_deref()) {
        (InvoiceKind::Advance, _) => return Ok(None),
        (InvoiceKind::DebitNote, Some(name)) => raisable(conn, company, name)?,
        (InvoiceKind::DebitNote, None) => {
            return Err(Common::invalid(
                "/original",
                "is required: a debit note names the invoice that it raises",
            )
            .into());
        }
        (kind, Some(_)) if kind.charges() => {
            return Err(
                Common::invalid("/original", "only a credit note or a debit note has an original").into()
            );
        }
        (kind, None) if kind.charges() => return Ok(None),
        (_, None) => {
            // whether a credit may stand alone at all is the tax rules' to say; the books want to know why (decision 23)
            let reason = input.text.as_deref().is_some_and(|text| !text.trim().is_empty());
            return if reason { Ok(None) } else { Err(IssueInvoiceError::OriginalMissing) };
        }
        // whatever was charged can stay unpaid
        (InvoiceKind::WriteOff(_), Some(name)) => super::read::find_any(conn, company, name)?,
        (_, Some(name)) => creditable(conn, company, name)?,
    };
    // of one who was merged it is corrected on the account of whoever took her place
    let hers = document.customer == of.id
        || customer::standing_for(conn, company, &[document.customer])?.contains(&of.id);
    if !hers || document.currency != input.currency {
        return Err(IssueInvoiceError::OriginalUnfit { original: document.number, currency: input.currency });
    }
    if matches!(input.kind, InvoiceKind::CreditNote | InvoiceKind::DebitNote) {
        not_before(input, &document)?;
    }
    let items = query::open_items::of_document(conn, company, document.id)?;
    let item = items
        .into_iter()
        .next()
        .ok_or_else(|| Common::not_found("open item of invoice", &document.number))?;
    let mut credited = Vec::new();
    for note in crate::document::standing_corrections(conn, company, document.id)? {
        let parts = Parts::load(conn, company, note.id)?;
        credited.push((note, parts));
    }
    let parts = Parts::load(conn, company, document.id)?;
    Ok(Some(LoadedOriginal { document, parts, item, credited }))
}
