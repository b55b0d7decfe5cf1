//! Credit and red-letter documents (红字): they mirror their original, and take back never more than is left of it.
//!
//! Which taxes stand on a line, their rates and treatments are the original's, also where the rules would say something else
//! today. How a tax is computed – for each unit, compound – the tax line of the original does not say: that is the
//! configuration's, so taxes that have ended stay in it. What names a line or allowance of the original is bounded by it;
//! what names none, by all of the original that asked for its category. What is not paid (现金折扣, 尾差, 坏账) is the same, where the
//! configuration's `settlement` says that it adjusts. Of its tax a credit takes back the share of the value
//! that is credited with it, `tax × credited ÷ value` rounded, less what was taken back before: so that many small credits
//! leave no more behind than one, and what takes all that is left takes all the tax that is left.

use crate::config::{CollectedBy, Config, Effect, Rule, Treatment, Unlinked};
use crate::part::Part;
use crate::resolve::{Applied, Charge, in_order};
use crate::together::{Key, keys, shift};
use std::collections::BTreeMap;
use zhangben_sdk::decimal::{add, div, mul, parse, sub};
use zhangben_sdk::tax::{
    AllowanceCharge, Document, Line, Named, OriginalTax, Target, Terms, is_correction, is_negative,
    original_and_credited, whole_base,
};
use zhangben_sdk::{AttrValue, Decimal, Problem, Warning, problem, warning};

/// The document's attribute that says why a credit has no original.
const REASON: &str = "credit-reason";

/// Whether it takes back tax of an original.
fn corrects(config: &Config, document: &Document) -> bool {
    is_correction(document) || config.settlement.of(&document.purpose) == Some(Effect::Adjust)
}

/// What the configuration has no answer to.
pub fn refused(config: &Config, document: &Document, path: &str) -> Result<(), Problem> {
    if config.effect(&document.purpose) != Some(Effect::Refuse) {
        return Ok(());
    }
    let (code, member) = match document.purpose.as_str() {
        "advance" => ("advance-refused", "advances"),
        _ => ("settlement-refused", "settlement"),
    };
    let message =
        format!("the configuration refuses documents of purpose {:?}: see its `{member}`", document.purpose);
    Err(problem(code, message).at(format!("{path}/purpose")).build())
}

/// What a credit without original needs: that the configuration allows it, and perhaps a reason.
pub fn unlinked(config: &Config, document: &Document, path: &str) -> Result<Option<Warning>, Problem> {
    if !corrects(config, document) || document.original.is_some() {
        return Ok(None);
    }
    let reason = document.ext.iter().find(|attr| attr.name == REASON).and_then(|attr| match &attr.value {
        AttrValue::Text(reason) if !reason.trim().is_empty() => Some(reason),
        _ => None,
    });
    match (config.unlinked_credits, reason) {
        (Unlinked::Refuse, _) => {
            let message =
                format!("a document of purpose {:?} needs the original it corrects", document.purpose);
            Err(problem("original-missing", message).at(format!("{path}/original")).build())
        }
        (Unlinked::WithReason, None) => {
            let message = format!("a credit without original says why in the document's attribute {REASON}");
            Err(problem("reason-missing", message).at(format!("{path}/ext")).build())
        }
        (_, reason) => {
            let message = "the credit names no original: it is taxed by the rules of its own date";
            let warning = warning("credit-without-original", message).at(format!("{path}/original"));
            Ok(Some(reason.map_or(warning.clone(), |reason| warning.text("reason", reason.as_str())).warn()))
        }
    }
}

/// What of the original a part takes back: a line, an allowance, or all that asked for a category.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Scope<'a> {
    named: Named,
    category: &'a str,
}

impl Scope<'_> {
    /// Earlier credits that named nothing count for every line of their category.
    fn means(&self, tax: &OriginalTax) -> bool {
        self.named.means(tax, self.category)
    }
}

/// The original's tax as a credit sees it.
#[derive(Debug)]
pub struct Original<'a> {
    config: &'a Config,
    document: &'a Document,
    path: &'a str,
    date: &'a str,
}

impl<'a> Original<'a> {
    /// `None`: the document corrects nothing, or nothing that is known.
    pub fn of(config: &'a Config, document: &'a Document, path: &'a str) -> Option<Self> {
        let original = document.original.as_ref().filter(|_| corrects(config, document))?;
        Some(Original { config, document, path, date: &original.date })
    }

    pub fn line(&self, line: &'a Line, path: &str) -> Result<Vec<Applied<'a>>, Problem> {
        self.mirror(Named::line(line), &line.category_code, path)
    }

    pub fn allowance(
        &self,
        allowance: &AllowanceCharge,
        category: &'a str,
        path: &str,
    ) -> Result<Vec<Applied<'a>>, Problem> {
        self.mirror(Named::allowance(allowance), category, path)
    }

    /// The taxes on what is taken back; of each authority and kind one.
    fn mirror(&self, named: Named, category: &str, path: &str) -> Result<Vec<Applied<'a>>, Problem> {
        let rows = self.document.original.iter().flat_map(|original| &original.tax).enumerate();
        let rows: Vec<(usize, &OriginalTax)> = rows.filter(|(_, tax)| named.means(tax, category)).collect();
        let mut families: Vec<(&str, &str)> =
            rows.iter().map(|(_, tax)| (tax.authority.as_str(), tax.kind.as_str())).collect();
        families.sort_unstable();
        families.dedup();
        let alone = families.len() == 1;
        let mut found: Vec<Applied<'a>> = Vec::new();
        for (index, tax) in rows {
            let applied = self.applied(index, tax, alone)?;
            if found.iter().any(|other| other.is(&applied)) {
                continue;
            }
            if found.iter().any(|other| other.family() == applied.family()) {
                let message = format!(
                    "the original treats category {category} in several ways ({} {}); name its line in original_line",
                    applied.authority, applied.kind
                );
                return Err(problem("original-line-needed", message).at(path).build());
            }
            found.push(applied);
        }
        if found.is_empty() {
            let message = named.missing(category);
            return Err(problem("not-on-original", message).at(path).text("category", category).build());
        }
        Ok(in_order(found))
    }

    /// A tax of the original; what its tax line does not say, the configuration does.
    fn applied(&self, index: usize, tax: &'a OriginalTax, alone: bool) -> Result<Applied<'a>, Problem> {
        let at = |field: &str| format!("{}/original/tax/{index}/{field}", self.path);
        let treatment = Treatment::by_name(&tax.category).ok_or_else(|| {
            let message = format!("the original's tax is {:?}, which these rules do not know", tax.category);
            problem("unknown-treatment", message).at(at("category")).build()
        })?;
        let collected_by = CollectedBy::by_name(&tax.collected_by).ok_or_else(|| {
            let message = format!("the original's tax is collected by {:?}", tax.collected_by);
            problem("unknown-collector", message).at(at("collected_by")).build()
        })?;
        let rate = parse(&tax.rate, &at("rate"))?;
        let same = |rule: &&Rule| rule.family() == (&tax.authority, &tax.kind) && rule.code == tax.code;
        let of_code = || self.config.taxes.iter().filter(same);
        let rule = of_code().find(|rule| rule.holds_at(self.date)).or_else(|| of_code().next());
        // one tax alone is base × rate; how several lie in one another, or are counted, only the rule says
        if rule.is_none() && !(alone || treatment.is_untaxed()) {
            let message = format!(
                "the original bears {} beside other taxes, and the configuration has no tax of that code any more; \
                 leave taxes that have ended in it, with valid_to",
                tax.code
            );
            return Err(problem("original-rule-unknown", message).at(at("code")).build());
        }
        let charge = match rule.and_then(|rule| rule.per_unit.as_ref()) {
            _ if treatment.is_untaxed() => Charge::None,
            Some(fixed) => Charge::Fixed { per_unit: rate, unit: &fixed.unit },
            None => Charge::Percent(rate),
        };
        let compounds = matches!(charge, Charge::Percent(_)) && !rate.is_zero();
        Ok(Applied {
            authority: &tax.authority,
            kind: &tax.kind,
            code: &tax.code,
            treatment,
            charge,
            compound_on: rule.filter(|_| compounds).map_or(&[], |rule| &rule.compound_on),
            collected_by,
            legal_reference: tax.legal_reference.as_deref(),
            rule,
            country: self.document.buyer.country.as_str(),
            why: "as-on-original",
        })
    }

    /// Takes the tax of what is left where all of it is taken, and refuses what is more.
    pub fn settle(&self, parts: &mut [Part<'a>], terms: Terms) -> Result<(), Problem> {
        let mut scopes: BTreeMap<Scope<'a>, Vec<usize>> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            scopes.entry(self.scope(part.target)).or_default().push(index);
        }
        for (scope, indexes) in &scopes {
            self.settle_scope(scope, parts, indexes, terms)?;
        }
        // what named nothing before counts for its code: all of a code together is bounded too
        let all: Vec<usize> = (0..parts.len()).collect();
        for key in keys(parts) {
            let left = self.tax(&key, |_| true)?.left(self.path)?;
            self.settle_tax(&key, parts, &all, None, left, terms)?;
            self.check_base(&key, parts, terms)?;
        }
        Ok(())
    }

    /// No more of the base of a tax than is left of it; where prices include tax, each tax line has rounded its own.
    fn check_base(&self, key: &Key<'_>, parts: &[Part<'a>], terms: Terms) -> Result<(), Problem> {
        let mut left = Amounts::default();
        let mut lines = 0u32;
        for (tax, credited, path) in original_and_credited(self.document, self.path) {
            if key.is_of(tax, &path)? {
                left.count(whole_base(tax, &path)?, credited, &path)?;
                lines = lines.saturating_add(u32::from(credited));
            }
        }
        let mut asked = Decimal::ZERO;
        for tax in parts.iter().filter_map(|part| part.taxes.get(key.index_in(part)?)) {
            asked = add(asked, tax.base, self.path)?;
            lines = lines.saturating_add(1);
        }
        let left = left.left(self.path)?;
        let unit = Decimal::new(i64::from(terms.inclusive), terms.currency_decimals);
        let slack = mul(unit, Decimal::from(lines), self.path)?;
        let (low, high) = (left.min(Decimal::ZERO), left.max(Decimal::ZERO));
        if asked < sub(low, slack, self.path)? || asked > add(high, slack, self.path)? {
            return Err(exceeded(self.path, asked, left));
        }
        Ok(())
    }

    fn scope(&self, target: Target) -> Scope<'a> {
        let category = match target {
            Target::Line(index) => self.document.lines.get(index).map(|line| line.category_code.as_str()),
            Target::Allowance(index) => {
                self.document.allowances.get(index).and_then(|allowance| allowance.tax_category.as_deref())
            }
        };
        let named = Named::of(self.document, target);
        // what names a line is bounded by that line, whatever category it asks for
        let category = if named == Named::Nothing { category } else { None };
        Scope { named, category: category.unwrap_or_default() }
    }

    fn settle_scope(
        &self,
        scope: &Scope<'a>,
        parts: &mut [Part<'a>],
        indexes: &[usize],
        terms: Terms,
    ) -> Result<(), Problem> {
        let group: Vec<&Part<'a>> = indexes.iter().filter_map(|index| parts.get(*index)).collect();
        let Some(first) = group.first() else { return Ok(()) };
        let path = first.path.clone();
        let mut value = Decimal::ZERO;
        for part in &group {
            value = add(value, part.value, &path)?;
        }
        let of_value = self.value(scope, first, terms)?;
        let left = of_value.left(&path)?;
        let exceeds = if is_negative(left) { value < left || value > Decimal::ZERO } else { value > left };
        if exceeds {
            return Err(exceeded(&path, value, left));
        }
        // a tax for each unit follows the quantity and not the value, and so does what compounds on it
        let by_value = group.iter().flat_map(|part| &part.taxes).all(|tax| tax.quantity.is_none());
        let owned: Vec<Part<'a>> = group.into_iter().cloned().collect();
        for key in keys(&owned) {
            let of_tax = self.tax(&key, |tax| scope.means(tax))?;
            let left = of_tax.left(&path)?;
            let target = if value == of_value.left(&path)? {
                Some(left)
            } else if by_value {
                let taken = add(of_value.credited, value, &path)?;
                let share = div(mul(of_tax.original, taken, &path)?, of_value.original, &path)?;
                Some(sub(terms.round_tax(share), of_tax.credited, &path)?)
            } else {
                None
            };
            self.settle_tax(&key, parts, indexes, target, left, terms)?;
        }
        Ok(())
    }

    /// The original's value in the scope: its net, and with prices that include tax its gross. The net is the base of a tax
    /// that compounds on nothing; there is one, since compounding leads nowhere in a circle.
    fn value(&self, scope: &Scope<'a>, part: &Part<'a>, terms: Terms) -> Result<Amounts, Problem> {
        let plain = part.taxes.iter().find(|tax| tax.applied.compound_on.is_empty());
        let family = plain.map(|tax| tax.applied.family());
        let mut amounts = Amounts::default();
        for (tax, credited, path) in original_and_credited(self.document, self.path) {
            if !scope.means(tax) {
                continue;
            }
            let mut value = Decimal::ZERO;
            if family == Some((&tax.authority, &tax.kind)) {
                value = add(whole_base(tax, &path)?, parse(&tax.deducted, &path)?, &path)?;
            }
            if terms.inclusive && tax.collected_by == CollectedBy::Seller.name() {
                value = add(value, parse(&tax.amount, &path)?, &path)?;
            }
            amounts.count(value, credited, &path)?;
        }
        Ok(amounts)
    }

    /// The amount of one tax.
    fn tax(&self, key: &Key<'_>, of: impl Fn(&OriginalTax) -> bool) -> Result<Amounts, Problem> {
        let mut amounts = Amounts::default();
        for (tax, credited, path) in original_and_credited(self.document, self.path) {
            if of(tax) && key.is_of(tax, &path)? {
                amounts.count(parse(&tax.amount, &path)?, credited, &path)?;
            }
        }
        Ok(amounts)
    }

    /// Moves the tax to its target as far as it stays base × rate; never beyond what is left.
    fn settle_tax(
        &self,
        key: &Key<'_>,
        parts: &mut [Part<'a>],
        indexes: &[usize],
        target: Option<Decimal>,
        left: Decimal,
        terms: Terms,
    ) -> Result<(), Problem> {
        let picked = parts.iter_mut().enumerate().filter(|(index, _)| indexes.contains(index));
        let mut group: Vec<&mut Part<'a>> =
            picked.map(|(_, part)| part).filter(|part| key.index_in(part).is_some()).collect();
        let mut amount = Decimal::ZERO;
        for tax in group.iter().filter_map(|part| part.taxes.get(key.index_in(part)?)) {
            amount = add(amount, tax.amount, self.path)?;
        }
        let negative = is_negative(left) || (left.is_zero() && is_negative(amount));
        let beyond = |amount: Decimal| if negative { amount < left } else { amount > left };
        let target = target.unwrap_or(amount);
        let target = if beyond(target) { left } else { target };
        let unspread = shift(&mut group, key, sub(target, amount, self.path)?, terms)?;
        let reached = sub(target, unspread, self.path)?;
        if beyond(reached) {
            let path = group.first().map_or(self.path, |part| part.path.as_str());
            return Err(exceeded(path, reached, left));
        }
        Ok(())
    }
}

/// What an amount was on the original, and what of it was credited.
#[derive(Debug, Clone, Copy, Default)]
struct Amounts {
    original: Decimal,
    credited: Decimal,
}

impl Amounts {
    fn count(&mut self, amount: Decimal, credited: bool, path: &str) -> Result<(), Problem> {
        let sum = if credited { &mut self.credited } else { &mut self.original };
        *sum = add(*sum, amount, path)?;
        Ok(())
    }
    fn left(&self, path: &str) -> Result<Decimal, Problem> {
        sub(self.original, self.credited, path)
    }
}

fn exceeded(path: &str, asked: Decimal, left: Decimal) -> Problem {
    let message = format!("{asked} is credited, but only {left} of the original is left");
    problem("exceeds-original", message).at(path).number("asked", asked).number("left", left).build()
}
