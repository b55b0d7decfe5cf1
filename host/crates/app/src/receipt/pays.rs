//! What a receipt pays, as callers name it: an open item, or the document whose item it is.

use super::record::{AllocateTo, RecordReceipt};
use crate::common::Common;
use crate::{customer, merge};
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId};
use money::Minor;
use std::collections::{BTreeSet, HashMap};
use store::rows::{Customer, Document, OpenItem};
use store::{Conn, query};

/// What is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paid {
    Item(OpenItemId),
    /// An invoice or opening balance by id, number or the caller's own id.
    Document(String),
}

/// What is paid, and with how much of the receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pays {
    pub what: Paid,
    /// In minor units of the receipt's currency; `None`: what is open of it, as far as the receipt goes.
    pub amount: Option<Minor>,
}

impl Pays {
    /// With so much.
    pub const fn item(item: OpenItemId, amount: Minor) -> Self {
        Pays { what: Paid::Item(item), amount: Some(amount) }
    }
}

/// The items that a receipt pays, in its order.
///
/// # Errors
/// `Invalid` at the allocation that names nothing, or for which nothing is left.
pub(super) fn items(
    conn: &mut Conn,
    customer: &Customer,
    input: &RecordReceipt,
) -> Result<Vec<AllocateTo>, Common> {
    items_beside(conn, customer, input, None)
}

/// What receipts of one file, which are not posted yet, pay of open items.
pub(crate) type InFile = HashMap<OpenItemId, Minor>;

/// The items that a receipt pays of what receipts before it in its file leave open, and with how much.
///
/// # Errors
/// As [`items`]; `Invalid` at an amount that is more than is left.
pub(crate) fn items_in_file(
    conn: &mut Conn,
    company: CompanyId,
    input: &RecordReceipt,
    before: &InFile,
) -> Result<Vec<AllocateTo>, Common> {
    if input.allocations.is_empty() {
        return Ok(Vec::new());
    }
    let customer = customer::resolve(conn, company, &input.customer)?;
    items_beside(conn, &customer, input, Some(before))
}

fn items_beside(
    conn: &mut Conn,
    customer: &Customer,
    input: &RecordReceipt,
    before: Option<&InFile>,
) -> Result<Vec<AllocateTo>, Common> {
    let mut left = input.amount.minor();
    let mut found = Vec::with_capacity(input.allocations.len());
    for (n, pays) in input.allocations.iter().enumerate() {
        if let (Paid::Item(item), Some(amount)) = (&pays.what, pays.amount) {
            left = left.sub(amount)?;
            found.push(AllocateTo { item: *item, amount });
            continue;
        }
        let mut parts = parts(conn, customer, &pays.what, n)?;
        if let Some(before) = before {
            for item in &mut parts {
                item.open = item.open.sub(before.get(&item.id).copied().unwrap_or_default())?;
            }
            parts.sort_by_key(|item| !item.open.is_positive());
        }
        let open = Minor::sum(parts.iter().map(|item| item.open))?;
        if let (Some(amount), Some(_)) = (pays.amount, before)
            && open.is_positive()
            && amount > open
        {
            let open = open.format(input.amount.currency());
            let why = format!("must be greater than 0, and at most the {open} that is open");
            return Err(Common::invalid(format!("/allocations/{n}/amount"), why));
        }
        let amount = pays.amount.unwrap_or(if open < left { open } else { left });
        let none_left = before.is_some() && !open.is_positive();
        if none_left || (pays.amount.is_none() && !amount.is_positive()) {
            let why = if none_left || left.is_positive() {
                "nothing is open of it"
            } else {
                "nothing of the receipt is left for it"
            };
            return Err(Common::invalid(pointer(&pays.what, n), why));
        }
        left = left.sub(amount)?;
        found.extend(spread(&parts, amount)?);
    }
    Ok(found)
}

/// Whose debts are paid, as far as they are there: of who may approve it, not of whether it can be posted.
pub(crate) fn pays_for(
    conn: &mut Conn,
    company: CompanyId,
    allocations: &[Pays],
) -> Result<Vec<CustomerId>, Common> {
    let mut found = BTreeSet::new();
    for pays in allocations {
        match &pays.what {
            Paid::Item(item) => {
                let items = query::open_items::by_ids(conn, company, &[*item])?;
                found.extend(items.into_iter().map(|item| item.customer));
            }
            Paid::Document(name) => {
                found.extend(document(conn, company, name)?.map(|document| document.customer));
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Over the instalments, what is due first goes first. What is more than all of them is left on the last one, where it is refused.
fn spread(parts: &[OpenItem], amount: Minor) -> Result<Vec<AllocateTo>, Common> {
    let (mut rest, mut found) = (amount, Vec::with_capacity(parts.len()));
    for (index, item) in parts.iter().enumerate() {
        let last = index.saturating_add(1) == parts.len();
        let share = if last { rest } else { rest.min(item.open) };
        // of a document with one item whatever was asked for is asked of it
        if share.is_positive() || (last && found.is_empty()) {
            found.push(AllocateTo { item: item.id, amount: share });
            rest = rest.sub(share)?;
        }
    }
    Ok(found)
}

fn pointer(what: &Paid, n: usize) -> String {
    match what {
        Paid::Item(_) => format!("/allocations/{n}/item"),
        Paid::Document(_) => format!("/allocations/{n}/document"),
    }
}

/// The items that are meant, those with something open first, in the order of their due dates.
fn parts(conn: &mut Conn, customer: &Customer, what: &Paid, n: usize) -> Result<Vec<OpenItem>, Common> {
    let company = customer.company;
    let refused = |why: String| Common::invalid(pointer(what, n), why);
    match what {
        Paid::Item(id) => {
            let found = query::open_items::by_ids(conn, company, &[*id])?;
            if found.is_empty() { Err(Common::not_found("open item", id)) } else { Ok(found) }
        }
        Paid::Document(name) => {
            let Some(document) = document(conn, company, name)? else {
                return Err(refused(format!("there is no invoice or opening balance {name}")));
            };
            let hers = document.customer == customer.id;
            if !hers && !customer::are_family(conn, company, document.customer, customer.id)? {
                return Err(refused(format!(
                    "{} is not of customer {} or of her family",
                    document.number, customer.code
                )));
            }
            let mut items = query::open_items::of_document(conn, company, document.id)?;
            if items.is_empty() {
                return Err(refused(format!("{} has no open item", document.number)));
            }
            items.extend(merge::carried(conn, company, &items)?);
            items.sort_by_key(|item| (!item.open.is_positive(), item.due_now, item.id));
            Ok(items)
        }
    }
}

/// The document of that id or number, else the one that its caller knows by the name.
fn document(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Option<Document>, Common> {
    const KINDS: [&str; 3] = ["invoice", "debit-note", "opening"];
    if let Ok(id) = name.parse::<DocumentId>() {
        let found = query::documents::by_id(conn, company, id)?;
        return Ok(found.filter(|document| KINDS.contains(&document.kind.as_str())));
    }
    for kind in KINDS {
        if let Some(found) = query::documents::by_number(conn, company, kind, name)? {
            return Ok(Some(found));
        }
    }
    for kind in KINDS {
        if let Some(found) = query::documents::by_external_id(conn, company, kind, name)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
