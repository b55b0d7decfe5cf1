//! After the guest, the host checks. What would post a wrong figure is refused: amounts that are no amounts of the
//! account's currency, dates that do not exist, entries outside of a statement or of the file, anything twice.
//! What only contradicts the bank's own sums is a warning, since banks send shortened files; so are control characters in
//! its texts, which are left out.

use super::accepted::{BankError, BankFile, BankFileEntry, BankFileStatement};
use super::dedupe::repeated;
use super::line;
use super::{RawBalance, RawDeclared, RawEntry, RawItem, RawStatement, RawStatementEnd};
use crate::time::parse_date;
use chrono::NaiveDate;
use money::{Currency, Minor, Money, MoneyError};
use std::collections::BTreeSet;

/// Statements of one file: a year of days of many accounts. They are compared pairwise where they are of one account.
pub const STATEMENTS_MAX: usize = 10_000;

/// Checks what a bank guest read of one file of `file_len` bytes.
pub fn accept(items: &[RawItem], file_len: u64) -> Result<BankFile, BankError> {
    let mut file = BankFile { statements: Vec::new(), warnings: Vec::new() };
    let mut open: Option<(&RawStatement, Vec<&RawEntry>)> = None;
    let mut ordinals = BTreeSet::new();
    let mut span = Span { file_len, end: 0 };
    for item in items {
        match item {
            RawItem::Start(start) => {
                if let Some((before, _)) = &open {
                    return Err(BankError::StillOpen { statement: start.ordinal, open: before.ordinal });
                }
                ascending("statement", start.ordinal, &mut ordinals)?;
                open = Some((start, Vec::new()));
            }
            RawItem::Entry(entry) => match &mut open {
                Some((start, entries)) if start.ordinal == entry.statement => entries.push(entry),
                _ => return Err(not_open(format!("entry {}", entry.ordinal), entry.statement)),
            },
            RawItem::End(end) => match open.take() {
                Some((start, entries)) if start.ordinal == end.ordinal => {
                    let read = statement(start, &entries, end, &mut span, &mut file.warnings)?;
                    file.statements.push(read);
                    if file.statements.len() > STATEMENTS_MAX {
                        return Err(BankError::TooManyStatements { max: STATEMENTS_MAX });
                    }
                }
                _ => return Err(not_open("a statement's end".to_owned(), end.ordinal)),
            },
        }
    }
    match open {
        Some((start, _)) => Err(BankError::NotEnded { statement: start.ordinal }),
        None => {
            super::texts::clean(&mut file);
            if let Some(nameless) = file.statements.iter().find(|s| s.account_id.trim().is_empty()) {
                return Err(BankError::NoAccount { statement: nameless.ordinal });
            }
            tell_repeated(&mut file);
            Ok(file)
        }
    }
}

fn tell_repeated(file: &mut BankFile) {
    let told = repeated(file).into_iter().filter_map(|(position, earlier)| {
        let (one, other) = (file.statements.get(position)?, file.statements.get(earlier)?);
        Some(format!(
            "statement {} repeats statement {} of account {}: equal entries of both are taken once",
            one.ordinal, other.ordinal, one.account_id
        ))
    });
    let told: Vec<String> = told.collect();
    file.warnings.extend(told);
}

/// How far the entries have come in the file: each stands behind the one before.
struct Span {
    file_len: u64,
    end: u64,
}

impl Span {
    fn take(&mut self, raw: &RawEntry, place: &str) -> Result<(), BankError> {
        let (offset, file_len) = (raw.offset, self.file_len);
        let end = offset.saturating_add(u64::from(raw.length));
        if end > file_len || raw.length == 0 {
            return Err(BankError::Offset { place: place.to_owned(), offset, end, file_len });
        }
        if offset < self.end {
            return Err(BankError::Overlap { place: place.to_owned(), offset, previous_end: self.end });
        }
        self.end = end;
        Ok(())
    }
}

fn not_open(what: String, statement: u32) -> BankError {
    BankError::NotOpen { what, statement }
}

fn ascending(what: &'static str, ordinal: u32, seen: &mut BTreeSet<u32>) -> Result<(), BankError> {
    let previous = seen.last().copied();
    if !seen.insert(ordinal) {
        return Err(BankError::DuplicateOrdinal { what, ordinal });
    }
    match previous {
        Some(previous) if ordinal < previous => Err(BankError::NotAscending { what, ordinal, previous }),
        _ => Ok(()),
    }
}

fn statement(
    start: &RawStatement,
    raw: &[&RawEntry],
    end: &RawStatementEnd,
    span: &mut Span,
    warnings: &mut Vec<String>,
) -> Result<BankFileStatement, BankError> {
    let ordinal = start.ordinal;
    let found = u32::try_from(raw.len()).unwrap_or(u32::MAX);
    if end.entries != found {
        return Err(BankError::EntryCount { statement: ordinal, declared: end.entries, found });
    }
    let balances: Vec<&RawBalance> = start.balances.iter().chain(&end.balances).collect();
    let currency = account_currency(start, &balances, raw)?;
    let place = format!("statement {ordinal}");
    let mut read = BankFileStatement {
        ordinal,
        id: start.id.clone(),
        account_id: start.account_id.clone(),
        account_scheme: start.account_scheme.clone(),
        currency,
        owner: start.owner.clone(),
        sequence: start.sequence.clone(),
        legal_sequence: start.legal_sequence.clone(),
        page: start.page,
        last_page: start.last_page,
        start: date(&place, "start", start.start.as_deref())?,
        end: date(&place, "end", start.end.as_deref())?,
        created: start.created.clone(),
        opening: opening(ordinal, &balances, currency, warnings)?,
        closing: booked_balance("closing-booked", ordinal, &balances, currency, warnings)?,
        entries: Vec::new(),
        left_out: 0,
    };
    let mut ordinals = BTreeSet::new();
    let mut sums = Sums::default();
    for raw in raw {
        ascending("entry", raw.ordinal, &mut ordinals)?;
        let entry = entry(raw, currency, span, warnings)?;
        sums.add(raw.credit, entry_amount(raw, currency)?, entry.is_some())?;
        match entry {
            Some(entry) => read.entries.push(entry),
            None => read.left_out = read.left_out.saturating_add(1),
        }
    }
    for declared in start.declared.iter().chain(&end.declared) {
        check_declared(&place, declared, &sums, currency, warnings);
    }
    check_balances(&read, &sums, warnings)?;
    Ok(read)
}

/// Of the account, else of its balances, else of its first entry.
fn account_currency(
    start: &RawStatement,
    balances: &[&RawBalance],
    entries: &[&RawEntry],
) -> Result<Currency, BankError> {
    let stated = start.account_currency.as_deref();
    let code = stated
        .or_else(|| balances.first().map(|b| b.currency.as_str()))
        .or_else(|| entries.first().map(|e| e.currency.as_str()))
        .ok_or(BankError::NoCurrency { statement: start.ordinal })?;
    parse_currency(&format!("statement {}", start.ordinal), code)
}

pub(super) fn parse_currency(place: &str, code: &str) -> Result<Currency, BankError> {
    Currency::parse(code).map_err(|source| BankError::Amount {
        place: place.to_owned(),
        field: "currency",
        source,
    })
}

pub(super) fn parse_amount(
    place: &str,
    field: &'static str,
    text: &str,
    currency: Currency,
) -> Result<Money, BankError> {
    Money::parse(text, currency).and_then(Money::bounded).map_err(|source| BankError::Amount {
        place: place.to_owned(),
        field,
        source,
    })
}

fn date(place: &str, field: &'static str, text: Option<&str>) -> Result<Option<NaiveDate>, BankError> {
    text.map(parse_date).transpose().map_err(|source| BankError::Date {
        place: place.to_owned(),
        field,
        source,
    })
}

/// The booked opening. Banks that send none (DFÜ-Abkommen, camt.053.001.02) send the closing of the day before.
fn opening(
    statement: u32,
    balances: &[&RawBalance],
    currency: Currency,
    warnings: &mut Vec<String>,
) -> Result<Option<Money>, BankError> {
    let own = booked_balance("opening-booked", statement, balances, currency, warnings)?;
    let previous = booked_balance("previous-closing-booked", statement, balances, currency, warnings)?;
    Ok(own.or(previous))
}

/// The first booked balance of the kind. One in another currency, or a second one that differs, is told.
fn booked_balance(
    kind: &str,
    statement: u32,
    balances: &[&RawBalance],
    currency: Currency,
    warnings: &mut Vec<String>,
) -> Result<Option<Money>, BankError> {
    let place = format!("statement {statement}, balance {kind}");
    let mut first: Option<Money> = None;
    for raw in balances.iter().filter(|b| b.kind == kind) {
        if let Err(unknown) = Currency::parse(&raw.currency) {
            warnings.push(format!("{place}: {unknown}: left out"));
            continue;
        }
        let amount = parse_amount(&place, "amount", &raw.amount, parse_currency(&place, &raw.currency)?)?;
        date(&place, "date", Some(&raw.date))?;
        match first {
            _ if amount.currency() != currency => {
                warnings.push(format!(
                    "{place} of {amount} is not in the account's currency {currency}: left out"
                ));
            }
            None => first = Some(amount),
            Some(before) if before != amount => {
                warnings.push(format!("{place} is stated as {before} and as {amount}: the first is taken"));
            }
            Some(_) => {}
        }
    }
    Ok(first)
}

fn entry_amount(raw: &RawEntry, currency: Currency) -> Result<Minor, BankError> {
    Ok(parse_amount(&entry_place(raw), "amount", &raw.amount, currency)?.minor())
}

/// For people: the guest's ordinals, and where it stands in the file.
fn entry_place(raw: &RawEntry) -> String {
    format!("statement {}, entry {} (byte {})", raw.statement, raw.ordinal, raw.offset)
}

/// A booked entry; none for one that is pending or informational, which is checked all the same.
fn entry(
    raw: &RawEntry,
    currency: Currency,
    span: &mut Span,
    warnings: &mut Vec<String>,
) -> Result<Option<BankFileEntry>, BankError> {
    let place = entry_place(raw);
    let booked = match raw.status.as_str() {
        "booked" => true,
        "pending" | "info" => false,
        other => return Err(BankError::Status { place, found: other.chars().take(40).collect() }),
    };
    span.take(raw, &place)?;
    let found = parse_currency(&place, &raw.currency)?;
    if found != currency {
        return Err(BankError::Currency { place, expected: currency, found });
    }
    let amount = parse_amount(&place, "amount", &raw.amount, currency)?;
    if amount.minor().is_negative() {
        return Err(BankError::Negative { place, field: "amount", found: amount.amount() });
    }
    let value = date(&place, "value date", raw.value.as_deref())?;
    let booking = date(&place, "booking date", raw.booking.as_deref())?.or(value);
    if !booked {
        return Ok(None);
    }
    let Some(booking) = booking else { return Err(BankError::NoDate { place }) };
    Ok(Some(BankFileEntry {
        ordinal: raw.ordinal,
        offset: raw.offset,
        length: raw.length,
        bank_reference: raw.bank_reference.clone(),
        servicer_reference: raw.servicer_reference.clone(),
        booking,
        value,
        amount,
        credit: raw.credit,
        reversal: raw.reversal,
        code: raw.code.clone(),
        text: raw.text.clone(),
        lines: line::lines(raw, &place, amount, warnings)?,
    }))
}

/// What the entries come to: booked, and with those left out.
#[derive(Debug, Default)]
struct Sums {
    booked: Side,
    all: Side,
}

#[derive(Debug, Default, Clone, Copy)]
struct Side {
    credit: Minor,
    credits: u32,
    debit: Minor,
    debits: u32,
}

impl Sums {
    fn add(&mut self, credit: bool, amount: Minor, booked: bool) -> Result<(), MoneyError> {
        self.all.add(credit, amount)?;
        if booked { self.booked.add(credit, amount) } else { Ok(()) }
    }
}

impl Side {
    fn add(&mut self, credit: bool, amount: Minor) -> Result<(), MoneyError> {
        let (sum, count) =
            if credit { (&mut self.credit, &mut self.credits) } else { (&mut self.debit, &mut self.debits) };
        *sum = sum.add(amount)?;
        *count = count.saturating_add(1);
        Ok(())
    }
}

/// Declared totals hold for the booked entries or, as in intraday reports, for all of them.
fn check_declared(
    place: &str,
    declared: &RawDeclared,
    sums: &Sums,
    currency: Currency,
    warnings: &mut Vec<String>,
) {
    type Count = fn(&Side) -> u32;
    let counts: [(&str, Option<u32>, Count); 3] = [
        ("entries", declared.entries, |s| s.credits.saturating_add(s.debits)),
        ("credit entries", declared.credit_count, |s| s.credits),
        ("debit entries", declared.debit_count, |s| s.debits),
    ];
    for (what, stated, of) in counts {
        let Some(stated) = stated else { continue };
        if stated != of(&sums.booked) && stated != of(&sums.all) {
            warnings.push(format!("{place} declares {stated} {what}, but holds {}", of(&sums.booked)));
        }
    }
    type Sum = fn(&Side) -> Minor;
    let amounts: [(&str, &Option<String>, Sum); 2] =
        [("credit-sum", &declared.credit_sum, |s| s.credit), ("debit-sum", &declared.debit_sum, |s| s.debit)];
    for (what, stated, of) in amounts {
        let Some(stated) = stated else { continue };
        let stated = match Money::parse(stated, currency) {
            Ok(stated) => stated.minor(),
            Err(error) => {
                warnings.push(format!("{place} declares a {what} that is no amount: {error}"));
                continue;
            }
        };
        if stated != of(&sums.booked) && stated != of(&sums.all) {
            let (stated, found) = (stated.format(currency), of(&sums.booked).format(currency));
            warnings.push(format!(
                "{place} declares a {what} of {currency} {stated}, but its entries sum to {found}"
            ));
        }
    }
}

fn check_balances(
    read: &BankFileStatement,
    sums: &Sums,
    warnings: &mut Vec<String>,
) -> Result<(), BankError> {
    let (Some(opening), Some(closing)) = (read.opening, read.closing) else { return Ok(()) };
    let moved = sums.booked.credit.sub(sums.booked.debit)?;
    let expected = opening.minor().add(moved)?;
    if expected != closing.minor() {
        let show = |minor: Minor| minor.format(read.currency);
        warnings.push(format!(
            "statement {}: opening {} and entries of {} give {} {}, but the closing balance is {}",
            read.ordinal,
            opening.amount(),
            show(moved),
            read.currency,
            show(expected),
            closing.amount(),
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "accept_tests.rs"]
mod tests;
