//! A proposal of a mapping out of headings and cells. What may be read in two ways is not guessed but asked, with how many
//! values fit each way.

use crate::cell::{Cell, letters};
use crate::field::{Field, Kind, LINE_AMOUNT, Noun, named_by};
use crate::mapping::{Delimiter, Mapping};
use crate::read::{Format, Layout, Row, SheetError, Source, rows};
use crate::value::{DATE_FORMATS, DateFormat, Separators, number};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Rows that are looked at.
const SAMPLE_ROWS_MAX: usize = 5_000;

/// A mapping as far as it is sure, what a person has to say, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub mapping: Mapping,
    /// The mapping is complete when these are answered in it.
    pub questions: Vec<String>,
    pub notes: Vec<String>,
}

/// Proposes for a file whose layout is known.
///
/// # Errors
/// As [`rows`]; `TooManyCells` where no row has as many cells as there are headings: those are others.
pub fn propose(source: &Source, layout: &Layout, noun: Noun) -> Result<Proposal, SheetError> {
    let mut sample: Vec<Row> = Vec::new();
    let (expected, heading) = (layout.headers.len(), layout.header_row);
    let mut beyond = None;
    rows(source, layout, &mut |row| -> ControlFlow<()> {
        let (number, found) = (row.number, row.cells.len());
        if found > expected {
            // whatever stands in it, it does not stand below its heading
            beyond = beyond.or(Some((number, found)));
        } else {
            sample.push(row);
        }
        if sample.len() < SAMPLE_ROWS_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if let Some((row, found)) = beyond.filter(|_| sample.is_empty()) {
        return Err(SheetError::TooManyCells { row, found, expected, heading });
    }
    let mut proposal =
        Proposal { mapping: of_layout(layout), questions: Vec::new(), notes: about(layout, sample.len()) };
    let columns = columns(layout, noun, &mut proposal);
    dates(&columns, &sample, &mut proposal);
    separators(&columns, &sample, &mut proposal);
    constants(noun, &columns, &mut proposal);
    Ok(proposal)
}

fn of_layout(layout: &Layout) -> Mapping {
    let header_row = (layout.header_row != 1).then_some(layout.header_row);
    match &layout.format {
        Format::Delimited { encoding, delimiter } => Mapping {
            encoding: Some(*encoding),
            delimiter: Some(Delimiter::of(*delimiter)),
            header_row,
            ..Mapping::default()
        },
        Format::Workbook { sheet, .. } => {
            Mapping { sheet: Some(sheet.clone()), header_row, ..Mapping::default() }
        }
    }
}

fn about(layout: &Layout, seen: usize) -> Vec<String> {
    let mut notes = vec![format!(
        "{} columns, headings in row {}, {seen} rows looked at",
        layout.headers.len(),
        layout.header_row
    )];
    if let Format::Workbook { others, .. } = &layout.format
        && !others.is_empty()
    {
        notes.push(format!("other sheets, not read: {}", others.join(", ")));
    }
    notes
}

/// Heading → field where one heading names one field; else a question.
fn columns(layout: &Layout, noun: Noun, proposal: &mut Proposal) -> Vec<(usize, &'static Field)> {
    let mut candidates: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (column, heading) in layout.headers.iter().enumerate() {
        match named_by(noun, heading).as_slice() {
            [] if heading.is_empty() => {}
            [] => proposal.notes.push(format!("column {} {heading:?} is not used", letters(column))),
            [one] => candidates.entry(one.name).or_default().push(column),
            several => {
                let names: Vec<&str> = several.iter().map(|field| field.name).collect();
                proposal.questions.push(format!(
                    "column {} {heading:?} may be {}: map it in \"columns\"",
                    letters(column),
                    names.join(" or ")
                ));
            }
        }
    }
    let named = |column: usize| layout.headers.get(column).map(String::as_str).unwrap_or_default();
    let mut found = Vec::new();
    for field in noun.fields() {
        let Some(columns) = candidates.get(field.name) else { continue };
        match columns.as_slice() {
            [column] => {
                proposal.mapping.columns.insert(layout.name(*column), field.name.to_owned());
                found.push((*column, field));
            }
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|column| format!("{} {:?}", letters(*column), named(*column)))
                    .collect();
                proposal.questions.push(format!(
                    "{} may be any of the columns {}: map one in \"columns\"",
                    field.name,
                    names.join(", ")
                ));
            }
        }
    }
    found
}

fn texts<'a>(
    columns: &'a [(usize, &'static Field)],
    sample: &'a [Row],
    wanted: fn(Kind) -> bool,
) -> impl Iterator<Item = &'a str> {
    let own = columns.iter().filter(move |(_, field)| wanted(field.kind));
    own.flat_map(|(column, _)| {
        sample.iter().filter_map(|row| match row.cells.get(*column) {
            Some(Cell::Text(text)) => Some(text.as_str()),
            _ => None,
        })
    })
}

/// The format that all texts of date columns fit; of several the order of day and month is asked.
fn dates(columns: &[(usize, &'static Field)], sample: &[Row], proposal: &mut Proposal) {
    let texts: Vec<&str> = texts(columns, sample, |kind| kind == Kind::Date).collect();
    if texts.is_empty() {
        return;
    }
    let fits = |name: &&'static str| -> Option<(usize, &'static str)> {
        let format = DateFormat::parse(name).ok()?;
        let count = texts.iter().filter(|text| format.read(text).is_ok()).count();
        (count > 0).then_some((count, *name))
    };
    let mut found: Vec<(usize, &str)> = DATE_FORMATS.iter().filter_map(fits).collect();
    found.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let all = texts.len();
    match found.as_slice() {
        [] => proposal.questions.push(format!(
            "how are dates written, as {:?}? None of the known formats fits: name it in \"dates\"",
            texts.first().copied().unwrap_or_default()
        )),
        [(count, name), rest @ ..] if rest.first().is_none_or(|(other, _)| other < count) => {
            proposal.notes.push(format!("dates: {name} fits {count} of {all} values"));
            if *name != "YYYY-MM-DD" {
                proposal.mapping.dates = Some((*name).to_owned());
            }
        }
        [(count, _), ..] => {
            let equal: Vec<&str> =
                found.iter().filter(|(other, _)| other == count).map(|(_, name)| *name).collect();
            proposal.questions.push(format!(
                "dates: {} each fit {count} of {all} values: name the right one in \"dates\"",
                equal.join(" and ")
            ));
        }
    }
}

/// The pair that all texts of number columns fit.
fn separators(columns: &[(usize, &'static Field)], sample: &[Row], proposal: &mut Proposal) {
    let numeric = |kind| matches!(kind, Kind::Decimal | Kind::Amount);
    let texts: Vec<&str> =
        texts(columns, sample, numeric).filter(|text| text.contains([',', '.', ' ', '\''])).collect();
    if texts.is_empty() {
        return;
    }
    let pairs = [('.', ','), (',', '.'), (',', ' '), ('.', '\''), ('.', ' ')];
    let count = |(decimal, thousands): (char, char)| {
        let separators = Separators { decimal, thousands: Some(thousands) };
        texts.iter().filter(|text| number(text, separators, true).is_ok()).count()
    };
    let found: Vec<((char, char), usize)> = pairs.map(|pair| (pair, count(pair))).to_vec();
    let most = found.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let best: Vec<(char, char)> =
        found.iter().filter(|(_, count)| *count == most).map(|(pair, _)| *pair).collect();
    let decimals: BTreeSet<char> = best.iter().map(|pair| pair.0).collect();
    match (decimals.len(), best.first()) {
        (1, Some((decimal, thousands))) => {
            let all = texts.len();
            proposal.notes.push(format!(
                "numbers: decimal separator {decimal:?} fits {most} of {all} values with a separator"
            ));
            if *decimal != '.' {
                proposal.mapping.decimal = Some(decimal.to_string());
            }
            let implied = if *decimal == ',' { '.' } else { ',' };
            if *thousands != implied {
                proposal.mapping.thousands = Some(thousands.to_string());
            }
        }
        _ => {
            let example = texts.first().copied().unwrap_or_default();
            proposal.questions.push(format!(
                "numbers: {example:?} reads with \".\" and with \",\" as the decimal separator: name it in \"decimal\""
            ));
        }
    }
}

/// What every row must have and no column gives.
fn constants(noun: Noun, columns: &[(usize, &'static Field)], proposal: &mut Proposal) {
    let has = |name: &str| columns.iter().any(|(_, field)| field.name == name);
    let asked = |name: &str| proposal.questions.iter().any(|question| question.contains(name));
    let mut missing: Vec<&str> = noun
        .fields()
        .iter()
        .filter(|field| field.required && !has(field.name) && !asked(field.name))
        .map(|field| field.name)
        .collect();
    if matches!(noun, Noun::Deliveries | Noun::Orders) && !has("item") {
        missing.extend(["description", "category", "unit_price"].into_iter().filter(|name| !has(name)));
    }
    if noun == Noun::Invoices {
        if !has("item") {
            missing.extend(["description", "category"].into_iter().filter(|name| !has(name)));
        }
        if !has("unit_price") && !has(LINE_AMOUNT) && !has("item") {
            missing.push("unit_price");
        }
        if !has("quantity") && !has(LINE_AMOUNT) {
            missing.push("quantity");
        }
    }
    for name in missing {
        proposal
            .questions
            .push(format!("{name} is in no column: map one, or give it for all rows in \"constants\""));
    }
}
