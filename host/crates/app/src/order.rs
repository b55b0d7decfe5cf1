//! Orders (订单): what a customer ordered becomes a delivery or an invoice as it comes in, by her rule, else the company's. The order itself
//! is the sales system's and no object of these books (decision 129): its number names what it became, and does not come twice.

use crate::common::{Common, Context, authorise};
use crate::company::company_row;
use crate::customer::{self, CustomerRef};
use crate::delivery::{self, DeliveryError, DeliveryLineInput, RecordDelivery, RecordedDelivery};
use crate::invoice::{
    self, FxInput, InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError, IssuedInvoice,
};
use crate::{App, dates};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::delivery::OrdersBecome;
use domain::ids::CompanyId;
use domain::tax::PriceMode;
use money::Currency;
use rust_decimal::Decimal;
use store::{Conn, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterOrder {
    /// Number of the order: of whatever it becomes.
    pub external_id: String,
    pub customer: CustomerRef,
    pub ordered_on: NaiveDate,
    /// Of the delivery that it becomes; default: the day of the order. An invoice does not say it: the delivery that names it does.
    pub deliver_on: Option<NaiveDate>,
    pub currency: Currency,
    pub text: Option<String>,
    pub fx: Option<FxInput>,
    /// Quantities are positive.
    pub lines: Vec<DeliveryLineInput>,
}

/// What an order became.
#[derive(Debug)]
pub enum Entered {
    Delivery(RecordedDelivery),
    Invoice(Box<IssuedInvoice>),
}

/// What an order is to become: the input of that use-case.
#[derive(Debug)]
pub(crate) enum Becomes {
    Delivery(RecordDelivery),
    Invoice(Box<IssueInvoice>),
}

#[derive(Debug, Error)]
pub enum OrderError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    #[error(transparent)]
    Invoice(#[from] IssueInvoiceError),
}

crate::common::through_common!(OrderError);

/// Enters it: the delivery is recorded, or the invoice issued.
pub fn enter(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &EnterOrder,
) -> Result<Entered, OrderError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    let ctx = Context::new(app);
    Ok(match app.db.read(|conn| becomes(&ctx, conn, company, input))? {
        Becomes::Delivery(input) => Entered::Delivery(delivery::record(app, actor, company, &input)?),
        Becomes::Invoice(input) => Entered::Invoice(Box::new(invoice::issue(app, actor, company, &input)?)),
    })
}

/// What it becomes by the rule as it is now. What the delivery or invoice is refused for is theirs to say.
pub(crate) fn becomes(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    input: &EnterOrder,
) -> Result<Becomes, OrderError> {
    let delivery = check(input)?;
    let asked = input.deliver_on.map(|day| ("/deliver_on", day));
    let days = [("/ordered_on", input.ordered_on)].into_iter().chain(asked);
    dates::check(ctx, &company_row(conn, company)?, days, None)?;
    let customer = customer::resolve(conn, company, &input.customer)?;
    check_new(conn, company, &input.external_id)?;
    Ok(match delivery::rule_of(conn, company, customer.id)?.orders_become {
        OrdersBecome::Delivery => Becomes::Delivery(delivery),
        OrdersBecome::Invoice => Becomes::Invoice(Box::new(invoice_of(input))),
    })
}

/// Everything that can be refused without the database, whichever it becomes; gives the delivery that it would be.
fn check(input: &EnterOrder) -> Result<RecordDelivery, Common> {
    for (index, line) in input.lines.iter().enumerate() {
        if line.quantity <= Decimal::ZERO {
            return Err(Common::invalid(format!("/lines/{index}/quantity"), "must be greater than 0"));
        }
    }
    let delivery = delivery_of(input);
    delivery::check(&delivery)?;
    Ok(delivery)
}

/// That the order is not in, as whichever of both: the rule may have been another then. A slip or an invoice of the same number that is
/// of no order is another matter, and no order's number.
pub(crate) fn check_new(conn: &mut Conn, company: CompanyId, number: &str) -> Result<(), OrderError> {
    let is_order = |of: Option<&str>| of == Some(number);
    let delivered = query::deliveries::by_external_id(conn, company, number)?;
    if let Some(row) = delivered.filter(|row| is_order(row.purchase_order.as_deref())) {
        return Err(DeliveryError::ExternalIdTaken { id: row.id, number: row.number }.into());
    }
    let kind = InvoiceKind::Invoice.name();
    let invoiced = query::documents::by_external_id(conn, company, kind, number)?;
    match invoiced.filter(|row| is_order(row.purchase_order.as_deref())) {
        Some(row) => Err(Common::Duplicate { noun: row.kind, id: row.id, number: row.number }.into()),
        None => Ok(()),
    }
}

fn delivery_of(input: &EnterOrder) -> RecordDelivery {
    RecordDelivery {
        external_id: Some(input.external_id.clone()),
        customer: input.customer.clone(),
        delivered_on: input.deliver_on.unwrap_or(input.ordered_on),
        currency: input.currency,
        purchase_order: Some(input.external_id.clone()),
        text: input.text.clone(),
        fx: input.fx.clone(),
        lines: input.lines.clone(),
        invoices: Vec::new(),
    }
}

fn invoice_of(input: &EnterOrder) -> IssueInvoice {
    let line = |line: &DeliveryLineInput| InvoiceLine {
        description: line.description.clone(),
        quantity: line.quantity,
        unit: line.unit.clone(),
        unit_price: line.unit_price,
        category: line.category.clone(),
        nature: "normal".to_owned(),
        parent: None,
        original_line: None,
        supply: line.supply.clone(),
        allowances: Vec::new(),
    };
    IssueInvoice {
        external_id: Some(input.external_id.clone()),
        customer: input.customer.clone(),
        kind: InvoiceKind::Invoice,
        original: None,
        document_date: input.ordered_on,
        effective_date: None,
        due_date: None,
        terms: None,
        supply_date: None,
        currency: input.currency,
        price_mode: PriceMode::Exclusive,
        purchase_order: Some(input.external_id.clone()),
        tax_invoice_number: None,
        text: input.text.clone(),
        fx: input.fx.clone(),
        lines: input.lines.iter().map(line).collect(),
        allowances: Vec::new(),
        deliveries: Vec::new(),
        red_confirmation: None,
        rebill: false,
    }
}
