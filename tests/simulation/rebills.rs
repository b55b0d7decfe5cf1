//! 红冲重开: an invoice is credited, and its goods stay with the customer: what it bills of a delivery is open again, and billed by the next
//! invoice of that delivery, given back or reversed as whatever is open. The credit note taken back, its invoice bills it as before.

use super::act::Sim;
use super::model::Model;
use super::notes::Goods;
use super::papers::{Invoice, Note};
use chrono::NaiveDate;

impl Model {
    /// How many units of what an invoice bills of a delivery are open again by a credit note of so many; none where it is refused. What
    /// came back is not with the customer: by returns that were credited, and by those that wait and name the invoice.
    pub fn gives_back(&self, invoice: usize, units: i64, on: NaiveDate) -> Option<i64> {
        let of = &self.invoices[invoice];
        of.delivered?;
        let notes = || self.notes.iter().filter(|note| note.invoice == invoice);
        let given: i64 = notes().map(|note| note.given).sum();
        let came: i64 = notes().filter_map(|note| note.back).map(|(_, units)| units).sum();
        let waits = self.named_back(invoice);
        let left = of.sold - given - came - waits;
        let fits = on >= of.billed_on && left > 0 && (units <= left || waits == 0);
        fits.then_some(units.min(left))
    }

    /// From when on what a credit note gave back may be billed by its invoice as before: nobody else has it, and no later one parted what it
    /// left billed. Any day where it gave nothing back.
    pub fn put_back_from(&self, note: usize) -> Option<NaiveDate> {
        let Note { invoice, given, step, .. } = self.notes[note];
        let Some(delivery) = self.invoices[invoice].delivered.filter(|_| given > 0) else {
            return Some(NaiveDate::MIN);
        };
        let later = |other: &Note| other.invoice == invoice && other.given > 0 && other.step > step;
        let of = &self.deliveries[delivery];
        let free = of.open >= given && !self.notes.iter().any(later);
        free.then(|| self.items[of.item].last())
    }
}

impl Sim<'_> {
    pub(super) fn rebill(&mut self) {
        let all = &self.model.notes;
        let some: Vec<usize> = (0..all.len()).filter(|n| all[*n].given > 0).collect();
        let back = self.chance.of_hundred(25);
        match self.chance.pick(&some).copied().filter(|_| back) {
            Some(which) => self.reverse_note(which),
            None => self.credit_to_bill_anew(),
        }
    }

    /// All that is left of an invoice that bills a delivery, or a part; seldom of another, which gives nothing back.
    fn credit_to_bill_anew(&mut self) {
        let all = &self.model.invoices;
        let any = self.chance.of_hundred(15);
        let plain = |of: &Invoice| of.rebated == 0 && of.written_off == 0 && !of.reversed;
        let fits = |n: &usize| {
            let of = &all[*n];
            plain(of) && of.credited < of.sold && (any || of.delivered.is_some())
        };
        let some: Vec<usize> = (0..all.len()).filter(fits).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let Invoice { sold, credited, day, billed_on, .. } = self.model.invoices[of];
        let left = sold - credited;
        let units = if self.chance.of_hundred(50) { left } else { self.chance.between(1, left) };
        let past = self.taxed_day();
        let on = if self.chance.of_hundred(90) { past.max(billed_on) } else { past };
        self.credit("rebilled", of, (units, on.max(day)), Goods::Stay);
    }

    /// So many units of what an invoice bills of a delivery are open again.
    pub(super) fn billed_anew(&mut self, invoice: usize, given: i64, on: NaiveDate) {
        let Some(delivery) = self.model.invoices[invoice].delivered.filter(|_| given > 0) else { return };
        self.model.invoices[invoice].billed_on = on;
        self.model.deliveries[delivery].billed -= given;
        self.taken(delivery, -given, on);
        let before = self.model.notes.iter().filter(|note| note.invoice == invoice).map(|note| note.given);
        if before.sum::<i64>() + given < self.model.invoices[invoice].sold {
            self.happened("rebilled in parts");
        }
    }

    /// The credit note that gave them back was taken back.
    pub(super) fn not_billed_anew(&mut self, invoice: usize, given: i64, on: NaiveDate) {
        let Some(delivery) = self.model.invoices[invoice].delivered.filter(|_| given > 0) else { return };
        self.model.invoices[invoice].billed_on = on;
        self.model.deliveries[delivery].billed += given;
        self.taken(delivery, given, on);
        self.happened("not billed anew");
    }
}
