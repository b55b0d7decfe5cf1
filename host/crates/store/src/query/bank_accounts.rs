//! The company's accounts at banks.

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, BankAccount};
use crate::schema::{bank_accounts as t, bank_statements as s};
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{BankAccountId, CompanyId};
use std::collections::BTreeSet;

/// # Errors
/// `Unique` `bank_accounts(company, number)`.
pub fn insert(tx: &mut Tx<'_>, account: &BankAccount) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(account)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: BankAccountId) -> StoreResult<Option<BankAccount>> {
    Ok(t::table.find((v(company), v(id))).select(BankAccount::as_select()).get_result(conn).optional()?)
}

pub fn by_number(conn: &mut Conn, company: CompanyId, number: &str) -> StoreResult<Option<BankAccount>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::number.eq(number));
    Ok(query.select(BankAccount::as_select()).get_result(conn).optional()?)
}

/// Writes what it is known by and whether it is in force.
///
/// # Errors
/// `Unique` `bank_accounts(company, number)`.
pub fn put_details(tx: &mut Tx<'_>, account: &BankAccount) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(account.company), v(account.id))))
        .set((
            t::number.eq(&account.number),
            t::scheme.eq(&account.scheme),
            t::bank.eq(&account.bank),
            t::bic.eq(&account.bic),
            t::holder.eq(&account.holder),
            t::confirmed.eq(account.confirmed),
        ))
        .execute(tx.conn())?;
    changed(updated, "bank account", account.id)
}

/// All by number, those that wait for a second person among them.
pub fn list(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<BankAccount>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::number.asc());
    Ok(query.select(BankAccount::as_select()).load(conn)?)
}

/// Accounts of which the bank has sent a statement: what proves that they are the company's.
pub fn stated_by_bank(conn: &mut Conn, company: CompanyId) -> StoreResult<BTreeSet<BankAccountId>> {
    let query = s::table.filter(s::company.eq(v(company))).select(s::account).distinct();
    Ok(query.load::<BankAccountId>(conn)?.into_iter().collect())
}
