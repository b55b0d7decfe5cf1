//! Plugins (插件): admitted by digest, bound to a slot of a company from a day on, called, and every call kept with
//! its input so that it can be replayed.

mod bind;
mod install;
mod invoke;

pub use bind::{BindPlugin, BindPluginError, Bound, bind, bindings, held};
pub use install::{InstallPluginError, Installed, install, install_builtins, list};
pub use invoke::{
    BoundPlugin, PreparedInvocation, bound, computed, prepare, refuse, stored_bytes, unbound, warnings,
};
