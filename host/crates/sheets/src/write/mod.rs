//! Lists as CSV and XLSX: real numbers, real dates, and no text that a spreadsheet program would calculate.
//!
//! | | CSV | XLSX |
//! |---|---|---|
//! | text | UTF-8 with a byte order mark, without which Excel reads Chinese wrongly | string cells |
//! | a text that begins as a formula does, or a part of it behind a list separator | an apostrophe before it (OWASP, *CSV Injection*) | a string cell is never a formula |
//! | amount | plain decimal | number with the currency's code and decimals as its format |
//! | date | `YYYY-MM-DD` | date cell |
//! | instant | RFC 3339 in UTC, six decimals | date and time cell, which says UTC |
//! | rows beyond 1,048,576 | as they are | go on in another sheet |

mod delimited;
mod rejects;
mod workbook;

pub(crate) use rejects::REASON;
pub use rejects::Rejects;

use chrono::{NaiveDate, NaiveDateTime};
use money::{Currency, Minor};
use rust_decimal::Decimal;
use std::fs::File;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use thiserror::Error;

/// A list's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub const fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        [Format::Csv, Format::Xlsx].into_iter().find(|format| format.name() == name)
    }
    /// By a media type without its parameters.
    pub fn by_media_type(media: &str) -> Option<Self> {
        let own = |format: &Format| format.media_type().split(';').next() == Some(media);
        [Format::Csv, Format::Xlsx].into_iter().find(own)
    }
}

/// The language of headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// `zh-CN` …, anything else is English.
    pub fn of(locale: &str) -> Self {
        if locale.starts_with("zh") { Language::Chinese } else { Language::English }
    }
}

/// A column's headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub zh: &'static str,
    pub en: &'static str,
}

impl Column {
    pub const fn heading(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.zh,
            Language::English => self.en,
        }
    }
}

/// What goes into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Empty,
    Text(String),
    Money(Minor, Currency),
    Decimal(Decimal),
    Date(NaiveDate),
    /// In UTC.
    Instant(NaiveDateTime),
    Count(i64),
}

impl Value {
    /// A text that may be missing.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Value::Empty, |text| Value::Text(text.into()))
    }
    pub fn date(date: Option<NaiveDate>) -> Self {
        date.map_or(Value::Empty, Value::Date)
    }
}

/// As the API writes it.
pub fn instant(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

#[derive(Debug, Error)]
pub enum WriteError {
    #[error("cannot write the sheet: {0}")]
    Io(#[from] io::Error),
    #[error("cannot write the workbook: {0}")]
    Workbook(String),
}

/// Where the bytes go.
#[derive(Debug)]
pub enum Output {
    File(File),
    Memory(Cursor<Vec<u8>>),
}

impl Output {
    pub fn memory() -> Self {
        Output::Memory(Cursor::new(Vec::new()))
    }
    /// The file that was written.
    pub fn into_file(self) -> Option<File> {
        match self {
            Output::File(file) => Some(file),
            Output::Memory(_) => None,
        }
    }
    /// What was written to memory.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Output::File(_) => Vec::new(),
            Output::Memory(cursor) => cursor.into_inner(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::File(file) => file.write(bytes),
            Output::Memory(cursor) => cursor.write(bytes),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::File(file) => file.flush(),
            Output::Memory(cursor) => cursor.flush(),
        }
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Output::File(file) => file.seek(to),
            Output::Memory(cursor) => cursor.seek(to),
        }
    }
}

/// Writes a list row by row.
pub struct Writer(Inner);

enum Inner {
    Csv(delimited::Writer),
    Xlsx(workbook::Writer),
}

impl Writer {
    /// Begins a list with its headings.
    ///
    /// # Errors
    /// `Io`.
    pub fn new(
        format: Format,
        output: Output,
        title: &str,
        columns: &[Column],
        language: Language,
    ) -> Result<Self, WriteError> {
        let headings: Vec<&str> = columns.iter().map(|column| column.heading(language)).collect();
        Self::with_headings(format, output, title, &headings)
    }
    /// Begins a list whose columns are not always the same.
    ///
    /// # Errors
    /// `Io`.
    pub fn with_headings(
        format: Format,
        output: Output,
        title: &str,
        headings: &[&str],
    ) -> Result<Self, WriteError> {
        Ok(Writer(match format {
            Format::Csv => Inner::Csv(delimited::Writer::new(output, headings)?),
            Format::Xlsx => Inner::Xlsx(workbook::Writer::new(output, title, headings)?),
        }))
    }
    /// # Errors
    /// `Io`.
    pub fn row(&mut self, row: &[Value]) -> Result<(), WriteError> {
        match &mut self.0 {
            Inner::Csv(writer) => writer.row(row),
            Inner::Xlsx(writer) => writer.row(row),
        }
    }
    /// # Errors
    /// `Io`.
    pub fn finish(self) -> Result<Output, WriteError> {
        match self.0 {
            Inner::Csv(writer) => writer.finish(),
            Inner::Xlsx(writer) => writer.finish(),
        }
    }
}

#[cfg(test)]
mod tests;
