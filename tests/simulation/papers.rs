//! What documents say that the model must know of, and what may be done with each of them.

use super::model::Flow;
use chrono::{Days, Months, NaiveDate};
use domain::bill::BillState;
use domain::ids::{
    AllocationId, BankLineId, BillId, DisputeId, DocumentId, MergeId, SuspenseId, SuspenseMoveId,
};

/// An invoice: whole units sold and credited since, at a price in minor units.
pub struct Invoice {
    pub number: String,
    pub party: usize,
    pub day: NaiveDate,
    pub sold: i64,
    pub credited: i64,
    pub price: i64,
    /// The tax on all of it.
    pub tax: i64,
    /// Its open items.
    pub items: Vec<usize>,
    /// Its due date counts from its receipt: days, and when that was told last.
    pub received: Option<(u64, Option<NaiveDate>)>,
    /// 现金折扣: the last day, and permille of what is cleared.
    pub early: Option<(NaiveDate, i64)>,
    /// What stands of discounts.
    pub rebated: i64,
    /// What stands of other write-offs.
    pub written_off: i64,
    /// The delivery that it billed.
    pub delivered: Option<usize>,
    /// The day from which on it bills what it does by now.
    pub billed_on: NaiveDate,
    /// What of it waits for its goods, where the company deferred.
    pub waits: Option<Waiting>,
    /// Of a debit note: the place of the invoice that it raises.
    pub raises: Option<usize>,
    /// Of a debit note: it raises a price, and has no goods of its own.
    pub lifts: bool,
    /// Somebody said that the customer got it.
    pub issued: bool,
    pub reversed: bool,
    pub step: u64,
}

/// Units of an invoice that are not delivered, and what took of them.
pub struct Waiting {
    pub document: DocumentId,
    pub flow: Flow,
}

/// A delivery that stands, of units that were invoiced before.
pub struct Handed {
    pub number: String,
    pub invoice: usize,
    pub units: i64,
    pub day: NaiveDate,
    /// Where more was delivered than the invoice has: the place of what accrued the rest.
    pub rest: Option<usize>,
}

/// Goods of an invoice that came back: owed to the customer without tax until a credit note bills them.
pub struct Return {
    pub number: String,
    pub invoice: usize,
    /// It said so.
    pub named: bool,
    pub item: usize,
    pub day: NaiveDate,
    /// Not billed by a credit note.
    pub open: i64,
    /// In credit notes that stand.
    pub credited: i64,
    pub reversed: bool,
}

/// Money on account that was taxed.
pub struct Advance {
    pub document: DocumentId,
    /// The item of its receipt, and what merges put in its place.
    pub items: Vec<usize>,
    /// What of the receipt stayed on account, and the tax in it.
    pub gross: i64,
    pub tax: i64,
    /// What was not used of it when its tax was looked at.
    pub seen: Option<i64>,
}

/// What a customer says she does not owe of an item.
pub struct Dispute {
    pub id: DisputeId,
    pub item: usize,
    pub amount: i64,
    pub opened: NaiveDate,
    pub resolved: Option<NaiveDate>,
}

/// A credit note that stands, with an item of its own: so many units of an invoice.
pub struct Note {
    pub number: String,
    pub invoice: usize,
    pub units: i64,
    /// Of which so many were not delivered.
    pub undelivered: i64,
    /// The place of a return that it bills, and units of that.
    pub back: Option<(usize, i64)>,
    /// Units of what its invoice bills of a delivery that are open again by it.
    pub given: i64,
    pub net: i64,
    pub tax: i64,
    pub item: usize,
    pub step: u64,
}

/// A document that stands, and is what its item is.
pub struct Paper {
    /// What taking it back is called.
    pub what: &'static str,
    pub id: DocumentId,
    pub number: String,
    pub item: usize,
    pub step: u64,
    /// Of money that was in suspense: where.
    pub pot: Option<usize>,
}

/// 发票: of so much of an invoice.
pub struct TaxPaper {
    pub number: String,
    pub invoice: usize,
    pub gross: i64,
    /// On paper; else a digital one.
    pub special: bool,
    pub day: NaiveDate,
    /// What red-letter ones took back.
    pub red: i64,
    pub voided: bool,
}

impl TaxPaper {
    pub fn stands(&self) -> bool {
        !self.voided && self.red < self.gross
    }
}

/// A document that stands, and cleared so much of an item in its own entry: 退款, 核销, 调整.
pub struct Memo {
    pub number: String,
    pub item: usize,
    pub amount: i64,
    pub day: NaiveDate,
    pub step: u64,
    /// Of a write-off: the place of the invoice that it takes from.
    pub invoice: Option<usize>,
}

/// A discount for early payment that was taken, with what was allocated.
pub struct Rebate {
    pub document: DocumentId,
    pub pair: AllocationId,
    pub item: usize,
    pub amount: i64,
    pub day: NaiveDate,
    pub step: u64,
}

/// Parts of an amount by permille: what rounding leaves goes, a unit each, to the largest remainders, the earlier first.
pub fn parts(amount: i64, permille: &[i64]) -> Vec<i64> {
    let mut parts: Vec<i64> = permille.iter().map(|share| amount * share / 1_000).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|n| -(amount * permille[*n] % 1_000));
    let mut left = amount - parts.iter().sum::<i64>();
    for n in order {
        if left > 0 {
            parts[n] += 1;
            left -= 1;
        }
    }
    parts
}

/// Money that the bank shows, and that nobody looked at yet.
#[derive(Clone, Copy)]
pub struct Line {
    pub id: BankLineId,
    pub amount: i64,
    pub day: NaiveDate,
}

/// Money in suspense.
pub struct Pot {
    pub id: SuspenseId,
    pub flow: Flow,
}

/// Money that went out of suspense, and became no receipt.
#[derive(Clone, Copy)]
pub struct Out {
    pub id: SuspenseMoveId,
    pub pot: usize,
    pub amount: i64,
    pub day: NaiveDate,
}

/// What is done with a bill of exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Received,
    Endorsed,
    Discounted,
    Paid,
    Dishonoured,
}

/// A deed that stands.
pub struct Act {
    pub deed: Deed,
    pub recourse: bool,
    pub on: NaiveDate,
    pub number: String,
    pub step: u64,
    /// The day of the clock.
    pub done: NaiveDate,
    /// Whether it cleared the bill's item.
    pub clears: bool,
    /// Of a dishonour: what the bill had paid, (debit, amount).
    pub freed: Vec<(usize, i64)>,
}

pub struct Bill {
    pub id: BillId,
    pub party: usize,
    pub face: i64,
    pub maturity: NaiveDate,
    /// On the account of bills, and what it paid with.
    pub item: usize,
    pub credit: usize,
    /// The receipt first; none: it was cancelled.
    pub acts: Vec<Act>,
    /// The day of what was done last, undoings too.
    pub last: NaiveDate,
}

impl Bill {
    /// Whether whoever has it by now may want its money of us, from a day on.
    pub fn may_come_back(&self, on: NaiveDate) -> bool {
        self.acts.last().is_some_and(|act| match act.deed {
            Deed::Discounted => act.recourse,
            Deed::Endorsed => act.recourse && on < self.maturity + Months::new(6),
            Deed::Received | Deed::Paid | Deed::Dishonoured => false,
        })
    }
    pub fn state(&self) -> BillState {
        match self.acts.last().map(|act| act.deed) {
            None => BillState::Cancelled,
            Some(Deed::Received) => BillState::Held,
            Some(Deed::Endorsed) => BillState::Endorsed,
            Some(Deed::Discounted) => BillState::Discounted,
            Some(Deed::Paid) => BillState::Paid,
            Some(Deed::Dishonoured) => BillState::Dishonoured,
        }
    }

    /// Whether a deed may be done on a day.
    pub fn allows(&self, deed: Deed, on: NaiveDate) -> bool {
        let Some(top) = self.acts.last() else { return false };
        let held = top.deed == Deed::Received;
        let given = top.recourse && matches!(top.deed, Deed::Endorsed | Deed::Discounted);
        on >= self.last
            && match deed {
                Deed::Received => false,
                Deed::Endorsed => held && on <= self.maturity,
                Deed::Discounted => held && on < self.maturity,
                Deed::Paid => held || given && top.deed == Deed::Discounted,
                Deed::Dishonoured => held || given,
            }
    }

    /// Whether a deed clears the bill's item: with recourse a discounted bill stays, an endorsed one has gone.
    pub fn clears(&self, deed: Deed, recourse: bool) -> bool {
        let gone = self.acts.last().is_some_and(|top| top.deed == Deed::Endorsed);
        match deed {
            Deed::Received => false,
            Deed::Discounted => !recourse,
            Deed::Endorsed | Deed::Paid => true,
            Deed::Dishonoured => !gone,
        }
    }
}

/// A delivery of whole units at a price in minor units, accrued until it is billed.
pub struct Delivery {
    pub number: String,
    pub party: usize,
    pub item: usize,
    pub day: NaiveDate,
    pub price: i64,
    /// Neither billed nor returned.
    pub open: i64,
    /// In invoices that stand.
    pub billed: i64,
    /// Some of it was given back, or all of it reversed.
    pub back: bool,
    /// It is what was delivered beyond an invoice that the same delivery named.
    pub beyond: bool,
}

/// One customer took the place of another.
pub struct Merge {
    pub id: MergeId,
    pub source: usize,
    pub target: usize,
    pub day: NaiveDate,
    pub step: u64,
    /// (hers, what the other has in its place, how much)
    pub carried: Vec<(usize, usize, i64)>,
    /// Whether the bank took money of hers back since.
    pub held: bool,
}

/// So many days on.
pub fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}
