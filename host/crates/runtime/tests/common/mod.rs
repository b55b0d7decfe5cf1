//! Where the components are, and a runtime to run them in.

// each test binary uses its part of it
#![allow(dead_code)]

use domain::plugin::World;
use runtime::{Configured, Limits, Plugin, Runtime, RuntimeSettings, example};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// `<target>/tmp`, which cargo makes for integration tests.
fn target_tmp() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// The component `<target>/plugins/<name>.wasm`.
pub fn component(name: &str) -> Vec<u8> {
    let path: PathBuf = target_tmp().parent().unwrap().join(format!("plugins/{name}.wasm"));
    std::fs::read(&path)
        .unwrap_or_else(|e| panic!("{}: {e}; build the plugins first: cargo xtask plugins", path.display()))
}

/// A runtime of its own over a cache that all tests share: code is keyed by digest and engine, so they cannot meet
/// another's.
pub fn runtime_with(limits: Limits) -> Runtime {
    let settings = RuntimeSettings { limits, ..RuntimeSettings::new(target_tmp().join("runtime-artefacts")) };
    Runtime::new(settings).unwrap()
}

pub fn runtime() -> Runtime {
    runtime_with(Limits::default())
}

pub fn open(runtime: &Runtime, name: &str) -> Plugin {
    runtime.open(&component(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The plugin with the first example of its schema, or the empty configuration.
pub fn configured(runtime: &Runtime, name: &str) -> Configured {
    let plugin = open(runtime, name);
    let schema: Value = serde_json::from_str(&plugin.manifest().config_schema).unwrap();
    let config = schema["examples"].get(0).cloned().unwrap_or_else(|| json!({}));
    plugin.configure(&config).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The example input of a world.
pub fn input(world: World) -> Value {
    example(world).unwrap().unwrap()
}
