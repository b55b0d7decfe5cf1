//! The items of a bank line that is settled by hand: those that its money clears, and credits that are open (a credit note, an advance,
//! money on account) with what they pay besides it.

use super::by_hand::{Settle, minor};
use crate::common::Common;
use crate::{books, customer};
use domain::ids::{CompanyId, CustomerId, OpenItemId, ProposalId};
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{BankLine, OpenItem, ProposalAllocation};
use store::{Tx, query};

/// A credit that is open, and so much of an item that it pays, in major units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseCredit {
    pub item: OpenItemId,
    pub credit_item: OpenItemId,
    pub amount: Decimal,
}

/// Every item that is named, with where.
fn named(input: &Settle) -> Vec<(String, OpenItemId, i32)> {
    let paid = input.allocations.iter().enumerate();
    let paid = paid.map(|(n, to)| (format!("/allocations/{n}/item"), to.item, 1));
    let credits = input.credits.iter().enumerate().flat_map(|(n, one)| {
        [
            (format!("/credits/{n}/item"), one.item, 1),
            (format!("/credits/{n}/credit_item"), one.credit_item, -1),
        ]
    });
    paid.chain(credits).collect()
}

/// The items, held; the line's money pays each once. All are in the line's currency; what is paid is owed by a customer, what pays is her
/// credit.
pub(super) fn held(tx: &mut Tx<'_>, line: &BankLine, input: &Settle) -> Result<Vec<OpenItem>, Common> {
    let named = named(input);
    let wanted: Vec<OpenItemId> = named.iter().map(|(_, id, _)| *id).collect();
    let found = query::open_items::lock(tx, line.company, &wanted)?;
    let apart = books::Apart::of(tx, line.company)?;
    let mut seen = BTreeSet::new();
    for (n, (at, id, sign)) in named.into_iter().enumerate() {
        let Some(item) = found.iter().find(|item| item.id == id) else {
            return Err(Common::invalid(at, format!("there is no open item {id}")));
        };
        if n < input.allocations.len() && !seen.insert(id) {
            return Err(Common::invalid(at, "stands twice"));
        }
        if apart.bills.contains(&item.account) {
            let message = "is a bill of exchange: its payment names the bank's line";
            return Err(Common::invalid(at, message));
        }
        if apart.unbilled.contains(&item.account) {
            return Err(Common::invalid(at, "is of what was delivered and not billed: bill it first"));
        }
        if item.sign.signum() != sign || item.currency != line.currency {
            return Err(Common::invalid(at, unfit(sign, line.currency)));
        }
    }
    Ok(found)
}

fn unfit(sign: i32, currency: Currency) -> String {
    match sign {
        1 => format!("is none that a customer owes in {currency}"),
        _ => format!("is no credit of a customer in {currency}"),
    }
}

/// Whose the money is: all items are hers, or where she is named of her family. `None`: all of it is nobody's.
pub(super) fn owner(
    tx: &mut Tx<'_>,
    company: CompanyId,
    input: &Settle,
    items: &[OpenItem],
) -> Result<Option<CustomerId>, Common> {
    if !input.suspense.is_zero() && input.allocations.is_empty() {
        if !input.credits.is_empty() {
            return Err(Common::invalid(
                "/credits",
                "are used beside money of a customer, and here it is nobody's",
            ));
        }
        return match &input.customer {
            Some(_) => {
                Err(Common::invalid("/customer", "is not known where all of the money is in suspense"))
            }
            None => Ok(None),
        };
    }
    let named_customer = match &input.customer {
        Some(reference) => {
            let named = customer::resolve(tx, company, reference)?;
            customer::check_unmerged(&named)?;
            Some(named.id)
        }
        None => None,
    };
    let of = |id: OpenItemId| items.iter().find(|item| item.id == id).map(|item| item.customer);
    let customer = named_customer.or_else(|| of(input.allocations.first()?.item));
    let customer = customer
        .ok_or_else(|| Common::invalid("/customer", "is required where no item says whose the money is"))?;
    // of her family she may pay for: what she owes no more is transferred
    for (at, id, _) in named(input) {
        let Some(whose) = of(id) else { continue };
        let hers = whose == customer
            || named_customer.is_some() && customer::are_family(tx, company, whose, customer)?;
        if !hers {
            let message = "is of another customer: name who pays, and only for her own family";
            return Err(Common::invalid(at, message));
        }
    }
    Ok(Some(customer))
}

/// What credits pay, after what the money does: no more of either than is open.
pub(super) fn use_credits(
    (line, proposal): (&BankLine, ProposalId),
    input: &Settle,
    items: &[OpenItem],
    rows: &mut Vec<ProposalAllocation>,
) -> Result<(), Common> {
    let mut used: BTreeMap<OpenItemId, Minor> = rows.iter().map(|row| (row.item, row.amount)).collect();
    for (index, one) in input.credits.iter().enumerate() {
        let at = format!("/credits/{index}/amount");
        let amount = minor(&at, one.amount, line.currency)?;
        let mut left = Vec::with_capacity(2);
        for id in [one.item, one.credit_item] {
            let open = items.iter().find(|item| item.id == id).map(|item| item.open).unwrap_or_default();
            left.push(open.sub(used.get(&id).copied().unwrap_or_default())?);
        }
        let most = left.into_iter().min().unwrap_or_default();
        if !amount.is_positive() || amount > most {
            let most = Money::new(most, line.currency);
            let message = format!("must be greater than 0, and at most the {most} that is open of both");
            return Err(Common::invalid(at, message));
        }
        for id in [one.item, one.credit_item] {
            let so_far = used.entry(id).or_default();
            *so_far = so_far.add(amount)?;
        }
        let n = u32::try_from(rows.len()).unwrap_or(u32::MAX).saturating_add(1);
        rows.push(ProposalAllocation {
            company: line.company,
            proposal,
            n,
            bank_line: None,
            item: one.item,
            credit_item: Some(one.credit_item),
            amount,
        });
    }
    Ok(())
}
