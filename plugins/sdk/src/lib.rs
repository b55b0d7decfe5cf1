//! What the author of a Zhangben plugin imports: the types of the four worlds, generated from `wit/`, one trait
//! per world, one line to export it, and the helpers every rule needs.
//!
//! A plugin is a pure function of its input and configuration: no clock, no randomness, no files, no network.
//! Write the rules as ordinary Rust, test them with `cargo test`, and export them:
//!
//! ```
//! use zhangben_sdk::tax::{Assessment, Document, Rules};
//! use zhangben_sdk::{Context, LookupRow, Manifest, Problem, manifest};
//!
//! struct Untaxed;
//!
//! impl Rules for Untaxed {
//!     type Config = zhangben_sdk::NoConfig;
//!     fn manifest() -> Manifest {
//!         manifest("untaxed", "1.0.0", "Refuses every document").build()
//!     }
//!     fn assess(
//!         _context: &Context, _config: &Self::Config, documents: &[Document], _rows: &[LookupRow],
//!     ) -> Result<Vec<Assessment>, Problem> {
//!         Err(zhangben_sdk::problem("not-taxed", format!("{} documents", documents.len())).at("/documents").build())
//!     }
//! }
//!
//! zhangben_sdk::export_tax!(Untaxed);
//! ```
//!
//! | module | what is in it |
//! |---|---|
//! | [`tax`], [`statement`], [`reconciliation`], [`bank`] | types, trait and export macro of each world |
//! | [`decimal`] | parsing, printing, checked arithmetic, rounding by name |
//! | [`columns`] | text columns of bulk tables |
//! | [`date`] | ISO dates and days since 1970 |
//! | [`currency`] | decimals of currencies |
//! | [`json`] | the JSON rendering of inputs and outputs, for golden cases |
//! | [`golden`] | golden cases: inputs and outputs as files |
//!
//! All types serialise to the JSON rendering that `zhangben plugin run` reads and prints.

pub mod bank;
pub mod columns;
mod config;
pub mod currency;
pub mod date;
pub mod decimal;
mod explain;
pub mod golden;
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
mod heap;
pub mod json;
mod manifest;
mod problem;
pub mod reconciliation;
pub mod statement;
pub mod tax;

/// Bindings of `zhangben:common`, shared by the four worlds.
#[doc(hidden)]
#[allow(unsafe_code, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
pub mod common {
    wit_bindgen::generate!({
        path: "../../wit/common",
        inline: "package zhangben:sdk; world shared { import zhangben:common/types@1.0.0; }",
        world: "zhangben:sdk/shared",
        generate_all,
        pub_export_macro: true,
        generate_unused_types: true,
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "zhangben:common/types@1.0.0/attr-value": [#[serde(tag = "tag", content = "val", rename_all = "snake_case")]],
            "zhangben:common/types@1.0.0/column-values": [#[serde(tag = "tag", content = "val", rename_all = "snake_case")]],
            "zhangben:common/types@1.0.0/text-column": [#[derive(Default)]],
            "zhangben:common/types@1.0.0/purpose": [#[serde(rename_all = "snake_case")]],
        },
        additional_member_attributes: {
            "zhangben:common/types@1.0.0/context.known-at": [#[serde(with = "crate::json::text_u64")]],
        },
    });
}

pub use common::zhangben::common::types::{
    Attr, AttrValue, ColumnValues, Context, Explanation, ExtraColumn, Lookup, LookupRow, LookupTable,
    Manifest, Money, Problem, Purpose, TextColumn, Warning,
};
pub use config::{NoConfig, check_config, parse_config};
pub use explain::{ExplanationBuilder, explain};
pub use manifest::{ManifestBuilder, manifest};
pub use problem::{ProblemBuilder, out_of_order, problem, warning};
pub use rust_decimal::{Decimal, RoundingStrategy};
