#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use crate::{Request, cargo::Module, digests, encode};
use std::ffi::OsStr;
use std::path::Path;

#[test]
fn places_follow_the_hosts_target_directory() {
    let of = |dir: Option<&str>| Request::of_project(Path::new("/p"), dir.map(OsStr::new));
    let given = of(Some("/cache/target"));
    assert_eq!(given.out, Path::new("/cache/target/plugins"));
    assert_eq!(given.build_dir, Path::new("/cache/target/plugins-build"));
    let relative = of(Some("there/target"));
    assert_eq!(relative.out, Path::new("/p/there/target/plugins"));
    for none in [of(None), of(Some(""))] {
        assert_eq!(none.out, Path::new("/p/target/plugins"));
        assert_eq!(none.build_dir, Path::new("/p/plugins/target"));
    }
}

/// The smallest module: a component without imports and exports can be made of it.
const EMPTY_MODULE: [u8; 8] = *b"\0asm\x01\0\0\0";

fn module(folder: &Path, name: &str, bytes: &[u8]) -> Module {
    let file = folder.join(format!("{}.core", name.replace('/', "_")));
    std::fs::write(&file, bytes).unwrap();
    Module { name: name.to_owned(), file }
}

#[test]
fn encodes_what_changed_and_removes_what_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let modules =
        [module(folder.path(), "a", &EMPTY_MODULE), module(folder.path(), "hostile/b", &EMPTY_MODULE)];
    let first = encode::all(&modules, &out).unwrap();
    assert!(first.iter().all(|plugin| plugin.encoded && plugin.path.is_file()));
    assert_eq!(digests(&out).unwrap().keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(digests(&out.join("hostile")).unwrap()["b"], first[1].digest);

    let second = encode::all(&modules, &out).unwrap();
    assert!(second.iter().all(|plugin| !plugin.encoded));

    // a component that somebody changed is made again, not believed
    std::fs::write(&first[0].path, b"tampered").unwrap();
    std::fs::write(out.join("gone.wasm"), b"of a plugin that was removed").unwrap();
    let third = encode::all(&modules, &out).unwrap();
    assert!(third[0].encoded && !third[1].encoded);
    assert_eq!(third[0].digest, first[0].digest);
    assert!(!out.join("gone.wasm").exists());
}

#[test]
fn what_is_no_module_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let modules = [module(folder.path(), "bad", b"not wasm at all")];
    let error = encode::all(&modules, &folder.path().join("out")).unwrap_err().to_string();
    assert!(error.contains("bad.core"), "{error}");
}
