//! What must hold after each step.

use super::act::{BACK_DAYS_MAX, Sim, index};
use super::model::{ACCOUNTS, Key, OWED, Position, Standing, shown};
use app::report::Asked;
use app::suspense::Wanted;
use chrono::{Days, NaiveDate};
use domain::aging::Manner;
use domain::ids::{OpenItemId, SuspenseId};
use std::collections::BTreeMap;

/// Customers that are folded in a look round.
const FOLDED: usize = 12;
/// Items of suspense that are listed at once: more than there ever are.
const LISTED_MAX: u32 = 5_000;

/// What the model said of a customer on a day, when the chain had come to a position.
#[derive(Clone)]
pub(super) struct Seen {
    party: usize,
    on: NaiveDate,
    known_at: u64,
    standing: Standing,
    disputed: BTreeMap<OpenItemId, i64>,
}

impl Sim<'_> {
    /// What the application says of a customer on a day, as known at a position; and what she disputes.
    fn standing(
        &self,
        party: usize,
        on: NaiveDate,
        known_at: Option<u64>,
    ) -> (u64, Standing, BTreeMap<OpenItemId, i64>) {
        let reference = self.model.parties[party].code.parse().unwrap();
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let found =
            app::customer::balance(app, auditor, id, &reference, Some(on), known_at).expect("a balance");
        let mut standing = Standing::new();
        for account in found.accounts {
            assert_eq!(account.balance, account.open_items, "{}", self.at);
            let open = |item: domain::statement::OpenItem| {
                let open = item.open.get();
                (item.id, (open, item.due.filter(|_| open > 0)))
            };
            let position = Position {
                balance: account.balance.get(),
                unapplied: account.unapplied.get(),
                open: account.items.into_iter().map(open).collect(),
            };
            shown(&mut standing, (account.account, account.currency), position);
        }
        let disputed = found.disputed.into_iter().map(|(item, amount)| (item, amount.get())).collect();
        (found.known_at, standing, disputed)
    }

    /// Today and on a day of the past it is as the model says; sometimes that is kept, to be asked again.
    pub(super) fn look_at(&mut self, party: usize) {
        self.house.seal();
        let past = self.today - Days::new(self.chance.below(2 * BACK_DAYS_MAX));
        for on in [self.today, past] {
            let (known_at, found, disputed) = self.standing(party, on, None);
            let code = &self.model.parties[party].code;
            assert_eq!(found, self.model.standing(party, on), "{}: {code} on {on}", self.at);
            assert_eq!(disputed, self.disputed_of(party, on), "{}: {code} disputes on {on}", self.at);
            if self.chance.of_hundred(4) {
                self.seen.push(Seen { party, on, known_at, standing: found, disputed });
            }
        }
    }

    /// What the model says that a customer disputes on a day.
    fn disputed_of(&self, party: usize, on: NaiveDate) -> BTreeMap<OpenItemId, i64> {
        let all = self.model.disputed(on).into_iter().map(|(n, amount)| (&self.model.items[n], amount));
        all.filter(|(item, _)| item.party == party).map(|(item, amount)| (item.id, amount)).collect()
    }

    /// What the model says of anybody on any day, known as of now, seldom: it is not asked for before something else was posted.
    pub(super) fn remember(&mut self) {
        if !self.chance.of_hundred(8) {
            return;
        }
        self.house.seal();
        let company = self.house.id;
        let head = self.db.db().read(|conn| store::query::seals::head(conn, company)).expect("a head");
        let Some(known_at) = head.map(|seal| seal.position) else { return };
        let party = index(self.chance.below(self.model.parties.len() as u64));
        let on = self.today - Days::new(self.chance.below(2 * BACK_DAYS_MAX));
        let (standing, disputed) = (self.model.standing(party, on), self.disputed_of(party, on));
        self.seen.push(Seen { party, on, known_at, standing, disputed });
    }

    /// Whatever was posted since, (day, position) gives what the model said then.
    pub(super) fn look_back(&mut self) {
        let Some(seen) = self.chance.pick(&self.seen).cloned() else { return };
        let Seen { party, on, known_at, standing: kept, disputed: kept_disputed } = seen;
        let (_, found, disputed) = self.standing(party, on, Some(known_at));
        assert_eq!(
            (&found, &disputed),
            (&kept, &kept_disputed),
            "{}: {} on {on} at {known_at}",
            self.at,
            self.model.parties[party].code
        );
        // and the report of everybody, from whichever checkpoint
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let asked = Asked { as_of: Some(on), known_at: Some(known_at), ..Asked::default() };
        let all = app::report::balances(app, auditor, id, &asked).expect("balances");
        let code = &self.model.parties[party].code;
        let own = all.rows.into_iter().filter(|row| row.party.code == *code);
        let found: BTreeMap<Key, (i64, i64)> =
            own.map(|row| ((row.account, row.currency), (row.balance.get(), row.unapplied.get()))).collect();
        assert_eq!(found, listed(&kept), "{}: {code} on {on} at {known_at}", self.at);
        self.happened("looked back");
    }

    /// Every customer by the fold, and what no customer's account shows.
    pub fn look_at_everybody(&mut self) {
        for party in 0..self.model.parties.len() {
            self.look_at(party);
        }
        self.look_round();
    }

    /// Every customer by the reports, some by the fold; and what no customer's account shows: the journal balances, the control
    /// account carries what its items carry, what is cleared is never negative.
    pub fn look_round(&mut self) {
        for _ in 0..FOLDED {
            let party = index(self.chance.below(self.model.parties.len() as u64));
            self.look_at(party);
        }
        self.house.seal();
        let past = self.today - Days::new(self.chance.below(2 * BACK_DAYS_MAX));
        for on in [self.today, past] {
            self.reported(on);
            self.look_at_goods(on);
        }
        self.look_at_suspense();
        self.look_at_tax_on_advances();
        self.look_at_regroupings();
        self.look_at_bills();
        self.look_at_numbers();
        let zero = |what: &str, sql: &str| assert_eq!(self.db.count(sql), 0, "{}: {what}", self.at);
        zero(
            "the journal in base currency",
            "SELECT CAST(COALESCE(SUM(base), 0) AS BIGINT) AS n FROM postings",
        );
        for account in ACCOUNTS {
            let beside = format!(
                "SELECT CAST((SELECT COALESCE(SUM(base), 0) FROM postings WHERE account = '{account}') \
                 - (SELECT COALESCE(SUM(sign * base_open), 0) FROM open_items WHERE account = '{account}') AS BIGINT) AS n"
            );
            zero("the control account beside its items, in base currency", &beside);
        }
        zero(
            "an item of which more or less is open than allocations leave",
            "SELECT COUNT(*) AS n FROM open_items AS i LEFT JOIN (SELECT item, SUM(amount) AS cleared FROM \
             (SELECT debit_item AS item, amount FROM allocations UNION ALL SELECT credit_item AS item, amount FROM allocations) \
             AS sides GROUP BY item) AS c ON c.item = i.id WHERE i.open <> i.original - COALESCE(c.cleared, 0)",
        );
        zero(
            "what is closed, and carries something",
            "SELECT COUNT(*) AS n FROM open_items WHERE open = 0 AND base_open <> 0",
        );
    }

    /// What is in suspense today, and was on a day of the past, item by item; the list is the account.
    pub(super) fn look_at_suspense(&mut self) {
        self.house.seal();
        let past = self.today - Days::new(self.chance.below(2 * BACK_DAYS_MAX));
        for on in [self.today, past] {
            let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
            let wanted = Wanted { as_of: Some(on), cleared: false };
            let list = app::suspense::list(app, auditor, id, wanted, None, LISTED_MAX).expect("a list");
            let of_all = app::suspense::totals(app, auditor, id, Some(on)).expect("totals");
            assert!(of_all.totals.iter().all(|total| total.ties()), "{}: {:?}", self.at, of_all.totals);
            let found: BTreeMap<SuspenseId, i64> =
                list.items.iter().map(|view| (view.item.id, view.open.get())).collect();
            let pots = self.model.pots.iter().filter(|pot| pot.flow.day <= on);
            let wanted: BTreeMap<SuspenseId, i64> =
                pots.map(|pot| (pot.id, pot.flow.open_on(on))).filter(|(_, open)| *open != 0).collect();
            assert_eq!(found, wanted, "{}: suspense on {on}", self.at);
        }
    }

    /// Where every bill stands.
    fn look_at_bills(&self) {
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        for bill in &self.model.bills {
            let found = app::bill::get(app, auditor, id, bill.id).expect("a bill").bill.state;
            assert_eq!(found, bill.state(), "{}: {}", self.at, bill.id);
        }
    }

    /// Balances and ages of everybody on a day are the model's, customer by customer.
    fn reported(&self, on: NaiveDate) {
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let asked = Asked { as_of: Some(on), ..Asked::default() };
        let balances = app::report::balances(app, auditor, id, &asked).expect("balances");
        let found: BTreeMap<(String, Key), (i64, i64)> = balances
            .rows
            .into_iter()
            .map(|row| {
                ((row.party.code, (row.account, row.currency)), (row.balance.get(), row.unapplied.get()))
            })
            .collect();
        let of = |n: usize| {
            let code = &self.model.parties[n].code;
            let all = listed(&self.model.standing(n, on)).into_iter();
            all.map(|(key, figures)| ((code.clone(), key), figures)).collect::<Vec<_>>()
        };
        let wanted: BTreeMap<(String, Key), (i64, i64)> =
            (0..self.model.parties.len()).flat_map(of).collect();
        assert_eq!(found, wanted, "{}: balances on {on}", self.at);
        let aging = app::report::aging(app, auditor, id, &asked, &Manner::default()).expect("ages");
        let disputed: BTreeMap<(String, Key), i64> = aging
            .accounts
            .iter()
            .filter(|of| !of.disputed.is_zero())
            .map(|of| ((of.party.code.clone(), (of.account.clone(), of.currency)), of.disputed.get()))
            .collect();
        let mut wanted_disputed: BTreeMap<(String, Key), i64> = BTreeMap::new();
        for (n, amount) in self.model.disputed(on) {
            let item = &self.model.items[n];
            let code = self.model.parties[item.party].code.clone();
            *wanted_disputed.entry((code, (OWED.to_owned(), item.currency))).or_default() += amount;
        }
        assert_eq!(disputed, wanted_disputed, "{}: disputed on {on}", self.at);
        let aged: BTreeMap<(String, Key), (i64, i64)> = aging
            .accounts
            .into_iter()
            .map(|of| {
                let figures = (of.aging.total.get(), of.aging.unapplied.get());
                ((of.party.code, (of.account, of.currency)), figures)
            })
            .collect();
        assert_eq!(aged, wanted, "{}: ages on {on}", self.at);
    }
}

/// (balance, unapplied) of what reports list: control accounts on which something is open.
fn listed(standing: &Standing) -> BTreeMap<Key, (i64, i64)> {
    let open = standing.iter().filter(|(_, of)| !of.open.is_empty());
    open.map(|(key, of)| (key.clone(), (of.balance, of.unapplied))).collect()
}
