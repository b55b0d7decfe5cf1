//! Deliveries: accrued as not billed, billed in parts, given back, reversed.

use super::act::Sim;
use super::model::{Flow, Item, Model, UNBILLED};
use super::papers::Delivery;
use app::delivery::{
    DeliveryLineInput, DeliveryPart, GiveBack, GivenBack, RecordDelivery, ReverseDelivery, WantedPart,
};
use rust_decimal::Decimal;

/// Units of the only line of a delivery, or a return, as a document names them.
pub(super) fn billing(delivery: &str, units: i64) -> DeliveryPart {
    let wanted = WantedPart { quantity: Some(Decimal::from(units)), amount: None };
    DeliveryPart { delivery: delivery.to_owned(), line: 1, document_line: None, wanted }
}

impl Model {
    /// Whether nothing was done with a delivery.
    fn is_whole(&self, delivery: usize) -> bool {
        let of = &self.deliveries[delivery];
        !of.back && of.billed == 0
    }

    /// Whether all that a delivery accrued can be taken back on a day.
    pub fn may_take_back(&self, delivery: usize, on: chrono::NaiveDate) -> bool {
        let of = &self.deliveries[delivery];
        self.is_whole(delivery) && self.items[of.item].takes(of.open * of.price, on)
    }
}

impl Sim<'_> {
    /// So many units at a price.
    pub(super) fn delivering(
        &self,
        party: usize,
        on: chrono::NaiveDate,
        (units, price): (i64, i64),
    ) -> RecordDelivery {
        let of = &self.model.parties[party];
        let line = DeliveryLineInput {
            description: "轴承".to_owned(),
            quantity: Decimal::from(units),
            unit: None,
            unit_price: Decimal::new(price, 2),
            category: if of.euro { "0" } else { "13" }.to_owned(),
            supply: "goods".to_owned(),
        };
        RecordDelivery {
            external_id: None,
            customer: of.code.parse().unwrap(),
            delivered_on: on,
            currency: of.currency(),
            purchase_order: None,
            text: None,
            fx: None,
            lines: vec![line],
            invoices: Vec::new(),
        }
    }

    /// 发货: what was handed over is owed, and not billed yet.
    pub(super) fn deliver(&mut self) {
        let (party, on) = (self.party(), self.past());
        let (units, price) = (self.chance.between(1, 20), self.chance.between(1, 9_999));
        let (input, currency) =
            (self.delivering(party, on, (units, price)), self.model.parties[party].currency());
        let expected = self.model.is_open(on) && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("delivered", expected, |app| app::delivery::record(app, clerk, id, &input));
        let Some(made) = done else { return };
        let net = units * price;
        assert_eq!(made.net.minor().get(), net, "{}", self.at);
        let (_, _, accrued) = made.accrued.expect("the company accrues");
        let item = Item::new(accrued, party, currency, 1, Flow::new(net, on));
        let item = self.model.make(Item { account: UNBILLED, ..item });
        let number = made.number;
        self.model.deliveries.push(Delivery {
            number,
            party,
            item,
            day: on,
            price,
            open: units,
            billed: 0,
            back: false,
            beyond: false,
        });
        self.touched.insert(party);
        self.goods.insert(party);
    }

    /// A delivery of which something is open; seldom another.
    fn delivery(&mut self) -> Option<usize> {
        let all = &self.model.deliveries;
        let seldom = self.chance.of_hundred(10);
        let some: Vec<usize> = (0..all.len()).filter(|n| seldom || all[*n].open > 0).collect();
        self.chance.pick(&some).copied()
    }

    /// Units of it: sometimes more than there are.
    fn units(&mut self, of: usize) -> i64 {
        let open = self.model.deliveries[of].open;
        match self.chance.below(10) {
            0 => open + 1,
            1..=4 => open.max(1),
            _ => self.chance.between(1, open.max(1)),
        }
    }

    /// 开票: an invoice takes some of it, and what was accrued of that.
    pub(super) fn bill_delivery(&mut self) {
        let Some(of) = self.delivery() else { return };
        let units = self.units(of);
        let Delivery { party, item, day: since, price, open, .. } = self.model.deliveries[of];
        let past = self.taxed_day();
        let on = if self.chance.of_hundred(90) { past.max(since) } else { past };
        let mut input = self.sale(party, on, units, price);
        input.deliveries = vec![billing(&self.model.deliveries[of].number, units)];
        let fits = units <= open
            && on >= since
            && self.model.is_open(on)
            && self.model.stands(party)
            && self.model.items[item].takes(units * price, on);
        let expected = self.untrapped(fits, on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let issue = |app: &app::App| app::invoice::issue(app, clerk, id, &input);
        let Some(made) = self.request("delivery billed", expected, issue) else { return };
        self.taken(of, units, on);
        if self.model.deliveries[of].billed > 0 {
            self.happened("billed in parts");
        }
        self.model.deliveries[of].billed += units;
        self.invoiced_plainly(&made, (party, on), (units, price), of);
    }

    /// So many units are open no more, and what they accrued is cleared.
    pub(super) fn taken(&mut self, of: usize, units: i64, on: chrono::NaiveDate) {
        let delivery = &mut self.model.deliveries[of];
        delivery.open -= units;
        let (item, amount) = (delivery.item, units * delivery.price);
        self.model.counter(item, amount, on);
        self.touched.insert(self.model.deliveries[of].party);
        self.goods.insert(self.model.deliveries[of].party);
    }

    /// An invoice was taken back on a day: what it billed is open again, and what that accrued.
    pub(super) fn billed_back(&mut self, of: usize, units: i64, on: chrono::NaiveDate) {
        self.model.deliveries[of].billed -= units;
        self.taken(of, -units, on);
        if self.model.deliveries[of].billed > 0 {
            self.happened("one of several bills taken back");
        }
    }

    /// 退货 of what is not billed.
    pub(super) fn give_back(&mut self) {
        let Some(of) = self.delivery() else { return };
        let units = self.units(of);
        let Delivery { party, item, day: since, price, open, .. } = self.model.deliveries[of];
        let past = self.past();
        let on = if self.chance.of_hundred(90) { past.max(since) } else { past };
        let input = GiveBack {
            delivery: self.model.deliveries[of].number.clone(),
            on,
            external_id: None,
            text: None,
            lines: vec![GivenBack { line: 1, quantity: Some(Decimal::from(units)) }],
        };
        let expected = units <= open
            && on >= since
            && self.model.is_open(on)
            && self.model.stands(party)
            && self.model.items[item].takes(units * price, on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let back = |app: &app::App| app::delivery::give_back(app, clerk, id, &input);
        if self.request("given back", expected, back).is_some() {
            self.taken(of, units, on);
            self.model.deliveries[of].back = true;
        }
    }

    /// 冲销, on its own day, of what nothing was done with; what named an invoice is taken back as that is.
    pub(super) fn delivery_reversed(&mut self) {
        let all = &self.model.deliveries;
        let seldom = self.chance.of_hundred(20);
        let some: Vec<usize> =
            (0..all.len()).filter(|n| !all[*n].beyond && (seldom || self.model.is_whole(*n))).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let Delivery { party, day: on, open, .. } = self.model.deliveries[of];
        let input = ReverseDelivery {
            delivery: self.model.deliveries[of].number.clone(),
            date: None,
            reason: "错单".to_owned(),
        };
        let expected = self.model.may_take_back(of, on) && self.model.is_open(on) && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let reverse = |app: &app::App| app::delivery::reverse(app, clerk, id, &input);
        if self.request("delivery reversed", expected, reverse).is_some() {
            self.taken(of, open, on);
            self.model.deliveries[of].back = true;
        }
    }
}
