//! Documents that cannot be rendered are refused by both outputs, saying what is wrong and where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod sample;

use domain::layout::{Align, Block, Cell, Document, Panel, Row, RowKind, Table};
use render::{Assets, RenderError};
use sample::{cell, column, document, row, text};

fn refused(document: &Document, assets: &Assets) -> RenderError {
    let renderer = sample::renderer();
    let html = renderer.html(document, assets).unwrap_err();
    let pdf = renderer.pdf(document, assets).unwrap_err();
    assert_eq!(html.to_string(), pdf.to_string());
    pdf
}

fn table(columns: usize, rows: Vec<Row>) -> Document {
    let columns = (0..columns).map(|_| column("c", Align::Start, 0)).collect();
    document("en", vec![Block::Rule, Block::Table(Table { columns, rows, caption: None })])
}

#[test]
fn spans_and_rows_that_do_not_fit_their_table() {
    let zero = table(2, vec![row(RowKind::Body, vec![cell(text("a")), Cell { value: text("b"), span: 0 }])]);
    assert!(matches!(refused(&zero, &Assets::new()), RenderError::Span { block: 2, row: 1, cell: 2 }));

    let fine = row(RowKind::Body, vec![cell(text("a"))]);
    let wide = row(RowKind::Body, vec![Cell { value: text("a"), span: 2 }, cell(text("b"))]);
    let error = refused(&table(2, vec![fine, wide]), &Assets::new());
    assert!(matches!(error, RenderError::RowTooWide { block: 2, row: 2, covered: 3, columns: 2 }), "{error}");
    assert_eq!(error.to_string(), "block 2, row 2: its cells cover 3 columns, the table has 2");

    let huge = (0..3).map(|_| Cell { value: text("a"), span: u32::MAX }).collect();
    let error = refused(&table(2, vec![row(RowKind::Body, huge)]), &Assets::new());
    assert!(matches!(error, RenderError::RowTooWide { .. }), "{error}");
}

#[test]
fn tables_without_columns_or_with_too_many() {
    let none = table(0, vec![row(RowKind::Body, vec![cell(text("a"))])]);
    assert!(matches!(refused(&none, &Assets::new()), RenderError::NoColumns { block: 2 }));
    let many = table(41, Vec::new());
    assert!(matches!(refused(&many, &Assets::new()), RenderError::TooManyColumns { columns: 41, .. }));
    // nothing to show is nothing to refuse
    let renderer = sample::renderer();
    renderer.pdf(&table(0, Vec::new()), &Assets::new()).unwrap();
    renderer.pdf(&table(3, vec![row(RowKind::Body, Vec::new())]), &Assets::new()).unwrap();
}

#[test]
fn pages_that_are_no_paper() {
    for (width, height, margin) in [
        (0, 0, 0),
        (210, 297, 90),
        (49, 297, 0),
        (210, 2001, 0),
        (u32::MAX, u32::MAX, u32::MAX),
        (210, 297, u32::MAX),
    ] {
        let mut document = document("en", Vec::new());
        (document.page.width, document.page.height, document.page.margin) = (width, height, margin);
        let error = refused(&document, &Assets::new());
        assert!(matches!(error, RenderError::Page { .. }), "{width} × {height}, {margin}: {error}");
    }
}

#[test]
fn assets_that_are_missing_or_something_else() {
    let image = |name: &str| document("en", vec![Block::Image(name.to_owned())]);
    let error = refused(&image("seal"), &sample::assets());
    assert_eq!(error.to_string(), "block 1: no asset is named \"seal\"; the document was given [\"logo\"]");

    let mut assets = Assets::new();
    assets.insert("svg", "image/svg+xml", b"<svg/>".to_vec());
    assets.insert("lie", "image/png", b"\xff\xd8\xff".to_vec());
    assert!(matches!(refused(&image("svg"), &assets), RenderError::AssetType { .. }));
    assert!(matches!(refused(&image("lie"), &assets), RenderError::AssetBroken { .. }));
}

#[test]
fn a_broken_image_is_refused_by_name() {
    let whole = sample::png(40, 40, |_, _| [1, 2, 3, 255]);
    let document = document("en", vec![Block::Image("logo".to_owned())]);
    for length in [8, 20, 33, 60, whole.len() - 20] {
        let mut assets = Assets::new();
        assets.insert("logo", "image/png", whole[..length].to_vec());
        let error = sample::renderer().pdf(&document, &assets).unwrap_err();
        assert!(matches!(error, RenderError::AssetBroken { .. }), "{length} bytes: {error:?}");
    }
}

#[test]
fn an_image_that_unpacks_to_gigabytes_is_refused() {
    let mut bomb = sample::png(1, 1, |_, _| [0; 4]);
    // width and height in the header, with its checksum
    bomb[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let crc = sample::crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let mut assets = Assets::new();
    assets.insert("logo", "image/png", bomb);
    let error =
        sample::renderer().pdf(&document("en", vec![Block::Image("logo".to_owned())]), &assets).unwrap_err();
    assert!(
        matches!(&error, RenderError::AssetBroken { reason, .. } if reason.contains("65536")),
        "{error:?}"
    );
}

#[test]
fn too_much_side_by_side() {
    let panels = (0..7).map(|_| Panel { title: None, rows: Vec::new() }).collect();
    let error = refused(&document("en", vec![Block::Panels(panels)]), &Assets::new());
    assert!(matches!(error, RenderError::TooManyAbreast { count: 7, max: 6, .. }), "{error}");
    let renderer = sample::renderer();
    renderer
        .pdf(&document("en", vec![Block::Panels(Vec::new()), Block::Signature(Vec::new())]), &Assets::new())
        .unwrap();
}

#[test]
fn a_document_without_end_is_refused() {
    let blocks = (0..6_000).flat_map(|_| [sample::paragraph("x"), Block::PageBreak]).collect();
    let error = sample::renderer().pdf(&document("en", blocks), &Assets::new()).unwrap_err();
    assert!(matches!(error, RenderError::TooManyPages { max: 5_000 }), "{error}");
}
