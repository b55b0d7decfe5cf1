//! A policy that breaks a rule, bound in a company: reconciliation proposes nothing, and the books are as they were.

use super::house::{House, Sale, day};
use super::month;
use app::reconciliation::ProposeError;
use domain::plugin::World;
use domain::reconciliation::ReconciliationError;
use money::Currency;
use store::testing::{TestDb, for_each_database};
use store::types::{BankLineStatus, ProposalStatus};

/// Binds a fixture as if it had behaved when it was admitted.
fn bind(house: &House, name: &str, from: &str) {
    let digest = crate::fixture::past_admission(&house.app, World::Reconciliation, name);
    let input = app::plugin::BindPlugin {
        slot: "reconciliation".to_owned(),
        plugin: digest.to_string(),
        config: serde_json::json!({}),
        valid_from: day(from),
    };
    house.bind(&input);
}

/// An open invoice and a bank line that pays a part of it.
fn books(db: &TestDb) -> House {
    let house = House::new(db);
    house.customer(&month::HER);
    house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
    house.at("2026-10-12");
    let invoice = house.invoice(&Sale {
        customer: month::HER.code,
        date: "2026-10-08",
        currency: Currency::CNY,
        category: "13",
        what: "联轴器 GS28",
        quantity: "3",
        price: "111.7",
        purchase_order: None,
        text: None,
        original: None,
    });
    house.at("2026-10-30");
    let payer = Some((month::HER.name, month::HER.account.1));
    let file = month::bank_file(&[("2026-10-28", "100.00", payer, &invoice.number)]);
    house.bank_file("bank.xml", &file);
    house.seal();
    house
}

fn positions(house: &House) -> u64 {
    house.seal();
    app::audit::events(&house.app, &house.auditor, house.id, 0, 1_000).unwrap().len() as u64
}

#[test]
fn a_policy_that_breaks_a_rule_proposes_nothing_and_the_books_are_unchanged() {
    for_each_database(|db| {
        let house = books(db);
        for (name, from) in [
            ("over-allocation", "2026-10-01"),
            ("duplicate-proposals", "2026-10-02"),
            ("unknown-ordinals", "2026-10-03"),
        ] {
            bind(&house, name, from);
            let before = positions(&house);
            let error = app::reconciliation::propose(&house.app, &house.clerk, house.id).unwrap_err();
            let ProposeError::NotAccepted { source, .. } = error else { panic!("{name}: {error}") };
            let expected = match name {
                "over-allocation" => matches!(source, ReconciliationError::OverAllocated { .. }),
                "duplicate-proposals" => matches!(source, ReconciliationError::AnsweredTwice { line: 0 }),
                _ => matches!(source, ReconciliationError::Unknown { .. }),
            };
            assert!(expected, "{name}: {source}");
            assert_eq!(positions(&house), before, "{name} left an event");
            let list =
                |status| app::reconciliation::list(&house.app, &house.auditor, house.id, status, None, 10);
            assert_eq!(list(None).unwrap(), [], "{name}");
            let open = BankLineStatus::Open;
            let lines = app::bank::lines(&house.app, &house.auditor, house.id, open, None, 10).unwrap();
            assert_eq!(lines.len(), 1, "{name}: the line waits for a better policy");
            let done = app::reconciliation::approve_by_policy(&house.app, &house.clerk, house.id).unwrap();
            assert_eq!(done.approved, 0);
        }
        house.verified();
        // and a good policy then finds everything as it was
        let input = app::plugin::BindPlugin {
            slot: "reconciliation".to_owned(),
            plugin: "reconciliation-reference".to_owned(),
            config: serde_json::json!({}),
            valid_from: day("2026-10-04"),
        };
        house.bind(&input);
        let proposed = app::reconciliation::propose(&house.app, &house.clerk, house.id).unwrap();
        assert_eq!(proposed.proposals.len(), 1);
        let pending = Some(ProposalStatus::Proposed);
        let list =
            app::reconciliation::list(&house.app, &house.auditor, house.id, pending, None, 10).unwrap();
        assert_eq!(list[0].proposal.rule, "reference-part");
    });
}
