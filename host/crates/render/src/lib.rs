//! Document model (版面) → PDF and HTML. Pure but for fonts, which are files of the machine.
//!
//! | module | what it does |
//! |---|---|
//! | [`format`] | figures, dates and texts by language; the same for both outputs |
//! | [`font`] | finds one font with Chinese characters, by name, without fontconfig |
//! | [`Renderer::pdf`] | *check* the document → *prepare* (shape, break lines, size columns) → *flow* over pages → *draw* |
//! | [`Renderer::html`] | one self-contained file with a print style sheet |
//!
//! Guarantees: a document that passes [`domain::layout::accept`] and names only assets it was given is rendered
//! or refused with a [`RenderError`] that says where; no figure is dropped; the same document, assets, font file and
//! [`RENDERER_VERSION`] give the same bytes (nothing of the clock, the machine or a random source goes in).
//!
//! Conventions beyond the model: a tab in a page's header or footer parts it into left | right, or
//! left | centre | right; a column of figures whose alignment is the default is aligned at its end.

#![allow(clippy::module_name_repetitions)]

mod asset;
mod check;
mod error;
pub mod font;
pub mod format;
mod html;
mod pdf;
mod style;

pub use asset::{Asset, Assets};
pub use error::RenderError;
pub use font::{FontError, FontSource};

use domain::layout::Document;

// the sample documents of tests/, which name this crate, also serve its own tests
#[cfg(test)]
extern crate self as render;
#[cfg(test)]
#[path = "../tests/sample/mod.rs"]
mod sample;

/// Crate version and generation of the output format: changes whenever the same document may give other bytes.
/// Stored with every artefact, whose bytes are kept and never claimed reproducible under another version.
pub const RENDERER_VERSION: &str = concat!("zhangben-render/", env!("CARGO_PKG_VERSION"), "/1");

/// A finished PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub bytes: Vec<u8>,
    pub pages: u32,
    /// Characters that neither the font nor its fallback has; they show as an empty box. Not an error, since a
    /// customer's name may hold any character, but worth showing to whoever reviews the document.
    pub missing_glyphs: u32,
}

/// Renders documents with one font. Cheap to clone, usable from many threads at the same time.
#[derive(Debug, Clone)]
pub struct Renderer {
    fonts: FontSource,
}

impl Renderer {
    pub fn new(fonts: FontSource) -> Self {
        Renderer { fonts }
    }

    /// The font all PDFs are set in.
    pub fn fonts(&self) -> &FontSource {
        &self.fonts
    }

    /// A PDF 1.7, tagged, with bookmarks for its headings and subsets of its fonts embedded.
    pub fn pdf(&self, document: &Document, assets: &Assets) -> Result<Rendered, RenderError> {
        check::document(document, assets)?;
        pdf::render(&self.fonts, document, assets)
    }

    /// A self-contained HTML page: no script, no external resource, the same figures as the PDF.
    pub fn html(&self, document: &Document, assets: &Assets) -> Result<String, RenderError> {
        check::document(document, assets)?;
        html::render(document, assets)
    }
}
