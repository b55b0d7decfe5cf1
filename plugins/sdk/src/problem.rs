//! Refusals and warnings with a path into the input.

use crate::{Attr, AttrValue, Problem, Warning, decimal};
use rust_decimal::Decimal;

/// Starts a refusal. `code` is kebab-case and stable (callers branch on it); `message` says what is wrong and what
/// would be right, for a person.
pub fn problem(code: &str, message: impl Into<String>) -> ProblemBuilder {
    ProblemBuilder { code: code.to_owned(), message: message.into(), subject: None, args: Vec::new() }
}

/// Starts a warning: the work is done, but somebody should look. Finish with [`ProblemBuilder::warn`].
pub fn warning(code: &str, message: impl Into<String>) -> ProblemBuilder {
    problem(code, message)
}

/// The refusal of a call that comes before the one that must precede it.
pub fn out_of_order(call: &str, before: &str) -> Problem {
    problem("out-of-order", format!("`{call}` was called before `{before}`")).build()
}

/// Collects what a [`Problem`] says.
#[derive(Debug, Clone)]
#[must_use = "finish with build()"]
pub struct ProblemBuilder {
    code: String,
    message: String,
    subject: Option<String>,
    args: Vec<Attr>,
}

impl ProblemBuilder {
    /// Where: a path into the input, as `/documents/0/lines/2`.
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.subject = Some(path.into());
        self
    }
    /// A named text that a translated message can use.
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.args.push(text_attr(name, value));
        self
    }
    /// A named number.
    pub fn number(mut self, name: &str, value: Decimal) -> Self {
        self.args.push(number_attr(name, value));
        self
    }
    pub fn build(self) -> Problem {
        Problem { code: self.code, message: self.message, subject: self.subject, args: self.args }
    }
    pub fn warn(self) -> Warning {
        Warning { code: self.code, message: self.message, subject: self.subject, args: self.args }
    }
}

pub(crate) fn text_attr(name: &str, value: impl Into<String>) -> Attr {
    Attr { name: name.to_owned(), value: AttrValue::Text(value.into()) }
}

pub(crate) fn number_attr(name: &str, value: Decimal) -> Attr {
    Attr { name: name.to_owned(), value: AttrValue::Number(decimal::text(value)) }
}
