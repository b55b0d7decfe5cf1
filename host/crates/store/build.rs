//! The migrations are embedded: a change among them must rebuild this crate. Writes all of PostgreSQL's into one text,
//! by whose fingerprint tests know their template database.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=../../../migrations");
    let mut folders: Vec<_> = fs::read_dir("../../../migrations/postgres")?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    folders.sort();
    let mut text = String::new();
    for folder in folders {
        text += &fs::read_to_string(folder.join("up.sql"))?;
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("postgres.sql"), text)
}
