//! What was invoiced and is not delivered (合同负债): every entry on the account says in its events which lines of invoices moved, and by how
//! much; the rows are what events say, none waits for less than nothing, and so their sum is the account's balance.

use super::Run;
use super::account::{Names, differences};
use crate::common::Common;
use crate::delivery::deferral;
use domain::deferral::Deferred;
use domain::ids::DocumentId;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use store::rows::{Event, Posting};
use store::{Conn, query};

const NAMES: Names = Names { list: "deferred", line: "line", amount: "amount", base: "base" };

/// Invoices read at a time.
const PAGE: u32 = 500;

/// Notes what events of an entry, or one that is sealed alone, say; they say as much as the entry posts.
pub(super) fn note(run: &mut Run, postings: &[Posting], events: &[Event]) {
    let base_currency = run.company.base_currency;
    let Some(first) = events.first() else {
        let on = postings.iter().find(|posting| run.deferrals.codes.contains(&posting.account));
        if let Some(entry) = on.map(|posting| posting.entry) {
            run.problem(entry, "no event says what it moves on the contract liability");
        }
        return;
    };
    let at = first.seal_ref.simple().to_string();
    let (mut sums, unread) = run.deferrals.note(NAMES, &at, events, base_currency);
    for _ in 0..unread {
        run.problem(&at, "it does not say how much of an invoice waits for its goods");
    }
    for posting in postings.iter().filter(|posting| run.deferrals.codes.contains(&posting.account)) {
        let sum = sums.entry(posting.currency).or_default();
        // a credit is what waits more
        if let (Ok(amount), Ok(base)) = (sum.0.add(posting.amount), sum.1.add(posting.base)) {
            *sum = (amount, base);
        }
    }
    for (amount, base) in differences(sums, base_currency) {
        run.problem(
            &at,
            format_args!("its events and its postings on the contract liability differ by {amount}, {base}"),
        );
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut chained = std::mem::take(&mut run.deferrals);
    let (company, base) = (run.company.id, run.company.base_currency);
    let mut after: Option<DocumentId> = None;
    loop {
        let page = query::deferrals::documents(conn, company, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        let mut waits: BTreeMap<(DocumentId, u32), Deferred> = BTreeMap::new();
        for row in query::deferrals::of_documents(conn, company, &page)? {
            let at = format!("{} line {} deferred", row.document, row.line);
            let Value::Array(found) = deferral::data(std::slice::from_ref(&row), base) else { continue };
            for wrong in found.iter().filter_map(|one| chained.compare(NAMES, one, row.seal_ref.simple())) {
                run.problem(&at, wrong);
            }
            let of = waits.entry((row.document, row.line)).or_default();
            let one = Deferred { quantity: row.quantity, amount: row.amount, base: row.base };
            match of.add(one) {
                Ok(sum) => *of = sum,
                Err(error) => run.problem(&at, error),
            }
        }
        for ((document, line), left) in waits {
            if left.quantity < Decimal::ZERO || left.amount.is_negative() || left.base.is_negative() {
                run.problem(document, format_args!("more was delivered of line {line} than waits for it"));
            }
        }
    }
    for (document, line, _) in chained.moved.into_keys() {
        run.problem(document, format_args!("an event defers line {line}, but it is not there"));
    }
    Ok(())
}
