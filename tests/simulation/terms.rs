//! What the terms of an invoice leave to later: due dates that count from its receipt, and what may be taken off for early payment.

use super::act::{Sim, TRAP_DAY, index};
use super::model::Pair;
use super::papers::{Rebate, after};
use crate::audit::house::day;
use app::allocation::AllocateLess;
use app::document::Reverse;
use app::due::InvoiceReceived;
use chrono::Days;
use domain::actor::Actor;
use rust_decimal::Decimal;

impl Sim<'_> {
    /// 收票: from then on it is due, and told again it is due by the last that was told.
    pub(super) fn tell_due(&mut self) {
        let all = &self.model.invoices;
        let waits = |n: &usize| all[*n].received.is_some() && self.model.stands(all[*n].party);
        let waiting: Vec<usize> = (0..all.len()).filter(waits).collect();
        let Some(of) = self.chance.pick(&waiting).copied() else { return };
        let (since, party) = (self.model.invoices[of].day, self.model.invoices[of].party);
        let Some((days, told)) = self.model.invoices[of].received else { return };
        let date = match self.chance.below(10) {
            0 => since - Days::new(1),
            1 => after(self.today, 1),
            _ => self.past().max(since),
        };
        if told == Some(date) {
            return;
        }
        let expected = date >= since && date <= self.today && !self.model.invoices[of].reversed;
        let input = InvoiceReceived { document: self.model.invoices[of].number.clone(), date };
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("due told", expected, |app| app::due::receive(app, clerk, id, &input));
        let Some(made) = done else { return };
        let due = after(date, days);
        assert!(made.dues.iter().all(|(_, found)| *found == due), "{}: {made:?}", self.at);
        for item in self.model.invoices[of].items.clone() {
            self.model.items[item].due = Some(due);
        }
        self.model.invoices[of].received = Some((days, Some(date)));
        self.touched.insert(party);
    }

    /// 现金折扣: money pays less than is cleared, as far as was agreed and as long as the money came in time. Not of what was credited in
    /// part: what may be taken off of that depends on rounding; nor where something was written off besides. Of instalments each has its own.
    pub(super) fn discount(&mut self) {
        let all = &self.model.invoices;
        let fits = |n: &usize| {
            let of = &all[*n];
            let open = of.items.iter().map(|item| self.model.items[*item].open()).sum::<i64>();
            of.early.is_some() && of.credited == 0 && of.written_off == 0 && open > 0
        };
        let offered: Vec<usize> = (0..all.len()).filter(fits).collect();
        let Some(of) = self.chance.pick(&offered).copied() else { return };
        let invoice = &self.model.invoices[of];
        let (party, Some((until, permille))) = (invoice.party, invoice.early) else { return };
        let open: Vec<usize> =
            invoice.items.iter().copied().filter(|n| self.model.items[*n].open() > 0).collect();
        let Some(debit) = self.chance.pick(&open).copied() else { return };
        let credits = self.family(party, -1);
        let Some(credit) = self.chance.pick(&credits).copied() else { return };
        let whole = self.model.items[debit].open() * (1_000 - permille) / 1_000;
        let both = whole.min(self.model.items[credit].open()).max(1);
        let amount = if self.chance.of_hundred(50) { both } else { self.chance.between(1, both) };
        let most = amount * permille / (1_000 - permille);
        let taken = if self.chance.of_hundred(15) { most + 1 } else { most };
        let on = self.past().max(self.model.items[debit].day).max(self.model.items[credit].day);
        let paid = self.model.items[credit].had.unwrap_or(on);
        let expected = taken > 0
            && taken <= (amount + taken) * permille / 1_000
            && taken <= self.model.left_of(debit, permille)
            && paid <= until
            && on != day(TRAP_DAY)
            && self.model.allows(debit, credit, amount, on)
            && self.model.items[debit].takes(amount + taken, on);
        let allocate = self.wanted(debit, credit, amount, on);
        let input = AllocateLess { allocate, discount: Decimal::new(taken, 2) };
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let take = |app: &app::App| app::allocation::allocate_less(app, clerk, id, &input);
        let done = self.request("discount", expected, take);
        self.touched.extend([debit, credit].map(|n| self.model.items[n].party));
        let Some(made) = done else { return };
        self.model.pair(Pair { id: made.allocated.id, debit, credit, amount, day: on });
        self.model.counter(debit, taken, on);
        self.model.invoices[of].rebated += taken;
        if self.model.invoices[of].items.len() > 1 {
            self.happened("discount of an instalment");
        }
        let (document, pair, step) = (made.discount, made.allocated.id, self.model.step);
        self.model.rebates.push(Rebate { document, pair, item: debit, amount: taken, day: on, step });
    }

    /// The discount's own document is taken back, on its own day; what was paid stays paid.
    pub(super) fn discount_undone(&mut self) {
        if self.model.rebates.is_empty() {
            return;
        }
        let which = index(self.chance.below(self.model.rebates.len() as u64));
        let Rebate { document, item, day: on, step, .. } = self.model.rebates[which];
        let party = self.model.items[item].party;
        let expected =
            self.model.is_open(on) && self.model.stands(party) && !self.model.is_stated(party, step, on);
        let input = Reverse { document: document.to_string(), date: None, reason: "更正".to_owned() };
        // what took two people takes two again, or the operator at the machine
        let (operator, id) = (Actor::System, self.house.id);
        let reverse = |app: &app::App| app::document::reverse(app, &operator, id, &input);
        let done = self.request("discount undone", expected, reverse);
        self.touched.insert(party);
        if done.is_some() {
            self.model.take_back(which, on);
        }
    }
}
