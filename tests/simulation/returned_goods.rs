//! 退货 of what was invoiced and delivered: a delivery of negative units, which may name the invoice, owed to the customer without tax until a credit note bills it, and
//! taken back while none does. What comes back before it is billed is in [`super::goods`].

use super::act::Sim;
use super::goods::billing;
use super::model::{Flow, Item, Model, UNBILLED};
use super::notes::Goods;
use super::papers::Return;
use app::App;
use app::delivery::{InvoicedPart, RecordDelivery, ReverseDelivery, WantedPart};
use chrono::NaiveDate;

impl Model {
    /// Units of an invoice that the customer has: sold, neither waited for nor credited, and no return has them.
    fn with_her(&self, invoice: usize) -> i64 {
        let of = &self.invoices[invoice];
        let waits = of.waits.as_ref().map_or(0, |waits| waits.flow.open());
        let back: i64 = self.returns.iter().filter(|one| one.invoice == invoice).map(|one| one.open).sum();
        if of.lifts || of.reversed { 0 } else { of.sold - of.credited - waits - back }
    }

    /// Units of an invoice that were delivered and not credited: what comes back is of these.
    pub fn came_of(&self, invoice: usize) -> i64 {
        let of = &self.invoices[invoice];
        of.sold - of.credited - self.credits_waiting(invoice, i64::MAX)
    }

    /// Units that came back by returns that name an invoice, and that no credit note has: it is not reversed while there are any.
    pub fn named_back(&self, invoice: usize) -> i64 {
        let own = self.returns.iter().filter(|one| one.invoice == invoice && one.named);
        own.map(|one| one.open).sum()
    }

    /// Whether a credit note may bill so many units of a return on a day.
    pub fn may_bill_back(&self, which: usize, units: i64, on: NaiveDate) -> bool {
        let of = &self.returns[which];
        let price = self.invoices[of.invoice].price;
        units <= of.open && on >= of.day && self.items[of.item].takes(units * price, on)
    }

    /// A credit note bills so many units of a return, and clears what they had accrued; negative: it was taken back.
    pub fn bill_back(&mut self, which: usize, units: i64, on: NaiveDate) {
        let of = &mut self.returns[which];
        of.open -= units;
        of.credited += units;
        let (item, price) = (of.item, self.invoices[of.invoice].price);
        self.counter(item, units * price, on);
    }
}

impl Sim<'_> {
    pub(super) fn returned_goods(&mut self) {
        match self.chance.below(20) {
            0..=7 => self.goods_back(),
            8..=17 => self.credit_back(),
            _ => self.goods_back_reversed(),
        }
    }

    /// What she has of an invoice comes back, or a part of it. No invoice bills that.
    fn goods_back(&mut self) {
        let all = &self.model.invoices;
        let some: Vec<usize> = (0..all.len()).filter(|n| self.model.with_her(*n) > 0).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let invoice = &self.model.invoices[of];
        let (party, since, price) = (invoice.party, invoice.day, invoice.price);
        let most = self.model.with_her(of);
        let units = self.chance.between(1, most);
        let on = self.past().max(since);
        let mut input = self.delivering(party, on, (-units, price));
        let named = self.chance.of_hundred(50);
        if named {
            input.invoices = vec![self.of_invoice(of)];
            // more than was ever sold is no return of it
            let sold = self.model.invoices[of].sold;
            let more = RecordDelivery {
                invoices: input.invoices.clone(),
                ..self.delivering(party, on, (-sold - 1, price))
            };
            let (clerk, id) = (&self.house.clerk, self.house.id);
            let record = |app: &App| app::delivery::record(app, clerk, id, &more);
            assert!(self.request("goods returned", false, record).is_none());
        }
        let expected = self.model.is_open(on) && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let record = |app: &App| app::delivery::record(app, clerk, id, &input);
        self.touched.insert(party);
        self.goods.insert(party);
        let Some(made) = self.request("goods returned", expected, record) else { return };
        let net = units * price;
        assert_eq!(made.net.minor().get(), -net, "{}", self.at);
        let (_, _, accrued) = made.accrued.expect("the company accrues");
        let currency = self.model.parties[party].currency();
        let item = Item::new(accrued, party, currency, -1, Flow::new(net, on));
        let item = self.model.make(Item { account: UNBILLED, ..item });
        let mut charged = self.sale(party, on, units, price);
        charged.deliveries = vec![billing(&made.number, units)];
        let issue = |app: &App| app::invoice::issue(app, clerk, id, &charged);
        assert!(self.request("invoice", false, issue).is_none());
        let (number, invoice, day) = (made.number, of, on);
        let (open, credited, reversed) = (units, 0, false);
        self.model.returns.push(Return { number, invoice, named, item, day, open, credited, reversed });
    }

    /// The only line of an invoice, as a return names it.
    fn of_invoice(&self, of: usize) -> InvoicedPart {
        InvoicedPart {
            document: self.model.invoices[of].number.clone(),
            document_line: None,
            line: 1,
            wanted: WantedPart::default(),
        }
    }

    /// A credit note bills a return, and sometimes units besides. Of what an invoice still waits for nothing came back.
    fn credit_back(&mut self) {
        let all = &self.model.returns;
        let fits = |n: &usize| {
            let of = &self.model.invoices[all[*n].invoice];
            all[*n].open > 0 && of.rebated == 0 && of.written_off == 0 && !of.reversed
        };
        let some: Vec<usize> = (0..all.len()).filter(fits).collect();
        let Some(which) = self.chance.pick(&some).copied() else { return };
        let Return { invoice, day: since, open, .. } = self.model.returns[which];
        let of = &self.model.invoices[invoice];
        let (left, day) = (of.sold - of.credited, of.day);
        let most = open.min(self.model.came_of(invoice));
        if most < 1 {
            return;
        }
        let returned = match self.chance.below(8) {
            0 => open + 1,
            // as much as came back, though of this line less did
            1 => open,
            2..=4 => most,
            _ => self.chance.between(1, most),
        };
        let more = (left - returned).max(0);
        let units = returned + if self.chance.of_hundred(40) { self.chance.between(0, more) } else { 0 };
        let past = self.taxed_day();
        let on = if self.chance.of_hundred(90) { past.max(since) } else { past };
        let goods = Goods::Back(which, returned);
        self.credit("returned goods credited", invoice, (units, on.max(day)), goods);
    }

    /// 冲销 of a return, on its own day, that no credit note bills.
    fn goods_back_reversed(&mut self) {
        let any = self.chance.of_hundred(25);
        let all = &self.model.returns;
        let free = |n: &usize| any || !all[*n].reversed && all[*n].credited == 0;
        let some: Vec<usize> = (0..all.len()).filter(free).collect();
        let Some(which) = self.chance.pick(&some).copied() else { return };
        let Return { invoice, item, day: on, open, credited, reversed, .. } = self.model.returns[which];
        let delivery = self.model.returns[which].number.clone();
        let (party, price) = (self.model.invoices[invoice].party, self.model.invoices[invoice].price);
        let amount = open * price;
        let expected = !reversed
            && credited == 0
            && self.model.is_open(on)
            && self.model.stands(party)
            && self.model.items[item].takes(amount, on);
        let input = ReverseDelivery { delivery, date: None, reason: "误退".to_owned() };
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let reverse = |app: &App| app::delivery::reverse(app, clerk, id, &input);
        self.touched.insert(party);
        self.goods.insert(party);
        if self.request("return reversed", expected, reverse).is_none() {
            return;
        }
        self.model.returns[which].open = 0;
        self.model.returns[which].reversed = true;
        self.model.counter(item, amount, on);
        assert!(self.request("return reversed", false, reverse).is_none());
    }
}
