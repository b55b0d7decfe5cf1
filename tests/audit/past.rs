//! What is cleared at a past date: nothing twice, in whatever order it is recorded.

use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month;
use app::Common;
use app::allocation::{Allocate, AllocateError, Allocated, UndoAllocation};
use domain::ids::{AllocationId, OpenItemId};
use money::{Currency, Minor, Money};
use store::testing::{TestDb, for_each_database};

/// 113.00 owed since the 1st, three times 113.00 received on the 2nd.
fn house(db: &TestDb) -> (House, OpenItemId, [OpenItemId; 3]) {
    let house = House::new(db);
    house.customer(&month::HER);
    house.at("2026-11-30");
    let sale = Sale { customer: "P1", date: "2026-11-01", quantity: "10", price: "10", ..month::SALE };
    let invoice = house.invoice(&sale).item;
    let money = Money::new(Minor::new(11_300), Currency::CNY);
    let receipts = [0; 3].map(|_| house.receipt("P1", money, "2026-11-02", &[]).item);
    (house, invoice, receipts)
}

fn pay(
    house: &House,
    debit_item: OpenItemId,
    credit_item: OpenItemId,
    on: &str,
) -> Result<Allocated, AllocateError> {
    let input = Allocate { debit_item, credit_item, amount: "113".parse().unwrap(), effective_date: day(on) };
    app::allocation::allocate(&house.app, &house.clerk, house.id, &input)
}

fn undo(house: &House, id: AllocationId, on: &str) {
    let input = UndoAllocation { id, effective_date: day(on) };
    app::allocation::undo(&house.app, &house.clerk, house.id, &input).expect("undone");
}

#[test]
fn an_item_that_was_cleared_and_is_open_again_is_cleared_from_then_on() {
    for_each_database(|db| {
        let (house, invoice, [first, second, third]) = house(db);
        let paid = pay(&house, invoice, first, "2026-11-05").unwrap();
        undo(&house, paid.id, "2026-11-20");
        for (debit, credit) in [(invoice, second), (invoice, first)] {
            let refused = pay(&house, debit, credit, "2026-11-06").unwrap_err();
            let told = matches!(refused.common(), Some(Common::TooEarly { since, .. }) if *since == day("2026-11-20"));
            assert!(told, "{refused}");
        }
        // the receipt that was taken back is bound by that too, whatever it pays
        let sale = Sale { customer: "P1", date: "2026-11-01", quantity: "10", price: "10", ..month::SALE };
        let other = house.invoice(&sale).item;
        assert!(pay(&house, other, first, "2026-11-19").is_err());
        pay(&house, other, third, "2026-11-03").unwrap();
        pay(&house, invoice, second, "2026-11-20").unwrap();
        house.seal();
        house.verified();
        let open = |as_of: &str| {
            let found = app::customer::balance(
                &house.app,
                &house.auditor,
                house.id,
                &"P1".parse().unwrap(),
                Some(day(as_of)),
                None,
            );
            let account = found.unwrap().accounts.remove(0);
            account.items.iter().map(|item| item.open.get()).collect::<Vec<_>>()
        };
        assert_eq!(
            open("2026-11-10"),
            [-11_300],
            "the invoice is paid by the first, the second is unapplied"
        );
        assert_eq!(open("2026-11-20"), [-11_300], "paid by the second, and the first is free");
        accepted_whole(&house);
    });
}

#[test]
fn a_receipt_pays_what_was_paid_meanwhile_from_the_day_on_which_it_is_open_again() {
    for_each_database(|db| {
        let (house, invoice, [first, ..]) = house(db);
        let paid = pay(&house, invoice, first, "2026-11-05").unwrap();
        undo(&house, paid.id, "2026-11-20");
        let money = Money::new(Minor::new(11_300), Currency::CNY);
        let receipt = house.receipt("P1", money, "2026-11-07", &[(invoice, 11_300)]);
        let entry =
            app::allocation::get(&house.app, &house.auditor, house.id, receipt.allocations[0]).unwrap().row;
        assert_eq!(entry.effective_date.date(), day("2026-11-20"));
        house.seal();
        house.verified();
    });
}

/// Rows that contradict each other, as an older program may have left them, make no statement.
#[test]
fn what_is_cleared_twice_at_a_day_is_found() {
    for_each_database(|db| {
        let (house, invoice, [first, second, _]) = house(db);
        let paid = pay(&house, invoice, first, "2026-11-05").unwrap();
        undo(&house, paid.id, "2026-11-20");
        pay(&house, invoice, second, "2026-11-20").unwrap();
        house.seal();
        let moved = "UPDATE allocations SET effective_date = '2026-11-06' WHERE effective_date = '2026-11-20' AND reverses IS NULL";
        assert_eq!(db.execute(moved), 1);
        let found = app::customer::balance(
            &house.app,
            &house.auditor,
            house.id,
            &"P1".parse().unwrap(),
            Some(day("2026-11-10")),
            None,
        );
        assert!(found.unwrap_err().to_string().contains("is cleared by more than it is"));
    });
}
