//! 期末调汇: what is carried in foreign currency is valued at a day, and taken back on the next; balances do not move.

use super::act::Sim;
use super::model::ACCOUNTS;
use super::papers::after;
use app::revaluation::Revalue;
use money::Currency;

impl Sim<'_> {
    /// What is valued is what the control accounts carry in euro; valued again nothing is left to be posted. On a locked day it hangs on
    /// whether there is a difference, of which the model knows nothing.
    pub(super) fn revalue(&mut self) {
        let past = self.past();
        let as_of = if self.chance.of_hundred(15) { after(self.today, 1) } else { past };
        if !self.model.is_open(as_of) {
            return;
        }
        let input = Revalue { as_of };
        let (app, clerk, id) = (&self.house.app, &self.house.clerk, self.house.id);
        let expected = as_of <= self.today;
        let revalue = |app: &app::App| app::revaluation::revalue(app, clerk, id, input);
        let Some(found) = self.request("revalued", expected, revalue) else { return };
        for account in ACCOUNTS {
            let of = found.iter().filter(|of| of.account == account && of.currency == Currency::EUR);
            let balance: i64 = of.map(|of| of.balance.get()).sum();
            let wanted = self.model.control(account, Currency::EUR, as_of);
            assert_eq!(balance, wanted, "{}: {account} on {as_of}", self.at);
        }
        for of in &found {
            assert_eq!(of.value.get() - of.carrying.get(), of.difference.get(), "{}: {of:?}", self.at);
        }
        let committed = self.committed();
        let again = revalue(app).expect("valued again");
        assert!(again.iter().all(|of| of.difference.is_zero()), "{}: {again:?}", self.at);
        assert_eq!(self.committed(), committed, "{}: nothing was left to be posted", self.at);
    }
}
