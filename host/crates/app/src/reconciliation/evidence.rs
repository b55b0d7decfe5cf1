//! Tax that a payer withheld (代扣税款): it is no write-off, but a receivable from the authority, and counts as far as there is
//! evidence of it. Who settles by hand gives it, or who approves what a guest proposed.
//!
//! The certificate's number is a text of another's system: the chain has a salted commitment to it, and to an authority that is no code but a name.

use super::approve::ApproveProposalError;
use super::read::ProposalView;
use crate::common::{Common, Context, check_code, check_name};
use crate::company::company_row;
use crate::{dates, event};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::{Digest, commit};
use domain::ids::{BankLineId, OpenItemId};
use domain::ledger::ClearanceKind;
use money::{Minor, Money};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{ProposalDifference, WithholdingEvidence};
use store::{Conn, Tx, query};

/// What an authority certifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its number.
    pub number: String,
    pub date: NaiveDate,
    /// Whose certificate it is: a code, or its name.
    pub authority: String,
}

/// Tax withheld from what pays an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    pub item: OpenItemId,
    /// Major units: all that the proposal takes as withheld on the item, as also where nothing is said.
    pub amount: Option<Decimal>,
    pub certificate: Certificate,
    /// Where the input says it, as `/withholding/0`.
    pub at: String,
}

/// Writes the evidence that is given for a pending proposal.
pub(super) fn supply(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    given: &[Withheld],
) -> Result<(), ApproveProposalError> {
    if given.is_empty() {
        return Ok(());
    }
    let company = view.proposal.company;
    let customer = view.proposal.customer.ok_or(ApproveProposalError::NoCustomer)?;
    query::erasure::hold_all(tx, company, &[customer])?;
    let claimed = claimed(view)?;
    let known = query::tolerated::evidence(tx, company, view.proposal.id)?;
    let mut seen: BTreeSet<OpenItemId> = known.iter().map(|row| row.item).collect();
    let mut rows = Vec::with_capacity(given.len());
    let company_row = company_row(tx, company)?;
    for one in given {
        let refused = |member: &str, message: String| Common::invalid(format!("{}{member}", one.at), message);
        check_name(&format!("{}/number", one.at), &one.certificate.number)?;
        check_name(&format!("{}/authority", one.at), &one.certificate.authority)?;
        dates::check(ctx, &company_row, [("/date", one.certificate.date)], None).map_err(
            |error| match error {
                Common::Invalid { pointer, message } => refused(&pointer, message),
                other => other,
            },
        )?;
        if !seen.insert(one.item) {
            return Err(refused("/item", format!("there is evidence of {} already", one.item)).into());
        }
        let Some((currency, wanted)) = claimed.get(&one.item).copied() else {
            let message = format!("nothing is taken as withheld on {}", one.item);
            return Err(refused("/item", message).into());
        };
        if let Some(amount) = one.amount {
            let amount = Money::from_decimal(amount, currency).and_then(Money::bounded);
            let amount = amount.map_err(|error| refused("/amount", error.to_string()))?.minor();
            if amount != wanted {
                let wanted = Money::new(wanted, currency);
                return Err(
                    refused("/amount", format!("must be the {wanted} that is taken as withheld")).into()
                );
            }
        }
        let salt = ctx.random().bytes32();
        let row = WithholdingEvidence {
            company,
            proposal: view.proposal.id,
            item: one.item,
            currency,
            amount: wanted,
            certificate: Some(one.certificate.number.clone()),
            certificate_salt: Digest::from_slice(&salt),
            certified_on: one.certificate.date,
            authority: one.certificate.authority.clone(),
            supplied_by: actor.person(),
            supplied_at: ctx.now,
        };
        tell(ctx, tx, actor, &row, &salt)?;
        rows.push(row);
    }
    Ok(query::tolerated::insert_evidence(tx, &rows)?)
}

fn tell(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &WithholdingEvidence,
    salt: &[u8; 32],
) -> Result<(), Common> {
    let committed = |text: &str| Value::from(commit(salt, text.as_bytes()).to_string());
    let number = row.certificate.as_deref().map(committed);
    let data = json!({
        "item": row.item.to_string(), "amount": row.amount.format(row.currency), "currency": row.currency.code(),
        "certified_on": row.certified_on.to_string(), "certificate": number,
    });
    // a name is words, of which the chain has none (decision 16)
    let (member, authority) = match check_code("", &row.authority) {
        Ok(()) => ("authority", Value::from(row.authority.as_str())),
        Err(_) => ("authority_commitment", committed(&row.authority)),
    };
    let data = event::with(data, member, authority);
    event::write(ctx, tx, actor, row.company, ("withholding.evidenced", row.proposal), data)
}

/// What a proposal takes as withheld, by item.
fn claimed(view: &ProposalView) -> Result<BTreeMap<OpenItemId, (money::Currency, Minor)>, Common> {
    let mut found = BTreeMap::new();
    for difference in taken(view) {
        let Some(item) = difference.item else { continue };
        let sum = found.entry(item).or_insert((difference.currency, Minor::ZERO));
        sum.1 = sum.1.add(difference.amount)?;
    }
    Ok(found)
}

fn taken(view: &ProposalView) -> impl Iterator<Item = &ProposalDifference> {
    view.differences.iter().filter(|difference| difference.kind == ClearanceKind::Withholding.name())
}

/// What of each line is withheld tax for which there is evidence of all that is taken on its item.
pub(super) fn withheld(conn: &mut Conn, view: &ProposalView) -> Result<BTreeMap<BankLineId, Minor>, Common> {
    let mut found: BTreeMap<BankLineId, Minor> = BTreeMap::new();
    if taken(view).next().is_none() {
        return Ok(found);
    }
    let claimed = claimed(view)?;
    let rows = query::tolerated::evidence(conn, view.proposal.company, view.proposal.id)?;
    let proven = |item: OpenItemId| {
        let certified = rows.iter().find(|row| row.item == item).map(|row| row.amount);
        certified.is_some() && certified == claimed.get(&item).map(|claim| claim.1)
    };
    for difference in taken(view).filter(|difference| difference.item.is_some_and(proven)) {
        let sum = found.entry(difference.bank_line).or_default();
        *sum = sum.add(difference.amount)?;
    }
    Ok(found)
}
