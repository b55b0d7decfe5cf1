//! The second of two people: puts a change in force, or turns it down.

use super::BankDetailError;
use super::details::{BankDetails, Kept, OwnDetails, opened, own_digest, payer_digest};
use super::propose::tell;
use super::read::{BankDetailView, view};
use crate::common::{Common, Context, authorise, check_name, there};
use crate::customer::{self, check_unmerged, payer_rows};
use crate::vault::{self, VaultError};
use crate::{App, duties};
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{BankAccountId, BankDetailChangeId, CompanyId, CustomerId};
use store::rows::{BankAccount, BankDetailChange};
use store::types::BankDetailState;
use store::{Conn, Tx, query};

/// Puts it in force.
///
/// # Errors
/// `Stale` where something else than what it would replace is in force by now; whatever would have kept it from being proposed.
pub fn approve(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BankDetailChangeId,
) -> Result<BankDetailView, BankDetailError> {
    authorise(actor, Noun::Customers, Verb::Approve, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = of_another(tx, actor, company, id)?;
        let (kept, _) = opened(&ctx, tx, &row)?.ok_or(Common::Vault(VaultError::Erased))?;
        let in_force = match (row.customer, row.account) {
            (Some(customer), None) => replace_payer(&ctx, tx, &row, customer, &kept)?,
            (None, Some(account)) => replace_own(&ctx, tx, &row, account, &kept)?,
            _ => return Err(corrupt(&row).into()),
        };
        let row = decided(&ctx, actor, row, BankDetailState::Approved);
        query::bank_details::decide(tx, &row)?;
        tell(&ctx, tx, actor, &row, Some(in_force))?;
        Ok(view(&ctx, tx, row)?)
    })
}

/// Turns it down; what is in force stays.
pub fn reject(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BankDetailChangeId,
    reason: &str,
) -> Result<BankDetailView, BankDetailError> {
    authorise(actor, Noun::Customers, Verb::Approve, company)?;
    check_name("/reason", reason)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = of_another(tx, actor, company, id)?;
        let outer = vault::company_key(&ctx, tx, company)?;
        let key = vault::key(tx, company, &outer, row.key)?;
        if let Some(customer) = row.customer {
            // the reason is written while she is there
            query::erasure::hold(tx, company, customer)?;
        }
        let row = BankDetailChange {
            reason: Some(key.encrypt(ctx.random(), reason.as_bytes())?),
            ..decided(&ctx, actor, row, BankDetailState::Rejected)
        };
        query::bank_details::decide(tx, &row)?;
        tell(&ctx, tx, actor, &row, None)?;
        Ok(view(&ctx, tx, row)?)
    })
}

/// Takes back what nobody decided.
pub fn withdraw(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BankDetailChangeId,
) -> Result<BankDetailView, BankDetailError> {
    if !actor.may(Noun::Customers, Verb::Approve, company) {
        authorise(actor, Noun::Customers, Verb::Enter, company)?;
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = proposed(tx, company, id)?;
        if row.account.is_some() && !actor.may(Noun::Settings, Verb::Approve, company) {
            authorise(actor, Noun::Settings, Verb::Configure, company)?;
        }
        let row = decided(&ctx, actor, row, BankDetailState::Withdrawn);
        query::bank_details::decide(tx, &row)?;
        tell(&ctx, tx, actor, &row, None)?;
        Ok(view(&ctx, tx, row)?)
    })
}

fn decided(
    ctx: &Context<'_>,
    actor: &Actor,
    row: BankDetailChange,
    state: BankDetailState,
) -> BankDetailChange {
    BankDetailChange { state, decided_by: Some(actor.person()), decided_at: Some(ctx.now), ..row }
}

/// One that waits; it is held, so that two decide one after the other.
fn proposed(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: BankDetailChangeId,
) -> Result<BankDetailChange, BankDetailError> {
    let row = there(query::bank_details::lock(tx, company, id)?, "change of bank details", id)?;
    match row.state {
        BankDetailState::Proposed => Ok(row),
        state => Err(BankDetailError::State { id, state }),
    }
}

/// As [`proposed`], by somebody else.
fn of_another(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    id: BankDetailChangeId,
) -> Result<BankDetailChange, BankDetailError> {
    let row = proposed(tx, company, id)?;
    if row.account.is_some() {
        authorise(actor, Noun::Settings, Verb::Approve, company)?;
    }
    if duties::is_own(tx, actor, company, (&row.proposed_by, row.proposed_at))? {
        return Err(BankDetailError::MakerIsChecker { person: actor.person() });
    }
    Ok(row)
}

fn corrupt(row: &BankDetailChange) -> Common {
    Common::Corrupt { what: "change of bank details", detail: row.id.to_string() }
}

/// Gives what events say of the accounts that are in force then.
fn replace_payer(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    row: &BankDetailChange,
    id: CustomerId,
    kept: &Kept,
) -> Result<Digest, BankDetailError> {
    let company = row.company;
    let BankDetails::Payer(accounts) = &kept.after else { return Err(corrupt(row).into()) };
    let customer = there(query::erasure::lock(tx, company, id)?, "customer", id)?;
    if customer.erased_at.is_some() {
        return Err(Common::Vault(VaultError::Erased).into());
    }
    check_unmerged(&customer)?;
    let known = query::customers::accounts(tx, company, &[id])?;
    if kept.before.as_ref() != Some(&BankDetails::payer(&known)) {
        return Err(BankDetailError::Stale { id: row.id });
    }
    let wanted = payer_rows(company, id, accounts);
    customer::replace_accounts(tx, &known, &wanted)?;
    query::customers::touch(tx, company, id, customer.version)?;
    Ok(payer_digest(&vault::party_key(ctx, tx, &customer)?, &wanted)?)
}

/// As [`replace_payer`], of an account of the company's own.
fn replace_own(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    row: &BankDetailChange,
    id: BankAccountId,
    kept: &Kept,
) -> Result<Digest, BankDetailError> {
    let company = row.company;
    let BankDetails::Own(details) = &kept.after else { return Err(corrupt(row).into()) };
    query::companies::lock(tx, company)?;
    let own = there(query::bank_accounts::by_id(tx, company, id)?, "bank account", id)?;
    if kept.before != own.confirmed.then(|| BankDetails::Own(OwnDetails::of(&own))) {
        return Err(BankDetailError::Stale { id: row.id });
    }
    check_number(tx, &own, details)?;
    let OwnDetails { number, scheme, bank, bic, holder } = details.clone();
    let own = BankAccount { number, scheme, bank, bic, holder, confirmed: true, ..own };
    query::bank_accounts::put_details(tx, &own)?;
    Ok(own_digest(&vault::company_key(ctx, tx, company)?, &own)?)
}

/// That the account may get this number: no other has it, and its own is not what the bank's statements were of.
pub(super) fn check_number(
    conn: &mut Conn,
    own: &BankAccount,
    details: &OwnDetails,
) -> Result<(), BankDetailError> {
    let company = own.company;
    if own.number == details.number {
        return Ok(());
    }
    if query::bank_accounts::stated_by_bank(conn, company)?.contains(&own.id) {
        let message = "stays: statements of the bank were read of it; add another account";
        return Err(Common::invalid("/details/number", message).into());
    }
    match query::bank_accounts::by_number(conn, company, &details.number)? {
        Some(other) if other.id != own.id => Err(BankDetailError::NumberTaken(details.number.clone())),
        _ => Ok(()),
    }
}
