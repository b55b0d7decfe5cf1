//! `cargo xtask plugins`: sources → components.

use crate::tools;
use anyhow::Context as _;
use std::path::PathBuf;
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
}

/// Builds every plugin and prints name, size and digest.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let started = Instant::now();
    let built = build(!options.no_install)?;
    for plugin in built.plugins.iter().filter(|plugin| plugin.encoded || !options.quiet) {
        let mark = if plugin.encoded { "built" } else { "fresh" };
        let digest = plugin.digest.sha256.get(..16).unwrap_or_default();
        println!("{mark}  {:<34} {:>9} bytes  {digest}", plugin.name, plugin.digest.size);
    }
    println!("{} plugins in {:.1} s", built.plugins.len(), started.elapsed().as_secs_f32());
    Ok(())
}

/// Builds the project's plugins; for the other tasks too.
pub fn build(may_install: bool) -> anyhow::Result<plugin_kit::Built> {
    let request = plugin_kit::Request { may_install, ..request()? };
    plugin_kit::build(&request, &mut |step| eprintln!("{step}")).context("the plugins were not built")
}

/// Cargo's target directory of the plugins workspace.
pub fn build_dir() -> anyhow::Result<PathBuf> {
    Ok(request()?.build_dir)
}

fn request() -> anyhow::Result<plugin_kit::Request> {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    Ok(plugin_kit::Request::of_project(&tools::root()?, target.as_deref()))
}
