//! Display lists → PDF, with krilla.

use super::page::{Mark, Node, NodeId, NodeKind, Owner, Pages, Placed, ROOT};
use super::shape::{Line, Shaper, Style};
use crate::format::clean_line;
use crate::style::Ink;
use crate::{RENDERER_VERSION, RenderError};
use domain::layout;
use krilla::color::rgb;
use krilla::configure::Configuration;
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, TableHeaderScope, Tag, TagGroup, TagTree,
};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

/// Half of the stroke that thickens a regular face to a bold one, over its size.
const EMBOLDEN: f32 = 0.028;

pub(super) fn draw(
    document: &layout::Document,
    pages: &Pages,
    shaper: &Shaper,
) -> Result<Vec<u8>, RenderError> {
    draw_as(document, pages, shaper, Configuration::default())
}

fn draw_as(
    document: &layout::Document,
    pages: &Pages,
    shaper: &Shaper,
    configuration: Configuration,
) -> Result<Vec<u8>, RenderError> {
    let settings = SerializeSettings { enable_tagging: true, configuration, ..SerializeSettings::default() };
    let mut pdf = Document::new_with(settings);
    let mut content: Vec<Vec<Identifier>> = Vec::new();
    content.resize_with(pages.nodes.len(), Vec::new);
    let paper = (pages.frame.width, pages.frame.height);
    for placed in &pages.pages {
        let settings = PageSettings::from_wh(paper.0, paper.1).ok_or(RenderError::Page {
            width: document.page.width,
            height: document.page.height,
            margin: document.page.margin,
        })?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        draw_page(placed, &mut surface, shaper, &mut content);
        surface.finish();
        page.finish();
    }
    pdf.set_metadata(metadata(document));
    pdf.set_outline(outline(pages));
    let mut tree = TagTree::new().with_lang(Some(document.language.clone()));
    for child in children(&pages.nodes, ROOT) {
        tree.push(group(&pages.nodes, child, &content));
    }
    pdf.set_tag_tree(tree);
    pdf.finish().map_err(|error| refused(error, pages))
}

/// Images are unpacked when the file is written: one that cannot be is reported by the name the document gave it.
fn refused(error: KrillaError, pages: &Pages) -> RenderError {
    if let KrillaError::Image(broken, _, reason) = &error {
        for placed in pages.pages.iter().flatten() {
            if let (Mark::Image { image, .. }, Owner::Node(id)) = (&placed.mark, placed.owner)
                && image == broken
                && let Some(NodeKind::Figure { block, name, media_type }) =
                    pages.nodes.get(id.0).map(|node| &node.kind)
            {
                let (name, media_type) = (name.clone(), media_type.clone());
                return RenderError::AssetBroken { block: *block, name, media_type, reason: reason.clone() };
            }
        }
    }
    RenderError::Pdf(Box::new(error))
}

/// No creation date: the same document gives the same bytes.
fn metadata(document: &layout::Document) -> Metadata {
    Metadata::new()
        .title(clean_line(&document.title))
        .language(document.language.clone())
        .creator("Zhangben".to_owned())
        .producer(RENDERER_VERSION.to_owned())
}

/// Bookmarks, nested by level.
fn outline(pages: &Pages) -> Outline {
    let mut outline = Outline::new();
    let mut open: Vec<(u32, OutlineNode)> = Vec::new();
    let close = |open: &mut Vec<(u32, OutlineNode)>, outline: &mut Outline| {
        if let Some((_, node)) = open.pop() {
            match open.last_mut() {
                Some((_, parent)) => parent.push_child(node),
                None => outline.push_child(node),
            }
        }
    };
    for bookmark in &pages.bookmarks {
        while open.last().is_some_and(|(level, _)| *level >= bookmark.level) {
            close(&mut open, &mut outline);
        }
        let target = XyzDestination::new(bookmark.page, Point::from_xy(pages.frame.left, bookmark.y));
        open.push((bookmark.level, OutlineNode::new(bookmark.text.clone(), target).with_open(true)));
    }
    while !open.is_empty() {
        close(&mut open, &mut outline);
    }
    outline
}

fn children(nodes: &[Node], id: NodeId) -> Vec<NodeId> {
    nodes.get(id.0).map(|node| node.children.clone()).unwrap_or_default()
}

/// Structure of one node: first its own content, then what is below it. The depth is that of the model, four.
fn group(nodes: &[Node], id: NodeId, content: &[Vec<Identifier>]) -> TagGroup {
    let kind = nodes.get(id.0).map_or(&NodeKind::Group, |node| &node.kind);
    let mut group = match kind {
        NodeKind::Heading { level, text } => {
            TagGroup::new(Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(text.clone())))
        }
        NodeKind::Paragraph => TagGroup::new(Tag::P),
        NodeKind::Root | NodeKind::Group => TagGroup::new(Tag::Div),
        NodeKind::Caption => TagGroup::new(Tag::Caption),
        NodeKind::Figure { name, .. } => TagGroup::new(Tag::Figure(Some(name.clone()))),
        NodeKind::Table => TagGroup::new(Tag::Table),
        NodeKind::Head => TagGroup::new(Tag::THead),
        NodeKind::Body => TagGroup::new(Tag::TBody),
        NodeKind::Row => TagGroup::new(Tag::TR),
        NodeKind::HeaderCell { rows, span } => {
            let scope = if *rows { TableHeaderScope::Row } else { TableHeaderScope::Column };
            TagGroup::new(Tag::TH(scope).with_col_span(*span))
        }
        NodeKind::Cell { span } => TagGroup::new(Tag::TD.with_col_span(*span)),
    };
    for identifier in content.get(id.0).into_iter().flatten() {
        group.push(*identifier);
    }
    for child in children(nodes, id) {
        group.push(self::group(nodes, child, content));
    }
    group
}

/// Draws the marks of one page, those of one owner that follow each other as one marked section.
fn draw_page(placed: &[Placed], surface: &mut Surface<'_>, shaper: &Shaper, content: &mut [Vec<Identifier>]) {
    let mut open: Option<Owner> = None;
    for Placed { mark, owner } in placed {
        if open != Some(*owner) {
            if open.is_some() {
                surface.end_tagged();
            }
            let tag = match owner {
                Owner::Node(_) => ContentTag::Other,
                Owner::Decoration => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                Owner::Running => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let identifier = surface.start_tagged(tag);
            if let Owner::Node(id) = owner
                && let Some(identifiers) = content.get_mut(id.0)
            {
                identifiers.push(identifier);
            }
            open = Some(*owner);
        }
        draw_mark(mark, surface, shaper);
    }
    if open.is_some() {
        surface.end_tagged();
    }
}

fn draw_mark(mark: &Mark, surface: &mut Surface<'_>, shaper: &Shaper) {
    match mark {
        Mark::Nothing => {}
        Mark::Text { x, y, line, style } => draw_line(*x, *y, line, *style, surface, shaper),
        Mark::Fill { x, y, width, height, ink } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.set_fill(Some(fill(*ink)));
                surface.set_stroke(None);
                surface.draw_path(&path);
            }
        }
        Mark::Image { x, y, width, height, image } => {
            if let Some(size) = Size::from_wh(*width, *height) {
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(image.clone(), size);
                surface.pop();
            }
        }
    }
}

fn draw_line(x: f32, y: f32, line: &Line, style: Style, surface: &mut Surface<'_>, shaper: &Shaper) {
    surface.set_fill(Some(fill(style.ink)));
    for run in &line.runs {
        let Some(face) = shaper.face(run.face) else {
            continue;
        };
        let stroke = run.embolden.then(|| Stroke {
            paint: color(style.ink).into(),
            width: style.size * EMBOLDEN,
            ..Stroke::default()
        });
        surface.set_stroke(stroke);
        let start = Point::from_xy(x + run.x, y);
        surface.draw_glyphs(start, &run.glyphs, face.clone(), &line.text, style.size, false);
    }
    surface.set_stroke(None);
}

fn color(ink: Ink) -> rgb::Color {
    rgb::Color::new(ink.0, ink.1, ink.2)
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: color(ink).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

    use super::*;
    use crate::format::Locale;
    use crate::pdf::{block, flow, page};
    use crate::sample;
    use krilla::configure::{Accessibility, ConfigurationBuilder};

    fn accessible(document: &layout::Document) -> Result<Vec<u8>, RenderError> {
        let renderer = sample::renderer();
        let locale = Locale::of(&document.language);
        let mut shaper = Shaper::new(renderer.fonts(), &document.language, &locale);
        let frame = page::Frame::of(&document.page, &mut shaper);
        let blocks = block::prepare(document, &locale, &sample::assets(), &mut shaper, &frame)?;
        let mut pages = flow::flow(blocks, frame)?;
        flow::running(&document.page, &mut pages, &mut shaper);
        let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
        draw_as(document, &pages, &shaper, configuration.finish().unwrap())
    }

    /// What krilla can check of PDF/UA-1 (ISO 14289-1) holds for the sample statements: all content tagged or an
    /// artifact, title, language, headings with titles, images with texts, every glyph with its character.
    #[test]
    fn the_structure_is_that_of_an_accessible_document() {
        accessible(&sample::chinese(60)).unwrap();
        accessible(&sample::english(60)).unwrap();
    }

    #[test]
    fn the_accessibility_check_can_fail() {
        let mut document = sample::chinese(3);
        document.title = String::new();
        assert!(matches!(accessible(&document), Err(RenderError::Pdf(_))));
    }
}
