use super::{Output, Value, WriteError};
use crate::formula;
use std::io::{BufWriter, Write as _};

pub(super) struct Writer(csv::Writer<BufWriter<Output>>);

const DELIMITER: u8 = b',';

impl Writer {
    pub(super) fn new(output: Output, headings: &[&str]) -> Result<Self, WriteError> {
        let mut output = BufWriter::new(output);
        output.write_all("\u{feff}".as_bytes())?;
        let mut builder = csv::WriterBuilder::new();
        let mut writer = builder.delimiter(DELIMITER).terminator(csv::Terminator::CRLF).from_writer(output);
        let headings = headings.iter().map(|heading| formula::guarded(heading, DELIMITER).into_owned());
        writer.write_record(headings).map_err(refused)?;
        Ok(Writer(writer))
    }

    pub(super) fn row(&mut self, row: &[Value]) -> Result<(), WriteError> {
        for value in row {
            let text = match value {
                Value::Empty => String::new(),
                Value::Text(text) => formula::guarded(text, DELIMITER).into_owned(),
                Value::Money(amount, currency) => amount.format(*currency),
                Value::Decimal(decimal) => money::normal_form(*decimal),
                Value::Date(date) => date.format("%Y-%m-%d").to_string(),
                Value::Instant(at) => super::instant(*at),
                Value::Count(count) => count.to_string(),
            };
            self.0.write_field(text).map_err(refused)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(refused)
    }

    pub(super) fn finish(self) -> Result<Output, WriteError> {
        let buffer = self.0.into_inner().map_err(|error| WriteError::Io(error.into_error()))?;
        let mut output = buffer.into_inner().map_err(|error| WriteError::Io(error.into_error()))?;
        output.flush()?;
        Ok(output)
    }
}

pub(super) fn refused(error: csv::Error) -> WriteError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => WriteError::Io(error),
        other => WriteError::Io(std::io::Error::other(format!("{other:?}"))),
    }
}
