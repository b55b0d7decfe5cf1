//! Spends the same line in two proposals of the first rank: the host refuses the second.

use hostile_shared::{HostileMatch, Match, pays};
use zhangben_sdk::reconciliation::{ItemColumns, LineColumns, Proposal};

/// The fixture.
pub struct Fixture;

impl HostileMatch for Fixture {
    const NAME: &'static str = "duplicate-proposals";
    fn propose(lines: &LineColumns, items: &ItemColumns) -> Vec<Proposal> {
        let (Some(open), Some(remaining), Some(customer)) =
            (items.open.first(), lines.remaining.first(), items.customer.first())
        else {
            return Vec::new();
        };
        let amount = *open.min(remaining);
        let spend = |group| pays(group, (0, *remaining), (0, *open), *customer, amount);
        vec![spend(0), spend(1)]
    }
}

zhangben_sdk::export_reconciliation!(Match<Fixture>);
