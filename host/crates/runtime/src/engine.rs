//! Two engines that run the same compiled artefact: one takes instances from a pool (small calls, about 20 µs an
//! instance), one makes them on demand, few at once (bulk calls with gigabytes of memory). Both are deterministic:
//! fuel counts instructions, NaN bits are canonical, relaxed SIMD and threads are off. A thread ticks the epoch, which is the
//! wall-clock fuse of calls that fuel does not stop in time.

use crate::limits::{Class, Limits};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thiserror::Error;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmFeatures};

/// Milliseconds between two epoch ticks: how late the wall-clock fuse may be.
pub(crate) const EPOCH_TICK_MS: u64 = 10;

/// Why the engines could not be made.
#[derive(Debug, Error)]
pub enum EngineError {
    #[error("cannot make the plugin engine ({class}): {detail}")]
    Engine { class: &'static str, detail: String },
    #[error("the pooling and the on-demand engine would compile plugins differently; this build is broken")]
    TwoArtefacts,
    #[error("cannot start the thread that ticks the epoch: {0}")]
    Ticker(#[source] std::io::Error),
}

/// The engines, their gates and the ticker. Dropping it stops the ticker.
pub(crate) struct Engines {
    pub(crate) small: Engine,
    pub(crate) bulk: Engine,
    small_gate: Gate,
    bulk_gate: Gate,
    pub(crate) limits: Limits,
    /// 16 hexadecimal digits over wasmtime's version, configuration and the processor's features.
    pub(crate) hash: String,
    _ticker: Sender<()>,
}

impl Engines {
    pub(crate) fn new(limits: &Limits) -> Result<Self, EngineError> {
        let make = |class: &'static str, config: &Config| {
            Engine::new(config).map_err(|e| EngineError::Engine { class, detail: format!("{e:#}") })
        };
        let mut pooled = config(limits);
        pooled.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
        let small = make("pooling", &pooled)?;
        let bulk = make("on demand", &config(limits))?;
        let hash = precompile_hash(&small);
        if hash != precompile_hash(&bulk) {
            return Err(EngineError::TwoArtefacts);
        }
        let ticker = tick(&[&small, &bulk])?;
        Ok(Engines {
            small_gate: Gate::new(limits.small.calls_max),
            bulk_gate: Gate::new(limits.bulk.calls_max),
            small,
            bulk,
            limits: *limits,
            hash,
            _ticker: ticker,
        })
    }
    pub(crate) fn engine(&self, class: Class) -> &Engine {
        match class {
            Class::Small => &self.small,
            Class::Bulk => &self.bulk,
        }
    }
    pub(crate) fn gate(&self, class: Class) -> &Gate {
        match class {
            Class::Small => &self.small_gate,
            Class::Bulk => &self.bulk_gate,
        }
    }
}

fn config(limits: &Limits) -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(limits.stack_bytes_max)
        .cranelift_nan_canonicalization(true)
        .concurrency_support(false)
        .wasm_features(WasmFeatures::THREADS | WasmFeatures::SHARED_EVERYTHING_THREADS, false)
        .wasm_features(WasmFeatures::RELAXED_SIMD, false)
        .wasm_features(WasmFeatures::MEMORY64 | WasmFeatures::CUSTOM_PAGE_SIZES, false)
        .wasm_features(WasmFeatures::STACK_SWITCHING | WasmFeatures::CM_ASYNC, false);
    config
}

/// The pool holds `calls_max` instances, whichever plugins they are of.
fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let calls = limits.small.calls_max;
    let instances = u32::try_from(limits.instances_max).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(instances))
        .max_core_instances_per_component(instances)
        .total_memories(calls.saturating_mul(2))
        .max_memories_per_component(2)
        .max_memory_size(limits.small.memory_bytes_max)
        .total_tables(calls.saturating_mul(8))
        .max_tables_per_component(8)
        .table_elements(limits.table_elements_max)
        // what a call wrote is zeroed page by page where the kernel says which pages (Linux 6.7), and stays mapped
        .pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(1 << 20)
        .table_keep_resident(1 << 16);
    pool
}

/// What decides whether a compiled artefact fits an engine, as text for file names.
fn precompile_hash(engine: &Engine) -> String {
    use std::hash::{Hash, Hasher};
    /// `Hash` feeds bytes; SHA-256 keeps them apart better than a 64-bit hasher and is the same in every process.
    struct Sha(sha2::Sha256);
    impl Hasher for Sha {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            sha2::Digest::update(&mut self.0, bytes);
        }
    }
    let mut sha = Sha(sha2::Digest::new());
    engine.precompile_compatibility_hash().hash(&mut sha);
    let digest: [u8; 32] = sha2::Digest::finalize(sha.0).into();
    hex::encode(digest).chars().take(16).collect()
}

fn tick(engines: &[&Engine]) -> Result<Sender<()>, EngineError> {
    let (stop, stopped) = channel::<()>();
    let weak: Vec<_> = engines.iter().map(|engine| engine.weak()).collect();
    std::thread::Builder::new()
        .name("plugin-epoch".to_owned())
        .spawn(move || {
            while stopped.recv_timeout(Duration::from_millis(EPOCH_TICK_MS)) == Err(RecvTimeoutError::Timeout)
            {
                for engine in weak.iter().filter_map(|weak| weak.upgrade()) {
                    engine.increment_epoch();
                }
            }
        })
        .map_err(EngineError::Ticker)?;
    Ok(stop)
}

/// Lets so many calls in at once; the others wait.
pub(crate) struct Gate {
    places: Mutex<Places>,
    freed: Condvar,
}

struct Places {
    free: u32,
    /// Who waits for one: where nobody does, nobody is woken, which would be a system call.
    waiting: u32,
}

/// A place behind the gate, given back when dropped.
pub(crate) struct Permit<'a>(&'a Gate);

impl Gate {
    fn new(places: u32) -> Self {
        Gate { places: Mutex::new(Places { free: places, waiting: 0 }), freed: Condvar::new() }
    }
    /// Waits at most `wait` for a place.
    pub(crate) fn enter(&self, wait: Duration) -> Option<Permit<'_>> {
        let mut places = self.lock();
        if places.free == 0 {
            places.waiting += 1;
            let full = |places: &mut Places| places.free == 0;
            (places, _) =
                self.freed.wait_timeout_while(places, wait, full).unwrap_or_else(PoisonError::into_inner);
            places.waiting -= 1;
        }
        places.free = places.free.checked_sub(1)?;
        Some(Permit(self))
    }
    // every change is a single step: a panic elsewhere leaves it whole
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut places = self.0.lock();
        places.free += 1;
        if places.waiting > 0 {
            self.0.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_full_gate_makes_wait_and_a_dropped_permit_lets_in() {
        let gate = Gate::new(1);
        let permit = gate.enter(Duration::ZERO).unwrap();
        assert!(gate.enter(Duration::from_millis(5)).is_none());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.enter(Duration::from_secs(20)).is_some());
            std::thread::sleep(Duration::from_millis(20));
            drop(permit);
            assert!(waiting.join().unwrap());
        });
    }

    #[test]
    fn both_engines_take_one_artefact_and_the_configuration_decides_the_hash() {
        let engines = Engines::new(&Limits::default()).unwrap();
        assert_eq!(engines.hash.len(), 16);
        assert_eq!(engines.hash, Engines::new(&Limits::default()).unwrap().hash, "stable");
        let mut without_fuel = config(&Limits::default());
        without_fuel.consume_fuel(false);
        assert_ne!(engines.hash, precompile_hash(&Engine::new(&without_fuel).unwrap()));
    }
}
