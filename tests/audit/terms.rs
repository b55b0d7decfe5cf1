//! Terms of payment in the books: instalments in foreign currency, due dates that were told later, discounts that a bank line takes; in
//! the export that the independent checker reads, and where somebody changed the rows.

use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month::{self, CNY_ACCOUNT, HER};
use super::policy_input::input;
use app::document::Reverse;
use app::due::InvoiceReceived;
use app::invoice::{IssueInvoice, IssuedInvoice};
use app::receipt::{Paid, Pays, RecordReceipt};
use app::reconciliation::{
    AllocateLine, ApproveProposal, ApproveProposalError, Difference, Settle, SettleError,
};
use domain::draft::{ApprovalRule, DraftKind};
use domain::ids::{BankLineId, OpenItemId};
use domain::ledger::ClearanceKind;
use domain::terms::Terms;
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use std::sync::Barrier;
use store::query;
use store::testing::{TestDb, for_each_database};
use store::types::BankLineStatus;

fn net(days: u32) -> Value {
    json!({"kind": "net", "days": days})
}

fn with(house: &House, sale: &Sale<'_>, terms: Value) -> IssueInvoice {
    let terms: Terms = serde_json::from_value(terms).unwrap();
    IssueInvoice { terms: Some(terms), ..house.invoice_input(sale) }
}

fn issue(house: &House, sale: &Sale<'_>, terms: Value) -> IssuedInvoice {
    let input = with(house, sale, terms);
    app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("an invoice")
}

/// Σ base of an account.
fn base(db: &TestDb, account: &str) -> i64 {
    db.count(&format!(
        "SELECT CAST(COALESCE(SUM(base), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}'"
    ))
}

#[test]
fn instalments_in_foreign_currency_leave_nothing_behind() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::EURO);
        house.rate("2026-10-01", "7.1234");
        house.rate("2026-10-20", "7.20");
        house.at("2026-10-31");
        let parts = json!({"basis": "document", "instalments": [
            {"permille": 333, "rule": net(0)}, {"permille": 333, "rule": net(30)}, {"permille": 334, "rule": net(60)}]});
        // EUR 100 @7.1234 is 712.34: 33.30, 33.30 and 33.40
        let sale = Sale { quantity: "1", ..month::EXPORT };
        let issued = issue(&house, &sale, parts.clone());
        let amounts: Vec<i64> = issued.parts.iter().map(|part| part.amount.minor().get()).collect();
        assert_eq!(amounts, [3_330, 3_330, 3_340]);
        let carried = "SELECT CAST(SUM(base_original) AS BIGINT) AS n FROM open_items";
        assert_eq!((db.count(carried), base(db, "1122")), (71_234, 71_234));
        house.verified();
        accepted_whole(&house);

        // EUR 50 of the document: the first part, and half of the second, at their share of the base amount
        let pay = |amount: i64| RecordReceipt {
            advance: None,
            external_id: None,
            customer: "E1".parse().unwrap(),
            amount: Money::new(Minor::new(amount), Currency::EUR),
            value_date: day("2026-10-20"),
            effective_date: None,
            reference: None,
            fx: None,
            allocations: vec![Pays { what: Paid::Document(issued.number.clone()), amount: None }],
            suspense: None,
        };
        for amount in [5_000, 5_000] {
            let paid = app::receipt::record(&house.app, &house.clerk, house.id, &pay(amount));
            assert_eq!(paid.expect("a receipt").allocations.len(), 2);
        }
        assert_eq!(base(db, "1122"), 0);
        assert_eq!(base(db, "660301"), -766, "realised: EUR 100 from 7.1234 to 7.20");
        // one that is taken back leaves nothing, part by part
        let wrong = issue(&house, &sale, parts);
        let reverse =
            app::document::Reverse {
                document: wrong.number.clone(), date: None, reason: "开错".to_owned()
            };
        app::document::reverse(&house.app, &house.clerk, house.id, &reverse).expect("reversed");
        assert_eq!(base(db, "1122"), 0);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM open_items WHERE open <> 0 OR base_open <> 0"), 0);
        assert_eq!(house.statements("2026-10-01", "2026-10-31").made.len(), 1);
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn what_was_told_later_is_sealed_and_recomputed_as_it_was_known() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        house.at("2026-11-20");
        let sale = Sale { customer: HER.code, quantity: "1", price: "100", ..month::SALE };
        let terms = json!({"basis": "invoice-received", "rule": net(10)});
        let issued = issue(&house, &sale, terms.clone());
        let other = issue(&house, &sale, terms);
        // stated without a due date, and again with one
        house.statements("2026-10-01", "2026-10-31");
        let told = |number: &str, date: &str| {
            let input = InvoiceReceived { document: number.to_owned(), date: day(date) };
            app::due::receive(&house.app, &house.clerk, house.id, &input).expect("told")
        };
        assert_eq!(told(&issued.number, "2026-11-02").dues, [(issued.item, day("2026-11-12"))]);
        house.statements("2026-11-01", "2026-11-15");
        assert_eq!(told(&issued.number, "2026-11-04").dues, [(issued.item, day("2026-11-14"))]);
        house.verified();
        accepted_whole(&house);

        for (done, undone, wanted) in [
            (
                "UPDATE item_dues SET due_date = '2026-12-31' WHERE n = 1",
                "UPDATE item_dues SET due_date = '2026-11-12' WHERE n = 1",
                "no event says that it is due on 2026-12-31",
            ),
            (
                "UPDATE item_dues SET due_date = '2026-12-31' WHERE n = 2",
                "UPDATE item_dues SET due_date = '2026-11-14' WHERE n = 2",
                "tells a due date that is not there",
            ),
            (
                "UPDATE open_items SET due_now = '2026-12-31' WHERE due_now IS NULL",
                "UPDATE open_items SET due_now = NULL WHERE due_now = '2026-12-31'",
                "the due date that is kept of it",
            ),
            (
                "UPDATE document_terms SET terms = REPLACE(terms, '10', '11')",
                "UPDATE document_terms SET terms = REPLACE(terms, '11', '10')",
                "digest",
            ),
        ] {
            db.execute(done);
            let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("looked");
            assert!(
                found.problems.iter().any(|problem| problem.contains(wanted)),
                "{done}: {:?}",
                found.problems
            );
            db.execute(undone);
            house.verified();
        }
        assert_eq!(told(&other.number, "2026-11-20").dues, [(other.item, day("2026-11-30"))]);
        house.verified();
    });
}

/// Her invoice over 1,130.00 of the 8th of October, 3 % off within ten days, and bank lines of these days and amounts.
fn banked(db: &TestDb, lines: &[(&str, &str)]) -> (House, IssuedInvoice, Vec<BankLineId>) {
    banked_in(House::new(db), lines, |text| text)
}

/// As [`banked`], in a house of one's own and with a bank file that is changed.
pub fn banked_in(
    house: House,
    lines: &[(&str, &str)],
    change: impl Fn(String) -> String,
) -> (House, IssuedInvoice, Vec<BankLineId>) {
    house.customer(&HER);
    house.bank_account(CNY_ACCOUNT, Currency::CNY);
    house.at("2026-11-02");
    let sale = Sale { customer: HER.code, quantity: "1", price: "1000", ..month::SALE };
    let terms = json!({"basis": "document", "rule": net(60), "discounts": [{"days": 10, "permille": 30}]});
    let issued = issue(&house, &sale, terms);
    let credits: Vec<_> = lines
        .iter()
        .map(|(date, amount)| (*date, *amount, Some((HER.name, HER.account.1)), "货款"))
        .collect();
    let (name, file) = (house.plugins.bank_file)(&credits);
    house.bank_file(name, &change(file));
    let found =
        house.app.db.read(|conn| query::bank_lines::list(conn, house.id, BankLineStatus::Open, None, 10));
    let mut found = found.expect("lines");
    found.sort_by_key(|line| line.booking_date);
    (house, issued, found.iter().map(|line| line.id).collect())
}

pub fn settle(line: BankLineId, item: OpenItemId, cleared: &str, discount: &str) -> Settle {
    Settle {
        line,
        customer: None,
        allocations: vec![AllocateLine { item, amount: cleared.parse().unwrap() }],
        on_account: "0".parse().unwrap(),
        credits: Vec::new(),
        differences: vec![Difference {
            kind: ClearanceKind::Discount,
            amount: discount.parse().unwrap(),
            item: Some(item),
            certificate: None,
        }],
        suspense: "0".parse().unwrap(),
        effective_date: None,
    }
}

#[test]
fn a_bank_line_takes_the_agreed_discount_within_its_days_and_amount() {
    for_each_database(|db| {
        let lines = [("2026-10-18", "485.00"), ("2026-10-19", "611.10"), ("2026-10-20", "30.00")];
        let (house, issued, lines) = banked(db, &lines);
        let item = issued.item;
        // the policy is shown what may be taken off when the first of the lines was paid
        house.seal();
        let asked = app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("asked");
        let shown = input(&house, asked.invocation.expect("lines were open"));
        let messages = shown.as_array().unwrap();
        let items = messages
            .iter()
            .find_map(|message| message.get("load_items"))
            .unwrap_or_else(|| panic!("{shown}"));
        let row = &items["items"][0];
        assert_eq!(
            (&row["discount_until"], &row["discount_amount"]),
            (&json!("2026-10-18"), &json!("3390")),
            "{row}"
        );

        let try_it = |input: &Settle| app::reconciliation::settle(&house.app, &house.clerk, house.id, input);
        let beyond = |input: &Settle, expected: i64, found: i64| match try_it(input) {
            Err(SettleError::Approve(ApproveProposalError::Beyond {
                kind: "discount",
                limit,
                found: of,
            })) => {
                assert_eq!((limit.minor().get(), of.minor().get()), (expected, found));
            }
            other => panic!("{other:?}"),
        };
        // 485 of the 18th clear 500: 15 is 3 % of it, a fen more is nobody's
        beyond(&settle(lines[0], item, "500.01", "15.01"), 0, 1);
        let paid = try_it(&settle(lines[0], item, "500", "15")).expect("settled");
        assert!(paid.approved.is_some());
        // the 19th is a day late
        beyond(&settle(lines[1], item, "630.00", "18.90"), 0, 1_890);
        assert_eq!(base(db, "660303"), 1_500);
        // where another person decides, the bounds hold when she does
        let rule = ApprovalRule {
            kind: DraftKind::Receipt,
            currency: None,
            from: Minor::ZERO,
            approvals: 1,
            role: None,
            post_on_approval: false,
            binds_integrators: false,
        };
        app::draft::put_rules(&house.app, &house.administrator, house.id, &[rule]).expect("a rule");
        let undo =
            app::reconciliation::UndoProposal { id: paid.proposal.proposal.id, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        assert_eq!(base(db, "660303"), 0);
        let waits = try_it(&settle(lines[0], item, "500", "15")).expect("proposed");
        assert!(waits.approved.is_none());
        let input = ApproveProposal::from(waits.proposal.proposal.id);
        app::reconciliation::approve(&house.app, &house.reviewer, house.id, input).expect("approved");
        assert_eq!(base(db, "660303"), 1_500);
        house.verified();
        accepted_whole(&house);
    });
}

/// That she received an invoice, and that it is taken back, at once: whoever comes second is refused.
#[test]
fn what_is_taken_back_meanwhile_is_received_by_nobody() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        house.at("2026-11-20");
        let sale = Sale { customer: HER.code, quantity: "1", price: "100", ..month::SALE };
        let terms = json!({"basis": "invoice-received", "rule": net(10)});
        let together = Barrier::new(2);
        for _ in 0..8 {
            let number = issue(&house, &sale, terms.clone()).number;
            let told = InvoiceReceived { document: number.clone(), date: day("2026-11-02") };
            let back = Reverse { document: number.clone(), date: None, reason: "更正".to_owned() };
            let (told, back) = std::thread::scope(|scope| {
                let told = scope.spawn(|| {
                    together.wait();
                    app::due::receive(&house.app, &house.clerk, house.id, &told)
                });
                let back = scope.spawn(|| {
                    together.wait();
                    app::document::reverse(&house.app, &house.clerk, house.id, &back)
                });
                (told.join().expect("no panic"), back.join().expect("no panic"))
            });
            assert_ne!(told.is_ok(), back.is_ok(), "{number}: {told:?}, {back:?}");
        }
        house.seal();
        house.verified();
    });
}
