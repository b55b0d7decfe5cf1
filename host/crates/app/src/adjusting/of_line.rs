//! Write-offs that come with a bank line: what it clears of an item besides its money, where the tax rules change the tax of it
//! (decision 66). They are taken back with what the line became.

use super::WriteOffReason;
use crate::common::{Common, there};
use crate::event;
use domain::ids::{BankLineId, CompanyId, ProposalId};
use serde_json::Value;
use store::rows::{Allocation, Document};
use store::{Conn, query};

/// Which line, by which proposal. The allocation names the proposal, the event both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OfLine {
    pub line: BankLineId,
    pub proposal: ProposalId,
}

impl OfLine {
    /// What the event of the write-off says of it.
    pub(crate) fn tell(of: Option<Self>, data: Value) -> Value {
        match of {
            Some(OfLine { line, proposal }) => {
                let data = event::with(data, "bank_line", line.to_string().into());
                event::with(data, "proposal", proposal.to_string().into())
            }
            None => data,
        }
    }
}

/// One that was posted.
#[derive(Debug, Clone)]
pub(crate) struct WithLine {
    pub of: OfLine,
    pub reason: WriteOffReason,
    pub document: Document,
    /// Of the item; `undone`: its document was taken back.
    pub allocation: Allocation,
    pub undone: Option<Allocation>,
}

/// Why a write-off was posted, as its event says.
pub(crate) fn reason_of(conn: &mut Conn, of: &Document) -> Result<Option<WriteOffReason>, Common> {
    let events = query::events::of_subject(conn, of.company, &of.id.to_string())?;
    let posted = events.iter().find(|event| event.kind == "write-off.posted");
    let reason = posted.and_then(|event| event.data.0.get("reason")).and_then(Value::as_str);
    Ok(reason.and_then(WriteOffReason::by_name))
}

/// All that came with the lines of a proposal.
pub(crate) fn with_proposal(
    conn: &mut Conn,
    company: CompanyId,
    proposal: ProposalId,
) -> Result<Vec<WithLine>, Common> {
    let mut found = Vec::new();
    for allocation in query::allocations::of_proposal(conn, company, proposal)? {
        let entry = query::entries::by_id(conn, company, allocation.entry)?;
        let entry = there(entry, "entry", allocation.entry)?;
        let Some(id) = entry.document.filter(|_| entry.kind == "write-off") else { continue };
        let document = there(query::documents::by_id(conn, company, id)?, "document", id)?;
        let events = query::events::of_subject(conn, company, &id.to_string())?;
        let told = events.iter().find(|event| event.kind == "write-off.posted").map(|event| &event.data.0);
        let text = |name: &str| told.and_then(|data| data.get(name)).and_then(Value::as_str);
        let line = text("bank_line").and_then(|line| line.parse().ok());
        let reason = text("reason").and_then(WriteOffReason::by_name);
        let (line, reason) = line.zip(reason).ok_or_else(|| Common::Corrupt {
            what: "write-off",
            detail: format!("no event says of which bank line {} is, and why", document.number),
        })?;
        let undone = query::allocations::undoing(conn, company, allocation.id)?;
        found.push(WithLine { of: OfLine { line, proposal }, reason, document, allocation, undone });
    }
    Ok(found)
}

/// All that came with the bank line of a receipt.
pub(crate) fn with_receipt(conn: &mut Conn, receipt: &Document) -> Result<Vec<WithLine>, Common> {
    let Some(line) = receipt.bank_line else { return Ok(Vec::new()) };
    let events = query::events::of_subject(conn, receipt.company, &receipt.id.to_string())?;
    let posted = events.iter().find(|event| event.kind == "receipt.posted");
    let proposal = posted.and_then(|event| event.data.0.get("proposal")).and_then(Value::as_str);
    let Some(proposal) = proposal.and_then(|id| id.parse().ok()) else { return Ok(Vec::new()) };
    let mut found = with_proposal(conn, receipt.company, proposal)?;
    found.retain(|one| one.of.line == line);
    Ok(found)
}
