//! What `zhangben import` came to.

use super::failure::Body;
use serde::Serialize;
use serde_json::Value;

/// What came of all files.
#[derive(Debug, Default, Serialize)]
pub(super) struct Imported {
    pub imported: u64,
    /// Were in before this command.
    pub already: u64,
    pub refused: u64,
    pub items: Vec<Value>,
    pub errors: Vec<Body>,
    /// What stopped the import before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Body>,
}

impl Imported {
    /// As it is read at the terminal.
    pub fn text(&self) -> String {
        let mut text = vec![format!(
            "{} imported, {} in already, {} refused",
            self.imported, self.already, self.refused
        )];
        for item in self.items.iter().filter(|item| item.get("lines_new").is_some()) {
            let of = |name: &str| item.get(name).map(ToString::to_string).unwrap_or_default();
            let file = item.get("file").and_then(Value::as_str).unwrap_or_default();
            if item.get("already") == Some(&Value::Bool(true)) {
                text.push(format!("{file}: imported before; nothing of it is new"));
                continue;
            }
            text.push(format!(
                "{file}: {} statements, {} new lines, {} known already",
                of("statements"),
                of("lines_new"),
                of("lines_known")
            ));
            for warning in item.get("warnings").and_then(Value::as_array).into_iter().flatten() {
                text.push(format!("  warning: {}", warning.as_str().unwrap_or_default()));
            }
        }
        for error in &self.errors {
            let line = error.line.map(|line| format!("{line}:")).unwrap_or_default();
            let pointer = error.pointer.as_deref().map(|pointer| format!(" {pointer}:")).unwrap_or_default();
            text.push(format!(
                "{}:{line}{pointer} {}",
                error.file.as_deref().unwrap_or_default(),
                error.message
            ));
        }
        text.join("\n")
    }
}
