//! Compiled components, once per component and engine: `<digest>-<engine hash>.artefact` in a directory that
//! belongs to the host alone. A file is *magic ‖ SHA-256(component digest ‖ engine hash ‖ code) ‖ code*; one that does not add up,
//! or that wasmtime refuses, is compiled again and replaced. The directory may be deleted at any time.

use crate::call::CallError;
use crate::engine::Engines;
use crate::limits::Limits;
use domain::canonical::Digest;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use thiserror::Error;
use wasmtime::Engine;
use wasmtime::component::Component;

const MAGIC: &[u8; 8] = b"zbcode1\n";
const HEAD: usize = MAGIC.len() + 32;

/// Why there is no compiled component.
#[derive(Debug, Error)]
pub enum ArtifactError {
    #[error("the component begins with more than it may have: {0}")]
    Resources(#[source] CallError),
    #[error("cannot use the plugin cache directory {path}: {source}")]
    Directory { path: PathBuf, source: std::io::Error },
    #[error("the bytes given for plugin {wanted} have the digest {found}")]
    DigestMismatch { wanted: Digest, found: Digest },
    #[error("the component does not compile: {detail}")]
    Compile { detail: String },
    #[error("the component does not fit the engine: {detail}")]
    Unfit { detail: String },
    #[error("the bytes of plugin {digest} could not be read: {detail}")]
    Bytes { digest: Digest, detail: String },
}

/// One compiled component in both engines.
pub(crate) struct Artifact {
    pub(crate) small: Component,
    pub(crate) bulk: Component,
}

/// Where a component's code came from; for logs and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Cached,
    Compiled,
}

/// The directory of compiled components.
pub(crate) struct ArtifactStore {
    directory: PathBuf,
}

impl ArtifactStore {
    /// Makes the directory, readable and writable by the owner alone: what lies in it is executed.
    pub(crate) fn new(directory: PathBuf) -> Result<Self, ArtifactError> {
        let refuse = |source| ArtifactError::Directory { path: directory.clone(), source };
        fs::create_dir_all(&directory).map_err(refuse)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).map_err(refuse)?;
        }
        Ok(ArtifactStore { directory })
    }

    fn path(&self, digest: &Digest, engine_hash: &str) -> PathBuf {
        self.directory.join(format!("{digest}-{engine_hash}.artefact"))
    }

    /// Whether there is a file for it; whether that adds up is seen when it is read.
    pub(crate) fn has(&self, engines: &Engines, digest: &Digest) -> bool {
        self.path(digest, &engines.hash).is_file()
    }

    /// The compiled component, from the cache or compiled from `bytes` (which are asked for only then).
    pub(crate) fn get(
        &self,
        engines: &Engines,
        digest: &Digest,
        bytes: impl FnOnce() -> Result<Vec<u8>, String>,
    ) -> Result<(Artifact, Origin), ArtifactError> {
        let path = self.path(digest, &engines.hash);
        if let Some(code) = read_checked(&path, digest, &engines.hash) {
            match instantiate_code(engines, &code) {
                Ok(artifact) => return Ok((artifact, Origin::Cached)),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "cached plugin code refused; compiling again");
                }
            }
        }
        let bytes = bytes().map_err(|detail| ArtifactError::Bytes { digest: *digest, detail })?;
        let found = Digest::of_bytes(&bytes);
        if found != *digest {
            return Err(ArtifactError::DigestMismatch { wanted: *digest, found });
        }
        let code = compile(&engines.small, &bytes)?;
        let artifact = instantiate_code(engines, &code)?;
        // A cache that cannot be written costs time, not correctness.
        if let Err(error) = self.write(&path, digest, &engines.hash, &code) {
            tracing::warn!(path = %path.display(), %error, "cannot keep compiled plugin code");
        }
        Ok((artifact, Origin::Compiled))
    }

    /// Writes beside and renames, so that a reader or a crash never meets half a file.
    fn write(&self, path: &Path, digest: &Digest, engine_hash: &str, code: &[u8]) -> std::io::Result<()> {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let beside = self.directory.join(format!("{digest}.{}.{number}.part", std::process::id()));
        let written = (|| {
            let mut file = fs::File::create(&beside)?;
            file.write_all(MAGIC)?;
            file.write_all(&checksum(digest, engine_hash, code))?;
            file.write_all(code)?;
            fs::rename(&beside, path)
        })();
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }
}

fn checksum(digest: &Digest, engine_hash: &str, code: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(digest.bytes());
    hasher.update(engine_hash.as_bytes());
    hasher.update(code);
    hasher.finalize().into()
}

/// The code in a cache file, if the file is whole and made for this component and engine.
fn read_checked(path: &Path, digest: &Digest, engine_hash: &str) -> Option<Vec<u8>> {
    let mut file = fs::read(path).ok()?;
    let head: Vec<u8> = file.get(..HEAD)?.to_vec();
    file.drain(..HEAD);
    let whole = head.starts_with(MAGIC) && head.ends_with(&checksum(digest, engine_hash, &file));
    if !whole {
        tracing::warn!(path = %path.display(), "cached plugin code is damaged; compiling again");
    }
    whole.then_some(file)
}

/// Compiles a component to code that both engines take.
pub(crate) fn compile(engine: &Engine, bytes: &[u8]) -> Result<Vec<u8>, ArtifactError> {
    engine.precompile_component(bytes).map_err(|e| ArtifactError::Compile { detail: format!("{e:#}") })
}

/// Loads code into both engines. The pool refuses a component that begins with too much, but not by the limit's name.
fn instantiate_code(engines: &Engines, code: &[u8]) -> Result<Artifact, ArtifactError> {
    let bulk = deserialize(&engines.bulk, code)?;
    check_resources(&bulk, &engines.limits).map_err(ArtifactError::Resources)?;
    Ok(Artifact { small: deserialize(&engines.small, code)?, bulk })
}

const WASM_PAGE_BYTES: usize = 1 << 16;

/// What the component wants before any of its code runs.
fn check_resources(component: &Component, limits: &Limits) -> Result<(), CallError> {
    let Some(wanted) = component.resources_required() else { return Ok(()) };
    let (memory_bytes_max, table_elements_max) = (limits.small.memory_bytes_max, limits.table_elements_max);
    let size = |wanted: Option<u64>| usize::try_from(wanted.unwrap_or(0)).unwrap_or(usize::MAX);
    // wasmtime counts the memory in pages
    let memory = size(wanted.max_initial_memory_size).saturating_mul(WASM_PAGE_BYTES);
    let table = size(wanted.max_initial_table_size);
    if memory > memory_bytes_max {
        return Err(CallError::MemoryLimit { wanted: memory, memory_bytes_max });
    }
    if table > table_elements_max {
        return Err(CallError::TableLimit { wanted: table, table_elements_max });
    }
    Ok(())
}

/// The one `unsafe` of this crate.
#[allow(unsafe_code)]
fn deserialize(engine: &Engine, code: &[u8]) -> Result<Component, ArtifactError> {
    // SAFETY: `code` is machine code that will be executed, so it must be what `precompile_component` made and nothing
    // else. It comes either straight from `compile`, or from a file of a directory only the host may write (mode 0700)
    // whose SHA-256 over component digest, engine hash and these very bytes (read once, not mapped) was checked by
    // `read_checked`; wasmtime itself refuses code of another version, configuration or processor.
    let component = unsafe { Component::deserialize(engine, code) };
    component.map_err(|e| ArtifactError::Unfit { detail: format!("{e:#}") })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::limits::Limits;

    /// The smallest component: a preamble and no sections.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn files(directory: &Path) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    #[test]
    fn code_is_compiled_once_and_again_only_when_its_file_is_gone_or_damaged() {
        let directory = tempfile::tempdir().unwrap();
        let engines = Engines::new(&Limits::default()).unwrap();
        let store = ArtifactStore::new(directory.path().join("code")).unwrap();
        let digest = Digest::of_bytes(EMPTY);
        let get = || store.get(&engines, &digest, || Ok(EMPTY.to_vec())).unwrap().1;
        let cached_only =
            || store.get(&engines, &digest, || Err("no bytes".to_owned())).map(|(_, origin)| origin);

        assert_eq!(get(), Origin::Compiled);
        assert_eq!(cached_only().unwrap(), Origin::Cached);
        let path = files(&directory.path().join("code")).remove(0);
        assert!(path.to_str().unwrap().ends_with(&format!("{digest}-{}.artefact", engines.hash)));

        let whole = fs::read(&path).unwrap();
        for at in [0, MAGIC.len(), HEAD, whole.len() / 2, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).unwrap();
            assert!(matches!(cached_only(), Err(ArtifactError::Bytes { .. })), "byte {at} was not missed");
            assert_eq!(get(), Origin::Compiled);
            assert_eq!(cached_only().unwrap(), Origin::Cached);
        }
        fs::write(&path, &whole[..20]).unwrap();
        assert_eq!(get(), Origin::Compiled, "truncated");
        fs::remove_file(&path).unwrap();
        assert_eq!(get(), Origin::Compiled, "deleted");
        fs::remove_dir_all(directory.path().join("code")).unwrap();
        assert_eq!(get(), Origin::Compiled, "without a directory it still runs");
    }

    #[test]
    fn code_of_another_engine_is_never_run() {
        let directory = tempfile::tempdir().unwrap();
        let mut engines = Engines::new(&Limits::default()).unwrap();
        let store = ArtifactStore::new(directory.path().to_owned()).unwrap();
        let digest = Digest::of_bytes(EMPTY);
        store.get(&engines, &digest, || Ok(EMPTY.to_vec())).unwrap();
        // an upgrade changes the hash: another file, the old one stays and is not read
        engines.hash = "0123456789abcdef".to_owned();
        assert_eq!(store.get(&engines, &digest, || Ok(EMPTY.to_vec())).unwrap().1, Origin::Compiled);
        assert_eq!(files(directory.path()).len(), 2);

        // code that another configuration made, under our name and with a right checksum: wasmtime refuses it
        let other = Engine::new(wasmtime::Config::new().consume_fuel(false)).unwrap();
        let foreign = compile(&other, EMPTY).unwrap();
        store.write(&store.path(&digest, &engines.hash), &digest, &engines.hash, &foreign).unwrap();
        assert_eq!(store.get(&engines, &digest, || Ok(EMPTY.to_vec())).unwrap().1, Origin::Compiled);
    }

    #[test]
    fn bytes_of_another_digest_and_files_that_are_no_component_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let engines = Engines::new(&Limits::default()).unwrap();
        let store = ArtifactStore::new(directory.path().to_owned()).unwrap();
        let digest = Digest::of_bytes(EMPTY);
        let refused = store.get(&engines, &digest, || Ok(b"other".to_vec())).err().unwrap();
        assert!(matches!(refused, ArtifactError::DigestMismatch { wanted, .. } if wanted == digest));
        let garbage = b"\0asm\x0d\0\x01\0garbage".to_vec();
        let refused = store.get(&engines, &Digest::of_bytes(&garbage), || Ok(garbage.clone())).err().unwrap();
        assert!(matches!(refused, ArtifactError::Compile { .. }));
        assert!(files(directory.path()).is_empty());
    }
}
