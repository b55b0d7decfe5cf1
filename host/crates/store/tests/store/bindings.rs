//! Which component is bound to a slot on a day.

use crate::fixtures::*;
use domain::canonical::Digest;
use domain::ids::{BindingId, CompanyId};
use domain::plugin::World;
use store::query::{bindings, plugins};
use store::rows::{Binding, Plugin};
use store::testing::for_each_database;
use store::types::BindingStatus;

/// A binding in force from a day on, made at an instant.
fn active(company: CompanyId, digest: Digest, from: &str, slot: &str, made: i64) -> Binding {
    Binding {
        company,
        id: BindingId::new(uuid()),
        slot: slot.to_owned(),
        digest,
        config: "{}".to_owned(),
        config_digest: hash("{}"),
        valid_from: day(from),
        created_by: "system".to_owned(),
        created_at: at(made),
        status: BindingStatus::Active,
        decided_by: Some("system".to_owned()),
        decided_at: Some(at(made)),
    }
}

/// There are `old` and a new one.
fn plugins_are(db: &store::Database, old: &Plugin) {
    assert_eq!(db.read(|c| plugins::bytes(c, old.digest)).unwrap(), Some(old.bytes.clone()));
    let summary = db.read(|c| plugins::by_digest(c, old.digest)).unwrap().unwrap();
    assert_eq!((summary.name.as_str(), summary.world), ("old", World::Tax));
    let names: Vec<String> = db.read(plugins::list).unwrap().into_iter().map(|p| p.name).collect();
    assert_eq!(names, ["new", "old"]);
}

#[test]
fn the_binding_in_force_is_the_latest_that_has_begun() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (old, new) = (plugin(World::Tax, "old"), plugin(World::Tax, "new"));
        let binding = |digest, from: &str, slot: &str, made: i64| active(w.company, digest, from, slot, made);
        let waiting = (BindingStatus::Pending, None, None);
        let pending = |digest, from: &str| {
            let (status, decided_by, decided_at) = waiting.clone();
            Binding { status, decided_by, decided_at, ..binding(digest, from, "tax", 9) }
        };
        let rows = [
            binding(old.digest, "2026-01-01", "tax", 1),
            binding(new.digest, "2026-11-15", "tax", 2),
            // corrected later, for the same day
            binding(old.digest, "2026-11-15", "tax", 3),
            binding(new.digest, "2027-01-01", "tax", 4),
            binding(new.digest, "2026-01-01", "bank:camt", 5),
            pending(old.digest, "2026-11-15"),
            pending(old.digest, "2027-01-01"),
        ];
        db.write(|tx| -> Result<()> {
            assert!(plugins::insert(tx, &old)?);
            assert!(plugins::insert(tx, &new)?);
            assert!(!plugins::insert(tx, &new)?, "admitted twice");
            rows.iter().try_for_each(|row| bindings::insert(tx, row))
        })
        .unwrap();
        let on = |slot: &str, date: &str| {
            let found =
                db.read(|c| bindings::in_force(c, w.company, slot, day(date))).unwrap().map(|one| one.id);
            // among settings that are at hand it is the same
            let held = db.write(|tx| store::query::settings::hold(tx, w.company)).unwrap();
            assert_eq!(held.settings.binding(slot, day(date)).map(|one| one.id), found);
            found
        };
        assert_eq!(on("tax", "2025-12-31"), None);
        assert_eq!(on("tax", "2026-11-14"), Some(rows[0].id));
        assert_eq!(on("tax", "2026-11-15"), Some(rows[2].id));
        assert_eq!(on("tax", "2027-06-01"), Some(rows[3].id));
        assert_eq!(on("bank:camt", "2026-06-01"), Some(rows[4].id));
        // what is activated is in force, before what was activated earlier for its day
        assert_eq!(db.read(|c| bindings::pending(c, w.company)).unwrap(), 2);
        let decide = |n: usize, status| {
            db.write(|tx| bindings::decide(tx, w.company, rows[n].id, (status, "usr", at(20))))
        };
        decide(5, BindingStatus::Active).unwrap();
        decide(6, BindingStatus::Withdrawn).unwrap();
        assert!(is_conflict(&decide(6, BindingStatus::Active)));
        assert_eq!(on("tax", "2026-11-15"), Some(rows[5].id));
        assert_eq!(on("tax", "2027-06-01"), Some(rows[3].id));
        assert_eq!(db.read(|c| bindings::list(c, w.company)).unwrap().len(), rows.len());
        assert_eq!(db.read(|c| bindings::by_id(c, w.company, rows[1].id)).unwrap().unwrap(), rows[1]);
        plugins_are(db, &old);
        let none = binding(hash("none"), "2026-01-01", "tax", 9);
        assert!(matches!(
            db.write(|tx| bindings::insert(tx, &none)),
            Err(store::StoreError::ForeignKey { .. })
        ));
    });
}
