//! The code that lets somebody make the first company.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, SetupCode};
use crate::schema::setup_codes as t;
use crate::types::v;
use diesel::prelude::*;
use domain::canonical::Digest;

/// One more code that is good; those that were given before stay good too.
pub fn add(tx: &mut Tx<'_>, code: &SetupCode) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(code)).map(drop)
}

/// Whether there is any.
pub fn is_open(conn: &mut Conn) -> StoreResult<bool> {
    Ok(t::table.count().get_result::<i64>(conn)? > 0)
}

/// Whether it is a code that is good.
pub fn knows(conn: &mut Conn, code: Digest) -> StoreResult<bool> {
    let query = t::table.find(v(code)).select(SetupCode::as_select());
    Ok(query.get_result::<SetupCode>(conn).optional()?.is_some())
}

/// Takes all codes away if `code` is one of them: of two who use it at once one is refused.
pub fn use_up(tx: &mut Tx<'_>, code: Digest) -> StoreResult<bool> {
    if diesel::delete(t::table.find(v(code))).execute(tx.conn())? == 0 {
        return Ok(false);
    }
    close(tx)?;
    Ok(true)
}

/// Takes all codes away.
pub fn close(tx: &mut Tx<'_>) -> StoreResult<()> {
    diesel::delete(t::table).execute(tx.conn())?;
    Ok(())
}
