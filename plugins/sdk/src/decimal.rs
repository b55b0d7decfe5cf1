//! Decimals as they pass the boundary: text in normal form (no exponent, no leading `+`, no "-0").
//!
//! Arithmetic is checked: an overflow is a refusal that says where, never a trap and never a wrong figure.

use crate::{Problem, problem};
use rust_decimal::{Decimal, RoundingStrategy};

/// Parses a decimal in normal form. `path` says where it stands.
///
/// ```
/// use zhangben_sdk::decimal::parse;
/// assert_eq!(parse("-12.50", "/x").unwrap().to_string(), "-12.50");
/// for wrong in ["", "1e3", "+1", "1,000.00", "12..34", "-0", " 1", ".5", "5.", "01"] {
///     assert_eq!(parse(wrong, "/x").unwrap_err().code, "bad-decimal", "{wrong}");
/// }
/// ```
pub fn parse(text: &str, path: &str) -> Result<Decimal, Problem> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let normal =
        all_digits(whole) && fraction.is_none_or(all_digits) && (whole == "0" || !whole.starts_with('0'));
    let parsed = normal.then(|| Decimal::from_str_exact(text).ok()).flatten();
    match parsed {
        Some(value) if !(text.starts_with('-') && value.is_zero()) => Ok(value),
        _ => Err(problem(
            "bad-decimal",
            format!("{text:?} is not a decimal, as -1234.56, of at most 28 digits"),
        )
        .at(path)
        .build()),
    }
}

/// [`parse`] of an optional field.
pub fn parse_opt(text: Option<&str>, path: &str) -> Result<Option<Decimal>, Problem> {
    text.map(|text| parse(text, path)).transpose()
}

/// Normal form, with the decimals the value has: `12.30` stays `12.30`; "-0.00" becomes "0.00".
pub fn text(value: Decimal) -> String {
    let mut value = value;
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    value.to_string()
}

/// Normal form without trailing zeros: `0.130` becomes `0.13`.
pub fn short_text(value: Decimal) -> String {
    text(value.normalize())
}

/// With exactly `decimals` decimals, for values that have no more: an amount in a currency.
pub fn fixed_text(value: Decimal, decimals: u32) -> String {
    let mut value = value;
    value.rescale(decimals);
    text(value)
}

fn overflow(path: &str) -> Problem {
    problem("overflow", "the result has more digits than a decimal of 28 digits holds").at(path).build()
}

/// `a + b`.
pub fn add(a: Decimal, b: Decimal, path: &str) -> Result<Decimal, Problem> {
    a.checked_add(b).ok_or_else(|| overflow(path))
}

/// `a − b`.
pub fn sub(a: Decimal, b: Decimal, path: &str) -> Result<Decimal, Problem> {
    a.checked_sub(b).ok_or_else(|| overflow(path))
}

/// `a × b`.
pub fn mul(a: Decimal, b: Decimal, path: &str) -> Result<Decimal, Problem> {
    a.checked_mul(b).ok_or_else(|| overflow(path))
}

/// `a ÷ b`; a zero divisor is refused too.
pub fn div(a: Decimal, b: Decimal, path: &str) -> Result<Decimal, Problem> {
    if b.is_zero() {
        return Err(problem("division-by-zero", "the divisor is zero").at(path).build());
    }
    a.checked_div(b).ok_or_else(|| overflow(path))
}

/// The sum.
pub fn sum(values: impl IntoIterator<Item = Decimal>, path: &str) -> Result<Decimal, Problem> {
    values.into_iter().try_fold(Decimal::ZERO, |total, value| add(total, value, path))
}

/// Rounding by the names of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// 四舍五入: half away from zero.
    #[default]
    HalfUp,
    /// Half to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    /// As it stands in tax lines: `half-up`, `half-even`, `down`, `up`.
    pub const fn name(self) -> &'static str {
        match self {
            Rounding::HalfUp => "half-up",
            Rounding::HalfEven => "half-even",
            Rounding::Down => "down",
            Rounding::Up => "up",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up]
            .into_iter()
            .find(|r| r.name() == name)
    }
    /// Rounds to `decimals` and gives the result exactly that many.
    pub fn round(self, value: Decimal, decimals: u32) -> Decimal {
        let strategy = match self {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
            Rounding::Down => RoundingStrategy::ToZero,
            Rounding::Up => RoundingStrategy::AwayFromZero,
        };
        let mut rounded = value.round_dp_with_strategy(decimals, strategy);
        rounded.rescale(decimals);
        rounded
    }
}
