//! One `cargo build` of the plugins workspace, and which modules came of it.

use crate::toolchain::{TARGET, Toolchain};
use crate::{KitError, Request};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A core module that cargo made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    /// Folder of its package relative to the workspace, as `tax-cn-vat` or `hostile/trap`.
    pub name: String,
    pub file: PathBuf,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    target: Option<CargoTarget>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct CargoTarget {
    crate_types: Vec<String>,
}

/// Builds, and lists the modules of the workspace in the order of their names. What a former build left in the
/// target directory is not listed: cargo names what belongs to this one, fresh or not.
pub(crate) fn build(request: &Request, toolchain: &Toolchain) -> Result<Vec<Module>, KitError> {
    let workspace = request
        .plugins
        .canonicalize()
        .map_err(|source| KitError::file("find the plugins workspace", &request.plugins, source))?;
    let output = command(request, toolchain, &workspace)
        .output()
        .map_err(|source| KitError::Spawn { program: "cargo".to_owned(), source })?;
    if !output.status.success() {
        return Err(KitError::Cargo { workspace, status: output.status.to_string() });
    }
    let mut modules = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.starts_with('{')) {
        let message: Message = serde_json::from_str(line)
            .map_err(|source| KitError::CargoMessage { line: line.to_owned(), source })?;
        modules.extend(module(message, &workspace));
    }
    if modules.is_empty() {
        return Err(KitError::NoPlugins { workspace });
    }
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(twice) = modules.windows(2).find_map(|pair| match pair {
        [a, b] if a.name == b.name => Some(a.name.clone()),
        _ => None,
    }) {
        return Err(KitError::SameName { name: twice });
    }
    Ok(modules)
}

fn command(request: &Request, toolchain: &Toolchain, workspace: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--release", "--workspace", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", &request.build_dir)
        // flags meant for the host would be wrong for wasm, and would make the digests differ between machines
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("CARGO_BUILD_RUSTFLAGS")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", remapped(workspace))
        .stderr(Stdio::inherit());
    if workspace.join("Cargo.lock").is_file() {
        cargo.arg("--locked");
    }
    if let Toolchain::BuildStd { rustc, linker } = toolchain {
        cargo
            .args(["-Z", "build-std=std,panic_abort"])
            .env("RUSTC", rustc)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    cargo
}

/// Panic locations hold file names: without this, the same plugin built in another folder has another digest.
fn remapped(workspace: &Path) -> String {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let mut flags = format!("--remap-path-prefix={}=/plugins", workspace.display());
    if let Some(home) = home {
        flags.push_str(&format!(" --remap-path-prefix={}=/cargo", home.display()));
    }
    flags
}

fn module(message: Message, workspace: &Path) -> Option<Module> {
    if message.reason != "compiler-artifact" {
        return None;
    }
    let is_library =
        message.target.is_some_and(|target| target.crate_types.iter().any(|kind| kind == "cdylib"));
    let file = message.filenames.into_iter().find(|file| file.extension().is_some_and(|e| e == "wasm"))?;
    let folder = message.manifest_path.parent()?;
    let relative = folder.strip_prefix(workspace).ok()?;
    let named = if relative.as_os_str().is_empty() { Path::new(folder.file_name()?) } else { relative };
    is_library.then(|| Module { name: named.to_string_lossy().replace('\\', "/"), file })
}
