//! Documents that only another person may post, and that clear an item in their own entry; each taken back, which sets the item free.

use super::act::{Sim, index};
use super::model::OWED;
use super::papers::Memo;
use app::App;
use chrono::NaiveDate;
use domain::draft::DraftKind;
use domain::ids::DocumentId;
use serde_json::Value;
use zhangben::http::problem::Problem;
use zhangben::http::v1::drafts::content;

/// What a document clears: of an item so much on a day.
pub(super) type Clears = (usize, i64, NaiveDate);

impl Sim<'_> {
    /// Entered by the clerk, approved by the reviewer; what the model refuses is refused when it is handed in, and thrown away. Gives the
    /// document and its number.
    pub(super) fn posted(
        &mut self,
        what: &'static str,
        kind: DraftKind,
        body: &Value,
        expected: bool,
    ) -> Option<(DocumentId, String)> {
        let house = self.house;
        let read = |kind: DraftKind, body: &Value| content(&house.app, &house.clerk, house.id, kind, body);
        let made = app::draft::create(&house.app, &house.clerk, house.id, kind, body).expect("a draft");
        let draft = made.draft.id;
        let submit = |app: &App| {
            let done = app::draft::submit::<Problem>(app, &house.clerk, house.id, draft, &read);
            done.map(drop).map_err(|refused| format!("{refused}: {:?}", refused.errors))
        };
        if !expected {
            let taken = self.request(what, false, submit);
            assert!(taken.is_none(), "{}: {what}", self.at);
            app::draft::delete(&house.app, &house.clerk, house.id, draft).expect("thrown away");
            return None;
        }
        submit(&house.app).unwrap_or_else(|refused| panic!("{}: {what}: {refused}: {body}", self.at));
        let approve = |app: &App| {
            let done = app::draft::approve::<Problem>(app, &house.reviewer, house.id, draft, &read);
            done.map(|view| (view.draft.document, view.number)).map_err(|refused| refused.to_string())
        };
        let (document, number) = self.request(what, true, approve)?;
        Some((document.expect("it was posted"), number.expect("it was posted")))
    }

    /// As [`Sim::posted`], of what clears an item.
    pub(super) fn clears_by(
        &mut self,
        what: &'static str,
        (kind, body): (DraftKind, &Value),
        (item, amount, day): Clears,
        expected: bool,
    ) {
        self.touched.insert(self.model.items[item].party);
        let Some((_, number)) = self.posted(what, kind, body, expected) else { return };
        self.model.counter(item, amount, day);
        let step = self.model.step;
        let writes_off = kind == DraftKind::WriteOff;
        let invoice = self.model.items[item].invoice.filter(|_| writes_off);
        if let Some(of) = invoice {
            self.model.invoices[of].written_off += amount;
        }
        self.model.memos.push(Memo { number, item, amount, day, step, invoice });
    }

    /// Whether so much of an item can be cleared on a day by a document of its customer.
    pub(super) fn may_clear(&self, (item, amount, day): Clears) -> bool {
        let of = &self.model.items[item];
        amount <= of.open() && of.takes(amount, day) && self.model.is_open(day) && self.model.stands(of.party)
    }

    /// An open item of receivables; not what a bill paid with, which goes back with the bill.
    pub(super) fn clearable(&mut self, fits: impl Fn(&Sim<'_>, usize) -> bool) -> Option<usize> {
        let sim: &Sim<'_> = self;
        let open = |n: &usize| {
            let item = &sim.model.items[*n];
            item.account == OWED && item.open() > 0 && fits(sim, *n) && !sim.model.is_of_bill(*n)
        };
        let all: Vec<usize> = (0..sim.model.items.len()).filter(open).collect();
        self.chance.pick(&all).copied()
    }

    /// How much of it, sometimes more than there is, and when, seldom before it was there.
    pub(super) fn some_of(&mut self, item: usize) -> Clears {
        let open = self.model.items[item].open();
        let amount = match self.chance.below(8) {
            0 => open + 1,
            1..=3 => open,
            _ => self.chance.between(1, open),
        };
        let past = self.past();
        let day = if self.chance.of_hundred(90) { past.max(self.model.items[item].day) } else { past };
        (item, amount, day)
    }

    /// 冲销, on its own day: what it cleared is open again.
    pub(super) fn memo_reversed(&mut self) {
        if self.model.memos.is_empty() {
            return;
        }
        let which = index(self.chance.below(self.model.memos.len() as u64));
        let Memo { item, amount, day, step, invoice, .. } = self.model.memos[which];
        let number = self.model.memos[which].number.clone();
        let party = self.model.items[item].party;
        let expected = self.may_reverse(party, step, day);
        if !self.reverse("memo reversed", (&number, party), expected) {
            return;
        }
        self.model.memos.swap_remove(which);
        self.model.counter(item, -amount, day);
        if let Some(of) = invoice {
            self.model.invoices[of].written_off -= amount;
        }
    }
}
