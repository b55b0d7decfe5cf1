//! A record of a sheet as the input of its use-case, through the very bodies that `POST /v1/…` takes; refusals go back to
//! their cells.

use super::import::Who;
use crate::http::json::{self, JsonError};
use crate::http::problem::{Code, Problem};
use crate::http::v1::dto::customer::CustomerBody;
use crate::http::v1::dto::delivery::{self, DeliveryBody};
use crate::http::v1::dto::invoice::InvoiceBody;
use crate::http::v1::dto::item::{ItemBody, complete};
use crate::http::v1::dto::opening::OpeningBody;
use crate::http::v1::dto::order::OrderBody;
use crate::http::v1::dto::receipt::ReceiptBody;
use app::import::{ImportKind, Input};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sheets::record::Plan;
use sheets::{CellError, Noun, Record};

/// The kind of `app` that a noun of `sheets` is; none of what is only compared.
pub const fn kind_of(noun: Noun) -> Option<ImportKind> {
    match noun {
        Noun::Customers => Some(ImportKind::Customers),
        Noun::Items => Some(ImportKind::Items),
        Noun::Invoices => Some(ImportKind::Invoices),
        Noun::Receipts => Some(ImportKind::Receipts),
        Noun::OpeningBalances => Some(ImportKind::OpeningBalances),
        Noun::Deliveries => Some(ImportKind::Deliveries),
        Noun::Orders => Some(ImportKind::Orders),
        Noun::OldBalances => None,
    }
}

/// Whether what is read may become drafts.
pub fn may_be_drafts(noun: Noun) -> bool {
    kind_of(noun).is_some_and(ImportKind::drafts)
}

/// The input that a body is.
pub fn input(who: Who<'_>, noun: Noun, body: &Value) -> Result<Input, Problem> {
    Ok(match noun {
        Noun::Customers => Input::Customer(read::<CustomerBody, _>(body)?),
        Noun::Items => Input::Item(read::<ItemBody, _>(body)?),
        Noun::Invoices => {
            let mut body: InvoiceBody = json::read(body)?;
            complete(who.app, who.actor, who.company, &mut body)?;
            Input::Invoice(Box::new(body.try_into()?))
        }
        Noun::Receipts => Input::Receipt(read::<ReceiptBody, _>(body)?),
        Noun::OpeningBalances => Input::Opening(read::<OpeningBody, _>(body)?),
        Noun::Deliveries => {
            let mut body: DeliveryBody = json::read(body)?;
            delivery::complete(who.app, who.actor, who.company, &mut body)?;
            Input::Delivery(body.try_into()?)
        }
        Noun::Orders => {
            let mut body: OrderBody = json::read(body)?;
            body.complete(who.app, who.actor, who.company)?;
            Input::Order(body.try_into()?)
        }
        Noun::OldBalances => return Err(Problem::new(Code::Internal, "old balances are never entered")),
    })
}

fn read<B, I>(body: &Value) -> Result<I, JsonError>
where
    B: DeserializeOwned,
    I: TryFrom<B, Error = JsonError>,
{
    I::try_from(json::read::<B>(body)?)
}

/// What was refused, at its cells.
pub fn at_cells(record: &Record, plan: &Plan, problem: &Problem) -> Vec<CellError> {
    let named: Vec<(String, String)> = problem
        .errors
        .iter()
        .filter_map(|error| Some((error.pointer.clone()?, error.detail.clone())))
        .collect();
    if named.is_empty() {
        // of the sum of the lines the first price is as good as any
        let price = || first(record, &["/lines/0/unit_price", "/lines/0"]);
        let led = || problem.led_to(&record.body).map(|led| if led == "/lines" { price() } else { led });
        let pointer = told_by_plugin(problem).or_else(led).unwrap_or_else(|| blamed(record, problem));
        return vec![record.place(plan, &pointer, &problem.detail)];
    }
    named
        .into_iter()
        .map(|(pointer, detail)| {
            let there = record.body.pointer(&pointer).is_some();
            let pointer = if there { pointer } else { instead(record, &pointer).unwrap_or(pointer) };
            record.place(plan, &pointer, &detail)
        })
        .collect()
}

/// The member that a tax plugin names: it was asked about one document, whose members have the names of its interface.
fn told_by_plugin(problem: &Problem) -> Option<String> {
    let subject = problem.plugin.as_ref()?.subject.as_deref()?;
    let (_, member) = subject.strip_prefix("/documents/")?.split_once('/')?;
    Some(format!("/{}", member.replace("category_code", "category")))
}

/// The member that a refusal is about which neither names one nor leads to any.
fn blamed(record: &Record, problem: &Problem) -> String {
    let dates =
        ["/effective_date", "/document_date", "/value_date", "/delivered_on", "/deliver_on", "/ordered_on"];
    // an order has two days, and the refusal begins with the one that it is about
    let names = |pointer: &&str| {
        let day = record.body.pointer(pointer).and_then(Value::as_str);
        day.is_some_and(|day| problem.detail.starts_with(day))
    };
    let amounts = ["/amount/amount", "/lines/0/unit_price", "/lines/0"];
    match problem.code {
        Code::PeriodLocked => {
            dates.into_iter().find(names).map_or_else(|| first(record, &dates), str::to_owned)
        }
        Code::ApprovalRequired => first(record, &amounts),
        Code::NotFound if problem.detail.contains("no customer") => first(record, &["/customer", "/parent"]),
        Code::NotFound if problem.detail.contains("document") => first(record, &["/original"]),
        _ => String::new(),
    }
}

/// Another member in place of one that the body leaves out, or that has no column of its own.
fn instead(record: &Record, pointer: &str) -> Option<String> {
    let other: &[&str] = match pointer {
        // no column says on what a credit note is issued
        "/red_confirmation" => &["/original"],
        "/effective_date" => &["/document_date", "/value_date"],
        "/fx" => &["/currency", "/amount/currency"],
        _ => return None,
    };
    Some(first(record, other)).filter(|found| !found.is_empty())
}

fn first(record: &Record, pointers: &[&str]) -> String {
    pointers
        .iter()
        .find(|pointer| record.body.pointer(pointer).is_some())
        .map_or_else(String::new, |p| (*p).to_owned())
}
