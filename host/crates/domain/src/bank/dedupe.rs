//! What makes a bank line the same line in two files, and in two statements of one file.

use super::accepted::{BankFile, BankFileEntry, BankFileLine, BankFileStatement};
use std::collections::BTreeMap;

/// For each statement of the file, a key for each of [`BankFileStatement::lines`]: the JSON array of
///
/// 1. the account's number without blanks, in capitals;
/// 2. the servicer's reference, else the bank's, else the end-to-end reference, else nothing;
/// 3. end-to-end and transaction reference (in a batch all details share the entry's reference);
/// 4. booking date, amount, currency, direction, and whether it is a reversal;
/// 5. its number, from 0, among the lines that are equal in all of this.
///
/// Nothing of it depends on where in a file a line stands. Lines that are equal in everything are told apart by their
/// count: a file that shows two of them where an earlier one, made before the end of the day, showed one, brings one new
/// line. The count goes on from statement to statement of an account, so that equal lines on two pages stay two; a
/// statement that repeats another one ([`repeated`]) counts as that one does. Texts and names stay out, since banks
/// enrich them between two files.
pub fn dedupe_keys(file: &BankFile) -> Vec<Vec<String>> {
    let stretches = stretches(file);
    let keys: Vec<Vec<String>> = file
        .statements
        .iter()
        .map(|statement| {
            let account = account(statement);
            statement.lines().map(|(entry, line)| key(&account, entry, line)).collect()
        })
        .collect();
    // how often each key stands in each stretch, at most; then where each stretch begins to count
    let mut counts: BTreeMap<&str, BTreeMap<usize, u32>> = BTreeMap::new();
    for (own, stretch) in keys.iter().zip(&stretches) {
        let mut here: BTreeMap<&str, u32> = BTreeMap::new();
        for key in own {
            let count = here.entry(key).or_default();
            *count = count.saturating_add(1);
        }
        for (key, count) in here {
            let most = counts.entry(key).or_default().entry(*stretch).or_default();
            *most = count.max(*most);
        }
    }
    for of_key in counts.values_mut() {
        let mut before = 0u32;
        for count in of_key.values_mut() {
            (before, *count) = (before.saturating_add(*count), before);
        }
    }
    let numbered = keys.iter().zip(&stretches).map(|(own, stretch)| {
        let mut here: BTreeMap<&str, u32> = BTreeMap::new();
        own.iter()
            .map(|key| {
                let first = counts.get(key.as_str()).and_then(|of| of.get(stretch)).copied().unwrap_or(0);
                let count = here.entry(key).or_insert(first);
                let numbered = format!("{},{count}]", key.strip_suffix(']').unwrap_or(key));
                *count = count.saturating_add(1);
                numbered
            })
            .collect()
    });
    numbered.collect()
}

/// Pairs (statement, the earlier statement that it repeats) by position: a copy of the same account and period in one
/// file, whose lines are not taken twice.
pub fn repeated(file: &BankFile) -> Vec<(usize, usize)> {
    let mut of_account: BTreeMap<String, Vec<(usize, &BankFileStatement)>> = BTreeMap::new();
    let mut found = Vec::new();
    for (position, statement) in file.statements.iter().enumerate() {
        let earlier = of_account.entry(account(statement)).or_default();
        found.extend(
            earlier.iter().find(|(_, other)| repeats(statement, other)).map(|(other, _)| (position, *other)),
        );
        earlier.push((position, statement));
    }
    found
}

/// The stretch of the account's history that each statement shows: its own, or that of the one it repeats.
fn stretches(file: &BankFile) -> Vec<usize> {
    let mut stretches: Vec<usize> = (0..file.statements.len()).collect();
    for (statement, earlier) in repeated(file) {
        let of_earlier = stretches.get(earlier).copied().unwrap_or(earlier);
        if let Some(stretch) = stretches.get_mut(statement) {
            *stretch = of_earlier;
        }
    }
    stretches
}

/// Whether two statements of one account show the same bookings. Another page, sequence or period is another
/// stretch of the history, and so is what begins where the other ends; what nothing tells apart is the same.
fn repeats(one: &BankFileStatement, other: &BankFileStatement) -> bool {
    fn differ<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
        matches!((a, b), (Some(a), Some(b)) if a != b)
    }
    let apart = differ(&one.page, &other.page)
        || differ(&one.sequence, &other.sequence)
        || differ(&one.legal_sequence, &other.legal_sequence);
    if apart {
        return false;
    }
    let (Some(start), Some(end), Some(other_start), Some(other_end)) =
        (one.start, one.end, other.start, other.end)
    else {
        return one.id == other.id;
    };
    if start > other_end || end < other_start {
        return false;
    }
    one.id == other.id || !(follows(one, other) || follows(other, one))
}

/// Opens where the other closes. An account that is swept to zero each day always does, so it must have moved.
fn follows(later: &BankFileStatement, earlier: &BankFileStatement) -> bool {
    let moved = later.opening != later.closing || earlier.opening != earlier.closing;
    moved && later.opening.is_some() && later.opening == earlier.closing
}

fn account(statement: &BankFileStatement) -> String {
    statement.account_id.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase()
}

/// All of the key but the number.
fn key(account: &str, entry: &BankFileEntry, line: &BankFileLine) -> String {
    let reference =
        entry.servicer_reference.as_ref().or(entry.bank_reference.as_ref()).or(line.end_to_end.as_ref());
    serde_json::json!([
        account,
        reference,
        line.end_to_end,
        line.transaction,
        entry.booking.to_string(),
        line.amount.amount(),
        line.amount.currency().code(),
        if line.credit { "credit" } else { "debit" },
        entry.reversal,
    ])
    .to_string()
}

#[cfg(test)]
#[path = "dedupe_tests.rs"]
mod tests;
