//! Which category and rate a line has.

use crate::category::{Category, DatedRate, EXPORT_CODE, Treatment};
use crate::config::{Config, Export};
use std::collections::BTreeMap;
use zhangben_sdk::tax::{Document, Line, tax_date};
use zhangben_sdk::{Decimal, Problem, problem};

/// What applies to a line or allowance, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub code: String,
    pub treatment: Treatment,
    pub rate: Decimal,
    pub citation: Option<String>,
    pub exemption_code: Option<String>,
    pub reason: Option<String>,
    /// This plugin's name of the rule that decided.
    pub rule: &'static str,
}

impl Applied {
    fn of(category: &Category, dated: &DatedRate, rule: &'static str, path: &str) -> Result<Self, Problem> {
        let own = |text: &Option<std::borrow::Cow<'static, str>>| text.as_ref().map(ToString::to_string);
        let rate = dated.fraction().ok_or_else(|| {
            problem(
                "bad-rate",
                format!("the rate {:?} of category {} is no fraction", dated.rate, category.code),
            )
            .at(path)
            .build()
        })?;
        Ok(Applied {
            code: category.code.to_string(),
            treatment: category.treatment,
            rate,
            citation: own(&dated.citation),
            exemption_code: own(&category.exemption_code),
            reason: own(&category.reason),
            rule,
        })
    }

    /// Outside of the tax, whatever the category says.
    fn out_of_scope(code: &str, rule: &'static str) -> Self {
        Applied {
            code: code.to_owned(),
            treatment: Treatment::OutOfScope,
            rate: Decimal::ZERO,
            citation: None,
            exemption_code: None,
            reason: None,
            rule,
        }
    }
}

/// What resolving a line needs of the document: seller, destination, date.
#[derive(Debug)]
pub struct Resolver<'a> {
    config: &'a Config,
    table: &'a BTreeMap<String, Category>,
    document: &'a Document,
    date: &'a str,
    seller_is_small: bool,
}

/// The country of mainland China. Hong Kong, Macao and Taiwan are customs territories of their own.
const CHINA: &str = "CN";

impl<'a> Resolver<'a> {
    /// `date` decides the rate: the tax point, else the supply, else the issue date; of a correction the original's.
    pub fn new(
        config: &'a Config,
        table: &'a BTreeMap<String, Category>,
        document: &'a Document,
        path: &str,
    ) -> Result<Self, Problem> {
        let at = tax_date(document, path)?;
        let seller = &document.seller;
        if seller.country != CHINA {
            let message = format!("the seller is in {:?}; these rules are for sellers in CN", seller.country);
            return Err(problem("seller-not-in-china", message).at(format!("{path}/seller/country")).build());
        }
        let seller_is_small = match seller.taxpayer_status.as_str() {
            "general" => false,
            "small-scale" => true,
            other => {
                let message = format!("the seller's status is {other:?}; known are general and small-scale");
                let at = format!("{path}/seller/taxpayer_status");
                return Err(problem("unknown-taxpayer-status", message).at(at).build());
            }
        };
        Ok(Resolver { config, table, document, date: at, seller_is_small })
    }

    /// The treatment of a line.
    pub fn line(&self, line: &Line, path: &str) -> Result<Applied, Problem> {
        match line.nature.as_str() {
            // 押金: no price while it can be asked back
            "deposit" => return Ok(Applied::out_of_scope("non-taxable", "deposit")),
            // 代垫: paid in the buyer's name, passed on at cost
            "disbursement" => return Ok(Applied::out_of_scope("non-taxable", "disbursement")),
            "normal" | "discounted" | "discount" => {}
            other => {
                let known = "normal, discounted, discount, deposit, disbursement";
                let message = format!("the nature {other:?} is not one of {known}");
                return Err(problem("unknown-nature", message).at(format!("{path}/nature")).build());
            }
        }
        if matches!(self.document.purpose.as_str(), "settlement-discount" | "bad-debt" | "tail") {
            return Ok(Applied::out_of_scope("non-taxable", "no-effect-on-tax"));
        }
        if self.document.purpose == "advance" {
            let (advances, code) = (&self.config.advances, &line.category_code);
            // named wrongly it would be outside of tax for ever
            self.category(code, &format!("{path}/category_code"))?;
            if advances.refused.contains(code) {
                let message = format!("the configuration refuses money in advance for the category {code}");
                let at = format!("{path}/category_code");
                return Err(problem("advance-refused", message).at(at).build());
            }
            if !advances.taxed.contains(code) {
                return Ok(Applied::out_of_scope("non-taxable", "no-effect-on-tax"));
            }
        }
        let place = line.ship_to.as_ref().or(line.place_of_supply.as_ref());
        let destination = place.map_or_else(|| self.destination(), |place| place.country.as_str());
        let overridden = self.document.overrides.iter().find(|over| over.line == line.id);
        let code = overridden.map_or(line.category_code.as_str(), |over| over.code.as_str());
        let applied = self.code(code, &line.supply, destination, &format!("{path}/category_code"))?;
        if let Some(asked) =
            line.requested_treatment.as_deref().filter(|asked| *asked != applied.treatment.name())
        {
            let message = format!("{asked:?} was requested, the rules say {:?}", applied.treatment.name());
            let at = format!("{path}/requested_treatment");
            return Err(problem("requested-treatment-refused", message).at(at).build());
        }
        Ok(if overridden.is_some() { Applied { rule: "override", ..applied } } else { applied })
    }

    /// The treatment of a document-level allowance or charge that names its category. It follows the goods, so the
    /// document's destination counts.
    pub fn allowance(&self, code: &str, path: &str) -> Result<Applied, Problem> {
        let goods = self.document.lines.iter().find(|line| line.category_code == code);
        let supply = goods.map_or("service", |line| line.supply.as_str());
        self.code(code, supply, self.destination(), path)
    }

    fn destination(&self) -> &str {
        self.document.ship_to.as_ref().map_or(&self.document.buyer.country, |place| &place.country)
    }

    fn code(&self, code: &str, supply: &str, destination: &str, path: &str) -> Result<Applied, Problem> {
        let foreign = destination != CHINA;
        let mut category = self.category(code, path)?;
        let mut rule = if category.export_only { "export" } else { "rate-of-category" };
        let automatic = self.config.export == Export::Automatic;
        if foreign && automatic && supply == "goods" && category.treatment.is_taxed() {
            category = self.category(EXPORT_CODE, path)?;
            rule = "export-of-goods";
        }
        if self.seller_is_small
            && let Some(other) = category.small_scale.as_deref()
        {
            category = self.category(other, path)?;
            rule = if category.export_only { "small-scale-export" } else { "small-scale-levy" };
        }
        if category.small_scale_only && !self.seller_is_small {
            let message =
                format!("category {code} is for small-scale sellers; this one is a general taxpayer");
            return Err(problem("seller-not-small-scale", message).at(path).build());
        }
        if category.general_only && self.seller_is_small {
            let message = format!(
                "what a small-scale seller charges on {code} is not in the table; configure a category for it"
            );
            return Err(problem("no-small-scale-rate", message).at(path).build());
        }
        if category.export_only && !foreign {
            let message = format!("category {code} is for exports, but the destination is {destination}");
            return Err(problem("no-foreign-destination", message).at(path).build());
        }
        let dated = category.rates.iter().find(|dated| dated.holds_at(self.date)).ok_or_else(|| {
            let message = format!("category {} has no rate at {}; configure one", category.code, self.date);
            problem("no-rate-at-date", message).at(path).text("category", category.code.to_string()).build()
        })?;
        Applied::of(category, dated, rule, path)
    }

    fn category(&self, code: &str, path: &str) -> Result<&'a Category, Problem> {
        self.table.get(code).ok_or_else(|| {
            let known: Vec<&str> = self.table.keys().map(String::as_str).collect();
            let message = format!("the category {code:?} is unknown; known are {}", known.join(", "));
            problem("unknown-category", message).at(path).text("category", code).build()
        })
    }
}
