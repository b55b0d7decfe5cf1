//! World `tax`: what tax a document bears, line by line.
//!
//! Beside the world itself is what all tax rules have in common, whatever their law:
//!
//! | in | what |
//! |---|---|
//! | [`Terms`], [`tax_date`] | purpose, price mode, currency, rounding and date of a document, read and checked |
//! | [`line_value`], [`allowance_value`], [`discounted_line`] … | what lines and allowances are worth |
//! | [`spread`] | differences of rounding, one unit each |
//! | [`Named`], [`original_and_credited`] | what of its original a credit takes back |
//! | [`totals()`], [`columns`] | the totals, and the column of a base |
//! | [`cases`], [`equations`] | for tests: documents, and what the host will check of an answer |

pub mod cases;
pub mod equations;
mod originals;
mod spread;
mod terms;
mod totals;
mod value;

pub use originals::{Named, is_correction, original_and_credited, whole_base};
pub use spread::spread;
pub use terms::{Level, PURPOSES, Terms, tax_date};
pub use totals::{Target, columns, in_tax_currency, tax_rate, totals};
pub use value::{
    allowance_value, check_line, check_lines, check_sign, discounted_line, exact_value, is_negative,
    line_value, positive, stated_amount,
};

use crate::{Context, LookupRow, Manifest, Problem, check_config, out_of_order, parse_config};
use serde::de::DeserializeOwned;

/// Bindings of `zhangben:tax`.
#[doc(hidden)]
#[allow(unsafe_code, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/common", "../../wit/tax"],
        world: "zhangben:tax/tax",
        with: { "zhangben:common/types@1.0.0": crate::common::zhangben::common::types },
        pub_export_macro: true,
        generate_unused_types: true,
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            "zhangben:tax/types@1.0.0/base-of": [#[serde(tag = "tag", content = "val", rename_all = "snake_case")]],
        },
    });
}

pub use bindings::zhangben::tax::types::*;

/// Tax rules. All functions are pure.
pub trait Rules {
    /// What the configuration parses into.
    type Config: DeserializeOwned;

    fn manifest() -> Manifest;

    /// What is wrong with a configuration beyond its schema. Nothing by default.
    fn check(_config: &Self::Config) -> Vec<Problem> {
        Vec::new()
    }

    /// The lookup rows wanted for these documents. None by default.
    fn plan(
        _context: &Context,
        _config: &Self::Config,
        _documents: &[Document],
    ) -> Result<Vec<Lookup>, Problem> {
        Ok(Vec::new())
    }

    /// One assessment for each document, in their order; `rows` answer what `plan` asked.
    fn assess(
        context: &Context,
        config: &Self::Config,
        documents: &[Document],
        rows: &[LookupRow],
    ) -> Result<Vec<Assessment>, Problem>;
}

/// One conversation with tax rules: what the exported component does, callable natively.
#[derive(Debug)]
pub struct Conversation<R: Rules> {
    planned: Option<(Context, R::Config)>,
}

impl<R: Rules> Default for Conversation<R> {
    fn default() -> Self {
        Conversation::new()
    }
}

impl<R: Rules> Conversation<R> {
    pub const fn new() -> Self {
        Conversation { planned: None }
    }
    pub fn validate_config(config: &str) -> Result<(), Vec<Problem>> {
        check_config(config, R::check)
    }
    pub fn plan(
        &mut self,
        context: Context,
        config: &str,
        documents: &[Document],
    ) -> Result<Vec<Lookup>, Problem> {
        let config: R::Config = parse_config(config)?;
        let lookups = R::plan(&context, &config, documents)?;
        self.planned = Some((context, config));
        Ok(lookups)
    }
    pub fn assess(&mut self, documents: &[Document], rows: &[LookupRow]) -> Result<Vec<Assessment>, Problem> {
        let (context, config) = self.planned.as_ref().ok_or_else(|| out_of_order("assess", "plan"))?;
        R::assess(context, config, documents, rows)
    }
}

/// Exports a type that implements [`Rules`](crate::tax::Rules) as a component of world `tax`. One line per plugin.
#[macro_export]
macro_rules! export_tax {
    ($rules:ty) => {
        // natively nothing is exported, but the type must fit
        const _: fn() -> $crate::Manifest = <$rules as $crate::tax::Rules>::manifest;
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, clippy::all)]
        mod zhangben_export {
            #[allow(unused_imports)]
            use super::*;
            use $crate::tax::bindings::exports::zhangben::tax::rules as world;
            type Implementation = $rules;
            std::thread_local! {
                static CONVERSATION: std::cell::RefCell<$crate::tax::Conversation<Implementation>> =
                    const { std::cell::RefCell::new($crate::tax::Conversation::new()) };
            }
            struct Exported;
            impl world::Guest for Exported {
                fn describe() -> $crate::Manifest {
                    <Implementation as $crate::tax::Rules>::manifest()
                }
                fn validate_config(config: String) -> Result<(), Vec<$crate::Problem>> {
                    $crate::tax::Conversation::<Implementation>::validate_config(&config)
                }
                fn plan(
                    ctx: $crate::Context,
                    config: String,
                    documents: Vec<$crate::tax::Document>,
                ) -> Result<Vec<$crate::Lookup>, $crate::Problem> {
                    CONVERSATION.with_borrow_mut(|talk| talk.plan(ctx, &config, &documents))
                }
                fn assess(
                    documents: Vec<$crate::tax::Document>,
                    rows: Vec<$crate::LookupRow>,
                ) -> Result<Vec<$crate::tax::Assessment>, $crate::Problem> {
                    CONVERSATION.with_borrow_mut(|talk| talk.assess(&documents, &rows))
                }
            }
            $crate::tax::bindings::export!(Exported with_types_in $crate::tax::bindings);
        }
    };
}
