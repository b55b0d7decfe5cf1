//! Rows become the bodies of `POST /v1/…`: cell by cell through the mapping, several rows of one number into one invoice.
//! What is refused names its row, cell, heading and field; what a door refuses later in a body by a pointer finds its cell
//! through [`Record::place`].

mod defaults;
mod plan;
mod torn;

pub use plan::Plan;
pub use torn::Torn;

use crate::cell::{Cell, address};
use crate::field::{Field, LINE_AMOUNT, Noun, OLD_BALANCE};
use crate::read::Row;
use crate::value::fits_currency;
use plan::Converted;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Parts of one thing, as lines of an invoice, that are kept; more are refused by the use-case, which needs no more to say so.
const PARTS_KEPT: usize = 1_001;

/// A refusal with its place in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellError {
    pub row: u64,
    /// As `C17`, also of an empty cell; none where the whole row is meant, or what no column is mapped to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub message: String,
}

/// Rows that make one body.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub first_row: u64,
    pub last_row: u64,
    pub body: Value,
    /// What the old books say the customer owes in a currency.
    pub old_balance: Option<OldBalance>,
    /// `false`: the row states an old balance, and nothing to be entered.
    pub is_entry: bool,
    places: Vec<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldBalance {
    pub customer: String,
    pub currency: String,
    /// Plain decimal.
    pub amount: String,
    pub cell: String,
    pub row: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    pointer: String,
    row: u64,
    column: Option<usize>,
    field: &'static str,
}

/// What rows came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Record(Record),
    Bad { first_row: u64, last_row: u64, errors: Vec<CellError> },
}

impl Record {
    /// The refusal of a member of the body, at its cell.
    pub fn place(&self, plan: &Plan, pointer: &str, message: &str) -> CellError {
        let inside = |place: &&Place| {
            pointer == place.pointer
                || pointer.strip_prefix(place.pointer.as_str()).is_some_and(|rest| rest.starts_with('/'))
                || place.pointer.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'))
        };
        let exact = self.places.iter().find(|place| place.pointer == pointer);
        let place = exact.or_else(|| self.places.iter().find(inside).filter(|_| !pointer.is_empty()));
        // a line's missing member stands in the line's own row, and in the empty cell that it should be in
        let row = place.map_or_else(|| self.row_of_part(plan, pointer), |place| place.row);
        let field = place.map(|place| place.field).or_else(|| plan.field_at(pointer));
        let column = match place {
            Some(place) => place.column,
            None => field.and_then(|field| plan.column(field)),
        };
        CellError {
            row,
            cell: column.map(|column| address(row, column)),
            heading: column.and_then(|column| plan.heading(column)),
            field: field.map(str::to_owned),
            message: message.to_owned(),
        }
    }

    fn row_of_part(&self, plan: &Plan, pointer: &str) -> u64 {
        let list = plan.noun.parts().and_then(|path| path.strip_suffix("-/"));
        let part = list.and_then(|list| Some((list, pointer.strip_prefix(list)?.split('/').next()?)));
        let prefix = part.map(|(list, part)| format!("{list}{part}/"));
        let of_part = |prefix: String| self.places.iter().find(|place| place.pointer.starts_with(&prefix));
        prefix.and_then(of_part).map_or(self.first_row, |place| place.row)
    }
}

/// Puts rows together.
pub struct Assembler<'a> {
    plan: &'a Plan,
    open: Option<Draft>,
    /// Row of each key, by a digest: a million of them must not fill the memory.
    seen: HashMap<u128, u32>,
    torn: Torn,
}

struct Draft {
    key: Option<String>,
    record: Record,
    errors: Vec<CellError>,
    lines: usize,
    /// What stood in the fields of the head, with the row that said so.
    head: HashMap<&'static str, Value>,
    marks: Vec<(u64, Option<usize>, &'static str, String)>,
}

impl<'a> Assembler<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        Assembler { plan, open: None, seen: HashMap::new(), torn: Torn::default() }
    }

    /// Of a file in which these numbers stand in several places: none of their records is whole.
    #[must_use]
    pub fn with_torn(self, torn: Torn) -> Self {
        Assembler { torn, ..self }
    }

    /// Takes a row; gives what is complete now.
    pub fn push(&mut self, row: &Row) -> Option<Outcome> {
        let key = self.plan.key(row);
        let same = self.open.as_ref().is_some_and(|draft| draft.key.is_some() && draft.key == key);
        if same && self.plan.has_parts() {
            if let Some(draft) = &mut self.open {
                take(self.plan, draft, row, false);
            }
            return None;
        }
        // as a sheet with merged cells leaves all rows of an invoice but the first
        if let Some(draft) = self.open.as_mut().filter(|_| key.is_none() && self.plan.lacks_its_head(row)) {
            draft.record.last_row = row.number;
            draft.errors.push(headless(self.plan, row, draft.record.first_row));
            return None;
        }
        let complete = self.finish();
        let mut draft = Draft {
            key: key.clone(),
            record: Record {
                first_row: row.number,
                last_row: row.number,
                body: Value::Object(Map::new()),
                old_balance: None,
                is_entry: true,
                places: Vec::new(),
            },
            errors: Vec::new(),
            lines: 0,
            head: HashMap::new(),
            marks: Vec::new(),
        };
        if let Some(error) = key.and_then(|key| self.twice(&key, row)) {
            draft.errors.push(error);
        }
        take(self.plan, &mut draft, row, true);
        self.open = Some(draft);
        complete
    }

    /// What the last rows come to.
    pub fn finish(&mut self) -> Option<Outcome> {
        let mut draft = self.open.take()?;
        defaults::fill(self.plan.noun, &mut draft.record.body);
        old_balance(self.plan, &mut draft);
        currencies(self.plan, &mut draft);
        let (first_row, last_row) = (draft.record.first_row, draft.record.last_row);
        Some(if draft.errors.is_empty() {
            Outcome::Record(draft.record)
        } else {
            Outcome::Bad { first_row, last_row, errors: draft.errors }
        })
    }

    fn twice(&mut self, key: &str, row: &Row) -> Option<CellError> {
        let one = one(self.plan.noun);
        let message = match self.seen.insert(digest(key), row_number(row)) {
            Some(before) if self.plan.has_parts() => format!(
                "{key:?} stands in row {before} already; rows of one {one} stand together: sort the sheet by this column"
            ),
            Some(before) => format!("{key:?} stands in row {before} already"),
            None => {
                let again = self.torn.again(key)?;
                format!(
                    "{key:?} stands in row {again} again; rows of one {one} stand together: sort the sheet by this column"
                )
            }
        };
        Some(at_key(self.plan, row, message))
    }
}

/// What keys are known by.
fn digest(key: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, key).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}

fn row_number(row: &Row) -> u32 {
    u32::try_from(row.number).unwrap_or(u32::MAX)
}

/// What several rows make.
const fn one(noun: Noun) -> &'static str {
    match noun {
        Noun::Invoices => "invoice",
        Noun::Deliveries => "delivery",
        Noun::Orders => "order",
        _ => "receipt",
    }
}

/// A refusal at the number of a row.
fn at_key(plan: &Plan, row: &Row, message: String) -> CellError {
    let field = plan.noun.key();
    let column = plan.column(field);
    CellError {
        row: row.number,
        cell: column.map(|column| address(row.number, column)),
        heading: column.and_then(|column| plan.heading(column)),
        field: Some(field.to_owned()),
        message,
    }
}

/// A row that may be of the record before it, or of none.
fn headless(plan: &Plan, row: &Row, first_row: u64) -> CellError {
    let one = one(plan.noun);
    let message = format!(
        "states no number and nothing else of its own, so it may be a line of the {one} of row {first_row}: write the number into each row"
    );
    at_key(plan, row, message)
}

/// Cells beyond the last heading of a row that are told.
const BEYOND_TOLD: usize = 10;

/// What stands beyond the last heading of a row: as a number whose thousands separator is the file's delimiter leaves it, with
/// everything behind that number below another heading.
fn beyond(plan: &Plan, row: &Row) -> Vec<CellError> {
    let found = row.cells.iter().enumerate().skip(plan.width()).filter(|(_, cell)| !cell.is_empty());
    let told = found.take(BEYOND_TOLD).map(|(column, cell)| CellError {
        row: row.number,
        cell: Some(address(row.number, column)),
        heading: None,
        field: None,
        message: format!(
            "{text:?} stands beyond the last heading: put the cell of this row that holds the delimiter in quotation marks, or take the text away",
            text = cell.shown()
        ),
    });
    told.collect()
}

/// Puts a row's cells into the draft.
fn take(plan: &Plan, draft: &mut Draft, row: &Row, first: bool) {
    draft.record.last_row = row.number;
    let beyond = beyond(plan, row);
    if !beyond.is_empty() {
        draft.errors.extend(beyond);
        return;
    }
    let line = draft.lines;
    let mut in_line = false;
    let mut given: Vec<&'static str> = Vec::new();
    for (column, field) in &plan.columns {
        let cell = row.cells.get(*column).unwrap_or(&Cell::Empty);
        match plan.convert(field, cell) {
            Ok(Some(converted)) => {
                given.push(field.name);
                in_line |= field.is_of_part();
                set(plan, draft, field, converted, (row.number, Some(*column)), first);
            }
            Ok(None) => {}
            Err(message) => draft.errors.push(CellError {
                row: row.number,
                cell: Some(address(row.number, *column)),
                heading: plan.heading(*column),
                field: Some(field.name.to_owned()),
                message,
            }),
        }
    }
    for (field, converted) in &plan.constants {
        let of_line = field.is_of_part();
        if !given.contains(&field.name) && (first || of_line) {
            in_line |= of_line;
            set(plan, draft, field, converted.clone(), (row.number, None), first);
        }
    }
    if in_line && line < PARTS_KEPT {
        if given.contains(&LINE_AMOUNT) {
            put(&mut draft.record.body, &format!("/lines/{line}/quantity"), Value::String("1".to_owned()));
        }
        draft.lines += 1;
    }
}

fn set(
    plan: &Plan,
    draft: &mut Draft,
    field: &'static Field,
    converted: Converted,
    (row, column): (u64, Option<usize>),
    first: bool,
) {
    let Converted { value, mark } = converted;
    if let Some(mark) = mark {
        draft.marks.push((row, column, field.name, mark));
    }
    let of_line = field.is_of_part();
    if of_line && draft.lines >= PARTS_KEPT {
        return;
    }
    if !of_line {
        let before = draft.head.get(field.name);
        if !first {
            if before != Some(&value) {
                let said = before.map_or_else(|| "nothing".to_owned(), ToString::to_string);
                let first_row = draft.record.first_row;
                draft.errors.push(CellError {
                    row,
                    cell: column.map(|column| address(row, column)),
                    heading: column.and_then(|column| plan.heading(column)),
                    field: Some(field.name.to_owned()),
                    message: format!("says {value}, but row {first_row} of the same number says {said}"),
                });
            }
            return;
        }
        draft.head.insert(field.name, value.clone());
    }
    if field.name == OLD_BALANCE {
        return;
    }
    let pointer = field.path.replace("/-/", &format!("/{}/", draft.lines));
    put(&mut draft.record.body, &pointer, value);
    draft.record.places.push(Place { pointer, row, column, field: field.name });
}

/// Writes a value at a pointer, making objects and arrays on the way.
fn put(body: &mut Value, pointer: &str, value: Value) {
    let mut at = body;
    for token in pointer.split('/').skip(1) {
        if let Ok(index) = token.parse::<usize>() {
            if !at.is_array() {
                *at = Value::Array(Vec::new());
            }
            let Value::Array(items) = at else { return };
            while items.len() <= index {
                items.push(Value::Null);
            }
            let Some(item) = items.get_mut(index) else { return };
            at = item;
        } else {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            let Value::Object(members) = at else { return };
            at = members.entry(token.to_owned()).or_insert(Value::Null);
        }
    }
    *at = value;
}

/// Takes the old balance out of the row; one that has neither amount nor number is of the old balance alone.
fn old_balance(plan: &Plan, draft: &mut Draft) {
    let Some(Value::String(amount)) = draft.head.get(OLD_BALANCE).cloned() else { return };
    let text = |name: &str| draft.head.get(name).and_then(Value::as_str).map(str::to_owned);
    let row = draft.record.first_row;
    let cell = plan.column(OLD_BALANCE).map_or_else(|| row.to_string(), |column| address(row, column));
    if let (Some(customer), Some(currency)) = (text("customer"), text("currency")) {
        draft.record.old_balance = Some(OldBalance { customer, currency, amount, cell, row });
    }
    draft.record.is_entry = draft.head.contains_key("amount") || draft.head.contains_key("number");
}

/// A sign or code that stands with an amount must be of the row's currency.
fn currencies(plan: &Plan, draft: &mut Draft) {
    let Some(currency) = draft.head.get("currency").and_then(Value::as_str).map(str::to_owned) else {
        return;
    };
    for (row, column, field, mark) in std::mem::take(&mut draft.marks) {
        if !fits_currency(&mark, &currency) {
            draft.errors.push(CellError {
                row,
                cell: column.map(|column| address(row, column)),
                heading: column.and_then(|column| plan.heading(column)),
                field: Some(field.to_owned()),
                message: format!("is marked {mark}, but the row's currency is {currency}"),
            });
        }
    }
}

#[cfg(test)]
mod tests;
