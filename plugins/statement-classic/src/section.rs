//! One account in one currency: its four figures, then the tables in the order of the style.

use crate::cell::{date, key_value, money, money_with_currency, text};
use crate::config::Config;
use crate::tables;
use crate::words::Words;
use zhangben_sdk::statement::{Block, Heading, Model, Panel, Section, Value};

pub fn blocks(
    blocks: &mut Vec<Block>,
    config: &Config,
    model: &Model,
    (index, section): (usize, &Section),
    words: &Words,
) {
    let place = Place { index, section, words };
    let mut title = format!("{} {} · {}", words.account, section.account, section.currency);
    if let Some(branch) = &section.branch {
        title = format!("{title} · {branch}");
    }
    blocks.push(Block::Space(3));
    blocks.push(Block::Heading(Heading { level: 2, text: title }));
    blocks.push(figures(&place));
    let mut open_items = if config.open_items { tables::open_items(&place) } else { Vec::new() };
    let mut movements = if config.movements { tables::movements(&place, config) } else { Vec::new() };
    if model.subject.style == "balance-forward" {
        blocks.append(&mut movements);
        blocks.append(&mut open_items);
    } else {
        blocks.append(&mut open_items);
        blocks.append(&mut movements);
    }
    if config.aging {
        blocks.push(Block::Table(tables::aging(&place)));
    }
    if config.tax && !section.tax.is_empty() {
        blocks.push(Block::Table(tables::tax(&place)));
    }
    blocks.extend(equivalent(&place));
}

/// A section with its place in the model.
pub struct Place<'a> {
    pub index: usize,
    pub section: &'a Section,
    pub words: &'a Words,
}

impl Place<'_> {
    pub fn path(&self, rest: &str) -> String {
        format!("/sections/{}/{rest}", self.index)
    }
    pub fn currency(&self) -> &str {
        &self.section.currency
    }
}

fn figures(place: &Place<'_>) -> Block {
    let Place { section, words, .. } = place;
    let figure = |label: &str, amount: &str, name: &str| Panel {
        title: None,
        rows: vec![key_value(label, money(amount, &section.currency, place.path(name)))],
    };
    Block::Panels(vec![
        figure(words.opening, &section.opening, "opening"),
        figure(words.total_debit, &section.total_debit, "total_debit"),
        figure(words.total_credit, &section.total_credit, "total_credit"),
        figure(words.closing, &section.closing, "closing"),
    ])
}

/// What the closing is worth in the company's base currency.
fn equivalent(place: &Place<'_>) -> Option<Block> {
    let base = place.section.base.as_ref()?;
    let words = place.words;
    let rows = vec![
        key_value(
            words.equivalent,
            money_with_currency(&base.closing, &base.currency, place.path("base/closing")),
        ),
        key_value(words.fx_rate, Value::Number(base.rate.clone())),
        key_value(words.fx_date, date(&base.rate_date)),
        key_value(words.fx_source, text(&base.source)),
    ];
    Some(Block::Panels(vec![Panel { title: None, rows }]))
}
