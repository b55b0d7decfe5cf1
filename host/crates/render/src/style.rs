//! One type scale, one spacing scale, few colours, shared by both outputs.

/// An RGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ink(pub u8, pub u8, pub u8);

impl Ink {
    pub(crate) fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// Text.
pub(crate) const INK: Ink = Ink(0x1d, 0x24, 0x2e);
/// Labels, column titles, page headers and footers: 6.5 : 1 on white.
pub(crate) const MUTED: Ink = Ink(0x57, 0x61, 0x70);
/// The one accent: headings of the first level, section rows, the bar over a panel.
pub(crate) const ACCENT: Ink = Ink(0x1f, 0x4b, 0x7a);
/// Lines between rows.
pub(crate) const HAIR: Ink = Ink(0xdc, 0xe1, 0xe7);
/// Lines that close a table or a page's frame.
pub(crate) const LINE: Ink = Ink(0x9a, 0xa4, 0xb2);
/// Ground of column titles, section and total rows.
pub(crate) const TINT: Ink = Ink(0xf1, 0xf4, 0xf8);
