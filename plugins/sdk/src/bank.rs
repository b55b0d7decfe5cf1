//! World `bank`: a file of the bank becomes statements and entries.

use crate::{Context, Manifest, Problem, check_config, out_of_order, parse_config, problem};
use serde::de::DeserializeOwned;

/// Bindings of `zhangben:bank`.
#[doc(hidden)]
#[allow(unsafe_code, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/common", "../../wit/bank"],
        world: "zhangben:bank/bank",
        with: { "zhangben:common/types@1.0.0": crate::common::zhangben::common::types },
        pub_export_macro: true,
        generate_unused_types: true,
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
            // `..Output::default()` in a reader takes fields that a later draft adds
            "zhangben:bank/types@1.0.0/output": [#[derive(Default)]],
            "zhangben:bank/types@1.0.0/item": [#[serde(tag = "tag", content = "val", rename_all = "snake_case")]],
        },
        additional_member_attributes: {
            "zhangben:bank/types@1.0.0/entry.offset": [#[serde(with = "crate::json::text_u64")]],
        },
    });
}

pub use bindings::zhangben::bank::types::*;

/// The most that one `feed` may bring.
pub const CHUNK_BYTES_MAX: usize = 1 << 20;

/// A reader of one file. Chunks may split anything, also a character.
pub trait Reader: Sized {
    /// What the configuration parses into.
    type Config: DeserializeOwned;

    fn manifest() -> Manifest;

    /// What is wrong with a configuration beyond its schema. Nothing by default.
    fn check(_config: &Self::Config) -> Vec<Problem> {
        Vec::new()
    }

    /// Which formats the head of a file (some KiB) may be, with confidence in permille. None: not this plugin's.
    fn detect(head: &[u8], file_name: &str) -> Vec<Candidate>;

    /// Starts reading one file. `format`: the likeliest that [`Reader::detect`] said of it, if any.
    fn begin(
        context: &Context,
        config: Self::Config,
        file_name: &str,
        format: Option<&str>,
    ) -> Result<Self, Problem>;

    /// What is complete after this chunk. `last`: the file ends here, perhaps with an empty chunk.
    fn feed(&mut self, chunk: &[u8], last: bool) -> Result<Output, Problem>;
}

/// One conversation with a reader: what the exported component does, callable natively.
#[derive(Debug)]
pub struct Conversation<R: Reader> {
    reader: Option<R>,
}

impl<R: Reader> Default for Conversation<R> {
    fn default() -> Self {
        Conversation::new()
    }
}

impl<R: Reader> Conversation<R> {
    pub const fn new() -> Self {
        Conversation { reader: None }
    }
    pub fn validate_config(config: &str) -> Result<(), Vec<Problem>> {
        check_config(config, R::check)
    }
    pub fn begin(
        &mut self,
        context: &Context,
        config: &str,
        file_name: &str,
        format: Option<&str>,
    ) -> Result<(), Problem> {
        self.reader = Some(R::begin(context, parse_config(config)?, file_name, format)?);
        Ok(())
    }
    /// After a refusal or the last chunk the conversation is over.
    pub fn feed(&mut self, chunk: &[u8], last: bool) -> Result<Output, Problem> {
        if chunk.len() > CHUNK_BYTES_MAX {
            let message = format!("a chunk of {} bytes; at most {CHUNK_BYTES_MAX} are allowed", chunk.len());
            return Err(problem("chunk-too-large", message).build());
        }
        let mut reader = self.reader.take().ok_or_else(|| out_of_order("feed", "begin"))?;
        let output = reader.feed(chunk, last)?;
        if !last {
            self.reader = Some(reader);
        }
        Ok(output)
    }
}

/// Exports a type that implements [`Reader`](crate::bank::Reader) as a component of world `bank`.
#[macro_export]
macro_rules! export_bank {
    ($reader:ty) => {
        // natively nothing is exported, but the type must fit
        const _: fn() -> $crate::Manifest = <$reader as $crate::bank::Reader>::manifest;
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, clippy::all)]
        mod zhangben_export {
            #[allow(unused_imports)]
            use super::*;
            use $crate::bank::bindings::exports::zhangben::bank::reader as world;
            type Implementation = $reader;
            std::thread_local! {
                static CONVERSATION: std::cell::RefCell<$crate::bank::Conversation<Implementation>> =
                    const { std::cell::RefCell::new($crate::bank::Conversation::new()) };
            }
            struct Exported;
            impl world::Guest for Exported {
                fn describe() -> $crate::Manifest {
                    <Implementation as $crate::bank::Reader>::manifest()
                }
                fn validate_config(config: String) -> Result<(), Vec<$crate::Problem>> {
                    $crate::bank::Conversation::<Implementation>::validate_config(&config)
                }
                fn detect(head: Vec<u8>, file_name: String) -> Vec<$crate::bank::Candidate> {
                    <Implementation as $crate::bank::Reader>::detect(&head, &file_name)
                }
                fn begin(
                    ctx: $crate::Context,
                    config: String,
                    file_name: String,
                    format: Option<String>,
                ) -> Result<(), $crate::Problem> {
                    CONVERSATION.with_borrow_mut(|talk| talk.begin(&ctx, &config, &file_name, format.as_deref()))
                }
                fn feed(chunk: Vec<u8>, last: bool) -> Result<$crate::bank::Output, $crate::Problem> {
                    CONVERSATION.with_borrow_mut(|talk| talk.feed(&chunk, last))
                }
            }
            $crate::bank::bindings::export!(Exported with_types_in $crate::bank::bindings);
        }
    };
}
