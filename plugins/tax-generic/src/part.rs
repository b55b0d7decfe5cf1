//! One thing with its value, its net and its taxes, compound and fixed ones among them.
//!
//! Each tax is a linear function of the net: `amount = a × net + b`, where a percent tax has `a = rate × (1 + Σ a below)`,
//! `b = rate × Σ b below` of the taxes it compounds on, and a fixed one `a = 0`, `b = quantity × amount for one`.
//!
//! Prices without tax: the net is the value; amounts follow in the order of compounding, each rounded before the next one
//! takes it into its base. Prices with tax: `net = (value − Σ b) ÷ (1 + Σ a)`, over what the seller collects; each such tax is
//! rounded from its exact amount, and the net is what is left of the value, so that net and taxes are the price to the cent.

use crate::resolve::{Applied, Charge};
use zhangben_sdk::decimal::{add, div, mul, parse, sub};
use zhangben_sdk::tax::{Line, Target, Terms, is_negative};
use zhangben_sdk::{Decimal, Problem, problem};

#[derive(Debug, Clone)]
pub struct Tax<'a> {
    pub applied: Applied<'a>,
    /// Of a fixed tax.
    pub quantity: Option<Decimal>,
    pub base: Decimal,
    pub amount: Decimal,
    /// The amount before rounding.
    pub exact: Decimal,
}

/// All signed: an allowance is negative.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    pub target: Target,
    pub path: String,
    /// Net where prices exclude tax, gross where they include it.
    pub value: Decimal,
    pub net: Decimal,
    /// Those first that others compound on.
    pub taxes: Vec<Tax<'a>>,
}

impl<'a> Part<'a> {
    /// `value` is rounded already; `counted` is the line whose quantity fixed taxes count.
    pub fn new(
        (target, path): (Target, String),
        taxes: Vec<Applied<'a>>,
        value: Decimal,
        counted: Option<&Line>,
        terms: Terms,
    ) -> Result<Self, Problem> {
        let zero = Decimal::new(0, terms.currency_decimals);
        let mut bearing = Vec::with_capacity(taxes.len());
        for applied in taxes {
            let (applied, quantity) = count(applied, counted, &path)?;
            bearing.push(Tax { applied, quantity, base: zero, amount: zero, exact: zero });
        }
        let mut part = Part { target, path, value, net: value, taxes: bearing };
        if terms.inclusive {
            part.take_apart(terms)?;
        } else {
            part.recompute(0, terms)?;
        }
        let fixed = part.taxes.iter().any(|tax| tax.quantity.is_some() && !tax.amount.is_zero());
        if part.net.is_zero() && fixed {
            let message =
                "a tax for each unit cannot stand on what costs nothing; the host could not state it";
            return Err(problem("fixed-tax-on-nothing", message).at(part.path).build());
        }
        Ok(part)
    }

    /// What the seller collects.
    pub fn tax(&self) -> Result<Decimal, Problem> {
        let priced = self.taxes.iter().filter(|tax| tax.applied.is_priced());
        zhangben_sdk::decimal::sum(priced.map(|tax| tax.amount), &self.path)
    }

    /// The net and the taxes that the tax at `index` compounds on.
    fn base_of(&self, index: usize) -> Result<Decimal, Problem> {
        let codes = self.taxes.get(index).map_or(&[][..], |tax| tax.applied.compound_on);
        let mut base = self.net;
        for (_, below) in self.below(index, codes) {
            base = add(base, below.amount, &self.path)?;
        }
        Ok(base)
    }

    fn below(&self, index: usize, codes: &[String]) -> impl Iterator<Item = (usize, &Tax<'a>)> {
        let others = self.taxes.iter().enumerate().take(index);
        others.filter(move |(_, other)| codes.iter().any(|code| code == other.applied.code))
    }

    /// How many taxes lie below one another under this one.
    pub fn depth(&self, index: usize) -> usize {
        let codes = self.taxes.get(index).map_or(&[][..], |tax| tax.applied.compound_on);
        let deepest = self.below(index, codes).map(|(below, _)| self.depth(below)).max();
        deepest.map_or(0, |depth| depth.saturating_add(1))
    }

    /// Bases and amounts from `first` on; where prices include tax, amounts of what is in no price: the others are the price's.
    /// What an amount was moved by, it stays moved by.
    fn recompute(&mut self, first: usize, terms: Terms) -> Result<(), Problem> {
        for index in first..self.taxes.len() {
            let base = self.base_of(index)?;
            let path = self.path.clone();
            if let Some(tax) = self.taxes.get_mut(index) {
                tax.base = base;
                if terms.inclusive && tax.applied.is_priced() {
                    continue;
                }
                let moved_by = sub(tax.amount, terms.round_tax(tax.exact), &path)?;
                tax.exact = tax.own(base, &path)?;
                tax.amount = add(terms.round_tax(tax.exact), moved_by, &path)?;
            }
        }
        Ok(())
    }

    /// Net and taxes of a value that holds them.
    fn take_apart(&mut self, terms: Terms) -> Result<(), Problem> {
        let exact = self.linear()?;
        for (tax, exact) in self.taxes.iter_mut().zip(exact) {
            tax.exact = exact;
            tax.amount = terms.round_tax(exact);
        }
        self.net = sub(self.value, self.tax()?, &self.path)?;
        // a net that rounding has made nothing, or turned: the tax that was rounded up furthest gives
        while !self.tax()?.is_zero() && (self.net.is_zero() || turned(self.net, self.value)) {
            let step = if is_negative(self.value) { terms.unit() } else { -terms.unit() };
            let path = self.path.clone();
            // the error towards the value's own side: an allowance's taxes are rounded up where they are more negative
            let rounded_up = |tax: &&mut Tax<'_>| {
                let error = tax.amount.checked_sub(tax.exact).unwrap_or_default();
                if is_negative(step) { error } else { -error }
            };
            let giving = |tax: &&mut Tax<'_>| {
                tax.applied.is_priced() && tax.quantity.is_none() && !tax.amount.is_zero()
            };
            let Some(most) = self.taxes.iter_mut().filter(giving).max_by_key(rounded_up) else { break };
            most.amount = add(most.amount, step, &path)?;
            self.net = sub(self.net, step, &path)?;
        }
        self.rebase(terms)?;
        if self.holds(terms)? {
            return Ok(());
        }
        let message = format!(
            "{} cannot be taken apart: no net and taxes of whole units are its price and the rates' at once; \
             state it without tax",
            self.value
        );
        Err(problem("inclusive-not-exact", message).at(self.path.as_str()).build())
    }

    /// The exact amounts of a value that holds them.
    fn linear(&self) -> Result<Vec<Decimal>, Problem> {
        let path = self.path.as_str();
        let mut functions: Vec<(Decimal, Decimal)> = Vec::with_capacity(self.taxes.len());
        let (mut slopes, mut fixed) = (Decimal::ONE, Decimal::ZERO);
        for (index, tax) in self.taxes.iter().enumerate() {
            let (mut a, mut b) = (Decimal::ONE, Decimal::ZERO);
            for (below, _) in self.below(index, tax.applied.compound_on) {
                let (below_a, below_b) = functions.get(below).copied().unwrap_or_default();
                (a, b) = (add(a, below_a, path)?, add(b, below_b, path)?);
            }
            let (a, b) = match tax.applied.charge {
                Charge::None => (Decimal::ZERO, Decimal::ZERO),
                Charge::Percent(rate) => (mul(rate, a, path)?, mul(rate, b, path)?),
                Charge::Fixed { .. } => (Decimal::ZERO, tax.own(Decimal::ZERO, path)?),
            };
            if tax.applied.is_priced() {
                (slopes, fixed) = (add(slopes, a, path)?, add(fixed, b, path)?);
            }
            functions.push((a, b));
        }
        let left = sub(self.value, fixed, path)?;
        if !fixed.is_zero() && (left.is_zero() || turned(left, self.value)) {
            let message = format!("the price of {} is not above the fixed taxes in it, {fixed}", self.value);
            return Err(problem("price-below-fixed-tax", message).at(path).build());
        }
        let net = div(left, slopes, path)?;
        functions.into_iter().map(|(a, b)| add(mul(a, net, path)?, b, path)).collect()
    }

    /// Bases on the net as it is, where prices include tax; what is in no price follows them.
    fn rebase(&mut self, terms: Terms) -> Result<(), Problem> {
        for index in 0..self.taxes.len() {
            let base = self.base_of(index)?;
            let path = self.path.clone();
            if let Some(tax) = self.taxes.get_mut(index) {
                tax.base = base;
                if !tax.applied.is_priced() {
                    tax.exact = tax.own(base, &path)?;
                    tax.amount = terms.round_tax(tax.exact);
                }
            }
        }
        Ok(())
    }

    /// Whether each tax is its own base × rate, give or take one unit, and nothing stands against its net: otherwise it would
    /// be another tax.
    fn holds(&self, terms: Terms) -> Result<bool, Problem> {
        for tax in &self.taxes {
            if tax.delta(terms, &self.path)?.abs() > terms.unit() {
                return Ok(false);
            }
            if !tax.amount.is_zero() && (tax.base.is_zero() || turned(tax.amount, tax.base)) {
                return Ok(false);
            }
        }
        let tax = self.tax()?;
        Ok(tax.is_zero() || !(self.net.is_zero() || turned(tax, self.net)))
    }

    /// The same with the amount of one tax moved; nothing where that would be another tax.
    pub fn shifted(&self, index: usize, by: Decimal, terms: Terms) -> Result<Option<Self>, Problem> {
        let mut moved = self.clone();
        let Some(tax) = moved.taxes.get_mut(index) else { return Ok(None) };
        tax.amount = add(tax.amount, by, &self.path)?;
        let priced = tax.applied.is_priced();
        if terms.inclusive && priced {
            moved.net = sub(moved.net, by, &self.path)?;
            moved.rebase(terms)?;
        } else if self.taxes.iter().any(|tax| !tax.applied.compound_on.is_empty()) {
            moved.recompute(index.saturating_add(1), terms)?;
        }
        Ok(moved.holds(terms)?.then_some(moved))
    }
}

/// Whether two values stand on different sides of zero.
fn turned(a: Decimal, b: Decimal) -> bool {
    is_negative(a) != is_negative(b)
}

impl Tax<'_> {
    /// Its amount on a base, unrounded.
    fn own(&self, base: Decimal, path: &str) -> Result<Decimal, Problem> {
        match self.applied.charge {
            Charge::None => Ok(Decimal::ZERO),
            Charge::Percent(rate) => mul(base, rate, path),
            Charge::Fixed { per_unit, .. } => mul(self.quantity.unwrap_or_default(), per_unit, path),
        }
    }

    /// How far its amount is from what its base leads to.
    pub fn delta(&self, terms: Terms, path: &str) -> Result<Decimal, Problem> {
        sub(self.amount, terms.round_tax(self.own(self.base, path)?), path)
    }
}

/// The quantity of a fixed tax: the line's, in the tax's unit.
fn count<'a>(
    applied: Applied<'a>,
    counted: Option<&Line>,
    path: &str,
) -> Result<(Applied<'a>, Option<Decimal>), Problem> {
    let Charge::Fixed { unit, .. } = applied.charge else { return Ok((applied, None)) };
    let Some(line) = counted else { return Ok((applied.without_quantity(), None)) };
    let refuse = |code: &str, message: String, field: &str| {
        Err(problem(code, message).at(format!("{path}/{field}")).build())
    };
    if line.unit_code.as_deref() != Some(unit) {
        let found = line.unit_code.as_deref().unwrap_or("nothing");
        let message = format!("the tax {} is for each {unit}, the line counts in {found}", applied.code);
        return refuse("unit-differs", message, "unit_code");
    }
    let quantity = parse(&line.quantity, &format!("{path}/quantity"))?;
    if is_negative(quantity) {
        let message =
            format!("the tax {} is for each {unit}; {quantity} of them cannot be taxed", applied.code);
        return refuse("negative-quantity", message, "quantity");
    }
    Ok((applied, Some(quantity)))
}
