//! Taxes from configuration (通用税则): percent and fixed taxes by place, category, customer and date, for a law that has no
//! plugin of its own. What law it is, the configuration says; here is only how such taxes are computed.
//!
//! | step | module |
//! |---|---|
//! | the configuration, and what may be wrong with it: rules that overlap, contradict or name what is not there | [`config`], [`check`] |
//! | which taxes a line bears: place, category, supply, customer, date | [`rule`], [`resolve`] |
//! | net and taxes of a line, where prices exclude or include them; compound, fixed | [`part`] |
//! | tax rounded once for the document, spread over its lines | [`together`] |
//! | credit and red-letter documents (红字): the original's taxes, never more than is left of them | [`credit`] |
//! | the assessment with its totals, texts and explanations | [`assess`], [`output`] |

mod assess;
mod check;
mod config;
mod credit;
mod output;
mod part;
mod places;
mod resolve;
mod rule;
mod together;

pub use config::Config;

use zhangben_sdk::tax::{Assessment, Document, Rules};
use zhangben_sdk::{Context, LookupRow, Manifest, Problem, manifest};

/// The rules of this plugin.
#[derive(Debug)]
pub struct Generic;

impl Rules for Generic {
    type Config = Config;

    fn manifest() -> Manifest {
        let summary =
            "Percent and fixed taxes by place, category, customer and date, from configuration (通用税则)";
        manifest("tax-generic", env!("CARGO_PKG_VERSION"), summary).config_schema(config::SCHEMA).build()
    }

    fn check(config: &Config) -> Vec<Problem> {
        check::problems(config)
    }

    fn assess(
        context: &Context,
        config: &Config,
        documents: &[Document],
        _rows: &[LookupRow],
    ) -> Result<Vec<Assessment>, Problem> {
        let assess =
            |(index, document)| assess::document(context, config, document, &format!("/documents/{index}"));
        documents.iter().enumerate().map(assess).collect()
    }
}

zhangben_sdk::export_tax!(Generic);
