//! What is left to be taken off an item for early payment (现金折扣). All that stands of it together is never more than the best step
//! gives of the item less what was credited, whatever was paid, undone and paid again in between (decision 77).

use crate::adjusting::{self, WithLine, WriteOffReason};
use crate::common::Common;
use crate::{allocation, document, merge};
use domain::ids::{BankLineId, CompanyId, DocumentId, OpenItemId};
use domain::ledger::ClearanceKind;
use domain::terms::EarlyPayment;
use money::{Minor, Rounding};
use store::rows::{Allocation, Document, OpenItem};
use store::{Conn, query};

/// Most that may still be taken off. Ask with the item held. A part that was paid in time and one that came later have each its own
/// step: together they are bounded by the best.
pub(crate) fn left(conn: &mut Conn, item: &OpenItem, offers: &[EarlyPayment]) -> Result<Minor, Common> {
    let Some(best) = offers.iter().max_by_key(|step| step.permille) else { return Ok(Minor::ZERO) };
    let (credited, written_off) = by_documents(conn, item)?;
    let whole = best.most(item.original.sub(credited)?)?;
    Ok(whole.sub(written_off)?.sub(with_receipts(conn, item)?)?.max(Minor::ZERO))
}

/// What stands of its own credit notes, and of discounts that were written off.
fn by_documents(conn: &mut Conn, item: &OpenItem) -> Result<(Minor, Minor), Common> {
    let company = item.company;
    let standing = allocation::standing(query::allocations::of_item(conn, company, item.id)?);
    let own: Vec<&Allocation> = standing.iter().filter(|one| one.debit_item == item.id).collect();
    let ids: Vec<OpenItemId> = own.iter().map(|one| one.credit_item).collect();
    let credits = query::open_items::by_ids(conn, company, &ids)?;
    let named: Vec<DocumentId> = credits.iter().filter_map(|credit| credit.document).collect();
    let documents = query::documents::by_ids(conn, company, &named)?;
    let made_by = merge::made_by(conn, item)?;
    let (mut credited, mut taken) = (Minor::ZERO, Minor::ZERO);
    for one in own {
        let credit = credits.iter().find(|credit| credit.id == one.credit_item);
        let id = credit.and_then(|credit| credit.document);
        let Some(of) = documents.iter().find(|of| Some(of.id) == id) else { continue };
        if of.kind == "credit-note" && of.original.is_some() && of.original == made_by {
            credited = credited.add(one.amount)?;
        }
        if of.kind == "write-off" && adjusting::reason_of(conn, of)? == Some(WriteOffReason::Discount) {
            taken = taken.add(one.amount)?;
        }
    }
    Ok((credited, taken))
}

/// What receipts of bank lines cleared of it as a discount besides their money. As long as such a receipt stands: where what it paid was
/// undone, what it cleared besides is in its credit.
fn with_receipts(conn: &mut Conn, item: &OpenItem) -> Result<Minor, Common> {
    let company = item.company;
    let mut sum = Minor::ZERO;
    for one in query::proposals::approved_on(conn, company, item.id, ClearanceKind::Discount.name())? {
        // what the tax rules adjusted is a write-off, and counted as one
        let same = |other: &WithLine| {
            let on_it = other.allocation.debit_item == item.id && other.of.line == one.bank_line;
            on_it && other.reason == WriteOffReason::Discount
        };
        if adjusting::with_proposal(conn, company, one.proposal)?.iter().any(same) {
            continue;
        }
        if receipt_stands(conn, company, one.bank_line)? {
            sum = sum.add(one.amount)?;
        }
    }
    Ok(sum)
}

/// Whether the receipt that a bank line became was neither taken back nor returned by the bank.
fn receipt_stands(conn: &mut Conn, company: CompanyId, line: BankLineId) -> Result<bool, Common> {
    let became = query::documents::of_bank_lines(conn, company, &[line])?;
    let Some(receipt) = became.into_iter().find(|of| of.kind == "receipt") else { return Ok(false) };
    let correcting = document::standing_corrections(conn, company, receipt.id)?;
    Ok(!correcting.iter().any(|by| matches!(by.kind.as_str(), "return" | document::MIRROR)))
}

/// What approvals wrote off of it as tails (尾差), either way, whose receipts stand.
pub(crate) fn tails(conn: &mut Conn, item: &OpenItem) -> Result<Minor, Common> {
    let mut sum = Minor::ZERO;
    for one in query::proposals::approved_on(conn, item.company, item.id, ClearanceKind::Tail.name())? {
        if receipt_stands(conn, item.company, one.bank_line)? {
            sum = sum.add(one.amount.abs()?)?;
        }
    }
    Ok(sum)
}

/// The most of what is cleared that one person takes off by terms which nobody else approved: what is usual (2/10, 3/10) and some more.
pub(crate) fn usual(cleared: Minor) -> Result<Minor, Common> {
    Ok(cleared.share(Minor::new(USUAL_PERMILLE), Minor::new(1000), Rounding::Down)?)
}

const USUAL_PERMILLE: i64 = 50;

/// The document that made it, unless another person approved that as a draft, and with it its terms.
pub(crate) fn by_one(conn: &mut Conn, item: &OpenItem) -> Result<Option<Document>, Common> {
    let Some(id) = merge::made_by(conn, item)? else { return Ok(None) };
    if query::drafts::of_document(conn, item.company, id)?.is_some_and(|draft| draft.given > 0) {
        return Ok(None);
    }
    Ok(query::documents::by_id(conn, item.company, id)?)
}
