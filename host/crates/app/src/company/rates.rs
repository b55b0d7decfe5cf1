use crate::common::{Common, Context, authorise, check_code};
use crate::{App, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::CompanyId;
use money::{Currency, normal_form};
use rust_decimal::Decimal;
use serde_json::json;
use store::{Conn, Tx, query, rows};

/// `rate` units of `target` for one of `source`, from `date` on; `origin` says where it was
/// read: a code, as `PBOC`, since the chain seals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FxRateInput {
    pub source: Currency,
    pub target: Currency,
    pub date: NaiveDate,
    pub rate: Decimal,
    pub origin: String,
}

/// Which rates are wanted; all where nothing is said.
pub type WantedRates = query::fx_rates::Filter;

/// The stored rates that are wanted by (source, target, date), after `after`.
pub fn search_rates(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedRates,
    after: Option<(Currency, Currency, NaiveDate)>,
    limit: u32,
) -> Result<Vec<rows::FxRate>, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::fx_rates::search(conn, company, wanted, after, limit))?)
}

/// The stored rate of a pair on a day.
pub fn rate_of(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (source, target, date): (Currency, Currency, NaiveDate),
) -> Result<rows::FxRate, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    app.db.read(|conn| rate_there(conn, company, (source, target, date)))
}

/// As [`rate_of`], in the caller's transaction: nobody stores a rate until it ends.
pub fn rate_held(
    tx: &mut Tx<'_>,
    company: CompanyId,
    key: (Currency, Currency, NaiveDate),
) -> Result<rows::FxRate, Common> {
    query::companies::lock(tx, company)?;
    rate_there(tx, company, key)
}

fn rate_there(
    conn: &mut Conn,
    company: CompanyId,
    (source, target, date): (Currency, Currency, NaiveDate),
) -> Result<rows::FxRate, Common> {
    let found = query::fx_rates::of(conn, company, source, target, date)?;
    found.ok_or_else(|| Common::not_found("exchange rate", format!("{source}/{target}/{date}")))
}

/// Stores a rate; the same day again replaces it for documents to come (posted ones keep theirs).
pub fn put_rate(app: &App, actor: &Actor, company: CompanyId, input: &FxRateInput) -> Result<(), Common> {
    authorise(actor, Noun::Ledger, Verb::Enter, company)?;
    if input.source == input.target {
        return Err(Common::invalid("/target", "is the source currency"));
    }
    if input.rate <= Decimal::ZERO {
        return Err(Common::invalid("/rate", "must be greater than 0"));
    }
    check_code("/origin", &input.origin)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let row = rows::FxRate {
            company,
            source_currency: input.source,
            target_currency: input.target,
            date: input.date,
            rate: input.rate,
            source: input.origin.clone(),
        };
        query::fx_rates::put(tx, &[row])?;
        let data = json!({
            "source": input.source.code(), "target": input.target.code(), "date": input.date.to_string(),
            "rate": normal_form(input.rate), "origin": input.origin,
        });
        event::write(&ctx, tx, actor, company, ("fx-rate.stored", company), data)?;
        Ok(())
    })
}
