//! `zhangben company …`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::Stage;
use super::{advance, tolerance};
use crate::http::json;
use crate::http::v1::dto;
use crate::http::v1::dto::company::{CompanyOut, NewCompanyBody};
use crate::http::v1::dto::tolerance::ToleranceBody;
use crate::wiring::Needs;
use app::App;
use app::company::{CreateCompany, CreatedCompany, ToleranceInput};
use clap::{Args, Subcommand};
use domain::actor::Actor;
use domain::ledger::Template;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum CompanyCommand {
    /// Create a company with its own key and an empty chain
    #[command(after_help = EXAMPLES)]
    Create(CreateArgs),
    /// List the companies of the database
    #[command(after_help = "Example:\n  zhangben company list --json")]
    List,
    /// Set what reconciliation may write off; without it nothing is
    #[command(after_help = "Example:\n  zhangben company tolerance CNY tail 1.00 --customer C0007")]
    Tolerance(tolerance::SetArgs),
    /// List what reconciliation may write off
    #[command(after_help = "Example:\n  zhangben company tolerances")]
    Tolerances(tolerance::ListArgs),
    /// Set what money on account is for, from now on: that decides its tax
    #[command(
        after_help = "Examples:\n  zhangben company advance 13 --as guanli\n  zhangben company advance --off"
    )]
    Advance(advance::SetArgs),
    /// Show what money on account is for
    #[command(after_help = "Example:\n  zhangben company advances")]
    Advances(advance::ShowArgs),
}

const EXAMPLES: &str = "\
Examples:
  zhangben company create --code acme --name 'Acme GmbH' --country DE --base-currency EUR --time-zone Europe/Berlin --locale en
  zhangben company create --file company.json      {\"code\", \"name\", \"country\", \"base_currency\", \"time_zone\", …}";

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// A JSON file with everything, instead of the other options
    #[arg(long, value_name = "FILE", conflicts_with_all = ["code", "name", "country", "base_currency"])]
    file: Option<PathBuf>,
    /// Short name, for --company
    #[arg(long, required_unless_present = "file")]
    code: Option<String>,
    /// Name as it stands on documents
    #[arg(long, required_unless_present = "file")]
    name: Option<String>,
    /// ISO 3166-1, as CN
    #[arg(long, required_unless_present = "file")]
    country: Option<String>,
    /// ISO 4217, as CNY: the ledger's own currency
    #[arg(long, required_unless_present = "file")]
    base_currency: Option<String>,
    /// Whose tax law applies [default: the country]
    #[arg(long)]
    jurisdiction: Option<String>,
    /// IANA name, as Asia/Shanghai: decides on which day an instant falls
    #[arg(long, default_value = "Asia/Shanghai")]
    time_zone: String,
    /// zh-CN or en
    #[arg(long, default_value = "zh-CN")]
    locale: String,
    /// general, small-scale, exempt …, as the tax plugin knows them
    #[arg(long, default_value = "general")]
    taxpayer_status: String,
    /// Tax registration, as CN:USCC 91320594YY6368472T
    #[arg(long, num_args = 2, value_names = ["SCHEME", "ID"])]
    tax_id: Option<Vec<String>>,
    /// Years that documents are kept
    #[arg(long, default_value_t = 30)]
    retention_years: u32,
    /// Chart of accounts to begin with: cn (企业会计准则) or generic
    #[arg(long, default_value = "cn", value_parser = chart)]
    chart: Template,
}

fn chart(name: &str) -> Result<Template, String> {
    Template::by_name(name).ok_or_else(|| "must be cn or generic".to_owned())
}

/// A company to be, with its tolerances.
#[derive(Debug)]
pub struct CompanyFile {
    pub company: CreateCompany,
    pub tolerances: Vec<ToleranceInput>,
    /// The chart of accounts to begin with.
    pub chart: Template,
}

/// Reads `company.json`: the body of a company, and beside it `tolerances`.
pub fn parse(text: &[u8]) -> Result<CompanyFile, Failure> {
    let mut whole: Value = dto::parse(text).or_fail()?;
    let tolerances = whole.as_object_mut().and_then(|members| members.remove("tolerances"));
    let body: NewCompanyBody = json::read(&whole).or_fail()?;
    // of the company: no customer is there yet
    let tolerances: Vec<ToleranceBody> = match tolerances {
        Some(list) => json::read(&list).map_err(|refused| refused.under("tolerances")).or_fail()?,
        None => Vec::new(),
    };
    if tolerances.iter().any(|tolerance| tolerance.customer.is_some()) {
        return Err(Failure::usage(
            "tolerances: a company that is made has no customers yet, set theirs with `company tolerance`"
                .to_owned(),
        ));
    }
    let tolerances = tolerances.into_iter().map(TryInto::try_into).collect::<Result<_, _>>().or_fail()?;
    Ok(CompanyFile { chart: body.template(), company: body.into(), tolerances })
}

pub fn run(stage: &Stage, command: &CompanyCommand) -> Result<(), Failure> {
    match command {
        CompanyCommand::List => list(stage),
        CompanyCommand::Tolerance(args) => tolerance::set(stage, args),
        CompanyCommand::Tolerances(args) => tolerance::list(stage, args),
        CompanyCommand::Advance(args) => advance::set(stage, args),
        CompanyCommand::Advances(args) => advance::show(stage, args),
        CompanyCommand::Create(args) => {
            let input = match &args.file {
                Some(path) => parse(&std::fs::read(path).map_err(|e| Failure::file("read", path, &e))?)?,
                None => CompanyFile { company: input(args)?, tolerances: Vec::new(), chart: args.chart },
            };
            let app = stage.open(Needs::default())?;
            let made = create(&app, &input)?;
            let document = json!({"id": made.id.to_string(), "code": made.code});
            stage.out.result(&document, || format!("company {} is made ({})", made.code, made.id))
        }
    }
}

/// Creates and seals.
pub fn create(app: &App, input: &CompanyFile) -> Result<CreatedCompany, Failure> {
    let made = app::company::create_with(app, &Actor::System, &input.company, input.chart).or_fail()?;
    for tolerance in &input.tolerances {
        app::company::put_tolerance(app, &Actor::System, made.id, tolerance).or_fail()?;
    }
    app::audit::seal_all(app, made.id).or_fail()?;
    Ok(made)
}

fn input(args: &CreateArgs) -> Result<CreateCompany, Failure> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let base_currency = money::Currency::parse(&text(&args.base_currency))
        .map_err(|e| Failure::usage(format!("--base-currency: {e}")))?;
    let tax_id = match args.tax_id.as_deref() {
        Some([scheme, id]) => Some(app::customer::TaxId { scheme: scheme.clone(), id: id.clone() }),
        _ => None,
    };
    Ok(CreateCompany {
        code: text(&args.code),
        name: text(&args.name),
        country: text(&args.country),
        jurisdiction: args.jurisdiction.clone().unwrap_or_else(|| text(&args.country)),
        base_currency,
        time_zone: args.time_zone.clone(),
        locale: args.locale.clone(),
        taxpayer_status: args.taxpayer_status.clone(),
        tax_id,
        address: None,
        retention_years: args.retention_years,
    })
}

fn list(stage: &Stage) -> Result<(), Failure> {
    let app = stage.open(Needs::default())?;
    let companies = app::company::list(&app).or_fail()?;
    let views: Vec<CompanyOut> = companies.into_iter().map(CompanyOut::from).collect();
    stage.out.result(&json!({"companies": views}), || {
        let columns = [
            Column::Text("code"),
            Column::Text("name"),
            Column::Text("base currency"),
            Column::Text("time zone"),
        ];
        let row = |c: &CompanyOut| {
            vec![c.code.clone(), c.name.clone(), c.base_currency.0.code().to_owned(), c.time_zone.clone()]
        };
        table(&columns, views.iter().map(row))
    })
}
