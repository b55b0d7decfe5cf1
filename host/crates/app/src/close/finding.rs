//! What the host finds of an item: on a snapshot, as of the period's last day, as known at a position. Figures hold ids,
//! counts and amounts, no names: an event carries them.

use crate::audit::figures_at;
use crate::common::Common;
use crate::company::date_of;
use crate::customer::all_customers;
use crate::dispute::disputed_at;
use crate::event;
use crate::regrouping;
use crate::report::{self, ReportError, reading, tie_out_in, unapplied_in, unbilled_in};
use crate::revaluation::{self, RevalueError, Revalued};
use crate::suspense;
use chrono::NaiveDate;
use domain::close::{Check, Gap, Month, Sheet, Span, gaps};
use domain::ids::{BankAccountId, BankStatementId, CustomerId};
use domain::statement::{CustomerRows, Section, Subject, fold};
use money::{Currency, Minor, normal_form};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::query::customer_rows::{RatesAt, figures_rows};
use store::query::statements::Filter;
use store::rows::{BankAccount, BankStatement, Company};
use store::types::{BankLineStatus, StatementStatus};
use store::{Conn, query};

/// Customers whose rows are in memory at once.
const CUSTOMERS_MAX: usize = 200;
/// Statements read at once.
const PAGE: u32 = 500;
/// Customers without a statement, and disputes, that are named; all are counted.
const NAMED_MAX: usize = 20;

/// What was found of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable, as `gaps`.
    pub code: String,
    pub holds: bool,
    /// An object: ids, counts as numbers, amounts as text.
    pub figures: Value,
}

impl Finding {
    /// Of vouchers that were all handed over: nobody need say so.
    pub(super) const EXPORTED: &str = "exported";
    fn new(code: &str, holds: bool, figures: Value) -> Self {
        Finding { code: code.to_owned(), holds, figures }
    }
    /// As it is stored.
    pub(super) fn to_json(&self) -> Value {
        json!({"code": self.code, "holds": self.holds, "figures": self.figures})
    }
    /// Out of the store.
    pub(super) fn from_json(stored: &Value) -> Result<Self, Common> {
        let corrupt = || Common::Corrupt { what: "finding", detail: stored.to_string() };
        let code = stored["code"].as_str().ok_or_else(corrupt)?.to_owned();
        let holds = stored["holds"].as_bool().ok_or_else(corrupt)?;
        Ok(Finding { code, holds, figures: stored["figures"].clone() })
    }
}

/// What of the books is looked at.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub company: &'a Company,
    pub month: Month,
    pub known_at: u64,
    /// The control accounts are reckoned anew from every row, as who signs and who locks wants it. A look at the page takes what
    /// checkpoints say where all ties out; it is the same, unless the rows before a checkpoint were changed past the program.
    pub anew: bool,
}

/// Looks at one item, on the caller's snapshot.
pub(super) fn find(conn: &mut Conn, frame: Frame<'_>, check: Check) -> Result<Finding, ReportError> {
    match check {
        Check::BankContinuity => Ok(bank(conn, frame)?),
        Check::Unapplied => unapplied(conn, frame),
        Check::Unbilled => unbilled(conn, frame),
        Check::Revaluation => Ok(revalued(conn, frame)?),
        Check::TieOut => tied_out(conn, frame),
        Check::Statements => stated(conn, frame),
        Check::VouchersExported => Ok(vouchers(conn, frame)?),
        Check::Suspense => Ok(suspended(conn, frame)?),
        Check::Disputes => Ok(disputed(conn, frame)?),
    }
}

fn bank(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, Common> {
    let (company, first, last) = (frame.company.id, frame.month.first(), frame.month.last());
    let mut unsettled: BTreeMap<BankAccountId, (u64, u64)> = BTreeMap::new();
    for (account, status, lines) in query::bank_lines::unsettled(conn, company, (first, last))? {
        let counts = unsettled.entry(account).or_default();
        match status {
            BankLineStatus::Proposed => counts.1 = lines,
            _ => counts.0 = lines,
        }
    }
    let (mut accounts, mut torn, mut waiting) = (Vec::new(), false, false);
    // of one that is not in force no file is read
    for account in query::bank_accounts::list(conn, company)?.into_iter().filter(|own| own.confirmed) {
        let statements = query::bank_files::statements_of_account(conn, company, account.id)?;
        let spans = spans(conn, &account, &statements)?;
        let since = date_of(frame.company, account.created_at)?;
        // one that was opened later has nothing of the period
        if since > last && spans.iter().all(|span| span.start > last) {
            continue;
        }
        let gaps = gaps(spans, first, last);
        let (open, proposed) = unsettled.get(&account.id).copied().unwrap_or_default();
        torn |= !gaps.is_empty();
        waiting |= open + proposed > 0;
        let gaps: Vec<Value> = gaps.iter().map(|gap| gap_figures(gap, account.currency)).collect();
        accounts.push(
            json!({"account": account.id.to_string(), "gaps": gaps, "open": open, "proposed": proposed}),
        );
    }
    let code = match (torn, waiting, accounts.is_empty()) {
        (true, ..) => "gaps",
        (_, true, _) => "lines-unsettled",
        (.., true) => "no-accounts",
        _ => "continuous",
    };
    Ok(Finding::new(code, !torn && !waiting, json!({"accounts": accounts})))
}

fn gap_figures(gap: &Gap, currency: Currency) -> Value {
    let side = |of: Option<(BankStatementId, Option<Minor>)>| {
        of.map(|(id, balance)| {
            json!({"statement": id.to_string(), "balance": balance.map(|minor| minor.format(currency))})
        })
    };
    json!({"kind": gap.kind.name(), "before": side(gap.before), "after": side(gap.after),
        "until": gap.until.map(|day| day.to_string())})
}

/// The statements with their days; those that say none are of the days of their lines, and without lines of no day.
fn spans(conn: &mut Conn, account: &BankAccount, statements: &[BankStatement]) -> Result<Vec<Span>, Common> {
    let undated = statements.iter().filter(|one| one.start_date.is_none() || one.end_date.is_none());
    let undated: Vec<BankStatementId> = undated.map(|one| one.id).collect();
    let mut booked: HashMap<BankStatementId, (NaiveDate, NaiveDate)> = HashMap::new();
    for (statement, day) in query::bank_lines::booked(conn, account.company, account.id, &undated)? {
        let days = booked.entry(statement).or_insert((day.date(), day.date()));
        *days = (days.0.min(day.date()), days.1.max(day.date()));
    }
    let span = |(n, one): (usize, &BankStatement)| {
        let lines = booked.get(&one.id);
        let start = one.start_date.or(lines.map(|days| days.0)).or(one.end_date)?;
        let end = one.end_date.or(lines.map(|days| days.1)).unwrap_or(start).max(start);
        let number = one.legal_sequence.as_ref().or(one.sequence.as_ref());
        let came = u64::try_from(n).unwrap_or(u64::MAX);
        Some(Span {
            id: one.id,
            start,
            end,
            opening: one.opening,
            closing: one.closing,
            order: number.and_then(|number| number.parse().ok()).unwrap_or(came),
            sheet: one.page.map(|page| Sheet { of: number.cloned().unwrap_or_default(), page }),
        })
    };
    Ok(statements.iter().enumerate().filter_map(span).collect())
}

/// A report that does not tie out is a finding; what else keeps it from being made is not.
fn not_tied(error: ReportError) -> Result<Finding, ReportError> {
    match error {
        ReportError::NotTiedOut { .. } | ReportError::ControlAccount { .. } => {
            Ok(Finding::new("not-tied-out", false, json!({})))
        }
        other => Err(other),
    }
}

fn unapplied(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, ReportError> {
    let (items, totals) = match report::unapplied_totals(&mut of_all(conn, frame))? {
        Some(found) => found,
        None => match unapplied_in(&mut of_all(conn, frame)) {
            Ok(found) => (found.items.len(), found.totals),
            Err(error) => return not_tied(error),
        },
    };
    let total = |one: &report::UnappliedTotal| {
        let amount = one.unapplied.format(one.currency);
        json!({"account": one.account, "currency": one.currency.code(), "unapplied": amount})
    };
    let totals: Vec<Value> = totals.iter().map(total).collect();
    let figures = json!({"items": items, "totals": totals});
    let shown = regrouped(conn, frame)?;
    let figures = match shown.is_empty() {
        true => figures,
        false => event::with(figures, "regrouped", Value::Array(shown)),
    };
    let code = if items == 0 { "none" } else { "to-review" };
    Ok(Finding::new(code, true, figures))
}

/// What regroupings show as advances at the last day; nothing of a company that shows none.
fn regrouped(conn: &mut Conn, frame: Frame<'_>) -> Result<Vec<Value>, Common> {
    let posted = query::regroupings::of_day(conn, frame.company.id, frame.month.last())?;
    let of: BTreeSet<(&str, Currency)> =
        posted.iter().map(|one| (one.account.as_str(), one.currency)).collect();
    let shown = of.into_iter().map(|(account, currency)| -> Result<Value, Common> {
        let (sum, _) = regrouping::shown(&posted, account, currency)?;
        let sum = sum.format(currency);
        Ok(json!({"account": account, "currency": currency.code(), "regrouped": sum}))
    });
    shown.collect()
}

fn unbilled(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, ReportError> {
    let found = match unbilled_in(&mut of_all(conn, frame)) {
        Ok(found) => found,
        Err(error) => return not_tied(error),
    };
    let total = |one: &report::UnbilledTotal| {
        let amount = |minor: Minor| minor.format(one.currency);
        json!({"currency": one.currency.code(), "accrued": amount(one.accrued), "not_accrued": amount(one.not_accrued),
            "deferred": amount(one.deferred), "not_delivered": amount(one.not_delivered)})
    };
    let totals: Vec<Value> = found.totals.iter().map(total).collect();
    let code = if found.rows.is_empty() { "none" } else { "to-review" };
    Ok(Finding::new(code, true, json!({"lines": found.rows.len(), "totals": totals})))
}

fn of_all<'a>(conn: &'a mut Conn, frame: Frame<'_>) -> report::Reading<'a> {
    reading(conn, frame.company, frame.month.last(), frame.known_at)
}

fn tied_out(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, ReportError> {
    let quick = if frame.anew { None } else { report::tied_out(&mut of_all(conn, frame))? };
    let (rows, holds, not_tied) = match quick {
        Some(rows) => (rows, true, 0),
        None => {
            let found = tie_out_in(&mut of_all(conn, frame))?;
            let holds = found.holds();
            (found.rows, holds, found.not_tied.len())
        }
    };
    let row = |row: &report::TieOutRow| {
        let amount = |minor: Minor| minor.format(row.currency);
        json!({"account": row.account, "currency": row.currency.code(), "ledger": amount(row.ledger),
            "customers": amount(row.customers), "open_items": amount(row.open_items), "aging": amount(row.aging)})
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    let code = if holds { "tied-out" } else { "not-tied-out" };
    Ok(Finding::new(code, holds, json!({"rows": rows, "customers_not_tied": not_tied})))
}

fn revalued(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, Common> {
    let (company, last) = (frame.company, frame.month.last());
    let all = match revaluation::valued(conn, company, last) {
        Ok(all) => all,
        Err(RevalueError::NoRate { currency, .. }) => {
            return Ok(Finding::new("no-rate", false, json!({"currency": currency.code()})));
        }
        Err(RevalueError::Common(common)) => return Err(common),
        Err(other) => return Err(Common::Corrupt { what: "carried balance", detail: other.to_string() }),
    };
    let differs = all.iter().any(|one| !one.difference.is_zero());
    let was = !query::revaluations::of_day(conn, company.id, last)?.is_empty();
    let code = match (all.is_empty(), differs, was) {
        (true, ..) => "nothing-foreign",
        (_, false, _) => "revalued",
        (_, true, false) => "not-revalued",
        (_, true, true) => "changed-since",
    };
    let base = |minor: Minor| minor.format(company.base_currency);
    let row = |one: &Revalued| {
        json!({"account": one.account, "currency": one.currency.code(), "balance": one.balance.format(one.currency),
            "carrying": base(one.carrying), "value": base(one.value), "difference": base(one.difference),
            "rate": normal_form(one.rate.rate()), "rate_date": one.rate.date.to_string()})
    };
    Ok(Finding::new(code, !differs, json!({"accounts": all.iter().map(row).collect::<Vec<_>>()})))
}

fn stated(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, ReportError> {
    let approved = approved(conn, frame)?;
    // of what is left of an erased one no statement can be made
    let mut customers = all_customers(conn, frame.company.id)?;
    customers.retain(|customer| customer.erased_at.is_none());
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    let (wanted, not_tied) = match wants_statement(conn, frame)? {
        Some(wanted) => (wanted, 0),
        None => folded(conn, frame, &ids)?,
    };
    let wanted: Vec<CustomerId> = ids.into_iter().filter(|id| wanted.contains(id)).collect();
    let missing: Vec<String> =
        wanted.iter().filter(|id| !approved.contains(id)).map(ToString::to_string).collect();
    let code = match (not_tied, missing.is_empty(), wanted.len()) {
        (1.., ..) => "not-tied-out",
        (_, false, _) => "missing",
        (.., 0) => "nothing-to-state",
        _ => "all-stated",
    };
    let holds = not_tied == 0 && missing.is_empty();
    let named: Vec<&String> = missing.iter().take(NAMED_MAX).collect();
    let figures = json!({"customers": wanted.len(), "missing": missing.len(), "first_missing": named});
    Ok(Finding::new(code, holds, figures))
}

/// Customers of whom something is open at the last day or moved in the month; none where the fold is to be asked.
fn wants_statement(conn: &mut Conn, frame: Frame<'_>) -> Result<Option<BTreeSet<CustomerId>>, ReportError> {
    let Some(mut wanted) = report::open_customers(&mut of_all(conn, frame))? else { return Ok(None) };
    let (first, to, known_at) = (frame.month.first(), frame.month.last(), frame.known_at);
    let span = domain::checkpoint::Span::Days { after: first.pred_opt().unwrap_or(first), to, known_at };
    wanted.extend(query::checkpoints::moved(conn, frame.company.id, span)?);
    Ok(Some(wanted))
}

/// The same by the fold, and how many customers do not tie out.
fn folded(
    conn: &mut Conn,
    frame: Frame<'_>,
    customers: &[CustomerId],
) -> Result<(BTreeSet<CustomerId>, u64), Common> {
    let (mut wanted, mut not_tied) = (BTreeSet::new(), 0u64);
    let (company, last) = (frame.company, frame.month.last());
    let rates = RatesAt { base: company.base_currency, cut_off: last };
    let none = CustomerRows::default();
    let subject =
        || Subject { period_start: frame.month.first(), ..figures_at(company, last, frame.known_at) };
    for ids in customers.chunks(CUSTOMERS_MAX) {
        let rows = figures_rows(conn, company.id, ids, rates)?;
        for id in ids {
            let Ok(model) = fold(subject(), rows.get(id).unwrap_or(&none)) else {
                not_tied += 1;
                continue;
            };
            let states = |section: &Section| !(section.movements.is_empty() && section.open_items.is_empty());
            if model.sections.iter().any(states) {
                wanted.insert(*id);
            }
        }
    }
    Ok((wanted, not_tied))
}

/// Customers with an approved statement at the last day.
fn approved(conn: &mut Conn, frame: Frame<'_>) -> Result<BTreeSet<CustomerId>, Common> {
    let filter = Filter {
        cut_off: Some(frame.month.last()),
        status: Some(StatementStatus::Approved),
        ..Filter::default()
    };
    let (mut found, mut after) = (BTreeSet::new(), None);
    loop {
        let page = query::statements::list(conn, frame.company.id, &filter, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some(last.id);
        found.extend(page.iter().map(|statement| statement.customer));
    }
}

/// Money that nobody is known to own at the last day, and whether the account holds as much.
fn suspended(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, Common> {
    let (company, last) = (frame.company, frame.month.last());
    let items = suspense::all_open(conn, company.id, last)?;
    let totals = suspense::totals_in(conn, company.id, last)?;
    let ties = totals.iter().all(suspense::SuspenseTotal::ties);
    let code = match (ties, items.is_empty()) {
        (false, _) => "not-tied-out",
        (true, false) => "in-suspense",
        (true, true) => "none",
    };
    let oldest = items.iter().map(|view| view.item.value_date).min();
    let total = |one: &suspense::SuspenseTotal| {
        json!({"currency": one.currency.code(), "items": one.items.format(one.currency),
            "ledger": one.ledger.format(one.currency)})
    };
    let figures = json!({"items": items.len(), "oldest": oldest.map(|day| day.to_string()),
        "totals": totals.iter().map(total).collect::<Vec<_>>()});
    Ok(Finding::new(code, ties && items.is_empty(), figures))
}

/// What customers dispute at the last day of what is open then: whoever signs has looked at it.
fn disputed(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, Common> {
    let found = disputed_at(conn, frame.company.id, (frame.month.last(), frame.known_at))?;
    let mut sums: BTreeMap<(String, Currency), Minor> = BTreeMap::new();
    for one in &found {
        let sum = sums.entry((one.account.clone(), one.currency)).or_default();
        *sum = sum.add(one.amount)?;
    }
    let totals: Vec<Value> = sums
        .into_iter()
        .map(|((account, currency), amount)| {
            let disputed = amount.format(currency);
            json!({"account": account, "currency": currency.code(), "disputed": disputed})
        })
        .collect();
    let named: Vec<String> = found.iter().take(NAMED_MAX).map(|one| one.dispute.to_string()).collect();
    let code = if found.is_empty() { "none" } else { "to-review" };
    let figures = json!({"disputes": found.len(), "first_disputes": named, "totals": totals});
    Ok(Finding::new(code, true, figures))
}

fn vouchers(conn: &mut Conn, frame: Frame<'_>) -> Result<Finding, Common> {
    let (company, last) = (frame.company.id, frame.month.last());
    let span = (frame.month.first(), last);
    let entries = query::closes::entries_in(conn, company, span, frame.known_at)?;
    let exports = query::vouchers::exports(conn, company, last)?;
    let Some(handed) = exports.last() else {
        let code = if entries == 0 { "none" } else { "to-export" };
        return Ok(Finding::new(code, true, json!({"entries": entries})));
    };
    // whoever hands vouchers over hands all of them over
    let vouchers = query::vouchers::posted(conn, company, span, frame.known_at)?;
    let whole = handed.vouchers >= vouchers;
    let figures = json!({"entries": entries, "vouchers": vouchers, "exported": handed.vouchers, "export": handed.n,
        "digest": handed.digest.to_string()});
    Ok(Finding::new(if whole { Finding::EXPORTED } else { "changed-since" }, whole, figures))
}
