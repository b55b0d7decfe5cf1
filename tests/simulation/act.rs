//! Which command comes next, the days, and whoever is there; what is done is in the modules beside, each told to the model.

use super::model::{Model, Party, Stated};
use crate::audit::house::{House, day};
use crate::audit::month;
use chrono::{Datelike, Days, NaiveDate};
use domain::ids::BankLineId;
use money::Currency;
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
/// Payers above each other: the host follows eleven, those who were merged among them.
const DEPTH_MAX: usize = 5;
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
    pub(super) seen: Vec<super::look::Seen>,
    pub(super) touched: BTreeSet<usize>,
    /// Money in suspense was.
    pub(super) stirred: bool,
    /// Invoices of which what waits for its goods may have moved.
    pub(super) waiting: BTreeSet<usize>,
    /// Customers of whom goods moved.
    pub(super) goods: BTreeSet<usize>,
    /// How often each command was asked for.
    pub(super) asked: BTreeMap<&'static str, u64>,
    pub(super) done: BTreeMap<&'static str, (u64, u64)>,
    pub(super) at: String,
    pub(super) requests: u64,
    pub(super) files: u64,
    /// Lines of the bank that were read.
    pub(super) read: BTreeSet<BankLineId>,
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
            stirred: false,
            waiting: BTreeSet::new(),
            goods: BTreeSet::new(),
            asked: BTreeMap::new(),
            done: BTreeMap::new(),
            at: String::new(),
            requests: 0,
            files: 0,
            read: BTreeSet::new(),
            parties_max: index(PARTIES_MIN.max(steps / STEPS_PER_PARTY)),
        };
        house.at(FIRST_DAY);
        sim.model.defers = true;
        for _ in 0..4 {
            sim.customer();
        }
        sim
    }

    pub fn step(&mut self, step: u64) {
        self.at = format!("step {step} on {}", self.today);
        self.model.step = step;
        self.touched.clear();
        self.act();
        let touched = std::mem::take(&mut self.touched);
        for party in touched {
            self.look_at(party);
        }
        if std::mem::take(&mut self.stirred) {
            self.look_at_suspense();
        }
        for invoice in std::mem::take(&mut self.waiting) {
            self.look_at_waiting(invoice);
        }
        for party in std::mem::take(&mut self.goods) {
            self.look_at_goods_of(party);
        }
        self.look_at_advances();
        self.remember();
    }

    /// One of the commands. Those that would be refused most of the time come seldom.
    fn act(&mut self) {
        match self.chance.below(424) {
            0..=5 => self.customer(),
            6..=49 => self.invoice(),
            50..=60 => self.credit_note(),
            61..=88 => self.receipt(),
            89..=120 => self.allocate(),
            121..=138 => self.undo(),
            139..=146 => self.next_day(),
            147..=148 => self.lock(),
            149..=152 => self.statements(),
            153..=158 => self.look_back(),
            159..=161 => self.keep(),
            162..=163 => self.nonsense(),
            164..=167 => self.tell_due(),
            168..=173 => self.discount(),
            174..=175 => self.discount_undone(),
            176..=181 => self.suspend(),
            182..=185 => self.identify(),
            186..=189 => self.let_out(),
            190..=191 => self.put_back(),
            192..=195 => self.withhold(),
            196..=202 => self.bill_received(),
            203..=212 => self.bill_act(),
            213..=216 => self.bill_undone(),
            217..=223 => self.deliver(),
            224..=230 => self.bill_delivery(),
            231..=233 => self.give_back(),
            234..=235 => self.delivery_reversed(),
            236..=238 => self.merge(),
            239..=240 => self.merge_undone(),
            241..=243 => self.numbers(),
            244..=251 => self.refund(),
            252..=259 => self.write_off(),
            260..=268 => self.adjust(),
            269..=272 => self.memo_reversed(),
            273..=277 => self.late_fee(),
            278..=283 => self.opening(),
            284..=288 => self.revalue(),
            289..=300 => self.paper_reversed(),
            301..=306 => self.invoice_reversed(),
            307..=311 => self.note_reversed(),
            312..=318 => self.returned(),
            319..=328 => self.tax_invoices(),
            329..=335 => self.advance(),
            336..=351 => self.goods_later(),
            352..=357 => self.debit_note(),
            358..=362 => self.note_issue(),
            363..=372 => self.disputes(),
            373..=377 => self.regroup(),
            378..=385 => self.hand_over_more(),
            386..=401 => self.returned_goods(),
            402..=408 => self.price_raised(),
            416.. => self.rebill(),
            _ => self.use_advance(),
        }
    }

    pub(super) fn past(&mut self) -> NaiveDate {
        let back = if self.chance.of_hundred(60) { 0 } else { self.chance.below(BACK_DAYS_MAX) };
        self.today - Days::new(back)
    }

    /// As [`Self::past`], and now and then the day on which nobody is taxed, as long as it is open.
    pub(super) fn taxed_day(&mut self) -> NaiveDate {
        let (past, trap) = (self.past(), day(TRAP_DAY));
        let meets = trap <= self.today && self.model.is_open(trap) && self.chance.of_hundred(15);
        if meets { trap } else { past }
    }

    /// What fits is taken, unless the tax rules trap on that day.
    pub(super) fn untrapped(&mut self, fits: bool, on: NaiveDate) -> bool {
        let traps = on == day(TRAP_DAY);
        if fits && traps {
            self.happened("trapped");
        }
        fits && !traps
    }

    /// Anybody; somebody who was merged only now and then, to be refused.
    pub(super) fn party(&mut self) -> usize {
        let of = self.model.parties.len() as u64;
        let found = index(self.chance.below(of));
        if self.model.stands(found) || self.chance.of_hundred(10) { found } else { self.model.head(found) }
    }

    /// Who is billed in yuan, if she is found.
    pub(super) fn in_yuan(&mut self) -> Option<usize> {
        for _ in 0..8 {
            let party = self.party();
            if !self.model.parties[party].euro {
                return Some(party);
            }
        }
        None
    }

    pub(super) fn happened(&mut self, what: &'static str) {
        self.done.entry(what).or_default().0 += 1;
    }

    fn customer(&mut self) {
        let count = self.model.parties.len();
        let standing = (0..count).filter(|party| self.model.stands(*party)).count();
        if standing >= self.parties_max {
            return;
        }
        let parent = (count > 1 && self.chance.of_hundred(50)).then(|| self.party());
        let parent = parent.filter(|above| self.model.stands(*above) && self.model.depth(*above) < DEPTH_MAX);
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
        self.model.parties.push(Party { code, parent, euro, merged: None });
    }

    fn next_day(&mut self) {
        self.today = self.today + Days::new(self.chance.below(3));
        self.house.at(&self.today.to_string());
    }

    /// Keeps checkpoints: from then on reports of everybody start from them.
    fn keep(&mut self) {
        self.house.seal();
        app::checkpoint::keep(&self.house.app, self.house.id).expect("kept");
        self.happened("kept");
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
            let found: BTreeMap<_, _> = closings
                .iter()
                .filter(|closing| !closing.closing.is_zero())
                .map(|of| ((of.account.clone(), of.currency), of.closing.get()))
                .collect();
            let standing = self.model.standing(party, cut_off).into_iter();
            let wanted: BTreeMap<_, _> =
                standing.map(|(key, of)| (key, of.balance)).filter(|(_, balance)| *balance != 0).collect();
            assert_eq!(found, wanted, "{}: {code}", self.at);
            let step = self.model.step;
            self.model.statements.push(Stated { id: statement, party, cut_off, step, approved: false });
            if self.chance.of_hundred(70) {
                self.approve_statements(party);
            }
            self.happened("statement");
        }
    }

    /// Approves what waits of hers.
    pub(super) fn approve_statements(&mut self, party: usize) {
        let (app, reviewer, id) = (&self.house.app, &self.house.reviewer, self.house.id);
        for of in self.model.statements.iter_mut().filter(|of| of.party == party && !of.approved) {
            app::statement::approve(app, reviewer, id, of.id).expect("approved");
            of.approved = true;
        }
    }
}

pub(super) fn index(n: u64) -> usize {
    usize::try_from(n).expect("small")
}
