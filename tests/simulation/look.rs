//! What must hold after each step.

use super::act::{BACK_DAYS_MAX, Sim};
use super::model::Standing;
use chrono::{Days, NaiveDate};

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
        self.done.entry("looked back").or_default().0 += 1;
    }

    /// Every customer, and what no customer's account shows: the journal balances, the control account carries what its items
    /// carry, what is cleared is never negative.
    pub fn look_round(&mut self) {
        for party in 0..self.model.parties.len() {
            self.look_at(party);
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
}
