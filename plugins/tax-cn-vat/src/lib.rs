//! Value-added tax of mainland China (增值税): what a seller in China charges on a document, line by line.
//!
//! | step | module |
//! |---|---|
//! | which category and rate a line has, at which date, for which seller and destination | [`resolve`] |
//! | price and tax taken apart (价税分离), per line or per document | [`amounts`] |
//! | credit and red-letter documents (红字): the original's rates, never more than is left of it | [`credit`] |
//! | the assessment with its totals, texts and explanations | [`assess`] |
//!
//! Net of tax is the law's rule (增值税为价外税, 增值税法第七条): where prices include tax, net = gross ÷ (1 + rate),
//! rounded, and tax = gross − net.

mod amounts;
mod assess;
mod category;
mod config;
mod credit;
mod output;
mod resolve;

pub use config::Config;

use zhangben_sdk::tax::{Assessment, Document, Rules};
use zhangben_sdk::{Context, LookupRow, Manifest, Problem, manifest};

/// The rules of this plugin.
#[derive(Debug)]
pub struct ChinaVat;

impl Rules for ChinaVat {
    type Config = Config;

    fn manifest() -> Manifest {
        manifest("tax-cn-vat", env!("CARGO_PKG_VERSION"), "Value-added tax of mainland China (增值税)")
            .config_schema(config::SCHEMA)
            .ext_text("jurisdictions", "CN")
            .build()
    }

    fn check(config: &Config) -> Vec<Problem> {
        config.problems()
    }

    fn assess(
        _context: &Context,
        config: &Config,
        documents: &[Document],
        _rows: &[LookupRow],
    ) -> Result<Vec<Assessment>, Problem> {
        let categories = config.table();
        let assess = |(index, document)| {
            assess::document(config, &categories, document, &format!("/documents/{index}"))
        };
        documents.iter().enumerate().map(assess).collect()
    }
}

zhangben_sdk::export_tax!(ChinaVat);
