//! What the bank shows: nobody's money goes to suspense and out of it again, a payer withholds tax and sends the certificate.

use super::act::{Sim, index};
use super::model::{Flow, Item, OWED, Pair};
use super::papers::{Line, Out, Pot};
use crate::audit::month;
use app::receipt::RecordReceipt;
use app::reconciliation::{AllocateLine, Certificate, Difference, Settle};
use app::suspense::{ClearHow, ClearSuspense, UndoSuspenseMove};
use domain::ledger::ClearanceKind;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use store::types::BankLineStatus;

/// Lines of a file: a guest reads each.
const LINES: usize = 6;
/// Lines that were read and never settled are few.
pub(super) const OPEN_MAX: u32 = 500;

/// Every file is another one, and so is what its lines are known by.
pub(super) fn renamed(file: &str, n: u64) -> String {
    file.replace("<MsgId>M1", &format!("<MsgId>M{n}"))
        .replace("CNY-2026-010", &format!("CNY-2026-{n}"))
        .replace("<NtryRef>", &format!("<NtryRef>F{n}-"))
        .replace("<AcctSvcrRef>", &format!("<AcctSvcrRef>F{n}-"))
}

fn settle(line: Line, suspense: i64) -> Settle {
    Settle {
        line: line.id,
        customer: None,
        allocations: Vec::new(),
        on_account: Decimal::ZERO,
        suspense: Decimal::new(suspense, 2),
        credits: Vec::new(),
        differences: Vec::new(),
        effective_date: None,
    }
}

impl Sim<'_> {
    /// The bank's next file.
    fn bank_file(&mut self) {
        self.files += 1;
        let days: Vec<String> = (0..LINES).map(|_| self.past().to_string()).collect();
        let amounts: Vec<String> =
            (0..LINES).map(|_| Decimal::new(self.chance.between(1_000, 90_000), 2).to_string()).collect();
        let credits: Vec<month::Credit<'_>> = days
            .iter()
            .zip(&amounts)
            .map(|(day, amount)| (day.as_str(), amount.as_str(), Some(("无名", "00")), "?"))
            .collect();
        let n = self.files;
        let file = renamed(&month::bank_file(&credits), n);
        let imported = self.house.bank_file(&format!("{n}.xml"), &file);
        assert_eq!(imported.lines_new, LINES as u64, "{}: {imported:?}", self.at);
        let (app, clerk, id) = (&self.house.app, &self.house.clerk, self.house.id);
        let open = app::bank::lines(app, clerk, id, BankLineStatus::Open, None, OPEN_MAX).expect("lines");
        let mut new: Vec<Line> = open
            .iter()
            .filter(|row| self.read.insert(row.id))
            .map(|row| Line { id: row.id, amount: row.amount.get(), day: row.booking_date.date() })
            .collect();
        assert_eq!(new.len(), LINES, "{}", self.at);
        new.sort_by_key(|line| (line.day, line.amount));
        self.model.lines.append(&mut new);
    }

    fn line(&mut self) -> Option<Line> {
        if self.model.lines.is_empty() {
            self.bank_file();
        }
        self.model.lines.pop()
    }

    /// 待查款: nobody knows whose it is.
    pub(super) fn suspend(&mut self) {
        let Some(line) = self.line() else { return };
        let input = settle(line, line.amount);
        let expected = self.model.is_open(line.day);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let settle = |app: &app::App| app::reconciliation::settle(app, clerk, id, &input);
        let Some(made) = self.request("suspended", expected, settle) else { return };
        let approved = made.approved.expect("nobody else approves it");
        assert_eq!(approved.suspense.len(), 1, "{}", self.at);
        self.model.pots.push(Pot { id: approved.suspense[0], flow: Flow::new(line.amount, line.day) });
        self.stirred = true;
    }

    /// Money in suspense of which something is left.
    fn pot(&mut self) -> Option<usize> {
        let all = &self.model.pots;
        let left: Vec<usize> = (0..all.len()).filter(|n| all[*n].flow.open() > 0).collect();
        self.chance.pick(&left).copied()
    }

    /// It turns out to be somebody's receipt, all of it or a part.
    pub(super) fn identify(&mut self) {
        let Some(pot) = self.pot() else { return };
        let Some(party) = self.in_yuan() else { return };
        let (since, open) = (self.model.pots[pot].flow.day, self.model.pots[pot].flow.open());
        let amount = match self.chance.below(10) {
            0 => open + 1,
            1..=5 => open,
            _ => self.chance.between(1, open),
        };
        let day = self.past();
        let on = if self.chance.of_hundred(90) { day.max(since) } else { day };
        let (mut paying, mut left) = (self.paying(party, on), amount);
        paying.retain(|(_, pays, _)| {
            let fits = *pays <= left;
            left -= if fits { *pays } else { 0 };
            fits
        });
        let input = RecordReceipt {
            advance: None,
            suspense: Some(self.model.pots[pot].id),
            external_id: None,
            customer: self.model.parties[party].code.parse().unwrap(),
            amount: Money::new(Minor::new(amount), Currency::CNY),
            value_date: since,
            effective_date: Some(on),
            reference: Some("查明".to_owned()),
            fx: None,
            allocations: self.pays(&paying),
        };
        let expected =
            self.model.pots[pot].flow.takes(amount, on) && self.model.is_open(on) && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let record = |app: &app::App| app::receipt::record(app, clerk, id, &input);
        self.stirred = true;
        let Some(made) = self.request("identified", expected, record) else { return };
        self.model.pots[pot].flow.cleared.push((on, amount));
        let item = Item::new(made.item, party, Currency::CNY, -1, Flow::new(amount, on));
        // it was had when it came
        let credit = self.model.make(Item { had: Some(since), ..item });
        self.paid(credit, paying, &made.allocations);
        self.received((made.id, made.number), credit, Some(pot));
    }

    /// Paid back, or taken to income.
    pub(super) fn let_out(&mut self) {
        let Some(pot) = self.pot() else { return };
        let open = self.model.pots[pot].flow.open();
        let amount = match self.chance.below(6) {
            0 => open + 1,
            1..=2 => open,
            _ => self.chance.between(1, open),
        };
        let on = self.past();
        let how = match self.chance.of_hundred(50) {
            true => ClearHow::PaidBack { bank_line: None, reason: None },
            false => ClearHow::Income { reason: "无人认领".to_owned() },
        };
        let (item, asked) = (self.model.pots[pot].id, Some(Decimal::new(amount, 2)));
        let input = ClearSuspense { item, amount: asked, date: Some(on), how };
        let expected = self.model.pots[pot].flow.takes(amount, on) && self.model.is_open(on);
        let (reviewer, id) = (&self.house.reviewer, self.house.id);
        let clear = |app: &app::App| app::suspense::clear(app, reviewer, id, &input);
        self.stirred = true;
        let Some(made) = self.request("let out", expected, clear) else { return };
        self.model.pots[pot].flow.cleared.push((on, amount));
        self.model.outs.push(Out { id: made.id, pot, amount, day: on });
    }

    /// What went out of suspense is there again, from the day on which it went; and that is done once.
    pub(super) fn put_back(&mut self) {
        if self.model.outs.is_empty() {
            return;
        }
        let which = index(self.chance.below(self.model.outs.len() as u64));
        let out = self.model.outs[which];
        let input = UndoSuspenseMove { id: out.id, date: None, reason: "更正".to_owned() };
        let expected = self.model.is_open(out.day);
        let (reviewer, id) = (&self.house.reviewer, self.house.id);
        let undo = |app: &app::App| app::suspense::undo(app, reviewer, id, &input);
        self.stirred = true;
        if self.request("put back", expected, undo).is_none() {
            return;
        }
        self.model.outs.swap_remove(which);
        self.model.pots[out.pot].flow.cleared.push((out.day, -out.amount));
        assert!(self.request("put back again", false, undo).is_none());
    }

    /// 代扣: a line pays an item, and tax that was withheld by a certificate clears it besides, once another person approves that.
    pub(super) fn withhold(&mut self) {
        let Some(line) = self.line() else { return };
        if !self.model.is_open(line.day) {
            self.model.lines.push(line);
            return;
        }
        let fits = |item: &Item| {
            item.sign == 1
                && item.account == OWED
                && item.currency == Currency::CNY
                && item.open() > line.amount
                && self.model.stands(item.party)
        };
        let items: Vec<usize> = (0..self.model.items.len()).filter(|n| fits(&self.model.items[*n])).collect();
        let Some(debit) = self.chance.pick(&items).copied() else {
            self.model.lines.push(line);
            return;
        };
        let (of, party) = (self.model.items[debit].id, self.model.items[debit].party);
        let most = (line.amount / 10).min(self.model.items[debit].open() - line.amount);
        let withheld = self.chance.between(1, most);
        let cleared = line.amount + withheld;
        let free = self.model.items[debit].free_from(cleared).expect("it is open");
        let certificate = Certificate {
            number: format!("完税证明 {}", self.requests),
            date: line.day,
            authority: "CN:STA".to_owned(),
        };
        let input = Settle {
            allocations: vec![AllocateLine { item: of, amount: Decimal::new(cleared, 2) }],
            differences: vec![Difference {
                kind: ClearanceKind::Withholding,
                amount: Decimal::new(withheld, 2),
                item: Some(of),
                certificate: Some(certificate),
            }],
            ..settle(line, 0)
        };
        let (clerk, reviewer, id) = (&self.house.clerk, &self.house.reviewer, self.house.id);
        let settle = |app: &app::App| app::reconciliation::settle(app, clerk, id, &input);
        let made = self.request("certified", true, settle).expect("it waits");
        assert_eq!(made.approved, None, "{}: she certified it herself", self.at);
        let proposal = made.proposal.proposal.id;
        let approve = |app: &app::App| app::reconciliation::approve(app, reviewer, id, proposal);
        let approved = self.request("withheld", true, approve).expect("approved");
        assert_eq!(approved.allocations.len(), 1, "{}", self.at);
        let (app, auditor) = (&self.house.app, &self.house.auditor);
        let pair = approved.allocations[0];
        let row = app::allocation::get(app, auditor, id, pair).expect("there").row;
        assert_eq!((row.debit_item, row.amount.get()), (of, cleared), "{}", self.at);
        let item = Item::new(row.credit_item, party, Currency::CNY, -1, Flow::new(cleared, line.day));
        let credit = self.model.make(Item { had: Some(line.day), ..item });
        let day = free.max(line.day);
        self.model.pair(Pair { id: pair, debit, credit, amount: cleared, day });
        self.touched.insert(party);
    }
}
