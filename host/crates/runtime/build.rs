//! Names the engine for what is recorded beside fuel: wasmtime does not tell its version at run time, and fuel means
//! something only together with it and the platform.

#![allow(clippy::print_stdout)] // how a build script talks to cargo

use std::{env, fs};

const LOCK: &str = "../../../Cargo.lock";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={LOCK}");
    let lock = fs::read_to_string(LOCK)?;
    let version = version(&lock).ok_or("Cargo.lock names no package wasmtime with a version")?;
    let target = env::var("TARGET")?;
    println!("cargo::rustc-env=ZHANGBEN_ENGINE=wasmtime {version} {target}");
    Ok(())
}

/// Of the package `wasmtime`: cargo writes a package's version in the line below its name.
fn version(lock: &str) -> Option<&str> {
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"wasmtime\"");
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}
