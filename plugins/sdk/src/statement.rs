//! World `statement`: how a customer document is laid out.

use crate::{Context, Manifest, Problem, check_config, parse_config};
use serde::de::DeserializeOwned;

/// Bindings of `zhangben:statement`.
#[doc(hidden)]
#[allow(unsafe_code, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/common", "../../wit/statement"],
        world: "zhangben:statement/statement",
        with: { "zhangben:common/types@1.0.0": crate::common::zhangben::common::types },
        pub_export_macro: true,
        generate_unused_types: true,
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "zhangben:statement/types@1.0.0/value": [#[serde(tag = "tag", content = "val", rename_all = "snake_case")]],
            "zhangben:statement/types@1.0.0/block": [#[serde(tag = "tag", content = "val", rename_all = "snake_case")]],
            "zhangben:statement/types@1.0.0/content": [#[serde(tag = "tag", content = "val", rename_all = "snake_case")]],
            "zhangben:statement/types@1.0.0/align": [#[serde(rename_all = "snake_case")]],
        },
        additional_member_attributes: {
            "zhangben:statement/types@1.0.0/subject.known-at": [#[serde(with = "crate::json::text_u64")]],
            "zhangben:statement/types@1.0.0/asset.bytes": [#[serde(with = "crate::json::hex")]],
            "zhangben:statement/types@1.0.0/content.bytes": [#[serde(with = "crate::json::hex")]],
        },
    });
}

pub use bindings::zhangben::statement::types::*;

/// What a format answers.
pub type Layout = LaidOut;

/// A statement format. All functions are pure.
pub trait Format {
    /// What the configuration parses into.
    type Config: DeserializeOwned;

    fn manifest() -> Manifest;

    /// What is wrong with a configuration beyond its schema. Nothing by default.
    fn check(_config: &Self::Config) -> Vec<Problem> {
        Vec::new()
    }

    /// Lays one document out. Every money figure cites its place in `model`.
    fn lay_out(context: &Context, config: &Self::Config, model: &Model) -> Result<Layout, Problem>;
}

/// What the exported component does, callable natively.
pub fn lay_out<F: Format>(context: &Context, config: &str, model: &Model) -> Result<Layout, Problem> {
    let config: F::Config = parse_config(config)?;
    F::lay_out(context, &config, model)
}

/// `validate-config` of a format.
pub fn validate_config<F: Format>(config: &str) -> Result<(), Vec<Problem>> {
    check_config(config, F::check)
}

/// Exports a type that implements [`Format`](crate::statement::Format) as a component of world `statement`.
#[macro_export]
macro_rules! export_statement {
    ($format:ty) => {
        // natively nothing is exported, but the type must fit
        const _: fn() -> $crate::Manifest = <$format as $crate::statement::Format>::manifest;
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, clippy::all)]
        mod zhangben_export {
            #[allow(unused_imports)]
            use super::*;
            use $crate::statement::bindings::exports::zhangben::statement::format as world;
            struct Exported;
            impl world::Guest for Exported {
                fn describe() -> $crate::Manifest {
                    <$format as $crate::statement::Format>::manifest()
                }
                fn validate_config(config: String) -> Result<(), Vec<$crate::Problem>> {
                    $crate::statement::validate_config::<$format>(&config)
                }
                fn lay_out(
                    ctx: $crate::Context,
                    config: String,
                    model: $crate::statement::Model,
                ) -> Result<$crate::statement::Layout, $crate::Problem> {
                    $crate::statement::lay_out::<$format>(&ctx, &config, &model)
                }
            }
            $crate::statement::bindings::export!(Exported with_types_in $crate::statement::bindings);
        }
    };
}
