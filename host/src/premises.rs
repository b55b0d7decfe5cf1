//! What this process is: version, commit, since when it runs, and how much room is left where its files lie.

use crate::settings::Settings;
use app::health::{Premises, Room};
use domain::time::Instant;
use std::path::Path;

/// The commit that was built, where who built it said so: a variable at build time, none of the program's.
const COMMIT: Option<&str> = option_env!("GIT_COMMIT");

pub(crate) fn of(settings: &Settings, started: Instant) -> Premises {
    Premises {
        version: env!("CARGO_PKG_VERSION"),
        commit: COMMIT.filter(|commit| !commit.is_empty()),
        started: Some(started),
        data: settings.data.clone(),
        room,
    }
}

/// What the disk of a folder, or of the nearest one above that is there, has.
#[cfg(unix)]
fn room(folder: &Path) -> Option<Room> {
    let here =
        folder.ancestors().map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
    let found = here.filter(|above| above.exists()).find_map(|above| rustix::fs::statvfs(above).ok())?;
    let bytes = |blocks: u64| blocks.saturating_mul(found.f_frsize);
    Some(Room { free: bytes(found.f_bavail), all: bytes(found.f_blocks) })
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<Room> {
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_disk_has_room_also_for_a_folder_that_is_not_there_yet() {
        let here = room(&std::env::temp_dir()).unwrap();
        assert!(here.all > 0 && here.free <= here.all, "{here:?}");
        assert_eq!(room(&std::env::temp_dir().join("no/such/folder")).unwrap().all, here.all);
        assert!(room(Path::new("nothing-of-this-name")).is_some(), "beside the folder it was started in");
    }
}
