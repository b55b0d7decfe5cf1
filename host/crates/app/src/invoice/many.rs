//! Many invoices and credit notes at once: the guests are asked first, without a transaction; then a run of them is written
//! in one, every table at once.
//!
//! | | |
//! |---|---|
//! | a run | documents that stand on nothing that a document beside them writes, [`RUN_MAX`] at most |
//! | load | company, customers, keys, locks, bindings: one snapshot of the run |
//! | assess | the tax guest, a conversation a document: erasing one customer takes nobody else's call along (decision 29) |
//! | write | checks, a range of numbers, rows; all or none |
//!
//! One that is refused before the write stops no other. Where the write of a run is refused, its documents are posted one by
//! one: whatever came between concerns few of them.

use super::issue::{IssueInvoice, IssueInvoiceError, IssuedInvoice, assess_loaded, check, issue};
use super::load::{Loaded, load};
use super::write::{PreparedInvoice, write_many};
use crate::common::{Common, Context, authorise};
use crate::random::SeededRandom;
use crate::{App, draft};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::CompanyId;
use money::Money;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use store::rows::Document;
use store::{Conn, Tx, query};

/// Documents that are written in one transaction: on SQLite others wait for it, and should not wait for more than 100 ms.
pub const RUN_MAX: usize = 100;

/// What became of a document; `None`: it is still to be posted, by [`issue`].
pub type Settled = Option<Result<IssuedInvoice, IssueInvoiceError>>;

/// Posts each of `inputs`, in their order and as [`issue`] would, or says why not.
///
/// # Errors
/// Who may not.
pub fn issue_many(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    inputs: &[IssueInvoice],
) -> Result<Vec<Result<IssuedInvoice, IssueInvoiceError>>, Common> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    let mut outcomes = Vec::with_capacity(inputs.len());
    for run in runs(inputs) {
        let run = inputs.get(run).unwrap_or_default();
        let settled = issue_run(app, actor, company, run, |_, _| Ok(()))?;
        for (input, settled) in run.iter().zip(settled) {
            outcomes.push(settled.unwrap_or_else(|| issue(app, actor, company, input)));
        }
    }
    Ok(outcomes)
}

/// Cuts documents, in their order, into runs for [`issue_run`]. What names an original stands alone, since it may be among those
/// before it; and so does what has the `external_id` of another.
pub fn runs<'a>(inputs: impl IntoIterator<Item = &'a IssueInvoice>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut names: HashSet<(&str, &str)> = HashSet::new();
    let mut alone = true;
    for (at, input) in inputs.into_iter().enumerate() {
        let name = input.external_id.as_deref().map(|id| (input.kind.name(), id));
        let taken = name.is_some_and(|name| names.contains(&name));
        let first = alone || taken || stands_alone(input);
        match runs.last_mut().filter(|run| !first && run.len() < RUN_MAX) {
            Some(run) => run.end = at + 1,
            None => {
                names.clear();
                runs.push(at..at + 1);
            }
        }
        names.extend(name);
        alone = stands_alone(input);
    }
    runs
}

/// It stands on what a document before it may write: its original, or what is left of deliveries.
fn stands_alone(input: &IssueInvoice) -> bool {
    input.original.is_some() || !input.deliveries.is_empty()
}

/// Posts a run of [`runs`]. `also` is done in the transaction that writes them, with what was issued by its place in the run:
/// its refusal undoes it.
///
/// # Errors
/// Who may not, and what none of them can do without.
pub fn issue_run(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    run: &[IssueInvoice],
    mut also: impl FnMut(&mut Tx<'_>, &[(usize, IssuedInvoice)]) -> Result<(), Common>,
) -> Result<Vec<Settled>, Common> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    let ctx = Context::new(app);
    let mut settled: Vec<Settled> = run.iter().map(|_| None).collect();
    let mut ready: Vec<(usize, PreparedInvoice)> = Vec::with_capacity(run.len());
    let prepared = prepare(&ctx, company, run)?.into_iter();
    let (taken, rules) = app
        .db
        .read(|conn| Ok::<_, Common>((taken(conn, company, run)?, draft::rules_of(conn, actor, company)?)))?;
    for (at, ((prepared, taken), input)) in prepared.zip(taken).zip(run).enumerate() {
        let checked = prepared.and_then(|prepared| {
            taken?;
            let gross = Money::new(prepared.gross(), input.currency);
            draft::check_direct(&rules, actor, input.kind.name(), gross)?;
            Ok(prepared)
        });
        match checked {
            Ok(prepared) => ready.push((at, prepared)),
            Err(refused) => settle(&mut settled, at, Err(refused)),
        }
    }
    let documents: Vec<_> = ready.iter().filter_map(|(at, one)| Some((run.get(*at)?, one))).collect();
    let written = app.db.write(|tx| {
        // rules that were set meanwhile hold
        let rules = draft::rules_held(tx, actor, company)?;
        for (input, prepared) in &documents {
            let gross = Money::new(prepared.gross(), input.currency);
            draft::check_direct(&rules, actor, input.kind.name(), gross)?;
        }
        let issued = write_many(&ctx, tx, actor, &documents)?;
        let issued: Vec<(usize, IssuedInvoice)> = ready.iter().map(|(at, _)| *at).zip(issued).collect();
        also(tx, &issued)?;
        Ok::<_, IssueInvoiceError>(issued)
    });
    // whose fault it was, shows when each is posted alone
    for (at, issued) in written.unwrap_or_default() {
        settle(&mut settled, at, Ok(issued));
    }
    Ok(settled)
}

fn settle(settled: &mut [Settled], at: usize, outcome: Result<IssuedInvoice, IssueInvoiceError>) {
    if let Some(place) = settled.get_mut(at) {
        *place = Some(outcome);
    }
}

/// Of each whether another document has its `external_id` already; the write would find it, and undo the run.
fn taken(
    conn: &mut Conn,
    company: CompanyId,
    run: &[IssueInvoice],
) -> Result<Vec<Result<(), Common>>, Common> {
    let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for input in run {
        named.entry(input.kind.name()).or_default().extend(input.external_id.as_deref());
    }
    let mut found: HashMap<(&str, String), Document> = HashMap::new();
    for (kind, ids) in named {
        let rows = query::documents::by_external_ids(conn, company, kind, &ids)?.into_iter();
        found.extend(rows.filter_map(|row| Some(((kind, row.external_id.clone()?), row))));
    }
    let one = |input: &IssueInvoice| {
        let row = input.external_id.clone().and_then(|id| found.get(&(input.kind.name(), id)));
        row.map_or(Ok(()), |row| {
            Err(Common::Duplicate { noun: row.kind.clone(), id: row.id, number: row.number.clone() })
        })
    };
    Ok(run.iter().map(one).collect())
}

/// Loads and assesses each, as many at once as there are processors: a guest has nothing but its document.
fn prepare(
    ctx: &Context<'_>,
    company: CompanyId,
    run: &[IssueInvoice],
) -> Result<Vec<Result<PreparedInvoice, IssueInvoiceError>>, Common> {
    let checked: Vec<Result<(), Common>> = run.iter().map(check).collect();
    let fit = run.iter().zip(&checked).filter(|(_, checked)| checked.is_ok()).map(|(input, _)| input);
    let mut loaded = load(ctx, company, &fit.collect::<Vec<_>>())?.into_iter();
    let ready = |checked: Result<(), Common>| -> Result<Loaded, IssueInvoiceError> {
        checked?;
        let nothing = || Common::Corrupt { what: "snapshot", detail: "a document was not loaded".to_owned() };
        loaded.next().ok_or_else(nothing)?
    };
    let ready: Vec<_> =
        checked.into_iter().map(ready).map(|loaded| (loaded, SeededRandom::forked(ctx.random()))).collect();
    let one = |(input, (loaded, random)): (&IssueInvoice, (Result<Loaded, _>, SeededRandom))| {
        assess_loaded(&ctx.drawing_from(&random), input, loaded?)
    };
    Ok(run.par_iter().zip(ready).map(one).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::single_range_in_vec_init)] // runs are ranges
    use super::*;
    use crate::invoice::InvoiceKind;
    use domain::tax::PriceMode;
    use money::Currency;

    fn input(kind: InvoiceKind, external_id: Option<&str>, original: Option<&str>) -> IssueInvoice {
        IssueInvoice {
            external_id: external_id.map(str::to_owned),
            customer: "C1".parse().unwrap(),
            kind,
            original: original.map(str::to_owned),
            document_date: "2026-10-01".parse().unwrap(),
            effective_date: None,
            due_date: None,
            terms: None,
            supply_date: None,
            currency: Currency::CNY,
            price_mode: PriceMode::Exclusive,
            purchase_order: None,
            tax_invoice_number: None,
            text: None,
            fx: None,
            lines: Vec::new(),
            allowances: Vec::new(),
            deliveries: Vec::new(),
            red_confirmation: None,
            rebill: false,
        }
    }

    #[test]
    fn what_stands_on_one_before_it_begins_a_run() {
        let invoice = |id| input(InvoiceKind::Invoice, id, None);
        let credit = |original| input(InvoiceKind::CreditNote, None, original);
        assert!(runs(&[]).is_empty());
        assert_eq!(runs(&[invoice(None), invoice(None)]), [0..2]);
        // a credit note that names an original is a run of its own, one that names none is not
        let mixed =
            [invoice(None), credit(Some("INV-1")), credit(Some("INV-1")), invoice(None), credit(None)];
        assert_eq!(runs(&mixed), [0..1, 1..2, 2..3, 3..5]);
        // of two with one id the second is refused once the first is in; a kind has names of its own
        let named = [invoice(Some("A")), input(InvoiceKind::CreditNote, Some("A"), None), invoice(Some("A"))];
        assert_eq!(runs(&named), [0..2, 2..3]);
        let long: Vec<_> = (0..=RUN_MAX).map(|_| invoice(None)).collect();
        assert_eq!(runs(&long), [0..RUN_MAX, RUN_MAX..RUN_MAX + 1]);
    }
}
