//! Title, parties, the statement's own data.

use crate::cell::{date, key_value, paragraph, text};
use crate::config::Config;
use crate::words::Words;
use zhangben_sdk::statement::{Address, Block, Heading, KeyValue, Model, Panel, Party, Subject, Value};

pub fn blocks(config: &Config, model: &Model, words: &Words) -> Vec<Block> {
    let subject = &model.subject;
    vec![
        Block::Heading(Heading { level: 1, text: words.title(config).to_owned() }),
        paragraph(&subject.issuer.name, "strong"),
        Block::Panels(vec![
            party(words.to, &subject.customer, words),
            party(words.from, &subject.issuer, words),
            about(subject, words),
        ]),
    ]
}

fn party(title: &str, party: &Party, words: &Words) -> Panel {
    let mut rows = vec![key_value("", text(&party.name)), key_value(words.code, text(&party.code))];
    if let Some(address) = &party.address {
        rows.push(key_value(words.address, text(one_line(address))));
    }
    rows.extend(party.tax_ids.iter().map(|id| key_value(words.tax_id, text(id))));
    Panel { title: Some(title.to_owned()), rows }
}

fn one_line(address: &Address) -> String {
    let town = [address.postal_code.as_deref(), address.city.as_deref()];
    let town: Vec<&str> = town.into_iter().flatten().collect();
    let mut parts: Vec<String> = address.lines.clone();
    if !town.is_empty() {
        parts.push(town.join(" "));
    }
    parts.push(address.country.clone());
    parts.join(", ")
}

fn about(subject: &Subject, words: &Words) -> Panel {
    let mut rows: Vec<KeyValue> = vec![key_value(words.number, text(&subject.number))];
    if subject.version > 1 {
        rows.push(key_value(words.version, Value::Number(subject.version.to_string())));
    }
    if let Some(old) = &subject.supersedes {
        rows.push(key_value(words.supersedes, text(old)));
    }
    let style = match subject.style.as_str() {
        "balance-forward" => words.balance_forward_style,
        _ => words.open_item_style,
    };
    rows.push(key_value(words.style, text(style)));
    rows.push(key_value(
        words.period,
        text(format!("{} {} {}", subject.period.start, words.until, subject.period.end)),
    ));
    rows.push(key_value(words.cut_off, date(&subject.cut_off)));
    if let Some(previous) = &subject.previous {
        rows.push(key_value(words.previous, text(&previous.number)));
    }
    Panel { title: Some(words.about.to_owned()), rows }
}
