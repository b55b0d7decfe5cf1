//! Allocates more than the item and the line have: the host refuses the proposal.

use hostile_shared::{HostileMatch, Match, pays};
use zhangben_sdk::reconciliation::{ItemColumns, LineColumns, Proposal};

/// The fixture.
pub struct Fixture;

impl HostileMatch for Fixture {
    const NAME: &'static str = "over-allocation";
    fn propose(lines: &LineColumns, items: &ItemColumns) -> Vec<Proposal> {
        let (Some(open), Some(remaining), Some(customer)) =
            (items.open.first(), lines.remaining.first(), items.customer.first())
        else {
            return Vec::new();
        };
        vec![pays(0, (0, *remaining), (0, *open), *customer, open.max(remaining).saturating_add(1))]
    }
}

zhangben_sdk::export_reconciliation!(Match<Fixture>);
