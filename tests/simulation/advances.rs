//! 预收款: money that stays on account and is taxed as what it is for. Of that tax stands what the money not used bears: whatever uses some
//! of it, or gives it back, moves it.

use super::act::{Sim, TRAP_DAY};
use super::model::{Flow, Item, Model};
use super::papers::Advance;
use crate::audit::house::day;
use app::advance::AdvanceFor;
use app::receipt::RecordReceipt;
use money::{Currency, Minor, Money};
use std::collections::BTreeSet;

/// A lease is taxed when it is paid for, at 13 %; goods are not.
const LEASE: &str = "lease-13";
const GOODS: &str = "13";
/// The rules know no such category.
const UNKNOWN: &str = "99";
/// The least of which 13 % is something.
const LEAST: i64 = 50;

/// The share of an amount in so much of a whole, half-up.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    (2 * amount * part + whole) / (2 * whole)
}

/// What money on account is for.
fn purpose(category: &str) -> AdvanceFor {
    let supply = if category == LEASE { "service" } else { "goods" };
    AdvanceFor { tax_category: category.to_owned(), supply: supply.to_owned() }
}

impl Model {
    /// An item took the place of another: it is money of the same advance.
    pub fn follow(&mut self, item: usize, place: usize) {
        for of in self.advances.iter_mut().filter(|of| of.items.contains(&item)) {
            of.items.push(place);
        }
    }

    /// What is not used of an advance's money; what paid something at once was never part of it.
    fn unused(&self, of: &Advance) -> i64 {
        let open: i64 = of.items.iter().map(|item| self.items[*item].open()).sum();
        open.min(of.gross)
    }
}

impl Sim<'_> {
    /// Money with what it pays at once; the receipt says what the rest is for, or the company does, for as long as this command takes.
    pub(super) fn advance(&mut self) {
        let Some(party) = self.in_yuan() else { return };
        let on = self.past();
        let paying = if self.chance.of_hundred(40) { self.paying(party, on) } else { Vec::new() };
        let paid: i64 = paying.iter().map(|(_, amount, _)| amount).sum();
        let rest = if self.chance.of_hundred(8) { 0 } else { self.chance.between(LEAST, 90_000) };
        let category = match self.chance.below(10) {
            0 => UNKNOWN,
            1..=2 => GOODS,
            _ => LEASE,
        };
        let (own, amount) = (self.chance.of_hundred(60), paid + rest);
        let input = RecordReceipt {
            advance: own.then(|| purpose(category)),
            suspense: None,
            external_id: None,
            customer: self.model.parties[party].code.parse().unwrap(),
            amount: Money::new(Minor::new(amount), Currency::CNY),
            value_date: on,
            effective_date: None,
            reference: None,
            fx: None,
            allocations: self.pays(&paying),
        };
        let fits = if rest == 0 { !own } else { category != UNKNOWN && on != day(TRAP_DAY) };
        let expected = fits && amount > 0 && self.model.is_open(on) && self.model.stands(party);
        if !own {
            self.says(Some(&purpose(category)));
        }
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("advance", expected, |app| app::receipt::record(app, clerk, id, &input));
        if !own {
            self.says(None);
        }
        let Some(made) = done else { return };
        let item = Item::new(made.item, party, Currency::CNY, -1, Flow::new(amount, on));
        let credit = self.model.make(Item { had: Some(on), ..item });
        let taxed = rest > 0 && category == LEASE;
        assert_eq!(made.advance.is_some(), taxed, "{}: {made:?}", self.at);
        if let Some(document) = made.advance {
            let tax = share(rest, 13, 113);
            self.model.advances.push(Advance { document, items: vec![credit], gross: rest, tax, seen: None });
            self.happened("advance taxed");
        }
        self.paid(credit, paying, &made.allocations);
        self.received((made.id, made.number), credit, None);
        let wrong = RecordReceipt { advance: Some(purpose(UNKNOWN)), allocations: Vec::new(), ..input };
        let refused = self.request("advance", false, |app| app::receipt::record(app, clerk, id, &wrong));
        assert!(refused.is_none());
    }

    /// Some of an advance pays something that is owed: the rest stays, or pays something else.
    pub(super) fn use_advance(&mut self) {
        let all = &self.model.advances;
        let left = |n: &usize| self.model.unused(&all[*n]) > 0;
        let some: Vec<usize> = (0..all.len()).filter(left).collect();
        let Some(which) = self.chance.pick(&some).copied() else { return };
        let items = self.model.advances[which].items.clone();
        let Some(credit) = items.iter().copied().find(|n| self.model.items[*n].open() > 0) else { return };
        let debits = self.family(self.model.items[credit].party, 1);
        let Some(debit) = self.chance.pick(&debits).copied() else { return };
        let both = self.model.items[debit].open().min(self.model.items[credit].open());
        let amount = if self.chance.of_hundred(75) { self.chance.between(1, both) } else { both };
        let on = self.past().max(self.model.items[credit].day).max(self.model.items[debit].day);
        let before = self.model.pairs.len();
        self.pair(debit, credit, amount, on);
        if self.model.pairs.len() == before {
            return;
        }
        if self.model.items[credit].open() > 0 {
            self.happened("advance used in part");
        }
        let own = self.model.pairs.iter().filter(|pair| items.contains(&pair.credit));
        let paid: BTreeSet<usize> = own.map(|pair| pair.debit).collect();
        if paid.len() > 1 {
            self.happened("advance over several");
        }
    }

    /// What the company says that money on account is for.
    fn says(&self, what: Option<&AdvanceFor>) {
        let (app, administrator, id) = (&self.house.app, &self.house.administrator, self.house.id);
        app::advance::put_settings(app, administrator, id, what).expect("set");
    }

    /// Each advance of which some was used, or given back, since it was looked at: what moved of its tax comes to what should stand.
    pub(super) fn look_at_advances(&mut self) {
        for n in 0..self.model.advances.len() {
            let of = &self.model.advances[n];
            let unused = self.model.unused(of);
            if of.seen == Some(unused) {
                continue;
            }
            let (company, document) = (self.house.id, of.document);
            let read =
                |conn: &mut store::Conn| store::query::advances::of_documents(conn, company, &[document]);
            let moved = self.house.app.db.read(read).expect("what moved");
            let taxable: i64 = moved.iter().map(|one| one.taxable.get()).sum();
            let tax: i64 = moved.iter().map(|one| one.tax.get()).sum();
            let of = &self.model.advances[n];
            let left = |amount: i64| share(amount, unused, of.gross);
            let wanted = (left(of.gross - of.tax), left(of.tax));
            assert_eq!((taxable, tax), wanted, "{}: {document} with {unused} left", self.at);
            self.model.advances[n].seen = Some(unused);
        }
    }

    /// 220399 carries the tax of advances that are not used, over all customers.
    pub(super) fn look_at_tax_on_advances(&self) {
        let left = |of: &Advance| share(of.tax, self.model.unused(of), of.gross);
        let wanted: i64 = self.model.advances.iter().map(left).sum();
        let found = self.db.count(
            "SELECT CAST(COALESCE(SUM(p.base), 0) AS BIGINT) AS n FROM companies AS c \
             JOIN postings AS p ON p.company = c.id AND p.customer IS NULL WHERE p.account = '220399'",
        );
        assert_eq!(found, wanted, "{}: tax on advances", self.at);
    }
}
