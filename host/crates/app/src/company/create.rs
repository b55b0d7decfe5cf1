use super::change::facts;
use super::users::{CreateUser, CreateUserError, insert_user, user_row};
use crate::common::{Common, Context, authorise, check_code, check_country, check_line, there};
use crate::customer::{CustomerAddress, TaxId};
use crate::vault::Secret;
use crate::{App, books, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Role, Verb};
use domain::ids::{CompanyId, KeyId, PersonId, UserId};
use domain::ledger::Template;
use domain::time::Instant;
use money::Currency;
use serde_json::{Value, json};
use store::rows::{Company, Key, Password, User};
use store::types::{Json, KeyKind};
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCompany {
    pub code: String,
    pub name: String,
    pub country: String,
    /// Whose tax law: `CN`, `DE` … as tax plugins name it.
    pub jurisdiction: String,
    pub base_currency: Currency,
    /// IANA, as `Asia/Shanghai`.
    pub time_zone: String,
    /// zh-CN | en
    pub locale: String,
    pub taxpayer_status: String,
    pub tax_id: Option<TaxId>,
    pub address: Option<CustomerAddress>,
    pub retention_years: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedCompany {
    pub id: CompanyId,
    pub code: String,
}

#[derive(Debug, Error)]
pub enum CreateCompanyError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("company code {0:?} is taken")]
    CodeTaken(String),
    #[error(
        "companies are created by the operator at the machine, or by an administrator of another company"
    )]
    NotOperator,
}

crate::common::through_common!(CreateCompanyError);

/// Creates a company with its own key and an empty chain. The operator may, and an administrator of another company: she
/// becomes the new one's administrator, under the same login and password, and is one person in both.
pub fn create(app: &App, actor: &Actor, input: &CreateCompany) -> Result<CreatedCompany, CreateCompanyError> {
    create_with(app, actor, input, Template::default())
}

/// As [`create`], with the chart of accounts that a template begins.
pub fn create_with(
    app: &App,
    actor: &Actor,
    input: &CreateCompany,
    chart: Template,
) -> Result<CreatedCompany, CreateCompanyError> {
    let founder = match actor {
        Actor::System => None,
        Actor::User { id, company, .. } | Actor::Key { user: id, company, .. } => {
            authorise(actor, Noun::Settings, Verb::Configure, *company)?;
            Some((*company, *id))
        }
        Actor::Policy { .. } => return Err(CreateCompanyError::NotOperator),
    };
    let ctx = Context::new(app);
    let new = prepare(&ctx, input)?;
    app.db.write(|tx| {
        match founder {
            None => insert(&ctx, tx, actor, &new)?,
            Some(founder) => found(&ctx, tx, founder, &new)?,
        }
        if chart != Template::default() {
            books::begin_chart(&ctx, tx, actor, new.row.id, chart)?;
        }
        Ok(CreatedCompany { id: new.row.id, code: new.row.code.clone() })
    })
}

/// The company, with its founder as its administrator.
fn found(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (company, id): (CompanyId, UserId),
    new: &NewCompany,
) -> Result<(), CreateCompanyError> {
    let founder = there(query::users::by_id(tx, company, id)?, "user", id)?;
    let person = founder.person.unwrap_or(PersonId::new(founder.id.uuid()));
    let roles = vec![Role::Administrator];
    let input = CreateUser { login: founder.login.clone(), name: founder.name.clone(), roles: roles.clone() };
    let here = User { person: Some(person), ..user_row(ctx, new.row.id, &input) };
    let herself = Actor::User { id: here.id, company: new.row.id, roles };
    insert(ctx, tx, &herself, new)?;
    insert_user(ctx, tx, &herself, &here).map_err(|error| match error {
        CreateUserError::Common(common) => common,
        // no login is taken in a company that has nobody
        CreateUserError::LoginTaken(login) => Common::Conflict { what: format!("user {login}") },
    })?;
    query::users::set_person(tx, company, founder.id, Some(person))?;
    if let Some(password) = query::passwords::of_user(tx, company, founder.id)? {
        query::passwords::put(tx, &Password { company: new.row.id, owner: here.id, ..password })?;
    }
    Ok(())
}

/// A company to be, and its key.
pub(crate) struct NewCompany {
    pub(crate) row: Company,
    key: Key,
}

/// Checks what is said of a company and makes its rows.
pub(crate) fn prepare(ctx: &Context<'_>, input: &CreateCompany) -> Result<NewCompany, Common> {
    check(input)?;
    let id = CompanyId::new(ctx.uuid());
    let secret = Secret::new(ctx.random().bytes32());
    let wrapped = ctx.app.keyring.wrap_company(ctx.random(), &secret)?;
    let key = Key {
        company: id,
        id: KeyId::new(ctx.uuid()),
        kind: KeyKind::Company,
        wrapped: Some(wrapped),
        created_at: ctx.now,
        destroyed_at: None,
    };
    Ok(NewCompany { row: row(ctx, id, input), key })
}

/// Inserts a company in the caller's transaction; nobody sets the first one up any more.
pub(crate) fn insert(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    new: &NewCompany,
) -> Result<(), CreateCompanyError> {
    let NewCompany { row, key } = new;
    query::companies::insert(tx, row).map_err(|error| match error.is_unique("companies(code)") {
        true => CreateCompanyError::CodeTaken(row.code.clone()),
        false => Common::from(error).into(),
    })?;
    query::setup_codes::close(tx)?;
    query::keys::insert(tx, std::slice::from_ref(key))?;
    let data = json!({
        "code": row.code, "base_currency": row.base_currency.code(), "about": begun(row),
    });
    Ok(event::write(ctx, tx, actor, row.id, ("company.created", row.id), data)?)
}

/// What it is by codes alone: its first event says no words.
fn begun(row: &Company) -> Value {
    const WORDS: [&str; 4] = ["name", "address", "tax_scheme", "tax_id"];
    facts(row).into_iter().filter(|(name, _)| !WORDS.contains(&name.as_str())).collect()
}

pub(super) fn row(ctx: &Context<'_>, id: CompanyId, input: &CreateCompany) -> Company {
    Company {
        id,
        code: input.code.clone(),
        name: input.name.clone(),
        country: input.country.clone(),
        jurisdiction: input.jurisdiction.clone(),
        base_currency: input.base_currency,
        time_zone: input.time_zone.clone(),
        locale: input.locale.clone(),
        taxpayer_status: input.taxpayer_status.clone(),
        tax_scheme: input.tax_id.as_ref().map(|t| t.scheme.clone()),
        tax_id: input.tax_id.as_ref().map(|t| t.id.clone()),
        address: Json(input.address.as_ref().map_or(Value::Null, CustomerAddress::to_json)),
        retention_years: input.retention_years,
        version: 1,
        created_at: ctx.now,
    }
}

pub(super) fn check(input: &CreateCompany) -> Result<(), Common> {
    check_code("/code", &input.code)?;
    check_line("/name", &input.name)?;
    check_country("/country", &input.country)?;
    check_code("/jurisdiction", &input.jurisdiction)?;
    check_code("/taxpayer_status", &input.taxpayer_status)?;
    zone(&input.time_zone)?;
    if !["zh-CN", "en"].contains(&input.locale.as_str()) {
        return Err(Common::invalid("/locale", format!("{:?} is not one of zh-CN, en", input.locale)));
    }
    if !(1..=100).contains(&input.retention_years) {
        return Err(Common::invalid("/retention_years", "must be 1 to 100"));
    }
    if let Some(tax_id) = &input.tax_id {
        check_code("/tax_id/scheme", &tax_id.scheme)?;
        check_code("/tax_id/id", &tax_id.id)?;
    }
    match &input.address {
        Some(address) => address.check("/address"),
        None => Ok(()),
    }
}

fn zone(name: &str) -> Result<chrono_tz::Tz, Common> {
    name.parse().map_err(|_| {
        Common::invalid("/time_zone", format!("{name:?} is not an IANA time zone, as Asia/Shanghai"))
    })
}

/// The company's own calendar date now.
pub fn today(ctx: &Context<'_>, company: &Company) -> Result<NaiveDate, Common> {
    date_of(company, ctx.now)
}

/// The company's own calendar date of an instant.
pub(crate) fn date_of(company: &Company, at: Instant) -> Result<NaiveDate, Common> {
    Ok(at.date_in(zone(&company.time_zone)?))
}

/// The first instant of a calendar date of the company.
pub(crate) fn day_begins(company: &Company, day: NaiveDate) -> Result<Instant, Common> {
    Ok(Instant::start_of(day, zone(&company.time_zone)?))
}

pub fn find(app: &App, code: &str) -> Result<Option<Company>, Common> {
    Ok(app.db.read(|conn| query::companies::by_code(conn, code))?)
}

/// All companies of the database: for the operator.
pub fn list(app: &App) -> Result<Vec<Company>, Common> {
    Ok(app.db.read(query::companies::list)?)
}

pub fn get(app: &App, actor: &Actor, company: CompanyId) -> Result<Company, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    app.db.read(|conn| company_row(conn, company))
}

/// The company's row.
pub(crate) fn company_row(conn: &mut Conn, company: CompanyId) -> Result<Company, Common> {
    there(query::companies::by_id(conn, company)?, "company", company)
}
