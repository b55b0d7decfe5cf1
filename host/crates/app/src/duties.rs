//! Separation of duties (不相容职务分离): who prepared or approved an invoice of a customer approves no receipt, write-off or refund of
//! hers in the same accounting period, or of whoever took her place since (合并), unless another person says why she may
//! (`exception`); that stands in the chain. Where money pays for others than who sent it, whose debts it clears counts as well, and
//! whose debts are open or paid again where such money is taken back (decision 122).
//!
//! The operator at the machine and standing policies prepare nothing that this looks at: their acts stand in the events.

use crate::common::{Common, there};
use crate::customer;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::close::Month;
use domain::draft::DraftKind;
use domain::ids::{CompanyId, CustomerId, UserId};
use domain::time::Instant;
use std::collections::BTreeSet;
use store::rows::Token;
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum DutiesError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(
        "{person}, or one who acts for her or for whom she does, prepared or approved an invoice of customer {customer} in {period} and may not approve this: another person must, or have another grant an exception"
    )]
    Separated { person: String, customer: String, period: String },
}

crate::common::through_common!(DutiesError);

impl DutiesError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            DutiesError::Common(common) => Some(common),
            DutiesError::Separated { .. } => None,
        }
    }
}

/// Refuses unless `person` may approve money of each of these customers that is effective on the day beside her; `Ok(true)`: by an
/// exception for each whom she charged, that another granted. `subject` is the draft, with the number of the act that submitted it, the
/// proposal, or the document that she takes back without a draft.
pub(crate) fn check(
    tx: &mut Tx<'_>,
    person: &str,
    company: CompanyId,
    over: &[(CustomerId, NaiveDate)],
    (subject, submission): (&str, Option<u32>),
) -> Result<bool, DutiesError> {
    let Some(hers) = Hers::load(tx, person, company)? else { return Ok(false) };
    let mut excepted = false;
    for (customer, date) in over {
        if !hers.charged(tx, company, (*customer, *date))? {
            continue;
        }
        let granted = query::exceptions::of(tx, company, (subject, person))?;
        if granted.iter().any(|one| one.submission == submission && one.customer == *customer) {
            excepted = true;
            continue;
        }
        let row = there(query::customers::by_id(tx, company, *customer)?, "customer", customer)?;
        let (person, period) = (person.to_owned(), date.format("%Y-%m").to_string());
        return Err(DutiesError::Separated { person, customer: row.code, period });
    }
    Ok(excepted)
}

/// The first of these customers whom `person` charged in the period of the day beside her; herself, by keys that she had issued, or as
/// one who stands behind her or behind whom she stands.
pub(crate) fn separated(
    conn: &mut Conn,
    person: &str,
    company: CompanyId,
    over: &[(CustomerId, NaiveDate)],
) -> Result<Option<(CustomerId, NaiveDate)>, Common> {
    let Some(hers) = Hers::load(conn, person, company)? else { return Ok(None) };
    for one in over {
        if hers.charged(conn, company, *one)? {
            return Ok(Some(*one));
        }
    }
    Ok(None)
}

/// As whom a person acts: herself, by keys of hers and those that she had issued, as one who stands behind her or behind whom she stands.
struct Hers {
    people: BTreeSet<UserId>,
    actors: Vec<String>,
}

impl Hers {
    /// `None`: she is no user.
    fn load(conn: &mut Conn, person: &str, company: CompanyId) -> Result<Option<Self>, Common> {
        let Ok(user) = person.parse::<UserId>() else { return Ok(None) };
        let (mut people, mut keys) = hers(conn, company, user)?;
        people.extend(keys.iter().map(|key| key.owner));
        // of who stands behind her what that one did herself: what a shop's key does that she had issued is not everybody's
        for one in those_behind(conn, company, [user])? {
            keys.extend(query::tokens::of_user(conn, company, one)?);
            people.insert(one);
        }
        let actors = actors_of(&people, &keys);
        Ok(Some(Hers { people, actors }))
    }

    /// Whether she charged the customer, or one who was merged into her, in the period of the day.
    fn charged(
        &self,
        conn: &mut Conn,
        company: CompanyId,
        (customer, date): (CustomerId, NaiveDate),
    ) -> Result<bool, Common> {
        for who in customer::with_merged(conn, company, customer)? {
            if charged(conn, company, (&self.people, &self.actors), who, date)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether what `maker` made then is this actor's own: she made it herself, or one of the two had the key issued by which the other
/// acts, or stands behind the other: made her or gave her a password, and no other administrator confirmed her (decision 103). Whose key
/// had ended by then acted for nobody else. The operator at the machine has no second person behind her; what she does stands in the
/// events.
pub(crate) fn is_own(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    (maker, made_at): (&str, Instant),
) -> Result<bool, Common> {
    own(conn, actor, company, (maker, Some(made_at)))
}

/// As [`is_own`], of what somebody has done for good.
pub(crate) fn is_hers(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    person: &str,
) -> Result<bool, Common> {
    own(conn, actor, company, (person, None))
}

fn own(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    (maker, made_at): (&str, Option<Instant>),
) -> Result<bool, Common> {
    if *actor == Actor::System {
        return Ok(false);
    }
    let person = actor.person();
    if person == maker {
        return Ok(true);
    }
    if let (Actor::Key { id, .. }, Ok(maker)) = (actor, maker.parse::<UserId>()) {
        let key = there(query::tokens::by_id(conn, company, *id)?, "token", id)?;
        if those_behind(conn, company, key.issued_by)?.contains(&maker) {
            return Ok(true);
        }
    }
    is_one(conn, company, &person, (maker, made_at))
}

/// As [`is_own`], of whoever acted as `person`; at any time where none is said.
pub(crate) fn is_one(
    conn: &mut Conn,
    company: CompanyId,
    person: &str,
    (maker, made_at): (&str, Option<Instant>),
) -> Result<bool, Common> {
    if person == maker {
        return Ok(true);
    }
    let (Ok(user), Ok(maker)) = (person.parse::<UserId>(), maker.parse::<UserId>()) else { return Ok(false) };
    if those_behind(conn, company, [user])?.contains(&maker) {
        return Ok(true);
    }
    let keys = query::tokens::of_user(conn, company, maker)?;
    let lived = |ended: Instant| made_at.is_none_or(|at| at <= ended);
    let then = keys.iter().filter(|key| key.revoked_at.is_none_or(lived));
    let issued: Vec<UserId> = then.filter_map(|key| key.issued_by).chain([maker]).collect();
    Ok(those_behind(conn, company, issued)?.contains(&user))
}

/// These users, and who stands behind them, and behind those.
pub(crate) fn those_behind(
    conn: &mut Conn,
    company: CompanyId,
    of: impl IntoIterator<Item = UserId>,
) -> Result<BTreeSet<UserId>, Common> {
    let mut found = BTreeSet::new();
    let mut left: Vec<UserId> = of.into_iter().collect();
    while let Some(one) = left.pop() {
        if found.insert(one) {
            left.extend(query::users::by_id(conn, company, one)?.and_then(|user| user.behind));
        }
    }
    Ok(found)
}

/// A user, and those behind whom she stands.
fn made_by(conn: &mut Conn, company: CompanyId, user: UserId) -> Result<BTreeSet<UserId>, Common> {
    let all = query::users::list(conn, company)?;
    let mut found = BTreeSet::from([user]);
    let mut left = vec![user];
    while let Some(one) = left.pop() {
        let hers = all.iter().filter(|other| other.behind == Some(one)).map(|other| other.id);
        left.extend(hers.filter(|other| found.insert(*other)));
    }
    Ok(found)
}

/// Whether one of these people, as whom these actors stand, prepared or approved what charges the customer in the month of `date`.
fn charged(
    conn: &mut Conn,
    company: CompanyId,
    (people, actors): (&BTreeSet<UserId>, &[String]),
    customer: CustomerId,
    date: NaiveDate,
) -> Result<bool, Common> {
    let span = month(date);
    let kinds: Vec<&str> =
        DraftKind::ALL.into_iter().filter(|kind| kind.charges()).map(DraftKind::name).collect();
    let people: Vec<String> = people.iter().map(UserId::to_string).collect();
    if query::drafts::has_hand_in(conn, company, (&people, customer), &kinds, span)? {
        return Ok(true);
    }
    Ok(query::documents::was_posted_by(conn, company, (actors, customer), &kinds, span)?)
}

/// As whom acts stand that are the actor's: her own, those of whom she stands behind, of their keys, and of keys that they had issued.
pub(crate) fn acts_as(conn: &mut Conn, company: CompanyId, actor: &Actor) -> Result<Vec<String>, Common> {
    let Ok(user) = actor.person().parse::<UserId>() else { return Ok(vec![actor.person()]) };
    let (people, keys) = hers(conn, company, user)?;
    Ok(actors_of(&people, &keys))
}

/// A user and those behind whom she stands, with every key that is theirs or that they had issued.
fn hers(conn: &mut Conn, company: CompanyId, user: UserId) -> Result<(BTreeSet<UserId>, Vec<Token>), Common> {
    let people = made_by(conn, company, user)?;
    let all: Vec<UserId> = people.iter().copied().collect();
    let mut keys = query::tokens::of_users(conn, company, &all)?;
    keys.extend(query::tokens::issued_by(conn, company, &all)?);
    Ok((people, keys))
}

/// Users and keys, as acts name who did them.
fn actors_of(users: &BTreeSet<UserId>, keys: &[Token]) -> Vec<String> {
    users.iter().map(UserId::to_string).chain(keys.iter().map(|key| key.id.to_string())).collect()
}

/// The first and last day of a date's accounting period.
fn month(date: NaiveDate) -> (NaiveDate, NaiveDate) {
    Month::of(date).map_or((date, date), |month| (month.first(), month.last()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_period_is_a_calendar_month() {
        let of = |date: &str| {
            let (from, to) = month(date.parse().unwrap());
            format!("{from} {to}")
        };
        assert_eq!(of("2028-02-10"), "2028-02-01 2028-02-29");
        assert_eq!(of("2026-12-31"), "2026-12-01 2026-12-31");
    }
}
