//! The document model (版面) a statement format answers with; `render` makes PDF and HTML of it.

mod accept;
mod figures;
mod scan;

pub use accept::{LayoutError, Place, accept};

use chrono::NaiveDate;
use money::Money;
use rust_decimal::Decimal;

/// A money figure and the RFC 6901 pointer of where it stands in the sealed model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedMoney {
    pub amount: Money,
    pub path: String,
    pub show_currency: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Empty,
    Text(String),
    Money(CitedMoney),
    Date(NaiveDate),
    Number(Decimal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Start,
    Center,
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    pub align: Align,
    /// Relative width.
    pub weight: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub value: Value,
    /// Columns this cell covers, at least 1.
    pub span: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    Body,
    Section,
    Subtotal,
    Total,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub kind: RowKind,
    pub cells: Vec<Cell>,
}

/// A table; its column titles are repeated at the head of every page it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub caption: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyValue {
    pub label: String,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    pub title: Option<String>,
    pub rows: Vec<KeyValue>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextStyle {
    Normal,
    Small,
    Strong,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Level 1 to 3.
    Heading {
        level: u32,
        text: String,
    },
    /// The parts stand one after the other, so that prose can hold cited figures.
    Paragraph {
        parts: Vec<Value>,
        style: TextStyle,
        align: Align,
    },
    /// Side by side, equal widths.
    Panels(Vec<Panel>),
    Table(Table),
    /// Millimetres.
    Space(u32),
    Rule,
    PageBreak,
    /// Name of an asset in the model.
    Image(String),
    /// Labels of signature fields (签章), side by side.
    Signature(Vec<String>),
}

/// Lengths in millimetres; `{page}` and `{pages}` in `header` and `footer` are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub width: u32,
    pub height: u32,
    pub margin: u32,
    pub header: Option<String>,
    pub footer: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub title: String,
    /// BCP 47
    pub language: String,
    pub page: Page,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Document(Document),
    Bytes(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    pub name: String,
    pub media_type: String,
    pub content: Content,
}

/// What a format guest answers, syntactically valid (amounts parsed) but not yet accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub artefacts: Vec<Artefact>,
    /// What the guest wants somebody to look at.
    pub warnings: Vec<crate::plugin::Problem>,
}

/// The media type of a document model; PDF and HTML are drawn from it.
pub const DOCUMENT_MEDIA_TYPE: &str = "application/vnd.zhangben.document";

/// One output that is asked of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requested<'a> {
    pub name: &'a str,
    pub media_type: &'a str,
}
