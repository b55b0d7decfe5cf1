//! 核销: bad debts (坏账) and tails (尾差).

use super::act::{Sim, TRAP_DAY};
use crate::audit::house::day;
use domain::draft::DraftKind;
use rust_decimal::Decimal;
use serde_json::json;

impl Sim<'_> {
    /// A part of what is owed, or a tail of what is owed to her. Of an invoice the tax rules are asked, and bound by what was taken off it
    /// before: one that was corrected is left out, and what was carried over with a customer.
    pub(super) fn write_off(&mut self) {
        let uncorrected = |sim: &Sim<'_>, n: usize| {
            let invoice = sim.model.items[n].invoice.map(|of| &sim.model.invoices[of]);
            invoice.is_none_or(|of| of.credited == 0 && of.rebated == 0) && !sim.model.is_carried(n)
        };
        let Some(item) = self.clearable(uncorrected) else { return };
        let clears = self.some_of(item);
        let (_, amount, on) = clears;
        let of = &self.model.items[item];
        let (sign, asked, traps) = (of.sign, of.invoice.is_some(), on == day(TRAP_DAY));
        if traps && !asked {
            // whether anybody is asked is known of invoices alone
            return;
        }
        let tail = self.chance.of_hundred(if sign > 0 { 50 } else { 90 });
        let reason = if tail { "tail" } else { "bad-debt" };
        let body = json!({
            "item": self.model.items[item].id.to_string(), "amount": Decimal::new(amount, 2).to_string(),
            "reason": reason, "date": on.to_string(),
        });
        let expected = (tail || sign > 0) && !traps && self.may_clear(clears);
        self.clears_by("written off", (DraftKind::WriteOff, &body), clears, expected);
    }
}
