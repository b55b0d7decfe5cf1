//! Where fonts lie on Debian, other Linux systems and macOS.

use std::path::{Path, PathBuf};

/// File names looked for, the best first.
const FILES: &[&str] = &[
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansCJK-VF.otf.ttc",
    "NotoSansCJK.ttc",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSans-Regular.ttc",
    "SourceHanSans.ttc",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "NotoSansSC[wght].ttf",
    "NotoSansSC-VF.ttf",
    "SourceHanSansCN-Regular.otf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
    "STHeiti Medium.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "NotoSerifCJK-Regular.ttc",
    "NotoSerifCJKsc-Regular.otf",
    "SourceHanSerifSC-Regular.otf",
    "Songti.ttc",
    "uming.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "Arial Unicode.ttf",
];

/// Files for letters and signs that a Chinese font may lack.
const FALLBACKS: &[&str] = &[
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
];

/// Deep enough for every layout known, and an end for links that turn in circles.
const DEPTH_MAX: usize = 6;

pub(super) fn system_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = [
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/System/Library/Fonts",
        "/Library/Fonts",
        "/System/Library/AssetsV2/com_apple_MobileAsset_Font8",
        "/System/Library/AssetsV2/com_apple_MobileAsset_Font7",
        "/opt/homebrew/share/fonts",
    ]
    .iter()
    .map(PathBuf::from)
    .collect();
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        for below in [".local/share/fonts", ".fonts", "Library/Fonts"] {
            folders.push(home.join(below));
        }
    }
    folders.retain(|folder| folder.is_dir());
    folders
}

/// Known font files in these folders, the best first; among equals, in order of path, so that two runs agree.
pub(super) fn candidates(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<(usize, PathBuf)> = Vec::new();
    for folder in folders {
        walk(folder, 0, &mut found);
    }
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, path)| path).collect()
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<(usize, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if depth < DEPTH_MAX {
                walk(&path, depth + 1, found);
            }
            continue;
        }
        let rank = path.file_name().and_then(|name| FILES.iter().position(|known| name == *known));
        if let Some(rank) = rank {
            found.push((rank, path));
        }
    }
}

/// `…-Regular.ext` → `…-Bold.ext` if that file is there; on older macOS, Heiti's light and medium are a pair.
pub(super) fn bold_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let bold = if name.contains("Regular") {
        name.replace("Regular", "Bold")
    } else if name == "STHeiti Light.ttc" {
        "STHeiti Medium.ttc".to_owned()
    } else {
        return None;
    };
    Some(path.with_file_name(bold)).filter(|file| file.is_file())
}

pub(super) fn fallback() -> Option<PathBuf> {
    FALLBACKS.iter().map(PathBuf::from).find(|path| path.is_file())
}
