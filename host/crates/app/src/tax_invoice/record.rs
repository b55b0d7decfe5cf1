//! Enters a tax invoice: authorise → check → bound by its documents and its original → write, in one transaction.

use super::{TaxInvoiceError, confirm, hashed, standing, statuses, text_of};
use crate::common::{Common, Context, authorise, check_code, check_name, there};
use crate::company::company_row;
use crate::customer::{self, CustomerRef};
use crate::{App, dates, document, event, invoice, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{CompanyId, DocumentId, OpenItemId, TaxInvoiceId};
use domain::tax_invoice::{TaxInvoiceKind, TaxInvoiceStatus};
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use serde_json::json;
use store::rows::{Company, Document, TaxInvoice, TaxInvoiceLink};
use store::{Conn, Tx, query};
use uuid::Uuid;

/// Documents of one tax invoice.
pub const LINKS_MAX: usize = 500;

/// With how much of its gross a document is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxInvoicePart {
    /// Id or number.
    pub document: String,
    /// Major units; default: all of it that is in no tax invoice.
    pub amount: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordTaxInvoice {
    pub number: String,
    /// 发票代码 of the older kinds.
    pub code: Option<String>,
    pub kind: TaxInvoiceKind,
    pub customer: CustomerRef,
    pub issued_on: NaiveDate,
    pub currency: Currency,
    /// Major units, positive, as all figures of it, also of a red one.
    pub net: Decimal,
    pub tax: Decimal,
    pub gross: Decimal,
    /// Of a red-letter one: id or number of the tax invoice that it takes back.
    pub original: Option<String>,
    /// 红字确认单/信息表
    pub confirmation: Option<String>,
    pub reason: Option<String>,
    pub buyer_name: Option<String>,
    pub buyer_tax_id: Option<String>,
    pub documents: Vec<TaxInvoicePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedTaxInvoice {
    pub id: TaxInvoiceId,
    pub number: String,
    pub gross: Money,
    /// What of it is of no document that is here.
    pub unlinked: Money,
}

pub fn record(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &RecordTaxInvoice,
) -> Result<RecordedTaxInvoice, TaxInvoiceError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    let figures = check(input)?;
    let ctx = Context::new(app);
    app.db.write(|tx| record_in(&ctx, tx, actor, company, input, figures))
}

/// Net, tax and gross.
type Figures = (Minor, Minor, Minor);

/// Everything that can be refused without the database.
fn check(input: &RecordTaxInvoice) -> Result<Figures, Common> {
    check_code("/number", &input.number)?;
    if let Some(code) = &input.code {
        check_code("/code", code)?;
    }
    if let Some(number) = &input.confirmation {
        check_code("/confirmation", number)?;
    }
    if let Some(id) = &input.buyer_tax_id {
        check_code("/buyer_tax_id", id)?;
    }
    for (pointer, text) in [("/reason", &input.reason), ("/buyer_name", &input.buyer_name)] {
        if let Some(text) = text {
            check_name(pointer, text)?;
        }
    }
    if input.original.is_none() {
        let of_red = [("/confirmation", &input.confirmation), ("/reason", &input.reason)];
        if let Some((pointer, _)) = of_red.into_iter().find(|(_, given)| given.is_some()) {
            return Err(Common::invalid(pointer, "is of a red-letter one, which names its `original`"));
        }
    }
    if input.documents.len() > LINKS_MAX {
        return Err(Common::invalid("/documents", format!("must hold at most {LINKS_MAX} documents")));
    }
    let minor = |pointer: &str, amount: Decimal| {
        let money = Money::from_decimal(amount, input.currency).and_then(Money::bounded);
        let money = money.map_err(|error| Common::invalid(pointer, error.to_string()))?;
        match money.minor().is_negative() {
            true => Err(Common::invalid(
                pointer,
                "must not be negative: one that takes back names its `original`",
            )),
            false => Ok(money.minor()),
        }
    };
    let figures = (minor("/net", input.net)?, minor("/tax", input.tax)?, minor("/gross", input.gross)?);
    if figures.0.add(figures.1)? != figures.2 {
        return Err(Common::invalid("/gross", "is not net and tax together"));
    }
    if figures.2.is_zero() {
        return Err(Common::invalid("/gross", "must be greater than 0"));
    }
    Ok(figures)
}

fn record_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &RecordTaxInvoice,
    (net, tax, gross): Figures,
) -> Result<RecordedTaxInvoice, TaxInvoiceError> {
    let named = customer::resolve(tx, company, &input.customer)?;
    let customer = query::erasure::hold(tx, company, named.id)?;
    let company_row = company_row(tx, company)?;
    dates::check(ctx, &company_row, [("/issued_on", input.issued_on)], None)?;
    let code = input.code.clone().unwrap_or_default();
    let taken = query::tax_invoices::by_number(tx, company, &input.number)?;
    if let Some(row) = taken.into_iter().find(|row| row.code == code) {
        return Err(TaxInvoiceError::NumberTaken { id: row.id, number: row.number, code });
    }
    let original = match &input.original {
        Some(name) => Some(original(tx, company, name, (customer.id, input, gross))?),
        None => None,
    };
    let id = TaxInvoiceId::new(ctx.uuid());
    let links = links(tx, (company, id), &customer.id, input, gross)?;
    if let Some(original) = &original {
        check_confirmation(tx, &company_row, input, original, &links)?;
    }
    let mut row = TaxInvoice {
        company,
        id,
        number: input.number.clone(),
        code,
        kind: input.kind,
        customer: customer.id,
        currency: input.currency,
        issued_on: input.issued_on,
        net,
        tax,
        gross,
        original: original.as_ref().map(|row| row.id),
        confirmation: input.confirmation.clone(),
        reason: input.reason.clone(),
        buyer_name: input.buyer_name.clone(),
        buyer_tax_id: input.buyer_tax_id.clone(),
        text_commitment: Digest::ZERO,
        text_salt: None,
        digest: Digest::ZERO,
        seal_ref: Uuid::nil(),
        voided_on: None,
        voided_ref: None,
        created_by: actor.to_string(),
        created_at: ctx.now,
    };
    let linked = Minor::sum(links.iter().map(|link| link.amount))?;
    let party_key = vault::party_key(ctx, tx, &customer)?;
    let text = document::commit_bytes(ctx, &party_key, &text_of(&row)?)?;
    row.text_commitment = text.commitment;
    row.text_salt = Some(text.salt);
    write(ctx, tx, actor, &mut row, links)?;
    let money = |amount: Minor| Money::new(amount, row.currency);
    Ok(RecordedTaxInvoice {
        id,
        gross: money(gross),
        unlinked: money(gross.sub(linked)?),
        number: row.number,
    })
}

/// Of a red-letter one: on what it is issued, where the company has to say that; a number is of no other.
fn check_confirmation(
    tx: &mut Tx<'_>,
    company: &Company,
    input: &RecordTaxInvoice,
    original: &TaxInvoice,
    links: &[TaxInvoiceLink],
) -> Result<(), TaxInvoiceError> {
    match &input.confirmation {
        Some(number) => {
            let documents: Vec<DocumentId> = links.iter().map(|link| link.document).collect();
            Ok(confirm::check_of_red(tx, company.id, (number.as_str(), original.id), &documents)?)
        }
        None if company.country == confirm::CONFIRMS && input.reason.is_none() => {
            Err(TaxInvoiceError::ConfirmationMissing)
        }
        None => Ok(()),
    }
}

/// Seals and inserts it.
fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &mut TaxInvoice,
    mut links: Vec<TaxInvoiceLink>,
) -> Result<(), Common> {
    row.digest = hashed(row, &links).digest()?;
    let data = json!({
        "number": row.number, "code": row.code, "customer": row.customer.to_string(), "digest": row.digest.to_string(),
        "original": row.original.map(|id| id.to_string()),
    });
    let about = ("tax-invoice.recorded", row.id);
    row.seal_ref = event::write_named(ctx, tx, actor, row.company, about, data)?.uuid();
    for link in &mut links {
        link.seal_ref = row.seal_ref;
    }
    Ok(query::tax_invoices::insert(tx, row, &links)?)
}

/// The tax invoice that an id or number names; `at` is where the name stands.
pub(super) fn find(
    conn: &mut Conn,
    company: CompanyId,
    (name, at): (&str, &'static str),
) -> Result<TaxInvoice, Common> {
    if let Ok(id) = name.parse::<TaxInvoiceId>() {
        return there(query::tax_invoices::by_id(conn, company, id)?, "tax invoice", name);
    }
    let mut found = query::tax_invoices::by_number(conn, company, name)?;
    match found.len() {
        0 | 1 => there(found.pop(), "tax invoice", name),
        n => {
            let message = format!("{n} tax invoices have the number {name}: name one by its id");
            Err(Common::invalid(at, message))
        }
    }
}

/// The original of a red one, held: what stands of it is bounded.
fn original(
    tx: &mut Tx<'_>,
    company: CompanyId,
    name: &str,
    (customer, input, gross): (domain::ids::CustomerId, &RecordTaxInvoice, Minor),
) -> Result<TaxInvoice, TaxInvoiceError> {
    let named = find(tx, company, (name, "/original"))?.id;
    let row = there(query::tax_invoices::lock(tx, company, named)?, "tax invoice", name)?;
    let unfit = |why: &str| Common::invalid("/original", format!("{} {why}", row.number));
    if row.original.is_some() {
        return Err(unfit("is a red-letter one itself").into());
    }
    // of one who was merged it is taken back by whoever took her place
    if row.currency != input.currency || !customer::are_one(tx, company, row.customer, customer)? {
        return Err(unfit("is of another customer or currency").into());
    }
    if input.issued_on < row.issued_on {
        return Err(Common::invalid("/issued_on", "lies before the original").into());
    }
    let rows = std::slice::from_ref(&row);
    let status = statuses(tx, company, rows)?.remove(&row.id).unwrap_or(TaxInvoiceStatus::Issued);
    if status != TaxInvoiceStatus::Issued {
        return Err(TaxInvoiceError::Status { number: row.number, status: status.name() });
    }
    let reds = query::tax_invoices::reds_of(tx, company, &[row.id])?;
    let standing = reds.iter().filter(|red| red.voided_on.is_none()).map(|red| red.gross);
    let left = row.gross.sub(Minor::sum(standing)?)?;
    if gross > left {
        let shown = |amount: Minor| Money::new(amount, row.currency).to_string();
        return Err(TaxInvoiceError::BeyondOriginal {
            original: row.number.clone(),
            wanted: shown(gross),
            left: shown(left),
        });
    }
    Ok(row)
}

fn links(
    tx: &mut Tx<'_>,
    (company, id): (CompanyId, TaxInvoiceId),
    customer: &domain::ids::CustomerId,
    input: &RecordTaxInvoice,
    gross: Minor,
) -> Result<Vec<TaxInvoiceLink>, TaxInvoiceError> {
    let kinds: &[&str] =
        if input.original.is_some() { &["credit-note"] } else { &["invoice", "debit-note", "late-fee"] };
    let mut made: Vec<TaxInvoiceLink> = Vec::with_capacity(input.documents.len());
    for (n, part) in input.documents.iter().enumerate() {
        let at = |field: &str| format!("/documents/{n}/{field}");
        let document = invoice::find_any(tx, company, &part.document)?;
        let fits = kinds.contains(&document.kind.as_str());
        let hers = customer::are_one(tx, company, document.customer, *customer)?;
        if !fits || !hers || document.currency != input.currency {
            let message = format!(
                "{} ({}) is not one of {} of this customer and currency",
                document.number,
                document.kind,
                kinds.join(", ")
            );
            return Err(Common::invalid(at("document"), message).into());
        }
        if made.iter().any(|link| link.document == document.id) {
            return Err(Common::invalid(at("document"), "stands twice").into());
        }
        let left = left(tx, &document)?;
        let amount = match part.amount {
            Some(amount) => Money::from_decimal(amount, input.currency)
                .map_err(|error| Common::invalid(at("amount"), error.to_string()))?
                .minor(),
            None => left,
        };
        if !amount.is_positive() && part.amount.is_some() {
            return Err(Common::invalid(at("amount"), "must be greater than 0").into());
        }
        if amount > left || !amount.is_positive() {
            let shown = |amount: Minor| Money::new(amount, document.currency).to_string();
            let wanted = if part.amount.is_some() { shown(amount) } else { "something".to_owned() };
            let (left, document) = (shown(left), document.number.clone());
            return Err(TaxInvoiceError::BeyondDocument { at: n, document, wanted, left });
        }
        made.push(TaxInvoiceLink {
            company,
            tax_invoice: id,
            document: document.id,
            amount,
            effective_date: input.issued_on,
            seal_ref: Uuid::nil(),
        });
    }
    if Minor::sum(made.iter().map(|link| link.amount))? > gross {
        return Err(Common::invalid("/documents", "come to more than the gross of the tax invoice").into());
    }
    Ok(made)
}

/// What of a document's gross is in no tax invoice that stands; its open item is held, for which whoever corrects it or enters another
/// waits.
fn left(tx: &mut Tx<'_>, document: &Document) -> Result<Minor, Common> {
    let items = query::open_items::of_document(tx, document.company, document.id)?;
    let ids: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
    query::open_items::lock(tx, document.company, &ids)?;
    let corrected = document::standing_corrections(tx, document.company, document.id)?;
    if let Some(by) = corrected.iter().find(|by| by.kind == document::MIRROR) {
        return Err(Common::invalid(
            "/documents",
            format!("{} is reversed by {}", document.number, by.number),
        ));
    }
    let linked = standing(tx, document.company, &[document.id])?;
    Ok(document.gross.sub(Minor::sum(linked.iter().map(|(link, _)| link.amount))?)?)
}
