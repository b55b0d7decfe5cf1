//! One proposal by itself.

use super::accept::proposal_clears;
use super::accepted::{
    AcceptedAllocation, AcceptedDifference, AcceptedNetting, AcceptedProposal, Confidence,
    ReconciliationError, Residual,
};
use super::{Item, Line, RawDifference, RawProposal, Request};
use money::{Currency, Minor, MoneyError};
use std::collections::{BTreeMap, BTreeSet};

const SCORE_PERMILLE_MAX: u32 = 1000;
/// Columns of minor units stay below what JavaScript guests can count exactly.
pub(super) const AMOUNT_MINOR_MAX: i64 = (1 << 53) - 1;
/// Rules and reason codes are stored, shown and sealed: a code can hold no text about people.
const CODE_BYTES_MAX: usize = 64;

/// What is being checked: everything an error needs to name.
pub(super) struct Check<'a> {
    pub request: &'a Request,
    pub index: usize,
    pub raw: &'a RawProposal,
    pub currency: Currency,
}

pub(super) fn get<T>(rows: &[T], ordinal: u32) -> Option<&T> {
    rows.get(usize::try_from(ordinal).ok()?)
}

/// What may be cleared of an item: open, not reserved by other proposals, not disputed.
pub(super) fn available(item: &Item) -> Result<Minor, MoneyError> {
    item.open.sub(item.reserved)?.sub(item.disputed)
}

pub(super) fn check(
    request: &Request,
    index: usize,
    raw: &RawProposal,
) -> Result<AcceptedProposal, ReconciliationError> {
    let names = Names::read(index, raw)?;
    let currency = check_known(request, index, raw)?;
    let check = Check { request, index, raw, currency };
    check.direction()?;
    let pairs = check.pairs()?;
    let differences = check.differences(&pairs)?;
    let allocations = check.allocations(&differences)?;
    check.bounds(&differences)?;
    let nettings = check.nettings()?;
    check.customers()?;
    let mut proposal = AcceptedProposal {
        group: raw.group,
        rank: raw.rank,
        lines: raw.lines.clone(),
        customer: raw.customer,
        currency,
        allocations,
        differences,
        residual: names.residual,
        residual_amount: Minor::ZERO,
        residuals: Vec::new(),
        reverses_receipt: raw.reverses_receipt,
        score: raw.score,
        confidence: names.confidence,
        rule: raw.rule.clone(),
        reasons: raw.reasons.clone(),
        ambiguous_with: raw.ambiguous_with.clone(),
        nettings,
    };
    check.items(&proposal)?;
    check.reversal()?;
    check.residuals(&mut proposal)?;
    Ok(proposal)
}

struct Names {
    residual: Residual,
    confidence: Confidence,
}

impl Names {
    fn read(index: usize, raw: &RawProposal) -> Result<Self, ReconciliationError> {
        let unknown = |field, found: &str, known| ReconciliationError::UnknownName {
            proposal: index,
            field,
            found: found.chars().take(40).collect(),
            known,
        };
        let residual = Residual::by_name(&raw.residual)
            .ok_or_else(|| unknown("residual", &raw.residual, "none, on-account, suspense"))?;
        let confidence = Confidence::by_name(&raw.confidence)
            .ok_or_else(|| unknown("confidence", &raw.confidence, "exact, strong, weak, ambiguous"))?;
        let range =
            |field, found, min, max| ReconciliationError::Range { proposal: index, field, found, min, max };
        if raw.rank == 0 {
            return Err(range("rank", raw.rank, 1, u32::MAX));
        }
        if raw.score > SCORE_PERMILLE_MAX {
            return Err(range("score", raw.score, 0, SCORE_PERMILLE_MAX));
        }
        let reasons = raw.reasons.iter().map(|reason| ("a reason's code", &reason.code));
        if let Some((field, found)) =
            std::iter::once(("the rule", &raw.rule)).chain(reasons).find(|c| !is_code(c.1))
        {
            let found = found.chars().take(40).collect();
            return Err(ReconciliationError::Code { proposal: index, field, found });
        }
        if let Some(found) = raw.reasons.iter().find_map(|reason| crate::text::unfit(&reason.text)) {
            return Err(ReconciliationError::Text { proposal: index, found });
        }
        Ok(Names { residual, confidence })
    }
}

pub(super) fn is_code(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=CODE_BYTES_MAX).contains(&text.len()) && text.bytes().all(plain)
}

/// Every ordinal was passed, none stands twice, and there is something to check. Answers the proposal's currency.
fn check_known(request: &Request, index: usize, raw: &RawProposal) -> Result<Currency, ReconciliationError> {
    let unknown = |what, ordinal| ReconciliationError::Unknown { proposal: index, what, ordinal };
    let line = |ordinal: u32| get(&request.lines, ordinal).ok_or_else(|| unknown("line", ordinal));
    let item = |ordinal: u32| get(&request.items, ordinal).ok_or_else(|| unknown("item", ordinal));
    let currencies = raw
        .lines
        .iter()
        .map(|l| Ok(("line", *l, line(*l)?.currency)))
        .chain(
            raw.allocations
                .iter()
                .map(|a| line(a.line).and_then(|_| Ok(("item", a.item, item(a.item)?.currency)))),
        )
        .chain(raw.nettings.iter().flat_map(|n| [n.0, n.1]).map(|i| Ok(("item", i, item(i)?.currency))))
        .collect::<Result<Vec<_>, ReconciliationError>>()?;
    for difference in &raw.differences {
        line(difference.line)?;
        difference.item.map(item).transpose()?;
    }
    raw.ambiguous_with.iter().try_for_each(|other| item(*other).map(drop))?;
    if let Some(customer) = raw.customer.filter(|c| get(&request.customers, *c).is_none()) {
        return Err(unknown("customer", customer));
    }
    if let Some(receipt) = raw.reverses_receipt.filter(|r| get(&request.receipts, *r).is_none()) {
        return Err(unknown("receipt", receipt));
    }
    let mut lines = BTreeSet::new();
    if let Some(twice) = raw.lines.iter().find(|line| !lines.insert(**line)) {
        return Err(ReconciliationError::Twice { proposal: index, what: "line", ordinal: *twice });
    }
    let stray = raw.allocations.iter().map(|a| a.line).chain(raw.differences.iter().map(|d| d.line));
    if let Some(line) = stray.into_iter().find(|line| !lines.contains(line)) {
        return Err(ReconciliationError::ForeignLine { proposal: index, line });
    }
    let Some((_, _, expected)) = currencies.first().copied() else {
        return Err(ReconciliationError::Empty { proposal: index });
    };
    match currencies.into_iter().find(|(_, _, found)| *found != expected) {
        Some((what, ordinal, found)) => {
            Err(ReconciliationError::Currency { proposal: index, what, ordinal, expected, found })
        }
        None => Ok(expected),
    }
}

impl Check<'_> {
    pub fn show(&self, amount: Minor) -> String {
        amount.format(self.currency)
    }

    fn unknown(&self, what: &'static str, ordinal: u32) -> ReconciliationError {
        ReconciliationError::Unknown { proposal: self.index, what, ordinal }
    }

    pub fn line(&self, ordinal: u32) -> Result<&Line, ReconciliationError> {
        get(&self.request.lines, ordinal).ok_or_else(|| self.unknown("line", ordinal))
    }

    pub fn item(&self, ordinal: u32) -> Result<&Item, ReconciliationError> {
        get(&self.request.items, ordinal).ok_or_else(|| self.unknown("item", ordinal))
    }

    pub fn amount(&self, field: &'static str, amount: i64) -> Result<Minor, ReconciliationError> {
        if amount > AMOUNT_MINOR_MAX {
            return Err(MoneyError::Overflow.into());
        }
        if amount <= 0 {
            let found = self.show(Minor::new(amount));
            return Err(ReconciliationError::NotPositive { proposal: self.index, field, found });
        }
        Ok(Minor::new(amount))
    }

    /// Money that came in is posted as a receipt, money that went out only as the return of one.
    fn direction(&self) -> Result<(), ReconciliationError> {
        for ordinal in &self.raw.lines {
            if !self.line(*ordinal)?.credit && self.raw.reverses_receipt.is_none() {
                return Err(ReconciliationError::Outgoing { proposal: self.index, line: *ordinal });
            }
        }
        Ok(())
    }

    /// Money and what it clears with its differences; sides of the items.
    fn allocations(
        &self,
        differences: &[AcceptedDifference],
    ) -> Result<Vec<AcceptedAllocation>, ReconciliationError> {
        let mut besides: BTreeMap<(u32, u32), Minor> = BTreeMap::new();
        for (line, item, amount) in differences.iter().filter_map(|d| Some((d.line, d.item?, d.amount))) {
            let sum = besides.entry((line, item)).or_default();
            *sum = sum.add(amount)?;
        }
        let mut accepted = Vec::with_capacity(self.raw.allocations.len());
        for raw in &self.raw.allocations {
            let (line, item) = (raw.line, raw.item);
            let money = self.amount("an allocation", raw.amount_in_line_currency)?;
            if raw.amount_in_item_currency != raw.amount_in_line_currency {
                return Err(ReconciliationError::TwoAmounts {
                    proposal: self.index,
                    line,
                    item,
                    expected: self.show(Minor::new(raw.amount_in_item_currency)),
                    found: self.show(money),
                    currency: self.currency,
                });
            }
            if self.item(item)?.sign != 1 {
                return Err(ReconciliationError::Side { proposal: self.index, item });
            }
            let amount = money.add(besides.get(&(line, item)).copied().unwrap_or_default())?;
            self.amount("what an allocation clears", amount.get())?;
            accepted.push(AcceptedAllocation { line, item, amount, line_amount: money, closes: raw.closes });
        }
        Ok(accepted)
    }

    fn nettings(&self) -> Result<Vec<AcceptedNetting>, ReconciliationError> {
        let mut seen = BTreeSet::new();
        let mut accepted = Vec::with_capacity(self.raw.nettings.len());
        for (debit_item, credit_item, amount) in self.raw.nettings.iter().copied() {
            let (debit, credit) = (self.item(debit_item)?, self.item(credit_item)?);
            let refuse =
                |rule| ReconciliationError::Netting { proposal: self.index, debit_item, credit_item, rule };
            if (debit.sign, credit.sign) != (1, -1) {
                return Err(refuse("the first must be a receivable and the second owed to the customer"));
            }
            if debit.control_account != credit.control_account {
                return Err(refuse("they stand on different control accounts"));
            }
            if !seen.insert((debit_item, credit_item)) {
                return Err(refuse("it does so twice"));
            }
            let amount = self.amount("a netting", amount)?;
            accepted.push(AcceptedNetting { debit_item, credit_item, amount, currency: self.currency });
        }
        Ok(accepted)
    }

    /// All items belong to the proposal's customer: money is the customer's whose items it pays, whoever sent it
    /// (decision 0008). A return is its receipt's.
    fn customers(&self) -> Result<(), ReconciliationError> {
        let Some(customer) = self.raw.customer else {
            // money of nobody known: it pays nothing, and is nobody's credit
            let nobodys = self.raw.residual == Residual::Suspense.name()
                && self.raw.allocations.is_empty()
                && self.raw.nettings.is_empty();
            return match self.raw.reverses_receipt {
                Some(_) => Ok(()),
                None if nobodys => Ok(()),
                None => Err(ReconciliationError::NoCustomer { proposal: self.index }),
            };
        };
        let allocated = self.raw.allocations.iter().map(|a| a.item);
        let netted = self.raw.nettings.iter().flat_map(|n| [n.0, n.1]);
        for ordinal in allocated.chain(netted) {
            let item = self.item(ordinal)?;
            if item.customer != customer && item.parent_customer != Some(customer) {
                return Err(ReconciliationError::Customer { proposal: self.index, item: ordinal, customer });
            }
        }
        Ok(())
    }

    /// Of each item: not blocked, not over-allocated, and closed exactly when it is.
    fn items(&self, proposal: &AcceptedProposal) -> Result<(), ReconciliationError> {
        // item → one of its allocations says that it closes
        let mut stated: BTreeMap<u32, bool> = BTreeMap::new();
        for raw in &self.raw.allocations {
            *stated.entry(raw.item).or_default() |= raw.closes;
        }
        for (ordinal, cleared) in proposal_clears(proposal)? {
            let item = self.item(ordinal)?;
            if item.blocked {
                return Err(ReconciliationError::Blocked { proposal: self.index, item: ordinal });
            }
            let expected = available(item)?;
            if cleared > expected {
                let (expected, found) = (self.show(expected), self.show(cleared));
                return Err(ReconciliationError::OverAllocated {
                    proposal: self.index,
                    item: ordinal,
                    expected,
                    found,
                });
            }
            if let Some(stated) = stated.get(&ordinal).copied().filter(|s| *s != (cleared == item.open)) {
                let (cleared, open) = (self.show(cleared), self.show(item.open));
                return Err(ReconciliationError::Closes {
                    proposal: self.index,
                    item: ordinal,
                    stated,
                    cleared,
                    open,
                });
            }
        }
        Ok(())
    }

    /// A return takes back one earlier receipt, whole and alone.
    fn reversal(&self) -> Result<(), ReconciliationError> {
        let Some(ordinal) = self.raw.reverses_receipt else { return Ok(()) };
        let refuse =
            |rule| Err(ReconciliationError::Reversal { proposal: self.index, receipt: ordinal, rule });
        let receipt = get(&self.request.receipts, ordinal).ok_or_else(|| self.unknown("receipt", ordinal))?;
        let [line] = self.raw.lines.as_slice() else { return refuse("it must be one line that does") };
        let line = self.line(*line)?;
        if line.credit || !matches!(line.kind.as_str(), "return" | "reversal") {
            return refuse("its line is not a return or reversal that takes money out");
        }
        if receipt.date > line.booking {
            return refuse("the receipt is later than its return");
        }
        if receipt.currency != self.currency {
            return refuse("the receipt is in another currency");
        }
        // what the bank takes for it (退票手续费) it may have taken with it
        let without = line.remaining.sub(line.charges.max(Minor::ZERO))?;
        let fits = |amount: Minor| receipt.amount == amount.to_decimal(self.currency);
        if !fits(line.remaining) && !fits(without) {
            return refuse("the line's amount is not the receipt's, nor that and the charges it shows");
        }
        if self.raw.customer.is_some() && receipt.customer.is_some() && self.raw.customer != receipt.customer
        {
            return refuse("the receipt is another customer's");
        }
        let more = !self.raw.allocations.is_empty()
            || !self.raw.differences.is_empty()
            || !self.raw.nettings.is_empty();
        if more || self.raw.residual != Residual::None.name() {
            return refuse("the proposal also clears something else");
        }
        Ok(())
    }

    /// Line by line: what allocations and differences leave is the residual, and the proposal says where it goes.
    fn residuals(&self, proposal: &mut AcceptedProposal) -> Result<(), ReconciliationError> {
        if self.raw.reverses_receipt.is_some() {
            return Ok(());
        }
        for ordinal in &self.raw.lines {
            let line = self.line(*ordinal)?;
            let own = proposal.allocations.iter().filter(|a| a.line == *ordinal).map(|a| a.line_amount);
            let loose = proposal
                .differences
                .iter()
                .filter(|d| d.line == *ordinal && d.item.is_none())
                .map(|d| d.amount);
            let taken = Minor::sum(own)?.sub(Minor::sum(loose)?)?;
            let left = line.remaining.sub(taken)?;
            if left.is_negative() {
                let (remaining, taken) = (self.show(line.remaining), self.show(taken));
                let (proposal, line) = (self.index, *ordinal);
                return Err(ReconciliationError::LineExceeded { proposal, line, remaining, taken });
            }
            if !left.is_zero() {
                proposal.residuals.push((*ordinal, left));
            }
        }
        proposal.residual_amount = Minor::sum(proposal.residuals.iter().map(|r| r.1))?;
        self.residual(proposal)
    }

    fn residual(&self, proposal: &AcceptedProposal) -> Result<(), ReconciliationError> {
        let (residual, found) = (proposal.residual.name(), proposal.residual_amount);
        let refuse = |expected: String| {
            let found = self.show(found);
            Err(ReconciliationError::Residual { proposal: self.index, residual, expected, found })
        };
        if proposal.residual == Residual::None && !found.is_zero() {
            return refuse(self.show(Minor::ZERO));
        }
        if proposal.residual != Residual::None && found.is_zero() {
            return refuse("a positive amount".to_owned());
        }
        for kind in [Residual::OnAccount, Residual::Suspense] {
            let of_kind = |d: &&RawDifference| d.kind == kind.name();
            let repeated: Vec<&RawDifference> = self.raw.differences.iter().filter(of_kind).collect();
            let stated = Minor::sum(repeated.iter().map(|d| Minor::new(d.amount)))?;
            if !repeated.is_empty() && (stated != found || proposal.residual != kind) {
                return refuse(self.show(stated));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "proposal_tests.rs"]
mod tests;
