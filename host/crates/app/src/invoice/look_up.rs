//! The rows that a tax guest asks for.

use crate::common::Context;
use domain::plugin::{Lookup, LookupRow, LookupValue};
use money::Currency;
use store::rows::Company;
use store::{Conn, query};

/// The host's lookup tables: `fx-rates` (key: source currency, target currency, date on or after which it holds).
pub(super) fn look_up(
    ctx: &Context<'_>,
    company: &Company,
    wanted: &[Lookup],
) -> Result<Vec<LookupRow>, String> {
    ctx.app
        .db
        .read(|conn| wanted.iter().map(|lookup| look_up_one(conn, company, lookup)).collect())
        .map_err(|error: LookUpError| error.0)
}

struct LookUpError(String);

impl From<store::StoreError> for LookUpError {
    fn from(error: store::StoreError) -> Self {
        LookUpError(error.to_string())
    }
}

fn look_up_one(conn: &mut Conn, company: &Company, lookup: &Lookup) -> Result<LookupRow, LookUpError> {
    let refuse = |text: String| LookUpError(text);
    // admission took no manifest that names another, and the runtime no lookup beyond the manifest
    if lookup.table != "fx-rates" {
        return Err(refuse(format!("the host has no lookup table {:?}; it has fx-rates", lookup.table)));
    }
    let [source, target, date] = lookup.key.as_slice() else {
        return Err(refuse("fx-rates wants the key source currency, target currency, date".to_owned()));
    };
    let source = Currency::parse(source).map_err(|e| refuse(e.to_string()))?;
    let target = Currency::parse(target).map_err(|e| refuse(e.to_string()))?;
    let date = domain::time::parse_date(date).map_err(|e| refuse(e.to_string()))?;
    let row = query::fx_rates::latest(conn, company.id, source, target, date)?;
    let values = row.map_or_else(Vec::new, |row| {
        vec![
            ("rate".to_owned(), LookupValue::Number(row.rate)),
            ("date".to_owned(), LookupValue::Date(row.date)),
            ("source".to_owned(), LookupValue::Text(row.source)),
        ]
    });
    Ok(LookupRow { table: lookup.table.clone(), key: lookup.key.clone(), values })
}
