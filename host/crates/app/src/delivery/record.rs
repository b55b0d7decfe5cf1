//! Records a delivery: authorise → check → load → compute → write, in one transaction.

use super::billing::WantedPart;
use super::came_back::{self, Sold};
use super::write::{Accrual, Became, write};
use super::{DeliveryError, deferral, named, refuse_part, settings};
use crate::common::{Common, Context, authorise, check_code, check_name, check_text};
use crate::company::company_row;
use crate::customer::{self, CustomerRef};
use crate::invoice::{FxInput, check_rate};
use crate::{App, dates, document, period};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::delivery::{self as goods, Part};
use domain::ids::{CompanyId, DeliveryId, DeliveryLinkId, DocumentId, EntryId, OpenItemId};
use domain::ledger::FxRate;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
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

/// A line that was invoiced before it was delivered (先开票后发货); of a return the line of which it came back.
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

impl RecordDelivery {
    pub(super) fn is_return(&self) -> bool {
        self.lines.first().is_some_and(|line| line.quantity.is_sign_negative())
    }
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
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
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
pub(crate) fn check(input: &RecordDelivery) -> Result<(), Common> {
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
    let returned = input.is_return();
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
    given(&row, input)?;
    if settings::of(conn, company)?.accounting.accrues() {
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
    let rate = document::rate_on(conn, company, currency, date, given(company, input)?)?;
    rate.ok_or(DeliveryError::NoRate { currency, base, date })
}

/// The rate that it names, which is looked at whether anything is accrued or not.
fn given(company: &Company, input: &RecordDelivery) -> Result<Option<FxRate>, Common> {
    let given = input.fx.as_ref().map(FxInput::checked).transpose()?;
    check_rate(given.as_ref(), company.base_currency, (input.currency, input.delivered_on))?;
    Ok(given)
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
    match input.is_return() {
        false => customer::check_open(&customer)?,
        true => customer::check_unmerged(&customer)?,
    }
    let company_row = company_row(tx, company)?;
    dates::check(ctx, &company_row, [("/delivered_on", input.delivered_on)], None)?;
    given(&company_row, input)?;
    let id = DeliveryId::new(ctx.uuid());
    let lines = lines(company, id, input)?;
    let net = Minor::sum(lines.iter().map(|line| line.net))?;
    Money::new(net, input.currency).bounded()?;
    let (links, returned) = match input.is_return() {
        false => (invoiced(ctx, tx, (company, id), &customer, input, &lines)?, Vec::new()),
        true => (Vec::new(), came_back::named(tx, (company, id), &customer, input, &lines)?),
    };
    let billed = Minor::sum(links.iter().map(|link| link.amount))?;
    let open = net.sub(billed)?;
    let delivered = (input.currency, input.delivered_on);
    let deferrals = deferral::released(tx, company, delivered, (&input.invoices, &links))?;
    let accrues = settings::of(tx, company)?.accounting.accrues() && !open.is_zero();
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
        text_commitment: Digest::ZERO,
        text_salt: None,
        digest: Digest::ZERO,
        seal_ref: Uuid::nil(),
        created_by: actor.to_string(),
        created_at: ctx.now,
    };
    let accrual = fx.map(|fx| {
        let base = fx.to_base(open, input.currency, company_row.base_currency);
        base.map(|base| Accrual { amount: open, base, fx, clears: None })
    });
    let became = Became { links, deferrals, returned };
    write(ctx, tx, actor, &company_row, &customer, (row, lines), became, accrual.transpose()?)
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
    let named = named::lines(tx, customer, input)?;
    let sold = Sold::of(tx, company, &named.documents)?;
    let mut billed: BTreeMap<DocumentId, Vec<DeliveryLink>> = BTreeMap::new();
    for link in query::deliveries::links_of_documents(tx, company, &named.documents)? {
        if let Some(document) = link.document {
            billed.entry(document).or_default().push(link);
        }
    }
    let mut made: Vec<DeliveryLink> = Vec::with_capacity(input.invoices.len());
    for (n, (part, (document, theirs))) in input.invoices.iter().zip(&named.parts).enumerate() {
        let at = |field: &str| format!("/invoices/{n}/{field}");
        let number = theirs.line;
        let ours = lines.iter().find(|line| line.line == part.line);
        let ours = ours.ok_or_else(|| Common::invalid(at("line"), "is no line of this delivery"))?;
        let before = made.iter().filter(|link| link.line == ours.line).map(DeliveryLink::part);
        let open = goods::open(Part::whole(ours.quantity, ours.net)?, before)?;
        let (wanted, member) = part.wanted.checked(input.currency)?;
        let taken =
            goods::take(open, wanted, input.currency).map_err(|error| refuse_part(&at(member), error))?;
        let links = billed.entry(document.id).or_default();
        super::billing::check_line(links, number, sold.deliverable(theirs)?, taken)
            .map_err(|message| Common::invalid(at(member), message))?;
        let link = DeliveryLink {
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
        };
        links.push(link.clone());
        made.push(link);
    }
    Ok(made)
}
