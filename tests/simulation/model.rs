//! What the books must say, kept in memory by rules of its own: items, what cleared them on which day, what moved whose balance.
//! It shares nothing with the host but the ids of what was made.

use chrono::NaiveDate;
use domain::ids::{AllocationId, OpenItemId};
use std::collections::{BTreeMap, BTreeSet};

pub struct Party {
    pub code: String,
    pub parent: Option<usize>,
    pub euro: bool,
}

pub struct Item {
    pub id: OpenItemId,
    pub party: usize,
    /// +1 owed to us, −1 owed by us.
    pub sign: i64,
    pub number: String,
    pub original: i64,
    pub day: NaiveDate,
    /// (day, amount) of what cleared it; undone: negative.
    pub cleared: Vec<(NaiveDate, i64)>,
    /// Of an invoice: whole units sold and credited since, at a price in minor units.
    pub units: (i64, i64, i64),
}

impl Item {
    pub fn open(&self) -> i64 {
        self.original - self.cleared.iter().map(|(_, amount)| amount).sum::<i64>()
    }
    pub fn open_on(&self, day: NaiveDate) -> i64 {
        let until = self.cleared.iter().filter(|(on, _)| *on <= day);
        self.original - until.map(|(_, amount)| amount).sum::<i64>()
    }
    /// Whether so much can be cleared on a day, so that on no day since is more cleared than there is.
    pub fn takes(&self, amount: i64, day: NaiveDate) -> bool {
        let later: BTreeSet<NaiveDate> =
            self.cleared.iter().map(|(on, _)| *on).filter(|on| *on >= day).collect();
        day >= self.day
            && self.open_on(day) >= amount
            && later.into_iter().all(|on| self.open_on(on) >= amount)
    }
    /// The first day on which so much can be cleared.
    pub fn free_from(&self, amount: i64) -> Option<NaiveDate> {
        let mut days: BTreeSet<NaiveDate> = self.cleared.iter().map(|(on, _)| *on).collect();
        days.insert(self.day);
        days.into_iter().find(|day| self.takes(amount, *day))
    }
}

/// An allocation that stands.
#[derive(Clone, Copy)]
pub struct Pair {
    pub id: AllocationId,
    pub debit: usize,
    pub credit: usize,
    pub amount: i64,
    pub day: NaiveDate,
}

#[derive(Default)]
pub struct Model {
    pub parties: Vec<Party>,
    pub items: Vec<Item>,
    pub pairs: Vec<Pair>,
    /// (party, day, signed amount) of every movement of a balance.
    moves: Vec<(usize, NaiveDate, i64)>,
    /// Nothing is posted up to this day.
    pub locked: Option<NaiveDate>,
}

/// What a customer's account shows on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    pub balance: i64,
    pub unapplied: i64,
    pub open: BTreeMap<String, i64>,
}

impl Model {
    pub fn head(&self, mut party: usize) -> usize {
        while let Some(parent) = self.parties[party].parent {
            party = parent;
        }
        party
    }

    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.locked.is_none_or(|locked| day > locked)
    }

    pub fn make(&mut self, item: Item) {
        self.moves.push((item.party, item.day, item.sign * item.original));
        self.items.push(item);
    }

    pub fn pair(&mut self, pair: Pair) {
        self.clear(&pair, pair.amount, pair.day);
        self.pairs.push(pair);
    }

    /// Takes the allocation at `index` back on a day.
    pub fn undo(&mut self, index: usize, day: NaiveDate) {
        let pair = self.pairs.swap_remove(index);
        self.clear(&pair, -pair.amount, day);
    }

    fn clear(&mut self, pair: &Pair, amount: i64, day: NaiveDate) {
        let (debtor, payer) = (self.items[pair.debit].party, self.items[pair.credit].party);
        if debtor != payer {
            self.moves.extend([(debtor, day, -amount), (payer, day, amount)]);
        }
        for index in [pair.debit, pair.credit] {
            self.items[index].cleared.push((day, amount));
        }
    }

    /// Whether the host must take this allocation.
    pub fn allows(&self, debit: usize, credit: usize, amount: i64, day: NaiveDate) -> bool {
        let (owed, paid) = (&self.items[debit], &self.items[credit]);
        let euro = |item: &Item| self.parties[item.party].euro;
        amount > 0
            && owed.sign == 1
            && paid.sign == -1
            && euro(owed) == euro(paid)
            && self.head(owed.party) == self.head(paid.party)
            && owed.takes(amount, day)
            && paid.takes(amount, day)
            && self.is_open(day)
    }

    pub fn standing(&self, party: usize, on: NaiveDate) -> Standing {
        let moves = self.moves.iter().filter(|(of, day, _)| *of == party && *day <= on);
        let mut standing =
            Standing { balance: moves.map(|(_, _, amount)| amount).sum(), ..Standing::default() };
        for item in self.items.iter().filter(|item| item.party == party && item.day <= on) {
            let open = item.sign * item.open_on(on);
            if open != 0 {
                standing.open.insert(item.number.clone(), open);
                standing.unapplied -= open.min(0);
            }
        }
        standing
    }
}
