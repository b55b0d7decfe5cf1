//! The catalogue of goods and services (商品).

use super::BodyError;
use super::invoice::{InvoiceBody, InvoiceLineBody};
use super::leaf::{Currency, Decimal};
use crate::http::problem::{Code, Problem};
use app::App;
use app::item::CreateItem;
use domain::actor::Actor;
use domain::ids::CompanyId;
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

/// Gives lines that name an item of the catalogue what they leave out.
///
/// # Errors
/// A code that is not in the catalogue, at its line.
pub fn complete(app: &App, actor: &Actor, company: CompanyId, body: &mut InvoiceBody) -> Result<(), Problem> {
    let codes: Vec<&str> = body.lines.iter().filter_map(|line| line.item.as_deref()).collect();
    if codes.is_empty() {
        return Ok(());
    }
    let items = app::item::by_codes(app, actor, company, &codes)?;
    let currency = body.currency.0;
    for (n, line) in body.lines.iter_mut().enumerate() {
        let Some(code) = &line.item else { continue };
        let Some(item) = items.iter().find(|item| item.code == *code) else {
            let why = format!("there is no item {code:?} in the catalogue");
            return Err(Problem::new(Code::InvalidField, &why).at(format!("/lines/{n}/item"), &why));
        };
        if line.unit_price.is_none() && item.currency.is_some_and(|own| own != currency) {
            let why = format!(
                "is required: the catalogue has the price of {code} in another currency than {currency}"
            );
            return Err(Problem::new(Code::InvalidField, &why).at(format!("/lines/{n}/unit_price"), &why));
        }
        take(line, item);
    }
    Ok(())
}

fn take(line: &mut InvoiceLineBody, item: &Item) {
    line.description.get_or_insert_with(|| item.name.clone());
    line.category.get_or_insert_with(|| item.category.clone());
    line.supply.get_or_insert_with(|| item.supply.clone());
    if line.unit.is_none() {
        line.unit.clone_from(&item.unit);
    }
    if line.unit_price.is_none() {
        line.unit_price = item.unit_price.map(Decimal);
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
