//! Text: parley chooses faces, shapes and breaks lines; what comes out here are lines of positioned glyphs.

use crate::FontSource;
use crate::format::Locale;
use crate::style::Ink;
use domain::layout::Align;
use krilla::text::{Font, GlyphId, KrillaGlyph, Tag as KrillaTag};
use parley::{
    FontContext, FontFamily, FontFamilyName, FontFeature, FontFeatures, FontWeight, Language, Layout,
    LayoutContext, LineHeight, OverflowWrap, StyleProperty, TextWrapMode,
};
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// Points.
    pub size: f32,
    /// Line height over size.
    pub leading: f32,
    pub bold: bool,
    pub ink: Ink,
}

impl Style {
    pub(super) fn line_height(&self) -> f32 {
        self.size * self.leading
    }

    /// From the top of a line to its baseline: the middle of Latin capitals, and nearly that of Chinese characters, is
    /// put in the middle of the line, whatever a font's metrics say.
    pub(super) fn baseline(&self) -> f32 {
        self.line_height() / 2.0 + self.size * 0.37
    }
}

/// Glyphs of one face.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Index into [`Shaper::face`].
    pub face: usize,
    /// From the line's start.
    pub x: f32,
    pub glyphs: Vec<KrillaGlyph>,
    /// No bold face: thicken the outlines.
    pub embolden: bool,
}

/// One line of a paragraph.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// From the left edge of the box the text was set in.
    pub x: f32,
    pub runs: Vec<Run>,
    /// The whole paragraph; glyphs refer to ranges of it.
    pub text: Rc<str>,
}

/// A text broken into lines.
#[derive(Debug, Clone)]
pub(super) struct Paragraph {
    pub lines: Vec<Line>,
    pub style: Style,
}

impl Paragraph {
    pub(super) fn height(&self) -> f32 {
        self.style.line_height() * self.lines.len() as f32
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// Widths a text can take, in points.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Widths {
    /// With a break at every opportunity.
    pub min: f32,
    /// Without any break but those in the text.
    pub max: f32,
}

/// A face as parley names it: font file, index in it, variation settings.
type FaceKey = (u64, u32, Vec<([u8; 4], u32)>);

/// Shapes all texts of one document.
pub(super) struct Shaper {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    family: String,
    fallback: Option<String>,
    language: Option<Language>,
    features: Vec<FontFeature>,
    faces: Vec<Font>,
    face_of: HashMap<FaceKey, usize>,
    measured: HashMap<(String, u32, bool), Widths>,
    missing: u32,
}

impl Shaper {
    pub(super) fn new(source: &FontSource, language: &str, locale: &Locale) -> Self {
        // figures of one width; and in Latin text, quotes and dashes of Latin width, which East Asian fonts give on request
        let css = if locale.is_east_asian() { "\"tnum\" on" } else { "\"tnum\" on, \"pwid\" on" };
        let features = FontFeature::parse_css_list(css).filter_map(Result::ok).collect();
        Shaper {
            fonts: source.context(),
            layouts: LayoutContext::new(),
            family: source.family().to_owned(),
            fallback: source.fallback().map(str::to_owned),
            language: Language::parse(language).ok(),
            features,
            faces: Vec::new(),
            face_of: HashMap::new(),
            measured: HashMap::new(),
            missing: 0,
        }
    }

    /// Characters set so far that no face has.
    pub(super) fn missing(&self) -> u32 {
        self.missing
    }

    pub(super) fn face(&self, index: usize) -> Option<&Font> {
        self.faces.get(index)
    }

    /// The widths `text` can take. Remembered for short texts, since tables repeat theirs.
    pub(super) fn measure(&mut self, text: &str, style: Style) -> Widths {
        const REMEMBERED_LENGTH_MAX: usize = 64;
        const REMEMBERED_TEXTS_MAX: usize = 20_000;
        if text.is_empty() {
            return Widths::default();
        }
        let key = (text.to_owned(), style.size.to_bits(), style.bold);
        if let Some(widths) = self.measured.get(&key) {
            return *widths;
        }
        let found = self.layout(text, style, true).calculate_content_widths();
        let widths = Widths { min: found.min, max: found.max };
        if text.len() <= REMEMBERED_LENGTH_MAX && self.measured.len() < REMEMBERED_TEXTS_MAX {
            self.measured.insert(key, widths);
        }
        widths
    }

    /// Sets `text` in a box `width` points wide. Without `wrap` it stays on one line, but for breaks in the text.
    pub(super) fn set(
        &mut self,
        text: &str,
        style: Style,
        width: f32,
        align: Align,
        wrap: bool,
    ) -> Paragraph {
        let mut paragraph = Paragraph { lines: Vec::new(), style };
        if text.is_empty() {
            return paragraph;
        }
        let mut layout = self.layout(text, style, wrap);
        // rounding must not break a text that was measured to fit
        layout.break_all_lines(wrap.then_some(width + 0.01));
        let shared: Rc<str> = Rc::from(text);
        for line in layout.lines() {
            let metrics = line.metrics();
            let visible = metrics.advance - metrics.hanging_advance;
            let free = width - visible;
            let x = match align {
                Align::Start => 0.0,
                Align::Center => free / 2.0,
                Align::End => free,
            };
            let runs = self.runs(&line, text);
            paragraph.lines.push(Line { x: x.max(0.0), runs, text: Rc::clone(&shared) });
        }
        paragraph
    }

    fn layout(&mut self, text: &str, style: Style, wrap: bool) -> Layout<()> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        let mut names = vec![FontFamilyName::Named(Cow::Borrowed(self.family.as_str()))];
        if let Some(fallback) = &self.fallback {
            names.push(FontFamilyName::Named(Cow::Borrowed(fallback.as_str())));
        }
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(&names))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::FontFeatures(FontFeatures::List(Cow::Borrowed(&self.features))));
        builder.push_default(StyleProperty::Locale(self.language));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.leading)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::BreakWord));
        let weight = if style.bold { FontWeight::BOLD } else { FontWeight::NORMAL };
        builder.push_default(StyleProperty::FontWeight(weight));
        if !wrap {
            builder.push_default(StyleProperty::TextWrapMode(TextWrapMode::NoWrap));
        }
        builder.build(text)
    }

    fn runs(&mut self, line: &parley::Line<'_, ()>, text: &str) -> Vec<Run> {
        let mut x = 0.0;
        let mut runs = Vec::new();
        for run in line.runs() {
            let size = run.font_size();
            let start = x;
            let mut glyphs: Vec<KrillaGlyph> = Vec::new();
            for cluster in run.visual_clusters() {
                let range = cluster.text_range();
                if cluster.is_ligature_continuation() {
                    if let Some(last) = glyphs.last_mut() {
                        last.text_range.end = last.text_range.end.max(range.end);
                    }
                    continue;
                }
                for glyph in cluster.glyphs() {
                    let blank = text.get(range.clone()).is_none_or(|t| t.trim().is_empty());
                    if glyph.id == 0 && !blank {
                        self.missing = self.missing.saturating_add(1);
                    }
                    glyphs.push(KrillaGlyph::new(
                        GlyphId::new(glyph.id),
                        glyph.advance / size,
                        glyph.x / size,
                        glyph.y / size,
                        0.0,
                        range.clone(),
                        None,
                    ));
                    x += glyph.advance;
                }
            }
            if glyphs.is_empty() {
                continue;
            }
            if let Some(face) = self.face_index(&run) {
                runs.push(Run { face, x: start, glyphs, embolden: run.synthesis().embolden() });
            }
        }
        runs
    }

    fn face_index(&mut self, run: &parley::Run<'_, ()>) -> Option<usize> {
        let font = run.font();
        let synthesis = run.synthesis();
        let settings = synthesis.variation_settings();
        let varied: Vec<([u8; 4], u32)> =
            settings.iter().map(|(tag, value)| (tag.to_be_bytes(), value.to_bits())).collect();
        let key = (font.data.id(), font.index, varied);
        if let Some(index) = self.face_of.get(&key) {
            return Some(*index);
        }
        let (data, _) = font.data.clone().into_raw_parts();
        let coordinates: Vec<(KrillaTag, f32)> =
            settings.iter().map(|(tag, value)| (KrillaTag::new(&tag.to_be_bytes()), *value)).collect();
        let face = Font::new_variable(data.into(), font.index, &coordinates)?;
        let index = self.faces.len();
        self.faces.push(face);
        self.face_of.insert(key, index);
        Some(index)
    }
}
