//! Names lines and items that were never passed: the host refuses the proposal.

use hostile_shared::{HostileMatch, Match, pays};
use zhangben_sdk::reconciliation::{ItemColumns, LineColumns, Proposal};

/// The fixture.
pub struct Fixture;

impl HostileMatch for Fixture {
    const NAME: &'static str = "unknown-ordinals";
    fn propose(lines: &LineColumns, items: &ItemColumns) -> Vec<Proposal> {
        let (line, item) = (lines.count.saturating_add(5), items.count.saturating_add(7));
        vec![pays(0, (line, 1), (item, 1), 0, 1)]
    }
}

zhangben_sdk::export_reconciliation!(Match<Fixture>);
