//! Reports an entry for each chunk, whatever the file is: right as long as a file comes in one, as small files do.

use hostile_shared::{entry, fixture, start};
use zhangben_sdk::bank::{Candidate, Item, Output, Reader, StatementEnd};
use zhangben_sdk::{Context, Manifest, NoConfig, Problem};

/// The fixture.
pub struct Fixture {
    chunks: u32,
    read: u64,
}

impl Reader for Fixture {
    type Config = NoConfig;
    fn manifest() -> Manifest {
        fixture("chunk-counter")
    }
    fn detect(_head: &[u8], _file_name: &str) -> Vec<Candidate> {
        vec![Candidate { format: "anything".to_owned(), confidence: 1000, ext: Vec::new() }]
    }
    fn begin(_: &Context, _: NoConfig, _: &str, _: Option<&str>) -> Result<Self, Problem> {
        Ok(Fixture { chunks: 0, read: 0 })
    }
    fn feed(&mut self, chunk: &[u8], last: bool) -> Result<Output, Problem> {
        let mut items = Vec::new();
        if self.chunks == 0 {
            items.push(start());
        }
        let length = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        // an empty file has no bytes for an entry
        if length > 0 {
            items.push(entry(self.chunks, self.read, length));
            self.chunks = self.chunks.saturating_add(1);
            self.read = self.read.saturating_add(u64::from(length));
        }
        if last {
            items.push(Item::StatementEnd(StatementEnd {
                ordinal: 0,
                entries: self.chunks,
                balances: Vec::new(),
                declared: None,
                ext: Vec::new(),
            }));
        }
        Ok(Output { items, ..Output::default() })
    }
}

zhangben_sdk::export_bank!(Fixture);
