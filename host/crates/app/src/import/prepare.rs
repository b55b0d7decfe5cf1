//! One record: what is done before the transaction, and in it.

use super::{Input, Made, RecordError};
use crate::advance::Asked;
use crate::common::{Common, Context};
use crate::invoice::PreparedInvoice;
use crate::order::{self, Becomes};
use crate::{customer, delivery, document, draft, invoice, item, opening, receipt};
use domain::actor::Actor;
use domain::draft::DraftKind;
use domain::ids::{CompanyId, DocumentId};
use domain::ledger::LedgerError;
use money::Money;
use store::{Conn, Tx, query};

/// A record that may be written.
pub(super) enum Prepared {
    /// Nothing was computed before.
    Plain(Input),
    Invoice(Box<invoice::IssueInvoice>, Box<PreparedInvoice>),
    /// With what the tax rules say of what will stay on account.
    Receipt(Box<receipt::RecordReceipt>, Box<Asked>),
    /// To become a draft.
    Draft(Box<draft::Brought>),
    /// Of an order: its number, and what it becomes.
    Order(String, Box<Prepared>),
}

impl Prepared {
    /// Of a credit note: the invoice it corrects.
    pub(super) fn original(&self) -> Option<DocumentId> {
        match self {
            Prepared::Invoice(_, prepared) => prepared.original(),
            Prepared::Plain(_) | Prepared::Receipt(..) | Prepared::Draft(_) | Prepared::Order(..) => None,
        }
    }
    /// Of an order.
    pub(super) fn becomes_invoice(&self) -> bool {
        matches!(self, Prepared::Order(_, became) if matches!(**became, Prepared::Invoice(..)))
    }
}

/// Everything that can be refused before the write. `fresh`: codes that records before this one will make.
pub(super) fn prepare(
    ctx: &Context<'_>,
    (actor, company): (&Actor, CompanyId),
    input: &Input,
    fresh: &dyn Fn(&str) -> bool,
) -> Result<Prepared, RecordError> {
    let db = &ctx.app.db;
    match input {
        Input::Customer(input) => {
            customer::check(input)?;
            db.read(|conn| customer_is_new(conn, company, input, fresh))?;
        }
        Input::Item(input) => {
            item::check(input)?;
            if db.read(|conn| query::items::by_code(conn, company, &input.code))?.is_some() {
                return Err(item::CreateItemError::CodeTaken(input.code.clone()).into());
            }
        }
        Input::Invoice(input) => {
            let prepared = invoice::prepare(ctx, company, input)?;
            check_payable(input, &prepared)?;
            let (kind, gross) = (input.kind.name(), Money::new(prepared.gross(), input.currency));
            db.read(|conn| is_new(conn, company, kind, input.external_id.as_deref()))?;
            let rules = db.read(|conn| draft::rules_of(conn, actor, company))?;
            draft::check_direct(&rules, actor, kind, gross)?;
            return Ok(Prepared::Invoice(input.clone(), Box::new(prepared)));
        }
        Input::Receipt(input) => {
            db.read(|conn| receipt::prepare(ctx, conn, company, input))?;
            db.read(|conn| is_new(conn, company, "receipt", input.external_id.as_deref()))?;
            let rules = db.read(|conn| draft::rules_of(conn, actor, company))?;
            draft::check_direct(&rules, actor, "receipt", input.amount)?;
            db.read(|conn| receipt::check_approval(conn, actor, company, input))?;
            if let Some(asked) = receipt::ask(ctx, company, input)? {
                return Ok(Prepared::Receipt(Box::new(input.clone()), Box::new(asked)));
            }
        }
        Input::Opening(input) => {
            db.read(|conn| opening::prepare(ctx, conn, company, input))?;
            db.read(|conn| is_new(conn, company, "opening", input.external_id.as_deref()))?;
            db.read(|conn| opening::look_direct(conn, actor, company, input.amount))?;
        }
        Input::Delivery(input) => db.read(|conn| delivery::prepare(ctx, conn, company, input))?,
        Input::Order(input) => {
            let became = match db.read(|conn| order::becomes(ctx, conn, company, input))? {
                Becomes::Delivery(input) => Input::Delivery(input),
                Becomes::Invoice(input) => Input::Invoice(input),
            };
            let became = prepare(ctx, (actor, company), &became, fresh)?;
            return Ok(Prepared::Order(input.external_id.clone(), Box::new(became)));
        }
    }
    Ok(Prepared::Plain(input.clone()))
}

/// What the ledger refuses, at a member: the sum of the lines comes to nothing, the first of which is as good as any.
fn check_payable(input: &invoice::IssueInvoice, prepared: &PreparedInvoice) -> Result<(), Common> {
    let payable = prepared.payable();
    if payable.is_positive() {
        return Ok(());
    }
    let amount = payable.format(input.currency);
    let refused = LedgerError::NotPositive { what: "the amount payable", amount };
    Err(Common::invalid("/lines/0/unit_price", refused.to_string()))
}

/// As [`prepare`], of a record that becomes a draft: its body is what the draft keeps. Rules of approval do not refuse it.
pub(super) fn prepare_draft(
    ctx: &Context<'_>,
    who: (&Actor, CompanyId),
    input: &Input,
    body: &[u8],
) -> Result<Prepared, RecordError> {
    let (kind, external_id, content) = match input {
        Input::Invoice(input) => {
            (input.kind.name(), &input.external_id, draft::Content::Invoice(input.clone()))
        }
        Input::Receipt(input) => {
            ("receipt", &input.external_id, draft::Content::Receipt(Box::new(input.clone())))
        }
        Input::Opening(input) => {
            ("opening", &input.external_id, draft::Content::Opening(Box::new(input.clone())))
        }
        Input::Customer(_) | Input::Item(_) | Input::Delivery(_) | Input::Order(_) => {
            return Err(no_draft("of its kind").into());
        }
    };
    let kind = DraftKind::by_name(kind).ok_or_else(|| no_draft(kind))?;
    let body = serde_json::from_slice(body).map_err(|error| no_draft(&error.to_string()))?;
    let brought = draft::bring(ctx, who, (kind, body), content)?;
    ctx.app.db.read(|conn| is_new(conn, who.1, kind.name(), external_id.as_deref()))?;
    Ok(Prepared::Draft(Box::new(brought)))
}

fn no_draft(why: &str) -> Common {
    Common::Corrupt { what: "draft of an import", detail: why.to_owned() }
}

fn customer_is_new(
    conn: &mut Conn,
    company: CompanyId,
    input: &customer::CreateCustomer,
    fresh: &dyn Fn(&str) -> bool,
) -> Result<(), RecordError> {
    if query::customers::by_code(conn, company, &input.code)?.is_some() {
        return Err(customer::CreateCustomerError::CodeTaken(input.code.clone()).into());
    }
    match &input.parent {
        Some(customer::CustomerRef::Code(code)) if fresh(code) => {}
        Some(parent) => drop(customer::resolve(conn, company, parent)?),
        None => {}
    }
    Ok(())
}

fn is_new(conn: &mut Conn, company: CompanyId, kind: &str, external_id: Option<&str>) -> Result<(), Common> {
    let Some(external_id) = external_id else { return Ok(()) };
    match query::documents::by_external_id(conn, company, kind, external_id)? {
        Some(row) => Err(Common::Duplicate { noun: row.kind, id: row.id, number: row.number }),
        None => Ok(()),
    }
}

/// What was asked before the write is asked again in it: a rule may have been set in between (decision 63).
fn check_direct(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    prepared: &Prepared,
) -> Result<(), RecordError> {
    let receipt = match prepared {
        Prepared::Invoice(input, prepared) => {
            let gross = Money::new(prepared.gross(), input.currency);
            return Ok(draft::check_direct_in(tx, actor, company, input.kind.name(), gross)?);
        }
        Prepared::Plain(Input::Opening(input)) => {
            return Ok(opening::check_direct(tx, actor, company, input.amount)?);
        }
        Prepared::Order(_, became) => return check_direct(tx, actor, company, became),
        Prepared::Receipt(input, _) => &**input,
        Prepared::Plain(Input::Receipt(input)) => input,
        // it is not posted before it is approved
        Prepared::Plain(_) | Prepared::Draft(_) => return Ok(()),
    };
    draft::check_direct_in(tx, actor, company, "receipt", receipt.amount)?;
    Ok(receipt::check_approval(tx, actor, company, receipt)?)
}

/// Writes one record inside a transaction of the caller.
pub(super) fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    prepared: &Prepared,
) -> Result<Made, RecordError> {
    check_direct(tx, actor, company, prepared)?;
    let input = match prepared {
        Prepared::Invoice(input, prepared) => {
            let issued = invoice::write_in(ctx, tx, actor, input, prepared)?;
            return Ok(Made { subject: issued.id.uuid(), label: issued.number });
        }
        Prepared::Receipt(input, asked) => {
            let made = receipt::write_in(ctx, tx, actor, company, (&**input, Some(&**asked)))?;
            return Ok(Made { subject: made.id.uuid(), label: made.number });
        }
        Prepared::Draft(brought) => {
            let id = brought.write_in(ctx, tx, actor, company)?;
            return Ok(Made { subject: id.uuid(), label: id.to_string() });
        }
        Prepared::Order(number, became) => {
            // by another rule it may have come in since it was looked at
            order::check_new(tx, company, number)?;
            return write(ctx, tx, actor, company, became);
        }
        Prepared::Plain(input) => input,
    };
    Ok(match input {
        Input::Customer(input) => {
            let made = customer::create_in(ctx, tx, actor, company, input)?;
            Made { subject: made.id.uuid(), label: made.code }
        }
        Input::Item(input) => {
            let made = item::create_in(ctx, tx, actor, company, input)?;
            Made { subject: made.id.uuid(), label: made.code }
        }
        Input::Receipt(input) => {
            let made = receipt::write_in(ctx, tx, actor, company, (input, None))?;
            Made { subject: made.id.uuid(), label: made.number }
        }
        Input::Opening(input) => {
            let made = opening::record_in(ctx, tx, actor, company, input)?;
            Made { subject: made.id.uuid(), label: made.number }
        }
        Input::Delivery(input) => {
            let made = delivery::record_in(ctx, tx, actor, company, input)?;
            Made { subject: made.id.uuid(), label: made.number }
        }
        Input::Invoice(_) | Input::Order(_) => {
            let detail = "an invoice that was not assessed, or an order that became nothing".to_owned();
            return Err(Common::Corrupt { what: "import", detail }.into());
        }
    })
}

/// Writes records together, where all of them are invoices and none stands on another: all or none of them. `None`: they are
/// written one by one, which also shows whose fault it was.
pub(super) fn write_run<'a>(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (actor, company): (&Actor, CompanyId),
    records: impl Iterator<Item = &'a Prepared>,
) -> Option<Vec<Made>> {
    let invoices: Option<Vec<_>> = records
        .map(|record| match record {
            // one that a rule binds by now is refused by itself
            _ if check_direct(tx, actor, company, record).is_err() => None,
            Prepared::Invoice(input, prepared) => Some((&**input, &**prepared)),
            Prepared::Plain(_) | Prepared::Receipt(..) | Prepared::Draft(_) | Prepared::Order(..) => None,
        })
        .collect();
    let invoices = invoices.filter(|all| invoice::runs(all.iter().map(|(input, _)| *input)).len() == 1)?;
    let issued = tx.savepoint(|tx| invoice::write_many(ctx, tx, actor, &invoices)).ok()?;
    Some(issued.into_iter().map(|one| Made { subject: one.id.uuid(), label: one.number }).collect())
}

/// A refusal by a unique key, in the words of the use-case: another was first since the record was looked at.
pub(super) fn worded(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &Input,
    error: RecordError,
) -> RecordError {
    let (kind, external_id) = match input {
        Input::Invoice(input) => (input.kind.name(), input.external_id.as_deref()),
        Input::Order(input) => {
            let number = Some(input.external_id.as_str());
            match error {
                RecordError::Delivery(refused) => {
                    return delivery::refused(ctx.app, company, number, refused).into();
                }
                _ => (invoice::InvoiceKind::Invoice.name(), number),
            }
        }
        Input::Receipt(input) => ("receipt", input.external_id.as_deref()),
        Input::Opening(input) => ("opening", input.external_id.as_deref()),
        Input::Delivery(input) => {
            return match error {
                RecordError::Delivery(refused) => {
                    delivery::refused(ctx.app, company, input.external_id.as_deref(), refused).into()
                }
                other => other,
            };
        }
        Input::Customer(_) | Input::Item(_) => return error,
    };
    match error {
        RecordError::Invoice(invoice::IssueInvoiceError::Common(common))
        | RecordError::Receipt(receipt::RecordReceiptError::Common(common))
        | RecordError::Opening(opening::RecordOpeningError::Common(common)) => {
            document::refused(ctx.app, company, kind, external_id, common).into()
        }
        error => error,
    }
}
