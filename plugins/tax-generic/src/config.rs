//! The configuration as it is written. What may be wrong with it is in [`crate::check`].

use serde::Deserialize;
use std::collections::BTreeMap;
use zhangben_sdk::Decimal;
use zhangben_sdk::decimal::Rounding;
use zhangben_sdk::tax::Level;

/// JSON Schema (2020-12) of [`Config`].
pub const SCHEMA: &str = include_str!("../config.schema.json");

/// Language (BCP 47) → text.
pub type Texts = BTreeMap<String, String>;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// For people: which law this is, and until when it was looked at.
    #[serde(default, rename = "description")]
    _description: Option<String>,
    pub seller: Seller,
    /// Names for groups of countries.
    #[serde(default)]
    pub areas: BTreeMap<String, Vec<String>>,
    pub taxes: Vec<Rule>,
    /// Overrides what the document asks for.
    #[serde(default)]
    pub rounding: Option<RoundingConfig>,
    /// Used for a category that no tax names. Without it such a line is refused.
    #[serde(default)]
    pub default_category: Option<String>,
    /// What every line must bear, so that a gap between two rules is refused and not passed over.
    #[serde(default)]
    pub every_line: Vec<Family>,
    /// How deposits, disbursements and purposes without effect on tax are stated.
    #[serde(default)]
    pub outside: Option<Outside>,
    /// Credits that name no original.
    #[serde(default)]
    pub unlinked_credits: Unlinked,
    /// Where less is paid than was charged.
    #[serde(default)]
    pub settlement: Settlement,
    /// Money that comes before what it is for (预收款): whether its tax arises with it.
    #[serde(default)]
    pub advances: Effect,
    /// What prices usually are, for a form to begin with: each document says for itself.
    #[serde(default, rename = "price_mode")]
    _price_mode: Option<PriceMode>,
    /// The authority's currency: tax of a document in another is stated in it too.
    #[serde(default)]
    pub tax_currency: Option<String>,
}

/// Whether prices hold their tax.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PriceMode {
    Exclusive,
    Inclusive,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    /// Where the seller is established.
    pub countries: Vec<String>,
    /// Registrations without which these rules are not the seller's.
    #[serde(default)]
    pub registrations: Vec<Needed>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needed {
    pub scheme: String,
    #[serde(default)]
    pub country: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundingConfig {
    #[serde(default)]
    pub method: Option<Rounding>,
    #[serde(default)]
    pub level: Option<Level>,
    /// Of tax amounts.
    #[serde(default)]
    pub decimals: Option<u32>,
}

/// Taxes of one authority and kind: a line bears at most one of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub authority: String,
    pub kind: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    pub authority: String,
    pub kind: String,
    pub code: String,
    #[serde(default)]
    pub legal_reference: Option<String>,
}

/// By purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settlement {
    pub settlement_discount: Effect,
    pub bad_debt: Effect,
    pub tail: Effect,
}

impl Config {
    /// What becomes of tax by a document that charges nothing; `None`: by its purpose it charges.
    pub fn effect(&self, purpose: &str) -> Option<Effect> {
        if purpose == "advance" { Some(self.advances) } else { self.settlement.of(purpose) }
    }
}

impl Settlement {
    /// `None`: the purpose is another.
    pub fn of(&self, purpose: &str) -> Option<Effect> {
        match purpose {
            "settlement-discount" => Some(self.settlement_discount),
            "bad-debt" => Some(self.bad_debt),
            "tail" => Some(self.tail),
            _ => None,
        }
    }
}

/// What becomes of the tax on what is not paid, or is paid before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It stays; of an advance none arises.
    #[default]
    None,
    /// It is taken back as a credit would; of an advance it arises as if it were invoiced.
    Adjust,
    /// These rules have no answer.
    Refuse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unlinked {
    /// A credit names its original.
    #[default]
    Refuse,
    /// It need not; that it does not is a warning.
    Allow,
    /// It need not where it says why, in the document's attribute `credit-reason`.
    WithReason,
}

/// How a supply is treated; its name is the `category` of a tax line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    Standard,
    Reduced,
    Simplified,
    Zero,
    Export,
    IntraCommunity,
    ReverseCharge,
    Exempt,
    OutOfScope,
}

impl Treatment {
    const ALL: [Treatment; 9] = {
        use Treatment::{
            Exempt, Export, IntraCommunity, OutOfScope, Reduced, ReverseCharge, Simplified, Standard, Zero,
        };
        [Standard, Reduced, Simplified, Zero, Export, IntraCommunity, ReverseCharge, Exempt, OutOfScope]
    };

    pub fn by_name(name: &str) -> Option<Self> {
        Treatment::ALL.into_iter().find(|treatment| treatment.name() == name)
    }
    pub const fn name(self) -> &'static str {
        match self {
            Treatment::Standard => "standard",
            Treatment::Reduced => "reduced",
            Treatment::Simplified => "simplified",
            Treatment::Zero => "zero",
            Treatment::Export => "export",
            Treatment::IntraCommunity => "intra-community",
            Treatment::ReverseCharge => "reverse-charge",
            Treatment::Exempt => "exempt",
            Treatment::OutOfScope => "out-of-scope",
        }
    }
    /// Taxed at more than nothing.
    pub const fn is_taxed(self) -> bool {
        matches!(self, Treatment::Standard | Treatment::Reduced | Treatment::Simplified)
    }
    /// Outside of the taxable base.
    pub const fn is_untaxed(self) -> bool {
        matches!(self, Treatment::Exempt | Treatment::OutOfScope)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollectedBy {
    Seller,
    /// The buyer owes it to the authority (reverse charge).
    Buyer,
    /// The buyer keeps it back from what is paid.
    Withheld,
}

impl CollectedBy {
    pub fn by_name(name: &str) -> Option<Self> {
        [CollectedBy::Seller, CollectedBy::Buyer, CollectedBy::Withheld]
            .into_iter()
            .find(|by| by.name() == name)
    }
    pub const fn name(self) -> &'static str {
        match self {
            CollectedBy::Seller => "seller",
            CollectedBy::Buyer => "buyer",
            CollectedBy::Withheld => "withheld",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerUnit {
    pub amount: String,
    /// The unit that lines must count in; there is no conversion.
    pub unit: String,
    pub currency: String,
}

/// One tax: what it is, and when it stands on a line. What is left out of a condition is no condition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub code: String,
    pub authority: String,
    pub kind: String,
    /// For people.
    #[serde(default)]
    pub name: Texts,
    /// The place of supply's country where it is not said.
    #[serde(default)]
    pub jurisdiction: Option<String>,
    #[serde(default)]
    pub level: Option<String>,
    pub treatment: Treatment,
    /// A fraction: "0.2" is 20 %.
    #[serde(default)]
    pub rate: Option<String>,
    #[serde(default)]
    pub per_unit: Option<PerUnit>,
    #[serde(default)]
    pub compound_on: Vec<String>,
    #[serde(default)]
    pub collected_by: Option<CollectedBy>,
    #[serde(default)]
    pub recoverable: Option<bool>,
    #[serde(default)]
    pub displayed: Option<bool>,
    #[serde(default)]
    pub valid_from: Option<String>,
    #[serde(default)]
    pub valid_to: Option<String>,
    #[serde(default)]
    pub place: PlaceFilter,
    #[serde(default)]
    pub categories: Vec<String>,
    #[serde(default)]
    pub supply: Option<Supply>,
    #[serde(default)]
    pub buyer: BuyerFilter,
    #[serde(default)]
    pub legal_reference: Option<String>,
    #[serde(default)]
    pub exemption_code: Option<String>,
    #[serde(default)]
    pub exemption_reason: Option<String>,
    #[serde(default)]
    pub report_codes: Vec<String>,
    /// What the invoice must say.
    #[serde(default)]
    pub texts: Texts,
}

impl Rule {
    pub fn family(&self) -> (&str, &str) {
        (&self.authority, &self.kind)
    }
    /// Who collects it: of a reverse charge the buyer, otherwise the seller where it is not said.
    pub fn collector(&self) -> CollectedBy {
        let usual = match self.treatment {
            Treatment::ReverseCharge => CollectedBy::Buyer,
            _ => CollectedBy::Seller,
        };
        self.collected_by.unwrap_or(usual)
    }
    /// The rate; configurations are checked before they are used, so an unreadable one is none.
    pub fn fraction(&self) -> Decimal {
        self.rate.as_deref().and_then(fraction).unwrap_or_default()
    }
    /// ISO dates compare as text.
    pub fn holds_at(&self, date: &str) -> bool {
        self.valid_from.as_deref().is_none_or(|from| from <= date)
            && self.valid_to.as_deref().is_none_or(|to| date <= to)
    }
}

/// Rates end below this: who writes 20 means 20 %, which is 0.2.
pub const RATE_END: Decimal = Decimal::from_parts(3, 0, 0, false, 0);

/// A decimal from 0 to below [`RATE_END`].
pub fn fraction(text: &str) -> Option<Decimal> {
    let value = zhangben_sdk::decimal::parse(text, "").ok()?;
    (value >= Decimal::ZERO && value < RATE_END).then_some(value)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Supply {
    Goods,
    Service,
}

impl Supply {
    pub const fn name(self) -> &'static str {
        match self {
            Supply::Goods => "goods",
            Supply::Service => "service",
        }
    }
}

/// Countries and names of areas: those within, without those not within.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CountryFilter {
    pub within: Vec<String>,
    pub not_within: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceFilter {
    pub within: Vec<String>,
    pub not_within: Vec<String>,
    /// ISO 3166-2.
    pub regions: Vec<String>,
    pub not_regions: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BuyerFilter {
    pub kinds: Vec<String>,
    pub taxpayer_statuses: Vec<String>,
    /// Where the buyer sits.
    pub established: CountryFilter,
    /// The buyer has such a registration, valid at the date.
    pub registered: Option<Registered>,
    /// The buyer has none such.
    pub not_registered: Option<Registered>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registered {
    pub scheme: Option<String>,
    pub within: Vec<String>,
    pub not_within: Vec<String>,
}
