//! What can go wrong while building plugins, each with what to do.

use std::path::PathBuf;

/// Why no component was made.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    #[error(
        "no Rust compiler here can make {target}.\n{tried}Install one of:\n  rustup target add {target}\n  apt-get install rustc-web rust-web-src lld-22      (Debian, as root)\nthen run the command again"
    )]
    NoToolchain { target: &'static str, tried: String },
    #[error("cannot run `{program}`: is it on PATH?")]
    Spawn {
        program: String,
        #[source]
        source: std::io::Error,
    },
    #[error("`cargo build` of the plugins in {} ended with {status}; its messages stand above", workspace.display())]
    Cargo { workspace: PathBuf, status: String },
    #[error("cargo's message is not what this kit understands: {line}")]
    CargoMessage {
        line: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("{} holds no package with crate-type cdylib: nothing to build", workspace.display())]
    NoPlugins { workspace: PathBuf },
    #[error("two plugins would be written to {name}.wasm: rename the folder of one of them")]
    SameName { name: String },
    #[error(
        "the module {} is no plugin: {reason}. Does it export a world with one of the sdk's export macros?",
        module.display()
    )]
    Encode { module: PathBuf, reason: String },
    #[error("cannot {what} {}", path.display())]
    File {
        what: &'static str,
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

impl KitError {
    pub(crate) fn file(what: &'static str, path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        KitError::File { what, path: path.into(), source }
    }
}
