//! Writes the two sample statements as PDF and HTML, to be looked at:
//! `cargo run --profile ci -p zhangben-render --example statement -- DIR`

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder to write to")?);
    std::fs::create_dir_all(&folder)?;
    let renderer = sample::renderer();
    let assets = sample::assets();
    for (name, document) in [("zh-CN", sample::chinese(60)), ("en", sample::english(60))] {
        std::fs::write(folder.join(format!("{name}.pdf")), renderer.pdf(&document, &assets)?.bytes)?;
        std::fs::write(folder.join(format!("{name}.html")), renderer.html(&document, &assets)?)?;
    }
    Ok(())
}
