//! The worlds, one module per world and version: bindings, the conversation on one instance, and the
//! conversion between WIT and domain types. Nothing generated leaves this crate.

pub(crate) mod bank_v1;
pub(crate) mod common_v1;
pub(crate) mod layout_v1;
pub(crate) mod matching_v1;
pub(crate) mod reconciliation_v1;
#[cfg(test)]
mod setup_tests;
pub(crate) mod statement_v1;
pub(crate) mod tax_v1;
#[cfg(test)]
mod tests;

use crate::call::{CallError, Guest, Session};
use crate::limits::Work;
use common_v1::types::{Manifest, Problem};
use domain::plugin::World;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

/// A component with its imports (types only, so: none) resolved, for one engine.
pub(crate) enum Bound {
    Tax(tax_v1::wit::TaxPre<Guest>),
    Statement(statement_v1::wit::StatementPre<Guest>),
    Reconciliation(reconciliation_v1::wit::ReconciliationPre<Guest>),
    Bank(bank_v1::wit::BankPre<Guest>),
}

impl Bound {
    /// Looks the world's exports up by name; shapes are checked at instantiation.
    pub(crate) fn new(engine: &Engine, component: &Component, world: World) -> wasmtime::Result<Self> {
        let pre = Linker::<Guest>::new(engine).instantiate_pre(component)?;
        Ok(match world {
            World::Tax => Bound::Tax(tax_v1::wit::TaxPre::new(pre)?),
            World::Statement => Bound::Statement(statement_v1::wit::StatementPre::new(pre)?),
            World::Reconciliation => {
                Bound::Reconciliation(reconciliation_v1::wit::ReconciliationPre::new(pre)?)
            }
            World::Bank => Bound::Bank(bank_v1::wit::BankPre::new(pre)?),
        })
    }
    pub(crate) fn world(&self) -> World {
        match self {
            Bound::Tax(_) => World::Tax,
            Bound::Statement(_) => World::Statement,
            Bound::Reconciliation(_) => World::Reconciliation,
            Bound::Bank(_) => World::Bank,
        }
    }
    /// A fresh instance for the exports that every world has.
    pub(crate) fn instantiate(&self, session: &mut Session<'_>) -> Result<Instance, CallError> {
        session.instantiate(|store| {
            Ok(match self {
                Bound::Tax(pre) => Instance::Tax(pre.instantiate(store)?),
                Bound::Statement(pre) => Instance::Statement(pre.instantiate(store)?),
                Bound::Reconciliation(pre) => Instance::Reconciliation(pre.instantiate(store)?),
                Bound::Bank(pre) => Instance::Bank(pre.instantiate(store)?),
            })
        })
    }
}

/// One instance of any world.
pub(crate) enum Instance {
    Tax(tax_v1::wit::Tax),
    Statement(statement_v1::wit::Statement),
    Reconciliation(reconciliation_v1::wit::Reconciliation),
    Bank(bank_v1::wit::Bank),
}

impl Instance {
    pub(crate) fn describe(&self, session: &mut Session<'_>) -> Result<Manifest, CallError> {
        session.message(Work::NONE, |store: &mut Store<Guest>| match self {
            Instance::Tax(i) => i.zhangben_tax_rules().call_describe(store),
            Instance::Statement(i) => i.zhangben_statement_format().call_describe(store),
            Instance::Reconciliation(i) => i.zhangben_reconciliation_policy().call_describe(store),
            Instance::Bank(i) => i.zhangben_bank_reader().call_describe(store),
        })
    }
    pub(crate) fn validate_config(
        &self,
        session: &mut Session<'_>,
        config: &str,
    ) -> Result<Result<(), Vec<Problem>>, CallError> {
        session.message(Work::NONE, |store: &mut Store<Guest>| match self {
            Instance::Tax(i) => i.zhangben_tax_rules().call_validate_config(store, config),
            Instance::Statement(i) => i.zhangben_statement_format().call_validate_config(store, config),
            Instance::Reconciliation(i) => {
                i.zhangben_reconciliation_policy().call_validate_config(store, config)
            }
            Instance::Bank(i) => i.zhangben_bank_reader().call_validate_config(store, config),
        })
    }
}
