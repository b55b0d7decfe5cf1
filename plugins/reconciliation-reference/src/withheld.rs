//! Tax that a customer keeps back of what she pays (代扣税款): at a rate of the configuration, of what is owed without the tax in it.
//! Nothing of it is certain: who approves it has the certificate.

use crate::config::Withholding;
use zhangben_sdk::decimal::{self, Rounding};
use zhangben_sdk::{Problem, problem};

const AT: &str = "/config/withholding";

impl Withholding {
    fn is_of(&self, customer: Option<&str>) -> bool {
        self.customers.is_empty() || customer.is_some_and(|code| self.customers.iter().any(|own| own == code))
    }

    /// What is kept back of an amount, both in minor units: amount ÷ (1 + tax in it) × rate.
    fn of(&self, amount: i64) -> Result<i64, Problem> {
        let parsed = |text: &str| decimal::parse(text, AT);
        let whole = decimal::add(parsed("1")?, parsed(&self.included)?, AT)?;
        let share = decimal::mul(parsed(&amount.to_string())?, parsed(&self.rate)?, AT)?;
        let kept = Rounding::HalfUp.round(decimal::div(share, whole, AT)?, 0);
        Ok(i64::try_from(kept.mantissa()).unwrap_or(i64::MAX))
    }
}

/// What is wrong with the rates beyond the schema.
pub fn check(rows: &[Withholding]) -> Vec<Problem> {
    let mut found = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let at = format!("{AT}/{n}/rate");
        match decimal::parse(&row.rate, &at) {
            Ok(rate) if rate.is_zero() => {
                found.push(problem("bad-rate", "nothing is withheld at 0").at(at).build());
            }
            Ok(_) => {}
            Err(problem) => found.push(problem),
        }
        found.extend(decimal::parse(&row.included, &format!("{AT}/{n}/included")).err());
    }
    found
}

/// What is kept back of each of the amounts owed, where all of it together is what is missing: by the first rate of the customer that
/// fits. A minor unit an amount is rounding, which stands on the last.
pub fn shares(
    rows: &[Withholding],
    customer: Option<&str>,
    owed: &[i64],
    missing: i64,
) -> Result<Option<Vec<i64>>, Problem> {
    let rounding = i64::try_from(owed.len()).unwrap_or(i64::MAX);
    for row in rows.iter().filter(|row| row.is_of(customer)) {
        let mut shares = owed.iter().map(|amount| row.of(*amount)).collect::<Result<Vec<i64>, Problem>>()?;
        let rest = missing.saturating_sub(shares.iter().sum());
        if rest.saturating_abs() > rounding {
            continue;
        }
        if let Some(last) = shares.last_mut() {
            *last = last.saturating_add(rest);
        }
        if shares.iter().zip(owed).all(|(share, owed)| *share > 0 && share < owed) {
            return Ok(Some(shares));
        }
    }
    Ok(None)
}
