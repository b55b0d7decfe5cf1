//! Credit and red-letter documents (红字): the rates of the original, and never more than is left of it.
//!
//! A line of the credit belongs to the line of the original that its `original-line` attribute names; without it,
//! to all lines of the original with its code. What is left of a code is the original less what was credited
//! already. A credit that takes all that is left takes all the tax that is left too, so that rounding leaves
//! nothing behind.

use crate::amounts::{Part, Place, Rounded, spread};
use crate::resolve::Applied;
use std::collections::BTreeMap;
use zhangben_sdk::decimal::{add, parse, sub};
use zhangben_sdk::tax::{Document, Line, OriginalTax};
use zhangben_sdk::{AttrValue, Decimal, Problem, problem};

/// The attribute of a credit's line that names the original's line.
pub const ORIGINAL_LINE: &str = "original-line";

/// Whether this document corrects another.
pub fn is_correction(document: &Document) -> bool {
    matches!(document.purpose.as_str(), "credit" | "red-letter")
}

/// What is left of one line or code of the original.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    base: Decimal,
    tax: Decimal,
}

/// The original's tax as a credit sees it.
#[derive(Debug)]
pub struct Original<'a> {
    document: &'a Document,
    path: String,
    tax: &'a [OriginalTax],
}

impl<'a> Original<'a> {
    /// `None`: the document corrects nothing.
    pub fn of(document: &'a Document, path: &str) -> Result<Option<Self>, Problem> {
        match (&document.original, is_correction(document)) {
            (_, false) => Ok(None),
            (None, true) => {
                let message =
                    format!("a document of purpose {:?} needs the original it corrects", document.purpose);
                Err(problem("original-missing", message).at(format!("{path}/original")).build())
            }
            (Some(original), true) => {
                Ok(Some(Original { document, path: path.to_owned(), tax: &original.tax }))
            }
        }
    }

    /// The treatment that the rules give, at the rate that the original had.
    pub fn apply(&self, line: Option<&Line>, applied: Applied, path: &str) -> Result<Applied, Problem> {
        let line_of_original = line.and_then(original_line);
        let mut rates: Vec<Decimal> = Vec::new();
        for (index, tax) in self.tax.iter().enumerate() {
            if tax.code == applied.code && line_of_original.is_none_or(|line| line == tax.line) {
                let rate = parse(&tax.rate, &format!("{}/original/tax/{index}/rate", self.path))?;
                if !rates.contains(&rate) {
                    rates.push(rate);
                }
            }
        }
        match rates.as_slice() {
            [rate] => Ok(Applied { rate: *rate, rule: "rate-of-original", ..applied }),
            [] => {
                let message =
                    format!("the original has no {} with code {}", what(line_of_original), applied.code);
                Err(problem("not-on-original", message).at(path).text("code", applied.code).build())
            }
            _ => {
                let message = format!(
                    "the original has code {} at {} rates; name the line in the attribute {ORIGINAL_LINE}",
                    applied.code,
                    rates.len()
                );
                Err(problem("original-line-needed", message).at(path).build())
            }
        }
    }

    /// Takes the tax of what is left where all of it is taken, and refuses what is more.
    pub fn settle(&self, parts: &mut [Part], rounded: Rounded) -> Result<(), Problem> {
        let mut keys: BTreeMap<(Option<u32>, String), Vec<usize>> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            let line = match part.place {
                Place::Line(index) => self.document.lines.get(index).and_then(original_line),
                Place::Allowance(_) => None,
            };
            keys.entry((line, part.applied.code.clone())).or_default().push(index);
        }
        // first what names its line, then all of a code together: both must hold
        for ((line, code), indexes) in &keys {
            if line.is_some() {
                self.settle_some(parts, indexes, self.left(*line, code)?, rounded)?;
            }
        }
        let mut of_code: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for ((_, code), indexes) in &keys {
            of_code.entry(code).or_default().extend(indexes);
        }
        for (code, indexes) in of_code {
            self.settle_some(parts, &indexes, self.left(None, code)?, rounded)?;
        }
        Ok(())
    }

    fn left(&self, line: Option<u32>, code: &str) -> Result<Left, Problem> {
        let mut left = Left::default();
        let wanted = |tax: &&OriginalTax| tax.code == code && line.is_none_or(|line| line == tax.line);
        for tax in self.tax.iter().filter(wanted) {
            let path = format!("{}/original/tax", self.path);
            left.base = add(left.base, parse(&tax.base, &path)?, &path)?;
            left.tax = add(left.tax, parse(&tax.amount, &path)?, &path)?;
        }
        // earlier credits say the line of their own document: only their code can be compared
        if line.is_none() {
            for tax in self.document.already_credited.iter().filter(|tax| tax.code == code) {
                let path = format!("{}/already_credited", self.path);
                left.base = sub(left.base, parse(&tax.base, &path)?, &path)?;
                left.tax = sub(left.tax, parse(&tax.amount, &path)?, &path)?;
            }
        }
        Ok(left)
    }

    fn settle_some(
        &self,
        parts: &mut [Part],
        indexes: &[usize],
        left: Left,
        rounded: Rounded,
    ) -> Result<(), Problem> {
        let mut group: Vec<&mut Part> = parts
            .iter_mut()
            .enumerate()
            .filter(|(index, _)| indexes.contains(index))
            .map(|(_, part)| part)
            .collect();
        // of exempt and out-of-scope lines the original states no base: what is left is the host's to check
        if left.base.is_zero() && group.iter().all(|part| part.applied.rate.is_zero()) {
            return Ok(());
        }
        let (mut base, mut tax) = (Decimal::ZERO, Decimal::ZERO);
        for part in &group {
            base = add(base, part.base, &part.path)?;
            tax = add(tax, part.tax, &part.path)?;
        }
        let (gross, gross_left) = (add(base, tax, &self.path)?, add(left.base, left.tax, &self.path)?);
        let takes_all = if rounded.inclusive { gross == gross_left } else { base == left.base };
        let exceeds = if rounded.inclusive { gross > gross_left } else { base > left.base };
        if exceeds {
            let (asked, left) = if rounded.inclusive { (gross, gross_left) } else { (base, left.base) };
            let path = group.first().map_or_else(|| self.path.clone(), |part| part.path.clone());
            let message = format!("{asked} is credited, but only {left} of the original is left");
            return Err(problem("exceeds-original", message)
                .at(path)
                .number("asked", asked)
                .number("left", left)
                .build());
        }
        let difference = sub(left.tax, tax, &self.path)?;
        if difference.is_zero() || !(takes_all || difference.is_sign_negative()) {
            return Ok(());
        }
        let rest = spread(&mut group, difference, rounded)?;
        if rest.is_sign_negative() && !rest.is_zero() {
            let path = group.first().map_or_else(|| self.path.clone(), |part| part.path.clone());
            let message = format!(
                "the tax is {tax}, but only {} of the original is left; credit its lines one by one",
                left.tax
            );
            return Err(problem("exceeds-original", message)
                .at(path)
                .number("asked", tax)
                .number("left", left.tax)
                .build());
        }
        Ok(())
    }
}

fn what(line: Option<u32>) -> String {
    line.map_or_else(|| "line".to_owned(), |line| format!("line {line}"))
}

/// The line of the original that a credit's line names.
fn original_line(line: &Line) -> Option<u32> {
    line.ext.iter().find(|attr| attr.name == ORIGINAL_LINE).and_then(|attr| match &attr.value {
        AttrValue::Number(text) | AttrValue::Text(text) => text.parse().ok(),
        _ => None,
    })
}
