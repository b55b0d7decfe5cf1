//! Where the databases of a test run lie: in memory where there is room. Both databases flush every commit to the disk, as in
//! production, and a test that has one to itself mostly waits for that. Benchmarks measure it: they stay on the disk.

use crate::postgres::TEMPORARY;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system in memory, on Linux.
const MEMORY: &str = "/dev/shm";
/// What there must be of it, and of the machine's memory beside it.
const ROOM_MIN: u64 = 6 << 30;
const NAME: &str = "zhangben-test-";

/// A folder for temporary files, gone when dropped.
pub struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    /// A folder in memory; none where there is too little of it, or the user chose a place herself (`TMPDIR`).
    pub fn make() -> Result<Option<Self>> {
        if std::env::var_os(TEMPORARY).is_some() || room().is_none_or(|bytes| bytes < ROOM_MIN) {
            return Ok(None);
        }
        sweep();
        let dir = Path::new(MEMORY).join(format!("{NAME}{}", std::process::id()));
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        Ok(Some(Scratch { dir }))
    }

    pub fn path(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// What a killed run left would stay in memory until the machine restarts.
fn sweep() {
    for entry in fs::read_dir(MEMORY).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(NAME));
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Bytes that are free both in the file system and in the machine; nothing where there is no such file system.
fn room() -> Option<u64> {
    let output = Command::new("df").args(["--output=avail", "-B1", MEMORY]).output().ok()?;
    let free = String::from_utf8(output.stdout).ok()?.lines().nth(1)?.trim().parse::<u64>().ok()?;
    let memory = fs::read_to_string("/proc/meminfo").ok()?;
    let line = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?;
    Some(free.min(kilobytes * 1024))
}
