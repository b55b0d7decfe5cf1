//! Computes document and entry, and writes them in one transaction.

use super::assess::Assessed;
use super::credit::{self, Cleared, Pays};
use super::hashed::{document_allowances, document_tax, row_texts, seller_taxes, text_parts};
use super::issue::{InvoiceKind, IssueInvoice, IssueInvoiceError, IssuedInvoice};
use super::linked::{Linked, linked};
use super::load::{Loaded, load_rate};
use super::parts::Parts;
use crate::adjusting::OfLine;
use crate::common::{Common, Context};
use crate::delivery::deferral;
use crate::document::{self, TextCommitment};
use crate::plugin::{GuestWords, PreparedInvocation};
use crate::{event, period};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::document::{Document, DocumentLine};
use domain::ids::{CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{self, EntryDraft, Head, InvoicePosting, account, post_billed, post_invoice};
use domain::plugin::World;
use domain::tax::{Accepted, AcceptedTax};
use domain::time::AccountingDate;
use money::{Minor, Money};
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use store::query::documents::DocumentRows;
use store::query::settings::Held;
use store::rows::{Binding, Customer, Event, OpenItem};
use store::{Tx, query};

/// An invoice that is assessed and only waits to be written: its ids and the commitment to its texts are made.
pub(crate) struct PreparedInvoice {
    pub(super) loaded: Loaded,
    assessed: Assessed,
    pub(super) ids: Ids,
    parts: Parts,
    pub(super) text: TextCommitment,
    /// Of a write-off: the item that it clears, and the account that bears it.
    pub(super) clears: Option<(OpenItemId, String)>,
    /// Of a write-off that comes with a bank line.
    of_line: Option<OfLine>,
    /// Documents that are written before it in the same transaction, and correct the same original.
    after: Vec<DocumentId>,
}

impl PreparedInvoice {
    pub(super) fn new(
        ctx: &Context<'_>,
        input: &IssueInvoice,
        loaded: Loaded,
        assessed: Assessed,
    ) -> Result<Self, Common> {
        let ids = Ids { document: DocumentId::new(ctx.uuid()), entry: EntryId::new(ctx.uuid()) };
        let parts =
            Parts::plan(ctx, (&*loaded.customer, loaded.supply_date), input, assessed.accepted.payable)?;
        let text = document::commit_text(ctx, &loaded.party_key, &text_parts(input, &assessed.accepted))?;
        Ok(PreparedInvoice {
            loaded,
            assessed,
            ids,
            parts,
            text,
            clears: None,
            of_line: None,
            after: Vec::new(),
        })
    }
    /// It clears `item` in its own entry, against `account`.
    pub(crate) fn clearing(self, item: OpenItemId, account: String) -> Self {
        PreparedInvoice { clears: Some((item, account)), ..self }
    }
    pub(crate) fn of_line(self, of: OfLine) -> Self {
        PreparedInvoice { of_line: Some(of), ..self }
    }
    /// It is written after `earlier`, in one transaction: together they take no more off an original than is left of it.
    pub(crate) fn after<'a>(
        self,
        earlier: impl Iterator<Item = &'a PreparedInvoice>,
    ) -> Result<Self, IssueInvoiceError> {
        let Some(original) = &self.loaded.original else { return Ok(self) };
        let same: Vec<&PreparedInvoice> =
            earlier.filter(|other| other.original() == Some(original.document.id)).collect();
        let before = Minor::sum(same.iter().map(|other| other.gross()))?;
        let (amount, left) = (before.add(self.gross())?, original.left()?);
        if amount > left {
            let money = |minor| Money::new(minor, original.document.currency);
            let (number, amount, left) = (original.document.number.clone(), money(amount), money(left));
            return Err(IssueInvoiceError::ExceedsOriginal { original: number, amount, left });
        }
        let after = same.iter().map(|other| other.ids.document).collect();
        Ok(PreparedInvoice { after, ..self })
    }
    /// No tax changes by it, nor what one stands on.
    pub(crate) fn is_outside(&self) -> bool {
        self.assessed.accepted.taxes.iter().all(AcceptedTax::is_outside)
    }
    /// The seller collects no tax by it.
    pub(crate) fn is_untaxed(&self) -> bool {
        self.assessed.accepted.tax.is_zero()
    }
    /// The call behind it.
    pub(crate) fn call(&self) -> &PreparedInvocation {
        &self.assessed.invocation
    }
    pub(crate) fn customer(&self) -> CustomerId {
        self.loaded.customer.id
    }
    /// What the customer will owe by it, or not owe any more.
    pub(crate) fn gross(&self) -> Minor {
        self.assessed.accepted.gross
    }
    pub(crate) fn payable(&self) -> Minor {
        self.assessed.accepted.payable
    }
    /// Of a credit note: the invoice it corrects.
    pub(crate) fn original(&self) -> Option<DocumentId> {
        self.loaded.original.as_ref().map(|original| original.document.id)
    }
}

/// Writes what was prepared, inside a transaction of the caller.
pub(crate) fn write_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    input: &IssueInvoice,
    prepared: &PreparedInvoice,
) -> Result<IssuedInvoice, IssueInvoiceError> {
    let mut issued = write_many(ctx, tx, actor, &[(input, prepared)])?;
    issued.pop().ok_or_else(|| lost("an invoice that was written").into())
}

/// That what the answer stands on still holds, where nothing but the answer is needed.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    input: &IssueInvoice,
    prepared: &PreparedInvoice,
) -> Result<(), IssueInvoiceError> {
    check(tx, prepared.loaded.company.id, &[(input, prepared)]).map(drop)
}

/// As [`write_in`], of documents of one company: all checks, then a range of numbers, then the rows of all, table by table.
/// Where one is refused, none is written; no two may correct one original.
///
/// # Errors
/// What the first of them was refused with.
pub(crate) fn write_many(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    documents: &[(&IssueInvoice, &PreparedInvoice)],
) -> Result<Vec<IssuedInvoice>, IssueInvoiceError> {
    let Some((_, first)) = documents.first() else { return Ok(Vec::new()) };
    let company = first.loaded.company.id;
    let (held, clearable) = check(tx, company, documents)?;
    let mut named = linked(ctx, tx, documents)?.into_iter();
    let defers = (company, deferral::applies(&held.settings));
    let series: Vec<document::Series> =
        documents.iter().map(|(input, _)| document::series(input.kind.name(), input.document_date)).collect();
    let numbers = document::take_numbers(tx, company, &series)?;
    let mut rows = DocumentRows::default();
    let mut posted = Vec::with_capacity(documents.len());
    let mut issued = Vec::with_capacity(documents.len());
    let (mut relieved, mut kept) = (Vec::new(), (Vec::new(), Vec::new()));
    let (mut links, mut paid) = (Vec::with_capacity(documents.len()), Vec::with_capacity(documents.len()));
    for (((input, prepared), number), items) in documents.iter().zip(numbers).zip(clearable) {
        let PreparedInvoice { assessed, parts, text, .. } = prepared;
        let document = compose(prepared, input, number)?;
        let digest = document.digest()?;
        let mut draft = post(ctx, actor, prepared, input, (&document, digest))?;
        let Some(mut link) = named.next() else { return Err(lost("what a document bills").into()) };
        if input.rebill {
            link.rebill(ctx, tx, actor, (*prepared, &document))?;
        }
        link.defer(tx, defers, &document, &mut draft)?;
        let Cleared { draft, relieved: changes, pays } =
            credit::clear(ctx, tx, (*input, *prepared), draft, items)?;
        relieved.extend(changes);
        let (draft, released) = link.billing.release(ctx, tx, draft)?;
        relieved.extend(released);
        let entry = ledger::Entry::try_new(draft)?;
        let row = document::row(ctx, actor, company, (&document, digest), text, extra(input));
        document::push_rows(&mut rows, row, &document, row_texts(input));
        posted.push((entry, vec![event(ctx, actor, input, prepared, &document, (&link, &pays))]));
        links.push(link);
        paid.push(pays);
        let (terms, instalments) = parts.rows(company, (document.id, document.customer));
        kept.0.extend(terms);
        kept.1.extend(instalments);
        issued.push(self::issued(prepared, &document, &assessed.accepted));
    }
    let calls: Vec<_> = documents.iter().map(|(_, prepared)| &prepared.assessed.invocation).collect();
    PreparedInvocation::write_all(tx, &calls)?;
    query::documents::insert(tx, &rows)?;
    let entries = posted.iter().map(|(entry, events)| (entry, events.clone())).collect();
    crate::posting::write_many(tx, entries, &relieved, first.of_line.map(|of| of.proposal))?;
    query::terms::insert(tx, &kept.0, &kept.1)?;
    links.iter().try_for_each(|link| link.write(tx))?;
    for (issued, pays) in issued.iter_mut().zip(paid) {
        issued.allocations = pays.finish(ctx, tx, actor, company, issued.item)?;
    }
    Ok(issued)
}

/// What was loaded must still hold, or the figures stand on sand. Gives what of its original each may clear, held.
pub(super) fn check(
    tx: &mut Tx<'_>,
    company: CompanyId,
    documents: &[(&IssueInvoice, &PreparedInvoice)],
) -> Result<(Arc<Held>, Vec<Vec<OpenItem>>), IssueInvoiceError> {
    let held = query::settings::hold(tx, company)?;
    check_customers(tx, company, documents)?;
    let mut originals = HashSet::new();
    let mut clearable = Vec::with_capacity(documents.len());
    for (input, prepared) in documents {
        period::refuse_locked(&held.settings.locks, dates(input))?;
        check_company(tx, &held, &prepared.loaded, input)?;
        clearable.push(check_original(tx, input.kind, prepared)?);
        if let Some((item, _)) = &prepared.clears {
            // waited for before the number is taken
            query::open_items::lock(tx, company, &[*item])?;
        }
        if let Some(original) = prepared.original().filter(|original| !originals.insert(*original)) {
            return Err(Common::Conflict { what: format!("document {original}") }.into());
        }
    }
    Ok((held, clearable))
}

fn extra(input: &IssueInvoice) -> document::Extra {
    document::Extra {
        external_id: input.external_id.clone(),
        tax_invoice_number: input.tax_invoice_number.clone(),
        purchase_order: input.purchase_order.clone(),
        text: input.text.clone(),
        bank_line: None,
    }
}

fn event(
    ctx: &Context<'_>,
    actor: &Actor,
    input: &IssueInvoice,
    prepared: &PreparedInvoice,
    document: &Document,
    (linked, pays): (&Linked, &Pays),
) -> Event {
    let PreparedInvoice { loaded, ids, .. } = prepared;
    let kind = format!("{}.posted", input.kind.name());
    let data = json!({
        "number": document.number, "entry": ids.entry.to_string(), "customer": loaded.customer.id.to_string(),
    });
    let mut data = match input.kind {
        InvoiceKind::WriteOff(reason) => {
            OfLine::tell(prepared.of_line, event::with(data, "reason", reason.name().into()))
        }
        _ => data,
    };
    if let Some(links) = linked.billing.data() {
        data = event::with(data, "links", links);
    }
    if let Some(paid) = pays.data() {
        data = event::with(data, "clears", paid);
    }
    if !linked.deferrals.is_empty() {
        data = event::with(data, "deferred", deferral::data(&linked.deferrals, document.base_currency));
    }
    if let Some(confirmation) = &linked.confirmation {
        data = event::with(data, "red_confirmation", confirmation.data());
    }
    event::carried(ctx, actor, loaded.company.id, (&kind, ids.document), data, ids.entry.uuid())
}

fn lost(what: &str) -> Common {
    Common::Corrupt { what: "invoice", detail: format!("{what} is not there") }
}

pub(super) struct Ids {
    pub document: DocumentId,
    pub entry: EntryId,
}

pub(super) fn effective_date(input: &IssueInvoice) -> NaiveDate {
    input.effective_date.unwrap_or(input.document_date)
}

/// What period locks are asked about.
pub(super) fn dates(input: &IssueInvoice) -> period::PostingDates {
    period::PostingDates { effective: effective_date(input), document: Some(input.document_date) }
}

/// The customers' data decided the tax: a change meanwhile means assessing anew.
fn check_customers(
    tx: &mut Tx<'_>,
    company: CompanyId,
    documents: &[(&IssueInvoice, &PreparedInvoice)],
) -> Result<(), Common> {
    let ids: Vec<CustomerId> = documents.iter().map(|(_, prepared)| prepared.loaded.customer.id).collect();
    let versions = query::erasure::hold_versions(tx, company, &ids)?;
    for (_, prepared) in documents {
        let Customer { id, version, code, .. } = prepared.loaded.customer.as_ref();
        if versions.get(id) != Some(version) {
            return Err(Common::Conflict { what: format!("customer {code}") });
        }
    }
    Ok(())
}

/// So did the company's own row, the binding and the rate. Held, they stay as they are until this commits.
fn check_company(
    tx: &mut Tx<'_>,
    held: &Held,
    loaded: &Loaded,
    input: &IssueInvoice,
) -> Result<(), IssueInvoiceError> {
    let changed = |what: &str| Err(Common::Conflict { what: what.to_owned() }.into());
    if held.company.version != loaded.company.version {
        return changed("the company");
    }
    let same =
        |b: &Binding| (b.digest, b.config_digest) == (loaded.plugin.digest, loaded.plugin.config_digest);
    if !held.settings.binding(World::Tax.name(), input.document_date).is_some_and(same) {
        return changed("the binding of the tax plugin");
    }
    if load_rate(tx, &held.company, input, loaded.original.as_ref())? != loaded.fx {
        return changed("the exchange rate");
    }
    Ok(())
}

/// Two credit notes at once must not exceed the original together, nor clear the same of it.
fn check_original(
    tx: &mut Tx<'_>,
    kind: InvoiceKind,
    prepared: &PreparedInvoice,
) -> Result<Vec<OpenItem>, IssueInvoiceError> {
    let loaded = &prepared.loaded;
    let Some(original) = &loaded.original else { return Ok(Vec::new()) };
    let held = credit::hold(tx, kind, (loaded.company.id, original.document.id, original.item.id))?;
    let now = document::standing_corrections(tx, loaded.company.id, original.document.id)?;
    let own = |id: &DocumentId| prepared.after.contains(id);
    let now: BTreeSet<DocumentId> =
        now.iter().map(|correction| correction.id).filter(|id| !own(id)).collect();
    let loaded: BTreeSet<DocumentId> = original.credited.iter().map(|(note, _)| note.id).collect();
    // one that was reversed and another in its place are as many, but not the same
    if now != loaded {
        return Err(Common::Conflict { what: format!("invoice {}", original.document.number) }.into());
    }
    Ok(held)
}

pub(super) fn compose(
    prepared: &PreparedInvoice,
    input: &IssueInvoice,
    number: String,
) -> Result<Document, IssueInvoiceError> {
    let PreparedInvoice { loaded, assessed, ids, parts, text, .. } = prepared;
    let base_currency = loaded.company.base_currency;
    let Assessed { accepted, request, .. } = assessed;
    let totals = (accepted.tax, accepted.gross);
    let (base_net, base_tax, base_gross) =
        document::in_base(&loaded.fx, totals, input.currency, base_currency)?;
    let lines = accepted.lines.iter().zip(&input.lines).zip(&request.lines);
    let lines = lines.map(|((accepted, line), asked)| DocumentLine {
        line: accepted.line,
        parent: asked.parent,
        // the tax rules are not told which line a debit note raises: they tax it for itself
        original_line: asked.original_line.or(line.original_line),
        quantity: line.quantity,
        unit: line.unit.clone(),
        unit_price: line.unit_price,
        category: line.category.clone(),
        nature: line.nature.clone(),
        supply: line.supply.clone(),
        net: accepted.net,
        tax: accepted.tax,
        gross: accepted.gross,
    });
    Ok(Document {
        id: ids.document,
        kind: input.kind.name().to_owned(),
        number,
        customer: loaded.customer.id,
        currency: input.currency,
        document_date: input.document_date,
        effective_date: effective_date(input),
        due_date: parts.due_date(),
        supply_date: loaded.supply_date,
        price_mode: input.price_mode,
        net: accepted.net,
        tax: accepted.tax,
        gross: accepted.gross,
        fx: loaded.fx.clone(),
        base_currency,
        base_net,
        base_tax,
        base_gross,
        original: loaded.original.as_ref().map(|o| o.document.id),
        text: text.commitment,
        lines: lines.collect(),
        allowances: document_allowances(request),
        taxes: accepted.taxes.iter().map(document_tax).collect(),
        terms: parts.terms.clone(),
        computed: Some(assessed.invocation.computed()),
    })
}

fn post(
    ctx: &Context<'_>,
    actor: &Actor,
    prepared: &PreparedInvoice,
    input: &IssueInvoice,
    (document, digest): (&Document, Digest),
) -> Result<EntryDraft, IssueInvoiceError> {
    let PreparedInvoice { loaded, assessed: Assessed { accepted, .. }, ids, parts, clears, .. } = prepared;
    let head = Head {
        entry: ids.entry,
        company: loaded.company.id,
        customer: loaded.customer.id,
        document: ids.document,
        digest,
        item: parts.item,
        effective_date: AccountingDate::new(document.effective_date),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: input.currency,
        base_currency: loaded.company.base_currency,
    };
    let posting = InvoicePosting {
        head,
        credit: !input.kind.charges(),
        net: accepted.net,
        taxes: seller_taxes(accepted)?,
        withheld: accepted.withheld,
        prepaid: accepted.prepaid,
        payable_rounding: accepted.payable_rounding,
        payable: accepted.payable,
        parts: parts.posted(),
        fx: loaded.fx.clone(),
    };
    let kind = input.kind.name();
    Ok(match (input.kind, clears) {
        // to the world of statements and of reconciliation it is a debit note
        (InvoiceKind::LateFee, _) => post_billed(posting, (kind, "debit-note"), account::LATE_FEE)?,
        (InvoiceKind::DebitNote, _) => post_billed(posting, (kind, kind), account::REVENUE)?,
        (_, Some((_, account))) => post_billed(posting, (kind, kind), account)?,
        _ => post_invoice(posting)?,
    })
}

fn issued(prepared: &PreparedInvoice, document: &Document, accepted: &Accepted) -> IssuedInvoice {
    let money = |minor: Minor| Money::new(minor, document.currency);
    IssuedInvoice {
        id: document.id,
        number: document.number.clone(),
        entry: prepared.ids.entry,
        item: prepared.parts.item,
        parts: prepared.parts.list.clone(),
        allocations: Vec::new(),
        net: money(document.net),
        tax: money(document.tax),
        gross: money(document.gross),
        due_date: document.due_date,
        taxes: document
            .taxes
            .iter()
            .map(|t| (t.code.clone(), t.rate, money(t.base), money(t.amount)))
            .collect(),
        words: GuestWords {
            warnings: accepted.warnings.clone(),
            required_texts: accepted.required_texts.clone(),
            explanations: accepted.explanations.clone(),
        },
    }
}
