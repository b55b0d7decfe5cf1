//! Numbers: of documents, without gaps but for those that are void; of vouchers, without any.

use super::act::Sim;
use app::books::VoidInput;
use chrono::{Datelike, NaiveDate};
use domain::close::Month;
use store::types::VoidReason;

impl Sim<'_> {
    /// A number is void, or the vouchers of a month are numbered.
    pub(super) fn numbers(&mut self) {
        if self.chance.of_hundred(50) { self.void() } else { self.vouchers() }
    }

    /// The next number of the invoices of a year is spoiled; of a series that never began none can be.
    fn void(&mut self) {
        let invoices = self.model.invoices.iter().filter(|of| of.raises.is_none());
        let years: Vec<i32> = invoices.map(|invoice| invoice.day.year()).collect();
        let Some(year) = self.chance.pick(&years).copied() else { return };
        let begun = self.chance.of_hundred(80);
        let code = if begun { format!("INV-{year}") } else { "INV-1999".to_owned() };
        let input = VoidInput { number: None, reason: VoidReason::Spoiled, reference: None };
        let (administrator, id) = (&self.house.administrator, self.house.id);
        let void = |app: &app::App| app::books::void(app, administrator, id, &code, &input);
        if self.request("number voided", begun, void).is_some() {
            self.model.voids += 1;
        }
    }

    /// Every entry of the month that moves an account is a voucher from then on.
    fn vouchers(&mut self) {
        let month = Month::of(self.past()).expect("a month");
        let (app, clerk, id) = (&self.house.app, &self.house.clerk, self.house.id);
        let numbered = app::voucher::number(app, clerk, id, month).expect("numbered");
        let (first, last): (NaiveDate, NaiveDate) = (month.first(), month.last());
        let entries = self.db.count(&format!(
            "SELECT COUNT(*) AS n FROM entries WHERE effective_date >= '{first}' AND effective_date <= '{last}' \
             AND EXISTS (SELECT 1 FROM postings WHERE postings.company = entries.company AND postings.entry = entries.id)"
        ));
        assert_eq!(i64::try_from(numbered.vouchers).ok(), Some(entries), "{}: vouchers of {month}", self.at);
        self.happened("vouchers");
        self.look_at_vouchers();
    }

    fn look_at_vouchers(&self) {
        let gaps = self.db.count(
            "SELECT COUNT(*) AS n FROM (SELECT COUNT(*) AS c, MIN(number) AS f, MAX(number) AS l FROM vouchers \
             GROUP BY company, period, sort) AS of_month WHERE f <> 1 OR l <> c",
        );
        assert_eq!(gaps, 0, "{}: vouchers with gaps", self.at);
    }

    /// 断号检查: no number is missing, and as many are void as were voided.
    pub(super) fn look_at_numbers(&self) {
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let series = app::books::gaps(app, auditor, id).expect("series");
        for of in &series {
            assert_eq!(of.missing, 0, "{}: {of:?}", self.at);
        }
        let voids: usize = series.iter().map(|of| of.voids.len()).sum();
        assert_eq!(voids, self.model.voids, "{}", self.at);
        self.look_at_vouchers();
    }
}
