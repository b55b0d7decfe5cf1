//! Texts that a spreadsheet program would calculate (OWASP, *CSV Injection*): an apostrophe keeps it from that, and reading takes the
//! apostrophe off again.
//!
//! A text begins as a formula does at its beginning, and wherever a program with another list separator would begin a cell of its own:
//! behind a semicolon, a tab, the end of a line, and behind a comma where the file does not quote one. Blanks and quotation marks before
//! the sign change nothing.

use std::borrow::Cow;

/// In East Asian locales the full-width signs, too.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The text as it is written.
pub(crate) fn guarded(text: &str, delimiter: u8) -> Cow<'_, str> {
    let places = places(text, delimiter);
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + places.len());
    let mut from = 0;
    for (at, _) in places {
        written.push_str(text.get(from..at).unwrap_or_default());
        written.push('\'');
        from = at;
    }
    written.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(written)
}

/// The text as it was before [`guarded`].
pub(crate) fn unguarded(text: &str, delimiter: u8) -> Cow<'_, str> {
    if !text.contains('\'') {
        return Cow::Borrowed(text);
    }
    let mut read = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in places(text, delimiter).into_iter().filter(|(_, guarded)| *guarded) {
        read.push_str(text.get(from..at).unwrap_or_default());
        from = at + 1;
    }
    read.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(read)
}

/// Where the text begins as a formula does: the byte of the sign, or of the first apostrophe before it, and whether there is one. One
/// more apostrophe changes no place.
fn places(text: &str, delimiter: u8) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut begins_here = true;
    let mut apostrophe: Option<usize> = None;
    for (at, c) in text.char_indices() {
        if c == '\'' && begins_here {
            apostrophe = apostrophe.or(Some(at));
            continue;
        }
        let guard = apostrophe.take();
        let place = guard.unwrap_or(at);
        // programs leave a tab or line end at the very beginning out, and see what is behind it
        let left_out = place == 0 && matches!(c, '\t' | '\r' | '\n');
        if begins_here && (left_out || SIGNS.contains(&c)) {
            found.push((place, guard.is_some()));
        }
        let passed_over = c.is_whitespace() || matches!(c, '"' | '\u{feff}');
        begins_here = separates(c, delimiter) || (begins_here && guard.is_none() && passed_over);
    }
    found
}

fn separates(c: char, delimiter: u8) -> bool {
    matches!(c, ';' | '\t' | '\r' | '\n') || (c == ',' && delimiter != b',')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::cell::Cell;
    use proptest::prelude::*;

    #[test]
    fn no_separator_makes_a_formula_of_what_is_behind_it() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("X;=1+1;Y", "X;'=1+1;Y"),
            ("X; =1+1", "X; '=1+1"),
            (" =1+1", " '=1+1"),
            ("\u{a0}＝1+1", "\u{a0}'＝1+1"),
            ("a\t-1", "a\t'-1"),
            ("a\r\n+1\n@A1", "a\r\n'+1\n'@A1"),
            ("X;\"=1+1;", "X;\"'=1+1;"),
            ("\t=1", "'\t'=1"),
            ("\nx", "'\nx"),
            ("'=1", "''=1"),
            ("a;;'＠A1", "a;;''＠A1"),
            // what is no formula stays as it is
            ("O'Neil;'x", "O'Neil;'x"),
            ("a-b; c=d", "a-b; c=d"),
            ("a, -1", "a, -1"),
            ("", ""),
        ] {
            assert_eq!(guarded(text, b','), written, "{text:?}");
            assert_eq!(unguarded(written, b','), text, "{text:?}");
        }
        assert_eq!(guarded("a, -1", b';'), "a, '-1", "an unquoted comma separates as well");
        assert_eq!(unguarded("a, '-1", b';'), "a, -1");
    }

    /// The cells that a program with this list separator makes of a line.
    fn cells(line: &str, separator: u8) -> Vec<String> {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(separator);
        let mut reader = builder.from_reader(line.as_bytes());
        reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    fn line(text: &str, delimiter: u8) -> String {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["a", &*guarded(text, delimiter), "b"]).unwrap();
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_and_is_no_formula_with_any_separator(
            text in "[=+@＝\"';,\t\r\n \u{a0}aé1-]{0,16}",
            comma in any::<bool>(),
        ) {
            let delimiter = if comma { b',' } else { b';' };
            let written = guarded(&text, delimiter);
            prop_assert_eq!(unguarded(&written, delimiter), text.as_str());
            let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
            prop_assert_eq!(Cell::delimited(&written, delimiter).shown(), text.trim_matches(blank));
            for separator in [b',', b';', b'\t'] {
                for cell in cells(&line(&text, delimiter), separator) {
                    let seen = cell.trim_start_matches(|c: char| blank(c) || c == '"');
                    prop_assert!(!seen.starts_with(SIGNS), "{:?} as {:?}", cell, char::from(separator));
                }
            }
        }
    }
}
