//! Plugins (插件): admitted by digest, bound to a slot of a company from a day on, called, and every call kept with
//! its input so that it can be replayed.

mod bind;
mod decide;
mod install;
mod invoke;
mod show;
mod words;

pub use bind::{BindPlugin, BindPluginError, Bound, bind, bindings, held, in_force};
pub(crate) use bind::{insert as insert_binding, prepare as prepare_binding};
pub use decide::{DecideBindingError, activate, binding, binding_held, withdraw};
pub use install::{InstallPluginError, Installed, install, install_builtins, list};
pub(crate) use install::{install_builtin, known_to};
pub use invoke::{
    BoundPlugin, FoundPlugin, PreparedInvocation, bound_by, bytes_of, computed, find_bound, load, prepare,
    refuse, unbound,
};
pub use show::{Shown, Tried, show, try_config};
pub use words::{GuestWords, words};
