//! Numbers are gap-free, whoever fails.

use crate::fixtures::*;
use std::collections::BTreeSet;
use std::sync::Mutex;
use store::StoreError;
use store::query::series::take_numbers;
use store::testing::for_each_database;

#[test]
fn a_series_starts_at_one_and_gives_ranges() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let take = |code: &str, n| db.write(|tx| take_numbers(tx, w.company, code, n)).unwrap();
        assert_eq!(
            (take("INV-2026", 1), take("INV-2026", 1), take("INV-2026", 40), take("INV-2026", 1)),
            (1, 2, 3, 43)
        );
        assert_eq!(take("INV-2027", 5), 1);
        let other = setup_as(db, "OTHER");
        assert_eq!(db.write(|tx| take_numbers(tx, other.company, "INV-2026", 1)).unwrap(), 1);
    });
}

#[test]
fn eight_threads_with_rollbacks_leave_no_gap_and_no_double() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let taken: Mutex<Vec<u64>> = Mutex::default();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let taken = &taken;
                scope.spawn(move || {
                    for round in 0..25_u32 {
                        let n = 1 + (thread + round) % 3;
                        let fails = (thread + round) % 4 == 0;
                        let result = db.write(|tx| {
                            let first = take_numbers(tx, w.company, "INV", n)?;
                            if fails { Err(StoreError::not_found("rolled back", round)) } else { Ok(first) }
                        });
                        assert_eq!(result.is_err(), fails, "{result:?}");
                        if let Ok(first) = result {
                            taken.lock().unwrap().extend(first..first + u64::from(n));
                        }
                    }
                });
            }
        });
        let taken = taken.into_inner().unwrap();
        let distinct: BTreeSet<u64> = taken.iter().copied().collect();
        assert_eq!(distinct.len(), taken.len());
        assert_eq!(distinct.into_iter().collect::<Vec<_>>(), (1..=taken.len() as u64).collect::<Vec<_>>());
    });
}
