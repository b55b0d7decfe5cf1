//! Orders (订单), which become deliveries or invoices.

use super::BodyError;
use super::billing::OrdersBecomeName;
use super::delivery::{DeliveryLineBody, complete_lines};
use super::invoice::FxBody;
use super::leaf::{Currency, CustomerName, Date, MoneyView};
use crate::http::problem::Problem;
use app::App;
use app::order::{EnterOrder, Entered};
use domain::actor::Actor;
use domain::ids::CompanyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a customer ordered. By `orders_become` of her billing rule, else of the company's settings, it becomes a delivery or an invoice.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderBody {
    /// Number of the order (订单号): `external_id` and `purchase_order` of what it becomes. A second order with it is refused.
    pub external_id: String,
    pub customer: CustomerName,
    /// Document date of the invoice that it becomes.
    pub ordered_on: Date,
    /// Day of the delivery that it becomes; default: the day of the order. An invoice does not say it: the delivery that names it does.
    pub deliver_on: Option<Date>,
    pub currency: Currency,
    pub text: Option<String>,
    /// Default: the stored rate on or before the day; needed in a foreign currency by invoices, and by deliveries where the company accrues.
    pub fx: Option<FxBody>,
    /// Quantities are positive, prices without tax.
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<DeliveryLineBody>,
}

impl OrderBody {
    /// Fills in what its lines take from the catalogue.
    ///
    /// # Errors
    /// As [`complete_lines`].
    pub fn complete(&mut self, app: &App, actor: &Actor, company: CompanyId) -> Result<(), Problem> {
        complete_lines(app, actor, company, (&mut self.lines, self.currency.0))
    }
}

impl TryFrom<OrderBody> for EnterOrder {
    type Error = BodyError;

    fn try_from(body: OrderBody) -> Result<Self, BodyError> {
        Ok(EnterOrder {
            external_id: body.external_id,
            customer: body.customer.0,
            ordered_on: body.ordered_on.0,
            deliver_on: body.deliver_on.map(|d| d.0),
            currency: body.currency.0,
            text: body.text,
            fx: body.fx.map(Into::into),
            lines: super::each("lines", body.lines)?,
        })
    }
}

/// What an order became.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnteredOrderView {
    pub became: OrdersBecomeName,
    /// Of the delivery or invoice.
    pub id: String,
    pub number: String,
    /// Without tax.
    pub net: MoneyView,
}

impl From<Entered> for EnteredOrderView {
    fn from(entered: Entered) -> Self {
        match entered {
            Entered::Delivery(made) => EnteredOrderView {
                became: OrdersBecomeName::Delivery,
                id: made.id.to_string(),
                number: made.number,
                net: made.net.into(),
            },
            Entered::Invoice(made) => EnteredOrderView {
                became: OrdersBecomeName::Invoice,
                id: made.id.to_string(),
                number: made.number,
                net: made.net.into(),
            },
        }
    }
}
