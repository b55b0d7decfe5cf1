//! Every limit on a guest, in one place. A limit that is reached is an error of its own ([`crate::CallError`])
//! that may be retried with more; it is never a figure and never "the rule refused".
//!
//! | limit | small calls | bulk calls | who enforces it |
//! |---|---|---|---|
//! | `memory_bytes_max` | 64 MiB | 2 GiB | [`MemoryLimiter`], all memories of the instance together |
//! | `lift_bytes_max` | 32 MiB | 512 MiB | wasmtime while copying out of the guest, all answers of a conversation together |
//! | `list_items_max` | 200,000 | 4,000,000 | the host, the longest list of an answer |
//! | `nested_items_max` | 100,000 | 1,000,000 | the host, a list inside of another: details of an entry, allocations of a proposal |
//! | `fuel_base_max` + items × `fuel_per_item_max` + bytes × `fuel_per_byte_max` | see [`Limits::default`] | | wasmtime, per message; all of `next` on what `propose` left |
//! | `time_ms_max` | 10 s | 300 s | epoch ticks, per conversation |
//! | `stack_bytes_max` | 512 KiB | 512 KiB | wasmtime, per engine |
//! | `batches_max` | 10,000 | 10,000 | the host, `next` of one reconciliation |
//! | `table_elements_max`, `instances_max` | 65,536, 100 | same | [`MemoryLimiter`] |
//! | `calls_max`, `queue_ms_max` | 64 at once, 30 s | 2 at once, 600 s | [`crate::engine`] |
//! | `component_bytes_max` | 64 MiB | | admission |

use thiserror::Error;
use wasmtime::ResourceLimiter;

/// Limits of one class of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassLimits {
    /// Bytes of all linear memories of an instance together.
    pub memory_bytes_max: usize,
    /// Bytes that the answers of one conversation may copy out of the guest.
    pub lift_bytes_max: usize,
    /// Items of the longest list in an answer.
    pub list_items_max: usize,
    /// Items of the longest list inside of another.
    pub nested_items_max: usize,
    /// Fuel for a message, whatever it holds.
    pub fuel_base_max: u64,
    /// Fuel for each item (document line, movement, row) of a message, on top.
    pub fuel_per_item_max: u64,
    /// Fuel for each byte of a file's chunk, on top.
    pub fuel_per_byte_max: u64,
    /// Milliseconds of wall clock for a conversation.
    pub time_ms_max: u64,
    /// Calls of this class at once.
    pub calls_max: u32,
    /// Milliseconds a call waits for its turn.
    pub queue_ms_max: u64,
}

/// All limits of the runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub small: ClassLimits,
    pub bulk: ClassLimits,
    /// Bytes of stack of a guest. Host threads that call guests need this much and 256 KiB more.
    pub stack_bytes_max: usize,
    /// Elements of one table of a guest.
    pub table_elements_max: usize,
    /// Core instances in one component (a Python component links about thirty).
    pub instances_max: usize,
    /// Batches one reconciliation may answer in.
    pub batches_max: usize,
    /// Bytes of a component at upload.
    pub component_bytes_max: usize,
    /// A conversation with at most this many items is small; beyond it is bulk.
    pub small_items_max: usize,
    /// A bank file of at most this many bytes is small; beyond it is bulk.
    pub small_file_bytes_max: usize,
}

const MIB: usize = 1 << 20;

impl Default for Limits {
    /// Fuel is about one unit an instruction, 1e9 units run 0.15 s of native-speed Rust. A tax line costs a Rust
    /// guest 11,000 units and a QuickJS guest some 150,000; a row of bulk reconciliation 4,000 and 60,000.
    fn default() -> Self {
        Limits {
            small: ClassLimits {
                memory_bytes_max: 64 * MIB,
                lift_bytes_max: 32 * MIB,
                list_items_max: 200_000,
                nested_items_max: 100_000,
                fuel_base_max: 1_000_000_000,
                fuel_per_item_max: 2_000_000,
                fuel_per_byte_max: 2_000,
                time_ms_max: 10_000,
                calls_max: 64,
                queue_ms_max: 30_000,
            },
            bulk: ClassLimits {
                memory_bytes_max: 2048 * MIB,
                lift_bytes_max: 512 * MIB,
                list_items_max: 4_000_000,
                nested_items_max: 1_000_000,
                fuel_base_max: 5_000_000_000,
                fuel_per_item_max: 200_000,
                fuel_per_byte_max: 2_000,
                time_ms_max: 300_000,
                calls_max: 2,
                queue_ms_max: 600_000,
            },
            stack_bytes_max: 512 * 1024,
            table_elements_max: 65_536,
            instances_max: 100,
            batches_max: 10_000,
            component_bytes_max: 64 * MIB,
            small_items_max: 4_000,
            small_file_bytes_max: 2 * MIB,
        }
    }
}

impl Limits {
    pub(crate) fn class(&self, class: Class) -> &ClassLimits {
        match class {
            Class::Small => &self.small,
            Class::Bulk => &self.bulk,
        }
    }
    pub(crate) fn class_of_items(&self, items: usize) -> Class {
        if items <= self.small_items_max { Class::Small } else { Class::Bulk }
    }
    pub(crate) fn class_of_file(&self, bytes: usize) -> Class {
        if bytes <= self.small_file_bytes_max { Class::Small } else { Class::Bulk }
    }
}

/// Which engine serves a call: instances from a pool, or made on demand, few at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Small,
    Bulk,
}

/// How much work a message carries: fuel is given for it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Work {
    pub(crate) items: usize,
    pub(crate) bytes: usize,
}

impl Work {
    pub(crate) const NONE: Work = Work { items: 0, bytes: 0 };
    pub(crate) const fn items(items: usize) -> Self {
        Work { items, bytes: 0 }
    }
    pub(crate) const fn bytes(bytes: usize) -> Self {
        Work { items: 0, bytes }
    }
    /// Fuel allowed for it.
    pub(crate) fn fuel_max(self, limits: &ClassLimits) -> u64 {
        let of = |count: usize, each: u64| u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(each);
        limits
            .fuel_base_max
            .saturating_add(of(self.items, limits.fuel_per_item_max))
            .saturating_add(of(self.bytes, limits.fuel_per_byte_max))
    }
}

/// What the limiter answers instead of a failed growth: a guest's allocator would turn a plain "no" into
/// `unreachable`, and nobody would know why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum LimitHit {
    #[error("the guest asked for {wanted} bytes of memory; {max} are allowed")]
    Memory { wanted: usize, max: usize },
    #[error("the guest asked for a table of {wanted} elements; {max} are allowed")]
    Table { wanted: usize, max: usize },
}

/// Counts the linear memories of a store and refuses growth beyond the limit with an error of its own.
#[derive(Debug)]
pub(crate) struct MemoryLimiter {
    memory_bytes_max: usize,
    table_elements_max: usize,
    instances_max: usize,
    now: usize,
    last_growth: usize,
    peak: usize,
}

impl MemoryLimiter {
    pub(crate) fn new(limits: &Limits, class: Class) -> Self {
        MemoryLimiter {
            memory_bytes_max: limits.class(class).memory_bytes_max,
            table_elements_max: limits.table_elements_max,
            instances_max: limits.instances_max,
            now: 0,
            last_growth: 0,
            peak: 0,
        }
    }
    /// Most bytes of linear memory at any time.
    pub(crate) fn peak(&self) -> usize {
        self.peak
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.last_growth = desired.saturating_sub(current);
        let wanted = self.now.saturating_add(self.last_growth);
        if wanted > self.memory_bytes_max {
            return Err(LimitHit::Memory { wanted, max: self.memory_bytes_max }.into());
        }
        self.now = wanted;
        self.peak = self.peak.max(wanted);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.now = self.now.saturating_sub(self.last_growth);
        self.last_growth = 0;
        Ok(())
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.table_elements_max {
            return Err(LimitHit::Table { wanted: desired, max: self.table_elements_max }.into());
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.instances_max
    }
    fn tables(&self) -> usize {
        self.instances_max
    }
    fn memories(&self) -> usize {
        self.instances_max
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn memories_are_counted_together_and_growth_beyond_is_an_error_with_the_numbers() {
        let mut limits = Limits::default();
        limits.small.memory_bytes_max = 200_000;
        let mut limiter = MemoryLimiter::new(&limits, Class::Small);
        assert!(limiter.memory_growing(0, 65_536, None).unwrap());
        assert!(limiter.memory_growing(0, 131_072, None).unwrap());
        let refused = limiter.memory_growing(65_536, 131_072, None).unwrap_err();
        assert_eq!(
            refused.downcast_ref::<LimitHit>(),
            Some(&LimitHit::Memory { wanted: 262_144, max: 200_000 })
        );
        assert_eq!(limiter.peak(), 196_608);
        limiter.memory_grow_failed(wasmtime::Error::msg("no memory")).unwrap();
        assert_eq!(limiter.peak(), 196_608);
        assert!(limiter.table_growing(0, 65_537, None).is_err());
    }

    #[test]
    fn fuel_grows_with_the_work_and_never_overflows() {
        let limits = Limits::default();
        assert_eq!(Work::NONE.fuel_max(&limits.small), limits.small.fuel_base_max);
        assert_eq!(Work::items(10).fuel_max(&limits.small), limits.small.fuel_base_max + 20_000_000);
        assert_eq!(Work::items(usize::MAX).fuel_max(&limits.small), u64::MAX);
    }
}
