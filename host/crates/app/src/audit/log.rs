//! The log (审计日志): what happened, the newest first, by person, day, kind, thing or customer. What was committed is there at once; its
//! position in the chain follows.

mod about;

pub use about::About;

use crate::App;
use crate::common::{Common, authorise};
use crate::company::{company_row, day_begins};
use crate::customer::{CustomerRef, wanted_id};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, EventId, UserId};
use money::Money;
use store::query::event_log;
use store::rows::{Company, Event};
use store::{Conn, query};

/// Which events are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WantedLog<'a> {
    /// Of one of these kinds, between commas.
    pub kinds: Option<&'a str>,
    /// A user, with what her keys did; or who acted, as events name it.
    pub actor: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub customer: Option<&'a CustomerRef>,
    /// The first of the company's days.
    pub from: Option<NaiveDate>,
    /// The last one.
    pub to: Option<NaiveDate>,
}

impl WantedLog<'_> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: &Company) -> Result<event_log::Filter, Common> {
        let kinds = self.kinds.into_iter().flat_map(|kinds| kinds.split(','));
        let begins = |day: Option<NaiveDate>| day.map(|day| day_begins(company, day)).transpose();
        Ok(event_log::Filter {
            kinds: kinds.map(|kind| kind.trim().to_owned()).collect(),
            actors: self.actor.map(|actor| behind(conn, company.id, actor)).transpose()?.unwrap_or_default(),
            subject: self.subject.map(str::to_owned),
            customer: wanted_id(conn, company.id, self.customer)?,
            from: begins(self.from)?,
            until: begins(self.to.and_then(|day| day.succ_opt()))?,
        })
    }
}

/// As whom somebody acts: a user herself, and by the keys that are hers or that she had issued.
fn behind(conn: &mut Conn, company: CompanyId, actor: &str) -> Result<Vec<String>, Common> {
    let mut found = vec![actor.to_owned()];
    if let Ok(user) = actor.parse::<UserId>() {
        let mut keys = query::tokens::of_user(conn, company, user)?;
        keys.extend(query::tokens::issued_by(conn, company, &[user])?);
        found.extend(keys.iter().map(|key| key.id.to_string()));
        found.sort_unstable();
        found.dedup();
    }
    Ok(found)
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// In the chain, once it is sealed.
    pub position: Option<u64>,
    pub event: Event,
    /// Who acted; of a key whose it is.
    pub person: String,
    /// What it names, as people name it: first what it is about.
    pub about: Vec<About>,
    /// Of the document or allocation that it is about, or what it says itself.
    pub amount: Option<Money>,
}

/// What happened, the newest first, before an event.
pub fn log(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedLog<'_>,
    before: Option<EventId>,
    limit: u32,
) -> Result<Vec<LoggedEvent>, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let filter = wanted.filter(conn, &row)?;
        let ids = event_log::ids(conn, company, &filter, before, Some(limit))?;
        logged(conn, company, &ids)
    })
}

/// Some events, the newest first, with what they name.
pub(crate) fn logged(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[EventId],
) -> Result<Vec<LoggedEvent>, Common> {
    let events = event_log::load(conn, company, ids)?;
    about::tell(conn, company, events)
}
