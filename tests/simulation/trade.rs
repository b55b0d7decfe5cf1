//! Invoices, money, and which of them pays which.

use super::act::{Sim, index};
use super::model::{Flow, Item, OWED, Pair};
use super::papers::{Invoice, Paper, after, parts};
use crate::audit::house::Sale;
use crate::audit::month;
use app::allocation::{Allocate, UndoAllocation};
use app::invoice::IssueInvoice;
use app::receipt::{Pays, RecordReceipt};
use chrono::NaiveDate;
use domain::ids::{AllocationId, DocumentId, OpenItemId};
use money::{Minor, Money};
use rust_decimal::Decimal;
use serde_json::json;
use std::collections::BTreeMap;

/// Days of the terms of who has none agreed with an invoice.
pub(super) const NET_DAYS: u64 = 30;
/// Permille and days of instalments.
const PLANS: [&[(i64, u64)]; 3] =
    [&[(500, 0), (500, 30)], &[(333, 10), (333, 40), (334, 70)], &[(100, 0), (900, 45)]];
/// Days, days of the discount, permille.
const EARLY: (u64, u64, i64) = (60, 10, 30);
const RECEIVED_DAYS: u64 = 10;

/// What taking back a receipt is called.
pub(super) const RECEIPT: &str = "receipt reversed";

/// What is agreed with an invoice.
#[derive(Clone, Copy)]
enum Agreed {
    Nothing,
    /// By permille and days; with a discount for early payment of each, or without.
    Instalments(&'static [(i64, u64)], bool),
    /// 现金折扣
    Early,
    /// 收票日
    Received,
}

/// What a payment pays: items with amounts, each from its day on.
pub(super) type Paying = Vec<(usize, i64, NaiveDate)>;

impl Sim<'_> {
    pub(super) fn sale(&self, party: usize, on: NaiveDate, units: i64, price: i64) -> IssueInvoice {
        let of = &self.model.parties[party];
        let category = if of.euro { "0" } else { "13" };
        let (date, quantity) = (on.to_string(), units.to_string());
        let price = Decimal::new(price, 2).to_string();
        let sale = Sale {
            customer: &of.code,
            date: &date,
            currency: of.currency(),
            category,
            quantity: &quantity,
            price: &price,
            ..month::SALE
        };
        self.house.invoice_input(&sale)
    }

    /// What units at a price come to: 13 % in yuan, half-up; exports have none.
    pub(super) fn gross(&self, party: usize, units: i64, price: i64) -> i64 {
        let net = units * price;
        if self.model.parties[party].euro { net } else { net + (net * 13 + 50) / 100 }
    }

    pub(super) fn invoice(&mut self) {
        let (party, on) = (self.party(), self.past());
        let (units, price) = (self.chance.between(1, 20), self.chance.between(1, 99_999));
        let agreed = match self.chance.below(10) {
            0..=4 => Agreed::Nothing,
            5..=6 => {
                let plan = PLANS[index(self.chance.below(PLANS.len() as u64))];
                Agreed::Instalments(plan, self.chance.of_hundred(50))
            }
            7..=8 => Agreed::Early,
            _ => Agreed::Received,
        };
        let net = |days: u64| json!({"kind": "net", "days": days});
        let step = || json!({"days": EARLY.1, "permille": EARLY.2});
        let terms = match agreed {
            Agreed::Nothing => None,
            Agreed::Instalments(plan, early) => {
                let part = |(permille, days): &(i64, u64)| json!({"permille": permille, "rule": net(*days)});
                let parts: Vec<_> = plan.iter().map(part).collect();
                let discounts = if early { vec![step()] } else { Vec::new() };
                Some(json!({"basis": "document", "instalments": parts, "discounts": discounts}))
            }
            Agreed::Early => Some(json!({"basis": "document", "rule": net(EARLY.0), "discounts": [step()]})),
            Agreed::Received => Some(json!({"basis": "invoice-received", "rule": net(RECEIVED_DAYS)})),
        };
        let mut input = self.sale(party, on, units, price);
        input.terms = terms.map(|terms| serde_json::from_value(terms).expect("terms"));
        let fits = self.model.is_open(on) && self.model.stands(party);
        let expected = self.untrapped(fits, on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("invoice", expected, |app| app::invoice::issue(app, clerk, id, &input));
        if let Some(made) = done {
            let place = self.model.invoices.len();
            self.invoiced(&made, (party, on), (units, price), agreed);
            self.model.wait(place, made.id);
            self.waiting.insert(place);
        }
    }

    /// An invoice is there, with an item for each part of its terms.
    fn invoiced(
        &mut self,
        made: &app::invoice::IssuedInvoice,
        (party, on): (usize, NaiveDate),
        (sold, price): (i64, i64),
        agreed: Agreed,
    ) {
        let gross = self.gross(party, sold, price);
        assert_eq!(made.gross.minor().get(), gross, "{}", self.at);
        let wanted: Vec<(i64, Option<NaiveDate>)> = match agreed {
            Agreed::Nothing => vec![(gross, Some(after(on, NET_DAYS)))],
            Agreed::Early => vec![(gross, Some(after(on, EARLY.0)))],
            Agreed::Received => vec![(gross, None)],
            Agreed::Instalments(plan, _) => {
                let permille: Vec<i64> = plan.iter().map(|(permille, _)| *permille).collect();
                let dues = plan.iter().map(|(_, days)| Some(after(on, *days)));
                parts(gross, &permille).into_iter().zip(dues).filter(|(amount, _)| *amount > 0).collect()
            }
        };
        let found: Vec<(i64, Option<NaiveDate>)> =
            made.parts.iter().map(|part| (part.amount.minor().get(), part.due_date)).collect();
        assert_eq!(found, wanted, "{}", self.at);
        if found.len() > 1 {
            self.happened("instalments");
        }
        let (place, currency) = (self.model.invoices.len(), self.model.parties[party].currency());
        let early = matches!(agreed, Agreed::Early | Agreed::Instalments(_, true));
        let mut items = Vec::new();
        for (part, (amount, due)) in made.parts.iter().zip(wanted) {
            let item = Item::new(part.item, party, currency, 1, Flow::new(amount, on));
            items.push(self.model.make(Item { due, invoice: Some(place), ..item }));
        }
        self.model.invoices.push(Invoice {
            number: made.number.clone(),
            party,
            day: on,
            sold,
            credited: 0,
            price,
            items,
            received: matches!(agreed, Agreed::Received).then_some((RECEIVED_DAYS, None)),
            tax: made.tax.minor().get(),
            early: early.then_some((after(on, EARLY.1), EARLY.2)),
            rebated: 0,
            written_off: 0,
            delivered: None,
            billed_on: on,
            waits: None,
            raises: None,
            lifts: false,
            issued: false,
            reversed: false,
            step: self.model.step,
        });
        self.touched.insert(party);
        self.goods.insert(party);
    }

    /// One that bills a delivery, by the terms of the customer.
    pub(super) fn invoiced_plainly(
        &mut self,
        made: &app::invoice::IssuedInvoice,
        of: (usize, NaiveDate),
        sold: (i64, i64),
        delivery: usize,
    ) {
        self.invoiced(made, of, sold, Agreed::Nothing);
        if let Some(invoice) = self.model.invoices.last_mut() {
            invoice.delivered = Some(delivery);
        }
    }

    /// One that raises another, by the terms of the customer: by further goods, or where it `lifts` the price of a line by none.
    pub(super) fn raised(
        &mut self,
        made: &app::invoice::IssuedInvoice,
        of: (usize, NaiveDate),
        sold: (i64, i64),
        (raises, lifts): (usize, bool),
    ) {
        self.invoiced(made, of, sold, Agreed::Nothing);
        let place = self.model.invoices.len() - 1;
        self.model.invoices[place].raises = Some(raises);
        self.model.invoices[place].lifts = lifts;
        if !lifts {
            // further goods wait as an invoice's do
            self.model.wait(place, made.id);
        }
    }

    /// Items of a side that a customer's family has in her currency, with something open.
    pub(super) fn family(&self, party: usize, sign: i64) -> Vec<usize> {
        let (head, currency) = (self.model.head(party), self.model.parties[party].currency());
        let fits = |item: &Item| {
            item.sign == sign
                && item.account == OWED
                && item.currency == currency
                && item.open() > 0
                && self.model.head(item.party) == head
        };
        (0..self.model.items.len()).filter(|n| fits(&self.model.items[*n])).collect()
    }

    /// What a payment of a day pays at once: some items of hers and of her family.
    pub(super) fn paying(&mut self, party: usize, on: NaiveDate) -> Paying {
        let mut pays = Paying::new();
        for item in self.family(party, 1) {
            if pays.len() < 3 && self.chance.of_hundred(35) {
                let open = self.model.items[item].open();
                let amount = if self.chance.of_hundred(50) { open } else { self.chance.between(1, open) };
                let free = self.model.items[item].free_from(amount).expect("it is open");
                pays.push((item, amount, free.max(on)));
            }
        }
        pays
    }

    pub(super) fn pays(&self, paying: &[(usize, i64, NaiveDate)]) -> Vec<Pays> {
        let one = |(n, amount, _): &(usize, i64, NaiveDate)| {
            Pays::item(self.model.items[*n].id, Minor::new(*amount))
        };
        paying.iter().map(one).collect()
    }

    /// A payment is there, and pays.
    pub(super) fn paid(&mut self, credit: usize, paying: Paying, allocations: &[AllocationId]) {
        self.touched.insert(self.model.items[credit].party);
        let ids = self.allocations_of(allocations);
        for (debit, amount, day) in paying {
            let id = ids[&self.model.items[debit].id];
            self.touched.insert(self.model.items[debit].party);
            self.model.pair(Pair { id, debit, credit, amount, day });
        }
    }

    /// Money with what it pays at once.
    pub(super) fn receipt(&mut self) {
        let (party, on) = (self.party(), self.past());
        let paying = self.paying(party, on);
        let paid: i64 = paying.iter().map(|(_, amount, _)| amount).sum();
        let amount = paid + if self.chance.of_hundred(30) { self.chance.between(1, 50_000) } else { 0 };
        let currency = self.model.parties[party].currency();
        let input = RecordReceipt {
            advance: None,
            suspense: None,
            external_id: None,
            customer: self.model.parties[party].code.parse().unwrap(),
            amount: Money::new(Minor::new(amount), currency),
            value_date: on,
            effective_date: None,
            reference: None,
            fx: None,
            allocations: self.pays(&paying),
        };
        let expected = amount > 0 && self.model.is_open(on) && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("receipt", expected, |app| app::receipt::record(app, clerk, id, &input));
        let Some(made) = done else { return };
        let item = Item::new(made.item, party, currency, -1, Flow::new(amount, on));
        let credit = self.model.make(Item { had: Some(on), ..item });
        self.paid(credit, paying, &made.allocations);
        self.received((made.id, made.number), credit, None);
    }

    /// A receipt that may be taken back.
    pub(super) fn received(&mut self, (id, number): (DocumentId, String), item: usize, pot: Option<usize>) {
        let step = self.model.step;
        self.model.papers.push(Paper { what: RECEIPT, id, number, item, step, pot });
    }

    /// The allocations of a payment by the item that each pays.
    fn allocations_of(&self, ids: &[AllocationId]) -> BTreeMap<OpenItemId, AllocationId> {
        let of = |id: &AllocationId| {
            let row = app::allocation::get(&self.house.app, &self.house.auditor, self.house.id, *id)
                .expect("there")
                .row;
            (row.debit_item, *id)
        };
        ids.iter().map(of).collect()
    }

    /// Something owed and something that could pay it, of one family.
    pub(super) fn couple(&mut self) -> Option<(usize, usize)> {
        let party = self.party();
        let (debits, credits) = (self.family(party, 1), self.family(party, -1));
        Some((*self.chance.pick(&debits)?, *self.chance.pick(&credits)?))
    }

    pub(super) fn allocate(&mut self) {
        let Some((debit, credit)) = self.couple() else { return };
        let both = self.model.items[debit].open().min(self.model.items[credit].open());
        let amount = match self.chance.below(10) {
            0 => both + self.chance.between(1, 1_000),
            1..=5 => both,
            _ => self.chance.between(1, both),
        };
        let on = self.past();
        self.pair(debit, credit, amount, on);
    }

    /// As it is asked for.
    pub(super) fn wanted(&self, debit: usize, credit: usize, amount: i64, on: NaiveDate) -> Allocate {
        Allocate {
            debit_item: self.model.items[debit].id,
            credit_item: self.model.items[credit].id,
            amount: Decimal::new(amount, 2),
            effective_date: on,
        }
    }

    pub(super) fn pair(&mut self, debit: usize, credit: usize, amount: i64, on: NaiveDate) {
        let input = self.wanted(debit, credit, amount, on);
        let expected = self.model.allows(debit, credit, amount, on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done =
            self.request("allocate", expected, |app| app::allocation::allocate(app, clerk, id, &input));
        self.touched.extend([debit, credit].map(|n| self.model.items[n].party));
        if let Some(made) = done {
            self.model.pair(Pair { id: made.id, debit, credit, amount, day: on });
        }
    }

    pub(super) fn undo(&mut self) {
        if self.model.pairs.is_empty() {
            return;
        }
        let which = index(self.chance.below(self.model.pairs.len() as u64));
        let pair = self.model.pairs[which];
        let on = self.past();
        let parties = [pair.debit, pair.credit].map(|n| self.model.items[n].party);
        let stand = parties.into_iter().all(|party| self.model.stands(party));
        let unstated = self.model.may_undo(pair.id, on);
        let expected = on >= pair.day && self.model.is_open(on) && stand && unstated;
        let input = UndoAllocation { id: pair.id, effective_date: on };
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("undo", expected, |app| app::allocation::undo(app, clerk, id, &input));
        self.touched.extend(parties);
        if done.is_some() {
            if self.model.rebates.iter().any(|rebate| rebate.pair == pair.id) {
                self.happened("discount undone with its allocation");
            }
            self.model.undo(which, on);
            self.model.items[pair.credit].freed.push(self.today);
            let twice =
                self.request("undo again", false, |app| app::allocation::undo(app, clerk, id, &input));
            assert!(twice.is_none());
        }
    }

    /// What nobody may do, whatever the books hold.
    pub(super) fn nonsense(&mut self) {
        let items = self.model.items.len() as u64;
        if items == 0 {
            return;
        }
        let (one, other) = (index(self.chance.below(items)), index(self.chance.below(items)));
        let amount = *self.chance.pick(&[0, -1, 1, i64::MAX / 1_000]).expect("one of them");
        let on = self.past();
        self.pair(one, other, amount, on);
    }
}
