//! What a component is, before any of its code runs: a component at all, which world it exports, and that it imports
//! nothing but types.

use crate::json::export_name;
use domain::plugin::World;
use thiserror::Error;
use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

/// Why bytes are no plugin.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InspectError {
    #[error("this is not WebAssembly: it does not begin with \\0asm")]
    NotWasm,
    #[error(
        "this is a core WebAssembly module, not a component: encode it with `wasm-tools component new MODULE -o COMPONENT` \
         (in this repository `cargo xtask plugins` does)"
    )]
    CoreModule,
    #[error("this is WebAssembly of an unknown kind (version bytes {0})")]
    UnknownEncoding(String),
    #[error("the component imports {import}; a plugin may import nothing but the types of zhangben:*/types")]
    ForbiddenImport { import: String },
    #[error("the component exports no known world ({}); one of {} is wanted", exports.join(", "), known.join(", "))]
    NoWorld { exports: Vec<String>, known: Vec<String> },
    #[error("the component exports several worlds: {}", .0.join(", "))]
    SeveralWorlds(Vec<String>),
}

/// Tells components from other files by their first eight bytes, for a clear refusal.
pub(crate) fn header(bytes: &[u8]) -> Result<(), InspectError> {
    match bytes.get(..8) {
        Some([0, b'a', b's', b'm', 0x0d, 0, 1, 0]) => Ok(()),
        Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => Err(InspectError::CoreModule),
        Some([0, b'a', b's', b'm', version @ ..]) => Err(InspectError::UnknownEncoding(hex::encode(version))),
        _ => Err(InspectError::NotWasm),
    }
}

/// The component's world, if it may be a plugin.
pub(crate) fn inspect(engine: &Engine, component: &Component) -> Result<World, InspectError> {
    let ty = component.component_type();
    for (name, import) in ty.imports(engine) {
        let only_types = match &import.ty {
            ComponentItem::ComponentInstance(instance) => {
                instance.exports(engine).all(|(_, export)| matches!(export.ty, ComponentItem::Type(_)))
            }
            _ => false,
        };
        if !(only_types && is_types_interface(name)) {
            return Err(InspectError::ForbiddenImport { import: name.to_owned() });
        }
    }
    let exports: Vec<String> = ty.exports(engine).map(|(name, _)| name.to_owned()).collect();
    let found: Vec<World> =
        World::ALL.into_iter().filter(|world| exports.contains(&export_name(*world))).collect();
    match found.as_slice() {
        [world] => Ok(*world),
        [] => {
            let exports = if exports.is_empty() { vec!["nothing".to_owned()] } else { exports };
            Err(InspectError::NoWorld { exports, known: World::ALL.into_iter().map(export_name).collect() })
        }
        several => Err(InspectError::SeveralWorlds(several.iter().map(ToString::to_string).collect())),
    }
}

/// `zhangben:<package>/types@<version>`
fn is_types_interface(name: &str) -> bool {
    let Some((package, interface)) = name.strip_prefix("zhangben:").and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let interface = interface.split_once('@').map_or(interface, |(interface, _)| interface);
    !package.is_empty() && interface == "types"
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn files_that_are_no_component_are_told_apart() {
        assert_eq!(header(b"\0asm\x01\0\0\0more"), Err(InspectError::CoreModule));
        assert_eq!(header(b"<?xml version"), Err(InspectError::NotWasm));
        assert_eq!(header(b"\0as"), Err(InspectError::NotWasm));
        assert_eq!(header(b""), Err(InspectError::NotWasm));
        assert_eq!(header(b"\0asm\x0c\0\x01\0"), Err(InspectError::UnknownEncoding("0c000100".to_owned())));
        header(b"\0asm\x0d\0\x01\0").unwrap();
    }

    #[test]
    fn only_types_interfaces_of_ours_may_be_imported() {
        assert!(is_types_interface("zhangben:common/types@1.0.0"));
        for other in [
            "wasi:io/streams@0.2.0",
            "zhangben:common/clock@1.0.0",
            "zhangben:/types",
            "types",
            "a:b/types@1.0.0",
        ] {
            assert!(!is_types_interface(other), "{other}");
        }
    }

    #[test]
    fn a_component_without_a_world_is_refused_naming_the_known_ones() {
        let engine = Engine::default();
        let component = Component::new(&engine, b"\0asm\x0d\0\x01\0").unwrap();
        let refused = inspect(&engine, &component).unwrap_err().to_string();
        assert!(refused.contains("(nothing)") && refused.contains("zhangben:tax/rules@1.0.0"), "{refused}");
    }
}
