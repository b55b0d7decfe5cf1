use crate::common::{Common, Context, authorise, check_code, check_line};
use crate::customer::normal_account;
use crate::{App, bank_detail, books, event, vault};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankAccountId, CompanyId};
use domain::ledger::account;
use money::Currency;
use serde_json::json;
use std::collections::BTreeSet;
use store::rows::BankAccount;
use store::{Tx, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateBankAccount {
    pub number: String,
    /// `IBAN`, `CN` …
    pub scheme: String,
    pub bank: String,
    pub bic: Option<String>,
    pub holder: String,
    pub currency: Currency,
}

#[derive(Debug, Error)]
pub enum BankAccountError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("bank account {0:?} exists already")]
    NumberTaken(String),
    #[error("account {ledger} is the clearing account of {holder} already")]
    LedgerTaken { ledger: String, holder: String },
}

/// An account at a bank.
pub(super) const BANK: &str = "bank";
/// What a payment provider holds for the company (支付平台清算户): its payout file is read like a bank's.
pub(super) const CLEARING: &str = "clearing";
/// Clearing accounts of one company, 01 to 99 below 1012.
const CLEARING_ACCOUNTS_MAX: u32 = 99;

crate::common::through_common!(BankAccountError);

/// Adds an account of the company's own: only files of known accounts are imported. The first one is in force at once, as is what the operator
/// at the machine adds; any other when a second person has approved it: until then no statement tells customers to pay to it, and no file of
/// it is read.
pub fn create_account(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &CreateBankAccount,
) -> Result<BankAccount, BankAccountError> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    let ctx = Context::new(app);
    let prepared = prepare_account(&ctx, company, input)?;
    app.db.write(|tx| {
        // of two at once the second sees that it is not the first
        query::companies::lock(tx, company)?;
        let first = query::bank_accounts::list(tx, company)?.iter().all(|other| other.kind != BANK);
        let row = BankAccount { confirmed: first || *actor == Actor::System, ..prepared.clone() };
        insert_account(&ctx, tx, actor, &row)?;
        if !row.confirmed {
            bank_detail::of_new_account(&ctx, tx, actor, &row)?;
        }
        Ok(row)
    })
}

/// Adds the clearing account of a payment provider, of one currency. `ledger`: its account in the chart, below 1012; absent: the
/// next that is free. Only receipts and payouts of this provider and currency stand on it.
pub fn create_clearing_account(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &CreateBankAccount,
    ledger: Option<&str>,
) -> Result<BankAccount, BankAccountError> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    let ctx = Context::new(app);
    let prepared = prepare_account(&ctx, company, input)?;
    app.db.write(|tx| {
        // of two at once the second sees which account the first took
        query::companies::lock(tx, company)?;
        let others = query::bank_accounts::list(tx, company)?;
        let chart = books::chart_of(tx, company)?;
        let below = chart.codes(account::CLEARING);
        let taken = |code: &str| {
            let other = others.iter().find(|other| other.ledger == code).map(|other| other.bank.clone());
            other.or_else(|| chart.role_of(code).map(|role| role.name.to_owned()))
        };
        let ledger = match ledger {
            Some(ledger) => chosen(ledger, &below, taken)?,
            None => next_free(&below, taken)?,
        };
        let row = BankAccount { kind: CLEARING.to_owned(), ledger, ..prepared.clone() };
        insert_account(&ctx, tx, actor, &row)?;
        Ok(row)
    })
}

/// `below`: the company's account of what providers hold, with those it was before.
fn chosen(
    ledger: &str,
    below: &BTreeSet<&str>,
    taken: impl Fn(&str) -> Option<String>,
) -> Result<String, BankAccountError> {
    let digits = ledger.bytes().all(|b| b.is_ascii_digit()) && (6..=12).contains(&ledger.len());
    if !digits || !below.iter().any(|code| ledger.starts_with(code)) {
        let message = format!("is an account of 6 to 12 digits below {}", shown(below));
        return Err(Common::invalid("/ledger_account", message).into());
    }
    match taken(ledger) {
        Some(holder) => Err(BankAccountError::LedgerTaken { ledger: ledger.to_owned(), holder }),
        None => Ok(ledger.to_owned()),
    }
}

/// How postings name where the money of an account stands: a clearing account by its own number, a bank's as its part of the role, so
/// that a chart with an account for each bank is kept.
pub(crate) fn money_on(own: &BankAccount) -> String {
    match own.ledger.as_str() {
        account::BANK => account::keyed(account::BANK, &own.id.to_string()),
        below => below.to_owned(),
    }
}

fn shown(codes: &BTreeSet<&str>) -> String {
    codes.iter().copied().collect::<Vec<_>>().join(" or ")
}

fn next_free(
    below: &BTreeSet<&str>,
    taken: impl Fn(&str) -> Option<String>,
) -> Result<String, BankAccountError> {
    let mut numbers =
        (1..=CLEARING_ACCOUNTS_MAX).flat_map(|n| below.iter().map(move |code| format!("{code}{n:02}")));
    numbers.find(|code| taken(code).is_none()).ok_or_else(|| {
        let message = format!("is required: all of two digits below {} are taken", shown(below));
        Common::invalid("/ledger_account", message).into()
    })
}

/// Checks what is said of an account and makes its row.
pub(crate) fn prepare_account(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &CreateBankAccount,
) -> Result<BankAccount, Common> {
    check_code("/number", &input.number)?;
    check_code("/scheme", &input.scheme)?;
    check_line("/bank", &input.bank)?;
    check_line("/holder", &input.holder)?;
    if let Some(bic) = &input.bic {
        check_code("/bic", bic)?;
    }
    Ok(BankAccount {
        company,
        id: BankAccountId::new(ctx.uuid()),
        number: normal_account(&input.number),
        scheme: input.scheme.clone(),
        bank: input.bank.clone(),
        bic: input.bic.clone(),
        holder: input.holder.clone(),
        currency: input.currency,
        created_at: ctx.now,
        kind: BANK.to_owned(),
        ledger: account::BANK.to_owned(),
        confirmed: true,
    })
}

/// Inserts an account in the caller's transaction.
pub(crate) fn insert_account(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &BankAccount,
) -> Result<(), BankAccountError> {
    query::bank_accounts::insert(tx, row).map_err(|error| {
        match error.is_unique("bank_accounts(company, number)") {
            true => BankAccountError::NumberTaken(row.number.clone()),
            false => Common::from(error).into(),
        }
    })?;
    let key = vault::company_key(ctx, tx, row.company)?;
    let data = json!({
        "currency": row.currency.code(), "kind": row.kind, "ledger_account": row.ledger,
        "confirmed": row.confirmed, "details": bank_detail::own_digest(&key, row)?.to_string(),
    });
    Ok(event::write(ctx, tx, actor, row.company, ("bank-account.created", row.id), data)?)
}

pub fn list_accounts(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<BankAccount>, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::bank_accounts::list(conn, company))?)
}
