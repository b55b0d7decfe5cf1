//! Bank lines: which of them something was posted from, as the events of entries say, and which were opened again; so that no line is
//! settled twice.

use super::Run;
use domain::ids::{BankLineId, DocumentId, ProposalId};
use serde_json::Value;
use std::collections::HashMap;
use store::rows::Event;

/// What the chain says of them.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// Lines that are settled, each with the proposal by which, if one did: once that is undone, the line is open again.
    lines: HashMap<BankLineId, Option<ProposalId>>,
    /// Receipts and returns that settled lines as they stand.
    documents: HashMap<BankLineId, DocumentId>,
    /// What may be taken back by itself, with the line that it settled: moves out of suspense by id, acts on bills by bill and number.
    acts: HashMap<String, BankLineId>,
}

impl Chained {
    /// Whether a line is settled; `undone` tells of a proposal whether it was.
    pub(super) fn settles(&self, line: BankLineId, undone: impl Fn(ProposalId) -> bool) -> bool {
        match self.lines.get(&line) {
            Some(Some(proposal)) => !undone(*proposal),
            Some(None) => true,
            None => false,
        }
    }

    /// The receipt or return that settled a line last.
    pub(super) fn document_of(&self, line: BankLineId) -> Option<DocumentId> {
        self.documents.get(&line).copied()
    }

    fn settle(&mut self, line: BankLineId, proposal: Option<ProposalId>, document: Option<DocumentId>) {
        self.lines.insert(line, proposal);
        self.documents.remove(&line);
        self.documents.extend(document.map(|document| (line, document)));
    }

    fn take_back(&mut self, act: &str) {
        if let Some(line) = self.acts.remove(act) {
            self.lines.remove(&line);
        }
    }
}

/// Notes what an event says of a line.
pub(super) fn note(run: &mut Run, event: &Event) {
    let text = |name: &str| event.data.0.get(name).and_then(Value::as_str);
    let line = |name: &str| text(name).and_then(|id| id.parse::<BankLineId>().ok());
    let settled = &mut run.settled;
    match event.kind.as_str() {
        "receipt.posted" | "receipt.returned" | "suspense.posted" => {
            if let Some(line) = line("bank_line") {
                // what is in suspense is about an item of its own
                settled.settle(
                    line,
                    text("proposal").and_then(|id| id.parse().ok()),
                    event.subject.parse().ok(),
                );
            }
        }
        // paid back by the line
        "suspense.cleared" => {
            if let (Some(line), Some(out)) = (line("bank_line"), text("move")) {
                settled.settle(line, None, None);
                settled.acts.insert(out.to_owned(), line);
            }
        }
        "suspense.restored" => settled.take_back(text("reverses").unwrap_or_default()),
        "bank-move.posted" => {
            for line in line("from_line").into_iter().chain(line("to_line")) {
                settled.settle(line, None, None);
            }
        }
        "bank-move.joined" => {
            if let Some(line) = line("bank_line") {
                settled.settle(line, None, None);
            }
        }
        "bank-move.undone" => {
            for line in line("from_line").into_iter().chain(line("to_line")) {
                settled.lines.remove(&line);
            }
        }
        kind if kind.starts_with("bill.") => {
            let act = |name: &str| {
                let n = event.data.0.get(name).and_then(Value::as_u64);
                n.map(|n| format!("{} {n}", event.subject))
            };
            if let (Some(line), Some(act)) = (line("bank_line"), act("n")) {
                settled.settle(line, None, None);
                settled.acts.insert(act, line);
            }
            if let Some(undone) = act("undoes") {
                settled.take_back(&undone);
            }
        }
        _ => {}
    }
}
