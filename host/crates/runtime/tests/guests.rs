//! Real guests: the built-in plugins answer, replay and stay right; the hostile ones are contained, each by name.
//! `cargo xtask plugins` builds both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{component, configured, input, open, runtime, runtime_with};
use domain::canonical::{self, Digest};
use domain::plugin::World;
use runtime::{
    AdmitError, CallError, Configured, InspectError, Limits, LoadError, Plugin, Recording, RunInput, Runtime,
    RuntimeSettings, StepOutcome, sample,
};
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

const BUILT_IN: [(&str, World); 5] = [
    ("tax-cn-vat", World::Tax),
    ("tax-generic", World::Tax),
    ("statement-classic", World::Statement),
    ("reconciliation-reference", World::Reconciliation),
    ("bank-camt", World::Bank),
];

#[test]
fn every_built_in_plugin_is_admitted_and_answers_the_example() {
    let runtime = runtime();
    for (name, world) in BUILT_IN {
        let bytes = component(name);
        let admitted = runtime.admit(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((admitted.world, admitted.manifest.name.as_str()), (world, name));
        assert_eq!((admitted.digest, admitted.size), (Digest::of_bytes(&bytes), bytes.len()));
        assert!(
            admitted
                .conformance
                .iter()
                .any(|s| s.step == "configuration" && s.outcome == StepOutcome::Answered)
        );
        let wanted: &[&str] = match world {
            World::Bank => &["bulk engine", "camt.053"],
            _ => &["bulk engine", "the example", "the sample"],
        };
        for step in wanted {
            let found = admitted.conformance.iter().find(|s| s.step == *step);
            assert_eq!(
                found.map(|s| &s.outcome),
                Some(&StepOutcome::Answered),
                "{name}: {:?}",
                admitted.conformance
            );
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_fuel_and_digests_also_in_another_runtime() {
    for (name, world) in BUILT_IN.into_iter().filter(|(_, world)| *world != World::Bank) {
        let input = input(world);
        let run = || {
            let runtime = runtime();
            let outcome = configured(&runtime, name).run(RunInput::Messages(&input)).unwrap();
            let digest = outcome.record.input_digest(&[3; 32]).unwrap();
            (canonical::bytes(&outcome.output).unwrap(), outcome.usage.fuel, digest, outcome)
        };
        let (first, second) = (run(), run());
        assert_eq!((&first.0, first.1, first.2), (&second.0, second.1, second.2), "{name}");
        assert!(first.1 > 1_000 && first.3.usage.memory_peak_bytes >= 65_536, "{name}: {:?}", first.3.usage);

        // replay: the stored input gives the stored output
        let stored = first.3.record.input_json().unwrap();
        let runtime = runtime();
        let replayed = configured(&runtime, name).run(RunInput::Messages(&stored)).unwrap();
        assert_eq!(canonical::bytes(&replayed.output).unwrap(), first.0, "{name}");
        assert_eq!(replayed.record.input_digest(&[3; 32]).unwrap(), first.2, "{name}");
        assert_eq!(replayed.record.input_json().unwrap(), stored, "{name}");
    }
}

fn taxed(plugin: &Configured) -> Result<(String, String, String), CallError> {
    let outcome = plugin.run(RunInput::Messages(&input(World::Tax)))?;
    let total = |name: &str| outcome.output[0]["totals"][name].as_str().unwrap().to_owned();
    Ok((total("net"), total("tax"), total("payable")))
}

#[test]
fn the_chinese_example_is_taxed_line_by_line() {
    let runtime = runtime();
    // 12 × 85.50 = 1026.00 at 13 % = 133.38; 300.00 at 6 % = 18.00
    for name in ["tax-cn-vat", "tax-generic"] {
        let (net, tax, payable) = taxed(&configured(&runtime, name)).unwrap();
        let decimal = |text: &str| money::parse_decimal(text).unwrap();
        assert_eq!(
            (decimal(&net), decimal(&tax), decimal(&payable)),
            (decimal("1326"), decimal("151.38"), decimal("1477.38")),
            "{name}"
        );
    }
}

/// Limits under which the fixtures come to their end quickly, whatever else the machine does.
fn tight() -> Limits {
    let mut limits = Limits::default();
    limits.small.fuel_base_max = 200_000_000;
    limits
}

/// What a hostile tax guest does with the example.
fn hostile(runtime: &Runtime, name: &str) -> CallError {
    let plugin = configured(runtime, &format!("hostile/{name}"));
    plugin.run(RunInput::Messages(&input(World::Tax))).map(|o| o.output).expect_err(name)
}

#[test]
fn each_hostile_guest_is_contained_by_name_and_only_limits_are_retryable() {
    let runtime = runtime_with(tight());
    let limits = *runtime.limits();
    let check = |name: &str, code: &str, retryable: bool| {
        let error = hostile(&runtime, name);
        assert_eq!((error.code(), error.retryable()), (code, retryable), "{name}: {error}");
        error
    };
    check("endless-loop", "fuel-exhausted", true);
    let bomb = check("memory-bomb", "memory-limit", true);
    assert!(
        matches!(bomb, CallError::MemoryLimit { wanted, memory_bytes_max }
            if memory_bytes_max == limits.small.memory_bytes_max && wanted > memory_bytes_max),
        "{bomb}"
    );
    check("deep-recursion", "stack-overflow", true);
    let trap = check("trap", "trap", false);
    assert!(trap.to_string().contains("zhangben:tax/rules@1.0.0#assess"), "it says where: {trap}");
    check("oversized-output", "output-too-large", true);
}

#[test]
fn a_loop_that_fuel_does_not_stop_is_stopped_by_the_clock() {
    let mut limits = Limits::default();
    limits.small.fuel_base_max = u64::MAX;
    limits.small.time_ms_max = 200;
    let runtime = runtime_with(limits);
    let plugin = configured(&runtime, "hostile/endless-loop");
    let started = Instant::now();
    let error = plugin.run(RunInput::Messages(&input(World::Tax))).unwrap_err();
    assert_eq!(error, CallError::TimeLimit { time_ms_max: 200 });
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(190) && took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn a_list_that_is_too_long_is_refused_though_it_fits_the_lift_budget() {
    let mut limits = Limits::default();
    limits.small.list_items_max = 1;
    let runtime = runtime_with(limits);
    let error = taxed(&configured(&runtime, "tax-cn-vat")).unwrap_err();
    assert!(
        matches!(&error, CallError::OutputTooLarge { what, max: 1 } if what == "2 assessments"),
        "{error}"
    );
}

/// The ten misbehaviours, each with the name of what contains it.
const MISBEHAVIOURS: [(&str, &str); 10] = [
    ("endless-loop", "fuel-exhausted"),
    ("memory-bomb", "memory-limit"),
    ("deep-recursion", "stack-overflow"),
    ("trap", "trap"),
    ("oversized-output", "output-too-large"),
    ("wrong-currency", "ReconciliationError::Currency"),
    ("over-allocation", "ReconciliationError::OverAllocated"),
    ("line-without-treatment", "TaxError::Untreated"),
    ("duplicate-ids", "TaxError::LineTwice"),
    ("import-wasi", "InspectError::ForbiddenImport"),
];

/// Lets the fixture do its worst, and names what contained it.
fn contained(runtime: &Runtime, name: &str) -> String {
    use domain::reconciliation::ReconciliationError;
    use domain::tax::TaxError;
    let fixture = format!("hostile/{name}");
    let ctx = sample::context();
    match name {
        "import-wasi" => match runtime.open(&component(&fixture)).map(|plugin| *plugin.digest()) {
            Err(LoadError::Inspect(InspectError::ForbiddenImport { .. })) => {
                "InspectError::ForbiddenImport".to_owned()
            }
            other => format!("{other:?}"),
        },
        "wrong-currency" | "over-allocation" => {
            let request = sample::request();
            let plugin = configured(runtime, &fixture);
            let called = plugin.reconcile(&ctx, &request, Recording::Discard).unwrap();
            match domain::reconciliation::accept(&request, &called.output).map(|a| a.len()) {
                Err(ReconciliationError::Currency { .. }) => "ReconciliationError::Currency".to_owned(),
                Err(ReconciliationError::OverAllocated { .. }) => {
                    "ReconciliationError::OverAllocated".to_owned()
                }
                other => format!("{other:?}"),
            }
        }
        "line-without-treatment" | "duplicate-ids" => {
            let document = sample::tax_document();
            let plugin = configured(runtime, &fixture);
            let documents = std::slice::from_ref(&document);
            let called = plugin.assess(&ctx, documents, |_| Ok(vec![]), Recording::Discard).unwrap();
            match domain::tax::accept(&document, &called.output[0]).map(|a| a.lines.len()) {
                Err(TaxError::Untreated { .. }) => "TaxError::Untreated".to_owned(),
                Err(TaxError::LineTwice { .. }) => "TaxError::LineTwice".to_owned(),
                other => format!("{other:?}"),
            }
        }
        _ => hostile(runtime, name).code().to_owned(),
    }
}

#[test]
fn fifty_good_calls_at_once_stay_right_beside_all_ten_misbehaviours() {
    let runtime = runtime_with(tight());
    let good = configured(&runtime, "tax-cn-vat");
    let expected = taxed(&good).unwrap();
    for (name, by) in MISBEHAVIOURS {
        assert_eq!(contained(&runtime, name), by, "{name} alone");
    }
    let (done, right) = (AtomicBool::new(false), AtomicU32::new(0));
    let held: [AtomicU32; 10] = Default::default();
    std::thread::scope(|scope| {
        for ((name, by), held) in MISBEHAVIOURS.into_iter().zip(&held) {
            let (runtime, done) = (&runtime, &done);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    assert_eq!(contained(runtime, name), by, "{name} beside the others");
                    held.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let calls: Vec<_> = (0..50)
            .map(|_| {
                scope.spawn(|| {
                    // at least two each, and until every misbehaviour was contained beside them
                    let mut turns = 0;
                    while turns < 2 || held.iter().any(|held| held.load(Ordering::Relaxed) == 0) {
                        assert_eq!(taxed(&good).unwrap(), expected);
                        right.fetch_add(1, Ordering::Relaxed);
                        turns += 1;
                        assert!(turns < 10_000, "a misbehaviour never ended");
                    }
                })
            })
            .collect();
        let ended: Vec<_> = calls.into_iter().map(|call| call.join()).collect();
        done.store(true, Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok));
    });
    assert!(right.load(Ordering::Relaxed) >= 100);
    assert!(held.iter().all(|held| held.load(Ordering::Relaxed) >= 1), "{held:?}");
}

#[test]
fn a_full_pool_makes_calls_wait_and_then_says_busy() {
    let mut limits = tight();
    limits.small.calls_max = 1;
    limits.small.queue_ms_max = 60_000;
    let runtime = runtime_with(limits);
    let good = configured(&runtime, "tax-cn-vat");
    let expected = taxed(&good).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(taxed(&good).unwrap(), expected));
        }
    });

    limits.small.queue_ms_max = 20;
    limits.small.fuel_base_max = u64::MAX;
    limits.small.time_ms_max = 3_000;
    let runtime = runtime_with(limits);
    let good = configured(&runtime, "tax-cn-vat");
    let slow = configured(&runtime, "hostile/endless-loop");
    let input = input(World::Tax);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| slow.run(RunInput::Messages(&input)).unwrap_err());
        std::thread::sleep(Duration::from_millis(500));
        let error = taxed(&good).unwrap_err();
        assert_eq!(error, CallError::Busy { waited_ms: 20 });
        assert!(error.retryable());
        assert_eq!(slow.join().unwrap(), CallError::TimeLimit { time_ms_max: 3_000 });
    });
    taxed(&good).unwrap();
}

#[test]
fn bulk_calls_run_the_same_artefact_on_the_other_engine_with_the_same_answer() {
    let runtime = runtime();
    let small = configured(&runtime, "tax-cn-vat").run(RunInput::Messages(&input(World::Tax))).unwrap();
    let limits = Limits { small_items_max: 0, ..Limits::default() };
    let runtime = runtime_with(limits);
    let bulk = configured(&runtime, "tax-cn-vat").run(RunInput::Messages(&input(World::Tax))).unwrap();
    assert_eq!(canonical::bytes(&small.output).unwrap(), canonical::bytes(&bulk.output).unwrap());
    assert_eq!(small.usage.fuel, bulk.usage.fuel);
}

#[test]
fn what_must_not_be_a_plugin_is_refused_at_upload_saying_why() {
    let runtime = runtime();
    let refuse = |bytes: &[u8]| runtime.admit(bytes).map(|a| a.digest).unwrap_err();
    let wasi = refuse(&component("hostile/import-wasi"));
    assert!(
        matches!(&wasi, AdmitError::Load(LoadError::Inspect(InspectError::ForbiddenImport { import }))
            if import.starts_with("wasi:") && wasi.to_string().contains(import)),
        "{wasi}"
    );
    assert!(matches!(
        refuse(b"\0asm\x01\0\0\0"),
        AdmitError::Load(LoadError::Inspect(InspectError::CoreModule))
    ));
    assert!(matches!(
        refuse(b"\0asm\x0d\0\x01\0"),
        AdmitError::Load(LoadError::Inspect(InspectError::NoWorld { .. }))
    ));
    assert!(matches!(refuse(b"{}"), AdmitError::Load(LoadError::Inspect(InspectError::NotWasm))));
    let whole = component("tax-cn-vat");
    for length in [9, 100, whole.len() / 2, whole.len() - 1] {
        let error = refuse(&whole[..length]);
        assert!(matches!(error, AdmitError::Load(LoadError::Artifact(_))), "{length}: {error}");
    }
    let small = runtime_with(Limits { component_bytes_max: whole.len() - 1, ..Limits::default() });
    assert!(matches!(small.admit(&whole).unwrap_err(), AdmitError::TooLarge { .. }));
}

#[test]
fn hostile_guests_are_not_admitted() {
    let runtime = runtime_with(tight());
    let refused =
        |name: &str| runtime.admit(&component(&format!("hostile/{name}"))).map(|a| a.digest).unwrap_err();
    for name in ["endless-loop", "memory-bomb", "deep-recursion", "trap", "oversized-output"] {
        let error = refused(name);
        assert!(matches!(error, AdmitError::Conformance { .. }), "{name}: {error}");
    }
    // they run well, but what they say does not hold
    for name in [
        "duplicate-ids",
        "line-without-treatment",
        "wrong-totals",
        "over-allocation",
        "wrong-currency",
        "unknown-ordinals",
        "invented-figure",
        "duplicate-entries",
    ] {
        let error = refused(name);
        assert!(matches!(error, AdmitError::NotAccepted { .. }), "{name}: {error}");
        // behind admission they can be loaded all the same
        open(&runtime, &format!("hostile/{name}"));
    }
}

#[test]
fn a_reader_that_minds_how_a_file_is_cut_is_not_admitted() {
    let runtime = runtime();
    let error = runtime.admit(&component("hostile/chunk-counter")).unwrap_err();
    let AdmitError::ChunkSplit { chunk_bytes: 1, why, .. } = &error else { panic!("{error}") };
    assert!(why.contains("/items/1/val/length"), "{error}");
    // in one chunk it says what holds
    let small = configured(&runtime, "hostile/chunk-counter");
    let read = small.read_file(&sample::context(), "a.txt", b"abc", Recording::Discard).unwrap();
    domain::bank::accept(&read.output.items, 3).unwrap();
}

#[test]
fn a_call_names_the_engine_its_version_and_the_platform() {
    let engine = runtime().engine();
    let words: Vec<&str> = engine.split(' ').collect();
    let [name, version, target, hash] = words.as_slice() else { panic!("{engine}") };
    let lock = include_str!("../../../../Cargo.lock");
    assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")), "{engine}");
    assert_eq!(*name, "wasmtime");
    let (arch, system) = (std::env::consts::ARCH, std::env::consts::OS);
    let system = if system == "macos" { "darwin" } else { system };
    assert!(target.starts_with(arch) && target.contains(system), "{engine}");
    assert!(hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{engine}");
}

#[test]
fn the_answers_of_a_conversation_have_one_budget() {
    // one answer fits, all of them do not
    let file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample/bank-cny.xml")).unwrap();
    let ctx = sample::context();
    let read = |lift_bytes_max: usize, chunk_bytes: u32| {
        let mut limits = Limits::default();
        limits.small.lift_bytes_max = lift_bytes_max;
        let runtime = runtime_with(limits);
        let plugin = configured(&runtime, "bank-camt");
        let whole = configured(&common::runtime(), "bank-camt");
        let record = whole.read_file(&ctx, "a.xml", &file, Recording::Keep).unwrap().record.unwrap();
        let mut input = record.input_json().unwrap();
        input[1]["feed"]["chunk_bytes"] = chunk_bytes.into();
        plugin.run(RunInput::StoredFile { input: &input, file: &file }).map(|outcome| outcome.output)
    };
    let whole = read(32 << 20, 1 << 20).unwrap();
    assert_eq!(read(32 << 20, 4_096).unwrap(), whole, "however it is cut");
    let error = read(100_000, 4_096).unwrap_err();
    assert!(
        matches!(&error, CallError::OutputTooLarge { what, max: 100_000 } if what.contains("one conversation")),
        "{error}"
    );
}

#[test]
fn a_list_inside_of_another_has_a_limit_of_its_own() {
    let mut limits = Limits::default();
    limits.small.nested_items_max = 1;
    let error = taxed(&configured(&runtime_with(limits), "tax-cn-vat")).unwrap_err();
    assert!(
        matches!(&error, CallError::OutputTooLarge { what, max: 1 } if what == "the list lines"),
        "{error}"
    );
}

#[test]
fn all_batches_of_a_reconciliation_run_on_the_fuel_of_the_first_message() {
    let rows = 3_000;
    let sample = sample::request();
    let item =
        |n: usize| domain::reconciliation::Item { number: format!("INV-{n:05}"), ..sample.items[0].clone() };
    let line = |n: usize| domain::reconciliation::Line {
        free_text: format!("INV-{n:05}"),
        ..sample.lines[0].clone()
    };
    let request = domain::reconciliation::Request {
        items: (0..rows).map(item).collect(),
        lines: (0..rows).map(line).collect(),
        ..sample.clone()
    };
    let no_lines = domain::reconciliation::Request { lines: Vec::new(), ..request.clone() };
    let run = |request: &domain::reconciliation::Request, fuel_base_max: u64| {
        let mut limits = Limits::default();
        limits.bulk.fuel_base_max = fuel_base_max;
        limits.bulk.fuel_per_item_max = 0;
        let plugin = configured(&runtime_with(limits), "reconciliation-reference");
        plugin.reconcile(&sample::context(), request, Recording::Discard).map(|called| called.usage.fuel)
    };
    // three batches of at most 1,000: given anew for each, the most that one message took would do for all of them
    let endless = u64::MAX / 4;
    let proposing = run(&request, endless).unwrap() - run(&no_lines, endless).unwrap();
    let nearly = proposing / 100 * 98;
    assert_eq!(run(&request, nearly).unwrap_err(), CallError::FuelExhausted { fuel_max: nearly });
}

#[test]
fn an_initial_memory_beyond_the_limit_is_named_before_it_is_started() {
    let mut limits = Limits::default();
    limits.small.memory_bytes_max = 1 << 16;
    let error = runtime_with(limits).open(&component("tax-cn-vat")).map(|p| *p.digest()).unwrap_err();
    let LoadError::Instantiate(CallError::MemoryLimit { wanted, memory_bytes_max }) = error else {
        panic!("{error}")
    };
    assert!(wanted > memory_bytes_max && memory_bytes_max == 1 << 16);
}

#[test]
fn a_plugin_of_another_world_is_refused_by_the_call() {
    let runtime = runtime();
    let tax = configured(&runtime, "tax-cn-vat");
    let ctx = input(World::Tax)[0]["plan"]["ctx"].clone();
    let error = tax.run(RunInput::File { file_name: "a.xml", file: b"", ctx: &ctx }).unwrap_err();
    assert_eq!(error, CallError::WrongWorld { expected: World::Bank, actual: World::Tax });
    assert!(tax.plugin().detect("a.xml", b"").is_err());
    let error = tax.run(RunInput::Messages(&input(World::Statement))).unwrap_err();
    assert!(matches!(error, CallError::BadInput(_)), "{error}");
    let bank = configured(&runtime, "bank-camt");
    assert!(matches!(bank.run(RunInput::Messages(&json!([]))).unwrap_err(), CallError::Unfit(_)));
}

#[test]
fn a_plugin_is_loaded_without_its_bytes_once_compiled_and_again_from_them_when_the_cache_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("plugins");
    let fresh = || Runtime::new(RuntimeSettings::new(&cache)).unwrap();
    let bytes = component("tax-cn-vat");
    let digest = Digest::of_bytes(&bytes);
    let expected = taxed(&fresh().open(&bytes).unwrap().configure(&json!({})).unwrap()).unwrap();
    let none = || Err("not asked for".to_owned());

    let load = |bytes: &dyn Fn() -> Result<Vec<u8>, String>| fresh().load(&digest, bytes);
    let answer = |plugin: Plugin| taxed(&plugin.configure(&json!({})).unwrap()).unwrap();
    assert_eq!(answer(load(&none).unwrap()), expected);
    let file = std::fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
    let mut damaged = std::fs::read(&file).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x40;
    std::fs::write(&file, damaged).unwrap();
    assert!(load(&none).is_err(), "damaged code is not run");
    assert_eq!(answer(load(&|| Ok(bytes.clone())).unwrap()), expected);
    std::fs::remove_dir_all(&cache).unwrap();
    assert_eq!(answer(load(&|| Ok(bytes.clone())).unwrap()), expected);
    let other = load(&|| Ok(component("bank-camt")));
    std::fs::remove_dir_all(&cache).unwrap();
    assert!(other.is_ok(), "from the cache, so the wrong bytes were not asked for");
    assert!(matches!(load(&|| Ok(component("bank-camt"))), Err(LoadError::Artifact(_))));
}
