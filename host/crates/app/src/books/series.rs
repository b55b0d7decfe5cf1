use super::settings::of_row;
use super::{BooksError, settings_of};
use crate::common::{Common, Context, authorise, check_code, there};
use crate::{App, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::fiscal::Calendar;
use domain::ids::CompanyId;
use domain::ledger::BEGINNING;
use domain::series::{PREFIXES, Reset, Rule, default_prefix, document_kind, number, parse_number, prefix_of};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{Series, SeriesRule, SeriesVoid};
use store::types::VoidReason;
use store::{Conn, Tx, query};

/// Numbers read at once.
const PAGE: u32 = 1000;
/// Missing numbers that are named; all are counted.
const NAMED_MAX: usize = 100;
/// The greatest number a series may begin with.
const START_MAX: u64 = 1_000_000_000;

/// What a document is numbered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub kind: String,
    pub date: NaiveDate,
}

/// The rules by which documents are numbered.
pub(crate) struct Numbering {
    calendar: Calendar,
    rules: BTreeMap<String, Rule>,
}

impl Numbering {
    fn load(conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        Ok(Self::new(settings_of(conn, company)?.calendar, &query::series::rules(conn, company)?))
    }
    /// Those of now, which nobody changes until the transaction ends.
    pub(crate) fn held(tx: &mut Tx<'_>, company: CompanyId) -> Result<Self, Common> {
        let held = query::settings::hold(tx, company)?;
        let calendar = of_row(held.settings.books.as_ref())?.calendar;
        Ok(Self::new(calendar, &held.settings.series))
    }
    fn new(calendar: Calendar, rules: &[SeriesRule]) -> Self {
        let rules = rules.iter().map(|row| (row.kind.clone(), rule(row)));
        Numbering { calendar, rules: rules.collect() }
    }
    fn rule(&self, kind: &str) -> Rule {
        self.rules.get(kind).cloned().unwrap_or_else(|| Rule::default_of(kind))
    }

    /// The next numbers, gap-free, in the order of what is wanted; a range of each series is taken at once.
    ///
    /// # Errors
    /// `OutOfOrder` for a date before the last one of a chronological series.
    pub(crate) fn take(
        &self,
        tx: &mut Tx<'_>,
        company: CompanyId,
        wanted: &[Wanted],
    ) -> Result<Vec<String>, Common> {
        let codes: Vec<String> =
            wanted.iter().map(|one| self.rule(&one.kind).code(self.calendar, one.date)).collect();
        // in one order, so that two transactions wait for each other and do not deadlock
        let mut of: BTreeMap<&str, (&str, Vec<NaiveDate>)> = BTreeMap::new();
        for (code, one) in codes.iter().zip(wanted) {
            of.entry(code).or_insert_with(|| (one.kind.as_str(), Vec::new())).1.push(one.date);
        }
        let mut next: BTreeMap<&str, u64> = BTreeMap::new();
        for (code, (kind, days)) in of {
            if self.rule(kind).chronological {
                let held = query::series::take(tx, company, (kind, code), 0, BEGINNING)?;
                in_order(code, held.last_date, &days)?;
            }
            let last = days.iter().copied().fold(BEGINNING, NaiveDate::max);
            let count = u32::try_from(days.len()).unwrap_or(u32::MAX);
            next.insert(code, query::series::take(tx, company, (kind, code), count, last)?.first);
        }
        let mut numbers = Vec::with_capacity(wanted.len());
        for code in &codes {
            let next = next.entry(code).or_default();
            numbers.push(number(code, *next));
            *next = next.saturating_add(1);
        }
        Ok(numbers)
    }
}

fn in_order(code: &str, mut last: NaiveDate, days: &[NaiveDate]) -> Result<(), Common> {
    for date in days {
        if *date < last {
            return Err(Common::OutOfOrder { series: code.to_owned(), date: *date, last });
        }
        last = *date;
    }
    Ok(())
}

fn rule(row: &SeriesRule) -> Rule {
    Rule { prefix: row.prefix.clone(), reset: row.reset, chronological: row.chronological }
}

/// The kind of documents that a series is of.
fn kind_of(series: &Series) -> String {
    let prefix = prefix_of(&series.code);
    let usual = || PREFIXES.iter().find(|(_, own)| *own == prefix).map_or(prefix, |(kind, _)| kind);
    series.kind.clone().unwrap_or_else(|| usual().to_owned())
}

/// How documents of a kind are numbered, and which series of theirs have begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesView {
    pub kind: String,
    pub rule: Rule,
    pub begun: Vec<Series>,
}

/// Where a series goes on from another system's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// A day of the year or month that the series is of.
    pub on: NaiveDate,
    pub number: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesInput {
    /// Default: the kind's own.
    pub prefix: Option<String>,
    pub reset: Reset,
    pub chronological: bool,
    pub start: Option<Start>,
}

/// The series of every kind of documents, by kind.
pub fn list_series(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<SeriesView>, Common> {
    authorise(actor, Permission::Read, company)?;
    app.db.snapshot(|conn| series_views(conn, company))
}

/// That of one kind, in the caller's transaction: nobody changes it until it ends.
pub fn held_series(tx: &mut Tx<'_>, company: CompanyId, kind: &str) -> Result<SeriesView, Common> {
    query::companies::lock(tx, company)?;
    there(series_views(tx, company)?.into_iter().find(|view| view.kind == kind), "kind of documents", kind)
}

fn series_views(conn: &mut Conn, company: CompanyId) -> Result<Vec<SeriesView>, Common> {
    let numbering = Numbering::load(conn, company)?;
    let begun = query::series::list(conn, company)?;
    let mut kinds: BTreeSet<String> = PREFIXES.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    kinds.extend(begun.iter().map(kind_of));
    let view = |kind: String| SeriesView {
        rule: numbering.rule(&kind),
        begun: begun.iter().filter(|series| kind_of(series) == kind).cloned().collect(),
        kind,
    };
    Ok(kinds.into_iter().map(view).collect())
}

/// Chooses how documents of a kind are numbered from the next one on.
///
/// # Errors
/// `Series`; `SeriesBegun` for a start of a series that has given a number.
pub fn put_series(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    kind: &str,
    input: &SeriesInput,
) -> Result<SeriesView, BooksError> {
    authorise(actor, Permission::Configure, company)?;
    there(PREFIXES.iter().find(|(own, _)| *own == kind), "kind of documents", kind)?;
    let prefix = input.prefix.clone().unwrap_or_else(|| default_prefix(kind).to_owned());
    let rule = Rule { prefix, reset: input.reset, chronological: input.chronological };
    if let Some(Start { on, number }) = input.start {
        if !(1..=START_MAX).contains(&number) {
            return Err(Common::invalid("/start/number", format!("goes from 1 to {START_MAX}")).into());
        }
        if on < BEGINNING {
            return Err(Common::invalid("/start/on", "lies before 1900").into());
        }
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let views = series_views(tx, company)?;
        let used = views.iter().flat_map(|view| {
            let begun = view.begun.iter().map(move |series| (prefix_of(&series.code), view.kind.as_str()));
            begun.chain([(view.rule.prefix.as_str(), view.kind.as_str())])
        });
        rule.check(kind, used)?;
        let row = SeriesRule {
            company,
            kind: kind.to_owned(),
            prefix: rule.prefix.clone(),
            reset: rule.reset,
            chronological: rule.chronological,
            set_by: actor.to_string(),
            set_at: ctx.now,
        };
        query::series::put_rule(tx, &row)?;
        let data = json!({"kind": kind, "prefix": rule.prefix, "reset": rule.reset.name(),
            "chronological": rule.chronological});
        event::write(&ctx, tx, actor, company, ("series.set", company), data)?;
        if let Some(start) = input.start {
            begin(&ctx, tx, actor, company, (kind, &rule), start)?;
        }
        Ok(held_series(tx, company, kind)?)
    })
}

/// Begins a series with a number. The event says so for whoever counts the numbers later.
fn begin(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (kind, rule): (&str, &Rule),
    start: Start,
) -> Result<(), BooksError> {
    let code = rule.code(settings_of(tx, company)?.calendar, start.on);
    if let Some(series) = query::series::by_code(tx, company, &code)? {
        return Err(BooksError::SeriesBegun { code, next: series.next });
    }
    let next = i64::try_from(start.number).unwrap_or(i64::MAX);
    let kind = kind.to_owned();
    let row =
        Series { company, code: code.clone(), next, first: start.number, kind: Some(kind), last_date: None };
    query::series::start(tx, &row)?;
    let data = json!({"kind": row.kind, "series": code, "first": start.number});
    Ok(event::write(ctx, tx, actor, company, ("series.started", company), data)?)
}

/// A number that no document is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidInput {
    /// Absent: the next one.
    pub number: Option<u64>,
    pub reason: VoidReason,
    /// A code, as that of a memo which tells more.
    pub reference: Option<String>,
}

/// A number that is void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidView {
    pub number: String,
    pub row: SeriesVoid,
}

fn void_view(row: SeriesVoid) -> VoidView {
    VoidView { number: number(&row.code, row.number), row }
}

/// Explains a number that was lost or spoiled: it is given to no document, and the gap report names the reason.
///
/// # Errors
/// `NotGiven`, `HasDocument`, `VoidAlready`; `NotFound` for a series that has not begun.
pub fn void(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    code: &str,
    input: &VoidInput,
) -> Result<VoidView, BooksError> {
    authorise(actor, Permission::Configure, company)?;
    if let Some(reference) = &input.reference {
        check_code("/reference", reference)?;
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let series = there(query::series::by_code(tx, company, code)?, "series", code)?;
        let kind = kind_of(&series);
        let n = match input.number {
            Some(n) => given(tx, &series, &kind, n)?,
            None => query::series::take(tx, company, (&kind, code), 1, BEGINNING)?.first,
        };
        let row = SeriesVoid {
            company,
            code: code.to_owned(),
            number: n,
            kind,
            reason: input.reason,
            reference: input.reference.clone(),
            voided_by: actor.to_string(),
            voided_at: ctx.now,
        };
        query::series::void(tx, &row)?;
        event::write(&ctx, tx, actor, company, ("number.voided", number(code, n)), content(&row))?;
        Ok(void_view(row))
    })
}

/// That a number was given and is nobody's.
fn given(conn: &mut Conn, series: &Series, kind: &str, n: u64) -> Result<u64, BooksError> {
    let shown = number(&series.code, n);
    if n < series.first || i64::try_from(n).map_or(true, |n| n >= series.next) {
        return Err(BooksError::NotGiven { number: shown });
    }
    if query::series::has_number(conn, series.company, kind, &shown)? {
        return Err(BooksError::HasDocument { number: shown });
    }
    let voids = query::series::voids(conn, series.company)?;
    if voids.iter().any(|void| void.code == series.code && void.number == n) {
        return Err(BooksError::VoidAlready { number: shown });
    }
    Ok(n)
}

/// What the event of a void number says.
pub(crate) fn content(row: &SeriesVoid) -> serde_json::Value {
    json!({"kind": row.kind, "series": row.code, "number": row.number, "reason": row.reason.name(),
        "reference": row.reference})
}

/// A series, number by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapView {
    pub code: String,
    pub kind: String,
    pub first: u64,
    /// The last number given; 0: none was.
    pub last: u64,
    pub documents: u64,
    pub voids: Vec<VoidView>,
    /// Given, of no document, and not explained.
    pub missing: u64,
    /// The first of them.
    pub first_missing: Vec<String>,
}

/// Which numbers no document has (断号检查), of every series that has begun.
pub fn gaps(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<GapView>, Common> {
    authorise(actor, Permission::Read, company)?;
    app.db.snapshot(|conn| gaps_in(conn, company))
}

/// As [`gaps`], of at most `limit` series after the one with the code `after`: the numbers of their kinds alone are read.
pub fn page_gaps(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<GapView>, Common> {
    authorise(actor, Permission::Read, company)?;
    let wants = usize::try_from(limit).unwrap_or(usize::MAX);
    app.db.snapshot(|conn| {
        let mut series = query::series::list(conn, company)?;
        series.retain(|one| after.is_none_or(|after| one.code.as_str() > after));
        series.truncate(wants);
        gaps_of(conn, company, &series)
    })
}

pub(crate) fn gaps_in(conn: &mut Conn, company: CompanyId) -> Result<Vec<GapView>, Common> {
    let series = query::series::list(conn, company)?;
    gaps_of(conn, company, &series)
}

fn gaps_of(conn: &mut Conn, company: CompanyId, series: &[Series]) -> Result<Vec<GapView>, Common> {
    let mut voids: BTreeMap<String, Vec<SeriesVoid>> = BTreeMap::new();
    for void in query::series::voids(conn, company)? {
        voids.entry(void.code.clone()).or_default().push(void);
    }
    let mut taken = numbers_taken(conn, company, series)?;
    Ok(series
        .iter()
        .map(|one| {
            let numbers = taken.remove(&one.code).unwrap_or_default();
            gap(one, kind_of(one), &numbers, voids.remove(&one.code).unwrap_or_default())
        })
        .collect())
}

/// The numbers that documents and deliveries have, by their series.
fn numbers_taken(
    conn: &mut Conn,
    company: CompanyId,
    series: &[Series],
) -> Result<BTreeMap<String, BTreeSet<u64>>, Common> {
    let kinds: BTreeSet<String> = series.iter().map(kind_of).collect();
    let of: BTreeSet<Option<&str>> = kinds.iter().map(|kind| document_kind(kind)).collect();
    let mut taken: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for kind in of {
        let mut after = String::new();
        loop {
            let page = match kind {
                Some(kind) => query::series::numbers(conn, company, kind, &after, PAGE)?,
                None => query::deliveries::numbers(conn, company, &after, PAGE)?,
            };
            let Some(last) = page.last() else { break };
            after.clone_from(last);
            for (code, n) in page.iter().filter_map(|number| parse_number(number)) {
                taken.entry(code.to_owned()).or_default().insert(n);
            }
        }
    }
    Ok(taken)
}

fn gap(series: &Series, kind: String, numbers: &BTreeSet<u64>, voids: Vec<SeriesVoid>) -> GapView {
    let next = u64::try_from(series.next).unwrap_or(0);
    let void: BTreeSet<u64> = voids.iter().map(|void| void.number).collect();
    let lost = |n: &u64| !numbers.contains(n) && !void.contains(n);
    let missing: Vec<u64> = (series.first..next).filter(lost).collect();
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    GapView {
        code: series.code.clone(),
        kind,
        first: series.first,
        last: if next > series.first { next.saturating_sub(1) } else { 0 },
        documents: count(numbers.len()),
        missing: count(missing.len()),
        first_missing: missing.iter().take(NAMED_MAX).map(|n| number(&series.code, *n)).collect(),
        voids: voids.into_iter().map(void_view).collect(),
    }
}
