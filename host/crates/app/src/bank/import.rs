//! Imports a bank file: authorise → load → read (guest) → check → compute → write.
//!
//! The same bytes again change nothing; files that overlap bring their new lines only (`domain::bank::dedupe_keys`).
//! The file is kept, encrypted under a key whose index names the customers in it. File and lines are found again by digests
//! that only the company's key can make (`vault::Secret::look_up`).

use crate::common::{Common, Context, authorise, check_name};
use crate::company::company_row;
use crate::customer::normal_account;
use crate::plugin::{self, BoundPlugin, PreparedInvocation};
use crate::vault::{self, NewKey, PreparedBlob, Secret};
use crate::{App, company, event};
use domain::actor::{Actor, Permission};
use domain::bank::{
    BankError, BankFile, BankFileEntry, BankFileLine, BankFileStatement, accept, dedupe_keys,
};
use domain::canonical::Digest;
use domain::ids::{BankAccountId, BankFileId, BankLineId, BankStatementId, CompanyId, CustomerId};
use domain::plugin::{CallContext, Purpose};
use domain::time::{BookingDate, ValueDate};
use money::Currency;
use runtime::Recording;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::rows::{self, BankAccount, BankLine, Company};
use store::types::{BankLineStatus, Json, KeyKind};
use store::{Conn, query};
use thiserror::Error;

#[derive(Debug, Clone, Copy)]
pub struct ImportBankFile<'a> {
    pub file_name: &'a str,
    pub bytes: &'a [u8],
    /// Qualifier of the slot (`camt` for `bank:camt`); without one the slot `bank`.
    pub format: Option<&'a str>,
}

/// What a file brought. `already`: these very bytes were imported before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedBankFile {
    pub id: BankFileId,
    pub statements: u64,
    pub lines_new: u64,
    pub lines_known: u64,
    pub warnings: Vec<String>,
    pub already: bool,
}

#[derive(Debug, Error)]
pub enum ImportBankFileError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("what the bank plugin {plugin} read does not hold: {source}")]
    NotAccepted { plugin: String, source: BankError },
    #[error(
        "the file has a statement of account {account}, which is none of the company's: add it with POST /v1/bank-accounts"
    )]
    UnknownAccount { account: String },
    #[error("statement {statement} is in {found}, account {account} in {expected}")]
    Currency { statement: String, account: String, expected: Currency, found: Currency },
    #[error("the file is empty")]
    Empty,
    #[error("the file has {size} bytes; at most {file_bytes_max} are read")]
    TooLarge { size: usize, file_bytes_max: usize },
}

crate::common::through_common!(ImportBankFileError);

/// Largest bank file.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

pub fn import(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ImportBankFile<'_>,
) -> Result<ImportedBankFile, ImportBankFileError> {
    authorise(actor, Permission::Enter, company)?;
    check_name("/file_name", input.file_name)?;
    if input.bytes.is_empty() {
        return Err(ImportBankFileError::Empty);
    }
    if input.bytes.len() > FILE_BYTES_MAX {
        return Err(ImportBankFileError::TooLarge {
            size: input.bytes.len(),
            file_bytes_max: FILE_BYTES_MAX,
        });
    }
    let ctx = Context::new(app);
    let company_key = app.db.read(|conn| vault::company_key(&ctx, conn, company))?;
    let digest = company_key.look_up("bank-file.v1", input.bytes);
    if let Some(known) = app.db.read(|conn| query::bank_files::by_digest(conn, company, digest))? {
        return known_file(app, company, known.id);
    }
    let loaded = load(&ctx, company, company_key, input)?;
    let read = read(&ctx, &loaded, input)?;
    let mut tries = 1;
    loop {
        // whose accounts the file names is asked each time: one of them may have been erased meanwhile
        let prepared = compute(&ctx, actor, &loaded, &read, input, digest)?;
        match write(&ctx, actor, &loaded, prepared) {
            Err(ImportBankFileError::Common(refused)) if refused.is_conflict() && tries < TRIES_MAX => {
                tries += 1
            }
            outcome => return outcome,
        }
    }
}

/// Times the write is tried before somebody else's changes are reported.
const TRIES_MAX: u32 = 3;

/// These very bytes were imported before: nothing changes.
fn known_file(
    app: &App,
    company: CompanyId,
    id: BankFileId,
) -> Result<ImportedBankFile, ImportBankFileError> {
    let statements = app.db.read(|conn| query::bank_files::statements_of(conn, company, id))?;
    Ok(ImportedBankFile {
        id,
        statements: u64::try_from(statements.len()).unwrap_or(u64::MAX),
        lines_new: 0,
        lines_known: 0,
        warnings: Vec::new(),
        already: true,
    })
}

struct Loaded {
    company: Company,
    company_key: Secret,
    plugin: BoundPlugin,
    accounts: Vec<BankAccount>,
    known_at: u64,
}

fn load(
    ctx: &Context<'_>,
    company: CompanyId,
    company_key: Secret,
    input: &ImportBankFile<'_>,
) -> Result<Loaded, Common> {
    let slot = input.format.map_or_else(|| "bank".to_owned(), |format| format!("bank:{format}"));
    ctx.app.db.read(|conn| {
        let row = company_row(conn, company)?;
        let today = company::today(ctx, &row)?;
        Ok(Loaded {
            company_key: company_key.clone(),
            plugin: plugin::bound(ctx, conn, company, &slot, today)?,
            accounts: query::bank_accounts::list(conn, company)?,
            known_at: query::seals::head(conn, company)?.map_or(0, |seal| seal.position),
            company: row,
        })
    })
}

/// What the guest read and the host accepted, with the call.
struct Read {
    file: BankFile,
    called: runtime::Called<runtime::FileRead>,
}

fn read(ctx: &Context<'_>, loaded: &Loaded, input: &ImportBankFile<'_>) -> Result<Read, ImportBankFileError> {
    let call = CallContext {
        company: loaded.company.code.clone(),
        jurisdiction: loaded.company.jurisdiction.clone(),
        purpose: Purpose::Live,
        effective_date: company::today(ctx, &loaded.company)?,
        known_at: loaded.known_at,
        locale: loaded.company.locale.clone(),
        base_currency: loaded.company.base_currency,
    };
    let called = loaded
        .plugin
        .configured
        .read_file(&call, input.file_name, input.bytes, Recording::Keep)
        .map_err(|error| plugin::refuse(&loaded.plugin, error))?;
    let size = u64::try_from(input.bytes.len()).unwrap_or(u64::MAX);
    let not_accepted =
        |source| ImportBankFileError::NotAccepted { plugin: loaded.plugin.label.clone(), source };
    let file = accept(&called.output.items, size).map_err(not_accepted)?;
    Ok(Read { file, called })
}

struct Prepared {
    file: rows::BankFile,
    key: NewKey,
    blob: PreparedBlob,
    invocation: PreparedInvocation,
    statements: Vec<rows::BankStatement>,
    lines: Vec<BankLine>,
    warnings: Vec<String>,
}

fn compute(
    ctx: &Context<'_>,
    actor: &Actor,
    loaded: &Loaded,
    read: &Read,
    input: &ImportBankFile<'_>,
    digest: Digest,
) -> Result<Prepared, ImportBankFileError> {
    let company = loaded.company.id;
    let parties = ctx.app.db.read(|conn| parties(conn, company, &read.file))?;
    let key = vault::fresh_key(ctx, company, &loaded.company_key, KeyKind::Content, parties.clone())?;
    let blob = key.blob(ctx, "application/octet-stream", input.bytes)?;
    let invocation =
        plugin::prepare(ctx, company, &loaded.company_key, &loaded.plugin, &read.called, parties)?;
    let id = BankFileId::new(ctx.uuid());
    let mut warnings = read.file.warnings.clone();
    warnings.extend(read.called.output.warnings.iter().map(ToString::to_string));
    let mut statements = Vec::new();
    let mut lines = Vec::new();
    for statement in &read.file.statements {
        let account = account_of(loaded, statement)?;
        let row = statement_row(ctx, company, id, account.id, statement);
        lines.extend(line_rows(ctx, loaded, &row, account.id, statement)?);
        statements.push(row);
    }
    let file = rows::BankFile {
        company,
        id,
        file_name: input.file_name.to_owned(),
        digest,
        size: blob.size,
        blob: blob.id,
        invocation: invocation.id(),
        warnings: Json(json!(warnings)),
        imported_by: actor.to_string(),
        imported_at: ctx.now,
    };
    Ok(Prepared { file, key, blob, invocation, statements, lines, warnings })
}

/// Customers whose accounts the file names: they stand in the index of its key.
fn parties(conn: &mut Conn, company: CompanyId, file: &BankFile) -> Result<Vec<CustomerId>, Common> {
    let accounts: BTreeSet<String> = file
        .statements
        .iter()
        .flat_map(BankFileStatement::lines)
        .filter_map(|(_, line)| line.payer_account.as_deref().map(normal_account))
        .collect();
    let mut found = BTreeSet::new();
    for account in &accounts {
        found.extend(query::customers::by_account(conn, company, account)?);
    }
    Ok(found.into_iter().collect())
}

fn account_of<'a>(
    loaded: &'a Loaded,
    statement: &BankFileStatement,
) -> Result<&'a BankAccount, ImportBankFileError> {
    let number = normal_account(&statement.account_id);
    let account = loaded
        .accounts
        .iter()
        .find(|account| account.number == number)
        .ok_or_else(|| ImportBankFileError::UnknownAccount { account: statement.account_id.clone() })?;
    if account.currency != statement.currency {
        return Err(ImportBankFileError::Currency {
            statement: statement.id.clone(),
            account: account.number.clone(),
            expected: account.currency,
            found: statement.currency,
        });
    }
    Ok(account)
}

fn statement_row(
    ctx: &Context<'_>,
    company: CompanyId,
    file: BankFileId,
    account: BankAccountId,
    statement: &BankFileStatement,
) -> rows::BankStatement {
    rows::BankStatement {
        company,
        id: BankStatementId::new(ctx.uuid()),
        file,
        account,
        bank_id: statement.id.clone(),
        sequence: statement.sequence.clone(),
        start_date: statement.start,
        end_date: statement.end,
        currency: statement.currency,
        opening: statement.opening.map(|money| money.minor()),
        closing: statement.closing.map(|money| money.minor()),
    }
}

fn line_rows(
    ctx: &Context<'_>,
    loaded: &Loaded,
    statement: &rows::BankStatement,
    account: BankAccountId,
    read: &BankFileStatement,
) -> Result<Vec<BankLine>, Common> {
    let company = loaded.company.id;
    let row = |((entry, line), dedupe): ((&BankFileEntry, &BankFileLine), String)| BankLine {
        company,
        id: BankLineId::new(ctx.uuid()),
        statement: statement.id,
        account,
        dedupe: loaded.company_key.look_up("bank-line.v1", dedupe.as_bytes()).to_string(),
        entry_ordinal: entry.ordinal,
        detail_ordinal: line.detail,
        kind: line.kind.name().to_owned(),
        booking_date: BookingDate::new(entry.booking),
        value_date: entry.value.map(ValueDate::new),
        amount: line.amount.minor(),
        credit: line.credit,
        currency: line.amount.currency(),
        charges: line.charges,
        payer_name: line.payer_name.clone(),
        payer_account: line.payer_account.as_deref().map(normal_account),
        end_to_end: line.end_to_end.clone(),
        structured: line.structured.as_ref().map(|s| s.1.clone()),
        structured_scheme: line.structured.as_ref().map(|s| s.0.clone()),
        free_text: Some(line.free_text.clone()),
        return_reason: line.return_reason.clone(),
        original_end_to_end: line.original_end_to_end.clone(),
        remittances: Json(remittances(line)),
        customer: None,
        remaining: line.amount.minor(),
        status: BankLineStatus::Open,
        version: 1,
    };
    Ok(read.lines().zip(dedupe_keys(read)).map(row).collect())
}

/// [[reference, amount, discount], …] with amounts in minor units as text.
fn remittances(line: &BankFileLine) -> Value {
    let one = |(reference, amount, discount): &(String, money::Minor, money::Minor)| {
        json!([reference, amount.get().to_string(), discount.get().to_string()])
    };
    Value::Array(line.remittances.iter().map(one).collect())
}

fn write(
    ctx: &Context<'_>,
    actor: &Actor,
    loaded: &Loaded,
    prepared: Prepared,
) -> Result<ImportedBankFile, ImportBankFileError> {
    let company = loaded.company.id;
    let Prepared { file, key, blob, invocation, statements, lines, warnings } = prepared;
    let total = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    ctx.app.db.write(|tx| {
        key.write(tx)?;
        query::blobs::insert(tx, &[blob.row()])?;
        invocation.write(tx)?;
        query::bank_files::insert(tx, &file, &statements)?;
        let lines_new = query::bank_lines::insert(tx, &lines)?;
        let lines_new = u64::try_from(lines_new).unwrap_or(u64::MAX);
        // the file by its salted commitment: its plain digest would confirm whoever guesses what is in it
        let data = json!({
            "digest": blob.commitment.to_string(), "lines_new": lines_new.to_string(),
            "computed": invocation.computed().content(),
        });
        event::write(ctx, tx, actor, company, ("bank-file.imported", file.id), data)?;
        Ok(ImportedBankFile {
            id: file.id,
            statements: u64::try_from(statements.len()).unwrap_or(u64::MAX),
            lines_new,
            lines_known: total.saturating_sub(lines_new),
            warnings: warnings.clone(),
            already: false,
        })
    })
}
