//! What a credit note (贷项, 红字) clears of the invoice that it corrects: as much as is open of it, what is due first in front, in the
//! entry that posts the credit (decision 69). What is left of the credit stays open, to be used or refunded.
//!
//! | what of the original | is cleared |
//! |---|---|
//! | items that are free on the day of the credit | in the credit's own entry |
//! | free only from a later day on: it was paid meanwhile, and that was taken back | by an entry of its own, of that day |
//! | carried over to who took the customer's place | where it stands now |
//! | paid, on another control account or another customer's | not: the credit stays open |

use super::issue::{InvoiceKind, IssueInvoice, IssueInvoiceError, IssuedAllocation};
use super::load::Loaded;
use super::write::PreparedInvoice;
use crate::allocation::{self, AllocateError};
use crate::common::{Common, Context, there};
use crate::posting::{self, Relieved};
use crate::{books, merge};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, DocumentId, OpenItemId};
use domain::ledger::EntryDraft;
use domain::tax::{Accepted, PriceMode, TaxDocument};
use money::{Currency, Minor, Money, MoneyError};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::rows::{Allocation, Document, OpenItem};
use store::{Tx, query};

/// Kinds of entries whose allocations to the original go with the credit.
const OWN: [&str; 2] = ["credit-note", "allocation"];

/// A document's entry with what it clears there, and what is cleared after it.
pub(super) struct Cleared {
    pub draft: EntryDraft,
    pub relieved: Vec<Relieved>,
    pub pays: Pays,
}

/// What a credit note pays of its original.
#[derive(Default)]
pub(super) struct Pays {
    own: Vec<IssuedAllocation>,
    later: Vec<(OpenItemId, Money, NaiveDate)>,
}

impl Pays {
    /// As the event of the document carries it; none where nothing is paid.
    pub fn data(&self) -> Option<Value> {
        let own = self.own.iter().map(|one| (one.item, one.amount, one.effective_date));
        let one = |(item, amount, date): (OpenItemId, Money, NaiveDate)| {
            json!({
                "item": item.to_string(), "amount": amount.minor().format(amount.currency()), "effective_date": date.to_string(),
            })
        };
        let all: Vec<Value> = own.chain(self.later.iter().copied()).map(one).collect();
        if all.is_empty() { None } else { Some(Value::Array(all)) }
    }

    /// Allocates what is free later, once the credit is posted; gives all of it.
    pub fn finish(
        self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        company: CompanyId,
        credit: OpenItemId,
    ) -> Result<Vec<IssuedAllocation>, AllocateError> {
        let mut all = self.own;
        for (item, amount, effective_date) in self.later {
            let pair = (item, credit);
            let minor = amount.minor();
            let made = allocation::allocate_in(ctx, tx, actor, company, pair, minor, effective_date, None)?;
            all.push(IssuedAllocation { id: made.id, item, amount, effective_date });
        }
        Ok(all)
    }
}

/// The items of an invoice, and where its customer was merged into another what they became.
fn items_of(tx: &mut Tx<'_>, company: CompanyId, original: DocumentId) -> Result<Vec<OpenItem>, Common> {
    let mut items = query::open_items::of_document(tx, company, original)?;
    items.extend(merge::carried(tx, company, &items)?);
    Ok(items)
}

/// Holds what a document corrects, which is what corrections of one invoice queue on: the items that a credit note may clear, else
/// the invoice's first.
pub(super) fn hold(
    tx: &mut Tx<'_>,
    kind: InvoiceKind,
    (company, original, first): (CompanyId, DocumentId, OpenItemId),
) -> Result<Vec<OpenItem>, Common> {
    let ids: Vec<OpenItemId> = match kind {
        InvoiceKind::CreditNote => items_of(tx, company, original)?.iter().map(|item| item.id).collect(),
        _ => vec![first],
    };
    Ok(query::open_items::lock(tx, company, &ids)?)
}

/// Adds to a document's entry what it clears: a write-off its item, a credit note what is open of its original, `held`.
pub(super) fn clear(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (input, prepared): (&IssueInvoice, &PreparedInvoice),
    draft: EntryDraft,
    held: Vec<OpenItem>,
) -> Result<Cleared, IssueInvoiceError> {
    let company = draft.company;
    if let Some((item, _)) = &prepared.clears {
        let older = there(query::open_items::by_ids(tx, company, &[*item])?.pop(), "open item", item)?;
        let (draft, relieved) = allocation::clear_in_own_entry(ctx, tx, draft, &older)?;
        return Ok(Cleared { draft, relieved, pays: Pays::default() });
    }
    if input.kind != InvoiceKind::CreditNote || held.is_empty() {
        return Ok(Cleared { draft, relieved: Vec::new(), pays: Pays::default() });
    }
    // the original's items stand on accounts of the company's, so must the credit
    let draft = books::resolved(tx, draft)?;
    let (now, later) = by_date(tx, &draft, &held, input.currency)?;
    if now.is_empty() {
        return Ok(Cleared { draft, relieved: Vec::new(), pays: Pays { own: Vec::new(), later } });
    }
    let (draft, relieved) = allocation::pay_in_own_entry::<AllocateError>(ctx, draft, &held, &now)?;
    let effective_date = draft.effective_date.date();
    let own = draft.allocations.iter().map(|made| IssuedAllocation {
        id: made.id,
        item: made.debit_item,
        amount: Money::new(made.amount, made.currency),
        effective_date,
    });
    let pays = Pays { own: own.collect(), later };
    Ok(Cleared { draft, relieved, pays })
}

/// What is paid in the credit's own entry, and what from a later day on.
type ByDate = (Vec<(OpenItemId, Minor)>, Vec<(OpenItemId, Money, NaiveDate)>);

fn by_date(
    tx: &mut Tx<'_>,
    draft: &EntryDraft,
    held: &[OpenItem],
    currency: Currency,
) -> Result<ByDate, Common> {
    let wanted = spread(draft, held)?;
    let free = posting::free_from(tx, draft.company, wanted.iter().copied())?;
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for (item, amount) in wanted {
        let date = *there(free.get(&item), "open item", item)?;
        if date > draft.effective_date.date() {
            later.push((item, Money::new(amount, currency), date));
        } else {
            now.push((item, amount));
        }
    }
    Ok((now, later))
}

/// The credit over what is open of the original on its account: what is due first goes first, until nothing is left of either.
fn spread(draft: &EntryDraft, held: &[OpenItem]) -> Result<Vec<(OpenItemId, Minor)>, Common> {
    let Some(credit) = draft.items.first() else { return Ok(Vec::new()) };
    let stands = |item: &&OpenItem| {
        item.sign > 0
            && item.open.is_positive()
            && (item.customer, &item.account, item.currency)
                == (credit.customer, &credit.account, credit.currency)
    };
    let mut items: Vec<&OpenItem> = held.iter().filter(stands).collect();
    items.sort_by_key(|item| (item.due_now, item.id));
    let (mut left, mut found) = (credit.original, Vec::with_capacity(items.len()));
    for item in items {
        let share = left.min(item.open);
        if share.is_positive() {
            found.push((item.id, share));
            left = left.sub(share)?;
        }
    }
    Ok(found)
}

/// A credit never exceeds what is left of a line that it names, with what was credited of it before, whatever a guest makes of it. A
/// line counts as it is entered: without tax, or where prices include tax with it, and there give or take a unit for each rounding.
pub(super) fn check_lines(
    loaded: &Loaded,
    input: &IssueInvoice,
    (accepted, request): (&Accepted, &TaxDocument),
) -> Result<(), IssueInvoiceError> {
    let Some(original) = loaded.original.as_ref().filter(|_| input.kind == InvoiceKind::CreditNote) else {
        return Ok(());
    };
    let inclusive = input.price_mode == PriceMode::Inclusive;
    let counted = |net: Minor, gross: Minor| if inclusive { gross } else { net };
    let notes = original.credited.iter().filter(|(note, _)| note.kind == InvoiceKind::CreditNote.name());
    let before: Vec<(u32, Minor)> = notes
        .flat_map(|(_, parts)| &parts.lines)
        .filter_map(|line| Some((line.original_line?, counted(line.net, line.gross))))
        .collect();
    let own: Vec<(u32, Minor)> = accepted
        .lines
        .iter()
        .zip(&request.lines)
        .filter_map(|(line, asked)| Some((asked.original_line?, counted(line.net, line.gross))))
        .collect();
    let of = original.parts.lines.iter().map(|line| (line.line, counted(line.net, line.gross)));
    let Some((line, amount, left)) = exceeded(of, &before, &own, inclusive)? else { return Ok(()) };
    let index = request.lines.iter().position(|asked| asked.original_line == Some(line)).unwrap_or_default();
    let money = |minor| Money::new(minor, input.currency);
    let (amount, left) = (money(amount), money(left));
    Err(IssueInvoiceError::ExceedsLine {
        index,
        original: original.document.number.clone(),
        line,
        amount,
        left,
    })
}

/// The first line of which more is credited than is left: what is, and what is left. Of a discount line both are negative.
fn exceeded(
    of: impl Iterator<Item = (u32, Minor)>,
    before: &[(u32, Minor)],
    own: &[(u32, Minor)],
    rounds: bool,
) -> Result<Option<(u32, Minor, Minor)>, MoneyError> {
    let mut sums: BTreeMap<u32, (Minor, Minor, i64)> = BTreeMap::new();
    for (line, amount) in before {
        let (earlier, _, count) = sums.entry(*line).or_default();
        (*earlier, *count) = (earlier.add(*amount)?, count.saturating_add(1));
    }
    for (line, amount) in own {
        let (_, now, count) = sums.entry(*line).or_default();
        (*now, *count) = (now.add(*amount)?, count.saturating_add(1));
    }
    for (line, original) in of {
        let Some((earlier, now, count)) = sums.get(&line).copied() else { continue };
        if now.is_zero() {
            continue;
        }
        let (left, slack) = (original.sub(earlier)?, Minor::new(if rounds { count } else { 0 }));
        let exceeds = if original.is_negative() {
            now < left.sub(slack)? || now.is_positive()
        } else {
            now > left.add(slack)? || now.is_negative()
        };
        if exceeds {
            return Ok(Some((line, now, left)));
        }
    }
    Ok(None)
}

/// What stands between a credit note and its original: nobody chose that, and it goes with the credit. What she did choose – other items,
/// a bank line – is not among it. All items are held.
pub(crate) fn cleared_by(tx: &mut Tx<'_>, note: &Document) -> Result<Vec<Allocation>, Common> {
    let Some(original) = note.original else { return Ok(Vec::new()) };
    let company = note.company;
    let own = query::open_items::of_document(tx, company, note.id)?;
    let theirs: Vec<OpenItemId> = items_of(tx, company, original)?.iter().map(|item| item.id).collect();
    // all at once, in the order in which everybody holds items
    let all: Vec<OpenItemId> = own.iter().map(|item| item.id).chain(theirs.iter().copied()).collect();
    query::open_items::lock(tx, company, &all)?;
    let mut found = Vec::new();
    for item in &own {
        let made = query::allocations::of_item(tx, company, item.id)?;
        for one in allocation::standing(made) {
            if one.proposal.is_some() || !theirs.contains(&one.debit_item) {
                continue;
            }
            let entry = there(query::entries::by_id(tx, company, one.entry)?, "entry", one.entry)?;
            if OWN.contains(&entry.kind.as_str()) {
                found.push(one);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn found(
        of: i64,
        before: &[(u32, i64)],
        own: &[(u32, i64)],
        rounds: bool,
    ) -> Option<(u32, Minor, Minor)> {
        let all = |list: &[(u32, i64)]| -> Vec<(u32, Minor)> {
            list.iter().map(|(line, amount)| (*line, Minor::new(*amount))).collect()
        };
        let lines = [(1, Minor::new(5_000)), (2, Minor::new(of))];
        exceeded(lines.into_iter(), &all(before), &all(own), rounds).unwrap()
    }

    #[test]
    fn a_line_is_credited_up_to_what_is_left_of_it() {
        assert_eq!(found(100, &[], &[(2, 100), (1, 5_000)], false), None);
        assert_eq!(found(100, &[], &[(2, 101)], false), Some((2, Minor::new(101), Minor::new(100))));
        // two lines of one credit, or one after another, come together
        assert_eq!(found(100, &[], &[(2, 60), (2, 41)], false), Some((2, Minor::new(101), Minor::new(100))));
        assert_eq!(found(100, &[(2, 60)], &[(2, 41)], false), Some((2, Minor::new(41), Minor::new(40))));
        assert_eq!(found(100, &[(2, 60), (1, 4_999)], &[(2, 40)], false), None);
        // what another line has left does not help
        assert!(found(100, &[], &[(1, 1), (2, 101)], false).is_some());
    }

    #[test]
    fn where_prices_include_tax_each_line_may_round() {
        assert_eq!(found(100, &[(2, 34), (2, 34)], &[(2, 34)], true), None);
        assert!(found(100, &[(2, 34), (2, 34)], &[(2, 36)], true).is_some());
        assert!(found(100, &[(2, 34), (2, 34)], &[(2, 34)], false).is_some());
    }

    #[test]
    fn of_a_discount_line_less_than_nothing_is_left() {
        assert_eq!(found(-10, &[], &[(2, -10)], false), None);
        assert!(found(-10, &[], &[(2, -11)], false).is_some());
        assert!(found(-10, &[(2, -6)], &[(2, -5)], false).is_some());
        assert!(found(-10, &[], &[(2, 1)], false).is_some(), "and none of it is charged again");
    }
}
