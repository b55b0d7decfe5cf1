//! Widths of a table's columns: by weight, but no column narrower than what it cannot break.

/// What one column needs, in points, cell padding included.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Need {
    pub weight: u32,
    /// Figures, dates and titles: narrower, they would have to be broken where nobody breaks them.
    pub rigid: f32,
    /// The longest word; narrower, words are broken. At least `rigid`.
    pub min: f32,
}

/// The widths, which sum up to `available`, and whether figures fit unbroken.
pub(super) fn widths(needs: &[Need], available: f32) -> (Vec<f32>, bool) {
    let min: f32 = needs.iter().map(|need| need.min).sum();
    let rigid: f32 = needs.iter().map(|need| need.rigid).sum();
    if min <= available {
        return (by_weight(needs, available), true);
    }
    if rigid <= available {
        return (longest_words_give_way(needs, available - rigid), true);
    }
    (needs.iter().map(|need| need.rigid / rigid * available).collect(), false)
}

/// Every column gets what it cannot do without. Of what is left, short words are served first: one long number is broken
/// rather than a little of every column.
fn longest_words_give_way(needs: &[Need], left: f32) -> Vec<f32> {
    let wanted: Vec<f32> = needs.iter().map(|need| need.min - need.rigid).collect();
    let mut sorted = wanted.clone();
    sorted.sort_by(f32::total_cmp);
    let (mut left, mut most) = (left, 0.0);
    for (served, want) in sorted.iter().enumerate() {
        most = left / (sorted.len() - served) as f32;
        if *want > most {
            break;
        }
        left -= want;
    }
    needs.iter().zip(wanted).map(|(need, want)| need.rigid + want.min(most)).collect()
}

/// Shares by weight; a column whose share is under its minimum gets the minimum, and the others share the rest.
fn by_weight(needs: &[Need], available: f32) -> Vec<f32> {
    let all_zero = needs.iter().all(|need| need.weight == 0);
    let weight = |need: &Need| if all_zero { 1.0 } else { f64::from(need.weight) };
    let mut fixed: Vec<Option<f32>> = vec![None; needs.len()];
    loop {
        let taken: f32 = fixed.iter().flatten().sum();
        let free = f64::from((available - taken).max(0.0));
        let open: f64 =
            needs.iter().zip(&fixed).filter(|(_, f)| f.is_none()).map(|(need, _)| weight(need)).sum();
        let share = |need: &Need| if open > 0.0 { (free * weight(need) / open) as f32 } else { 0.0 };
        let mut changed = false;
        for (need, slot) in needs.iter().zip(fixed.iter_mut()) {
            if slot.is_none() && share(need) < need.min {
                *slot = Some(need.min);
                changed = true;
            }
        }
        if !changed {
            return needs
                .iter()
                .zip(&fixed)
                .map(|(need, slot)| slot.unwrap_or_else(|| share(need)))
                .collect();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

    use super::*;

    fn need(weight: u32, rigid: f32, min: f32) -> Need {
        Need { weight, rigid, min }
    }

    fn sums_to(widths: &[f32], available: f32) {
        let sum: f32 = widths.iter().sum();
        assert!((sum - available).abs() < 0.01, "{widths:?} is {sum}, not {available}");
    }

    #[test]
    fn weights_share_the_width() {
        let (found, fits) = widths(&[need(1, 5.0, 10.0), need(3, 5.0, 10.0)], 100.0);
        assert_eq!((found, fits), (vec![25.0, 75.0], true));
    }

    #[test]
    fn a_column_is_never_narrower_than_its_longest_word() {
        let (found, fits) = widths(&[need(1, 5.0, 40.0), need(8, 5.0, 10.0), need(1, 0.0, 0.0)], 100.0);
        assert!(fits);
        assert_eq!(found[0], 40.0);
        assert!((found[1] / found[2] - 8.0).abs() < 0.01, "{found:?}");
        sums_to(&found, 100.0);
    }

    #[test]
    fn a_column_without_weight_gets_what_it_needs_and_all_without_weight_share_alike() {
        let (found, _) = widths(&[need(0, 5.0, 12.0), need(1, 5.0, 10.0)], 100.0);
        assert_eq!(found, [12.0, 88.0]);
        let (found, _) = widths(&[need(0, 5.0, 10.0), need(0, 5.0, 10.0)], 100.0);
        assert_eq!(found, [50.0, 50.0]);
        let (found, _) = widths(&[need(u32::MAX, 0.0, 0.0), need(u32::MAX, 0.0, 0.0)], 100.0);
        assert_eq!(found, [50.0, 50.0]);
    }

    #[test]
    fn words_give_way_before_figures_do() {
        let (found, fits) = widths(&[need(1, 60.0, 60.0), need(1, 10.0, 200.0)], 100.0);
        assert!(fits);
        assert_eq!(found[0], 60.0);
        sums_to(&found, 100.0);
    }

    #[test]
    fn the_longest_word_is_broken_and_short_ones_stay_whole() {
        let needs = [need(1, 10.0, 40.0), need(1, 10.0, 120.0), need(1, 20.0, 20.0), need(1, 0.0, 90.0)];
        let (found, fits) = widths(&needs, 200.0);
        assert!(fits);
        assert_eq!(found, [40.0, 75.0, 20.0, 65.0]);
        sums_to(&found, 200.0);
    }

    #[test]
    fn more_figures_than_fit_are_reported_and_still_stay_inside() {
        let (found, fits) = widths(&[need(1, 90.0, 90.0), need(1, 60.0, 60.0)], 100.0);
        assert!(!fits);
        assert!((found[0] - 60.0).abs() < 0.01, "{found:?}");
        sums_to(&found, 100.0);
    }
}
