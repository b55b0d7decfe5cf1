//! What the standing policy `auto-exact` may approve without a person. A guest says `exact` of what it likes; here the
//! host says what it means: one answer, one reading, money of a customer that pays what is open to the last unit and
//! nothing else, or the return of the very receipt that the bank names.

use super::{Confidence, Residual};

/// What is looked at, as it stands at the approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub confidence: Option<Confidence>,
    pub rank: u32,
    /// Other proposals of the same call, decided or not, explain one of its lines.
    pub alternatives: bool,
    /// The guest names other items that would do as well.
    pub ambiguous: bool,
    pub residual: Option<Residual>,
    /// Of a return: whether the bank names the receipt by its own end-to-end reference.
    pub reverses: Option<bool>,
    pub lines: Vec<LineOutline>,
    pub items: Vec<ItemOutline>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineOutline {
    /// Money came in, and it is a payment: no reversal, return or refund.
    pub paid_in: bool,
    /// Something is cleared besides the money and the charges that the bank shows.
    pub written_off: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemOutline {
    /// Nothing stays open.
    pub closed: bool,
    /// The payer's advice states just this amount.
    pub advised: bool,
}

/// Why a person must decide; `None`: the policy may.
pub fn left_to_people(outline: &Outline) -> Option<&'static str> {
    if outline.confidence != Some(Confidence::Exact) {
        return Some("it is not exact");
    }
    if outline.rank != 1 || outline.alternatives {
        return Some("there are alternatives to it");
    }
    if outline.ambiguous {
        return Some("other items would do as well");
    }
    if outline.residual != Some(Residual::None) {
        return Some("money is left that clears no item");
    }
    match outline.reverses {
        Some(true) => return None,
        Some(false) => return Some("the bank does not name the receipt that it takes back"),
        None => {}
    }
    if outline.lines.is_empty() || outline.lines.iter().any(|line| !line.paid_in) {
        return Some("it is not money that a customer paid in");
    }
    if outline.lines.iter().any(|line| line.written_off) {
        return Some("it writes off more than the charges that the bank shows");
    }
    if outline.items.iter().any(|item| !item.closed && !item.advised) {
        return Some("an item stays open");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact() -> Outline {
        Outline {
            confidence: Some(Confidence::Exact),
            rank: 1,
            alternatives: false,
            ambiguous: false,
            residual: Some(Residual::None),
            reverses: None,
            lines: vec![LineOutline { paid_in: true, written_off: false }; 2],
            items: vec![
                ItemOutline { closed: true, advised: false },
                ItemOutline { closed: false, advised: true },
            ],
        }
    }

    fn refused(change: impl FnOnce(&mut Outline)) -> bool {
        let mut outline = exact();
        assert_eq!(left_to_people(&outline), None);
        change(&mut outline);
        left_to_people(&outline).is_some()
    }

    #[test]
    fn one_sure_answer_that_pays_to_the_last_unit() {
        for unsure in [None, Some(Confidence::Strong), Some(Confidence::Weak), Some(Confidence::Ambiguous)] {
            assert!(refused(|o| o.confidence = unsure));
        }
        assert!(refused(|o| o.rank = 2));
        assert!(refused(|o| o.alternatives = true));
        assert!(refused(|o| o.ambiguous = true));
        assert!(refused(|o| o.residual = Some(Residual::OnAccount)));
        assert!(refused(|o| o.residual = None));
        assert!(refused(|o| o.lines.clear()), "a netting is for people");
        for index in 0..2 {
            let line = |o: &mut Outline, change: fn(&mut LineOutline)| {
                o.lines.iter_mut().skip(index).take(1).for_each(change)
            };
            assert!(refused(|o| line(o, |l| l.paid_in = false)));
            assert!(refused(|o| line(o, |l| l.written_off = true)));
        }
        assert!(refused(|o| o.items.iter_mut().for_each(|i| i.closed = false)));
        assert!(refused(|o| o.items.iter_mut().for_each(|i| i.advised = false)));
    }

    #[test]
    fn a_return_needs_the_banks_own_reference() {
        assert!(refused(|o| o.reverses = Some(false)));
        let mut named = Outline { reverses: Some(true), ..exact() };
        for line in &mut named.lines {
            line.paid_in = false;
        }
        assert_eq!(left_to_people(&named), None);
        assert!(left_to_people(&Outline { alternatives: true, ..named.clone() }).is_some());
        assert!(left_to_people(&Outline { confidence: Some(Confidence::Strong), ..named }).is_some());
    }
}
