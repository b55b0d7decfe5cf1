//! XLSX. Number cells are binary fractions: decimals become the nearest one, which shows as the same decimal up to the 15
//! digits that Excel keeps; what has more is written as text.

use super::{Output, Value, WriteError};
use crate::cell::Cell;
use crate::value::beyond_excel;
use chrono::{Datelike, NaiveDateTime, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::HashMap;

/// Rows of a sheet.
const ROWS_MAX: u32 = 1_048_576;
/// Characters of a sheet's name.
const NAME_CHARS_MAX: usize = 31;

pub(super) struct Writer {
    book: Workbook,
    output: Output,
    title: String,
    headings: Vec<String>,
    sheet: usize,
    row: u32,
    styles: Styles,
}

struct Styles {
    heading: Format,
    date: Format,
    moment: Format,
    plain: Format,
    by_pattern: HashMap<String, Format>,
}

impl Writer {
    pub(super) fn new(output: Output, title: &str, headings: &[&str]) -> Result<Self, WriteError> {
        Self::starting_at(output, title, headings, 0)
    }

    /// With the headings in a row counted from 0.
    pub(super) fn starting_at(
        output: Output,
        title: &str,
        headings: &[&str],
        row: u32,
    ) -> Result<Self, WriteError> {
        let styles = Styles {
            heading: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss\" UTC\""),
            plain: Format::new(),
            by_pattern: HashMap::new(),
        };
        let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let mut writer =
            Writer { book: book()?, output, title: title.to_owned(), headings, sheet: 0, row, styles };
        writer.add_sheet()?;
        Ok(writer)
    }

    fn add_sheet(&mut self) -> Result<(), WriteError> {
        let suffix = if self.sheet == 0 { String::new() } else { format!(" ({})", self.sheet + 1) };
        let keep = NAME_CHARS_MAX.saturating_sub(suffix.chars().count());
        let name = sheet_name(&self.title, keep);
        let sheet = self.book.add_worksheet_with_constant_memory();
        sheet.set_name(format!("{name}{suffix}")).map_err(refused)?;
        sheet.set_freeze_panes(self.row + 1, 0).map_err(refused)?;
        for (column, heading) in (0u16..).zip(&self.headings) {
            sheet.set_column_width(column, 16).map_err(refused)?;
            sheet
                .write_string_with_format(self.row, column, heading, &self.styles.heading)
                .map_err(refused)?;
        }
        self.row += 1;
        Ok(())
    }

    fn next_row(&mut self) -> Result<(u32, &mut Worksheet, &mut Styles), WriteError> {
        if self.row == ROWS_MAX {
            self.sheet += 1;
            self.row = 0;
            self.add_sheet()?;
        }
        let row = self.row;
        self.row += 1;
        let sheet = self.book.worksheet_from_index(self.sheet).map_err(refused)?;
        Ok((row, sheet, &mut self.styles))
    }

    pub(super) fn row(&mut self, values: &[Value]) -> Result<(), WriteError> {
        let (row, sheet, styles) = self.next_row()?;
        for (column, value) in (0u16..).zip(values) {
            match value {
                Value::Empty => {}
                Value::Text(text) => string(sheet, row, column, text)?,
                Value::Date(date) => day(sheet, styles, row, column, *date)?,
                Value::Instant(at) => moment(sheet, styles, row, column, *at)?,
                Value::Count(count) => number(sheet, styles, (row, column), &count.to_string(), "0")?,
                Value::Decimal(decimal) => {
                    number(sheet, styles, (row, column), &money::normal_form(*decimal), "General")?;
                }
                Value::Money(amount, currency) => {
                    let places = usize::try_from(currency.decimals()).unwrap_or(0);
                    let fraction =
                        if places == 0 { String::new() } else { format!(".{}", "0".repeat(places)) };
                    let pattern = format!("[${}] #,##0{fraction}", currency.code());
                    number(sheet, styles, (row, column), &amount.format(*currency), &pattern)?;
                }
            }
        }
        Ok(())
    }

    /// A row as it was read, and a text behind it.
    pub(super) fn cells(&mut self, cells: &[Cell], behind: &str) -> Result<(), WriteError> {
        let (row, sheet, styles) = self.next_row()?;
        let mut last = 0u16;
        for (column, cell) in (0u16..).zip(cells) {
            last = column + 1;
            match cell {
                Cell::Empty => {}
                Cell::Number(text) => number(sheet, styles, (row, column), text, "General")?,
                Cell::Date(date) => day(sheet, styles, row, column, *date)?,
                Cell::Bool(value) => {
                    sheet.write_boolean(row, column, *value).map_err(refused)?;
                }
                Cell::Text(text) | Cell::Error(text) | Cell::Formula(text) => {
                    string(sheet, row, column, text)?;
                }
            }
        }
        string(sheet, row, last, behind)
    }

    pub(super) fn finish(mut self) -> Result<Output, WriteError> {
        self.book.save_to_writer(&mut self.output).map_err(refused)?;
        Ok(self.output)
    }
}

/// The same cells make the same bytes, so that a file has one tag: no time of its making stands in it.
fn book() -> Result<Workbook, WriteError> {
    let never = ExcelDateTime::from_ymd(2000, 1, 1).map_err(refused)?;
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&never));
    // where the files of this program go
    book.set_tempdir(tempfile::env::temp_dir()).map_err(refused)?;
    Ok(book)
}

/// Without what Excel does not allow in the name of a sheet, which is an apostrophe at its ends too.
fn sheet_name(title: &str, chars: usize) -> String {
    let kept: String = title.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(chars).collect();
    match kept.trim_matches('\'') {
        "" => "1".to_owned(),
        name => name.to_owned(),
    }
}

/// As a string cell, whatever it begins with; Excel takes no more than so many characters.
fn string(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), WriteError> {
    let cut: String = text.chars().take(crate::read::CELL_CHARS_MAX).collect();
    sheet.write_string(row, column, cut).map(drop).map_err(refused)
}

fn day(
    sheet: &mut Worksheet,
    styles: &Styles,
    row: u32,
    column: u16,
    date: chrono::NaiveDate,
) -> Result<(), WriteError> {
    match stamp(date) {
        Some(stamp) => {
            sheet.write_datetime_with_format(row, column, &stamp, &styles.date).map(drop).map_err(refused)
        }
        // a day that Excel does not know stays readable
        None => string(sheet, row, column, &date.to_string()),
    }
}

fn stamp(date: chrono::NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok().filter(|year| (1900..=9999).contains(year))?;
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// To the millisecond, which is what Excel keeps.
fn moment(
    sheet: &mut Worksheet,
    styles: &Styles,
    row: u32,
    column: u16,
    at: NaiveDateTime,
) -> Result<(), WriteError> {
    let timed = || {
        let (hour, minute) = (u16::try_from(at.hour()).ok()?, u8::try_from(at.minute()).ok()?);
        let second = u8::try_from(at.second()).ok()?;
        // a leap second has a thousand more
        let milli = u16::try_from(at.nanosecond() / 1_000_000).ok()?.min(999);
        stamp(at.date())?.and_hms_milli(hour, minute, second, milli).ok()
    };
    match timed() {
        Some(stamp) => {
            sheet.write_datetime_with_format(row, column, &stamp, &styles.moment).map(drop).map_err(refused)
        }
        None => string(sheet, row, column, &super::instant(at)),
    }
}

fn number(
    sheet: &mut Worksheet,
    styles: &mut Styles,
    (row, column): (u32, u16),
    text: &str,
    pattern: &str,
) -> Result<(), WriteError> {
    let value: f64 = match text.parse() {
        Ok(value) if !beyond_excel(text) => value,
        _ => return string(sheet, row, column, text),
    };
    let plain = pattern == "General";
    let style = if plain {
        &styles.plain
    } else {
        styles.by_pattern.entry(pattern.to_owned()).or_insert_with(|| Format::new().set_num_format(pattern))
    };
    sheet.write_number_with_format(row, column, value, style).map(drop).map_err(refused)
}

fn refused(error: XlsxError) -> WriteError {
    match error {
        XlsxError::IoError(error) => WriteError::Io(error),
        other => WriteError::Workbook(other.to_string()),
    }
}
