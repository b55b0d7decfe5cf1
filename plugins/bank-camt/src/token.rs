//! Chunks of bytes → markup. Only finds where a tag or text begins and ends, so that a chunk may be split
//! anywhere; what stands in it is quick-xml's to read.

use crate::text::Encoding;
use zhangben_sdk::{Decimal, Problem, problem};

/// A refusal of the file at a byte.
pub fn broken(code: &str, message: impl Into<String>, offset: u64) -> Problem {
    let message = format!("{} (byte {offset})", message.into());
    problem(code, message).number("offset", Decimal::from(offset)).build()
}

/// A complete piece of markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `<name …>`, without the angle brackets
    Open,
    /// `<name …/>`, without the angle brackets and slash
    Empty,
    /// `</name>`, without the angle brackets and slash
    Close,
    /// Character data with references.
    Text,
    /// Character data without references.
    CData,
    /// `<?xml …?>`: content between the question marks
    Declaration,
    /// Comments and other processing instructions.
    Ignored,
}

/// A piece of markup and where it stands.
#[derive(Debug)]
pub struct Token<'a> {
    pub kind: Kind,
    pub content: &'a [u8],
    /// Of its first byte in the file.
    pub offset: u64,
    /// Behind its last byte.
    pub end: u64,
}

/// The bytes that were not consumed yet.
#[derive(Debug, Default)]
pub struct Tokens {
    pending: Vec<u8>,
    /// How much of `pending` is consumed.
    at: usize,
    /// How far the piece at `at` was searched for its end.
    searched: usize,
    /// Offset of `pending[0]` in the file.
    base: u64,
    started: bool,
    pub encoding: Encoding,
}

impl Tokens {
    /// Takes a chunk. What was consumed before is forgotten.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Problem> {
        self.pending.drain(..self.at);
        self.base = self.base.saturating_add(as_u64(self.at));
        self.at = 0;
        self.pending.extend_from_slice(chunk);
        Ok(())
    }

    /// Bytes that wait for the rest of their piece.
    pub fn waiting(&self) -> usize {
        self.pending.len().saturating_sub(self.at)
    }

    /// Offset of the next byte in the file.
    pub fn offset(&self) -> u64 {
        self.base.saturating_add(as_u64(self.at))
    }

    /// The next complete piece; `None`: more bytes are needed.
    pub fn next(&mut self, last: bool) -> Result<Option<Token<'_>>, Problem> {
        if !self.started && !self.skip_mark(last)? {
            return Ok(None);
        }
        let offset = self.offset();
        let rest = self.pending.get(self.at..).unwrap_or_default();
        let Some((kind, start, end, length)) = piece(rest, self.searched, last, offset)? else {
            self.searched = rest.len();
            return Ok(None);
        };
        let from = self.at.saturating_add(start);
        let to = self.at.saturating_add(end);
        self.at = self.at.saturating_add(length);
        self.searched = 0;
        let content = self.pending.get(from..to).unwrap_or_default();
        Ok(Some(Token { kind, content, offset, end: offset.saturating_add(as_u64(length)) }))
    }

    /// Skips the byte order mark of UTF-8 and refuses those of other encodings. False: too few bytes to know.
    fn skip_mark(&mut self, last: bool) -> Result<bool, Problem> {
        let head = self.pending.get(..4.min(self.pending.len())).unwrap_or_default();
        if head.len() < 4 && !last {
            return Ok(false);
        }
        match head {
            [0xef, 0xbb, 0xbf, ..] => self.at = 3,
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'<', ..] | [b'<', 0, ..] | [0, 0, ..] => {
                return Err(broken(
                    "unsupported-encoding",
                    "the file is UTF-16 or UTF-32; UTF-8 is wanted",
                    0,
                ));
            }
            _ => {}
        }
        self.started = true;
        Ok(true)
    }
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// (kind, start and end of its content, its length) of the piece at the start of `rest`.
type Piece = Option<(Kind, usize, usize, usize)>;

fn piece(rest: &[u8], searched: usize, last: bool, offset: u64) -> Result<Piece, Problem> {
    let Some(first) = rest.first() else { return Ok(None) };
    if *first != b'<' {
        return Ok(match find(rest, b"<", searched) {
            Some(end) => Some((Kind::Text, 0, end, end)),
            None if last => Some((Kind::Text, 0, rest.len(), rest.len())),
            None => None,
        });
    }
    let enclosed = |open: usize, close: &[u8], kind: Kind| {
        find(rest, close, searched.saturating_sub(close.len()).max(open))
            .map(|end| (kind, open, end, end.saturating_add(close.len())))
    };
    match rest.get(1) {
        None => Ok(None),
        Some(b'?') => {
            let declaration = rest.starts_with(b"<?xml") && rest.get(5).is_none_or(u8::is_ascii_whitespace);
            Ok(enclosed(2, b"?>", if declaration { Kind::Declaration } else { Kind::Ignored }))
        }
        Some(b'!') if rest.starts_with(b"<!--") => Ok(enclosed(4, b"-->", Kind::Ignored)),
        Some(b'!') if rest.starts_with(b"<![CDATA[") => Ok(enclosed(9, b"]]>", Kind::CData)),
        Some(b'!') if b"<!--".starts_with(rest) || b"<![CDATA[".starts_with(rest) => Ok(None),
        Some(b'!') => Err(broken(
            "dtd-refused",
            "the file has a document type or a declaration of its own; none is read",
            offset,
        )),
        Some(b'/') => Ok(enclosed(2, b">", Kind::Close)),
        Some(_) => Ok(open_tag(rest)),
    }
}

/// A start tag ends at the first `>` outside of quotes.
fn open_tag(rest: &[u8]) -> Piece {
    let mut quote = None;
    for (index, byte) in rest.iter().enumerate().skip(1) {
        match (quote, *byte) {
            (None, b'>') => {
                let before = index.saturating_sub(1);
                let empty = rest.get(before) == Some(&b'/');
                return Some(if empty {
                    (Kind::Empty, 1, before, index.saturating_add(1))
                } else {
                    (Kind::Open, 1, index, index.saturating_add(1))
                });
            }
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let tail = bytes.get(from..)?;
    let first = *wanted.first()?;
    let mut at = 0usize;
    loop {
        let step = tail.get(at..)?.iter().position(|byte| *byte == first)?;
        at = at.saturating_add(step);
        if tail.get(at..)?.starts_with(wanted) {
            return from.checked_add(at);
        }
        at = at.saturating_add(1);
    }
}
