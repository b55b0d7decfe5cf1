//! Credits of customers at a period's end (重分类): shown as advances for a day, item by item, and taken back on the next.

use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month::{self, HER};
use app::allocation::Allocate;
use app::period::LockPeriod;
use app::regrouping::{Regroup, RegroupError, Regrouped, WantedRegroupings, page, regroup};
use app::report::Asked;
use domain::ids::OpenItemId;
use money::{Currency, Minor, Money};
use store::testing::{TestDb, for_each_database};
use store::types::LockKind;

/// What she owes, and EUR 400 @7.15 and 50.00 that stand to customers' credit.
struct Owed {
    house: House,
    hers: (OpenItemId, OpenItemId),
    euro: (OpenItemId, OpenItemId),
}

fn owed(db: &TestDb) -> Owed {
    let house = House::new(db);
    house.customer(&HER);
    house.customer(&month::EURO);
    house.rate("2026-11-01", "7.10");
    house.rate("2026-11-10", "7.15");
    house.at("2026-12-02");
    let invoice = house.invoice(&Sale { customer: HER.code, date: "2026-11-05", ..month::SALE });
    let euro = house.invoice(&Sale { date: "2026-11-05", ..month::EXPORT });
    let money = |amount, currency| Money::new(Minor::new(amount), currency);
    let hers = house.receipt(HER.code, money(5_000, Currency::CNY), "2026-11-10", &[]);
    let paid = house.receipt(month::EURO.code, money(40_000, Currency::EUR), "2026-11-10", &[]);
    Owed { house, hers: (invoice.item, hers.item), euro: (euro.item, paid.item) }
}

fn at(house: &House, as_of: &str) -> Result<Vec<Regrouped>, RegroupError> {
    regroup(&house.app, &house.clerk, house.id, Regroup { as_of: day(as_of) })
}

/// (currency, credits, base, what was posted of both), in minor units.
fn figures(found: &[Regrouped]) -> Vec<(Currency, [i64; 4])> {
    let of = |one: &Regrouped| [one.credits, one.base_credits, one.difference, one.base_difference];
    found.iter().map(|one| (one.currency, of(one).map(Minor::get))).collect()
}

/// Closing of an account in a currency and in base, as the trial balance of a day shows it.
fn shown(house: &House, (account, currency): (&str, Currency), as_of: &str) -> (i64, i64) {
    house.seal();
    let asked = Asked { as_of: Some(day(as_of)), ..Asked::default() };
    let report = app::report::trial_balance(&house.app, &house.auditor, house.id, &asked).expect("a report");
    let row = report.rows.iter().find(|row| row.sum.account == account && row.sum.currency == currency);
    row.map_or((0, 0), |row| (row.closing.get(), row.base_closing.get()))
}

fn pays(house: &House, (debit_item, credit_item): (OpenItemId, OpenItemId), amount: &str) {
    let amount = amount.parse().unwrap();
    let input = Allocate { debit_item, credit_item, amount, effective_date: day("2026-11-29") };
    app::allocation::allocate(&house.app, &house.clerk, house.id, &input).expect("allocated");
}

#[test]
fn credits_are_advances_on_the_day_item_by_item_and_receivables_gross() {
    for_each_database(|db| {
        let Owed { house, .. } = owed(db);
        let net = shown(&house, ("1122", Currency::CNY), "2026-11-30");
        let found = at(&house, "2026-11-30").unwrap();
        let all = [
            (Currency::CNY, [5_000, 5_000, 5_000, 5_000]),
            (Currency::EUR, [40_000, 286_000, 40_000, 286_000]),
        ];
        assert_eq!(figures(&found), all, "what they owe besides takes nothing off");
        for (currency, [credits, base, ..]) in all {
            assert_eq!(shown(&house, ("112298", currency), "2026-11-30"), (credits, base));
            assert_eq!(shown(&house, ("2203", currency), "2026-11-30"), (-credits, -base));
            for account in ["112298", "2203"] {
                assert_eq!(shown(&house, (account, currency), "2026-12-01"), (0, 0), "taken back");
            }
        }
        assert_eq!(shown(&house, ("1122", Currency::CNY), "2026-11-30"), net, "still the sum of its items");
        for account in ["660301", "660304"] {
            assert_eq!(
                shown(&house, (account, Currency::EUR), "2026-11-30"),
                (0, 0),
                "no exchange difference"
            );
        }

        let asked = Asked { as_of: Some(day("2026-11-30")), ..Asked::default() };
        let unapplied = app::report::unapplied(&house.app, &house.auditor, house.id, &asked).unwrap();
        let totals: Vec<_> = unapplied.totals.iter().map(|one| (one.currency, one.unapplied.get())).collect();
        assert_eq!(totals, [(Currency::CNY, 5_000), (Currency::EUR, 40_000)]);
        let tied = app::report::tie_out(&house.app, &house.auditor, house.id, &asked).unwrap();
        assert!(tied.holds(), "{tied:?}");
        let beside: Vec<_> =
            tied.regrouped.iter().map(|(currency, shown)| (*currency, shown.get())).collect();
        assert_eq!(beside, totals);
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_second_time_posts_what_has_changed_and_no_more() {
    for_each_database(|db| {
        let Owed { house, hers, euro } = owed(db);
        at(&house, "2026-11-30").unwrap();
        let again = at(&house, "2026-11-30").unwrap();
        assert!(again.len() == 2 && again.iter().all(|one| one.entries.is_none()), "{again:?}");
        // entered late
        pays(&house, hers, "20.00");
        pays(&house, euro, "100.00");
        let changed = [
            (Currency::CNY, [3_000, 3_000, -2_000, -2_000]),
            (Currency::EUR, [30_000, 214_500, -10_000, -71_500]),
        ];
        assert_eq!(figures(&at(&house, "2026-11-30").unwrap()), changed);
        assert_eq!(shown(&house, ("2203", Currency::CNY), "2026-11-30"), (-3_000, -3_000));
        pays(&house, hers, "30.00");
        let gone = figures(&at(&house, "2026-11-30").unwrap());
        assert_eq!(gone[0], (Currency::CNY, [0, 0, -3_000, -3_000]), "{gone:?}");
        assert_eq!(figures(&at(&house, "2026-11-30").unwrap()), [(Currency::EUR, [30_000, 214_500, 0, 0])]);
        assert_eq!(shown(&house, ("2203", Currency::CNY), "2026-11-30"), (0, 0));
        assert_eq!(shown(&house, ("112298", Currency::EUR), "2026-12-01"), (0, 0));

        let list = |after, limit| {
            let all = WantedRegroupings::default();
            page(&house.app, &house.auditor, house.id, &all, after, limit).unwrap()
        };
        let all = list(None, 10);
        assert_eq!(all.len(), 5);
        let after = all.first().map(|one| (one.as_of, one.entries.unwrap().0));
        assert_eq!(list(after, 10), all[1..]);
        house.verified();
        accepted_whole(&house);

        // what it says it found is what was open then, though more has been used since
        pays(&house, euro, "300.00");
        house.seal();
        house.verified();
        db.execute("UPDATE regroupings SET credits = credits + 1, shown = shown + 1 WHERE currency = 'EUR'");
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified").problems;
        for words in ["credits that were open", "its events say something else"] {
            assert!(found.iter().any(|problem| problem.contains(words)), "{words}: {found:?}");
        }
    });
}

#[test]
fn what_may_not_be_regrouped_posts_nothing() {
    for_each_database(|db| {
        let Owed { house, .. } = owed(db);
        let entries = || db.count("SELECT COUNT(*) AS n FROM entries");
        let before = entries();
        let refused = at(&house, "2026-12-03").unwrap_err();
        assert!(matches!(refused, RegroupError::NotBegun { .. }), "{refused}");
        let other = regroup(&house.app, &house.reviewer, house.id, Regroup { as_of: day("2026-11-30") });
        assert!(other.unwrap_err().to_string().contains("may not run"));
        assert_eq!(at(&house, "2026-11-09").unwrap(), [], "before there was any credit");
        let lock = LockPeriod { kind: LockKind::Hard, through: day("2026-11-30") };
        app::period::lock(&house.app, &house.reviewer, house.id, lock).expect("locked");
        assert!(at(&house, "2026-11-30").unwrap_err().to_string().contains("locked"));
        assert_eq!(entries(), before);
    });
}
