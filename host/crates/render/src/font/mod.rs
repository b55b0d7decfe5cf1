//! The font documents are set in: one family with Chinese characters (and Latin letters of its own), chosen by *name*,
//! since a collection such as Debian's `NotoSansCJK-Regular.ttc` begins with its Japanese face.

mod search;

use parley::FontContext;
use parley::fontique::{Collection, CollectionOptions, FamilyId, SourceCache};
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// Why there is no font to set documents in, and what to do.
#[derive(Debug, Error)]
pub enum FontError {
    #[error(
        "no font with Chinese characters in {}. On Debian or Ubuntu: apt-get install fonts-noto-cjk; \
         elsewhere name a font file: --font FILE, or the environment variable ZHANGBEN_FONT=FILE", listed(.searched)
    )]
    NotFound { searched: Vec<PathBuf> },
    #[error("font {} cannot be read; name another: --font FILE, or ZHANGBEN_FONT=FILE", .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error(
        "{} is no OpenType or TrueType font or collection (.ttf, .otf, .ttc); name another: --font FILE, or ZHANGBEN_FONT=FILE",
        .path.display()
    )]
    NotAFont { path: PathBuf },
    #[error(
        "no face of {} has the Chinese characters of a statement (it holds {}); name another: --font FILE, or ZHANGBEN_FONT=FILE",
        .path.display(), .families.join(", ")
    )]
    NoChinese { path: PathBuf, families: Vec<String> },
}

fn listed(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Families that are looked for by name, the best first: simplified Chinese before others, sans before serif.
const FAMILIES: &[&str] = &[
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "Songti SC",
    "STSong",
    "SimSun",
    "AR PL UMing CN",
    "Droid Sans Fallback",
    "Arial Unicode MS",
];

/// A face without one of these cannot set a statement.
const NEEDED: &str = "客户对账单应收余额人民币0123456789ABCabc,.-";

/// A font ready for use: found once, shared by all clones, usable from many threads.
#[derive(Clone)]
pub struct FontSource(Arc<Inner>);

struct Inner {
    path: PathBuf,
    family: String,
    /// For characters the family lacks.
    fallback: Option<String>,
    has_bold: bool,
    /// Every face of the files, by path; cloned for each document.
    collection: Collection,
}

impl FontSource {
    /// The font of `explicit` (a file, or a folder to search), or the best the system has.
    ///
    /// A bold face is taken from the same file or, named alike (`…-Regular` → `…-Bold`), from beside it; without one,
    /// bold is drawn by thickening.
    pub fn find(explicit: Option<&Path>) -> Result<FontSource, FontError> {
        let Some(path) = explicit else {
            return Self::search(&search::system_folders());
        };
        if path.is_dir() {
            return Self::search(&[path.to_owned()]);
        }
        Self::load(path)
    }

    /// The best font in these folders and below.
    fn search(folders: &[PathBuf]) -> Result<FontSource, FontError> {
        let mut refused = None;
        for candidate in search::candidates(folders) {
            match Self::load(&candidate) {
                Ok(found) => return Ok(found),
                // a font this machine has but krilla and parley cannot use, such as macOS's variable-outline PingFang
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        if let Some(error) = refused {
            tracing::warn!(error = %error, "the fonts found could not be used");
        }
        Err(FontError::NotFound { searched: folders.to_vec() })
    }

    fn load(path: &Path) -> Result<FontSource, FontError> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let registered = register(&mut collection, path)?;
        if registered.is_empty() {
            return Err(FontError::NotAFont { path: path.to_owned() });
        }
        let (id, family) = choose(&mut collection, &registered).ok_or_else(|| FontError::NoChinese {
            path: path.to_owned(),
            families: registered.iter().map(|(_, name)| name.clone()).collect(),
        })?;
        if let Some(bold) = search::bold_beside(path)
            && let Err(error) = register(&mut collection, &bold)
        {
            tracing::warn!(error = %error, "bold is drawn by thickening");
        }
        let has_bold = collection.family(id).is_some_and(|found| {
            found.fonts().iter().any(|face| face.weight().value() >= 600.0 || face.has_weight_axis())
        });
        let fallback = search::fallback()
            .and_then(|file| register(&mut collection, &file).ok())
            .and_then(|names| names.into_iter().map(|(_, name)| name).find(|name| *name != family));
        let inner = Inner { path: path.to_owned(), family, fallback, has_bold, collection };
        Ok(FontSource(Arc::new(inner)))
    }

    /// The file the regular face came from.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The name of the chosen family, as `Noto Sans CJK SC`.
    pub fn family(&self) -> &str {
        &self.0.family
    }

    /// Whether there is a bold face; if not, bold is drawn by thickening the regular one.
    pub fn has_bold(&self) -> bool {
        self.0.has_bold
    }

    pub(crate) fn fallback(&self) -> Option<&str> {
        self.0.fallback.as_deref()
    }

    /// A context of one's own for one document; the font files are mapped, and shared by the system.
    pub(crate) fn context(&self) -> FontContext {
        FontContext { collection: self.0.collection.clone(), source_cache: SourceCache::default() }
    }
}

impl fmt::Debug for FontSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FontSource")
            .field("family", &self.0.family)
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}

/// Registers every face of a file, which stays on the disk and is mapped when a document needs it: the CJK files hold
/// 20 MB each. Answers the families that this file was the first to bring, by name.
fn register(collection: &mut Collection, path: &Path) -> Result<Vec<(FamilyId, String)>, FontError> {
    // the scan says nothing of a file that it cannot open
    File::open(path).map_err(|source| FontError::Unreadable { path: path.to_owned(), source })?;
    let known: Vec<FamilyId> = collection.family_ids().collect();
    collection.load_fonts_from_paths([path]);
    let fresh: Vec<FamilyId> = collection.family_ids().filter(|id| !known.contains(id)).collect();
    let mut named = Vec::with_capacity(fresh.len());
    for id in fresh {
        if let Some(name) = collection.family_name(id) {
            named.push((id, name.to_owned()));
        }
    }
    named.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(named)
}

/// The family to use: the best known name among those with the needed characters, else the first that has them.
fn choose(collection: &mut Collection, registered: &[(FamilyId, String)]) -> Option<(FamilyId, String)> {
    let mut able: Vec<&(FamilyId, String)> =
        registered.iter().filter(|(id, _)| has_needed(collection, *id)).collect();
    able.sort_by_key(|(_, name)| FAMILIES.iter().position(|known| known == name).unwrap_or(FAMILIES.len()));
    able.first().map(|(id, name)| (*id, name.clone()))
}

fn has_needed(collection: &mut Collection, id: FamilyId) -> bool {
    let Some(family) = collection.family(id) else {
        return false;
    };
    let Some(face) = family.default_font() else {
        return false;
    };
    let Some(data) = face.load(None) else {
        return false;
    };
    let Some(charmap) = face.charmap_index().charmap(data.as_ref()) else {
        return false;
    };
    NEEDED.chars().all(|character| charmap.map(character).is_some_and(|glyph| glyph != 0))
}

#[cfg(test)]
mod tests;
