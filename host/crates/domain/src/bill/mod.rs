//! Bills of exchange (承兑汇票): what may be done with one, in which order, and what discounting costs.
//!
//! | act | of a bill that is | it is then |
//! |---|---|---|
//! | received 收到 | – | held |
//! | endorsed 背书 | held, up to its maturity | endorsed |
//! | discounted 贴现 | held, before its maturity | discounted |
//! | paid 兑付/托收 | held, or discounted with recourse | paid |
//! | dishonoured 拒付/追索 | held, or endorsed or discounted with recourse | dishonoured |
//!
//! Every act is taken back by itself, the last first; the receipt taken back leaves a bill that is cancelled. A bill moves whole:
//! one that is split (分包流转) is entered as its parts.

mod discount;

pub use discount::{DAYS_OF_YEAR, Discount, DiscountError};

use chrono::{Months, NaiveDate};
use thiserror::Error;

/// From its dishonour on whoever has a bill comes back to who endorsed it (票据法 17).
const RECOURSE: Months = Months::new(6);

/// The day from which on nobody comes back with a bill that was endorsed.
pub fn recourse_ends(maturity: NaiveDate) -> NaiveDate {
    maturity.checked_add_months(RECOURSE).unwrap_or(NaiveDate::MAX)
}

/// Who accepted it, and so who pays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillKind {
    /// 银行承兑汇票
    Bank,
    /// 商业承兑汇票
    Commercial,
}

/// What it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillMedium {
    Electronic,
    Paper,
}

/// Where a bill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillState {
    Held,
    Endorsed,
    Discounted,
    Paid,
    Dishonoured,
    /// Its receipt was taken back.
    Cancelled,
}

/// What is done with a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillAct {
    Received,
    Endorsed,
    Discounted,
    Paid,
    Dishonoured,
    /// The last act that stands was taken back.
    Undone,
}

macro_rules! names {
    ($($name:ident { $($variant:ident = $text:literal),* })*) => {$(
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }
            pub fn by_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    )*};
}

names! {
    BillKind { Bank = "bank", Commercial = "commercial" }
    BillMedium { Electronic = "electronic", Paper = "paper" }
    BillState {
        Held = "held", Endorsed = "endorsed", Discounted = "discounted", Paid = "paid", Dishonoured = "dishonoured",
        Cancelled = "cancelled"
    }
    BillAct {
        Received = "received", Endorsed = "endorsed", Discounted = "discounted", Paid = "paid", Dishonoured = "dishonoured",
        Undone = "undone"
    }
}

impl BillAct {
    /// The kind of the document and entry by which it is posted; an undoing is the mirror of what it takes back.
    pub const fn document(self) -> &'static str {
        match self {
            BillAct::Received => "bill",
            BillAct::Endorsed => "bill-endorsement",
            BillAct::Discounted => "bill-discount",
            BillAct::Paid => "bill-payment",
            BillAct::Dishonoured => "bill-dishonour",
            BillAct::Undone => "adjustment",
        }
    }
    /// The act that a kind of document posts.
    pub fn of_document(kind: &str) -> Option<Self> {
        let posts = |act: &BillAct| *act != BillAct::Undone && act.document() == kind;
        Self::ALL.iter().copied().find(posts)
    }
}

/// An act that may not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BillRefused {
    #[error("the bill is {}: it cannot be {} now", .state.name(), .act.name())]
    State { state: BillState, act: BillAct },
    #[error("the bill was {} without recourse: whoever has it bears its dishonour", .0.name())]
    WithoutRecourse(BillState),
    #[error("it would be {} on {on}, before what was done with the bill last, on {last}", .act.name())]
    Before { act: BillAct, on: NaiveDate, last: NaiveDate },
    #[error("it matures on {maturity}: it cannot be {} on {on}", .act.name())]
    Matured { act: BillAct, on: NaiveDate, maturity: NaiveDate },
    #[error("only the last act that stands is taken back: act {last}, not {named}")]
    NotLast { named: u32, last: u32 },
    #[error("nothing stands that could be taken back")]
    Nothing,
}

/// An act as it is recorded: the `n`th, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillStep {
    pub n: u32,
    pub act: BillAct,
    /// Of an endorsement or a discount: whoever takes the bill may come back to us.
    pub recourse: bool,
    pub on: NaiveDate,
    /// Of an undoing: the act that it takes back.
    pub undoes: Option<u32>,
}

/// A bill as its acts leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillStanding {
    maturity: NaiveDate,
    /// What stands, the receipt first.
    acts: Vec<BillStep>,
    /// The day of the last act, undoings too.
    last: Option<NaiveDate>,
}

impl BillStanding {
    /// Of a bill that matures on `maturity`, before it is received.
    pub const fn new(maturity: NaiveDate) -> Self {
        BillStanding { maturity, acts: Vec::new(), last: None }
    }

    /// What a bill's acts come to, in their order.
    pub fn replay(maturity: NaiveDate, steps: &[BillStep]) -> Result<Self, BillRefused> {
        let mut standing = BillStanding::new(maturity);
        steps.iter().try_for_each(|step| standing.apply(*step))?;
        Ok(standing)
    }

    pub fn state(&self) -> BillState {
        match self.acts.last().map(|step| step.act) {
            None => BillState::Cancelled,
            Some(BillAct::Received | BillAct::Undone) => BillState::Held,
            Some(BillAct::Endorsed) => BillState::Endorsed,
            Some(BillAct::Discounted) => BillState::Discounted,
            Some(BillAct::Paid) => BillState::Paid,
            Some(BillAct::Dishonoured) => BillState::Dishonoured,
        }
    }

    /// Whether whoever has it now, or had it last, may come back to us.
    pub fn recourse(&self) -> bool {
        self.acts.last().is_some_and(|step| step.recourse)
    }

    /// The last act that stands.
    pub fn top(&self) -> Option<&BillStep> {
        self.acts.last()
    }

    /// Does what is recorded, if it may be.
    pub fn apply(&mut self, step: BillStep) -> Result<(), BillRefused> {
        match step.undoes {
            Some(named) => {
                self.check_undo(named, step.on)?;
                self.acts.pop();
            }
            None => {
                self.check(step.act, step.on)?;
                self.acts.push(step);
            }
        }
        self.last = Some(step.on);
        Ok(())
    }

    /// Whether an act may be done on a day.
    pub fn check(&self, act: BillAct, on: NaiveDate) -> Result<(), BillRefused> {
        let (state, recourse) = (self.state(), self.recourse());
        let given = matches!(state, BillState::Endorsed | BillState::Discounted);
        let allowed = match act {
            BillAct::Received => self.last.is_none(),
            BillAct::Endorsed | BillAct::Discounted => state == BillState::Held,
            BillAct::Paid => state == BillState::Held || state == BillState::Discounted && recourse,
            BillAct::Dishonoured if given && !recourse => return Err(BillRefused::WithoutRecourse(state)),
            BillAct::Dishonoured => state == BillState::Held || given,
            BillAct::Undone => return Err(BillRefused::Nothing),
        };
        if !allowed {
            return Err(BillRefused::State { state, act });
        }
        if let Some(last) = self.last.filter(|last| on < *last) {
            return Err(BillRefused::Before { act, on, last });
        }
        // 票据法第三十六条: what is due is presented, and neither endorsed nor discounted
        let late = match act {
            BillAct::Endorsed => on > self.maturity,
            BillAct::Discounted => on >= self.maturity,
            _ => false,
        };
        if late { Err(BillRefused::Matured { act, on, maturity: self.maturity }) } else { Ok(()) }
    }

    /// Whether an act may be taken back on a day: the last one that stands, not before anything that was done with the bill.
    pub fn check_undo(&self, named: u32, on: NaiveDate) -> Result<(), BillRefused> {
        let last = self.acts.last().ok_or(BillRefused::Nothing)?;
        if last.n != named {
            return Err(BillRefused::NotLast { named, last: last.n });
        }
        match self.last.filter(|last| on < *last) {
            Some(last) => Err(BillRefused::Before { act: BillAct::Undone, on, last }),
            None => Ok(()),
        }
    }

    /// The first day on which something may be done with it.
    pub const fn since(&self) -> Option<NaiveDate> {
        self.last
    }
}

#[cfg(test)]
mod tests;
