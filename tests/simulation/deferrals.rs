//! 先开票后发货: what is invoiced is a contract liability until it is delivered; a credit note takes what waits first.

use super::act::{BACK_DAYS_MAX, Sim};
use super::model::{Flow, Item, Model, UNBILLED};
use super::papers::{Delivery, Handed, Return, Waiting};
use app::App;
use app::delivery::{InvoicedPart, RecordDelivery, ReverseDelivery, Settings, WantedPart};
use app::report::{Asked, UnbilledSide};
use chrono::{Days, NaiveDate};
use domain::delivery::{Accounting, Per};
use domain::ids::DocumentId;
use money::Currency;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

impl Model {
    /// An invoice waits for its goods, if the company defers by then.
    pub fn wait(&mut self, invoice: usize, document: DocumentId) {
        if self.defers {
            let of = &mut self.invoices[invoice];
            of.waits = Some(Waiting { document, flow: Flow::new(of.sold, of.day) });
        }
    }

    /// How many units a credit note of so many takes of what waits.
    pub fn credits_waiting(&self, invoice: usize, units: i64) -> i64 {
        self.invoices[invoice].waits.as_ref().map_or(0, |waits| units.min(waits.flow.open()))
    }

    /// Whether so many units wait on a day, and on every day since.
    pub fn waits(&self, invoice: usize, units: i64, on: NaiveDate) -> bool {
        units == 0 || self.invoices[invoice].waits.as_ref().is_some_and(|waits| waits.flow.takes(units, on))
    }

    /// The first day on which all of an invoice waits that ever did; its own where nothing ever did.
    pub fn waits_whole_from(&self, invoice: usize) -> Option<NaiveDate> {
        let of = &self.invoices[invoice];
        of.waits.as_ref().map_or(Some(of.day), |waits| waits.flow.free_from(waits.flow.original))
    }

    /// So many units wait no more; negative: again.
    pub fn leave(&mut self, invoice: usize, units: i64, on: NaiveDate) {
        if let Some(waits) = self.invoices[invoice].waits.as_mut().filter(|_| units != 0) {
            waits.flow.cleared.push((on, units));
        }
    }

    /// Whether a delivery that named it stands.
    pub fn is_handed(&self, invoice: usize) -> bool {
        self.handed.iter().any(|of| of.invoice == invoice)
    }

    /// Whether a debit note that raises its price stands.
    pub fn is_lifted(&self, invoice: usize) -> bool {
        self.invoices.iter().any(|note| note.raises == Some(invoice) && note.lifts && !note.reversed)
    }

    /// What is deferred in a currency, over all customers.
    fn deferred(&self, currency: Currency, on: NaiveDate) -> i64 {
        let own = self.invoices.iter().filter(|of| self.parties[of.party].currency() == currency);
        let waits = own.filter(|of| of.day <= on).filter_map(|of| Some((of.waits.as_ref()?, of.price)));
        waits.map(|(waits, price)| waits.flow.open_on(on) * price).sum()
    }

    /// What the report has of a customer on a day, by the number of what was first: units and amount. What is delivered and not billed, of a
    /// return negative; and what is billed and waits for its goods.
    fn goods_of(&self, party: usize, on: NaiveDate) -> BTreeMap<(UnbilledSide, String), (Decimal, i64)> {
        let open = |item: usize| {
            let item = &self.items[item];
            if item.party == party && item.day <= on { item.sign * item.open_on(on) } else { 0 }
        };
        let delivered = self.deliveries.iter().map(|of| (&of.number, open(of.item), of.price));
        let price = |of: &Return| self.invoices[of.invoice].price;
        let returned = self.returns.iter().map(|of| (&of.number, open(of.item), price(of)));
        let first = delivered.chain(returned);
        let first = first.map(|(number, amount, price)| ((UnbilledSide::Delivered, number), amount, price));
        let hers = self.invoices.iter().filter(|of| of.party == party && of.day <= on);
        let waits = hers.filter_map(|of| Some((&of.number, of.waits.as_ref()?.flow.open_on(on), of.price)));
        let second =
            waits.map(|(number, units, price)| ((UnbilledSide::Billed, number), units * price, price));
        let all = first.chain(second).filter(|(_, amount, _)| *amount != 0);
        all.map(|((side, number), amount, price)| {
            ((side, number.clone()), (Decimal::from(amount / price), amount))
        })
        .collect()
    }
}

impl Sim<'_> {
    pub(super) fn goods_later(&mut self) {
        match self.chance.below(24) {
            0 => self.switch(),
            1..=4 if !self.model.defers => self.switch(),
            15.. if !self.model.handed.is_empty() => self.handed_back(),
            _ => self.hand_over(),
        }
    }

    /// The company defers, or does not any more: that holds for invoices to come.
    fn switch(&mut self) {
        let defers = !self.model.defers;
        let accounting = if defers { Accounting::Deferred } else { Accounting::Accrued };
        let settings = Settings { accounting, per: Per::Delivery, ..Settings::default() };
        let (app, administrator, id) = (&self.house.app, &self.house.administrator, self.house.id);
        app::delivery::put_settings(app, administrator, id, settings).expect("set");
        self.model.defers = defers;
        self.happened("deferring switched");
    }

    /// So many units of what an invoice sold.
    pub(super) fn handing(&self, of: usize, units: i64, on: NaiveDate) -> RecordDelivery {
        let invoice = &self.model.invoices[of];
        let part = InvoicedPart {
            document: invoice.number.clone(),
            document_line: None,
            line: 1,
            wanted: WantedPart { quantity: Some(Decimal::from(units)), amount: None },
        };
        RecordDelivery { invoices: vec![part], ..self.delivering(invoice.party, on, (units, invoice.price)) }
    }

    /// 发货 of what waits: it is revenue now, and nothing is accrued. More than waits is nobody's.
    fn hand_over(&mut self) {
        let all = &self.model.invoices;
        let any = self.chance.of_hundred(10);
        let waits = |n: &usize| all[*n].waits.as_ref().is_some_and(|of| any || of.flow.open() > 0);
        let some: Vec<usize> = (0..all.len()).filter(waits).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let (party, since, price) =
            (self.model.invoices[of].party, self.model.invoices[of].day, self.model.invoices[of].price);
        let open = self.model.credits_waiting(of, i64::MAX);
        let units = match self.chance.below(8) {
            0 => open + 1,
            1..=3 => open.max(1),
            _ => self.chance.between(1, open.max(1)),
        };
        let past = self.past();
        let on = if self.chance.of_hundred(90) { past.max(since) } else { past };
        let input = self.handing(of, units, on);
        let expected = units <= open
            && self.model.waits(of, units, on)
            && self.model.is_open(on)
            && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let record = |app: &App| app::delivery::record(app, clerk, id, &input);
        self.touched.insert(party);
        self.waiting.insert(of);
        let Some(made) = self.request("handed over", expected, record) else { return };
        assert_eq!((made.net.minor().get(), made.accrued), (units * price, None), "{}", self.at);
        self.model.leave(of, units, on);
        self.model.handed.push(Handed { number: made.number, invoice: of, units, day: on, rest: None });
        self.goods.insert(party);
        let more = self.handing(of, open - units + 1, on);
        let record = |app: &App| app::delivery::record(app, clerk, id, &more);
        assert!(self.request("handed over", false, record).is_none());
    }

    /// 发货 of more than an invoice has: what waited is revenue now, the rest is accrued in the same entry, and billed as any delivery.
    pub(super) fn hand_over_more(&mut self) {
        let all = &self.model.invoices;
        let waits = |n: &usize| all[*n].waits.as_ref().is_some_and(|of| of.flow.open() > 0);
        let some: Vec<usize> = (0..all.len()).filter(waits).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let (party, since, price) =
            (self.model.invoices[of].party, self.model.invoices[of].day, self.model.invoices[of].price);
        let open = self.model.credits_waiting(of, i64::MAX);
        let units = if self.chance.of_hundred(12) { open + 1 } else { self.chance.between(1, open) };
        let (more, past) = (self.chance.between(1, 12), self.past());
        let on = if self.chance.of_hundred(90) { past.max(since) } else { past };
        let mut input = self.handing(of, units, on);
        input.lines[0].quantity = Decimal::from(units + more);
        let expected = units <= open
            && self.model.waits(of, units, on)
            && self.model.is_open(on)
            && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let record = |app: &App| app::delivery::record(app, clerk, id, &input);
        self.touched.insert(party);
        self.waiting.insert(of);
        self.goods.insert(party);
        let Some(made) = self.request("handed over with more", expected, record) else { return };
        assert_eq!(made.net.minor().get(), (units + more) * price, "{}", self.at);
        let (_, _, accrued) = made.accrued.expect("the rest is accrued");
        let currency = self.model.parties[party].currency();
        let item = Item::new(accrued, party, currency, 1, Flow::new(more * price, on));
        let item = self.model.make(Item { account: UNBILLED, ..item });
        self.model.leave(of, units, on);
        let (rest, number) = (self.model.deliveries.len(), made.number);
        self.model.handed.push(Handed {
            number: number.clone(),
            invoice: of,
            units,
            day: on,
            rest: Some(rest),
        });
        let (day, beyond) = (on, true);
        let new = Delivery { number, party, item, day, price, open: more, billed: 0, back: false, beyond };
        self.model.deliveries.push(new);
    }

    /// 冲销 of such a delivery, on its own day: the invoice waits again, unless it was corrected meanwhile, its price raised, or goods of it came back. What was
    /// accrued besides goes with it, and keeps it where something was done with that.
    fn handed_back(&mut self) {
        let all = &self.model.handed;
        let hers = |n: &usize| self.model.stands(self.model.invoices[all[*n].invoice].party);
        let some: Vec<usize> = (0..all.len()).filter(hers).collect();
        let Some(which) = self.chance.pick(&some).copied() else { return };
        let Handed { invoice, units, day: on, rest, .. } = self.model.handed[which];
        let delivery = self.model.handed[which].number.clone();
        let of = &self.model.invoices[invoice];
        let (party, corrected) = (of.party, of.credited > 0 || of.rebated > 0 || of.written_off > 0);
        let kept = corrected || self.model.is_lifted(invoice) || self.model.named_back(invoice) > 0;
        let free = rest.is_none_or(|rest| self.model.may_take_back(rest, on));
        let expected = !kept && free && self.model.is_open(on);
        let input = ReverseDelivery { delivery, date: None, reason: "错发".to_owned() };
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let reverse = |app: &App| app::delivery::reverse(app, clerk, id, &input);
        self.touched.insert(party);
        self.waiting.insert(invoice);
        if self.request("handed back", expected, reverse).is_none() {
            return;
        }
        self.model.handed.swap_remove(which);
        self.model.leave(invoice, -units, on);
        self.goods.insert(party);
        if let Some(rest) = rest {
            let open = self.model.deliveries[rest].open;
            self.taken(rest, open, on);
            self.model.deliveries[rest].back = true;
            self.happened("handed back with more");
        }
        assert!(self.request("handed back", false, reverse).is_none());
    }

    /// What moved of an invoice comes to what waits of it, today and on a day of the past.
    pub(super) fn look_at_waiting(&mut self, invoice: usize) {
        let past = self.today - Days::new(self.chance.below(2 * BACK_DAYS_MAX));
        let of = &self.model.invoices[invoice];
        let Some(waits) = &of.waits else { return };
        let (company, document) = (self.house.id, waits.document);
        let read = |conn: &mut store::Conn| store::query::deferrals::of_documents(conn, company, &[document]);
        let moved = self.house.app.db.read(read).expect("what moved");
        for on in [self.today, past] {
            let own = || moved.iter().filter(move |one| one.effective_date <= on);
            let quantity: Decimal = own().map(|one| one.quantity).sum();
            let amount: i64 = own().map(|one| one.amount.get()).sum();
            let units = if on < of.day { 0 } else { waits.flow.open_on(on) };
            let wanted = (Decimal::from(units), units * of.price);
            assert_eq!((quantity, amount), wanted, "{}: {} on {on}", self.at, of.number);
        }
    }

    /// Of one customer, line by line, today and on a day of the past: no line is billed, delivered or given back beyond what it is.
    pub(super) fn look_at_goods_of(&mut self, party: usize) {
        self.house.seal();
        let past = self.today - Days::new(self.chance.below(2 * BACK_DAYS_MAX));
        let code = &self.model.parties[party].code;
        for on in [self.today, past] {
            let customer = Some(code.parse().unwrap());
            let asked = Asked { customer, as_of: Some(on), ..Asked::default() };
            let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
            let report = app::report::unbilled(app, auditor, id, &asked).expect("what is not billed");
            let in_books = report.rows.into_iter().filter(|row| row.accrued);
            let found: BTreeMap<(UnbilledSide, String), (Decimal, i64)> =
                in_books.map(|row| ((row.side, row.number), (row.quantity, row.amount.get()))).collect();
            assert_eq!(found, self.model.goods_of(party, on), "{}: goods of {code} on {on}", self.at);
        }
    }

    /// Over all customers: what is delivered and not billed, and what is billed and not delivered, which the report ties to the ledger.
    pub(super) fn look_at_goods(&self, on: NaiveDate) {
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let asked = Asked { as_of: Some(on), ..Asked::default() };
        let unbilled = app::report::unbilled(app, auditor, id, &asked).expect("what is not billed");
        for currency in [Currency::CNY, Currency::EUR] {
            let of = || unbilled.totals.iter().filter(move |total| total.currency == currency);
            let accrued: i64 = of().map(|total| total.accrued.get()).sum();
            let wanted = self.model.control(UNBILLED, currency, on);
            assert_eq!(accrued, wanted, "{}: not billed on {on}, {currency:?}", self.at);
            let deferred: i64 = of().map(|total| total.deferred.get()).sum();
            let wanted = self.model.deferred(currency, on);
            assert_eq!(deferred, wanted, "{}: not delivered on {on}, {currency:?}", self.at);
        }
    }
}
