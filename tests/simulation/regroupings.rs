//! 预收重分类: what stands to customers' credit is shown as advances for a day, item by item, and taken back on the next; balances do not move.

use super::act::Sim;
use super::model::{Model, OWED};
use super::papers::after;
use app::App;
use app::regrouping::Regroup;
use chrono::NaiveDate;
use money::Currency;

const CURRENCIES: [Currency; 2] = [Currency::CNY, Currency::EUR];
/// 应收账款—预收重分类
const SHOWN: &str = "112298";
/// 预收账款
const ADVANCES: &str = "2203";

impl Model {
    /// What is open to customers' credit, each item for itself.
    fn credits(&self, currency: Currency, on: NaiveDate) -> i64 {
        let own = self.items.iter().filter(|item| item.sign < 0 && item.account == OWED);
        own.filter(|item| item.currency == currency && item.day <= on).map(|item| item.open_on(on)).sum()
    }

    /// What a day shows as advances.
    fn shown(&self, currency: Currency, on: NaiveDate) -> i64 {
        self.regrouped.get(&(on, currency)).copied().unwrap_or_default()
    }
}

impl Sim<'_> {
    /// What is found is what the model has as credits, and what is posted what the day does not show yet. On a locked day that shows all of
    /// them it hangs on base amounts whether there is anything to post, of which the model knows nothing.
    pub(super) fn regroup(&mut self) {
        let (past, ahead) = (self.past(), after(self.today, 1));
        let as_of = if self.chance.of_hundred(15) { ahead } else { past };
        let is_open = self.model.is_open(as_of);
        let differs = |of: &Currency| self.model.credits(*of, as_of) != self.model.shown(*of, as_of);
        if !is_open && !CURRENCIES.iter().any(differs) {
            return;
        }
        let expected = is_open && as_of <= self.today;
        let (app, clerk, id) = (&self.house.app, &self.house.clerk, self.house.id);
        let regroup = |app: &App| app::regrouping::regroup(app, clerk, id, Regroup { as_of });
        let Some(found) = self.request("regrouped", expected, regroup) else { return };
        assert!(found.iter().all(|one| one.account == OWED), "{}: {found:?}", self.at);
        for currency in CURRENCIES {
            let (credits, shown) = (self.model.credits(currency, as_of), self.model.shown(currency, as_of));
            let own = found.iter().find(|one| one.currency == currency);
            let figures =
                own.map_or((0, 0, 0), |one| (one.credits.get(), one.shown.get(), one.difference.get()));
            assert_eq!(figures, (credits, shown, credits - shown), "{}: {currency:?} on {as_of}", self.at);
            self.model.regrouped.insert((as_of, currency), credits);
            self.look_at_regrouped(currency, as_of);
        }
        let committed = self.committed();
        let again = regroup(app).expect("regrouped again");
        let nothing = |one: &app::regrouping::Regrouped| {
            one.difference.is_zero() && one.base_difference.is_zero() && one.entries.is_none()
        };
        assert!(again.iter().all(nothing), "{}: {again:?}", self.at);
        assert_eq!(self.committed(), committed, "{}: nothing was left to be posted", self.at);
        let tomorrow = |app: &App| app::regrouping::regroup(app, clerk, id, Regroup { as_of: ahead });
        assert!(self.request("regrouped", false, tomorrow).is_none());
    }

    /// The day has what it shows, and the next day what that shows by itself: nothing is left of the first.
    fn look_at_regrouped(&self, currency: Currency, day: NaiveDate) {
        for on in [day, after(day, 1)] {
            let shown = self.model.shown(currency, on);
            for (account, wanted) in [(SHOWN, shown), (ADVANCES, -shown)] {
                let found = self.db.count(&format!(
                    "SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) AS n FROM companies AS c \
                     JOIN postings AS p ON p.company = c.id AND p.customer IS NULL \
                     JOIN entries AS e ON e.company = p.company AND e.id = p.entry \
                     WHERE p.account = '{account}' AND p.currency = '{}' AND e.effective_date <= '{on}'",
                    currency.code()
                ));
                assert_eq!(found, wanted, "{}: {account} on {on}", self.at);
            }
        }
    }

    /// Over all days nothing is left on either account.
    pub(super) fn look_at_regroupings(&self) {
        for account in [SHOWN, ADVANCES] {
            for column in ["amount", "base"] {
                let left = self.db.count(&format!(
                    "SELECT CAST(COALESCE(SUM(p.{column}), 0) AS BIGINT) AS n FROM companies AS c \
                     JOIN postings AS p ON p.company = c.id AND p.customer IS NULL WHERE p.account = '{account}'"
                ));
                assert_eq!(left, 0, "{}: {account}, {column}", self.at);
            }
        }
    }
}
