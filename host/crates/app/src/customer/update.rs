use super::archive::check_unmerged;
use super::create::{CreateCustomer, CreateCustomerError, check, payer_rows, row, taken, tax_id_rows};
use super::read::{CustomerRef, CustomerView, held};
use crate::common::{Common, Context, authorise, there};
use crate::vault::{self, VaultError};
use crate::{App, bank_detail, event};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId};
use serde_json::json;
use std::collections::BTreeSet;
use store::rows::{Customer, CustomerAccount, CustomerFormerName, CustomerTaxId};
use store::types::FormerKind;
use store::{Conn, Tx, query};

/// Payers above each other at most: a chain that long is a mistake.
pub(super) const PARENTS_MAX: usize = 10;

/// Replaces what is known of a customer. Code and currency stay: statements are numbered by the one and kept in the other.
/// Documents and statements that were made keep what they said. Other accounts than hers wait for a second person, unless the operator at
/// the machine says so; everything else is so at once.
///
/// # Errors
/// `Vault(Erased)` once the customer's data are erased; `Invalid` for what must stay.
pub fn update(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    reference: &CustomerRef,
    input: &CreateCustomer,
) -> Result<CustomerView, CreateCustomerError> {
    authorise(actor, Noun::Customers, Verb::Enter, company)?;
    check(input)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let CustomerView { customer: before, accounts, tax_ids, .. } = held(tx, company, reference)?;
        if before.erased_at.is_some() {
            return Err(Common::Vault(VaultError::Erased).into());
        }
        check_unmerged(&before)?;
        if input.code != before.code {
            return Err(Common::invalid("/code", "stays: statements are numbered by it").into());
        }
        if input.currency != before.currency {
            let stays = format!("stays {}: open another customer for another currency", before.currency);
            return Err(Common::invalid("/currency", stays).into());
        }
        let parent = parent(tx, &before, input)?;
        query::customers::add_former_names(tx, &former_names(&before, &tax_ids, input))?;
        let after = row(&ctx, company, before.id, input, before.party_key, parent);
        let after = Customer { version: before.version, ..after };
        query::customers::update(tx, &after).map_err(|error| taken(error, input))?;
        let wanted = payer_rows(company, before.id, &input.accounts);
        match (same(&accounts, &wanted), actor) {
            (true, _) => {}
            (false, Actor::System) => replace_accounts(tx, &accounts, &wanted)?,
            (false, _) => bank_detail::ask(&ctx, tx, actor, (&before, &accounts), &wanted)?,
        }
        query::customers::replace_tax_ids(tx, company, before.id, &tax_id_rows(company, before.id, input))?;
        let view = held(tx, company, &CustomerRef::Id(before.id))?;
        let key = vault::party_key(&ctx, tx, &view.customer)?;
        let told = bank_detail::payer_digest(&key, &view.accounts)?;
        let data = json!({"version": view.customer.version.to_string(), "accounts": told.to_string()});
        event::write(&ctx, tx, actor, company, ("customer.changed", before.id), data)?;
        Ok(view)
    })
}

/// Whether both name the same accounts; hers are by number already.
fn same(known: &[CustomerAccount], wanted: &[CustomerAccount]) -> bool {
    known.len() == wanted.len() && wanted.iter().all(|one| known.contains(one))
}

/// That no account goes by which something of hers is found.
pub(crate) fn check_gone(
    conn: &mut Conn,
    known: &[CustomerAccount],
    wanted: &[CustomerAccount],
) -> Result<(), Common> {
    for gone in known.iter().filter(|known| wanted.iter().all(|one| one.account != known.account)) {
        // her bank lines are found by it when she is erased
        if query::bank_lines::is_payer(conn, gone.company, &gone.account)? {
            let detail = format!("must hold {}: money came from it", gone.account);
            return Err(Common::invalid("/accounts", detail));
        }
    }
    Ok(())
}

/// Puts these accounts in the place of hers.
pub(crate) fn replace_accounts(
    tx: &mut Tx<'_>,
    known: &[CustomerAccount],
    wanted: &[CustomerAccount],
) -> Result<(), Common> {
    check_gone(tx, known, wanted)?;
    for gone in known.iter().filter(|known| !wanted.contains(known)) {
        query::customers::remove_account(tx, gone)?;
    }
    Ok(query::customers::add_accounts(tx, wanted)?)
}

/// What is true of her no longer: her bank lines go on saying so, and are found by it when she is erased.
fn former_names(
    before: &Customer,
    further: &[CustomerTaxId],
    input: &CreateCustomer,
) -> Vec<CustomerFormerName> {
    let name = before.name.as_deref().filter(|name| *name != input.name);
    let had = before.tax_id.iter().chain(further.iter().map(|tax_id| &tax_id.number));
    let kept = |id: &str| input.tax_id.iter().chain(&input.tax_ids).any(|tax_id| tax_id.id == id);
    let gone: BTreeSet<&str> = had.map(String::as_str).filter(|id| !kept(id)).collect();
    let former = |kind, value: &str| CustomerFormerName {
        company: before.company,
        customer: before.id,
        kind,
        value: value.to_owned(),
    };
    let names = name.map(|name| former(FormerKind::Name, name));
    names.into_iter().chain(gone.into_iter().map(|id| former(FormerKind::TaxId, id))).collect()
}

/// The payer that is asked for: another customer, above whom this one does not stand.
fn parent(
    tx: &mut Tx<'_>,
    customer: &Customer,
    input: &CreateCustomer,
) -> Result<Option<CustomerId>, Common> {
    let Some(reference) = &input.parent else { return Ok(None) };
    let company = customer.company;
    let first = super::resolve(tx, company, reference)?.id;
    let mut above = Some(first);
    for _ in 0..PARENTS_MAX {
        match above {
            None => return Ok(Some(first)),
            Some(id) if id == customer.id => break,
            Some(id) => {
                above = there(query::customers::by_id(tx, company, id)?, "customer", id)?.parent;
            }
        }
    }
    Err(Common::invalid("/parent", "would stand above itself, or more than 10 payers deep"))
}
