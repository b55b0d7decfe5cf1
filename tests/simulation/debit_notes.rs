//! 借项通知: raise an invoice that they name, by further goods or by a higher price of what it sold, and are owed, taxed, credited and taken
//! back for themselves. And what shows that a customer has an invoice: from then on a credit note corrects it, and nobody takes it back.

use super::act::{Sim, index};
use super::papers::after;
use app::App;
use app::document::{MarkIssued, Means};
use app::invoice::{InvoiceKind, IssueInvoice};
use chrono::Days;

/// Minor units that no rounding makes of a line.
const PLAIN_PRICE: i64 = 100;

impl Sim<'_> {
    /// Of an invoice that stands: what it comes to is owed besides, and the invoice itself is credited up to its own as before.
    pub(super) fn debit_note(&mut self) {
        let all = &self.model.invoices;
        let stands = |n: &usize| all[*n].raises.is_none() && !all[*n].reversed;
        let some: Vec<usize> = (0..all.len()).filter(stands).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let (party, since) = (self.model.invoices[of].party, self.model.invoices[of].day);
        let (units, price) = (self.chance.between(1, 5), self.chance.between(1, 9_999));
        let on = self.taxed_day().max(since);
        let mut input = self.sale(party, on, units, price);
        (input.kind, input.original) = (InvoiceKind::DebitNote, Some(self.model.invoices[of].number.clone()));
        let fits = self.model.is_open(on) && self.model.stands(party);
        let expected = self.untrapped(fits, on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let issue = |app: &App| app::invoice::issue(app, clerk, id, &input);
        let Some(made) = self.request("debit note", expected, issue) else { return };
        self.at_rate(&made, party);
        self.raised(&made, (party, on), (units, price), (of, false));
        let alone = IssueInvoice { original: None, ..input };
        let issue = |app: &App| app::invoice::issue(app, clerk, id, &alone);
        assert!(self.request("debit note", false, issue).is_none());
        self.credited_beyond(of, on);
    }

    /// 补价: names the line that it raises, and has no goods of its own: it does not wait, and no delivery names it. Goods that wait have one
    /// price, and are raised by nobody.
    pub(super) fn price_raised(&mut self) {
        let any = self.chance.of_hundred(20);
        let all = &self.model.invoices;
        let waits = |n: usize| self.model.credits_waiting(n, i64::MAX) > 0;
        let fits = |n: &usize| all[*n].raises.is_none() && !all[*n].reversed && (any || !waits(*n));
        let some: Vec<usize> = (0..all.len()).filter(fits).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let (party, since, sold) =
            (self.model.invoices[of].party, self.model.invoices[of].day, self.model.invoices[of].sold);
        let (units, price) = (self.chance.between(1, sold), self.chance.between(1, 999));
        let on = self.taxed_day().max(since);
        let mut input = self.sale(party, on, units, price);
        (input.kind, input.original) = (InvoiceKind::DebitNote, Some(self.model.invoices[of].number.clone()));
        input.lines[0].original_line = Some(1);
        let fits = self.model.credits_waiting(of, i64::MAX) == 0
            && self.model.is_open(on)
            && self.model.stands(party);
        let expected = self.untrapped(fits, on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let issue = |app: &App| app::invoice::issue(app, clerk, id, &input);
        let Some(made) = self.request("price raised", expected, issue) else { return };
        self.at_rate(&made, party);
        self.raised(&made, (party, on), (units, price), (of, true));
        let goods = self.handing(self.model.invoices.len() - 1, 1, on);
        let record = |app: &App| app::delivery::record(app, clerk, id, &goods);
        assert!(self.request("handed over", false, record).is_none());
        let mut nothing = input.clone();
        nothing.lines[0].original_line = Some(2);
        let issue = |app: &App| app::invoice::issue(app, clerk, id, &nothing);
        assert!(self.request("price raised", false, issue).is_none());
        self.credited_beyond(of, on);
    }

    /// What raised it makes no more of it to be credited.
    fn credited_beyond(&mut self, of: usize, on: chrono::NaiveDate) {
        let invoice = &self.model.invoices[of];
        if invoice.price < PLAIN_PRICE {
            return;
        }
        let (party, more) = (invoice.party, invoice.sold - invoice.credited + 1);
        let mut input = self.sale(party, on, more, invoice.price);
        (input.kind, input.original) =
            (InvoiceKind::CreditNote, Some(self.model.invoices[of].number.clone()));
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let issue = |app: &App| app::invoice::issue(app, clerk, id, &input);
        assert!(self.request("credit note", false, issue).is_none());
    }

    /// 交付: somebody says on which day the customer got it.
    pub(super) fn note_issue(&mut self) {
        let count = self.model.invoices.len() as u64;
        let of = index(self.chance.below(count));
        let Some(invoice) = self.model.invoices.get(of) else { return };
        let (since, reversed, document) = (invoice.day, invoice.reversed, invoice.number.clone());
        let date = match self.chance.below(10) {
            0 => since - Days::new(1),
            1 => after(self.today, 1),
            _ => self.past().max(since),
        };
        let expected = date >= since && date <= self.today && !reversed;
        let input = MarkIssued { document, date, means: Means::Paper };
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let issued = |app: &App| app::document::mark_issued(app, clerk, id, &input);
        if self.request("issued", expected, issued).is_none() {
            return;
        }
        self.model.invoices[of].issued = true;
        let ahead = MarkIssued { date: after(self.today, 1), ..input };
        let issued = |app: &App| app::document::mark_issued(app, clerk, id, &ahead);
        assert!(self.request("issued", false, issued).is_none());
    }
}
