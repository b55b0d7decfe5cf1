//! Deliveries (发货), and what bills them.

use super::BodyError;
use super::invoice::FxBody;
use super::leaf::{Currency, CustomerName, Date, Decimal, MoneyView};
use crate::http::problem::{Code, Problem};
use app::App;
use app::delivery::{
    DeliveryLineInput, DeliveryPart, DeliveryView, GiveBack, GivenBack, InvoicedPart, RecordDelivery,
    RecordedDelivery, ReverseDelivery, WantedPart,
};
use domain::actor::Actor;
use domain::ids::CompanyId;
use serde::{Deserialize, Serialize};
use store::rows::DeliveryLink;
use utoipa::ToSchema;

/// What was handed over.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryBody {
    /// Number of the delivery slip (送货单号), unique among deliveries.
    pub external_id: Option<String>,
    pub customer: CustomerName,
    pub delivered_on: Date,
    pub currency: Currency,
    pub purchase_order: Option<String>,
    pub text: Option<String>,
    /// Default: the stored rate on or before the day; needed in a foreign currency where the company accrues.
    pub fx: Option<FxBody>,
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<DeliveryLineBody>,
    /// What of it was invoiced before (先开票后发货); of a return the lines of invoices of which it came back (退货), each for a whole line.
    #[serde(default)]
    pub invoices: Vec<InvoicedPartBody>,
}

/// A line of a delivery. Of a return that waits for a credit note all quantities are negative.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryLineBody {
    /// Code of an item of the catalogue: the line takes from it what it leaves out.
    pub item: Option<String>,
    /// Required without an item, as are price and category.
    pub description: Option<String>,
    pub quantity: Decimal,
    pub unit: Option<String>,
    /// Without tax.
    pub unit_price: Option<Decimal>,
    /// Tax category of the invoice to come.
    #[schema(example = "goods-13")]
    pub category: Option<String>,
    /// goods | service
    #[schema(default = "goods")]
    pub supply: Option<String>,
}

/// A line that was invoiced before it was delivered; without quantity and amount all of it. Of a return the line of which it came back,
/// without either: a credit note of that line alone bills it then.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoicedPartBody {
    /// Id or number of the invoice, or debit note, of the customer or of one who was merged into her.
    pub document: String,
    /// Of the invoice; default: its only one.
    pub document_line: Option<u32>,
    /// Of this delivery, from 1.
    pub line: u32,
    pub quantity: Option<Decimal>,
    /// Of the net, in the delivery's currency.
    pub amount: Option<Decimal>,
}

/// A line of a delivery that a document bills; without quantity and amount all that is open of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryPartBody {
    /// Id, number, or number of the slip.
    pub delivery: String,
    /// Of the delivery, from 1.
    pub line: u32,
    /// Of this document, from 1; default: its only one.
    pub document_line: Option<u32>,
    pub quantity: Option<Decimal>,
    /// Of the delivery's net, in its currency: it leaves the quantity to whoever bills the rest.
    pub amount: Option<Decimal>,
}

fn wanted(quantity: Option<Decimal>, amount: Option<Decimal>) -> Result<WantedPart, BodyError> {
    if quantity.is_some() && amount.is_some() {
        return Err(BodyError::at("/amount", "stands beside `quantity`: give one of them"));
    }
    Ok(WantedPart { quantity: quantity.map(|d| d.0), amount: amount.map(|d| d.0) })
}

impl TryFrom<DeliveryPartBody> for DeliveryPart {
    type Error = BodyError;

    fn try_from(body: DeliveryPartBody) -> Result<Self, BodyError> {
        Ok(DeliveryPart {
            delivery: body.delivery,
            line: body.line,
            document_line: body.document_line,
            wanted: wanted(body.quantity, body.amount)?,
        })
    }
}

impl TryFrom<InvoicedPartBody> for InvoicedPart {
    type Error = BodyError;

    fn try_from(body: InvoicedPartBody) -> Result<Self, BodyError> {
        Ok(InvoicedPart {
            document: body.document,
            document_line: body.document_line,
            line: body.line,
            wanted: wanted(body.quantity, body.amount)?,
        })
    }
}

impl TryFrom<DeliveryLineBody> for DeliveryLineInput {
    type Error = BodyError;

    fn try_from(body: DeliveryLineBody) -> Result<Self, BodyError> {
        fn required<T>(value: Option<T>, name: &str) -> Result<T, BodyError> {
            value.ok_or_else(|| BodyError::at(format!("/{name}"), "is required"))
        }
        Ok(DeliveryLineInput {
            description: required(body.description, "description")?,
            quantity: body.quantity.0,
            unit: body.unit,
            unit_price: required(body.unit_price, "unit_price")?.0,
            category: required(body.category, "category")?,
            supply: body.supply.unwrap_or_else(|| "goods".to_owned()),
        })
    }
}

impl TryFrom<DeliveryBody> for RecordDelivery {
    type Error = BodyError;

    fn try_from(body: DeliveryBody) -> Result<Self, BodyError> {
        Ok(RecordDelivery {
            external_id: body.external_id,
            customer: body.customer.0,
            delivered_on: body.delivered_on.0,
            currency: body.currency.0,
            purchase_order: body.purchase_order,
            text: body.text,
            fx: body.fx.map(Into::into),
            lines: super::each("lines", body.lines)?,
            invoices: super::each("invoices", body.invoices)?,
        })
    }
}

/// Fills in what its lines take from the catalogue.
///
/// # Errors
/// As [`complete_lines`].
pub fn complete(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    body: &mut DeliveryBody,
) -> Result<(), Problem> {
    complete_lines(app, actor, company, (&mut body.lines, body.currency.0))
}

/// Fills in what lines take from the catalogue.
///
/// # Errors
/// A code that is none; a price in another currency.
pub fn complete_lines(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (lines, currency): (&mut [DeliveryLineBody], money::Currency),
) -> Result<(), Problem> {
    let codes: Vec<&str> = lines.iter().filter_map(|line| line.item.as_deref()).collect();
    if codes.is_empty() {
        return Ok(());
    }
    let items = app::item::by_codes(app, actor, company, &codes)?;
    for (n, line) in lines.iter_mut().enumerate() {
        let Some(code) = &line.item else { continue };
        let Some(item) = items.iter().find(|item| item.code == *code) else {
            let why = format!("there is no item {code:?} in the catalogue");
            return Err(Problem::new(Code::InvalidField, &why).at(format!("/lines/{n}/item"), &why));
        };
        if line.unit_price.is_none() && item.currency.is_some_and(|own| own != currency) {
            let why = format!(
                "is required: the catalogue has the price of {code} in another currency than {currency}"
            );
            return Err(Problem::new(Code::InvalidField, &why).at(format!("/lines/{n}/unit_price"), &why));
        }
        line.description.get_or_insert_with(|| item.name.clone());
        line.category.get_or_insert_with(|| item.category.clone());
        line.supply.get_or_insert_with(|| item.supply.clone());
        if line.unit.is_none() {
            line.unit.clone_from(&item.unit);
        }
        if line.unit_price.is_none() {
            line.unit_price = item.unit_price.map(Decimal);
        }
    }
    Ok(())
}

/// What comes back of a delivery that is not billed (退货).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryReturnBody {
    pub date: Date,
    /// Number of the slip of the return.
    pub external_id: Option<String>,
    pub text: Option<String>,
    /// Default: everything that is open.
    #[serde(default)]
    pub lines: Vec<ReturnedLineBody>,
}

/// A line that comes back; without a quantity all that is open of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnedLineBody {
    /// Of the delivery.
    pub line: u32,
    /// Positive.
    pub quantity: Option<Decimal>,
}

impl DeliveryReturnBody {
    /// Of the delivery that the path names.
    pub fn of(self, delivery: String) -> GiveBack {
        let line =
            |line: ReturnedLineBody| GivenBack { line: line.line, quantity: line.quantity.map(|d| d.0) };
        GiveBack {
            delivery,
            on: self.date.0,
            external_id: self.external_id,
            text: self.text,
            lines: self.lines.into_iter().map(line).collect(),
        }
    }
}

/// Why a delivery is taken back whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryReversalBody {
    /// Default: the day of the delivery, as if it had never been.
    pub date: Option<Date>,
    pub reason: String,
}

impl DeliveryReversalBody {
    /// Of the delivery that the path names.
    pub fn of(self, delivery: String) -> ReverseDelivery {
        ReverseDelivery { delivery, date: self.date.map(|d| d.0), reason: self.reason }
    }
}

/// A delivery as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedDeliveryView {
    pub id: String,
    pub number: String,
    /// Without tax.
    pub net: MoneyView,
    /// The document that accrues it (应收未开票), where the company works so.
    pub document: Option<String>,
    pub entry: Option<String>,
    /// Its open item.
    pub item: Option<String>,
}

impl From<RecordedDelivery> for RecordedDeliveryView {
    fn from(made: RecordedDelivery) -> Self {
        RecordedDeliveryView {
            id: made.id.to_string(),
            number: made.number,
            net: made.net.into(),
            document: made.accrued.map(|(document, ..)| document.to_string()),
            entry: made.accrued.map(|(_, entry, _)| entry.to_string()),
            item: made.accrued.map(|(.., item)| item.to_string()),
        }
    }
}

/// A delivery with what became of it. Free texts are null once erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryOut {
    pub id: String,
    pub number: String,
    pub external_id: Option<String>,
    /// Id.
    pub customer: String,
    pub delivered_on: Date,
    /// Without tax; of a return negative.
    pub net: MoneyView,
    /// Id of the document that accrues it.
    pub document: Option<String>,
    /// Id of the delivery of which it takes back what was not billed.
    pub returns: Option<String>,
    pub purchase_order: Option<String>,
    pub text: Option<String>,
    pub lines: Vec<DeliveryLineOut>,
    pub links: Vec<DeliveryLinkOut>,
    /// SHA-256 of its content.
    pub digest: String,
    /// RFC 3339.
    pub created_at: String,
}

/// A line, and what is open of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryLine)]
pub struct DeliveryLineOut {
    /// From 1.
    pub line: u32,
    pub description: Option<String>,
    pub quantity: Decimal,
    pub unit: Option<String>,
    pub unit_price: Decimal,
    pub category: String,
    pub supply: String,
    pub net: MoneyView,
    /// Positive, also of a return, as is the amount.
    pub open_quantity: Decimal,
    pub open: MoneyView,
    /// Of a return: id of the invoice of which it came back, where that was said.
    pub returned_document: Option<String>,
    /// The line of that.
    pub returned_document_line: Option<u32>,
}

/// What became of a part of a line: positive; what is taken back stands again, negative.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryLink)]
pub struct DeliveryLinkOut {
    pub id: String,
    pub line: u32,
    /// billed | returned
    pub kind: String,
    /// Id of the document that bills it.
    pub document: Option<String>,
    pub document_line: Option<u32>,
    /// Id of the delivery that takes it back.
    pub returned_by: Option<String>,
    pub quantity: Decimal,
    pub amount: MoneyView,
    pub effective_date: Date,
    /// Id of the link that it takes back.
    pub undoes: Option<String>,
    /// Id of the credit note of what bills it, by which it was given back to be billed anew (红冲重开), or stayed billed then.
    pub given_back_by: Option<String>,
}

impl From<DeliveryView> for DeliveryOut {
    fn from(view: DeliveryView) -> Self {
        let row = view.delivery;
        let money = |minor| MoneyView::new(minor, row.currency);
        let link = |link: DeliveryLink| DeliveryLinkOut {
            id: link.id.to_string(),
            line: link.line,
            kind: link.kind.name().to_owned(),
            document: link.document.map(|id| id.to_string()),
            document_line: link.document_line,
            returned_by: link.returned_by.map(|id| id.to_string()),
            quantity: Decimal(link.quantity),
            amount: money(link.amount),
            effective_date: Date(link.effective_date),
            undoes: link.undoes.map(|id| id.to_string()),
            given_back_by: view.given_back.get(&link.id).map(|id| id.to_string()),
        };
        let line = |of: app::delivery::DeliveryLineView| DeliveryLineOut {
            line: of.line.line,
            description: of.line.description,
            quantity: Decimal(of.line.quantity),
            unit: of.line.unit,
            unit_price: Decimal(of.line.unit_price),
            category: of.line.category,
            supply: of.line.supply,
            net: money(of.line.net),
            open_quantity: Decimal(of.open.quantity),
            open: money(of.open.amount),
            returned_document: of.returned.as_ref().map(|of| of.document.to_string()),
            returned_document_line: of.returned.as_ref().map(|of| of.document_line),
        };
        DeliveryOut {
            lines: view.lines.into_iter().map(line).collect(),
            links: view.links.into_iter().map(link).collect(),
            id: row.id.to_string(),
            external_id: row.external_name().map(str::to_owned),
            customer: row.customer.to_string(),
            delivered_on: Date(row.delivered_on),
            net: money(row.net),
            document: row.document.map(|id| id.to_string()),
            returns: row.returns.map(|id| id.to_string()),
            digest: row.digest.to_string(),
            created_at: row.created_at.to_string(),
            number: row.number,
            purchase_order: row.purchase_order,
            text: row.text,
        }
    }
}
