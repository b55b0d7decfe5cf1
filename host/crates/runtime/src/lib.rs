//! The plugin host (wasmtime). A plugin is a WebAssembly component of one of four worlds; it sees its input and its
//! configuration and nothing else: no files, clock, randomness or network. Generated bindings stay inside this crate; callers
//! use `domain` types or JSON.
//!
//! | module | what it does |
//! |---|---|
//! | [`host`] | [`Runtime`]: loads plugins by digest, keeps them ready |
//! | [`admit`] | admission at upload, with a conformance run |
//! | [`inspect`] | kind, imports and world of a component, before its code runs |
//! | [`plugin`] | [`Plugin`], [`Configured`]: typed calls and JSON runs |
//! | [`call`] | the single way into a guest; [`CallError`] names every failure |
//! | [`limits`] | every limit, in one table |
//! | [`engine`] | two engines for one artefact, their gates, the epoch ticker |
//! | [`artifact`] | compiled code, cached by digest and engine |
//! | [`config`] | configuration schemas |
//! | [`record`] | messages and answers as the guest saw them: JSON and digests |
//! | [`json`] | JSON rendering and JSON Schema, written from the WIT |
//! | [`worlds`] | bindings, conversations, conversion; one module per world and version |
//!
//! A call: `runtime.load(digest, bytes)?.configure(&config)?.assess(&ctx, &documents, rows, Recording::Keep)?`.
//! Calls block (some 30 µs for an invoice, seconds for a million rows): make them on a thread that may.

pub(crate) mod admit;
pub(crate) mod artifact;
pub(crate) mod call;
pub(crate) mod config;
pub(crate) mod engine;
pub(crate) mod host;
pub(crate) mod inspect;
pub(crate) mod json;
pub(crate) mod limits;
pub(crate) mod measure;
pub(crate) mod plugin;
pub(crate) mod record;
pub mod sample;
pub(crate) mod worlds;

pub use admit::{AdmitError, Admitted, ConformanceStep, StepOutcome};
pub use artifact::ArtifactError;
pub use call::CallError;
pub use config::{ConfigError, SchemaError, SchemaViolation};
pub use engine::EngineError;
pub use host::{LoadError, Readiness, Runtime, RuntimeError, RuntimeSettings};
pub use inspect::InspectError;
pub use json::JsonError;
pub use json::schema::{example, input_schema, output_schema};
pub use limits::{ClassLimits, Limits};
pub use plugin::{Configured, Detected, FileRead, Plugin, RunInput, RunOutcome};
pub use record::{Called, Input, Record, Recording};
