//! Takes back what of a delivery is not billed (退货): a delivery of the other sign, by which nothing of either stays open. A reversal
//! (冲销) takes back the whole, on the day of the delivery, where nothing was billed of it later: invoices that it named itself wait for their
//! goods again.

use super::rebill::standing;
use super::write::{Accrual, Became, accrued_item, write};
use super::{DeliveryError, Loaded, RecordedDelivery, came_back, deferral, find, hold, load, refuse_part};
use crate::common::{Common, Context, authorise, check_code, check_name, check_text, there};
use crate::company::company_row;
use crate::posting::Relieved;
use crate::{App, dates, document, period};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::delivery::{self as goods, Part, Wanted};
use domain::ids::{CompanyId, DeliveryId, DeliveryLinkId, DocumentId, OpenItemId};
use money::{Minor, normal_form};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use store::rows::{Company, Delivery, DeliveryLine, DeliveryLink};
use store::types::DeliveryLinkKind;
use store::{Conn, Tx, query};
use uuid::Uuid;

/// How much of a line comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBack {
    pub line: u32,
    /// Default: all that is open.
    pub quantity: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveBack {
    /// Id, number, or number of the slip.
    pub delivery: String,
    pub on: NaiveDate,
    /// Number of the slip of the return.
    pub external_id: Option<String>,
    pub text: Option<String>,
    /// Default: everything that is open.
    pub lines: Vec<GivenBack>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReverseDelivery {
    pub delivery: String,
    /// Default: its own day, as if it had never been.
    pub date: Option<NaiveDate>,
    /// Free text; it stands in what reverses it.
    pub reason: String,
}

/// Takes lines, or parts of them, back.
pub fn give_back(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &GiveBack,
) -> Result<RecordedDelivery, DeliveryError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    if let Some(id) = &input.external_id {
        check_code("/external_id", id)?;
    }
    if let Some(text) = &input.text {
        check_text("/text", text)?;
    }
    let ctx = Context::new(app);
    let done = app.db.write(|tx| {
        let id = find(tx, company, &input.delivery)?.id;
        let of = there(hold(tx, company, &[id])?.remove(&id), "delivery", id)?;
        give_back_in(&ctx, tx, actor, of, Became::default(), input)
    });
    done.map_err(|error| super::refused(app, company, input.external_id.as_deref(), error))
}

/// Takes all of it back, where nothing of it was billed later.
pub fn reverse(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ReverseDelivery,
) -> Result<RecordedDelivery, DeliveryError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    check_name("/reason", &input.reason)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let id = find(tx, company, &input.delivery)?.id;
        let of = there(hold(tx, company, &[id])?.remove(&id), "delivery", id)?;
        reverse_in(&ctx, tx, actor, of, (input.date, Some(&input.reason)), false)
    })
}

/// Takes back what is left of one, inside a transaction of the caller, who has authorised it: what came back by hand stays so. Whether
/// anything was left.
pub(crate) fn take_back_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    id: DeliveryId,
    date: Option<NaiveDate>,
) -> Result<bool, DeliveryError> {
    let of = there(hold(tx, company, &[id])?.remove(&id), "delivery", id)?;
    if of.is_given_back()? {
        query::deliveries::release_external_id(tx, company, id)?;
        return Ok(false);
    }
    reverse_in(ctx, tx, actor, of, (date, None), true)?;
    Ok(true)
}

/// What refuses [`take_back_in`], as far as reading tells.
pub(crate) fn foreseen(
    conn: &mut Conn,
    company: CompanyId,
    id: DeliveryId,
    date: Option<NaiveDate>,
) -> Result<(), DeliveryError> {
    let rows = query::deliveries::by_ids(conn, company, &[id])?;
    let of = there(load(conn, company, rows)?.remove(&id), "delivery", id)?;
    for link in standing(&of.links) {
        let Some(document) = link.document else { continue };
        check_own(conn, &of, link, document)?;
        check_named(conn, &of, document)?;
    }
    Ok(period::check_open(conn, company, date.unwrap_or(of.row.delivered_on))?)
}

/// That a document did not bill it later: that is taken back first.
fn check_own(
    conn: &mut Conn,
    of: &Loaded,
    link: &DeliveryLink,
    document: DocumentId,
) -> Result<(), DeliveryError> {
    if link.seal_ref == of.row.seal_ref {
        return Ok(());
    }
    let by = query::documents::by_id(conn, of.row.company, document)?.map(|row| row.number);
    Err(DeliveryError::Billed { number: of.row.number.clone(), by: by.unwrap_or_default() })
}

/// That nothing was written against what an invoice, which it named, delivered by it.
fn check_named(conn: &mut Conn, of: &Loaded, document: DocumentId) -> Result<(), DeliveryError> {
    let (company, number) = (of.row.company, || of.row.number.clone());
    // a credit note was written against what was delivered then, or its price was raised
    for by in document::standing_on(conn, company, document)? {
        if by.kind != document::RAISES || deferral::raises(conn, company, by.id)? {
            return Err(DeliveryError::Billed { number: number(), by: by.number });
        }
    }
    // so was a return
    match came_back::waits_for(conn, company, document)? {
        Some(delivery) => Err(DeliveryError::Returned { number: number(), delivery }),
        None => Ok(()),
    }
}

/// `rest`: what was given back before stays so, else it refuses.
fn reverse_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    mut of: Loaded,
    (date, reason): (Option<NaiveDate>, Option<&str>),
    rest: bool,
) -> Result<RecordedDelivery, DeliveryError> {
    let (company, id) = (of.row.company, of.row.id);
    let on = date.unwrap_or(of.row.delivered_on);
    let undone = unnamed(ctx, tx, &of, (on, rest))?;
    of.links.extend(undone.links.iter().cloned());
    let input = GiveBack {
        delivery: id.to_string(),
        on,
        external_id: None,
        text: reason.map(str::to_owned),
        lines: Vec::new(),
    };
    let reversed = give_back_in(ctx, tx, actor, of, undone, &input)?;
    query::deliveries::release_external_id(tx, company, id)?;
    Ok(reversed)
}

/// What its reversal takes back of invoices that it named when it was recorded (先开票后发货): they wait for their goods again.
///
/// # Errors
/// What else became of it stands.
fn unnamed(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    of: &Loaded,
    (on, rest): (NaiveDate, bool),
) -> Result<Became, DeliveryError> {
    let company = of.row.company;
    let mut undone = Became::default();
    for link in standing(&of.links) {
        let Some(document) = link.document else {
            if rest {
                continue;
            }
            return Err(DeliveryError::NothingOpen { number: of.row.number.clone() });
        };
        check_own(tx, of, link, document)?;
        let part = link.part().neg()?;
        undone.links.push(DeliveryLink {
            id: DeliveryLinkId::new(ctx.uuid()),
            quantity: part.quantity,
            amount: part.amount,
            effective_date: on,
            seal_ref: Uuid::nil(),
            undoes: Some(link.id),
            ..link.clone()
        });
    }
    let documents: BTreeSet<DocumentId> = undone.links.iter().filter_map(|link| link.document).collect();
    for document in documents {
        // as who credits, reverses or delivers the invoice does
        let items = query::open_items::of_document(tx, company, document)?;
        let ids: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
        query::open_items::lock(tx, company, &ids)?;
        check_named(tx, of, document)?;
    }
    undone.deferrals = deferral::taken_back(tx, company, of.row.seal_ref, (Some(on), on))?.0;
    Ok(undone)
}

fn give_back_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: Loaded,
    mut became: Became,
    input: &GiveBack,
) -> Result<RecordedDelivery, DeliveryError> {
    let (company, id) = (of.row.company, of.row.id);
    period::hold_open(tx, company, input.on)?;
    let company_row = company_row(tx, company)?;
    dates::check(ctx, &company_row, [("/date", input.on)], None)?;
    let customer = query::erasure::hold(tx, company, of.row.customer)?;
    if input.on < of.row.delivered_on {
        let message = format!("lies before the delivery, {}", of.row.delivered_on);
        return Err(Common::invalid("/date", message).into());
    }
    let parts = parts(&of, input)?;
    let made = DeliveryId::new(ctx.uuid());
    let mut lines = Vec::with_capacity(parts.len());
    let mut links = Vec::with_capacity(parts.len().saturating_mul(2));
    for ((line, part), n) in parts.iter().zip(1u32..) {
        let own = mirrored(made, n, line, *part)?;
        let link = |delivery: DeliveryId, line: u32| DeliveryLink {
            company,
            id: DeliveryLinkId::new(ctx.uuid()),
            delivery,
            line,
            kind: DeliveryLinkKind::Returned,
            document: None,
            document_line: None,
            returned_by: Some(made),
            quantity: part.quantity,
            amount: part.amount,
            effective_date: input.on,
            seal_ref: Uuid::nil(),
            undoes: None,
        };
        links.extend([link(id, line.line), link(made, n)]);
        lines.push(own);
    }
    let net = Minor::sum(lines.iter().map(|line| line.net))?;
    let row = Delivery {
        id: made,
        number: String::new(),
        external_id: input.external_id.clone(),
        delivered_on: input.on,
        net,
        document: None,
        returns: Some(id),
        text: input.text.clone(),
        text_commitment: Digest::ZERO,
        text_salt: None,
        digest: Digest::ZERO,
        seal_ref: Uuid::nil(),
        created_by: actor.to_string(),
        created_at: ctx.now,
        ..of.row.clone()
    };
    // of what it named when it was recorded nothing was accrued
    let named = Minor::sum(became.links.iter().map(|link| link.amount))?;
    let accrual = accrual(tx, &company_row, &of.row, net.sub(named)?)?;
    became.links.extend(links);
    write(ctx, tx, actor, &company_row, &customer, (row, lines), became, accrual)
}

/// What comes back of each line.
fn parts(of: &Loaded, input: &GiveBack) -> Result<Vec<(DeliveryLine, Part)>, DeliveryError> {
    let mut parts: Vec<(DeliveryLine, Part)> = Vec::new();
    if input.lines.is_empty() {
        for line in &of.lines {
            let open = of.open(line)?;
            if !open.is_nothing() {
                parts.push((line.clone(), open));
            }
        }
        if parts.is_empty() {
            return Err(DeliveryError::NothingOpen { number: of.row.number.clone() });
        }
        return Ok(parts);
    }
    for (n, wanted) in input.lines.iter().enumerate() {
        let at = |field: &str| format!("/lines/{n}/{field}");
        let line = of.line(wanted.line);
        let line = line.ok_or_else(|| Common::invalid(at("line"), "is no line of the delivery"))?;
        if parts.iter().any(|(before, _)| before.line == line.line) {
            return Err(Common::invalid(at("line"), "stands twice").into());
        }
        let (want, member) = match wanted.quantity {
            Some(quantity) => (Wanted::Quantity(quantity), "quantity"),
            None => (Wanted::Open, "line"),
        };
        let part = goods::take(of.open(line)?, want, of.row.currency)
            .map_err(|error| refuse_part(&at(member), error))?;
        parts.push((line.clone(), part));
    }
    Ok(parts)
}

/// A line of the other sign, at the price and with the share of the net of what comes back.
fn mirrored(delivery: DeliveryId, n: u32, line: &DeliveryLine, part: Part) -> Result<DeliveryLine, Common> {
    let negative = line.quantity.is_sign_negative();
    let quantity = if negative { part.quantity } else { -part.quantity };
    let net = if negative { part.amount } else { part.amount.neg()? };
    if quantity.is_zero() && !net.is_zero() {
        let detail = format!("line {} with {} left of no quantity", line.line, normal_form(quantity));
        return Err(Common::Corrupt { what: "delivery", detail });
    }
    Ok(DeliveryLine { delivery, line: n, quantity, net, ..line.clone() })
}

/// It clears so much of what the delivery accrued, at what that is carried at.
fn accrual(
    tx: &mut Tx<'_>,
    company: &Company,
    of: &Delivery,
    net: Minor,
) -> Result<Option<Accrual>, DeliveryError> {
    let Some(document) = of.document.filter(|_| !net.is_zero()) else { return Ok(None) };
    let older = accrued_item(tx, company.id, document)?;
    let base = Relieved::load(&older).balance.base_of(net.abs()?)?;
    let base = if net.is_negative() { base.neg()? } else { base };
    let row = there(query::documents::by_id(tx, company.id, document)?, "document", document)?;
    let fx = document::stored_rate(row.fx_rate, row.fx_date, &row.fx_source)?;
    Ok(Some(Accrual { amount: net, base, fx, clears: Some(older) }))
}
