//! Has what is loaded taxed.

use super::credit;
use super::issue::{Adjustment, AdjustmentAmount, InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError};
use super::load::{Loaded, LoadedOriginal, Parts};
use super::look_up::look_up;
use crate::common::{Common, Context, check_code};
use crate::plugin::{self, PreparedInvocation};
use domain::plugin::{CallContext, Lookup, Purpose, World};
use domain::tax::{
    self, Accepted, AllowanceCharge, Original, OriginalTax, TaxDocument, TaxLine, TaxOn, TaxParty,
    TaxPurpose, TaxRegistration,
};
use money::{MINOR_UNITS_MAX, Minor, Money, Rounding};
use runtime::Recording;
use rust_decimal::Decimal;
use store::rows::{Company, Customer, Document, DocumentAllowance, DocumentLine, TaxLine as TaxRow};

/// What the tax guest said and the host accepted.
pub(super) struct Assessed {
    pub accepted: Accepted,
    /// What was asked, with everything that was derived from the input.
    pub request: TaxDocument,
    pub invocation: PreparedInvocation,
}

pub(super) fn assess(
    ctx: &Context<'_>,
    loaded: &Loaded,
    input: &IssueInvoice,
) -> Result<Assessed, IssueInvoiceError> {
    check_in_base(loaded, input)?;
    let request = request(loaded, input)?;
    check_raised(loaded, input)?;
    let call = CallContext {
        company: loaded.company.code.clone(),
        jurisdiction: loaded.company.jurisdiction.clone(),
        purpose: Purpose::Live,
        effective_date: input.document_date,
        known_at: loaded.known_at,
        locale: loaded.customer.locale.clone(),
        base_currency: loaded.company.base_currency,
    };
    let rows = |wanted: &[Lookup]| look_up(ctx, &loaded.company, wanted);
    let called = loaded
        .plugin
        .configured
        .assess(&call, std::slice::from_ref(&request), rows, Recording::Keep)
        .map_err(|error| plugin::refuse(&loaded.plugin, error))?;
    let not_accepted =
        |source| IssueInvoiceError::TaxNotAccepted { plugin: loaded.plugin.label.clone(), source };
    let [assessment] = called.output.as_slice() else {
        let reason = format!("answered {} assessments for one document", called.output.len());
        let plugin = loaded.plugin.label.clone();
        return Err(Common::PluginFailed { world: World::Tax, plugin, reason, retryable: false }.into());
    };
    let accepted = tax::accept(&request, assessment).map_err(not_accepted)?;
    check_codes(loaded, &accepted)?;
    check_credit(loaded, input, &accepted)?;
    credit::check_lines(loaded, input, (&accepted, &request))?;
    let parties = vec![loaded.customer.id];
    let invocation =
        plugin::prepare(ctx, loaded.company.id, &loaded.company_key, &loaded.plugin, &called, parties)?;
    Ok(Assessed { accepted, request, invocation })
}

/// Before a guest reckons with it, as with the lines themselves: what overflows in base currency would look like its fault.
fn check_in_base(loaded: &Loaded, input: &IssueInvoice) -> Result<(), Common> {
    let currency = loaded.company.base_currency;
    for (index, line) in input.lines.iter().enumerate() {
        let value = line.quantity.checked_mul(line.unit_price).unwrap_or_default();
        let amount = Money::rounded(value, input.currency, Rounding::HalfUp)?.minor();
        let worth = loaded.fx.to_base(amount, input.currency, currency);
        if !worth.is_ok_and(Minor::is_bounded) {
            let largest = Minor::new(MINOR_UNITS_MAX).to_decimal(currency);
            let message = format!(
                "times the quantity comes to more than the largest amount there is, {largest} {currency}"
            );
            return Err(Common::invalid(format!("/lines/{index}/unit_price"), message));
        }
    }
    Ok(())
}

/// What the chain hashes in clear of a guest's answer are codes, not words: what it says at length stands in its output,
/// which can be erased.
fn check_codes(loaded: &Loaded, accepted: &Accepted) -> Result<(), Common> {
    for tax in &accepted.taxes {
        let codes = [
            ("authority", &tax.authority),
            ("kind", &tax.kind),
            ("code", &tax.code),
            ("category", &tax.category),
        ];
        for (what, code) in codes {
            check_code(what, code).map_err(|refused| Common::PluginFailed {
                world: World::Tax,
                plugin: loaded.plugin.label.clone(),
                reason: format!("a tax line of its answer has no code: {refused}"),
                retryable: false,
            })?;
        }
    }
    Ok(())
}

/// A credit never exceeds what is left of its original.
fn check_credit(loaded: &Loaded, input: &IssueInvoice, accepted: &Accepted) -> Result<(), IssueInvoiceError> {
    let Some(original) = loaded.taken_back(input) else { return Ok(()) };
    let left = original.left()?;
    if accepted.gross > left {
        return Err(IssueInvoiceError::ExceedsOriginal {
            original: original.document.number.clone(),
            amount: Money::new(accepted.gross, input.currency),
            left: Money::new(left, input.currency),
        });
    }
    Ok(())
}

fn request(loaded: &Loaded, input: &IssueInvoice) -> Result<TaxDocument, Common> {
    let foreign = input.currency != loaded.company.base_currency;
    let original = loaded.taken_back(input);
    Ok(TaxDocument {
        id: 0,
        purpose: match input.kind {
            InvoiceKind::Invoice | InvoiceKind::DebitNote => TaxPurpose::Issue,
            InvoiceKind::CreditNote => TaxPurpose::Credit,
            InvoiceKind::LateFee => TaxPurpose::LateFee,
            InvoiceKind::WriteOff(reason) => reason.purpose(),
            InvoiceKind::Advance => TaxPurpose::Advance,
        },
        tax_invoice_type: None,
        original: original.map(|o| Original {
            number: o.document.number.clone(),
            date: o.document.document_date,
            tax: o.parts.tax.iter().map(|row| original_tax(row, &o.parts)).collect(),
        }),
        already_credited: original
            .map(|o| o.credited.iter().flat_map(|(note, parts)| credited_tax(note, parts)).collect())
            .unwrap_or_default(),
        issue_date: input.document_date,
        supply_date: loaded.supply_date,
        currency: input.currency,
        tax_currency: foreign.then_some(loaded.company.base_currency),
        tax_fx: foreign.then(|| tax::TaxFx {
            rate: loaded.fx.rate(),
            date: loaded.fx.date,
            source: loaded.fx.source.clone(),
        }),
        price_mode: input.price_mode,
        rounding: tax::RoundingRule {
            method: "half-up".to_owned(),
            level: "line".to_owned(),
            decimals: input.currency.decimals(),
        },
        seller: seller(&loaded.company),
        buyer: buyer(&loaded.customer),
        ship_to_country: None,
        allowances: document_adjustments(loaded, input)?,
        prepaid: None,
        lines: input
            .lines
            .iter()
            .enumerate()
            .map(|(n, line)| tax_line(n, line, original_line(n, input, original)?))
            .collect::<Result<_, _>>()?,
    })
}

fn ordinal(n: usize) -> Result<u32, Common> {
    u32::try_from(n).map_err(|_| Common::invalid("/lines", "too many"))
}

/// Lines count from 1 for people and guests alike.
fn tax_line(n: usize, line: &InvoiceLine, original_line: Option<u32>) -> Result<TaxLine, Common> {
    let gross_of = line.quantity.checked_mul(line.unit_price).ok_or(money::MoneyError::Overflow)?;
    Ok(TaxLine {
        id: ordinal(n)?.saturating_add(1),
        parent: line.parent,
        original_line,
        nature: line.nature.clone(),
        quantity: line.quantity,
        unit_code: line.unit.clone(),
        unit_price: line.unit_price,
        amount: None,
        allowances: adjustments(&line.allowances, Some(gross_of))?,
        category_code: line.category.clone(),
        classification: None,
        supply: line.supply.clone(),
        ship_to_country: None,
    })
}

/// Fractions become amounts of `of` (unrounded: the guest rounds the line once).
fn adjustments(list: &[Adjustment], of: Option<Decimal>) -> Result<Vec<AllowanceCharge>, Common> {
    let one = |(n, a): (usize, &Adjustment)| {
        let (percent, amount) = match (a.amount, of) {
            (AdjustmentAmount::Amount(amount), _) => (None, amount),
            (AdjustmentAmount::Fraction(fraction), Some(of)) => {
                (Some(fraction), of.abs().checked_mul(fraction).ok_or(money::MoneyError::Overflow)?)
            }
            (AdjustmentAmount::Fraction(_), None) => {
                return Err(Common::invalid(
                    format!("/allowances/{n}"),
                    "a document-level allowance is an amount, not a fraction",
                ));
            }
        };
        Ok(AllowanceCharge {
            id: ordinal(n)?.saturating_add(1),
            charge: a.charge,
            percent,
            amount,
            reason_code: a.reason.clone(),
            tax_category: a.category.clone(),
            original: None,
        })
    };
    list.iter().enumerate().map(one).collect()
}

/// The line of the original that a line of a credit takes back: named, or the only one that can be meant. Where several can, a credit note
/// names it; a write-off names amounts, and the tax rules look at all of its category together.
fn original_line(
    n: usize,
    input: &IssueInvoice,
    original: Option<&LoadedOriginal>,
) -> Result<Option<u32>, Common> {
    let (Some(original), Some(line)) = (original, input.lines.get(n)) else { return Ok(None) };
    if let Some(named) = line.original_line {
        return named_line(n, named, original).map(Some);
    }
    let alike = alike(line, input, original)?;
    let number = &original.document.number;
    match alike.as_slice() {
        [only] => Ok(Some(*only)),
        _ if input.kind != InvoiceKind::CreditNote => Ok(None),
        [] if charged_apart(line, original) => Ok(None),
        [] => Err(Common::invalid(
            format!("/lines/{n}/original_line"),
            format!("is required: no line of {number} is of this category"),
        )),
        several => {
            let lines = several.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            let pointer = format!("/lines/{n}/original_line");
            Err(Common::invalid(pointer, format!("is required: lines {lines} of {number} are alike")))
        }
    }
}

/// Lines of the original of a line's category; of a discount line those that discount what its own does.
fn alike(line: &InvoiceLine, input: &IssueInvoice, original: &LoadedOriginal) -> Result<Vec<u32>, Common> {
    let discount = |nature: &str| nature == "discount";
    let parent = line.parent.and_then(|parent| usize::try_from(parent).ok()?.checked_sub(1));
    let of = match parent {
        Some(parent) => original_line(parent, input, Some(original))?,
        None => None,
    };
    let alike = |l: &&DocumentLine| {
        l.category == line.category
            && discount(&l.nature) == discount(&line.nature)
            && (of.is_none() || l.parent == of)
    };
    Ok(original.parts.lines.iter().filter(alike).map(|l| l.line).collect())
}

/// Whether the original charged, or allowed, something of a line's category beside its lines.
fn charged_apart(line: &InvoiceLine, original: &LoadedOriginal) -> bool {
    let mut all = original.parts.document_level();
    all.any(|allowance| allowance.category.as_deref() == Some(line.category.as_str()))
}

/// The line of the original that a line names.
fn named_line(n: usize, named: u32, original: &LoadedOriginal) -> Result<u32, Common> {
    let lines = &original.parts.lines;
    let found = lines.iter().find(|line| line.line == named).map(|line| line.line);
    found.ok_or_else(|| {
        let text = format!("{} has no line {named}; it has 1 to {}", original.document.number, lines.len());
        Common::invalid(format!("/lines/{n}/original_line"), text)
    })
}

/// The lines of the original whose price a debit note raises are there.
fn check_raised(loaded: &Loaded, input: &IssueInvoice) -> Result<(), Common> {
    let Some(original) = loaded.original.as_ref().filter(|_| input.kind.charges()) else { return Ok(()) };
    for (n, line) in input.lines.iter().enumerate() {
        if let Some(named) = line.original_line {
            named_line(n, named, original)?;
        }
    }
    Ok(())
}

/// The one thing that there is; `None` for several.
fn only<T>(mut of: impl Iterator<Item = T>) -> Option<T> {
    let first = of.next();
    first.filter(|_| of.next().is_none())
}

/// Document-level allowances; those of a credit with the one of the original that they take back, where only one is alike.
fn document_adjustments(loaded: &Loaded, input: &IssueInvoice) -> Result<Vec<AllowanceCharge>, Common> {
    let mut all = adjustments(&input.allowances, None)?;
    if let Some(original) = loaded.taken_back(input) {
        for allowance in &mut all {
            let alike =
                |a: &&DocumentAllowance| a.charge == allowance.charge && a.category == allowance.tax_category;
            allowance.original = only(original.parts.document_level().filter(alike)).map(|a| a.n);
        }
    }
    Ok(all)
}

fn original_tax(row: &TaxRow, parts: &Parts) -> OriginalTax {
    let asked_category = match row.allowance {
        Some(n) => parts.document_level().find(|a| a.n == n).and_then(|a| a.category.clone()),
        None => {
            let of_row = |line: &&DocumentLine| row.lines.0.contains(&line.line);
            let mut categories: Vec<&String> =
                parts.lines.iter().filter(of_row).map(|line| &line.category).collect();
            categories.dedup();
            only(categories.into_iter()).cloned()
        }
    };
    OriginalTax {
        on: row.allowance.map_or_else(|| TaxOn::Lines(row.lines.0.clone()), TaxOn::Allowance),
        asked_category,
        authority: row.authority.clone(),
        kind: row.kind.clone(),
        code: row.code.clone(),
        category: row.category.clone(),
        rate: row.rate,
        base: row.base,
        deducted: row.deducted,
        exempt_base: row.exempt_base,
        out_of_scope_base: row.out_of_scope_base,
        amount: row.amount,
        collected_by: row.collected_by.clone(),
        legal_reference: row.legal_reference.clone(),
    }
}

/// Tax of an earlier credit, standing on what it took back of the original. What was written off without an effect on tax took
/// none back.
fn credited_tax(note: &Document, parts: &Parts) -> Vec<OriginalTax> {
    let line_of_original =
        |line: &u32| parts.lines.iter().find(|l| l.line == *line).and_then(|l| l.original_line);
    let of_row = |row: &TaxRow| {
        let on = match row.allowance {
            Some(n) => {
                parts.document_level().find(|a| a.n == n).and_then(|a| a.original).map(TaxOn::Allowance)
            }
            None => row.lines.0.iter().map(line_of_original).collect::<Option<Vec<u32>>>().map(TaxOn::Lines),
        };
        OriginalTax { on: on.unwrap_or_else(|| TaxOn::Lines(Vec::new())), ..original_tax(row, parts) }
    };
    let credit = note.kind == InvoiceKind::CreditNote.name();
    let taken =
        |row: &&TaxRow| [row.amount, row.base, row.exempt_base].iter().any(|amount| !amount.is_zero());
    parts.tax.iter().filter(|row| credit || taken(row)).map(of_row).collect()
}

fn seller(company: &Company) -> TaxParty {
    TaxParty {
        country: company.country.clone(),
        region: None,
        registrations: registration(
            company.tax_scheme.as_deref(),
            company.tax_id.as_deref(),
            &company.country,
        ),
        kind: "business".to_owned(),
        taxpayer_status: company.taxpayer_status.clone(),
    }
}

fn buyer(customer: &Customer) -> TaxParty {
    TaxParty {
        country: customer.country.clone(),
        region: customer.region.clone(),
        registrations: registration(
            customer.tax_scheme.as_deref(),
            customer.tax_id.as_deref(),
            &customer.country,
        ),
        kind: customer.kind.clone(),
        taxpayer_status: customer.taxpayer_status.clone(),
    }
}

fn registration(scheme: Option<&str>, id: Option<&str>, country: &str) -> Vec<TaxRegistration> {
    let one = scheme.zip(id).map(|(scheme, id)| TaxRegistration {
        scheme: scheme.to_owned(),
        id: id.to_owned(),
        country: country.to_owned(),
    });
    one.into_iter().collect()
}
