//! After the guest, the host checks: every money figure of the layout stands in the sealed model, every section's
//! closing is shown, and the layout can be rendered within its limits.
//!
//! Figures are checked in three ways. A *cited* figure must stand at its pointer with the same value and currency. A
//! *number* (quantity, rate, days) must be one of the model's, or number a row. *Free text* must not hold anything that
//! reads like an amount and is none of the model's (`scan`). Bytes are opaque: they count only where they were asked
//! for, beside a document whose figures were checked.

use super::figures::{Citation, Figures};
use super::{
    Artefact, Block, Content, DOCUMENT_MEDIA_TYPE, Document, KeyValue, Layout, Page, Requested, Table, Value,
};
use crate::text::unfit;
use money::Money;
use std::collections::BTreeSet;
use std::fmt;
use thiserror::Error;

const ARTEFACTS_COUNT_MAX: usize = 16;
const BLOCKS_COUNT_MAX: usize = 50_000;
const ROWS_COUNT_MAX: usize = 100_000;
/// More leave less than the width of a figure for each.
const COLUMNS_COUNT_MAX: usize = 40;
/// Panels or signature fields side by side.
const ABREAST_COUNT_MAX: usize = 6;
const PANEL_ROWS_COUNT_MAX: usize = 200;
/// Of a paragraph.
const PARTS_COUNT_MAX: usize = 1_000;
const TEXT_BYTES_MAX: usize = 16 << 10;
const NAME_BYTES_MAX: usize = 120;
const ARTEFACT_BYTES_MAX: usize = 64 << 20;
const WEIGHT_MAX: u32 = 1000;
const SIDE_MM: std::ops::RangeInclusive<u32> = 50..=2000;
/// What the margins must leave.
const PRINTABLE_MM_MIN: u32 = 40;
const SPACE_MM_MAX: u32 = 500;

/// Where in a layout: artefact by name, block, row and cell from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub artefact: String,
    pub block: Option<u32>,
    pub row: Option<u32>,
    pub cell: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "artefact {:?}", self.artefact)?;
        for (what, number) in [("block", self.block), ("row", self.row), ("cell", self.cell)] {
            if let Some(number) = number {
                write!(f, ", {what} {number}")?;
            }
        }
        Ok(())
    }
}

/// A layout that is not delivered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LayoutError {
    #[error("the layout holds no document: without one nothing shows a checked figure")]
    Empty,
    #[error("artefact {artefact:?} ({media_type}) was not asked for")]
    Unrequested { artefact: String, media_type: String },
    #[error("{name:?} ({media_type}) was asked for and is not there")]
    Unanswered { name: String, media_type: String },
    #[error("artefact {artefact:?} is {found}, but {media_type} wants {expected}")]
    Kind { artefact: String, media_type: String, expected: &'static str, found: &'static str },
    #[error("{place}: {found} {what}, at most {max}")]
    TooMany { place: String, what: &'static str, found: usize, max: usize },
    #[error("artefact name {name:?} {rule}")]
    Name { name: String, rule: &'static str },
    #[error("artefact {artefact:?}: media type {found:?} is not of the form type/subtype")]
    MediaType { artefact: String, found: String },
    #[error("artefact {artefact:?} holds no bytes")]
    NoBytes { artefact: String },
    #[error("artefact {artefact:?} names no language")]
    NoLanguage { artefact: String },
    #[error(
        "artefact {artefact:?}: a page of {width} × {height} mm with margins of {margin} mm; sides go from 50 to 2000 mm and 40 mm must stay between the margins"
    )]
    Page { artefact: String, width: u32, height: u32, margin: u32 },
    #[error("{place}: heading level {level}, levels go from 1 to 3")]
    Heading { place: Place, level: u32 },
    #[error("{place}: {what} is {found}, it goes from {min} to {max}")]
    Range { place: Place, what: &'static str, found: u32, min: u32, max: u32 },
    #[error("{place}: cells cover {covered} columns of {columns}")]
    Span { place: Place, covered: u64, columns: usize },
    #[error("{place}: image {name:?} is not among the model's assets")]
    Image { place: Place, name: String },
    #[error("{place}: {amount} cites {path:?}, where nothing stands")]
    Unresolved { place: Place, amount: Money, path: String },
    #[error("{place}: {amount} cites {path:?}, which is no money figure")]
    NotMoney { place: Place, amount: Money, path: String },
    #[error("{place}: {amount} cites {path:?}, where {expected} stands")]
    Amount { place: Place, amount: Money, path: String, expected: String },
    #[error("{place}: {amount} cites {path:?}, which is in {expected}")]
    Currency { place: Place, amount: Money, path: String, expected: String },
    #[error("{place}: the number {found} is none of the model's")]
    Number { place: Place, found: String },
    #[error(
        "{place}: the text holds {found:?}, which reads like an amount and is none of the model's; cite figures as money values"
    )]
    FreeText { place: Place, found: String },
    #[error(
        "{place}: the text holds the control character {found:?}; texts hold none but line feeds and tabs"
    )]
    Text { place: Place, found: char },
    #[error(
        "artefact {artefact:?} does not show {path}: every section's closing must stand in every document"
    )]
    ClosingMissing { artefact: String, path: String },
}

/// Checks what a format guest answered for `model`, the sealed content it was given, and `requested`: each output once,
/// nothing else, and at least one document.
pub fn accept(
    model: &serde_json::Value,
    requested: &[Requested<'_>],
    layout: &Layout,
) -> Result<(), LayoutError> {
    at_most("the layout", "artefacts", layout.artefacts.len(), ARTEFACTS_COUNT_MAX)?;
    let figures = Figures::of(model);
    let mut names = BTreeSet::new();
    for artefact in &layout.artefacts {
        check_name(&artefact.name)?;
        // two names that differ in case are one file on some systems
        if !names.insert(artefact.name.to_lowercase()) {
            let rule = "stands twice";
            return Err(LayoutError::Name { name: artefact.name.clone(), rule });
        }
        check_requested(requested, artefact)?;
        check_artefact(&figures, artefact)?;
    }
    let answered = |asked: &Requested<'_>| layout.artefacts.iter().any(|a| a.name == asked.name);
    if let Some(missing) = requested.iter().find(|asked| !answered(asked)) {
        let (name, media_type) = (missing.name.to_owned(), missing.media_type.to_owned());
        return Err(LayoutError::Unanswered { name, media_type });
    }
    if !layout.artefacts.iter().any(|a| matches!(a.content, Content::Document(_))) {
        return Err(LayoutError::Empty);
    }
    Ok(())
}

/// Bytes in the place of a document would show figures that nobody checked.
fn check_requested(requested: &[Requested<'_>], artefact: &Artefact) -> Result<(), LayoutError> {
    let Artefact { name, media_type, content } = artefact;
    if !requested.iter().any(|asked| asked.name == name && asked.media_type == media_type) {
        let (artefact, media_type) = (name.clone(), media_type.clone());
        return Err(LayoutError::Unrequested { artefact, media_type });
    }
    let kind = |document| if document { "a document" } else { "bytes" };
    let (expected, found) =
        (kind(media_type == DOCUMENT_MEDIA_TYPE), kind(matches!(content, Content::Document(_))));
    if expected == found {
        return Ok(());
    }
    let (artefact, media_type) = (name.clone(), media_type.clone());
    Err(LayoutError::Kind { artefact, media_type, expected, found })
}

fn at_most(place: impl ToString, what: &'static str, found: usize, max: usize) -> Result<(), LayoutError> {
    if found <= max {
        Ok(())
    } else {
        Err(LayoutError::TooMany { place: place.to_string(), what, found, max })
    }
}

/// Names become file names in exports and downloads.
fn check_name(name: &str) -> Result<(), LayoutError> {
    let refuse = |rule| Err(LayoutError::Name { name: name.chars().take(NAME_BYTES_MAX).collect(), rule });
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return refuse("must have 1 to 120 bytes");
    }
    if name.starts_with('.') || name.contains(['/', '\\', ':']) || name.chars().any(char::is_control) {
        return refuse("is not a plain file name");
    }
    Ok(())
}

fn check_artefact(figures: &Figures<'_>, artefact: &Artefact) -> Result<(), LayoutError> {
    let name = &artefact.name;
    let halves = artefact.media_type.split_once('/');
    if !halves.is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty()) {
        return Err(LayoutError::MediaType { artefact: name.clone(), found: artefact.media_type.clone() });
    }
    match &artefact.content {
        Content::Bytes(bytes) if bytes.is_empty() => Err(LayoutError::NoBytes { artefact: name.clone() }),
        Content::Bytes(bytes) => {
            at_most(format!("artefact {name:?}"), "bytes", bytes.len(), ARTEFACT_BYTES_MAX)
        }
        Content::Document(document) => Walk::new(figures, name).document(document),
    }
}

fn check_page(artefact: &str, page: &Page) -> Result<(), LayoutError> {
    let inside = |side: u32| {
        let free = page.margin.checked_mul(2).and_then(|margins| side.checked_sub(margins));
        SIDE_MM.contains(&side) && free.is_some_and(|free| free >= PRINTABLE_MM_MIN)
    };
    if inside(page.width) && inside(page.height) {
        return Ok(());
    }
    let Page { width, height, margin, .. } = *page;
    Err(LayoutError::Page { artefact: artefact.to_owned(), width, height, margin })
}

/// People count from 1.
fn ordinal(index: usize) -> Option<u32> {
    u32::try_from(index).ok()?.checked_add(1)
}

/// Goes through one document and remembers what it cites.
struct Walk<'a> {
    figures: &'a Figures<'a>,
    place: Place,
    cited: BTreeSet<String>,
    rows: usize,
    /// Of all tables of the document.
    rows_in_all: usize,
}

impl<'a> Walk<'a> {
    fn new(figures: &'a Figures<'a>, artefact: &str) -> Self {
        let place = Place { artefact: artefact.to_owned(), block: None, row: None, cell: None };
        Walk { figures, place, cited: BTreeSet::new(), rows: 0, rows_in_all: 0 }
    }

    fn document(mut self, document: &Document) -> Result<(), LayoutError> {
        let artefact = self.place.artefact.clone();
        if document.language.trim().is_empty() || unfit(&document.language).is_some() {
            return Err(LayoutError::NoLanguage { artefact });
        }
        check_page(&artefact, &document.page)?;
        at_most(&self.place, "blocks", document.blocks.len(), BLOCKS_COUNT_MAX)?;
        let rows = |block: &Block| if let Block::Table(table) = block { table.rows.len() } else { 0 };
        self.rows_in_all = document.blocks.iter().map(rows).fold(0, usize::saturating_add);
        let around = [Some(&document.title), document.page.header.as_ref(), document.page.footer.as_ref()];
        for text in around.into_iter().flatten() {
            self.text(text)?;
        }
        for (index, block) in document.blocks.iter().enumerate() {
            self.place.block = ordinal(index);
            self.block(block)?;
            self.place.row = None;
            self.place.cell = None;
        }
        match self.figures.closings().into_iter().find(|path| !self.cited.contains(path)) {
            Some(path) => Err(LayoutError::ClosingMissing { artefact, path }),
            None => Ok(()),
        }
    }

    fn block(&mut self, block: &Block) -> Result<(), LayoutError> {
        match block {
            Block::Heading { level, text } => {
                if !(1..=3).contains(level) {
                    return Err(LayoutError::Heading { place: self.place.clone(), level: *level });
                }
                self.text(text)
            }
            Block::Paragraph { parts, .. } => {
                at_most(&self.place, "parts of a paragraph", parts.len(), PARTS_COUNT_MAX)?;
                parts.iter().try_for_each(|part| self.value(part))?;
                self.seams(parts)
            }
            Block::Panels(panels) => {
                at_most(&self.place, "panels", panels.len(), ABREAST_COUNT_MAX)?;
                for panel in panels {
                    panel.title.iter().try_for_each(|title| self.text(title))?;
                    at_most(&self.place, "rows of a panel", panel.rows.len(), PANEL_ROWS_COUNT_MAX)?;
                    self.panel_rows(&panel.rows)?;
                }
                Ok(())
            }
            Block::Table(table) => self.table(table),
            Block::Space(millimetres) => self.range("space", *millimetres, 0, SPACE_MM_MAX),
            Block::Rule | Block::PageBreak => Ok(()),
            Block::Image(name) if self.figures.has_asset(name) => Ok(()),
            Block::Image(name) => Err(LayoutError::Image { place: self.place.clone(), name: name.clone() }),
            Block::Signature(labels) => {
                at_most(&self.place, "signature fields", labels.len(), ABREAST_COUNT_MAX)?;
                labels.iter().try_for_each(|label| self.text(label))
            }
        }
    }

    fn panel_rows(&mut self, rows: &[KeyValue]) -> Result<(), LayoutError> {
        for (index, row) in rows.iter().enumerate() {
            self.place.row = ordinal(index);
            self.text(&row.label)?;
            self.value(&row.value)?;
        }
        self.place.row = None;
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<(), LayoutError> {
        let columns = table.columns.len();
        at_most(&self.place, "columns", columns, COLUMNS_COUNT_MAX)?;
        self.rows = self.rows.saturating_add(table.rows.len());
        at_most(&self.place, "table rows in the document", self.rows, ROWS_COUNT_MAX)?;
        if columns == 0 {
            return Err(LayoutError::Span { place: self.place.clone(), covered: 0, columns });
        }
        table.caption.iter().try_for_each(|caption| self.text(caption))?;
        for column in &table.columns {
            self.text(&column.title)?;
            self.range("a column's weight", column.weight, 1, WEIGHT_MAX)?;
        }
        for (index, row) in table.rows.iter().enumerate() {
            self.place.row = ordinal(index);
            self.place.cell = None;
            let covered: u64 = row.cells.iter().map(|cell| u64::from(cell.span)).sum();
            if usize::try_from(covered) != Ok(columns) {
                return Err(LayoutError::Span { place: self.place.clone(), covered, columns });
            }
            for (index, cell) in row.cells.iter().enumerate() {
                self.place.cell = ordinal(index);
                self.range("a cell's span", cell.span, 1, u32::MAX)?;
                self.value(&cell.value)?;
            }
        }
        Ok(())
    }

    fn range(&self, what: &'static str, found: u32, min: u32, max: u32) -> Result<(), LayoutError> {
        if (min..=max).contains(&found) {
            return Ok(());
        }
        Err(LayoutError::Range { place: self.place.clone(), what, found, min, max })
    }

    fn text(&self, text: &str) -> Result<(), LayoutError> {
        at_most(&self.place, "bytes of text", text.len(), TEXT_BYTES_MAX)?;
        if let Some(found) = unfit(text) {
            return Err(LayoutError::Text { place: self.place.clone(), found });
        }
        match self.figures.stranger(text) {
            Some(found) => Err(LayoutError::FreeText { place: self.place.clone(), found }),
            None => Ok(()),
        }
    }

    /// What the texts of a paragraph read together, cited figures and dates taken out: `1` and `,234.56` hide nothing.
    fn seams(&self, parts: &[Value]) -> Result<(), LayoutError> {
        let mut text = String::new();
        for part in parts {
            match part {
                Value::Text(part) => text.push_str(part),
                Value::Number(number) => text.push_str(&money::normal_form(*number)),
                Value::Empty => {}
                Value::Money(_) | Value::Date(_) => {
                    self.text(&text)?;
                    text.clear();
                }
            }
        }
        self.text(&text)
    }

    fn value(&mut self, value: &Value) -> Result<(), LayoutError> {
        match value {
            Value::Empty | Value::Date(_) => Ok(()),
            Value::Text(text) => self.text(text),
            Value::Number(number) if self.figures.number(*number, self.rows_in_all) => Ok(()),
            Value::Number(number) => {
                Err(LayoutError::Number { place: self.place.clone(), found: money::normal_form(*number) })
            }
            Value::Money(cited) => {
                let (place, amount, path) = (self.place.clone(), cited.amount, cited.path.clone());
                match self.figures.check(cited) {
                    Ok(()) => {
                        self.cited.insert(path);
                        Ok(())
                    }
                    Err(Citation::Unresolved) => Err(LayoutError::Unresolved { place, amount, path }),
                    Err(Citation::NotMoney) => Err(LayoutError::NotMoney { place, amount, path }),
                    Err(Citation::Amount { expected }) => {
                        Err(LayoutError::Amount { place, amount, path, expected })
                    }
                    Err(Citation::Currency { expected }) => {
                        Err(LayoutError::Currency { place, amount, path, expected })
                    }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "accept_tests.rs"]
mod tests;
