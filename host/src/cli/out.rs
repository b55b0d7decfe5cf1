//! What a command prints: with `--json` one document on standard output and nothing else there; otherwise text and
//! tables. Progress goes to standard error, and only when that is a terminal.

use super::failure::Failure;
use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write as _};
use std::time::Duration;

/// Where a command's result goes.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    pub json: bool,
}

impl Out {
    /// Prints the result: `value` for programs, or `text` for people.
    pub fn result<T: Serialize>(self, value: &T, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json {
            let rendered = serde_json::to_string_pretty(value).map_err(|e| {
                Failure::new(
                    super::failure::Exit::Internal,
                    "internal",
                    format!("the result has no JSON form: {e}"),
                )
            })?;
            return self.line(&rendered);
        }
        self.line(text().trim_end_matches('\n'))
    }

    /// Prints bytes as they are, as a stored document.
    pub fn bytes(self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush()).or_else(pipe)
    }

    fn line(self, text: &str) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{text}").and_then(|()| stdout.flush()).or_else(pipe)
    }

    /// Prints the failure: JSON on standard output, or a sentence on standard error.
    pub fn failure(self, failure: &Failure) {
        if self.json {
            let document: Value = json!({ "error": failure.body });
            // nobody is left to tell that nobody listens
            let _ = self.line(&format!("{document:#}"));
            return;
        }
        let body = &failure.body;
        let place = match (&body.file, body.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: "),
            (Some(file), None) => format!("{file}: "),
            _ => String::new(),
        };
        let pointer = match &body.pointer {
            Some(pointer) if !body.message.contains(pointer.as_str()) => format!("{pointer}: "),
            _ => String::new(),
        };
        self.note(&format!("zhangben: {place}{pointer}{}", body.message));
        if let Some(subject) = body.subject.as_deref().filter(|subject| !body.message.contains(*subject)) {
            self.note(&format!("  at {subject}"));
        }
        if let Some(next) = &body.next {
            self.note(&format!("  {next}"));
        }
    }

    /// A word to whoever waits; never part of the result.
    pub fn note(self, text: &str) {
        // a reader that went away is no reason to stop
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// Moves while `work` takes its time, on a terminal; invisible elsewhere and with `--json`.
    pub fn busy<T>(self, what: &'static str, work: impl FnOnce() -> T) -> T {
        let spinner = self.progress(what, 0);
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed}") {
            spinner.set_style(style);
        }
        let done = work();
        spinner.finish_and_clear();
        done
    }

    /// A bar of `total` steps on a terminal; invisible elsewhere and with `--json`.
    pub fn progress(self, what: &'static str, total: u64) -> ProgressBar {
        if self.json || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(total).with_message(what);
        let template = "{msg:<28} {wide_bar:.cyan/blue} {pos}/{len} {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }
}

/// A reader that went away (`zhangben … | head`) is no failure of ours.
fn pipe(error: std::io::Error) -> Result<(), Failure> {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    Err(Failure::new(super::failure::Exit::Internal, "output", format!("cannot write the result: {error}")))
}

/// A column of a table: its heading, and whether its cells are figures.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    Text(&'a str),
    Figure(&'a str),
}

/// One line below the heading, no frame: it reads well and copies well.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table of rows, as wide as the terminal allows; figures stand at the right.
pub fn table(columns: &[Column<'_>], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    let heading = |column: &Column<'_>| match column {
        Column::Text(name) => Cell::new(name),
        Column::Figure(name) => Cell::new(name).set_alignment(CellAlignment::Right),
    };
    table.set_header(columns.iter().map(heading));
    let mut empty = true;
    for row in rows {
        empty = false;
        table.add_row(row.into_iter().zip(columns).map(|(text, column)| match column {
            Column::Text(_) => Cell::new(text),
            Column::Figure(_) => Cell::new(text).set_alignment(CellAlignment::Right),
        }));
    }
    if empty { "(none)".to_owned() } else { table.to_string() }
}

/// `1 line`, `2 lines`.
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
