//! What is refused before anything is laid out. `domain::layout::accept` has refused most of it before; a renderer
//! that is called without it must not drop a figure or run without end either.

use crate::{Assets, RenderError};
use domain::layout::{Block, Document, Page, Table};

/// More columns than this leave less than the width of a figure for each, even across A3.
const COLUMNS_MAX: usize = 40;
/// Panels or signature fields side by side.
const ABREAST_MAX: usize = 6;

pub(crate) fn document(document: &Document, assets: &Assets) -> Result<(), RenderError> {
    page(&document.page)?;
    for (index, block) in document.blocks.iter().enumerate() {
        let number = index + 1;
        match block {
            Block::Table(t) => table(number, t)?,
            Block::Panels(panels) => abreast(number, "panels", panels.len())?,
            Block::Signature(labels) => abreast(number, "signature fields", labels.len())?,
            Block::Image(name) => image(number, name, assets)?,
            Block::Heading { .. }
            | Block::Paragraph { .. }
            | Block::Space(_)
            | Block::Rule
            | Block::PageBreak => {}
        }
    }
    Ok(())
}

fn page(page: &Page) -> Result<(), RenderError> {
    let inside = |length: u32| {
        (50..=2000).contains(&length)
            && page
                .margin
                .checked_mul(2)
                .and_then(|both| length.checked_sub(both))
                .is_some_and(|free| free >= 40)
    };
    if inside(page.width) && inside(page.height) {
        return Ok(());
    }
    Err(RenderError::Page { width: page.width, height: page.height, margin: page.margin })
}

fn table(block: usize, table: &Table) -> Result<(), RenderError> {
    let columns = table.columns.len();
    if columns == 0 && !table.rows.is_empty() {
        return Err(RenderError::NoColumns { block });
    }
    if columns > COLUMNS_MAX {
        return Err(RenderError::TooManyColumns { block, columns, max: COLUMNS_MAX });
    }
    for (index, row) in table.rows.iter().enumerate() {
        let row_number = index + 1;
        if let Some(cell) = row.cells.iter().position(|cell| cell.span == 0) {
            return Err(RenderError::Span { block, row: row_number, cell: cell + 1 });
        }
        let covered: u64 = row.cells.iter().map(|cell| u64::from(cell.span)).sum();
        if usize::try_from(covered).is_ok_and(|covered| covered <= columns) {
            continue;
        }
        return Err(RenderError::RowTooWide { block, row: row_number, covered, columns });
    }
    Ok(())
}

fn abreast(block: usize, what: &'static str, count: usize) -> Result<(), RenderError> {
    if count <= ABREAST_MAX {
        return Ok(());
    }
    Err(RenderError::TooManyAbreast { block, what, count, max: ABREAST_MAX })
}

fn image(block: usize, name: &str, assets: &Assets) -> Result<(), RenderError> {
    let Some(asset) = assets.get(name) else {
        return Err(RenderError::AssetMissing { block, name: name.to_owned(), known: assets.names() });
    };
    let magic: &[u8] = match asset.media_type.as_str() {
        "image/png" => b"\x89PNG\r\n\x1a\n",
        "image/jpeg" => b"\xff\xd8\xff",
        other => {
            return Err(RenderError::AssetType {
                block,
                name: name.to_owned(),
                media_type: other.to_owned(),
            });
        }
    };
    if asset.bytes.starts_with(magic) {
        return Ok(());
    }
    Err(RenderError::AssetBroken {
        block,
        name: name.to_owned(),
        media_type: asset.media_type.clone(),
        reason: "its first bytes are of another format".to_owned(),
    })
}
