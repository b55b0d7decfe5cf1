//! 退票: the bank takes a receipt back, whatever became of it since.

use super::act::Sim;
use super::cash::renamed;
use super::model::{Flow, Item};
use super::papers::Paper;
use super::trade::RECEIPT;
use crate::audit::month;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{BankLineId, DocumentId, ProposalId};
use money::{Currency, Minor};
use rust_decimal::Decimal;
use store::query;
use store::query::proposals::ProposalRows;
use store::rows::{Proposal, ProposalLine};
use store::types::{BankLineStatus, Json, ProposalStatus};

impl Sim<'_> {
    /// What it paid is owed again as before; what of it was paid out, written off or adjusted is owed anew, from that day on.
    pub(super) fn returned(&mut self) {
        let all = &self.model.papers;
        let fits = |of: &Paper| of.what == RECEIPT && self.model.items[of.item].currency == Currency::CNY;
        let some: Vec<usize> = (0..all.len()).filter(|n| fits(&all[*n])).collect();
        let Some(which) = self.chance.pick(&some).copied() else { return };
        let (receipt, credit) = (self.model.papers[which].id, self.model.papers[which].item);
        let (past, early) = (self.past(), self.chance.of_hundred(10));
        let item = &self.model.items[credit];
        let (party, amount, since) = (item.party, item.original, item.day);
        let booked = if early { past } else { past.max(since) };
        let (owing, merged) = self.model.owing(party);
        // what was posted to who was merged stays as it is, of who paid as of whom she paid for
        let mut pays = if merged.is_some() { Vec::new() } else { self.model.paid_by(credit) };
        pays.retain(|pair| self.model.stands(self.model.items[pair.debit].party));
        // what it pays at a later day can only be set free from there
        let on = match merged {
            Some(since) => booked.max(since),
            None => self.model.free_day(credit, &pays, booked),
        };
        let debtors: Vec<usize> = pays.iter().map(|pair| self.model.items[pair.debit].party).collect();
        let expected = booked >= since
            && self.model.is_open(on)
            && pays.iter().all(|pair| self.model.may_undo(pair.id, on));
        let proposal = self.takes_back(receipt, (party, amount), booked);
        let (reviewer, id) = (&self.house.reviewer, self.house.id);
        let approve = |app: &app::App| app::reconciliation::approve(app, reviewer, id, proposal);
        self.touched.extend([party, owing]);
        self.touched.extend(debtors);
        let Some(made) = self.request("returned", expected, approve) else { return };
        self.model.papers.swap_remove(which);
        if merged.is_some() {
            self.happened("returned of who was merged");
            self.model.hold_merge(party, owing);
            return self.owed_again(made.documents[0], (owing, amount), on);
        }
        self.model.set_free(credit, on);
        let free = self.model.items[credit].open();
        if free > 0 {
            self.model.counter(credit, free, on);
        }
        if free < amount {
            self.owed_again(made.documents[0], (party, amount - free), on);
        }
    }

    /// A line of the bank that takes so much out, and the proposal that this is the receipt's return.
    fn takes_back(
        &mut self,
        receipt: DocumentId,
        (party, amount): (usize, i64),
        booked: NaiveDate,
    ) -> ProposalId {
        let line = self.outgoing(amount, booked);
        let house = self.house;
        let code = self.model.parties[party].code.parse().unwrap();
        let customer = app::customer::get(&house.app, &house.auditor, house.id, &code).expect("a customer");
        let (company, id) = (house.id, ProposalId::new(uuid::Uuid::from_u128(u128::from(self.requests) + 1)));
        let proposal = Proposal {
            company,
            id,
            invocation: None,
            ordinal: 0,
            grp: 0,
            rank: 1,
            customer: Some(customer.customer.id),
            confidence: "exact".to_owned(),
            score: 1000,
            rule: "simulated".to_owned(),
            residual: "none".to_owned(),
            residual_amount: Minor::ZERO,
            reverses_document: Some(receipt),
            reasons: Json(serde_json::json!([])),
            ambiguous_with: Json(vec![]),
            status: ProposalStatus::Proposed,
            created_by: Actor::System.person(),
            created_at: house.app.clock.now(),
            decided_by: None,
            decided_at: None,
            version: 1,
        };
        let rows = ProposalRows {
            proposals: vec![proposal],
            lines: vec![ProposalLine { company, proposal: id, bank_line: line }],
            allocations: Vec::new(),
            differences: Vec::new(),
        };
        let write = |tx: &mut store::Tx<'_>| {
            query::proposals::insert(tx, &rows)?;
            house.tell_made(tx, id)?;
            query::bank_lines::move_all(
                tx,
                company,
                &[line],
                BankLineStatus::Open,
                BankLineStatus::Proposed,
            )?;
            Ok::<_, app::Common>(())
        };
        house.app.db.write(write).expect("written");
        id
    }

    fn outgoing(&mut self, amount: i64, booked: NaiveDate) -> BankLineId {
        self.files += 1;
        let (day, amount) = (booked.to_string(), Decimal::new(amount, 2).to_string());
        let file = month::bank_file(&[(day.as_str(), amount.as_str(), Some(("无名", "00")), "退汇")]);
        let file = renamed(&file.replace("<CdtDbtInd>CRDT", "<CdtDbtInd>DBIT"), self.files);
        let imported = self.house.bank_file(&format!("{}.xml", self.files), &file);
        assert_eq!(imported.lines_new, 1, "{}: {imported:?}", self.at);
        let (app, clerk, id) = (&self.house.app, &self.house.clerk, self.house.id);
        let open = BankLineStatus::Open;
        let lines = app::bank::lines(app, clerk, id, open, None, super::cash::OPEN_MAX).expect("lines");
        let new: Vec<BankLineId> =
            lines.iter().map(|row| row.id).filter(|line| self.read.insert(*line)).collect();
        assert_eq!(new.len(), 1, "{}", self.at);
        new[0]
    }

    /// What is gone of a receipt is an item of its own, due on that day.
    fn owed_again(&mut self, document: DocumentId, (party, amount): (usize, i64), on: NaiveDate) {
        let house = self.house;
        let read = |conn: &mut store::Conn| query::open_items::of_document(conn, house.id, document);
        let items = house.app.db.read(read).expect("open items");
        let open: Vec<_> = items.iter().filter(|row| row.open.get() != 0).collect();
        assert_eq!(open.len(), 1, "{}: {items:?}", self.at);
        let new = Item::new(open[0].id, party, Currency::CNY, 1, Flow::new(amount, on));
        self.model.make(Item { due: Some(on), ..new });
        self.happened("owed again");
    }
}
