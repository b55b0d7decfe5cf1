//! 冲销 of what is whole: by default on its own day, as if it had never been; or where something was paid and taken back, from there on.

use super::act::Sim;
use super::papers::Paper;
use super::trade::RECEIPT;
use app::document::Reverse;
use chrono::NaiveDate;
use domain::actor::Actor;

impl Sim<'_> {
    /// A reversal is taken if and only if the model takes it, and done once.
    pub(super) fn reverse(
        &mut self,
        what: &'static str,
        (number, party): (&str, usize),
        expected: bool,
    ) -> bool {
        let input = Reverse { document: number.to_owned(), date: None, reason: "更正".to_owned() };
        // what took two people takes two again, or the operator at the machine
        let (operator, id) = (Actor::System, self.house.id);
        let reverse = |app: &app::App| app::document::reverse(app, &operator, id, &input);
        self.touched.insert(party);
        let done = self.request(what, expected, reverse).is_some();
        if done {
            assert!(self.request("reversed again", false, reverse).is_none());
        }
        done
    }

    /// Whether what was posted to a customer at a step may be taken back on a day.
    pub(super) fn may_reverse(&self, party: usize, step: u64, on: NaiveDate) -> bool {
        self.model.is_open(on) && self.model.stands(party) && !self.model.is_stated(party, step, on)
    }

    /// From when on all of these items can be taken back whole, their own day at the earliest; none while something clears one.
    pub(super) fn whole_from(&self, items: &[usize], own: NaiveDate) -> Option<NaiveDate> {
        items.iter().try_fold(own, |day, n| {
            let item = &self.model.items[*n];
            let whole = item.open() == item.original;
            Some(day.max(item.free_from(item.original).filter(|_| whole)?))
        })
    }

    /// A receipt, opening, late fee or adjustment that nothing rests on; now and then another. What was identified is nobody's again.
    pub(super) fn paper_reversed(&mut self) {
        let (money, any) = (self.chance.of_hundred(50), self.chance.of_hundred(25));
        let all = &self.model.papers;
        let whole = |of: &Paper| self.model.items[of.item].open() == self.model.items[of.item].original;
        let fits = |of: &Paper| (of.what == RECEIPT) == money && (any || whole(of));
        let some: Vec<usize> = (0..all.len()).filter(|n| fits(&all[*n])).collect();
        let Some(which) = self.chance.pick(&some).copied() else { return };
        let Paper { what, item, step, pot, .. } = self.model.papers[which];
        let number = self.model.papers[which].number.clone();
        let (party, own) = (self.model.items[item].party, self.model.items[item].day);
        let on = self.whole_from(&[item], own);
        let expected = on.is_some_and(|on| self.may_reverse(party, step, on));
        self.stirred |= pot.is_some();
        if !self.reverse(what, (&number, party), expected) {
            return;
        }
        let Some(on) = on else { return };
        self.model.papers.swap_remove(which);
        let amount = self.model.items[item].original;
        self.model.counter(item, amount, on);
        self.model.withdraw(item, on);
        if let Some(pot) = pot {
            self.model.pots[pot].flow.cleared.push((on, -amount));
        }
    }

    /// An invoice that nothing corrects, raises or pays, no tax invoice states, no delivery or return names and the customer does not have.
    /// What it billed of a delivery is not billed again.
    pub(super) fn invoice_reversed(&mut self) {
        let all = &self.model.invoices;
        let untouched = |item: &usize| self.model.items[*item].open() == self.model.items[*item].original;
        let kept = |n: usize| {
            let raised = all.iter().any(|note| note.raises == Some(n) && !note.reversed);
            let named = self.model.is_handed(n) || self.model.named_back(n) > 0;
            all[n].issued || raised || self.model.is_taxed(n) || named
        };
        let whole = |n: &usize| all[*n].credited == 0 && !kept(*n) && all[*n].items.iter().all(untouched);
        let stands: Vec<usize> = (0..all.len()).filter(|n| !all[*n].reversed).collect();
        let free: Vec<usize> = stands.iter().copied().filter(whole).collect();
        let some = if self.chance.of_hundred(25) { stands } else { free };
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let invoice = &self.model.invoices[of];
        let (party, step, items, number) =
            (invoice.party, invoice.step, invoice.items.clone(), invoice.number.clone());
        let whole = self.whole_from(&items, invoice.day).filter(|_| invoice.credited == 0);
        // where it was delivered meanwhile, or billed anew, and that was taken back, from there on
        let on = whole.zip(self.model.waits_whole_from(of));
        let on = on.map(|(paid, waits)| paid.max(waits).max(invoice.billed_on));
        let told = invoice.received.is_some_and(|(_, told)| told.is_some());
        let kept = kept(of) || told || self.model.is_stated(party, step, invoice.day);
        let expected = !kept && on.is_some_and(|on| self.may_reverse(party, step, on));
        let raises = invoice.raises.is_some();
        let what = if raises { "debit note reversed" } else { "invoice reversed" };
        self.waiting.insert(of);
        self.goods.insert(party);
        if !self.reverse(what, (&number, party), expected) {
            return;
        }
        let Some(on) = on else { return };
        self.model.invoices[of].reversed = true;
        let units = self.model.invoices[of].sold;
        self.model.leave(of, units, on);
        for item in items {
            let amount = self.model.items[item].original;
            self.model.counter(item, amount, on);
            self.model.withdraw(item, on);
        }
        if let Some(delivery) = self.model.invoices[of].delivered {
            self.billed_back(delivery, units, on);
            self.happened("not billed again");
        }
    }
}
