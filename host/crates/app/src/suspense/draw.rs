//! Takes money out of suspense, and puts it back: what every way out shares. The item is held, the row written by whoever posts the entry.

use super::{left, told};
use crate::common::{Common, Context, there};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::{Digest, commit};
use domain::ids::{BankLineId, CompanyId, DocumentId, EntryId, SuspenseId, SuspenseMoveId};
use domain::ledger::{self, MoneyFrom, account, carried};
use domain::time::AccountingDate;
use money::{Minor, Money};
use serde_json::json;
use store::rows::{self, Event, SuspenseItem, SuspenseMove};
use store::{Tx, query};

/// Money that goes out of suspense, at what it is carried at there.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    pub item: SuspenseItem,
    pub amount: Minor,
    pub base: Minor,
    pub effective: NaiveDate,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Out<'a> {
    /// identified | paid-back | income
    pub kind: &'static str,
    pub document: Option<DocumentId>,
    pub bank_line: Option<BankLineId>,
    pub words: Option<&'a str>,
}

/// Holds money in suspense, and before it the line that brought it: whoever takes back the approval of that line holds them in this
/// order too.
pub(super) fn hold(tx: &mut Tx<'_>, company: CompanyId, id: SuspenseId) -> Result<SuspenseItem, Common> {
    let item = there(query::suspense::by_id(tx, company, id)?, "money in suspense", id)?;
    let line: Vec<BankLineId> = item.bank_line.into_iter().collect();
    query::bank_lines::lock(tx, company, &line)?;
    there(query::suspense::lock(tx, company, id)?, "money in suspense", id)
}

/// Holds the item, and finds that so much of it is there on the day.
pub(crate) fn draw(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (id, at): (SuspenseId, &str),
    amount: Option<Money>,
    effective: NaiveDate,
) -> Result<Draw, Common> {
    let item = hold(tx, company, id)?;
    let moves = query::suspense::moves_of(tx, company, &[id])?;
    let (open, open_base) = left(&item, &moves)?;
    let amount = match amount {
        Some(amount) if amount.currency() != item.currency => {
            return Err(Common::invalid(at, format!("is in {}: that money is", item.currency)));
        }
        Some(amount) => amount.minor(),
        None => open,
    };
    if !amount.is_positive() || amount > open {
        let open = Money::new(open, item.currency);
        return Err(Common::invalid(
            at,
            format!("must be greater than 0, and at most the {open} in suspense"),
        ));
    }
    let since = item.effective_date.date();
    let gone: Vec<(NaiveDate, Minor)> =
        moves.iter().map(|row| (row.effective_date.date(), row.amount)).collect();
    let free = ledger::free_from(item.amount, since, &gone, amount)?.unwrap_or(since);
    if effective < free {
        return Err(Common::TooEarly { effective, what: format!("money in suspense {id}"), since: free });
    }
    let base = carried((item.amount, item.base), (open, open_base), amount)?;
    Ok(Draw { item, amount, base, effective })
}

impl Draw {
    /// For the entry of a receipt.
    pub fn money_from(&self) -> MoneyFrom {
        MoneyFrom { account: account::SUSPENSE.to_owned(), base: Some(self.base) }
    }

    /// The event that the entry carries, and the row to be written after it.
    pub fn finish(
        &self,
        ctx: &Context<'_>,
        actor: &Actor,
        entry: EntryId,
        out: Out<'_>,
    ) -> Result<(Event, SuspenseMove), Common> {
        let salt = out.words.map(|_| ctx.random().bytes32());
        let words = out.words.zip(salt).map(|(words, salt)| commit(&salt, words.as_bytes()).to_string());
        let id = SuspenseMoveId::new(ctx.uuid());
        let more = json!({
            "move": id.to_string(), "as": out.kind, "words": words,
            "document": out.document.map(|id| id.to_string()),
            "bank_line": out.bank_line.map(|id| id.to_string()),
        });
        let event = told(ctx, actor, ("suspense.cleared", &self.item), self.amount.neg()?, entry, more)?;
        let row = SuspenseMove {
            company: self.item.company,
            id,
            item: self.item.id,
            entry,
            kind: out.kind.to_owned(),
            amount: self.amount,
            base: self.base,
            effective_date: AccountingDate::new(self.effective),
            document: out.document,
            bank_line: out.bank_line,
            reverses: None,
            words: out.words.map(str::to_owned),
            words_salt: salt.and_then(|salt| Digest::from_slice(&salt)),
            done_by: actor.person(),
            done_at: ctx.now,
        };
        Ok((event, row))
    }
}

/// What puts a move back, by an entry that is its negative.
pub(super) fn back(
    ctx: &Context<'_>,
    actor: &Actor,
    (item, of): (&SuspenseItem, &SuspenseMove),
    entry: EntryId,
    effective: NaiveDate,
) -> Result<(Event, SuspenseMove), Common> {
    let id = SuspenseMoveId::new(ctx.uuid());
    let more = json!({"move": id.to_string(), "reverses": of.id.to_string()});
    let event = told(ctx, actor, ("suspense.restored", item), of.amount, entry, more)?;
    let row = SuspenseMove {
        id,
        entry,
        amount: of.amount.neg()?,
        base: of.base.neg()?,
        effective_date: AccountingDate::new(effective),
        reverses: Some(of.id),
        words: None,
        words_salt: None,
        done_by: actor.person(),
        done_at: ctx.now,
        ..of.clone()
    };
    Ok((event, row))
}

/// What takes an item back whole, by an entry that is its negative; nothing of it may have gone out.
pub(super) fn gone(
    ctx: &Context<'_>,
    actor: &Actor,
    item: &SuspenseItem,
    entry: EntryId,
    effective: NaiveDate,
) -> Result<(Event, SuspenseMove), Common> {
    let draw = Draw { item: item.clone(), amount: item.amount, base: item.base, effective };
    draw.finish(ctx, actor, entry, Out { kind: "taken-back", ..Out::default() })
}

/// What the reversal of a document does in suspense: money that a receipt had come out of it goes back, and what a refund had put
/// into it is gone.
pub(crate) fn of_reversal(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    document: &rows::Document,
    (entry, effective): (EntryId, NaiveDate),
) -> Result<Option<(Event, SuspenseMove)>, Common> {
    let company = document.company;
    match document.kind.as_str() {
        "receipt" => {
            let Some(of) = query::suspense::move_of_document(tx, company, document.id)? else {
                return Ok(None);
            };
            let item = hold(tx, company, of.item)?;
            back(ctx, actor, (&item, &of), entry, effective).map(Some)
        }
        "refund" | "bill-dishonour" => {
            let Some(of) = query::suspense::of_document(tx, company, document.id)? else { return Ok(None) };
            let item = hold(tx, company, of.id)?;
            let (open, _) = super::left_of(tx, &item)?;
            if open != item.amount {
                let what = format!("{}: the bank has shown it, take that back first", item.id);
                return Err(Common::invalid("/document", what));
            }
            gone(ctx, actor, &item, entry, effective).map(Some)
        }
        _ => Ok(None),
    }
}
