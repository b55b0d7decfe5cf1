//! The configuration and what may be wrong with it.

use crate::category::{Category, Treatment, defaults};
use serde::Deserialize;
use std::collections::BTreeMap;
use zhangben_sdk::decimal::Rounding;
use zhangben_sdk::tax::Level;
use zhangben_sdk::{Problem, date, problem};

/// JSON Schema (2020-12) of [`Config`].
pub const SCHEMA: &str = include_str!("../config.schema.json");

/// Overrides what the document asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundingConfig {
    #[serde(default)]
    pub method: Rounding,
    #[serde(default = "per_line")]
    pub level: Level,
}

const fn per_line() -> Level {
    Level::Line
}

/// When goods are zero-rated as exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Export {
    /// Goods whose destination lies outside of mainland China, whatever rate their category has at home.
    #[default]
    Automatic,
    /// Only lines whose category says so.
    Explicit,
}

/// Money that comes before what it is for (预收款), by the category that it is for. Whatever stands in neither list has no effect on tax:
/// of goods tax is due when they are sent off (增值税暂行条例实施细则第三十八条第四项), of services when they are rendered or invoiced.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Advances {
    /// Tax is due on the day of the money. 租赁服务采取预收款方式的,其纳税义务发生时间为收到预收款的当天 (财税〔2016〕36号附件1第四十五条第二项);
    /// whoever lets real estate adds its category, which those who sell it have too.
    pub taxed: Vec<String>,
    /// These rules have no answer.
    pub refused: Vec<String>,
}

impl Default for Advances {
    fn default() -> Self {
        Advances { taxed: vec!["lease-13".to_owned()], refused: Vec::new() }
    }
}

/// All of it has defaults: `{}` is the law as this version knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub rounding: Option<RoundingConfig>,
    pub export: Export,
    pub advances: Advances,
    /// Added to the default table; a code that is in it already is replaced.
    pub categories: Vec<Category>,
    /// Without the default table: only `categories`.
    pub only_these_categories: bool,
}

impl Config {
    /// Code → category.
    pub fn table(&self) -> BTreeMap<String, Category> {
        let defaults = if self.only_these_categories { Vec::new() } else { defaults() };
        let all = defaults.into_iter().chain(self.categories.iter().cloned());
        all.map(|category| (category.code.to_string(), category)).collect()
    }

    /// What the schema cannot say.
    pub fn problems(&self) -> Vec<Problem> {
        let table = self.table();
        let mut found = Vec::new();
        for (index, category) in self.categories.iter().enumerate() {
            let path = format!("/config/categories/{index}");
            found.extend(category_problems(category, &path));
            if let Some(other) = category.small_scale.as_deref().filter(|other| !table.contains_key(*other)) {
                let message = format!("small_scale names the category {other:?}, which is not there");
                found.push(problem("unknown-category", message).at(format!("{path}/small_scale")).build());
            }
        }
        // the default list names a category that a table of one's own need not have
        let given = Advances::default().taxed;
        let known = |code: &String| table.contains_key(code) || given.contains(code);
        for (name, codes) in [("taxed", &self.advances.taxed), ("refused", &self.advances.refused)] {
            for (index, code) in codes.iter().enumerate().filter(|(_, code)| !known(code)) {
                let message = format!("the category {code:?} is not there");
                let at = format!("/config/advances/{name}/{index}");
                found.push(problem("unknown-category", message).at(at).build());
            }
        }
        if let Some(index) = self.advances.refused.iter().position(|code| self.advances.taxed.contains(code))
        {
            let message = "a category is either taxed in advance or refused";
            let at = format!("/config/advances/refused/{index}");
            found.push(problem("taxed-and-refused", message).at(at).build());
        }
        if table.is_empty() {
            let message =
                "only_these_categories is set and no category is given: every line would be refused";
            found.push(problem("no-categories", message).at("/config/categories").build());
        }
        found
    }
}

fn category_problems(category: &Category, path: &str) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut refuse =
        |code: &str, message: String, at: String| found.push(problem(code, message).at(at).build());
    for (index, dated) in category.rates.iter().enumerate() {
        let at = format!("{path}/rates/{index}");
        let taxed = category.treatment.is_taxed();
        match dated.fraction() {
            None => refuse(
                "bad-rate",
                format!("{:?} is no fraction from 0 to below 1, as 0.13", dated.rate),
                at.clone(),
            ),
            Some(rate) if rate.is_zero() == taxed => {
                let name = category.treatment.name();
                refuse(
                    "bad-rate",
                    format!("a {name} category cannot have the rate {}", dated.rate),
                    at.clone(),
                );
            }
            Some(_) => {}
        }
        let bounds = [dated.valid_from.as_deref(), dated.valid_to.as_deref()];
        for bound in bounds.into_iter().flatten().filter(|bound| !date::is_date(bound)) {
            refuse("bad-date", format!("{bound:?} is no date, as 2026-01-01"), at.clone());
        }
        if let [Some(from), Some(to)] = bounds
            && from > to
        {
            refuse("bad-period", format!("valid_from {from} lies behind valid_to {to}"), at.clone());
        }
        let overlaps = |other: &crate::category::DatedRate| {
            dated.valid_from.as_deref().unwrap_or("") <= other.valid_to.as_deref().unwrap_or("9999-12-31")
                && other.valid_from.as_deref().unwrap_or("")
                    <= dated.valid_to.as_deref().unwrap_or("9999-12-31")
        };
        if category.rates.iter().skip(index.saturating_add(1)).any(overlaps) {
            refuse("overlapping-rates", "two rates hold at one date".to_owned(), at);
        }
    }
    if category.rates.is_empty() {
        refuse(
            "no-rates",
            "a category needs at least one rate, also when it is 0".to_owned(),
            path.to_owned(),
        );
    }
    if category.export_only && !matches!(category.treatment, Treatment::Zero | Treatment::Exempt) {
        refuse("bad-category", "export_only is for treatments zero and exempt".to_owned(), path.to_owned());
    }
    found
}
