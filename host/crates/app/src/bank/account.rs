use crate::common::{Common, Context, authorise, check_code, check_name};
use crate::customer::normal_account;
use crate::{App, event};
use domain::actor::{Actor, Permission};
use domain::ids::{BankAccountId, CompanyId};
use money::Currency;
use serde_json::json;
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
}

crate::common::through_common!(BankAccountError);

/// Adds an account of the company's own: only files of known accounts are imported.
pub fn create_account(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &CreateBankAccount,
) -> Result<BankAccount, BankAccountError> {
    authorise(actor, Permission::Configure, company)?;
    let ctx = Context::new(app);
    let row = prepare_account(&ctx, company, input)?;
    app.db.write(|tx| insert_account(&ctx, tx, actor, &row))?;
    Ok(row)
}

/// Checks what is said of an account and makes its row.
pub(crate) fn prepare_account(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &CreateBankAccount,
) -> Result<BankAccount, Common> {
    check_code("/number", &input.number)?;
    check_code("/scheme", &input.scheme)?;
    check_name("/bank", &input.bank)?;
    check_name("/holder", &input.holder)?;
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
    let data = json!({"currency": row.currency.code()});
    Ok(event::write(ctx, tx, actor, row.company, ("bank-account.created", row.id), data)?)
}

pub fn list_accounts(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<BankAccount>, Common> {
    authorise(actor, Permission::Read, company)?;
    Ok(app.db.read(|conn| query::bank_accounts::list(conn, company))?)
}
