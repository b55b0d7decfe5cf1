//! World `reconciliation`: which open items a bank line pays.

mod rows;

pub use rows::{ExtraValue, ItemRow, LineRow, RemittanceRow, item_columns, line_columns, remittance_columns};

use crate::{Context, Manifest, Problem, check_config, out_of_order, parse_config};
use serde::de::DeserializeOwned;

/// Bindings of `zhangben:reconciliation`.
#[doc(hidden)]
#[allow(unsafe_code, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/common", "../../wit/reconciliation"],
        world: "zhangben:reconciliation/reconciliation",
        with: { "zhangben:common/types@1.0.0": crate::common::zhangben::common::types },
        pub_export_macro: true,
        generate_unused_types: true,
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
        // `..Default::default()` in a plugin takes fields that a later draft adds
        additional_type_attributes: {
            "zhangben:reconciliation/types@1.0.0/remittance-columns": [#[derive(Default)]],
            "zhangben:reconciliation/types@1.0.0/setup": [#[derive(Default)]],
            "zhangben:reconciliation/types@1.0.0/allocation": [#[derive(Default)]],
            "zhangben:reconciliation/types@1.0.0/difference": [#[derive(Default)]],
            "zhangben:reconciliation/types@1.0.0/netting": [#[derive(Default)]],
            "zhangben:reconciliation/types@1.0.0/reason": [#[derive(Default)]],
            "zhangben:reconciliation/types@1.0.0/proposal": [#[derive(Default)]],
            "zhangben:reconciliation/types@1.0.0/unmatched": [#[derive(Default)]],
            "zhangben:reconciliation/types@1.0.0/batch": [#[derive(Default)]],
        },
        additional_member_attributes: {
            "zhangben:reconciliation/types@1.0.0/allocation.amount-in-item-currency": [#[serde(with = "crate::json::text_i64")]],
            "zhangben:reconciliation/types@1.0.0/allocation.amount-in-line-currency": [#[serde(with = "crate::json::text_i64")]],
            "zhangben:reconciliation/types@1.0.0/difference.amount": [#[serde(with = "crate::json::text_i64")]],
            "zhangben:reconciliation/types@1.0.0/netting.amount": [#[serde(with = "crate::json::text_i64")]],
        },
    });
}

pub use bindings::zhangben::reconciliation::types::*;

/// A reconciliation policy: proposes, never posts. Ordinals count rows from 0 in the order they were passed.
pub trait Policy: Sized {
    /// What the configuration parses into.
    type Config: DeserializeOwned;

    fn manifest() -> Manifest;

    /// What is wrong with a configuration beyond its schema. Nothing by default.
    fn check(_config: &Self::Config) -> Vec<Problem> {
        Vec::new()
    }

    /// Starts a conversation with what is known of customers.
    fn begin(context: &Context, config: Self::Config, setup: Setup) -> Result<Self, Problem>;

    /// Takes a part of the open items.
    fn load_items(&mut self, items: ItemColumns) -> Result<(), Problem>;

    /// The first batch of proposals for these lines.
    fn propose(&mut self, lines: LineColumns, remittances: RemittanceColumns) -> Result<Batch, Problem>;

    /// The next batch, while the one before said `more`.
    fn next(&mut self) -> Result<Batch, Problem>;
}

/// One conversation with a policy: what the exported component does, callable natively.
#[derive(Debug)]
pub struct Conversation<P: Policy> {
    policy: Option<P>,
}

impl<P: Policy> Default for Conversation<P> {
    fn default() -> Self {
        Conversation::new()
    }
}

impl<P: Policy> Conversation<P> {
    pub const fn new() -> Self {
        Conversation { policy: None }
    }
    pub fn validate_config(config: &str) -> Result<(), Vec<Problem>> {
        check_config(config, P::check)
    }
    pub fn begin(&mut self, context: &Context, config: &str, setup: Setup) -> Result<(), Problem> {
        self.policy = Some(P::begin(context, parse_config(config)?, setup)?);
        Ok(())
    }
    pub fn load_items(&mut self, items: ItemColumns) -> Result<(), Problem> {
        self.begun("load-items")?.load_items(items)
    }
    pub fn propose(&mut self, lines: LineColumns, remittances: RemittanceColumns) -> Result<Batch, Problem> {
        self.begun("propose")?.propose(lines, remittances)
    }
    // the name of the interface, not of an iterator
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Batch, Problem> {
        self.begun("next")?.next()
    }
    fn begun(&mut self, call: &str) -> Result<&mut P, Problem> {
        self.policy.as_mut().ok_or_else(|| out_of_order(call, "begin"))
    }
}

/// Exports a type that implements [`Policy`](crate::reconciliation::Policy) as a component of world
/// `reconciliation`.
#[macro_export]
macro_rules! export_reconciliation {
    ($policy:ty) => {
        // natively nothing is exported, but the type must fit
        const _: fn() -> $crate::Manifest = <$policy as $crate::reconciliation::Policy>::manifest;
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, clippy::all)]
        mod zhangben_export {
            #[allow(unused_imports)]
            use super::*;
            use $crate::reconciliation::bindings::exports::zhangben::reconciliation::policy as world;
            use $crate::reconciliation::{Batch, ItemColumns, LineColumns, RemittanceColumns, Setup};
            type Implementation = $policy;
            std::thread_local! {
                static CONVERSATION: std::cell::RefCell<$crate::reconciliation::Conversation<Implementation>> =
                    const { std::cell::RefCell::new($crate::reconciliation::Conversation::new()) };
            }
            struct Exported;
            impl world::Guest for Exported {
                fn describe() -> $crate::Manifest {
                    <Implementation as $crate::reconciliation::Policy>::manifest()
                }
                fn validate_config(config: String) -> Result<(), Vec<$crate::Problem>> {
                    $crate::reconciliation::Conversation::<Implementation>::validate_config(&config)
                }
                fn begin(ctx: $crate::Context, config: String, setup: Setup) -> Result<(), $crate::Problem> {
                    CONVERSATION.with_borrow_mut(|talk| talk.begin(&ctx, &config, setup))
                }
                fn load_items(items: ItemColumns) -> Result<(), $crate::Problem> {
                    CONVERSATION.with_borrow_mut(|talk| talk.load_items(items))
                }
                fn propose(lines: LineColumns, remittances: RemittanceColumns) -> Result<Batch, $crate::Problem> {
                    CONVERSATION.with_borrow_mut(|talk| talk.propose(lines, remittances))
                }
                fn next() -> Result<Batch, $crate::Problem> {
                    CONVERSATION.with_borrow_mut(|talk| talk.next())
                }
            }
            $crate::reconciliation::bindings::export!(Exported with_types_in $crate::reconciliation::bindings);
        }
    };
}
