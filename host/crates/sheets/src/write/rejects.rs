//! Rows that were refused, in a file that the same mapping reads again: the cells as they were, the reason behind them.

use super::delimited::refused;
use super::{Output, WriteError, workbook};
use crate::cell::Cell;
use crate::formula;
use crate::read::{Encoding, Format, Layout, Row};
use crate::value::{Separators, number};
use std::io::{BufWriter, Write as _};

/// The heading of the reasons; no field has it.
pub const REASON: &str = "import_error";

pub struct Rejects(Inner);

enum Inner {
    Text { output: BufWriter<Output>, encoding: Encoding, delimiter: u8, width: usize },
    Book { writer: Box<workbook::Writer>, width: usize },
}

impl Rejects {
    /// In the layout of the file that was read: format, encoding, delimiter, sheet, row of the headings.
    ///
    /// # Errors
    /// `Io`.
    pub fn new(layout: &Layout, output: Output) -> Result<Self, WriteError> {
        let known = layout.headers.iter().position(|heading| heading == REASON);
        let width = known.unwrap_or(layout.headers.len());
        let mut headings: Vec<&str> = layout.headers.iter().take(width).map(String::as_str).collect();
        headings.push(REASON);
        let above = layout.header_row.saturating_sub(1);
        Ok(Rejects(match &layout.format {
            Format::Workbook { sheet, .. } => {
                let row = u32::try_from(above).unwrap_or(0);
                let writer = workbook::Writer::starting_at(output, sheet, &headings, row)?;
                Inner::Book { writer: Box::new(writer), width }
            }
            Format::Delimited { encoding, delimiter } => {
                let mut inner = Inner::Text {
                    output: BufWriter::new(output),
                    encoding: *encoding,
                    delimiter: *delimiter,
                    width,
                };
                if matches!(encoding, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be) {
                    inner.raw("\u{feff}")?;
                }
                for _ in 0..above {
                    inner.raw("\r\n")?;
                }
                let delimiter = *delimiter;
                inner.record(headings.iter().map(|heading| shown(heading, delimiter)))?;
                inner
            }
        }))
    }

    /// # Errors
    /// `Io`.
    pub fn row(&mut self, row: &Row, reason: &str) -> Result<(), WriteError> {
        match &mut self.0 {
            Inner::Book { writer, width } => {
                writer.cells(row.cells.get(..*width).unwrap_or(&row.cells), reason)
            }
            Inner::Text { width, delimiter, .. } => {
                let (width, delimiter) = (*width, *delimiter);
                let cells = row.cells.iter().take(width).map(|cell| shown(&cell.shown(), delimiter));
                let reason = shown(&reason.replace(['\r', '\n'], " "), delimiter);
                self.0.record(cells.chain([reason]))
            }
        }
    }

    /// # Errors
    /// `Io`.
    pub fn finish(self) -> Result<Output, WriteError> {
        match self.0 {
            Inner::Book { writer, .. } => writer.finish(),
            Inner::Text { output, .. } => {
                let mut output = output.into_inner().map_err(|error| WriteError::Io(error.into_error()))?;
                output.flush()?;
                Ok(output)
            }
        }
    }
}

/// A number stays one, but not with letters, which a program takes for a cell's address (`-EUR5`, `-US$5`); any other text that begins
/// as a formula does gets its apostrophe, a heading too.
fn shown(text: &str, delimiter: u8) -> String {
    let is_number = |separators| number(text, separators, true).is_ok();
    let plain = !text.contains(char::is_alphabetic)
        && (is_number(Separators::default()) || is_number(Separators { decimal: ',', thousands: Some('.') }));
    if plain { text.to_owned() } else { formula::guarded(text, delimiter).into_owned() }
}

impl Inner {
    fn raw(&mut self, text: &str) -> Result<(), WriteError> {
        let Inner::Text { output, encoding, .. } = self else { return Ok(()) };
        // what an encoding lacks is written as a reference, which says what it was; nothing of the file itself lacks
        match encoding {
            Encoding::Utf16Le => {
                text.encode_utf16().try_for_each(|unit| output.write_all(&unit.to_le_bytes()))?;
            }
            Encoding::Utf16Be => {
                text.encode_utf16().try_for_each(|unit| output.write_all(&unit.to_be_bytes()))?;
            }
            other => output.write_all(&other.table().encode(text).0)?,
        }
        Ok(())
    }

    fn record(&mut self, cells: impl Iterator<Item = String>) -> Result<(), WriteError> {
        let Inner::Text { delimiter, .. } = self else { return Ok(()) };
        let mut builder = csv::WriterBuilder::new();
        let mut writer =
            builder.delimiter(*delimiter).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(cells.map(String::into_bytes)).map_err(refused)?;
        let bytes = writer.into_inner().map_err(|error| WriteError::Io(error.into_error()))?;
        self.raw(&String::from_utf8_lossy(&bytes))
    }
}
