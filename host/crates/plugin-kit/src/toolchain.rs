//! Finds a compiler that can make `wasm32-unknown-unknown`.
//!
//! Tried in this order; the first that holds is used, the cheapest to install comes first:
//! 1. rustup's or any other `rustc` on PATH whose wasm32 standard library is installed;
//! 2. Debian's `rustc-web` with its sources: the standard library is compiled along (`-Zbuild-std`);
//! 3. `rustup target add`, where rustup is there and may reach its server;
//! 4. `apt-get install` of those Debian packages, on Debian as root.

use crate::KitError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of every plugin.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Set to `rustup` or `debian` to force that route, for tests of the routes themselves.
pub const ROUTE_VARIABLE: &str = "ZHANGBEN_WASM_TOOLCHAIN";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "lld-22"];

/// A way to compile for [`TARGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// `cargo` as it is: the target's standard library is installed.
    Installed,
    /// Debian's compiler and sources, driven by whichever `cargo` is on PATH.
    BuildStd { rustc: PathBuf, linker: PathBuf },
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Toolchain::Installed => write!(f, "the installed {TARGET} target"),
            Toolchain::BuildStd { rustc, linker } => {
                write!(f, "{} with its own sources, linked by {}", rustc.display(), linker.display())
            }
        }
    }
}

/// Finds a toolchain, or installs one where `may_install` allows it. `workspace` matters, since a
/// `rust-toolchain.toml` there may choose the compiler.
pub fn find(workspace: &Path, may_install: bool, say: &mut dyn FnMut(&str)) -> Result<Toolchain, KitError> {
    let forced = std::env::var(ROUTE_VARIABLE).unwrap_or_default();
    let (plain, debian) = (forced != "debian", forced != "rustup");
    let mut tried = String::new();
    if plain && installed(workspace) {
        return Ok(Toolchain::Installed);
    }
    if let Some(found) = debian.then(build_std).flatten() {
        return Ok(found);
    }
    if may_install && plain {
        say(&format!("installing: rustup target add {TARGET}"));
        match run_quiet(Command::new("rustup").args(["target", "add", TARGET]).current_dir(workspace)) {
            Ok(()) if installed(workspace) => return Ok(Toolchain::Installed),
            Ok(()) => tried.push_str("`rustup target add` succeeded, but rustc on PATH is not rustup's.\n"),
            Err(why) => tried.push_str(&format!("`rustup target add` failed: {why}\n")),
        }
    }
    if may_install && debian {
        match apt_install(say) {
            Ok(()) => {
                if let Some(found) = build_std() {
                    return Ok(found);
                }
                tried.push_str("apt-get installed its packages, but no compiler with sources came of it.\n");
            }
            Err(why) => tried.push_str(&format!("apt-get was not of use: {why}\n")),
        }
    }
    Err(KitError::NoToolchain { target: TARGET, tried })
}

/// Whether the standard library of the target stands in the sysroot. `rustc` prints the folder also when the
/// target is absent, so the library itself is looked for.
fn installed(workspace: &Path) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(workspace);
    let Ok(output) = rustc.output() else { return false };
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    output.status.success()
        && std::fs::read_dir(folder).is_ok_and(|entries| {
            entries.filter_map(Result::ok).any(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with("libstd-") && name.ends_with(".rlib")
            })
        })
}

/// Debian's compiler, if its sources and a linker for wasm are there too (it ships no `rust-lld`).
fn build_std() -> Option<Toolchain> {
    let rustc = PathBuf::from(DEBIAN_RUSTC);
    let output = Command::new(&rustc).args(["--print", "sysroot"]).output().ok()?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if !sysroot.join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return None;
    }
    Some(Toolchain::BuildStd { rustc, linker: wasm_linker()? })
}

/// `wasm-ld-22` as Debian names it, any other version, or the `rust-lld` of a rustup toolchain.
fn wasm_linker() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["wasm-ld-22", "wasm-ld", "wasm-ld-23", "wasm-ld-21", "wasm-ld-20", "wasm-ld-19"];
    let on_path = names.iter().find_map(|name| {
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
    });
    on_path.or_else(|| {
        let output = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
        let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        let hosts = std::fs::read_dir(sysroot.join("lib/rustlib")).ok()?;
        hosts.filter_map(Result::ok).map(|host| host.path().join("bin/rust-lld")).find(|file| file.is_file())
    })
}

fn apt_install(say: &mut dyn FnMut(&str)) -> Result<(), String> {
    if !Path::new("/etc/debian_version").is_file() {
        return Err("this is not Debian".to_owned());
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root {
        return Err("not run as root".to_owned());
    }
    let packages = DEBIAN_PACKAGES.join(" ");
    say(&format!("installing: apt-get install {packages} (145 MB)"));
    // a fresh image has no package lists; a failing update does not matter where they are there
    let updated = run_quiet(Command::new("apt-get").args(["update", "-q"]));
    run_quiet(
        Command::new("apt-get")
            .args(["install", "-y", "-q", "--no-install-recommends"])
            .args(DEBIAN_PACKAGES)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
    .map_err(|why| match updated {
        Ok(()) => why,
        Err(update) => format!("{why}; before it, apt-get update: {update}"),
    })
}

/// Runs a command and keeps its output for the error: the last lines say why.
fn run_quiet(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let tail: Vec<&str> = text.lines().rev().filter(|line| !line.trim().is_empty()).take(3).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    Err(format!("{} ({})", tail.join(" / "), output.status))
}
