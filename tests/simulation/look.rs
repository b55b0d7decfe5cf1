//! What must hold after each step.

use super::act::{BACK_DAYS_MAX, Sim};
use super::model::Standing;
use app::report::Asked;
use chrono::{Days, NaiveDate};
use domain::aging::Manner;
use std::collections::BTreeMap;

/// Customers that are folded in a look round.
const FOLDED: usize = 12;

impl Sim<'_> {
    /// What the application says of a customer on a day, as known at a position.
    fn standing(&self, party: usize, on: NaiveDate, known_at: Option<u64>) -> (u64, Standing) {
        let reference = self.model.parties[party].code.parse().unwrap();
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let found =
            app::customer::balance(app, auditor, id, &reference, Some(on), known_at).expect("a balance");
        let mut standing = Standing::default();
        for account in &found.accounts {
            assert_eq!(account.balance, account.open_items, "{}", self.at);
            standing.balance += account.balance.get();
            standing.unapplied += account.unapplied.get();
            standing.open.extend(account.items.iter().map(|item| (item.number.clone(), item.open.get())));
        }
        (found.known_at, standing)
    }

    /// Today and on a day of the past it is as the model says; sometimes that is kept, to be asked again.
    pub(super) fn look_at(&mut self, party: usize) {
        self.house.seal();
        let past = self.today - Days::new(self.chance.below(2 * BACK_DAYS_MAX));
        for on in [self.today, past] {
            let (known_at, found) = self.standing(party, on, None);
            let code = &self.model.parties[party].code;
            assert_eq!(found, self.model.standing(party, on), "{}: {code} on {on}", self.at);
            if self.chance.of_hundred(4) {
                self.seen.push((party, on, known_at, found));
            }
        }
    }

    /// Whatever was posted since, (day, position) gives what it gave.
    pub(super) fn look_back(&mut self) {
        let Some((party, on, known_at, kept)) = self.chance.pick(&self.seen).cloned() else { return };
        let (_, found) = self.standing(party, on, Some(known_at));
        assert_eq!(found, kept, "{}: {} on {on} at {known_at}", self.at, self.model.parties[party].code);
        // and the report of everybody, from whichever checkpoint
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let asked = Asked { as_of: Some(on), known_at: Some(known_at), ..Asked::default() };
        let all = app::report::balances(app, auditor, id, &asked).expect("balances");
        let code = &self.model.parties[party].code;
        let own = all.rows.iter().find(|row| row.party.code == *code);
        let found = own.map_or((0, 0), |row| (row.balance.get(), row.unapplied.get()));
        assert_eq!(found, (kept.balance, kept.unapplied), "{}: {code} on {on} at {known_at}", self.at);
        self.done.entry("looked back").or_default().0 += 1;
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
            let party = self.chance.below(self.model.parties.len() as u64);
            self.look_at(usize::try_from(party).expect("small"));
        }
        self.house.seal();
        let past = self.today - Days::new(self.chance.below(2 * BACK_DAYS_MAX));
        for on in [self.today, past] {
            self.reported(on);
        }
        let zero = |what: &str, sql: &str| assert_eq!(self.db.count(sql), 0, "{}: {what}", self.at);
        zero(
            "the journal in base currency",
            "SELECT CAST(COALESCE(SUM(base), 0) AS BIGINT) AS n FROM postings",
        );
        zero(
            "the control account beside its items, in base currency",
            "SELECT CAST((SELECT COALESCE(SUM(base), 0) FROM postings WHERE account = '1122') \
             - (SELECT COALESCE(SUM(sign * base_open), 0) FROM open_items) AS BIGINT) AS n",
        );
        zero(
            "what is closed, and carries something",
            "SELECT COUNT(*) AS n FROM open_items WHERE open = 0 AND base_open <> 0",
        );
    }

    /// Balances and ages of everybody on a day are the model's, customer by customer.
    fn reported(&self, on: NaiveDate) {
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let asked = Asked { as_of: Some(on), ..Asked::default() };
        let balances = app::report::balances(app, auditor, id, &asked).expect("balances");
        let found: BTreeMap<String, (i64, i64)> = balances
            .rows
            .into_iter()
            .map(|row| (row.party.code, (row.balance.get(), row.unapplied.get())))
            .collect();
        let standing = |n: usize| (self.model.parties[n].code.clone(), self.model.standing(n, on));
        let wanted: BTreeMap<String, (i64, i64)> = (0..self.model.parties.len())
            .map(standing)
            .filter(|(_, of)| !of.open.is_empty())
            .map(|(code, of)| (code, (of.balance, of.unapplied)))
            .collect();
        assert_eq!(found, wanted, "{}: balances on {on}", self.at);
        let aging = app::report::aging(app, auditor, id, &asked, &Manner::default()).expect("ages");
        let aged: BTreeMap<String, (i64, i64)> = aging
            .accounts
            .into_iter()
            .map(|of| (of.party.code, (of.aging.total.get(), of.aging.unapplied.get())))
            .collect();
        assert_eq!(aged, wanted, "{}: ages on {on}", self.at);
    }
}
