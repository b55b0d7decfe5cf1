//! The month, step by step, each step timed.

use super::report::{BankFile, Chain, Company, Person, Replayed, Report, Statement, Statements, Step};
use super::{bank, sample, sums, tie_out};
use crate::cli::company;
use crate::cli::failure::{Exit, Failure, OrFail as _};
use crate::cli::import;
use crate::cli::session::{Scope, Session, Stage};
use crate::cli::statement::write_artefacts;
use crate::cli::user;
use crate::http::v1::dto::customer::CustomerBody;
use crate::http::v1::dto::plugin::BindingBody;
use app::App;
use app::company::{CreateUser, IssueToken};
use app::customer::CreateCustomer;
use app::invoice::IssuedInvoice;
use app::plugin::BindPlugin;
use app::statement::{RunResult, RunStatements, Watch};
use domain::actor::{Actor, Role};
use domain::ids::{CustomerId, InvocationId};
use std::collections::BTreeMap;
use std::time::Instant;

/// The people of the sample company, each a session.
struct People {
    administrator: Session,
    clerk: Session,
    reviewer: Session,
}

/// The month under way.
struct Month {
    people: People,
    steps: Vec<Step>,
}

/// Runs everything in an empty, migrated database.
pub fn run(stage: &Stage, app: &App, password: Option<&str>) -> Result<Report, Failure> {
    let mut steps = Vec::new();
    let (people, token, logins) =
        timed(&mut steps, "company, users, plugins", || found(stage, app, password))?;
    let mut month = Month { people, steps };
    let codes = month.step("rates, accounts, customers", master_data)?;
    let issued = month.step("invoices, taxed and posted", invoices)?;
    let files = month.step("bank files read", bank_files)?;
    let proposed = month.step("reconciled", |people| {
        let clerk = &people.clerk;
        app::reconciliation::propose(&clerk.app, &clerk.actor, clerk.id()).or_fail()
    })?;
    let refused =
        month.step("proposals approved", |people| bank::approve(&people.clerk, &people.reviewer))?;
    let bank = bank::tell(&month.people.reviewer, files, refused)?;
    let result = month.step("statements sealed and laid out", state)?;
    let statements =
        month.step("statements approved and written", |people| decide(stage, people, &result, &codes))?;
    let (_, cut_off) = period()?;
    let tie_out = month.step("tied out", |people| {
        tie_out::tie_out(&people.reviewer, &codes, &result.made, cut_off, result.known_at)
    })?;
    let chain = month.step("verified", verify)?;
    let replayed =
        month.step("replayed", |people| replay(people, &issued, proposed.invocation, &statements))?;
    let (documents, taxes) = sums::sums(&month.people.reviewer, &issued)?;
    let company = &month.people.clerk.company;
    let (from, to) = period()?;
    Ok(Report {
        company: Company {
            code: company.code.clone(),
            name: company.name.clone(),
            base_currency: company.base_currency.code().to_owned(),
            customers: u64::try_from(codes.len()).unwrap_or(0),
        },
        database: stage.settings.database.to_string(),
        period: (from.to_string(), to.to_string()),
        documents,
        taxes,
        bank,
        statements,
        tie_out,
        chain,
        replayed,
        steps: month.steps,
        address: None,
        token,
        people: logins,
    })
}

impl Month {
    fn step<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&People) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let people = &self.people;
        timed(&mut self.steps, name, || {
            let made = work(people)?;
            people.clerk.seal()?;
            Ok(made)
        })
    }
}

fn timed<T>(
    steps: &mut Vec<Step>,
    name: &str,
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let from = Instant::now();
    let made = work()?;
    let milliseconds = u64::try_from(from.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(milliseconds, "{name}");
    steps.push(Step { name: name.to_owned(), milliseconds });
    Ok(made)
}

fn period() -> Result<(chrono::NaiveDate, chrono::NaiveDate), Failure> {
    sample::period()
        .ok_or_else(|| Failure::new(Exit::Internal, "internal", "the sample's month does not exist"))
}

/// Login, name and role.
const PEOPLE: [(&str, &str, Role); 4] = [
    ("guanli", "管理员", Role::Administrator),
    ("zhang", "张会计", Role::Clerk),
    ("li", "李复核", Role::Reviewer),
    ("shen", "沈审计", Role::Auditor),
];

/// The company with its people, an administrator's token, the plugins bound.
fn found(stage: &Stage, app: &App, password: Option<&str>) -> Result<(People, String, Vec<Person>), Failure> {
    company::create(app, &company::parse(sample::COMPANY)?)?;
    let operator = stage.session(app.clone(), &Scope::default())?;
    let logins: Vec<Person> = PEOPLE
        .into_iter()
        .map(|(login, name, role)| person(&operator, (login, name), role, password))
        .collect::<Result<_, _>>()?;
    let user = |login: &str| {
        let actor = app::company::user_actor(app, operator.id(), login).or_fail()?;
        Ok::<_, Failure>(operator.acting_as(actor))
    };
    let people = People { administrator: user("guanli")?, clerk: user("zhang")?, reviewer: user("li")? };
    let input = IssueToken { login: "guanli".to_owned(), label: "demo".to_owned(), expires_in_days: None };
    let token = app::company::issue_token(app, &Actor::System, operator.id(), &input).or_fail()?;
    for input in bindings()? {
        app::plugin::bind(app, &Actor::System, operator.id(), &input).or_fail()?;
    }
    operator.seal()?;
    Ok((people, token.secret, logins))
}

/// Makes somebody who can log in.
fn person(
    operator: &Session,
    (login, name): (&str, &str),
    role: Role,
    password: Option<&str>,
) -> Result<Person, Failure> {
    let (app, company) = (&operator.app, operator.id());
    let input = CreateUser { login: login.to_owned(), name: name.to_owned(), roles: vec![role] };
    let made = app::company::create_user(app, &Actor::System, company, &input).or_fail()?;
    let password = password.map_or_else(|| user::random_password(app.random.as_ref()), str::to_owned);
    let lasting = (password.as_str(), false);
    app::people::set_password(app, &Actor::System, company, made.id, lasting).or_fail()?;
    let role = role.name().to_owned();
    Ok(Person { login: login.to_owned(), name: name.to_owned(), role, password })
}

/// The sample's bindings.
pub(super) fn bindings() -> Result<Vec<BindPlugin>, Failure> {
    let all: Vec<serde_json::Value> = serde_json::from_slice(sample::BINDINGS).map_err(broken)?;
    let one = |binding: &serde_json::Value| {
        let text = serde_json::to_vec(binding).map_err(broken)?;
        import::body::<BindingBody, BindPlugin>(&text)
    };
    all.iter().map(one).collect()
}

fn broken(error: serde_json::Error) -> Failure {
    Failure::new(Exit::Internal, "internal", format!("the sample is broken: {error}"))
}

fn master_data(people: &People) -> Result<BTreeMap<CustomerId, String>, Failure> {
    let clerk = &people.clerk;
    for (_, line) in import::ndjson(sample::RATES) {
        import::rate(clerk, line)?;
    }
    for (_, line) in import::ndjson(sample::BANK_ACCOUNTS) {
        import::bank_account(&people.administrator, line)?;
    }
    bank::confirm(&people.reviewer)?;
    let mut codes = BTreeMap::new();
    for (_, line) in import::ndjson(sample::CUSTOMERS) {
        let input = import::body::<CustomerBody, CreateCustomer>(line)?;
        let made = app::customer::create(&clerk.app, &clerk.actor, clerk.id(), &input).or_fail()?;
        codes.insert(made.id, made.code);
    }
    Ok(codes)
}

fn invoices(people: &People) -> Result<Vec<IssuedInvoice>, Failure> {
    let total = import::ndjson(sample::INVOICES).count();
    let bar = people.clerk.out.progress("invoices", u64::try_from(total).unwrap_or(0));
    let mut issued = Vec::with_capacity(total);
    for (number, line) in import::ndjson(sample::INVOICES) {
        let one = import::invoice(&people.clerk, line);
        issued.push(
            one.map_err(|failure| failure.at_line(std::path::Path::new("sample/invoices.ndjson"), number))?,
        );
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(issued)
}

fn bank_files(people: &People) -> Result<Vec<BankFile>, Failure> {
    let one = |(name, bytes): (&str, &[u8])| {
        let made = import::bank(&people.clerk, name, None, bytes)?;
        let (statements, lines) = (made.statements, made.lines_new);
        Ok(BankFile { name: name.to_owned(), statements, lines, warnings: made.warnings })
    };
    sample::BANK_FILES.into_iter().map(one).collect()
}

fn state(people: &People) -> Result<RunResult, Failure> {
    let clerk = &people.clerk;
    let (from, cut_off) = period()?;
    let input = RunStatements { cut_off, period_start: Some(from), customers: None };
    let bar = clerk.out.progress("statements", 0);
    let progress = |done: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(done);
        Ok(())
    };
    let watch = Watch { job: None, progress: &progress };
    let result = app::statement::run(&clerk.app, &clerk.actor, clerk.id(), &input, &watch).or_fail();
    bar.finish_and_clear();
    result
}

fn decide(
    stage: &Stage,
    people: &People,
    result: &RunResult,
    codes: &BTreeMap<CustomerId, String>,
) -> Result<Statements, Failure> {
    let reviewer = &people.reviewer;
    let folder = stage.settings.data.join("statements");
    let mut statements = Statements {
        run: result.run.to_string(),
        known_at: result.known_at,
        made: Vec::with_capacity(result.made.len()),
        approved: 0,
        failed: result.failed.iter().map(|(customer, why)| format!("{customer}: {why}")).collect(),
        fallbacks: result.fallbacks,
        folder: folder.display().to_string(),
        files: 0,
    };
    for id in &result.made {
        let (row, _) = app::statement::get(&reviewer.app, &reviewer.actor, reviewer.id(), *id).or_fail()?;
        let files = write_artefacts(reviewer, &row, &folder)?;
        statements.files += u64::try_from(files.len()).unwrap_or(0);
        app::statement::approve(&reviewer.app, &reviewer.actor, reviewer.id(), *id).or_fail()?;
        statements.approved += 1;
        statements.made.push(Statement {
            customer: codes.get(&row.customer).cloned().unwrap_or_default(),
            number: row.number,
            digest: row.digest.to_string(),
        });
    }
    Ok(statements)
}

fn verify(people: &People) -> Result<Chain, Failure> {
    let reviewer = &people.reviewer;
    let found = app::audit::verify(&reviewer.app, &reviewer.actor, reviewer.id()).or_fail()?;
    Ok(Chain {
        holds: found.problems.is_empty(),
        positions: found.positions,
        head: found.head.to_string(),
        entries: found.entries,
        problems: found.problems,
    })
}

/// An invoice's tax, the reconciliation and a statement's layout, each by its plugin on the stored input.
fn replay(
    people: &People,
    issued: &[IssuedInvoice],
    reconciliation: Option<InvocationId>,
    statements: &Statements,
) -> Result<Vec<Replayed>, Failure> {
    let reviewer = &people.reviewer;
    let (app, actor, company) = (&reviewer.app, &reviewer.actor, reviewer.id());
    let mut all = Vec::new();
    let mut add = |what: String, done: app::audit::Replayed| {
        all.push(Replayed {
            what,
            world: done.world.name().to_owned(),
            plugin: done.plugin,
            same: done.same,
            first_difference: done.first_difference,
        });
    };
    if let Some(invoice) = issued.last() {
        add(
            format!("tax of {}", invoice.number),
            app::audit::replay_figure(app, actor, company, &invoice.number).or_fail()?,
        );
    }
    if let Some(id) = reconciliation {
        add("the reconciliation".to_owned(), app::audit::replay(app, actor, company, id).or_fail()?);
    }
    if let Some(statement) = statements.made.first() {
        let number = &statement.number;
        add(format!("layout of {number}"), app::audit::replay_figure(app, actor, company, number).or_fail()?);
    }
    Ok(all)
}
