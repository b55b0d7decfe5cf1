//! Rows of a bulk request that are posted together: a run of invoices that do not stand on each other is written in one
//! transaction, with the mark and the answer of every row.

use super::bulk::{MADE, Outcome, Row, request};
use super::call::Cx;
use super::problem::Problem;
use app::common::Common;
use app::idempotency::{self, Asked, FreshRow};
use app::invoice::{self, IssueInvoice, IssueInvoiceError, IssuedInvoice};
use std::collections::{BTreeMap, HashMap};

/// The runs of a request, and what became of rows so far.
pub(super) struct Runs<'a> {
    /// By their first row.
    waiting: HashMap<u32, Vec<(Row<'a>, IssueInvoice)>>,
    pub settled: BTreeMap<u32, Outcome>,
}

impl<'a> Runs<'a> {
    /// Cuts rows into runs. What cannot be read stands in none: it is refused when its turn comes.
    pub fn cut(
        cx: &Cx<'_>,
        rows: &[Row<'a>],
        read: &impl Fn(&Cx<'_>, &[u8]) -> Result<IssueInvoice, Problem>,
    ) -> Self {
        let mut readable: Vec<(Row<'a>, IssueInvoice)> =
            rows.iter().filter_map(|row| Some((*row, read(cx, row.1).ok()?))).collect();
        let mut waiting = HashMap::new();
        // from the end, so that each run is split off once
        for run in invoice::runs(readable.iter().map(|(_, input)| input)).into_iter().rev() {
            let run = readable.split_off(run.start);
            if let Some(((first, _), _)) = run.first().filter(|_| run.len() > 1) {
                waiting.insert(*first, run);
            }
        }
        Runs { waiting, settled: BTreeMap::new() }
    }

    /// Posts the run that begins with `row`, if one does. What is not settled then is a row for itself: where nothing of a run
    /// could be written, that shows whose fault it was.
    pub fn post_from(
        &mut self,
        cx: &Cx<'_>,
        key: &str,
        row: u32,
        view: &impl Fn(IssuedInvoice) -> Result<Vec<u8>, Problem>,
    ) {
        let Some(run) = self.waiting.remove(&row) else { return };
        if let Ok(settled) = post(cx, key, run, view) {
            self.settled.extend(settled);
        }
    }
}

/// Posts those rows of a run that nobody has worked on; the others are left.
fn post(
    cx: &Cx<'_>,
    key: &str,
    run: Vec<(Row<'_>, IssueInvoice)>,
    view: &impl Fn(IssuedInvoice) -> Result<Vec<u8>, Problem>,
) -> Result<Vec<(u32, Outcome)>, Problem> {
    let requests = run.iter().map(|((row, text), _)| request(cx, key, *row, text)).collect();
    let asked = idempotency::rows(cx.app, cx.actor, cx.company, requests)?;
    let mut fresh: Vec<(Row<'_>, FreshRow)> = Vec::with_capacity(run.len());
    let mut inputs: Vec<IssueInvoice> = Vec::with_capacity(run.len());
    for ((row, input), asked) in run.into_iter().zip(asked) {
        if let Asked::Fresh(ask) = asked {
            fresh.push((row, ask));
            inputs.push(input);
        }
    }
    let answer = |issued: &IssuedInvoice| {
        let bytes = view(issued.clone())
            .map_err(|problem| Common::Corrupt { what: "answer", detail: problem.detail })?;
        Ok::<_, Common>(idempotency::Answer { status: MADE, bytes })
    };
    let settled = invoice::issue_run(cx.app, cx.actor, cx.company, &inputs, |tx, issued| {
        let rows: Vec<_> = issued
            .iter()
            .filter_map(|(at, issued)| {
                fresh.get(*at).map(|(_, ask)| answer(issued).map(|answer| (ask, answer)))
            })
            .collect::<Result<_, _>>()?;
        idempotency::keep(cx.app, tx, &rows)
    })?;
    let mut outcomes = Vec::with_capacity(settled.len());
    for (((row, text), _), settled) in fresh.iter().zip(settled) {
        match settled {
            Some(Ok(issued)) => outcomes.push((*row, view(issued).map(|bytes| (MADE, bytes)))),
            Some(Err(refused)) => {
                // it may have been posted by the same request, sent a second time meanwhile: then that answer is the row's
                let there = matches!(&refused, IssueInvoiceError::Common(Common::Duplicate { .. }));
                let problem = Problem::from(refused).placed_in(text);
                // where the host failed, it is tried once more
                if !there && !problem.is_of_host() {
                    outcomes.push((*row, Err(problem)));
                }
            }
            None => {}
        }
    }
    Ok(outcomes)
}
