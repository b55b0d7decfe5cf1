//! Columns of bulk tables: checked once on arrival, then read without copying.

use crate::{Problem, TextColumn, problem};

/// The day that stands for "none".
pub const NO_DAY: i32 = i32::MIN;
/// The ordinal that stands for "none".
pub const NO_ORDINAL: u32 = u32::MAX;

/// A text column whose offsets and UTF-8 were checked. Rows can be appended, since a table may come in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// rows + 1 entries
    offsets: Vec<u32>,
    text: String,
}

impl Default for Texts {
    fn default() -> Self {
        Texts { offsets: vec![0], text: String::new() }
    }
}

impl Texts {
    /// Checks a column of `count` rows; `name` is what a refusal calls it.
    pub fn read(column: TextColumn, count: u32, name: &str) -> Result<Self, Problem> {
        let refuse =
            |why: &str| problem("bad-column", format!("column {name}: {why}")).at(format!("/{name}")).build();
        let rows = usize::try_from(count).map_err(|_| refuse("too many rows"))?;
        if column.offsets.len() != rows.saturating_add(1) {
            return Err(refuse("offsets must have one entry more than rows"));
        }
        let text = String::from_utf8(column.bytes).map_err(|_| refuse("its bytes are not UTF-8"))?;
        let mut before = 0u32;
        for (index, offset) in column.offsets.iter().enumerate() {
            let at = usize::try_from(*offset).map_err(|_| refuse("an offset is too large"))?;
            if *offset < before || (index == 0 && *offset != 0) || !text.is_char_boundary(at) {
                return Err(refuse("offsets must begin at 0, never fall, and fall between characters"));
            }
            before = *offset;
        }
        if usize::try_from(before).ok() != Some(text.len()) {
            return Err(refuse("the last offset must be the number of bytes"));
        }
        Ok(Texts { offsets: column.offsets, text })
    }

    /// The text of a row; "" stands for none, and for a row that is not there.
    pub fn get(&self, row: usize) -> &str {
        let place = |index: usize| self.offsets.get(index).and_then(|offset| usize::try_from(*offset).ok());
        match (place(row), row.checked_add(1).and_then(place)) {
            (Some(from), Some(to)) => self.text.get(from..to).unwrap_or(""),
            _ => "",
        }
    }

    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one row; `None` when the column would pass 4 GiB.
    pub fn push(&mut self, text: &str) -> Option<()> {
        let end = u32::try_from(self.text.len().checked_add(text.len())?).ok()?;
        self.text.push_str(text);
        self.offsets.push(end);
        Some(())
    }

    /// Adds all rows of another column; `None` when the column would pass 4 GiB.
    pub fn append(&mut self, other: &Texts) -> Option<()> {
        let base = u32::try_from(self.text.len()).ok()?;
        base.checked_add(u32::try_from(other.text.len()).ok()?)?;
        self.text.push_str(&other.text);
        self.offsets.extend(other.offsets.iter().skip(1).filter_map(|offset| base.checked_add(*offset)));
        Some(())
    }

    /// As it passes the boundary.
    pub fn into_column(self) -> TextColumn {
        TextColumn { offsets: self.offsets, bytes: self.text.into_bytes() }
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    /// Rows beyond 4 GiB of text are left out, so this is for tests and small tables.
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut column = Texts::default();
        for text in texts {
            if column.push(text).is_none() {
                break;
            }
        }
        column
    }
}

/// Checks that a column of numbers has `count` rows.
pub fn check_len(len: usize, count: u32, name: &str) -> Result<(), Problem> {
    if u32::try_from(len) == Ok(count) {
        return Ok(());
    }
    Err(problem("bad-column", format!("column {name} has {len} rows, the table says {count}"))
        .at(format!("/{name}"))
        .build())
}
