//! Warnings of plugins, where a reviewer sees them.

use domain::plugin::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// What a plugin wants somebody to look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginWarning)]
pub struct WarningView {
    pub code: String,
    pub message: String,
    /// A pointer into the plugin's input.
    pub subject: Option<String>,
}

impl From<Problem> for WarningView {
    fn from(warning: Problem) -> Self {
        WarningView { code: warning.code, message: warning.message, subject: warning.subject }
    }
}
