//! What postings go by of a company's settings, read once until it changes.
//!
//! A posting asks for locks, the binding, the chart, how documents are numbered, whether drafts are wanted, whether it defers: some rows
//! that change a few times a year. `companies.settings` is a digest that every change makes anew, out of the one before and of what changes
//! ([`change`]), so that it says the same settings whenever it is the same, in whichever process, also where a transaction was undone.
//! A posting holds the company, reads its row with the digest, and asks for the rest only where no settings with this digest are at hand.
//! Nobody else changes any of them until it ends: a change takes the row that it holds.

use super::{approvals, bindings, books, deliveries, period_locks, series};
use crate::conn::{Conn, Database, MultiBackend, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::{
    ApprovalRule, Binding, Books, ChartLine, Company, DeliverySettings, PeriodLock, SeriesRule,
};
use crate::schema::companies as t;
use crate::types::{BindingStatus, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::CompanyId;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Tables whose rows are settings: who writes one calls [`change`] before.
pub const TABLES: [&str; 7] = [
    "approval_rules",
    "bindings",
    "books",
    "chart_lines",
    "delivery_settings",
    "period_locks",
    "series_rules",
];

/// Companies of which settings are at hand.
const COMPANIES_MAX: usize = 256;

/// Settings of a company, all of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub locks: Vec<PeriodLock>,
    /// The active ones.
    pub bindings: Vec<Binding>,
    pub chart: Vec<ChartLine>,
    pub books: Option<Books>,
    pub series: Vec<SeriesRule>,
    pub approvals: Vec<ApprovalRule>,
    pub deliveries: Option<DeliverySettings>,
}

impl Settings {
    fn load(conn: &mut Conn, company: CompanyId) -> StoreResult<Self> {
        let mut active = bindings::list(conn, company)?;
        active.retain(|binding| binding.status == BindingStatus::Active);
        Ok(Settings {
            locks: period_locks::list(conn, company)?,
            bindings: active,
            chart: books::chart(conn, company)?,
            books: books::of(conn, company)?,
            series: series::rules(conn, company)?,
            approvals: approvals::rules(conn, company)?,
            deliveries: deliveries::settings(conn, company)?,
        })
    }

    /// As [`bindings::in_force`].
    pub fn binding(&self, slot: &str, on: NaiveDate) -> Option<&Binding> {
        let fit = self.bindings.iter().filter(|one| one.slot == slot && one.valid_from <= on);
        fit.max_by_key(|one| (one.valid_from, one.decided_at, one.created_at, one.id))
    }
}

/// A company and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub company: Company,
    pub settings: Arc<Settings>,
}

/// Settings by company, with the digest that they have.
#[derive(Debug, Default)]
pub(crate) struct Memo(Mutex<HashMap<CompanyId, (Digest, Arc<Settings>)>>);

impl Memo {
    fn settings(&self, conn: &mut Conn, company: CompanyId, digest: Digest) -> StoreResult<Arc<Settings>> {
        let known = self.lock().get(&company).filter(|(known, _)| *known == digest).cloned();
        if let Some((_, settings)) = known {
            return Ok(settings);
        }
        let settings = Arc::new(Settings::load(conn, company)?);
        let mut all = self.lock();
        if all.len() >= COMPANIES_MAX {
            all.clear();
        }
        all.insert(company, (digest, settings.clone()));
        Ok(settings)
    }

    // every change is a single step: a panic elsewhere leaves it whole
    fn lock(&self) -> MutexGuard<'_, HashMap<CompanyId, (Digest, Arc<Settings>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The company and its settings, and none of them changes until this transaction ends: without that a period could be locked
/// between a posting's check and its commit. On PostgreSQL postings share a lock of the company's row, which whoever changes a
/// setting wants alone; SQLite has one writer anyway.
pub fn hold(tx: &mut Tx<'_>, company: CompanyId) -> StoreResult<Arc<Held>> {
    if let Some(held) = tx.held_company(company) {
        return Ok(held);
    }
    let columns = (<Company as diesel::Selectable<MultiBackend>>::construct_selection(), t::settings);
    let query = t::table.find(v(company)).select(columns);
    let found: Option<(Company, Digest)> = match tx.conn() {
        Conn::Postgres(conn) => query.for_share().get_result(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result(conn).optional()?,
    };
    let (row, digest) = found.ok_or_else(|| StoreError::not_found("company", company))?;
    let memo = tx.memo();
    let settings = memo.settings(tx.conn(), company, digest)?;
    let held = Arc::new(Held { company: row, settings });
    tx.holds_company(held.clone());
    Ok(held)
}

/// As [`hold`], of a snapshot: what is decided on it is asked again by who writes.
pub fn of(db: &Database, conn: &mut Conn, company: CompanyId) -> StoreResult<Option<Held>> {
    let query = t::table.find(v(company)).select((Company::as_select(), t::settings));
    let found: Option<(Company, Digest)> = query.get_result(conn).optional()?;
    let Some((company, digest)) = found else { return Ok(None) };
    let settings = db.memo().settings(conn, company.id, digest)?;
    Ok(Some(Held { company, settings }))
}

/// Says that settings of the company change, before `what` changes in a table of [`TABLES`]. The row of the company stays locked until
/// the transaction ends.
pub(crate) fn change(tx: &mut Tx<'_>, company: CompanyId, what: &dyn Debug) -> StoreResult<()> {
    let query = t::table.find(v(company)).select(t::settings);
    let before: Option<Digest> = match tx.conn() {
        Conn::Postgres(conn) => query.for_no_key_update().get_result(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result(conn).optional()?,
    };
    let before = before.ok_or_else(|| StoreError::not_found("company", company))?;
    let after = Digest::of_bytes(format!("{before} {what:?}").as_bytes());
    diesel::update(t::table.find(v(company))).set(t::settings.eq(v(after))).execute(tx.conn())?;
    tx.changes_settings();
    Ok(())
}
