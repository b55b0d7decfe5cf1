//! The export is accepted by the checker that shares no code with us, which names each kind of tampering.

use super::house::{House, day};
use super::month;
use app::audit::{ExportError, Exported};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use store::testing::{TestDb, for_each_database, kinds};
use zhangben_tests::tamper;

fn export(house: &House, dir: &Path) -> Exported {
    let as_of = Some(day("2026-11-30"));
    app::audit::export(&house.app, &house.auditor, house.id, dir, as_of).expect("an export")
}

#[track_caller]
pub fn accepted(dir: &Path, head: Option<&str>) {
    let output = tamper::check(dir, head).expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// All of the books, exported: the checker accepts them.
#[track_caller]
pub fn accepted_whole(house: &House) {
    let folder = tempfile::tempdir().unwrap();
    app::audit::export(&house.app, &house.auditor, house.id, folder.path(), None).expect("an export");
    accepted(folder.path(), None);
}

/// The checker refuses, naming this.
#[track_caller]
pub fn refused(dir: &Path, head: Option<&str>, named: &str) {
    let output = tamper::check(dir, head).expect("python3 runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{named}: {}{told}", String::from_utf8_lossy(&output.stdout));
    assert!(told.contains(named), "{named:?} is not in: {told}");
}

/// All files below a folder, by relative path.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(dir: &Path, below: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(below).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(dir, &path, out);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
                out.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(dir, dir, &mut out);
    out
}

/// A copy of an export that may be spoilt.
fn copy(from: &Path, into: &Path, name: &str) -> PathBuf {
    let to = into.join(name);
    for (file, bytes) in files(from) {
        let path = to.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    to
}

/// What a forger does who knows of the manifest.
fn manifest_anew(dir: &Path) {
    let lines: String = files(dir)
        .into_iter()
        .filter(|(name, _)| name != "MANIFEST.sha256")
        .map(|(name, bytes)| format!("{}  {name}\n", hex::encode(Sha256::digest(bytes))))
        .collect();
    fs::write(dir.join("MANIFEST.sha256"), lines).unwrap();
}

fn edit_lines(path: &Path, edit: impl FnOnce(&mut Vec<String>)) {
    let mut lines: Vec<String> = fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    edit(&mut lines);
    fs::write(path, lines.into_iter().map(|line| line + "\n").collect::<String>()).unwrap();
}

#[test]
fn the_checker_accepts_it_and_a_second_one_is_the_same() {
    for_each_database(|db| {
        let house = House::new(db);
        let folder = tempfile::tempdir().unwrap();
        let early = folder.path().join("early");
        let before =
            app::audit::export(&house.app, &house.auditor, house.id, &early, None).expect("an export");
        accepted(&early, Some(&before.head.to_string()));
        month::run(&house);
        let (first, second) = (folder.path().join("a/b"), folder.path().join("second"));
        let done = export(&house, &first);
        accepted(&first, Some(&done.head.to_string()));
        // a head saved earlier still stands in the chain that has grown since
        accepted(&first, Some(&before.head.to_string()));
        let written = files(&first);
        assert_eq!(u64::try_from(written.len()).unwrap(), done.files);
        let verified = house.verified();
        assert_eq!((done.head, done.position), (verified.head, verified.positions));
        assert_eq!(written.keys().filter(|name| name.starts_with("statements/")).count(), 5);
        let pages = |name: &&String| name.starts_with("artefacts/") && name.ends_with(".pdf");
        assert_eq!(written.keys().filter(pages).count(), 5);
        // verifying and exporting changed nothing
        assert_eq!(export(&house, &second), done);
        assert!(files(&second) == written);
        let again = app::audit::export(&house.app, &house.auditor, house.id, &second, None);
        assert!(matches!(again, Err(ExportError::NotEmpty(path)) if path == second));
    });
}

#[test]
fn both_databases_export_the_same_bytes() {
    let exported: Vec<BTreeMap<String, Vec<u8>>> = kinds()
        .into_iter()
        .map(|kind| {
            let db = TestDb::new(kind);
            let house = House::new(&db);
            month::run(&house);
            let folder = tempfile::tempdir().unwrap();
            export(&house, folder.path());
            files(folder.path())
        })
        .collect();
    let first = &exported[0];
    for other in &exported {
        assert!(first.keys().eq(other.keys()), "the same files");
        for (name, bytes) in first {
            assert!(*bytes == other[name], "{name} differs");
        }
    }
}

#[test]
fn each_kind_of_tampering_is_named() {
    let db = TestDb::sqlite();
    let house = House::new(&db);
    month::run(&house);
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound");
    let head = export(&house, &sound).head.to_string();
    accepted(&sound, Some(&head));
    for (name, bytes) in files(&sound).into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
        let spoilt = copy(&sound, folder.path(), "flipped");
        let mut bytes = bytes;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(spoilt.join(&name), bytes).unwrap();
        refused(&spoilt, None, if name == "MANIFEST.sha256" { "MANIFEST.sha256" } else { &name });
        fs::remove_dir_all(spoilt).unwrap();
    }
    let tampered = |name: &str, edit: &dyn Fn(&Path)| {
        let spoilt = copy(&sound, folder.path(), name);
        edit(&spoilt);
        manifest_anew(&spoilt);
        spoilt
    };
    let removed =
        tampered("removed", &|dir| edit_lines(&dir.join("entries.ndjson"), |lines| drop(lines.remove(2))));
    refused(&removed, None, "entries.ndjson");
    let inserted = tampered("inserted", &|dir| {
        edit_lines(&dir.join("entries.ndjson"), |lines| {
            let line = lines[1].replacen("\"id\":\"ent_", "\"id\":\"ent_f", 1);
            let cut = line.find("\"id\":\"ent_f").unwrap() + "\"id\":\"ent_".len() + 32;
            let forged = format!("{}{}", &line[..cut], &line[cut + 1..]);
            lines.insert(2, forged);
        });
    });
    refused(&inserted, None, "entries.ndjson:3");
    let swapped =
        tampered("swapped", &|dir| edit_lines(&dir.join("entries.ndjson"), |lines| lines.swap(1, 2)));
    refused(&swapped, None, "is not in the order of the chain");
    truncated(&tampered("truncated", &|dir| cut_tail(dir)), &head);
}

/// What lacks its last link is not what was saved; `verify_selftest.py` has one that holds by itself.
fn truncated(dir: &Path, head: &str) {
    refused(dir, Some(head), "the saved head");
}

/// Takes the last link away: the seal, its line, the head.
fn cut_tail(dir: &Path) {
    let mut last = String::new();
    edit_lines(&dir.join("seals.ndjson"), |lines| last = lines.pop().unwrap());
    let seal: serde_json::Value = serde_json::from_str(&last).unwrap();
    let (kind, reference) = (seal["kind"].as_str().unwrap(), seal["ref"].as_str().unwrap().to_owned());
    let file = match kind {
        "entry" => "entries.ndjson",
        "statement" => "statements.ndjson",
        _ => "events.ndjson",
    };
    edit_lines(&dir.join(file), |lines| lines.retain(|line| !line.contains(&format!("_{reference}\""))));
    let about = fs::read_to_string(dir.join("export.json")).unwrap();
    let previous: u64 = seal["position"].as_str().unwrap().parse::<u64>().unwrap() - 1;
    let about = about
        .replace(seal["hash"].as_str().unwrap(), seal["prev_hash"].as_str().unwrap())
        .replace(&format!("\"{}\"", previous + 1), &format!("\"{previous}\""));
    fs::write(dir.join("export.json"), about).unwrap();
}
