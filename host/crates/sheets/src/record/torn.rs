//! Numbers whose rows do not stand together. Rows stream, so that a record ends where another begins; a best effort would enter what stands
//! before the gap as if it were all of it. So the file is looked through before.

use super::plan::Plan;
use super::{digest, row_number};
use crate::read::{Layout, Source, rows};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// Each by its digest, with the row in which it stands again.
#[derive(Debug, Default)]
pub struct Torn(HashMap<u128, u32>);

impl Torn {
    /// Those of a file; of a noun whose records have one row there are none.
    pub fn find(plan: &Plan, source: &Source, layout: &Layout) -> Self {
        let mut torn = HashMap::new();
        if !plan.has_parts() {
            return Torn(torn);
        }
        let (mut seen, mut last) = (HashSet::new(), None);
        // a place that cannot be read is told by who reads the file in earnest
        let _read = rows(source, layout, &mut |row| -> ControlFlow<()> {
            let key = plan.key(&row).map(|key| digest(&key));
            if key.is_none() && plan.lacks_its_head(&row) {
                return ControlFlow::Continue(());
            }
            if let Some(key) = key.filter(|_| key != last)
                && !seen.insert(key)
            {
                torn.entry(key).or_insert(row_number(&row));
            }
            last = key;
            ControlFlow::Continue(())
        });
        Torn(torn)
    }

    pub(super) fn again(&self, key: &str) -> Option<u32> {
        self.0.get(&digest(key)).copied()
    }
}
