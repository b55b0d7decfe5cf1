//! Numbers: no number of a document is missing unless an event explains it, and vouchers are numbered as the chain orders them.

use super::super::LINKS_MAX;
use super::Run;
use crate::books;
use crate::common::Common;
use crate::voucher::{self, Sorter, is_red};
use chrono::NaiveDate;
use domain::close::Month;
use domain::ids::EntryId;
use domain::voucher::Sort;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use store::rows::{Event, Posting, Voucher};
use store::{Conn, query};

/// What events say of numbers and of what was handed over, by kind and subject; emptied by the pass over the rows.
pub(super) type Told = BTreeMap<(&'static str, String), Value>;

const VOIDED: &str = "number.voided";
const STARTED: &str = "series.started";
const EXPORTED: &str = "vouchers.exported";

/// Notes what a sealed event says of numbers.
pub(super) fn note(run: &mut Run, event: &Event) {
    let (kind, subject) = match event.kind.as_str() {
        VOIDED => (VOIDED, event.subject.clone()),
        // about the company: the series stands in what it says
        STARTED => {
            (STARTED, event.data.0.get("series").and_then(Value::as_str).unwrap_or_default().to_owned())
        }
        EXPORTED => (EXPORTED, event.subject.clone()),
        _ => return,
    };
    run.told.insert((kind, subject), event.data.0.clone());
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    for series in query::series::list(conn, company)?.into_iter().filter(|series| series.first != 1) {
        let stands = json!({"kind": series.kind, "series": series.code, "first": series.first});
        told(run, (STARTED, series.code), &stands);
    }
    for series in books::gaps_in(conn, company)? {
        for void in &series.voids {
            told(run, (VOIDED, void.number.clone()), &books::void_content(&void.row));
        }
        if series.missing > 0 {
            let first = series.first_missing.first().cloned().unwrap_or_default();
            let what = format!(
                "{} numbers are of no document and not explained, the first is {first}",
                series.missing
            );
            run.problem(format_args!("series {}", series.code), what);
        }
    }
    for period in query::vouchers::periods(conn, company)? {
        vouchers(run, conn, period)?;
        for export in query::vouchers::exports(conn, company, period)? {
            told(run, (EXPORTED, voucher::subject(&export)), &voucher::content(&export));
        }
    }
    for ((kind, subject), _) in std::mem::take(&mut run.told) {
        // a series that begins with 1 needs no event, and may have one
        let is_one = kind == STARTED
            && query::series::by_code(conn, company, &subject)?.is_some_and(|one| one.first == 1);
        if !is_one {
            run.problem(subject, format_args!("an event {kind} says so, but it is not there"));
        }
    }
    Ok(())
}

/// What a row says is what its event says.
fn told(run: &mut Run, (kind, subject): (&'static str, String), stands: &Value) {
    match run.told.remove(&(kind, subject.clone())) {
        Some(told) => run.same(subject, kind, told.to_string(), stands.to_string()),
        None => run.problem(subject, format_args!("no event {kind} says so")),
    }
}

/// The vouchers of a month: sort and colour as the entries have them, numbers from 1 in the order of the chain, no entry left out
/// before the last one.
fn vouchers(run: &mut Run, conn: &mut Conn, period: NaiveDate) -> Result<(), Common> {
    let company = run.company.id;
    let Some(month) = Month::ending(period) else {
        run.problem(format_args!("vouchers of {period}"), "no month ends then");
        return Ok(());
    };
    let sorter = Sorter::load(conn, company)?;
    let mut last: BTreeMap<Sort, (u64, u64)> = BTreeMap::new();
    let (mut after, mut count, mut through) = (None, 0u64, 0u64);
    loop {
        let page = query::vouchers::page(conn, company, (period, None), after, LINKS_MAX)?;
        let Some(end) = page.last() else { break };
        after = Some((end.sort, end.number));
        let ids: Vec<EntryId> = page.iter().map(|voucher| voucher.entry).collect();
        let mut postings: HashMap<EntryId, Vec<Posting>> = HashMap::new();
        for posting in query::entries::postings_of(conn, company, &ids)? {
            postings.entry(posting.entry).or_default().push(posting);
        }
        for voucher in page {
            count += 1;
            through = through.max(voucher.position);
            let at = format!("voucher {}-{} of {month}", voucher.sort.word(), voucher.number);
            let (number, position) = last.get(&voucher.sort).copied().unwrap_or_default();
            run.same(&at, "number", number.saturating_add(1), voucher.number);
            if voucher.position <= position {
                run.problem(&at, "it is not in the order of the chain");
            }
            last.insert(voucher.sort, (voucher.number, voucher.position));
            one(
                run,
                conn,
                month,
                &at,
                &voucher,
                (&sorter, postings.get(&voucher.entry).map_or(&[][..], Vec::as_slice)),
            )?;
        }
    }
    let posted = query::vouchers::posted(conn, company, (month.first(), month.last()), through)?;
    run.same(format_args!("vouchers of {month}"), "how many entries they number", posted, count);
    Ok(())
}

fn one(
    run: &mut Run,
    conn: &mut Conn,
    month: Month,
    at: &str,
    voucher: &Voucher,
    (sorter, postings): (&Sorter, &[Posting]),
) -> Result<(), Common> {
    let company = run.company.id;
    let Some(entry) = query::entries::by_id(conn, company, voucher.entry)? else {
        run.problem(at, format_args!("{} is not there", voucher.entry));
        return Ok(());
    };
    let seal = query::seals::of(conn, company, entry.id.uuid())?;
    run.same(at, "position of its entry", seal.map_or(0, |seal| seal.position), voucher.position);
    run.same(
        at,
        "month of its entry",
        Month::of(entry.effective_date.date()).map(|of| of.to_string()).unwrap_or_default(),
        month.to_string(),
    );
    let red = is_red(conn, company, &entry.kind, entry.reverses)?;
    run.same(at, "whether it takes something back", red, voucher.red);
    let sort = sorter.sort(postings.iter(), red)?;
    run.same(at, "sort", sort.name(), voucher.sort.name());
    Ok(())
}
