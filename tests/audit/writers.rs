//! Sixteen at once on one customer: nothing is cleared twice, and nobody is told of a lock. Who verifies meanwhile is told of no difference.

use super::export::{accepted, accepted_whole};
use super::house::{House, Sale, day};
use super::month;
use app::allocation::{Allocate, AllocateError, Allocated, UndoAllocation};
use domain::ids::OpenItemId;
use domain::ledger::AllocationError;
use money::{Currency, Minor, Money};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use store::testing::for_each_database;

const WRITERS: usize = 16;
/// Three of them stand, 105.93 of each receipt: together half as much again as is owed.
const TRIES: usize = 4;

fn allocate(
    house: &House,
    (debit_item, credit_item): (OpenItemId, OpenItemId),
) -> Result<Allocated, AllocateError> {
    let amount = "35.31".parse().unwrap();
    let input = Allocate { debit_item, credit_item, amount, effective_date: day("2026-11-10") };
    app::allocation::allocate(&house.app, &house.clerk, house.id, &input)
}

#[test]
fn sixteen_writers_on_one_customer_clear_nothing_twice_and_meet_no_lock() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-11-30");
        // 1,130.00 owed; 113.00 in each of sixteen receipts
        let sale = Sale { customer: "P1", date: "2026-11-01", quantity: "100", price: "10", ..month::SALE };
        let invoice = house.invoice(&sale).item;
        let money = Money::new(Minor::new(11_300), Currency::CNY);
        let receipts: Vec<OpenItemId> =
            (0..WRITERS).map(|_| house.receipt("P1", money, "2026-11-02", &[]).item).collect();
        let together = Barrier::new(WRITERS);
        let write = |receipt: OpenItemId| {
            together.wait();
            let (mut taken, mut refused) = (0i64, 0);
            for round in 0..TRIES {
                match allocate(&house, (invoice, receipt)) {
                    Ok(made) if round == 1 => {
                        // and some of it is taken back meanwhile
                        let undo = UndoAllocation { id: made.id, effective_date: day("2026-11-10") };
                        app::allocation::undo(&house.app, &house.clerk, house.id, &undo).expect("undone");
                    }
                    Ok(_) => taken += 1,
                    Err(AllocateError::Allocation(AllocationError::OverAllocated { .. })) => refused += 1,
                    Err(other) => panic!("{other:?}"),
                }
            }
            (taken, refused)
        };
        let outcomes: Vec<(i64, i32)> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                receipts.iter().map(|receipt| scope.spawn(move || write(*receipt))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let taken: i64 = outcomes.iter().map(|(taken, _)| taken).sum();
        let refused: i32 = outcomes.iter().map(|(_, refused)| refused).sum();
        assert!(refused > 0, "they want more than there is: {outcomes:?}");
        let cleared = 3_531 * taken;
        assert!(cleared <= 113_000, "{outcomes:?}");
        let open = |sign: i32| {
            db.count(&format!("SELECT CAST(SUM(open) AS BIGINT) AS n FROM open_items WHERE sign = {sign}"))
        };
        assert_eq!(open(1), 113_000 - cleared);
        assert_eq!(open(-1), 16 * 11_300 - cleared);
        let standing = db.count(
            "SELECT COUNT(*) AS n FROM allocations AS a WHERE a.reverses IS NULL \
             AND NOT EXISTS (SELECT 1 FROM allocations AS b WHERE b.reverses = a.id)",
        );
        assert_eq!(standing, taken);
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn sixteen_credits_of_one_invoice_at_once_are_all_taken() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-11-30");
        let sale = Sale { customer: "P1", date: "2026-11-01", quantity: "100", price: "10", ..month::SALE };
        let invoice = house.invoice(&sale);
        let together = Barrier::new(WRITERS);
        let credit = || {
            together.wait();
            let original = Some(invoice.number.as_str());
            let part = Sale {
                customer: "P1",
                date: "2026-11-05",
                quantity: "1",
                price: "10",
                original,
                ..month::SALE
            };
            let input = house.invoice_input(&part);
            app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("a credit note")
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..WRITERS).map(|_| scope.spawn(credit)).collect();
            for thread in threads {
                thread.join().expect("no panic");
            }
        });
        let open = db.count("SELECT CAST(SUM(open) AS BIGINT) AS n FROM open_items WHERE sign = 1");
        assert_eq!(open, 113_000 - 16 * 1_130);
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

/// Ends the writers, however their test ends.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn what_others_post_meanwhile_is_no_difference() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-11-30");
        let money = Money::new(Minor::new(11_300), Currency::CNY);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        house.receipt("P1", money, "2026-11-02", &[]);
                    }
                });
            }
            let _ending = Ending(&stop);
            for round in 0..6 {
                let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
                assert_eq!(found.problems, Vec::<String>::new(), "round {round}");
            }
            let folder = tempfile::tempdir().unwrap();
            app::audit::export(&house.app, &house.auditor, house.id, folder.path(), None).expect("an export");
            accepted(folder.path(), None);
        });
        house.verified();
    });
}
