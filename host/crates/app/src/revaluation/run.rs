use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::job::Progress;
use crate::{App, books, document, event, period, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, EntryId};
use domain::ledger::{
    Carried, DayKind, DayPosting, Entry, EntryDraft, FxRate, LedgerError, account, post_for_a_day,
};
use domain::time::AccountingDate;
use money::{Currency, Minor, normal_form};
use serde_json::{Value, json};
use store::rows::{Company, Revaluation};
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum RevalueError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("there is no rate from {currency} to {base} on or before {as_of}: store one and repeat")]
    NoRate { currency: Currency, base: Currency, as_of: NaiveDate },
    #[error("{as_of} lies after today, {today}: its rates are not known yet")]
    NotBegun { as_of: NaiveDate, today: NaiveDate },
}

crate::common::through_common!(RevalueError);

impl RevalueError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            RevalueError::Common(common) => Some(common),
            _ => None,
        }
    }
}

/// Values what customers owe and are owed in foreign currency, and what banks advanced on their bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revalue {
    /// The day whose rates hold, as a rule the last of a period.
    pub as_of: NaiveDate,
}

/// What was found of one account and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revalued {
    pub as_of: NaiveDate,
    pub account: String,
    pub currency: Currency,
    pub balance: Minor,
    /// In base currency, earlier revaluations of the day included.
    pub carrying: Minor,
    pub value: Minor,
    /// `value` − `carrying`: what was posted.
    pub difference: Minor,
    /// The latest stored on or before the day.
    pub rate: FxRate,
    /// The entry and the one that takes it back; none where there is no difference.
    pub entries: Option<(EntryId, EntryId)>,
}

/// Values every control account of a foreign currency, and the loans on bills; in the order of (account, currency).
///
/// # Errors
/// `NoRate`, `NotBegun`, `Locked` (the day or the next); nothing is posted then.
pub fn revalue(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: Revalue,
) -> Result<Vec<Revalued>, RevalueError> {
    revalue_watched(app, actor, company, input, &|_, _| Ok(()))
}

/// As [`revalue`], telling how many accounts and currencies are done.
///
/// # Errors
/// As [`revalue`]; what `progress` refuses.
pub fn revalue_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: Revalue,
    progress: &Progress<'_>,
) -> Result<Vec<Revalued>, RevalueError> {
    authorise(actor, Noun::Ledger, Verb::Run, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| revalue_in(&ctx, tx, actor, company, (input, progress)))
}

fn revalue_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, progress): (Revalue, &Progress<'_>),
) -> Result<Vec<Revalued>, RevalueError> {
    let as_of = input.as_of;
    let row = begin_for_a_day(ctx, tx, company, as_of, |today| RevalueError::NotBegun { as_of, today })?;
    let mut found = valued(tx, &row, as_of)?;
    let loans = books::accounts_of(tx, company, account::BORROWINGS)?;
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    for (done, of) in (0u64..).zip(&mut found) {
        progress(done, total)?;
        if !of.difference.is_zero() {
            let on = if loans.contains(&of.account) { account::BORROWINGS } else { account::REVALUATION };
            of.entries = Some(post(ctx, tx, actor, &row, (of, on))?);
        }
    }
    progress(total, total)?;
    Ok(found)
}

/// What every control account of a foreign currency, and what banks advanced on bills, is carried at and is worth at a day, earlier
/// revaluations of the day included; in the order of (account, currency). What is settled in full, in both currencies, needs no rate and is left out.
///
/// # Errors
/// `NoRate`.
pub(crate) fn valued(
    conn: &mut Conn,
    company: &Company,
    as_of: NaiveDate,
) -> Result<Vec<Revalued>, RevalueError> {
    let base = company.base_currency;
    let of_day = query::revaluations::of_day(conn, company.id, as_of)?;
    let mut found = Vec::new();
    for (account, currency, balance, carrying) in carried(conn, company, as_of)? {
        let same = of_day.iter().filter(|r| r.account == account && r.currency == currency);
        let added = same.map(|r| r.value.sub(r.carrying)).collect::<Result<Vec<_>, _>>()?;
        let carrying = Minor::sum(added)?.add(carrying)?;
        if balance.is_zero() && carrying.is_zero() {
            continue;
        }
        let rate = document::rate_on(conn, company, currency, as_of, None)?;
        let rate = rate.ok_or(RevalueError::NoRate { currency, base, as_of })?;
        let (value, difference) = Carried { currency, balance, carrying }.valued(&rate, base)?;
        found.push(Revalued {
            as_of,
            account,
            currency,
            balance,
            carrying,
            value,
            difference,
            rate,
            entries: None,
        });
    }
    Ok(found)
}

/// Σ (amount, base) of what is to be valued, by account and currency.
fn carried(
    conn: &mut Conn,
    company: &Company,
    as_of: NaiveDate,
) -> Result<Vec<(String, Currency, Minor, Minor)>, Common> {
    let base = company.base_currency;
    let mut found = query::revaluations::carried(conn, company.id, base, as_of)?;
    // a bill that was discounted with recourse stays on its control account, and the bank's advance is owed as long (decision 57)
    for loans in books::accounts_of(conn, company.id, account::BORROWINGS)? {
        let sums = query::revaluations::carried_on(conn, company.id, &loans, (base, as_of))?;
        found.extend(sums.into_iter().map(|(currency, a, b)| (loans.clone(), currency, a, b)));
    }
    found.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    Ok(found)
}

fn post(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: &Company,
    (of, on): (&Revalued, &'static str),
) -> Result<(EntryId, EntryId), RevalueError> {
    let (entry, reversal) = (EntryId::new(ctx.uuid()), EntryId::new(ctx.uuid()));
    let drafts = post_for_a_day(&DayPosting {
        kind: DayKind::Revaluation(on),
        entry,
        reversal,
        company: company.id,
        as_of: AccountingDate::new(of.as_of),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: of.currency,
        base_currency: company.base_currency,
        amount: Minor::ZERO,
        base: of.difference,
    })?;
    let row = Revaluation {
        company: company.id,
        entry,
        reversal,
        as_of: of.as_of,
        account: of.account.clone(),
        currency: of.currency,
        balance: of.balance,
        carrying: of.carrying,
        value: of.value,
        rate: of.rate.rate(),
        rate_date: of.rate.date,
        rate_source: of.rate.source.clone(),
    };
    let kinds = ["revaluation.posted", "revaluation.reversed"];
    write_for_a_day::<RevalueError>(ctx, tx, (actor, kinds), drafts, data(&row, company.base_currency))?;
    query::revaluations::insert(tx, &[row])?;
    Ok((entry, reversal))
}

/// The company whose day has begun, locked: of two at once the second finds what the first has added, and whatever is posted later is
/// sealed later.
pub(crate) fn begin_for_a_day<E: From<Common>>(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    as_of: NaiveDate,
    not_begun: impl FnOnce(NaiveDate) -> E,
) -> Result<Company, E> {
    let row = company_row(tx, company)?;
    let today = today(ctx, &row)?;
    if as_of > today {
        return Err(not_begun(today));
    }
    query::companies::lock(tx, company).map_err(Common::from)?;
    Ok(row)
}

/// What the events of a revaluation say.
pub(crate) fn data(of: &Revaluation, base: Currency) -> Value {
    json!({
        "as_of": of.as_of.to_string(), "account": of.account, "currency": of.currency.code(),
        "balance": of.balance.format(of.currency), "carrying": of.carrying.format(base),
        "value": of.value.format(base), "rate": normal_form(of.rate), "rate_date": of.rate_date.to_string(),
        "rate_source": of.rate_source, "reversal": of.reversal.to_string(),
    })
}

/// Writes what stands for a day, and what takes it back on the next, each with an event about the first; both days are open.
pub(crate) fn write_for_a_day<E: From<Common> + From<LedgerError>>(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (actor, kinds): (&Actor, [&str; 2]),
    drafts: [EntryDraft; 2],
    data: Value,
) -> Result<(), E> {
    let about = drafts[0].id;
    for (draft, kind) in drafts.into_iter().zip(kinds) {
        let company = draft.company;
        period::hold_open(tx, company, draft.effective_date.date())?;
        let event = event::carried(ctx, actor, company, (kind, about), data.clone(), draft.id.uuid());
        posting::write(tx, &Entry::try_new(draft)?, &[], vec![event])?;
    }
    Ok(())
}

/// Which revaluations are wanted; all where nothing is said.
pub type WantedRevaluations = query::revaluations::Filter;

/// A page of what was posted, by (day, entry), after `after`.
pub fn page(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedRevaluations,
    after: Option<(NaiveDate, EntryId)>,
    limit: u32,
) -> Result<Vec<Revalued>, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    let rows = app.db.read(|conn| query::revaluations::page(conn, company, wanted, after, limit))?;
    rows.into_iter().map(posted).collect()
}

fn posted(row: Revaluation) -> Result<Revalued, Common> {
    Ok(Revalued {
        as_of: row.as_of,
        account: row.account,
        currency: row.currency,
        balance: row.balance,
        carrying: row.carrying,
        value: row.value,
        difference: row.value.sub(row.carrying)?,
        rate: document::stored_rate(row.rate, row.rate_date, &row.rate_source)?,
        entries: Some((row.entry, row.reversal)),
    })
}
