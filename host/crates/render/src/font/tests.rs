#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;

/// Every test of this crate that sets text needs a font, as the product does: without one they fail, saying how to get it.
fn system() -> FontSource {
    FontSource::find(std::env::var_os("ZHANGBEN_FONT").as_deref().map(Path::new)).unwrap()
}

#[test]
fn the_simplified_chinese_face_is_chosen_by_name() {
    let found = system();
    if found.path().file_name().is_some_and(|name| name == "NotoSansCJK-Regular.ttc") {
        assert_eq!(found.family(), "Noto Sans CJK SC");
        assert!(found.has_bold(), "NotoSansCJK-Bold.ttc lies beside it in Debian's package");
    }
    assert!(FAMILIES.contains(&found.family()), "{found:?}");
}

#[test]
fn a_font_is_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&system());
}

#[test]
fn an_explicit_file_or_folder_is_taken() {
    let found = system();
    assert_eq!(FontSource::find(Some(found.path())).unwrap().path(), found.path());
    let folder = found.path().parent().unwrap();
    assert_eq!(FontSource::find(Some(folder)).unwrap().family(), found.family());
}

#[test]
fn errors_say_what_to_install_or_type() {
    let empty = tempfile::tempdir().unwrap();
    let missing = FontSource::find(Some(empty.path())).unwrap_err();
    assert!(matches!(missing, FontError::NotFound { .. }));
    let told = missing.to_string();
    assert!(told.contains("apt-get install fonts-noto-cjk") && told.contains("--font FILE"), "{told}");
    assert!(told.contains(&empty.path().display().to_string()), "{told}");

    let unreadable = FontSource::find(Some(&empty.path().join("none.ttf"))).unwrap_err();
    assert!(matches!(unreadable, FontError::Unreadable { .. }), "{unreadable}");

    let text = empty.path().join("text.ttf");
    std::fs::write(&text, "not a font").unwrap();
    let refused = FontSource::find(Some(&text)).unwrap_err();
    assert!(matches!(refused, FontError::NotAFont { .. }), "{refused}");
}

#[test]
fn a_latin_font_is_refused_naming_what_it_holds() {
    let Some(latin) = search::fallback().filter(|path| path.ends_with("DejaVuSans.ttf")) else {
        // the same refusal, shown with a font cut off in the middle of its tables
        let folder = tempfile::tempdir().unwrap();
        let cut = folder.path().join("cut.ttf");
        let whole = std::fs::read(system().path()).unwrap();
        std::fs::write(&cut, &whole[..whole.len().min(4096)]).unwrap();
        assert!(FontSource::find(Some(&cut)).is_err());
        return;
    };
    let refused = FontSource::find(Some(&latin)).unwrap_err();
    assert!(
        matches!(&refused, FontError::NoChinese { families, .. } if families == &["DejaVu Sans"]),
        "{refused}"
    );
}

#[test]
fn a_cut_font_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut.ttc");
    let whole = std::fs::read(system().path()).unwrap();
    for length in [0, 3, 12, 100, 4096, whole.len() / 2] {
        std::fs::write(&cut, &whole[..length]).unwrap();
        assert!(FontSource::find(Some(&cut)).is_err(), "{length} bytes of a font were taken for one");
    }
}

#[test]
fn the_better_file_name_wins() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b");
    std::fs::create_dir_all(&deep).unwrap();
    for name in ["wqy-zenhei.ttc", "a/b/NotoSansCJK-Regular.ttc", "a/uming.ttc", "a/other.ttc"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let names: Vec<PathBuf> = search::candidates(&[folder.path().to_owned(), deep]);
    let names: Vec<&str> = names.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "uming.ttc"]);
}
