//! Plugins: the bytes live here, once by digest.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Plugin};
use crate::schema::plugins as t;
use crate::types::{Json, v};
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::plugin::World;
use domain::time::Instant;
use serde_json::Value;

/// A plugin without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PluginSummary {
    pub digest: Digest,
    pub world: World,
    pub name: String,
    pub version: String,
    pub manifest: Json<Value>,
    pub builtin: bool,
    pub admitted_by: String,
    pub admitted_at: Instant,
}

const fn summary()
-> (t::digest, t::world, t::name, t::version, t::manifest, t::builtin, t::admitted_by, t::admitted_at) {
    (t::digest, t::world, t::name, t::version, t::manifest, t::builtin, t::admitted_by, t::admitted_at)
}

/// Admits a plugin; gives `false` if it was there already.
pub fn insert(tx: &mut Tx<'_>, plugin: &Plugin) -> StoreResult<bool> {
    Ok(rows::insert_with(tx, std::slice::from_ref(plugin), " ON CONFLICT (digest) DO NOTHING")? == 1)
}

pub fn by_digest(conn: &mut Conn, digest: Digest) -> StoreResult<Option<PluginSummary>> {
    Ok(t::table.find(v(digest)).select(summary()).get_result(conn).optional()?)
}

/// The component itself.
pub fn bytes(conn: &mut Conn, digest: Digest) -> StoreResult<Option<Vec<u8>>> {
    Ok(t::table.find(v(digest)).select(t::bytes).get_result(conn).optional()?)
}

/// All, by world, name and admission.
pub fn list(conn: &mut Conn) -> StoreResult<Vec<PluginSummary>> {
    Ok(t::table.order((t::world, t::name, t::admitted_at, t::digest)).select(summary()).load(conn)?)
}
