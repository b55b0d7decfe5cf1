//! Logins that failed, counted by what was tried.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, LoginFailures};
use crate::schema::login_failures as t;
use crate::types::v;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::time::Instant;

const REPLACE: &str =
    " ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at";
const KEEP: &str = " ON CONFLICT (subject) DO NOTHING";

/// What is counted of a subject, locked until the transaction ends: of many who try at once each is counted.
pub fn hold(tx: &mut Tx<'_>, fresh: &LoginFailures) -> StoreResult<LoginFailures> {
    rows::insert_with(tx, std::slice::from_ref(fresh), KEEP)?;
    let query = t::table.find(v(fresh.subject)).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().first::<LoginFailures>(conn)?,
        Conn::Sqlite(conn) => query.first::<LoginFailures>(conn)?,
    })
}

/// Writes what is counted now.
pub fn put(tx: &mut Tx<'_>, row: &LoginFailures) -> StoreResult<()> {
    rows::insert_with(tx, std::slice::from_ref(row), REPLACE).map(drop)
}

/// Begins to count anew.
pub fn clear(tx: &mut Tx<'_>, subjects: &[Digest]) -> StoreResult<()> {
    for subject in subjects {
        diesel::delete(t::table.find(v(*subject))).execute(tx.conn())?;
    }
    Ok(())
}

/// Forgets what nobody tried since an instant.
pub fn purge(tx: &mut Tx<'_>, before: Instant) -> StoreResult<usize> {
    Ok(diesel::delete(t::table.filter(t::last_at.lt(v(before)))).execute(tx.conn())?)
}
