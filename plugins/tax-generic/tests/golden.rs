//! Golden cases, a folder a law: its configuration and what comes of documents under it. The same files are input of
//! `zhangben plugin run tax-generic`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{GB, folder};
use tax_generic::Generic;
use zhangben_sdk::golden;
use zhangben_sdk::json::of_json;
use zhangben_sdk::tax::{Assessment, Conversation, Document, equations};

/// Runs the cases of one law; every answer satisfies the host's equations too.
fn law(name: &str, config: &str, cases: usize) {
    Conversation::<Generic>::validate_config(config).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
    let run = |input: &serde_json::Value, _: &str| {
        let answer = golden::run_tax::<Generic>(input, config)?;
        if let Ok(output) = &answer {
            let documents: Vec<Document> = of_json(&input[0]["plan"]["documents"]).unwrap();
            let found: Vec<Assessment> = of_json(output).unwrap();
            for (document, found) in documents.iter().zip(&found) {
                equations::check(document, found).map_err(golden::GoldenError)?;
            }
        }
        Ok(answer)
    };
    let folder = folder().join("golden").join(name);
    let found = golden::check(&folder, run).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found, cases, "cases in {}", folder.display());
}

fn config(name: &str) -> String {
    std::fs::read_to_string(folder().join("golden").join(name).join("config.json")).unwrap()
}

/// The configuration that the retail bench uses, each side of its boundary.
#[test]
fn united_kingdom() {
    law("gb", GB, 35);
}

#[test]
fn a_provincial_tax_on_a_federal_one() {
    law("ca", &config("ca"), 14);
}

#[test]
fn an_excise_for_each_litre_in_the_base_of_value_added_tax() {
    law("excise", &config("excise"), 14);
}

#[test]
fn reverse_charge_exemption_and_withholding() {
    law("es", &config("es"), 10);
}
