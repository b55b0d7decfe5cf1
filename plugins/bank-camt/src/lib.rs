//! Bank statements in ISO 20022 camt.053 (BankToCustomerStatement), versions 02 to 13, with or without namespace.
//!
//! | step | module | memory |
//! |---|---|---|
//! | chunks → markup, split anywhere | [`token`] | one tag or text |
//! | markup → the tree of one child of `Stmt` | [`tree`] | one entry |
//! | header children → statement start, balances, declared totals | [`statement`] | |
//! | `Ntry` → entry with its details | [`entry`], [`detail`] | |
//!
//! Memory is bounded by the largest entry, not by the file. Document types and entities of their own are refused:
//! a bank's file needs neither, and both are known attacks. Everything is read by local name and place, so foreign
//! extensions are passed over.

mod config;
mod detail;
mod entry;
mod reader;
mod statement;
mod text;
mod token;
mod tree;

pub use config::Config;
pub use reader::Camt;

use zhangben_sdk::bank::{Candidate, Output, Reader};
use zhangben_sdk::{Context, Manifest, Problem, manifest};

impl Reader for Camt {
    type Config = Config;

    fn manifest() -> Manifest {
        manifest("bank-camt", env!("CARGO_PKG_VERSION"), "Bank statements in ISO 20022 camt.053")
            .config_schema(config::SCHEMA)
            .ext_text("formats", "camt.053")
            .build()
    }

    fn detect(head: &[u8], _file_name: &str) -> Vec<Candidate> {
        text::detect(head)
            .map(|confidence| Candidate { format: "camt.053".to_owned(), confidence, ext: Vec::new() })
            .into_iter()
            .collect()
    }

    fn begin(
        _context: &Context,
        config: Config,
        _file_name: &str,
        _format: Option<&str>,
    ) -> Result<Self, Problem> {
        Ok(Camt::new(&config))
    }

    fn feed(&mut self, chunk: &[u8], last: bool) -> Result<Output, Problem> {
        self.read(chunk, last)
    }
}

zhangben_sdk::export_bank!(Camt);
