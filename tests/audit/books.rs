//! Books with bank lines that no policy explained, and proposals written past every check.

use super::house::{House, Sale};
use super::month::{self, HER};
use app::company::ToleranceInput;
use app::invoice::IssuedInvoice;
use app::reconciliation::ApproveProposalError;
use domain::actor::Actor;
use domain::ids::{CustomerId, InvocationId, ProposalId};
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use store::query;
use store::query::proposals::ProposalRows;
use store::rows::{BankLine, Proposal, ProposalAllocation, ProposalDifference, ProposalLine};
use store::testing::TestDb;
use store::types::{BankLineStatus, Json, ProposalStatus};

pub struct Books {
    pub house: House,
    pub customer: CustomerId,
    pub invoice: IssuedInvoice,
    pub call: InvocationId,
    /// By booking date.
    pub lines: Vec<BankLine>,
}

pub const SALE: Sale<'static> = Sale {
    customer: HER.code,
    date: "2026-10-08",
    currency: Currency::CNY,
    category: "13",
    what: "联轴器 GS28",
    quantity: "100",
    price: "10",
    purchase_order: None,
    text: None,
    original: None,
};

/// One open invoice of 1,130.00, bank lines that the policy left to people, and its call.
pub fn books(db: &TestDb, lines: &[(&str, &str)], change: impl Fn(String) -> String) -> Books {
    let house = House::new(db);
    let customer = house.customer(&HER);
    house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
    house.at("2026-10-12");
    let invoice = house.invoice(&SALE);
    house.at("2026-10-30");
    let lines: Vec<super::month::Credit<'_>> =
        lines.iter().map(|(date, amount)| (*date, *amount, Some(("无名", "00")), "?")).collect();
    house.bank_file("bank.xml", &change(month::bank_file(&lines)));
    house.seal();
    let proposed = app::reconciliation::propose(&house.app, &Actor::System, house.id).unwrap();
    assert_eq!((proposed.proposals.len(), proposed.unmatched), (0, lines.len() as u64));
    let open = BankLineStatus::Open;
    let lines = app::bank::lines(&house.app, &house.clerk, house.id, open, None, 10).unwrap();
    Books { house, customer, invoice, call: proposed.invocation.unwrap(), lines }
}

impl Books {
    /// As a guest would say it: all of these lines, sure.
    pub fn proposal(&self, ordinal: u32, rank: u32) -> Proposal {
        Proposal {
            company: self.house.id,
            id: ProposalId::new(uuid::Uuid::from_u128(u128::from(ordinal) + 1)),
            invocation: Some(self.call),
            ordinal,
            grp: 0,
            rank,
            customer: Some(self.customer),
            confidence: "exact".to_owned(),
            score: 1000,
            rule: "because-i-say-so".to_owned(),
            residual: "none".to_owned(),
            residual_amount: Minor::ZERO,
            reverses_document: None,
            reasons: Json(serde_json::json!([])),
            ambiguous_with: Json(vec![]),
            status: ProposalStatus::Proposed,
            created_by: Actor::System.person(),
            created_at: self.house.app.clock.now(),
            decided_by: None,
            decided_at: None,
            version: 1,
        }
    }

    /// Writes it; `pays`: (line, amount cleared on the invoice), `besides`: (kind, amount) of the first line.
    pub fn propose(
        &self,
        proposal: Proposal,
        lines: &[usize],
        pays: &[(usize, i64)],
        besides: &[(&str, i64)],
    ) -> ProposalId {
        let (company, id) = (proposal.company, proposal.id);
        let line = |n: usize| self.lines[n].id;
        let rows = ProposalRows {
            proposals: vec![proposal],
            lines: lines
                .iter()
                .map(|n| ProposalLine { company, proposal: id, bank_line: line(*n) })
                .collect(),
            allocations: (0..)
                .zip(pays)
                .map(|(n, (of, amount))| ProposalAllocation {
                    company,
                    proposal: id,
                    n,
                    bank_line: Some(line(*of)),
                    item: self.invoice.item,
                    credit_item: None,
                    amount: Minor::new(*amount),
                })
                .collect(),
            differences: (0..)
                .zip(besides)
                .map(|(n, (kind, amount))| ProposalDifference {
                    company,
                    proposal: id,
                    n,
                    bank_line: line(lines[0]),
                    kind: (*kind).to_owned(),
                    amount: Minor::new(*amount),
                    currency: Currency::CNY,
                    item: Some(self.invoice.item),
                })
                .collect(),
        };
        let ids: Vec<_> = lines.iter().map(|n| line(*n)).collect();
        self.house
            .app
            .db
            .write(|tx| {
                query::proposals::insert(tx, &rows)?;
                query::bank_lines::move_all(
                    tx,
                    company,
                    &ids,
                    BankLineStatus::Open,
                    BankLineStatus::Proposed,
                )?;
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
        id
    }

    pub fn approve(&self, id: ProposalId) -> Result<app::reconciliation::Approved, ApproveProposalError> {
        app::reconciliation::approve(&self.house.app, &self.house.reviewer, self.house.id, id)
    }

    /// What the policy approves now.
    pub fn by_policy(&self) -> (u64, u64) {
        let done = app::reconciliation::approve_by_policy(&self.house.app, &self.house.clerk, self.house.id)
            .unwrap();
        (done.approved, done.skipped)
    }

    pub fn line(&self, n: usize) -> BankLineStatus {
        let read = |conn: &mut store::Conn| query::bank_lines::by_id(conn, self.house.id, self.lines[n].id);
        self.house.app.db.read(read).unwrap().unwrap().status
    }

    pub fn status(&self, id: ProposalId) -> ProposalStatus {
        app::reconciliation::get(&self.house.app, &self.house.auditor, self.house.id, id)
            .unwrap()
            .proposal
            .status
    }

    pub fn open(&self) -> i64 {
        let read =
            |conn: &mut store::Conn| query::open_items::by_ids(conn, self.house.id, &[self.invoice.item]);
        self.house.app.db.read(read).unwrap()[0].open.get()
    }

    pub fn tolerate(&self, role: ToleranceRole, amount: i64) {
        let amount = Money::new(Minor::new(amount), Currency::CNY);
        let input = ToleranceInput { customer: None, role, amount, permille: 0, monthly: Minor::ZERO };
        app::company::put_tolerance(&self.house.app, &self.house.administrator, self.house.id, &input)
            .unwrap();
    }
}
