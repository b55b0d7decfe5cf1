//! What may be wrong with a configuration beyond its schema, with pointers into it.

use crate::config::{CollectedBy, Config, RATE_END, Rule, Treatment, fraction};
use crate::rule::{is_empty, overlap};
use std::collections::BTreeSet;
use zhangben_sdk::{Decimal, Problem, currency, date, decimal, problem};

/// Collects problems.
#[derive(Debug, Default)]
struct Found(Vec<Problem>);

impl Found {
    fn refuse(&mut self, code: &str, at: impl Into<String>, message: impl Into<String>) {
        self.0.push(problem(code, message).at(at).build());
    }
}

pub fn problems(config: &Config) -> Vec<Problem> {
    let mut found = Found::default();
    countries(config, &mut found);
    if config.taxes.is_empty() {
        found.refuse("no-taxes", "/config/taxes", "no tax is given: every line would be refused");
    }
    for (index, rule) in config.taxes.iter().enumerate() {
        let at = format!("/config/taxes/{index}");
        charge(rule, &at, &mut found);
        period(rule, &at, &mut found);
        filters(config, rule, &at, &mut found);
        compound(config, index, &at, &mut found);
        together(config, index, &at, &mut found);
    }
    whole(config, &mut found);
    found.0
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn countries(config: &Config, found: &mut Found) {
    let message = |code: &str| format!("{code:?} is no country of ISO 3166-1, as GB");
    for (index, country) in config.seller.countries.iter().enumerate() {
        if !is_country(country) {
            found.refuse("bad-country", format!("/config/seller/countries/{index}"), message(country));
        }
    }
    if config.seller.countries.is_empty() {
        let text = "no country is given: no seller would be in scope";
        found.refuse("no-seller-country", "/config/seller/countries", text);
    }
    for (index, needed) in config.seller.registrations.iter().enumerate() {
        if let Some(country) = needed.country.as_deref().filter(|country| !is_country(country)) {
            let at = format!("/config/seller/registrations/{index}/country");
            found.refuse("bad-country", at, message(country));
        }
    }
    for (name, members) in &config.areas {
        if members.is_empty() {
            found.refuse("empty-area", format!("/config/areas/{name}"), "an area holds at least one country");
        }
        for (index, country) in members.iter().enumerate().filter(|(_, country)| !is_country(country)) {
            found.refuse("bad-country", format!("/config/areas/{name}/{index}"), message(country));
        }
    }
}

/// Rate, amount, treatment and collector say the same.
fn charge(rule: &Rule, at: &str, found: &mut Found) {
    let treatment = rule.treatment.name();
    if let Some(rate) = &rule.rate {
        let path = format!("{at}/rate");
        match fraction(rate) {
            None => {
                found.refuse(
                    "bad-rate",
                    path,
                    format!("{rate:?} is no fraction from 0 to below {RATE_END}, as 0.2 for 20 %"),
                );
            }
            Some(value) if value.is_zero() && rule.treatment.is_taxed() => {
                found.refuse("bad-rate", path, format!("a {treatment} tax cannot have the rate 0"));
            }
            Some(value)
                if !value.is_zero()
                    && !rule.treatment.is_taxed()
                    && rule.treatment != Treatment::ReverseCharge =>
            {
                found.refuse("bad-rate", path, format!("a {treatment} tax cannot have the rate {rate}"));
            }
            Some(_) => {}
        }
    }
    if let Some(per_unit) = &rule.per_unit {
        let path = |field: &str| format!("{at}/per_unit/{field}");
        if !decimal::parse(&per_unit.amount, "").is_ok_and(|amount| amount > Decimal::ZERO) {
            let message = format!("{:?} is no amount above 0, as 0.57", per_unit.amount);
            found.refuse("bad-amount", path("amount"), message);
        }
        if currency::minor_unit(&per_unit.currency).is_none() {
            let message = format!("{:?} is no currency of ISO 4217", per_unit.currency);
            found.refuse("unknown-currency", path("currency"), message);
        }
        if !rule.treatment.is_taxed() {
            let message = format!("a {treatment} tax cannot have an amount for each unit");
            found.refuse("bad-amount", path("amount"), message);
        }
    }
    if rule.treatment.is_taxed() && rule.rate.is_some() == rule.per_unit.is_some() {
        let message = format!("a {treatment} tax has either a rate or an amount for each unit");
        found.refuse("rate-or-amount", at, message);
    }
    let collector = rule.collector();
    let reverse = rule.treatment == Treatment::ReverseCharge;
    if reverse && collector != CollectedBy::Buyer {
        let message = "of a reverse charge the seller collects nothing: collected_by is buyer";
        found.refuse("bad-collector", format!("{at}/collected_by"), message);
    }
    if !reverse && !rule.treatment.is_taxed() && collector != CollectedBy::Seller {
        let message = format!("of a {treatment} tax there is nothing for others to collect");
        found.refuse("bad-collector", format!("{at}/collected_by"), message);
    }
}

fn period(rule: &Rule, at: &str, found: &mut Found) {
    for (field, bound) in [("valid_from", &rule.valid_from), ("valid_to", &rule.valid_to)] {
        if let Some(bound) = bound.as_deref().filter(|bound| !date::is_date(bound)) {
            found.refuse("bad-date", format!("{at}/{field}"), format!("{bound:?} is no date, as 2011-01-04"));
        }
    }
    if let (Some(from), Some(to)) = (&rule.valid_from, &rule.valid_to)
        && from > to
    {
        let message = format!("valid_from {from} lies behind valid_to {to}");
        found.refuse("bad-period", format!("{at}/valid_to"), message);
    }
}

/// Names of countries and areas are known, and the conditions leave something.
fn filters(config: &Config, rule: &Rule, at: &str, found: &mut Found) {
    let before = found.0.len();
    let mut names = |path: String, list: &[String]| {
        for (index, name) in list.iter().enumerate() {
            if !is_country(name) && !config.areas.contains_key(name) {
                let known: Vec<&str> = config.areas.keys().map(String::as_str).collect();
                let message = format!(
                    "{name:?} is neither a country of ISO 3166-1 nor an area of {}",
                    known.join(", ")
                );
                found.refuse("unknown-place", format!("{at}/{path}/{index}"), message);
            }
        }
    };
    names("place/within".to_owned(), &rule.place.within);
    names("place/not_within".to_owned(), &rule.place.not_within);
    names("buyer/established/within".to_owned(), &rule.buyer.established.within);
    names("buyer/established/not_within".to_owned(), &rule.buyer.established.not_within);
    for (field, filter) in
        [("registered", &rule.buyer.registered), ("not_registered", &rule.buyer.not_registered)]
    {
        if let Some(filter) = filter {
            names(format!("buyer/{field}/within"), &filter.within);
            names(format!("buyer/{field}/not_within"), &filter.not_within);
        }
    }
    if found.0.len() == before && is_empty(config, rule) {
        let message = "its conditions contradict each other: it stands on no line";
        found.refuse("never-applies", at, message);
    }
}

/// What a tax compounds on is there, of another family, priced by the seller, and does not lead back to it.
fn compound(config: &Config, index: usize, at: &str, found: &mut Found) {
    let Some(rule) = config.taxes.get(index).filter(|rule| !rule.compound_on.is_empty()) else { return };
    let path = format!("{at}/compound_on");
    if rule.fraction().is_zero() {
        let message = "only a tax with a rate above 0 has other taxes in its base";
        found.refuse("compound-without-rate", path.as_str(), message);
    }
    for (which, code) in rule.compound_on.iter().enumerate() {
        let path = format!("{path}/{which}");
        let mut named = config.taxes.iter().filter(|other| other.code == *code).peekable();
        if named.peek().is_none() {
            found.refuse("unknown-code", path.as_str(), format!("no tax has the code {code:?}"));
        }
        for other in named {
            if other.family() == rule.family() {
                let message = format!("{code:?} is of the same authority and kind: a line bears one of them");
                found.refuse("compound-on-own-kind", path.as_str(), message);
            }
            if other.collector() != CollectedBy::Seller {
                let message = format!("{code:?} is not collected by the seller: it is in no price");
                found.refuse("compound-on-uncollected", path.as_str(), message);
            }
        }
    }
    if reaches(config, &rule.code, &rule.code, &mut BTreeSet::new()) {
        let message = format!("{:?} leads back to itself", rule.code);
        found.refuse("compound-circle", path, message);
    }
}

/// Whether compounding leads from one code to another.
fn reaches<'a>(config: &'a Config, from: &str, to: &str, seen: &mut BTreeSet<&'a str>) -> bool {
    let below = config.taxes.iter().filter(|rule| rule.code == from).flat_map(|rule| &rule.compound_on);
    let below: Vec<&String> = below.collect();
    below.into_iter().any(|code| code == to || (seen.insert(code) && reaches(config, code, to, seen)))
}

/// No other tax of the family stands on the same line; and a code means one thing.
fn together(config: &Config, index: usize, at: &str, found: &mut Found) {
    let Some(rule) = config.taxes.get(index) else { return };
    for (other_index, other) in config.taxes.iter().enumerate().take(index) {
        if other.family() != rule.family() {
            continue;
        }
        if overlap(config, other, rule) {
            let message = format!(
                "taxes {other_index} ({}) and {index} ({}) of {} {} can stand on one line at one date; \
                 tell them apart by place, category, supply, buyer or period",
                other.code, rule.code, rule.authority, rule.kind
            );
            found.refuse("overlapping-taxes", at, message);
        }
        if other.code == rule.code {
            let unit = |rule: &Rule| {
                rule.per_unit.as_ref().map(|fixed| (fixed.unit.clone(), fixed.currency.clone()))
            };
            let same = other.compound_on == rule.compound_on
                && unit(other) == unit(rule)
                && other.collector() == rule.collector();
            if !same {
                let message = format!(
                    "the code {:?} also stands in tax {other_index} with another compound_on, unit or collector; \
                     a credit could not tell them apart",
                    rule.code
                );
                found.refuse("code-of-two-taxes", format!("{at}/code"), message);
            }
        }
    }
}

fn whole(config: &Config, found: &mut Found) {
    if let Some(default) = &config.default_category {
        let known = config.taxes.iter().any(|rule| rule.categories.contains(default));
        if !known {
            let message = format!("no tax names the category {default:?}");
            found.refuse("unknown-category", "/config/default_category", message);
        }
        if config.taxes.iter().any(|rule| rule.categories.is_empty()) {
            let message = "a tax without `categories` stands on every category: none is unknown";
            found.refuse("default-without-use", "/config/default_category", message);
        }
    }
    for (index, family) in config.every_line.iter().enumerate() {
        if !config.taxes.iter().any(|rule| rule.family() == (&family.authority, &family.kind)) {
            let message = format!("no tax is of {} {}", family.authority, family.kind);
            found.refuse("unknown-kind", format!("/config/every_line/{index}"), message);
        }
    }
    if let Some(code) = config.tax_currency.as_deref().filter(|code| currency::minor_unit(code).is_none()) {
        let message = format!("{code:?} is no currency of ISO 4217");
        found.refuse("unknown-currency", "/config/tax_currency", message);
    }
}
