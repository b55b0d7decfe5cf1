//! 冲销 of a credit note: what it clears of its invoice goes with it, whatever else it pays keeps it.

use super::act::{Sim, index};
use super::papers::Note;
use chrono::NaiveDate;

impl Sim<'_> {
    pub(super) fn note_reversed(&mut self) {
        if self.model.notes.is_empty() {
            return;
        }
        let which = index(self.chance.below(self.model.notes.len() as u64));
        let Note { invoice, units, undelivered, item, step, .. } = self.model.notes[which];
        let number = self.model.notes[which].number.clone();
        let own: Vec<_> = self
            .model
            .paid_by(item)
            .into_iter()
            .filter(|pair| self.model.items[pair.debit].invoice == Some(invoice))
            .collect();
        let party = self.model.items[item].party;
        // they are undone on the day of the last, and then the note is whole from some day on
        let last = own.iter().map(|pair| pair.day).max();
        let mut flow = self.model.items[item].flow.clone();
        flow.cleared.extend(own.iter().filter_map(|pair| Some((last?, -pair.amount))));
        let on = flow.free_from(flow.original).filter(|_| flow.open() == flow.original);
        let on = on.map(|on| on.max(flow.day));
        let unstated = own.iter().all(|pair| last.is_none_or(|last| self.model.may_undo(pair.id, last)));
        let may = |day: NaiveDate| self.may_reverse(party, step, day);
        let expected = unstated && on.is_some_and(may) && last.is_none_or(may);
        if !self.reverse("credit note reversed", (&number, party), expected) {
            return;
        }
        let (Some(on), amount) = (on, flow.original) else { return };
        for pair in own {
            let place = self.model.pairs.iter().position(|of| of.id == pair.id).expect("it stands");
            self.model.undo(place, last.expect("there is one"));
        }
        self.model.counter(item, amount, on);
        self.model.invoices[invoice].credited -= units;
        self.model.leave(invoice, -undelivered, on);
        self.waiting.insert(invoice);
        self.model.notes.swap_remove(which);
    }
}
