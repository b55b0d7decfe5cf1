//! Sums of a few items that make the money's amount exactly.

/// Items looked at; with at most five together that is some hundred thousand sums at worst.
const ITEMS_MAX: usize = 24;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Nothing,
    One(Vec<u32>),
    /// The first in order, and another that is as good.
    Several(Vec<u32>, Vec<u32>),
}

/// Looks for 2 to `items_max` of `items` (ordinal, amount left; oldest first) that sum to `amount`, fewest first.
pub fn find(items: &[(u32, i64)], amount: i64, items_max: u32) -> Found {
    let items: Vec<(u32, i64)> =
        items.iter().copied().filter(|(_, left)| *left < amount).take(ITEMS_MAX).collect();
    for size in 2..=usize::try_from(items_max).unwrap_or(0) {
        let mut found = Vec::new();
        search(&items, amount, size, &mut Vec::new(), &mut found);
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(one), None) => return Found::One(one),
            (Some(first), Some(second)) => return Found::Several(first, second),
            (None, _) => {}
        }
    }
    Found::Nothing
}

/// Stops at the second sum found: that there are several is all one needs to know.
fn search(items: &[(u32, i64)], amount: i64, size: usize, chosen: &mut Vec<u32>, found: &mut Vec<Vec<u32>>) {
    if size == 0 {
        if amount == 0 {
            found.push(chosen.clone());
        }
        return;
    }
    for (n, (ordinal, left)) in items.iter().enumerate() {
        if found.len() >= 2 || *left > amount {
            continue;
        }
        chosen.push(*ordinal);
        let rest = items.get(n.saturating_add(1)..).unwrap_or_default();
        search(rest, amount.saturating_sub(*left), size - 1, chosen, found);
        chosen.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_items_win_and_equal_answers_are_told() {
        let items = [(0, 100), (1, 250), (2, 400), (3, 650)];
        assert_eq!(find(&items, 350, 4), Found::One(vec![0, 1]));
        assert_eq!(find(&items, 750, 4), Found::Several(vec![0, 3], vec![0, 1, 2]).fewest());
        assert_eq!(find(&items, 999, 4), Found::Nothing);
        assert_eq!(find(&[(0, 100), (1, 100), (2, 50)], 150, 4), Found::Several(vec![0, 2], vec![1, 2]));
    }

    impl Found {
        /// Among answers of different size only the smaller counts.
        fn fewest(self) -> Self {
            match self {
                Found::Several(first, second) if first.len() != second.len() => Found::One(first),
                other => other,
            }
        }
    }
}
