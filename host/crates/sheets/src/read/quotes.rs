//! Watches the text on its way into the reader of CSV: a quotation mark that is never closed would take the rest of the file
//! into one cell, and the reader would hold it. What is refused names the cell at which it began.

use super::text::Malformed;
use super::{CELL_CHARS_MAX, CELL_LINES_MAX, ROW_BYTES_MAX, SheetError};
use crate::cell::address;
use std::io::{self, ErrorKind, Read};

/// A reader that gives what `from` gives up to the first place that is no CSV, and refuses that.
pub(super) struct Quotes<R> {
    from: R,
    delimiter: u8,
    at: At,
    /// From 1, as Excel counts: line feeds in quotation marks make no row.
    row: u64,
    /// From 0.
    column: usize,
    chars: usize,
    lines: usize,
    row_bytes: usize,
    /// To be told when what stands before it was given.
    refused: Option<io::Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    /// A quotation mark in a quoted cell: it ends the cell, or it is the first half of one that is meant.
    Mark,
    Closed,
}

impl<R: Read> Quotes<R> {
    pub(super) fn new(from: R, delimiter: u8) -> Self {
        Quotes {
            from,
            delimiter,
            at: At::Start,
            row: 1,
            column: 0,
            chars: 0,
            lines: 0,
            row_bytes: 0,
            refused: None,
        }
    }

    fn take(&mut self, byte: u8) -> Result<(), SheetError> {
        let quoted = self.at == At::Quoted;
        if !quoted && (byte == self.delimiter || byte == b'\n') {
            (self.at, self.chars, self.lines) = (At::Start, 0, 0);
            if byte == b'\n' {
                (self.row, self.column, self.row_bytes) = (self.row + 1, 0, 0);
            } else {
                self.column += 1;
            }
            return Ok(());
        }
        self.row_bytes += 1;
        if self.row_bytes > ROW_BYTES_MAX {
            return Err(SheetError::RowTooLong { row: self.row });
        }
        self.at = match (self.at, byte) {
            (At::Start, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::Mark,
            (At::Mark, b'"') => self.counted(b'"', At::Quoted)?,
            (At::Mark | At::Closed, b' ' | b'\t') => At::Closed,
            (At::Mark | At::Closed, _) => return Err(SheetError::BehindQuote { cell: self.cell() }),
            (At::Start | At::Plain, other) => self.counted(other, At::Plain)?,
            (At::Quoted, other) => self.counted(other, At::Quoted)?,
        };
        Ok(())
    }

    fn counted(&mut self, byte: u8, then: At) -> Result<At, SheetError> {
        // the bytes that go on with a character are none of their own
        self.chars += usize::from(byte & 0xc0 != 0x80);
        self.lines += usize::from(byte == b'\n');
        match then {
            At::Quoted if self.chars > CELL_CHARS_MAX || self.lines > CELL_LINES_MAX => {
                Err(SheetError::Unclosed { cell: self.cell() })
            }
            _ if self.chars > CELL_CHARS_MAX => Err(SheetError::CellTooLong { cell: self.cell() }),
            then => Ok(then),
        }
    }

    fn cell(&self) -> String {
        address(self.row, self.column)
    }

    /// A refusal of the characters stands in the row that was come to.
    fn placed(&self, error: io::Error) -> io::Error {
        match error.downcast::<Malformed>() {
            Ok(Malformed { encoding, at }) => refusal(SheetError::Malformed { encoding, row: self.row, at }),
            Err(error) => error,
        }
    }
}

fn refusal(error: SheetError) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(refused) = self.refused.take() {
            return Err(refused);
        }
        let read = self.from.read(into).map_err(|error| self.placed(error))?;
        if read == 0 && self.at == At::Quoted {
            return Err(refusal(SheetError::Unclosed { cell: self.cell() }));
        }
        for (good, byte) in into.iter().take(read).enumerate() {
            if let Err(error) = self.take(*byte) {
                let refused = refusal(error);
                if good == 0 {
                    return Err(refused);
                }
                self.refused = Some(refused);
                return Ok(good);
            }
        }
        Ok(read)
    }
}
