use super::unit::Limit;
use super::{Conn, commit, nest, rollback, undone};
use crate::error::{StoreError, StoreResult};
use crate::query::settings::{Held, Memo};
use domain::ids::{CompanyId, CustomerId};
use std::collections::HashMap;
use std::sync::Arc;

/// A transaction that is open for writing. Reading functions take it too: it dereferences to [`Conn`].
pub struct Tx<'a> {
    conn: &'a mut Conn,
    memo: &'a Memo,
    posted: bool,
    /// Customers whom it holds (`query::erasure::hold_all`): they need not be asked for again.
    held: HashMap<(CompanyId, CustomerId), Option<Merged>>,
    /// The company that it holds (`query::settings::hold`), with its settings: nobody but this transaction changes them.
    company: Option<Arc<Held>>,
    /// Settings are about to change (`query::settings::change`).
    changed: bool,
    /// Of a dry run: how long it may take.
    limit: Option<Limit>,
}

/// Code of a customer who was merged, and who took her place.
type Merged = (String, CustomerId);

impl<'a> Tx<'a> {
    /// Of a connection whose transaction is open.
    pub(crate) fn on(conn: &'a mut Conn, memo: &'a Memo) -> Self {
        Tx { conn, memo, posted: false, held: HashMap::new(), company: None, changed: false, limit: None }
    }
    /// The same, of a dry run: each savepoint asks first whether it may go on.
    pub(super) fn within(self, limit: Option<Limit>) -> Self {
        Tx { limit, ..self }
    }
    pub(crate) fn memo(&self) -> &'a Memo {
        self.memo
    }
    pub(crate) fn has_posted(&self) -> bool {
        self.posted
    }
    /// The connection, where a query wants it by name.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }
    /// Says that this transaction leaves something to seal.
    pub(crate) fn posted(&mut self) {
        self.posted = true;
    }
    pub(crate) fn has_held(&self, company: CompanyId, customer: CustomerId) -> bool {
        self.held.contains_key(&(company, customer))
    }
    /// Who took the place of a customer whom it holds, if anybody did.
    pub(crate) fn merged(&self, company: CompanyId, customer: CustomerId) -> Option<&Merged> {
        self.held.get(&(company, customer))?.as_ref()
    }
    pub(crate) fn holds(&mut self, company: CompanyId, customer: CustomerId, merged: Option<Merged>) {
        self.held.insert((company, customer), merged);
    }
    /// What it changes of a customer itself is asked for anew.
    pub(crate) fn lets_go(&mut self, company: CompanyId, customer: CustomerId) {
        self.held.remove(&(company, customer));
    }
    pub(crate) fn held_company(&self, company: CompanyId) -> Option<Arc<Held>> {
        self.company.clone().filter(|held| held.company.id == company)
    }
    pub(crate) fn holds_company(&mut self, held: Arc<Held>) {
        self.company = Some(held);
    }
    /// What it changes of the company itself is asked for anew.
    pub(crate) fn lets_company_go(&mut self) {
        self.company = None;
    }
    pub(crate) fn changes_settings(&mut self) {
        self.lets_company_go();
        self.changed = true;
    }
    /// Whether settings are about to change: of one statement.
    pub(crate) fn takes_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
    /// Asks between the steps of a long write whether a dry run may go on.
    ///
    /// # Errors
    /// `Busy` in a dry run that takes too long.
    pub fn check_limit(&self) -> StoreResult<()> {
        self.limit.map_or(Ok(()), Limit::check)
    }

    /// Runs `work` so that its failure undoes only itself. On PostgreSQL a failed statement otherwise spoils the
    /// whole transaction. Where SQLite undid all of it, nothing can be written with this any more.
    ///
    /// # Errors
    /// Those of `work`; `Busy` in a dry run that takes too long.
    pub fn savepoint<T, E>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.check_limit()?;
        let limit = self.limit;
        nest(self.conn)?;
        let (held, company) = (self.held.clone(), self.company.clone());
        let mut inner = Tx { held, company, limit, ..Tx::on(self.conn, self.memo) };
        let result = work(&mut inner);
        let Tx { posted, held, company, .. } = inner;
        match result {
            Ok(value) => {
                if let Err(gone) = commit(self.conn) {
                    return Err(undone(self.conn, gone).into());
                }
                self.posted |= posted;
                (self.held, self.company) = (held, company);
                Ok(value)
            }
            // the locks that it took are gone, too
            Err(error) => {
                if let Err(gone) = rollback(self.conn) {
                    return Err(undone(self.conn, gone).into());
                }
                Err(error)
            }
        }
    }
}

impl std::ops::Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}
impl std::ops::DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}
