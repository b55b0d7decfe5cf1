//! Vouchers (记账凭证): an entry as bookkeepers read it, with debit and credit columns and a number of its month.
//!
//! Postings are signed by side; whether what is taken back stands as a negative amount on its own side (红字冲销) or swapped on the
//! other is the company's choice, and of the voucher alone.

use money::{Minor, MoneyError};

/// Whether all vouchers of a month are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sorts {
    /// 记
    #[default]
    One,
    /// 收, 付, 转
    Three,
}

impl Sorts {
    pub const ALL: [Sorts; 2] = [Sorts::One, Sorts::Three];
    pub const fn name(self) -> &'static str {
        match self {
            Sorts::One => "one",
            Sorts::Three => "three",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Sorts::ALL.into_iter().find(|sorts| sorts.name() == name)
    }
}

/// How what is taken back is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReversalStyle {
    /// 红字: negative, on the side it came from.
    #[default]
    Negative,
    /// Positive, on the other side.
    Swapped,
}

impl ReversalStyle {
    pub const ALL: [ReversalStyle; 2] = [ReversalStyle::Negative, ReversalStyle::Swapped];
    pub const fn name(self) -> &'static str {
        match self {
            ReversalStyle::Negative => "negative",
            ReversalStyle::Swapped => "swapped",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        ReversalStyle::ALL.into_iter().find(|style| style.name() == name)
    }
}

/// What a voucher is counted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    General,
    Receipt,
    Payment,
    Transfer,
}

impl Sort {
    pub const ALL: [Sort; 4] = [Sort::General, Sort::Receipt, Sort::Payment, Sort::Transfer];
    pub const fn name(self) -> &'static str {
        match self {
            Sort::General => "general",
            Sort::Receipt => "receipt",
            Sort::Payment => "payment",
            Sort::Transfer => "transfer",
        }
    }
    /// As it stands before the number: 记-1.
    pub const fn word(self) -> &'static str {
        match self {
            Sort::General => "记",
            Sort::Receipt => "收",
            Sort::Payment => "付",
            Sort::Transfer => "转",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Sort::ALL.into_iter().find(|sort| sort.name() == name)
    }
    /// Of an entry that moves money accounts by `money` in base currency. What is taken back in red stays with what it takes back.
    pub fn of(sorts: Sorts, money: Minor, red: bool) -> Self {
        match (sorts, money.is_zero(), money.is_negative() != red) {
            (Sorts::One, ..) => Sort::General,
            (_, true, _) => Sort::Transfer,
            (.., false) => Sort::Receipt,
            (.., true) => Sort::Payment,
        }
    }
}

/// An amount in its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides {
    pub debit: Minor,
    pub credit: Minor,
}

impl Sides {
    /// Of a signed amount. `on_debit` says on which side it stands: that of the base amount, where the line moves that alone.
    pub fn of(amount: Minor, on_debit: bool) -> Result<Self, MoneyError> {
        Ok(match on_debit {
            true => Sides { debit: amount, credit: Minor::ZERO },
            false => Sides { debit: Minor::ZERO, credit: amount.neg()? },
        })
    }
    #[allow(clippy::should_implement_trait)] // it may overflow
    pub fn add(self, other: Sides) -> Result<Self, MoneyError> {
        Ok(Sides { debit: self.debit.add(other.debit)?, credit: self.credit.add(other.credit)? })
    }
}

/// The side on which a posting stands: its sign's, or in red the other, where it is negative.
pub fn on_debit(amount: Minor, base: Minor, red: bool) -> bool {
    let signed = if amount.is_zero() { base } else { amount };
    signed.is_negative() == red
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn money_in_is_a_receipt_and_its_red_stays_one() {
        let of = |money: i64, red: bool| Sort::of(Sorts::Three, Minor::new(money), red);
        assert_eq!(
            (of(5, false), of(-5, false), of(0, false)),
            (Sort::Receipt, Sort::Payment, Sort::Transfer)
        );
        assert_eq!((of(-5, true), of(5, true), of(0, true)), (Sort::Receipt, Sort::Payment, Sort::Transfer));
        assert_eq!(Sort::of(Sorts::One, Minor::new(-5), true), Sort::General);
        for sort in Sort::ALL {
            assert_eq!(Sort::by_name(sort.name()), Some(sort));
        }
        assert!(Sorts::ALL.into_iter().all(|sorts| Sorts::by_name(sorts.name()) == Some(sorts)));
        assert!(ReversalStyle::ALL.into_iter().all(|one| ReversalStyle::by_name(one.name()) == Some(one)));
    }

    #[test]
    fn red_stands_on_its_own_side_and_both_ways_add_up_alike() {
        let (owed, sold) = (Minor::new(-113), Minor::new(113));
        let shown = |red: bool| {
            let one = |amount: Minor| Sides::of(amount, on_debit(amount, amount, red)).unwrap();
            (one(owed), one(sold), one(owed).add(one(sold)).unwrap())
        };
        let sides = |debit: i64, credit: i64| Sides { debit: Minor::new(debit), credit: Minor::new(credit) };
        assert_eq!(shown(true), (sides(-113, 0), sides(0, -113), sides(-113, -113)));
        assert_eq!(shown(false), (sides(0, 113), sides(113, 0), sides(113, 113)));
        // a line of FX moves the base currency alone
        assert!(on_debit(Minor::ZERO, Minor::new(4), false) && !on_debit(Minor::ZERO, Minor::new(-4), false));
    }
}
