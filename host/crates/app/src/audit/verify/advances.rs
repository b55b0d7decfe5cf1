//! Tax of advances (预收款): every entry on its account says in an event of which advances it moved what; the rows are what events say, and
//! of each tax line stands the share of the money that is not used. So their sum, which is the account's balance, is the tax of unused advances.

use super::Run;
use super::account::{Names, differences};
use crate::advance;
use crate::common::Common;
use domain::ids::DocumentId;
use domain::ledger::AdvanceTax;
use serde_json::Value;
use std::collections::BTreeMap;
use store::rows::{Event, Posting};
use store::{Conn, query};

const NAMES: Names = Names { list: "advances", line: "tax_line", amount: "tax", base: "base_tax" };

/// Advances read at a time.
const PAGE: u32 = 500;

/// Notes what events of an entry say; they say as much as it posts.
pub(super) fn note(run: &mut Run, postings: &[Posting], events: &[Event]) {
    let base_currency = run.company.base_currency;
    let on = |posting: &&Posting| run.advances.codes.contains(&posting.account);
    let own: Vec<&Posting> = postings.iter().filter(on).collect();
    let tells = |event: &Event| {
        event.data.0.get(NAMES.list).and_then(Value::as_array).is_some_and(|all| !all.is_empty())
    };
    if own.is_empty() && !events.iter().any(tells) {
        return;
    }
    let at = match (events.first(), own.first()) {
        (Some(event), _) => event.seal_ref.simple().to_string(),
        (None, Some(posting)) => posting.entry.to_string(),
        (None, None) => return,
    };
    let (mut sums, unread) = run.advances.note(NAMES, &at, events, base_currency);
    for _ in 0..unread {
        run.problem(&at, "it does not say how much tax of an advance moves");
    }
    for posting in own {
        let sum = sums.entry(posting.currency).or_default();
        if let (Ok(amount), Ok(base)) = (sum.0.sub(posting.amount), sum.1.sub(posting.base)) {
            *sum = (amount, base);
        }
    }
    for (amount, base) in differences(sums, base_currency) {
        run.problem(
            &at,
            format_args!("its events and its postings on tax on advances differ by {amount}, {base}"),
        );
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut chained = std::mem::take(&mut run.advances);
    let (company, base) = (run.company.id, run.company.base_currency);
    let mut after: Option<DocumentId> = None;
    loop {
        let page = query::advances::documents(conn, company, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        let mut stands: BTreeMap<(DocumentId, u32), AdvanceTax> = BTreeMap::new();
        for row in query::advances::of_documents(conn, company, &page)? {
            let at = format!("{} tax line {} in advance", row.document, row.tax_line);
            let Value::Array(found) = advance::data(std::slice::from_ref(&row), base) else { continue };
            for wrong in found.iter().filter_map(|one| chained.compare(NAMES, one, row.seal_ref.simple())) {
                run.problem(&at, wrong);
            }
            let one = AdvanceTax {
                taxable: row.taxable,
                exempt: row.exempt,
                out_of_scope: row.out_of_scope,
                tax: row.tax,
                base_tax: row.base_tax,
            };
            let of = stands.entry((row.document, row.tax_line)).or_default();
            match of.add(one) {
                Ok(sum) => *of = sum,
                Err(error) => run.problem(&at, error),
            }
        }
        for ((document, line), wanted) in advance::expected(conn, company, &page, base)? {
            let found = stands.remove(&(document, line)).unwrap_or_default();
            if found != wanted {
                run.problem(
                    document,
                    format_args!("tax line {line} of unused money: expected {wanted:?}, found {found:?}"),
                );
            }
        }
        for (document, line) in stands.into_keys() {
            run.problem(document, format_args!("tax line {line} is none that moves"));
        }
    }
    for (document, line, _) in chained.moved.into_keys() {
        run.problem(document, format_args!("an event moves tax line {line} of it, but that is not there"));
    }
    Ok(())
}
