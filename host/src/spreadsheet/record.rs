//! A record of a sheet as the input of its use-case, through the very bodies that `POST /v1/…` takes; refusals go back to
//! their cells.

use crate::http::json::{self, JsonError};
use crate::http::problem::{Code, Problem};
use crate::http::v1::dto::customer::CustomerBody;
use crate::http::v1::dto::invoice::InvoiceBody;
use crate::http::v1::dto::item::ItemBody;
use crate::http::v1::dto::opening::OpeningBody;
use crate::http::v1::dto::receipt::ReceiptBody;
use app::import::{ImportKind, Input, RecordError};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sheets::record::Plan;
use sheets::{CellError, Noun, Record};

/// The kind of `app` that a noun of `sheets` is.
pub const fn kind_of(noun: Noun) -> ImportKind {
    match noun {
        Noun::Customers => ImportKind::Customers,
        Noun::Items => ImportKind::Items,
        Noun::Invoices => ImportKind::Invoices,
        Noun::Receipts => ImportKind::Receipts,
        Noun::OpeningBalances => ImportKind::OpeningBalances,
    }
}

/// The input that a body is.
pub fn input(noun: Noun, body: &Value) -> Result<Input, JsonError> {
    Ok(match noun {
        Noun::Customers => Input::Customer(read::<CustomerBody, _>(body)?),
        Noun::Items => Input::Item(read::<ItemBody, _>(body)?),
        Noun::Invoices => Input::Invoice(Box::new(read::<InvoiceBody, _>(body)?)),
        Noun::Receipts => Input::Receipt(read::<ReceiptBody, _>(body)?),
        Noun::OpeningBalances => Input::Opening(read::<OpeningBody, _>(body)?),
    })
}

fn read<B, I>(body: &Value) -> Result<I, JsonError>
where
    B: DeserializeOwned,
    I: TryFrom<B, Error = JsonError>,
{
    I::try_from(json::read::<B>(body)?)
}

/// A refusal of the body's form, at its cell.
pub fn of_form(record: &Record, plan: &Plan, refused: &JsonError) -> CellError {
    record.place(plan, &refused.pointer, &refused.detail)
}

/// What a use-case refused, at its cells.
pub fn of_use_case(record: &Record, plan: &Plan, error: RecordError) -> Vec<CellError> {
    let problem = Problem::from(error);
    let named: Vec<(String, String)> = problem
        .errors
        .iter()
        .filter_map(|error| Some((error.pointer.clone()?, error.detail.clone())))
        .collect();
    if named.is_empty() {
        let pointer = blamed(record, &problem);
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

/// The member that a refusal without a pointer is about.
fn blamed(record: &Record, problem: &Problem) -> String {
    let dates = ["/effective_date", "/document_date", "/value_date"];
    match problem.code {
        Code::PeriodLocked => first(record, &dates),
        Code::NotFound if problem.detail.contains("no customer") => first(record, &["/customer", "/parent"]),
        Code::NotFound if problem.detail.contains("document") => first(record, &["/original"]),
        _ => String::new(),
    }
}

/// Where a member that the body leaves out comes from another one.
fn instead(record: &Record, pointer: &str) -> Option<String> {
    let other: &[&str] = match pointer {
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
