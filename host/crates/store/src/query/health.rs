//! What an operator looks at: how large the database is, which jobs stand, when anything happened last.

use crate::conn::Conn;
use crate::error::StoreResult;
use crate::schema::{events as e, jobs as j};
use crate::types::{JobStatus, v};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::ids::{CompanyId, EventId};
use domain::random::instant_of;
use domain::time::Instant;

/// Bytes of the whole database: of SQLite its pages, without what waits in the log beside them.
pub fn bytes(conn: &mut Conn) -> StoreResult<u64> {
    const PAGES: &str =
        "(SELECT page_count FROM pragma_page_count()) * (SELECT page_size FROM pragma_page_size())";
    let bytes: i64 = match conn {
        Conn::Postgres(conn) => {
            diesel::select(sql::<BigInt>("pg_database_size(current_database())")).get_result(conn)?
        }
        Conn::Sqlite(conn) => diesel::select(sql::<BigInt>(PAGES)).get_result(conn)?,
    };
    Ok(u64::try_from(bytes).unwrap_or(0))
}

/// When the last event happened, by its id: read alone, SQLite finds it at the end of the index instead of sorting all of them.
pub fn last_event(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<Instant>> {
    let query = e::table.filter(e::company.eq(v(company))).order(e::id.desc()).select(e::id);
    let last: Option<EventId> = query.first(conn).optional()?;
    Ok(last.and_then(|id| instant_of(id.uuid())))
}

/// Jobs of a state, and since when the oldest of them is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    pub jobs: u64,
    pub oldest: Option<Instant>,
}

pub fn jobs(conn: &mut Conn, company: CompanyId, status: JobStatus) -> StoreResult<Standing> {
    let of = || j::table.filter(j::company.eq(v(company))).filter(j::status.eq(v(status)));
    let jobs: i64 = of().count().get_result(conn)?;
    let oldest = of().order(j::id.asc()).select(j::created_at).first(conn).optional()?;
    Ok(Standing { jobs: u64::try_from(jobs).unwrap_or(0), oldest })
}
