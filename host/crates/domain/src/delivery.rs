//! Deliveries (发货/应计): what was handed over, at which price without tax, and how much of it is still to be billed (应收未开票). A
//! return is a delivery of negative quantities. Free texts stand in the digest only as a salted commitment.
//!
//! What became of a line, its *parts* say: they were billed by a document, returned, or reversed with the whole. Parts are positive, on
//! either side; what is taken back stands again, negative.

use crate::canonical::{CanonicalError, Digest, digest};
use crate::ids::{CustomerId, DeliveryId, DocumentId};
use chrono::NaiveDate;
use money::{Currency, Minor, Money, MoneyError, Rounding, normal_form};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use thiserror::Error;

/// How a company accounts for what it delivered and did not bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Accounting {
    /// A delivery posts nothing.
    #[default]
    None,
    /// 应收未开票: a delivery posts its net against revenue until it is billed.
    Accrued,
    /// As accrued, and goods that are invoiced first are 合同负债 and no revenue until they are delivered.
    Deferred,
}

impl Accounting {
    pub const fn name(self) -> &'static str {
        match self {
            Accounting::None => "none",
            Accounting::Accrued => "accrued",
            Accounting::Deferred => "deferred",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        [Accounting::None, Accounting::Accrued, Accounting::Deferred]
            .into_iter()
            .find(|one| one.name() == name)
    }
    /// Whether a delivery posts what is not billed of it.
    pub const fn accrues(self) -> bool {
        matches!(self, Accounting::Accrued | Accounting::Deferred)
    }
    /// Whether an invoice posts what is not delivered of it.
    pub const fn defers(self) -> bool {
        matches!(self, Accounting::Deferred)
    }
}

/// Of what one invoice is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Per {
    /// Each delivery (按发货单).
    #[default]
    Delivery,
    /// Each purchase order (按订单).
    Order,
    /// The whole of the period (按月汇总).
    Month,
}

impl Per {
    pub const ALL: [Per; 3] = [Per::Delivery, Per::Order, Per::Month];
    pub const fn name(self) -> &'static str {
        match self {
            Per::Delivery => "delivery",
            Per::Order => "order",
            Per::Month => "month",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Per::ALL.into_iter().find(|per| per.name() == name)
    }
}

/// What an order (订单) becomes as it comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum OrdersBecome {
    /// A delivery, which is billed as others are.
    #[default]
    Delivery,
    /// An invoice (先开票后发货), of which a delivery says later what it hands over.
    Invoice,
}

impl OrdersBecome {
    pub const fn name(self) -> &'static str {
        match self {
            OrdersBecome::Delivery => "delivery",
            OrdersBecome::Invoice => "invoice",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        [OrdersBecome::Delivery, OrdersBecome::Invoice].into_iter().find(|one| one.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryLine {
    /// From 1.
    pub line: u32,
    /// Of a return negative.
    pub quantity: Decimal,
    /// Without tax.
    pub unit_price: Decimal,
    pub category: String,
    /// goods | service
    pub supply: String,
    pub net: Minor,
}

/// A delivery as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub number: String,
    pub customer: CustomerId,
    pub currency: Currency,
    pub delivered_on: NaiveDate,
    pub net: Minor,
    /// That accrued it.
    pub document: Option<DocumentId>,
    /// The delivery of which it takes back what was not billed.
    pub returns: Option<DeliveryId>,
    /// Commitment to the free texts.
    pub text: Digest,
    pub lines: Vec<DeliveryLine>,
}

impl Delivery {
    /// delivery.v1
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        digest("delivery.v1", &self.content())
    }
    /// The hashed content, which the export carries as it is.
    pub fn content(&self) -> Value {
        let line = |line: &DeliveryLine| {
            json!({
                "line": line.line,
                "quantity": normal_form(line.quantity),
                "unit_price": normal_form(line.unit_price),
                "category": line.category,
                "supply": line.supply,
                "net": line.net.format(self.currency),
            })
        };
        json!({
            "id": self.id.to_string(),
            "number": self.number,
            "customer": self.customer.to_string(),
            "currency": self.currency.code(),
            "delivered_on": self.delivered_on.to_string(),
            "net": self.net.format(self.currency),
            "document": self.document.map(|id| id.to_string()),
            "returns": self.returns.map(|id| id.to_string()),
            "text": self.text.to_string(),
            "lines": self.lines.iter().map(line).collect::<Vec<_>>(),
        })
    }
}

/// What a line comes to without tax: quantity × price, half-up, as a tax guest that rounds by line would have it.
pub fn net(quantity: Decimal, unit_price: Decimal, currency: Currency) -> Result<Minor, MoneyError> {
    let exact = quantity.checked_mul(unit_price).ok_or(MoneyError::Overflow)?;
    Ok(Money::rounded(exact, currency, Rounding::HalfUp)?.bounded()?.minor())
}

/// Some of a line, positive; what takes a part back is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    pub quantity: Decimal,
    /// Of the line's net.
    pub amount: Minor,
}

impl Part {
    /// The whole of a line.
    pub fn whole(quantity: Decimal, net: Minor) -> Result<Self, MoneyError> {
        Ok(Part { quantity: quantity.abs(), amount: net.abs()? })
    }
    #[allow(clippy::should_implement_trait)] // it may overflow
    pub fn neg(self) -> Result<Self, MoneyError> {
        Ok(Part { quantity: -self.quantity, amount: self.amount.neg()? })
    }
    pub fn is_nothing(&self) -> bool {
        self.quantity.is_zero() && self.amount.is_zero()
    }
}

/// How much of a line is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All that is open.
    Open,
    Quantity(Decimal),
    /// Of the net, as progress is billed: it leaves the quantity to whoever bills the rest.
    Amount(Minor),
}

/// More, or nothing, is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PartError {
    #[error("nothing of it is open any more")]
    Nothing,
    #[error("must be greater than 0")]
    NotPositive,
    #[error("{wanted} is more than the {open} that is open")]
    TooMuch { wanted: String, open: String },
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What is left of a line after all that became of it.
pub fn open(whole: Part, parts: impl IntoIterator<Item = Part>) -> Result<Part, MoneyError> {
    let mut left = whole;
    for part in parts {
        left.quantity = left.quantity.checked_sub(part.quantity).ok_or(MoneyError::Overflow)?;
        left.amount = left.amount.sub(part.amount)?;
    }
    Ok(left)
}

/// The part that is wanted of what is open. A quantity takes its share of the amount, half-up; whoever takes the last of either takes
/// all of both.
pub fn take(open: Part, wanted: Wanted, currency: Currency) -> Result<Part, PartError> {
    if open.is_nothing() {
        return Err(PartError::Nothing);
    }
    match wanted {
        Wanted::Open => Ok(open),
        Wanted::Quantity(quantity) if quantity <= Decimal::ZERO => Err(PartError::NotPositive),
        Wanted::Quantity(quantity) if quantity > open.quantity => {
            Err(PartError::TooMuch { wanted: normal_form(quantity), open: normal_form(open.quantity) })
        }
        Wanted::Quantity(quantity) if quantity == open.quantity => Ok(open),
        Wanted::Quantity(quantity) => {
            let share = Decimal::from(open.amount.get())
                .checked_mul(quantity)
                .and_then(|product| product.checked_div(open.quantity))
                .ok_or(MoneyError::Overflow)?;
            let share = Rounding::HalfUp.round(share, 0);
            let amount = i64::try_from(share).map_err(|_| MoneyError::Overflow)?;
            Ok(Part { quantity, amount: Minor::new(amount) })
        }
        Wanted::Amount(amount) if !amount.is_positive() => Err(PartError::NotPositive),
        Wanted::Amount(amount) if amount > open.amount => Err(PartError::TooMuch {
            wanted: Money::new(amount, currency).to_string(),
            open: Money::new(open.amount, currency).to_string(),
        }),
        Wanted::Amount(amount) if amount == open.amount => Ok(open),
        Wanted::Amount(amount) => Ok(Part { quantity: Decimal::ZERO, amount }),
    }
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
