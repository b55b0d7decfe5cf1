//! Revaluation of foreign currency at a day (期末调汇; IAS 21.23, 企业会计准则第19号 第十一条): monetary items are shown at the
//! day's rate. The difference to what the ledger carries them at is unrealised: it stands beside the control account, which
//! stays the sum of its open items, and is taken back on the next day, so that realised FX is always reckoned from the
//! rate of the document. On an account that no items make up (短期借款 on a bill that was discounted with recourse) it stands itself.

use super::FxRate;
use money::{Currency, Minor, MoneyError};

/// What an account of one currency comes to at a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    pub currency: Currency,
    /// In `currency`; debit positive.
    pub balance: Minor,
    /// In base currency, with what revaluations of the same day added already.
    pub carrying: Minor,
}

impl Carried {
    /// What the balance is worth in base currency, and how much that is more than it is carried at.
    pub fn valued(&self, rate: &FxRate, base: Currency) -> Result<(Minor, Minor), MoneyError> {
        let value = rate.to_base(self.balance, self.currency, base)?;
        Ok((value, value.sub(self.carrying)?))
    }
}

#[cfg(test)]
#[path = "revaluation_tests.rs"]
mod tests;
