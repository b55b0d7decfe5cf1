//! Problem codes.

use crate::http::problem::Code;
use serde::Serialize;
use utoipa::ToSchema;

/// A problem code: it never changes its meaning or status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemCodeInfo)]
pub struct CodeView {
    pub code: Code,
    pub status: u16,
    pub title: &'static str,
    /// What to do next.
    pub next: &'static str,
}

impl From<Code> for CodeView {
    fn from(code: Code) -> Self {
        CodeView { code, status: code.status().as_u16(), title: code.title(), next: code.next() }
    }
}

/// All problem codes.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeList {
    pub items: Vec<CodeView>,
}
