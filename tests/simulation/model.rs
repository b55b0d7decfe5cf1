//! What the books must say, kept in memory by rules of its own: items, what cleared them on which day, what moved whose balance.
//! It shares nothing with the host but the ids of what was made. What is written on papers – invoices, bills, deliveries – is in
//! [`super::papers`].

use super::papers::{
    Advance, Bill, Delivery, Dispute, Handed, Invoice, Line, Memo, Merge, Note, Out, Paper, Pot, Rebate,
    Return, TaxPaper,
};
use chrono::NaiveDate;
use domain::ids::{AllocationId, OpenItemId, StatementId};
use money::Currency;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

/// 应收账款
pub const OWED: &str = "1122";
/// 应收票据
pub const BILLS: &str = "1121";
/// 应收未开票
pub const UNBILLED: &str = "112201";
pub const ACCOUNTS: [&str; 3] = [OWED, BILLS, UNBILLED];

pub struct Party {
    pub code: String,
    pub parent: Option<usize>,
    pub euro: bool,
    /// Who took her place.
    pub merged: Option<usize>,
}

impl Party {
    pub fn currency(&self) -> Currency {
        if self.euro { Currency::EUR } else { Currency::CNY }
    }
}

/// An amount that is there from a day on, and what took of it.
#[derive(Clone)]
pub struct Flow {
    pub original: i64,
    pub day: NaiveDate,
    /// (day, amount) of what cleared it; undone: negative.
    pub cleared: Vec<(NaiveDate, i64)>,
}

impl Flow {
    pub fn new(original: i64, day: NaiveDate) -> Self {
        Flow { original, day, cleared: Vec::new() }
    }
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
    /// The last day on which something happened to it.
    pub fn last(&self) -> NaiveDate {
        self.cleared.iter().map(|(on, _)| *on).fold(self.day, NaiveDate::max)
    }
}

pub struct Item {
    pub id: OpenItemId,
    pub party: usize,
    pub account: &'static str,
    pub currency: Currency,
    /// +1 owed to us, −1 owed by us.
    pub sign: i64,
    pub flow: Flow,
    pub due: Option<NaiveDate>,
    /// Of what was invoiced: the place of the invoice.
    pub invoice: Option<usize>,
    /// Of money: the day on which it was had.
    pub had: Option<NaiveDate>,
    /// Days of the clock on which something that it paid was set free by hand.
    pub freed: Vec<NaiveDate>,
}

impl Item {
    pub fn new(id: OpenItemId, party: usize, currency: Currency, sign: i64, flow: Flow) -> Self {
        let (due, invoice, had, freed) = (None, None, None, Vec::new());
        Item { id, party, account: OWED, currency, sign, flow, due, invoice, had, freed }
    }
}

impl Deref for Item {
    type Target = Flow;
    fn deref(&self) -> &Flow {
        &self.flow
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

/// A statement that was made.
#[derive(Clone, Copy)]
pub struct Stated {
    pub id: StatementId,
    pub party: usize,
    pub cut_off: NaiveDate,
    pub step: u64,
    pub approved: bool,
}

/// A movement of a balance.
struct Move {
    party: usize,
    account: &'static str,
    currency: Currency,
    day: NaiveDate,
    amount: i64,
}

#[derive(Default)]
pub struct Model {
    pub step: u64,
    pub parties: Vec<Party>,
    pub items: Vec<Item>,
    pub pairs: Vec<Pair>,
    pub invoices: Vec<Invoice>,
    pub rebates: Vec<Rebate>,
    pub notes: Vec<Note>,
    pub papers: Vec<Paper>,
    pub memos: Vec<Memo>,
    pub tax_papers: Vec<TaxPaper>,
    /// Of the bank, and of nobody yet.
    pub lines: Vec<Line>,
    pub pots: Vec<Pot>,
    pub outs: Vec<Out>,
    pub bills: Vec<Bill>,
    pub deliveries: Vec<Delivery>,
    /// Of what was invoiced first.
    pub handed: Vec<Handed>,
    /// Of what was invoiced and delivered.
    pub returns: Vec<Return>,
    /// Whether what is invoiced first is deferred by now.
    pub defers: bool,
    pub advances: Vec<Advance>,
    pub disputes: Vec<Dispute>,
    /// What a day shows of credits as advances.
    pub regrouped: BTreeMap<(NaiveDate, Currency), i64>,
    /// Those that stand.
    pub merges: Vec<Merge>,
    /// What was carried over by any merge, undone since or not: (hers, what the other had in its place).
    pub carried: Vec<(usize, usize)>,
    pub statements: Vec<Stated>,
    pub voids: usize,
    moves: Vec<Move>,
    /// Nothing is posted up to this day.
    pub locked: Option<NaiveDate>,
}

/// A control account in a currency.
pub type Key = (String, Currency);

/// What a customer's control account shows on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    pub balance: i64,
    pub unapplied: i64,
    /// What is open, signed, and when what is owed to us is due.
    pub open: BTreeMap<OpenItemId, (i64, Option<NaiveDate>)>,
}

impl Position {
    fn is_nothing(&self) -> bool {
        self.balance == 0 && self.open.is_empty()
    }
}

/// Everything that they show.
pub type Standing = BTreeMap<Key, Position>;

impl Model {
    /// Whether something may be posted to her.
    pub fn stands(&self, party: usize) -> bool {
        self.parties[party].merged.is_none()
    }

    /// Who owes what was hers, and since when another has her place.
    pub fn owing(&self, mut party: usize) -> (usize, Option<NaiveDate>) {
        let mut since = None;
        while let Some(merge) = self.merges.iter().find(|merge| merge.source == party) {
            (party, since) = (merge.target, since.max(Some(merge.day)));
        }
        (party, since)
    }

    /// The bank took hers back from who has her place: that merge stays.
    pub fn hold_merge(&mut self, mut party: usize, owing: usize) {
        while let Some(merge) = self.merges.iter_mut().find(|merge| merge.source == party) {
            merge.held |= merge.target == owing;
            party = merge.target;
        }
    }

    /// Who stands above her: for one who was merged whoever took her place.
    fn above(&self, party: usize) -> Option<usize> {
        self.parties[party].merged.or(self.parties[party].parent)
    }

    pub fn head(&self, mut party: usize) -> usize {
        while let Some(above) = self.above(party) {
            party = above;
        }
        party
    }

    /// How many stand above her.
    pub fn depth(&self, party: usize) -> usize {
        self.above(party).map_or(0, |above| 1 + self.depth(above))
    }

    /// Whether one stands above the other.
    pub fn is_above(&self, one: usize, other: usize) -> bool {
        self.above(other).is_some_and(|above| above == one || self.is_above(one, above))
    }

    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.locked.is_none_or(|locked| day > locked)
    }

    /// Whether an approved statement states what was posted to her at a step, up to a day or later.
    pub fn is_stated(&self, party: usize, step: u64, on: NaiveDate) -> bool {
        let states = |of: &Stated| of.party == party && of.cut_off >= on && of.step > step;
        self.statements.iter().any(|of| of.approved && states(of))
    }

    /// Makes an item, and gives its place.
    pub fn make(&mut self, item: Item) -> usize {
        let (party, account, currency) = (item.party, item.account, item.currency);
        let (day, amount) = (item.day, item.sign * item.original);
        self.moves.push(Move { party, account, currency, day, amount });
        self.items.push(item);
        self.items.len() - 1
    }

    /// A document clears so much of an item in its own entry, by an item of the other sign; negative: it is taken back.
    pub fn counter(&mut self, index: usize, amount: i64, day: NaiveDate) {
        let item = &mut self.items[index];
        item.flow.cleared.push((day, amount));
        let (party, account, currency) = (item.party, item.account, item.currency);
        self.moves.push(Move { party, account, currency, day, amount: -item.sign * amount });
    }

    pub fn pair(&mut self, pair: Pair) {
        self.clear(&pair, pair.amount, pair.day);
        self.pairs.push(pair);
    }

    /// Takes the allocation at `index` back on a day, and the discount that was taken with it.
    pub fn undo(&mut self, index: usize, day: NaiveDate) {
        let pair = self.pairs.swap_remove(index);
        self.clear(&pair, -pair.amount, day);
        if let Some(which) = self.rebates.iter().position(|rebate| rebate.pair == pair.id) {
            self.take_back(which, day);
        }
    }

    /// A discount is taken back on a day.
    pub fn take_back(&mut self, which: usize, day: NaiveDate) {
        let Rebate { item, amount, .. } = self.rebates.swap_remove(which);
        self.counter(item, -amount, day);
        if let Some(invoice) = self.items[item].invoice {
            self.invoices[invoice].rebated -= amount;
        }
    }

    /// Whether no approved statement keeps what goes with an allocation where it is: that the discount stands.
    pub fn may_undo(&self, pair: AllocationId, on: NaiveDate) -> bool {
        let of = self.rebates.iter().find(|rebate| rebate.pair == pair);
        of.is_none_or(|rebate| !self.is_stated(self.items[rebate.item].party, rebate.step, on))
    }

    /// What may still be taken off an item, of a whole that was agreed.
    pub fn left_of(&self, item: usize, permille: i64) -> i64 {
        let taken: i64 =
            self.rebates.iter().filter(|rebate| rebate.item == item).map(|rebate| rebate.amount).sum();
        self.items[item].original * permille / 1_000 - taken
    }

    /// Whether a tax invoice of an invoice stands.
    pub fn is_taxed(&self, invoice: usize) -> bool {
        self.tax_papers.iter().any(|paper| paper.invoice == invoice && paper.stands())
    }

    /// Whether a bill paid with it.
    pub fn is_of_bill(&self, item: usize) -> bool {
        self.bills.iter().any(|bill| bill.credit == item)
    }

    /// Whether a customer who was merged had it before.
    pub fn is_carried(&self, item: usize) -> bool {
        self.merges.iter().any(|of| of.carried.iter().any(|(_, new, _)| *new == item))
    }

    /// What a credit pays.
    pub fn paid_by(&self, credit: usize) -> Vec<Pair> {
        self.pairs.iter().filter(|pair| pair.credit == credit).copied().collect()
    }

    /// The first day from that one on on which these pairs of a credit can be undone and the rest of it taken.
    pub fn free_day(&self, credit: usize, pays: &[Pair], booked: NaiveDate) -> NaiveDate {
        let of = &self.items[credit];
        let free = of.free_from(of.open()).expect("it is open");
        pays.iter().map(|pair| pair.day).fold(booked.max(free), NaiveDate::max)
    }

    /// Sets free on a day all that a credit pays, but for who was merged since.
    pub fn set_free(&mut self, credit: usize, day: NaiveDate) {
        let first = |model: &Self| {
            let goes = |pair: &Pair| pair.credit == credit && model.stands(model.items[pair.debit].party);
            model.pairs.iter().position(goes)
        };
        while let Some(index) = first(self) {
            self.undo(index, day);
        }
    }

    fn clear(&mut self, pair: &Pair, amount: i64, day: NaiveDate) {
        let (debtor, payer) = (self.items[pair.debit].party, self.items[pair.credit].party);
        let (account, currency) = (OWED, self.items[pair.debit].currency);
        if debtor != payer {
            self.moves.extend([
                Move { party: debtor, account, currency, day, amount: -amount },
                Move { party: payer, account, currency, day, amount },
            ]);
        }
        for index in [pair.debit, pair.credit] {
            self.items[index].flow.cleared.push((day, amount));
        }
    }

    /// Whether the host must take this allocation.
    pub fn allows(&self, debit: usize, credit: usize, amount: i64, day: NaiveDate) -> bool {
        let (owed, paid) = (&self.items[debit], &self.items[credit]);
        amount > 0
            && owed.sign == 1
            && paid.sign == -1
            && [owed.account, paid.account] == [OWED, OWED]
            && owed.currency == paid.currency
            && self.stands(owed.party)
            && self.stands(paid.party)
            && self.head(owed.party) == self.head(paid.party)
            && owed.takes(amount, day)
            && paid.takes(amount, day)
            && self.is_open(day)
    }

    pub fn standing(&self, party: usize, on: NaiveDate) -> Standing {
        let mut standing = Standing::new();
        for of in self.moves.iter().filter(|of| of.party == party && of.day <= on) {
            let key = (of.account.to_owned(), of.currency);
            standing.entry(key).or_default().balance += of.amount;
        }
        for item in self.items.iter().filter(|item| item.party == party && item.day <= on) {
            let open = item.sign * item.open_on(on);
            if open != 0 {
                let position = standing.entry((item.account.to_owned(), item.currency)).or_default();
                position.open.insert(item.id, (open, item.due.filter(|_| item.sign > 0)));
                position.unapplied -= open.min(0);
            }
        }
        standing.retain(|_, position| !position.is_nothing());
        standing
    }

    /// What stands on a control account in a currency, over all customers.
    pub fn control(&self, account: &str, currency: Currency, on: NaiveDate) -> i64 {
        let of = self.moves.iter().filter(|of| of.account == account && of.currency == currency);
        of.filter(|of| of.day <= on).map(|of| of.amount).sum()
    }
}

/// Takes what a position shows only if it shows something.
pub fn shown(standing: &mut Standing, key: Key, position: Position) {
    if !position.is_nothing() {
        standing.insert(key, position);
    }
}
