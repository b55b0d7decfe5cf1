//! What moves of the tax of advances. Of each tax line stands its share in what is not used of the money: so whatever uses some of it, or
//! gives it back, in whatever order, moves the difference, and where all of it is used nothing stands.

use crate::books;
use crate::common::Common;
use crate::document::stored_rate;
use crate::event;
use domain::ids::{CompanyId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{AdvanceTax, EntryDraft, FxRate, MovedTax, Posting, account, move_advance_tax};
use money::{Currency, Minor};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{AdvanceItem, AdvanceMove, Document, Event, TaxLine};
use store::{Conn, Tx, query};

/// A tax line of an advance that the seller collects.
struct Line {
    n: u32,
    code: String,
    whole: AdvanceTax,
}

/// The tax lines of an advance, in base currency at its rate.
fn lines(
    fx: &FxRate,
    (currency, base): (Currency, Currency),
    taxes: &[TaxLine],
) -> Result<Vec<Line>, Common> {
    let one = |tax: &TaxLine| {
        let whole = AdvanceTax {
            taxable: tax.base,
            exempt: tax.exempt_base,
            out_of_scope: tax.out_of_scope_base,
            tax: tax.amount,
            base_tax: fx.to_base(tax.amount, currency, base)?,
        };
        Ok(Line { n: tax.n, code: tax.code.clone(), whole })
    };
    taxes.iter().filter(|tax| tax.collected_by == "seller").map(one).collect()
}

/// What an entry moves: as rows, and as it is posted.
#[derive(Default)]
pub(crate) struct Moved {
    pub rows: Vec<AdvanceMove>,
    taxes: Vec<MovedTax>,
}

impl Moved {
    fn push(&mut self, of: (&Document, &Line), by: AdvanceTax, entry: (EntryId, chrono::NaiveDate)) {
        let (document, line) = of;
        let AdvanceTax { taxable, exempt, out_of_scope, tax, base_tax } = by;
        self.taxes.push((line.code.clone(), tax, base_tax));
        self.rows.push(AdvanceMove {
            company: document.company,
            document: document.id,
            tax_line: line.n,
            seal_ref: entry.0.uuid(),
            currency: document.currency,
            taxable,
            exempt,
            out_of_scope,
            tax,
            base_tax,
            effective_date: entry.1,
        });
    }
}

/// All of the tax of an advance, as its own entry moves it, and as that posts it.
pub(crate) fn arising(
    document: &Document,
    taxes: &[TaxLine],
    (entry, base): (EntryId, Currency),
) -> Result<(Vec<AdvanceMove>, Vec<MovedTax>), Common> {
    let fx = stored_rate(document.fx_rate, document.fx_date, &document.fx_source)?;
    let mut moved = Moved::default();
    for line in lines(&fx, (document.currency, base), taxes)? {
        moved.push((document, &line), line.whole, (entry, document.effective_date));
    }
    Ok((moved.rows, moved.taxes))
}

/// Moves in a draft the tax of the advances whose money it uses or gives back. `open` is what is open of their items, as entries before it
/// in the same write leave it.
pub(crate) fn released(
    tx: &mut Tx<'_>,
    draft: &mut EntryDraft,
    advances: &BTreeSet<DocumentId>,
    open: &mut BTreeMap<OpenItemId, Minor>,
) -> Result<Moved, Common> {
    if advances.is_empty() {
        return Ok(Moved::default());
    }
    let company = draft.company;
    let documents: Vec<DocumentId> = advances.iter().copied().collect();
    let items = query::advances::items_of(tx, company, &documents)?;
    let ids: Vec<OpenItemId> = items.iter().map(|one| one.item).collect();
    for row in query::open_items::by_ids(tx, company, &ids)? {
        open.entry(row.id).or_insert(row.open);
    }
    let before = open.clone();
    for new in draft.items.iter().filter(|new| ids.contains(&new.id)) {
        open.insert(new.id, new.original);
    }
    for one in &draft.allocations {
        for id in [one.debit_item, one.credit_item].into_iter().filter(|id| ids.contains(id)) {
            let left = open.entry(id).or_default();
            *left = left.sub(one.amount)?;
        }
    }
    let (entry, base) = ((draft.id, draft.effective_date.date()), draft.base_currency);
    let mut moved = Moved::default();
    for advance in Advance::load(tx, company, &documents, base)? {
        let (from, to) =
            (unused(&items, advance.document.id, &before)?, unused(&items, advance.document.id, open)?);
        let mut own = Moved::default();
        for line in &advance.lines {
            let by = advance.left(line, to)?.sub(advance.left(line, from)?)?;
            if !by.is_nothing() {
                own.push((&advance.document, line), by, entry);
            }
        }
        move_advance_tax(draft, advance.document.currency, &own.taxes)?;
        moved.rows.extend(own.rows);
    }
    Ok(moved)
}

/// What is not used of an advance's money.
fn unused(
    items: &[AdvanceItem],
    of: DocumentId,
    open: &BTreeMap<OpenItemId, Minor>,
) -> Result<Minor, Common> {
    let own = items.iter().filter(|one| one.document == of).filter_map(|one| open.get(&one.item).copied());
    Ok(Minor::sum(own)?)
}

/// An advance with its taxes.
struct Advance {
    document: Document,
    lines: Vec<Line>,
}

impl Advance {
    fn load(
        conn: &mut Conn,
        company: CompanyId,
        ids: &[DocumentId],
        base: Currency,
    ) -> Result<Vec<Self>, Common> {
        let taxes = query::documents::tax_lines_of(conn, company, ids)?;
        let mut found = Vec::with_capacity(ids.len());
        for document in query::documents::by_ids(conn, company, ids)? {
            let own: Vec<TaxLine> = taxes.iter().filter(|tax| tax.document == document.id).cloned().collect();
            let fx = stored_rate(document.fx_rate, document.fx_date, &document.fx_source)?;
            let lines = lines(&fx, (document.currency, base), &own)?;
            found.push(Advance { document, lines });
        }
        found.sort_by_key(|advance| advance.document.id);
        Ok(found)
    }
    fn left(&self, line: &Line, unused: Minor) -> Result<AdvanceTax, Common> {
        Ok(line.whole.left(unused, self.document.gross)?)
    }
}

/// What should stand of each tax line of some advances, by what is open of their items.
pub(crate) fn expected(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
    base: Currency,
) -> Result<BTreeMap<(DocumentId, u32), AdvanceTax>, Common> {
    let items = query::advances::items_of(conn, company, documents)?;
    let ids: Vec<OpenItemId> = items.iter().map(|one| one.item).collect();
    let rows = query::open_items::by_ids(conn, company, &ids)?;
    let open: BTreeMap<OpenItemId, Minor> = rows.into_iter().map(|row| (row.id, row.open)).collect();
    let mut found = BTreeMap::new();
    for advance in Advance::load(conn, company, documents, base)? {
        let left = unused(&items, advance.document.id, &open)?;
        for line in &advance.lines {
            found.insert((advance.document.id, line.n), advance.left(line, left)?);
        }
    }
    Ok(found)
}

/// As an event carries what moves.
pub(crate) fn data(moved: &[AdvanceMove], base: Currency) -> Value {
    let one = |row: &AdvanceMove| {
        let money = |amount: Minor| amount.format(row.currency);
        json!({
            "document": row.document.to_string(),
            "tax_line": row.tax_line,
            "currency": row.currency.code(),
            "taxable": money(row.taxable),
            "exempt": money(row.exempt),
            "out_of_scope": money(row.out_of_scope),
            "tax": money(row.tax),
            "base_tax": row.base_tax.format(base),
            "effective_date": row.effective_date.to_string(),
        })
    };
    Value::Array(moved.iter().map(one).collect())
}

/// Says in the first event of an entry what it moves.
pub(crate) fn tell(events: &mut [Event], moved: &[AdvanceMove], base: Currency) -> Result<(), Common> {
    if moved.is_empty() {
        return Ok(());
    }
    let Some(first) = events.first_mut() else {
        let detail = "an entry that moves tax of advances carries no event".to_owned();
        return Err(Common::Corrupt { what: "entry", detail });
    };
    let said = std::mem::take(&mut first.data.0);
    first.data.0 = event::with(said, "advances", data(moved, base));
    Ok(())
}

/// An item takes the place of another, by an entry that is written next: it is money of the same advance.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (item, place): (OpenItemId, OpenItemId),
) -> Result<(), Common> {
    let named = query::advances::of_items(tx, company, &[item])?;
    let taken: Vec<AdvanceItem> = named.into_iter().map(|one| AdvanceItem { item: place, ..one }).collect();
    if taken.is_empty() { Ok(()) } else { Ok(query::advances::insert_items(tx, &taken)?) }
}

/// What an entry posted, without what it moved of advances: whatever takes it back sets their money free, which moves that too. Such an
/// entry has no tax of its own.
pub(crate) fn without(
    conn: &mut Conn,
    company: CompanyId,
    entry: EntryId,
    postings: Vec<Posting>,
) -> Result<Vec<Posting>, Common> {
    if query::advances::moved_by(conn, company, entry.uuid())?.is_empty() {
        return Ok(postings);
    }
    let own = books::accounts_of(conn, company, account::TAX_ON_ADVANCES)?;
    let others = |posting: &Posting| posting.tax_code.is_none() && !own.contains(&posting.account);
    Ok(postings.into_iter().filter(others).collect())
}
