//! Rows of a file. [`inspect`] finds out what it is, [`rows`] gives them one by one.

mod dates;
mod delimited;
mod headings;
mod quotes;
mod text;
mod unpack;
mod workbook;

pub use text::Encoding;
pub use unpack::Expansion;

use crate::cell::{Cell, letters};
use crate::mapping::Mapping;
use crate::write::REASON;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// Columns of a sheet: what XLSX allows.
pub const COLUMNS_MAX: usize = 16_384;
/// Rows of a workbook's sheet: what XLSX allows.
const BOOK_ROWS_MAX: u64 = 1_048_576;
/// Characters of a cell: what XLSX allows.
pub const CELL_CHARS_MAX: usize = 32_767;
/// Line feeds of a cell: what XLSX allows.
pub const CELL_LINES_MAX: usize = 253;
/// Text of a row: one is held at a time.
pub const ROW_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A file that cannot be read as a sheet.
#[derive(Debug, Error)]
pub enum SheetError {
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("the file is empty")]
    Empty,
    #[error(
        "it is an old Excel workbook (.xls) or a protected one: open it in Excel and save it as .xlsx, without a password"
    )]
    Legacy,
    #[error("it is no text: byte {at} is zero. Export the sheet as CSV or XLSX")]
    Binary { at: u64 },
    #[error(
        "row {row} is not {encoding}: byte {at} of the file starts no character. Name the file's encoding in the mapping, \
         as \"encoding\": \"gb18030\" (one of {})",
        Encoding::names()
    )]
    Malformed { encoding: Encoding, row: u64, at: u64 },
    #[error(
        "its characters are neither UTF-8 nor plainly Chinese (GB18030), and a guess would spoil names: name the encoding in the \
         mapping, as \"encoding\": \"windows-1252\" (one of {})",
        Encoding::names()
    )]
    Encoding,
    #[error("the columns may be separated by {}: name it in the mapping, as \"delimiter\": \";\"", .0.join(" or by "))]
    Delimiter(Vec<String>),
    #[error("there is no sheet {wanted:?}; there are {}", .there.join(", "))]
    NoSheet { wanted: String, there: Vec<String> },
    #[error(
        "row {row} has {found} cells, the headings in row {heading} are {expected}: a cell that holds the delimiter stands in quotation marks"
    )]
    TooManyCells { row: u64, found: usize, expected: usize, heading: u64 },
    #[error("{cell} holds more than {CELL_CHARS_MAX} characters, which is what a cell may hold")]
    CellTooLong { cell: String },
    #[error("row {row} holds more than {} MiB", ROW_BYTES_MAX / 1024 / 1024)]
    RowTooLong { row: u64 },
    #[error(
        "the quotation mark with which {cell} begins is not closed within {CELL_LINES_MAX} line feeds, {CELL_CHARS_MAX} characters or \
         the file: close it, or where it is part of the text write it twice and the cell in quotation marks"
    )]
    Unclosed { cell: String },
    #[error(
        "in {cell} there is text behind the closing quotation mark: inside of a cell in quotation marks each mark is written twice"
    )]
    BehindQuote { cell: String },
    #[error(
        "the workbook is refused before it is unpacked into memory: {0}. Export the sheet as CSV, which is read row by row"
    )]
    Expands(Expansion),
    #[error("there is no row {row} to be the headings")]
    NoHeadings { row: u64 },
    #[error("no row looks like headings: name it in the mapping, as \"header_row\": 1")]
    NoHeading,
    #[error(
        "the headings fill all {COLUMNS_MAX} columns: leave one free, for the reasons of rows that are refused"
    )]
    FullWidth,
    #[error("the headings stand in row {row}, the last of a sheet: nothing is below them")]
    NothingBelow { row: u64 },
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    #[error("row {row} comes after a later one: the workbook is damaged")]
    Unordered { row: u64 },
}

/// Where the bytes are: read more than once, so they stay.
#[derive(Debug, Clone)]
pub enum Source {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

pub(crate) trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}

impl Source {
    pub(crate) fn open(&self) -> Result<Box<dyn Bytes>, SheetError> {
        Ok(match self {
            Source::File(path) => Box::new(File::open(path)?),
            Source::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }
    /// A reader of all its bytes, for a digest.
    ///
    /// # Errors
    /// `Io`.
    pub fn reader(&self) -> Result<impl Read, SheetError> {
        self.open()
    }
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub format: Format,
    /// From 1.
    pub header_row: u64,
    /// The texts of that row; an empty one names no column.
    pub headers: Vec<String>,
}

impl Layout {
    /// What names a column in a mapping: its heading, or its letters where others are headed alike or it has none.
    pub fn name(&self, column: usize) -> String {
        let heading = self.headers.get(column).map(String::as_str).unwrap_or_default();
        let alike = self.headers.iter().filter(|other| *other == heading).count();
        if heading.is_empty() || alike > 1 {
            format!("column:{}", letters(column))
        } else {
            heading.to_owned()
        }
    }
    /// All of them, from left to right.
    pub fn names(&self) -> Vec<String> {
        (0..self.headers.len()).map(|column| self.name(column)).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    Delimited {
        encoding: Encoding,
        delimiter: u8,
    },
    /// The sheet that is read, and those that are not.
    Workbook {
        sheet: String,
        others: Vec<String>,
        /// Whether it counts days from 1904.
        from_1904: bool,
    },
}

/// A row below the headings: a cell for each of them, and what stands beyond the last. Blank rows are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 1, as Excel counts.
    pub number: u64,
    pub cells: Vec<Cell>,
    /// Columns of number cells that were rounded to what Excel shows.
    pub rounded: Vec<usize>,
}

/// Looks at the whole file once; what the mapping names is not guessed.
///
/// # Errors
/// What keeps it from being read as a sheet, with what to do about it.
pub fn inspect(source: &Source, mapping: Option<&Mapping>) -> Result<Layout, SheetError> {
    let mut head = [0u8; 8];
    let read = read_up_to(&mut source.open()?, &mut head)?;
    let head = head.get(..read).unwrap_or_default();
    if head.is_empty() {
        return Err(SheetError::Empty);
    }
    // the compound file that .xls is, and an encrypted .xlsx too
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(SheetError::Legacy);
    }
    let format = if head.starts_with(b"PK\x03\x04") {
        unpack::check(source)?;
        workbook::find(source, mapping.and_then(|m| m.sheet.as_deref()))?
    } else {
        delimited::find(source, mapping)?
    };
    let (header_row, headers) = headings::find(source, &format, mapping.and_then(|m| m.header_row))?;
    if headers.len() >= COLUMNS_MAX && !headers.iter().any(|heading| heading == REASON) {
        return Err(SheetError::FullWidth);
    }
    if matches!(format, Format::Workbook { .. }) && header_row >= BOOK_ROWS_MAX {
        return Err(SheetError::NothingBelow { row: header_row });
    }
    Ok(Layout { format, header_row, headers })
}

/// The rows below the headings, until `each` breaks; gives what it broke with.
///
/// # Errors
/// A place at which the file is no sheet any more: what was given before is what stands before it.
pub fn rows<B>(
    source: &Source,
    layout: &Layout,
    each: &mut dyn FnMut(Row) -> ControlFlow<B>,
) -> Result<Option<B>, SheetError> {
    let width = layout.headers.len();
    all(source, &layout.format, &mut |mut row: Row| {
        if row.number <= layout.header_row {
            return ControlFlow::Continue(());
        }
        while row.cells.len() > width && row.cells.last().is_some_and(Cell::is_empty) {
            row.cells.pop();
        }
        if row.cells.iter().all(Cell::is_empty) {
            return ControlFlow::Continue(());
        }
        row.cells.resize(row.cells.len().max(width), Cell::Empty);
        each(row)
    })
}

fn all<B>(
    source: &Source,
    format: &Format,
    each: &mut dyn FnMut(Row) -> ControlFlow<B>,
) -> Result<Option<B>, SheetError> {
    match format {
        Format::Delimited { encoding, delimiter } => delimited::rows(source, *encoding, *delimiter, each),
        Format::Workbook { sheet, .. } => workbook::rows(source, sheet, each),
    }
}

fn read_up_to(from: &mut dyn Read, into: &mut [u8]) -> Result<usize, SheetError> {
    let mut filled = 0;
    while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest)? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

fn rewound(source: &Source) -> Result<Box<dyn Bytes>, SheetError> {
    let mut bytes = source.open()?;
    bytes.seek(SeekFrom::Start(0))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
