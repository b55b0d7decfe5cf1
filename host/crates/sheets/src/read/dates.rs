//! Dates of East Asian workbooks. Excel has numbers of its own for their formats (`2026年11月5日` is 31, `11月5日` is 58) and writes no
//! pattern for them; a reader that goes by patterns takes such a date for a plain number. Here the workbook says 14, which is known.

use super::Bytes;
use std::io::{Cursor, Read as _, Write as _};
use std::ops::RangeInclusive;
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Formats of dates and times in the languages of China, Taiwan, Japan and Korea (ECMA-376, 18.8.30).
const OF_EAST_ASIA: [RangeInclusive<u8>; 2] = [27..=36, 50..=58];

/// The workbook with dates that its reader knows; `None`: it has none of those, or cannot be unpacked, which its reader says.
pub(super) fn known(file: Box<dyn Bytes>) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(file).ok()?;
    let is_styles = |name: &str| name.to_lowercase().ends_with("/styles.xml");
    let at = (0..archive.len()).find(|at| archive.name_for_index(*at).is_some_and(is_styles))?;
    let mut styles = String::new();
    archive.by_index(at).ok()?.read_to_string(&mut styles).ok()?;
    let styles = with_known_dates(&styles)?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for part in 0..archive.len() {
        let file = archive.by_index_raw(part).ok()?;
        if part == at {
            writer.start_file(file.name(), SimpleFileOptions::default()).ok()?;
            writer.write_all(styles.as_bytes()).ok()?;
        } else {
            writer.raw_copy_file(file).ok()?;
        }
    }
    Some(writer.finish().ok()?.into_inner())
}

/// Of the formats of cells; a number that the file gives a pattern of its own is read by that.
fn with_known_dates(styles: &str) -> Option<String> {
    let (before, rest) = styles.split_once("cellXfs")?;
    let (cells, after) = rest.split_once("cellXfs")?;
    let defined = before.split("numFmts").nth(1).unwrap_or_default();
    let numbers = OF_EAST_ASIA.into_iter().flatten().map(|number| format!("numFmtId=\"{number}\""));
    let known = numbers
        .filter(|number| !defined.contains(number.as_str()))
        .fold(cells.to_owned(), |cells, number| cells.replace(&number, "numFmtId=\"14\""));
    (known != cells).then(|| [before, &known, after].join("cellXfs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formats_of_cells_that_have_no_pattern_are_changed() {
        let styles = |patterns: &str, cell: &str| {
            format!(
                "<styleSheet>{patterns}<cellStyleXfs count=\"1\"><xf numFmtId=\"31\"/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"{cell}\"/></cellXfs></styleSheet>"
            )
        };
        let own = "<numFmts count=\"1\"><numFmt numFmtId=\"31\" formatCode=\"0.00\"/></numFmts>";
        for (patterns, cell, changed) in [
            ("", "31", true),
            ("", "58", true),
            (own, "58", true),
            (own, "31", false),
            ("", "14", false),
            ("", "310", false),
            ("", "49", false),
        ] {
            let wanted = changed.then(|| styles(patterns, "14"));
            assert_eq!(with_known_dates(&styles(patterns, cell)), wanted, "{patterns} {cell}");
        }
        assert_eq!(with_known_dates("<styleSheet/>"), None);
    }
}
