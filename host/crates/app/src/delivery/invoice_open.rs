//! Makes the invoices of what a customer got in a span of days and was not billed for (先对账后开票), by her rule: one for each delivery, for
//! each order, or for all of it. Each is taxed, numbered and posted as any invoice is, one after the other; returns wait for credit notes,
//! whose originals only people can name.

use super::billing::{DeliveryPart, WantedPart};
use super::{Loaded, load, settings};
use crate::App;
use crate::common::{Common, authorise};
use crate::customer::{self, CustomerRef};
use crate::invoice::{
    self, Adjustment, AdjustmentAmount, InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError,
    IssuedInvoice,
};
use crate::job::Progress;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::delivery::{self as goods, Part, Per};
use domain::ids::{CompanyId, CustomerId};
use domain::tax::PriceMode;
use money::{Currency, Minor};
use std::collections::BTreeMap;
use store::query::deliveries::Filter;
use store::rows::{Delivery, DeliveryLine};
use store::{Conn, query};

/// Deliveries read at once.
const PAGE: u32 = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceOpen {
    pub customer: CustomerRef,
    /// Of deliveries.
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub document_date: NaiveDate,
    pub effective_date: Option<NaiveDate>,
    /// Default: the customer's rule, else the company's.
    pub per: Option<Per>,
}

/// What was made of them.
#[derive(Debug)]
pub struct Invoiced {
    pub per: Per,
    /// Each with the numbers of the deliveries that it bills.
    pub issued: Vec<(IssuedInvoice, Vec<String>)>,
    /// Numbers of returns in the span that wait for a credit note.
    pub returns: Vec<String>,
    /// What ended it after some were made: the rest is still open, and taken by the same request.
    pub refused: Option<IssueInvoiceError>,
}

/// A line with what is open of it.
type OpenLine = (Delivery, DeliveryLine, Part);

/// Issues them, by day of the first delivery of each.
///
/// # Errors
/// What kept the first from being made; nothing was then.
pub fn invoice_open(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &InvoiceOpen,
) -> Result<Invoiced, IssueInvoiceError> {
    invoice_open_watched(app, actor, company, input, &|_, _| Ok(()))
}

/// As [`invoice_open`]; `progress` is told after each how many invoices are made, of how many, and may end it there: what it made
/// stays.
pub fn invoice_open_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &InvoiceOpen,
    progress: &Progress<'_>,
) -> Result<Invoiced, IssueInvoiceError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    if input.to < input.from {
        return Err(Common::invalid("/to", "lies before `from`").into());
    }
    if input.effective_date.unwrap_or(input.document_date) < input.to {
        let message = "lies before the last day that is billed: what is delivered later is invoiced later";
        return Err(Common::invalid("/document_date", message).into());
    }
    let (customer, per, open, returns) = app.db.snapshot(|conn| {
        let customer = customer::resolve(conn, company, &input.customer)?.id;
        let per = match input.per {
            Some(per) => per,
            None => settings::rule_of(conn, company, customer)?.per,
        };
        let (open, returns) = open_of(conn, company, customer, input)?;
        Ok::<_, Common>((customer, per, open, returns))
    })?;
    let mut done = Invoiced { per, issued: Vec::new(), returns, refused: None };
    let groups = groups(per, open);
    let bills: Vec<&[OpenLine]> =
        groups.iter().flat_map(|lines| lines.chunks(super::record::LINES_MAX)).collect();
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    progress(0, count(bills.len()))?;
    for lines in &bills {
        let bill = bill(customer, input, lines)?;
        let mut numbers: Vec<String> = lines.iter().map(|(delivery, ..)| delivery.number.clone()).collect();
        numbers.dedup();
        match invoice::issue(app, actor, company, &bill) {
            Ok(issued) => done.issued.push((issued, numbers)),
            Err(error) if done.issued.is_empty() => return Err(error),
            Err(error) => {
                done.refused = Some(error);
                return Ok(done);
            }
        }
        progress(count(done.issued.len()), count(bills.len()))?;
    }
    Ok(done)
}

/// What is open of the span, by day, and the returns in it.
fn open_of(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
    input: &InvoiceOpen,
) -> Result<(Vec<OpenLine>, Vec<String>), Common> {
    let filter =
        Filter { customer: Some(customer), from: Some(input.from), to: Some(input.to), ..Filter::default() };
    let (mut open, mut returns, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let page = query::deliveries::list(conn, company, &filter, after, PAGE)?;
        let Some(last) = page.last() else { return Ok((open, returns)) };
        after = Some((last.delivered_on, last.id));
        let order: Vec<_> = page.iter().map(|row| row.id).collect();
        let mut loaded = load(conn, company, page)?;
        for of in order.iter().filter_map(|id| loaded.remove(id)) {
            let Loaded { row, lines, .. } = &of;
            let mut returned = false;
            for line in lines {
                let left = of.open(line)?;
                match (left.is_nothing(), line.quantity.is_sign_negative()) {
                    (true, _) => {}
                    (_, true) => returned = true,
                    (_, false) => open.push((row.clone(), line.clone(), left)),
                }
            }
            if returned {
                returns.push(row.number.clone());
            }
        }
    }
}

/// What makes one invoice each; of one currency.
fn groups(per: Per, open: Vec<OpenLine>) -> Vec<Vec<OpenLine>> {
    let mut order: Vec<(Currency, String)> = Vec::new();
    let mut groups: BTreeMap<(Currency, String), Vec<OpenLine>> = BTreeMap::new();
    for line in open {
        let name = match per {
            Per::Delivery => line.0.number.clone(),
            // what names no order makes one invoice
            Per::Order => line.0.purchase_order.clone().unwrap_or_default(),
            Per::Month => String::new(),
        };
        let key = (line.0.currency, name);
        if !groups.contains_key(&key) {
            order.push(key.clone());
        }
        groups.entry(key).or_default().push(line);
    }
    order.iter().filter_map(|key| groups.remove(key)).collect()
}

fn bill(customer: CustomerId, input: &InvoiceOpen, open: &[OpenLine]) -> Result<IssueInvoice, Common> {
    let mut lines = Vec::with_capacity(open.len());
    let mut deliveries = Vec::with_capacity(open.len());
    for ((delivery, line, left), number) in open.iter().zip(1u32..) {
        let full = goods::net(left.quantity, line.unit_price, delivery.currency)?;
        lines.push(InvoiceLine {
            description: line.description.clone().unwrap_or_default(),
            quantity: left.quantity,
            unit: line.unit.clone(),
            unit_price: line.unit_price,
            category: line.category.clone(),
            nature: "normal".to_owned(),
            parent: None,
            original_line: None,
            supply: line.supply.clone(),
            allowances: difference(full.sub(left.amount)?, delivery.currency)?,
        });
        deliveries.push(DeliveryPart {
            delivery: delivery.id.to_string(),
            line: line.line,
            document_line: Some(number),
            wanted: WantedPart { quantity: Some(left.quantity), amount: None },
        });
    }
    let first = open.first().map(|(delivery, ..)| delivery);
    let missing = || Common::Corrupt { what: "invoice", detail: "of no delivery".to_owned() };
    let first = first.ok_or_else(missing)?;
    let same = |of: &&Delivery| of.purchase_order == first.purchase_order;
    let all = || open.iter().map(|(delivery, ..)| delivery);
    Ok(IssueInvoice {
        external_id: None,
        customer: CustomerRef::Id(customer),
        kind: InvoiceKind::Invoice,
        original: None,
        document_date: input.document_date,
        effective_date: input.effective_date,
        due_date: None,
        terms: None,
        supply_date: all().map(|delivery| delivery.delivered_on).max(),
        currency: first.currency,
        price_mode: PriceMode::Exclusive,
        purchase_order: first.purchase_order.clone().filter(|_| all().all(|of| same(&of))),
        tax_invoice_number: None,
        text: None,
        fx: None,
        lines,
        allowances: Vec::new(),
        deliveries,
        red_confirmation: None,
        rebill: false,
    })
}

/// What was billed by amount, or rounded with a part, is taken off what is left: the bill comes to what is open.
fn difference(more: Minor, currency: Currency) -> Result<Vec<Adjustment>, Common> {
    if more.is_zero() {
        return Ok(Vec::new());
    }
    let amount = AdjustmentAmount::Amount(more.abs()?.to_decimal(currency));
    Ok(vec![Adjustment { charge: more.is_negative(), amount, reason: None, category: None }])
}
