//! The whole month with none of our plugins: what is called a host is one only if it runs on others' components as well.
//! The flow is `audit::month`, the one that the reference plugins run through.

use crate::audit::export::accepted;
use crate::audit::house::{House, day};
use crate::audit::month::{self, Month};
use crate::audit::{plugins, replay};
use crate::fixture;
use app::audit::replay_figure;
use app::plugin::BindPlugin;
use app::statement::{RunResult, RunStatements, Watch};
use domain::canonical::Digest;
use domain::ids::ProposalId;
use domain::plugin::World;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::Command;
use store::query;
use store::testing::for_each_database;
use store::types::ProposalStatus;

/// Digests of what came with the binary.
fn ours() -> BTreeSet<Digest> {
    zhangben::wiring::builtins().iter().map(|builtin| Digest::of_bytes(builtin.bytes)).collect()
}

/// Of every call that was kept.
fn served(house: &House) -> BTreeSet<(World, Digest)> {
    let calls =
        house.app.db.read(|conn| query::invocations::list(conn, house.id, None, 1_000)).expect("calls");
    calls.into_iter().map(|call| (call.world, call.plugin)).collect()
}

#[test]
fn the_month_needs_none_of_our_plugins() {
    for_each_database(|db| {
        let house = House::with(db, 41, plugins::examples());
        let month = month::run(&house);
        only_theirs(&house);
        let proposals = reconciled(&house);
        for (run, cut_off) in [(&month.october, "2026-10-31"), (&month.november, "2026-11-30")] {
            tied_out(&house, run, cut_off);
        }
        for id in &month.november.made {
            app::statement::approve(&house.app, &house.reviewer, house.id, *id).expect("approved");
        }
        laid_out(&house, &month);
        house.seal();
        let verified = house.verified();
        replayed(&house, &month, &proposals);
        let folder = tempfile::tempdir().expect("a folder");
        let exported =
            app::audit::export(&house.app, &house.auditor, house.id, folder.path(), None).expect("an export");
        assert_eq!(exported.head, verified.head);
        accepted(folder.path(), Some(&exported.head.to_string()));
    });
}

/// The database has no plugin but the four that were uploaded, and each of them was called.
fn only_theirs(house: &House) {
    let listed = house.app.db.read(query::plugins::list).expect("plugins");
    let theirs: BTreeSet<(World, Digest)> =
        listed.iter().map(|plugin| (plugin.world, plugin.digest)).collect();
    let names: BTreeSet<&str> = listed.iter().map(|plugin| plugin.name.as_str()).collect();
    let wanted = [
        "bank-csv-example",
        "reconciliation-oldest-first-example",
        "statement-plain-example",
        "tax-flat-example",
    ];
    assert_eq!(names, BTreeSet::from(wanted));
    assert!(listed.iter().all(|plugin| !plugin.builtin && !ours().contains(&plugin.digest)));
    assert_eq!(served(house), theirs, "each served, and nothing else did");
}

/// Both rules of the policy were approved: what names its item by the policy `auto-exact`, the rest by the reviewer.
fn reconciled(house: &House) -> Vec<ProposalId> {
    let approved = Some(ProposalStatus::Approved);
    let views =
        app::reconciliation::list(&house.app, &house.auditor, house.id, approved, None, 100).expect("a list");
    let rules: BTreeSet<&str> = views.iter().map(|view| view.proposal.rule.as_str()).collect();
    assert_eq!(rules, BTreeSet::from(["oldest-first", "reference-amount"]));
    for view in &views {
        let exact = view.proposal.confidence == "exact";
        let by = view.proposal.decided_by.as_deref().expect("decided");
        assert_eq!(by.starts_with("policy:"), exact, "{by}");
        assert!(!view.allocations.is_empty());
    }
    views.iter().map(|view| view.proposal.id).collect()
}

/// For every statement of the run: closing = balance = Σ open items = Σ aging less what is unapplied.
fn tied_out(house: &House, run: &RunResult, cut_off: &str) {
    assert!(!run.made.is_empty());
    let balances = app::customer::balances_of_all(
        &house.app,
        &house.auditor,
        house.id,
        Some(day(cut_off)),
        Some(run.known_at),
    );
    let balances = balances.expect("they tie out");
    let mut compared = 0;
    for id in &run.made {
        let (statement, closings) =
            app::statement::get(&house.app, &house.auditor, house.id, *id).expect("made");
        let (_, of_customer) =
            balances.iter().find(|(customer, _)| *customer == statement.customer).expect("balances");
        for closing in &closings {
            let account = of_customer
                .accounts
                .iter()
                .find(|a| a.account == closing.account && a.currency == closing.currency)
                .expect("the account");
            let items: i64 = account.items.iter().map(|item| item.open.get()).sum();
            let aging: i64 = account.aging.buckets.iter().map(|bucket| bucket.amount.get()).sum();
            assert_eq!(
                [account.balance.get(), account.open_items.get(), items, aging - account.unapplied.get()],
                [closing.closing.get(); 4],
                "{}",
                statement.number
            );
            compared += 1;
        }
    }
    assert!(compared >= run.made.len());
}

/// Every statement has its PDF and HTML of the uploaded format, in which the closing can be read.
fn laid_out(house: &House, month: &Month) {
    let folder = tempfile::tempdir().expect("a folder");
    for id in month.october.made.iter().chain(&month.november.made) {
        let (statement, closings) =
            app::statement::get(&house.app, &house.auditor, house.id, *id).expect("made");
        assert!(!statement.fallback);
        let of = |name: &str| {
            app::statement::artefact_bytes(&house.app, &house.auditor, house.id, *id, name).expect("a file").1
        };
        let html = String::from_utf8(of("statement.html")).expect("UTF-8");
        std::fs::write(folder.path().join("s.pdf"), of("statement.pdf")).expect("written");
        let pdf = Command::new("pdftotext")
            .args(["s.pdf", "-"])
            .current_dir(folder.path())
            .output()
            .expect("poppler");
        let pdf = String::from_utf8(pdf.stdout).expect("UTF-8");
        for text in [&html, &pdf] {
            assert!(text.contains(&statement.number), "{}", statement.number);
            assert!(text.contains("对账函") || text.contains("Statement"), "{text}");
            for closing in &closings {
                let digits = |text: &str| text.replace(',', "");
                let amount = closing.closing.format(closing.currency);
                assert!(digits(text).contains(amount.trim_start_matches('-')), "{amount}: {text}");
            }
        }
    }
}

/// A tax figure, a proposal and a layout come out the same from the database alone: no component file, no compiled one.
fn replayed(house: &House, month: &Month, proposals: &[ProposalId]) {
    let cache = tempfile::tempdir().expect("a folder");
    let app = replay::later(house, cache.path());
    assert!(app.builtins.is_empty());
    let figure = |name: &str, world: World| {
        let done = replay_figure(&app, &house.auditor, house.id, name).expect(name);
        assert!(done.same, "{name}: {:?}", done.first_difference);
        assert_eq!(done.world, world, "{name}");
        assert!(!ours().contains(&done.plugin_digest));
    };
    figure(&month.her_invoice, World::Tax);
    figure("CN-2026-000001", World::Tax);
    for proposal in proposals {
        figure(&proposal.to_string(), World::Reconciliation);
    }
    for statement in month.october.made.iter().chain(&month.november.made) {
        figure(&statement.to_string(), World::Statement);
    }
}

/// The built-in format stands in also where the database never had it: of a binary that was exchanged since, say.
#[test]
fn what_stands_in_for_a_failing_format_is_brought_along() {
    for_each_database(|db| {
        let house = House::with(db, 41, plugins::examples());
        month::run(&house);
        let digest = fixture::past_admission(&house.app, World::Statement, "invented-figure");
        let input = BindPlugin {
            slot: "statement".to_owned(),
            plugin: digest.to_string(),
            config: json!({}),
            valid_from: day("2026-12-01"),
        };
        house.bind(&input);
        house.at("2027-01-02");
        let run = RunStatements { cut_off: day("2026-12-31"), period_start: None, customers: None };
        let watch = Watch { job: None, progress: &|_, _| Ok(()) };
        let made = app::statement::run(&house.app, &house.clerk, house.id, &run, &watch).expect("a run");
        assert_eq!(made.failed, []);
        assert_eq!(made.fallbacks, u64::try_from(made.made.len()).expect("a count"));
        assert!(made.fallbacks > 0);
        let standing_in: Vec<_> =
            served(&house).into_iter().filter(|(_, digest)| ours().contains(digest)).collect();
        assert_eq!(standing_in.len(), 1, "{standing_in:?}");
        house.seal();
        house.verified();
        let cache = tempfile::tempdir().expect("a folder");
        let app = replay::later(&house, cache.path());
        let done =
            replay_figure(&app, &house.auditor, house.id, &made.made[0].to_string()).expect("replayed");
        assert!(done.same && ours().contains(&done.plugin_digest));
    });
}
