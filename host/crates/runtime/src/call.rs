//! The single way into a guest: a fresh store behind the gate, fuel for each message, the epoch's fuse, and what
//! it used. Every failure becomes a [`CallError`] by name. After an error the store is dropped: a trapped instance
//! is never entered again.

use crate::engine::{EPOCH_TICK_MS, Engines, Permit};
use crate::json::JsonError;
use crate::limits::{Class, ClassLimits, LimitHit, Limits, MemoryLimiter, Work};
use crate::measure::measure;
use domain::plugin::{Problem, Usage, World};
use serde::Serialize;
use std::time::{Duration, Instant};
use thiserror::Error;
use wasmtime::{PoolConcurrencyLimitError, Store, Trap, WasmBacktrace};

/// Why a call gave no result. [`CallError::retryable`] says whether the same call may succeed later or with more.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    #[error("the plugin used up its fuel ({fuel_max} units for this message)")]
    FuelExhausted { fuel_max: u64 },
    #[error("the plugin wanted {wanted} bytes of memory; {memory_bytes_max} are allowed")]
    MemoryLimit { wanted: usize, memory_bytes_max: usize },
    #[error("the plugin wanted a table of {wanted} elements; {table_elements_max} are allowed")]
    TableLimit { wanted: usize, table_elements_max: usize },
    #[error("the plugin's recursion used up its stack of {stack_bytes_max} bytes")]
    StackOverflow { stack_bytes_max: usize },
    #[error("the plugin did not answer within {time_ms_max} ms")]
    TimeLimit { time_ms_max: u64 },
    #[error("the plugin's answer is too large: {what}; at most {max} is allowed")]
    OutputTooLarge { what: String, max: usize },
    #[error("no place for the call within {waited_ms} ms; try again later")]
    Busy { waited_ms: u64 },
    /// `at`: the guest's functions, innermost first, as far as the component keeps their names.
    #[error("the plugin crashed ({kind}){}; this is a fault of the plugin", in_functions(.at))]
    Trap { kind: String, at: Vec<String> },
    #[error("the component does not fit the interface: {detail}")]
    BadInterface { detail: String },
    #[error("the plugin's answer is not what its interface says: {detail}")]
    BadOutput { detail: String },
    #[error("the plugin implements the world {actual}; {expected} is wanted here")]
    WrongWorld { expected: World, actual: World },
    #[error("the plugin refused: {0}")]
    Refused(Problem),
    #[error("the input is not a rendering of the world's interface, {0}")]
    BadInput(#[from] JsonError),
    #[error("the input cannot be passed to the plugin: {0}")]
    Unfit(String),
    #[error("the lookup rows the plugin asked for could not be read: {0}")]
    Lookup(String),
}

impl CallError {
    /// True for limits and for lack of a place; false for refusals, faults of the plugin and bad input.
    pub const fn retryable(&self) -> bool {
        match self {
            CallError::FuelExhausted { .. }
            | CallError::MemoryLimit { .. }
            | CallError::TableLimit { .. }
            | CallError::StackOverflow { .. }
            | CallError::TimeLimit { .. }
            | CallError::OutputTooLarge { .. }
            | CallError::Busy { .. }
            | CallError::Lookup(_) => true,
            CallError::Trap { .. }
            | CallError::BadInterface { .. }
            | CallError::BadOutput { .. }
            | CallError::WrongWorld { .. }
            | CallError::Refused(_)
            | CallError::BadInput(_)
            | CallError::Unfit(_) => false,
        }
    }
    /// A stable name for records and problem documents.
    pub const fn code(&self) -> &'static str {
        match self {
            CallError::FuelExhausted { .. } => "fuel-exhausted",
            CallError::MemoryLimit { .. } => "memory-limit",
            CallError::TableLimit { .. } => "table-limit",
            CallError::StackOverflow { .. } => "stack-overflow",
            CallError::TimeLimit { .. } => "time-limit",
            CallError::OutputTooLarge { .. } => "output-too-large",
            CallError::Busy { .. } => "busy",
            CallError::Trap { .. } => "trap",
            CallError::BadInterface { .. } => "bad-interface",
            CallError::BadOutput { .. } => "bad-output",
            CallError::WrongWorld { .. } => "wrong-world",
            CallError::Refused(_) => "refused",
            CallError::BadInput(_) => "bad-input",
            CallError::Unfit(_) => "unfit-input",
            CallError::Lookup(_) => "lookup-failed",
        }
    }
}

/// Functions of a trap's backtrace that are shown.
const FRAMES_MAX: usize = 12;

fn functions(error: &wasmtime::Error) -> Vec<String> {
    let frames = error.downcast_ref::<WasmBacktrace>().map_or(&[][..], WasmBacktrace::frames);
    frames
        .iter()
        .filter_map(|f| f.func_name())
        .take(FRAMES_MAX)
        .map(|n| n.chars().take(200).collect())
        .collect()
}

fn in_functions(at: &[String]) -> String {
    if at.is_empty() { String::new() } else { format!(" in {}", at.join(" < ")) }
}

/// What a store carries for its guest: nothing but its limiter. There is nothing to call back into.
pub(crate) struct Guest {
    limiter: MemoryLimiter,
}

/// One conversation on one fresh instance.
pub(crate) struct Session<'a> {
    store: Store<Guest>,
    limits: &'a Limits,
    class: Class,
    fuel_used: u64,
    /// Of the last message: what it was given, and what it left.
    fuel_max: u64,
    fuel_left: u64,
    /// What the conversation's answers may still come to.
    lift_left: usize,
    started: Instant,
    _permit: Permit<'a>,
}

impl<'a> Session<'a> {
    /// Waits for a place and makes the store. The clock starts when the place is got.
    pub(crate) fn open(engines: &'a Engines, limits: &'a Limits, class: Class) -> Result<Self, CallError> {
        let of_class = limits.class(class);
        let permit = engines
            .gate(class)
            .enter(Duration::from_millis(of_class.queue_ms_max))
            .ok_or(CallError::Busy { waited_ms: of_class.queue_ms_max })?;
        let mut store =
            Store::new(engines.engine(class), Guest { limiter: MemoryLimiter::new(limits, class) });
        store.limiter(|guest| &mut guest.limiter);
        // One tick more than the time allowed: the current tick is already partly over.
        store.set_epoch_deadline((of_class.time_ms_max / EPOCH_TICK_MS).saturating_add(1));
        Ok(Session {
            store,
            limits,
            class,
            fuel_used: 0,
            fuel_max: 0,
            fuel_left: 0,
            lift_left: of_class.lift_bytes_max,
            started: Instant::now(),
            _permit: permit,
        })
    }

    pub(crate) fn limits(&self) -> &'a ClassLimits {
        self.limits.class(self.class)
    }
    pub(crate) fn batches_max(&self) -> usize {
        self.limits.batches_max
    }

    /// Instantiates: guest start functions run here, under the same limits.
    pub(crate) fn instantiate<B>(
        &mut self,
        make: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<B>,
    ) -> Result<B, CallError> {
        self.enter(Work::NONE.fuel_max(self.limits()), make, |detail| CallError::BadInterface { detail })
    }

    /// One message of the conversation: fuel for its work, then the typed call, then its answer's size off the budget.
    pub(crate) fn message<R: Serialize>(
        &mut self,
        work: Work,
        call: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<R>,
    ) -> Result<R, CallError> {
        self.fuel_max = work.fuel_max(self.limits());
        self.answer(self.fuel_max, call)
    }

    /// A message that goes on with the work of the one before, on the fuel that it left: however many there are, the fuel of
    /// the first is all there is.
    pub(crate) fn proceed<R: Serialize>(
        &mut self,
        call: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<R>,
    ) -> Result<R, CallError> {
        self.answer(self.fuel_left, call)
    }

    fn answer<R: Serialize>(
        &mut self,
        fuel: u64,
        call: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<R>,
    ) -> Result<R, CallError> {
        // wasmtime counts each call for itself
        self.store.set_hostcall_fuel(self.lift_left);
        let answer = self.enter(fuel, call, |detail| CallError::BadOutput { detail })?;
        let max = self.limits().nested_items_max;
        let size = measure(&answer, max)
            .map_err(|long| CallError::OutputTooLarge { what: long.to_string(), max })?;
        self.lift_left = self.lift_left.saturating_sub(size);
        Ok(answer)
    }

    fn enter<R>(
        &mut self,
        fuel: u64,
        call: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<R>,
        other: impl FnOnce(String) -> CallError,
    ) -> Result<R, CallError> {
        let inner = |e: wasmtime::Error| CallError::BadInterface { detail: format!("{e:#}") };
        self.store.set_fuel(fuel).map_err(inner)?;
        let result = call(&mut self.store);
        self.fuel_left = self.store.get_fuel().map_err(inner)?;
        self.fuel_used = self.fuel_used.saturating_add(fuel.saturating_sub(self.fuel_left));
        let fuel_max = self.fuel_max.max(fuel);
        result.map_err(|error| self.name(&error, fuel_max, other))
    }

    fn name(
        &self,
        error: &wasmtime::Error,
        fuel_max: u64,
        other: impl FnOnce(String) -> CallError,
    ) -> CallError {
        match error.downcast_ref::<LimitHit>() {
            Some(LimitHit::Memory { wanted, max }) => {
                return CallError::MemoryLimit { wanted: *wanted, memory_bytes_max: *max };
            }
            Some(LimitHit::Table { wanted, max }) => {
                return CallError::TableLimit { wanted: *wanted, table_elements_max: *max };
            }
            None => {}
        }
        if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
            return CallError::Busy { waited_ms: 0 };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => CallError::FuelExhausted { fuel_max },
            Some(Trap::Interrupt) => CallError::TimeLimit { time_ms_max: self.limits().time_ms_max },
            Some(Trap::StackOverflow) => {
                CallError::StackOverflow { stack_bytes_max: self.limits.stack_bytes_max }
            }
            Some(trap) => {
                let text = trap.to_string();
                let kind = text.strip_prefix("wasm trap: ").unwrap_or(&text).to_owned();
                CallError::Trap { kind, at: functions(error) }
            }
            // wasmtime keeps the type of this error to itself; a test holds its text still.
            None if format!("{error:#}").contains("fuel allocated for hostcalls has been exhausted") => {
                let max = self.limits().lift_bytes_max;
                CallError::OutputTooLarge {
                    what: "bytes copied out of the guest in one conversation".to_owned(),
                    max,
                }
            }
            None => other(format!("{error:#}")),
        }
    }

    /// Refuses an answer with a list that is too long.
    pub(crate) fn check_list(&self, what: &str, items: usize) -> Result<(), CallError> {
        let max = self.limits().list_items_max;
        if items <= max {
            return Ok(());
        }
        Err(CallError::OutputTooLarge { what: format!("{items} {what}"), max })
    }

    /// What the conversation used so far.
    pub(crate) fn usage(&self) -> Usage {
        Usage {
            fuel: self.fuel_used,
            memory_peak_bytes: u64::try_from(self.store.data().limiter.peak()).unwrap_or(u64::MAX),
            time_us: u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
        }
    }
}
