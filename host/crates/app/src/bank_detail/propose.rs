//! The first of two people.

use super::details::{BankDetails, Kept, OwnDetails, opened};
use super::read::{BankDetailView, view};
use super::{BankDetailError, decide};
use crate::common::{Common, Context, authorise, there};
use crate::customer::{
    self, CustomerRef, CustomerView, PayerAccount, check_accounts, check_unmerged, payer_rows,
};
use crate::vault::{self, VaultError};
use crate::{App, event};
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{Digest, commit};
use domain::ids::{BankAccountId, BankDetailChangeId, CompanyId, CustomerId};
use serde_json::json;
use store::query::bank_details::Filter;
use store::rows::{BankAccount, BankDetailChange, Customer, CustomerAccount};
use store::types::{BankDetailState, KeyKind};
use store::{Conn, Tx, query};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Propose {
    /// All accounts that a customer pays from, in the place of those that are there.
    Payer { customer: CustomerRef, accounts: Vec<PayerAccount> },
    /// What an account of the company's own is known by.
    Own { account: BankAccountId, details: OwnDetails },
}

/// Proposes a change; nothing is in force yet.
///
/// # Errors
/// `Standing` while another one of the same customer or account waits.
pub fn propose(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Propose,
) -> Result<BankDetailView, BankDetailError> {
    let ctx = Context::new(app);
    match input {
        Propose::Payer { customer, accounts } => {
            authorise(actor, Noun::Customers, Verb::Enter, company)?;
            check_accounts(accounts)?;
            app.db.write(|tx| {
                let CustomerView { customer, accounts: known, .. } = customer::held(tx, company, customer)?;
                let wanted = payer_rows(company, customer.id, accounts);
                let row = of_customer(&ctx, tx, actor, (&customer, &known), &wanted)?;
                Ok(view(&ctx, tx, row)?)
            })
        }
        Propose::Own { account, details } => {
            authorise(actor, Noun::Settings, Verb::Configure, company)?;
            let details = details.checked()?;
            app.db.write(|tx| {
                let row = of_account(&ctx, tx, actor, (company, *account), &details)?;
                Ok(view(&ctx, tx, row)?)
            })
        }
    }
}

/// As a part of what is said of a customer who is held: the same as what waits already is no other change.
pub(crate) fn ask(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: (&Customer, &[CustomerAccount]),
    wanted: &[CustomerAccount],
) -> Result<(), BankDetailError> {
    let filter = Filter { customer: Some(of.0.id), ..Filter::default() };
    if let Some(row) = waits(tx, of.0.company, filter)? {
        let asked = BankDetails::payer(wanted);
        if opened(ctx, tx, &row)?.is_some_and(|(kept, _)| kept.after == asked) {
            return Ok(());
        }
    }
    of_customer(ctx, tx, actor, of, wanted).map(drop)
}

/// Of an account that is there and not in force yet.
pub(crate) fn of_new_account(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &BankAccount,
) -> Result<(), Common> {
    let kept = Kept { before: None, after: BankDetails::Own(OwnDetails::of(row)) };
    record(ctx, tx, actor, (row.company, None, Some(row.id)), &kept).map(drop)
}

fn of_customer(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (customer, known): (&Customer, &[CustomerAccount]),
    wanted: &[CustomerAccount],
) -> Result<BankDetailChange, BankDetailError> {
    let company = customer.company;
    if customer.erased_at.is_some() {
        return Err(Common::Vault(VaultError::Erased).into());
    }
    check_unmerged(customer)?;
    let (before, after) = (BankDetails::payer(known), BankDetails::payer(wanted));
    if before == after {
        return Err(Common::invalid("/accounts", "are the accounts that the customer has").into());
    }
    check_free(tx, company, Filter { customer: Some(customer.id), ..Filter::default() })?;
    customer::check_gone(tx, known, wanted)?;
    let kept = Kept { before: Some(before), after };
    Ok(record(ctx, tx, actor, (company, Some(customer.id), None), &kept)?)
}

fn of_account(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (company, account): (CompanyId, BankAccountId),
    details: &OwnDetails,
) -> Result<BankDetailChange, BankDetailError> {
    // of two at once the second sees what the first proposed
    query::companies::lock(tx, company)?;
    let own = there(query::bank_accounts::by_id(tx, company, account)?, "bank account", account)?;
    let before = own.confirmed.then(|| BankDetails::Own(OwnDetails::of(&own)));
    let after = BankDetails::Own(details.clone());
    if before.as_ref() == Some(&after) {
        return Err(Common::invalid("/details", "are the details that the account has").into());
    }
    check_free(tx, company, Filter { account: Some(account), ..Filter::default() })?;
    decide::check_number(tx, &own, details)?;
    Ok(record(ctx, tx, actor, (company, None, Some(account)), &Kept { before, after })?)
}

/// The one that waits to be decided.
fn waits(conn: &mut Conn, company: CompanyId, filter: Filter) -> Result<Option<BankDetailChange>, Common> {
    let filter = Filter { state: Some(BankDetailState::Proposed), ..filter };
    Ok(query::bank_details::search(conn, company, &filter, None, 1)?.pop())
}

fn check_free(conn: &mut Conn, company: CompanyId, filter: Filter) -> Result<(), BankDetailError> {
    match waits(conn, company, filter)? {
        Some(row) => Err(BankDetailError::Standing { id: row.id }),
        None => Ok(()),
    }
}

fn record(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (company, customer, account): (CompanyId, Option<CustomerId>, Option<BankAccountId>),
    kept: &Kept,
) -> Result<BankDetailChange, Common> {
    let outer = vault::company_key(ctx, tx, company)?;
    let parties = customer.into_iter().collect();
    let key = vault::fresh_key(ctx, company, &outer, KeyKind::Content, parties)?;
    key.write(tx)?;
    let (plain, salt) = (kept.bytes()?, ctx.random().bytes32());
    let row = BankDetailChange {
        company,
        id: BankDetailChangeId::new(ctx.uuid()),
        customer,
        account,
        state: BankDetailState::Proposed,
        key: key.id,
        details: key.secret.encrypt(ctx.random(), &plain)?,
        salt: key.secret.encrypt(ctx.random(), &salt)?,
        commitment: commit(&salt, &plain),
        reason: None,
        proposed_by: actor.person(),
        proposed_at: ctx.now,
        decided_by: None,
        decided_at: None,
    };
    query::bank_details::insert(tx, &row)?;
    tell(ctx, tx, actor, &row, None)?;
    Ok(row)
}

/// An event of what became of it: ids and commitments, no number. `in_force`: what it put in force.
pub(super) fn tell(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &BankDetailChange,
    in_force: Option<Digest>,
) -> Result<(), Common> {
    let mut data = json!({
        "customer": row.customer.map(|id| id.to_string()), "account": row.account.map(|id| id.to_string()),
        "details": row.commitment.to_string(),
    });
    if let Some(digest) = in_force {
        data = event::with(data, "in_force", digest.to_string().into());
    }
    let kind = format!("bank-details.{}", row.state.name());
    event::write(ctx, tx, actor, row.company, (&kind, row.id), data)
}
