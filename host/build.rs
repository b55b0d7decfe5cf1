//! Embeds the built-in plugins: every component that lies in `<target>/plugins` when the host is built, put there
//! by `cargo xtask plugins`; and the admin console, every file of `<target>/console`, put there by `cargo xtask console`.
//! Without them the host builds all the same, with none, and says so.

#![allow(clippy::print_stdout)] // how a build script talks to cargo

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Written beside the components by `cargo xtask plugins`; changes whenever one of them does.
const DIGESTS_FILE: &str = "digests.json";
/// Written beside the console's files by `cargo xtask console`.
const FILES_FILE: &str = "files.json";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let folder = plugins_folder(&out).ok_or("OUT_DIR does not lie in a target directory")?;
    // a file that is not there makes cargo ask again at the next build, which is what is wanted
    println!("cargo::rerun-if-changed={}", folder.join(DIGESTS_FILE).display());
    let components = components(&folder)?;
    for path in &components {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    if components.is_empty() {
        println!(
            "cargo::warning=no plugins in {}: this zhangben has no built-in ones; run `cargo xtask plugins` first",
            folder.display()
        );
    }
    std::fs::write(out.join("builtins.rs"), table(&components)?)?;
    std::fs::write(out.join("console.rs"), console(&folder.with_file_name("console"))?)?;
    Ok(())
}

/// The console's files, each with how it was compressed already, as a table.
fn console(folder: &Path) -> Result<String, Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={}", folder.join(FILES_FILE).display());
    let mut files = Vec::new();
    if folder.join(FILES_FILE).is_file() {
        gather(folder, &mut files)?;
    }
    files.sort();
    let mut text = String::from("&[\n");
    for path in &files {
        let name = path.strip_prefix(folder)?.to_str().ok_or("a file of the console has no name in UTF-8")?;
        let name = name.replace('\\', "/");
        let compressed = |name: &str| [".br", ".gz"].iter().any(|end| name.ends_with(end));
        if name == FILES_FILE || compressed(&name) {
            continue;
        }
        let include = |end: &str| -> Result<String, Box<dyn std::error::Error>> {
            let path =
                format!("{}{end}", path.to_str().ok_or("the path of the target directory is not UTF-8")?);
            Ok(if Path::new(&path).is_file() {
                format!("Some(include_bytes!({path:?}))")
            } else {
                "None".to_owned()
            })
        };
        let plain = path.to_str().ok_or("the path of the target directory is not UTF-8")?;
        writeln!(
            text,
            "    File {{ path: {name:?}, bytes: include_bytes!({plain:?}), brotli: {}, gzip: {} }},",
            include(".br")?,
            include(".gz")?
        )?;
    }
    text.push_str("]\n");
    Ok(text)
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), std::io::Error> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// `<target>/plugins`, seen from `<target>/<profile>/build/<package>/out`, or with a triple between target and
/// profile when cargo was given `--target`.
fn plugins_folder(out: &Path) -> Option<PathBuf> {
    let profile = out.ancestors().nth(3)?;
    let target = profile.parent()?;
    let plain = target.join("plugins");
    let with_triple = target.parent().map(|above| above.join("plugins"));
    match with_triple {
        Some(folder) if !plain.is_dir() && folder.join(DIGESTS_FILE).is_file() => Some(folder),
        _ => Some(plain),
    }
}

/// The components of the folder itself: what lies deeper (examples, hostile fixtures) is not built in.
fn components(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn table(components: &[PathBuf]) -> Result<String, Box<dyn std::error::Error>> {
    let mut text = String::from("&[\n");
    for path in components {
        let name =
            path.file_stem().and_then(|stem| stem.to_str()).ok_or("a plugin's file name is not UTF-8")?;
        let path = path.to_str().ok_or("the path of the target directory is not UTF-8")?;
        writeln!(text, "    app::Builtin {{ name: {name:?}, bytes: include_bytes!({path:?}) }},")?;
    }
    text.push_str("]\n");
    Ok(text)
}
