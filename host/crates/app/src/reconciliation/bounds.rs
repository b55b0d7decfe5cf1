//! What is checked of a proposal at its approval, whoever approves: days may lie between the guest's call and it, and
//! the rows are all that is left of what was accepted then.

use super::approve::ApproveProposalError;
use super::evidence;
use super::load;
use super::read::ProposalView;
use super::receipts;
use super::ruled;
use crate::common::{Common, there};
use crate::due::{self, ItemTerms};
use crate::{customer, suspense};
use chrono::NaiveDate;
use domain::ids::{BankLineId, CompanyId, CustomerId, OpenItemId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::auto::{self, ItemOutline, LineOutline, Outline};
use domain::reconciliation::bounds::{self, Claim, Limits, Shown};
use domain::reconciliation::{Confidence, Residual, Tolerance};
use money::{Currency, Minor, Money};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::rows::{BankLine, ProposalDifference};
use store::{Conn, query, rows};

/// The difference as what the ledger clears.
pub(super) fn clearance(difference: &ProposalDifference) -> Result<ClearanceKind, ApproveProposalError> {
    ClearanceKind::by_name(&difference.kind)
        .ok_or_else(|| ApproveProposalError::Difference { kind: difference.kind.clone() })
}

/// A tolerance as reconciliation knows it; `customer` names who is meant, of those it may be for.
pub(super) fn tolerance(
    row: &rows::Tolerance,
    customer: impl FnOnce(CustomerId) -> Option<u32>,
) -> Result<Option<Tolerance>, Common> {
    let role = domain::reconciliation::ToleranceRole::by_name(&row.role).ok_or_else(|| Common::Corrupt {
        what: "tolerance",
        detail: format!("{} has role {:?}", row.id, row.role),
    })?;
    let customer = match row.customer {
        None => None,
        Some(id) => match customer(id) {
            Some(ordinal) => Some(ordinal),
            None => return Ok(None),
        },
    };
    let (currency, amount, permille) = (row.currency, row.amount, row.permille);
    Ok(Some(Tolerance { customer, currency, role, amount, permille }))
}

/// What of a line's money goes to suspense: what is left of it where the proposal says that nobody is known to own that.
pub(super) fn unidentified(view: &ProposalView, line: &BankLine) -> Result<Minor, Common> {
    if !suspense::is_suspense(&view.proposal.residual) {
        return Ok(Minor::ZERO);
    }
    let of_line = view.allocations.iter().filter(|a| a.bank_line == Some(line.id));
    let cleared = Minor::sum(of_line.map(|a| a.amount))?;
    let besides = view.differences.iter().filter(|d| d.bank_line == line.id);
    let rest = line.amount.add(Minor::sum(besides.map(|d| d.amount))?)?.sub(cleared)?;
    if rest.is_negative() || rest > line.amount {
        let detail = format!("{} leaves {} minor units of {}", view.proposal.id, rest.get(), line.id);
        return Err(Common::Corrupt { what: "proposal", detail });
    }
    Ok(rest)
}

/// What is tolerated of one difference: beyond what bank and payer show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WrittenOff {
    pub kind: ClearanceKind,
    /// Whose item it clears, or whoever took her place.
    pub customer: CustomerId,
    pub amount: Minor,
}

/// Money went the way that is posted, its owner is named, and what is written off is shown or tolerated now: answers what is
/// tolerated.
pub(super) fn hold(
    conn: &mut Conn,
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<Vec<WrittenOff>, ApproveProposalError> {
    let proposal = &view.proposal;
    if proposal.reverses_document.is_some() {
        return hold_return(conn, view, lines);
    }
    if let Some(outgoing) = lines.iter().find(|line| !line.credit) {
        return Err(ApproveProposalError::Outgoing(outgoing.id));
    }
    let residual = residual(view)?;
    let Some(currency) = lines.first().map(|line| line.currency) else { return Ok(Vec::new()) };
    if residual == Residual::Suspense && view.allocations.is_empty() && view.differences.is_empty() {
        return Ok(Vec::new()); // all of it is nobody's
    }
    let customer = proposal.customer.ok_or(ApproveProposalError::NoCustomer)?;
    let mut agreed = Agreed::load(conn, view)?;
    let mut claims = Vec::with_capacity(view.differences.len());
    let mut besides = Minor::ZERO;
    for difference in &view.differences {
        let (kind, line, on_item) = (clearance(difference)?, difference.bank_line, difference.item.is_some());
        let agreed = match difference.item {
            Some(item) if kind == ClearanceKind::Discount => {
                agreed.of(view, lines, (line, item), difference.amount)?
            }
            _ => Minor::ZERO,
        };
        claims.push(Claim { kind, line, on_item, amount: difference.amount, agreed });
        if on_item {
            besides = besides.add(difference.amount)?;
        }
    }
    let paid = view.allocations.iter().filter(|a| a.bank_line.is_some()).map(|a| a.amount);
    let money = Minor::sum(paid)?.sub(besides)?;
    let limits = limits(conn, proposal.company, customer, Money::new(money, currency))?;
    let shown = shown(conn, view, lines)?;
    let beyond = bounds::check(&claims, &shown, &limits)?.map_err(|beyond| told(beyond, currency))?;
    check_tails(conn, view, (limits.tail, currency))?;
    of_whom(conn, view, &beyond)
}

/// What may be written off of so much money of a customer.
fn limits(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
    money: Money,
) -> Result<Limits, ApproveProposalError> {
    let of_customer = |id: CustomerId| (id == customer).then_some(0);
    let mut tolerances = Vec::new();
    for row in query::tolerances::list(conn, company)? {
        tolerances.extend(tolerance(&row, of_customer)?);
    }
    Ok(Limits::of(&tolerances, Some(0), money.currency(), money.minor())?)
}

fn told(beyond: bounds::Beyond, currency: Currency) -> ApproveProposalError {
    ApproveProposalError::Beyond {
        kind: beyond.kind.name(),
        limit: Money::new(beyond.limit, currency),
        found: Money::new(beyond.found, currency),
    }
}

/// The fee in a return (退票手续费) that the proposal names, since the bank shows none like it; zero where it names none.
pub(super) fn fee_of_return(view: &ProposalView) -> Minor {
    match view.differences.as_slice() {
        [fee] if view.proposal.reverses_document.is_some() => fee.amount,
        _ => Minor::ZERO,
    }
}

/// A return takes back its receipt, which `returned` checks; of the fee in it what the bank does not show is tolerated of her, or it
/// is refused.
fn hold_return(
    conn: &mut Conn,
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<Vec<WrittenOff>, ApproveProposalError> {
    let ([fee], [line]) = (view.differences.as_slice(), lines) else { return Ok(Vec::new()) };
    let kind = clearance(fee)?;
    if kind != ClearanceKind::BankCharge {
        return Err(ApproveProposalError::Difference { kind: fee.kind.clone() });
    }
    let (company, currency) = (view.proposal.company, line.currency);
    let customer = view.proposal.customer.ok_or(ApproveProposalError::NoCustomer)?;
    let money = Money::new(line.amount.sub(fee.amount)?, currency);
    let limits = limits(conn, company, customer, money)?;
    let charges = line.charges.max(Minor::ZERO);
    let shown = BTreeMap::from([(line.id, Shown { charges, ..Shown::default() })]);
    // it clears no item, and is the company's own to bear
    let claim = Claim { kind, line: line.id, on_item: true, amount: fee.amount, agreed: Minor::ZERO };
    let beyond = bounds::check(&[claim], &shown, &limits)?.map_err(|beyond| told(beyond, currency))?;
    let customer = customer::standing_for(conn, company, &[customer])?.pop_first().unwrap_or(customer);
    Ok(beyond.into_iter().map(|(_, amount)| WrittenOff { kind, customer, amount }).collect())
}

/// A tail (尾差) is what is left of an item that it closes, and an item has no more of them than one proposal may.
fn check_tails(
    conn: &mut Conn,
    view: &ProposalView,
    (limit, currency): (Minor, Currency),
) -> Result<(), ApproveProposalError> {
    let kind = ClearanceKind::Tail.name();
    let tails: Vec<&ProposalDifference> = view.differences.iter().filter(|d| d.kind == kind).collect();
    let named: BTreeSet<OpenItemId> = tails.iter().filter_map(|d| d.item).collect();
    let named: Vec<OpenItemId> = named.into_iter().collect();
    for item in query::open_items::by_ids(conn, view.proposal.company, &named)? {
        let own = view.allocations.iter().filter(|a| a.item == item.id);
        let cleared = Minor::sum(own.map(|a| a.amount))?;
        if cleared < item.open {
            let left = Money::new(item.open.sub(cleared)?, currency);
            return Err(ApproveProposalError::TailLeaves { left });
        }
        let mut found = due::tails(conn, &item)?;
        for tail in tails.iter().filter(|d| d.item == Some(item.id)) {
            found = found.add(tail.amount.abs()?)?;
        }
        if found > limit {
            let (limit, found) = (Money::new(limit, currency), Money::new(found, currency));
            return Err(ApproveProposalError::Beyond { kind, limit, found });
        }
    }
    Ok(())
}

/// Whose items it takes a discount off, beyond what is usual, by terms that nobody but who wrote the document agreed to; each with the day on
/// which that counts.
pub(super) fn agreed_by_one(
    conn: &mut Conn,
    view: &ProposalView,
) -> Result<Vec<(CustomerId, NaiveDate)>, Common> {
    let kind = ClearanceKind::Discount.name();
    let mut found = Vec::new();
    for discount in view.differences.iter().filter(|d| d.kind == kind) {
        let Some(id) = discount.item else { continue };
        let own = view.allocations.iter().filter(|a| a.item == id && a.bank_line == Some(discount.bank_line));
        if discount.amount <= due::usual(Minor::sum(own.map(|a| a.amount))?)? {
            continue;
        }
        let item = query::open_items::by_ids(conn, view.proposal.company, &[id])?.pop();
        let item = there(item, "open item", id)?;
        if let Some(document) = due::by_one(conn, &item)? {
            found.push((item.customer, document.effective_date));
        }
    }
    Ok(found)
}

/// What bank, payer and authority say of each line. Whoever withholds tax pays more than she keeps.
fn shown(
    conn: &mut Conn,
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<BTreeMap<BankLineId, Shown>, Common> {
    let evidenced = evidence::withheld(conn, view)?;
    let mut shown = BTreeMap::new();
    for line in lines {
        let discounts = Minor::sum(load::remittances(line)?.into_iter().map(|advice| advice.discount))?;
        let (charges, discounts) = (line.charges.max(Minor::ZERO), discounts.max(Minor::ZERO));
        let paid = view.allocations.iter().filter(|a| a.bank_line == Some(line.id)).map(|a| a.amount);
        let besides = view.differences.iter().filter(|d| d.bank_line == line.id && d.item.is_some());
        let money = Minor::sum(paid)?.sub(Minor::sum(besides.map(|d| d.amount))?)?.max(Minor::ZERO);
        let withheld = evidenced.get(&line.id).copied().unwrap_or_default().min(money);
        shown.insert(line.id, Shown { charges, discounts, withheld });
    }
    Ok(shown)
}

/// Whose debts are cleared by what is tolerated: `beyond` names differences by their place.
fn of_whom(
    conn: &mut Conn,
    view: &ProposalView,
    beyond: &[(usize, Minor)],
) -> Result<Vec<WrittenOff>, ApproveProposalError> {
    let company = view.proposal.company;
    let mut found = Vec::with_capacity(beyond.len());
    for (n, amount) in beyond {
        let difference = there(view.differences.get(*n), "difference", n)?;
        // what clears no item is covered by what the bank shows
        let Some(id) = difference.item else { continue };
        let item = there(query::open_items::by_ids(conn, company, &[id])?.pop(), "open item", id)?;
        let customer = customer::standing_for(conn, company, &[item.customer])?.pop_first();
        let customer = there(customer, "customer", item.customer)?;
        found.push(WrittenOff { kind: clearance(difference)?, customer, amount: *amount });
    }
    Ok(found)
}

/// What the terms of a proposal's items allow to be taken off for early payment.
struct Agreed {
    terms: HashMap<OpenItemId, ItemTerms>,
    /// What of it was not taken yet.
    left: HashMap<OpenItemId, Minor>,
    given: bounds::Agreed<BankLineId, OpenItemId>,
}

impl Agreed {
    /// Looks at nothing where no discount is claimed.
    fn load(conn: &mut Conn, view: &ProposalView) -> Result<Self, Common> {
        let company = view.proposal.company;
        let claimed: Vec<OpenItemId> = view
            .differences
            .iter()
            .filter(|difference| difference.kind == ClearanceKind::Discount.name())
            .filter_map(|difference| difference.item)
            .collect();
        let items = query::open_items::by_ids(conn, company, &claimed)?;
        let terms = due::of_items(conn, company, &items.iter().collect::<Vec<_>>())?;
        let mut left = HashMap::new();
        for item in &items {
            let offers = terms.get(&item.id).map(|terms| terms.offers.as_slice()).unwrap_or_default();
            left.insert(item.id, due::left(conn, item, offers)?);
        }
        Ok(Agreed { terms, left, given: bounds::Agreed::default() })
    }

    /// Of all that the line clears of the item, money and what is cleared besides it; `claimed` is what it would take.
    fn of(
        &mut self,
        view: &ProposalView,
        lines: &[BankLine],
        (line, item): (BankLineId, OpenItemId),
        claimed: Minor,
    ) -> Result<Minor, Common> {
        let row = there(lines.iter().find(|row| row.id == line), "bank line", line)?;
        let paid = row.value_date.map_or(row.booking_date.date(), |date| date.date());
        let own = view.allocations.iter().filter(|a| a.bank_line == Some(line) && a.item == item);
        let cleared = Minor::sum(own.map(|a| a.amount))?;
        let offers = self.terms.get(&item).map(|terms| terms.offers.as_slice()).unwrap_or_default();
        let left = self.left.entry(item).or_default();
        let agreed = self.given.of((line, item), (offers, paid), cleared)?.min(*left);
        *left = left.sub(agreed.min(claimed.max(Minor::ZERO)))?;
        Ok(agreed)
    }
}

fn residual(view: &ProposalView) -> Result<Residual, Common> {
    let name = &view.proposal.residual;
    Residual::by_name(name)
        .ok_or_else(|| Common::Corrupt { what: "proposal", detail: format!("it has a residual {name:?}") })
}

/// Why the standing policy may not approve it; `None`: it may. Ask with the items locked.
pub(super) fn left_to_people(
    conn: &mut Conn,
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<Option<&'static str>, ApproveProposalError> {
    let proposal = &view.proposal;
    let ids: Vec<BankLineId> = lines.iter().map(|line| line.id).collect();
    let mut outlines = Vec::with_capacity(lines.len());
    for line in lines {
        let own = view.differences.iter().filter(|d| d.bank_line == line.id);
        let other = own.clone().any(|d| d.kind != ClearanceKind::BankCharge.name());
        let charged = Minor::sum(own.map(|d| d.amount))?;
        outlines.push(LineOutline {
            paid_in: line.credit && line.kind == "receipt",
            written_off: other || charged > line.charges.max(Minor::ZERO),
        });
    }
    let outline = Outline {
        confidence: Confidence::by_name(&proposal.confidence),
        rank: proposal.rank,
        alternatives: query::proposals::has_alternatives(conn, proposal, &ids)?,
        ambiguous: !proposal.ambiguous_with.0.is_empty(),
        residual: Residual::by_name(&proposal.residual),
        reverses: named_receipt(conn, view, lines)?,
        lines: outlines,
        items: items(conn, view, lines)?,
    };
    match auto::left_to_people(&outline) {
        None => ruled::left_to_people(conn, view, lines),
        reason => Ok(reason),
    }
}

/// Of a return: whether the line names the receipt's own end-to-end reference.
fn named_receipt(conn: &mut Conn, view: &ProposalView, lines: &[BankLine]) -> Result<Option<bool>, Common> {
    let Some(receipt) = view.proposal.reverses_document else { return Ok(None) };
    let company = view.proposal.company;
    let from = match query::documents::by_id(conn, company, receipt)? {
        Some(document) => receipts::line_of(conn, &document)?,
        None => None,
    };
    let paid = match from {
        Some(line) => query::bank_lines::by_id(conn, company, line)?,
        None => None,
    };
    let own = paid.and_then(|line| line.end_to_end).filter(|reference| !reference.is_empty());
    let named = |line: &BankLine| {
        let reference = line.original_end_to_end.as_ref().or(line.end_to_end.as_ref());
        own.is_some() && reference == own.as_ref()
    };
    Ok(Some(!lines.is_empty() && lines.iter().all(named)))
}

fn items(conn: &mut Conn, view: &ProposalView, lines: &[BankLine]) -> Result<Vec<ItemOutline>, Common> {
    let mut cleared: BTreeMap<OpenItemId, Minor> = BTreeMap::new();
    let mut advised: BTreeMap<OpenItemId, bool> = BTreeMap::new();
    for allocation in &view.allocations {
        for item in std::iter::once(allocation.item).chain(allocation.credit_item) {
            let sum = cleared.entry(item).or_default();
            *sum = sum.add(allocation.amount)?;
        }
        let advice = match lines.iter().find(|line| Some(line.id) == allocation.bank_line) {
            Some(line) => load::remittances(line)?.iter().any(|advice| advice.amount == allocation.amount),
            None => false,
        };
        *advised.entry(allocation.item).or_insert(true) &= advice;
    }
    let ids: Vec<OpenItemId> = cleared.keys().copied().collect();
    let found = query::open_items::by_ids(conn, view.proposal.company, &ids)?;
    let outline = |(id, cleared): (OpenItemId, Minor)| ItemOutline {
        closed: found.iter().any(|item| item.id == id && item.open == cleared),
        advised: advised.get(&id).copied().unwrap_or(false),
    };
    Ok(cleared.into_iter().map(outline).collect())
}
