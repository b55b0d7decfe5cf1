//! Tables: measured, sized, broken into rows and set over pages with their column titles at each head.

use super::columns::{Need, widths};
use super::page::{Mark, NodeId, NodeKind, Owner, Pages};
use super::shape::{Line, Paragraph, Shaper, Style};
use crate::RenderError;
use crate::format::{Locale, clean, column_align, is_code, is_figure};
use crate::style::{ACCENT, HAIR, INK, Ink, LINE, MUTED, TINT};
use domain::layout::{self, Align, RowKind, Value};
use std::num::NonZeroU32;

/// Sizes tried in turn until all figures fit unbroken.
const SIZES: [f32; 5] = [8.5, 8.0, 7.25, 6.5, 5.75];
const LEADING: f32 = 1.4;
/// Around the text of a cell.
const PAD_X: f32 = 4.0;
const PAD_Y: f32 = 3.1;
/// A word is kept whole up to this many times the type size, at the cost of other columns.
const WORD_EMS: f32 = 7.0;
/// A title is kept on one line up to this many times the type size.
const TITLE_EMS: f32 = 4.2;
const CAPTION: Style = Style { size: 9.5, leading: 1.4, bold: true, ink: INK };
const CAPTION_GAP: f32 = 4.0;

#[derive(Debug, Clone)]
struct Cell {
    x: f32,
    text: Paragraph,
    span: u32,
}

#[derive(Debug, Clone)]
struct Row {
    /// `None`: column titles.
    kind: Option<RowKind>,
    cells: Vec<Cell>,
    height: f32,
}

/// A table ready to be set.
#[derive(Debug)]
pub(super) struct Table {
    caption: Option<Paragraph>,
    titles: Option<Row>,
    rows: Vec<Row>,
    width: f32,
}

/// How the cells of one row are set.
fn style(kind: Option<RowKind>, size: f32) -> Style {
    let (bold, ink, size) = match kind {
        None => (true, MUTED, size * 0.94),
        Some(RowKind::Body) => (false, INK, size),
        Some(RowKind::Section) => (true, ACCENT, size),
        Some(RowKind::Subtotal | RowKind::Total) => (true, INK, size),
    };
    Style { size, leading: LEADING, bold, ink }
}

/// Values that are never broken over lines.
fn is_rigid(value: &Value) -> bool {
    is_figure(value) || matches!(value, Value::Date(_))
}

struct Setting<'a> {
    table: &'a layout::Table,
    locale: &'a Locale,
    aligns: Vec<Align>,
    lefts: Vec<f32>,
    widths: Vec<f32>,
    size: f32,
    pad: f32,
    fits: bool,
}

/// Sizes the columns and sets every cell. `table` has passed `check`.
pub(super) fn prepare(table: &layout::Table, locale: &Locale, width: f32, shaper: &mut Shaper) -> Table {
    let setting = size(table, locale, width, shaper);
    let titles =
        (!table.columns.iter().all(|column| column.title.trim().is_empty())).then(|| setting.titles(shaper));
    let rows = table.rows.iter().map(|row| setting.row(row, shaper)).collect();
    let caption = table
        .caption
        .as_deref()
        .filter(|caption| !caption.trim().is_empty())
        .map(|caption| shaper.set(&clean(caption), CAPTION, width, Align::Start, true));
    Table { caption, titles, rows, width }
}

/// The widths of the columns and the largest type size at which no figure must be broken.
fn size<'a>(table: &'a layout::Table, locale: &'a Locale, width: f32, shaper: &mut Shaper) -> Setting<'a> {
    let count = table.columns.len().max(1);
    // many columns cannot spend their width on padding
    let pad = PAD_X.min(width / count as f32 * 0.12);
    let measured = needs(table, locale, shaper);
    let mut chosen = (SIZES.last().copied().unwrap_or(6.0), Vec::new(), false);
    for size in SIZES {
        let scaled: Vec<Need> = measured
            .iter()
            .map(|need| Need {
                weight: need.weight,
                rigid: need.rigid * size / SIZES[0] + 2.0 * pad,
                min: need.min * size / SIZES[0] + 2.0 * pad,
            })
            .collect();
        let (found, fits) = widths(&scaled, width);
        chosen = (size, found, fits);
        if fits {
            break;
        }
    }
    let (size, widths, fits) = chosen;
    let mut left = 0.0;
    let lefts = widths
        .iter()
        .map(|w| {
            let at = left;
            left += w;
            at
        })
        .collect();
    let aligns = (0..table.columns.len()).map(|column| column_align(table, column)).collect();
    Setting { table, locale, aligns, lefts, widths, size, pad, fits }
}

/// What the columns need at the first of [`SIZES`], padding not included.
fn needs(table: &layout::Table, locale: &Locale, shaper: &mut Shaper) -> Vec<Need> {
    let size = SIZES[0];
    let mut needs: Vec<Need> = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let widths = shaper.measure(&clean(&column.title), style(None, size));
        let rigid = widths.max.min(TITLE_EMS * size).max(widths.min.min(WORD_EMS * size));
        needs.push(Need { weight: column.weight, rigid, min: widths.min.max(rigid) });
    }
    for row in &table.rows {
        let mut at = 0usize;
        for cell in &row.cells {
            let span = usize::try_from(cell.span).unwrap_or(usize::MAX);
            let widths = shaper.measure(&locale.value(&cell.value), style(Some(row.kind), size));
            let (rigid, min) = match &cell.value {
                value if is_rigid(value) => (widths.max, widths.max),
                Value::Text(text) if is_code(text) => (widths.min.min(WORD_EMS * size), widths.max),
                _ => (widths.min.min(WORD_EMS * size), widths.min),
            };
            let covered = needs.get_mut(at..at.saturating_add(span)).unwrap_or_default();
            raise(covered, rigid, |need| &mut need.rigid);
            raise(covered, min.max(rigid), |need| &mut need.min);
            for need in covered {
                need.min = need.min.max(need.rigid);
            }
            at = at.saturating_add(span);
        }
    }
    needs
}

/// Raises the covered columns, all by the same, until together they reach `wanted`.
fn raise(covered: &mut [Need], wanted: f32, of: impl Fn(&mut Need) -> &mut f32) {
    let has: f32 = covered.iter_mut().map(|need| *of(need)).sum();
    let lack = (wanted - has).max(0.0) / covered.len().max(1) as f32;
    for need in covered {
        *of(need) += lack;
    }
}

impl Setting<'_> {
    fn titles(&self, shaper: &mut Shaper) -> Row {
        let style = style(None, self.size);
        let mut cells = Vec::with_capacity(self.table.columns.len());
        for (index, column) in self.table.columns.iter().enumerate() {
            cells.push(self.cell(index, 1, &clean(&column.title), style, true, shaper));
        }
        self.close(None, cells)
    }

    fn row(&self, row: &layout::Row, shaper: &mut Shaper) -> Row {
        let style = style(Some(row.kind), self.size);
        let mut cells = Vec::with_capacity(row.cells.len());
        let mut at = 0usize;
        for cell in &row.cells {
            let text = self.locale.value(&cell.value);
            let wrap = !(self.fits && is_rigid(&cell.value));
            cells.push(self.cell(at, cell.span, &text, style, wrap, shaper));
            at = at.saturating_add(usize::try_from(cell.span).unwrap_or(usize::MAX));
        }
        // what a row leaves out is empty, not absent
        if let Some(left) = self.table.columns.len().checked_sub(at).and_then(|left| u32::try_from(left).ok())
            && left > 0
        {
            cells.push(self.cell(at, left, "", style, false, shaper));
        }
        self.close(Some(row.kind), cells)
    }

    fn cell(&self, at: usize, span: u32, text: &str, style: Style, wrap: bool, shaper: &mut Shaper) -> Cell {
        let covered = usize::try_from(span).unwrap_or(usize::MAX);
        let width: f32 = self.widths.iter().skip(at).take(covered).sum();
        let align = self.aligns.get(at).copied().unwrap_or(Align::Start);
        let inner = (width - 2.0 * self.pad).max(1.0);
        let x = self.lefts.get(at).copied().unwrap_or(0.0) + self.pad;
        Cell { x, text: shaper.set(text, style, inner, align, wrap), span }
    }

    fn close(&self, kind: Option<RowKind>, cells: Vec<Cell>) -> Row {
        let lines = cells.iter().map(|cell| cell.text.lines.len()).max().unwrap_or(0).max(1);
        let height = style(kind, self.size).line_height() * lines as f32 + 2.0 * PAD_Y;
        Row { kind, cells, height }
    }
}

impl Table {
    fn title_height(&self) -> f32 {
        self.titles.as_ref().map_or(0.0, |row| row.height)
    }

    /// Column titles taller than this are set once only: repeated, they would leave no room for rows.
    fn repeats(&self, body: f32) -> bool {
        self.title_height() <= body / 3.0
    }

    /// The room a table needs to begin: caption, column titles and the first group of rows.
    pub(super) fn lead(&self, body: f32) -> f32 {
        let caption = self.caption.as_ref().map_or(0.0, |text| text.height() + CAPTION_GAP);
        let first = self.rows.get(..group(&self.rows)).unwrap_or_default();
        let rows: f32 = first.iter().map(|row| row.height).sum();
        let wanted = caption + self.title_height() + rows;
        if wanted <= body { wanted } else { (caption + self.title_height()).min(body) }
    }

    /// Sets the table from the pen on, over as many pages as it takes.
    pub(super) fn place(mut self, parent: NodeId, pages: &mut Pages) -> Result<(), RenderError> {
        let node = pages.node(parent, NodeKind::Table);
        pages.need(self.lead(pages.frame.body()))?;
        if let Some(caption) = self.caption.take() {
            let owner = pages.node(node, NodeKind::Caption);
            pages.y += pages.paragraph(pages.frame.left, pages.y, caption, Owner::Node(owner)) + CAPTION_GAP;
        }
        let repeated = if self.repeats(pages.frame.body()) { self.titles.clone() } else { None };
        let mut pen = Pen { width: self.width, titles: repeated, pages };
        if let Some(titles) = self.titles.take() {
            let head = pen.pages.node(node, NodeKind::Head);
            pen.row(titles, Some(head))?;
        }
        let body = pen.pages.node(node, NodeKind::Body);
        let groups = groups(&self.rows);
        let mut rows = self.rows.into_iter();
        for count in groups {
            pen.group(rows.by_ref().take(count).collect(), body)?;
        }
        pen.close();
        Ok(())
    }
}

/// The rows as runs that stay together; their lengths.
fn groups(mut rows: &[Row]) -> Vec<usize> {
    let mut lengths = Vec::new();
    while !rows.is_empty() {
        let length = group(rows);
        lengths.push(length);
        rows = rows.get(length..).unwrap_or_default();
    }
    lengths
}

/// How many rows from the first on stay on one page: sections with the row under them, a row with the totals under it.
fn group(rows: &[Row]) -> usize {
    let is_section = |row: &&Row| row.kind == Some(RowKind::Section);
    let is_total = |row: &&Row| matches!(row.kind, Some(RowKind::Subtotal | RowKind::Total));
    let sections = rows.iter().take_while(is_section).count();
    let after = sections + 1;
    let totals = rows.iter().skip(after).take_while(is_total).count();
    (after + totals).min(rows.len())
}

/// Sets rows at the pen.
struct Pen<'a> {
    width: f32,
    titles: Option<Row>,
    pages: &'a mut Pages,
}

impl Pen<'_> {
    fn group(&mut self, rows: Vec<Row>, body: NodeId) -> Result<(), RenderError> {
        let height: f32 = rows.iter().map(|row| row.height).sum();
        if height > self.pages.room() + 0.05 && height <= self.whole() {
            self.next_page()?;
        }
        for row in rows {
            if row.height > self.pages.room() + 0.05 && row.height <= self.whole() {
                self.next_page()?;
            }
            self.row(row, Some(body))?;
        }
        Ok(())
    }

    /// Room for rows on a page that begins with the titles.
    fn whole(&self) -> f32 {
        self.pages.frame.body() - self.titles.as_ref().map_or(0.0, |row| row.height)
    }

    fn next_page(&mut self) -> Result<(), RenderError> {
        self.close();
        self.pages.break_page()?;
        if let Some(titles) = self.titles.clone() {
            self.row(titles, None)?;
        }
        Ok(())
    }

    /// The line that ends the part of a table on one page.
    fn close(&mut self) {
        let (x, y) = (self.pages.frame.left, self.pages.y);
        self.pages.fill(x, y - 0.6, self.width, 0.6, LINE);
    }

    /// Sets one row, over pages if it is taller than one. `parent` is `None` for repeated titles.
    fn row(&mut self, row: Row, parent: Option<NodeId>) -> Result<(), RenderError> {
        let kind = row.kind;
        let owner = parent.map(|parent| self.pages.node(parent, NodeKind::Row));
        let mut open: Vec<Open> = Vec::with_capacity(row.cells.len());
        for cell in row.cells {
            let span = NonZeroU32::new(cell.span).filter(|span| span.get() > 1);
            let node = match kind {
                None => NodeKind::HeaderCell { rows: false, span },
                Some(RowKind::Section) => NodeKind::HeaderCell { rows: true, span },
                Some(_) => NodeKind::Cell { span },
            };
            let owner = owner.map_or(Owner::Running, |owner| Owner::Node(self.pages.node(owner, node)));
            if cell.text.is_empty() && owner != Owner::Running {
                self.pages.put(Mark::Nothing, owner);
            }
            let style = cell.text.style;
            open.push(Open { x: cell.x, style, lines: cell.text.lines.into_iter(), owner });
        }
        if row.height <= self.pages.room() + 0.05 {
            self.segment(kind, row.height, usize::MAX, &mut open);
            return Ok(());
        }
        let line_height = open.first().map_or(1.0, |cell| cell.style.line_height());
        loop {
            let room = self.pages.room() - 2.0 * PAD_Y;
            let fitting = (room / line_height).floor().max(0.0) as usize;
            // a page that holds no line at all cannot be helped by the next one
            let fitting = if self.pages.at_top() { fitting.max(1) } else { fitting };
            let left = open.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
            let lines = left.min(fitting);
            if lines > 0 || left == 0 {
                let height = line_height * lines.max(1) as f32 + 2.0 * PAD_Y;
                self.segment(kind, height, lines, &mut open);
            }
            if left <= fitting {
                return Ok(());
            }
            // titles are not repeated amid the titles
            if kind.is_some() {
                self.next_page()?;
            } else {
                self.pages.break_page()?;
            }
        }
    }

    /// Up to `lines` lines of each cell, in a band `height` tall.
    fn segment(&mut self, kind: Option<RowKind>, height: f32, lines: usize, open: &mut [Open]) {
        let (left, top) = (self.pages.frame.left, self.pages.y);
        self.ground(kind, left, top, height);
        for cell in open {
            let step = cell.style.line_height();
            for index in 0..lines {
                let Some(line) = cell.lines.next() else {
                    break;
                };
                let y = top + PAD_Y + step * index as f32;
                self.pages.text(left + cell.x, y, line, cell.style, cell.owner);
            }
        }
        self.pages.y += height;
    }

    fn ground(&mut self, kind: Option<RowKind>, x: f32, y: f32, height: f32) {
        let width = self.width;
        let mut rule = |at: f32, weight: f32, ink: Ink| self.pages.fill(x, at - weight, width, weight, ink);
        match kind {
            None => {
                rule(y + height, height, TINT);
                rule(y + height, 0.8, LINE);
            }
            Some(RowKind::Body) => rule(y + height, 0.4, HAIR),
            Some(RowKind::Section) => rule(y + height, 0.6, LINE),
            Some(RowKind::Subtotal) => {
                rule(y + 0.2, 0.6, LINE);
                rule(y + height, 0.4, HAIR);
            }
            Some(RowKind::Total) => {
                rule(y + height, height, TINT);
                rule(y + 0.4, 0.9, INK);
            }
        }
    }
}

/// A cell while its lines are set.
struct Open {
    x: f32,
    style: Style,
    lines: std::vec::IntoIter<Line>,
    owner: Owner,
}
