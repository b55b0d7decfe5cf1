//! The bundled sample into a company that a newcomer has just set up: the same bodies by the same use-cases, as a job. Two people
//! of the sample do it, who cannot log in until they get passwords. What can be approved by rule is; the statements are left to
//! be looked at. A second attempt goes on where the first one ended.

use super::{bank, month, sample};
use crate::cli::company;
use crate::cli::failure::{Exit, Failure, OrFail as _};
use crate::cli::import::{self, Kind};
use crate::cli::out::Out;
use crate::cli::session::Session;
use app::App;
use app::company::CreateUser;
use app::job::Progress;
use app::statement::{RunStatements, Watch};
use chrono::NaiveDate;
use domain::actor::{Actor, Role};
use domain::ids::CompanyId;
use serde_json::{Value, json};
use store::rows::Company;

/// Loads it. `actor` is the administrator who asked.
pub fn load_sample(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    progress: &Progress<'_>,
) -> Result<Value, String> {
    load(app, actor, company, progress).map_err(|failure| failure.body.message)
}

/// The people who do it.
struct People {
    operator: Session,
    clerk: Session,
    reviewer: Session,
}

/// What is done of what there is to do.
struct Steps<'a> {
    done: u64,
    total: u64,
    progress: &'a Progress<'a>,
}

impl Steps<'_> {
    fn step(&mut self) -> Result<(), Failure> {
        self.done += 1;
        (self.progress)(self.done, self.total).or_fail()
    }
}

fn load(app: &App, actor: &Actor, company: CompanyId, progress: &Progress<'_>) -> Result<Value, Failure> {
    let row = app::company::get(app, actor, company).or_fail()?;
    let people = people(app, &row)?;
    let lines = [sample::CUSTOMERS, sample::INVOICES, sample::RATES, sample::BANK_ACCOUNTS];
    let lines: usize = lines.iter().map(|file| import::ndjson(file).count()).sum();
    // and the bank files, the reconciliation, the statements
    let total = u64::try_from(lines + sample::BANK_FILES.len() + 2).unwrap_or(u64::MAX);
    let mut steps = Steps { done: 0, total, progress };
    furnish(&people.operator)?;
    let accounts = (Kind::BankAccounts, sample::BANK_ACCOUNTS);
    let rates = (Kind::Rates, sample::RATES);
    for (kind, file) in
        [accounts, rates, (Kind::Customers, sample::CUSTOMERS), (Kind::Invoices, sample::INVOICES)]
    {
        // an account of the company's own is the administrator's to add
        let who = if kind == Kind::BankAccounts { &people.operator } else { &people.clerk };
        for (number, line) in import::ndjson(file) {
            import::line_once(who, kind, line.trim_ascii(), 1)
                .map_err(|failure| failure.at_line(std::path::Path::new("sample"), number))?;
            steps.step()?;
        }
    }
    for (name, bytes) in sample::BANK_FILES {
        import::bank(&people.clerk, name, None, bytes)?;
        steps.step()?;
    }
    let clerk = &people.clerk;
    let proposed = app::reconciliation::propose(&clerk.app, &clerk.actor, clerk.id()).or_fail()?;
    bank::approve(clerk, &people.reviewer)?;
    steps.step()?;
    let made = state(clerk, progress_to(&steps))?;
    steps.step()?;
    Ok(json!({
        "customers": import::ndjson(sample::CUSTOMERS).count(),
        "invoices": import::ndjson(sample::INVOICES).count(),
        "proposals": proposed.proposals.len(),
        "statements": made,
    }))
}

/// While statements are made the figures stay; the job is asked whether to go on.
fn progress_to<'a>(steps: &'a Steps<'a>) -> impl Fn(u64, u64) -> Result<(), app::Common> + 'a {
    move |_, _| (steps.progress)(steps.done, steps.total)
}

/// States what is over by the company's own date: all of the sample, or its first month. Gives how many statements.
fn state(clerk: &Session, progress: impl Fn(u64, u64) -> Result<(), app::Common>) -> Result<usize, Failure> {
    let broken = || Failure::new(Exit::Internal, "internal", "the sample's dates do not exist");
    let (first, last) = sample::period().ok_or_else(broken)?;
    let first_month = NaiveDate::from_ymd_opt(2026, 10, 31).ok_or_else(broken)?;
    let today = app::company::today(&app::Context::new(&clerk.app), &clerk.company).or_fail()?;
    let Some(cut_off) = [last, first_month].into_iter().find(|day| *day < today) else { return Ok(0) };
    let input = RunStatements { cut_off, period_start: Some(first), customers: None };
    let watch = Watch { job: None, progress: &progress };
    Ok(app::statement::run(&clerk.app, &clerk.actor, clerk.id(), &input, &watch).or_fail()?.made.len())
}

fn people(app: &App, company: &Company) -> Result<People, Failure> {
    let out = Out { json: true };
    let operator = Session { app: app.clone(), actor: Actor::System, company: company.clone(), out };
    let known = app::people::list_users(app, &Actor::System, company.id).or_fail()?;
    let one = |login: &str, name: &str, role: Role| {
        if !known.iter().any(|view| view.user.login == login) {
            let input = CreateUser { login: login.to_owned(), name: name.to_owned(), roles: vec![role] };
            app::company::create_user(app, &Actor::System, company.id, &input).or_fail()?;
        }
        let actor = app::company::user_actor(app, company.id, login).or_fail()?;
        Ok::<_, Failure>(operator.acting_as(actor))
    };
    Ok(People {
        clerk: one("sample.zhang", "张会计（样例）", Role::Clerk)?,
        reviewer: one("sample.li", "李复核（样例）", Role::Reviewer)?,
        operator,
    })
}

/// Binds what nothing serves, and sets what may be written off.
fn furnish(operator: &Session) -> Result<(), Failure> {
    let (app, id) = (&operator.app, operator.id());
    let bound = app::plugin::bindings(app, &operator.actor, id).or_fail()?;
    for input in month::bindings()? {
        let served = app::plugin::in_force(bound.clone(), input.valid_from);
        if !served.iter().any(|one| one.slot == input.slot) {
            app::plugin::bind(app, &operator.actor, id, &input).or_fail()?;
        }
    }
    for tolerance in company::parse(sample::COMPANY)?.tolerances {
        app::company::put_tolerance(app, &operator.actor, id, &tolerance).or_fail()?;
    }
    Ok(())
}
