//! Bills of exchange (承兑汇票): received in the place of money, endorsed, discounted, paid, dishonoured; each taken back, the last first.

use super::act::{Sim, index};
use super::model::{BILLS, Flow, Item, Pair};
use super::papers::{Act, Bill, Deed, after};
use app::bill::{ActOnBill, BillMoney, BillWhat, ReceiveBill};
use app::document::Reverse;
use chrono::{Days, NaiveDate};
use domain::actor::Actor;
use domain::bill::{BillKind, BillMedium};
use domain::draft::DraftKind;
use domain::ids::{AllocationId, OpenItemId};
use money::{Minor, Money};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use zhangben::http::problem::Problem;
use zhangben::http::v1::drafts::content;

impl Sim<'_> {
    pub(super) fn bill_received(&mut self) {
        let (party, on) = (self.party(), self.past());
        let paying = self.paying(party, on);
        let paid: i64 = paying.iter().map(|(_, amount, _)| amount).sum();
        let face =
            paid.max(1_000) + if self.chance.of_hundred(30) { self.chance.between(1, 50_000) } else { 0 };
        let currency = self.model.parties[party].currency();
        let maturity = after(on, 20 + self.chance.below(70));
        let input = ReceiveBill {
            external_id: None,
            customer: self.model.parties[party].code.parse().unwrap(),
            number: format!("1313391{:06}", self.requests),
            kind: BillKind::Bank,
            medium: BillMedium::Electronic,
            drawer: "出票人".to_owned(),
            acceptor: "承兑行".to_owned(),
            amount: Money::new(Minor::new(face), currency),
            issue_date: on - Days::new(5),
            maturity,
            received_on: on,
            reference: None,
            fx: None,
            allocations: self.pays(&paying),
            advance: None,
        };
        let expected = self.model.is_open(on) && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("bill received", expected, |app| app::bill::receive(app, clerk, id, &input));
        let Some(made) = done else { return };
        let credit = self.model.make(Item::new(made.credit_item, party, currency, -1, Flow::new(face, on)));
        let item = Item::new(made.item, party, currency, 1, Flow::new(face, on));
        let item = self.model.make(Item { account: BILLS, due: Some(maturity), ..item });
        self.paid(credit, paying, &made.allocations);
        let received = self.act_of(Deed::Received, false, on, made.number);
        let acts = vec![received];
        self.model.bills.push(Bill { id: made.id, party, face, maturity, item, credit, acts, last: on });
        self.touched.insert(party);
    }

    fn act_of(&self, deed: Deed, recourse: bool, on: NaiveDate, number: String) -> Act {
        let (step, done) = (self.model.step, self.today);
        Act { deed, recourse, on, number, step, done, clears: false, freed: Vec::new() }
    }

    /// A bill with which something may still be done, seldom another.
    fn bill(&mut self) -> Option<usize> {
        let all = &self.model.bills;
        let done =
            |bill: &Bill| !bill.allows(Deed::Paid, bill.last) && !bill.allows(Deed::Dishonoured, bill.last);
        let alive: Vec<usize> = (0..all.len()).filter(|n| !done(&all[*n])).collect();
        if alive.is_empty() || self.chance.of_hundred(5) {
            let of = all.len() as u64;
            return (of > 0).then(|| index(self.chance.below(of)));
        }
        self.chance.pick(&alive).copied()
    }

    /// Something is done with a bill.
    pub(super) fn bill_act(&mut self) {
        let Some(of) = self.bill() else { return };
        let deed = match self.chance.below(10) {
            0..=2 => Deed::Endorsed,
            3..=4 => Deed::Discounted,
            5..=7 => Deed::Paid,
            _ => Deed::Dishonoured,
        };
        if deed == Deed::Paid {
            self.bill_paid(of);
            return;
        }
        let recourse = deed != Deed::Dishonoured && self.chance.of_hundred(70);
        let bill = &self.model.bills[of];
        // as late as everything that touched it: a draft is looked at before it is posted
        let (since, credit) = (bill.last.max(self.model.items[bill.item].last()), bill.credit);
        let on = self.past().max(since);
        let (clears, fits) = self.may_act(of, deed, recourse, on);
        let pays = self.model.paid_by(credit);
        let debtors: Vec<usize> = pays.iter().map(|pair| self.model.items[pair.debit].party).collect();
        let unmerged = deed != Deed::Dishonoured || debtors.iter().all(|party| self.model.stands(*party));
        let day = self.model.free_day(credit, &pays, on);
        if !fits || !unmerged || deed == Deed::Dishonoured && !self.may_free(credit, day) {
            return;
        }
        let Some(number) = self.drafted(of, deed, recourse, on) else { return };
        let mut act = self.act_of(deed, recourse, on, number);
        act.clears = clears;
        self.touched.insert(self.model.bills[of].party);
        if deed == Deed::Dishonoured {
            self.touched.extend(debtors);
            // what it pays at a later day can only be set free from there
            act.on = day;
            act.freed = self.model.paid_by(credit).iter().map(|pair| (pair.debit, pair.amount)).collect();
            self.model.set_free(credit, act.on);
            let face = self.model.bills[of].face;
            self.model.counter(credit, face, act.on);
        }
        self.acted(of, act);
    }

    /// Whether a deed clears the bill's item, and whether it must be taken.
    fn may_act(&self, of: usize, deed: Deed, recourse: bool, on: NaiveDate) -> (bool, bool) {
        let bill = &self.model.bills[of];
        let clears = bill.clears(deed, recourse);
        let fits = bill.allows(deed, on)
            && self.model.is_open(on)
            && self.model.stands(bill.party)
            && (!clears || self.model.items[bill.item].takes(bill.face, on));
        (clears, fits)
    }

    fn acted(&mut self, of: usize, act: Act) {
        let (item, face, on) = (self.model.bills[of].item, self.model.bills[of].face, act.on);
        if act.clears {
            self.model.counter(item, face, on);
        }
        let bill = &mut self.model.bills[of];
        bill.last = on;
        bill.acts.push(act);
        self.check_state(of);
    }

    fn check_state(&self, of: usize) {
        let bill = &self.model.bills[of];
        let (app, auditor, id) = (&self.house.app, &self.house.auditor, self.house.id);
        let found = app::bill::get(app, auditor, id, bill.id).expect("a bill").bill.state;
        assert_eq!(found, bill.state(), "{}", self.at);
    }

    /// 托收, or the bank that had discounted it was paid.
    fn bill_paid(&mut self, of: usize) {
        let bill = &self.model.bills[of];
        let (party, face, last) = (bill.party, bill.face, bill.last);
        let held = bill.acts.last().is_some_and(|top| top.deed == Deed::Received);
        let charges = held.then(|| self.chance.between(0, face / 100)).filter(|charges| *charges > 0);
        let day = self.past();
        let on = if self.chance.of_hundred(85) { day.max(last) } else { day };
        let charges = charges.map(|charges| Decimal::new(charges, 2));
        let what = BillWhat::Pay { to: BillMoney::Bank, charges, bank_line: None };
        let input = ActOnBill { bill: self.model.bills[of].id, date: on, fx: None, text: None, what };
        let (clears, expected) = self.may_act(of, Deed::Paid, false, on);
        // who is at the machine has no second person: charges that no line shows take one
        let (operator, id) = (Actor::System, self.house.id);
        let who = if charges.is_some() { &operator } else { &self.house.clerk };
        self.touched.insert(party);
        let done = self.request("bill paid", expected, |app| app::bill::pay(app, who, id, &input));
        let Some(made) = done else { return };
        let act = Act { clears, ..self.act_of(Deed::Paid, false, on, made.number) };
        self.acted(of, act);
    }

    /// What takes another person: entered by the clerk, approved by the reviewer. Gives the document's number.
    fn drafted(&mut self, of: usize, deed: Deed, recourse: bool, on: NaiveDate) -> Option<String> {
        let (bill, face) = (self.model.bills[of].id.to_string(), self.model.bills[of].face);
        let on = on.to_string();
        let (what, kind, body) = match deed {
            Deed::Endorsed => {
                let body = json!({"bill": bill, "date": on, "account": "2202", "recourse": recourse, "text": "供应商"});
                ("bill endorsed", DraftKind::BillEndorsement, body)
            }
            Deed::Discounted => {
                let net = Decimal::new(face - face / 100, 2).to_string();
                let body = json!({"bill": bill, "date": on, "recourse": recourse, "net": net});
                ("bill discounted", DraftKind::BillDiscount, body)
            }
            _ => {
                let body = json!({"bill": bill, "date": on, "text": "拒付"});
                ("bill dishonoured", DraftKind::BillDishonour, body)
            }
        };
        let house = self.house;
        let read = |kind: DraftKind, body: &Value| content(&house.app, &house.clerk, house.id, kind, body);
        let made = app::draft::create(&house.app, &house.clerk, house.id, kind, &body).expect("a draft");
        let draft = made.draft.id;
        app::draft::submit::<Problem>(&house.app, &house.clerk, house.id, draft, &read)
            .unwrap_or_else(|refused| panic!("{}: {what}: {refused}: {:?}", self.at, refused.errors));
        let approve = |app: &app::App| {
            let done = app::draft::approve::<Problem>(app, &house.reviewer, house.id, draft, &read);
            done.map(|view| view.number).map_err(|refused| refused.to_string())
        };
        let number = self.request(what, true, approve)?;
        assert!(number.is_some(), "{}: {what} was not posted", self.at);
        number
    }

    /// The last deed is taken back, by reversing its document.
    pub(super) fn bill_undone(&mut self) {
        let all = &self.model.bills;
        let some: Vec<usize> = (0..all.len()).filter(|n| !all[*n].acts.is_empty()).collect();
        let Some(of) = self.chance.pick(&some).copied() else { return };
        let bill = &self.model.bills[of];
        let Some(top) = bill.acts.last() else { return };
        let (party, face, item, credit) = (bill.party, bill.face, bill.item, bill.credit);
        let (deed, step, clears, freed) = (top.deed, top.step, top.clears, top.freed.clone());
        if deed == Deed::Dishonoured && self.model.items[credit].freed.contains(&top.done) {
            // the clock stands still: what was set free by hand on that day cannot be told from what the dishonour set free
            return;
        }
        let mut on = bill.last.max(top.on);
        if deed == Deed::Received {
            on = on.max(self.model.items[credit].last());
        }
        let (input, done) =
            (Reverse { document: top.number.clone(), date: None, reason: "更正".to_owned() }, top.done);
        let debtors: Vec<usize> = match deed {
            Deed::Received => self.model.paid_by(credit).iter().map(|pair| pair.debit).collect(),
            _ => freed.iter().map(|(debit, _)| *debit).collect(),
        };
        let debtors: Vec<usize> = debtors.into_iter().map(|debit| self.model.items[debit].party).collect();
        let expected = self.model.is_open(on)
            && self.model.stands(party)
            && debtors.iter().all(|debtor| self.model.stands(*debtor))
            && !self.model.is_stated(party, step, on)
            && (deed != Deed::Received
                || self.model.items[item].takes(face, on) && self.may_free(credit, on))
            && self.can_pay_again(party, &freed);
        // what took two people takes two again, or the operator at the machine
        let (operator, id) = (Actor::System, self.house.id);
        let reverse = |app: &app::App| app::document::reverse(app, &operator, id, &input);
        self.touched.insert(party);
        self.touched.extend(debtors);
        if self.request("bill undone", expected, reverse).is_none() {
            return;
        }
        let bill = &mut self.model.bills[of];
        bill.acts.pop();
        bill.last = on;
        if clears {
            self.model.counter(item, -face, on);
        }
        match deed {
            Deed::Received => {
                self.model.set_free(credit, on);
                self.model.counter(credit, face, on);
                self.model.counter(item, face, on);
            }
            Deed::Dishonoured => {
                self.model.counter(credit, -face, on);
                self.model.items[credit].freed.extend([done, self.today]);
                self.pays_again(credit, &freed, on);
            }
            _ => {}
        }
        self.check_state(of);
    }

    /// Whether all that a bill pays can be undone on a day.
    fn may_free(&self, credit: usize, on: NaiveDate) -> bool {
        self.model.paid_by(credit).iter().all(|pair| self.model.may_undo(pair.id, on))
    }

    /// Whether so much is open of everything that a bill had paid, and is still of its family.
    fn can_pay_again(&self, party: usize, freed: &[(usize, i64)]) -> bool {
        freed.iter().all(|(debit, _)| {
            let all = freed.iter().filter(|(other, _)| other == debit);
            let item = &self.model.items[*debit];
            item.open() >= all.map(|(_, amount)| amount).sum::<i64>()
                && self.model.head(item.party) == self.model.head(party)
        })
    }

    /// A dishonour that was taken back pays what the bill had paid: the same amounts, from the first day on which that can be.
    fn pays_again(&mut self, credit: usize, freed: &[(usize, i64)], on: NaiveDate) {
        let house = self.house;
        let all = app::allocation::of_item(&house.app, &house.auditor, house.id, self.model.items[credit].id)
            .expect("allocations");
        let undone: Vec<AllocationId> = all.iter().filter_map(|row| row.reverses).collect();
        let mut found: Vec<(usize, i64)> = Vec::new();
        for row in &all {
            if row.reverses.is_some() || undone.contains(&row.id) {
                continue;
            }
            let (id, debit) = self.debt_of(row.id, row.entry, row.debit_item);
            let (amount, day) = (row.amount.get(), row.effective_date.date());
            assert!(day >= on && self.model.items[debit].takes(amount, day), "{}: {row:?}", self.at);
            found.push((debit, amount));
            self.model.pair(Pair { id, debit, credit, amount, day });
            self.happened("paid again");
        }
        let mut wanted = freed.to_vec();
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted, "{}", self.at);
    }

    /// What an allocation pays in the end: of a transfer the other of its two allocations says so.
    fn debt_of(
        &self,
        id: AllocationId,
        entry: domain::ids::EntryId,
        debit: OpenItemId,
    ) -> (AllocationId, usize) {
        let place = |of: OpenItemId| self.model.items.iter().position(|item| item.id == of);
        if let Some(debit) = place(debit) {
            return (id, debit);
        }
        let house = self.house;
        let read = |conn: &mut store::Conn| store::query::allocations::of_entry(conn, house.id, entry);
        let both = house.app.db.read(read).expect("a transfer");
        let found = both.iter().find_map(|row| Some((row.id, place(row.debit_item)?)));
        found.unwrap_or_else(|| panic!("{}: {entry} pays nothing that is known", self.at))
    }
}
