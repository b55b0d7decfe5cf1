//! Imports a bank file: authorise → load → read (guest) → check → compute → write.
//!
//! The same bytes again change nothing; files that overlap bring their new lines only (`domain::bank::dedupe_keys`).
//! The file is kept, encrypted under a key whose index names the customers in it. File and lines are found again by digests
//! that only the company's key can make (`vault::Secret::look_up`).

use super::bound::bind;
use super::order::in_file_order;
use crate::common::{Common, Context, authorise, check_name};
use crate::company::company_row;
use crate::customer::normal_account;
use crate::job::Progress;
use crate::plugin::{self, BoundPlugin, PreparedInvocation};
use crate::vault::{self, NewKey, PreparedBlob, Secret};
use crate::{App, company, event};
use domain::actor::{Actor, Noun, Verb};
use domain::bank::{
    BankError, BankFile, BankFileEntry, BankFileLine, BankFileStatement, Remittance, accept, dedupe_keys,
};
use domain::canonical::Digest;
use domain::ids::{BankAccountId, BankFileId, BankLineId, BankStatementId, CompanyId, CustomerId};
use domain::plugin::{CallContext, Purpose};
use domain::time::{BookingDate, ValueDate};
use money::{Currency, Minor};
use runtime::Recording;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::abort::{self, Point};
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
    #[error("the file cannot be imported: {source}; correct the file or ask the bank for another")]
    File { source: BankError },
    #[error(
        "the file has a statement of account {account}, which is none of the company's: add it with POST /v1/bank-accounts"
    )]
    UnknownAccount { account: String },
    #[error(
        "the file has a statement of account {account}, which waits for another person's approval: have it approved first"
    )]
    Unconfirmed { account: String },
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
    import_watched(app, actor, company, input, &|_, _| Ok(()))
}

/// As [`import`]; `progress` is told, once the guest has read the file, how many of its lines are written, of how many, and may end
/// it: nothing is written then.
pub fn import_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ImportBankFile<'_>,
    progress: &Progress<'_>,
) -> Result<ImportedBankFile, ImportBankFileError> {
    authorise(actor, Noun::Money, Verb::Enter, company)?;
    check_name("/file_name", input.file_name)?;
    if input.bytes.is_empty() {
        return Err(ImportBankFileError::Empty);
    }
    if input.bytes.len() > FILE_BYTES_MAX {
        let size = input.bytes.len();
        return Err(ImportBankFileError::TooLarge { size, file_bytes_max: FILE_BYTES_MAX });
    }
    let ctx = Context::new(app);
    let company_key = app.db.read(|conn| vault::company_key(&ctx, conn, company))?;
    let digest = company_key.look_up("bank-file.v1", input.bytes);
    if let Some(known) = app.db.read(|conn| query::bank_files::by_digest(conn, company, digest))? {
        return known_file(app, company, known.id);
    }
    let loaded = load(&ctx, company, company_key, input)?;
    progress(0, 0)?;
    let read = read(&ctx, &loaded, input)?;
    let lines = count(read.file.statements.iter().flat_map(BankFileStatement::lines).count());
    progress(0, lines)?;
    abort::here(Point::BankFileRead);
    let mut tries = 1;
    loop {
        // whose accounts the file names is asked each time: one of them may have been erased meanwhile
        let prepared = compute(&ctx, actor, &loaded, &read, input, digest)?;
        match write(&ctx, actor, &loaded, prepared, &|written| progress(count(written), lines)) {
            // the same bytes were written since they were looked for: whoever was first has imported them
            Err(ImportBankFileError::Common(Common::Store(error)))
                if error.is_unique("bank_files(company, digest)") =>
            {
                let known = app.db.read(|conn| query::bank_files::by_digest(conn, company, digest))?;
                return match known {
                    Some(known) => known_file(app, company, known.id),
                    None => Err(Common::Store(error).into()),
                };
            }
            Err(ImportBankFileError::Common(refused)) if refused.is_conflict() && tries < TRIES_MAX => {
                // called off: nothing is tried again
                progress(0, lines)?;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Times the write is tried before somebody else's changes are reported.
const TRIES_MAX: u32 = 3;
/// Lines that are written at a time.
const LINES_AT_ONCE: usize = 500;

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// These very bytes were imported before: nothing changes.
fn known_file(
    app: &App,
    company: CompanyId,
    id: BankFileId,
) -> Result<ImportedBankFile, ImportBankFileError> {
    let statements = app.db.read(|conn| query::bank_files::statements_of(conn, company, id))?;
    Ok(ImportedBankFile {
        id,
        statements: count(statements.len()),
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
    let (found, company, accounts, known_at) = ctx.app.db.read(|conn| {
        let row = company_row(conn, company)?;
        let today = company::today(ctx, &row)?;
        let found = plugin::find_bound(conn, company, &slot, today)?;
        let accounts = query::bank_accounts::list(conn, company)?;
        let known_at = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        Ok::<_, Common>((found, row, accounts, known_at))
    })?;
    let plugin = plugin::load(ctx, &found)?;
    Ok(Loaded { company, company_key, plugin, accounts, known_at })
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
    let size = count(input.bytes.len());
    let file = accept(&called.output.items, size).map_err(|source| match source.is_of_file() {
        true => ImportBankFileError::File { source },
        false => ImportBankFileError::NotAccepted { plugin: loaded.plugin.label.clone(), source },
    })?;
    Ok(Read { file, called })
}

struct Prepared {
    file: rows::BankFile,
    key: NewKey,
    blob: PreparedBlob,
    invocation: PreparedInvocation,
    /// With their lines.
    statements: Vec<(rows::BankStatement, Vec<BankLine>)>,
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
    for (statement, dedupe) in read.file.statements.iter().zip(dedupe_keys(&read.file)) {
        let account = account_of(loaded, statement)?;
        let row = statement_row(ctx, company, id, account.id, statement);
        let lines = line_rows(ctx, loaded, &row, statement, dedupe);
        statements.push((row, lines));
    }
    in_file_order(&mut statements);
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
    Ok(Prepared { file, key, blob, invocation, statements, warnings })
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
    if !account.confirmed {
        return Err(ImportBankFileError::Unconfirmed { account: account.number.clone() });
    }
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
        legal_sequence: statement.legal_sequence.clone(),
        page: statement.page,
        last_page: statement.last_page,
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
    read: &BankFileStatement,
    dedupe: Vec<String>,
) -> Vec<BankLine> {
    let row = |((entry, line), dedupe): ((&BankFileEntry, &BankFileLine), String)| BankLine {
        company: statement.company,
        id: BankLineId::new(ctx.uuid()),
        statement: statement.id,
        account: statement.account,
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
        payer_id: line.payer_id.clone(),
        ultimate_debtor: line.ultimate_debtor.clone(),
        end_to_end: line.end_to_end.clone(),
        servicer_reference: line.servicer_reference.clone(),
        mandate: line.mandate.clone(),
        structured: line.structured.as_ref().map(|s| s.1.clone()),
        structured_scheme: line.structured.as_ref().map(|s| s.0.clone()),
        free_text: Some(line.free_text.clone()),
        return_reason: line.return_reason.clone(),
        original_end_to_end: line.original_end_to_end.clone(),
        payment: Json(payment(line)),
        remittances: Json(remittances(line)),
        customer: None,
        remaining: line.amount.minor(),
        status: BankLineStatus::Open,
        version: 1,
    };
    read.lines().zip(dedupe).map(row).collect()
}

/// What has no column of its own; see [`BankLine`].
fn payment(line: &BankFileLine) -> Value {
    let mut found = serde_json::Map::new();
    if let Some(money) = line.instructed {
        let instructed = json!([money.minor().get().to_string(), money.currency().code()]);
        found.insert("instructed".to_owned(), instructed);
    }
    let texts = [
        ("fx_rate", &line.fx_rate),
        ("charge_bearer", &line.charge_bearer),
        ("transaction", &line.transaction),
    ];
    for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?))) {
        found.insert(name.to_owned(), text.into());
    }
    Value::Object(found)
}

/// [[reference, amount, discount, scheme, kind], …] with amounts in minor units as text.
fn remittances(line: &BankFileLine) -> Value {
    let minor = |amount: Minor| amount.get().to_string();
    let one = |r: &Remittance| json!([r.reference, minor(r.amount), minor(r.discount), r.scheme, r.kind]);
    Value::Array(line.remittances.iter().map(one).collect())
}

fn write(
    ctx: &Context<'_>,
    actor: &Actor,
    loaded: &Loaded,
    prepared: Prepared,
    tell: &dyn Fn(usize) -> Result<(), Common>,
) -> Result<ImportedBankFile, ImportBankFileError> {
    let company = loaded.company.id;
    let Prepared { file, key, blob, invocation, statements, warnings } = prepared;
    ctx.app.db.write(|tx| {
        let mut told = warnings.clone();
        for (statement, lines) in &statements {
            told.extend(lost(tx, statement, lines)?);
        }
        let file = rows::BankFile { warnings: Json(json!(told)), ..file.clone() };
        key.write(tx)?;
        query::blobs::insert(tx, &[blob.row()])?;
        invocation.write(tx)?;
        let rows: Vec<rows::BankStatement> = statements.iter().map(|(row, _)| row.clone()).collect();
        query::bank_files::insert(tx, &file, &rows)?;
        let (mut total, mut lines_new) = (0usize, 0usize);
        for chunk in statements.iter().flat_map(|(_, lines)| lines.chunks(LINES_AT_ONCE)) {
            tell(total)?;
            total = total.saturating_add(chunk.len());
            lines_new = lines_new.saturating_add(query::bank_lines::insert(tx, chunk)?);
        }
        tell(total)?;
        let inserted = inserted(tx, statements.iter().flat_map(|(_, lines)| lines), lines_new == total)?;
        let (bound, texts) = bind(&rows, inserted, &blob.plain_salt)?;
        // the file by its salted commitment: its plain digest would confirm whoever guesses what is in it
        let data = json!({
            "digest": blob.commitment.to_string(), "lines_new": count(lines_new).to_string(),
            "rows": bound.to_string(), "texts": texts.map(|digest| digest.to_string()),
            "computed": invocation.computed().content(),
        });
        event::write(ctx, tx, actor, company, ("bank-file.imported", file.id), data)?;
        Ok(ImportedBankFile {
            id: file.id,
            statements: count(rows.len()),
            lines_new: count(lines_new),
            lines_known: count(total.saturating_sub(lines_new)),
            warnings: told,
            already: false,
        })
    })
}

/// The lines that the file brought, without those that were known.
fn inserted<'a>(
    conn: &mut Conn,
    lines: impl Iterator<Item = &'a BankLine>,
    all: bool,
) -> Result<Vec<BankLine>, Common> {
    let lines: Vec<BankLine> = lines.cloned().collect();
    match lines.first() {
        Some(first) if !all => {
            let ids: Vec<BankLineId> = lines.iter().map(|line| line.id).collect();
            Ok(query::bank_lines::by_ids(conn, first.company, &ids)?)
        }
        _ => Ok(lines),
    }
}

/// Lines that are left out as known, though the statement that brought them closes with the balance this one opens with: the
/// two do not overlap, so that the bank may well have booked twice what looks the same (the second page of a statement
/// in a file of its own). A person must look: an overlap has the same signs when balances happen to be equal.
fn lost(conn: &mut Conn, statement: &rows::BankStatement, lines: &[BankLine]) -> Result<Vec<String>, Common> {
    let Some(opening) = statement.opening else { return Ok(Vec::new()) };
    let dedupe: Vec<&str> = lines.iter().map(|line| line.dedupe.as_str()).collect();
    let known = query::bank_lines::holders(conn, statement.company, statement.account, &dedupe)?;
    let mut held: BTreeMap<BankStatementId, usize> = BTreeMap::new();
    for holder in known {
        *held.entry(holder).or_default() += 1;
    }
    let ids: Vec<BankStatementId> = held.keys().copied().collect();
    let before = query::bank_files::statements_by_ids(conn, statement.company, &ids)?;
    let follows = before.iter().filter(|other| {
        other.closing == Some(opening) && other.opening.is_some_and(|of_other| of_other != opening)
    });
    Ok(follows
        .map(|other| {
            let count = held.get(&other.id).copied().unwrap_or_default();
            format!(
                "statement {}: lines equal to ones of statement {} are left out as known ({count}), though this one opens \
                 with the balance that one closes with; if the bank booked them twice, record them by hand",
                statement.bank_id, other.bank_id
            )
        })
        .collect())
}
