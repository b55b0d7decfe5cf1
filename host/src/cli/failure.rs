//! How a command ends badly: an exit code that a script can act on, a stable code, and a message for a person.

use crate::http::problem::{Code, Problem};
use serde::Serialize;
use std::fmt::Display;
use std::path::Path;

/// Exit codes; [`EXIT_CODES`] is the same table for `--help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Refused = 1,
    Usage = 2,
    NotFound = 3,
    PluginFailed = 4,
    Database = 5,
    Busy = 6,
    Internal = 70,
}

/// Printed below `zhangben --help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0   done; for `verify`, `replay` and `plugin check`: it holds
  1   refused by a rule (of the ledger, a lock, a role, a plugin's own refusal), or it does not hold
  2   wrong arguments, settings or input: nothing was done with them
  3   something named does not exist
  4   a plugin failed: a trap, a limit, an answer of the wrong shape
  5   the database cannot be reached or is not migrated
  6   busy, or changed by another at the same time: the same command may work when repeated
  70  a fault of zhangben itself, or damaged data: run `zhangben verify`";

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    pub body: Body,
    /// The command's result, already printed, tells it.
    pub told: bool,
}

/// The failure as `--json` prints it, under `error`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Body {
    /// Stable, for programs: `kebab-case`.
    pub code: String,
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Path into a plugin's input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line of `file`, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// RFC 6901 pointer into the line or document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl Failure {
    pub fn new(exit: Exit, code: impl Into<String>, message: impl Display) -> Self {
        Failure {
            exit,
            body: Body { code: code.into(), message: message.to_string(), ..Body::default() },
            told: false,
        }
    }
    /// The result that was printed says what does not hold; what is left is the exit code.
    pub fn told() -> Self {
        Failure { told: true, ..Failure::new(Exit::Refused, "does-not-hold", "") }
    }
    pub fn usage(message: impl Display) -> Self {
        Failure::new(Exit::Usage, "usage", message)
    }
    pub fn not_found(message: impl Display) -> Self {
        Failure::new(Exit::NotFound, "not-found", message)
    }
    pub fn refused(code: &str, message: impl Display) -> Self {
        Failure::new(Exit::Refused, code, message)
    }
    /// A file of the machine that could not be read or written.
    pub fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        let exit = if error.kind() == std::io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Usage };
        Failure::new(exit, "file", format!("cannot {doing} {}: {error}", path.display()))
    }
    /// The same failure, at a line of a file.
    #[must_use]
    pub fn at_line(mut self, file: &Path, line: u64) -> Self {
        self.body.file = Some(file.display().to_string());
        self.body.line = Some(line);
        self
    }
    #[must_use]
    pub fn at_pointer(mut self, pointer: impl Into<String>) -> Self {
        self.body.pointer = Some(pointer.into()).filter(|pointer| !pointer.is_empty());
        self
    }
}

/// A refusal of a use-case as the REST API words it, with the exit code of this door.
impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let exit = exit_of(problem.code);
        // who sits at the machine may read what the log reads
        let message = match problem.cause() {
            Some(cause) if !problem.detail.contains(cause) => {
                format!("{}: {cause}", problem.detail.trim_end_matches('.'))
            }
            _ => problem.detail.clone(),
        };
        let plugin = problem.plugin.as_ref();
        let code = plugin.and_then(|plugin| plugin.code.as_deref()).unwrap_or(problem.code.name());
        let mut failure = Failure::new(exit, code, message);
        failure.body.next = Some(next(problem.code).to_owned());
        failure.body.subject = plugin.and_then(|plugin| plugin.subject.clone());
        failure.body.pointer =
            problem.errors.into_iter().find_map(|error| error.pointer).filter(|p| !p.is_empty());
        failure
    }
}

/// What to do, in the words of this door.
fn next(code: Code) -> &'static str {
    match code {
        Code::Forbidden => "Act as a user with such a role: --as LOGIN, or without --as as the operator.",
        Code::NotFound => "Check the id, code or number, and the company (--company).",
        Code::InvalidBody => "Correct the member that is named; GET /openapi.json has the schema.",
        Code::CustomerArchived => {
            "Take it out of the archive with `zhangben customer unarchive`; receipts and credit notes are taken without that."
        }
        Code::Duplicate => {
            "Nothing is to be done if it is the same; else give the new one another external_id."
        }
        Code::NoRate => "Store one with `zhangben import rates FILE`, or give `fx`.",
        Code::PluginUnbound => "Bind one with `zhangben plugin bind`.",
        Code::Internal => "Read the log on standard error; run `zhangben verify`.",
        Code::Corrupt | Code::NotTiedOut => "Run `zhangben verify`.",
        Code::VaultKey => "Set `vault_key` to the key this database was made with.",
        Code::Busy | Code::Unavailable => "Repeat the command later.",
        Code::PluginLimit => "Repeat the command later; if it stays, raise the limit in the settings.",
        Code::NoFont => "Install a CJK font, or name one with --font FILE.",
        code => code.next(),
    }
}

fn exit_of(code: Code) -> Exit {
    match code {
        Code::NotFound | Code::UnknownRoute => Exit::NotFound,
        Code::MalformedJson
        | Code::InvalidBody
        | Code::InvalidParameter
        | Code::InvalidField
        | Code::SheetUnreadable
        | Code::UnsupportedMediaType
        | Code::MethodNotAllowed
        | Code::IdempotencyKeyRequired
        | Code::VaultKey
        | Code::NoFont => Exit::Usage,
        Code::PluginFailed | Code::PluginAnswer | Code::PluginLimit => Exit::PluginFailed,
        Code::Unavailable => Exit::Database,
        Code::Busy | Code::Conflict | Code::KeyInFlight | Code::BodyTimeout => Exit::Busy,
        Code::Internal | Code::Corrupt => Exit::Internal,
        _ => Exit::Refused,
    }
}

/// The use-cases' refusals as failures of a command.
pub trait OrFail<T> {
    fn or_fail(self) -> Result<T, Failure>;
}

impl<T, E: Into<Problem>> OrFail<T> for Result<T, E> {
    fn or_fail(self) -> Result<T, Failure> {
        self.map_err(|error| Failure::from(error.into()))
    }
}

/// A chain of errors on one line: the outermost message, then each cause that adds something.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_exit_code() {
        let all = [
            Exit::Refused,
            Exit::Usage,
            Exit::NotFound,
            Exit::PluginFailed,
            Exit::Database,
            Exit::Busy,
            Exit::Internal,
        ];
        for exit in all {
            let start = format!("\n  {:<4}", exit as u8);
            assert!(EXIT_CODES.contains(&start), "{exit:?}");
        }
    }

    #[test]
    fn causes_are_told_once() {
        let io = std::io::Error::other("disk on fire");
        let error = crate::settings::SettingsError::File { path: "z.toml".into(), source: io };
        assert!(chain(&error).ends_with(": disk on fire"));
    }
}
