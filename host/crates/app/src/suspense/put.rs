//! Puts money in suspense: of a bank line that nobody explains, or of a refund that the bank has not shown yet; and takes that back.

use super::draw::gone;
use super::{SuspenseError, left_of, told};
use crate::common::{Common, Context, there};
use crate::company::company_row;
use crate::{bank, dates, document, period, posting};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{DocumentId, EntryId, ProposalId, SuspenseId};
use domain::ledger::{Entry, MovementPosting, SUSPENSE_ENTRY, account, post_movement, post_movement_back};
use domain::time::{AccountingDate, ValueDate};
use money::{Currency, Minor, Money};
use serde_json::json;
use store::rows::{BankLine, Company, Event, SuspenseItem};
use store::{Tx, query};

/// Money of a bank line that is nobody's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unidentified<'a> {
    pub line: &'a BankLine,
    pub amount: Minor,
    pub effective: NaiveDate,
    pub proposal: ProposalId,
    /// Who made the proposal: another lets it out.
    pub maker: &'a str,
}

/// Posts it, inside a transaction of the caller, who has authorised it.
pub(crate) fn post_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: Unidentified<'_>,
) -> Result<SuspenseItem, SuspenseError> {
    let Unidentified { line, amount, effective, .. } = of;
    period::hold_open(tx, line.company, effective)?;
    let company = company_row(tx, line.company)?;
    dates::check(ctx, &company, [("/effective_date", effective)], None)?;
    let own = query::bank_accounts::by_id(tx, company.id, line.account)?;
    let own = there(own, "bank account", line.account)?;
    let value = line.value_date.map_or(line.booking_date.date(), |date| date.date());
    let (currency, base_currency) = (line.currency, company.base_currency);
    let rate = document::rate_on(tx, &company, currency, value, None)?;
    let rate = rate.ok_or(SuspenseError::NoRate { currency, base: base_currency, date: value })?;
    let base = rate.to_base(amount, currency, base_currency)?;
    let item = SuspenseItem {
        company: company.id,
        id: SuspenseId::new(ctx.uuid()),
        entry: EntryId::new(ctx.uuid()),
        origin: "bank-line".to_owned(),
        bank_line: Some(line.id),
        document: None,
        proposal: Some(of.proposal),
        currency,
        amount,
        base,
        value_date: ValueDate::new(value),
        effective_date: AccountingDate::new(effective),
        created_by: of.maker.to_owned(),
        created_at: ctx.now,
    };
    let posting = movement(ctx, actor, &company, &item, bank::money_on(&own));
    let entry = Entry::try_new(post_movement(posting)?)?;
    let more = json!({"bank_line": line.id.to_string(), "proposal": of.proposal.to_string()});
    let event = told(ctx, actor, ("suspense.posted", &item), amount, item.entry, more)?;
    posting::write(tx, &entry, &[], vec![event])?;
    query::suspense::insert(tx, &item)?;
    Ok(item)
}

/// The entry of an item: from the account of the bank's line into suspense.
fn movement(
    ctx: &Context<'_>,
    actor: &Actor,
    company: &Company,
    item: &SuspenseItem,
    ledger: String,
) -> MovementPosting {
    MovementPosting {
        entry: item.entry,
        company: company.id,
        kind: SUSPENSE_ENTRY,
        effective_date: item.effective_date,
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: item.currency,
        base_currency: company.base_currency,
        amount: item.amount,
        debit: (ledger, item.base),
        credit: (account::SUSPENSE.to_owned(), item.base),
    }
}

/// Takes an item of a bank line back, with the approval that made it; nothing of it may have gone out.
pub(crate) fn take_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: (domain::ids::CompanyId, SuspenseId),
    date: Option<NaiveDate>,
) -> Result<(), SuspenseError> {
    let (company, id) = id;
    let item = there(query::suspense::lock(tx, company, id)?, "money in suspense", id)?;
    let (open, _) = left_of(tx, &item)?;
    if open != item.amount {
        let gone = Money::new(item.amount.sub(open)?, item.currency);
        return Err(SuspenseError::Moved { item: id.to_string(), gone });
    }
    let moves = query::suspense::moves_of(tx, company, &[id])?;
    // where money went out and came back, from there on
    let free = moves.iter().map(|row| row.effective_date.date());
    let free = free.fold(item.effective_date.date(), NaiveDate::max);
    let effective = date.map_or(free, |date| date.max(free));
    period::hold_open(tx, company, effective)?;
    let row = company_row(tx, company)?;
    // where it went, whatever the chart says since
    let postings = query::entries::postings_of(tx, company, &[item.entry])?;
    let from = there(postings.iter().find(|posting| posting.amount.is_positive()), "money of", id)?;
    let into = there(postings.iter().find(|posting| posting.amount.is_negative()), "suspense of", id)?;
    let entry = EntryId::new(ctx.uuid());
    let posting = MovementPosting {
        entry,
        effective_date: AccountingDate::new(effective),
        credit: (into.account.clone(), item.base),
        ..movement(ctx, actor, &row, &item, from.account.clone())
    };
    let made = Entry::try_new(post_movement_back(posting, item.entry)?)?;
    let (event, moved) = gone(ctx, actor, &item, entry, effective)?;
    posting::write(tx, &made, &[], vec![event])?;
    Ok(query::suspense::insert_move(tx, &moved)?)
}

/// What a refund out of suspense leaves there until the bank's line comes: the event that its entry carries, and the row to be written
/// after it.
pub(crate) fn of_refund(
    ctx: &Context<'_>,
    actor: &Actor,
    (document, entry): (DocumentId, EntryId),
    (amount, base, currency): (Minor, Minor, Currency),
    (company, value, effective): (domain::ids::CompanyId, NaiveDate, NaiveDate),
) -> Result<(Event, SuspenseItem), Common> {
    let item = SuspenseItem {
        company,
        id: SuspenseId::new(ctx.uuid()),
        entry,
        origin: "refund".to_owned(),
        bank_line: None,
        document: Some(document),
        proposal: None,
        currency,
        amount,
        base,
        value_date: ValueDate::new(value),
        effective_date: AccountingDate::new(effective),
        created_by: actor.person(),
        created_at: ctx.now,
    };
    let more = json!({"document": document.to_string()});
    let event = told(ctx, actor, ("suspense.posted", &item), amount, entry, more)?;
    Ok((event, item))
}
