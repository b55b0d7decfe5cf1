//! Foreign currency at a month's end: what is revalued is taken back on the next day, and realised FX does not know of it.

use super::export::accepted_whole;
use super::house::{House, day};
use super::month;
use app::Common;
use app::period::LockPeriod;
use app::revaluation::{Revalue, RevalueError, Revalued, page, revalue, revalue_watched};
use money::{Currency, Minor, Money};
use std::cell::RefCell;
use store::testing::{TestDb, for_each_database};
use store::types::LockKind;

/// EUR 1,000 owed @7.10.
fn house(db: &TestDb) -> (House, domain::ids::OpenItemId) {
    let house = House::new(db);
    house.customer(&month::EURO);
    house.rate("2026-10-01", "7.10");
    house.at("2026-10-31");
    let invoice = house.invoice(&month::EXPORT);
    (house, invoice.item)
}

fn at(house: &House, as_of: &str) -> Result<Vec<Revalued>, RevalueError> {
    revalue(&house.app, &house.clerk, house.id, Revalue { as_of: day(as_of) })
}

/// (balance, carrying, value, difference), in minor units.
fn figures(found: &[Revalued]) -> Vec<[i64; 4]> {
    found.iter().map(|one| [one.balance, one.carrying, one.value, one.difference].map(Minor::get)).collect()
}

/// Σ base of an account at a day.
fn standing(db: &TestDb, account: &str, as_of: &str) -> i64 {
    let sum = format!(
        "SELECT CAST(COALESCE(SUM(p.base), 0) AS BIGINT) AS n FROM postings p JOIN entries e ON e.company = p.company AND e.id = p.entry \
         WHERE p.account = '{account}' AND e.effective_date <= '{as_of}'"
    );
    db.count(&sum)
}

#[test]
fn the_difference_stands_on_the_day_and_realised_fx_starts_from_the_documents_rate() {
    for_each_database(|db| {
        let (house, item) = house(db);
        house.rate("2026-10-31", "7.20");
        let found = at(&house, "2026-10-31").unwrap();
        assert_eq!(figures(&found), [[100_000, 710_000, 720_000, 10_000]]);
        assert!(found[0].entries.is_some() && found[0].rate.date == day("2026-10-31"));
        assert_eq!(standing(db, "112299", "2026-10-31"), 10_000);
        assert_eq!(standing(db, "660304", "2026-10-31"), -10_000, "a gain is a credit");
        assert_eq!((standing(db, "112299", "2026-11-01"), standing(db, "660304", "2026-11-01")), (0, 0));
        assert_eq!(
            standing(db, "1122", "2026-10-31"),
            710_000,
            "the control account stays the sum of its items"
        );

        house.rate("2026-11-10", "7.15");
        house.at("2026-11-10");
        house.receipt("E1", Money::new(Minor::new(40_000), Currency::EUR), "2026-11-10", &[(item, 40_000)]);
        assert_eq!(standing(db, "660301", "2026-11-10"), -2_000, "+20.00 realised");
        house.rate("2026-11-30", "7.05");
        house.at("2026-11-30");
        assert_eq!(figures(&at(&house, "2026-11-30").unwrap()), [[60_000, 426_000, 423_000, -3_000]]);
        assert_eq!(standing(db, "660304", "2026-11-30"), 3_000);

        house.seal();
        house.verified();
        accepted_whole(&house);
        let all = page(&house.app, &house.auditor, house.id, &Default::default(), None, 10).unwrap();
        assert_eq!(figures(&all), [[100_000, 710_000, 720_000, 10_000], [60_000, 426_000, 423_000, -3_000]]);
        let after = all.first().map(|one| (one.as_of, one.entries.unwrap().0));
        assert_eq!(
            page(&house.app, &house.auditor, house.id, &Default::default(), after, 10).unwrap(),
            all[1..]
        );
    });
}

#[test]
fn a_second_time_posts_what_has_changed_and_no_more() {
    for_each_database(|db| {
        let (house, _) = house(db);
        house.rate("2026-10-31", "7.20");
        at(&house, "2026-10-31").unwrap();
        let again = at(&house, "2026-10-31").unwrap();
        assert_eq!((figures(&again), again[0].entries), (vec![[100_000, 720_000, 720_000, 0]], None));
        // the rate was wrong
        house.rate("2026-10-31", "7.21");
        assert_eq!(figures(&at(&house, "2026-10-31").unwrap()), [[100_000, 720_000, 721_000, 1_000]]);
        assert_eq!(standing(db, "112299", "2026-10-31"), 11_000);
        assert_eq!(standing(db, "112299", "2026-11-01"), 0);
    });
}

#[test]
fn what_cannot_be_valued_posts_nothing() {
    for_each_database(|db| {
        let (house, _) = house(db);
        house.rate("2026-10-31", "7.20");
        let entries = || db.count("SELECT COUNT(*) AS n FROM entries");
        let before = entries();
        let refused = |as_of: &str| at(&house, as_of).unwrap_err();
        assert!(matches!(refused("2026-11-01"), RevalueError::NotBegun { .. }));
        let lock = LockPeriod { kind: LockKind::Soft, through: day("2026-10-31") };
        app::period::lock(&house.app, &house.reviewer, house.id, lock).unwrap();
        assert!(refused("2026-10-31").to_string().contains("locked"));
        let other = revalue(&house.app, &house.reviewer, house.id, Revalue { as_of: day("2026-10-31") });
        assert!(other.unwrap_err().to_string().contains("may not run"));
        db.execute("DELETE FROM period_locks");
        // as if it had been told: what is at hand of settings is theirs whose digest the company has
        let other = super::literal(db, &[7; 32]);
        db.execute(&format!("UPDATE companies SET settings = {other}"));
        db.execute("DELETE FROM fx_rates");
        let found = refused("2026-10-31");
        assert!(matches!(found, RevalueError::NoRate { .. }), "{found}");
        assert_eq!(entries(), before);
        // before there was anything in foreign currency
        assert_eq!(at(&house, "2026-09-30").unwrap(), []);
    });
}

#[test]
fn it_tells_how_many_accounts_and_currencies_are_done() {
    for_each_database(|db| {
        let (house, _) = house(db);
        house.rate("2026-10-31", "7.20");
        let told = RefCell::new(Vec::new());
        let progress = |done: u64, total: u64| -> Result<(), Common> {
            told.borrow_mut().push((done, total));
            Ok(())
        };
        let input = Revalue { as_of: day("2026-10-31") };
        let found = revalue_watched(&house.app, &house.clerk, house.id, input, &progress).unwrap();
        assert_eq!((found.len(), told.take()), (1, vec![(0, 1), (1, 1)]));
        // called off: nothing is written
        let before = db.rows_by_table();
        house.rate("2026-10-31", "7.30");
        let stops =
            |_: u64, _: u64| -> Result<(), Common> { Err(Common::Conflict { what: "job".to_owned() }) };
        let stopped = revalue_watched(&house.app, &house.clerk, house.id, input, &stops);
        assert!(matches!(stopped, Err(RevalueError::Common(Common::Conflict { .. }))), "{stopped:?}");
        assert_eq!(db.rows_by_table()["revaluations"], before["revaluations"]);
    });
}
