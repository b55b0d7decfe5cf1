//! The catalogue of goods and services (商品).

use super::BodyError;
use super::leaf::{Currency, Decimal};
use app::item::CreateItem;
use serde::{Deserialize, Serialize};
use store::rows::Item;
use utoipa::ToSchema;

/// An item to be put into the catalogue.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CatalogueItemBody)]
pub struct ItemBody {
    /// Yours, unique in the company.
    #[schema(example = "A-100")]
    pub code: String,
    pub name: String,
    pub unit: Option<String>,
    /// At most 13 decimals.
    pub unit_price: Option<Decimal>,
    /// Of the price; required with one.
    pub currency: Option<Currency>,
    /// Tax category, as the tax plugin knows it.
    #[schema(example = "13")]
    pub category: String,
    /// goods | service
    #[serde(default = "supply")]
    #[schema(default = "goods")]
    pub supply: String,
}

fn supply() -> String {
    "goods".to_owned()
}

impl TryFrom<ItemBody> for CreateItem {
    type Error = BodyError;

    fn try_from(body: ItemBody) -> Result<Self, BodyError> {
        let ItemBody { code, name, unit, unit_price, currency, category, supply } = body;
        let (unit_price, currency) = (unit_price.map(|price| price.0), currency.map(|currency| currency.0));
        Ok(CreateItem { code, name, unit, unit_price, currency, category, supply })
    }
}

/// An item of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogueItem)]
pub struct ItemOut {
    pub id: String,
    pub code: String,
    pub name: String,
    pub unit: Option<String>,
    pub unit_price: Option<Decimal>,
    pub currency: Option<Currency>,
    pub category: String,
    /// goods | service
    pub supply: String,
    pub version: i64,
    /// RFC 3339.
    pub created_at: String,
}

impl From<Item> for ItemOut {
    fn from(row: Item) -> Self {
        ItemOut {
            id: row.id.to_string(),
            code: row.code,
            name: row.name,
            unit: row.unit,
            unit_price: row.unit_price.map(Decimal),
            currency: row.currency.map(Currency),
            category: row.category,
            supply: row.supply,
            version: row.version,
            created_at: row.created_at.to_string(),
        }
    }
}
