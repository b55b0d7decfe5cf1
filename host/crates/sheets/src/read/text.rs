//! Which characters a text file is written in, and its text as UTF-8. Nothing is replaced: a byte that starts no character
//! is an error, and what may be two encodings is asked.

use super::SheetError;
use encoding_rs::{DecoderResult, Encoding as Table};
use serde::Deserialize;
use std::fmt;
use std::io::{self, Read};

/// An encoding that files come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    /// With GBK and GB2312, of which it is a superset.
    #[serde(rename = "gb18030")]
    Gb18030,
    #[serde(rename = "windows-1252")]
    Windows1252,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

impl Encoding {
    const ALL: [Encoding; 5] =
        [Encoding::Utf8, Encoding::Gb18030, Encoding::Windows1252, Encoding::Utf16Le, Encoding::Utf16Be];
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Gb18030 => "gb18030",
            Encoding::Windows1252 => "windows-1252",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
        }
    }
    pub(super) fn names() -> String {
        Self::ALL.map(Encoding::name).join(", ")
    }
    pub(crate) fn table(self) -> &'static Table {
        match self {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Gb18030 => encoding_rs::GB18030,
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Looks at every byte: UTF-8 where all of it is, GB18030 where it decodes and reads as Chinese.
pub(super) fn detect(bytes: &mut dyn Read) -> Result<Encoding, SheetError> {
    let mut utf8 = Some(Utf8::default());
    let mut chinese = Chinese::default();
    let mut buffer = vec![0u8; 64 * 1024];
    let (mut at, mut first) = (0u64, true);
    loop {
        let read = bytes.read(&mut buffer)?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
        if std::mem::take(&mut first) {
            match chunk {
                [0xff, 0xfe, ..] => return Ok(Encoding::Utf16Le),
                [0xfe, 0xff, ..] => return Ok(Encoding::Utf16Be),
                _ => {}
            }
        }
        if let Some(zero) = chunk.iter().position(|byte| *byte == 0) {
            return Err(SheetError::Binary { at: at + u64::try_from(zero).unwrap_or(0) });
        }
        utf8 = utf8.and_then(|state| state.take(chunk));
        chunk.iter().for_each(|byte| chinese.take(*byte));
        at += u64::try_from(read).unwrap_or(0);
    }
    if utf8.is_some_and(|state| state.ended()) {
        return Ok(Encoding::Utf8);
    }
    if chinese.reads_well() { Ok(Encoding::Gb18030) } else { Err(SheetError::Encoding) }
}

/// A check of UTF-8 over chunks: what a chunk leaves of a character.
#[derive(Default)]
struct Utf8 {
    left: Vec<u8>,
}

impl Utf8 {
    fn take(mut self, chunk: &[u8]) -> Option<Self> {
        self.left.extend_from_slice(chunk);
        match std::str::from_utf8(&self.left) {
            Ok(_) => self.left.clear(),
            Err(error) if error.error_len().is_none() => drop(self.left.drain(..error.valid_up_to())),
            Err(_) => return None,
        }
        Some(self)
    }
    fn ended(&self) -> bool {
        self.left.is_empty()
    }
}

/// Pairs below which a file is not said to be Chinese.
const PAIRS_MIN: u64 = 4;

/// Counts pairs of bytes: Chinese text is almost all in the square of GB 2312 (both bytes from A1), the letters with
/// accents of a Western file are followed by plain ones. Two of those in a row ("Jää") are a pair as well, but one alone in the middle
/// of letters, where Chinese words have two characters and more.
#[derive(Default)]
struct Chinese {
    lead: Option<u8>,
    square: u64,
    other: u64,
    /// Pairs in a row, and whether a letter stands before them.
    run: u64,
    after_letter: bool,
    /// Whether the last byte was a letter.
    letter: bool,
    /// Of the square: alone and next to a letter.
    glued: u64,
}

impl Chinese {
    fn take(&mut self, byte: u8) {
        match self.lead.take() {
            None if byte >= 0x80 => self.lead = Some(byte),
            None => {
                self.letter = byte.is_ascii_alphabetic();
                self.end_run(self.letter);
            }
            // A1–A9: punctuation and signs; B0–F7: hanzi
            Some(lead) if byte >= 0xa1 && matches!(lead, 0xa1..=0xa9 | 0xb0..=0xf7) => {
                if self.run == 0 {
                    self.after_letter = self.letter;
                }
                self.run += 1;
                self.square += 1;
            }
            Some(_) => {
                self.other += 1;
                self.end_run(false);
                self.letter = byte.is_ascii_alphabetic();
            }
        }
    }
    fn end_run(&mut self, before_letter: bool) {
        if self.run == 1 && (self.after_letter || before_letter) {
            self.glued += 1;
        }
        self.run = 0;
    }
    fn reads_well(mut self) -> bool {
        self.end_run(false);
        let sure = self.square.saturating_sub(self.glued);
        self.lead.is_none()
            && sure >= PAIRS_MIN.max(self.glued)
            && self.square >= self.other.saturating_mul(9)
    }
}

/// A reader of UTF-8 out of a reader of `encoding`: a byte order mark is left out, every line ends with one line feed, and
/// so does the last, so that lines can be counted.
pub(super) struct Decoded<R> {
    from: R,
    decoder: encoding_rs::Decoder,
    encoding: Encoding,
    input: Vec<u8>,
    taken: usize,
    filled: usize,
    output: Vec<u8>,
    given: usize,
    /// Bytes of the file before `input`.
    before: u64,
    ended: bool,
    /// To be told when the text before it was given.
    refused: Option<Malformed>,
    /// The last character was a carriage return: a line feed behind it ends the same line.
    after_cr: bool,
    ends_in_line_feed: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(from: R, encoding: Encoding) -> Self {
        Decoded {
            from,
            decoder: encoding.table().new_decoder_with_bom_removal(),
            encoding,
            input: vec![0; 64 * 1024],
            taken: 0,
            filled: 0,
            output: Vec::new(),
            given: 0,
            before: 0,
            ended: false,
            refused: None,
            after_cr: false,
            ends_in_line_feed: true,
        }
    }

    /// The text with its lines ended alike.
    fn normal(&mut self, text: String) -> Vec<u8> {
        let mut bytes = text.into_bytes();
        if self.after_cr || bytes.contains(&b'\r') {
            let mut after_cr = self.after_cr;
            bytes = bytes
                .into_iter()
                .filter_map(|byte| {
                    let second_half = std::mem::replace(&mut after_cr, byte == b'\r') && byte == b'\n';
                    (!second_half).then_some(if byte == b'\r' { b'\n' } else { byte })
                })
                .collect();
            self.after_cr = after_cr;
        }
        if let Some(last) = bytes.last() {
            self.ends_in_line_feed = *last == b'\n';
        }
        bytes
    }

    fn fill(&mut self) -> io::Result<()> {
        self.output.clear();
        self.given = 0;
        while self.output.is_empty() && !self.ended {
            if let Some(refused) = self.refused.take() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, refused));
            }
            if self.taken == self.filled {
                self.before += u64::try_from(self.filled).unwrap_or(0);
                (self.taken, self.filled) = (0, self.from.read(&mut self.input)?);
            }
            let last = self.filled == 0;
            let rest = self.input.get(self.taken..self.filled).unwrap_or_default();
            let mut text = String::with_capacity(rest.len().saturating_mul(3).max(64));
            let (result, read) = self.decoder.decode_to_string_without_replacement(rest, &mut text, last);
            self.taken += read;
            self.output = self.normal(text);
            if let DecoderResult::Malformed(length, after) = result {
                let behind = u64::from(length) + u64::from(after);
                let at = (self.before + u64::try_from(self.taken).unwrap_or(0)).saturating_sub(behind);
                self.refused = Some(Malformed { encoding: self.encoding, at });
                continue;
            }
            self.ended = last && matches!(result, DecoderResult::InputEmpty);
            if self.ended && !self.ends_in_line_feed {
                self.output.push(b'\n');
                self.ends_in_line_feed = true;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.output.len() {
            self.fill()?;
        }
        let rest = self.output.get(self.given..).unwrap_or_default();
        let n = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.given += n;
        Ok(n)
    }
}

/// Carried through `io::Error`: a byte of the file that starts no character.
#[derive(Debug)]
pub(super) struct Malformed {
    pub encoding: Encoding,
    pub at: u64,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {} is not {}", self.at, self.encoding)
    }
}
impl std::error::Error for Malformed {}
