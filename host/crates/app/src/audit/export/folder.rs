//! The folder of an export: every file is hashed while it is written.

use super::ExportError;
use domain::canonical::Digest;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Files by their path below the folder, with `/`.
pub(in crate::audit) struct Folder {
    root: PathBuf,
    files: BTreeMap<String, Digest>,
}

/// An NDJSON file under way: one canonical JSON value a line.
pub(super) struct Lines {
    name: &'static str,
    path: PathBuf,
    file: BufWriter<File>,
    hasher: Sha256,
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> ExportError {
    let path = path.to_owned();
    move |source| ExportError::Io { path, source }
}

impl Folder {
    /// Makes the folder, or takes an empty one.
    pub(in crate::audit) fn create(root: &Path) -> Result<Self, ExportError> {
        match fs::read_dir(root) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(ExportError::NotEmpty(root.to_owned()));
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(root).map_err(io(root))?
            }
            Err(error) => return Err(io(root)(error)),
        }
        Ok(Folder { root: root.to_owned(), files: BTreeMap::new() })
    }

    /// Writes a whole file. `name` is relative, its parts joined by `/`; folders are made.
    pub(in crate::audit) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let path = self.root.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io(parent))?;
        }
        fs::write(&path, bytes).map_err(io(&path))?;
        self.files.insert(name.to_owned(), Digest::of_bytes(bytes));
        Ok(())
    }

    /// Starts an NDJSON file.
    pub(super) fn lines(&self, name: &'static str) -> Result<Lines, ExportError> {
        let path = self.root.join(name);
        let file = BufWriter::new(File::create_new(&path).map_err(io(&path))?);
        Ok(Lines { name, path, file, hasher: Sha256::new() })
    }

    /// Ends it.
    pub(super) fn close(&mut self, mut lines: Lines) -> Result<(), ExportError> {
        lines.file.flush().map_err(io(&lines.path))?;
        self.files.insert(lines.name.to_owned(), Digest::new(lines.hasher.finalize().into()));
        Ok(())
    }

    /// Writes the manifest; gives the number of files with it.
    pub(in crate::audit) fn finish(&mut self) -> Result<u64, ExportError> {
        let lines: String = self.files.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
        self.write("MANIFEST.sha256", lines.as_bytes())?;
        Ok(u64::try_from(self.files.len()).unwrap_or(u64::MAX))
    }
}

impl Lines {
    /// Adds a line.
    pub(super) fn push(&mut self, value: &Value) -> Result<(), ExportError> {
        self.push_bytes(&domain::canonical::bytes(value)?)
    }

    fn push_bytes(&mut self, line: &[u8]) -> Result<(), ExportError> {
        for part in [line, b"\n"] {
            self.hasher.update(part);
            self.file.write_all(part).map_err(io(&self.path))?;
        }
        Ok(())
    }
}

/// A number as a file name: customers' codes may hold what paths must not.
pub(in crate::audit) fn file_name(number: &str) -> String {
    number.replace('%', "%25").replace('/', "%2F").replace('\\', "%5C")
}
