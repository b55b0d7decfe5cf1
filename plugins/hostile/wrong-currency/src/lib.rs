//! Lets a line pay an item of another currency at one for one: the host refuses the proposal.

use hostile_shared::{HostileMatch, Match, pays, text_at};
use zhangben_sdk::reconciliation::{ItemColumns, LineColumns, Proposal};

/// The fixture.
pub struct Fixture;

impl HostileMatch for Fixture {
    const NAME: &'static str = "wrong-currency";
    fn propose(lines: &LineColumns, items: &ItemColumns) -> Vec<Proposal> {
        for (line, remaining) in lines.remaining.iter().enumerate() {
            for (item, open) in items.open.iter().enumerate() {
                let differ = text_at(&lines.currency, line) != text_at(&items.currency, item);
                let ordinals = (u32::try_from(line), u32::try_from(item), items.customer.get(item));
                if let (true, (Ok(line), Ok(item), Some(customer))) = (differ, ordinals) {
                    let amount = *open.min(remaining);
                    return vec![pays(0, (line, *remaining), (item, *open), *customer, amount)];
                }
            }
        }
        Vec::new()
    }
}

zhangben_sdk::export_reconciliation!(Match<Fixture>);
