//! Core modules → components, with their digests.

use crate::KitError;
use crate::cargo::Module;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Beside the components of each folder: name → [`Digest`].
pub const DIGESTS_FILE: &str = "digests.json";

/// What [`DIGESTS_FILE`] says of one component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Of the component, lowercase hexadecimal: the plugin's identity.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the core module it was made of: tells whether it must be encoded again.
    pub core: String,
}

/// Name (file name without `.wasm`) → digest.
pub type Digests = BTreeMap<String, Digest>;

/// A finished component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltPlugin {
    /// As `tax-cn-vat` or `hostile/trap`.
    pub name: String,
    pub path: PathBuf,
    pub digest: Digest,
    /// Whether this run made it; `false`: it was up to date.
    pub encoded: bool,
}

/// Reads the digests of one folder; none where the folder was never built.
pub fn digests(folder: &Path) -> Result<Digests, KitError> {
    let file = folder.join(DIGESTS_FILE);
    match std::fs::read(&file) {
        // an unreadable file is a former version's or a torn one: everything is encoded anew
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Digests::new()),
        Err(source) => Err(KitError::file("read", file, source)),
    }
}

/// Encodes what changed, removes what no longer has a source, writes the digests.
pub(crate) fn all(modules: &[Module], out: &Path) -> Result<Vec<BuiltPlugin>, KitError> {
    let mut folders: BTreeMap<PathBuf, Digests> = BTreeMap::new();
    let mut built = Vec::with_capacity(modules.len());
    for module in modules {
        let path = out.join(format!("{}.wasm", module.name));
        let folder = path.parent().unwrap_or(out).to_path_buf();
        let key = module.name.rsplit('/').next().unwrap_or(&module.name).to_owned();
        std::fs::create_dir_all(&folder).map_err(|e| KitError::file("create", &folder, e))?;
        let known = digests(&folder)?;
        let (digest, encoded) = one(module, &path, known.get(&key))?;
        folders.entry(folder).or_default().insert(key, digest.clone());
        built.push(BuiltPlugin { name: module.name.clone(), path, digest, encoded });
    }
    for (folder, digests) in &folders {
        sweep(folder, digests)?;
        let mut text = serde_json::to_vec_pretty(digests)
            .map_err(|e| KitError::file("write", folder.join(DIGESTS_FILE), e.into()))?;
        text.push(b'\n');
        replace(&folder.join(DIGESTS_FILE), &text)?;
    }
    Ok(built)
}

fn one(module: &Module, path: &Path, known: Option<&Digest>) -> Result<(Digest, bool), KitError> {
    let core_bytes = std::fs::read(&module.file).map_err(|e| KitError::file("read", &module.file, e))?;
    let core = sha256(&core_bytes);
    if let Some(known) = known.filter(|known| known.core == core)
        && std::fs::read(path).is_ok_and(|bytes| sha256(&bytes) == known.sha256)
    {
        return Ok((known.clone(), false));
    }
    let refused = |error: &dyn std::fmt::Display| KitError::Encode {
        module: module.file.clone(),
        reason: error.to_string(),
    };
    let component = wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&core_bytes)
        .and_then(|encoder| encoder.encode())
        .map_err(|error| refused(&format!("{error:#}")))?;
    replace(path, &component)?;
    let size = u64::try_from(component.len()).unwrap_or(u64::MAX);
    Ok((Digest { sha256: sha256(&component), size, core }, true))
}

/// Removes components whose source is gone: the host would otherwise embed them.
fn sweep(folder: &Path, digests: &Digests) -> Result<(), KitError> {
    let wanted: BTreeSet<&str> = digests.keys().map(String::as_str).collect();
    let entries = std::fs::read_dir(folder).map_err(|e| KitError::file("list", folder, e))?;
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let is_component = path.extension().is_some_and(|e| e == "wasm");
        let is_wanted =
            path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| wanted.contains(stem));
        if is_component && !is_wanted {
            std::fs::remove_file(&path).map_err(|e| KitError::file("remove", &path, e))?;
        }
    }
    Ok(())
}

/// Writes beside and renames: a reader sees the old bytes or the new ones. What is equal is left alone, so that
/// nothing that depends on the file is built again.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), KitError> {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&beside, bytes).map_err(|e| KitError::file("write", &beside, e))?;
    std::fs::rename(&beside, path).map_err(|e| KitError::file("write", path, e))
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
