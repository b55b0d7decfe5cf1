//! Looks into a workbook before it is read: its parts are deflated XML, and what is a few kilobytes on the disk may be gigabytes
//! in memory. Sizes that the file states of itself prove nothing, so that every part is unpacked once, counted and thrown away.
//!
//! | what calamine holds | bounded by |
//! |---|---|
//! | the shared texts, styles and names of sheets | [`BESIDE_BYTES_MAX`], [`TEXTS_MAX`] |
//! | a tag, a run of text | [`RUN_BYTES_MAX`] |
//! | of a sheet the cell under way | its runs; [`EXPANDED_BYTES_MAX`] where they are without number |

use super::{Bytes, SheetError, Source, rewound};
use std::fmt;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use zip::ZipArchive;

/// Unpacked bytes of a workbook: a sheet of a million rows and ten columns has 350 million.
pub(super) const EXPANDED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Times that a workbook may grow; sheets grow 5 to 30 times.
pub(super) const RATIO_MAX: u64 = 100;
/// What any workbook may grow to.
const RATIO_FROM_BYTES: u64 = 32 * 1024 * 1024;
/// Unpacked bytes of what is no sheet.
const BESIDE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Shared texts: each takes some fifty bytes beside its characters.
const TEXTS_MAX: u64 = 5_000_000;
/// Bytes between two tags, and of a tag: a cell has 32,767 characters, each written as ten at most.
const RUN_BYTES_MAX: u64 = 1024 * 1024;

/// What is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expansion {
    Total,
    Ratio,
    Beside,
    Texts,
    Run,
}

impl fmt::Display for Expansion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: u64 = 1024 * 1024;
        match self {
            Expansion::Total => write!(f, "unpacked it is larger than {} MiB", EXPANDED_BYTES_MAX / MIB),
            Expansion::Ratio => write!(f, "unpacked it is more than {RATIO_MAX} times its size"),
            Expansion::Beside => {
                write!(f, "its texts and styles are larger than {} MiB unpacked", BESIDE_BYTES_MAX / MIB)
            }
            Expansion::Texts => write!(f, "it has more than {TEXTS_MAX} different texts"),
            Expansion::Run => write!(f, "a tag or text of it is larger than {} MiB", RUN_BYTES_MAX / MIB),
        }
    }
}

/// Refuses a workbook that may fill the memory. What cannot be unpacked is left to the reader, which meets the same and says why.
pub(super) fn check(source: &Source) -> Result<(), SheetError> {
    let mut file = rewound(source)?;
    let packed = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let Ok(mut archive) = ZipArchive::new(file) else { return Ok(()) };
    let mut seen = Seen { packed, ..Seen::default() };
    for at in 0..archive.len() {
        seen.part(&mut archive, at).map_err(SheetError::Expands)?;
    }
    Ok(())
}

/// What was unpacked so far.
#[derive(Debug, Default)]
struct Seen {
    packed: u64,
    total: u64,
    beside: u64,
    texts: u64,
}

impl Seen {
    fn part(&mut self, archive: &mut ZipArchive<Box<dyn Bytes>>, at: usize) -> Result<(), Expansion> {
        let Ok(part) = archive.by_index(at) else { return Ok(()) };
        let is_sheet = part.name().to_lowercase().contains("sheets/");
        let mut reader = BufReader::with_capacity(64 * 1024, part);
        let mut markup = Markup::default();
        loop {
            let Ok(chunk) = reader.fill_buf() else { return Ok(()) };
            let bytes = chunk.len();
            if bytes == 0 {
                return Ok(());
            }
            let grown = u64::try_from(bytes).unwrap_or(u64::MAX);
            self.total = self.total.saturating_add(grown);
            if self.total > EXPANDED_BYTES_MAX {
                return Err(Expansion::Total);
            }
            if self.total > RATIO_FROM_BYTES && self.total / RATIO_MAX > self.packed {
                return Err(Expansion::Ratio);
            }
            markup.take(chunk)?;
            if !is_sheet {
                self.beside = self.beside.saturating_add(grown);
                self.texts = self.texts.saturating_add(std::mem::take(&mut markup.texts));
                if self.beside > BESIDE_BYTES_MAX {
                    return Err(Expansion::Beside);
                }
                if self.texts > TEXTS_MAX {
                    return Err(Expansion::Texts);
                }
            }
            reader.consume(bytes);
        }
    }
}

/// A scan of XML that knows no more than where tags begin and end.
#[derive(Debug, Default)]
struct Markup {
    in_tag: bool,
    /// Bytes of the tag or text under way.
    run: u64,
    /// The first bytes of the tag's name, behind its prefix.
    name: Vec<u8>,
    named: bool,
    /// Shared texts.
    texts: u64,
}

impl Markup {
    fn take(&mut self, chunk: &[u8]) -> Result<(), Expansion> {
        let mut rest = chunk;
        while !rest.is_empty() {
            let end = if self.in_tag { b'>' } else { b'<' };
            let found = rest.iter().position(|byte| *byte == end);
            let (piece, after) = rest.split_at(found.unwrap_or(rest.len()));
            self.run = self.run.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if self.run > RUN_BYTES_MAX {
                return Err(Expansion::Run);
            }
            if self.in_tag {
                self.read_name(piece);
            }
            if found.is_some() {
                self.texts += u64::from(self.in_tag && self.name == b"si");
                self.name.clear();
                (self.in_tag, self.named, self.run) = (!self.in_tag, false, 0);
            }
            rest = after.get(1..).unwrap_or_default();
        }
        Ok(())
    }

    fn read_name(&mut self, piece: &[u8]) {
        for byte in piece {
            match byte {
                _ if self.named => return,
                b':' => self.name.truncate(usize::from(self.name.first() == Some(&b'/'))),
                // the stroke of a closing tag makes it another name
                b'a'..=b'z' | b'A'..=b'Z' if self.name.len() < 8 => self.name.push(*byte),
                b'/' if self.name.is_empty() => self.name.push(b'/'),
                _ => self.named = true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(xml: &str, chunk: usize) -> (Result<(), Expansion>, u64) {
        let mut markup = Markup::default();
        let result = xml.as_bytes().chunks(chunk).try_for_each(|chunk| markup.take(chunk));
        (result, markup.texts)
    }

    #[test]
    fn texts_are_counted_whatever_the_chunks_and_prefixes() {
        let xml = "<?xml version=\"1.0\"?><sst><si><t>a &lt; b</t></si><x:si a=\"b\"><x:t/></x:si><si/><six/><s/></sst>";
        for chunk in [1, 2, 7, 4096] {
            assert_eq!(seen(xml, chunk), (Ok(()), 3), "{chunk}");
        }
    }

    #[test]
    fn a_text_and_a_tag_are_bounded() {
        let long = "1".repeat(1024 * 1024);
        assert_eq!(seen(&format!("<c><v>{long}</v></c>"), 65_536).0, Ok(()));
        assert_eq!(seen(&format!("<c><v>{long}1</v></c>"), 65_536).0, Err(Expansion::Run));
        assert_eq!(seen(&format!("<c r=\"{long}\"/>"), 65_536).0, Err(Expansion::Run));
    }
}
