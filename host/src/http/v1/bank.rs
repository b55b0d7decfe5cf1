//! Bank accounts, files and lines (银行流水).

use super::dto::BodyError;
use super::dto::bank::{
    BankAccountBody, BankAccountKindName, BankAccountOut, BankFileOut, BankLineOut, BankLineStatusName,
    ImportedView,
};
use super::dto::job::EnqueuedView;
use super::dto::leaf::{CustomerName, Date};
use super::jobs::{PreferHeader, enqueued};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::json::parse;
use crate::http::limits::{BANK_FILE_BYTES_MAX, FILE_NAME_CHARS_MAX};
use crate::http::page::{self, NoFilters, Page, PageQuery};
use crate::http::params::Flag;
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::bank::{self, ImportBankFile};
use app::job::{JobKind, Task};
use domain::actor::{Noun, Verb};
use domain::ids::BankLineId;
use domain::time::BookingDate;
use serde::Deserialize;
use serde_json::{Value, json};
use store::rows::BankLine;
use utoipa::IntoParams;

/// Parameters of `POST /v1/bank-files`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// The file's name, as the bank gave it.
    file_name: String,
    /// Qualifier of the slot: `camt` for `bank:camt`. Without one the slot `bank`.
    format: Option<String>,
}

/// Filters of `GET /v1/bank-files`. A statement that does not say its days may be of any.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FilesQuery {
    /// With a statement of this account of the company: its id.
    account: Option<String>,
    /// With a statement that ends on this day or later.
    from: Option<Date>,
    /// With a statement that begins on this day or earlier.
    to: Option<Date>,
}

impl FilesQuery {
    pub(super) fn wanted(&self) -> Result<bank::WantedFiles, Problem> {
        Ok(bank::WantedFiles {
            account: page::id("account", self.account.as_deref())?,
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
        })
    }
}

/// Filters of `GET /v1/bank-lines`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this status only; default: open, in a file each.
    status: Option<BankLineStatusName>,
    /// Of this account of the company: its id.
    account: Option<String>,
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// Money in, or money out.
    credit: Option<Flag>,
    /// Booked on this day or later.
    from: Option<Date>,
    /// Booked on this day or earlier.
    to: Option<Date>,
}

impl ListQuery {
    pub(super) const fn of_each_status(&self) -> bool {
        self.status.is_none()
    }
    pub(super) fn wanted(&self) -> Result<bank::WantedLines<'_>, Problem> {
        Ok(bank::WantedLines {
            status: self.status.unwrap_or_default().into(),
            account: page::id("account", self.account.as_deref())?,
            customer: self.customer.as_ref().map(|c| &c.0),
            credit: self.credit.as_ref().map(|flag| flag.0),
            from: self.from.as_ref().map(|d| BookingDate::new(d.0)),
            to: self.to.as_ref().map(|d| BookingDate::new(d.0)),
        })
    }
}

/// Adds an account of the company's own
///
/// The first account at a bank is in force at once (`confirmed`), any other when another person has approved it: until then no statement
/// tells customers to pay to it, and no file of it is read.
#[utoipa::path(post, path = "/v1/bank-accounts", tag = "bank", request_body = BankAccountBody,
    responses((status = 201, description = "Added", body = BankAccountOut)))]
pub async fn create_bank_account(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: BankAccountBody| {
        let (kind, ledger) = (body.kind, body.ledger_account.clone());
        let input = body.into();
        let row = match (kind, ledger.as_deref()) {
            (BankAccountKindName::Clearing, ledger) => {
                bank::create_clearing_account(cx.app, cx.actor, cx.company, &input, ledger)?
            }
            (BankAccountKindName::Bank, None) => bank::create_account(cx.app, cx.actor, cx.company, &input)?,
            (BankAccountKindName::Bank, Some(_)) => {
                let refused = "is of a clearing account alone: banks stand on 1002";
                return Err(BodyError::at("/ledger_account", refused).into());
            }
        };
        Ok(BankAccountOut::from(row))
    })
    .await
}

/// Lists the company's accounts
///
/// By number.
#[utoipa::path(get, path = "/v1/bank-accounts", tag = "bank", params(PageQuery),
    responses((status = 200, description = "A page", body = Page<BankAccountOut>)))]
pub async fn list_bank_accounts(call: Call) -> Answer {
    call.read(|cx| {
        let (NoFilters {}, paging) = cx.page()?;
        let rows = bank::list_accounts(cx.app, cx.actor, cx.company)?;
        paging.page_of_all(rows, |_| true, |row| row.id.to_string(), BankAccountOut::from)
    })
    .await
}

/// Imports a bank file
///
/// The bound bank plugin reads it; lines that another file brought are not taken twice.
#[utoipa::path(post, path = "/v1/bank-files", tag = "bank", params(FileQuery, PreferHeader),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file; at most 64 MiB"),
    responses((status = 201, description = "Imported", body = ImportedView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn import_bank_file(call: Call, payload: Payload) -> Answer {
    let (needs, bytes_max) = ((Some(Noun::Money), Verb::Enter), BANK_FILE_BYTES_MAX);
    if call.respond_async() {
        return call
            .upload(StatusCode::ACCEPTED, needs, payload, bytes_max, |cx, query: FileQuery, bytes| {
                let (file_name, format) = named(query)?;
                let (kind, file) = (JobKind::BankFile, Some(packed(&file_name, bytes)));
                enqueued(cx, Task { kind, body: json!({"format": format}), file, whole: true, again: None })
            })
            .await;
    }
    call.upload(StatusCode::CREATED, needs, payload, bytes_max, |cx, query: FileQuery, bytes| {
        let (file_name, format) = named(query)?;
        let input = ImportBankFile { file_name: &file_name, bytes, format: format.as_deref() };
        Ok(ImportedView::from(bank::import(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

fn named(FileQuery { file_name, format }: FileQuery) -> Result<(String, Option<String>), Problem> {
    if file_name.chars().count() > FILE_NAME_CHARS_MAX {
        let why = format!("is longer than {FILE_NAME_CHARS_MAX} characters");
        return Err(Problem::parameter("file_name", why));
    }
    Ok((file_name, format))
}

/// The file of a job after its name, which may be somebody's: a line of JSON.
fn packed(file_name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut packed = Value::from(file_name).to_string().into_bytes();
    packed.push(b'\n');
    packed.extend_from_slice(bytes);
    packed
}

/// What [`packed`] made.
pub(super) fn unpacked(packed: &[u8]) -> Result<(String, &[u8]), Problem> {
    let at = packed.iter().position(|byte| *byte == b'\n').unwrap_or(packed.len());
    let (name, bytes) = packed.split_at(at);
    Ok((parse(name)?, bytes.get(1..).unwrap_or_default()))
}

/// Lists the imported files, the oldest first
#[utoipa::path(get, path = "/v1/bank-files", tag = "bank", params(PageQuery, FilesQuery),
    responses((status = 200, description = "A page", body = Page<BankFileOut>)))]
pub async fn list_bank_files(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<FilesQuery>()?;
        let wanted = filters.wanted()?;
        let rows = bank::files(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.id.to_string(), BankFileOut::from))
    })
    .await
}

/// Lists the bank lines of a status by booking date
#[utoipa::path(get, path = "/v1/bank-lines", tag = "bank", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<BankLineOut>)))]
pub async fn list_bank_lines(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted()?;
        let rows = bank::search_lines(cx.app, cx.actor, cx.company, &wanted, paging.pair()?, paging.rows())?;
        let ids: Vec<BankLineId> = rows.iter().map(|row| row.id).collect();
        let unmatched = app::reconciliation::unmatched(cx.app, cx.actor, cx.company, &ids)?;
        let view = |row: BankLine| BankLineOut::of(unmatched.get(&row.id).cloned(), row);
        Ok(paging.page(rows, |row| page::pair_key(row.booking_date, row.id), view))
    })
    .await
}
