//! Plugins (插件): admitted by digest, bound to a slot of a company from a day on, called, and every call kept with
//! its input so that it can be replayed.

mod bind;
mod install;
mod invoke;
mod words;

pub use bind::{BindPlugin, BindPluginError, Bound, bind, bindings, held};
pub(crate) use install::install_builtin;
pub use install::{InstallPluginError, Installed, install, install_builtins, list};
pub use invoke::{
    BoundPlugin, FoundPlugin, PreparedInvocation, bytes_of, computed, find_bound, load, prepare, refuse,
    unbound,
};
pub use words::{GuestWords, words};
