//! PDF: *prepare* every block (text shaped and broken, columns sized), *flow* the blocks over pages into display lists,
//! then *draw* the lists, when the number of pages is known.
//!
//! | phase | module | cost |
//! |---|---|---|
//! | prepare | [`shape`], [`block`], [`columns`], [`table`] | each text is shaped once to measure and once to set; the bulk of the time |
//! | flow | [`flow`], [`page`] | linear in lines |
//! | draw | [`draw`] | linear in glyphs; subsets the fonts |
//!
//! Lengths are `f32` PostScript points (1/72 inch) from the page's top left corner. They are geometry: amounts come in as
//! text that `format` has made of exact integers, and no float ever becomes a figure.
#![allow(clippy::float_arithmetic)]

mod block;
mod columns;
mod draw;
mod flow;
mod page;
mod shape;
mod table;

use crate::format::Locale;
use crate::{Assets, FontSource, RenderError, Rendered};
use domain::layout::Document;

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;

/// `document` has passed `check`.
pub(crate) fn render(
    fonts: &FontSource,
    document: &Document,
    assets: &Assets,
) -> Result<Rendered, RenderError> {
    let locale = Locale::of(&document.language);
    let mut shaper = shape::Shaper::new(fonts, &document.language, &locale);
    let frame = page::Frame::of(&document.page, &mut shaper);
    let blocks = block::prepare(document, &locale, assets, &mut shaper, &frame)?;
    let mut pages = flow::flow(blocks, frame)?;
    flow::running(&document.page, &mut pages, &mut shaper);
    let count = u32::try_from(pages.pages.len()).unwrap_or(u32::MAX);
    let bytes = draw::draw(document, &pages, &shaper)?;
    Ok(Rendered { bytes, pages: count, missing_glyphs: shaper.missing() })
}
