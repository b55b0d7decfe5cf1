//! `cargo xtask plugins`: sources → components.

use crate::tools;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Options of `cargo xtask plugins`.
#[derive(clap::Args)]
pub struct Options {
    /// Install nothing: fail naming the missing toolchain instead
    #[arg(long)]
    no_install: bool,
    /// Print only what was built anew
    #[arg(long, short)]
    quiet: bool,
    /// Build the plugins of this folder instead, a cargo package or workspace outside of the checkout, into its
    /// target/plugins
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
}

/// Builds every plugin and prints name, size and digest.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let started = Instant::now();
    let request = match &options.from {
        Some(folder) => of_others(folder)?,
        None => request()?,
    };
    let built = build_as(plugin_kit::Request { may_install: !options.no_install, ..request })?;
    for plugin in built.plugins.iter().filter(|plugin| plugin.encoded || !options.quiet) {
        let mark = if plugin.encoded { "built" } else { "fresh" };
        let digest = plugin.digest.sha256.get(..16).unwrap_or_default();
        println!("{mark}  {:<44} {:>9} bytes  {digest}", plugin.name, plugin.digest.size);
    }
    if let (Some(_), Some(plugin)) = (&options.from, built.plugins.first()) {
        println!("in {}", plugin.path.parent().unwrap_or(&plugin.path).display());
    }
    println!("{} plugins in {:.1} s", built.plugins.len(), started.elapsed().as_secs_f32());
    Ok(())
}

/// Builds the project's plugins; for the other tasks too.
pub fn build(may_install: bool) -> anyhow::Result<plugin_kit::Built> {
    build_as(plugin_kit::Request { may_install, ..request()? })
}

fn build_as(request: plugin_kit::Request) -> anyhow::Result<plugin_kit::Built> {
    plugin_kit::build(&request, &mut |step| eprintln!("{step}")).context("the plugins were not built")
}

/// Components lie in a folder of their own: what has no source in it any more is removed from it.
fn of_others(folder: &Path) -> anyhow::Result<plugin_kit::Request> {
    let plugins = folder.canonicalize().with_context(|| format!("--from {}", folder.display()))?;
    let build_dir = plugins.join("target");
    let out = build_dir.join("plugins");
    Ok(plugin_kit::Request { plugins, build_dir, out, may_install: true })
}

/// Cargo's target directory of the plugins workspace.
pub fn build_dir() -> anyhow::Result<PathBuf> {
    Ok(request()?.build_dir)
}

fn request() -> anyhow::Result<plugin_kit::Request> {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    Ok(plugin_kit::Request::of_project(&tools::root()?, target.as_deref()))
}
