//! The reference policy (对账): which open items a bank line pays.
//!
//! | order | rule | confidence |
//! |---|---|---|
//! | 1 | a return names the receipt it takes back, with the fee that the bank shows in it or without | exact by reference, strong by payer and amount |
//! | 2 | references name items, and the money is their sum (less credit notes, or the charge that the bank shows), or what the advice states | exact |
//! | 2 | … less the tax that the customer keeps back, at a rate of the configuration, and the charge that the bank shows | strong: it wants a certificate |
//! | 2 | … less a tail, or a charge that nobody shows, within the tolerance | strong: a write-off is for people |
//! | 3 | references name items, the money is less (part payment) or more (rest on account) | strong |
//! | 4 | the payer is known and one item, a few, or all have the money's amount | strong by account, weak by name |
//! | 5 | the payer is known, nothing fits | weak: on account |
//! | – | several answers are equally good | ambiguous, never exact |
//! | – | a payment of ours comes back, fees, payouts | unmatched |
//! | – | nobody is known | unmatched, with the nearest items |
//!
//! Lines that name items are served before those that do not, so that a guess never takes what another line names.
//! Everything is decided by amounts, dates, numbers and ordinals: the same input gives the same proposals.

mod answer;
mod config;
mod items;
mod lines;
mod payer;
mod reference;
mod rules;
mod subset;
mod token;
mod withheld;

pub use config::Config;

use items::Items;
use lines::Lines;
use payer::Payers;
use zhangben_sdk::reconciliation::{
    Batch, ItemColumns, LineColumns, Policy, Proposal, RemittanceColumns, Setup, Unmatched,
};
use zhangben_sdk::{Context, Manifest, Problem, Warning, manifest};

/// Proposals of one batch.
const BATCH_MAX: usize = 1_000;

/// One conversation.
#[derive(Debug)]
pub struct Reference {
    config: Config,
    setup: Setup,
    payers: Payers,
    items: Items,
    proposals: std::collections::VecDeque<Proposal>,
    unmatched: Vec<Unmatched>,
    warnings: Vec<Warning>,
}

impl Policy for Reference {
    type Config = Config;

    fn manifest() -> Manifest {
        let summary = "Reference policy: references, payers, sums, part payments, returns (对账)";
        manifest("reconciliation-reference", env!("CARGO_PKG_VERSION"), summary)
            .config_schema(config::SCHEMA)
            .build()
    }

    fn check(config: &Config) -> Vec<Problem> {
        withheld::check(&config.withholding)
    }

    fn begin(_context: &Context, config: Config, setup: Setup) -> Result<Self, Problem> {
        let payers = Payers::of(&setup);
        Ok(Reference {
            config,
            setup,
            payers,
            items: Items::default(),
            proposals: std::collections::VecDeque::new(),
            unmatched: Vec::new(),
            warnings: Vec::new(),
        })
    }

    fn load_items(&mut self, items: ItemColumns) -> Result<(), Problem> {
        self.items.load(items)
    }

    fn propose(&mut self, lines: LineColumns, remittances: RemittanceColumns) -> Result<Batch, Problem> {
        let lines = Lines::read(lines, remittances)?;
        let (proposals, unmatched) =
            rules::decide(&self.config, &self.setup, &self.payers, &mut self.items, &lines)?;
        self.proposals = proposals.into();
        self.warnings = rules::unseen(&self.setup, &unmatched);
        self.unmatched = unmatched;
        self.next()
    }

    fn next(&mut self) -> Result<Batch, Problem> {
        let count = self.proposals.len().min(BATCH_MAX);
        let proposals: Vec<Proposal> = self.proposals.drain(..count).collect();
        Ok(Batch {
            proposals,
            unmatched: std::mem::take(&mut self.unmatched),
            explanations: Vec::new(),
            warnings: std::mem::take(&mut self.warnings),
            more: !self.proposals.is_empty(),
            ext: Vec::new(),
        })
    }
}

zhangben_sdk::export_reconciliation!(Reference);
