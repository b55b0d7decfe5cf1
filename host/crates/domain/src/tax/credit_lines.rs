//! A credit never exceeds what is left of a line that it names, with what was credited of it before, whatever a guest makes of it.
//!
//! | of a line | bounded by what is left, give or take |
//! |---|---|
//! | its amount as it is entered: without tax, or where prices include tax with it | nothing; with tax a unit for each line that rounds |
//! | its tax | a unit for each line, and one for the original's own rounding; [`super::accept`] bounds each tax of all lines strictly |
//!
//! Quantities are not bounded: a price that is lowered twice names all pieces twice.

use super::PriceMode;
use money::{Minor, MoneyError};
use std::collections::BTreeMap;

/// What is, or was, charged or credited on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineFigures {
    pub net: Minor,
    pub tax: Minor,
    pub gross: Minor,
}

/// The first line of which more is credited than is left. Of a discount line both amounts are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// Of the original.
    pub line: u32,
    /// Its tax, not its amount.
    pub tax: bool,
    pub amount: Minor,
    pub left: Minor,
}

/// A line, by the line of the original that it is, or names.
pub type OfLine = (u32, LineFigures);

/// What of the lines `of` an original `own` credits beyond what `before` left.
///
/// # Errors
/// Sums that overflow.
pub fn exceeded(
    of: &[OfLine],
    before: &[OfLine],
    own: &[OfLine],
    prices: PriceMode,
) -> Result<Option<Exceeded>, MoneyError> {
    let amount = match prices {
        PriceMode::Exclusive => Bound { tax: false, figure: |line| line.net, slack: |_| 0 },
        PriceMode::Inclusive => Bound { tax: false, figure: |line| line.gross, slack: |lines| lines },
    };
    let tax = Bound { tax: true, figure: |line| line.tax, slack: |lines| lines.saturating_add(1) };
    for bound in [amount, tax] {
        if let Some(found) = bound.exceeded(of, before, own)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// What is bounded of a line, and how many units so many lines may round to.
struct Bound {
    tax: bool,
    figure: fn(&LineFigures) -> Minor,
    slack: fn(i64) -> i64,
}

impl Bound {
    fn exceeded(
        &self,
        of: &[OfLine],
        before: &[OfLine],
        own: &[OfLine],
    ) -> Result<Option<Exceeded>, MoneyError> {
        // what was credited before, what is now, and on how many lines
        let mut sums: BTreeMap<u32, (Minor, Minor, i64)> = BTreeMap::new();
        for (line, figures) in before {
            let (earlier, _, count) = sums.entry(*line).or_default();
            (*earlier, *count) = (earlier.add((self.figure)(figures))?, count.saturating_add(1));
        }
        for (line, figures) in own {
            let (_, now, count) = sums.entry(*line).or_default();
            (*now, *count) = (now.add((self.figure)(figures))?, count.saturating_add(1));
        }
        for (line, figures) in of {
            let Some((earlier, now, count)) = sums.get(line).copied() else { continue };
            if now.is_zero() {
                continue;
            }
            let (original, slack) = ((self.figure)(figures), Minor::new((self.slack)(count)));
            let left = original.sub(earlier)?;
            // a tax may round past nothing; an amount never changes its sign
            let none = if self.tax { slack } else { Minor::ZERO };
            let exceeds = if original.is_negative() {
                now < left.sub(slack)? || now > none
            } else {
                now > left.add(slack)? || now < none.neg()?
            };
            if exceeds {
                return Ok(Some(Exceeded { line: *line, tax: self.tax, amount: now, left }));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Amounts without tax, which is not looked at.
    fn nets(list: &[(u32, i64)]) -> Vec<OfLine> {
        let one = |net: i64| LineFigures { net: Minor::new(net), gross: Minor::new(net), tax: Minor::ZERO };
        list.iter().map(|(line, net)| (*line, one(*net))).collect()
    }

    fn found(
        of: i64,
        before: &[(u32, i64)],
        own: &[(u32, i64)],
        prices: PriceMode,
    ) -> Option<(u32, i64, i64)> {
        let lines = nets(&[(1, 5_000), (2, of)]);
        let found = exceeded(&lines, &nets(before), &nets(own), prices).unwrap()?;
        assert!(!found.tax);
        Some((found.line, found.amount.get(), found.left.get()))
    }

    #[test]
    fn a_line_is_credited_up_to_what_is_left_of_it() {
        let found =
            |of, before: &[(u32, i64)], own: &[(u32, i64)]| found(of, before, own, PriceMode::Exclusive);
        assert_eq!(found(100, &[], &[(2, 100), (1, 5_000)]), None);
        assert_eq!(found(100, &[], &[(2, 101)]), Some((2, 101, 100)));
        // two lines of one credit, or one after another, come together
        assert_eq!(found(100, &[], &[(2, 60), (2, 41)]), Some((2, 101, 100)));
        assert_eq!(found(100, &[(2, 60)], &[(2, 41)]), Some((2, 41, 40)));
        assert_eq!(found(100, &[(2, 60), (1, 4_999)], &[(2, 40)]), None);
        // what another line has left does not help
        assert!(found(100, &[], &[(1, 1), (2, 101)]).is_some());
    }

    #[test]
    fn where_prices_include_tax_each_line_may_round() {
        let before = [(2, 34), (2, 34)];
        assert_eq!(found(100, &before, &[(2, 34)], PriceMode::Inclusive), None);
        assert!(found(100, &before, &[(2, 36)], PriceMode::Inclusive).is_some());
        assert!(found(100, &before, &[(2, 34)], PriceMode::Exclusive).is_some());
    }

    #[test]
    fn of_a_discount_line_less_than_nothing_is_left() {
        let found = |before: &[(u32, i64)], own: &[(u32, i64)]| found(-10, before, own, PriceMode::Exclusive);
        assert_eq!(found(&[], &[(2, -10)]), None);
        assert!(found(&[], &[(2, -11)]).is_some());
        assert!(found(&[(2, -6)], &[(2, -5)]).is_some());
        assert!(found(&[], &[(2, 1)]).is_some(), "and none of it is charged again");
    }

    /// A guest may put the tax of one line on another: together they come to what the original charged.
    #[test]
    fn no_line_gives_back_the_tax_of_another() {
        let line = |net: i64, tax: i64| LineFigures {
            net: Minor::new(net),
            tax: Minor::new(tax),
            gross: Minor::new(net + tax),
        };
        let of = [(1, line(10_000, 1_300)), (2, line(10_000, 1_300))];
        for prices in [PriceMode::Exclusive, PriceMode::Inclusive] {
            let told = |own: &[OfLine]| exceeded(&of, &[], own, prices).unwrap();
            assert_eq!(told(&[(1, line(10_000, 1_300)), (2, line(10_000, 1_300))]), None);
            assert_eq!(told(&[(1, line(5_000, 651)), (1, line(5_000, 650))]), None, "it rounds");
            // the amount of the line is what it is entered with; the gross of the first is within that of the original
            let moved = told(&[(1, line(9_000, 2_300)), (2, line(1_000, 300))]).unwrap();
            assert_eq!((moved.line, moved.tax), (1, true));
            assert_eq!((moved.amount.get(), moved.left.get()), (2_300, 1_300));
        }
        // with what was given back before
        let before = [(1, line(5_000, 1_300))];
        let again = exceeded(&of, &before, &[(1, line(5_000, 650))], PriceMode::Exclusive).unwrap();
        assert_eq!(again.map(|found| (found.tax, found.left.get())), Some((true, 0)));
    }
}
