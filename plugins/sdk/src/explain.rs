//! Why a figure is as it is.

use crate::problem::{number_attr, text_attr};
use crate::{Attr, Explanation};
use rust_decimal::Decimal;

/// Starts an explanation: `subject` is a path into the output or input, `rule` the plugin's own name of its rule,
/// `text_key` the key of the sentence that a console shows with the arguments.
pub fn explain(subject: impl Into<String>, rule: &str, text_key: &str) -> ExplanationBuilder {
    ExplanationBuilder(Explanation {
        subject: subject.into(),
        rule: rule.to_owned(),
        citation: None,
        text_key: text_key.to_owned(),
        args: Vec::new(),
    })
}

/// Collects what an [`Explanation`] says.
#[derive(Debug, Clone)]
#[must_use = "finish with build()"]
pub struct ExplanationBuilder(Explanation);

impl ExplanationBuilder {
    /// The clause of law or standard. Cite only what holds at the document's date.
    pub fn cite(mut self, citation: Option<impl Into<String>>) -> Self {
        self.0.citation = citation.map(Into::into);
        self
    }
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.args.push(text_attr(name, value));
        self
    }
    pub fn number(mut self, name: &str, value: Decimal) -> Self {
        self.0.args.push(number_attr(name, value));
        self
    }
    pub fn arg(mut self, arg: Attr) -> Self {
        self.0.args.push(arg);
        self
    }
    pub fn build(self) -> Explanation {
        self.0
    }
}
