//! The first run (首次设置): whoever holds the code that the operator's server printed makes the first company and becomes its
//! administrator. Once there is a company there is no code, for ever.

use super::password::{check, names, put};
use super::session::{Opened, open};
use crate::bank::{BankAccountError, CreateBankAccount, insert_account, prepare_account};
use crate::common::{Common, Context};
use crate::company::{
    CreateCompany, CreateCompanyError, CreateUser, CreateUserError, check_user, insert_company, insert_user,
    prepare_company, user_row,
};
use crate::job::{EnqueueJob, job_row};
use crate::plugin::{BindPlugin, BindPluginError, insert_binding, prepare_binding};
use crate::{App, books};
use domain::actor::{Actor, Role};
use domain::canonical::Digest;
use domain::ids::{CompanyId, JobId};
use domain::ledger::Template;
use money::Currency;
use store::query::plugins::PluginSummary;
use store::rows::{BankAccount, Binding, SetupCode, User};
use store::{Tx, query};
use thiserror::Error;

/// Who will administer the first company.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAdministrator {
    pub login: String,
    pub name: String,
    pub password: String,
}

/// The first company.
#[derive(Clone, PartialEq)]
pub struct SetUp {
    pub code: String,
    pub company: CreateCompany,
    /// The chart of accounts to begin with.
    pub chart: Template,
    pub administrator: NewAdministrator,
    pub bank_account: Option<CreateBankAccount>,
    /// In force at once: whoever has the code acts for the operator, and there is no second person yet.
    pub bindings: Vec<BindPlugin>,
    /// Load the bundled sample, as a job.
    pub sample: bool,
}

/// A company that was set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub opened: Opened,
    /// The sample, being loaded.
    pub job: Option<JobId>,
}

#[derive(Debug, Error)]
pub enum SetUpError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("there is a company already: have a user made in it")]
    Closed,
    #[error("the code is not that of this server: take the address that `zhangben serve` printed last")]
    WrongCode,
    #[error(transparent)]
    Company(CreateCompanyError),
    #[error(transparent)]
    BankAccount(BankAccountError),
    /// The place in the list.
    #[error("{1}")]
    Binding(usize, BindPluginError),
    #[error("this zhangben was built without its sample")]
    NoSample,
}

crate::common::through_common!(SetUpError);

/// The sample is a Chinese seller's.
const SAMPLE_CURRENCY: Currency = Currency::CNY;

/// Whether the first company can be made, by whoever has a code.
pub fn is_open(app: &App) -> Result<bool, Common> {
    Ok(app.db.read(query::setup_codes::is_open)?)
}

/// A code for the first company; none where there is a company. It is shown once.
pub fn offer(app: &App) -> Result<Option<String>, Common> {
    let ctx = Context::new(app);
    let code = hex::encode(ctx.random().bytes32());
    app.db.write(|tx| {
        if !query::companies::list(tx)?.is_empty() {
            return Ok(None);
        }
        let row = SetupCode { hash: Digest::of_bytes(code.as_bytes()), made_at: ctx.now };
        query::setup_codes::add(tx, &row)?;
        Ok(Some(code.clone()))
    })
}

/// What can be chosen while the setup is open: what came with the host or from its operator.
pub fn usable_plugins(app: &App) -> Result<Vec<PluginSummary>, Common> {
    let mut all = app.db.read(query::plugins::list)?;
    all.retain(|one| one.builtin || one.admitted_by == Actor::System.to_string());
    Ok(all)
}

/// Makes the company with its administrator, who is logged in, and everything that was chosen; all of it or nothing.
pub fn set_up(app: &App, input: &SetUp) -> Result<Begun, SetUpError> {
    let code = Digest::of_bytes(input.code.as_bytes());
    app.db.read(|conn| {
        match (query::setup_codes::is_open(conn)?, query::setup_codes::knows(conn, code)?) {
            (false, _) => Err(SetUpError::Closed),
            (true, false) => Err(SetUpError::WrongCode),
            (true, true) => Ok(()),
        }
    })?;
    let ctx = Context::new(app);
    let company = prepare_company(&ctx, &input.company).map_err(|error| under("/company", error))?;
    let id = company.row.id;
    let administrator = administrator(&ctx, id, input)?;
    if input.sample && input.company.base_currency != SAMPLE_CURRENCY {
        return Err(Common::invalid("/sample", "is of a company whose base currency is CNY").into());
    }
    if input.sample && app.sample.is_none() {
        return Err(SetUpError::NoSample);
    }
    let account = input.bank_account.as_ref().map(|account| prepare_account(&ctx, id, account)).transpose();
    let account = account.map_err(|error| under("/bank_account", error))?;
    let bindings = bindings(&ctx, id, &input.bindings)?;
    let hash = app.hasher.hash(ctx.random(), &input.administrator.password)?;
    let until = ctx.now.plus_seconds(i64::from(app.session_life.whole_s));
    app.db.write(|tx| {
        // of two who use the code at the same time one is too late
        if !query::setup_codes::use_up(tx, code)? || !query::companies::list(tx)?.is_empty() {
            return Err(SetUpError::Closed);
        }
        insert_company(&ctx, tx, &Actor::System, &company).map_err(SetUpError::Company)?;
        if input.chart != Template::default() {
            books::begin_chart(&ctx, tx, &Actor::System, id, input.chart)?;
        }
        insert_user(&ctx, tx, &Actor::System, &administrator).map_err(|error| match error {
            CreateUserError::Common(common) => SetUpError::Common(common),
            CreateUserError::LoginTaken(_) => SetUpError::Closed,
        })?;
        put(&ctx, tx, &administrator, hash.clone(), false)?;
        furnish(&ctx, tx, account.as_ref(), &bindings)?;
        let job = input.sample.then(|| job_row(&ctx, &administrator.id.to_string(), id, &EnqueueJob::Sample));
        if let Some(job) = &job {
            query::jobs::enqueue(tx, job)?;
        }
        Ok(Begun { opened: open(&ctx, tx, &administrator, until)?, job: job.map(|job| job.id) })
    })
}

fn administrator(ctx: &Context<'_>, company: CompanyId, input: &SetUp) -> Result<User, SetUpError> {
    let NewAdministrator { login, name, password } = &input.administrator;
    let user = CreateUser { login: login.clone(), name: name.clone(), roles: vec![Role::Administrator] };
    let place = |error| under("/administrator", error);
    check_user(&user).map_err(place)?;
    check("/password", password, &names(login, name, &input.company.code)).map_err(place)?;
    Ok(user_row(ctx, company, &user))
}

/// The bindings as rows, active: plugins are loaded and look at their configuration before anything is written.
fn bindings(
    ctx: &Context<'_>,
    company: CompanyId,
    inputs: &[BindPlugin],
) -> Result<Vec<Binding>, SetUpError> {
    let one = |(place, input): (usize, &BindPlugin)| {
        prepare_binding(ctx, &Actor::System, company, input)
            .map_err(|error| SetUpError::Binding(place, error))
    };
    inputs.iter().enumerate().map(one).collect()
}

fn furnish(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    account: Option<&BankAccount>,
    bindings: &[Binding],
) -> Result<(), SetUpError> {
    if let Some(account) = account {
        insert_account(ctx, tx, &Actor::System, account).map_err(SetUpError::BankAccount)?;
    }
    for binding in bindings {
        insert_binding(ctx, tx, &Actor::System, binding)?;
    }
    Ok(())
}

/// A refusal of a member of a part of the body.
fn under(part: &str, error: Common) -> Common {
    match error {
        Common::Invalid { pointer, message } => {
            Common::Invalid { pointer: format!("{part}{pointer}"), message }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_of_a_part_begins_at_the_body() {
        let refused = under("/company", Common::invalid("/code", "is taken")).to_string();
        assert_eq!(refused, "/company/code: is taken");
        assert_eq!(under("/company", Common::not_found("user", 1)).to_string(), "there is no user 1");
    }
}
