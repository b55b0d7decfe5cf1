//! A mapping, checked against the file's headings, ready to convert cells.

use crate::cell::{Cell, letters};
use crate::field::{Field, Kind, LINE_AMOUNT, Noun};
use crate::mapping::{Mapping, MappingError, member};
use crate::read::{Format, Layout, Row};
use crate::value::{DateFormat, Separators, ValueError, beyond_excel, number};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What rows are read by.
pub struct Plan {
    pub noun: Noun,
    pub(super) columns: Vec<(usize, &'static Field)>,
    pub(super) constants: Vec<(&'static Field, Converted)>,
    headers: Vec<String>,
    dates: Option<DateFormat>,
    separators: Separators,
    values: BTreeMap<String, BTreeMap<String, String>>,
}

/// A value of the body, and the currency its text names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Converted {
    pub value: Value,
    pub mark: Option<String>,
}

impl Converted {
    fn text(text: impl Into<String>) -> Self {
        Converted { value: Value::String(text.into()), mark: None }
    }
}

impl Plan {
    /// Checks everything that can be checked without a row.
    ///
    /// # Errors
    /// All that is wrong with the mapping, by pointer.
    pub fn new(noun: Noun, mapping: &Mapping, layout: &Layout) -> Result<Self, Vec<MappingError>> {
        let mut errors = Vec::new();
        let mut note = |error: MappingError| errors.push(error);
        let separators = mapping.separators().map_err(&mut note).unwrap_or_default();
        let dates = mapping.date_format().map_err(&mut note).unwrap_or_default();
        let from_1904 = matches!(layout.format, Format::Workbook { from_1904: true, .. });
        if from_1904 && dates == Some(DateFormat::Serial) {
            note(MappingError::at("/dates", "the workbook counts its days from 1904: write \"serial-1904\""));
        }
        let mut plan = Plan {
            noun,
            columns: Vec::new(),
            constants: Vec::new(),
            headers: layout.headers.clone(),
            dates,
            separators,
            values: mapping.values.clone(),
        };
        for (heading, name) in &mapping.columns {
            match (plan.find_column(heading), noun.field(name)) {
                (Ok(column), Some(field)) => plan.columns.push((column, field)),
                (Err(why), _) => note(MappingError::at(member("columns", heading), why)),
                (_, None) => note(MappingError::at(member("columns", heading), unknown(noun, name))),
            }
        }
        plan.columns.sort_by_key(|(column, _)| *column);
        for (name, text) in &mapping.constants {
            let Some(field) = noun.field(name) else {
                note(MappingError::at(member("constants", name), unknown(noun, name)));
                continue;
            };
            match plan.convert(field, &Cell::text(text)) {
                Ok(Some(converted)) => plan.constants.push((field, converted)),
                Ok(None) => note(MappingError::at(member("constants", name), "is empty")),
                Err(why) => note(MappingError::at(member("constants", name), why)),
            }
        }
        for name in mapping.values.keys().filter(|name| noun.field(name).is_none()) {
            note(MappingError::at(member("values", name), unknown(noun, name)));
        }
        plan.check(&mut note);
        if errors.is_empty() { Ok(plan) } else { Err(errors) }
    }

    /// What fields need each other, or stand in each other's way.
    fn check(&self, note: &mut impl FnMut(MappingError)) {
        let mut seen = BTreeSet::new();
        for (_, field) in &self.columns {
            if !seen.insert(field.name) {
                note(MappingError::at("/columns", format!("{} is named by two columns", field.name)));
            }
        }
        let has = |name: &str| {
            self.columns
                .iter()
                .map(|(_, field)| field.name)
                .chain(self.constants.iter().map(|(field, _)| field.name))
                .any(|own| own == name)
        };
        for field in self.noun.fields().iter().filter(|field| field.required && !has(field.name)) {
            let why = format!("{} is missing: map a column to it, or give it in \"constants\"", field.name);
            note(MappingError::at("/columns", why));
        }
        for other in ["quantity", "unit_price"] {
            if has(LINE_AMOUNT) && has(other) {
                let why = format!("{LINE_AMOUNT} is one piece at that price: it stands instead of {other}");
                note(MappingError::at("/columns", why));
            }
        }
    }

    /// By its heading, or as `column:C`.
    fn find_column(&self, heading: &str) -> Result<usize, String> {
        if let Some(wanted) = heading.strip_prefix("column:") {
            let found = (0..self.headers.len()).find(|column| letters(*column) == wanted);
            return found.ok_or_else(|| {
                format!(
                    "there is no column {wanted:?}: the headings go from A to {}",
                    letters(self.headers.len().saturating_sub(1))
                )
            });
        }
        let mut found = self.headers.iter().enumerate().filter(|(_, own)| *own == heading);
        match (found.next(), found.next()) {
            (Some((column, _)), None) => Ok(column),
            (Some((first, _)), Some((second, _))) => Err(format!(
                "stands over the columns {} and {}: write column:{} instead",
                letters(first),
                letters(second),
                letters(first)
            )),
            (None, _) => {
                let shown: Vec<&str> =
                    self.headers.iter().filter(|own| !own.is_empty()).map(String::as_str).collect();
                Err(format!("is no heading of this file; they are {}", shown.join(", ")))
            }
        }
    }

    /// Whether several rows may be one thing: lines of an invoice always, what a receipt pays where a column says it.
    pub(super) fn has_parts(&self) -> bool {
        match self.noun {
            Noun::Invoices | Noun::Deliveries | Noun::Orders => true,
            noun => noun.parts().is_some() && self.columns.iter().any(|(_, field)| field.is_of_part()),
        }
    }

    /// How many cells of a row that a field is taken from were rounded when they were read.
    pub fn rounded(&self, row: &Row) -> u64 {
        let read = row.rounded.iter().filter(|column| self.columns.iter().any(|(own, _)| own == *column));
        u64::try_from(read.count()).unwrap_or(u64::MAX)
    }

    pub(super) fn column(&self, field: &str) -> Option<usize> {
        self.columns.iter().find(|(_, own)| own.name == field).map(|(column, _)| *column)
    }

    /// Whether it cannot be told which record a row belongs to: it has a cell beyond the headings, so that whatever stands behind the
    /// cell that was cut is below another heading, the number maybe, and records of this noun have several rows. Left out alone it
    /// would leave an invoice with some of its lines.
    pub fn loses_its_key(&self, row: &Row) -> bool {
        let behind_others = self.column(self.noun.key()).is_some_and(|column| column > 0);
        row.cells.len() > self.width() && self.has_parts() && behind_others
    }

    /// Whether a row fills no column but those of a part, though some are of what the parts belong to.
    pub(super) fn lacks_its_head(&self, row: &Row) -> bool {
        let mut head = self.columns.iter().filter(|(_, field)| !field.is_of_part()).peekable();
        let states = |column: usize| row.cells.get(column).is_some_and(|cell| !cell.is_empty());
        self.has_parts() && head.peek().is_some() && !head.any(|(column, _)| states(*column))
    }

    /// How many headings there are.
    pub(super) fn width(&self) -> usize {
        self.headers.len()
    }

    pub(super) fn heading(&self, column: usize) -> Option<String> {
        self.headers.get(column).filter(|heading| !heading.is_empty()).cloned()
    }

    /// The field behind a member that has no value; of two at one place the one that a column is mapped to. An object that is missing as
    /// a whole, as an amount with its currency, is missed where its first required member stands.
    pub(super) fn field_at(&self, pointer: &str) -> Option<&'static str> {
        if pointer.is_empty() {
            return None;
        }
        let shape = |path: &str| {
            let tokens = path.split('/').map(|token| {
                if token.bytes().all(|b| b.is_ascii_digit()) && !token.is_empty() { "-" } else { token }
            });
            tokens.collect::<Vec<_>>().join("/")
        };
        let wanted = shape(pointer);
        let inside = |field: &&Field| {
            let path = shape(field.path);
            let rest = path.strip_prefix(wanted.as_str());
            field.required && !field.is_of_part() && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let fields = self.noun.fields();
        let exact: Vec<&'static Field> = fields.iter().filter(|field| shape(field.path) == wanted).collect();
        let mapped = exact.iter().find(|field| self.column(field.name).is_some());
        let found = mapped.or_else(|| exact.first()).copied().or_else(|| fields.iter().find(inside));
        found.map(|field| field.name)
    }

    /// What tells the row's thing from others.
    pub(super) fn key(&self, row: &Row) -> Option<String> {
        let text = match row.cells.get(self.column(self.noun.key())?)? {
            Cell::Text(text) | Cell::Number(text) => text.clone(),
            _ => return None,
        };
        // a customer has one balance in each currency
        let currency = match self.noun {
            Noun::OldBalances => self.column("currency").and_then(|column| row.cells.get(column)),
            _ => None,
        };
        Some(currency.map_or_else(|| text.clone(), |currency| format!("{text} {}", currency.shown())))
    }

    /// A cell as a value of its field; `None` for an empty one.
    pub(super) fn convert(&self, field: &Field, cell: &Cell) -> Result<Option<Converted>, String> {
        let translated = self.values.get(field.name).and_then(|values| values.get(&cell.shown()));
        let translated = translated.map(|text| Cell::text(text));
        let cell = translated.as_ref().unwrap_or(cell);
        let plain = |error: ValueError| error.to_string();
        match (field.kind, cell) {
            (_, Cell::Empty) => return Ok(None),
            (_, Cell::Error(text)) => Err(plain(ValueError::Formula(text.clone()))),
            (_, Cell::Formula(text)) => Err(plain(ValueError::Uncalculated(text.clone()))),
            (Kind::Text | Kind::Code, cell) => text(field.kind, cell).map(Converted::text).map_err(plain),
            (Kind::Choice(choices), cell) => choice(choices, cell).map(Converted::text),
            (Kind::Date, cell) => {
                self.date(cell).map(|date| Converted::text(date.to_string())).map_err(plain)
            }
            (Kind::Whole, cell) => whole(cell).map_err(plain),
            (Kind::Decimal | Kind::Amount, cell) => self.decimal(field.kind, cell).map_err(plain),
        }
        .map(Some)
    }

    fn date(&self, cell: &Cell) -> Result<chrono::NaiveDate, ValueError> {
        let iso = || DateFormat::parse("YYYY-MM-DD").ok();
        match (cell, &self.dates) {
            (Cell::Date(date), _) => Ok(*date),
            (Cell::Number(text), Some(format @ (DateFormat::Serial | DateFormat::Serial1904))) => {
                format.read(text)
            }
            // 20261105 typed into a cell is a number
            (Cell::Number(text), Some(format)) => {
                format.read(text).map_err(|_| ValueError::Serial(text.clone()))
            }
            (Cell::Number(text), None) => Err(ValueError::Serial(text.clone())),
            (Cell::Bool(value), _) => Err(ValueError::Truth(*value)),
            (cell, format) => {
                let shown = cell.shown();
                match iso().map(|iso| iso.read(&shown)) {
                    Some(Ok(date)) => Ok(date),
                    Some(Err(refused)) => format.as_ref().map_or(Err(refused), |format| format.read(&shown)),
                    None => Err(ValueError::NotADate { text: shown, wanted: "YYYY-MM-DD".to_owned() }),
                }
            }
        }
    }

    fn decimal(&self, kind: Kind, cell: &Cell) -> Result<Converted, ValueError> {
        match cell {
            Cell::Text(text) => {
                let found = number(text, self.separators, kind == Kind::Decimal)?;
                Ok(Converted { value: Value::String(found.text), mark: found.mark })
            }
            // so long that rounding it to what Excel keeps would take away money
            Cell::Number(text) if beyond_excel(text) => Err(ValueError::Rounded(text.clone())),
            // "-0" is how a binary fraction writes nothing
            Cell::Number(text) => Ok(Converted::text(if text == "-0" { "0" } else { text })),
            Cell::Bool(value) => Err(ValueError::Truth(*value)),
            Cell::Date(date) => Err(ValueError::Date(*date)),
            Cell::Empty | Cell::Error(_) | Cell::Formula(_) => Err(ValueError::NotANumber(cell.shown())),
        }
    }
}

fn unknown(noun: Noun, name: &str) -> String {
    format!("{name:?} is no field of {noun}; they are {}", noun.field_names())
}

fn text(kind: Kind, cell: &Cell) -> Result<String, ValueError> {
    match cell {
        Cell::Number(number) if beyond_excel(number) => Err(ValueError::Rounded(number.clone())),
        Cell::Date(date) if kind == Kind::Code => Err(ValueError::Date(*date)),
        Cell::Bool(value) => Err(ValueError::Truth(*value)),
        cell => Ok(cell.shown()),
    }
}

fn choice(choices: &[(&'static str, &[&str])], cell: &Cell) -> Result<String, String> {
    let shown = cell.shown();
    let lower = shown.to_lowercase();
    let found = choices.iter().find(|(code, others)| {
        *code == shown || code.to_lowercase() == lower || others.contains(&lower.as_str())
    });
    let names = || choices.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", ");
    found.map(|(code, _)| (*code).to_owned()).ok_or_else(|| {
        format!("{shown:?} is not one of {}; translate it under \"values\" in the mapping", names())
    })
}

fn whole(cell: &Cell) -> Result<Converted, ValueError> {
    let shown = cell.shown();
    let value: u32 = shown.parse().map_err(|_| ValueError::NotWhole(shown))?;
    Ok(Converted { value: Value::from(value), mark: None })
}
