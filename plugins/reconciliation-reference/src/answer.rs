//! Builds proposals.

use crate::items::Items;
use crate::lines::Line;
use zhangben_sdk::reconciliation::{Allocation, Difference, Netting, Proposal, Reason};

/// A proposal in the making.
pub struct Draft(Proposal);

impl Draft {
    /// Of one line; the group is the line's ordinal.
    pub fn of(line: &Line, rule: &str, confidence: &str, score: u32) -> Self {
        Draft(Proposal {
            group: line.ordinal,
            rank: 1,
            lines: vec![line.ordinal],
            customer: None,
            allocations: Vec::new(),
            differences: Vec::new(),
            residual: "none".to_owned(),
            reverses_receipt: None,
            score,
            confidence: confidence.to_owned(),
            rule: rule.to_owned(),
            reasons: Vec::new(),
            ambiguous_with: Vec::new(),
            nettings: Vec::new(),
            ext: Vec::new(),
        })
    }
    pub fn customer(mut self, customer: u32) -> Self {
        self.0.customer = Some(customer);
        self
    }
    pub fn reason(mut self, code: &str, text: impl Into<String>, permille: u32) -> Self {
        self.0.reasons.push(Reason { code: code.to_owned(), text: text.into(), permille, ext: Vec::new() });
        self
    }
    /// `amount` of the line's money on an item; `besides` is cleared there without money (charge, tail).
    pub fn allocate(mut self, items: &mut Items, item: u32, amount: i64, besides: i64) -> Self {
        let Some(line) = self.0.lines.first().copied() else { return self };
        let open = items.get(item).map_or(0, |i| i.open);
        let cleared = amount.saturating_add(besides);
        let netted: i64 = self.0.nettings.iter().filter(|n| n.debit_item == item).map(|n| n.amount).sum();
        self.0.allocations.push(Allocation {
            line,
            item,
            amount_in_item_currency: amount,
            amount_in_line_currency: amount,
            closes: cleared.saturating_add(netted) == open,
            ext: Vec::new(),
        });
        items.take(item, cleared);
        self
    }
    pub fn difference(mut self, kind: &str, currency: &str, amount: i64, item: u32) -> Self {
        let Some(line) = self.0.lines.first().copied() else { return self };
        self.0.differences.push(Difference {
            kind: kind.to_owned(),
            line,
            amount,
            currency: currency.to_owned(),
            account_hint: None,
            item: Some(item),
            ext: Vec::new(),
        });
        self
    }
    pub fn net(mut self, items: &mut Items, debit_item: u32, credit_item: u32, amount: i64) -> Self {
        self.0.nettings.push(Netting { debit_item, credit_item, amount, ext: Vec::new() });
        items.take(debit_item, amount);
        items.take(credit_item, amount);
        self
    }
    pub fn on_account(mut self) -> Self {
        self.0.residual = "on-account".to_owned();
        self
    }
    pub fn reverses(mut self, receipt: u32) -> Self {
        self.0.reverses_receipt = Some(receipt);
        self
    }
    pub fn ambiguous_with(mut self, others: Vec<u32>) -> Self {
        self.0.ambiguous_with = others;
        self
    }
    pub fn build(self) -> Proposal {
        self.0
    }
}
