//! Money (金额) in minor units: exact, checked, with its currency. No float and no unchecked operator.
//!
//! An amount is an `i64` count of the currency's minor units (分, cents; 1 for JPY, 1/1000 for KWD) with the
//! exponent of ISO 4217. Prices, quantities and rates are [`rust_decimal::Decimal`]; they become money only
//! through [`Money::from_decimal`] (exact) or [`Money::rounded`] (with a named rounding).

mod currency;
mod rounding;

pub use currency::Currency;
pub use rounding::Rounding;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt;
use thiserror::Error;

/// The largest amount that is entered or posted, in minor units: 2^53 − 1, the largest integer that a guest written in JavaScript
/// can tell from its neighbours. The sum of a thousand such amounts still fits into 64 bits.
pub const MINOR_UNITS_MAX: i64 = (1 << 53) - 1;

/// What arithmetic on money can refuse.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoneyError {
    #[error("amount overflows 64-bit minor units")]
    Overflow,
    #[error("{amount} {currency} is beyond the largest amount there is, {}", Minor(MINOR_UNITS_MAX).format(*.currency))]
    TooLarge { amount: String, currency: Currency },
    #[error("{left} and {right} are different currencies")]
    CurrencyMismatch { left: Currency, right: Currency },
    #[error("{amount} has more decimals than {currency} allows ({decimals})")]
    PrecisionLoss { amount: Decimal, currency: Currency, decimals: u32 },
    #[error("{0:?} is not an ISO 4217 currency code")]
    UnknownCurrency(String),
    #[error("{0:?} is not a decimal number in normal form, as 1234.56")]
    NotADecimal(String),
    #[error("cannot split an amount over {0} weights whose sum is not positive")]
    BadSplit(usize),
}

/// A count of minor units, without its currency. All arithmetic is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Minor(i64);

// checked, hence `Result`: the operator traits cannot say so
#[allow(clippy::should_implement_trait)]
impl Minor {
    pub const ZERO: Minor = Minor(0);
    /// The smallest amount there is.
    pub const ONE: Minor = Minor(1);

    pub const fn new(value: i64) -> Self {
        Minor(value)
    }
    pub const fn get(self) -> i64 {
        self.0
    }
    pub fn add(self, other: Minor) -> Result<Minor, MoneyError> {
        self.0.checked_add(other.0).map(Minor).ok_or(MoneyError::Overflow)
    }
    pub fn sub(self, other: Minor) -> Result<Minor, MoneyError> {
        self.0.checked_sub(other.0).map(Minor).ok_or(MoneyError::Overflow)
    }
    pub fn neg(self) -> Result<Minor, MoneyError> {
        self.0.checked_neg().map(Minor).ok_or(MoneyError::Overflow)
    }
    pub fn abs(self) -> Result<Minor, MoneyError> {
        self.0.checked_abs().map(Minor).ok_or(MoneyError::Overflow)
    }
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }
    pub fn sum(items: impl IntoIterator<Item = Minor>) -> Result<Minor, MoneyError> {
        items.into_iter().try_fold(Minor::ZERO, Minor::add)
    }
    /// `self × part ÷ whole`, rounded as named: the share of an amount that belongs to a part.
    pub fn share(self, part: Minor, whole: Minor, rounding: Rounding) -> Result<Minor, MoneyError> {
        let value = Decimal::from(self.0)
            .checked_mul(Decimal::from(part.0))
            .and_then(|product| product.checked_div(Decimal::from(whole.0)))
            .ok_or(MoneyError::Overflow)?;
        rounding.round(value, 0).to_i64().map(Minor).ok_or(MoneyError::Overflow)
    }
    /// Splits in proportion to `weights`; the parts sum to the whole. What rounding leaves goes, a unit each,
    /// to the parts with the largest remainder, the earlier first.
    pub fn split(self, weights: &[u64]) -> Result<Vec<Minor>, MoneyError> {
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        if total == 0 {
            return Err(MoneyError::BadSplit(weights.len()));
        }
        let magnitude = u128::from(self.0.unsigned_abs());
        let mut parts = Vec::with_capacity(weights.len());
        let mut given: u128 = 0;
        for (index, weight) in weights.iter().enumerate() {
            let product = magnitude.checked_mul(u128::from(*weight)).ok_or(MoneyError::Overflow)?;
            let part = product / total;
            given = given.checked_add(part).ok_or(MoneyError::Overflow)?;
            parts.push((index, part, product % total));
        }
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|&i| parts.get(i).map(|p| (std::cmp::Reverse(p.2), p.0)));
        let left = usize::try_from(magnitude.saturating_sub(given)).map_err(|_| MoneyError::Overflow)?;
        for index in order.into_iter().take(left) {
            if let Some(part) = parts.get_mut(index) {
                part.1 = part.1.checked_add(1).ok_or(MoneyError::Overflow)?;
            }
        }
        let sign = self.0.signum();
        parts
            .into_iter()
            .map(|(_, part, _)| {
                i64::try_from(part)
                    .ok()
                    .and_then(|p| p.checked_mul(sign))
                    .map(Minor)
                    .ok_or(MoneyError::Overflow)
            })
            .collect()
    }
    /// Whether it may be entered or posted: see [`MINOR_UNITS_MAX`].
    pub const fn is_bounded(self) -> bool {
        self.0.unsigned_abs() <= MINOR_UNITS_MAX.unsigned_abs()
    }
    /// This many minor units as a decimal of `currency`: 1234 → 12.34.
    pub fn to_decimal(self, currency: Currency) -> Decimal {
        Decimal::new(self.0, currency.decimals())
    }
    /// The amount as text with all decimals of the currency: `12.30`, `-0.05`, `100` (JPY).
    pub fn format(self, currency: Currency) -> String {
        self.to_decimal(currency).to_string()
    }
}

/// An amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: Minor,
    currency: Currency,
}

// checked, hence `Result`: the operator traits cannot say so
#[allow(clippy::should_implement_trait)]
impl Money {
    pub const fn new(minor: Minor, currency: Currency) -> Self {
        Money { minor, currency }
    }
    pub const fn zero(currency: Currency) -> Self {
        Money { minor: Minor::ZERO, currency }
    }
    pub const fn minor(self) -> Minor {
        self.minor
    }
    pub const fn currency(self) -> Currency {
        self.currency
    }
    /// Refuses what may not be entered or posted (`TooLarge`): for every door by which amounts come in.
    pub fn bounded(self) -> Result<Self, MoneyError> {
        if self.minor.is_bounded() {
            return Ok(self);
        }
        Err(MoneyError::TooLarge { amount: self.amount(), currency: self.currency })
    }
    /// Exact: refuses more decimals than the currency has (`PrecisionLoss`).
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let exact = Self::rounded(amount, currency, Rounding::Down)?;
        if exact.minor.to_decimal(currency) != amount {
            return Err(MoneyError::PrecisionLoss { amount, currency, decimals: currency.decimals() });
        }
        Ok(exact)
    }
    /// Rounds to the currency's minor unit as named.
    pub fn rounded(amount: Decimal, currency: Currency, rounding: Rounding) -> Result<Self, MoneyError> {
        let mut value = rounding.round(amount, currency.decimals());
        value.rescale(currency.decimals());
        let minor = i64::try_from(value.mantissa()).map_err(|_| MoneyError::Overflow)?;
        // `rescale` gives up scale rather than overflow its 96 bits: then the mantissa is not minor units
        if value.scale() != currency.decimals() {
            return Err(MoneyError::Overflow);
        }
        Ok(Money { minor: Minor(minor), currency })
    }
    /// Parses `"1234.56"`: exact, no exponent, no sign `+`, no separators.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        Self::from_decimal(parse_decimal(amount)?, currency)
    }
    pub fn add(self, other: Money) -> Result<Money, MoneyError> {
        self.same(other)?;
        Ok(Money { minor: self.minor.add(other.minor)?, currency: self.currency })
    }
    pub fn sub(self, other: Money) -> Result<Money, MoneyError> {
        self.same(other)?;
        Ok(Money { minor: self.minor.sub(other.minor)?, currency: self.currency })
    }
    /// In another currency at `rate` (units of `to` per unit of this), rounded as named.
    pub fn convert(self, rate: Decimal, to: Currency, rounding: Rounding) -> Result<Money, MoneyError> {
        let value = self.minor.to_decimal(self.currency).checked_mul(rate).ok_or(MoneyError::Overflow)?;
        Self::rounded(value, to, rounding)
    }
    pub fn amount(self) -> String {
        self.minor.format(self.currency)
    }
    fn same(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.amount())
    }
}

/// Parses a decimal in plain notation (digits, one point, a leading minus): no exponent, separators, blanks or `+`.
pub fn parse_decimal(text: &str) -> Result<Decimal, MoneyError> {
    let refuse = || MoneyError::NotADecimal(text.chars().take(40).collect());
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !fraction.is_none_or(plain) || (whole.len() > 1 && whole.starts_with('0')) {
        return Err(refuse());
    }
    Decimal::from_str_exact(text).map_err(|_| refuse())
}

/// Normal form of a decimal: no trailing zeros, no exponent, no "-0".
pub fn normal_form(value: Decimal) -> String {
    let normal = value.normalize();
    if normal.is_zero() { "0".to_owned() } else { normal.to_string() }
}

#[cfg(test)]
mod tests;
