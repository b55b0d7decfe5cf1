//! What the months stand on: other people's files, the plugins that are bound.

use super::month::Plugins;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Names the folder of other people's data.
const PEER_DATA: &str = "ZHANGBEN_PEER_DATA";

/// Where other people's data are, if they are here.
pub fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os(PEER_DATA).map_or(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// The plugins of the months, with the United Kingdom's tax of those years.
///
/// # Errors
/// Where the configuration cannot be read.
pub fn plugins() -> Result<Plugins> {
    let config =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/tax-generic/configs/gb-vat-2010-2011.json");
    let text = std::fs::read(&config).with_context(|| config.display().to_string())?;
    Ok(Plugins {
        tax: "tax-generic".to_owned(),
        tax_config: serde_json::from_slice(&text)?,
        bank: "bank-camt".to_owned(),
        reconciliation: "reconciliation-reference".to_owned(),
        statement: "statement-classic".to_owned(),
    })
}
