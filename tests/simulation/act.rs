//! The commands, each done to the application and told to the model.

use super::model::{Item, Model, Pair, Party, Standing};
use crate::audit::house::{House, Sale, day};
use crate::audit::month;
use app::App;
use app::allocation::{Allocate, UndoAllocation};
use app::invoice::{InvoiceKind, IssueInvoice};
use app::receipt::{Pays, RecordReceipt};
use chrono::{Datelike, Days, NaiveDate};
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use store::testing::TestDb;
use zhangben_tests::retail::Chance;

/// The tax plugin of documents of this day traps.
pub const TRAP_DAY: &str = "2026-10-15";
pub const AFTER_TRAP: &str = "2026-10-16";
const FIRST_DAY: &str = "2026-10-10";
const PARTIES_MIN: u64 = 24;
/// Steps for each customer in a long run: customers grow in number, not in size.
const STEPS_PER_PARTY: u64 = 40;
/// Customers of a run of statements.
const STATED_MAX: usize = 24;
/// How far back things are dated.
pub(super) const BACK_DAYS_MAX: u64 = 20;

pub struct Sim<'a> {
    pub(super) db: &'a TestDb,
    pub(super) house: &'a House,
    pub(super) chance: Chance,
    pub(super) model: Model,
    pub(super) today: NaiveDate,
    /// What was seen of customers at (day, position), to be seen again for ever.
    pub(super) seen: Vec<(usize, NaiveDate, u64, Standing)>,
    pub(super) touched: BTreeSet<usize>,
    pub(super) done: BTreeMap<&'static str, (u64, u64)>,
    pub(super) at: String,
    pub(super) requests: u64,
    parties_max: usize,
}

impl<'a> Sim<'a> {
    pub fn new(db: &'a TestDb, house: &'a House, seed: u64, steps: u64) -> Self {
        let mut sim = Sim {
            db,
            house,
            chance: Chance::new(seed, "simulation", ""),
            model: Model::default(),
            today: day(FIRST_DAY),
            seen: Vec::new(),
            touched: BTreeSet::new(),
            done: BTreeMap::new(),
            at: String::new(),
            requests: 0,
            parties_max: index(PARTIES_MIN.max(steps / STEPS_PER_PARTY)),
        };
        house.at(FIRST_DAY);
        for _ in 0..4 {
            sim.customer();
        }
        sim
    }

    pub fn step(&mut self, step: u64) {
        self.at = format!("step {step} on {}", self.today);
        self.touched.clear();
        match self.chance.below(100) {
            0..=2 => self.customer(),
            3..=29 => self.invoice(),
            30..=36 => self.credit_note(),
            37..=54 => self.receipt(),
            55..=74 => self.allocate(),
            75..=86 => self.undo(),
            87..=90 => self.next_day(),
            91 => self.lock(),
            92..=93 => self.statements(),
            94..=96 => self.look_back(),
            97..=98 => self.keep(),
            _ => self.nonsense(),
        }
        let touched = std::mem::take(&mut self.touched);
        for party in touched {
            self.look_at(party);
        }
    }

    /// A run in which something never happens tests nothing: every command was taken, and those that can be refused were.
    pub fn covered(&self) {
        let happened = |what: &str| self.done.get(what).copied().unwrap_or_default();
        for what in ["invoice", "credit note", "receipt", "allocate", "undo"] {
            let (taken, refused) = happened(what);
            assert!(taken > 0 && refused > 0, "{what}: {:?}", self.done);
        }
        for (what, taken) in ["undo again", "looked back", "kept", "died"].map(|what| (what, happened(what)))
        {
            assert!(taken.0 + taken.1 > 0, "{what}: {:?}", self.done);
        }
    }

    fn past(&mut self) -> NaiveDate {
        let back = if self.chance.of_hundred(60) { 0 } else { self.chance.below(BACK_DAYS_MAX) };
        self.today - Days::new(back)
    }

    fn party(&mut self) -> usize {
        index(self.chance.below(self.model.parties.len() as u64))
    }

    fn customer(&mut self) {
        let count = self.model.parties.len();
        if count == self.parties_max {
            return;
        }
        let parent = (count > 1 && self.chance.of_hundred(50)).then(|| self.party());
        let euro = match parent {
            Some(parent) if self.chance.of_hundred(90) => self.model.parties[parent].euro,
            _ => self.chance.of_hundred(40),
        };
        let code = format!("S{count}");
        let (country, currency) = if euro { ("DE", Currency::EUR) } else { ("CN", Currency::CNY) };
        let party = crate::audit::house::Party { code: &code, country, currency, tax_id: None, ..month::HER };
        let mut input = self.house.customer_input(&party);
        input.parent = parent.map(|parent| self.model.parties[parent].code.parse().unwrap());
        let (clerk, id) = (&self.house.clerk, self.house.id);
        app::customer::create(&self.house.app, clerk, id, &input).expect("a customer");
        self.model.parties.push(Party { code, parent, euro });
    }

    fn sale(&self, party: usize, on: NaiveDate, units: i64, price: i64) -> IssueInvoice {
        let of = &self.model.parties[party];
        let (currency, category) = if of.euro { (Currency::EUR, "0") } else { (Currency::CNY, "13") };
        let (date, quantity) = (on.to_string(), units.to_string());
        let price = Decimal::new(price, 2).to_string();
        let sale = Sale {
            customer: &of.code,
            date: &date,
            currency,
            category,
            quantity: &quantity,
            price: &price,
            ..month::SALE
        };
        self.house.invoice_input(&sale)
    }

    /// What units at a price come to: 13 % in yuan, half-up; exports have none.
    fn gross(&self, party: usize, units: i64, price: i64) -> i64 {
        let net = units * price;
        if self.model.parties[party].euro { net } else { net + (net * 13 + 50) / 100 }
    }

    fn invoice(&mut self) {
        let (party, on) = (self.party(), self.past());
        let (units, price) = (self.chance.between(1, 20), self.chance.between(1, 99_999));
        let input = self.sale(party, on, units, price);
        let expected = self.model.is_open(on) && on != day(TRAP_DAY);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("invoice", expected, |app| app::invoice::issue(app, clerk, id, &input));
        let Some(made) = done else { return };
        let original = self.gross(party, units, price);
        assert_eq!(made.gross.minor().get(), original, "{}", self.at);
        let (units, cleared) = ((units, 0, price), Vec::new());
        self.model.make(Item {
            id: made.item,
            party,
            sign: 1,
            number: made.number,
            original,
            day: on,
            cleared,
            units,
        });
        self.touched.insert(party);
    }

    /// Takes some units of an invoice back.
    fn credit_note(&mut self) {
        let invoices: Vec<usize> =
            (0..self.model.items.len()).filter(|n| self.model.items[*n].units.0 > 0).collect();
        let Some(of) = self.chance.pick(&invoices).copied() else { return };
        let Item { party, units: (sold, credited, price), day: of_day, .. } = self.model.items[of];
        let units = self.chance.between(1, sold);
        let on = self.past().max(of_day);
        let mut input = self.sale(party, on, units, price);
        (input.kind, input.original) = (InvoiceKind::CreditNote, Some(self.model.items[of].number.clone()));
        let expected = units <= sold - credited && self.model.is_open(on) && on != day(TRAP_DAY);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let issue = |app: &App| app::invoice::issue(app, clerk, id, &input);
        let Some(made) = self.request("credit note", expected, issue) else { return };
        // rounding may keep a cent of the last part: its amount is the host's, within one cent of ours
        let original = made.gross.minor().get();
        assert!((original - self.gross(party, units, price)).abs() <= 1, "{}: {original}", self.at);
        self.model.items[of].units.1 += units;
        let (units, cleared) = ((0, 0, 0), Vec::new());
        self.model.make(Item {
            id: made.item,
            party,
            sign: -1,
            number: made.number,
            original,
            day: on,
            cleared,
            units,
        });
        self.touched.insert(party);
    }

    /// Items of a side that a customer's family has in her currency, with something open.
    fn family(&self, party: usize, sign: i64) -> Vec<usize> {
        let (head, euro) = (self.model.head(party), self.model.parties[party].euro);
        let fits = |item: &Item| {
            item.sign == sign
                && item.open() > 0
                && self.model.head(item.party) == head
                && self.model.parties[item.party].euro == euro
        };
        (0..self.model.items.len()).filter(|n| fits(&self.model.items[*n])).collect()
    }

    /// Money with what it pays at once: items of hers and of her family.
    fn receipt(&mut self) {
        let (party, on) = (self.party(), self.past());
        let mut pays: Vec<(usize, i64, NaiveDate)> = Vec::new();
        for item in self.family(party, 1) {
            if pays.len() < 3 && self.chance.of_hundred(35) {
                let open = self.model.items[item].open();
                let amount = if self.chance.of_hundred(50) { open } else { self.chance.between(1, open) };
                let free = self.model.items[item].free_from(amount).expect("it is open");
                pays.push((item, amount, free.max(on)));
            }
        }
        let paid: i64 = pays.iter().map(|(_, amount, _)| amount).sum();
        let amount = paid + if self.chance.of_hundred(30) { self.chance.between(1, 50_000) } else { 0 };
        let currency = if self.model.parties[party].euro { Currency::EUR } else { Currency::CNY };
        let input = RecordReceipt {
            suspense: None,
            external_id: None,
            customer: self.model.parties[party].code.parse().unwrap(),
            amount: Money::new(Minor::new(amount), currency),
            value_date: on,
            effective_date: None,
            reference: None,
            fx: None,
            allocations: pays
                .iter()
                .map(|(n, amount, _)| Pays::item(self.model.items[*n].id, Minor::new(*amount)))
                .collect(),
        };
        let expected = amount > 0 && self.model.is_open(on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("receipt", expected, |app| app::receipt::record(app, clerk, id, &input));
        let Some(made) = done else { return };
        let credit = self.model.items.len();
        let (units, cleared) = ((0, 0, 0), Vec::new());
        self.model.make(Item {
            id: made.item,
            party,
            sign: -1,
            number: made.number,
            original: amount,
            day: on,
            cleared,
            units,
        });
        self.touched.insert(party);
        let ids = self.allocations_of(&made.allocations);
        for (debit, amount, day) in pays {
            let id = ids[&self.model.items[debit].id];
            self.touched.insert(self.model.items[debit].party);
            self.model.pair(Pair { id, debit, credit, amount, day });
        }
    }

    /// The allocations of a receipt by the item that each pays.
    fn allocations_of(
        &self,
        ids: &[domain::ids::AllocationId],
    ) -> BTreeMap<domain::ids::OpenItemId, domain::ids::AllocationId> {
        let of = |id: &domain::ids::AllocationId| {
            let row = app::allocation::get(&self.house.app, &self.house.auditor, self.house.id, *id)
                .expect("there");
            (row.debit_item, *id)
        };
        ids.iter().map(of).collect()
    }

    fn allocate(&mut self) {
        let party = self.party();
        let (debits, credits) = (self.family(party, 1), self.family(party, -1));
        let (Some(debit), Some(credit)) =
            (self.chance.pick(&debits).copied(), self.chance.pick(&credits).copied())
        else {
            return;
        };
        let both = self.model.items[debit].open().min(self.model.items[credit].open());
        let amount = match self.chance.below(10) {
            0 => both + self.chance.between(1, 1_000),
            1..=5 => both,
            _ => self.chance.between(1, both),
        };
        let on = self.past();
        self.pair(debit, credit, amount, on);
    }

    fn pair(&mut self, debit: usize, credit: usize, amount: i64, on: NaiveDate) {
        let input = Allocate {
            debit_item: self.model.items[debit].id,
            credit_item: self.model.items[credit].id,
            amount: Decimal::new(amount, 2),
            effective_date: on,
        };
        let expected = self.model.allows(debit, credit, amount, on);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done =
            self.request("allocate", expected, |app| app::allocation::allocate(app, clerk, id, &input));
        self.touched.extend([debit, credit].map(|n| self.model.items[n].party));
        if let Some(made) = done {
            self.model.pair(Pair { id: made.id, debit, credit, amount, day: on });
        }
    }

    fn undo(&mut self) {
        if self.model.pairs.is_empty() {
            return;
        }
        let which = index(self.chance.below(self.model.pairs.len() as u64));
        let pair = self.model.pairs[which];
        let on = self.past();
        let expected = on >= pair.day && self.model.is_open(on);
        let input = UndoAllocation { id: pair.id, effective_date: on };
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let done = self.request("undo", expected, |app| app::allocation::undo(app, clerk, id, &input));
        self.touched.extend([pair.debit, pair.credit].map(|n| self.model.items[n].party));
        if done.is_some() {
            self.model.undo(which, on);
            let twice =
                self.request("undo again", false, |app| app::allocation::undo(app, clerk, id, &input));
            assert!(twice.is_none());
        }
    }

    /// What nobody may do, whatever the books hold.
    fn nonsense(&mut self) {
        let items = self.model.items.len() as u64;
        if items == 0 {
            return;
        }
        let (one, other) = (index(self.chance.below(items)), index(self.chance.below(items)));
        let amount = *self.chance.pick(&[0, -1, 1, i64::MAX / 1_000]).expect("one of them");
        let on = self.past();
        self.pair(one, other, amount, on);
    }

    fn next_day(&mut self) {
        self.today = self.today + Days::new(self.chance.below(3));
        self.house.at(&self.today.to_string());
    }

    /// Keeps checkpoints: from then on reports of everybody start from them.
    fn keep(&mut self) {
        self.house.seal();
        app::checkpoint::keep(&self.house.app, self.house.id).expect("kept");
        self.done.entry("kept").or_default().0 += 1;
    }

    /// Locks what is a fortnight past.
    fn lock(&mut self) {
        let through = self.today - Days::new(14);
        if self.model.locked.is_some_and(|locked| locked >= through) {
            return;
        }
        let input = app::period::LockPeriod { kind: store::types::LockKind::Soft, through };
        app::period::lock(&self.house.app, &self.house.reviewer, self.house.id, input).expect("locked");
        self.model.locked = Some(through);
    }

    /// States the last month's end to everybody, and holds each closing against the model.
    fn statements(&mut self) {
        let cut_off = self.today.with_day(1).unwrap() - Days::new(1);
        if cut_off < day(FIRST_DAY) {
            return;
        }
        self.house.seal();
        let customers = (self.model.parties.len() > STATED_MAX).then(|| {
            let some: BTreeSet<usize> = (0..STATED_MAX / 4).map(|_| self.party()).collect();
            some.into_iter().map(|party| self.model.parties[party].code.parse().unwrap()).collect()
        });
        let input = app::statement::RunStatements { cut_off, period_start: None, customers };
        let watch = app::statement::Watch { job: None, progress: &|_, _| Ok(()) };
        let (app, id) = (&self.house.app, self.house.id);
        let run = app::statement::run(app, &self.house.clerk, id, &input, &watch).expect("a run");
        assert_eq!((run.failed, run.fallbacks), (Vec::new(), 0), "{}", self.at);
        for statement in run.made {
            let (row, closings) =
                app::statement::get(app, &self.house.auditor, id, statement).expect("there");
            let code =
                app::customer::get(app, &self.house.auditor, id, &row.customer.to_string().parse().unwrap());
            let code = code.expect("a customer").customer.code;
            let party = self.model.parties.iter().position(|party| party.code == code).expect("known");
            let closing: i64 = closings.iter().map(|closing| closing.closing.get()).sum();
            assert_eq!(closing, self.model.standing(party, cut_off).balance, "{}: {code}", self.at);
            if self.chance.of_hundred(70) {
                app::statement::approve(app, &self.house.reviewer, id, statement).expect("approved");
            }
            self.done.entry("statement").or_default().0 += 1;
        }
    }
}

fn index(n: u64) -> usize {
    usize::try_from(n).expect("small")
}
