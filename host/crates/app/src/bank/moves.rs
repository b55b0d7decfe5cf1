//! Money that moves between the company's own accounts (资金划转) or is taken by who keeps them (手续费), by the lines that show it.
//!
//! | act | line | entry |
//! |---|---|---|
//! | [`pay_out`] | money in on an account, and the line that shows it going out of another, or only that other | account / other account |
//! | [`join_payout`] | the line that shows a payout going out, which came later | – |
//! | [`take_fee`] | money out that is a fee | bank charges / account |
//! | [`undo_move`] | – | the same, negative; the lines are open again |
//!
//! A provider's clearing account is relieved at what it is carried at, so that in base currency too nothing is left when it is empty.

use super::account::{CLEARING, money_on};
use crate::common::{Common, Context, authorise, there};
use crate::company::company_row;
use crate::{App, dates, document, event, period, posting, reconciliation};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankAccountId, BankLineId, BankMoveId, CompanyId, EntryId};
use domain::ledger::{
    BANK_MOVE, Entry, LedgerError, MovementPosting, account, carried, post_movement, post_movement_back,
};
use domain::time::AccountingDate;
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use store::rows::{BankAccount, BankLine, BankMove, Company, Event};
use store::types::BankLineStatus;
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum BankMoveError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("bank line {id} is {} already", .status.name())]
    Status { id: BankLineId, status: BankLineStatus },
    #[error("bank line {0} brought money in: a fee goes out")]
    Incoming(BankLineId),
    #[error("bank line {0} took money out: settle the line on which the payout came in")]
    Outgoing(BankLineId),
    #[error(
        "bank line {id} is a {kind} to the bank: who may approve takes at most {limit} of such for a fee on her own word; for more another administrator raises both the company's tolerance for charges and the limit of a role of hers"
    )]
    NoFee { id: BankLineId, kind: String, limit: Money },
    #[error("{0} was undone already, or is the undoing of another")]
    Undone(BankMoveId),
    #[error(
        "no exchange rate from {currency} to {base} on or before {date}: store one with PUT /v1/fx-rates"
    )]
    NoRate { currency: Currency, base: Currency, date: NaiveDate },
}

crate::common::through_common!(BankMoveError);

/// Money that came in on the line's account out of another account of the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    pub line: BankLineId,
    /// Where it shows the money going out; absent: that file has not come.
    pub from_line: Option<BankLineId>,
    /// Required without `from_line`.
    pub from_account: Option<BankAccountId>,
    /// Default: the booking date of `line`.
    pub effective_date: Option<NaiveDate>,
}

/// The line that shows a payout going out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinPayout {
    pub payout: BankMoveId,
    pub line: BankLineId,
}

/// A line that is a fee, all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeFee {
    pub line: BankLineId,
    pub effective_date: Option<NaiveDate>,
}

/// A move, and what took it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankMoveView {
    pub row: BankMove,
    pub undone_by: Option<BankMoveId>,
}

/// Settles the line on which a payout came in.
pub fn pay_out(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Payout,
) -> Result<BankMoveView, BankMoveError> {
    authorise(actor, Noun::Money, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        // what a clearing account is carried at is relieved once
        query::companies::lock(tx, company)?;
        let line = open_line(tx, company, (input.line, "/line"))?;
        if !line.credit {
            return Err(BankMoveError::Outgoing(line.id));
        }
        let (from_line, from) = source(tx, &line, input)?;
        let to = own_account(tx, company, line.account)?;
        let row = company_row(tx, company)?;
        let effective = effective(&ctx, tx, &row, (&line, input.effective_date))?;
        let value = line.value_date.map_or(line.booking_date.date(), |date| date.date());
        let at_rate = at_rate(tx, &row, &line, value)?;
        let relieved = relieved(tx, &from, &line, effective, at_rate)?;
        let sides = ((money_on(&to), at_rate), (money_on(&from), relieved));
        let made = BankMove {
            kind: "payout".to_owned(),
            from_account: from.id,
            to_account: Some(to.id),
            from_line: from_line.as_ref().map(|line| line.id),
            to_line: Some(line.id),
            ..of_line(&ctx, actor, &line, effective)
        };
        write(&ctx, tx, actor, &row, &made, sides)?;
        for line in std::iter::once(&line).chain(from_line.as_ref()) {
            settle(tx, line)?;
        }
        Ok(BankMoveView { row: made, undone_by: None })
    })
}

/// The line and account that the money left.
fn source(
    tx: &mut Tx<'_>,
    line: &BankLine,
    input: &Payout,
) -> Result<(Option<BankLine>, BankAccount), BankMoveError> {
    let company = line.company;
    let from_line = match input.from_line {
        Some(id) => {
            Some(fitting(tx, (company, id, "/from_line"), (line.account, line.currency, line.amount))?)
        }
        None => None,
    };
    let named = from_line.as_ref().map(|line| line.account).or(input.from_account);
    let required =
        || Common::invalid("/from_account", "is required without a line that shows the money leave");
    let account = query::bank_accounts::by_id(tx, company, named.ok_or_else(required)?)?;
    let account = account.ok_or_else(|| Common::invalid("/from_account", "there is no such account"))?;
    if !account.confirmed {
        let message = "waits for another person's approval: have it approved first";
        return Err(Common::invalid("/from_account", message).into());
    }
    if input.from_account.is_some_and(|named| named != account.id) {
        return Err(Common::invalid("/from_account", "is not the account of `from_line`").into());
    }
    if account.id == line.account || account.currency != line.currency {
        let message = format!("must be another account of the company in {}", line.currency);
        return Err(Common::invalid("/from_account", message).into());
    }
    Ok((from_line, account))
}

/// An open line that took just so much out of another account.
fn fitting(
    tx: &mut Tx<'_>,
    (company, id, at): (CompanyId, BankLineId, &'static str),
    (to, currency, amount): (BankAccountId, Currency, Minor),
) -> Result<BankLine, BankMoveError> {
    let found = open_line(tx, company, (id, at))?;
    if found.credit || found.account == to || (found.currency, found.amount) != (currency, amount) {
        let amount = Money::new(amount, currency);
        let message = format!("must take {amount} out of another account of the company");
        return Err(Common::invalid(at, message).into());
    }
    Ok(found)
}

/// Says which line shows a payout going out, where that came later.
pub fn join_payout(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: JoinPayout,
) -> Result<BankMoveView, BankMoveError> {
    authorise(actor, Noun::Money, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let row = there(query::bank_moves::by_id(tx, company, input.payout)?, "payout", input.payout)?;
        let undone_by = query::bank_moves::undoing(tx, company, row.id)?;
        if row.reverses.is_some() || undone_by.is_some() {
            return Err(BankMoveError::Undone(row.id));
        }
        let Some(to) = row.to_account.filter(|_| row.from_line.is_none()) else {
            return Err(Common::invalid("/line", "is known already, or it is no payout").into());
        };
        let line = fitting(tx, (company, input.line, "/line"), (to, row.currency, row.amount))?;
        if line.account != row.from_account {
            return Err(Common::invalid("/line", "is of another account than the payout came from").into());
        }
        query::bank_moves::join(tx, company, row.id, line.id)?;
        settle(tx, &line)?;
        let data = json!({"bank_line": line.id.to_string()});
        event::write(&ctx, tx, actor, company, ("bank-move.joined", row.id), data)?;
        Ok(BankMoveView { row: BankMove { from_line: Some(line.id), ..row }, undone_by: None })
    })
}

/// Settles a line that is a fee. What the bank itself calls one, whoever brings data in may; anything else wants who may approve too, within
/// what others let her take alone.
pub fn take_fee(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &TakeFee,
) -> Result<BankMoveView, BankMoveError> {
    authorise(actor, Noun::Money, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let line = open_line(tx, company, (input.line, "/line"))?;
        if line.credit {
            return Err(BankMoveError::Incoming(line.id));
        }
        check_fee(tx, actor, &line)?;
        let from = own_account(tx, company, line.account)?;
        let row = company_row(tx, company)?;
        let effective = effective(&ctx, tx, &row, (&line, input.effective_date))?;
        let value = line.value_date.map_or(line.booking_date.date(), |date| date.date());
        let at_rate = at_rate(tx, &row, &line, value)?;
        let relieved = relieved(tx, &from, &line, effective, at_rate)?;
        let sides = ((account::BANK_CHARGES.to_owned(), at_rate), (money_on(&from), relieved));
        let made = BankMove { from_line: Some(line.id), ..of_line(&ctx, actor, &line, effective) };
        write(&ctx, tx, actor, &row, &made, sides)?;
        settle(tx, &line)?;
        Ok(BankMoveView { row: made, undone_by: None })
    })
}

/// What the bank does not call a fee nobody makes one of any amount by herself.
fn check_fee(conn: &mut Conn, actor: &Actor, line: &BankLine) -> Result<(), BankMoveError> {
    if line.kind == "fee" {
        return Ok(());
    }
    let money = Money::new(line.amount, line.currency);
    let most = match actor.may(Noun::Money, Verb::Approve, line.company) {
        true => reconciliation::charge_alone(conn, actor, line.company, money)?,
        false => Some(Minor::ZERO),
    };
    match most {
        Some(most) if most < line.amount => {
            let limit = Money::new(most, line.currency);
            Err(BankMoveError::NoFee { id: line.id, kind: line.kind.clone(), limit })
        }
        _ => Ok(()),
    }
}

/// Takes a move back, on its day or a later one: its lines are open again.
pub fn undo_move(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BankMoveId,
    date: Option<NaiveDate>,
) -> Result<BankMoveView, BankMoveError> {
    authorise(actor, Noun::Money, Verb::Approve, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let of = there(query::bank_moves::by_id(tx, company, id)?, "bank move", id)?;
        if of.reverses.is_some() || query::bank_moves::undoing(tx, company, id)?.is_some() {
            return Err(BankMoveError::Undone(id));
        }
        let since = of.effective_date.date();
        let effective = date.unwrap_or(since);
        if effective < since {
            return Err(Common::TooEarly { effective, what: id.to_string(), since }.into());
        }
        let row = company_row(tx, company)?;
        dates::check(&ctx, &row, [("/date", effective)], None)?;
        period::hold_open(tx, company, effective)?;
        let back = BankMove {
            id: BankMoveId::new(ctx.uuid()),
            entry: EntryId::new(ctx.uuid()),
            amount: of.amount.neg()?,
            effective_date: AccountingDate::new(effective),
            reverses: Some(id),
            created_by: actor.person(),
            created_at: ctx.now,
            ..of.clone()
        };
        let sides = posted_sides(tx, &of)?;
        let draft = post_movement_back(movement(&ctx, actor, &row, (&back, of.amount), sides), of.entry)?;
        let told = told(&ctx, actor, &back);
        posting::write(tx, &Entry::try_new(draft)?, &[], vec![told])?;
        query::bank_moves::insert(tx, &back)?;
        let ids: Vec<BankLineId> = of.from_line.into_iter().chain(of.to_line).collect();
        for line in query::bank_lines::lock(tx, company, &ids)? {
            let to = (BankLineStatus::Open, line.amount, None);
            query::bank_lines::update(tx, company, line.id, line.version, to)?;
        }
        Ok(BankMoveView { row: of, undone_by: Some(back.id) })
    })
}

/// The line, held, if nothing has become of it.
fn open_line(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (id, at): (BankLineId, &'static str),
) -> Result<BankLine, BankMoveError> {
    let found = query::bank_lines::lock(tx, company, &[id])?.pop();
    let line = match (found, at) {
        (Some(line), _) => line,
        (None, "/from_line") => return Err(Common::invalid(at, format!("there is no bank line {id}")).into()),
        (None, _) => return Err(Common::not_found("bank line", id).into()),
    };
    match line.status {
        BankLineStatus::Open => Ok(line),
        status => Err(BankMoveError::Status { id, status }),
    }
}

fn own_account(conn: &mut Conn, company: CompanyId, id: BankAccountId) -> Result<BankAccount, Common> {
    there(query::bank_accounts::by_id(conn, company, id)?, "bank account", id)
}

fn effective(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: &Company,
    (line, wanted): (&BankLine, Option<NaiveDate>),
) -> Result<NaiveDate, Common> {
    let booked = line.booking_date.date();
    let date = wanted.unwrap_or(booked);
    if date < booked {
        let message = format!("lies before {booked}, when the bank booked it");
        return Err(Common::invalid("/effective_date", message));
    }
    dates::check(ctx, company, [("/effective_date", date)], None)?;
    period::hold_open(tx, company.id, date)?;
    Ok(date)
}

/// What the line's money is in base currency.
fn at_rate(
    conn: &mut Conn,
    company: &Company,
    line: &BankLine,
    date: NaiveDate,
) -> Result<Minor, BankMoveError> {
    let (currency, base) = (line.currency, company.base_currency);
    let rate = document::rate_on(conn, company, currency, date, None)?;
    let rate = rate.ok_or(BankMoveError::NoRate { currency, base, date })?;
    Ok(rate.to_base(line.amount, currency, base)?)
}

/// What the account gives at: a clearing account its share of what it is carried at, where it has as much; else the rate's.
fn relieved(
    conn: &mut Conn,
    from: &BankAccount,
    line: &BankLine,
    effective: NaiveDate,
    at_rate: Minor,
) -> Result<Minor, Common> {
    if from.kind != CLEARING {
        return Ok(at_rate);
    }
    let day = AccountingDate::new(effective);
    let sums = query::suspense::ledger(conn, line.company, &from.ledger, day)?;
    match sums.into_iter().find(|sum| sum.0 == line.currency) {
        Some((_, balance, base)) if balance >= line.amount => {
            Ok(carried((balance, base), (balance, base), line.amount)?)
        }
        _ => Ok(at_rate),
    }
}

/// Of a line; a fee until more is said.
fn of_line(ctx: &Context<'_>, actor: &Actor, line: &BankLine, effective: NaiveDate) -> BankMove {
    BankMove {
        company: line.company,
        id: BankMoveId::new(ctx.uuid()),
        entry: EntryId::new(ctx.uuid()),
        kind: "fee".to_owned(),
        from_account: line.account,
        to_account: None,
        from_line: None,
        to_line: None,
        currency: line.currency,
        amount: line.amount,
        effective_date: AccountingDate::new(effective),
        reverses: None,
        created_by: actor.person(),
        created_at: ctx.now,
    }
}

/// Debit and credit: account and base amount.
type Sides = ((String, Minor), (String, Minor));

fn movement(
    ctx: &Context<'_>,
    actor: &Actor,
    company: &Company,
    (row, amount): (&BankMove, Minor),
    (debit, credit): Sides,
) -> MovementPosting {
    MovementPosting {
        entry: row.entry,
        company: row.company,
        kind: BANK_MOVE,
        effective_date: row.effective_date,
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: row.currency,
        base_currency: company.base_currency,
        amount,
        debit,
        credit,
    }
}

fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: &Company,
    row: &BankMove,
    sides: Sides,
) -> Result<(), BankMoveError> {
    let draft = post_movement(movement(ctx, actor, company, (row, row.amount), sides))?;
    posting::write(tx, &Entry::try_new(draft)?, &[], vec![told(ctx, actor, row)])?;
    Ok(query::bank_moves::insert(tx, row)?)
}

fn told(ctx: &Context<'_>, actor: &Actor, row: &BankMove) -> Event {
    let kind = match row.reverses {
        None => "bank-move.posted",
        Some(_) => "bank-move.undone",
    };
    event::carried(ctx, actor, row.company, (kind, row.id), told_move(row), row.entry.uuid())
}

/// What the event says of a move, as it is kept.
pub(crate) fn told_move(row: &BankMove) -> Value {
    let line = |id: Option<BankLineId>| id.map(|id| id.to_string());
    json!({
        "kind": row.kind, "entry": row.entry.to_string(), "amount": row.amount.format(row.currency),
        "currency": row.currency.code(), "from_account": row.from_account.to_string(),
        "to_account": row.to_account.map(|id| id.to_string()), "from_line": line(row.from_line),
        "to_line": line(row.to_line), "reverses": row.reverses.map(|id| id.to_string()),
        "effective_date": row.effective_date.date().to_string(), "person": row.created_by, "at": row.created_at.to_string(),
    })
}

/// What its entry moved from where to where.
fn posted_sides(conn: &mut Conn, of: &BankMove) -> Result<Sides, BankMoveError> {
    let postings = query::entries::postings_of(conn, of.company, &[of.entry])?;
    let side = |debit: bool| {
        let found = postings.iter().find(|p| !p.amount.is_zero() && p.amount.is_positive() == debit);
        let missing = || Common::Corrupt { what: "entry", detail: format!("{} moves nothing", of.entry) };
        let found = found.ok_or_else(missing)?;
        Ok::<_, BankMoveError>((found.account.clone(), found.base.abs()?))
    };
    Ok((side(true)?, side(false)?))
}

fn settle(tx: &mut Tx<'_>, line: &BankLine) -> Result<(), Common> {
    let to = (BankLineStatus::Posted, Minor::ZERO, None);
    Ok(query::bank_lines::update(tx, line.company, line.id, line.version, to)?)
}
