//! What a tax plugin says beside its figures.

use domain::plugin::Explanation;
use domain::tax::RequiredText;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A text that law asks for on the document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequiredText)]
pub struct RequiredTextView {
    /// BCP 47.
    pub language: String,
    pub text: String,
    /// The clause that asks for it.
    pub citation: Option<String>,
}

impl From<RequiredText> for RequiredTextView {
    fn from(of: RequiredText) -> Self {
        RequiredTextView { language: of.language, text: of.text, citation: of.citation }
    }
}

/// Why a figure is as it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub struct ExplanationView {
    /// A pointer into what the plugin was asked or answered.
    pub subject: String,
    /// The plugin's own name of its rule.
    pub rule: String,
    pub citation: Option<String>,
    /// The key of a sentence, which takes the arguments.
    pub text_key: String,
    pub args: BTreeMap<String, String>,
}

impl From<Explanation> for ExplanationView {
    fn from(of: Explanation) -> Self {
        let Explanation { subject, rule, citation, text_key, args } = of;
        ExplanationView { subject, rule, citation, text_key, args: args.into_iter().collect() }
    }
}
