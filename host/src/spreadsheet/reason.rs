//! Why a row is refused, in one line: for the terminal, and for the file that is mended.

use super::report::CellErrorView;
use crate::said;
use sheets::read::{Encoding, Format};
use sheets::write::Language;
use sheets::{CellError, Layout, Noun};

/// Chinese where the file's encoding has it.
pub(super) fn writable(language: Language, layout: &Layout) -> Language {
    match &layout.format {
        Format::Delimited { encoding: Encoding::Windows1252, .. } => Language::English,
        _ => language,
    }
}

/// Why a row is refused, as the file to mend has it.
pub(super) fn reason(errors: &[CellError], noun: Noun, language: Language) -> String {
    match language {
        Language::English => errors.iter().map(told).collect::<Vec<_>>().join("; "),
        Language::Chinese => {
            errors.iter().map(|error| said::of_cell(error, noun)).collect::<Vec<_>>().join("；")
        }
    }
}

/// A refusal in one line, as the terminal shows it.
fn told(error: &CellError) -> String {
    told_view(&CellErrorView::from(error.clone()))
}

pub fn told_view(error: &CellErrorView) -> String {
    let place = error.cell.clone().unwrap_or_else(|| format!("row {}", error.row));
    let heading = error.heading.as_deref().map(|heading| format!(" {heading:?}")).unwrap_or_default();
    let field = match &error.field {
        Some(field) if error.heading.is_none() => format!(" {field}"),
        _ => String::new(),
    };
    format!("{place}{heading}{field}: {}", error.message)
}
