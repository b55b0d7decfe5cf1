//! The layout a statement guest answers with, WIT → domain. Text that must be an amount, a date or one of a few names is
//! read here; the error says which cell of which block it stands in.

use super::common_v1;
use super::statement_v1::types as wit;
use crate::call::CallError;
use domain::layout::{
    Align, Artefact, Block, Cell, CitedMoney, Column, Content, Document, KeyValue, Layout, Page, Panel, Row,
    RowKind, Table, TextStyle, Value,
};
use money::{Currency, Money};

fn bad(at: &str, detail: impl std::fmt::Display) -> CallError {
    CallError::BadOutput { detail: format!("{at}: {detail}") }
}

/// Reads `items`, each under its pointer `at/index`.
fn each<T, U>(
    at: &str,
    items: Vec<T>,
    read: impl Fn(&str, T) -> Result<U, CallError>,
) -> Result<Vec<U>, CallError> {
    items.into_iter().enumerate().map(|(index, item)| read(&format!("{at}/{index}"), item)).collect()
}

pub(crate) fn layout(layout: wit::LaidOut) -> Result<Layout, CallError> {
    let artefacts = each("/artefacts", layout.artefacts, |at, a| {
        let content = match a.content {
            wit::Content::Bytes(bytes) => Content::Bytes(bytes),
            wit::Content::Document(d) => Content::Document(document(&format!("{at}/content/val"), d)?),
        };
        Ok(Artefact { name: a.name, media_type: a.media_type, content })
    })?;
    let warnings = layout.warnings.into_iter().map(common_v1::warning).collect();
    Ok(Layout { artefacts, warnings })
}

fn document(at: &str, d: wit::Document) -> Result<Document, CallError> {
    Ok(Document {
        title: d.title,
        language: d.language,
        page: Page {
            width: d.page.width,
            height: d.page.height,
            margin: d.page.margin,
            header: d.page.header,
            footer: d.page.footer,
        },
        blocks: each(&format!("{at}/blocks"), d.blocks, block)?,
    })
}

fn block(at: &str, b: wit::Block) -> Result<Block, CallError> {
    let at = &format!("{at}/val");
    Ok(match b {
        wit::Block::Heading(h) if !(1..=3).contains(&h.level) => {
            return Err(bad(&format!("{at}/level"), format!("heading level {} is not 1, 2 or 3", h.level)));
        }
        wit::Block::Heading(h) => Block::Heading { level: h.level, text: h.text },
        wit::Block::Paragraph(p) => Block::Paragraph {
            style: match p.style.as_str() {
                "normal" => TextStyle::Normal,
                "small" => TextStyle::Small,
                "strong" => TextStyle::Strong,
                other => {
                    return Err(bad(
                        &format!("{at}/style"),
                        format!("{other:?} is not normal, small or strong"),
                    ));
                }
            },
            align: align(p.align),
            parts: each(&format!("{at}/parts"), p.parts, value)?,
        },
        wit::Block::Panels(panels) => Block::Panels(each(at, panels, panel)?),
        wit::Block::Table(t) => Block::Table(table(at, t)?),
        wit::Block::Space(millimetres) => Block::Space(millimetres),
        wit::Block::Rule => Block::Rule,
        wit::Block::PageBreak => Block::PageBreak,
        wit::Block::Image(name) => Block::Image(name),
        wit::Block::Signature(labels) => Block::Signature(labels),
    })
}

fn panel(at: &str, p: wit::Panel) -> Result<Panel, CallError> {
    let rows = each(&format!("{at}/rows"), p.rows, |at, row| {
        Ok(KeyValue { label: row.label, value: value(&format!("{at}/value"), row.value)? })
    })?;
    Ok(Panel { title: p.title, rows })
}

fn table(at: &str, t: wit::Table) -> Result<Table, CallError> {
    let columns = t
        .columns
        .into_iter()
        .map(|c| Column { title: c.title, align: align(c.align), weight: c.weight })
        .collect();
    let rows = each(&format!("{at}/rows"), t.rows, |at, row| {
        let kind = match row.kind.as_str() {
            "body" => RowKind::Body,
            "section" => RowKind::Section,
            "subtotal" => RowKind::Subtotal,
            "total" => RowKind::Total,
            other => {
                let detail = format!("{other:?} is not body, section, subtotal or total");
                return Err(bad(&format!("{at}/kind"), detail));
            }
        };
        let cells = each(&format!("{at}/cells"), row.cells, |at, cell| {
            if cell.span == 0 {
                return Err(bad(&format!("{at}/span"), "a cell covers at least one column"));
            }
            Ok(Cell { value: value(&format!("{at}/value"), cell.value)?, span: cell.span })
        })?;
        Ok(Row { kind, cells })
    })?;
    Ok(Table { columns, rows, caption: t.caption })
}

fn value(at: &str, v: wit::Value) -> Result<Value, CallError> {
    let at = &format!("{at}/val");
    Ok(match v {
        wit::Value::Empty => Value::Empty,
        wit::Value::Text(text) => Value::Text(text),
        wit::Value::Money(m) => {
            let currency = Currency::parse(&m.currency).map_err(|e| bad(&format!("{at}/currency"), e))?;
            let amount = Money::parse(&m.amount, currency).map_err(|e| bad(&format!("{at}/amount"), e))?;
            Value::Money(CitedMoney { amount, path: m.path, show_currency: m.show_currency })
        }
        wit::Value::Date(text) => Value::Date(domain::time::parse_date(&text).map_err(|e| bad(at, e))?),
        wit::Value::Number(text) => Value::Number(money::parse_decimal(&text).map_err(|e| bad(at, e))?),
    })
}

const fn align(align: wit::Align) -> Align {
    match align {
        wit::Align::Start => Align::Start,
        wit::Align::Center => Align::Center,
        wit::Align::End => Align::End,
    }
}
