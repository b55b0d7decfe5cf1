//! XLSX. The one file here that sees the binary fractions of number cells: they leave it as decimal text, rounded to the 15 digits
//! that Excel shows where its own arithmetic left more.

use super::{Bytes, CELL_CHARS_MAX, Format, Row, SheetError, Source, dates, rewound};
use crate::cell::{Cell, address};
use crate::value::{beyond_excel, whole_digits};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxFormulaMetadata};
use chrono::NaiveDate;
use std::io::Cursor;
use std::ops::ControlFlow;

/// Digits before the point up to which a number is rounded: the 15 leave three behind it, which is what an amount has. With more of
/// them rounding would take away money, and the field refuses.
const WHOLE_DIGITS_MAX: usize = 12;

fn open(source: &Source) -> Result<Xlsx<Box<dyn Bytes>>, SheetError> {
    let bytes: Box<dyn Bytes> = match dates::known(rewound(source)?) {
        Some(changed) => Box::new(Cursor::new(changed)),
        None => rewound(source)?,
    };
    Xlsx::new(bytes).map_err(|error| damaged(&error))
}

fn damaged(error: &calamine::XlsxError) -> SheetError {
    match error {
        calamine::XlsxError::Password => SheetError::Legacy,
        other => SheetError::Workbook(other.to_string()),
    }
}

/// The named sheet, or the first that is shown and has something in it.
pub(super) fn find(source: &Source, named: Option<&str>) -> Result<Format, SheetError> {
    let mut book = open(source)?;
    let sheets = book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet);
    let names: Vec<(String, bool)> =
        sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect();
    let all = || names.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let sheet = match named {
        Some(wanted) => {
            let found = all().into_iter().find(|name| name == wanted);
            found.ok_or_else(|| SheetError::NoSheet { wanted: wanted.to_owned(), there: all() })?
        }
        None => {
            let mut shown = names.iter().filter(|(_, visible)| *visible).map(|(name, _)| name);
            shown.find(|name| holds_something(&mut book, name)).cloned().ok_or(SheetError::Empty)?
        }
    };
    let others = all().into_iter().filter(|name| *name != sheet).collect();
    Ok(Format::Workbook { sheet, others, from_1904: book.has_1904_epoch() })
}

/// A cell that is merged with those below it: its column, and the rows from 1.
pub(super) struct Merged {
    pub first_row: u64,
    pub last_row: u64,
    pub column: usize,
}

pub(super) fn merged(source: &Source, sheet: &str) -> Result<Vec<Merged>, SheetError> {
    let mut book = open(source)?;
    let regions = book.merge_cells_by_sheet_name(sheet).map_err(|error| damaged(&error))?;
    let downwards = regions.into_iter().filter(|region| region.start.0 < region.end.0);
    let merged = downwards.map(|region| Merged {
        first_row: u64::from(region.start.0) + 1,
        last_row: u64::from(region.end.0) + 1,
        column: usize::try_from(region.start.1).unwrap_or(usize::MAX),
    });
    Ok(merged.filter(|one| one.column < super::COLUMNS_MAX).collect())
}

/// Whether a cell is filled. A sheet that cannot be read counts as one: reading it says why.
fn holds_something(book: &mut Xlsx<Box<dyn Bytes>>, name: &str) -> bool {
    let Ok(mut cells) = book.worksheet_cells_reader(name) else { return true };
    loop {
        match cells.next_cell_with_formula_metadata() {
            Ok(Some(cell)) if cell.value == DataRef::Empty && cell.formula.is_none() => {}
            Ok(None) => return false,
            Ok(Some(_)) | Err(_) => return true,
        }
    }
}

pub(super) fn rows<B>(
    source: &Source,
    sheet: &str,
    each: &mut dyn FnMut(Row) -> ControlFlow<B>,
) -> Result<Option<B>, SheetError> {
    let mut book = open(source)?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| damaged(&error))?;
    let mut row: Option<Row> = None;
    let mut bytes = 0usize;
    while let Some(found) = cells.next_cell_with_formula_metadata().map_err(|error| damaged(&error))? {
        let (number, column) = found.pos;
        let number = u64::from(number) + 1;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if let Some(whole) = row.take_if(|row| row.number != number) {
            if whole.number > number {
                return Err(SheetError::Unordered { row: number });
            }
            if let ControlFlow::Break(with) = each(whole) {
                return Ok(Some(with));
            }
        }
        let (cell, rounded) = match (&found.value, &found.formula) {
            (DataRef::Empty, Some(formula)) => (uncalculated(formula), false),
            (value, _) => cell(value, number, column)?,
        };
        let current = row.get_or_insert_with(|| {
            bytes = 0;
            Row { number, cells: Vec::new(), rounded: Vec::new() }
        });
        if rounded {
            current.rounded.push(column);
        }
        // a shared text may be named by every cell of a row
        if let Cell::Text(text) | Cell::Formula(text) = &cell {
            bytes = bytes.saturating_add(text.len());
        }
        if bytes > super::ROW_BYTES_MAX {
            return Err(SheetError::RowTooLong { row: number });
        }
        if !cell.is_empty() && column < super::COLUMNS_MAX {
            current.cells.resize(current.cells.len().max(column + 1), Cell::Empty);
            if let Some(place) = current.cells.get_mut(column) {
                *place = cell;
            }
        }
    }
    match row.map(each) {
        Some(ControlFlow::Break(with)) => Ok(Some(with)),
        _ => Ok(None),
    }
}

/// A formula whose value was never saved, as programs leave it that write workbooks and do not calculate.
fn uncalculated(formula: &XlsxFormulaMetadata) -> Cell {
    Cell::Formula(match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => {
            format!("={formula}")
        }
        // what it shares stands in another cell
        _ => "=".to_owned(),
    })
}

/// The cell, and whether it is a number that was rounded.
fn cell(value: &DataRef<'_>, row: u64, column: usize) -> Result<(Cell, bool), SheetError> {
    let text = |text: &str| {
        if text.len() > CELL_CHARS_MAX && text.chars().count() > CELL_CHARS_MAX {
            return Err(SheetError::CellTooLong { cell: address(row, column) });
        }
        Ok(Cell::text(text))
    };
    let cell = match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(value) => text(value)?,
        DataRef::SharedString(value) => text(value)?,
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::Int(value) => Cell::Number(value.to_string()),
        DataRef::Float(value) if value.is_finite() => {
            let (text, rounded) = decimal(*value);
            return Ok((Cell::Number(text), rounded));
        }
        DataRef::Float(value) => Cell::Error(value.to_string()),
        DataRef::DateTime(stamp) if stamp.is_datetime() => {
            let (year, month, day, ..) = stamp.to_ymd_hms_milli();
            match NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()) {
                // serials below 61 are before Excel's 29 February 1900, which never was
                Some(date) if year >= 1901 => Cell::Date(date),
                _ => Cell::Error(format!("{year}-{month:02}-{day:02}")),
            }
        }
        DataRef::DateTime(duration) => Cell::Error(format!("the duration {}", duration.as_f64())),
        DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => text(value)?,
        DataRef::Error(error) => Cell::Error(error.to_string()),
    };
    Ok((cell, false))
}

/// The shortest decimal that reads back as the same binary fraction, without an exponent; and where that has more digits than Excel
/// shows, as 234.54999999999995 of 1234.56 − 1000.01, the one of 15 digits, with whether it was.
fn decimal(value: f64) -> (String, bool) {
    let shortest = value.to_string();
    if !beyond_excel(&shortest) || whole_digits(&shortest) > WHOLE_DIGITS_MAX {
        return (shortest, false);
    }
    // 15 digits and a binary fraction name each other, so that the shortest decimal of the rounded one is what was rounded to
    match format!("{value:.14e}").parse::<f64>() {
        Ok(rounded) => (rounded.to_string(), true),
        Err(_) => (shortest, false),
    }
}
