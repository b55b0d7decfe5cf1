//! What was invoiced and is not delivered (合同负债), by line of an invoice: deferred in the entry that bills it, released in that of its
//! delivery, taken back by credit notes and reversals, each at what it is carried at. Whoever moves some of it holds the open items of the
//! invoice: of two that want the same the second finds what the first left.

use super::record::InvoicedPart;
use super::refuse_part;
use crate::common::Common;
use chrono::NaiveDate;
use domain::deferral::{Credited, Deferred, credited, undelivered, waits_from};
use domain::delivery::{Part, Wanted};
use domain::document::Document;
use domain::ids::{CompanyId, DocumentId};
use domain::ledger::{EntryDraft, base_shares, defer};
use money::{Currency, Minor, normal_form};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::rows::{Deferral, DeliveryLink};
use store::{Conn, query};
use uuid::Uuid;

/// Whether invoices of the company defer what is not delivered.
pub(crate) fn applies(held: &query::settings::Settings) -> bool {
    held.deliveries.as_ref().is_some_and(|row| row.accounting.defers())
}

const fn of(row: &Deferral) -> Deferred {
    Deferred { quantity: row.quantity, amount: row.amount, base: row.base }
}

fn row(
    company: CompanyId,
    (document, line): (DocumentId, u32),
    (currency, moved): (Currency, Deferred),
    (seal_ref, effective_date): (Uuid, NaiveDate),
) -> Deferral {
    let Deferred { quantity, amount, base } = moved;
    Deferral { company, document, line, seal_ref, currency, quantity, amount, base, effective_date }
}

/// What all of it comes to: amount and base amount.
pub(crate) fn total(moved: &[Deferral]) -> Result<(Minor, Minor), Common> {
    Ok((Minor::sum(moved.iter().map(|one| one.amount))?, Minor::sum(moved.iter().map(|one| one.base))?))
}

/// As an event carries what moves.
pub(crate) fn data(moved: &[Deferral], base: Currency) -> Value {
    let one = |row: &Deferral| {
        json!({
            "document": row.document.to_string(),
            "line": row.line,
            "currency": row.currency.code(),
            "quantity": normal_form(row.quantity),
            "amount": row.amount.format(row.currency),
            "base": row.base.format(base),
            "effective_date": row.effective_date.to_string(),
        })
    };
    Value::Array(moved.iter().map(one).collect())
}

/// Defers in the draft of an invoice or debit note what of it no delivery has; `links` is what it bills of deliveries.
pub(crate) fn of_invoice(
    company: CompanyId,
    document: &Document,
    links: &[DeliveryLink],
    draft: &mut EntryDraft,
) -> Result<Vec<Deferral>, Common> {
    let named: Vec<(u32, Part)> =
        links.iter().filter_map(|link| Some((link.document_line?, link.part()))).collect();
    let waiting = undelivered(document, &named)?;
    let amounts: Vec<Minor> = waiting.iter().map(|(_, part)| part.amount).collect();
    let bases = base_shares(draft, document.net, &amounts)?;
    let at = (draft.id.uuid(), document.effective_date);
    let one = |((line, part), base): ((u32, Part), Minor)| {
        let moved = Deferred { quantity: part.quantity, amount: part.amount, base };
        row(company, (document.id, line), (document.currency, moved), at)
    };
    let moved: Vec<Deferral> = waiting.into_iter().zip(bases).map(one).collect();
    let (amount, base) = total(&moved)?;
    defer(draft, document.currency, amount, base)?;
    Ok(moved)
}

/// That nothing waits of the lines whose price a debit note raises: goods that wait have one price, at which they are delivered, credited
/// and taken back. The original's items are held.
pub(crate) fn check_raised(conn: &mut Conn, company: CompanyId, document: &Document) -> Result<(), Common> {
    let Some(original) = document.original else { return Ok(()) };
    let standing = Standing::of(conn, company, &[original])?;
    for line in &document.lines {
        let Some(of) = line.original_line else { continue };
        let waits = standing.left((original, of))?;
        if !waits.is_nothing() {
            let quantity = normal_form(waits.quantity);
            let pointer = format!("/lines/{}/original_line", line.line.saturating_sub(1));
            return Err(Common::invalid(
                pointer,
                format!(
                    "{quantity} of line {of} are not delivered yet: take them back by a credit note, and charge them anew by a line that names none"
                ),
            ));
        }
    }
    Ok(())
}

/// Whether a debit note raises the price of lines of its original.
pub(super) fn raises(conn: &mut Conn, company: CompanyId, debit_note: DocumentId) -> Result<bool, Common> {
    let lines = query::documents::lines_of(conn, company, &[debit_note])?;
    Ok(lines.iter().any(|line| line.original_line.is_some()))
}

/// Takes back in the draft of a credit note what waits of the lines that it credits; of returns that it bills, and of what is billed
/// `again` by its lines, nothing waits. The original's items are held.
pub(crate) fn of_credit(
    conn: &mut Conn,
    company: CompanyId,
    document: &Document,
    (links, again): (&[DeliveryLink], &BTreeMap<u32, Decimal>),
    draft: &mut EntryDraft,
) -> Result<Vec<Deferral>, Common> {
    let Some(original) = document.original else { return Ok(Vec::new()) };
    let mut standing = Standing::of(conn, company, &[original])?;
    if standing.rows.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = query::documents::lines_of(conn, company, &[original])?;
    for line in document.lines.iter().filter(|line| line.nature != "discount") {
        let own = || links.iter().filter(|link| link.document_line == Some(line.line));
        let Some(of) = theirs.iter().find(|of| Some(of.line) == line.original_line) else {
            // what the original charged beside its lines has a share in what waits of each
            if standing.anything()? {
                let pointer = format!("/lines/{}/original_line", line.line.saturating_sub(1));
                return Err(Common::invalid(
                    pointer,
                    "is required: goods of the original wait to be delivered",
                ));
            }
            continue;
        };
        if own().any(|link| link.quantity.is_zero()) {
            continue;
        }
        let again = again.get(&line.line).copied().unwrap_or_default();
        let returned = own().try_fold(again, |sum, link| sum.checked_add(link.quantity));
        let credit = Credited {
            quantity: line.quantity,
            net: line.net,
            of_quantity: of.quantity,
            of_net: of.net,
            returned: returned.ok_or(money::MoneyError::Overflow)?,
        };
        let pointer = format!("/lines/{}", line.line.saturating_sub(1));
        let waits = standing.left((original, of.line))?;
        let taken =
            credited(waits, credit, document.currency).map_err(|error| refuse_part(&pointer, error))?;
        if !taken.is_nothing() {
            let what = || format!("line {} of the original", of.line);
            standing.take((original, of.line), taken, document.effective_date, what)?;
        }
    }
    let moved = standing.moved(company, document.currency, (draft.id.uuid(), document.effective_date))?;
    let (amount, base) = total(&moved)?;
    defer(draft, document.currency, amount, base)?;
    Ok(moved)
}

/// What a delivery releases of the lines of invoices that it names: of what waits there, no more. `links` are its parts, in their order;
/// `seal_ref` is its caller's to set.
pub(super) fn released(
    conn: &mut Conn,
    company: CompanyId,
    (currency, delivered_on): (Currency, NaiveDate),
    (parts, links): (&[InvoicedPart], &[DeliveryLink]),
) -> Result<Vec<Deferral>, Common> {
    let documents: Vec<DocumentId> = links.iter().filter_map(|link| link.document).collect();
    let mut standing = Standing::of(conn, company, &documents)?;
    for (n, (part, link)) in parts.iter().zip(links).enumerate() {
        let Some(key) = link.document.zip(link.document_line) else { continue };
        if !standing.has(key) {
            continue;
        }
        let (wanted, member) = match (link.quantity.is_zero(), part.wanted.quantity, part.wanted.amount) {
            (true, ..) => (Wanted::Amount(link.amount), "amount"),
            (false, Some(_), _) => (Wanted::Quantity(link.quantity), "quantity"),
            (false, None, Some(_)) => (Wanted::Quantity(link.quantity), "amount"),
            (false, None, None) => (Wanted::Quantity(link.quantity), "line"),
        };
        let taken = standing.left(key)?.take(wanted, currency);
        let taken = taken.map_err(|error| refuse_part(&format!("/invoices/{n}/{member}"), error))?;
        let line = format!("line {} of {}", key.1, part.document);
        standing.take(key, taken, delivered_on, || line.clone()).map_err(|error| match error {
            Common::TooEarly { since, .. } => {
                let message = format!("lies before {since}: until then less than that waits of {line}");
                Common::invalid("/delivered_on", message)
            }
            other => other,
        })?;
    }
    standing.moved(company, currency, (Uuid::nil(), delivered_on))
}

/// Takes back what an entry, or an event, moved, on the wanted day; without one on `day`, or where it was delivered meanwhile and that was
/// taken back, from there on. Gives the day too; `seal_ref` is its caller's to set.
pub(crate) fn taken_back(
    conn: &mut Conn,
    company: CompanyId,
    by: Uuid,
    (wanted, day): (Option<NaiveDate>, NaiveDate),
) -> Result<(Vec<Deferral>, NaiveDate), Common> {
    let rows = query::deferrals::moved_by(conn, company, by)?;
    let documents: Vec<DocumentId> = rows.iter().map(|row| row.document).collect();
    let standing = Standing::of(conn, company, &documents)?;
    let mut free = day;
    for row in &rows {
        let key = (row.document, row.line);
        let since = standing.free(key, row.amount)?.unwrap_or(day);
        if let Some(effective) = wanted.filter(|wanted| *wanted < since) {
            return Err(Common::TooEarly { effective, what: format!("line {} that waits", row.line), since });
        }
        free = free.max(since);
    }
    let day = wanted.unwrap_or(free);
    let back = rows.iter().map(|one| {
        let key = (one.document, one.line);
        Ok(row(company, key, (one.currency, of(one).neg()?), (Uuid::nil(), day)))
    });
    Ok((back.collect::<Result<_, Common>>()?, day))
}

/// Under what moves it.
pub(crate) fn sealed_by(moved: Vec<Deferral>, seal_ref: Uuid) -> Vec<Deferral> {
    moved.into_iter().map(|row| Deferral { seal_ref, ..row }).collect()
}

/// What waits of lines, by all that moved; with what is taken of them here.
pub(super) struct Standing {
    rows: BTreeMap<(DocumentId, u32), Vec<Deferral>>,
    taken: BTreeMap<(DocumentId, u32), Deferred>,
}

impl Standing {
    pub fn of(conn: &mut Conn, company: CompanyId, documents: &[DocumentId]) -> Result<Self, Common> {
        let mut named = documents.to_vec();
        named.sort_unstable();
        named.dedup();
        let mut rows: BTreeMap<_, Vec<Deferral>> = BTreeMap::new();
        if !named.is_empty() {
            for row in query::deferrals::of_documents(conn, company, &named)? {
                rows.entry((row.document, row.line)).or_default().push(row);
            }
        }
        Ok(Standing { rows, taken: BTreeMap::new() })
    }
    /// Whether anything of a line was ever deferred.
    pub fn has(&self, key: (DocumentId, u32)) -> bool {
        self.rows.contains_key(&key)
    }
    /// What of a line waits.
    pub fn left(&self, key: (DocumentId, u32)) -> Result<Deferred, Common> {
        let mut left = Deferred::default();
        for row in self.rows.get(&key).into_iter().flatten() {
            left = left.add(of(row))?;
        }
        match self.taken.get(&key) {
            Some(taken) => Ok(left.add(taken.neg()?)?),
            None => Ok(left),
        }
    }
    /// Whether anything of any line waits.
    fn anything(&self) -> Result<bool, Common> {
        for key in self.rows.keys() {
            if !self.left(*key)?.is_nothing() {
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// From which day on so much waits.
    fn free(&self, key: (DocumentId, u32), wanted: Minor) -> Result<Option<NaiveDate>, Common> {
        let rows = self.rows.get(&key).map(Vec::as_slice).unwrap_or_default();
        let moved: Vec<(NaiveDate, Minor)> =
            rows.iter().map(|row| (row.effective_date, row.amount)).collect();
        Ok(waits_from(&moved, wanted)?)
    }
    /// # Errors
    /// `TooEarly` where on a day from then on less waits.
    fn take(
        &mut self,
        key: (DocumentId, u32),
        part: Deferred,
        effective: NaiveDate,
        what: impl FnOnce() -> String,
    ) -> Result<(), Common> {
        let taken = self.taken.get(&key).copied().unwrap_or_default().add(part)?;
        match self.free(key, taken.amount)? {
            Some(since) if effective < since => {
                return Err(Common::TooEarly { effective, what: what(), since });
            }
            _ => self.taken.insert(key, taken),
        };
        Ok(())
    }
    /// What was taken, as rows.
    fn moved(
        self,
        company: CompanyId,
        currency: Currency,
        at: (Uuid, NaiveDate),
    ) -> Result<Vec<Deferral>, Common> {
        let one =
            |(key, taken): ((DocumentId, u32), Deferred)| Ok(row(company, key, (currency, taken.neg()?), at));
        self.taken.into_iter().map(one).collect()
    }
}
