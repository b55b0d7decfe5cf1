//! Which taxes stand on a line.

use crate::config::{CollectedBy, Config, Effect, Rule, Treatment};
use crate::rule::{Facts, Fails, fails};
use zhangben_sdk::tax::{Document, Line, tax_date};
use zhangben_sdk::{Decimal, Problem, decimal, problem};

/// How a tax is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge<'a> {
    None,
    Percent(Decimal),
    Fixed { per_unit: Decimal, unit: &'a str },
}

/// A tax that stands on something, and why.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    pub authority: &'a str,
    pub kind: &'a str,
    pub code: &'a str,
    pub treatment: Treatment,
    pub charge: Charge<'a>,
    pub compound_on: &'a [String],
    pub collected_by: CollectedBy,
    pub legal_reference: Option<&'a str>,
    /// Where the rest stands: names, jurisdiction, report codes.
    pub rule: Option<&'a Rule>,
    /// Where it is supplied to.
    pub country: &'a str,
    /// This plugin's name of the rule that decided.
    pub why: &'static str,
}

impl<'a> Applied<'a> {
    pub fn family(&self) -> (&'a str, &'a str) {
        (self.authority, self.kind)
    }
    /// Whether it is the same tax, whatever led to it.
    pub fn is(&self, other: &Applied<'_>) -> bool {
        self.family() == other.family()
            && self.code == other.code
            && self.treatment == other.treatment
            && self.charge == other.charge
            && self.collected_by == other.collected_by
    }
    /// On what lowers or raises the price and not the quantity: a tax for each unit is none there.
    pub fn without_quantity(self) -> Self {
        match self.charge {
            Charge::Fixed { .. } => {
                let (charge, treatment) = (Charge::None, Treatment::OutOfScope);
                Applied { charge, treatment, why: "price-without-quantity", ..self }
            }
            _ => self,
        }
    }
    /// In the price, on top of it or inside.
    pub fn is_priced(&self) -> bool {
        self.collected_by == CollectedBy::Seller
    }

    fn of(rule: &'a Rule, document: &Document, facts: &Facts<'a>, path: &str) -> Result<Self, Problem> {
        let charge = match &rule.per_unit {
            _ if rule.treatment.is_untaxed() => Charge::None,
            None => Charge::Percent(rule.fraction()),
            Some(fixed) if fixed.currency != document.currency => {
                let message = format!(
                    "the tax {} is {} {} for each {}, the document is in {}; there is no conversion",
                    rule.code, fixed.amount, fixed.currency, fixed.unit, document.currency
                );
                return Err(problem("fixed-tax-in-other-currency", message).at(path).build());
            }
            Some(fixed) => {
                Charge::Fixed { per_unit: decimal::parse(&fixed.amount, path)?, unit: &fixed.unit }
            }
        };
        let why = match (charge, rule.treatment) {
            (_, treatment) if treatment.is_untaxed() => "untaxed",
            (_, Treatment::ReverseCharge) => "reverse-charge",
            (Charge::Fixed { .. }, _) => "per-unit",
            (_, treatment) if !treatment.is_taxed() => "zero-rated",
            _ if !rule.compound_on.is_empty() => "compound",
            _ => "rate-of-category",
        };
        let why = if facts.defaulted { "default-category" } else { why };
        Ok(Applied {
            authority: &rule.authority,
            kind: &rule.kind,
            code: &rule.code,
            treatment: rule.treatment,
            charge,
            compound_on: &rule.compound_on,
            collected_by: rule.collector(),
            legal_reference: rule.legal_reference.as_deref(),
            rule: Some(rule),
            country: facts.country,
            why,
        })
    }
}

/// The taxes of one thing, those first that others compound on.
pub fn in_order(taxes: Vec<Applied<'_>>) -> Vec<Applied<'_>> {
    if taxes.iter().all(|tax| tax.compound_on.is_empty()) {
        return taxes;
    }
    let mut ordered: Vec<Applied<'_>> = Vec::with_capacity(taxes.len());
    let mut left = taxes;
    while !left.is_empty() {
        let waits = |tax: &Applied<'_>| {
            left.iter().any(|other| {
                other.family() != tax.family() && tax.compound_on.iter().any(|code| code == other.code)
            })
        };
        // the check of the configuration leaves no circle; one of another's making ends here all the same
        let next = left.iter().position(|tax| !waits(tax)).unwrap_or_default();
        ordered.push(left.remove(next));
    }
    ordered
}

/// What resolving a line needs of the document.
#[derive(Debug)]
pub struct Resolver<'a> {
    config: &'a Config,
    document: &'a Document,
    pub date: &'a str,
}

impl<'a> Resolver<'a> {
    /// `date` decides the rate: the tax point, else the supply, else the issue date; of a linked correction the original's.
    pub fn new(config: &'a Config, document: &'a Document, path: &str) -> Result<Self, Problem> {
        let at = tax_date(document, path)?;
        let seller = &document.seller;
        if !config.seller.countries.contains(&seller.country) {
            let known = config.seller.countries.join(", ");
            let message =
                format!("the seller is in {:?}; these rules are for sellers in {known}", seller.country);
            return Err(problem("seller-out-of-scope", message).at(format!("{path}/seller/country")).build());
        }
        for needed in &config.seller.registrations {
            let registered = seller.registrations.iter().any(|registration| {
                registration.scheme == needed.scheme
                    && needed.country.as_ref().is_none_or(|country| *country == registration.country)
                    && registration.valid_from.as_deref().is_none_or(|from| from <= at)
                    && registration.valid_to.as_deref().is_none_or(|to| at <= to)
            });
            if !registered {
                let message = format!("the seller has no registration of {} at {at}", needed.scheme);
                let path = format!("{path}/seller/registrations");
                return Err(problem("seller-not-registered", message).at(path).build());
            }
        }
        Ok(Resolver { config, document, date: at })
    }

    /// The taxes on a line.
    pub fn line(&self, line: &'a Line, path: &str) -> Result<Vec<Applied<'a>>, Problem> {
        match line.nature.as_str() {
            // 押金: no price while it can be asked back; 代垫: paid in the buyer's name, passed on at cost
            nature @ ("deposit" | "disbursement") => {
                return self.outside(if nature == "deposit" { "deposit" } else { "disbursement" }, path);
            }
            "normal" | "discounted" | "discount" => {}
            other => {
                let known = "normal, discounted, discount, deposit, disbursement";
                let message = format!("the nature {other:?} is not one of {known}");
                return Err(problem("unknown-nature", message).at(format!("{path}/nature")).build());
            }
        }
        if self.config.effect(&self.document.purpose) == Some(Effect::None) {
            return self.outside("no-effect-on-tax", path);
        }
        let overridden = self.document.overrides.iter().find(|over| over.line == line.id);
        let category = overridden.map_or(line.category_code.as_str(), |over| over.code.as_str());
        let place =
            line.place_of_supply.as_ref().or(line.ship_to.as_ref()).or(self.document.ship_to.as_ref());
        let buyer = &self.document.buyer;
        let (country, region) =
            place.map_or((&buyer.country, &buyer.region), |place| (&place.country, &place.region));
        let place = (country.as_str(), region.as_deref());
        let mut taxes = self.taxes(category, &line.supply, place, &format!("{path}/category_code"))?;
        if let Some(asked) = line.requested_treatment.as_deref()
            && !taxes.iter().any(|tax| tax.treatment.name() == asked)
        {
            let found: Vec<&str> = taxes.iter().map(|tax| tax.treatment.name()).collect();
            let message = format!("{asked:?} was requested, the rules say {}", found.join(", "));
            let at = format!("{path}/requested_treatment");
            return Err(problem("requested-treatment-refused", message).at(at).build());
        }
        if overridden.is_some() {
            taxes.iter_mut().for_each(|tax| tax.why = "override");
        }
        Ok(taxes)
    }

    /// The taxes on a document-level allowance or charge that names its category. It follows the goods, so the document's
    /// destination counts.
    pub fn allowance(&self, category: &'a str, path: &str) -> Result<Vec<Applied<'a>>, Problem> {
        let goods = self.document.lines.iter().find(|line| line.category_code == category);
        let supply = goods.map_or("service", |line| line.supply.as_str());
        let buyer = &self.document.buyer;
        let place = self
            .document
            .ship_to
            .as_ref()
            .map_or((&buyer.country, &buyer.region), |place| (&place.country, &place.region));
        self.taxes(category, supply, (place.0, place.1.as_deref()), path)
    }

    fn taxes(
        &self,
        category: &'a str,
        supply: &'a str,
        (country, region): (&'a str, Option<&'a str>),
        path: &str,
    ) -> Result<Vec<Applied<'a>>, Problem> {
        let config = self.config;
        let named =
            |rule: &Rule| rule.categories.is_empty() || rule.categories.iter().any(|code| code == category);
        let known = config.taxes.iter().any(named);
        let category = match &config.default_category {
            Some(default) if !known => default.as_str(),
            _ => category,
        };
        let buyer = &self.document.buyer;
        let facts = Facts { date: self.date, category, defaulted: !known, supply, country, region, buyer };
        if !known && config.default_category.is_none() {
            let mut codes: Vec<&str> =
                config.taxes.iter().flat_map(|rule| &rule.categories).map(String::as_str).collect();
            codes.sort_unstable();
            codes.dedup();
            let message = format!("no tax names the category {category:?}; known are {}", codes.join(", "));
            return Err(problem("unknown-category", message).at(path).text("category", category).build());
        }
        let mut taxes = Vec::new();
        for rule in &config.taxes {
            match fails(config, rule, &facts) {
                None => taxes.push(Applied::of(rule, self.document, &facts, path)?),
                Some(Fails::RegionUnknown) => {
                    let message = format!(
                        "whether the tax {} stands on it depends on the region in {country}, which is not stated",
                        rule.code
                    );
                    return Err(problem("region-needed", message).at(path).build());
                }
                Some(_) => {}
            }
        }
        let bears = |authority: &str, kind: &str| taxes.iter().any(|tax| tax.family() == (authority, kind));
        if taxes.is_empty() {
            return Err(self.no_tax("no tax", &facts, |_| true, path));
        }
        if let Some(missing) = config.every_line.iter().find(|family| !bears(&family.authority, &family.kind))
        {
            let what = format!("no tax of {} {}", missing.authority, missing.kind);
            let family = (missing.authority.as_str(), missing.kind.as_str());
            return Err(self.no_tax(&what, &facts, |rule| rule.family() == family, path));
        }
        Ok(in_order(taxes))
    }

    /// Says what was asked, and by what each tax of the category fails.
    fn no_tax(&self, what: &str, facts: &Facts<'_>, of: impl Fn(&Rule) -> bool, path: &str) -> Problem {
        let mut reasons: Vec<String> = Vec::new();
        for rule in self.config.taxes.iter().filter(|rule| of(rule)) {
            match fails(self.config, rule, facts) {
                Some(Fails::Category) | None => {}
                Some(why) => reasons.push(format!("{} by its {}", rule.code, why.name())),
            }
        }
        let region = facts.region.map(|region| format!(" ({region})")).unwrap_or_default();
        let why = if reasons.is_empty() { String::new() } else { format!(": not {}", reasons.join(", ")) };
        let message = format!(
            "{what} stands on {} of category {} to {}{region} at {}{why}; configure one",
            facts.supply, facts.category, facts.country, facts.date
        );
        problem("no-tax-applies", message).at(path).text("category", facts.category).build()
    }

    /// Outside of the tax, whatever the category says.
    fn outside(&self, why: &'static str, path: &str) -> Result<Vec<Applied<'a>>, Problem> {
        let Some(outside) = &self.config.outside else {
            let message =
                format!("how to state what is outside of the tax ({why}) is not configured: give `outside`");
            return Err(problem("outside-not-configured", message).at(path).build());
        };
        Ok(vec![Applied {
            authority: &outside.authority,
            kind: &outside.kind,
            code: &outside.code,
            treatment: Treatment::OutOfScope,
            charge: Charge::None,
            compound_on: &[],
            collected_by: CollectedBy::Seller,
            legal_reference: outside.legal_reference.as_deref(),
            rule: None,
            country: self.document.seller.country.as_str(),
            why,
        }])
    }
}
