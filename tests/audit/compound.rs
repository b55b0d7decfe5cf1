//! One receipt of a head office clears two invoices and a credit note of its branches with bank charge, discount, withholding and tail, and is
//! undone step by step to exactly the old balances.

use super::besides::{approve_with, on, tolerate, withheld};
use super::books::SALE;
use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::month::{self, HER};
use app::Common;
use app::allocation::UndoAllocation;
use app::invoice::{InvoiceKind, IssuedInvoice};
use app::reconciliation::{AllocateLine, Approved, Difference, Settle, SettleError, UndoProposal, UseCredit};
use domain::actor::Actor;
use domain::ids::{CustomerId, OpenItemId, ProposalId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use std::collections::BTreeMap;
use store::query;
use store::query::proposals::ProposalRows;
use store::rows::{BankLine, Proposal, ProposalAllocation, ProposalDifference, ProposalLine};
use store::testing::{TestDb, for_each_database};
use store::types::{BankLineStatus, Json, ProposalStatus};

/// A head office H pays for its branches B1 and B2.
struct Family {
    house: House,
    head: CustomerId,
    line: BankLine,
    first: IssuedInvoice,
    second: IssuedInvoice,
    credit: IssuedInvoice,
}

fn family(db: &TestDb) -> Family {
    let house = House::new(db);
    let mut head = None;
    for (code, parent, account) in [
        ("H", None, "6222020000000000001"),
        ("B1", Some("H"), "6222020000000000002"),
        ("B2", Some("H"), "6222020000000000003"),
    ] {
        let party = Party { code, tax_id: None, account: ("CN", account), ..HER };
        let mut input = house.customer_input(&party);
        input.parent = parent.map(|code: &str| code.parse().unwrap());
        let made = app::customer::create(&house.app, &house.clerk, house.id, &input).expect("a customer");
        head.get_or_insert(made.id);
    }
    house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
    house.at("2026-10-12");
    let sale = |customer, quantity| Sale { customer, quantity, ..SALE };
    let (first, second) = (house.invoice(&sale("B1", "100")), house.invoice(&sale("B2", "50")));
    // goods come back that were paid: that credit clears nothing by itself, and is open
    let third = house.invoice(&sale("B2", "10"));
    let paid = Money::new(Minor::new(11_300), Currency::CNY);
    house.receipt("B2", paid, "2026-10-10", &[(third.item, 11_300)]);
    let mut input = house.invoice_input(&sale("B2", "10"));
    (input.kind, input.original) = (InvoiceKind::CreditNote, Some(third.number.clone()));
    let credit = app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("a credit note");
    assert_eq!(credit.allocations, []);
    house.at("2026-10-30");
    house.bank_file("bank.xml", &month::bank_file(&[("2026-10-28", "1526.98", Some(("无名", "00")), "?")]));
    let open = BankLineStatus::Open;
    let line = app::bank::lines(&house.app, &house.clerk, house.id, open, None, 10).unwrap().remove(0);
    Family { house, head: head.unwrap(), line, first, second, credit }
}

/// 1,130.00 of B1 and 452.00 of B2 by money of H, 113.00 of B2 by its credit note; 55.02 of it is not money.
fn proposed(family: &Family) -> ProposalId {
    let Family { house, head, line, first, second, credit } = family;
    let (company, id) = (house.id, ProposalId::new(uuid::Uuid::from_u128(5)));
    let allocation = |n, item, amount, credit_item: Option<OpenItemId>| ProposalAllocation {
        company,
        proposal: id,
        n,
        bank_line: credit_item.is_none().then_some(line.id),
        item,
        credit_item,
        amount: Minor::new(amount),
    };
    let difference = |n, kind: &str, amount, item| ProposalDifference {
        company,
        proposal: id,
        n,
        bank_line: line.id,
        kind: kind.to_owned(),
        amount: Minor::new(amount),
        currency: Currency::CNY,
        item: Some(item),
    };
    let proposal = Proposal {
        company,
        id,
        invocation: None,
        ordinal: 0,
        grp: 0,
        rank: 1,
        customer: Some(*head),
        confidence: "strong".to_owned(),
        score: 900,
        rule: "family".to_owned(),
        residual: "none".to_owned(),
        residual_amount: Minor::ZERO,
        reverses_document: None,
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
        lines: vec![ProposalLine { company, proposal: id, bank_line: line.id }],
        allocations: vec![
            allocation(0, first.item, 113_000, None),
            allocation(1, second.item, 45_200, None),
            allocation(2, second.item, 11_300, Some(credit.item)),
        ],
        differences: vec![
            difference(0, "charge", 500, first.item),
            difference(1, "discount", 2_000, first.item),
            difference(2, "withholding", 3_000, second.item),
            difference(3, "tail", 2, first.item),
        ],
    };
    let written = house.app.db.write(|tx| {
        query::proposals::insert(tx, &rows)?;
        house.tell_made(tx, id)?;
        let (from, to) = (BankLineStatus::Open, BankLineStatus::Proposed);
        query::bank_lines::move_all(tx, company, &[line.id], from, to)?;
        Ok::<_, app::Common>(())
    });
    written.expect("written");
    id
}

/// (balance, Σ open items, unapplied, what is open of each document) of each customer, and what stands on every account.
type Standing = (BTreeMap<String, (i64, i64, i64, Vec<(String, i64)>)>, BTreeMap<&'static str, i64>);

const ACCOUNTS: [&str; 8] = ["1122", "1002", "660302", "660303", "122104", "671101", "6001", "22210106"];

fn standing(db: &TestDb, house: &House) -> Standing {
    house.seal();
    let of = |code: &str| {
        let (app, name) = (&house.app, code.parse().unwrap());
        let found =
            app::customer::balance(app, &house.auditor, house.id, &name, Some(day("2026-10-30")), None);
        let all = found.expect("a balance").accounts;
        let Some(one) = all.first() else { return (0, 0, 0, Vec::new()) };
        let items = one.items.iter().map(|item| (item.number.clone(), item.open.get())).collect();
        (one.balance.get(), one.open_items.get(), one.unapplied.get(), items)
    };
    let customers = ["H", "B1", "B2"].into_iter().map(|code| (code.to_owned(), of(code))).collect();
    (customers, ACCOUNTS.into_iter().map(|account| (account, on(db, account))).collect())
}

/// The same, as a person says it.
fn by_hand(family: &Family) -> Settle {
    let Family { line, first, second, credit, .. } = family;
    let amount = |text: &str| text.parse().unwrap();
    let difference = |kind, text: &str, item| Difference {
        kind,
        amount: amount(text),
        item: Some(item),
        certificate: (kind == ClearanceKind::Withholding).then(|| withheld(item, text).certificate),
    };
    Settle {
        line: line.id,
        customer: Some("H".parse().unwrap()),
        allocations: vec![
            AllocateLine { item: first.item, amount: amount("1130") },
            AllocateLine { item: second.item, amount: amount("452") },
        ],
        credits: vec![UseCredit { item: second.item, credit_item: credit.item, amount: amount("113") }],
        on_account: amount("0"),
        suspense: amount("0"),
        differences: vec![
            difference(ClearanceKind::BankCharge, "5", first.item),
            difference(ClearanceKind::Discount, "20", first.item),
            difference(ClearanceKind::Withholding, "30", second.item),
            difference(ClearanceKind::Tail, "0.02", first.item),
        ],
        effective_date: None,
    }
}

fn all_tolerated(house: &House) {
    tolerate(house, ToleranceRole::Charge, 1_000, 0);
    tolerate(house, ToleranceRole::Discount, 5_000, 0);
    tolerate(house, ToleranceRole::Tail, 100, 100);
}

#[test]
fn one_receipt_clears_two_invoices_and_a_credit_note_of_branches_with_all_besides_and_is_undone_step_by_step()
{
    for_each_database(|db| {
        let family = family(db);
        let house = &family.house;
        all_tolerated(house);
        let before = standing(db, house);
        let id = proposed(&family);
        house.verified();
        accepted_whole(house);
        let evidence = vec![withheld(family.second.item, "30")];
        let done = approve_with(house, id, evidence).expect("approved");
        undone_step_by_step(db, &family, (id, &done), &before);
    });
}

#[test]
fn the_same_is_settled_by_hand_with_the_credit_note_and_undone_step_by_step() {
    for_each_database(|db| {
        let family = family(db);
        let house = &family.house;
        all_tolerated(house);
        let before = standing(db, house);
        let settle = |input: &Settle| app::reconciliation::settle(&house.app, &house.clerk, house.id, input);
        let good = by_hand(&family);
        let (second, credit) = (family.second.item, family.credit.item);
        let with = |credits: Vec<(OpenItemId, OpenItemId, &str)>| {
            let one = |(item, credit_item, amount): (OpenItemId, OpenItemId, &str)| UseCredit {
                item,
                credit_item,
                amount: amount.parse().unwrap(),
            };
            Settle { credits: credits.into_iter().map(one).collect(), ..good.clone() }
        };
        for (credits, at) in [
            (vec![(second, credit, "113.01")], "/credits/0/amount"),
            (vec![(second, credit, "0")], "/credits/0/amount"),
            (vec![(second, credit, "1.005")], "/credits/0/amount"),
            (vec![(second, credit, "100"), (second, credit, "13.01")], "/credits/1/amount"),
            // all of it is paid by the money
            (vec![(family.first.item, credit, "1")], "/credits/0/amount"),
            (vec![(credit, credit, "1")], "/credits/0/item"),
            (vec![(second, second, "1")], "/credits/0/credit_item"),
        ] {
            let refused = settle(&with(credits)).unwrap_err();
            let told =
                matches!(&refused, SettleError::Common(Common::Invalid { pointer, .. }) if pointer == at);
            assert!(told, "{at}: {refused}");
        }
        let nobody =
            Settle { customer: None, allocations: Vec::new(), differences: Vec::new(), ..good.clone() };
        let nobody = Settle { suspense: "1526.98".parse().unwrap(), ..nobody };
        let refused = settle(&nobody).unwrap_err();
        assert!(
            matches!(&refused, SettleError::Common(Common::Invalid { pointer, .. }) if pointer == "/credits")
        );
        assert_eq!(standing(db, house), before, "nothing was written");

        let made = settle(&good).expect("proposed");
        assert_eq!(made.approved, None, "nobody certifies alone what she clears");
        let id = made.proposal.proposal.id;
        let done = approve_with(house, id, Vec::new()).expect("approved");
        undone_step_by_step(db, &family, (id, &done), &before);
    });
}

/// What was approved cleared everything; taken back allocation by allocation, and then the receipt.
fn undone_step_by_step(db: &TestDb, family: &Family, (id, done): (ProposalId, &Approved), before: &Standing) {
    let house = &family.house;
    let paid = standing(db, house);
    for code in ["H", "B1", "B2"] {
        assert_eq!(paid.0[code], (0, 0, 0, vec![]), "{code} owes nothing and is owed nothing");
    }
    let moved = |account| paid.1[account] - before.1[account];
    assert_eq!(["1122", "1002"].map(moved), [-158_200, 152_698]);
    assert_eq!(["660302", "660303", "122104", "671101"].map(moved), [500, 2_000, 3_000, 2]);
    assert_eq!(["6001", "22210106"].map(moved), [0, 0]);
    house.verified();
    accepted_whole(house);

    // what nets B2's credit note, what pays B2's, what pays B1's
    let undo = |allocation| {
        let input = UndoAllocation { id: allocation, effective_date: day("2026-10-30") };
        app::allocation::undo(&house.app, &house.clerk, house.id, &input)
    };
    let of = |item: OpenItemId| {
        let made = app::allocation::of_item(&house.app, &house.auditor, house.id, item).unwrap();
        let own = made.into_iter().find(|one| one.reverses.is_none() && done.allocations.contains(&one.id));
        own.expect("an allocation of the proposal").id
    };
    undo(of(family.credit.item)).expect("the credit note is open again");
    let step = standing(db, house);
    assert_eq!((step.0["B2"].0, step.0["B2"].2, step.0["H"].0), (0, 11_300, 0));
    let netted = of(family.credit.item);
    let of_second =
        app::allocation::of_item(&house.app, &house.auditor, house.id, family.second.item).unwrap();
    let money = of_second.iter().find(|one| one.reverses.is_none() && one.id != netted).expect("of H");
    undo(money.id).expect("B2 owes again");
    let step = standing(db, house);
    assert_eq!((step.0["B2"].0, step.0["H"].0), (before.0["B2"].0, -45_200));
    assert_eq!(step.0["B2"].3.len(), before.0["B2"].3.len());
    undo(of(family.first.item)).expect("B1 owes again");
    let step = standing(db, house);
    assert_eq!((&step.0["B1"], step.0["H"].0), (&before.0["B1"], -158_200));
    house.verified();
    // the receipt with its charge, discount, withholding and tail
    let input = UndoProposal { id, date: None, reason: None };
    app::reconciliation::undo(&house.app, &house.reviewer, house.id, &input).expect("undone");
    assert_eq!(&standing(db, house), before, "exactly the old balances");
    assert_eq!(db.count("SELECT COUNT(*) AS n FROM tolerated"), 0);
    house.verified();
    accepted_whole(house);
}

/// All of it at once comes to the same.
#[test]
fn the_same_is_undone_at_once() {
    for_each_database(|db| {
        let family = family(db);
        let house = &family.house;
        tolerate(house, ToleranceRole::Charge, 1_000, 0);
        tolerate(house, ToleranceRole::Discount, 5_000, 0);
        tolerate(house, ToleranceRole::Tail, 100, 0);
        let before = standing(db, house);
        let id = proposed(&family);
        approve_with(house, id, vec![withheld(family.second.item, "30")]).expect("approved");
        let input = UndoProposal { id, date: Some(day("2026-10-30")), reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &input).expect("undone");
        assert_eq!(standing(db, house), before);
        house.verified();
        accepted_whole(house);
    });
}
