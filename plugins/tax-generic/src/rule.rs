//! When a tax stands on a line, and whether two could stand on one at once.

use crate::config::{Config, Registered, Rule};
use crate::places::{Names, holds};
use zhangben_sdk::tax::Party;

/// What is asked of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub date: &'a str,
    pub category: &'a str,
    /// The line's own category is named by no tax.
    pub defaulted: bool,
    pub supply: &'a str,
    pub country: &'a str,
    pub region: Option<&'a str>,
    pub buyer: &'a Party,
}

/// Why a rule does not stand on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fails {
    Category,
    Supply,
    Place,
    Buyer,
    Date,
    /// Everything else holds, but the place states no region.
    RegionUnknown,
}

impl Fails {
    pub const fn name(self) -> &'static str {
        match self {
            Fails::Category => "category",
            Fails::Supply => "supply",
            Fails::Place => "place",
            Fails::Buyer => "buyer",
            Fails::Date => "date",
            Fails::RegionUnknown => "region",
        }
    }
}

/// The first condition that does not hold; none: the tax stands on the line.
pub fn fails(config: &Config, rule: &Rule, facts: &Facts<'_>) -> Option<Fails> {
    let listed = |names: &[String], name: &str| names.is_empty() || names.iter().any(|listed| listed == name);
    if !listed(&rule.categories, facts.category) {
        return Some(Fails::Category);
    }
    if rule.supply.is_some_and(|supply| supply.name() != facts.supply) {
        return Some(Fails::Supply);
    }
    let place = &rule.place;
    if !holds(config, &place.within, &place.not_within, facts.country) {
        return Some(Fails::Place);
    }
    let asks_region = !place.regions.is_empty() || !place.not_regions.is_empty();
    if let Some(region) = facts.region
        && (!listed(&place.regions, region) || place.not_regions.iter().any(|other| other == region))
    {
        return Some(Fails::Place);
    }
    let (buyer, asked) = (facts.buyer, &rule.buyer);
    let registered = |filter: &Registered| is_registered(config, buyer, filter, facts.date);
    let fits = listed(&asked.kinds, &buyer.kind)
        && listed(&asked.taxpayer_statuses, &buyer.taxpayer_status)
        && holds(config, &asked.established.within, &asked.established.not_within, &buyer.country)
        && asked.registered.as_ref().is_none_or(registered)
        && !asked.not_registered.as_ref().is_some_and(registered);
    if !fits {
        return Some(Fails::Buyer);
    }
    if !rule.holds_at(facts.date) {
        return Some(Fails::Date);
    }
    (asks_region && facts.region.is_none()).then_some(Fails::RegionUnknown)
}

fn is_registered(config: &Config, party: &Party, filter: &Registered, date: &str) -> bool {
    party.registrations.iter().any(|registration| {
        let valid = registration.valid_from.as_deref().is_none_or(|from| from <= date)
            && registration.valid_to.as_deref().is_none_or(|to| date <= to);
        valid
            && filter.scheme.as_ref().is_none_or(|scheme| *scheme == registration.scheme)
            && holds(config, &filter.within, &filter.not_within, &registration.country)
    })
}

/// Whether a line is possible on which both stand. Each condition is about a fact of its own, so they can hold together
/// where each pair can.
pub fn overlap(config: &Config, a: &Rule, b: &Rule) -> bool {
    let names = |pick: fn(&Rule) -> &[String]| Names::listed(pick(a)).meets(&Names::listed(pick(b)));
    let countries = |pick: fn(&Rule) -> (&[String], &[String])| {
        let of = |rule| {
            let (within, not_within) = pick(rule);
            Names::countries(config, within, not_within)
        };
        of(a).meets(&of(b))
    };
    let regions = |rule: &Rule, other: &Rule| {
        Names::listed(&rule.place.regions).meets(&Names::but(&other.place.not_regions))
    };
    dates(a, b)
        && names(|rule| &rule.categories)
        && a.supply.is_none_or(|supply| b.supply.is_none_or(|other| supply == other))
        && countries(|rule| (&rule.place.within, &rule.place.not_within))
        && names(|rule| &rule.place.regions)
        && regions(a, b)
        && regions(b, a)
        && names(|rule| &rule.buyer.kinds)
        && names(|rule| &rule.buyer.taxpayer_statuses)
        && countries(|rule| (&rule.buyer.established.within, &rule.buyer.established.not_within))
        && !excludes(config, a, b)
        && !excludes(config, b, a)
}

fn dates(a: &Rule, b: &Rule) -> bool {
    let from = |rule: &Rule| rule.valid_from.clone().unwrap_or_default();
    let to = |rule: &Rule| rule.valid_to.clone().unwrap_or_else(|| "9999-12-31".to_owned());
    from(a) <= to(b) && from(b) <= to(a)
}

/// Who has a registration that `a` asks for has one that `b` forbids.
fn excludes(config: &Config, a: &Rule, b: &Rule) -> bool {
    match (&a.buyer.registered, &b.buyer.not_registered) {
        (Some(asked), Some(forbidden)) => contains(config, forbidden, asked),
        _ => false,
    }
}

/// Whether every registration of `inner` is one of `outer`.
fn contains(config: &Config, outer: &Registered, inner: &Registered) -> bool {
    let scheme = outer.scheme.is_none() || outer.scheme == inner.scheme;
    let inner = Names::countries(config, &inner.within, &inner.not_within);
    scheme && inner.is_within(&Names::countries(config, &outer.within, &outer.not_within))
}

/// Whether the rule contradicts itself: it can stand on no line.
pub fn is_empty(config: &Config, rule: &Rule) -> bool {
    !overlap(config, rule, rule)
}
