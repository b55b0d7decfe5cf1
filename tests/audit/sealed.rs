//! What is recorded after a statement was sealed, for days before its cut-off, leaves it recomputable, and the next one goes on
//! where it closed.

use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month::{self, CNY_ACCOUNT, HER};
use super::policy_input::{allocations, file};
use app::allocation::UndoAllocation;
use app::customer::Balances;
use domain::ids::StatementId;
use money::Minor;
use store::testing::for_each_database;

fn standing(house: &House, as_of: &str, known_at: Option<u64>) -> Balances {
    let her = HER.code.parse().unwrap();
    app::customer::balance(&house.app, &house.auditor, house.id, &her, Some(day(as_of)), known_at)
        .expect("a balance")
}

/// (opening, closing, known at) of a statement of one account.
fn figures(house: &House, id: StatementId) -> (Minor, Minor, u64) {
    let (row, closings) = app::statement::get(&house.app, &house.auditor, house.id, id).expect("there");
    let [one] = closings.as_slice() else { panic!("{closings:?}") };
    (one.opening, one.closing, row.known_at)
}

fn sale(house: &House, date: &str, quantity: &str) -> app::invoice::IssuedInvoice {
    house.invoice(&Sale { customer: HER.code, date, quantity, price: "10", ..month::SALE })
}

#[test]
fn late_entries_leave_a_sealed_statement_as_it_was_and_the_next_one_goes_on() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        house.bank_account(CNY_ACCOUNT, money::Currency::CNY);
        house.at("2026-10-12");
        let (first, second) = (sale(&house, "2026-10-08", "10"), sale(&house, "2026-10-08", "100"));
        house.at("2026-10-30");
        let text = format!("{} {}", first.number, second.number);
        house.bank_file("in.xml", &file(CNY_ACCOUNT, &[("2026-10-28", "500.00", "CRDT", "E2E-1", &text)]));
        house.reconcile();
        house.at("2026-11-02");
        let october = house.statements("2026-10-01", "2026-10-31");
        let [october] = october.made.as_slice() else { panic!("{october:?}") };
        app::statement::approve(&house.app, &house.reviewer, house.id, *october).expect("approved");
        let (opening, closing, known_at) = figures(&house, *october);
        assert_eq!((opening.get(), closing.get()), (0, 11_300 + 113_000 - 50_000));
        let then = standing(&house, "2026-10-31", Some(known_at));

        // a backdated invoice, an allocation taken back in October, and the bank takes the money back in October
        house.at("2026-11-05");
        sale(&house, "2026-10-30", "1");
        let paid = allocations(&house, first.item);
        let undo = UndoAllocation { id: paid[0], effective_date: day("2026-10-29") };
        app::allocation::undo(&house.app, &house.clerk, house.id, &undo).expect("undone");
        house.bank_file("out.xml", &file(CNY_ACCOUNT, &[("2026-10-31", "500.00", "DBIT", "E2E-1", "退汇")]));
        house.seal();
        let proposed = app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("asked");
        let back = proposed.proposals.first().expect("a return");
        app::reconciliation::approve(&house.app, &house.reviewer, house.id, *back).expect("returned");
        house.seal();

        let whole = 11_300 + 113_000 + 1_130;
        let now = standing(&house, "2026-10-31", None);
        assert_eq!(now.accounts[0].balance.get(), whole, "nothing of it is paid any more");
        let due = |of: &Balances| -> Vec<_> { of.accounts[0].items.iter().map(|item| item.due).collect() };
        assert!(due(&then).iter().all(|date| due(&now).contains(date)), "with their old due dates");
        assert_eq!(
            standing(&house, "2026-10-31", Some(known_at)),
            then,
            "as it was known then, it is as it was"
        );
        house.verified();

        house.at("2026-12-01");
        let november = house.statements("2026-11-01", "2026-11-30");
        let [november] = november.made.as_slice() else { panic!("{november:?}") };
        let (next_opening, next_closing, _) = figures(&house, *november);
        assert_eq!((next_opening, next_closing.get()), (closing, whole), "no gap, and nothing twice");
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}
