//! The console's tests: its own (`npm run check`) and those in a browser, `tests/browser`, against the real binary.

use crate::tools;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian's lies; another is named by `$ZHANGBEN_CHROMIUM`.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Node.js and a Chromium.
pub fn need() -> Result<()> {
    if !tools::has("npm") || !crate::console::node_fits() {
        bail!(
            "the console's tests need Node.js 20.19 or newer and npm; without them: cargo xtask test --without browser"
        );
    }
    match std::env::var_os("ZHANGBEN_CHROMIUM").map(PathBuf::from) {
        Some(named) if !named.is_file() => {
            bail!("ZHANGBEN_CHROMIUM names {}, which is no file", named.display())
        }
        Some(_) => Ok(()),
        None if Path::new(CHROMIUM).is_file() => Ok(()),
        None => tools::install(&tools::Package {
            what: "Chromium, for the browser tests (or name one by ZHANGBEN_CHROMIUM)",
            debian: &["chromium"],
            mac: "brew install --cask chromium",
            or: ", or say --without browser",
        }),
    }
}

/// Types, lint and units of the console.
pub fn checks() -> Result<()> {
    crate::console::installed()?;
    let mut npm = Command::new("npm");
    npm.args(["run", "check"]).current_dir(tools::root()?.join("host/console"));
    tools::run(&mut npm)
}

/// `tests/browser` against `binary`, these parts of them, or all; the pictures stay in `<target>/browser`.
pub fn run(binary: &Path, parts: &[&str]) -> Result<()> {
    let pictures = tools::target_dir()?.join("browser");
    let mut node = Command::new("node");
    node.arg(tools::root()?.join("tests/browser/run.mjs")).args(parts);
    node.env("ZHANGBEN_BINARY", binary).env("ZHANGBEN_PICTURES", &pictures);
    let outcome = tools::run(&mut node);
    println!("pictures of every page: {}", pictures.display());
    outcome
}
