//! What all documents share: numbers, the commitment to their free texts, their rows, and how one is taken back.

mod by_hand;
mod foreseen;
mod goods;
mod hands;
mod issued;
mod others;
mod reverse;

pub use by_hand::{Reverse, reverse};
pub(crate) use by_hand::{prepare_reversal, write_reversal_in};
pub(crate) use foreseen::foreseen;
pub use hands::{Hand, Hands};
pub(crate) use hands::{Posted, hands_of};
pub use issued::{MarkIssued, MarkIssuedError, MarkedIssued, Means, mark_issued};
pub(crate) use issued::{noted, stated};
pub(crate) use others::{others_by_name, others_of};
pub(crate) use reverse::{How, composed, recommitted, reverse_in};
pub use reverse::{ReverseError, Reversed};

use crate::common::{Common, Context};
use crate::vault::Secret;
use crate::{App, books};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::{self, Digest, commit};
use domain::document::{Document, DocumentAllowance, DocumentLine, DocumentTax};
use domain::ids::{BankLineId, CompanyId, DocumentId};
use domain::ledger::FxRate;
use domain::terms::Terms;
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use store::query::documents::DocumentRows;
use store::query::history::DocumentHistory;
use store::types::Json;
use store::{Conn, StoreError, Tx, query, rows};

/// What a document is numbered by: its kind and the date that decides. The company's rules make a series of it (`books`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series(books::Wanted);

pub fn series(kind: &str, date: NaiveDate) -> Series {
    Series(books::Wanted { kind: kind.to_owned(), date })
}

/// The next number of a series, gap-free: taken after the last check and before the inserts, in their transaction.
pub fn take_number(tx: &mut Tx<'_>, company: CompanyId, series: &Series) -> Result<String, Common> {
    let number = take_numbers(tx, company, std::slice::from_ref(series))?.pop();
    number.ok_or_else(|| Common::Corrupt { what: "series", detail: "it gives no number".to_owned() })
}

/// The next numbers of as many documents as are in `series`, which names the series of each, in their order. A range of each
/// series is taken at once.
pub fn take_numbers(tx: &mut Tx<'_>, company: CompanyId, series: &[Series]) -> Result<Vec<String>, Common> {
    let wanted: Vec<books::Wanted> = series.iter().map(|one| one.0.clone()).collect();
    books::Numbering::held(tx, company)?.take(tx, company, &wanted)
}

/// A free text of a document, by its name.
pub struct TextPart<'a> {
    name: &'static str,
    text: Option<&'a str>,
}

impl<'a> TextPart<'a> {
    pub const fn new(name: &'static str, text: Option<&'a str>) -> Self {
        TextPart { name, text }
    }
}

/// The texts of a document that has no lines and bills nothing, in the order of [`text_of`].
pub(crate) fn plain_parts<'a>(text: Option<&'a str>, external_id: Option<&'a str>) -> [TextPart<'a>; 4] {
    [
        TextPart::new("purchase_order", None),
        TextPart::new("text", text),
        TextPart::new("external_id", external_id),
        TextPart::new("tax_invoice_number", None),
    ]
}

/// The salted commitment to a document's free texts; the salt is encrypted under the party's key.
#[derive(Debug, Clone)]
pub struct TextCommitment {
    pub commitment: Digest,
    pub salt: Vec<u8>,
}

/// RFC 8785 bytes of the texts: an array of [name, text or null].
pub fn text_bytes(parts: &[TextPart<'_>]) -> Result<Vec<u8>, Common> {
    let list: Vec<Value> = parts.iter().map(|part| json!([part.name, part.text])).collect();
    Ok(canonical::bytes(&Value::Array(list))?)
}

/// Commits to the texts under a fresh salt.
pub fn commit_text(
    ctx: &Context<'_>,
    party_key: &Secret,
    parts: &[TextPart<'_>],
) -> Result<TextCommitment, Common> {
    commit_bytes(ctx, party_key, &text_bytes(parts)?)
}

/// As [`commit_text`], to texts that are bytes already.
pub(crate) fn commit_bytes(
    ctx: &Context<'_>,
    party_key: &Secret,
    bytes: &[u8],
) -> Result<TextCommitment, Common> {
    let salt = ctx.random().bytes32();
    let commitment = commit(&salt, bytes);
    Ok(TextCommitment { commitment, salt: party_key.encrypt(ctx.random(), &salt)? })
}

/// What a document's insertion was refused with; where its `external_id` is taken, that names the one that has it.
pub fn refused(
    app: &App,
    company: CompanyId,
    kind: &str,
    external_id: Option<&str>,
    error: Common,
) -> Common {
    let Common::Store(StoreError::Unique { constraint }) = &error else { return error };
    let Some(external_id) = external_id.filter(|_| constraint == "documents(company, kind, external_id)")
    else {
        return error;
    };
    match app.db.read(|conn| query::documents::by_external_id(conn, company, kind, external_id)) {
        Ok(Some(row)) => Common::Duplicate { noun: row.kind, id: row.id, number: row.number },
        Ok(None) => error,
        Err(failed) => failed.into(),
    }
}

/// What a row has besides the hashed content.
#[derive(Debug, Clone, Default)]
pub struct Extra {
    pub external_id: Option<String>,
    pub tax_invoice_number: Option<String>,
    pub purchase_order: Option<String>,
    pub text: Option<String>,
    pub bank_line: Option<BankLineId>,
}

/// Net, tax and gross in base currency: gross and tax are converted, net is what is left, so that they add up there too.
pub fn in_base(
    fx: &FxRate,
    (tax, gross): (Minor, Minor),
    currency: Currency,
    base: Currency,
) -> Result<(Minor, Minor, Minor), Common> {
    let (base_tax, base_gross) = (fx.to_base(tax, currency, base)?, fx.to_base(gross, currency, base)?);
    Ok((base_gross.sub(base_tax)?, base_tax, base_gross))
}

/// The row of a document, whose digest its caller has computed for the entry.
pub fn row(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    (document, digest): (&Document, Digest),
    text: &TextCommitment,
    extra: Extra,
) -> rows::Document {
    rows::Document {
        company,
        id: document.id,
        kind: document.kind.clone(),
        number: document.number.clone(),
        external_id: extra.external_id,
        customer: document.customer,
        currency: document.currency,
        document_date: document.document_date,
        effective_date: document.effective_date,
        due_date: document.due_date,
        supply_date: document.supply_date,
        price_mode: document.price_mode,
        net: document.net,
        tax: document.tax,
        gross: document.gross,
        fx_rate: document.fx.rate(),
        fx_date: document.fx.date,
        fx_source: document.fx.source.clone(),
        base_net: document.base_net,
        base_tax: document.base_tax,
        base_gross: document.base_gross,
        original: document.original,
        bank_line: extra.bank_line,
        tax_invoice_number: extra.tax_invoice_number,
        purchase_order: extra.purchase_order,
        text: extra.text,
        text_commitment: text.commitment,
        text_salt: Some(text.salt.clone()),
        invocation: document.computed.map(|computed| computed.invocation),
        digest,
        created_by: actor.to_string(),
        created_at: ctx.now,
    }
}

/// Free texts of lines and of allowances, in the document's order.
#[derive(Debug, Clone, Default)]
pub struct RowTexts {
    pub descriptions: Vec<Option<String>>,
    pub reasons: Vec<Option<String>>,
}

/// Inserts a document with its lines, allowances and tax lines.
pub fn insert(
    tx: &mut Tx<'_>,
    row: &rows::Document,
    document: &Document,
    texts: RowTexts,
) -> Result<(), Common> {
    let mut rows = DocumentRows::default();
    push_rows(&mut rows, row.clone(), document, texts);
    Ok(query::documents::insert(tx, &rows)?)
}

/// The rows of a document and of what hangs on it, added to those of others.
pub fn push_rows(rows: &mut DocumentRows, row: rows::Document, document: &Document, texts: RowTexts) {
    let lines = document.lines.iter().zip(texts.descriptions.into_iter().chain(std::iter::repeat(None))).map(
        |(line, description)| rows::DocumentLine {
            company: row.company,
            document: row.id,
            line: line.line,
            parent: line.parent,
            original_line: line.original_line,
            description,
            quantity: line.quantity,
            unit: line.unit.clone(),
            unit_price: line.unit_price,
            category: line.category.clone(),
            nature: line.nature.clone(),
            supply: line.supply.clone(),
            net: line.net,
            tax: line.tax,
            gross: line.gross,
        },
    );
    rows.lines.extend(lines);
    rows.allowances.extend(allowance_rows(&row, document, texts.reasons));
    let tax_lines = document.taxes.iter().zip(1u32..).map(|(tax, n)| rows::TaxLine {
        company: row.company,
        document: row.id,
        n,
        lines: Json(tax.lines.clone()),
        allowance: tax.allowance,
        authority: tax.authority.clone(),
        kind: tax.kind.clone(),
        code: tax.code.clone(),
        category: tax.category.clone(),
        rate: tax.rate,
        base: tax.base,
        exempt_base: tax.exempt_base,
        out_of_scope_base: tax.out_of_scope_base,
        deducted: tax.deducted,
        amount: tax.amount,
        collected_by: tax.collected_by.clone(),
        legal_reference: tax.legal_reference.clone(),
    });
    rows.tax_lines.extend(tax_lines);
    rows.documents.push(row);
}

fn allowance_rows(
    row: &rows::Document,
    document: &Document,
    reasons: Vec<Option<String>>,
) -> Vec<rows::DocumentAllowance> {
    let reasons = reasons.into_iter().chain(std::iter::repeat(None));
    let one = |(allowance, reason): (&DocumentAllowance, Option<String>)| rows::DocumentAllowance {
        company: row.company,
        document: row.id,
        line: allowance.line.unwrap_or(0),
        n: allowance.n,
        charge: allowance.charge,
        fraction: allowance.fraction,
        amount: allowance.amount,
        category: allowance.category.clone(),
        original: allowance.original,
        reason,
    };
    document.allowances.iter().zip(reasons).map(one).collect()
}

/// A rate as it was stored: nothing but a positive one ever was.
pub fn stored_rate(rate: Decimal, date: NaiveDate, source: &str) -> Result<FxRate, Common> {
    FxRate::try_new(rate, date, source.to_owned())
        .map_err(|e| Common::Corrupt { what: "exchange rate", detail: e.to_string() })
}

/// The rate of an amount on a day: one in base currency, else the given, else the stored one on or before the day. `None`:
/// none is stored.
pub fn rate_on(
    conn: &mut Conn,
    company: &rows::Company,
    currency: Currency,
    date: NaiveDate,
    given: Option<FxRate>,
) -> Result<Option<FxRate>, Common> {
    if currency == company.base_currency {
        return Ok(Some(FxRate::one(date)));
    }
    if given.is_some() {
        return Ok(given);
    }
    let row = query::fx_rates::latest(conn, company.id, currency, company.base_currency, date)?;
    row.map(|row| stored_rate(row.rate, row.date, &row.source)).transpose()
}

/// The document as it was hashed, from its rows and the call they name: `verify` and `export` recompute the digest from
/// this.
pub fn from_rows(
    row: &rows::Document,
    lines: &[rows::DocumentLine],
    allowances: &[rows::DocumentAllowance],
    taxes: &[rows::TaxLine],
    (terms, call): (Option<&Terms>, Option<&rows::Invocation>),
    base_currency: Currency,
) -> Document {
    // no document was ever hashed with a rate that is not positive: what is rebuilt instead has another digest
    let fx = FxRate::try_new(row.fx_rate, row.fx_date, row.fx_source.clone())
        .unwrap_or_else(|_| FxRate::one(row.fx_date));
    Document {
        id: row.id,
        kind: row.kind.clone(),
        number: row.number.clone(),
        customer: row.customer,
        currency: row.currency,
        document_date: row.document_date,
        effective_date: row.effective_date,
        due_date: row.due_date,
        supply_date: row.supply_date,
        price_mode: row.price_mode,
        net: row.net,
        tax: row.tax,
        gross: row.gross,
        fx,
        base_currency,
        base_net: row.base_net,
        base_tax: row.base_tax,
        base_gross: row.base_gross,
        original: row.original,
        text: row.text_commitment,
        lines: lines.iter().map(hashed_line).collect(),
        allowances: allowances.iter().map(hashed_allowance).collect(),
        taxes: taxes.iter().map(hashed_tax).collect(),
        terms: terms.cloned(),
        computed: call.map(crate::plugin::computed),
    }
}

fn hashed_line(l: &rows::DocumentLine) -> DocumentLine {
    DocumentLine {
        line: l.line,
        parent: l.parent,
        original_line: l.original_line,
        quantity: l.quantity,
        unit: l.unit.clone(),
        unit_price: l.unit_price,
        category: l.category.clone(),
        nature: l.nature.clone(),
        supply: l.supply.clone(),
        net: l.net,
        tax: l.tax,
        gross: l.gross,
    }
}

fn hashed_allowance(a: &rows::DocumentAllowance) -> DocumentAllowance {
    DocumentAllowance {
        line: (a.line > 0).then_some(a.line),
        n: a.n,
        charge: a.charge,
        fraction: a.fraction,
        amount: a.amount,
        category: a.category.clone(),
        original: a.original,
    }
}

fn hashed_tax(t: &rows::TaxLine) -> DocumentTax {
    DocumentTax {
        lines: t.lines.0.clone(),
        allowance: t.allowance,
        authority: t.authority.clone(),
        kind: t.kind.clone(),
        code: t.code.clone(),
        category: t.category.clone(),
        rate: t.rate,
        base: t.base,
        exempt_base: t.exempt_base,
        out_of_scope_base: t.out_of_scope_base,
        deducted: t.deducted,
        amount: t.amount,
        collected_by: t.collected_by.clone(),
        legal_reference: t.legal_reference.clone(),
    }
}

/// The free texts a document commits to, as RFC 8785 bytes. What an erased customer's held is gone: ask only while
/// its salt can be opened.
pub(crate) fn text_of(history: &DocumentHistory) -> Result<Vec<u8>, Common> {
    let row = &history.document;
    if matches!(row.kind.as_str(), "receipt" | "return") {
        return text_bytes(&[
            TextPart::new("reference", row.text.as_deref()),
            TextPart::new("external_id", row.external_name()),
        ]);
    }
    let mut parts = vec![
        TextPart::new("purchase_order", row.purchase_order.as_deref()),
        TextPart::new("text", row.text.as_deref()),
        TextPart::new("external_id", row.external_name()),
        TextPart::new("tax_invoice_number", row.tax_invoice_number.as_deref()),
    ];
    for line in &history.lines {
        parts.push(TextPart::new("line", line.description.as_deref()));
        parts.push(TextPart::new("unit", line.unit.as_deref()));
    }
    let citations = history.tax_lines.iter().map(|tax| tax.legal_reference.as_deref());
    parts.extend(citations.map(|citation| TextPart::new("legal_reference", citation)));
    let reasons = history.allowances.iter().map(|allowance| allowance.reason.as_deref());
    parts.extend(reasons.map(|reason| TextPart::new("allowance", reason)));
    text_bytes(&parts)
}

/// The kind of a reversal's document: it mirrors what it takes back.
pub(crate) const MIRROR: &str = "adjustment";

/// What reversed a document.
pub(crate) fn reversal_of(
    conn: &mut Conn,
    company: CompanyId,
    id: DocumentId,
) -> Result<Option<rows::Document>, Common> {
    let mut naming = query::documents::credits_of(conn, company, id)?.into_iter();
    Ok(naming.find(|correction| correction.kind == MIRROR))
}

/// Whether a document was reversed.
pub(crate) fn is_taken_back(conn: &mut Conn, company: CompanyId, id: DocumentId) -> Result<bool, Common> {
    Ok(reversal_of(conn, company, id)?.is_some())
}

/// What corrects a document and stands: its credit notes, its return or its reversal, without credit notes that were
/// themselves reversed.
pub(crate) fn standing_corrections(
    conn: &mut Conn,
    company: CompanyId,
    id: DocumentId,
) -> Result<Vec<rows::Document>, Common> {
    let mut standing = standing_on(conn, company, id)?;
    standing.retain(|correction| correction.kind != RAISES);
    Ok(standing)
}

/// What raises an invoice: it takes nothing back of it.
pub(crate) const RAISES: &str = "debit-note";

/// As [`standing_corrections`], and the debit notes that raise it.
pub(crate) fn standing_on(
    conn: &mut Conn,
    company: CompanyId,
    id: DocumentId,
) -> Result<Vec<rows::Document>, Common> {
    standing_on_each(conn, company, &[id])
}

/// As [`standing_on`], of many, each naming its original.
pub(crate) fn standing_on_each(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[DocumentId],
) -> Result<Vec<rows::Document>, Common> {
    let mut standing = query::documents::credits_of_each(conn, company, ids)?;
    let corrections: Vec<DocumentId> =
        standing.iter().filter(|one| one.kind != MIRROR).map(|one| one.id).collect();
    let mut taken_back = query::documents::credits_of_each(conn, company, &corrections)?;
    taken_back.retain(|one| one.kind == MIRROR);
    standing.retain(|one| !taken_back.iter().any(|by| by.original == Some(one.id)));
    Ok(standing)
}
