//! Reports the same entry twice under one ordinal, whatever the file is: the host refuses the file.

use hostile_shared::fixture;
use zhangben_sdk::bank::{
    Account, BankCode, Candidate, Entry, Item, Output, Reader, StatementEnd, StatementStart,
};
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
            vec![start(), entry(self.read), entry(self.read), Item::StatementEnd(end)]
        } else {
            Vec::new()
        };
        Ok(Output { items, ..Output::default() })
    }
}

fn start() -> Item {
    let currency = Some("CNY".to_owned());
    Item::StatementStart(StatementStart {
        ordinal: 0,
        id: "1".to_owned(),
        account: Account {
            id: "1".to_owned(),
            scheme: "other".to_owned(),
            bank: None,
            owner: None,
            currency,
            ext: Vec::new(),
        },
        sequence: None,
        legal_sequence: None,
        page: None,
        last_page: None,
        start: None,
        end: None,
        created: None,
        balances: Vec::new(),
        declared: None,
        ext: Vec::new(),
    })
}

fn entry(length: u32) -> Item {
    Item::Entry(Entry {
        statement: 0,
        ordinal: 0,
        offset: 0,
        length,
        bank_reference: None,
        servicer_reference: Some("A1".to_owned()),
        booking: Some("2026-10-08".to_owned()),
        value: None,
        status: "booked".to_owned(),
        amount: "100.00".to_owned(),
        credit: true,
        reversal: false,
        currency: "CNY".to_owned(),
        code: BankCode { domain: None, family: None, sub: None, proprietary: None, ext: Vec::new() },
        charges: Vec::new(),
        fx: None,
        batch: None,
        text: None,
        details: Vec::new(),
        ext: Vec::new(),
    })
}

zhangben_sdk::export_bank!(Fixture);
