//! Lets money out of suspense that is no customer's receipt: it is paid back, or taken to income; and takes back what was done with it.
//!
//! Somebody else than who put it there decides. What it turns out to be a receipt of is entered as one, with `suspense`: `receipt`.

use super::draw::{back, hold};
use super::list::shown;
use super::{Draw, Out, SuspenseError, SuspenseView, draw};
use crate::common::{Common, Context, authorise, check_name, check_text, there};
use crate::company::{company_row, today};
use crate::document::{How, reverse_in};
use crate::{App, bank, dates, document, duties, period, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankLineId, CompanyId, DocumentId, EntryId, SuspenseId, SuspenseMoveId};
use domain::ledger::{
    Entry, EntryDraft, MovementPosting, SUSPENSE_ENTRY, account, post_movement, post_movement_back,
};
use domain::time::AccountingDate;
use money::{Minor, Money};
use rust_decimal::Decimal;
use store::rows::{BankLine, Company, SuspenseItem, SuspenseMove};
use store::types::BankLineStatus;
use store::{Tx, query};

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClearHow {
    /// 退回: by a line of the bank that took as much out, else by hand.
    PaidBack { bank_line: Option<BankLineId>, reason: Option<String> },
    /// 转营业外收入: nobody was found.
    Income { reason: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearSuspense {
    pub item: SuspenseId,
    /// Major units; default: all that is left.
    pub amount: Option<Decimal>,
    /// Default: the booking of the line, else today.
    pub date: Option<NaiveDate>,
    pub how: ClearHow,
}

/// What was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared {
    pub id: SuspenseMoveId,
    pub entry: EntryId,
    pub suspense: SuspenseView,
}

pub fn clear(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ClearSuspense,
) -> Result<Cleared, SuspenseError> {
    authorise(actor, Noun::Money, Verb::Approve, company)?;
    match &input.how {
        ClearHow::PaidBack { reason: Some(reason), .. } => check_text("/reason", reason)?,
        ClearHow::PaidBack { .. } => {}
        ClearHow::Income { reason } => check_name("/reason", reason)?,
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = company_row(tx, company)?;
        let item = hold(tx, company, input.item)?;
        if duties::is_own(tx, actor, company, (&item.created_by, item.created_at))? {
            return Err(SuspenseError::MakerIsChecker { person: actor.person() });
        }
        if item.origin != "bank-line" && matches!(input.how, ClearHow::Income { .. }) {
            return Err(
                Common::invalid("/as", "is of money that is being paid out: reverse what pays it").into()
            );
        }
        let (line, effective) = day(&ctx, tx, &row, (&item, input))?;
        dates::check(&ctx, &row, [("/date", effective)], None)?;
        period::hold_open(tx, company, effective)?;
        let amount = amount(input, &item, line.as_ref())?;
        let drawn = draw(tx, company, (item.id, "/amount"), amount, effective)?;
        let moved = post(&ctx, tx, actor, (&row, &drawn), (&input.how, line.as_ref()))?;
        let (id, entry) = (moved.id, moved.entry);
        query::suspense::insert_move(tx, &moved)?;
        if let Some(line) = line {
            let to = (BankLineStatus::Posted, Minor::ZERO, None);
            query::bank_lines::update(tx, company, line.id, line.version, to)?;
        }
        Ok(Cleared { id, entry, suspense: shown(&ctx, tx, company, item.id)? })
    })
}

/// The line by which it is paid back, held; and the day.
fn day(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: &Company,
    (item, input): (&SuspenseItem, &ClearSuspense),
) -> Result<(Option<BankLine>, NaiveDate), SuspenseError> {
    let ClearHow::PaidBack { bank_line: Some(id), .. } = &input.how else {
        let date = match input.date {
            Some(date) => date,
            None => today(ctx, company)?.max(item.effective_date.date()),
        };
        return Ok((None, date));
    };
    let at = |message: String| Common::invalid("/bank_line", message);
    let line = query::bank_lines::lock(tx, company.id, &[*id])?.pop();
    let line = line.ok_or_else(|| at(format!("there is no bank line {id}")))?;
    if line.credit || line.currency != item.currency {
        return Err(at(format!("took no {} out", item.currency)).into());
    }
    if line.status != BankLineStatus::Open {
        return Err(at(format!("is {} already", line.status.name())).into());
    }
    let booked = line.booking_date.date();
    match input.date {
        Some(date) if date < booked => {
            Err(Common::invalid("/date", format!("lies before {booked}, when the bank booked it")).into())
        }
        date => Ok((Some(line), date.unwrap_or(booked))),
    }
}

/// What is asked for; of a line all that it took out.
fn amount(
    input: &ClearSuspense,
    item: &SuspenseItem,
    line: Option<&BankLine>,
) -> Result<Option<Money>, Common> {
    let refused = |message: String| Common::invalid("/amount", message);
    let asked = match input.amount {
        Some(amount) => Some(
            Money::from_decimal(amount, item.currency)
                .and_then(Money::bounded)
                .map_err(|error| refused(error.to_string()))?,
        ),
        None => None,
    };
    match (line.map(|line| Money::new(line.amount, line.currency)), asked) {
        (Some(taken), Some(asked)) if taken != asked => Err(refused(format!("the line took {taken} out"))),
        (Some(taken), _) => Ok(Some(taken)),
        (None, asked) => Ok(asked),
    }
}

fn post(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (company, drawn): (&Company, &Draw),
    (how, line): (&ClearHow, Option<&BankLine>),
) -> Result<SuspenseMove, SuspenseError> {
    let (kind, words) = match how {
        ClearHow::PaidBack { reason, .. } => ("paid-back", reason.as_deref()),
        ClearHow::Income { reason } => ("income", Some(reason.as_str())),
    };
    let credit = match how {
        ClearHow::Income { .. } => (account::UNCLAIMED.to_owned(), drawn.base),
        ClearHow::PaidBack { .. } => paid_out_of(tx, company, drawn, line)?,
    };
    let item = &drawn.item;
    let entry = EntryId::new(ctx.uuid());
    let draft = post_movement(MovementPosting {
        entry,
        company: company.id,
        kind: SUSPENSE_ENTRY,
        effective_date: AccountingDate::new(drawn.effective),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: item.currency,
        base_currency: company.base_currency,
        amount: drawn.amount,
        debit: (account::SUSPENSE.to_owned(), drawn.base),
        credit,
    })?;
    let out = Out { kind, bank_line: line.map(|line| line.id), words, ..Out::default() };
    let (event, moved) = drawn.finish(ctx, actor, entry, out)?;
    posting::write(tx, &Entry::try_new(draft)?, &[], vec![event])?;
    Ok(moved)
}

/// The account that the money leaves, at the day's rate: that of the line, else that on which it came.
fn paid_out_of(
    tx: &mut Tx<'_>,
    company: &Company,
    drawn: &Draw,
    line: Option<&BankLine>,
) -> Result<(String, Minor), SuspenseError> {
    let item = &drawn.item;
    let came = match (line, item.bank_line) {
        (None, Some(id)) => query::bank_lines::by_id(tx, company.id, id)?,
        _ => None,
    };
    let own = match line.or(came.as_ref()) {
        Some(line) => query::bank_accounts::by_id(tx, company.id, line.account)?,
        None => None,
    };
    let ledger = own.map_or_else(|| account::BANK.to_owned(), |own| bank::money_on(&own));
    let (currency, base, date) = (item.currency, company.base_currency, drawn.effective);
    let rate = document::rate_on(tx, company, currency, date, None)?;
    let rate = rate.ok_or(SuspenseError::NoRate { currency, base, date })?;
    Ok((ledger, rate.to_base(drawn.amount, currency, base)?))
}

/// Which of them is taken back, and on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoSuspenseMove {
    pub id: SuspenseMoveId,
    /// Default: its own day.
    pub date: Option<NaiveDate>,
    /// It stands in the reversal of a receipt.
    pub reason: String,
}

/// Takes back what was done with money in suspense: it is there again. A receipt that it had become is reversed.
pub fn undo(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &UndoSuspenseMove,
) -> Result<SuspenseView, SuspenseError> {
    authorise(actor, Noun::Money, Verb::Approve, company)?;
    check_name("/reason", &input.reason)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        if let Some(date) = input.date {
            dates::check(&ctx, &company_row(tx, company)?, [("/date", date)], None)?;
        }
        let of = query::suspense::move_by_id(tx, company, input.id)?;
        let of = there(of, "move out of suspense", input.id)?;
        let item = hold(tx, company, of.item)?;
        let undone = query::suspense::moves_of(tx, company, &[item.id])?;
        if of.reverses.is_some()
            || of.kind == "taken-back"
            || undone.iter().any(|m| m.reverses == Some(of.id))
        {
            return Err(SuspenseError::Undone(of.id.to_string()));
        }
        match of.document {
            Some(receipt) => reverse(&ctx, tx, actor, (company, receipt), input)?,
            None => put_back(&ctx, tx, actor, (&item, &of), input.date)?,
        }
        Ok(shown(&ctx, tx, company, item.id)?)
    })
}

fn reverse(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (company, receipt): (CompanyId, DocumentId),
    input: &UndoSuspenseMove,
) -> Result<(), SuspenseError> {
    let how = How { reason: Some(&input.reason), ..How::of("suspense-restored") };
    reverse_in(ctx, tx, actor, company, receipt, input.date, how)?;
    Ok(())
}

/// The same entry, negative; the bank's line is open again.
fn put_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (item, of): (&SuspenseItem, &SuspenseMove),
    date: Option<NaiveDate>,
) -> Result<(), SuspenseError> {
    let company = company_row(tx, item.company)?;
    let since = of.effective_date.date();
    let effective = date.unwrap_or(since);
    if effective < since {
        return Err(Common::TooEarly { effective, what: of.id.to_string(), since }.into());
    }
    period::hold_open(tx, company.id, effective)?;
    let entry = EntryId::new(ctx.uuid());
    let postings = query::entries::postings_of(tx, company.id, &[of.entry])?;
    let side = |debit: bool| {
        let found = postings.iter().find(|p| !p.amount.is_zero() && p.amount.is_positive() == debit);
        let missing = || Common::Corrupt { what: "entry", detail: format!("{} moves nothing", of.entry) };
        let found = found.ok_or_else(missing)?;
        Ok::<_, SuspenseError>((found.account.clone(), found.base.abs()?))
    };
    let draft: EntryDraft = post_movement_back(
        MovementPosting {
            entry,
            company: company.id,
            kind: SUSPENSE_ENTRY,
            effective_date: AccountingDate::new(effective),
            posted_at: ctx.now,
            actor: actor.to_string(),
            currency: item.currency,
            base_currency: company.base_currency,
            amount: of.amount,
            debit: side(true)?,
            credit: side(false)?,
        },
        of.entry,
    )?;
    let (event, row) = back(ctx, actor, (item, of), entry, effective)?;
    posting::write(tx, &Entry::try_new(draft)?, &[], vec![event])?;
    query::suspense::insert_move(tx, &row)?;
    if let Some(id) = of.bank_line {
        let line = query::bank_lines::lock(tx, company.id, &[id])?.pop();
        let line = there(line, "bank line", id)?;
        let to = (BankLineStatus::Open, line.amount, None);
        query::bank_lines::update(tx, company.id, line.id, line.version, to)?;
    }
    Ok(())
}
