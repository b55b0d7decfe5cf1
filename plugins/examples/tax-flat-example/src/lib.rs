//! A flat tax: one percentage on everything that is taxed. It shows what a tax rule must say, and is no country's law.
//!
//! | step | where |
//! |---|---|
//! | each category has an explicit treatment in the configuration, or the document is refused | [`Config`] |
//! | net and tax of each line, prices with or without tax; the assessment with its totals | [`assess`] |
//! | a credit mirrors the tax of its original and never takes more than is left of it | [`credit`] |

mod assess;
mod credit;

use assess::Applied;
use serde::Deserialize;
use std::collections::BTreeMap;
use zhangben_sdk::tax::{Assessment, Document, Rules};
use zhangben_sdk::{Context, Decimal, LookupRow, Manifest, Problem, decimal, manifest, problem};

/// The rules of this plugin.
#[derive(Debug)]
pub struct Flat;

/// The schema holds the names of treatments and the form of the rate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    rate: String,
    /// Category → treatment, by the names of the register (wit/README.md).
    treatments: BTreeMap<String, String>,
}

impl Config {
    fn applied(&self, category: &str, path: &str) -> Result<Applied, Problem> {
        let Some(treatment) = self.treatments.get(category) else {
            let known: Vec<&str> = self.treatments.keys().map(String::as_str).collect();
            let message = format!("category {category:?} has no treatment; {} have one", known.join(", "));
            return Err(problem("unknown-category", message).at(path).build());
        };
        let taxed = treatment == "standard";
        Ok(Applied {
            authority: "XX:FLAT".to_owned(),
            kind: "sales".to_owned(),
            code: format!("flat-{treatment}"),
            category: treatment.clone(),
            rate: if taxed { decimal::parse(&self.rate, "/config/rate")? } else { Decimal::ZERO },
        })
    }
}

impl Rules for Flat {
    type Config = Config;

    fn manifest() -> Manifest {
        let summary = "Example: one percentage on everything that is taxed";
        manifest("tax-flat-example", env!("CARGO_PKG_VERSION"), summary)
            .config_schema(include_str!("../config.schema.json"))
            .build()
    }

    fn assess(
        _context: &Context,
        config: &Config,
        documents: &[Document],
        _rows: &[LookupRow],
    ) -> Result<Vec<Assessment>, Problem> {
        let one = |(index, document)| assess::document(config, document, &format!("/documents/{index}"));
        documents.iter().enumerate().map(one).collect()
    }
}

zhangben_sdk::export_tax!(Flat);
