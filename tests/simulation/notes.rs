//! 贷项, 红字: credit notes take units of an invoice back, at its rates, and clear what is open of it; with them goods that came back. 冲销 of one:
//! what it clears of its invoice goes with it, whatever else it pays keeps it.

use super::act::{Sim, index};
use super::goods::billing;
use super::model::{Flow, Item, Pair};
use super::papers::{Invoice, Note};
use super::trade::Paying;
use app::App;
use app::invoice::{InvoiceKind, IssuedAllocation, IssuedInvoice, RedConfirmation};
use chrono::NaiveDate;
use domain::ids::OpenItemId;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// 增值税 on what is sold in yuan, in percent; exports bear none.
const PERCENT: i64 = 13;

/// What a credit note says of the goods that it credits.
#[derive(Clone, Copy)]
pub(super) enum Goods {
    Nothing,
    /// So many units of a return are among them.
    Back(usize, i64),
    /// 红冲重开: the customer keeps them, and they are billed anew.
    Stay,
}

impl Sim<'_> {
    /// Takes some units of an invoice back. Of one of which something was written off it would depend on rounding how much is
    /// left; of one that was reversed nothing is.
    pub(super) fn credit_note(&mut self) {
        let all = &self.model.invoices;
        let plain = |of: &Invoice| of.rebated == 0 && of.written_off == 0 && !of.reversed;
        let invoices: Vec<usize> = (0..all.len()).filter(|n| plain(&all[*n])).collect();
        let Some(of) = self.chance.pick(&invoices).copied() else { return };
        let (sold, since) = (self.model.invoices[of].sold, self.model.invoices[of].day);
        let units = self.chance.between(1, sold);
        let on = self.taxed_day().max(since);
        self.credit("credit note", of, (units, on), Goods::Nothing);
    }

    /// Credits units of an invoice; goods of a return among them were never waited for.
    pub(super) fn credit(
        &mut self,
        what: &'static str,
        of: usize,
        (units, on): (i64, NaiveDate),
        goods: Goods,
    ) {
        let Invoice { party, sold, credited, price, .. } = self.model.invoices[of];
        let mut input = self.sale(party, on, units, price);
        (input.kind, input.original) =
            (InvoiceKind::CreditNote, Some(self.model.invoices[of].number.clone()));
        let (back, given) = match goods {
            Goods::Nothing => (None, Some(0)),
            Goods::Back(which, returned) => (Some((which, returned)), Some(0)),
            Goods::Stay => (None, self.model.gives_back(of, units, on)),
        };
        input.rebill = matches!(goods, Goods::Stay);
        if let Some((which, returned)) = back {
            input.deliveries = vec![billing(&self.model.returns[which].number, returned)];
        }
        let taxed = self.model.is_taxed(of);
        if taxed && self.chance.of_hundred(70) {
            input.red_confirmation = Some(RedConfirmation::Number(format!("HZ{:08}", self.requests)));
        }
        let returned = back.map_or(0, |(_, returned)| returned);
        let undelivered = self.model.credits_waiting(of, (units - returned).max(0));
        let fits = units <= sold - credited
            && returned <= units
            && returned <= self.model.came_of(of).max(0)
            && back.is_none_or(|(which, returned)| self.model.may_bill_back(which, returned, on))
            && self.model.waits(of, undelivered, on)
            && given.is_some()
            && (!taxed || input.red_confirmation.is_some())
            && self.model.is_open(on)
            && self.model.stands(party);
        let expected = self.untrapped(fits, on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let issue = |app: &App| app::invoice::issue(app, clerk, id, &input);
        let Some(made) = self.request(what, expected, issue) else { return };
        let original = self.credited_right(&made, party, units * price);
        self.model.invoices[of].credited += units;
        self.model.leave(of, undelivered, on);
        self.waiting.insert(of);
        if let Some((which, returned)) = back {
            self.model.bill_back(which, returned, on);
        }
        let given = given.unwrap_or_default();
        self.billed_anew(of, given, on);
        let currency = self.model.parties[party].currency();
        let credit = self.model.make(Item::new(made.item, party, currency, -1, Flow::new(original, on)));
        self.clears(of, credit, &made.allocations);
        let (net, tax) = (made.net.minor().get(), made.tax.minor().get());
        let (number, step) = (made.number, self.model.step);
        self.model.notes.push(Note {
            number,
            invoice: of,
            units,
            undelivered,
            back,
            given,
            net,
            tax,
            item: credit,
            step,
        });
        self.touched.insert(party);
        self.goods.insert(party);
        self.look_at_credits(of);
    }

    /// It is as much as was wanted, at the original's rate; gives what it comes to with tax: rounding may keep a cent of the last part, so
    /// that is the host's, within one cent of ours.
    fn credited_right(&self, made: &IssuedInvoice, party: usize, net: i64) -> i64 {
        let (own, tax, gross) = (made.net.minor().get(), made.tax.minor().get(), made.gross.minor().get());
        assert_eq!((own, own + tax), (net, gross), "{}: {made:?}", self.at);
        assert!((gross - self.gross(party, 1, net)).abs() <= 1, "{}: {gross}", self.at);
        self.at_rate(made, party);
        gross
    }

    /// Whatever is taxed of her is at her rate, what takes it back or raises it too.
    pub(super) fn at_rate(&self, made: &IssuedInvoice, party: usize) {
        let percent = if self.model.parties[party].euro { 0 } else { PERCENT };
        let rate = Decimal::new(percent, 2);
        assert!(made.taxes.iter().all(|(_, found, ..)| *found == rate), "{}: {:?}", self.at, made.taxes);
    }

    /// What stands of an invoice's credits is its units at its price, and no more tax than it bore.
    fn look_at_credits(&self, of: usize) {
        let invoice = &self.model.invoices[of];
        let notes = || self.model.notes.iter().filter(move |note| note.invoice == of);
        let (net, tax): (i64, i64) = (notes().map(|note| note.net).sum(), notes().map(|note| note.tax).sum());
        assert_eq!(net, invoice.credited * invoice.price, "{}: credits of {}", self.at, invoice.number);
        assert!(tax <= invoice.tax, "{}: tax {tax} is credited of {}", self.at, invoice.number);
        assert!(invoice.credited <= invoice.sold, "{}: {} is credited beyond", self.at, invoice.number);
    }

    /// A credit note is there, and clears what is open of its invoice, what is due first in front, from the day on which that is free.
    fn clears(&mut self, of: usize, credit: usize, made: &[IssuedAllocation]) {
        let (mut left, on) = (self.model.items[credit].original, self.model.items[credit].day);
        let mut parts = self.model.invoices[of].items.clone();
        parts.sort_by_key(|n| (self.model.items[*n].due, self.model.items[*n].id));
        let mut wanted = Paying::new();
        for part in parts {
            let amount = left.min(self.model.items[part].open());
            if amount > 0 {
                let free = self.model.items[part].free_from(amount).expect("it is open");
                wanted.push((part, amount, free.max(on)));
                left -= amount;
            }
        }
        let told: BTreeMap<OpenItemId, (i64, NaiveDate)> =
            made.iter().map(|one| (one.item, (one.amount.minor().get(), one.effective_date))).collect();
        let known =
            |(part, amount, day): &(usize, i64, NaiveDate)| (self.model.items[*part].id, (*amount, *day));
        assert_eq!(told, wanted.iter().map(known).collect::<BTreeMap<_, _>>(), "{}", self.at);
        for (debit, amount, day) in wanted {
            let one = made.iter().find(|one| one.item == self.model.items[debit].id).expect("as it was told");
            self.model.pair(Pair { id: one.id, debit, credit, amount, day });
            self.happened(if day > on { "cleared later" } else { "cleared" });
        }
    }

    pub(super) fn note_reversed(&mut self) {
        if self.model.notes.is_empty() {
            return;
        }
        let which = index(self.chance.below(self.model.notes.len() as u64));
        self.reverse_note(which);
    }

    /// 冲销: what it clears of its invoice is undone on the day of the last; what it billed of a return is not credited again, and what it gave
    /// back of a delivery its invoice bills.
    pub(super) fn reverse_note(&mut self, which: usize) {
        let Note { invoice, units, undelivered, item, step, back, given, .. } = self.model.notes[which];
        let number = self.model.notes[which].number.clone();
        let own: Vec<_> = self
            .model
            .paid_by(item)
            .into_iter()
            .filter(|pair| self.model.items[pair.debit].invoice == Some(invoice))
            .collect();
        let party = self.model.items[item].party;
        // they are undone on the day of the last, and then the note is whole from some day on
        let last = own.iter().map(|pair| pair.day).max();
        let mut flow = self.model.items[item].flow.clone();
        flow.cleared.extend(own.iter().filter_map(|pair| Some((last?, -pair.amount))));
        let on = flow.free_from(flow.original).filter(|_| flow.open() == flow.original);
        let on = on.zip(self.model.put_back_from(which)).map(|(on, free)| on.max(flow.day).max(free));
        let unstated = own.iter().all(|pair| last.is_none_or(|last| self.model.may_undo(pair.id, last)));
        let may = |day: NaiveDate| self.may_reverse(party, step, day);
        let expected = unstated && on.is_some_and(may) && last.is_none_or(may);
        if !self.reverse("credit note reversed", (&number, party), expected) {
            return;
        }
        let (Some(on), amount) = (on, flow.original) else { return };
        for pair in own {
            let place = self.model.pairs.iter().position(|of| of.id == pair.id).expect("it stands");
            self.model.undo(place, last.expect("there is one"));
        }
        self.model.counter(item, amount, on);
        self.model.invoices[invoice].credited -= units;
        self.model.leave(invoice, -undelivered, on);
        self.waiting.insert(invoice);
        if let Some((which, returned)) = back {
            self.model.bill_back(which, -returned, on);
            self.happened("return not credited again");
        }
        self.not_billed_anew(invoice, given, on);
        self.goods.insert(party);
        self.model.notes.swap_remove(which);
        self.look_at_credits(invoice);
    }
}
