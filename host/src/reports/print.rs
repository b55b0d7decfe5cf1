//! A report on paper: title, what it is of, how it was reckoned, the table. The host's own layout, no guest is asked: a report
//! is no evidence that goes to a customer.

use super::table::{Row, Table};
use domain::layout::{
    Align, Block, Cell, CitedMoney, Column, Document, KeyValue, Page, Panel, Row as LayoutRow,
    Table as LayoutTable, TextStyle, Value as Shown,
};
use money::Money;
use sheets::write::{Language, Value};

pub(super) fn document(table: &Table, language: Language) -> Document {
    let title = table.title.heading(language).to_owned();
    let facts = table
        .facts
        .iter()
        .map(|(label, value)| KeyValue { label: label.heading(language).to_owned(), value: shown(value) });
    let mut facts: Vec<KeyValue> = facts.collect();
    let right = facts.split_off(facts.len().div_ceil(2));
    let panel = |rows| Panel { title: None, rows };
    let mut blocks = vec![
        Block::Heading { level: 1, text: title.clone() },
        Block::Panels(vec![panel(facts), panel(right)]),
    ];
    blocks.extend(table.notes.iter().map(|note| Block::Paragraph {
        parts: vec![Shown::Text(note.heading(language).to_owned())],
        style: TextStyle::Small,
        align: Align::Start,
    }));
    let columns = table.columns.iter().map(|column| Column {
        title: column.text(language).to_owned(),
        align: Align::Start,
        weight: column.weight,
    });
    blocks.push(Block::Table(LayoutTable {
        columns: columns.collect(),
        rows: table.rows.iter().map(row).collect(),
        caption: None,
    }));
    let locale = match language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    Document { title, language: locale.to_owned(), page: page(table), blocks }
}

fn row(row: &Row) -> LayoutRow {
    let cells = row.cells.iter().map(|value| Cell { value: shown(value), span: 1 });
    LayoutRow { kind: row.kind, cells: cells.collect() }
}

/// A4 across: reports are wide.
fn page(table: &Table) -> Page {
    Page {
        width: 297,
        height: 210,
        margin: 14,
        header: None,
        footer: Some(format!("{}\t{{page}} / {{pages}}", table.file_name())),
    }
}

fn shown(value: &Value) -> Shown {
    match value {
        Value::Empty => Shown::Empty,
        Value::Text(text) => Shown::Text(text.clone()),
        // the currency stands in a column of its own
        Value::Money(amount, currency) => Shown::Money(CitedMoney {
            amount: Money::new(*amount, *currency),
            path: String::new(),
            show_currency: false,
        }),
        Value::Decimal(decimal) => Shown::Number(*decimal),
        Value::Date(date) => Shown::Date(*date),
        Value::Instant(at) => Shown::Text(sheets::write::instant(*at)),
        Value::Count(count) => Shown::Number((*count).into()),
    }
}
