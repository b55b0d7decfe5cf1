//! `cargo xtask demo`: from a machine with rustup and a C compiler to a month on the screen.

use crate::{console, plugins, tools};
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// End after the month instead of serving the API
    #[arg(long)]
    exit: bool,
    /// Where the database and the files go
    #[arg(long, default_value = "./zhangben-data")]
    data: PathBuf,
    /// A TrueType/OpenType font (or collection) with Chinese glyphs
    #[arg(long, env = "ZHANGBEN_FONT")]
    font: Option<PathBuf>,
    /// Passed on to the demo
    #[arg(long)]
    json: bool,
}

pub fn demo(args: &DemoArgs) -> Result<()> {
    tools::need_c_compiler()?;
    need_font(args.font.as_deref())?;
    plugins::build(true)?;
    // the month needs no console: where it cannot be built (no network, say) that is told, and the demo goes on
    if let Err(error) = console::run() {
        eprintln!("the admin console is not built, the API works without it: {error:#}");
    }
    eprintln!("building the host (minutes at the first run)");
    let binary = build_host()?;
    let mut command = Command::new(binary);
    command.arg("demo").arg("--data").arg(&args.data);
    if args.exit {
        command.arg("--exit");
    }
    if args.json {
        command.arg("--json");
    }
    if let Some(font) = &args.font {
        command.arg("--font").arg(font);
    }
    tools::run(&mut command)
}

/// Builds the `zhangben` binary with the features that the tests build it with, and gives its path.
pub fn build_host() -> Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(tools::root()?).args(["build", "--profile", "ci", "--workspace", "--bin", "zhangben"]);
    tools::run(&mut cargo)?;
    Ok(tools::target_dir()?.join("ci").join(format!("zhangben{}", std::env::consts::EXE_SUFFIX)))
}

/// The places where a system keeps fonts; the renderer itself chooses the face.
const FONT_DIRS: [&str; 6] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "/opt/homebrew/share/fonts",
    "/usr/share/fonts-noto-cjk",
];
const CJK_FONTS: [&str; 8] = [
    "NotoSansCJK",
    "NotoSansSC",
    "SourceHanSans",
    "wqy-",
    "PingFang",
    "STHeiti",
    "Hiragino Sans GB",
    "DroidSansFallback",
];

/// A font with Chinese glyphs, `explicit` or among the system's.
pub fn need_font(explicit: Option<&Path>) -> Result<()> {
    if let Some(font) = explicit {
        anyhow::ensure!(font.is_file(), "the font {} is not there", font.display());
        return Ok(());
    }
    if FONT_DIRS.iter().any(|dir| holds_cjk_font(Path::new(dir), 4)) {
        return Ok(());
    }
    tools::install(&tools::Package {
        what: "a font with Chinese glyphs",
        debian: &["fonts-noto-cjk"],
        mac: "brew install --cask font-noto-sans-cjk-sc",
        or: ", or give one: --font FILE or $ZHANGBEN_FONT",
    })
}

fn holds_cjk_font(dir: &Path, depth: u32) -> bool {
    let Ok(entries) = std::fs::read_dir(dir) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return depth > 0 && holds_cjk_font(&path, depth.saturating_sub(1));
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        CJK_FONTS.iter().any(|font| name.starts_with(font))
    })
}
