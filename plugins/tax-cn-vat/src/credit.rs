//! Credit and red-letter documents (红字): they mirror their original, and take back never more than is left of it.
//!
//! Codes, treatments, rates and citations are the original's, also where the same category would be another today: the
//! buyer has moved abroad, the seller has become a general taxpayer, the rate has changed. A line of the credit belongs to
//! the line of the original that it names; without a name, to all lines of the original that asked for its category. What
//! is left of a code at a rate is the original less what was credited already. A credit that takes all that is left takes
//! all the tax that is left too, so that rounding leaves nothing behind.

use crate::amounts::{Part, spread};
use crate::category::Treatment;
use crate::resolve::Applied;
use std::collections::BTreeMap;
use zhangben_sdk::decimal::{add, parse, sub};
use zhangben_sdk::tax::{
    AllowanceCharge, Document, Line, Named, OriginalTax, Terms, is_correction, original_and_credited,
    whole_base,
};
use zhangben_sdk::{Decimal, Problem, problem};

/// What is left of one line or code of the original; the base whatever its column.
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

    /// How the line of the original was treated.
    pub fn line(&self, line: &Line, path: &str) -> Result<Applied, Problem> {
        self.mirror(Named::line(line), &line.category_code, path)
    }

    /// How the original's allowance, or what it asked of this category, was treated.
    pub fn allowance(&self, allowance: &AllowanceCharge, code: &str, path: &str) -> Result<Applied, Problem> {
        self.mirror(Named::allowance(allowance), code, path)
    }

    fn mirror(&self, named: Named, category: &str, path: &str) -> Result<Applied, Problem> {
        let mut found: Vec<Applied> = Vec::new();
        for (index, tax) in self.tax.iter().enumerate().filter(|(_, tax)| named.means(tax, category)) {
            let applied = self.applied(index, tax)?;
            if !found.contains(&applied) {
                found.push(applied);
            }
        }
        let several = found.len();
        match (found.pop(), several) {
            (Some(applied), 1) => Ok(applied),
            (None, _) => {
                let message = named.missing(category);
                Err(problem("not-on-original", message).at(path).text("category", category).build())
            }
            (Some(_), _) => {
                let message = format!(
                    "the original treats category {category} in {several} ways; name its line in original_line"
                );
                Err(problem("original-line-needed", message).at(path).build())
            }
        }
    }

    fn applied(&self, index: usize, tax: &OriginalTax) -> Result<Applied, Problem> {
        let at = format!("{}/original/tax/{index}", self.path);
        let treatment = Treatment::by_name(&tax.category).ok_or_else(|| {
            let message = format!("the original's tax is {:?}, which these rules do not know", tax.category);
            problem("unknown-treatment", message).at(format!("{at}/category")).build()
        })?;
        Ok(Applied {
            code: tax.code.clone(),
            treatment,
            rate: parse(&tax.rate, &format!("{at}/rate"))?,
            citation: tax.legal_reference.clone(),
            exemption_code: None,
            reason: None,
            rule: "as-on-original",
        })
    }

    /// Takes the tax of what is left where all of it is taken, and refuses what is more.
    pub fn settle(&self, parts: &mut [Part], terms: Terms) -> Result<(), Problem> {
        let mut named: BTreeMap<(Named, String, Decimal), Vec<usize>> = BTreeMap::new();
        let mut of_code: BTreeMap<(String, Decimal), Vec<usize>> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            let (code, rate) = (part.applied.code.clone(), part.applied.rate.normalize());
            named.entry((Named::of(self.document, part.target), code.clone(), rate)).or_default().push(index);
            of_code.entry((code, rate)).or_default().push(index);
        }
        // first what names its line, then all of a code together: both must hold
        for ((named, code, rate), indexes) in &named {
            if *named != Named::Nothing {
                self.settle_some(parts, indexes, self.left(*named, code, *rate)?, terms)?;
            }
        }
        for ((code, rate), indexes) in &of_code {
            self.settle_some(parts, indexes, self.left(Named::Nothing, code, *rate)?, terms)?;
        }
        Ok(())
    }

    /// Earlier credits that named no line of the original count for their code alone.
    fn left(&self, named: Named, code: &str, rate: Decimal) -> Result<Left, Problem> {
        let mut left = Left::default();
        for (tax, credited, path) in original_and_credited(self.document, &self.path) {
            if tax.code != code || !named.is_in(&tax.on) || parse(&tax.rate, &path)? != rate {
                continue;
            }
            let (base, amount) = (whole_base(tax, &path)?, parse(&tax.amount, &path)?);
            let (base, amount) = if credited { (-base, -amount) } else { (base, amount) };
            left = Left { base: add(left.base, base, &path)?, tax: add(left.tax, amount, &path)? };
        }
        Ok(left)
    }

    fn settle_some(
        &self,
        parts: &mut [Part],
        indexes: &[usize],
        left: Left,
        terms: Terms,
    ) -> Result<(), Problem> {
        let mut group: Vec<&mut Part> = parts
            .iter_mut()
            .enumerate()
            .filter(|(index, _)| indexes.contains(index))
            .map(|(_, part)| part)
            .collect();
        let (mut base, mut tax) = (Decimal::ZERO, Decimal::ZERO);
        for part in &group {
            base = add(base, part.base, &part.path)?;
            tax = add(tax, part.tax, &part.path)?;
        }
        let (gross, gross_left) = (add(base, tax, &self.path)?, add(left.base, left.tax, &self.path)?);
        let takes_all = if terms.inclusive { gross == gross_left } else { base == left.base };
        let (asked, rest) = if terms.inclusive { (gross, gross_left) } else { (base, left.base) };
        // of an allowance or a discount line what is left is negative
        let exceeds =
            if rest.is_sign_negative() { asked < rest || asked > Decimal::ZERO } else { asked > rest };
        if exceeds {
            let left = rest;
            let path = group.first().map_or_else(|| self.path.clone(), |part| part.path.clone());
            let message = format!("{asked} is credited, but only {left} of the original is left");
            return Err(problem("exceeds-original", message)
                .at(path)
                .number("asked", asked)
                .number("left", left)
                .build());
        }
        let difference = sub(left.tax, tax, &self.path)?;
        let too_much = !difference.is_zero() && difference.is_sign_negative() != rest.is_sign_negative();
        if difference.is_zero() || !(takes_all || too_much) {
            return Ok(());
        }
        let unspread = spread(&mut group, difference, terms)?;
        if !unspread.is_zero() && unspread.is_sign_negative() != rest.is_sign_negative() {
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
