//! Blocks, prepared: their texts set, their heights known, before anything has a place on a page.

use super::MM;
use super::page::{Frame, NodeKind};
use super::shape::{Paragraph, Shaper, Style};
use super::table::{self, Table};
use crate::format::{Locale, clean, clean_line, is_figure};
use crate::style::{ACCENT, INK, MUTED};
use crate::{Asset, Assets, RenderError};
use domain::layout::{self, Align, Document, Panel, TextStyle};
use krilla::image::Image;

const HEADINGS: [Style; 3] = [
    Style { size: 18.0, leading: 1.3, bold: true, ink: INK },
    Style { size: 12.0, leading: 1.35, bold: true, ink: ACCENT },
    Style { size: 10.0, leading: 1.4, bold: true, ink: INK },
];
const NORMAL: Style = Style { size: 9.0, leading: 1.5, bold: false, ink: INK };
const SMALL: Style = Style { size: 7.5, leading: 1.45, bold: false, ink: MUTED };
const STRONG: Style = Style { size: 9.0, leading: 1.5, bold: true, ink: INK };
const PANEL_TITLE: Style = Style { size: 9.0, leading: 1.4, bold: true, ink: ACCENT };
const PANEL_LABEL: Style = Style { size: 8.5, leading: 1.4, bold: false, ink: MUTED };
const PANEL_VALUE: Style = Style { size: 8.5, leading: 1.4, bold: false, ink: INK };
const FIELD: Style = Style { size: 8.5, leading: 1.4, bold: false, ink: MUTED };

/// Between panels, and between signature fields.
const GUTTER: f32 = 20.0;
/// Under the title of a panel.
pub(super) const PANEL_HEAD: f32 = 5.0;
/// Above and below the rows of a panel, and between two of them.
pub(super) const PANEL_PAD: f32 = 4.0;
pub(super) const PANEL_STEP: f32 = 1.5;
/// Room for a signature and a company's seal (印章, about 40 mm across, which may reach over the label).
const FIELD_ROOM: f32 = 24.0 * MM;
/// Images are shown at 144 pixels an inch.
const PIXEL: f32 = 0.5;
/// Larger images would need more memory than a statement is worth.
const PIXELS_MAX: u64 = 40_000_000;

#[derive(Debug)]
pub(super) struct PanelRow {
    pub label: Paragraph,
    pub value: Paragraph,
    pub height: f32,
}

#[derive(Debug)]
pub(super) struct PanelBox {
    pub x: f32,
    pub width: f32,
    pub title: Option<Paragraph>,
    /// Where the box of the values begins, from the panel's left edge.
    pub values: f32,
    pub rows: Vec<PanelRow>,
}

impl PanelBox {
    fn height(&self) -> f32 {
        let title = self.title.as_ref().map_or(0.0, |title| title.height() + PANEL_HEAD);
        let rows: f32 = self.rows.iter().map(|row| row.height + PANEL_STEP).sum();
        title + rows + 2.0 * PANEL_PAD
    }
}

#[derive(Debug)]
pub(super) struct Field {
    pub x: f32,
    pub width: f32,
    pub label: Paragraph,
}

/// A block ready to be put on a page. Lengths in points.
#[derive(Debug)]
pub(super) enum Block {
    Heading { level: u32, title: String, text: Paragraph },
    Paragraph(Paragraph),
    Panels { panels: Vec<PanelBox>, height: f32 },
    Table(Table),
    Space(f32),
    Rule,
    PageBreak,
    Image { figure: NodeKind, image: Image, width: f32, height: f32 },
    Signature { fields: Vec<Field>, height: f32 },
}

impl Block {
    /// The least distance to what stands above and below; of two neighbours the larger holds.
    pub(super) fn gaps(&self) -> (f32, f32) {
        match self {
            Block::Heading { level: 1, .. } => (12.0, 6.0),
            Block::Heading { level: 2, .. } => (16.0, 6.0),
            Block::Heading { .. } => (12.0, 4.0),
            Block::Paragraph(_) => (4.0, 4.0),
            Block::Panels { .. } => (8.0, 10.0),
            Block::Table(_) => (8.0, 12.0),
            Block::Space(_) | Block::PageBreak => (0.0, 0.0),
            Block::Rule => (6.0, 6.0),
            Block::Image { .. } => (4.0, 6.0),
            Block::Signature { .. } => (18.0, 8.0),
        }
    }

    /// The room it needs on a page to begin there.
    pub(super) fn lead(&self, body: f32) -> f32 {
        match self {
            Block::Heading { text, .. } => text.height().min(body),
            Block::Paragraph(text) => text.style.line_height() * text.lines.len().min(2) as f32,
            Block::Table(table) => table.lead(body),
            Block::Panels { height, .. } | Block::Image { height, .. } | Block::Signature { height, .. } => {
                *height
            }
            Block::Space(_) | Block::PageBreak => 0.0,
            Block::Rule => 1.0,
        }
    }
}

pub(super) fn prepare(
    document: &Document,
    locale: &Locale,
    assets: &Assets,
    shaper: &mut Shaper,
    frame: &Frame,
) -> Result<Vec<Block>, RenderError> {
    let width = frame.content();
    let mut blocks = Vec::with_capacity(document.blocks.len());
    for (index, block) in document.blocks.iter().enumerate() {
        let prepared = match block {
            layout::Block::Heading { level, text } => {
                let level = (*level).clamp(1, 3);
                let style = HEADINGS.get(level as usize - 1).copied().unwrap_or(STRONG);
                let set = shaper.set(&clean(text), style, width, Align::Start, true);
                Block::Heading { level, title: clean_line(text), text: set }
            }
            layout::Block::Paragraph { parts, style, align } => {
                let style = match style {
                    TextStyle::Normal => NORMAL,
                    TextStyle::Small => SMALL,
                    TextStyle::Strong => STRONG,
                };
                Block::Paragraph(shaper.set(&clean(&locale.prose(parts)), style, width, *align, true))
            }
            layout::Block::Panels(panels) => {
                panel_blocks(panels, locale, shaper, frame, &mut blocks);
                continue;
            }
            layout::Block::Table(t) if t.columns.is_empty() => continue,
            layout::Block::Table(t) => Block::Table(table::prepare(t, locale, width, shaper)),
            layout::Block::Space(millimetres) => Block::Space(*millimetres as f32 * MM),
            layout::Block::Rule => Block::Rule,
            layout::Block::PageBreak => Block::PageBreak,
            layout::Block::Image(name) => image(index + 1, name, assets, frame)?,
            layout::Block::Signature(labels) => signature(labels, shaper, width),
        };
        blocks.push(prepared);
    }
    Ok(blocks)
}

/// Places for `count` boxes of equal width side by side: their left edges and the width.
fn abreast(count: usize, width: f32) -> (impl Iterator<Item = f32>, f32) {
    let count = count.max(1) as f32;
    let each = (width - GUTTER * (count - 1.0)) / count;
    ((0..).map(move |index| (each + GUTTER) * index as f32), each)
}

/// Panels side by side; where they are taller than a page, tables one below the other, which can be broken.
fn panel_blocks(
    panels: &[Panel],
    locale: &Locale,
    shaper: &mut Shaper,
    frame: &Frame,
    blocks: &mut Vec<Block>,
) {
    let (edges, width) = abreast(panels.len(), frame.content());
    let boxes: Vec<PanelBox> =
        panels.iter().zip(edges).map(|(panel, x)| panel_box(panel, x, width, locale, shaper)).collect();
    let height = boxes.iter().map(PanelBox::height).fold(0.0, f32::max);
    if boxes.is_empty() {
        return;
    }
    if height <= frame.body() {
        blocks.push(Block::Panels { panels: boxes, height });
        return;
    }
    for panel in panels {
        blocks.push(Block::Table(table::prepare(&as_table(panel), locale, frame.content(), shaper)));
    }
}

fn as_table(panel: &Panel) -> layout::Table {
    let column = |weight| layout::Column { title: String::new(), align: Align::Start, weight };
    let cell = |value| layout::Cell { value, span: 1 };
    let rows = panel.rows.iter().map(|row| layout::Row {
        kind: layout::RowKind::Body,
        cells: vec![cell(layout::Value::Text(row.label.clone())), cell(row.value.clone())],
    });
    layout::Table { columns: vec![column(1), column(2)], rows: rows.collect(), caption: panel.title.clone() }
}

fn panel_box(panel: &Panel, x: f32, width: f32, locale: &Locale, shaper: &mut Shaper) -> PanelBox {
    let title = panel
        .title
        .as_deref()
        .filter(|title| !title.trim().is_empty())
        .map(|title| shaper.set(&clean(title), PANEL_TITLE, width, Align::Start, true));
    let widest =
        panel.rows.iter().map(|row| shaper.measure(&clean(&row.label), PANEL_LABEL).max).fold(0.0, f32::max);
    let labels = widest.min(width * 0.45) + 0.5;
    let values = labels + 10.0;
    let room = (width - values).max(1.0);
    // a panel with a figure in it is read like a sum: all its values end at the same edge
    let align = if panel.rows.iter().any(|row| is_figure(&row.value)) { Align::End } else { Align::Start };
    let mut rows = Vec::with_capacity(panel.rows.len());
    for row in &panel.rows {
        let label = shaper.set(&clean(&row.label), PANEL_LABEL, labels, Align::Start, true);
        let text = locale.value(&row.value);
        let wrap = !is_figure(&row.value) || shaper.measure(&text, PANEL_VALUE).max > room;
        let value = shaper.set(&text, PANEL_VALUE, room, align, wrap);
        let height = label.height().max(value.height());
        rows.push(PanelRow { label, value, height });
    }
    PanelBox { x, width, title, values, rows }
}

fn signature(labels: &[String], shaper: &mut Shaper, width: f32) -> Block {
    let (edges, each) = abreast(labels.len().max(2), width);
    let fields: Vec<Field> = labels
        .iter()
        .zip(edges)
        .map(|(label, x)| {
            let label = shaper.set(&clean(label), FIELD, each, Align::Start, true);
            Field { x, width: each, label }
        })
        .collect();
    let label = fields.iter().map(|field| field.label.height()).fold(0.0, f32::max);
    Block::Signature { fields, height: label + FIELD_ROOM }
}

fn image(block: usize, name: &str, assets: &Assets, frame: &Frame) -> Result<Block, RenderError> {
    let Some(Asset { media_type, bytes }) = assets.get(name) else {
        return Err(RenderError::AssetMissing { block, name: name.to_owned(), known: assets.names() });
    };
    let broken = |reason: String| RenderError::AssetBroken {
        block,
        name: name.to_owned(),
        media_type: media_type.clone(),
        reason,
    };
    let data = krilla::Data::from(bytes.clone());
    let image =
        if media_type == "image/png" { Image::from_png(data, true) } else { Image::from_jpeg(data, true) };
    let image = image.map_err(&broken)?;
    let (across, down) = image.size();
    if across == 0 || down == 0 || u64::from(across) * u64::from(down) > PIXELS_MAX {
        return Err(broken(format!("{across} × {down} pixels; at most {PIXELS_MAX} in all")));
    }
    let (width, height) = (across as f32 * PIXEL, down as f32 * PIXEL);
    let scale = (frame.content() / width).min(frame.body() / 4.0 / height).min(1.0);
    let figure = NodeKind::Figure { block, name: name.to_owned(), media_type: media_type.clone() };
    Ok(Block::Image { figure, image, width: width * scale, height: height * scale })
}
