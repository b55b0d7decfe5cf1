//! Components that are not built in; hostile ones as if they had been admitted: what is admitted may still be wrong, and an
//! older host may have taken it.

use domain::canonical::Digest;
use domain::plugin::World;
use std::path::{Path, PathBuf};
use store::query;
use store::rows::Plugin;
use store::types::Json;

/// `<target>/plugins/hostile/<name>.wasm`.
pub fn bytes(name: &str) -> Vec<u8> {
    component(&format!("hostile/{name}"))
}

/// A component that is not built in: `examples/NAME`, `hostile/NAME`.
pub fn component(name: &str) -> Vec<u8> {
    let path = component_file(name);
    std::fs::read(&path)
        .unwrap_or_else(|e| panic!("{}: {e}; build the plugins first: cargo xtask plugins", path.display()))
}

/// Where `cargo xtask plugins` puts it.
pub fn component_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("../plugins/{name}.wasm"))
}

/// Writes the fixture past admission, as `hostile-<name>`; to be bound by its digest.
pub fn past_admission(app: &app::App, world: World, name: &str) -> Digest {
    let bytes = bytes(name);
    let digest = Digest::of_bytes(&bytes);
    let row = Plugin {
        digest,
        world,
        name: format!("hostile-{name}"),
        version: "1.0.0".to_owned(),
        manifest: Json(serde_json::json!({})),
        bytes,
        builtin: false,
        admitted_by: "test".to_owned(),
        admitted_at: app.clock.now(),
    };
    app.db.write(|tx| query::plugins::insert(tx, &row)).expect("written");
    digest
}
