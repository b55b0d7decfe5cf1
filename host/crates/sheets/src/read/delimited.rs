//! CSV (RFC 4180, with other delimiters and encodings).

use super::quotes::Quotes;
use super::text::{self, Decoded, Encoding};
use super::{COLUMNS_MAX, Format, Row, SheetError, Source, rewound};
use crate::cell::Cell;
use crate::mapping::Mapping;
use std::io::Read;
use std::ops::ControlFlow;

/// Text that is looked at to find the delimiter.
const SAMPLE_BYTES: u64 = 64 * 1024;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub(super) fn find(source: &Source, mapping: Option<&Mapping>) -> Result<Format, SheetError> {
    let encoding = match mapping.and_then(|m| m.encoding) {
        Some(named) => named,
        None => text::detect(&mut rewound(source)?)?,
    };
    let delimiter = match mapping.and_then(|m| m.delimiter) {
        Some(named) => named.byte(),
        None => delimiter(source, encoding)?,
    };
    Ok(Format::Delimited { encoding, delimiter })
}

/// The one that cuts the first rows into equally many cells, of several the one that makes most.
fn delimiter(source: &Source, encoding: Encoding) -> Result<u8, SheetError> {
    let mut sample = Vec::new();
    let decoded = Decoded::new(rewound(source)?, encoding);
    // what is refused here is refused again where rows are read, which knows its row
    let _cut_off = decoded.take(SAMPLE_BYTES).read_to_end(&mut sample);
    // the last row may be cut off
    let whole = match sample.iter().rposition(|byte| *byte == b'\n') {
        Some(end) if u64::try_from(sample.len()).unwrap_or(0) == SAMPLE_BYTES => sample.get(..end),
        _ => Some(sample.as_slice()),
    }
    .unwrap_or_default();
    let mut found: Vec<(usize, usize, u8)> = Vec::new();
    for candidate in DELIMITERS {
        let mut widths: Vec<usize> = Vec::new();
        for record in builder(candidate).from_reader(whole).byte_records().map_while(Result::ok) {
            widths.push(record.len());
        }
        let Some(most) = widths.iter().copied().max().filter(|most| *most > 1) else { continue };
        // titles above the headings and blank cells at the end make rows shorter; most are whole
        let whole_rows = widths.iter().filter(|width| **width == most).count();
        found.push((whole_rows.saturating_mul(10_000) / widths.len().max(1), most, candidate));
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    match found.as_slice() {
        [] => Ok(b','),
        [one] => Ok(one.2),
        [first, second, ..] if first.0 > second.0 || first.1 > second.1.saturating_mul(2) => Ok(first.2),
        [first, second, ..] => {
            let name = |byte: u8| if byte == b'\t' { "tab".to_owned() } else { char::from(byte).to_string() };
            Err(SheetError::Delimiter(vec![name(first.2), name(second.2)]))
        }
    }
}

fn builder(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter);
    builder
}

pub(super) fn rows<B>(
    source: &Source,
    encoding: Encoding,
    delimiter: u8,
    each: &mut dyn FnMut(Row) -> ControlFlow<B>,
) -> Result<Option<B>, SheetError> {
    let watched = Quotes::new(Decoded::new(rewound(source)?, encoding), delimiter);
    let mut reader = builder(delimiter).from_reader(watched);
    let mut record = csv::StringRecord::new();
    // line feeds inside of quotation marks are lines of the file, but no rows of the sheet
    let (mut inside, mut last) = (0u64, 0u64);
    while reader.read_record(&mut record).map_err(refused)? {
        let breaks: usize =
            record.iter().map(|cell| cell.bytes().filter(|byte| *byte == b'\n').count()).sum();
        let breaks = u64::try_from(breaks).unwrap_or(0);
        // the record's own line feed is read: it began so many lines before where the reader stands
        let began = reader.position().line().saturating_sub(1).saturating_sub(breaks);
        let number = began.saturating_sub(inside).max(last.saturating_add(1));
        last = number;
        inside += breaks;
        let cells = cells(number, &record, delimiter)?;
        if let ControlFlow::Break(with) = each(Row { number, cells, rounded: Vec::new() }) {
            return Ok(Some(with));
        }
    }
    Ok(None)
}

fn cells(number: u64, record: &csv::StringRecord, delimiter: u8) -> Result<Vec<Cell>, SheetError> {
    if record.len() > COLUMNS_MAX {
        return Err(SheetError::TooManyCells {
            row: number,
            found: record.len(),
            expected: COLUMNS_MAX,
            heading: 1,
        });
    }
    Ok(record.iter().map(|text| Cell::delimited(text, delimiter)).collect())
}

fn refused(error: csv::Error) -> SheetError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.downcast().unwrap_or_else(SheetError::Io),
        // the text is UTF-8 by construction and rows may have any length: nothing else is left
        kind => SheetError::Io(std::io::Error::other(format!("{kind:?}"))),
    }
}
