//! What postings go by is read once until it changes: no change is missed, whoever makes it, and none is believed that was undone.

use crate::fixtures::*;
use domain::delivery::{Accounting, OrdersBecome, Per};
use domain::ids::BindingId;
use domain::plugin::World;
use domain::series::Reset;
use domain::voucher::{ReversalStyle, Sorts};
use std::path::Path;
use std::sync::Arc;
use store::query::settings::Held;
use store::query::{
    approvals, bindings, books, companies, deliveries, period_locks, plugins, series, settings,
};
use store::rows::{ApprovalRule, Binding, Books, ChartLine, DeliverySettings, PeriodLock, SeriesRule};
use store::testing::for_each_database;
use store::types::{BindingStatus, LockKind};
use store::{Database, Options, StoreError, Tx};

fn held(db: &Database, w: World1) -> Arc<Held> {
    db.write(|tx| settings::hold(tx, w.company)).unwrap()
}

fn lock(w: World1, kind: LockKind, through: &str) -> PeriodLock {
    PeriodLock { company: w.company, kind, through: day(through), set_by: "usr_1".to_owned(), set_at: at(1) }
}

fn binding(w: World1, status: BindingStatus) -> Binding {
    Binding {
        company: w.company,
        id: BindingId::new(uuid()),
        slot: "tax".to_owned(),
        digest: hash("tax"),
        config: "{}".to_owned(),
        config_digest: hash("{}"),
        valid_from: day("2026-01-01"),
        created_by: "system".to_owned(),
        created_at: at(1),
        status,
        decided_by: None,
        decided_at: None,
    }
}

type Change = Box<dyn Fn(&mut Tx<'_>) -> Result<()>>;

fn change(of: impl Fn(&mut Tx<'_>) -> Result<()> + 'static) -> Change {
    Box::new(of)
}

fn chart_line(w: World1) -> ChartLine {
    ChartLine {
        company: w.company,
        role: "receivables".to_owned(),
        part: String::new(),
        valid_from: day("2026-01-01"),
        code: "1131".to_owned(),
        zh: "应收账款".to_owned(),
        en: "Receivables".to_owned(),
        set_by: "usr_1".to_owned(),
        set_at: at(1),
        class: None,
    }
}

fn books_row(w: World1, reversal_style: ReversalStyle) -> Books {
    let (set_by, set_at) = ("usr_1".to_owned(), at(1));
    Books { company: w.company, first_month: 4, voucher_sorts: Sorts::One, reversal_style, set_by, set_at }
}

fn series_rule(w: World1) -> SeriesRule {
    SeriesRule {
        company: w.company,
        kind: "invoice".to_owned(),
        prefix: "X".to_owned(),
        reset: Reset::Never,
        chronological: true,
        set_by: "usr_1".to_owned(),
        set_at: at(1),
    }
}

fn approval(w: World1) -> ApprovalRule {
    ApprovalRule {
        company: w.company,
        n: 1,
        kind: "invoice".to_owned(),
        currency: None,
        from_amount: minor(0),
        approvals: 1,
        role: None,
        post_on_approval: false,
        binds_integrators: false,
        binds: None,
    }
}

fn goods(w: World1) -> DeliverySettings {
    let (set_by, set_at) = ("usr_1".to_owned(), at(1));
    DeliverySettings {
        company: w.company,
        accounting: Accounting::Deferred,
        per: Per::Order,
        orders_become: OrdersBecome::Invoice,
        set_by,
        set_at,
    }
}

/// Every way of changing a setting, each to something else than there is.
fn changes(w: World1) -> Vec<Change> {
    let us = w.company;
    let waiting = binding(w, BindingStatus::Pending);
    vec![
        change(move |tx| period_locks::put(tx, &lock(w, LockKind::Soft, "2026-10-31"))),
        change(move |tx| period_locks::put(tx, &lock(w, LockKind::Soft, "2026-11-30"))),
        change(move |tx| bindings::insert(tx, &binding(w, BindingStatus::Active))),
        change(move |tx| {
            bindings::insert(tx, &waiting)?;
            bindings::decide(tx, us, waiting.id, (BindingStatus::Active, "usr_2", at(2)))
        }),
        change(move |tx| books::put_chart(tx, &[chart_line(w)])),
        change(move |tx| books::clear_chart(tx, us, Some(("receivables", "")))),
        change(move |tx| books::put(tx, &books_row(w, ReversalStyle::Negative))),
        change(move |tx| books::put(tx, &books_row(w, ReversalStyle::Swapped))),
        change(move |tx| series::put_rule(tx, &series_rule(w))),
        change(move |tx| approvals::replace(tx, us, &[approval(w)])),
        change(move |tx| approvals::replace(tx, us, &[])),
        change(move |tx| deliveries::put_settings(tx, &goods(w))),
    ]
}

#[test]
fn no_change_of_a_setting_is_missed() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        db.write(|tx| plugins::insert(tx, &plugin(World::Tax, "tax"))).unwrap();
        // another process, and one that has read nothing yet
        let open = || Database::open(test.url(), Options::default()).unwrap();
        let other = open();
        let mut before = held(db, w);
        assert_eq!(held(&other, w), before);
        for (n, change) in changes(w).iter().enumerate() {
            db.write(|tx| {
                let old = settings::hold(tx, w.company)?;
                change(tx)?;
                let new = settings::hold(tx, w.company)?;
                assert_ne!(new, old, "change {n} is not seen by who made it");
                Ok::<_, StoreError>(())
            })
            .unwrap();
            let now = held(&open(), w);
            assert_ne!(now, before, "change {n} changes nothing");
            assert_eq!(held(db, w), now, "change {n}");
            assert_eq!(held(&other, w), now, "change {n}, in another process");
            let read = db.snapshot(|conn| settings::of(db, conn, w.company)).unwrap();
            assert_eq!(read.as_ref(), Some(&*now));
            before = now;
        }
        // and the company's own row
        let row = store::rows::Company { name: "新名".to_owned(), ..before.company.clone() };
        db.write(|tx| {
            settings::hold(tx, w.company)?;
            companies::update(tx, &row)?;
            assert_eq!(settings::hold(tx, w.company)?.company.name, "新名");
            Ok::<_, StoreError>(())
        })
        .unwrap();
    });
}

#[test]
fn a_change_that_was_undone_is_believed_by_nobody() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let set = |tx: &mut Tx<'_>, through: &str| period_locks::put(tx, &lock(w, LockKind::Hard, through));
        let undone: Result<()> = db.write(|tx| {
            set(tx, "2026-10-31")?;
            assert_eq!(settings::hold(tx, w.company)?.settings.locks.len(), 1);
            Err(StoreError::conflict("company", w.company))
        });
        assert!(is_conflict(&undone));
        assert!(held(db, w).settings.locks.is_empty());
        // as many changes, but another one
        db.write(|tx| set(tx, "2026-09-30")).unwrap();
        assert_eq!(held(db, w).settings.locks[0].through, day("2026-09-30"));
        db.write(|tx| {
            let inside: Result<()> = tx.savepoint(|tx| {
                set(tx, "2026-11-30")?;
                settings::hold(tx, w.company)?;
                Err(StoreError::conflict("company", w.company))
            });
            assert!(is_conflict(&inside));
            assert_eq!(settings::hold(tx, w.company)?.settings.locks[0].through, day("2026-09-30"));
            Ok::<_, StoreError>(())
        })
        .unwrap();
        assert_eq!(held(db, w).settings.locks[0].through, day("2026-09-30"));
    });
}

/// Rows are inserted by `rows::insert_with`, which refuses those of these tables without a change that was told. Updates and
/// deletions stand here.
#[test]
fn whoever_writes_a_table_of_settings_tells_it() {
    // of other tables in the same files
    const OTHERS: [(&str, &str); 3] =
        [("approvals", "silence"), ("deliveries", "release_external_id"), ("deliveries", "silence")];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/query");
    let (mut files, mut told) = (0, 0);
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for table in settings::TABLES {
            for written in [format!("UPDATE {table} "), format!("DELETE FROM {table} ")] {
                assert!(!text.contains(&written), "{name}: {written}");
            }
        }
        let Some(uses) = text.split("use crate::schema::").nth(1).and_then(|rest| rest.split(';').next())
        else {
            continue;
        };
        let words: Vec<&str> = uses.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        if !settings::TABLES.iter().any(|table| words.contains(table)) {
            continue;
        }
        files += 1;
        for function in text.split("\npub fn ").skip(1) {
            let own = function.split(['(', '<']).next().unwrap();
            let writes = ["diesel::update(", "diesel::delete("].iter().any(|call| function.contains(call));
            if writes && !OTHERS.contains(&(name.as_str(), own)) {
                assert!(function.contains("settings::change("), "{name}::{own} tells nobody");
                told += 1;
            }
        }
    }
    assert_eq!((files, told), (6, 3), "the files of these tables, and who updates or deletes in them");
}
