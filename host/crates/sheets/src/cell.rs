//! A cell, and where it stands.

use crate::formula;
use chrono::NaiveDate;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    #[default]
    Empty,
    /// Never blank; blanks at the ends are gone.
    Text(String),
    /// A number cell of XLSX: the shortest plain decimal that names the number in the file, or what Excel shows of it where its
    /// arithmetic left more than 15 digits.
    Number(String),
    /// A number cell of XLSX whose format is a date. Its time of day is dropped.
    Date(NaiveDate),
    Bool(bool),
    /// `#N/A`, `#REF!` …
    Error(String),
    /// A formula of XLSX beside which no value is saved.
    Formula(String),
}

impl Cell {
    /// A cell's text, as of a file with commas.
    pub fn text(text: &str) -> Self {
        Cell::delimited(text, b',')
    }
    /// A cell of a text file: an apostrophe that keeps a text from being taken for a formula is no part of it.
    pub fn delimited(text: &str, delimiter: u8) -> Self {
        let text = formula::unguarded(text, delimiter);
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }
    pub fn is_empty(&self) -> bool {
        matches!(self, Cell::Empty)
    }
    /// As a person reads it.
    pub fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Number(text) | Cell::Error(text) | Cell::Formula(text) => text.clone(),
            Cell::Date(date) => date.to_string(),
            Cell::Bool(value) => value.to_string().to_uppercase(),
        }
    }
}

/// The letters of a column, counted from 0: A … Z, AA …
pub fn letters(column: usize) -> String {
    let mut left = column;
    let mut found = Vec::new();
    loop {
        let digit = u8::try_from(left % 26).unwrap_or(0);
        found.push(char::from(b'A' + digit));
        match (left / 26).checked_sub(1) {
            Some(next) => left = next,
            None => return found.into_iter().rev().collect(),
        }
    }
}

/// `C17`: row from 1, column from 0.
pub fn address(row: u64, column: usize) -> String {
    format!("{}{row}", letters(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_that_excel_gives_them() {
        for (column, name) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
            (702, "AAA"),
            (16_383, "XFD"),
        ] {
            assert_eq!(letters(column), name);
        }
        assert_eq!(address(17, 2), "C17");
    }
}
