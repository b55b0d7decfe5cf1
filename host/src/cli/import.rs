//! `zhangben import`: NDJSON of the bodies of `POST /v1/…`, one a line, and bank files as they are.
//!
//! | step | what ends it | what is written |
//! |---|---|---|
//! | read all files, parse every line | the first line of a wrong form: exit 2 | nothing |
//! | line by line: skip what is in, else the use-case | a refusal, unless `--keep-going`; anything else always | each line on its own, with the mark that it is in |
//! | seal, print what was imported | | |

use super::failure::{Exit, Failure, OrFail as _};
use super::imported::Imported;
use super::out::count;
use super::session::{Scope, Session, Stage, file};
use super::sheet::Sheet;
use crate::http::problem::Problem;
use crate::http::v1::dto;
use crate::http::v1::dto::bank::BankAccountBody;
use crate::http::v1::dto::company::FxRateBody;
use crate::http::v1::dto::customer::CustomerBody;
use crate::http::v1::dto::delivery::{self, DeliveryBody};
use crate::http::v1::dto::invoice::InvoiceBody;
use crate::http::v1::dto::item::{ItemBody, complete};
use crate::http::v1::dto::opening::OpeningBody;
use crate::http::v1::dto::order::{EnteredOrderView, OrderBody};
use crate::http::v1::dto::receipt::ReceiptBody;
use app::App;
use app::bank::{CreateBankAccount, ImportBankFile, ImportedBankFile};
use app::company::FxRateInput;
use app::customer::CreateCustomer;
use app::delivery::RecordDelivery;
use app::idempotency::Line;
use app::invoice::{IssueInvoice, IssuedInvoice};
use app::item::CreateItem;
use app::opening::RecordOpening;
use app::order::EnterOrder;
use app::receipt::RecordReceipt;
use clap::{Args, ValueEnum};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use store::abort::{self, Point};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    #[command(flatten)]
    scope: Scope,
    /// What the files hold
    pub(super) kind: Kind,
    /// The files, in this order; - is standard input
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Go on after a line that a rule refuses; the exit code still tells
    #[arg(long)]
    pub(super) keep_going: bool,
    /// Sheets: which column is which field; without one, one is proposed and nothing is written
    #[arg(long, value_name = "MAP.json")]
    pub(super) mapping: Option<PathBuf>,
    /// Sheets: only look, and say what would be written
    #[arg(long)]
    pub(super) preview: bool,
    /// Sheets: write the good rows, also where others are refused
    #[arg(long, conflicts_with = "preview")]
    pub(super) best_effort: bool,
    /// Sheets of invoices, receipts and opening balances: make drafts, which are submitted, and post nothing
    #[arg(long)]
    pub(super) drafts: bool,
    /// Sheets: write refused rows into this file, to be mended and imported again
    #[arg(long, value_name = "FILE", requires = "best_effort")]
    pub(super) rejects: Option<PathBuf>,
    /// Sheets: language of the reasons in that file: zh or en [default: the company's]
    #[arg(long, value_parser = ["zh", "en"], requires = "rejects")]
    pub(super) language: Option<String>,
    /// Bank files: the qualifier of the slot whose plugin reads them, as `camt` for bank:camt
    #[arg(long)]
    format: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  zhangben import customers customers.ndjson
  zhangben import invoices invoices.ndjson --keep-going --json
  zhangben import bank 2026-11-*.xml
  zhangben import customers 客户.xlsx                                 proposes a mapping
  zhangben import customers 客户.xlsx --mapping map.json --preview    says what would be written
  zhangben import customers 客户.xlsx --mapping map.json              all rows, or none
  zhangben import invoices 发票.xlsx --mapping map.json --drafts      each waits for who approves it, and is posted by itself
  zhangben import old-balances 旧账.xlsx --mapping map.json           writes nothing: says who differs from the old books

A file that ends with .csv, .tsv, .txt or .xlsx is a sheet, one a command; see `zhangben imports` for taking it back.
Any other file holds lines of JSON. Every line of every file is read first: one that has not the form of a body ends the command with 2, and nothing is
written. Then each line is written on its own. A line that a rule refuses stops the import, unless --keep-going; lines
before it stay, and the result lists them.

The same command may be repeated: a line that is in already, letter for letter, is skipped, whoever brought it and
when. Of lines that are equal within one command each counts; so mend the line that was refused and import all again.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Bodies of POST /v1/customers
    Customers,
    /// Bodies of POST /v1/invoices: invoices and credit notes
    Invoices,
    /// Bodies of POST /v1/receipts
    Receipts,
    /// Bank files as the bank sent them
    Bank,
    /// Bodies of POST /v1/items: the catalogue
    Items,
    /// Bodies of POST /v1/opening-balances
    OpeningBalances,
    /// Bodies of POST /v1/deliveries
    Deliveries,
    /// Bodies of POST /v1/orders: each becomes a delivery or an invoice, by its customer's rule
    Orders,
    /// Sheets only: what the old books say of each customer, compared with the books
    OldBalances,
    /// Bodies of PUT /v1/fx-rates
    Rates,
    /// Bodies of POST /v1/bank-accounts
    BankAccounts,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Kind::Customers => "customers",
            Kind::Invoices => "invoices",
            Kind::Receipts => "receipts",
            Kind::Bank => "bank",
            Kind::Items => "items",
            Kind::OpeningBalances => "opening-balances",
            Kind::Deliveries => "deliveries",
            Kind::Orders => "orders",
            Kind::OldBalances => "old-balances",
            Kind::Rates => "rates",
            Kind::BankAccounts => "bank-accounts",
        }
    }
}

/// A line, ready to be written.
struct Ready<'a> {
    path: &'a Path,
    number: u64,
    line: Line<'a>,
    input: Input,
}

/// What a line says.
enum Input {
    Customer(CreateCustomer),
    Invoice(Box<IssueInvoice>),
    Receipt(RecordReceipt),
    Item(CreateItem),
    Opening(RecordOpening),
    Delivery(RecordDelivery),
    Order(EnterOrder),
    Rate(FxRateInput),
    BankAccount(CreateBankAccount),
}

pub fn run(stage: &Stage, args: &ImportArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    if let Some(sheet) = Sheet::of(args)? {
        return super::sheet::run(&session, &sheet);
    }
    let mut done = Imported::default();
    let stopped = if args.kind == Kind::Bank {
        // they may be large, so they are not held together; but all must be there before the first is taken
        for path in args.files.iter().filter(|path| *path != Path::new("-")) {
            std::fs::File::open(path).map_err(|e| Failure::file("read", path, &e))?;
        }
        session.sealing(|| files(&session, args, &mut done))
    } else {
        let texts: Vec<(&Path, Vec<u8>)> = args
            .files
            .iter()
            .map(|path| Ok((path.as_path(), file(path)?)))
            .collect::<Result<_, Failure>>()?;
        let ready = parse(&session, args.kind, &texts)?;
        session.sealing(|| lines(&session, args, &ready, &mut done))
    };
    report(&session, args, &mut done, stopped)
}

/// Prints what was imported, also where something stopped it.
fn report(
    session: &Session,
    args: &ImportArgs,
    done: &mut Imported,
    stopped: Result<(), Failure>,
) -> Result<(), Failure> {
    let Err(mut failure) = stopped else {
        session.out.result(done, || done.text())?;
        return if done.refused > 0 { Err(Failure::told()) } else { Ok(()) };
    };
    if done.imported > 0 {
        let were = if done.imported == 1 { "was" } else { "were" };
        let before = count(done.imported, if args.kind == Kind::Bank { "file" } else { "line" });
        failure.body.message = format!("{} ({before} before it {were} imported)", failure.body.message);
        // "nothing was done" would not be true
        if failure.exit == Exit::Usage {
            failure.exit = Exit::Refused;
        }
    }
    done.error = Some(failure.body.clone());
    if session.out.json || done.imported + done.already + done.refused > 0 {
        session.out.result(done, || done.text())?;
    }
    failure.told = session.out.json;
    Err(failure)
}

/// Whether the next line may fare better: what is wrong is in this one.
fn is_refusal(failure: &Failure) -> bool {
    matches!(failure.exit, Exit::Refused | Exit::Usage | Exit::NotFound)
}

/// Lines with their numbers from 1; blank ones are skipped, and so is a byte order mark.
pub fn ndjson(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    (1..).zip(bytes.split(|byte| *byte == b'\n')).filter(|(_, line)| !line.trim_ascii().is_empty())
}

/// Every line as the input of its use-case, or the first that has not its form.
fn parse<'a>(
    session: &Session,
    kind: Kind,
    texts: &'a [(&'a Path, Vec<u8>)],
) -> Result<Vec<Ready<'a>>, Failure> {
    let mut ready = Vec::new();
    let mut seen: HashMap<&[u8], u32> = HashMap::new();
    for (path, bytes) in texts {
        for (number, text) in ndjson(bytes) {
            let input = input(session, kind, text).map_err(|failure| failure.at_line(path, number))?;
            let text = text.trim_ascii();
            let ordinal = seen.entry(text).or_default();
            *ordinal = ordinal.saturating_add(1);
            let line = Line { what: kind.name(), text, ordinal: *ordinal };
            ready.push(Ready { path, number, line, input });
        }
    }
    Ok(ready)
}

fn input(session: &Session, kind: Kind, line: &[u8]) -> Result<Input, Failure> {
    Ok(match kind {
        Kind::Customers => Input::Customer(body::<CustomerBody, _>(line)?),
        Kind::Invoices => Input::Invoice(Box::new(invoice_of(session, line)?)),
        Kind::Receipts => Input::Receipt(body::<ReceiptBody, _>(line)?),
        Kind::Items => Input::Item(body::<ItemBody, _>(line)?),
        Kind::OpeningBalances => Input::Opening(body::<OpeningBody, _>(line)?),
        Kind::Deliveries => Input::Delivery(delivery_of(session, line)?),
        Kind::Orders => Input::Order(order_of(session, line)?),
        Kind::OldBalances => {
            return Err(Failure::usage("old balances are read from a sheet: .csv or .xlsx"));
        }
        Kind::Rates => Input::Rate(rate_of(line)?),
        Kind::BankAccounts => Input::BankAccount(bank_account_of(line)?),
        Kind::Bank => return Err(Failure::usage("bank files are not lines of JSON")),
    })
}

fn lines(
    session: &Session,
    args: &ImportArgs,
    ready: &[Ready<'_>],
    done: &mut Imported,
) -> Result<(), Failure> {
    let bar = session.out.progress("importing", u64::try_from(ready.len()).unwrap_or(0));
    for one in ready {
        let place = json!({"file": one.path.display().to_string(), "line": one.number});
        match once(session, one) {
            Ok(Some(item)) => {
                done.imported += 1;
                done.items.push(merged(place, item));
                abort::here(Point::LineImported);
            }
            Ok(None) => {
                done.already += 1;
                done.items.push(merged(place, json!({"already": true})));
            }
            Err(failure) => refused(args, done, failure.at_line(one.path, one.number))?,
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

fn merged(mut place: Value, item: Value) -> Value {
    if let (Value::Object(all), Value::Object(more)) = (&mut place, item) {
        all.extend(more);
    }
    place
}

/// Notes what was refused, or gives it back where the import ends with it.
fn refused(args: &ImportArgs, done: &mut Imported, failure: Failure) -> Result<(), Failure> {
    if !args.keep_going || !is_refusal(&failure) {
        return Err(failure);
    }
    done.refused += 1;
    done.errors.push(failure.body);
    Ok(())
}

/// Writes a line, unless it is in.
fn once(session: &Session, one: &Ready<'_>) -> Result<Option<Value>, Failure> {
    let marking = app::idempotency::line(&session.app, &session.actor, session.id(), &one.line).or_fail()?;
    match marking {
        Some(app) => write(session, &app, &one.input).map(Some),
        None => Ok(None),
    }
}

/// One line of a file of bodies, unless it is in; `ordinal` tells equal lines apart.
pub fn line_once(session: &Session, kind: Kind, text: &[u8], ordinal: u32) -> Result<Option<Value>, Failure> {
    let input = input(session, kind, text)?;
    let line = Line { what: kind.name(), text, ordinal };
    once(session, &Ready { path: Path::new(kind.name()), number: 0, line, input })
}

fn write(session: &Session, app: &App, input: &Input) -> Result<Value, Failure> {
    let (actor, company) = (&session.actor, session.id());
    Ok(match input {
        Input::Customer(input) => {
            let made = app::customer::create(app, actor, company, input).or_fail()?;
            json!({"id": made.id.to_string(), "code": made.code})
        }
        Input::Invoice(input) => {
            let issued = app::invoice::issue(app, actor, company, input).or_fail()?;
            json!({"id": issued.id.to_string(), "number": issued.number, "gross": issued.gross.amount()})
        }
        Input::Receipt(input) => {
            let made = app::receipt::record(app, actor, company, input).or_fail()?;
            json!({"id": made.id.to_string(), "number": made.number})
        }
        Input::Item(input) => {
            let made = app::item::create(app, actor, company, input).or_fail()?;
            json!({"id": made.id.to_string(), "code": made.code})
        }
        Input::Opening(input) => {
            let made = app::opening::record(app, actor, company, input).or_fail()?;
            json!({"id": made.id.to_string(), "number": made.number})
        }
        Input::Delivery(input) => {
            let made = app::delivery::record(app, actor, company, input).or_fail()?;
            json!({"id": made.id.to_string(), "number": made.number})
        }
        Input::Order(input) => {
            let entered = app::order::enter(app, actor, company, input).or_fail()?;
            let EnteredOrderView { became, id, number, .. } = entered.into();
            json!({"id": id, "number": number, "became": became})
        }
        Input::Rate(input) => {
            app::company::put_rate(app, actor, company, input).or_fail()?;
            json!({})
        }
        Input::BankAccount(input) => {
            let made = app::bank::create_account(app, actor, company, input).or_fail()?;
            json!({"id": made.id.to_string(), "number": made.number})
        }
    })
}

/// One body as the input of its use-case.
pub fn body<B, I>(text: &[u8]) -> Result<I, Failure>
where
    B: DeserializeOwned,
    I: TryFrom<B>,
    I::Error: Into<Problem>,
{
    let body: B = dto::parse(text).or_fail()?;
    I::try_from(body).or_fail()
}

fn invoice_of(session: &Session, line: &[u8]) -> Result<IssueInvoice, Failure> {
    let mut body: InvoiceBody = dto::parse(line).or_fail()?;
    complete(&session.app, &session.actor, session.id(), &mut body).or_fail()?;
    IssueInvoice::try_from(body).or_fail()
}

fn delivery_of(session: &Session, line: &[u8]) -> Result<RecordDelivery, Failure> {
    let mut body: DeliveryBody = dto::parse(line).or_fail()?;
    delivery::complete(&session.app, &session.actor, session.id(), &mut body).or_fail()?;
    RecordDelivery::try_from(body).or_fail()
}

fn order_of(session: &Session, line: &[u8]) -> Result<EnterOrder, Failure> {
    let mut body: OrderBody = dto::parse(line).or_fail()?;
    body.complete(&session.app, &session.actor, session.id()).or_fail()?;
    EnterOrder::try_from(body).or_fail()
}

fn rate_of(line: &[u8]) -> Result<FxRateInput, Failure> {
    let body: FxRateBody = dto::parse(line).or_fail()?;
    Ok(body.into())
}

fn bank_account_of(line: &[u8]) -> Result<CreateBankAccount, Failure> {
    let body: BankAccountBody = dto::parse(line).or_fail()?;
    Ok(body.into())
}

pub fn invoice(session: &Session, line: &[u8]) -> Result<IssuedInvoice, Failure> {
    let input = invoice_of(session, line)?;
    app::invoice::issue(&session.app, &session.actor, session.id(), &input).or_fail()
}

pub fn rate(session: &Session, line: &[u8]) -> Result<Value, Failure> {
    write(session, &session.app, &Input::Rate(rate_of(line)?))
}

pub fn bank_account(session: &Session, line: &[u8]) -> Result<Value, Failure> {
    write(session, &session.app, &Input::BankAccount(bank_account_of(line)?))
}

/// One bank file.
pub fn bank(
    session: &Session,
    file_name: &str,
    format: Option<&str>,
    bytes: &[u8],
) -> Result<ImportedBankFile, Failure> {
    let input = ImportBankFile { file_name, bytes, format };
    app::bank::import(&session.app, &session.actor, session.id(), &input).or_fail()
}

fn files(session: &Session, args: &ImportArgs, done: &mut Imported) -> Result<(), Failure> {
    let bar = session.out.progress("bank files", u64::try_from(args.files.len()).unwrap_or(0));
    for path in &args.files {
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let made = file(path).and_then(|bytes| bank(session, &file_name, args.format.as_deref(), &bytes));
        match made {
            Ok(made) => {
                done.imported += u64::from(!made.already);
                done.already += u64::from(made.already);
                done.items.push(json!({
                    "id": made.id.to_string(), "file": path.display().to_string(), "statements": made.statements,
                    "lines_new": made.lines_new, "lines_known": made.lines_known, "warnings": made.warnings,
                    "already": made.already,
                }));
            }
            Err(mut failure) => {
                failure.body.file = Some(path.display().to_string());
                refused(args, done, failure)?;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_as_an_editor_does_and_blank_ones_skipped() {
        let found: Vec<(u64, &[u8])> = ndjson(b"\xef\xbb\xbf{}\n\n{\"a\":1}\r\n  \n").collect();
        assert_eq!(found, [(1, b"{}".as_slice()), (3, b"{\"a\":1}\r".as_slice())]);
    }
}
