//! The catalogue of goods and services (商品): what is sold, in which unit, at which price, of which tax category. A document
//! takes a copy of what it needs, so that an item may change without changing what was issued.

use crate::App;
use crate::common::{Common, Context, authorise, check_code, check_line, there};
use crate::event;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, ItemId};
use money::Currency;
use rust_decimal::Decimal;
use serde_json::json;
use store::rows::Item;
use store::{Tx, query};
use thiserror::Error;

/// Digits behind the point of a price.
pub const PRICE_DECIMALS_MAX: u32 = 13;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateItem {
    pub code: String,
    pub name: String,
    pub unit: Option<String>,
    pub unit_price: Option<Decimal>,
    /// Of the price, where there is one.
    pub currency: Option<Currency>,
    pub category: String,
    /// goods | service
    pub supply: String,
}

#[derive(Debug, Error)]
pub enum CreateItemError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("item code {0:?} is taken")]
    CodeTaken(String),
}

crate::common::through_common!(CreateItemError);

/// Puts an item into the catalogue.
pub fn create(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &CreateItem,
) -> Result<Item, CreateItemError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    check(input)?;
    let ctx = Context::new(app);
    app.db.write(|tx| create_in(&ctx, tx, actor, company, input))
}

/// As [`create`], of a checked input inside a transaction of the caller.
pub(crate) fn create_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &CreateItem,
) -> Result<Item, CreateItemError> {
    let row = Item {
        company,
        id: ItemId::new(ctx.uuid()),
        code: input.code.clone(),
        name: input.name.clone(),
        unit: input.unit.clone(),
        unit_price: input.unit_price,
        currency: input.currency,
        category: input.category.clone(),
        supply: input.supply.clone(),
        created_by: actor.to_string(),
        created_at: ctx.now,
        version: 1,
    };
    query::items::insert(tx, &row).map_err(|error| match error.is_unique("items(company, code)") {
        true => CreateItemError::CodeTaken(input.code.clone()),
        false => Common::from(error).into(),
    })?;
    event::write(ctx, tx, actor, company, ("item.created", row.id), json!({"code": row.code}))?;
    Ok(row)
}

/// Takes an item out of the catalogue again; nothing refers to it but by its code.
pub(crate) fn remove_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    id: ItemId,
) -> Result<(), Common> {
    query::items::delete(tx, company, id)?;
    event::write(ctx, tx, actor, company, ("item.removed", id), json!({}))
}

/// Everything that can be refused without the database.
pub(crate) fn check(input: &CreateItem) -> Result<(), Common> {
    check_code("/code", &input.code)?;
    check_line("/name", &input.name)?;
    check_code("/category", &input.category)?;
    if let Some(unit) = &input.unit {
        check_line("/unit", unit)?;
    }
    if !["goods", "service"].contains(&input.supply.as_str()) {
        return Err(Common::invalid("/supply", format!("{:?} is not one of goods, service", input.supply)));
    }
    match (input.unit_price, input.currency) {
        (Some(_), None) => Err(Common::invalid("/currency", "is required with a price")),
        (None, Some(_)) => Err(Common::invalid("/unit_price", "is missing: a currency stands without it")),
        (Some(price), _) if price < Decimal::ZERO => {
            Err(Common::invalid("/unit_price", "must not be negative"))
        }
        (Some(price), _) if price.normalize().scale() > PRICE_DECIMALS_MAX => {
            let why = format!("{price} has more than {PRICE_DECIMALS_MAX} decimals");
            Err(Common::invalid("/unit_price", why))
        }
        _ => Ok(()),
    }
}

/// An item by id or code.
pub fn get(app: &App, actor: &Actor, company: CompanyId, name: &str) -> Result<Item, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let found = app.db.read(|conn| match name.parse::<ItemId>() {
        Ok(id) => query::items::by_id(conn, company, id),
        Err(_) => query::items::by_code(conn, company, name),
    })?;
    there(found, "item", name)
}

/// Those of the codes that are in the catalogue, in no particular order.
pub fn by_codes(app: &App, actor: &Actor, company: CompanyId, codes: &[&str]) -> Result<Vec<Item>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let wanted: std::collections::BTreeSet<&str> = codes.iter().copied().collect();
    let wanted: Vec<&str> = wanted.into_iter().collect();
    Ok(app.db.read(|conn| query::items::by_codes(conn, company, &wanted))?)
}

/// Which items are wanted; all where nothing is said.
pub type WantedItems<'a> = query::items::Filter<'a>;

/// Items by code, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedItems<'_>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Item>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::items::list(conn, company, wanted, after, limit))?)
}
