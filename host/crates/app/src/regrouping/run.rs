use crate::common::{Common, Context, authorise};
use crate::job::Progress;
use crate::revaluation::{begin_for_a_day, write_for_a_day};
use crate::{App, books};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, EntryId};
use domain::ledger::{DayKind, DayPosting, LedgerError, account, post_for_a_day};
use domain::time::AccountingDate;
use money::{Currency, Minor};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::rows::{Company, Regrouping};
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum RegroupError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("{as_of} lies after today, {today}: what is open then is not known yet")]
    NotBegun { as_of: NaiveDate, today: NaiveDate },
}

crate::common::through_common!(RegroupError);

impl RegroupError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            RegroupError::Common(common) => Some(common),
            _ => None,
        }
    }
}

/// Shows what customers have to their credit as advances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regroup {
    /// As a rule the last day of a period.
    pub as_of: NaiveDate,
}

/// What was found of one account and currency. Amounts are positive, but for a difference that takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regrouped {
    pub as_of: NaiveDate,
    /// The control account.
    pub account: String,
    pub currency: Currency,
    /// Σ of open credits, each for itself: what the customer owes besides takes nothing off.
    pub credits: Minor,
    /// What they are carried at, in base currency.
    pub base_credits: Minor,
    /// Of which earlier regroupings of the day posted.
    pub shown: Minor,
    pub base_shown: Minor,
    /// What is posted: `credits` − `shown`.
    pub difference: Minor,
    pub base_difference: Minor,
    /// The entry and the one that takes it back; none where there is no difference.
    pub entries: Option<(EntryId, EntryId)>,
}

impl Regrouped {
    /// Of an account and currency at a day: what is open, and what of it is shown already, each with its amount in base currency.
    fn new(
        as_of: NaiveDate,
        (account, currency): (String, Currency),
        (credits, base_credits): (Minor, Minor),
        (shown, base_shown): (Minor, Minor),
    ) -> Result<Self, Common> {
        let (difference, base_difference) = (credits.sub(shown)?, base_credits.sub(base_shown)?);
        let entries = None;
        Ok(Regrouped {
            as_of,
            account,
            currency,
            credits,
            base_credits,
            shown,
            base_shown,
            difference,
            base_difference,
            entries,
        })
    }
    /// Whether there is anything to post.
    const fn differs(&self) -> bool {
        !self.difference.is_zero() || !self.base_difference.is_zero()
    }
}

/// Shows the open credits of every account of receivables as advances; in the order of (account, currency).
///
/// # Errors
/// `NotBegun`, `Locked` (the day or the next); nothing is posted then.
pub fn regroup(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: Regroup,
) -> Result<Vec<Regrouped>, RegroupError> {
    regroup_watched(app, actor, company, input, &|_, _| Ok(()))
}

/// As [`regroup`], telling how many accounts and currencies are done.
///
/// # Errors
/// As [`regroup`]; what `progress` refuses.
pub fn regroup_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: Regroup,
    progress: &Progress<'_>,
) -> Result<Vec<Regrouped>, RegroupError> {
    authorise(actor, Noun::Ledger, Verb::Run, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| regroup_in(&ctx, tx, actor, company, (input, progress)))
}

fn regroup_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, progress): (Regroup, &Progress<'_>),
) -> Result<Vec<Regrouped>, RegroupError> {
    let as_of = input.as_of;
    let row = begin_for_a_day(ctx, tx, company, as_of, |today| RegroupError::NotBegun { as_of, today })?;
    let mut open = grouped(tx, company, as_of, None)?;
    let posted = query::regroupings::of_day(tx, company, as_of)?;
    // of what is open no more there is still what the day shows
    for one in &posted {
        open.entry((one.account.clone(), one.currency)).or_default();
    }
    let mut found = Vec::with_capacity(open.len());
    let total = u64::try_from(open.len()).unwrap_or(u64::MAX);
    for (done, ((account, currency), credits)) in (0u64..).zip(open) {
        progress(done, total)?;
        let shown = shown(&posted, &account, currency)?;
        let mut of = Regrouped::new(as_of, (account, currency), credits, shown)?;
        if of.differs() {
            of.entries = Some(post(ctx, tx, actor, &row, &of)?);
        }
        if of.differs() || !of.credits.is_zero() {
            found.push(of);
        }
    }
    progress(total, total)?;
    Ok(found)
}

/// By account and currency: open, and in base currency.
type Grouped = BTreeMap<(String, Currency), (Minor, Minor)>;

/// Σ of open credits on each account of receivables at a day, and in base currency; `before` as [`query::regroupings::credits`] has it.
/// What all customers come to is what the report of unapplied credits says, without a fold.
pub(crate) fn grouped(
    conn: &mut Conn,
    company: CompanyId,
    as_of: NaiveDate,
    before: Option<u64>,
) -> Result<Grouped, Common> {
    let receivables = books::accounts_of(conn, company, account::RECEIVABLES)?;
    let [made, cleared] = query::regroupings::credits(conn, company, (as_of, before))?;
    let mut open = BTreeMap::new();
    for of in made.into_iter().filter(|of| receivables.contains(&of.account)) {
        open.insert((of.account, of.currency), (of.amount, of.base));
    }
    for of in cleared {
        if let Some(sum) = open.get_mut(&(of.account, of.currency)) {
            *sum = (sum.0.sub(of.amount)?, sum.1.sub(of.base)?);
        }
    }
    Ok(open)
}

/// What regroupings posted of an account and currency, and in base currency.
pub(crate) fn shown(
    posted: &[Regrouping],
    account: &str,
    currency: Currency,
) -> Result<(Minor, Minor), Common> {
    let mut sum = (Minor::ZERO, Minor::ZERO);
    for one in posted.iter().filter(|one| one.account == account && one.currency == currency) {
        let difference = (one.credits.sub(one.shown)?, one.base_credits.sub(one.base_shown)?);
        sum = (sum.0.add(difference.0)?, sum.1.add(difference.1)?);
    }
    Ok(sum)
}

fn post(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: &Company,
    of: &Regrouped,
) -> Result<(EntryId, EntryId), RegroupError> {
    let (entry, reversal) = (EntryId::new(ctx.uuid()), EntryId::new(ctx.uuid()));
    let drafts = post_for_a_day(&DayPosting {
        kind: DayKind::Regrouping,
        entry,
        reversal,
        company: company.id,
        as_of: AccountingDate::new(of.as_of),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: of.currency,
        base_currency: company.base_currency,
        amount: of.difference,
        base: of.base_difference,
    })?;
    let row = Regrouping {
        company: company.id,
        entry,
        reversal,
        as_of: of.as_of,
        account: of.account.clone(),
        currency: of.currency,
        credits: of.credits,
        base_credits: of.base_credits,
        shown: of.shown,
        base_shown: of.base_shown,
    };
    let kinds = ["regrouping.posted", "regrouping.reversed"];
    write_for_a_day::<RegroupError>(ctx, tx, (actor, kinds), drafts, data(&row, company.base_currency))?;
    query::regroupings::insert(tx, &[row])?;
    Ok((entry, reversal))
}

/// What the events of a regrouping say.
pub(crate) fn data(of: &Regrouping, base: Currency) -> Value {
    json!({
        "as_of": of.as_of.to_string(), "account": of.account, "currency": of.currency.code(),
        "credits": of.credits.format(of.currency), "base_credits": of.base_credits.format(base),
        "shown": of.shown.format(of.currency), "base_shown": of.base_shown.format(base),
        "reversal": of.reversal.to_string(),
    })
}

/// Which regroupings are wanted; all where nothing is said.
pub type WantedRegroupings = query::regroupings::Filter;

/// A page of what was posted, by (day, entry), after `after`.
pub fn page(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedRegroupings,
    after: Option<(NaiveDate, EntryId)>,
    limit: u32,
) -> Result<Vec<Regrouped>, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    let rows = app.db.read(|conn| query::regroupings::page(conn, company, wanted, after, limit))?;
    rows.into_iter().map(posted).collect()
}

fn posted(row: Regrouping) -> Result<Regrouped, Common> {
    let (credits, shown) = ((row.credits, row.base_credits), (row.shown, row.base_shown));
    let found = Regrouped::new(row.as_of, (row.account, row.currency), credits, shown)?;
    Ok(Regrouped { entries: Some((row.entry, row.reversal)), ..found })
}
