//! Money that stays on account (预收款) passes the tax rules: without effect, taxed, or refused; what is taxed leaves as the money is used, in
//! whatever order, comes back with it, follows a merge, and stands in the tax report and in the export that the checker reads.

use super::adjusting::post;
use super::besides::on;
use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::month::{self, HER};
use super::plugins::{self, Brought};
use super::terms::banked_in;
use app::advance::{AdvanceFor, put_settings};
use app::allocation::{Allocate, Allocated, UndoAllocation};
use app::common::Common;
use app::document::Reverse;
use app::invoice::IssueInvoiceError;
use app::receipt::{Pays, RecordReceipt, RecordReceiptError, RecordedReceipt};
use app::reconciliation::{Settle, UndoProposal};
use app::report::Asked;
use domain::draft::{ApprovalRule, DraftKind};
use domain::ids::{AllocationId, OpenItemId};
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use store::query;
use store::testing::{TestDb, for_each_database};
use store::types::LockKind;
use zhangben::http::problem::Problem;
use zhangben::http::v1::drafts::content;

/// 13 %, and what becomes of it where money comes before.
pub(super) fn ruled(db: &TestDb, advances: &str) -> House {
    let mut set = plugins::built_in();
    for bound in set.bound.iter_mut().filter(|bound| bound.slot == "tax") {
        bound.plugin = Brought::BuiltIn("tax-generic");
        bound.config = json!({
            "seller": {"countries": ["CN"]}, "advances": advances,
            "outside": {"authority": "CN:STA", "kind": "vat", "code": "OUT"},
            "taxes": [{"code": "VAT13", "authority": "CN:STA", "kind": "vat", "treatment": "standard", "rate": "0.13",
                "categories": ["13"]}],
        });
    }
    House::with(db, 70, set)
}

pub(super) fn of(category: &str) -> AdvanceFor {
    AdvanceFor { tax_category: category.to_owned(), supply: "goods".to_owned() }
}

/// A company that says what money on account is for.
fn says(house: &House) {
    put_settings(&house.app, &house.administrator, house.id, Some(&of("13"))).expect("set");
}

pub(super) fn house(db: &TestDb, advances: &str) -> House {
    let house = ruled(db, advances);
    house.customer(&HER);
    house.at("2026-11-02");
    says(&house);
    house
}

fn yuan(amount: i64) -> Money {
    Money::new(Minor::new(amount), Currency::CNY)
}

/// 1,130.00 of the 10th.
fn paid(pays: Vec<Pays>, own: Option<AdvanceFor>) -> RecordReceipt {
    RecordReceipt {
        advance: own,
        suspense: None,
        external_id: None,
        customer: HER.code.parse().unwrap(),
        amount: yuan(113_000),
        value_date: day("2026-10-10"),
        effective_date: None,
        reference: None,
        fx: None,
        allocations: pays,
    }
}

fn record(house: &House, input: &RecordReceipt) -> Result<RecordedReceipt, RecordReceiptError> {
    app::receipt::record(&house.app, &house.clerk, house.id, input)
}

fn allocate(house: &House, pair: (OpenItemId, OpenItemId), amount: &str) -> Allocated {
    let (debit_item, credit_item) = pair;
    let amount = amount.parse().unwrap();
    let input = Allocate { debit_item, credit_item, amount, effective_date: day("2026-10-15") };
    app::allocation::allocate(&house.app, &house.clerk, house.id, &input).expect("allocated")
}

fn undo(house: &House, id: AllocationId) {
    let input = UndoAllocation { id, effective_date: day("2026-10-20") };
    app::allocation::undo(&house.app, &house.clerk, house.id, &input).expect("undone");
}

fn reverse(house: &House, number: &str) -> app::document::Reversed {
    let input = Reverse { document: number.to_owned(), date: None, reason: "更正".to_owned() };
    app::document::reverse(&house.app, &house.clerk, house.id, &input)
        .unwrap_or_else(|refused| panic!("{number}: {refused}"))
}

/// What stands on tax on advances and on output tax.
pub(super) fn tax(db: &TestDb) -> (i64, i64) {
    (on(db, "220399"), on(db, "22210106"))
}

/// The tax of code VAT13 in October and November: (as it is stated, as it is posted), and what it stands on.
fn reported(house: &House) -> (i64, i64, i64) {
    house.seal();
    let asked = Asked { from: Some(day("2026-10-01")), as_of: Some(day("2026-11-02")), ..Asked::default() };
    let found = app::report::tax(&house.app, &house.auditor, house.id, &asked).expect("a report");
    let posted = found.posted.iter().find(|row| row.code == "VAT13").expect("VAT13");
    let row = found.rows.iter().find(|row| row.code == "VAT13").expect("VAT13");
    assert_eq!(row.tax, posted.stated);
    (posted.stated.get(), posted.posted.get(), row.base.get())
}

pub(super) fn holds(house: &House) {
    house.seal();
    house.verified();
    accepted_whole(house);
}

#[test]
fn taxed_it_leaves_as_the_money_is_used_and_comes_back_with_it() {
    for_each_database(|db| {
        let house = house(db, "adjust");
        let money = record(&house, &paid(Vec::new(), None)).expect("a receipt");
        assert_eq!((tax(db), on(db, "1122"), on(db, "1002")), ((13_000, -13_000), -113_000, 113_000));
        assert_eq!(reported(&house), (13_000, 13_000, 100_000));
        let replayed = app::audit::replay_figure(&house.app, &house.auditor, house.id, "ADV-2026-000001");
        let replayed = replayed.expect("it is replayed");
        assert!(replayed.same, "{:?}", replayed.first_difference);
        let advance = money.advance.expect("an advance");
        let refused = Reverse { document: advance.to_string(), date: None, reason: "x".to_owned() };
        let refused = app::document::reverse(&house.app, &house.clerk, house.id, &refused);
        assert!(refused.is_err(), "it goes with its receipt");
        holds(&house);

        // the invoice has its whole tax; what it is paid by bears none any more
        let sale =
            Sale { customer: HER.code, date: "2026-10-12", quantity: "1", price: "1000", ..month::SALE };
        let invoice = house.invoice(&sale);
        assert_eq!(tax(db), (13_000, -26_000));
        let first = allocate(&house, (invoice.item, money.item), "333.33");
        assert_eq!(tax(db), (9_165, -22_165), "130.00 × 796.67 ÷ 1130.00");
        holds(&house);
        let rest = allocate(&house, (invoice.item, money.item), "796.67");
        assert_eq!((tax(db), reported(&house)), ((0, -13_000), (13_000, 13_000, 100_000)));
        assert_eq!(on(db, "1122"), 0);
        holds(&house);

        undo(&house, first.id);
        assert_eq!(tax(db), (3_835, -16_835), "130.00 × 333.33 ÷ 1130.00");
        undo(&house, rest.id);
        assert_eq!((tax(db), reported(&house)), ((13_000, -26_000), (26_000, 26_000, 200_000)));
        holds(&house);

        // paid out, and that taken back: its entry moved the tax, and is not mirrored with it
        let body = json!({"item": money.item.to_string(), "amount": "300", "value_date": "2026-10-21", "from": "suspense"});
        let refund = post(&house, DraftKind::Refund, &body).number.expect("a number");
        assert_eq!(tax(db), (9_549, -22_549), "130.00 × 830.00 ÷ 1130.00");
        holds(&house);
        post(&house, DraftKind::Reversal, &json!({"document": refund, "reason": "更正"}));
        assert_eq!(tax(db), (13_000, -26_000));
        reverse(&house, &money.number);
        assert_eq!((tax(db), on(db, "1122"), on(db, "1002")), ((0, -13_000), 113_000, 0));
        assert_eq!(reported(&house), (13_000, 13_000, 100_000));
        holds(&house);
        // a row that says otherwise is found
        db.execute("UPDATE advance_moves SET tax = tax - 1 WHERE tax < 0");
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("looked at");
        assert!(found.problems.iter().any(|one| one.contains("unused money")), "{:?}", found.problems);
    });
}

#[test]
fn only_what_stays_is_taxed_by_what_is_said_of_it() {
    for_each_database(|db| {
        let house = ruled(db, "adjust");
        house.customer(&HER);
        house.at("2026-11-02");
        let sale = Sale { customer: HER.code, quantity: "1", price: "500", ..month::SALE };
        let invoice = house.invoice(&sale);
        let part = || vec![Pays::item(invoice.item, Minor::new(56_500))];
        // nobody said what it is for
        let unsaid = record(&house, &paid(part(), None)).expect("a receipt");
        assert_eq!((unsaid.advance, tax(db)), (None, (0, -6_500)));
        reverse_paid(&house, &unsaid);
        let said = record(&house, &paid(part(), Some(of("13")))).expect("a receipt");
        assert_eq!((said.advance.is_some(), tax(db)), (true, (6_500, -13_000)));
        // what paid the invoice from the beginning bears none when it is set free: more than the advance is the advance
        undo(&house, said.allocations[0]);
        assert_eq!(tax(db), (6_500, -13_000));
        holds(&house);

        let before = db.rows_by_table();
        let all = vec![Pays::item(invoice.item, Minor::new(56_500))];
        let input = RecordReceipt { amount: yuan(56_500), ..paid(all, Some(of("13"))) };
        let refused = record(&house, &input).unwrap_err();
        let told = matches!(&refused, RecordReceiptError::Common(Common::Invalid { pointer, .. }) if pointer == "/advance");
        assert!(told, "{refused}");
        let supply = AdvanceFor { supply: "work".to_owned(), ..of("13") };
        let refused = record(&house, &paid(Vec::new(), Some(supply))).unwrap_err();
        let told = matches!(&refused, RecordReceiptError::Common(Common::Invalid { pointer, .. })
            if pointer == "/advance/supply");
        assert!(told, "{refused}");
        by_the_rules(&record(&house, &paid(Vec::new(), Some(of("99")))).unwrap_err());
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        house.verified();
    });
}

fn reverse_paid(house: &House, receipt: &RecordedReceipt) {
    for id in &receipt.allocations {
        undo(house, *id);
    }
    reverse(house, &receipt.number);
}

fn by_the_rules(refused: &RecordReceiptError) {
    let told =
        matches!(refused, RecordReceiptError::Taxed(IssueInvoiceError::Common(Common::PluginRefused { .. })));
    assert!(told, "{refused}");
}

#[test]
fn without_an_effect_the_call_is_kept_and_nothing_else() {
    for_each_database(|db| {
        let house = house(db, "none");
        let money = record(&house, &paid(Vec::new(), None)).expect("a receipt");
        assert_eq!((money.advance, tax(db)), (None, (0, 0)));
        let read = |conn: &mut store::Conn| query::events::of_subject(conn, house.id, &money.id.to_string());
        let told = house.app.db.read(read).unwrap();
        let told: Vec<&Value> =
            told.iter().filter(|event| event.kind == "advance.assessed").map(|event| &event.data.0).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0]["amount"], &told[0]["tax_category"], &told[0]["effect"]),
            (&json!("1130.00"), &json!("13"), &json!("none"))
        );
        let call = told[0]["computed"]["invocation"].as_str().expect("a call");
        house.seal();
        let replayed = app::audit::replay_figure(&house.app, &house.auditor, house.id, call);
        assert!(replayed.expect("it is replayed").same);
        holds(&house);
        reverse(&house, &money.number);
        holds(&house);
    });
}

#[test]
fn refused_by_the_rules_or_in_a_month_whose_tax_is_filed_nothing_is_posted() {
    for_each_database(|db| {
        let refusing = house(db, "refuse");
        let before = db.rows_by_table();
        by_the_rules(&record(&refusing, &paid(Vec::new(), None)).unwrap_err());
        assert_eq!(db.rows_by_table(), before, "nothing was written");
    });
    for_each_database(|db| {
        let house = house(db, "adjust");
        let money = record(&house, &paid(Vec::new(), None)).expect("a receipt");
        let sale =
            Sale { customer: HER.code, date: "2026-10-12", quantity: "1", price: "1000", ..month::SALE };
        let invoice = house.invoice(&sale);
        let lock = app::period::LockPeriod { kind: LockKind::Tax, through: day("2026-10-31") };
        app::period::lock(&house.app, &house.reviewer, house.id, lock).expect("locked");
        let before = db.rows_by_table();
        let refused = record(&house, &paid(Vec::new(), None)).unwrap_err();
        assert!(matches!(refused.common(), Some(Common::Locked { .. })), "{refused}");
        let input = Allocate {
            debit_item: invoice.item,
            credit_item: money.item,
            amount: "1130".parse().unwrap(),
            effective_date: day("2026-10-15"),
        };
        let refused = app::allocation::allocate(&house.app, &house.clerk, house.id, &input).unwrap_err();
        assert!(matches!(refused.common(), Some(Common::Locked { .. })), "{refused}");
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        let later = Allocate { effective_date: day("2026-11-01"), ..input };
        app::allocation::allocate(&house.app, &house.clerk, house.id, &later).expect("allocated");
        assert_eq!((tax(db), reported(&house)), ((0, -13_000), (13_000, 13_000, 100_000)));
        holds(&house);
    });
}

fn on_account(line: domain::ids::BankLineId) -> Settle {
    Settle {
        line,
        customer: Some(HER.code.parse().unwrap()),
        allocations: Vec::new(),
        on_account: "485".parse().unwrap(),
        suspense: "0".parse().unwrap(),
        credits: Vec::new(),
        differences: Vec::new(),
        effective_date: None,
    }
}

#[test]
fn what_a_bank_line_leaves_on_account_is_taxed_and_taken_back_with_it() {
    for_each_database(|db| {
        let (house, _, lines) = banked_in(ruled(db, "adjust"), &[("2026-10-18", "485.00")], |text| text);
        says(&house);
        let settle =
            || app::reconciliation::settle(&house.app, &house.clerk, house.id, &on_account(lines[0]));
        let take_back = |id| {
            let input = UndoProposal { id, date: None, reason: Some("更正".to_owned()) };
            app::reconciliation::undo(&house.app, &house.reviewer, house.id, &input).expect("undone");
        };
        // 485.00 = 429.20 and 55.80, beside the 130.00 of the invoice
        let settled = settle().unwrap_or_else(|refused| panic!("{refused}"));
        assert_eq!(settled.approved.expect("posted at once").documents.len(), 2, "a receipt and an advance");
        assert_eq!(tax(db), (5_580, -18_580));
        holds(&house);
        take_back(settled.proposal.proposal.id);
        assert_eq!(tax(db), (0, -13_000));

        // where another person approves it, she asks
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
        let waits = settle().unwrap_or_else(|refused| panic!("{refused}"));
        assert!(waits.approved.is_none() && tax(db).0 == 0);
        let id = waits.proposal.proposal.id;
        let done = app::reconciliation::approve(&house.app, &house.reviewer, house.id, id).expect("approved");
        assert_eq!((done.documents.len(), tax(db)), (2, (5_580, -18_580)));
        holds(&house);
        take_back(id);
        assert_eq!(tax(db), (0, -13_000));
        holds(&house);
    });
}

#[test]
fn a_draft_is_taxed_when_it_is_posted() {
    for_each_database(|db| {
        let house = house(db, "adjust");
        let body = json!({"customer": HER.code, "amount": {"amount": "1130", "currency": "CNY"}, "value_date": "2026-10-10"});
        post(&house, DraftKind::Receipt, &body);
        assert_eq!((tax(db), reported(&house)), ((13_000, -13_000), (13_000, 13_000, 100_000)));
        holds(&house);

        // nobody moves that tax by hand
        let body = json!({"customer": HER.code, "amount": {"amount": "1.00", "currency": "CNY"}, "account": "220399",
            "date": "2026-10-25", "text": "更正"});
        let kind = DraftKind::Adjustment;
        let read = |kind: DraftKind, body: &Value| content(&house.app, &house.clerk, house.id, kind, body);
        let draft = app::draft::create(&house.app, &house.clerk, house.id, kind, &body).expect("a draft");
        let submitted =
            app::draft::submit::<Problem>(&house.app, &house.clerk, house.id, draft.draft.id, &read);
        let refused = submitted.unwrap_err();
        assert!(
            refused
                .errors
                .iter()
                .any(|one| one.pointer.as_deref().is_some_and(|at| at.ends_with("/account"))),
            "{:?}",
            refused.errors
        );
    });
}

#[test]
fn it_follows_a_merge_of_customers_and_is_released_by_what_the_other_pays() {
    for_each_database(|db| {
        let house = house(db, "adjust");
        house.customer(&Party { code: "N1", tax_id: None, ..HER });
        let money = record(&house, &paid(Vec::new(), None)).expect("a receipt");
        let sale = Sale { customer: "N1", date: "2026-10-12", quantity: "1", price: "1000", ..month::SALE };
        let invoice = house.invoice(&sale);
        let input = app::merge::Propose {
            source: HER.code.parse().unwrap(),
            into: "N1".parse().unwrap(),
            date: Some(day("2026-10-14")),
        };
        let proposed = app::merge::propose(&house.app, &house.clerk, house.id, &input).expect("proposed");
        let id = proposed.merge.id;
        let done = app::merge::approve(&house.app, &house.reviewer, house.id, id).expect("merged");
        assert_eq!(tax(db), (13_000, -26_000), "money of the same advance");
        holds(&house);
        let carried = done.items.iter().find(|one| one.item == money.item).expect("it went over").carried;
        allocate(&house, (invoice.item, carried), "565");
        assert_eq!(tax(db), (6_500, -19_500));
        holds(&house);
    });
}

#[test]
fn in_a_foreign_currency_it_leaves_at_what_it_is_carried_at() {
    for_each_database(|db| {
        let house = ruled(db, "adjust");
        house.customer(&month::EURO);
        house.rate("2026-10-01", "7.10");
        house.rate("2026-10-20", "7.30");
        house.at("2026-11-02");
        says(&house);
        let input = RecordReceipt {
            customer: month::EURO.code.parse().unwrap(),
            amount: Money::new(Minor::new(11_300), Currency::EUR),
            ..paid(Vec::new(), None)
        };
        let money = record(&house, &input).expect("a receipt");
        let base = || {
            db.count(
                "SELECT CAST(COALESCE(SUM(base), 0) AS BIGINT) AS n FROM postings WHERE account = '220399'",
            )
        };
        assert_eq!((tax(db), base()), ((1_300, -1_300), 9_230), "EUR 13.00 at 7.10");
        for (amount, left) in [("33.33", (917, 6_508)), ("33.34", (533, 3_784)), ("46.33", (0, 0))] {
            let body = json!({"item": money.item.to_string(), "amount": amount, "value_date": "2026-10-21", "from": "suspense"});
            post(&house, DraftKind::Refund, &body);
            assert_eq!((tax(db).0, base()), left, "{amount}");
        }
        holds(&house);
    });
}
