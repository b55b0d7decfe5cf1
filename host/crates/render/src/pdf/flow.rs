//! Blocks onto pages.

use super::block::{Block, Field, PANEL_HEAD, PANEL_PAD, PANEL_STEP, PanelBox};
use super::page::{Bookmark, Frame, Mark, NodeKind, Owner, Pages, ROOT, running_lines};
use super::shape::{Paragraph, Shaper};
use crate::RenderError;
use crate::style::{ACCENT, HAIR, INK, LINE};
use domain::layout::Page;

/// Puts every block on a page: no heading ends a page, no line of a paragraph stands alone on one, no row is broken that
/// fits a page.
pub(super) fn flow(blocks: Vec<Block>, frame: Frame) -> Result<Pages, RenderError> {
    let leads = leads(&blocks, frame.body());
    let mut pages = Pages::new(frame);
    let mut above = 0.0;
    // a break takes effect with the next thing that is put, so that none leaves an empty page behind it
    let mut due = false;
    for (block, lead) in blocks.into_iter().zip(leads) {
        let (before, after) = block.gaps();
        if matches!(block, Block::PageBreak) {
            due = due || pages.pages.last().is_some_and(|page| !page.is_empty());
            continue;
        }
        if std::mem::take(&mut due) {
            pages.break_page()?;
        }
        if !pages.at_top() {
            pages.y += f32::max(above, before);
        }
        above = after;
        pages.need(lead)?;
        put(block, &mut pages)?;
    }
    Ok(pages)
}

/// The room each block needs to begin; a heading begins together with what it heads.
fn leads(blocks: &[Block], body: f32) -> Vec<f32> {
    let mut leads = Vec::with_capacity(blocks.len());
    // top gap and lead of the block below
    let mut below: Option<(f32, f32)> = None;
    for block in blocks.iter().rev() {
        let (before, after) = block.gaps();
        let own = block.lead(body);
        let lead = match (block, below) {
            (Block::Heading { .. }, Some((gap, next))) => {
                let both = own + f32::max(after, gap) + next;
                if both <= body { both } else { own }
            }
            _ => own,
        };
        leads.push(lead);
        below = (!matches!(block, Block::PageBreak)).then_some((before, lead));
    }
    leads.reverse();
    leads
}

fn put(block: Block, pages: &mut Pages) -> Result<(), RenderError> {
    let left = pages.frame.left;
    match block {
        Block::Heading { level, title, text } => {
            let page = pages.pages.len().saturating_sub(1);
            pages.bookmarks.push(Bookmark { level, text: title.clone(), page, y: pages.y });
            lines(text, NodeKind::Heading { level: u16::try_from(level).unwrap_or(1), text: title }, pages)?;
        }
        Block::Paragraph(text) => lines(text, NodeKind::Paragraph, pages)?,
        Block::Panels { panels, height } => {
            let top = pages.y;
            for panel in panels {
                panel_at(panel, top, height, pages);
            }
            pages.y = top + height;
        }
        Block::Table(table) => table.place(ROOT, pages)?,
        Block::Space(height) if height > pages.room() => pages.break_page()?,
        Block::Space(height) => pages.y += height,
        Block::Rule => {
            pages.fill(left, pages.y, pages.frame.content(), 0.6, LINE);
            pages.y += 0.6;
        }
        Block::PageBreak => {}
        Block::Image { figure, image, width, height } => {
            let node = pages.node(ROOT, figure);
            pages.put(Mark::Image { x: left, y: pages.y, width, height, image }, Owner::Node(node));
            pages.y += height;
        }
        Block::Signature { fields, height } => {
            let top = pages.y;
            for field in fields {
                field_at(field, top, height, pages);
            }
            pages.y = top + height;
        }
    }
    Ok(())
}

/// Lines one by one; not one alone at the foot or head of a page.
fn lines(paragraph: Paragraph, kind: NodeKind, pages: &mut Pages) -> Result<(), RenderError> {
    if paragraph.is_empty() {
        return Ok(());
    }
    let node = Owner::Node(pages.node(ROOT, kind));
    let style = paragraph.style;
    let step = style.line_height();
    let mut left = paragraph.lines.len();
    for line in paragraph.lines {
        // the last two lines go to the next page together
        pages.need(if left == 2 { 2.0 * step } else { step })?;
        pages.text(pages.frame.left, pages.y, line, style, node);
        pages.y += step;
        left -= 1;
    }
    Ok(())
}

/// Panels of one group end at the same height, whatever they hold.
fn panel_at(panel: PanelBox, top: f32, height: f32, pages: &mut Pages) {
    let left = pages.frame.left + panel.x;
    let group = pages.node(ROOT, NodeKind::Group);
    let mut y = top;
    if let Some(title) = panel.title {
        let node = pages.node(group, NodeKind::Paragraph);
        y += pages.paragraph(left, y, title, Owner::Node(node)) + PANEL_HEAD - 1.0;
        pages.fill(left, y, panel.width, 1.0, ACCENT);
        y += 1.0;
    } else {
        pages.fill(left, y, panel.width, 0.6, LINE);
    }
    y += PANEL_PAD;
    for row in panel.rows {
        let node = Owner::Node(pages.node(group, NodeKind::Paragraph));
        pages.paragraph(left, y, row.label, node);
        pages.paragraph(left + panel.values, y, row.value, node);
        y += row.height + PANEL_STEP;
    }
    pages.fill(left, top + height - 0.4, panel.width, 0.4, HAIR);
}

fn field_at(field: Field, top: f32, height: f32, pages: &mut Pages) {
    let left = pages.frame.left + field.x;
    let node = pages.node(ROOT, NodeKind::Paragraph);
    pages.paragraph(left, top, field.label, Owner::Node(node));
    pages.fill(left, top + height - 0.7, field.width, 0.7, INK);
}

/// Headers and footers, now that the number of pages is known.
pub(super) fn running(page: &Page, pages: &mut Pages, shaper: &mut Shaper) {
    let frame = pages.frame;
    let total = pages.pages.len().to_string();
    for (index, placed) in pages.pages.iter_mut().enumerate() {
        let number = (index + 1).to_string();
        let texts = [(page.header.as_deref(), frame.header, 0), (page.footer.as_deref(), frame.footer, 1)];
        for (text, top, alone) in texts {
            let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
                continue;
            };
            for paragraph in running_lines(text, alone, frame.content(), (&number, &total), shaper) {
                let style = paragraph.style;
                for (line_index, line) in paragraph.lines.into_iter().enumerate() {
                    let y = top + style.line_height() * line_index as f32 + style.baseline();
                    let mark = Mark::Text { x: frame.left + line.x, y, line, style };
                    placed.push(super::page::Placed { mark, owner: Owner::Running });
                }
            }
        }
    }
}
