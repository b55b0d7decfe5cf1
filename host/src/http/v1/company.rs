//! The company itself, exchange rates (汇率) and period locks (关账).

use super::dto::company::{
    CompanyBody, CompanyOut, CreatedCompanyView, FxRateBody, FxRateOfDayBody, FxRateOut, NewCompanyBody,
    PeriodLockBody, PeriodLockList, PeriodLockOut,
};
use super::dto::leaf::{Currency as CurrencyName, Date};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatchOnce, IfMatchRequired, Tag};
use crate::http::problem::{Code, Problem};
use actix_web::http::StatusCode;
use app::{company, period};
use chrono::NaiveDate;
use domain::time::parse_date;
use money::Currency;
use serde::Deserialize;
use std::str::FromStr;
use utoipa::IntoParams;

/// Filters of `GET /v1/fx-rates`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RatesQuery {
    /// From this currency.
    source: Option<CurrencyName>,
    /// To this currency.
    target: Option<CurrencyName>,
    /// Of this day or later.
    from: Option<Date>,
    /// Of this day or earlier.
    to: Option<Date>,
}

impl RatesQuery {
    pub(super) fn wanted(&self) -> company::WantedRates {
        company::WantedRates {
            source: self.source.as_ref().map(|c| c.0),
            target: self.target.as_ref().map(|c| c.0),
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
        }
    }
}

/// Two currencies in a cursor, as `USD/CNY`.
struct Pair(Currency, Currency);

impl FromStr for Pair {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (source, target) = text.split_once('/').ok_or(())?;
        Ok(Pair(Currency::parse(source).map_err(drop)?, Currency::parse(target).map_err(drop)?))
    }
}

/// Shows the company that the token belongs to
#[utoipa::path(get, path = "/v1/company", tag = "company",
    responses((status = 200, description = "The company", body = CompanyOut)))]
pub async fn show_company(call: Call) -> Answer {
    call.read(|cx| Ok(CompanyOut::from(company::get(cx.app, cx.actor, cx.company)?))).await
}

fn current_company(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&CompanyOut::from(company::held(tx, cx.company)?))
}

/// Corrects what is known of the company
///
/// All of it: what the body leaves out is gone. Code and base currency stay; country and jurisdiction stay once something is posted, and no
/// fewer years are kept then. Documents and statements keep what they said.
#[utoipa::path(put, path = "/v1/company", tag = "company", request_body = CompanyBody, params(IfMatchRequired),
    responses((status = 200, description = "As it is now", body = CompanyOut)))]
pub async fn replace_company(call: Call, body: JsonBody) -> Answer {
    call.replacing(current_company)
        .write(StatusCode::OK, body, |cx, body: CompanyBody| {
            Ok(CompanyOut::from(company::change(cx.app, cx.actor, cx.company, &body.into())?))
        })
        .await
}

/// Makes a further company
///
/// Whoever makes it becomes its administrator, under the same login and password, and is one person in both: see
/// `POST /v1/session/company`.
#[utoipa::path(post, path = "/v1/companies", tag = "company", request_body = NewCompanyBody,
    responses((status = 201, description = "Made", body = CreatedCompanyView)))]
pub async fn create_company(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: NewCompanyBody| {
        let chart = body.template();
        Ok(CreatedCompanyView::from(company::create_with(cx.app, cx.actor, &body.into(), chart)?))
    })
    .await
}

/// Lists the stored exchange rates by currencies and date
#[utoipa::path(get, path = "/v1/fx-rates", tag = "company", params(PageQuery, RatesQuery),
    responses((status = 200, description = "A page", body = Page<FxRateOut>)))]
pub async fn list_fx_rates(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<RatesQuery>()?;
        let after: Option<(Pair, NaiveDate)> = paging.pair()?;
        let after = after.map(|(Pair(source, target), date)| (source, target, date));
        let wanted = filters.wanted();
        let rows = company::search_rates(cx.app, cx.actor, cx.company, &wanted, after, paging.rows())?;
        let key = |row: &store::rows::FxRate| {
            let pair = format!("{}/{}", row.source_currency.code(), row.target_currency.code());
            page::pair_key(pair, row.date)
        };
        Ok(paging.page(rows, key, FxRateOut::from))
    })
    .await
}

/// Lists the period locks
#[utoipa::path(get, path = "/v1/period-locks", tag = "company",
    responses((status = 200, description = "All that are set", body = PeriodLockList)))]
pub async fn list_period_locks(call: Call) -> Answer {
    call.read(|cx| Ok(locks(period::locks(cx.app, cx.actor, cx.company)?))).await
}

fn locks(rows: Vec<store::rows::PeriodLock>) -> PeriodLockList {
    PeriodLockList { items: rows.into_iter().map(PeriodLockOut::from).collect() }
}

/// The tag of all locks.
fn current(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&locks(period::held(tx, cx.company)?))
}

fn some(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<bool, Problem> {
    Ok(!period::held(tx, cx.company)?.is_empty())
}

/// The rate that the path names.
fn rate_key(cx: &Cx<'_>) -> Result<(Currency, Currency, NaiveDate), Problem> {
    let currency = |name: &'static str| {
        let text: String = cx.path(name)?;
        Currency::parse(&text).map_err(|error| Problem::parameter(name, error))
    };
    let date = parse_date(&cx.path::<String>("date")?).map_err(|error| Problem::parameter("date", error))?;
    Ok((currency("source")?, currency("target")?, date))
}

fn current_rate(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&FxRateOut::from(company::rate_held(tx, cx.company, rate_key(cx)?)?))
}

fn is_stored(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<bool, Problem> {
    match current_rate(cx, tx) {
        Ok(_) => Ok(true),
        Err(none) if none.code == Code::NotFound => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// Shows the exchange rate that is stored for a day
#[utoipa::path(get, path = "/v1/fx-rates/{source}/{target}/{date}", tag = "company",
    params(("source" = String, Path, description = "ISO 4217"), ("target" = String, Path, description = "ISO 4217"),
        ("date" = String, Path, description = "YYYY-MM-DD")),
    responses((status = 200, description = "The rate of that very day", body = FxRateOut)))]
pub async fn show_fx_rate(call: Call) -> Answer {
    call.read(|cx| Ok(FxRateOut::from(company::rate_of(cx.app, cx.actor, cx.company, rate_key(cx)?)?))).await
}

/// Stores the exchange rate of a day
///
/// One that is there is replaced for documents to come; posted ones keep theirs. `If-Match` says which one is meant.
#[utoipa::path(put, path = "/v1/fx-rates/{source}/{target}/{date}", tag = "company", request_body = FxRateOfDayBody,
    params(("source" = String, Path, description = "ISO 4217"), ("target" = String, Path, description = "ISO 4217"),
        ("date" = String, Path, description = "YYYY-MM-DD"), IfMatchOnce),
    responses((status = 200, description = "As it is now", body = FxRateOut)))]
pub async fn put_fx_rate_of_day(call: Call, body: JsonBody) -> Answer {
    call.replacing_once(current_rate, is_stored)
        .write(StatusCode::OK, body, |cx, body: FxRateOfDayBody| {
            let (source, target, date) = rate_key(cx)?;
            let FxRateOfDayBody { rate, origin } = body;
            let input = company::FxRateInput { source, target, date, rate: rate.0, origin: origin.clone() };
            company::put_rate(cx.app, cx.actor, cx.company, &input)?;
            let (source, target) = (CurrencyName(source), CurrencyName(target));
            Ok(FxRateOut { source, target, date: Date(date), rate, origin })
        })
        .await
}

/// Stores an exchange rate
///
/// The same day again replaces it for documents to come; posted ones keep theirs.
#[utoipa::path(put, path = "/v1/fx-rates", tag = "company", request_body = FxRateBody,
    responses((status = 200, description = "Stored", body = FxRateBody)))]
pub async fn put_fx_rate(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::OK, body, |cx, body: FxRateBody| {
        company::put_rate(cx.app, cx.actor, cx.company, &body.clone().into())?;
        Ok(body)
    })
    .await
}

/// Locks everything up to and including a day
#[utoipa::path(put, path = "/v1/period-locks", tag = "company", request_body = PeriodLockBody,
    params(IfMatchOnce),
    responses((status = 200, description = "Locked", body = PeriodLockBody)))]
pub async fn put_period_lock(call: Call, body: JsonBody) -> Answer {
    call.replacing_once(current, some)
        .write(StatusCode::OK, body, |cx, body: PeriodLockBody| {
            period::lock(cx.app, cx.actor, cx.company, body.clone().into())?;
            Ok(body)
        })
        .await
}
