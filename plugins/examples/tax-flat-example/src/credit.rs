//! Credits: they mirror the tax of their original, whatever the configuration says today, and take back no more than is
//! left. What takes all that is left takes all the tax that is left, so that rounding leaves nothing behind.

use crate::assess::{Applied, Mode, Part};
use zhangben_sdk::decimal::{add, parse, sub};
use zhangben_sdk::tax::{BaseOf, Document, Line, OriginalTax};
use zhangben_sdk::{Decimal, Problem, problem};

/// The original's tax and what earlier credits took of it.
pub struct Original<'a> {
    tax: &'a [OriginalTax],
    credited: &'a [OriginalTax],
    path: String,
}

impl<'a> Original<'a> {
    /// `None`: the document corrects nothing.
    pub fn of(document: &'a Document, path: &str) -> Result<Option<Self>, Problem> {
        if !matches!(document.purpose.as_str(), "credit" | "red-letter") {
            return Ok(None);
        }
        let path = format!("{path}/original");
        let Some(original) = &document.original else {
            let message = "a credit names the invoice that it takes back";
            return Err(problem("original-missing", message).at(path).build());
        };
        Ok(Some(Original { tax: &original.tax, credited: &document.already_credited, path }))
    }

    /// How the line of the original was taxed: the one that is named, else all that asked for the same category.
    pub fn applied(&self, line: &Line, path: &str) -> Result<Applied, Problem> {
        let mut found: Vec<Applied> = Vec::new();
        for tax in self.tax.iter().filter(|tax| tax.collected_by == "seller") {
            let same = match line.original_line {
                Some(named) => stands_on(tax, named),
                None => tax.asked_category.as_deref() == Some(line.category_code.as_str()),
            };
            let applied = self.mirrored(tax)?;
            if same && !found.contains(&applied) {
                found.push(applied);
            }
        }
        match <[Applied; 1]>::try_from(found) {
            Ok([one]) => Ok(one),
            Err(found) => {
                let message = match found.len() {
                    0 => "the original has nothing that this line could take back".to_owned(),
                    ways => format!("the original taxes this in {ways} ways: name its line"),
                };
                Err(problem("not-on-original", message).at(format!("{path}/original_line")).build())
            }
        }
    }

    fn mirrored(&self, tax: &OriginalTax) -> Result<Applied, Problem> {
        Ok(Applied {
            authority: tax.authority.clone(),
            kind: tax.kind.clone(),
            code: tax.code.clone(),
            category: tax.category.clone(),
            rate: parse(&tax.rate, &self.path)?,
        })
    }

    /// Holds the part against what is left of its line, then of its code; `earlier` are those of the same credit. What stays
    /// behind keeps its own tax, and the part takes the difference: so parts never sum to more than the whole.
    pub fn settle(&self, part: &mut Part, earlier: &[Part], mode: Mode) -> Result<(), Problem> {
        let refuse = |part: &Part, message: String| {
            Err(problem("exceeds-original", message).at(part.path.clone()).build())
        };
        let (own, unit) = (part.tax, Decimal::new(1, mode.decimals));
        for (level, named) in [part.original_line, None].into_iter().enumerate() {
            let (base, tax) = self.left(part, named, earlier)?;
            let left = if mode.inclusive { add(base, tax, &part.path)? } else { base };
            let rest = sub(left, part.value, &part.path)?;
            if rest < Decimal::ZERO {
                return refuse(part, format!("{} is credited, of the original {left} is left", part.value));
            }
            let mut wanted = sub(tax, mode.split(rest, part.applied.rate, &part.path)?.1, &part.path)?;
            if !rest.is_zero() {
                wanted = wanted.clamp(own - unit, own + unit).min(tax).max(Decimal::ZERO);
            }
            if level == 0 || rest.is_zero() || part.tax > tax {
                part.tax = wanted;
                part.base = if mode.inclusive { sub(part.value, wanted, &part.path)? } else { part.base };
            }
        }
        // a tax further away from its own base × rate than one unit would be another tax
        if part.delta(mode)?.abs() > unit {
            let tax = part.tax;
            return refuse(part, format!("of the original's tax {tax} is left: credit its lines one by one"));
        }
        Ok(())
    }

    /// (net, tax) that is left of one line of the original, or of all that is taxed as `part` is.
    fn left(&self, part: &Part, named: Option<u32>, earlier: &[Part]) -> Result<(Decimal, Decimal), Problem> {
        let (mut base, mut amount) = (Decimal::ZERO, Decimal::ZERO);
        for (list, sign) in [(self.tax, Decimal::ONE), (self.credited, Decimal::NEGATIVE_ONE)] {
            for tax in list.iter().filter(|tax| named.is_none_or(|line| stands_on(tax, line))) {
                if self.mirrored(tax)? != part.applied {
                    continue;
                }
                for column in [&tax.base, &tax.exempt_base, &tax.out_of_scope_base] {
                    base = add(base, sign * parse(column, &self.path)?, &self.path)?;
                }
                amount = add(amount, sign * parse(&tax.amount, &self.path)?, &self.path)?;
            }
        }
        let same = |o: &&Part| o.applied == part.applied && (named.is_none() || o.original_line == named);
        for other in earlier.iter().filter(same) {
            base = sub(base, other.base, &self.path)?;
            amount = sub(amount, other.tax, &self.path)?;
        }
        Ok((base, amount))
    }
}

fn stands_on(tax: &OriginalTax, line: u32) -> bool {
    matches!(&tax.on, BaseOf::Lines(lines) if lines.contains(&line))
}
