//! One customer takes the place of another, and gives it back.

use super::act::{Sim, index};
use super::model::{Flow, Item, OWED};
use super::papers::Merge;
use app::merge::{MergeView, Propose, Undo};
use std::collections::BTreeSet;

/// Who stands above whom through payers and merges together: the host follows eleven.
const DEPTH_MAX: usize = 9;

impl Sim<'_> {
    /// Whether one may take the place of the other from a day on.
    fn may_merge(&self, source: usize, target: usize, on: chrono::NaiveDate) -> bool {
        // a bill and what is not billed stay hers
        let stays = |item: &Item| item.party == source && item.account != OWED && item.open() > 0;
        let waits = self.model.statements.iter().any(|of| of.party == source && !of.approved);
        source != target
            && self.model.stands(source)
            && self.model.stands(target)
            && !self.model.is_above(source, target)
            && !waits
            && !self.model.items.iter().any(stays)
            && !self.model.bills.iter().any(|bill| bill.party == source && bill.may_come_back(on))
    }

    /// How deep families would be.
    fn depth_merged(&mut self, source: usize, target: usize) -> usize {
        let before = self.model.parties[source].merged.replace(target);
        let all = 0..self.model.parties.len();
        let deepest = all.map(|party| self.model.depth(party)).max().unwrap_or_default();
        self.model.parties[source].merged = before;
        deepest
    }

    /// 合并: what is open of the one goes over to the other.
    pub(super) fn merge(&mut self) {
        let (source, target) = (self.party(), self.party());
        if self.chance.of_hundred(80) {
            self.approve_statements(source);
        }
        let on = self.past();
        let fits = self.may_merge(source, target, on);
        if fits && self.depth_merged(source, target) > DEPTH_MAX {
            return;
        }
        let code = |party: usize| self.model.parties[party].code.parse().unwrap();
        let input = Propose { source: code(source), into: code(target), date: Some(on) };
        let (clerk, reviewer, id) = (&self.house.clerk, &self.house.reviewer, self.house.id);
        let propose = |app: &app::App| app::merge::propose(app, clerk, id, &input);
        let Some(proposed) = self.request("merge proposed", fits, propose) else { return };
        let merge = proposed.merge.id;
        let all = &self.model.items;
        let open: Vec<usize> =
            (0..all.len()).filter(|n| all[*n].party == source && all[*n].open() > 0).collect();
        let expected = self.model.is_open(on) && open.iter().all(|n| all[*n].takes(all[*n].open(), on));
        let approve = |app: &app::App| app::merge::approve(app, reviewer, id, merge);
        let Some(made) = self.request("merged", expected, approve) else {
            app::merge::withdraw(&self.house.app, clerk, id, merge).expect("withdrawn");
            return;
        };
        self.carry(&made, (source, target), open, on);
    }

    fn carry(
        &mut self,
        made: &MergeView,
        (source, target): (usize, usize),
        open: Vec<usize>,
        day: chrono::NaiveDate,
    ) {
        let wanted: BTreeSet<_> = open.iter().map(|n| self.model.items[*n].id).collect();
        let found: BTreeSet<_> = made.items.iter().map(|row| row.item).collect();
        assert_eq!(found, wanted, "{}", self.at);
        let mut carried = Vec::with_capacity(open.len());
        for item in open {
            let of = &self.model.items[item];
            let row = made.items.iter().find(|row| row.item == of.id).expect("it was looked for");
            let (amount, due) = (of.open(), of.due);
            let new = Item::new(row.carried, target, of.currency, of.sign, Flow::new(amount, day));
            self.model.counter(item, amount, day);
            let new = self.model.make(Item { due, ..new });
            self.model.follow(item, new);
            carried.push((item, new, amount));
            self.model.carried.push((item, new));
        }
        self.model.parties[source].merged = Some(target);
        let (id, step) = (made.merge.id, self.model.step);
        self.model.merges.push(Merge { id, source, target, day, step, carried, held: false });
        self.touched.extend([source, target]);
    }

    /// As long as nothing rests on it, each is who she was.
    pub(super) fn merge_undone(&mut self) {
        if self.model.merges.is_empty() {
            return;
        }
        let which = index(self.chance.below(self.model.merges.len() as u64));
        let (past, early) = (self.past(), self.chance.of_hundred(10));
        let merge = &self.model.merges[which];
        let (source, target, day, step) = (merge.source, merge.target, merge.day, merge.step);
        let on = if early { past } else { past.max(day) };
        let rests = merge.held
            || merge.carried.iter().any(|(_, new, _)| !self.model.items[*new].flow.cleared.is_empty());
        let stated = !merge.carried.is_empty()
            && self
                .model
                .statements
                .iter()
                .any(|of| [source, target].contains(&of.party) && of.step > step && of.cut_off >= day);
        let expected = on >= day && self.model.is_open(on) && self.model.stands(target) && !rests && !stated;
        let input = Undo { id: merge.id, date: Some(on) };
        let (reviewer, id) = (&self.house.reviewer, self.house.id);
        let undo = |app: &app::App| app::merge::undo(app, reviewer, id, &input);
        self.touched.extend([source, target]);
        if self.request("merge undone", expected, undo).is_none() {
            return;
        }
        let merge = self.model.merges.swap_remove(which);
        self.model.parties[source].merged = None;
        for (item, new, amount) in merge.carried {
            self.model.counter(new, amount, on);
            self.model.counter(item, -amount, on);
            self.model.items[item].freed.push(self.today);
        }
    }
}
