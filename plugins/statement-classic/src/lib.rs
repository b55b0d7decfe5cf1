//! The classic statement of account (客户对账单): who and when, the movements with their running balance, open items,
//! aging, where to pay, a slip to confirm. Open-item statements (未清项) lead with what is open, balance-forward ones
//! (余额结转) with what happened. Chinese and English, by the context's locale.
//!
//! | module | what it lays out |
//! |---|---|
//! | [`head`] | title, parties, the statement's own data |
//! | [`section`] | one account in one currency: its figures and tables |
//! | [`tail`] | bank accounts, note, confirmation |
//! | [`cell`] | cells and the citation of money figures |
//! | [`words`] | every word, in both languages |
//!
//! No figure is written into a text: each is a cited cell, which the host checks against the sealed model.

mod cell;
mod config;
mod head;
mod section;
mod tables;
mod tail;
mod words;

pub use config::Config;

use words::Words;
use zhangben_sdk::statement::{Artefact, Content, Document, Format, Layout, Model, Page};
use zhangben_sdk::{Context, Manifest, Problem, manifest, problem};

/// The format of this plugin.
#[derive(Debug)]
pub struct Classic;

/// Media type of a document model; the host draws PDF and HTML of it.
const DOCUMENT: &str = "application/vnd.zhangben.document";

impl Format for Classic {
    type Config = Config;

    fn manifest() -> Manifest {
        let summary = "Statement of account, open-item and balance-forward, Chinese and English (客户对账单)";
        manifest("statement-classic", env!("CARGO_PKG_VERSION"), summary)
            .config_schema(config::SCHEMA)
            .ext_text("kinds", "statement")
            .ext_text("locales", "zh-CN en")
            .build()
    }

    fn lay_out(context: &Context, config: &Config, model: &Model) -> Result<Layout, Problem> {
        check(model)?;
        let words = Words::of(&context.locale);
        let mut blocks = head::blocks(config, model, words);
        for (index, section) in model.sections.iter().enumerate() {
            section::blocks(&mut blocks, config, model, (index, section), words);
        }
        tail::blocks(&mut blocks, config, model, words);
        let title = format!("{} {}", words.title(config), model.subject.number);
        let document = Document {
            title,
            language: words.language.to_owned(),
            page: page(model, words),
            blocks,
            ext: Vec::new(),
        };
        let artefact = |name: &str| Artefact {
            name: name.to_owned(),
            media_type: DOCUMENT.to_owned(),
            content: Content::Document(document.clone()),
            ext: Vec::new(),
        };
        Ok(Layout {
            artefacts: names(model)?.into_iter().map(artefact).collect(),
            explanations: Vec::new(),
            warnings: Vec::new(),
            ext: Vec::new(),
        })
    }
}

/// The outputs that are asked for, all of which are documents.
fn names(model: &Model) -> Result<Vec<&str>, Problem> {
    if let Some(index) = model.outputs.iter().position(|output| output.media_type != DOCUMENT) {
        let message = format!("this format makes documents ({DOCUMENT}) and nothing else");
        return Err(problem("unknown-output", message).at(format!("/model/outputs/{index}")).build());
    }
    Ok(model.outputs.iter().map(|output| output.name.as_str()).collect())
}

fn check(model: &Model) -> Result<(), Problem> {
    if model.subject.kind != "statement" {
        let message = format!("this format lays out statements, not {:?}", model.subject.kind);
        return Err(problem("unknown-kind", message).at("/model/subject/kind").build());
    }
    if model.sections.is_empty() {
        return Err(problem("no-sections", "a statement needs at least one section")
            .at("/model/sections")
            .build());
    }
    Ok(())
}

/// A4, millimetres. The footer carries the digest, so that a print can be held against the sealed statement.
fn page(model: &Model, words: &Words) -> Page {
    let subject = &model.subject;
    let short: String = subject.digest.chars().take(16).collect();
    let digest = if short.is_empty() { String::new() } else { format!("  {} {short}…", words.digest) };
    Page {
        width: 210,
        height: 297,
        margin: 16,
        header: None,
        footer: Some(format!("{}{digest}\t{{page}} / {{pages}}", subject.number)),
    }
}

zhangben_sdk::export_statement!(Classic);
