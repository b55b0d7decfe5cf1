//! 发票: entered, voided, taken back by red-letter ones. No balance moves, but what has one that stands is corrected by a credit note alone
//! that says on what it is issued, and reversed by nobody.

use super::act::{Sim, index};
use super::papers::TaxPaper;
use app::tax_invoice::{RecordTaxInvoice, TaxInvoicePart};
use chrono::Datelike;
use domain::tax_invoice::{TaxInvoiceKind, TaxInvoiceStatus};
use rust_decimal::Decimal;

impl Sim<'_> {
    pub(super) fn tax_invoices(&mut self) {
        match self.chance.below(10) {
            0..=5 => self.tax_invoice(),
            6..=7 => self.tax_red(),
            _ => self.tax_void(),
        }
    }

    /// So much of what is left, sometimes more.
    fn taxed_part(&mut self, left: i64) -> i64 {
        match self.chance.below(8) {
            0 => left + 1,
            1..=5 => left.max(1),
            _ => self.chance.between(1, left.max(1)),
        }
    }

    fn tax_input(&self, party: usize, amount: i64) -> RecordTaxInvoice {
        let tax = amount * 13 / 113;
        let figure = |minor: i64| Decimal::new(minor, 2);
        RecordTaxInvoice {
            number: format!("FP{:08}", self.requests),
            code: None,
            kind: TaxInvoiceKind::Digital,
            customer: self.model.parties[party].code.parse().unwrap(),
            issued_on: self.today,
            currency: self.model.parties[party].currency(),
            net: figure(amount - tax),
            tax: figure(tax),
            gross: figure(amount),
            original: None,
            confirmation: None,
            reason: None,
            buyer_name: None,
            buyer_tax_id: None,
            documents: Vec::new(),
        }
    }

    /// Of an invoice, or of a part of it.
    fn tax_invoice(&mut self) {
        let all = &self.model.invoices;
        let some: Vec<usize> = (0..all.len()).filter(|n| self.model.stands(all[*n].party)).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let invoice = &self.model.invoices[of];
        let (party, reversed) = (invoice.party, invoice.reversed);
        let gross: i64 = invoice.items.iter().map(|item| self.model.items[*item].original).sum();
        let number = invoice.number.clone();
        let stand = self.model.tax_papers.iter().filter(|paper| paper.invoice == of && paper.stands());
        let left = gross - stand.map(|paper| paper.gross).sum::<i64>();
        let amount = self.taxed_part(left);
        let mut input = self.tax_input(party, amount);
        let special = self.chance.of_hundred(50);
        input.kind = if special { TaxInvoiceKind::Special } else { TaxInvoiceKind::Digital };
        input.issued_on = self.past();
        let part = Some(Decimal::new(amount, 2));
        input.documents = vec![TaxInvoicePart { document: number, amount: part }];
        let expected = amount <= left && !reversed;
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let record = |app: &app::App| app::tax_invoice::record(app, clerk, id, &input);
        let Some(made) = self.request("tax invoice", expected, record) else { return };
        let (number, day) = (made.number, input.issued_on);
        let (red, voided) = (0, false);
        self.model.tax_papers.push(TaxPaper {
            number,
            invoice: of,
            gross: amount,
            special,
            day,
            red,
            voided,
        });
        self.look_at_tax_paper(self.model.tax_papers.len() - 1);
    }

    /// One of a customer who stands.
    fn tax_paper(&mut self) -> Option<usize> {
        let all = &self.model.tax_papers;
        let hers = |n: &usize| self.model.stands(self.model.invoices[all[*n].invoice].party);
        let some: Vec<usize> = (0..all.len()).filter(hers).collect();
        self.chance.pick(&some).copied()
    }

    /// 红字: takes back all of one, or a part, by a confirmation.
    fn tax_red(&mut self) {
        let Some(of) = self.tax_paper() else { return };
        let TaxPaper { invoice, gross, day, red, .. } = self.model.tax_papers[of];
        let (stands, number) = (self.model.tax_papers[of].stands(), self.model.tax_papers[of].number.clone());
        let amount = self.taxed_part(gross - red);
        let mut input = self.tax_input(self.model.invoices[invoice].party, amount);
        let past = self.past();
        input.issued_on = if self.chance.of_hundred(90) { past.max(day) } else { past };
        let confirmed = self.chance.of_hundred(85);
        input.confirmation = confirmed.then(|| format!("HZ{:08}", self.requests));
        input.original = Some(number);
        let expected = stands && amount <= gross - red && input.issued_on >= day && confirmed;
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let record = |app: &app::App| app::tax_invoice::record(app, clerk, id, &input);
        if self.request("tax invoice red", expected, record).is_some() {
            self.model.tax_papers[of].red += amount;
            self.look_at_tax_paper(of);
        }
    }

    /// 作废: one on paper, in the month of its issue.
    fn tax_void(&mut self) {
        if self.model.tax_papers.is_empty() {
            return;
        }
        let of = index(self.chance.below(self.model.tax_papers.len() as u64));
        let past = self.past();
        let paper = &self.model.tax_papers[of];
        let on = past.max(paper.day);
        let month = (on.year(), on.month()) == (paper.day.year(), paper.day.month());
        let expected = !paper.voided && paper.red == 0 && paper.special && month;
        let number = paper.number.clone();
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let void = |app: &app::App| {
            let done = app::tax_invoice::void(app, clerk, id, (&number, on));
            done.map(drop)
        };
        if self.request("tax invoice voided", expected, void).is_some() {
            self.model.tax_papers[of].voided = true;
            self.look_at_tax_paper(of);
        }
    }

    fn look_at_tax_paper(&self, of: usize) {
        let paper = &self.model.tax_papers[of];
        let wanted = match (paper.voided, paper.stands()) {
            (true, _) => TaxInvoiceStatus::Voided,
            (_, true) => TaxInvoiceStatus::Issued,
            _ => TaxInvoiceStatus::Red,
        };
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let found = app::tax_invoice::get(app, auditor, id, &paper.number).expect("a tax invoice");
        assert_eq!(found.status, wanted, "{}: {}", self.at, paper.number);
    }
}
