//! Builds plugins: Rust sources → WebAssembly components with their digests. Knows nothing of the engine that
//! runs them, so that `cargo xtask plugins` stays light.
//!
//! | phase | what it does | cost |
//! |---|---|---|
//! | [`toolchain::find`] | which compiler can make wasm32 here, installing one where it may | 0.1 s when one is there |
//! | [`cargo`] | one `cargo build` of the whole plugins workspace, one shared target directory | 2 min cold, 0.3 s fresh |
//! | [`encode`] | core module → component, validated, only where the module changed | 5 ms each |
//!
//! The same sources, compiler and lock file give the same bytes wherever the checkout lies: paths are remapped
//! and the caller's `RUSTFLAGS` are not used.

mod cargo;
mod encode;
mod error;
pub mod toolchain;

pub use encode::{BuiltPlugin, DIGESTS_FILE, Digest, Digests, digests};
pub use error::KitError;
pub use toolchain::Toolchain;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What to build and where to put it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// A cargo workspace (or single package) whose `cdylib` packages are plugins.
    pub plugins: PathBuf,
    /// Cargo's target directory of the wasm build, shared by all plugins.
    pub build_dir: PathBuf,
    /// Where components go: `<out>/<package folder>.wasm`, and a [`DIGESTS_FILE`] in each folder.
    pub out: PathBuf,
    /// Whether a missing toolchain may be installed (rustup's target, or Debian's packages as root).
    pub may_install: bool,
}

impl Request {
    /// The places of this project, given its root and what `CARGO_TARGET_DIR` says.
    ///
    /// With a host target directory `T` from the environment: components in `T/plugins`, the wasm build in
    /// `T/plugins-build`; without: `target/plugins` and `plugins/target`. Two build directories, since two
    /// workspaces with two lock files in one would rebuild each other's dependencies.
    pub fn of_project(root: &Path, cargo_target_dir: Option<&OsStr>) -> Self {
        let plugins = root.join("plugins");
        let (build_dir, out) = match cargo_target_dir.filter(|dir| !dir.is_empty()) {
            Some(dir) => {
                let target = root.join(dir);
                (target.join("plugins-build"), target.join("plugins"))
            }
            None => (plugins.join("target"), root.join("target").join("plugins")),
        };
        Request { plugins, build_dir, out, may_install: true }
    }
}

/// What was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    pub toolchain: Toolchain,
    /// In the order of their names.
    pub plugins: Vec<BuiltPlugin>,
}

/// Builds every plugin of the workspace. `say` gets one line per step for whoever waits.
pub fn build(request: &Request, say: &mut dyn FnMut(&str)) -> Result<Built, KitError> {
    let toolchain = toolchain::find(&request.plugins, request.may_install, say)?;
    say(&format!("building plugins with {toolchain}"));
    let modules = cargo::build(request, &toolchain)?;
    let plugins = encode::all(&modules, &request.out)?;
    Ok(Built { toolchain, plugins })
}

#[cfg(test)]
mod tests;
