//! 退款: what is owed to a customer is paid out.

use super::act::Sim;
use domain::draft::DraftKind;
use rust_decimal::Decimal;
use serde_json::json;

impl Sim<'_> {
    /// An open credit, or a part of it. What is owed by her is paid out to nobody.
    pub(super) fn refund(&mut self) {
        let owed = self.chance.of_hundred(10);
        let fits = move |sim: &Sim<'_>, n: usize| (sim.model.items[n].sign > 0) == owed;
        let Some(item) = self.clearable(fits) else { return };
        let clears = self.some_of(item);
        let (_, amount, day) = clears;
        let body = json!({
            "item": self.model.items[item].id.to_string(), "amount": Decimal::new(amount, 2).to_string(),
            "value_date": day.to_string(), "reference": "退预收",
        });
        let expected = !owed && self.may_clear(clears);
        self.clears_by("refunded", (DraftKind::Refund, &body), clears, expected);
    }
}
