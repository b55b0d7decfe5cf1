//! 异议: opened and resolved. Nothing is posted; what is disputed of an item, no more than is open, is stated beside its age, wherever a
//! merge carried it.

use super::act::Sim;
use super::model::{Model, OWED};
use super::papers::Dispute;
use app::App;
use app::dispute::{OpenDispute, Outcome, Resolve};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use store::types::DisputeReason;

impl Model {
    /// An item, and what took its place by merges, one after the other: what is open of which on a day says where it was.
    fn places(&self, item: usize) -> Vec<usize> {
        let (mut places, mut at) = (vec![item], 0);
        while let Some(last) = places.get(at).copied() {
            places.extend(self.carried.iter().filter(|(of, _)| *of == last).map(|(_, next)| *next));
            at += 1;
        }
        places
    }

    /// The document of an item was taken back on a day: what is disputed of it is withdrawn.
    pub fn withdraw(&mut self, item: usize, on: NaiveDate) {
        for of in self.disputes.iter_mut().filter(|of| of.item == item && of.resolved.is_none()) {
            of.resolved = Some(on.max(of.opened));
        }
    }

    /// What is disputed of each item on a day.
    pub fn disputed(&self, on: NaiveDate) -> BTreeMap<usize, i64> {
        let mut found: BTreeMap<usize, i64> = BTreeMap::new();
        let stands = |of: &&Dispute| of.opened <= on && of.resolved.is_none_or(|over| over > on);
        for of in self.disputes.iter().filter(stands) {
            let mut left = of.amount;
            for place in self.places(of.item) {
                let item = &self.items[place];
                let open = if item.day <= on { item.open_on(on) } else { 0 };
                let sum = found.entry(place).or_default();
                let amount = left.min(open - *sum).max(0);
                *sum += amount;
                left -= amount;
            }
        }
        found.retain(|_, amount| *amount > 0);
        found
    }
}

impl Sim<'_> {
    pub(super) fn disputes(&mut self) {
        let none = self.model.disputes.iter().all(|of| of.resolved.is_some());
        if none || self.chance.of_hundred(45) { self.dispute() } else { self.resolve() }
    }

    /// Something that she owes; sometimes what is settled, or owed to her.
    fn dispute(&mut self) {
        let any = self.chance.of_hundred(15);
        let all = &self.model.items;
        let fits = |n: &usize| {
            let item = &all[*n];
            item.account == OWED && (any || item.sign > 0 && item.open() > 0)
        };
        let some: Vec<usize> = (0..all.len()).filter(fits).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let item = &self.model.items[of];
        let (id, party, sign, since) = (item.id, item.party, item.sign, item.day);
        let (open, original) = (item.open(), item.original);
        let wanted = match self.chance.below(6) {
            0 => Some(original + 1),
            1..=2 => None,
            _ => Some(self.chance.between(1, original)),
        };
        let past = self.past();
        let on = if self.chance.of_hundred(90) { past.max(since) } else { past };
        let amount = wanted.unwrap_or(open);
        let standing = self.model.disputes.iter().any(|one| one.item == of && one.resolved.is_none());
        let expected =
            sign > 0 && open > 0 && !standing && amount <= original && on >= since && self.model.is_open(on);
        let input = OpenDispute {
            item: id,
            amount: wanted.map(|amount| Decimal::new(amount, 2)),
            reason: DisputeReason::Price,
            text: self.chance.of_hundred(50).then(|| "价格不对".to_owned()),
            on,
        };
        let (clerk, company) = (&self.house.clerk, self.house.id);
        let dispute = |app: &App| app::dispute::open(app, clerk, company, &input);
        self.touched.insert(party);
        let Some(made) = self.request("disputed", expected, dispute) else { return };
        assert_eq!(made.dispute.amount.get(), amount, "{}", self.at);
        let id = made.dispute.id;
        self.model.disputes.push(Dispute { id, item: of, amount, opened: on, resolved: None });
        // one at a time
        assert!(self.request("disputed", false, dispute).is_none());
    }

    /// She is right, or owes it, or says so no more: once.
    fn resolve(&mut self) {
        let any = self.chance.of_hundred(10);
        let all = &self.model.disputes;
        let some: Vec<usize> = (0..all.len()).filter(|n| any || all[*n].resolved.is_none()).collect();
        let Some(which) = self.chance.pick(&some).copied() else { return };
        let Dispute { id, item, opened, resolved, .. } = self.model.disputes[which];
        let past = self.past();
        let on = if self.chance.of_hundred(85) { past.max(opened) } else { past };
        let outcome = match self.chance.below(3) {
            0 => Outcome::Accepted,
            1 => Outcome::Rejected,
            _ => Outcome::Withdrawn,
        };
        let expected = resolved.is_none() && on >= opened && self.model.is_open(on);
        let input = Resolve { outcome, on, text: None };
        let (clerk, company) = (&self.house.clerk, self.house.id);
        let resolve = |app: &App| app::dispute::resolve(app, clerk, company, id, &input);
        let parties = self.model.places(item).into_iter().map(|n| self.model.items[n].party);
        self.touched.extend(parties);
        if self.request("dispute resolved", expected, resolve).is_none() {
            return;
        }
        self.model.disputes[which].resolved = Some(on);
        assert!(self.request("dispute resolved", false, resolve).is_none());
    }
}
