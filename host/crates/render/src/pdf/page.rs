//! Pages as display lists: what is drawn where, and which part of the document's structure it belongs to.

use super::MM;
use super::shape::{Line, Paragraph, Shaper, Style};
use crate::RenderError;
use crate::format::running_parts;
use crate::style::{Ink, MUTED};
use domain::layout::{Align, Page};
use std::num::NonZeroU32;

/// More pages than anybody reads: an end for documents made of page breaks.
pub(super) const PAGES_MAX: usize = 5_000;

/// Page headers and footers.
pub(super) const RUNNING: Style = Style { size: 7.5, leading: 1.4, bold: false, ink: MUTED };
/// Between a page header or footer and the text.
const RUNNING_GAP: f32 = 10.0;
/// From the paper's edge, which printers do not reach.
const EDGE: f32 = 6.0 * MM;

/// The paper and the rectangle on it that text flows in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub width: f32,
    pub height: f32,
    pub left: f32,
    pub top: f32,
    pub bottom: f32,
    /// Tops of header and footer.
    pub header: f32,
    pub footer: f32,
}

impl Frame {
    pub(super) fn of(page: &Page, shaper: &mut Shaper) -> Self {
        let (width, height, margin) =
            (page.width as f32 * MM, page.height as f32 * MM, page.margin as f32 * MM);
        let content = width - 2.0 * margin;
        let mut frame = Frame {
            width,
            height,
            left: margin,
            top: margin,
            bottom: height - margin,
            header: 0.0,
            footer: height,
        };
        if let Some(text) = page.header.as_deref().filter(|text| !text.trim().is_empty()) {
            let tall = running_height(text, content, shaper);
            frame.header = (margin - RUNNING_GAP - tall).max(EDGE);
            frame.top = margin.max(frame.header + tall + RUNNING_GAP);
        }
        if let Some(text) = page.footer.as_deref().filter(|text| !text.trim().is_empty()) {
            let tall = running_height(text, content, shaper);
            frame.footer = (height - margin + RUNNING_GAP).min(height - EDGE - tall);
            frame.bottom = (height - margin).min(frame.footer - RUNNING_GAP);
        }
        // running texts that would leave no room for the document overlap it rather than hang the flow
        if frame.bottom - frame.top < 20.0 * MM {
            frame.top = margin;
            frame.bottom = height - margin;
        }
        frame
    }

    /// Width of the text.
    pub(super) fn content(&self) -> f32 {
        self.width - 2.0 * self.left
    }

    /// Height of the text.
    pub(super) fn body(&self) -> f32 {
        self.bottom - self.top
    }
}

/// Sets the three parts of a running text; `page` and `pages` stand in for `{page}` and `{pages}`.
pub(super) fn running_lines(
    text: &str,
    alone: usize,
    width: f32,
    (page, pages): (&str, &str),
    shaper: &mut Shaper,
) -> Vec<Paragraph> {
    let parts = running_parts(text, alone);
    let count = parts.iter().filter(|part| !part.is_empty()).count().max(1);
    let aligns = [Align::Start, Align::Center, Align::End];
    let mut set = Vec::new();
    for (part, align) in parts.iter().zip(aligns) {
        if part.is_empty() {
            continue;
        }
        let filled = part.replace("{page}", page).replace("{pages}", pages);
        // parts share the line: each may fill its share and no more
        let share = width / count as f32;
        let mut paragraph = shaper.set(&filled, RUNNING, share, align, true);
        let offset = match align {
            Align::Start => 0.0,
            Align::Center => (width - share) / 2.0,
            Align::End => width - share,
        };
        for line in &mut paragraph.lines {
            line.x += offset;
        }
        set.push(paragraph);
    }
    set
}

fn running_height(text: &str, width: f32, shaper: &mut Shaper) -> f32 {
    let lines = running_lines(text, 0, width, ("8888", "8888"), shaper);
    lines.iter().map(Paragraph::height).fold(0.0, f32::max)
}

/// A node of the document's structure (tagged PDF), an index into [`Pages::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(pub usize);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum NodeKind {
    Root,
    Heading {
        level: u16,
        text: String,
    },
    Paragraph,
    Group,
    Caption,
    /// An image: the number of its block, counted from 1, and the name of its asset.
    Figure {
        block: usize,
        name: String,
        media_type: String,
    },
    Table,
    Head,
    Body,
    Row,
    HeaderCell {
        rows: bool,
        span: Option<NonZeroU32>,
    },
    Cell {
        span: Option<NonZeroU32>,
    },
}

#[derive(Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    pub children: Vec<NodeId>,
}

/// Something drawn.
#[derive(Debug)]
pub(super) enum Mark {
    /// `x`, `y`: left end of the baseline.
    Text {
        x: f32,
        y: f32,
        line: Line,
        style: Style,
    },
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    Image {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        image: krilla::image::Image,
    },
    /// An empty table cell: nothing to see, but the row's structure needs it.
    Nothing,
}

/// What a mark is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Node(NodeId),
    /// Lines and grounds: an *artifact* of layout.
    Decoration,
    /// Page headers and footers, repeated column titles: an *artifact* of pagination, read out once or never.
    Running,
}

#[derive(Debug)]
pub(super) struct Placed {
    pub mark: Mark,
    pub owner: Owner,
}

/// A heading's place in the PDF's outline.
#[derive(Debug)]
pub(super) struct Bookmark {
    pub level: u32,
    pub text: String,
    pub page: usize,
    pub y: f32,
}

/// The pages so far and the pen on the last of them.
#[derive(Debug)]
pub(super) struct Pages {
    pub frame: Frame,
    pub pages: Vec<Vec<Placed>>,
    pub nodes: Vec<Node>,
    pub bookmarks: Vec<Bookmark>,
    /// Where the next thing goes.
    pub y: f32,
}

pub(super) const ROOT: NodeId = NodeId(0);

impl Pages {
    pub(super) fn new(frame: Frame) -> Self {
        Pages {
            frame,
            pages: vec![Vec::new()],
            nodes: vec![Node { kind: NodeKind::Root, children: Vec::new() }],
            bookmarks: Vec::new(),
            y: frame.top,
        }
    }

    pub(super) fn node(&mut self, parent: NodeId, kind: NodeKind) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node { kind, children: Vec::new() });
        if let Some(parent) = self.nodes.get_mut(parent.0) {
            parent.children.push(id);
        }
        id
    }

    pub(super) fn room(&self) -> f32 {
        self.frame.bottom - self.y
    }

    pub(super) fn at_top(&self) -> bool {
        self.y <= self.frame.top
    }

    pub(super) fn break_page(&mut self) -> Result<(), RenderError> {
        if self.pages.len() >= PAGES_MAX {
            return Err(RenderError::TooManyPages { max: PAGES_MAX });
        }
        self.pages.push(Vec::new());
        self.y = self.frame.top;
        Ok(())
    }

    /// A new page if `height` does not fit on this one.
    pub(super) fn need(&mut self, height: f32) -> Result<(), RenderError> {
        // what fits to the last digit must not be pushed over by rounding
        if height > self.room() + 0.05 && !self.at_top() {
            self.break_page()?;
        }
        Ok(())
    }

    pub(super) fn put(&mut self, mark: Mark, owner: Owner) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Placed { mark, owner });
        }
    }

    pub(super) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.put(Mark::Fill { x, y, width, height, ink }, Owner::Decoration);
    }

    /// Puts a line whose box has its top left corner at `x`, `y`.
    pub(super) fn text(&mut self, x: f32, y: f32, line: Line, style: Style, owner: Owner) {
        let mark = Mark::Text { x: x + line.x, y: y + style.baseline(), line, style };
        self.put(mark, owner);
    }

    /// Puts all lines of a paragraph; the height they take.
    pub(super) fn paragraph(&mut self, x: f32, y: f32, paragraph: Paragraph, owner: Owner) -> f32 {
        let (style, height) = (paragraph.style, paragraph.height());
        for (index, line) in paragraph.lines.into_iter().enumerate() {
            self.text(x, y + style.line_height() * index as f32, line, style, owner);
        }
        height
    }
}
