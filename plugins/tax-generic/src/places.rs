//! Sets of names: countries, regions, categories. A set is some names, or all but some, so that whether two conditions can
//! hold at once is decided, not guessed.

use crate::config::Config;
use std::collections::BTreeSet;

/// Whether `country` is among countries and names of areas. No names: every country.
pub fn holds(config: &Config, within: &[String], not_within: &[String], country: &str) -> bool {
    let among = |names: &[String]| {
        names.iter().any(|name| match config.areas.get(name) {
            Some(area) => area.iter().any(|member| member == country),
            None => name == country,
        })
    };
    (within.is_empty() || among(within)) && !among(not_within)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names<'a> {
    Only(BTreeSet<&'a str>),
    AllBut(BTreeSet<&'a str>),
}

impl<'a> Names<'a> {
    /// Countries of a filter, its areas resolved.
    pub fn countries(config: &'a Config, within: &'a [String], not_within: &'a [String]) -> Self {
        let members = |names: &'a [String]| -> BTreeSet<&'a str> {
            let of = |name: &'a String| match config.areas.get(name) {
                Some(area) => area.iter().map(String::as_str).collect::<Vec<_>>(),
                None => vec![name.as_str()],
            };
            names.iter().flat_map(of).collect()
        };
        let without = members(not_within);
        if within.is_empty() {
            return Names::AllBut(without);
        }
        Names::Only(members(within).into_iter().filter(|name| !without.contains(name)).collect())
    }

    /// These names; none stands for all of them.
    pub fn listed(names: &'a [String]) -> Self {
        let set: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        if set.is_empty() { Names::AllBut(set) } else { Names::Only(set) }
    }

    /// All names but these.
    pub fn but(names: &'a [String]) -> Self {
        Names::AllBut(names.iter().map(String::as_str).collect())
    }

    /// Names that are in both. There are more names than any configuration excludes.
    pub fn meets(&self, other: &Names<'_>) -> bool {
        match (self, other) {
            (Names::Only(a), Names::Only(b)) => a.iter().any(|name| b.contains(name)),
            (Names::Only(some), Names::AllBut(without)) | (Names::AllBut(without), Names::Only(some)) => {
                some.iter().any(|name| !without.contains(name))
            }
            (Names::AllBut(_), Names::AllBut(_)) => true,
        }
    }

    pub fn is_within(&self, other: &Names<'_>) -> bool {
        match (self, other) {
            (Names::Only(a), Names::Only(b)) => a.iter().all(|name| b.contains(name)),
            (Names::Only(a), Names::AllBut(without)) => a.iter().all(|name| !without.contains(name)),
            (Names::AllBut(_), Names::Only(_)) => false,
            (Names::AllBut(a), Names::AllBut(b)) => b.iter().all(|name| a.contains(name)),
        }
    }
}
