//! Locks that move back (反锁定), which another person decides.

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, PeriodUnlock};
use crate::schema::period_unlocks as t;
use crate::types::{LockKind, UnlockState, v};
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{CompanyId, PeriodUnlockId};
use uuid::Uuid;

/// # Errors
/// `Unique` if another of the same kind is proposed.
pub fn insert(tx: &mut Tx<'_>, unlock: &PeriodUnlock) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(unlock)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: PeriodUnlockId) -> StoreResult<Option<PeriodUnlock>> {
    let query = t::table.find((v(company), v(id))).select(PeriodUnlock::as_select());
    Ok(query.get_result(conn).optional()?)
}

/// As [`by_id`], locked until the transaction ends (on PostgreSQL; SQLite has one writer).
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: PeriodUnlockId) -> StoreResult<Option<PeriodUnlock>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result::<PeriodUnlock>(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result::<PeriodUnlock>(conn).optional()?,
    })
}

/// The one of a kind that waits to be decided.
pub fn waiting(conn: &mut Conn, company: CompanyId, kind: LockKind) -> StoreResult<Option<PeriodUnlock>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::state.eq(v(UnlockState::Proposed)))
        .filter(t::kind.eq(v(kind)))
        .select(PeriodUnlock::as_select());
    Ok(query.first(conn).optional()?)
}

/// A page by id of those that stand in a state, or of all.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    state: Option<UnlockState>,
    after: Option<PeriodUnlockId>,
    limit: u32,
) -> StoreResult<Vec<PeriodUnlock>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(PeriodUnlockId::new(Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(PeriodUnlock::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(t::state.eq(v(state)));
    }
    Ok(query.load(conn)?)
}

/// Writes what was decided of one that is proposed.
///
/// # Errors
/// `Conflict` if it is not any more.
pub fn decide(tx: &mut Tx<'_>, unlock: &PeriodUnlock) -> StoreResult<()> {
    let key = (v(unlock.company), v(unlock.id));
    let updated = diesel::update(t::table.find(key).filter(t::state.eq(v(UnlockState::Proposed))))
        .set((
            t::state.eq(v(unlock.state)),
            t::refusal.eq(&unlock.refusal),
            t::decided_by.eq(&unlock.decided_by),
            t::decided_at.eq(unlock.decided_at),
        ))
        .execute(tx.conn())?;
    changed(updated, "unlock", unlock.id)
}

/// Takes the words out of those that name somebody: who is erased is named nowhere.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, names: &[&str]) -> StoreResult<()> {
    let query = t::table.filter(t::company.eq(v(company))).select(PeriodUnlock::as_select());
    let all: Vec<PeriodUnlock> = query.load(tx.conn())?;
    for row in all {
        let words = [&row.reason, &row.refusal];
        if words.into_iter().flatten().any(|words| names.iter().any(|name| words.contains(name))) {
            diesel::update(t::table.find((v(company), v(row.id))))
                .set((
                    t::reason.eq(None::<String>),
                    t::refusal.eq(None::<String>),
                    t::words_salt.eq(None::<Digest>),
                ))
                .execute(tx.conn())?;
        }
    }
    Ok(())
}
