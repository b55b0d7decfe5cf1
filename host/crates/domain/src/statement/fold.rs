//! The fold. Every question about the past takes two times: an *effective date* (when a thing counts) and a
//! *known-at position* (when it was recorded). A row is visible when it is effective up to the cut-off and recorded
//! up to `known_at`; rows recorded later change nothing, so that a statement recomputes equal years afterwards.
//!
//! | part | effective date | recorded |
//! |---|---|---|
//! | opening | – | the previous statement's closing |
//! | opening of a first statement | before the period | up to `known_at` |
//! | movements | after the previous cut-off; of a first statement in the period | up to `known_at` |
//! | prior period | up to the previous cut-off | after the previous `known_at`, up to ours |
//! | open items, aging | up to the cut-off | up to `known_at` |
//! | due dates told after the posting | any | up to `known_at`, the last one |
//!
//! Time and memory are linear in the rows, but for the sorting.

use super::{
    AllocationRow, BaseEquivalent, CustomerRows, ItemRow, LedgerRow, Model, Movement, OpenItem,
    PreviousStatement, Section, Subject,
};
use crate::aging;
use crate::ids::OpenItemId;
use chrono::NaiveDate;
use money::{Currency, Minor, Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use thiserror::Error;

/// Rows that make no statement. A difference here means that ledger, items or allocations contradict each other:
/// `verify` names the entry.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StatementError {
    #[error(
        "{account} {currency}: opening and movements come to {closing}, but the postings sum to {postings}"
    )]
    Closing { account: String, currency: Currency, closing: String, postings: String },
    #[error("{account} {currency}: the closing is {closing}, but its open items sum to {items}")]
    Items { account: String, currency: Currency, closing: String, items: String },
    #[error("{account} {currency}: the closing is {closing}, but its aging sums to {aging}")]
    Aging { account: String, currency: Currency, closing: String, aging: String },
    #[error("{item} ({number}) is cleared by more than it is: {open} {currency} of {original} would be open")]
    OverCleared { item: OpenItemId, number: String, open: String, original: String, currency: Currency },
    #[error(
        "an allocation at position {position} clears item {item}, which does not exist at that date and position"
    )]
    AllocationWithoutItem { item: OpenItemId, position: u64 },
    #[error(
        "statement {number} (cut-off {cut_off}, known at {known_at}) cannot come before one with cut-off {our_cut_off}, known at {our_known_at}"
    )]
    PreviousLater {
        number: String,
        cut_off: NaiveDate,
        known_at: u64,
        our_cut_off: NaiveDate,
        our_known_at: u64,
    },
    #[error("the sum of the customer's rows is refused")]
    Money(#[from] MoneyError),
}

/// An account and currency.
type Key = (String, Currency);

/// The rows of one section that are visible.
#[derive(Debug, Default)]
struct Rows<'a> {
    ledger: Vec<&'a LedgerRow>,
    items: Vec<&'a ItemRow>,
    opening: Minor,
}

/// What was cleared of an item so far, by the kind of what cleared it. Positive.
#[derive(Debug, Default, Clone, Copy)]
struct Cleared {
    paid: Minor,
    credited: Minor,
}

/// Folds a customer's rows into the figures of a statement, tied out, or refuses.
pub fn fold(subject: Subject, rows: &CustomerRows) -> Result<Model, StatementError> {
    check_previous(&subject)?;
    let cleared = clear(&subject, rows)?;
    let dues = due_dates(&subject, rows);
    let mut sections = Vec::new();
    for ((account, currency), rows_of) in by_section(&subject, rows) {
        sections.push(section(&subject, (account, currency), rows_of, (&cleared, &dues), rows)?);
    }
    Ok(Model { subject, sections })
}

fn check_previous(subject: &Subject) -> Result<(), StatementError> {
    match &subject.previous {
        Some(previous) if previous.cut_off > subject.cut_off || previous.known_at > subject.known_at => {
            Err(StatementError::PreviousLater {
                number: previous.number.clone(),
                cut_off: previous.cut_off,
                known_at: previous.known_at,
                our_cut_off: subject.cut_off,
                our_known_at: subject.known_at,
            })
        }
        _ => Ok(()),
    }
}

fn visible(subject: &Subject, effective: NaiveDate, position: u64) -> bool {
    effective <= subject.cut_off && position <= subject.known_at
}

/// One section for each account and currency that has a visible row or had a closing.
fn by_section<'a>(subject: &Subject, rows: &'a CustomerRows) -> BTreeMap<Key, Rows<'a>> {
    let mut sections: BTreeMap<Key, Rows<'a>> = BTreeMap::new();
    for row in rows.ledger.iter().filter(|r| visible(subject, r.effective_date, r.position)) {
        sections.entry((row.account.clone(), row.currency)).or_default().ledger.push(row);
    }
    for item in rows.items.iter().filter(|i| visible(subject, i.effective_date, i.position)) {
        sections.entry((item.account.clone(), item.currency)).or_default().items.push(item);
    }
    for (account, currency, closing) in subject.previous.iter().flat_map(|p| &p.closings) {
        sections.entry((account.clone(), *currency)).or_default().opening = *closing;
    }
    for section in sections.values_mut() {
        section.ledger.sort_by_key(|r| (r.effective_date, r.position, r.line));
        section.items.sort_by(|a, b| {
            (a.document_date, &a.number, a.position, a.id).cmp(&(
                b.document_date,
                &b.number,
                b.position,
                b.id,
            ))
        });
    }
    sections
}

/// What visible allocations cleared of each visible item.
fn clear(subject: &Subject, rows: &CustomerRows) -> Result<BTreeMap<OpenItemId, Cleared>, StatementError> {
    let visible_items = rows.items.iter().filter(|i| visible(subject, i.effective_date, i.position));
    let kinds: BTreeMap<OpenItemId, &str> = visible_items.map(|i| (i.id, i.kind.as_str())).collect();
    let mut cleared: BTreeMap<OpenItemId, Cleared> = BTreeMap::new();
    for row in rows.allocations.iter().filter(|a| visible(subject, a.effective_date, a.position)) {
        let AllocationRow { debit_item, credit_item, amount, position, .. } = row;
        for (item, other) in [(debit_item, credit_item), (credit_item, debit_item)] {
            let missing = |item: &OpenItemId| StatementError::AllocationWithoutItem {
                item: *item,
                position: *position,
            };
            let other_kind = kinds.get(other).ok_or_else(|| missing(other))?;
            let sum = cleared.entry(*item).or_default();
            // what is written off was not paid, nor what was billed instead
            if matches!(*other_kind, "credit-note" | "write-off" | crate::ledger::BILLED) {
                sum.credited = sum.credited.add(*amount)?;
            } else {
                sum.paid = sum.paid.add(*amount)?;
            }
        }
    }
    Ok(cleared)
}

/// When items are due, as it was known.
fn due_dates(subject: &Subject, rows: &CustomerRows) -> BTreeMap<OpenItemId, NaiveDate> {
    let mut dues: BTreeMap<OpenItemId, (u64, Option<NaiveDate>)> = BTreeMap::new();
    let posted = rows.items.iter().map(|item| (item.id, (item.position, item.due_date)));
    let told = rows.dues.iter().map(|due| (due.item, (due.position, due.due_date)));
    for (item, due) in posted.chain(told).filter(|(_, (position, _))| *position <= subject.known_at) {
        let last = dues.entry(item).or_insert(due);
        *last = due.max(*last);
    }
    dues.into_iter().filter_map(|(item, (_, date))| Some((item, date?))).collect()
}

fn section(
    subject: &Subject,
    (account, currency): Key,
    rows_of: Rows<'_>,
    (cleared, dues): (&BTreeMap<OpenItemId, Cleared>, &BTreeMap<OpenItemId, NaiveDate>),
    rows: &CustomerRows,
) -> Result<Section, StatementError> {
    let previous = subject.previous.as_ref();
    let shown = rows_of.ledger.iter().copied().filter(|r| !r.amount.is_zero());
    let (of_period, earlier): (Vec<&LedgerRow>, Vec<&LedgerRow>) =
        shown.partition(|r| is_of_period(subject, r.effective_date));
    // brought forward (上期结转): what a previous statement closed with, or what the ledger had before the first one
    let opening = match previous {
        Some(_) => rows_of.opening,
        None => Minor::sum(earlier.iter().map(|r| r.amount))?,
    };
    let late: Vec<&LedgerRow> = earlier.into_iter().filter(|r| is_late(previous, r)).collect();
    let mut balance = opening;
    let in_period = movements(&of_period, dues, &mut balance)?;
    let prior_period = movements(&late, dues, &mut balance)?;
    let closing = balance;
    let both = || in_period.iter().chain(&prior_period);
    let total_debit = Minor::sum(both().map(|m| m.debit))?;
    let total_credit = Minor::sum(both().map(|m| m.credit))?;
    let open_items = open_items(&rows_of.items, (cleared, dues), subject.cut_off)?;
    let aged: Vec<aging::AgingItem> = open_items.iter().map(|i| (i.due, i.document_date, i.open)).collect();
    let aging = aging::age(&aged, subject.cut_off)?;
    let section = Section {
        opening,
        movements: in_period,
        prior_period,
        closing,
        total_debit,
        total_credit,
        open_items,
        unapplied: aging.unapplied,
        aging,
        tax: tax_summary(&of_period)?,
        base: base_equivalent(subject, currency, closing, rows)?,
        account,
        currency,
    };
    tie_out(&section, Minor::sum(rows_of.ledger.iter().map(|r| r.amount))?)?;
    Ok(section)
}

/// After what the opening holds.
fn is_of_period(subject: &Subject, effective: NaiveDate) -> bool {
    match &subject.previous {
        Some(previous) => effective > previous.cut_off,
        None => effective >= subject.period_start,
    }
}

/// Dated before the previous cut-off, but recorded after that statement was made.
fn is_late(previous: Option<&PreviousStatement>, row: &LedgerRow) -> bool {
    previous.is_some_and(|p| row.position > p.known_at)
}

fn movements(
    rows: &[&LedgerRow],
    dues: &BTreeMap<OpenItemId, NaiveDate>,
    balance: &mut Minor,
) -> Result<Vec<Movement>, MoneyError> {
    rows.iter()
        .map(|row| {
            *balance = balance.add(row.amount)?;
            let (debit, credit) = if row.amount.is_negative() {
                (Minor::ZERO, row.amount.neg()?)
            } else {
                (row.amount, Minor::ZERO)
            };
            Ok(Movement {
                kind: row.kind.clone(),
                reversal: row.reversal,
                reverses: row.reverses.clone(),
                number: row.number.clone(),
                tax_invoice_number: row.tax_invoice_number.clone(),
                document_date: row.document_date,
                posting_date: row.effective_date,
                due_date: row.item.and_then(|item| dues.get(&item).copied()).or(row.due_date),
                references: row.references.clone(),
                text: row.text.clone(),
                debit,
                credit,
                balance: *balance,
                lines: row.lines.clone(),
            })
        })
        .collect()
}

fn open_items(
    items: &[&ItemRow],
    (cleared, dues): (&BTreeMap<OpenItemId, Cleared>, &BTreeMap<OpenItemId, NaiveDate>),
    cut_off: NaiveDate,
) -> Result<Vec<OpenItem>, StatementError> {
    let mut open_items = Vec::new();
    for item in items {
        let of_item = cleared.get(&item.id).copied().unwrap_or_default();
        let signed = |amount: Minor| if item.sign < 0 { amount.neg() } else { Ok(amount) };
        let (original, paid, credited) =
            (signed(item.original)?, signed(of_item.paid)?, signed(of_item.credited)?);
        let open = original.sub(paid)?.sub(credited)?;
        let left = signed(open)?;
        if left.is_negative() || left > item.original {
            let shown = |amount: Minor| amount.format(item.currency);
            return Err(StatementError::OverCleared {
                item: item.id,
                number: item.number.clone(),
                open: shown(left),
                original: shown(item.original),
                currency: item.currency,
            });
        }
        if open.is_zero() {
            continue;
        }
        let due = dues.get(&item.id).copied();
        let days = due.map_or(0, |due| cut_off.signed_duration_since(due).num_days().max(0));
        open_items.push(OpenItem {
            id: item.id,
            kind: item.kind.clone(),
            number: item.number.clone(),
            document_date: item.document_date,
            due,
            instalment: item.instalment.clone(),
            days_overdue: i32::try_from(days).unwrap_or(i32::MAX),
            original,
            paid,
            credited,
            open,
        });
    }
    Ok(open_items)
}

/// Tax of the period's documents by code and rate.
fn tax_summary(rows: &[&LedgerRow]) -> Result<Vec<(String, Decimal, Minor, Minor)>, MoneyError> {
    let mut sums: BTreeMap<(&str, Decimal), (Minor, Minor)> = BTreeMap::new();
    for (code, rate, base, amount) in rows.iter().flat_map(|r| &r.tax) {
        let sum = sums.entry((code, *rate)).or_default();
        *sum = (sum.0.add(*base)?, sum.1.add(*amount)?);
    }
    Ok(sums.into_iter().map(|((code, rate), (base, amount))| (code.to_owned(), rate, base, amount)).collect())
}

/// The closing at the cut-off's rate, half-up; none in base currency itself or without a rate.
fn base_equivalent(
    subject: &Subject,
    currency: Currency,
    closing: Minor,
    rows: &CustomerRows,
) -> Result<Option<BaseEquivalent>, MoneyError> {
    if currency == subject.base_currency {
        return Ok(None);
    }
    let Some((_, rate, rate_date, source)) = rows.rates.iter().find(|(of, ..)| *of == currency) else {
        return Ok(None);
    };
    let closing =
        Money::new(closing, currency).convert(*rate, subject.base_currency, Rounding::HalfUp)?.minor();
    let (currency, source) = (subject.base_currency, source.clone());
    Ok(Some(BaseEquivalent { currency, rate: *rate, rate_date: *rate_date, source, closing }))
}

/// closing = Σ postings = Σ open items = Σ aging, or there is no statement.
fn tie_out(section: &Section, postings: Minor) -> Result<(), StatementError> {
    let (account, currency) = (section.account.clone(), section.currency);
    let show = |minor: Minor| minor.format(currency);
    let closing = show(section.closing);
    if postings != section.closing {
        return Err(StatementError::Closing { account, currency, closing, postings: show(postings) });
    }
    let items = Minor::sum(section.open_items.iter().map(|i| i.open))?;
    if items != section.closing {
        return Err(StatementError::Items { account, currency, closing, items: show(items) });
    }
    if section.aging.total != section.closing {
        return Err(StatementError::Aging { account, currency, closing, aging: show(section.aging.total) });
    }
    Ok(())
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
