//! `cargo xtask console`: `host/console` → files that `host/build.rs` embeds.

use crate::tools;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Compresses each file beside itself, as strongly as can be, and lists all in `files.json`, whose change has cargo embed them
/// anew. Node has both compressors; no crate of ours needs one.
const COMPRESS: &str = r#"
const fs = require("fs"), path = require("path"), zlib = require("zlib"), crypto = require("crypto");
const root = process.argv[1], files = {};
const walk = (folder) => {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) { walk(file); continue; }
    const bytes = fs.readFileSync(file);
    files[path.relative(root, file).split(path.sep).join("/")] = crypto.createHash("sha256").update(bytes).digest("hex");
    if (bytes.length < 512 || !/\.(html|js|mjs|css|json|svg|txt|map|webmanifest)$/.test(file)) continue;
    const q = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } };
    fs.writeFileSync(file + ".br", zlib.brotliCompressSync(bytes, q));
    fs.writeFileSync(file + ".gz", zlib.gzipSync(bytes, { level: 9 }));
  }
};
walk(root);
const sorted = Object.fromEntries(Object.entries(files).sort());
fs.writeFileSync(path.join(root, "files.json"), JSON.stringify(sorted, null, 1) + "\n");
console.log(Object.keys(files).length + " files of the console in " + root);
"#;

/// Where the host's build looks for it.
pub fn folder() -> Result<PathBuf> {
    Ok(tools::target_dir()?.join("console"))
}

/// Builds the console; where there is no Node.js or no console it says so, and the host is built without.
pub fn run() -> Result<()> {
    let source = tools::root()?.join("host/console");
    if !source.join("package.json").is_file() {
        eprintln!("there is no host/console in this checkout: the host is built without it");
        return Ok(());
    }
    if !tools::has("node") || !tools::has("npm") {
        eprintln!(
            "the admin console is not built: Node.js is missing (Debian: sudo apt-get install nodejs npm). The host is built \
             without it and serves the API"
        );
        return Ok(());
    }
    if !node_fits() {
        eprintln!(
            "the admin console is not built: it wants Node.js 20.19 or newer. The host is built without it and serves the API"
        );
        return Ok(());
    }
    let made = folder()?;
    // a console that is built anew has the host built anew, too
    if changed(&made.join("files.json")).zip(newest(&source)?).is_some_and(|(built, source)| built > source) {
        return Ok(());
    }
    install(&source)?;
    let mut build = Command::new("npm");
    build.args(["run", "build", "--", "--emptyOutDir", "--outDir"]).arg(&made).current_dir(&source);
    tools::run(aside(&mut build)).context("the console was not built")?;
    let mut compress = Command::new("node");
    compress.arg("-e").arg(COMPRESS).arg(&made);
    tools::run(aside(&mut compress)).context("the console was not compressed")
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|about| about.modified()).ok()
}

/// When the last of the console's sources was changed.
fn newest(folder: &Path) -> Result<Option<SystemTime>> {
    let mut newest = None;
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let path = entry.path();
        let one = match entry.file_name().to_str() {
            Some("node_modules" | "dist") => None,
            _ if path.is_dir() => self::newest(&path)?,
            _ => changed(&path),
        };
        newest = newest.max(one);
    }
    Ok(newest)
}

/// What it prints is told beside the result: the demo's own output may be read by a program.
fn aside(command: &mut Command) -> &mut Command {
    command.stdout(std::io::stderr())
}

/// Whether the Node.js that is there is new enough for the console's tools.
pub fn node_fits() -> bool {
    let newer = "const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)";
    Command::new("node").args(["-e", newer]).status().is_ok_and(|status| status.success())
}

/// Its packages, for its own tests.
pub fn installed() -> Result<()> {
    install(&tools::root()?.join("host/console"))
}

/// What `package-lock.json` names, unless it is there: npm leaves a mark of what it installed.
fn install(source: &Path) -> Result<()> {
    let mark = source.join("node_modules/.package-lock.json");
    let fresh = match (changed(&source.join("package-lock.json")), changed(&mark)) {
        (Some(wanted), Some(installed)) => installed >= wanted,
        _ => false,
    };
    if fresh {
        return Ok(());
    }
    let mut ci = Command::new("npm");
    ci.args(["ci", "--no-audit", "--no-fund"]).current_dir(source);
    tools::run(aside(&mut ci)).context("what the console is built with was not installed")
}
