//! A call comes out the same from the database alone; what was changed or erased says so.

use super::house::{House, SETTINGS_KEY};
use super::{literal, month};
use app::audit::{ReplayError, replay, replay_figure};
use app::common::{Common, Context};
use app::{App, vault};
use domain::ids::{DocumentId, InvocationId, ProposalId};
use domain::plugin::World;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::query;
use store::rows::Invocation;
use store::testing::for_each_database;
use zhangben::sources::{OsRandom, SystemClock};

/// Another process years later: nothing but the database and the settings' key. The compile cache is empty.
pub fn later(house: &House, cache: &std::path::Path) -> App {
    App {
        runtime: Arc::new(runtime::Runtime::new(runtime::RuntimeSettings::new(cache)).expect("a runtime")),
        renderer: None,
        clock: Arc::new(SystemClock),
        random: Arc::new(OsRandom),
        keyring: vault::Keyring::new(Some(SETTINGS_KEY)),
        builtins: Arc::new(Vec::new()),
        ..house.app.clone()
    }
}

fn calls(house: &House) -> Vec<Invocation> {
    house.app.db.read(|conn| query::invocations::list(conn, house.id, None, 1_000)).expect("calls")
}

#[test]
fn every_call_comes_out_the_same_with_the_database_alone() {
    for_each_database(|db| {
        let house = House::new(db);
        let month = month::run(&house);
        let cache = tempfile::tempdir().unwrap();
        let app = later(&house, cache.path());
        let mut worlds = BTreeSet::new();
        for call in calls(&house) {
            let done = replay(&app, &house.auditor, house.id, call.id).expect("replayed");
            assert!(done.same, "{}: {:?}", done.plugin, done.first_difference);
            assert_eq!((done.first_difference, done.output_digest), (None, call.output_digest));
            assert_eq!((done.plugin_digest, done.config_digest), (call.plugin, call.config_digest));
            worlds.insert(done.world.name());
        }
        assert_eq!(Vec::from_iter(worlds), ["bank", "reconciliation", "statement", "tax"]);
        let figure = |name: &str| {
            let done = replay_figure(&app, &house.auditor, house.id, name).expect(name);
            assert!(done.same, "{name}: {:?}", done.first_difference);
            done
        };
        for document in db.ids("SELECT id FROM documents WHERE invocation IS NOT NULL") {
            figure(&DocumentId::new(document).to_string());
        }
        for proposal in db.ids("SELECT id FROM proposals") {
            figure(&ProposalId::new(proposal).to_string());
        }
        assert_eq!(figure(&month.her_invoice).world, World::Tax);
        assert_eq!(figure("CN-2026-000001").world, World::Tax);
        assert_eq!(figure("ST-20261130-C1").world, World::Statement);
        assert_eq!(figure(&month.october.made[0].to_string()).world, World::Statement);
        assert_eq!(figure(&month.reconciliation.to_string()).invocation, month.reconciliation);
        let proposal = ProposalId::new(db.ids("SELECT id FROM proposals ORDER BY id LIMIT 1")[0]);
        assert_eq!(figure(&proposal.to_string()).invocation, month.reconciliation);
        let posted = "SELECT id FROM documents WHERE kind = 'receipt' AND bank_line IS NOT NULL ORDER BY number LIMIT 1";
        assert_eq!(figure(&DocumentId::new(db.ids(posted)[0]).to_string()).invocation, month.reconciliation);
        let by_hand = replay_figure(&app, &house.auditor, house.id, "RC-2026-000001");
        assert!(matches!(by_hand, Err(ReplayError::NotComputed(name)) if name == "RC-2026-000001"));
        let nothing = replay_figure(&app, &house.auditor, house.id, "INV-1999-000001");
        assert!(matches!(nothing, Err(ReplayError::Common(Common::NotFound { .. }))));
    });
}

#[test]
fn another_output_is_told_with_its_first_difference() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let call = calls(&house).into_iter().find(|call| call.world == World::Tax).unwrap();
        forge_output(&house, db, &call);
        let done = replay(&house.app, &house.auditor, house.id, call.id).expect("replayed");
        assert!(!done.same);
        let difference = done.first_difference.unwrap();
        assert!(difference.starts_with('/') && difference.contains("expected \"forged\""), "{difference}");
    });
}

/// Replaces a recorded output as one could who has every key: encrypted, committed to, the digest in the row.
fn forge_output(house: &House, db: &store::testing::TestDb, call: &Invocation) {
    let ctx = Context::new(&house.app);
    let (key, secret, plain) = house
        .app
        .db
        .read(|conn| {
            let outer = vault::company_key(&ctx, conn, house.id)?;
            let blob = query::blobs::by_id(conn, house.id, call.output)?.expect("a blob");
            let secret = vault::key(conn, house.id, &outer, blob.key)?;
            Ok::<_, Common>((blob.key, secret, vault::read_blob(&ctx, conn, house.id, call.output)?.bytes))
        })
        .expect("opened");
    let mut output: serde_json::Value = serde_json::from_slice(&plain).unwrap();
    let first_text = first_text(&mut output).expect("a text");
    *first_text = serde_json::json!("forged");
    let bytes = domain::canonical::bytes(&output).unwrap();
    let random = house.app.random.as_ref();
    let forged =
        vault::prepare_blob(random, ctx.now, house.id, (key, &secret), "application/json", &bytes).unwrap();
    let lit = |bytes: &[u8]| literal(db, bytes);
    db.execute(&format!(
        "UPDATE blobs SET commitment = {}, salt = {}, bytes = {} WHERE id = {}",
        lit(forged.commitment.bytes()),
        lit(&forged.salt),
        lit(&forged.bytes),
        lit(call.output.uuid().as_bytes())
    ));
    db.execute(&format!(
        "UPDATE invocations SET output_digest = {} WHERE id = {}",
        lit(forged.commitment.bytes()),
        lit(call.id.uuid().as_bytes())
    ));
}

fn first_text(value: &mut serde_json::Value) -> Option<&mut serde_json::Value> {
    match value {
        serde_json::Value::String(_) => Some(value),
        serde_json::Value::Array(items) => items.iter_mut().find_map(first_text),
        serde_json::Value::Object(members) => members.values_mut().find_map(first_text),
        _ => None,
    }
}

#[test]
fn a_changed_configuration_or_component_is_refused() {
    for_each_database(|db| {
        let house = House::new(db);
        let month = month::run(&house);
        let id = literal(db, month.reconciliation.uuid().as_bytes());
        let again = |app: &App| replay(app, &house.auditor, house.id, month.reconciliation);
        db.execute(&format!("UPDATE invocations SET config = '{{\"x\":1}}' WHERE id = {id}"));
        assert!(matches!(again(&house.app), Err(ReplayError::Common(Common::Corrupt { .. }))));
        db.execute(&format!("UPDATE invocations SET config = '{{}}' WHERE id = {id}"));
        assert!(again(&house.app).expect("replayed").same);
        db.execute("UPDATE plugins SET bytes = (SELECT p.bytes FROM plugins AS p WHERE p.name = 'tax-cn-vat') WHERE name = 'reconciliation-reference'");
        let cache = tempfile::tempdir().unwrap();
        let refused = again(&later(&house, cache.path()));
        assert!(
            matches!(&refused, Err(ReplayError::Common(Common::PluginFailed { retryable: false, .. }))),
            "{refused:?}"
        );
        let unknown = InvocationId::new(uuid::Uuid::from_u128(1));
        let nothing = replay(&house.app, &house.auditor, house.id, unknown);
        assert!(matches!(nothing, Err(ReplayError::Common(Common::NotFound { .. }))));
    });
}
