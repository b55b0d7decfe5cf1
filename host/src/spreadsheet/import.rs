//! Reads a sheet and brings its records in, or only looks: inspect → plan → row by row → finish → tie out.

use super::reason::{reason, writable};
use super::record::{at_cells, input, kind_of};
use super::report::{Report, SHOWN_MAX, ShownView, SumView};
use super::take_over::TakeOver;
use super::tie;
use crate::http::problem::{Code, Problem};
use app::App;
use app::delivery::RecordDelivery;
use app::import::{Input, Outcome, Record as Entry, Session, Taken, Wanted};
use app::job::Progress;
use app::order::EnterOrder;
use domain::actor::{self, Actor, Verb};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use domain::time::Instant;
use money::{Currency, Money};
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use sheets::guess::propose;
use sheets::read::{self, Format, inspect};
use sheets::record::{Outcome as Assembled, Plan, Torn};
use sheets::write::{Language, Output, Rejects};
use sheets::{Assembler, CellError, Layout, Mapping, Noun, Record, Row, SheetError, Source};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::ops::ControlFlow;
use store::types::ImportMode;

/// What is asked of a file.
pub struct Request<'a> {
    pub noun: Noun,
    pub source: Source,
    pub file_name: &'a str,
    /// `None`, or of the layout alone: one is proposed, and nothing is written.
    pub mapping: Option<Mapping>,
    /// `None`: only looked at.
    pub mode: Option<ImportMode>,
    /// Its records become drafts, and not documents.
    pub drafts: bool,
    /// Where rows that are refused go, as a file to mend.
    pub rejects: Option<Output>,
    /// Of the reasons in that file.
    pub language: Language,
    /// Told how many rows are read, of how many, of all or nothing then how many records are written, and at the end how many old
    /// balances are compared; what it refuses ends the import. `None`: nobody looks.
    pub progress: Option<&'a Progress<'a>>,
    /// When it was asked for, of what another attempt has begun.
    pub again: Option<Instant>,
}

/// Rows between two looks at whether somebody called it off.
const TOLD_EVERY: u64 = 100;

/// Whose company it is brought into, and by whom.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub company: CompanyId,
}

/// Brings a file in, or looks at it. The second answer is the file of refused rows, if one was asked for and there are any.
///
/// # Errors
/// What keeps the file or the mapping from being used at all; refused rows stand in the report.
pub fn run<'a>(who: Who<'a>, request: Request<'a>) -> Result<(Report, Option<Output>), Problem> {
    let Request { noun, source, file_name, mapping, mode, drafts, rejects, language, progress, again } =
        request;
    app::authorise(who.actor, actor::Noun::Documents, Verb::Enter, who.company)?;
    let layout = inspect(&source, mapping.as_ref()).map_err(|error| unreadable(&error))?;
    let (mapping, questions, notes, proposed) = match mapping.filter(|mapping| !mapping.is_of_layout()) {
        Some(mapping) => (mapping, Vec::new(), Vec::new(), false),
        None => {
            let proposal = propose(&source, &layout, noun).map_err(|error| unreadable(&error))?;
            (proposal.mapping, proposal.questions, proposal.notes, true)
        }
    };
    let mode = mode.filter(|_| !proposed);
    let mut report = begin(noun, file_name, mode, &layout);
    report.mapping =
        serde_json::to_value(&mapping).map_err(|error| Problem::internal(Code::Internal, &error))?;
    (report.questions, report.notes, report.proposed) = (questions, notes, proposed);
    if !report.questions.is_empty() {
        return Ok((report, None));
    }
    let plan = Plan::new(noun, &mapping, &layout).map_err(refused_mapping)?;
    let watched = || progress.map(|progress| Watch::begin(progress, &source, &layout)).transpose();
    let Some(kind) = kind_of(noun) else {
        return Ok((tie::run((who, watched()?), &source, &layout, &plan, report)?, None));
    };
    report.drafts = drafts;
    let (mapping, file) = (report.mapping.clone(), digest(&source)?);
    let wanted = Wanted { kind, mode, drafts, file_name, mapping, file, again };
    let session = Session::begin(who.app, who.actor, who.company, wanted)?.watched(progress);
    let rejects = rejects
        .map(|output| Rejects::new(&layout, output))
        .transpose()
        .map_err(|error| unwritable(&error))?;
    let mut run = Run::new((who, watched()?), &plan, session, report, (rejects, writable(language, &layout)));
    run.rows(&source, &layout)?;
    run.finish()
}

/// Who looks at it, and how many rows there are to read.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    progress: &'a Progress<'a>,
    rows: u64,
}

impl<'a> Watch<'a> {
    /// A file that cannot be read to its end is told of when it is read in earnest.
    fn begin(progress: &'a Progress<'a>, source: &Source, layout: &Layout) -> Result<Self, Problem> {
        let mut rows = 0u64;
        let _counted = read::rows(source, layout, &mut |_| {
            rows += 1;
            ControlFlow::<()>::Continue(())
        });
        progress(0, rows)?;
        Ok(Watch { progress, rows })
    }
    pub(super) fn tell(&self, read: u64) -> Result<(), Problem> {
        Ok((self.progress)(read, self.rows.max(read))?)
    }
    /// As [`Watch::tell`], now and then.
    pub(super) fn row(&self, read: u64) -> Result<(), Problem> {
        if read.is_multiple_of(TOLD_EVERY) { self.tell(read) } else { Ok(()) }
    }
    /// How many old balances are compared, of how many.
    pub(super) fn compared(&self, compared: usize, of: usize) -> Result<(), Problem> {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Ok((self.progress)(count(compared), count(of))?)
    }
}

fn begin(noun: Noun, file_name: &str, mode: Option<ImportMode>, layout: &Layout) -> Report {
    let (format, encoding, sheet) = match &layout.format {
        Format::Delimited { encoding, .. } => ("csv", Some(encoding.to_string()), None),
        Format::Workbook { sheet, .. } => ("xlsx", None, Some(sheet.clone())),
    };
    Report {
        kind: noun.to_string(),
        mode: mode.map_or("preview", ImportMode::name).to_owned(),
        file_name: file_name.to_owned(),
        format: format.to_owned(),
        encoding,
        sheet,
        header_row: layout.header_row,
        headings: layout.names(),
        mapping: serde_json::Value::Null,
        proposed: false,
        questions: Vec::new(),
        notes: Vec::new(),
        rows: 0,
        records: 0,
        id: None,
        drafts: false,
        made: 0,
        already: 0,
        refused: 0,
        sums: Vec::new(),
        first: Vec::new(),
        errors: Vec::new(),
        errors_total: 0,
        differences: Vec::new(),
    }
}

/// A file that is no sheet, or not to its end.
pub fn unreadable(error: &SheetError) -> Problem {
    match error {
        SheetError::Io(io) if io.kind() != std::io::ErrorKind::InvalidData => {
            Problem::new(Code::SheetUnreadable, format_args!("the file cannot be read: {io}"))
        }
        SheetError::Expands(_) => Problem::new(Code::SheetExpands, error),
        other => Problem::new(Code::SheetUnreadable, other),
    }
}

pub fn unwritable(error: &sheets::write::WriteError) -> Problem {
    Problem::internal(Code::Internal, error)
}

fn refused_mapping(errors: Vec<sheets::mapping::MappingError>) -> Problem {
    let first =
        errors.first().map(|error| format!("{}: {}", error.pointer, error.message)).unwrap_or_default();
    let problem = Problem::new(Code::InvalidField, format_args!("the mapping cannot be used: {first}"));
    errors
        .into_iter()
        .fold(problem, |problem, error| problem.at(format!("/mapping{}", error.pointer), error.message))
}

fn digest(source: &Source) -> Result<Digest, Problem> {
    let mut reader = source.reader().map_err(|error| unreadable(&error))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0u8; 64 * 1024];
    loop {
        let read = reader.read(&mut buffer).map_err(|error| unreadable(&error.into()))?;
        match buffer.get(..read).filter(|chunk| !chunk.is_empty()) {
            Some(chunk) => hasher.update(chunk),
            None => return Ok(Digest::new(hasher.finalize().into())),
        }
    }
}

/// A file under way.
struct Run<'a> {
    who: Who<'a>,
    watch: Option<Watch<'a>>,
    plan: &'a Plan,
    session: Session<'a>,
    report: Report,
    rejects: Option<Rejects>,
    language: Language,
    any_rejects: bool,
    /// Rows whose record is not decided, where refused ones are to be written.
    rows: BTreeMap<u64, Row>,
    /// Records that wait for their outcome, by their first row.
    waiting: BTreeMap<u64, Record>,
    sums: BTreeMap<(&'static str, Currency), Decimal>,
    take_over: TakeOver,
    /// Number cells that were read as Excel shows them.
    rounded: u64,
    /// Credit notes that were only looked at, and correct an invoice of this file.
    waiting_credits: u64,
}

impl<'a> Run<'a> {
    fn new(
        (who, watch): (Who<'a>, Option<Watch<'a>>),
        plan: &'a Plan,
        session: Session<'a>,
        report: Report,
        (rejects, language): (Option<Rejects>, Language),
    ) -> Self {
        Run {
            who,
            watch,
            plan,
            session,
            report,
            rejects,
            language,
            any_rejects: false,
            rows: BTreeMap::new(),
            waiting: BTreeMap::new(),
            sums: BTreeMap::new(),
            take_over: TakeOver::default(),
            rounded: 0,
            waiting_credits: 0,
        }
    }

    fn rows(&mut self, source: &Source, layout: &Layout) -> Result<(), Problem> {
        let torn = match self.report.mode == ImportMode::BestEffort.name() {
            true => Torn::find(self.plan, source, layout),
            // as a whole it is refused where the number stands again
            false => Torn::default(),
        };
        let mut assembler = Assembler::new(self.plan).with_torn(torn);
        let (mut last, mut lost) = (0, None);
        let broke = read::rows(source, layout, &mut |row| {
            if self.plan.loses_its_key(&row) {
                let (expected, heading) = (layout.headers.len(), layout.header_row);
                let (row, found) = (row.number, row.cells.len());
                lost = Some(SheetError::TooManyCells { row, found, expected, heading });
                return ControlFlow::Break(None);
            }
            self.report.rows += 1;
            last = row.number;
            self.rounded += self.plan.rounded(&row);
            let complete = assembler.push(&row);
            if self.rejects.is_some() {
                self.rows.insert(row.number, row);
            }
            let told = self.watch.map_or(Ok(()), |watch| watch.row(self.report.rows));
            match told.and_then(|()| complete.map_or(Ok(()), |complete| self.take(complete))) {
                Ok(()) => ControlFlow::Continue(()),
                Err(problem) => ControlFlow::Break(Some(problem)),
            }
        });
        match lost.map_or_else(|| broke.map(Option::flatten), Err) {
            // what stands before that place is in, and its report must not be lost; of the record under way a part is missing
            Err(error) if self.session.has_begun() => {
                self.session.note_refused();
                let why = format!("from here on the file cannot be read: {error}");
                self.refuse(last + 1, last + 1, vec![of_row(last + 1, &why)])
            }
            Err(error) => Err(unreadable(&error)),
            Ok(Some(problem)) => Err(problem),
            Ok(None) => assembler.finish().map_or(Ok(()), |last| self.take(last)),
        }
    }

    fn take(&mut self, complete: Assembled) -> Result<(), Problem> {
        let record = match complete {
            Assembled::Bad { first_row, last_row, errors } => {
                self.report.records += 1;
                self.session.note_refused();
                return self.refuse(first_row, last_row, errors);
            }
            Assembled::Record(record) => record,
        };
        let old = record.old_balance.clone();
        if let Some(error) = old.and_then(|old| self.take_over.note(&record, old)) {
            self.session.note_refused();
            self.report.refused(error);
        }
        if !record.is_entry {
            self.forget(record.first_row, record.last_row);
            return Ok(());
        }
        self.report.records += 1;
        let input = match input(self.who, self.plan.noun, &record.body) {
            Ok(input) => input,
            Err(refused) if refused.code.status().is_server_error() => return Err(refused),
            Err(refused) => {
                self.session.note_refused();
                let errors = at_cells(&record, self.plan, &refused);
                return self.refuse(record.first_row, record.last_row, errors);
            }
        };
        self.add_up(&input)?;
        if matches!(&input, Input::Opening(input) if input.amount.minor().is_zero()) {
            self.take_over.nothing_open += 1;
            self.forget(record.first_row, record.last_row);
            return Ok(());
        }
        if self.report.first.len() < SHOWN_MAX {
            let (first_row, last_row) = (record.first_row, record.last_row);
            self.report.first.push(ShownView { first_row, last_row, body: record.body.clone() });
        }
        let body = record.body.to_string().into_bytes();
        let entry = Entry { first_row: record.first_row, last_row: record.last_row, body, input };
        self.waiting.insert(record.first_row, record);
        let outcomes = self.session.push(entry)?;
        self.settle(outcomes)
    }

    /// What became of records.
    fn settle(&mut self, outcomes: Vec<Outcome>) -> Result<(), Problem> {
        for Outcome { first_row, last_row, result } in outcomes {
            let record = self.waiting.remove(&first_row);
            match result {
                // it is written only at the end, and may be refused then; after a refusal nothing is
                Ok(Taken::Checked) if self.writes_at_the_end() => {
                    if let Some(record) = record {
                        self.waiting.insert(first_row, record);
                    }
                }
                Ok(Taken::Waits { .. }) => {
                    self.waiting_credits += 1;
                    self.forget(first_row, last_row);
                }
                Ok(_) => self.forget(first_row, last_row),
                Err(error) if error.is_failure() => return Err(error.into()),
                Err(error) => {
                    let errors = match &record {
                        Some(record) => at_cells(record, self.plan, &error.into()),
                        None => vec![of_row(first_row, &Problem::from(error).detail)],
                    };
                    self.refuse(first_row, last_row, errors)?;
                }
            }
        }
        Ok(())
    }

    fn writes_at_the_end(&self) -> bool {
        self.report.mode == ImportMode::AllOrNothing.name() && self.report.errors_total == 0
    }

    fn refuse(&mut self, first_row: u64, last_row: u64, errors: Vec<CellError>) -> Result<(), Problem> {
        if let Some(rejects) = &mut self.rejects {
            let reason = reason(&errors, self.plan.noun, self.language);
            for (_, row) in self.rows.range(first_row..=last_row) {
                rejects.row(row, &reason).map_err(|error| unwritable(&error))?;
                self.any_rejects = true;
            }
        }
        self.forget(first_row, last_row);
        if !errors.is_empty() && self.report.mode == ImportMode::AllOrNothing.name() {
            self.waiting = BTreeMap::new();
        }
        errors.into_iter().for_each(|error| self.report.refused(error));
        Ok(())
    }

    fn forget(&mut self, first_row: u64, last_row: u64) {
        if self.rejects.is_some() {
            let later = self.rows.split_off(&last_row.saturating_add(1));
            let mut before = std::mem::replace(&mut self.rows, later);
            let _gone = before.split_off(&first_row);
            self.rows.append(&mut before);
        }
    }

    fn add_up(&mut self, input: &Input) -> Result<(), Problem> {
        let mut add = |of: &'static str, currency: Currency, value: Decimal| {
            let sum = self.sums.entry((of, currency)).or_default();
            *sum = sum.checked_add(value).ok_or(money::MoneyError::Overflow)?;
            Ok::<_, money::MoneyError>(())
        };
        let money = |money: Money| money.minor().to_decimal(money.currency());
        let added = match input {
            Input::Receipt(input) => add("amount", input.amount.currency(), money(input.amount)),
            Input::Opening(input) => {
                let entered = self.take_over.enter(input);
                entered.and_then(|()| add("amount", input.amount.currency(), money(input.amount)))
            }
            Input::Invoice(input) => input.lines.iter().try_for_each(|line| {
                let value = line.quantity.checked_mul(line.unit_price).ok_or(money::MoneyError::Overflow)?;
                add("lines", input.currency, value)
            }),
            Input::Delivery(RecordDelivery { lines, currency, .. })
            | Input::Order(EnterOrder { lines, currency, .. }) => lines.iter().try_for_each(|line| {
                let value = line.quantity.checked_mul(line.unit_price).ok_or(money::MoneyError::Overflow)?;
                add("lines", *currency, value)
            }),
            Input::Customer(_) | Input::Item(_) => Ok(()),
        };
        added.map_err(|error| app::Common::from(error).into())
    }

    fn finish(mut self) -> Result<(Report, Option<Output>), Problem> {
        if let Some(watch) = self.watch {
            watch.tell(self.report.rows)?;
        }
        let (outcomes, finished) = self.session.finish()?;
        self.settle(outcomes)?;
        self.report.id = finished.id.map(|id| id.to_string());
        self.report.made = finished.made;
        self.report.already = finished.already;
        self.report.refused = finished.refused;
        self.report.note_rounded(self.rounded);
        self.report.note_waiting(self.waiting_credits);
        self.report.note_orders(finished.orders);
        self.report.errors.sort_by_key(|error| error.row);
        self.report.sums = self
            .sums
            .iter()
            .map(|((of, currency), sum)| SumView {
                of: (*of).to_owned(),
                currency: currency.code().to_owned(),
                sum: money::normal_form(*sum),
            })
            .collect();
        self.tie_out(finished.made + finished.already > 0)?;
        let rejects = self.rejects.filter(|_| self.any_rejects);
        let rejects = rejects.map(Rejects::finish).transpose().map_err(|error| unwritable(&error))?;
        Ok((self.report, rejects))
    }

    /// Old balances against our ledger where something is in, or nothing is to be entered; else against the rows of the file.
    fn tie_out(&mut self, is_in: bool) -> Result<(), Problem> {
        let enters = self.report.records > self.take_over.nothing_open;
        let with_books = !enters || (is_in && self.report.mode != "preview" && !self.report.drafts);
        if let Some(error) = self.take_over.undated().filter(|_| with_books) {
            self.report.refused(error);
        }
        self.report.note_nothing_open(self.take_over.nothing_open);
        self.report.differences = self.take_over.differences((self.who, self.watch), with_books)?;
        Ok(())
    }
}

/// A refusal of a whole row.
pub(super) fn of_row(row: u64, message: &str) -> CellError {
    CellError { row, cell: None, heading: None, field: None, message: message.to_owned() }
}
