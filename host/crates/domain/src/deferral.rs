//! What was invoiced and is still to be delivered (先开票后发货): by line of an invoice a quantity, its net, and what that is carried at in base
//! currency. It is no revenue until then (合同负债).

use crate::delivery::{Part, PartError, Wanted, take};
use crate::document::Document;
use crate::ledger::free_from;
use chrono::NaiveDate;
use money::{Currency, Minor, MoneyError, Rounding};
use rust_decimal::Decimal;

/// What of a line waits, or with other signs how it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deferred {
    pub quantity: Decimal,
    /// Without tax.
    pub amount: Minor,
    pub base: Minor,
}

impl Deferred {
    #[allow(clippy::should_implement_trait)] // it may overflow
    pub fn add(self, other: Deferred) -> Result<Self, MoneyError> {
        Ok(Deferred {
            quantity: self.quantity.checked_add(other.quantity).ok_or(MoneyError::Overflow)?,
            amount: self.amount.add(other.amount)?,
            base: self.base.add(other.base)?,
        })
    }
    #[allow(clippy::should_implement_trait)] // it may overflow
    pub fn neg(self) -> Result<Self, MoneyError> {
        Ok(Deferred { quantity: -self.quantity, amount: self.amount.neg()?, base: self.base.neg()? })
    }
    pub fn is_nothing(&self) -> bool {
        self.quantity.is_zero() && self.amount.is_zero() && self.base.is_zero()
    }

    /// The part that is wanted, at what it is carried at: a quantity takes its share of what is left of the amount, an amount its share
    /// of what that is carried at, half-up; whoever takes the last takes all.
    pub fn take(self, wanted: Wanted, currency: Currency) -> Result<Self, PartError> {
        let Part { quantity, amount } =
            take(Part { quantity: self.quantity, amount: self.amount }, wanted, currency)?;
        let base = if amount == self.amount {
            self.base
        } else if self.base == self.amount {
            amount
        } else {
            self.base.share(amount, self.amount, Rounding::HalfUp)?
        };
        Ok(Deferred { quantity, amount, base })
    }
}

/// What of an invoice or debit note no delivery has, by line: of goods, their quantity less what is named, with its share of what the invoice takes for
/// them. `named` are the parts of deliveries that it bills, by line; what is billed by amount (progress) was delivered.
///
/// What a line is sold for is its net, less its discount lines (折扣行), with its share of the allowances and charges of the document.
pub fn undelivered(document: &Document, named: &[(u32, Part)]) -> Result<Vec<(u32, Part)>, MoneyError> {
    let sold: Vec<_> = document.lines.iter().filter(|line| line.nature != "discount").collect();
    let mut nets = Vec::with_capacity(sold.len());
    for line in &sold {
        let discounts = document.lines.iter().filter(|one| one.nature == "discount");
        let own = discounts.filter(|one| one.parent == Some(line.line)).map(|one| one.net);
        nets.push(Minor::sum(own)?.add(line.net)?);
    }
    let rest = document.net.sub(Minor::sum(nets.iter().copied())?)?;
    let weights: Vec<u64> = nets.iter().map(|net| net.get().unsigned_abs()).collect();
    if !rest.is_zero() && weights.iter().any(|weight| *weight > 0) {
        for (net, share) in nets.iter_mut().zip(rest.split(&weights)?) {
            *net = net.add(share)?;
        }
    }
    let mut waiting = Vec::new();
    for (line, net) in sold.iter().zip(nets) {
        let own = || named.iter().filter(|(of, _)| *of == line.line).map(|(_, part)| part);
        let goods = line.supply == "goods" && ["normal", "discounted"].contains(&line.nature.as_str());
        // of a debit note: it raises the price of another line, and has no goods of its own
        let raises = line.original_line.is_some();
        if !goods || raises || !net.is_positive() || own().any(|part| part.quantity.is_zero()) {
            continue;
        }
        let mut left = line.quantity;
        for part in own() {
            left = left.checked_sub(part.quantity).ok_or(MoneyError::Overflow)?;
        }
        if left <= Decimal::ZERO {
            continue;
        }
        let amount = if left == line.quantity { net } else { share(net, left, line.quantity)? };
        if amount.is_positive() {
            waiting.push((line.line, Part { quantity: left, amount }));
        }
    }
    Ok(waiting)
}

/// A line of a credit note, beside the line that it takes back.
#[derive(Debug, Clone, Copy)]
pub struct Credited {
    pub quantity: Decimal,
    pub net: Minor,
    /// Of the original line.
    pub of_quantity: Decimal,
    pub of_net: Minor,
    /// How much of it are goods that were delivered and came back.
    pub returned: Decimal,
}

/// What a credit takes of what waits: first what is not delivered. For less than the original's share of its quantity it is a reduction
/// of the price: that leaves the quantity, and takes what waits of it in proportion.
pub fn credited(waits: Deferred, credit: Credited, currency: Currency) -> Result<Deferred, PartError> {
    let quantity = credit.quantity.checked_sub(credit.returned).ok_or(MoneyError::Overflow)?;
    if quantity <= Decimal::ZERO || waits.quantity <= Decimal::ZERO {
        return Ok(Deferred::default());
    }
    let own = quantity.min(waits.quantity);
    if takes_goods(credit)? {
        return waits.take(Wanted::Quantity(own), currency);
    }
    let amount = share(credit.net, own, credit.quantity)?.min(waits.amount);
    if !amount.is_positive() {
        return Ok(Deferred::default());
    }
    waits.take(Wanted::Amount(amount), currency)
}

/// Whether a credit takes its quantity back: for less than the original's share of that it is a reduction of the price. A share is
/// rounded, so may be the credit.
pub fn takes_goods(credit: Credited) -> Result<bool, MoneyError> {
    Ok(credit.net.add(Minor::ONE)? >= share(credit.of_net, credit.quantity, credit.of_quantity)?)
}

/// How much a credit takes back that no return brought: of what waits, as long as any does. None where it is a reduction of the price.
pub fn taken_undelivered(credit: Credited) -> Result<Decimal, MoneyError> {
    if !takes_goods(credit)? {
        return Ok(Decimal::ZERO);
    }
    let rest = credit.quantity.checked_sub(credit.returned).ok_or(MoneyError::Overflow)?;
    Ok(rest.max(Decimal::ZERO))
}

/// The share of an amount that a part of a quantity has, half-up.
pub fn share(of: Minor, part: Decimal, whole: Decimal) -> Result<Minor, MoneyError> {
    let share = Decimal::from(of.get())
        .checked_mul(part)
        .and_then(|product| product.checked_div(whole))
        .ok_or(MoneyError::Overflow)?;
    i64::try_from(Rounding::HalfUp.round(share, 0)).map(Minor::new).map_err(|_| MoneyError::Overflow)
}

/// The day from which on so much waits, whatever was delivered, credited and taken back meanwhile: before it a past day would find less
/// than nothing. `moved` is by day; none where so much never waits.
pub fn waits_from(moved: &[(NaiveDate, Minor)], wanted: Minor) -> Result<Option<NaiveDate>, MoneyError> {
    let Some(since) = moved.iter().map(|(day, _)| *day).min() else { return Ok(None) };
    let taken = moved.iter().map(|(day, amount)| Ok((*day, amount.neg()?)));
    free_from(Minor::ZERO, since, &taken.collect::<Result<Vec<_>, MoneyError>>()?, wanted)
}

#[cfg(test)]
#[path = "deferral_tests.rs"]
mod tests;
