//! Credit and red-letter documents (红字) and what of their original they take back.

use super::{AllowanceCharge, BaseOf, Document, Line, OriginalTax, Target};
use crate::Problem;
use crate::decimal::{parse, sum};
use rust_decimal::Decimal;

/// Whether this document corrects another.
pub fn is_correction(document: &Document) -> bool {
    matches!(document.purpose.as_str(), "credit" | "red-letter")
}

/// What of the original something of the credit takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    Nothing,
    Line(u32),
    Allowance(u32),
}

impl Named {
    pub fn line(line: &Line) -> Self {
        line.original_line.map_or(Named::Nothing, Named::Line)
    }
    pub fn allowance(allowance: &AllowanceCharge) -> Self {
        allowance.original.map_or(Named::Nothing, Named::Allowance)
    }
    pub fn of(document: &Document, target: Target) -> Self {
        let found = match target {
            Target::Line(index) => document.lines.get(index).map(Named::line),
            Target::Allowance(index) => document.allowances.get(index).map(Named::allowance),
        };
        found.unwrap_or(Named::Nothing)
    }
    /// Whether a tax that stood on `on` is meant; where nothing is named, any may be.
    pub fn is_in(self, on: &BaseOf) -> bool {
        match (self, on) {
            (Named::Nothing, _) => true,
            (Named::Line(line), BaseOf::Lines(lines)) => lines.contains(&line),
            (Named::Allowance(id), BaseOf::Allowance(of)) => id == *of,
            _ => false,
        }
    }
    /// Whether a tax of the original is meant by something of the credit that asks for `category`.
    pub fn means(self, tax: &OriginalTax, category: &str) -> bool {
        match self {
            Named::Nothing => tax.asked_category.as_deref().unwrap_or(&tax.code) == category,
            _ => self.is_in(&tax.on),
        }
    }
    /// What the original does not have, for a person.
    pub fn missing(self, category: &str) -> String {
        match self {
            Named::Nothing => format!("the original has nothing of category {category}"),
            Named::Line(line) => format!("the original has no tax on line {line}"),
            Named::Allowance(id) => format!("the original has no tax on allowance {id}"),
        }
    }
}

/// The original's taxes and, with `true`, those of its earlier credits; each with its path in the input.
pub fn original_and_credited<'a>(
    document: &'a Document,
    path: &str,
) -> impl Iterator<Item = (&'a OriginalTax, bool, String)> {
    let path = path.to_owned();
    let original = document.original.iter().flat_map(|original| &original.tax).enumerate();
    let credited = document.already_credited.iter().enumerate();
    let of = move |list: &str, index: usize| format!("{path}/{list}/{index}");
    let first = {
        let of = of.clone();
        original.map(move |(index, tax)| (tax, false, of("original/tax", index)))
    };
    first.chain(credited.map(move |(index, tax)| (tax, true, of("already_credited", index))))
}

/// The base of a tax of the original, whatever its column.
pub fn whole_base(tax: &OriginalTax, path: &str) -> Result<Decimal, Problem> {
    sum([parse(&tax.base, path)?, parse(&tax.exempt_base, path)?, parse(&tax.out_of_scope_base, path)?], path)
}
