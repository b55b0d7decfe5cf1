//! The row of headings, and what it calls each column. In a workbook headings may stand in two rows and more: above a group of columns
//! what they have in common, and above any other a cell that is merged down to the last of these rows.

use super::{Format, Row, SheetError, Source, all, workbook};
use crate::cell::Cell;
use crate::field::is_known;
use std::collections::VecDeque;
use std::ops::ControlFlow;

/// Rows that are looked at to find the headings, or above those that are named.
const ROWS_MAX: usize = 15;

/// Named, or among the first rows the one with the most texts that head a column somewhere.
pub(super) fn find(
    source: &Source,
    format: &Format,
    named: Option<u64>,
) -> Result<(u64, Vec<String>), SheetError> {
    let rows = looked_at(source, format, named)?;
    let found = match named {
        Some(number) => rows.iter().position(|row| row.number == number),
        None => likeliest(&rows),
    };
    let missing = || named.map_or(SheetError::NoHeading, |row| SheetError::NoHeadings { row });
    let mut at = found.ok_or_else(missing)?;
    let mut merged = Vec::new();
    if let Format::Workbook { sheet, .. } = format {
        let below = at + 1;
        let more = named.is_none() && known(&called_at_most(&rows, below)) > known(&called(&rows, at, &[]));
        if more || called_at_most(&rows, at) != called(&rows, at, &[]) {
            merged = workbook::merged(source, sheet)?;
        }
        if more && known(&called(&rows, below, &merged)) > known(&called(&rows, at, &merged)) {
            at = below;
        }
    }
    let number = rows.get(at).map(|row| row.number).ok_or_else(missing)?;
    Ok((number, called(&rows, at, &merged)))
}

/// The first rows; of a named one it and those above it.
fn looked_at(source: &Source, format: &Format, named: Option<u64>) -> Result<Vec<Row>, SheetError> {
    let mut kept: VecDeque<Row> = VecDeque::new();
    all(source, format, &mut |row: Row| -> ControlFlow<()> {
        if named.is_some_and(|named| row.number > named) {
            return ControlFlow::Break(());
        }
        if kept.len() == ROWS_MAX {
            kept.pop_front();
        }
        kept.push_back(row);
        let enough = named.is_none() && kept.len() == ROWS_MAX;
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(kept.into())
}

fn likeliest(rows: &[Row]) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (at, row) in rows.iter().enumerate() {
        let texts = row.cells.iter().filter_map(|c| if let Cell::Text(t) = c { Some(t) } else { None });
        let known = texts.clone().filter(|text| is_known(text)).count();
        // one that is known may be of a title
        let fits = if known > 1 { known } else { usize::from(texts.count() > 0) };
        if fits > best.map_or(0, |(fits, _)| fits) {
            best = Some((fits, at));
        }
    }
    best.map(|(_, at)| at)
}

fn known(headers: &[String]) -> usize {
    headers.iter().filter(|heading| is_known(heading)).count()
}

/// What stands in a row, and above it in cells that are merged down to it.
fn called(rows: &[Row], at: usize, merged: &[workbook::Merged]) -> Vec<String> {
    let Some(row) = rows.get(at) else { return Vec::new() };
    let mut headers: Vec<String> = row.cells.iter().map(Cell::shown).collect();
    while headers.last().is_some_and(String::is_empty) {
        headers.pop();
    }
    for one in merged.iter().filter(|one| one.first_row < row.number && row.number <= one.last_row) {
        let above = rows.iter().find(|above| above.number == one.first_row);
        if let Some(cell) = above.and_then(|above| above.cells.get(one.column)) {
            fill(&mut headers, one.column, cell);
        }
    }
    headers
}

/// As if every cell were merged down to the row.
fn called_at_most(rows: &[Row], at: usize) -> Vec<String> {
    let mut headers = called(rows, at, &[]);
    for row in rows.iter().take(at).rev() {
        row.cells.iter().enumerate().for_each(|(column, cell)| fill(&mut headers, column, cell));
    }
    headers
}

/// Calls a column so that is not called anything yet.
fn fill(headers: &mut Vec<String>, column: usize, cell: &Cell) {
    if cell.is_empty() {
        return;
    }
    if headers.len() <= column {
        headers.resize(column + 1, String::new());
    }
    if let Some(heading) = headers.get_mut(column).filter(|heading| heading.is_empty()) {
        *heading = cell.shown();
    }
}
