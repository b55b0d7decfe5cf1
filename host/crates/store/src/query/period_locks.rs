//! Closed periods.

use super::settings;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, PeriodLock};
use crate::schema::{companies, period_locks as t};
use crate::types::v;
use diesel::prelude::*;
use domain::ids::CompanyId;

/// All locks of a company, for whoever will set one: waits for the postings under way (see [`hold`]) and for others
/// who set one, and keeps both out until this transaction ends. What is decided on the answer still holds at [`put`].
pub fn hold_alone(tx: &mut Tx<'_>, company: CompanyId) -> StoreResult<Vec<PeriodLock>> {
    if let Conn::Postgres(conn) = tx.conn() {
        companies::table.find(v(company)).select(companies::id).for_update().execute(conn)?;
    }
    list(tx, company)
}

/// Sets or moves a lock, after [`hold_alone`].
pub fn put(tx: &mut Tx<'_>, lock: &PeriodLock) -> StoreResult<()> {
    settings::change(tx, lock.company, lock)?;
    let suffix = " ON CONFLICT (company, kind) DO UPDATE SET through = excluded.through, \
                  set_by = excluded.set_by, set_at = excluded.set_at";
    rows::insert_with(tx, std::slice::from_ref(lock), suffix).map(drop)
}

/// All locks of a company. A posting transaction reads them with [`hold`].
pub fn list(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<PeriodLock>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::kind.asc());
    Ok(query.select(PeriodLock::as_select()).load(conn)?)
}

/// All locks of a company, and none can be set or moved until this transaction ends ([`settings::hold`]).
pub fn hold(tx: &mut Tx<'_>, company: CompanyId) -> StoreResult<Vec<PeriodLock>> {
    Ok(settings::hold(tx, company)?.settings.locks.clone())
}
