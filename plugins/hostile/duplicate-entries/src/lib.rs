//! Reports the same entry twice under one ordinal, whatever the file is: the host refuses the file.

use hostile_shared::{entry, fixture, start};
use zhangben_sdk::bank::{Candidate, Item, Output, Reader, StatementEnd};
use zhangben_sdk::{Context, Manifest, NoConfig, Problem};

/// The fixture.
pub struct Fixture {
    read: u32,
}

impl Reader for Fixture {
    type Config = NoConfig;
    fn manifest() -> Manifest {
        fixture("duplicate-entries")
    }
    fn detect(_head: &[u8], _file_name: &str) -> Vec<Candidate> {
        vec![Candidate { format: "anything".to_owned(), confidence: 1000, ext: Vec::new() }]
    }
    fn begin(_: &Context, _: NoConfig, _: &str, _: Option<&str>) -> Result<Self, Problem> {
        Ok(Fixture { read: 0 })
    }
    fn feed(&mut self, chunk: &[u8], last: bool) -> Result<Output, Problem> {
        self.read = self.read.saturating_add(u32::try_from(chunk.len()).unwrap_or(u32::MAX));
        let items = if last {
            let end = StatementEnd {
                ordinal: 0,
                entries: 2,
                balances: Vec::new(),
                declared: None,
                ext: Vec::new(),
            };
            vec![start(), entry(0, 0, self.read), entry(0, 0, self.read), Item::StatementEnd(end)]
        } else {
            Vec::new()
        };
        Ok(Output { items, ..Output::default() })
    }
}

zhangben_sdk::export_bank!(Fixture);
