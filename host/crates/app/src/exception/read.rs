use crate::App;
use crate::common::{Common, authorise};
use crate::customer::{CustomerRef, wanted_id};
use crate::list::names::Names;
use domain::actor::{Actor, Noun, Verb};
use domain::close::Month;
use domain::ids::{CompanyId, EventId, UserId};
use store::query::exceptions::Filter;
use store::rows::Exception;
use store::{Conn, query};

/// An exception with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionView {
    pub exception: Exception,
    pub customer_code: String,
}

/// Which exceptions are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    /// Who may approve by it.
    pub person: Option<UserId>,
    pub granted_by: Option<UserId>,
    pub customer: Option<&'a CustomerRef>,
    /// A month in which what it is for is effective.
    pub period: Option<Month>,
}

impl Wanted<'_> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter, Common> {
        Ok(Filter {
            person: self.person.map(|id| id.to_string()),
            granted_by: self.granted_by.map(|id| id.to_string()),
            customer: wanted_id(conn, company, self.customer)?,
            period: self.period.map(Month::first),
        })
    }
}

/// Exceptions in the order of their making, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<EventId>,
    limit: u32,
) -> Result<Vec<ExceptionView>, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        let rows = query::exceptions::search(conn, company, &filter, after, limit)?;
        views(conn, company, rows)
    })
}

/// With the codes of their customers.
pub(crate) fn views(
    conn: &mut Conn,
    company: CompanyId,
    rows: Vec<Exception>,
) -> Result<Vec<ExceptionView>, Common> {
    let mut names = Names::default();
    names.load(conn, company, rows.iter().map(|row| row.customer))?;
    let view = |exception: Exception| {
        let customer_code = names.party(exception.customer).code;
        ExceptionView { exception, customer_code }
    };
    Ok(rows.into_iter().map(view).collect())
}
