//! What a document asks of its rules before any law is looked at: purpose, price mode, currency, rounding.

use super::Document;
use crate::decimal::{Rounding, fixed_text};
use crate::{Problem, currency, date, problem};
use rust_decimal::Decimal;

/// The register of purposes (wit/README.md).
pub const PURPOSES: [&str; 9] = [
    "issue",
    "credit",
    "red-letter",
    "advance",
    "settlement-discount",
    "bad-debt",
    "tail",
    "late-fee",
    "preview",
];

/// Whether tax is rounded line by line, or for all lines of one rate together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Line,
    Document,
}

impl Level {
    pub const fn name(self) -> &'static str {
        match self {
            Level::Line => "line",
            Level::Document => "document",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        [Level::Line, Level::Document].into_iter().find(|level| level.name() == name)
    }
}

/// How a document is rounded, and whether its prices include tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub method: Rounding,
    pub level: Level,
    /// Of tax amounts; at most those of the currency.
    pub decimals: u32,
    /// Of everything else: the currency's.
    pub currency_decimals: u32,
    pub inclusive: bool,
}

impl Terms {
    /// What the document asks for; names that decide arithmetic are refused where they are unknown. `path` is where the
    /// document stands in the input.
    pub fn of(document: &Document, path: &str) -> Result<Self, Problem> {
        let refuse = |code: &str, message: String, field: &str| {
            Err(problem(code, message).at(format!("{path}/{field}")).build())
        };
        if !PURPOSES.contains(&document.purpose.as_str()) {
            let message = format!("the purpose {:?} is not one of {}", document.purpose, PURPOSES.join(", "));
            return refuse("unknown-purpose", message, "purpose");
        }
        let inclusive = match document.price_mode.as_str() {
            "inclusive" => true,
            "exclusive" => false,
            other => {
                let message = format!("{other:?} is neither inclusive nor exclusive");
                return refuse("unknown-price-mode", message, "price_mode");
            }
        };
        if !currency::is_code(&document.currency) {
            let message = format!("{:?} is no ISO 4217 code", document.currency);
            return refuse("unknown-currency", message, "currency");
        }
        if !document.advances.is_empty() {
            let message = "advances are not deducted by these rules; give them as lines".to_owned();
            return refuse("advances-not-supported", message, "advances");
        }
        let asked = &document.rounding;
        let Some(method) = Rounding::by_name(&asked.method) else {
            let message = format!("the method {:?} is unknown", asked.method);
            return refuse("unknown-rounding", message, "rounding/method");
        };
        let Some(level) = Level::by_name(&asked.level) else {
            let message = format!("the level {:?} is unknown", asked.level);
            return refuse("unknown-rounding", message, "rounding/level");
        };
        let currency_decimals = currency::decimals(&document.currency);
        let decimals = asked.decimals.min(currency_decimals);
        Ok(Terms { method, level, decimals, currency_decimals, inclusive })
    }

    /// A tax amount: rounded to the tax's decimals, written with the currency's.
    pub fn round_tax(self, value: Decimal) -> Decimal {
        let mut tax = self.method.round(value, self.decimals);
        tax.rescale(self.currency_decimals);
        tax
    }

    /// Any other amount.
    pub fn round(self, value: Decimal) -> Decimal {
        self.method.round(value, self.currency_decimals)
    }

    /// The smallest step of a tax amount.
    pub fn unit(self) -> Decimal {
        Decimal::new(1, self.decimals)
    }

    /// As it stands in an answer.
    pub fn money(self, value: Decimal) -> String {
        fixed_text(value, self.currency_decimals)
    }

    /// As it stands on a tax line.
    pub fn stated(self) -> super::Rounding {
        super::Rounding {
            method: self.method.name().to_owned(),
            level: self.level.name().to_owned(),
            decimals: self.decimals,
        }
    }
}

/// The day whose law holds: the tax point, else the supply, else the issue date; of what has an original the original's.
pub fn tax_date<'a>(document: &'a Document, path: &str) -> Result<&'a str, Problem> {
    let (at, field) = match (&document.original, &document.tax_point, &document.supply_date) {
        (Some(original), _, _) => (original.date.as_str(), "original/date"),
        (None, Some(tax_point), _) => (tax_point.as_str(), "tax_point"),
        (None, None, Some(supply)) => (supply.as_str(), "supply_date"),
        (None, None, None) => (document.issue_date.as_str(), "issue_date"),
    };
    if date::is_date(at) {
        return Ok(at);
    }
    Err(problem("bad-date", format!("{at:?} is no date")).at(format!("{path}/{field}")).build())
}
