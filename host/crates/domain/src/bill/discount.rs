use chrono::NaiveDate;
use money::{Minor, Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use thiserror::Error;

/// Days of the year by which banks discount (贴现): annual rate ÷ 360.
pub const DAYS_OF_YEAR: u32 = 360;
/// Days beyond the calendar's that a bank may count: the money's way to another place, and holidays.
const DAYS_MORE_MAX: u32 = 30;

/// A discount that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DiscountError {
    #[error("give what the bank paid, or its annual rate")]
    Nothing,
    #[error("the bank counts {given} days, but there are {calendar} to maturity")]
    Days { given: u32, calendar: u32 },
    #[error("a rate must be between 0 and 1: 0.024 are 2.4% a year")]
    Rate,
    #[error("{net} is not between 0 and the face, {face}")]
    Net { net: Money, face: Money },
    #[error("at that rate the bank keeps {computed}, but with {net} it kept {kept}")]
    Differ { computed: Money, kept: Money, net: Money },
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What a bank says of a discount: what it paid, or how it reckoned, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discount {
    /// What the bank paid, in major units.
    pub net: Option<Decimal>,
    /// Annual.
    pub rate: Option<Decimal>,
    /// That the bank counts; default: from the day of the discount to the maturity.
    pub days: Option<u32>,
}

impl Discount {
    /// Face × rate × days ÷ 360, half-up, is the interest (贴现利息); where the bank says what it paid, that counts, and the two may
    /// differ by a minor unit. Gives the net and the interest.
    pub fn of(
        &self,
        face: Money,
        on: NaiveDate,
        maturity: NaiveDate,
    ) -> Result<(Minor, Minor), DiscountError> {
        let computed = self.rate.map(|rate| self.interest(face, rate, on, maturity)).transpose()?;
        let money = |minor: Minor| Money::new(minor, face.currency());
        let net = match (self.net, computed) {
            (Some(net), _) => Money::from_decimal(net, face.currency())?.minor(),
            (None, Some(interest)) => face.minor().sub(interest)?,
            (None, None) => return Err(DiscountError::Nothing),
        };
        if !net.is_positive() || net > face.minor() {
            return Err(DiscountError::Net { net: money(net), face });
        }
        let kept = face.minor().sub(net)?;
        if let Some(computed) = computed
            && kept.sub(computed)?.abs()? > Minor::ONE
        {
            return Err(DiscountError::Differ {
                computed: money(computed),
                kept: money(kept),
                net: money(net),
            });
        }
        Ok((net, kept))
    }

    fn interest(
        &self,
        face: Money,
        rate: Decimal,
        on: NaiveDate,
        maturity: NaiveDate,
    ) -> Result<Minor, DiscountError> {
        if rate.is_sign_negative() || rate >= Decimal::ONE {
            return Err(DiscountError::Rate);
        }
        let calendar = u32::try_from(maturity.signed_duration_since(on).num_days()).unwrap_or(0);
        let given = self.days.unwrap_or(calendar);
        if !(calendar..=calendar.saturating_add(DAYS_MORE_MAX)).contains(&given) {
            return Err(DiscountError::Days { given, calendar });
        }
        let currency = face.currency();
        let exact = face
            .minor()
            .to_decimal(currency)
            .checked_mul(rate)
            .and_then(|year| year.checked_mul(Decimal::from(given)))
            .and_then(|years| years.checked_div(Decimal::from(DAYS_OF_YEAR)))
            .ok_or(DiscountError::Rate)?;
        Ok(Money::rounded(exact, currency, Rounding::HalfUp)?.minor())
    }
}
