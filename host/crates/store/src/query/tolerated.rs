//! What approvals wrote off within tolerances, the limits of roles, and the evidence of withheld tax.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, RoleLimit, Tolerated, ToleratedMonth, WithholdingEvidence};
use crate::schema::{
    open_items as o, role_limits as l, tolerated as t, tolerated_months as m, withholding_evidence as w,
};
use crate::types::columns::{Day, Id, Iso4217};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId, OpenItemId, ProposalId};
use money::{Currency, Minor};

const ADD: &str = " ON CONFLICT (company, customer, currency, kind, month) DO UPDATE SET \
    amount = tolerated_months.amount + excluded.amount";
const REPLACE_LIMIT: &str = " ON CONFLICT (company, role, currency, kind) DO UPDATE SET \
    amount = excluded.amount, set_by = excluded.set_by, set_at = excluded.set_at";

/// Notes what an approval wrote off, and gives the sum of its customer and month with it. Who writes off at the same time waits
/// until the transaction ends.
pub fn add(tx: &mut Tx<'_>, row: &Tolerated) -> StoreResult<Minor> {
    rows::insert(tx, std::slice::from_ref(row))?;
    let key = (row.customer, row.currency, row.month);
    bump(tx, row, row.amount)?;
    month(tx, row.company, key, &row.kind)
}

fn bump(tx: &mut Tx<'_>, row: &Tolerated, amount: Minor) -> StoreResult<()> {
    let Tolerated { company, customer, currency, month, .. } = *row;
    let sum = ToleratedMonth { company, customer, currency, kind: row.kind.clone(), month, amount };
    rows::insert_with(tx, std::slice::from_ref(&sum), ADD).map(drop)
}

/// Σ of a customer in a month, known by its last day.
pub fn month(
    conn: &mut Conn,
    company: CompanyId,
    (customer, currency, month): (CustomerId, Currency, NaiveDate),
    kind: &str,
) -> StoreResult<Minor> {
    let query = m::table
        .filter(m::company.eq(v(company)))
        .filter(m::customer.eq(v(customer)))
        .filter(m::currency.eq(v(currency)))
        .filter(m::kind.eq(kind))
        .filter(m::month.eq(v(month)));
    let found: Option<Minor> = query.select(m::amount).first(conn).optional()?;
    Ok(found.unwrap_or_default())
}

/// An approval is taken back: what it wrote off counts no more.
pub fn remove(tx: &mut Tx<'_>, company: CompanyId, proposal: ProposalId) -> StoreResult<()> {
    let of = || t::table.filter(t::company.eq(v(company))).filter(t::proposal.eq(v(proposal)));
    let found: Vec<Tolerated> = of().select(Tolerated::as_select()).load(tx.conn())?;
    for row in &found {
        // bounded when it was written: its negative exists
        let Ok(back) = row.amount.neg() else { continue };
        bump(tx, row, back)?;
    }
    diesel::delete(of()).execute(tx.conn())?;
    Ok(())
}

/// What these approvals wrote off, by proposal, kind and customer.
pub fn of_proposals(
    conn: &mut Conn,
    company: CompanyId,
    proposals: &[ProposalId],
) -> StoreResult<Vec<Tolerated>> {
    let mut found = Vec::new();
    for chunk in proposals.chunks(super::IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::proposal.eq_any(chunk.iter().copied().map(v)))
            .order((t::proposal, t::kind, t::customer));
        found.extend(query.select(Tolerated::as_select()).load(conn)?);
    }
    Ok(found)
}

/// A customer's month.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Month {
    #[diesel(sql_type = Id)]
    pub customer: CustomerId,
    #[diesel(sql_type = Iso4217)]
    pub currency: Currency,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Day)]
    pub month: NaiveDate,
}

/// Months whose sum is not that of what approvals wrote off. For `verify`: the database sums.
pub fn months_out_of_step(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<Month>> {
    const OUT_OF_STEP: &str = "WITH sums AS (\
         SELECT customer, currency, kind, month, CAST(SUM(amount) AS BIGINT) AS amount FROM tolerated \
         WHERE company = $1 GROUP BY customer, currency, kind, month) \
         SELECT m.customer AS customer, m.currency AS currency, m.kind AS kind, m.month AS month \
         FROM tolerated_months AS m LEFT JOIN sums ON sums.customer = m.customer \
         AND sums.currency = m.currency AND sums.kind = m.kind AND sums.month = m.month \
         WHERE m.company = $1 AND m.amount <> COALESCE(sums.amount, 0) \
         UNION ALL SELECT sums.customer, sums.currency, sums.kind, sums.month FROM sums \
         WHERE NOT EXISTS (SELECT 1 FROM tolerated_months AS m WHERE m.company = $1 \
         AND m.customer = sums.customer AND m.currency = sums.currency AND m.kind = sums.kind \
         AND m.month = sums.month)";
    Ok(diesel::sql_query(OUT_OF_STEP).bind::<Id, _>(company).load(conn)?)
}

/// Sets the limit of a role; that of the same currency and kind is replaced.
pub fn put_limit(tx: &mut Tx<'_>, row: &RoleLimit) -> StoreResult<()> {
    rows::insert_with(tx, std::slice::from_ref(row), REPLACE_LIMIT).map(drop)
}

/// All limits of roles, by role, currency and kind.
pub fn limits(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<RoleLimit>> {
    let query = l::table.filter(l::company.eq(v(company)));
    Ok(query.order((l::role, l::currency, l::kind)).select(RoleLimit::as_select()).load(conn)?)
}

pub fn insert_evidence(tx: &mut Tx<'_>, rows: &[WithholdingEvidence]) -> StoreResult<()> {
    rows::insert(tx, rows).map(drop)
}

/// The evidence of a proposal, by item.
pub fn evidence(
    conn: &mut Conn,
    company: CompanyId,
    proposal: ProposalId,
) -> StoreResult<Vec<WithholdingEvidence>> {
    let query = w::table.filter(w::company.eq(v(company))).filter(w::proposal.eq(v(proposal)));
    Ok(query.order(w::item.asc()).select(WithholdingEvidence::as_select()).load(conn)?)
}

/// Takes the certificates out of the evidence of a customer who is erased.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let items = o::table.filter(o::company.eq(v(company))).filter(o::customer.eq(v(customer)));
    let items: Vec<OpenItemId> = items.select(o::id).load(tx.conn())?;
    for chunk in items.chunks(super::IDS_MAX) {
        let which =
            w::table.filter(w::company.eq(v(company))).filter(w::item.eq_any(chunk.iter().copied().map(v)));
        diesel::update(which)
            .set((w::certificate.eq(None::<String>), w::certificate_salt.eq(None::<Digest>)))
            .execute(tx.conn())?;
    }
    Ok(())
}
