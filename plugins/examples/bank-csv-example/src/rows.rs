//! Chunks → rows of fields. A chunk may end anywhere: inside of a character, of a quoted field, between CR and LF.

use crate::HEADER;
use zhangben_sdk::{Problem, problem};

/// Byte order mark of UTF-8.
pub const MARK: &[u8] = b"\xef\xbb\xbf";
/// A longer row is no row of a statement: memory stays bounded whatever is sent.
const ROW_BYTES_MAX: usize = 64 << 10;

/// One row and where its bytes stand in the file.
#[derive(Debug)]
pub struct Row {
    /// From 1, the header.
    pub number: u64,
    pub offset: u64,
    pub length: u32,
    pub fields: Vec<String>,
}

impl Row {
    /// A column's text; "" where there is none.
    pub fn get(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
    pub fn needed(&self, column: usize) -> Result<&str, Problem> {
        match self.get(column) {
            "" => Err(self.refuse("missing-field", column, "it must not be empty".to_owned())),
            text => Ok(text),
        }
    }
    pub fn refuse(&self, code: &str, column: usize, what: String) -> Problem {
        refuse(code, self.number, HEADER.get(column).copied().unwrap_or_default(), &what)
    }
}

/// Without a column: the row as a whole.
fn refuse(code: &str, row: u64, column: &str, what: &str) -> Problem {
    let (place, at) = match column {
        "" => (format!("row {row}"), format!("/rows/{row}")),
        _ => (format!("row {row}, {column}"), format!("/rows/{row}/{column}")),
    };
    problem(code, format!("{place}: {what}")).at(at).build()
}

/// What was fed and not read yet.
#[derive(Debug, Default)]
pub struct Rows {
    fed: Vec<u8>,
    /// Where the next row begins in `fed`, and where `fed` begins in the file.
    at: usize,
    offset: u64,
    /// Bytes of the next row that were searched for its end, and whether they end inside of quotes.
    searched: usize,
    quoted: bool,
    started: bool,
    number: u64,
}

impl Rows {
    pub fn feed(&mut self, chunk: &[u8]) {
        self.fed.drain(..self.at);
        self.offset = self.place();
        self.at = 0;
        self.fed.extend_from_slice(chunk);
    }

    /// Of the next row in the file.
    fn place(&self) -> u64 {
        self.offset.saturating_add(u64::try_from(self.at).unwrap_or(u64::MAX))
    }

    fn waiting(&self) -> &[u8] {
        self.fed.get(self.at..).unwrap_or_default()
    }

    /// The next row that is complete; empty lines are passed over. `last`: the file ends with what was fed.
    pub fn next(&mut self, last: bool) -> Result<Option<Row>, Problem> {
        if !self.started {
            if self.fed.len() < MARK.len() && !last {
                return Ok(None);
            }
            self.at = if self.fed.starts_with(MARK) { MARK.len() } else { 0 };
            self.started = true;
        }
        while let Some(end) = self.end(last)? {
            let line = self.waiting().get(..end).unwrap_or_default();
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let bytes = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
            let (offset, length) = (self.place(), u32::try_from(bytes.len()).unwrap_or(u32::MAX));
            self.at = self.at.saturating_add(end);
            (self.searched, self.quoted) = (0, false);
            self.number = self.number.saturating_add(1);
            if bytes.is_empty() {
                continue;
            }
            let broken = |code: &str, what: &str| refuse(code, self.number, "", what);
            let text = String::from_utf8(bytes).map_err(|_| broken("bad-encoding", "it is not UTF-8"))?;
            let fields = fields(&text).map_err(|what| broken("broken-row", what))?;
            return Ok(Some(Row { number: self.number, offset, length, fields }));
        }
        Ok(None)
    }

    /// The length of the next row with its line end, once it is complete.
    fn end(&mut self, last: bool) -> Result<Option<usize>, Problem> {
        let (row, waiting) = (self.number.saturating_add(1), self.fed.get(self.at..).unwrap_or_default());
        for byte in waiting.iter().skip(self.searched) {
            self.searched = self.searched.saturating_add(1);
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted => return Ok(Some(self.searched)),
                _ if self.searched > ROW_BYTES_MAX => {
                    let what = format!("it is longer than {ROW_BYTES_MAX} bytes: a quote may be missing");
                    return Err(refuse("row-too-long", row, "", &what));
                }
                _ => {}
            }
        }
        match (last && !waiting.is_empty(), self.quoted) {
            (true, false) => Ok(Some(self.searched)),
            (true, true) => Err(refuse("truncated", row, "", "the file ends inside of a quoted field")),
            (false, _) => Ok(None),
        }
    }
}

/// Fields of one row: RFC 4180, quotes around a whole field or nowhere.
fn fields(text: &str) -> Result<Vec<String>, &'static str> {
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let (field, behind) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let (field, behind) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                if field.contains('"') {
                    return Err("a quote stands inside of a field without quotes");
                }
                (field.to_owned(), behind)
            }
        };
        fields.push(field);
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None if behind.is_empty() => return Ok(fields),
            None => return Err("something stands behind a closing quote"),
        }
    }
}

/// The field up to its closing quote, doubled quotes being one, and what stands behind it.
fn unquoted(text: &str) -> Result<(String, &str), &'static str> {
    let mut field = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('"') {
        field.push_str(before);
        match behind.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Ok((field, behind)),
        }
    }
    Err("a quoted field is not closed")
}
