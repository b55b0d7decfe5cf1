//! Oldest first: a policy (对账) that many companies have in their terms.
//!
//! | order | rule | confidence |
//! |---|---|---|
//! | 1 | the line names open items of one customer, and the money is exactly what is left of them | exact |
//! | 2 | the host or the payer's account tells the customer: her oldest open items are paid until the money ends | strong |
//! | 3 | … what is then left, or all of it where nothing is open, stands on her account | strong, weak |
//! | – | money out, returns, unknown payers | unmatched: for people |
//!
//! Lines of rule 1 are served before the others, so that "oldest first" never takes what another line names.

mod tables;

use serde::Deserialize;
use std::collections::VecDeque;
use tables::{Items, Line, lines, normal};
use zhangben_sdk::reconciliation::{
    Allocation, Batch, ItemColumns, LineColumns, Policy, Proposal, Reason, RemittanceColumns, Setup,
    Unmatched,
};
use zhangben_sdk::{Context, Manifest, Problem, manifest};

/// Proposals of one batch.
const BATCH_MAX: usize = 1_000;
/// Items told as near to a line that nobody is known of.
const NEAREST_MAX: usize = 5;

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "reconciliation-oldest-first-example",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "age_by": {"description": "What makes an item old.", "enum": ["due-date", "document-date"], "default": "due-date"},
    "on_account": {"description": "What no open item takes stands on account, or is left to people.", "type": "boolean", "default": true}
  }
}"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    age_by: AgeBy,
    on_account: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config { age_by: AgeBy::DueDate, on_account: true }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgeBy {
    DueDate,
    DocumentDate,
}

/// One conversation.
#[derive(Debug)]
pub struct OldestFirst {
    config: Config,
    /// (account without blanks, customer)
    accounts: Vec<(String, u32)>,
    items: Items,
    proposals: VecDeque<Proposal>,
    unmatched: Vec<Unmatched>,
}

impl Policy for OldestFirst {
    type Config = Config;

    fn manifest() -> Manifest {
        let summary = "Example: exact references first, then the payer's oldest items";
        manifest("reconciliation-oldest-first-example", env!("CARGO_PKG_VERSION"), summary)
            .config_schema(SCHEMA)
            .build()
    }

    fn begin(_context: &Context, config: Config, setup: Setup) -> Result<Self, Problem> {
        let of = |row: &zhangben_sdk::reconciliation::CustomerRow| -> Vec<(String, u32)> {
            row.accounts.iter().map(|account| (normal(account), row.customer)).collect()
        };
        let accounts =
            setup.customers.iter().flat_map(of).filter(|(account, _)| !account.is_empty()).collect();
        let (proposals, unmatched) = (VecDeque::new(), Vec::new());
        Ok(OldestFirst { config, accounts, items: Items::default(), proposals, unmatched })
    }

    fn load_items(&mut self, items: ItemColumns) -> Result<(), Problem> {
        self.items.load(items, self.config.age_by)
    }

    fn propose(&mut self, columns: LineColumns, remittances: RemittanceColumns) -> Result<Batch, Problem> {
        let mut later = Vec::new();
        let mut proposals = Vec::new();
        for line in lines(columns, remittances)? {
            if !line.credit || line.kind != "receipt" || line.remaining <= 0 {
                self.leave(&line, "for-people", Vec::new());
            } else if let Some(proposal) = self.by_reference(&line) {
                proposals.push(proposal);
            } else {
                later.push(line);
            }
        }
        for line in later {
            match self.customer(&line) {
                None => self.leave(&line, "unknown-payer", self.items.of_amount(&line, NEAREST_MAX)),
                Some(customer) => match self.oldest_first(&line, customer) {
                    Some(proposal) => proposals.push(proposal),
                    None => self.leave(&line, "no-fitting-item", Vec::new()),
                },
            }
        }
        proposals.sort_by_key(|proposal| proposal.group);
        self.unmatched.sort_by_key(|unmatched| unmatched.line);
        self.proposals = proposals.into();
        self.next()
    }

    fn next(&mut self) -> Result<Batch, Problem> {
        let count = self.proposals.len().min(BATCH_MAX);
        let proposals: Vec<Proposal> = self.proposals.drain(..count).collect();
        let (unmatched, more) = (std::mem::take(&mut self.unmatched), !self.proposals.is_empty());
        Ok(Batch {
            proposals,
            unmatched,
            explanations: Vec::new(),
            warnings: Vec::new(),
            more,
            ext: Vec::new(),
        })
    }
}

impl OldestFirst {
    fn leave(&mut self, line: &Line, reason: &str, nearest: Vec<u32>) {
        let (line, reason) = (line.ordinal, reason.to_owned());
        self.unmatched.push(Unmatched { line, reason, nearest, ext: Vec::new() });
    }

    /// Named items of one customer that are worth the money, to the last unit.
    fn by_reference(&mut self, line: &Line) -> Option<Proposal> {
        let named = self.items.named(line);
        let customer = self.items.get(*named.first()?)?.customer;
        let of_one = named.iter().all(|n| self.items.get(*n).is_some_and(|item| item.customer == customer));
        let left: i64 = named.iter().map(|n| self.items.left(*n)).sum();
        if !of_one || left != line.remaining {
            return None;
        }
        let why = ("reference-amount", "the line names the items and pays what is left of them");
        Some(self.proposal(line, customer, &named, ("exact", 1000), why))
    }

    /// Who paid, if the host says so or one customer has the account.
    fn customer(&self, line: &Line) -> Option<u32> {
        if line.customer_hint.is_some() {
            return line.customer_hint;
        }
        let account = normal(&line.payer_account);
        let mut of =
            self.accounts.iter().filter(|(known, _)| *known == account).map(|(_, customer)| *customer);
        let first = of.next()?;
        of.all(|other| other == first).then_some(first)
    }

    fn oldest_first(&mut self, line: &Line, customer: u32) -> Option<Proposal> {
        let open = self.items.oldest(customer, &line.currency);
        let left: i64 = open.iter().map(|n| self.items.left(*n)).sum();
        if left < line.remaining && !self.config.on_account {
            return None;
        }
        let (confidence, why) = match open.is_empty() {
            true => (("weak", 300), ("on-account", "the payer is known, nothing is open")),
            false => {
                (("strong", 800), ("oldest-first", "the payer is known: the oldest items are paid first"))
            }
        };
        Some(self.proposal(line, customer, &open, confidence, why))
    }

    /// Pays `items` in order until the money ends; what is left stands on account.
    fn proposal(
        &mut self,
        line: &Line,
        customer: u32,
        items: &[u32],
        (confidence, score): (&str, u32),
        (rule, why): (&str, &str),
    ) -> Proposal {
        let mut money = line.remaining;
        let mut allocations = Vec::new();
        for item in items {
            let amount = self.items.left(*item).min(money);
            if amount > 0 {
                money = money.saturating_sub(amount);
                allocations.push(Allocation {
                    line: line.ordinal,
                    item: *item,
                    amount_in_item_currency: amount,
                    amount_in_line_currency: amount,
                    closes: self.items.take(*item, amount),
                    ext: Vec::new(),
                });
            }
        }
        let reason = Reason { code: rule.to_owned(), text: why.to_owned(), permille: score, ext: Vec::new() };
        Proposal {
            group: line.ordinal,
            rank: 1,
            lines: vec![line.ordinal],
            customer: Some(customer),
            allocations,
            differences: Vec::new(),
            residual: if money > 0 { "on-account" } else { "none" }.to_owned(),
            reverses_receipt: None,
            score,
            confidence: confidence.to_owned(),
            rule: rule.to_owned(),
            reasons: vec![reason],
            ambiguous_with: Vec::new(),
            nettings: Vec::new(),
            ext: Vec::new(),
        }
    }
}

zhangben_sdk::export_reconciliation!(OldestFirst);
