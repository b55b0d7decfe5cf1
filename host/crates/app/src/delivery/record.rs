//! Records a delivery: authorise → check → load → compute → write, in one transaction.

use super::billing::WantedPart;
use super::{DeliveryError, hashed, recorded_data, refuse_part, settings, text_of};
use crate::common::{Common, Context, authorise, check_code, check_name, check_text, there};
use crate::company::company_row;
use crate::customer::{self, CustomerRef};
use crate::document::{self, TextCommitment};
use crate::invoice::{self, FxInput};
use crate::posting::Relieved;
use crate::{App, dates, event, period, posting, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::delivery::{self as goods, Accounting, Part};
use domain::document::Document;
use domain::ids::{CompanyId, DeliveryId, DeliveryLinkId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{DELIVERY, DeliveryPosting, Entry, EntryDraft, FxRate, Head, post_delivery};
use domain::tax::PriceMode;
use domain::time::AccountingDate;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use store::rows::{Company, Customer, Delivery, DeliveryLine, DeliveryLink};
use store::types::DeliveryLinkKind;
use store::{Conn, StoreError, Tx, query};
use uuid::Uuid;

/// Lines of one delivery.
pub const LINES_MAX: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryLineInput {
    pub description: String,
    /// Of a return negative, as all lines of it.
    pub quantity: Decimal,
    pub unit: Option<String>,
    /// Without tax.
    pub unit_price: Decimal,
    pub category: String,
    /// goods | service
    pub supply: String,
}

/// A line that was invoiced before it was delivered (先开票后发货).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicedPart {
    /// Id or number of the invoice.
    pub document: String,
    /// Of the invoice; default: its only one.
    pub document_line: Option<u32>,
    /// Of this delivery, from 1.
    pub line: u32,
    pub wanted: WantedPart,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordDelivery {
    /// Number of the delivery slip.
    pub external_id: Option<String>,
    pub customer: CustomerRef,
    pub delivered_on: NaiveDate,
    pub currency: Currency,
    pub purchase_order: Option<String>,
    pub text: Option<String>,
    pub fx: Option<FxInput>,
    pub lines: Vec<DeliveryLineInput>,
    pub invoices: Vec<InvoicedPart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedDelivery {
    pub id: DeliveryId,
    pub number: String,
    /// Without tax.
    pub net: Money,
    /// What accrued it, and its open item; none where nothing is accrued.
    pub accrued: Option<(DocumentId, EntryId, OpenItemId)>,
}

/// Records it.
pub fn record(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &RecordDelivery,
) -> Result<RecordedDelivery, DeliveryError> {
    authorise(actor, Permission::Enter, company)?;
    check(input)?;
    let ctx = Context::new(app);
    let recorded = app.db.write(|tx| record_in(&ctx, tx, actor, company, input));
    recorded.map_err(|error| refused(app, company, input.external_id.as_deref(), error))
}

/// A slip that is there already is named.
pub(crate) fn refused(
    app: &App,
    company: CompanyId,
    external_id: Option<&str>,
    error: DeliveryError,
) -> DeliveryError {
    let DeliveryError::Common(Common::Store(StoreError::Unique { constraint })) = &error else {
        return error;
    };
    let Some(external_id) = external_id.filter(|_| constraint == "deliveries(company, external_id)") else {
        return error;
    };
    match app.db.read(|conn| query::deliveries::by_external_id(conn, company, external_id)) {
        Ok(Some(row)) => DeliveryError::ExternalIdTaken { id: row.id, number: row.number },
        Ok(None) => error,
        Err(failed) => failed.into(),
    }
}

/// Everything that can be refused without the database.
fn check(input: &RecordDelivery) -> Result<(), Common> {
    if input.lines.is_empty() || input.lines.len() > LINES_MAX {
        let message = format!("must hold 1 to {LINES_MAX} lines, found {}", input.lines.len());
        return Err(Common::invalid("/lines", message));
    }
    if let Some(id) = &input.external_id {
        check_code("/external_id", id)?;
    }
    for (pointer, text) in [("/purchase_order", &input.purchase_order), ("/text", &input.text)] {
        if let Some(text) = text {
            check_text(pointer, text)?;
        }
    }
    input.fx.as_ref().map(FxInput::checked).transpose()?;
    let returned = input.lines.first().is_some_and(|line| line.quantity.is_sign_negative());
    for (index, line) in input.lines.iter().enumerate() {
        let at = |field: &str| format!("/lines/{index}/{field}");
        check_name(&at("description"), &line.description)?;
        check_code(&at("category"), &line.category)?;
        if let Some(unit) = &line.unit {
            check_name(&at("unit"), unit)?;
        }
        if line.quantity.is_zero() {
            return Err(Common::invalid(at("quantity"), "must not be 0"));
        }
        if line.quantity.is_sign_negative() != returned {
            let message = "has another sign than the first: what comes back is a delivery of its own";
            return Err(Common::invalid(at("quantity"), message));
        }
        if line.unit_price < Decimal::ZERO {
            return Err(Common::invalid(at("unit_price"), "must not be negative"));
        }
        if !["goods", "service"].contains(&line.supply.as_str()) {
            let message = format!("{:?} is not one of goods, service", line.supply);
            return Err(Common::invalid(at("supply"), message));
        }
        goods::net(line.quantity, line.unit_price, input.currency)
            .map_err(|error| Common::invalid(at("unit_price"), error.to_string()))?;
    }
    if returned && !input.invoices.is_empty() {
        let message = "a return is billed by a credit note: give it there, in `deliveries`";
        return Err(Common::invalid("/invoices", message));
    }
    if input.invoices.len() > LINES_MAX {
        return Err(Common::invalid("/invoices", format!("must hold at most {LINES_MAX} parts")));
    }
    Ok(())
}

/// Everything that can be refused before the write, for deliveries that are looked at before many are written together.
pub(crate) fn prepare(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    input: &RecordDelivery,
) -> Result<(), DeliveryError> {
    check(input)?;
    let customer = customer::resolve(conn, company, &input.customer)?;
    customer::check_open(&customer)?;
    period::check_open(conn, company, input.delivered_on)?;
    let row = company_row(conn, company)?;
    dates::check(ctx, &row, [("/delivered_on", input.delivered_on)], None)?;
    if settings::of(conn, company)?.accounting == Accounting::Accrued {
        rate(conn, &row, input)?;
    }
    let Some(name) = &input.external_id else { return Ok(()) };
    match query::deliveries::by_external_id(conn, company, name)? {
        Some(row) => Err(DeliveryError::ExternalIdTaken { id: row.id, number: row.number }),
        None => Ok(()),
    }
}

fn rate(conn: &mut Conn, company: &Company, input: &RecordDelivery) -> Result<FxRate, DeliveryError> {
    let (currency, base, date) = (input.currency, company.base_currency, input.delivered_on);
    let given = input.fx.as_ref().map(FxInput::checked).transpose()?;
    let rate = document::rate_on(conn, company, currency, date, given)?;
    rate.ok_or(DeliveryError::NoRate { currency, base, date })
}

/// As [`record`], inside a transaction of the caller, who has authorised it.
pub(crate) fn record_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &RecordDelivery,
) -> Result<RecordedDelivery, DeliveryError> {
    check(input)?;
    period::hold_open(tx, company, input.delivered_on)?;
    let named = customer::resolve(tx, company, &input.customer)?;
    let customer = query::erasure::hold(tx, company, named.id)?;
    let returned = input.lines.first().is_some_and(|line| line.quantity.is_sign_negative());
    if !returned {
        customer::check_open(&customer)?;
    }
    let company_row = company_row(tx, company)?;
    dates::check(ctx, &company_row, [("/delivered_on", input.delivered_on)], None)?;
    let id = DeliveryId::new(ctx.uuid());
    let lines = lines(company, id, input)?;
    let net = Minor::sum(lines.iter().map(|line| line.net))?;
    Money::new(net, input.currency).bounded()?;
    let mut links = invoiced(ctx, tx, (company, id), &customer, input, &lines)?;
    let billed = Minor::sum(links.iter().map(|link| link.amount))?;
    let open = net.sub(billed)?;
    let accrues = settings::of(tx, company)?.accounting == Accounting::Accrued && !open.is_zero();
    let fx = if accrues { Some(rate(tx, &company_row, input)?) } else { None };
    let row = Delivery {
        company,
        id,
        number: String::new(),
        external_id: input.external_id.clone(),
        customer: customer.id,
        currency: input.currency,
        delivered_on: input.delivered_on,
        net,
        document: None,
        returns: None,
        purchase_order: input.purchase_order.clone(),
        text: input.text.clone(),
        text_commitment: domain::canonical::Digest::ZERO,
        text_salt: None,
        digest: domain::canonical::Digest::ZERO,
        seal_ref: Uuid::nil(),
        created_by: actor.to_string(),
        created_at: ctx.now,
    };
    let accrual = fx.map(|fx| {
        let base = fx.to_base(open, input.currency, company_row.base_currency);
        base.map(|base| Accrual { amount: open, base, fx, clears: None })
    });
    write(ctx, tx, actor, &company_row, &customer, (row, lines), &mut links, accrual.transpose()?)
}

fn lines(
    company: CompanyId,
    delivery: DeliveryId,
    input: &RecordDelivery,
) -> Result<Vec<DeliveryLine>, Common> {
    let line = |(n, line): (u32, &DeliveryLineInput)| {
        Ok(DeliveryLine {
            company,
            delivery,
            line: n,
            description: Some(line.description.clone()),
            unit: line.unit.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            category: line.category.clone(),
            supply: line.supply.clone(),
            net: goods::net(line.quantity, line.unit_price, input.currency)?,
        })
    };
    (1..).zip(&input.lines).map(line).collect()
}

/// What of it was invoiced before; bounded by what is left of both lines.
fn invoiced(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (company, delivery): (CompanyId, DeliveryId),
    customer: &Customer,
    input: &RecordDelivery,
    lines: &[DeliveryLine],
) -> Result<Vec<DeliveryLink>, Common> {
    let mut made: Vec<DeliveryLink> = Vec::with_capacity(input.invoices.len());
    for (n, part) in input.invoices.iter().enumerate() {
        let at = |field: &str| format!("/invoices/{n}/{field}");
        let document = invoice::find_any(tx, company, &part.document)?;
        if document.kind != "invoice"
            || document.customer != customer.id
            || document.currency != input.currency
        {
            let message = format!("{} is no invoice of this customer and currency", document.number);
            return Err(Common::invalid(at("document"), message));
        }
        if document.effective_date > input.delivered_on {
            let message = format!(
                "{} is of {}, after the delivery: give the delivery in its `deliveries` instead",
                document.number, document.effective_date
            );
            return Err(Common::invalid(at("document"), message));
        }
        // whoever corrects the invoice, or names it in another delivery, waits here
        let items = query::open_items::of_document(tx, company, document.id)?;
        let own: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
        query::open_items::lock(tx, company, &own)?;
        if let Some(by) = document::standing_corrections(tx, company, document.id)?
            .into_iter()
            .find(|by| by.kind == document::MIRROR)
        {
            let message = format!("{} is reversed by {}", document.number, by.number);
            return Err(Common::invalid(at("document"), message));
        }
        let of = query::documents::lines_of(tx, company, &[document.id])?;
        let number = match (part.document_line, of.as_slice()) {
            (Some(number), _) => number,
            (None, [only]) => only.line,
            (None, _) => {
                return Err(Common::invalid(at("document_line"), "is required: it has several lines"));
            }
        };
        let theirs = of.iter().find(|line| line.line == number).ok_or_else(|| {
            Common::invalid(at("document_line"), format!("{} has no line {number}", document.number))
        })?;
        let ours = lines.iter().find(|line| line.line == part.line);
        let ours = ours.ok_or_else(|| Common::invalid(at("line"), "is no line of this delivery"))?;
        let before = made.iter().filter(|link| link.line == ours.line).map(DeliveryLink::part);
        let open = goods::open(Part::whole(ours.quantity, ours.net)?, before)?;
        let (wanted, member) = part.wanted.checked(input.currency)?;
        let taken =
            goods::take(open, wanted, input.currency).map_err(|error| refuse_part(&at(member), error))?;
        let mut links = query::deliveries::links_of_documents(tx, company, &[document.id])?;
        links.extend(made.iter().filter(|link| link.document == Some(document.id)).cloned());
        super::billing::check_line(&links, number, theirs.quantity, taken)
            .map_err(|message| Common::invalid(at(member), message))?;
        made.push(DeliveryLink {
            company,
            id: DeliveryLinkId::new(ctx.uuid()),
            delivery,
            line: ours.line,
            kind: DeliveryLinkKind::Billed,
            document: Some(document.id),
            document_line: Some(number),
            returned_by: None,
            quantity: taken.quantity,
            amount: taken.amount,
            effective_date: input.delivered_on,
            seal_ref: Uuid::nil(),
            undoes: None,
        });
    }
    Ok(made)
}

/// What of a delivery is posted: signed, and the open item of another delivery that it clears.
pub(super) struct Accrual {
    pub amount: Minor,
    pub base: Minor,
    pub fx: FxRate,
    pub clears: Option<store::rows::OpenItem>,
}

/// Numbers it, accrues it where that is wanted, and writes it with what became of it or of others by it.
#[allow(clippy::too_many_arguments)] // a delivery's own parts
pub(super) fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: &Company,
    customer: &Customer,
    (mut row, lines): (Delivery, Vec<DeliveryLine>),
    links: &mut [DeliveryLink],
    accrual: Option<Accrual>,
) -> Result<RecordedDelivery, DeliveryError> {
    let party_key = vault::party_key(ctx, tx, customer)?;
    let text = document::commit_bytes(ctx, &party_key, &text_of(&row, &lines)?)?;
    row.text_commitment = text.commitment;
    row.text_salt = Some(text.salt);
    row.number = document::take_number(tx, company.id, &document::series(DELIVERY, row.delivered_on))?;
    let posted = match accrual {
        Some(accrual) => Some(accrue(ctx, tx, actor, company, &row, &party_key, accrual)?),
        None => None,
    };
    row.document = posted.as_ref().map(|posted| posted.document.id);
    row.digest = hashed(&row, &lines).digest()?;
    let entry = posted.as_ref().map(|posted| posted.entry.id);
    let data = recorded_data(&row, row.digest, entry, links);
    let about = ("delivery.recorded", row.id);
    let mut accrued = None;
    match posted {
        Some(Accrued { document, digest, text, words, entry, relieved, item }) => {
            row.seal_ref = entry.id.uuid();
            let extra = document::Extra { text: words, ..document::Extra::default() };
            let document_row = document::row(ctx, actor, company.id, (&document, digest), &text, extra);
            document::insert(tx, &document_row, &document, document::RowTexts::default())?;
            let event = event::carried(ctx, actor, company.id, about, data, row.seal_ref);
            posting::write(tx, &entry, &relieved, vec![event])?;
            accrued = Some((document.id, entry.id, item));
        }
        None => row.seal_ref = event::write_named(ctx, tx, actor, company.id, about, data)?.uuid(),
    }
    query::deliveries::insert(tx, &row, &lines)?;
    for link in links.iter_mut() {
        link.seal_ref = row.seal_ref;
    }
    query::deliveries::insert_links(tx, links)?;
    let net = Money::new(row.net, row.currency);
    Ok(RecordedDelivery { id: row.id, number: row.number, net, accrued })
}

/// What an accrual writes.
struct Accrued {
    document: Document,
    digest: domain::canonical::Digest,
    text: TextCommitment,
    words: Option<String>,
    entry: Entry,
    relieved: Vec<Relieved>,
    item: OpenItemId,
}

fn accrue(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: &Company,
    delivery: &Delivery,
    party_key: &vault::Secret,
    accrual: Accrual,
) -> Result<Accrued, DeliveryError> {
    let on = delivery.delivered_on;
    // what the customer knows it by
    let words = delivery.external_name().map(str::to_owned).or_else(|| Some(delivery.number.clone()));
    let text = document::commit_text(ctx, party_key, &document::plain_parts(words.as_deref(), None))?;
    let (amount, currency) = (accrual.amount, delivery.currency);
    let base_gross = accrual.fx.to_base(amount, currency, company.base_currency)?;
    let document = Document {
        id: DocumentId::new(ctx.uuid()),
        kind: DELIVERY.to_owned(),
        number: document::take_number(tx, company.id, &document::series("accrual", on))?,
        customer: delivery.customer,
        currency,
        document_date: on,
        effective_date: on,
        due_date: None,
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net: amount,
        tax: Minor::ZERO,
        gross: amount,
        fx: accrual.fx,
        base_currency: company.base_currency,
        base_net: base_gross,
        base_tax: Minor::ZERO,
        base_gross,
        original: None,
        text: text.commitment,
        lines: Vec::new(),
        allowances: Vec::new(),
        taxes: Vec::new(),
        computed: None,
    };
    let digest = document.digest()?;
    let head = Head {
        entry: EntryId::new(ctx.uuid()),
        company: company.id,
        customer: delivery.customer,
        document: document.id,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(on),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency,
        base_currency: company.base_currency,
    };
    let item = head.item;
    let draft = post_delivery(DeliveryPosting { head, amount, base: accrual.base })?;
    let (draft, relieved): (EntryDraft, Vec<Relieved>) = match &accrual.clears {
        Some(older) => crate::allocation::clear_in_own_entry(ctx, draft, older)?,
        None => (draft, Vec::new()),
    };
    let entry = Entry::try_new(draft)?;
    Ok(Accrued { document, digest, text, words, entry, relieved, item })
}

/// The open item that accrues a delivery, held.
pub(super) fn accrued_item(
    tx: &mut Tx<'_>,
    company: CompanyId,
    document: DocumentId,
) -> Result<store::rows::OpenItem, Common> {
    let items = query::open_items::of_document(tx, company, document)?;
    let own = there(items.iter().find(|item| item.kind == DELIVERY), "open item of", document)?.id;
    there(query::open_items::lock(tx, company, &[own])?.pop(), "open item", own)
}
