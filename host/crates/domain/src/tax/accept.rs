//! After the guest, the host checks: an assessment counts only if every figure of it follows from the request
//! and from what the guest itself stated beside the figure. In this order:
//!
//! | check | what holds afterwards |
//! |---|---|
//! | texts | no control characters |
//! | answered | the document asked for, each of its lines once, none invented |
//! | stated | names that decide arithmetic are known, amounts are exact in minor units |
//! | values | net (exclusive prices) or gross (inclusive) is what quantity × price − allowances rounds to |
//! | treated | per line and (authority, kind): base + exempt + out of scope + deducted = net |
//! | arithmetic | amount = base × rate, under the method, rounding and delta the tax line states |
//! | lines | gross − net = tax collected by the seller, on each line the share of its net |
//! | credit | with what was credited before, no more of any tax than the original has |
//! | breakdown | where there is one, each row is the sum of its tax lines, and none is missing |
//! | totals | net = lines − allowances + charges; gross = net + tax; payable = gross − withheld − prepaid + rounding |

use super::accepted::{Accepted, AcceptedLine, AcceptedTax, CollectedBy, TaxError};
use super::treatment::{self, Target};
use super::{AllowanceCharge, PriceMode, RawAssessment, TaxDocument, TaxLine, TaxPurpose};
use super::{breakdown, credit, texts};
use money::{Currency, Minor, Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Tax lines for each line, allowance or charge of the document: several authorities and kinds may each need
/// several, but an answer without end must not reach the database.
const TAX_LINES_PER_LINE_MAX: usize = 32;

/// Checks what a tax guest answered for `request`. Nothing of it is corrected: it holds, or it is refused with
/// the first thing that does not.
pub fn accept(request: &TaxDocument, answer: &RawAssessment) -> Result<Accepted, TaxError> {
    if answer.document != request.id {
        return Err(TaxError::Document { expected: request.id, found: answer.document });
    }
    let places = request.lines.len().saturating_add(request.allowances.len());
    let tax_lines_max = places.saturating_mul(TAX_LINES_PER_LINE_MAX);
    if answer.tax_lines.len() > tax_lines_max {
        return Err(TaxError::TooManyTaxLines { found: answer.tax_lines.len(), tax_lines_max });
    }
    texts::check(answer)?;
    let lines = answered(request, answer)?;
    let taxes = treatment::read(request, answer)?;
    check_values(request, answer, &lines, &taxes)?;
    let mut nets: BTreeMap<Target, Minor> = BTreeMap::new();
    for line in &lines {
        nets.insert(Target::Line(line.line), line.net);
    }
    for allowance in &request.allowances {
        nets.insert(Target::Allowance(allowance.id), allowance_net(request, allowance, &taxes)?);
    }
    treatment::check(request, answer, &taxes, &nets)?;
    check_line_taxes(request.currency, &lines, &taxes)?;
    check_shares(request.currency, &lines, &taxes, &nets)?;
    credit::check(request, &taxes)?;
    breakdown::check(request.currency, answer, &taxes)?;
    let totals = check_totals(request, answer, &nets, &taxes)?;
    Ok(Accepted {
        lines,
        taxes,
        required_texts: answer.required_texts.clone(),
        explanations: answer.explanations.clone(),
        warnings: answer.warnings.clone(),
        ..totals
    })
}

/// Parses an amount of the answer: exact in the currency's minor units.
pub(super) fn amount(
    place: impl FnOnce() -> String,
    field: &'static str,
    text: &str,
    currency: Currency,
) -> Result<Minor, TaxError> {
    Money::parse(text, currency).map(Money::minor).map_err(|source| TaxError::Amount {
        place: place(),
        field,
        source,
    })
}

/// `a × b` without rounding: refused where 28 digits do not hold the product.
pub(super) fn exact_product(a: Decimal, b: Decimal) -> Result<Decimal, MoneyError> {
    let (a, b) = (a.normalize(), b.normalize());
    let product = a.checked_mul(b).ok_or(MoneyError::Overflow)?;
    if !product.is_zero() && product.scale() != a.scale().saturating_add(b.scale()) {
        return Err(MoneyError::Overflow);
    }
    Ok(product)
}

fn answered(request: &TaxDocument, answer: &RawAssessment) -> Result<Vec<AcceptedLine>, TaxError> {
    let known: BTreeSet<u32> = request.lines.iter().map(|l| l.id).collect();
    let mut found: BTreeMap<u32, AcceptedLine> = BTreeMap::new();
    for raw in &answer.lines {
        let place = || format!("line {}", raw.line);
        if !known.contains(&raw.line) {
            return Err(TaxError::LineUnknown { line: raw.line });
        }
        let net = amount(place, "net", &raw.net, request.currency)?;
        let gross = amount(place, "gross", &raw.gross, request.currency)?;
        let line = AcceptedLine { line: raw.line, net, tax: gross.sub(net)?, gross };
        if found.insert(raw.line, line).is_some() {
            return Err(TaxError::LineTwice { line: raw.line });
        }
    }
    request
        .lines
        .iter()
        .map(|l| found.get(&l.id).copied().ok_or(TaxError::LineMissing { line: l.id }))
        .collect()
}

/// What the request decides: net where prices exclude tax, gross where they include it. Of the roundings that the
/// tax lines on the line state, one must lead to the guest's figure.
fn check_values(
    request: &TaxDocument,
    answer: &RawAssessment,
    lines: &[AcceptedLine],
    taxes: &[AcceptedTax],
) -> Result<(), TaxError> {
    let mut roundings: BTreeMap<u32, Vec<Rounding>> = BTreeMap::new();
    for (tax, raw) in taxes.iter().zip(&answer.tax_lines) {
        for line in tax.lines() {
            roundings.entry(*line).or_default().extend(Rounding::by_name(&raw.rounding.method));
        }
    }
    for (asked, line) in request.lines.iter().zip(lines) {
        let value = line_value(asked)?;
        let (field, found) = match request.price_mode {
            PriceMode::Exclusive => ("net", line.net),
            PriceMode::Inclusive => ("gross", line.gross),
        };
        let stated = roundings
            .get(&line.line)
            .ok_or_else(|| TaxError::Untreated { place: Target::Line(line.line).to_string() })?;
        let mut expected = None;
        for rounding in stated {
            let rounded = Money::rounded(value, request.currency, *rounding)?.minor();
            if rounded == found {
                expected = None;
                break;
            }
            expected.get_or_insert(rounded);
        }
        if let Some(expected) = expected {
            let text = |minor: Minor| minor.format(request.currency);
            return Err(TaxError::LineValue {
                line: line.line,
                field,
                expected: text(expected),
                found: text(found),
            });
        }
    }
    Ok(())
}

fn line_value(line: &TaxLine) -> Result<Decimal, MoneyError> {
    let stated = match line.amount {
        Some(amount) => amount,
        None => exact_product(line.quantity, line.unit_price)?,
    };
    line.allowances.iter().try_fold(stated, |value, allowance| {
        let next = if allowance.charge {
            value.checked_add(allowance.amount)
        } else {
            value.checked_sub(allowance.amount)
        };
        next.ok_or(MoneyError::Overflow)
    })
}

/// Signed: an allowance lowers the document's net, a charge raises it. Where prices include tax, so does the
/// allowance's amount.
fn allowance_net(
    request: &TaxDocument,
    allowance: &AllowanceCharge,
    taxes: &[AcceptedTax],
) -> Result<Minor, TaxError> {
    let positive = Money::from_decimal(allowance.amount, request.currency)?.minor();
    let signed = if allowance.charge { positive } else { positive.neg()? };
    if request.price_mode == PriceMode::Exclusive {
        return Ok(signed);
    }
    let included = taxes
        .iter()
        .filter(|t| t.collected_by == CollectedBy::Seller && t.on == super::TaxOn::Allowance(allowance.id))
        .map(|t| t.amount);
    Ok(signed.sub(Minor::sum(included)?)?)
}

/// For lines that taxes tie together: Σ (gross − net) = Σ tax collected by the seller on them.
fn check_line_taxes(
    currency: Currency,
    lines: &[AcceptedLine],
    taxes: &[AcceptedTax],
) -> Result<(), TaxError> {
    let seller: Vec<&AcceptedTax> =
        taxes.iter().filter(|t| t.collected_by == CollectedBy::Seller && !t.lines().is_empty()).collect();
    let mut open: BTreeMap<Target, Minor> = lines.iter().map(|l| (Target::Line(l.line), l.tax)).collect();
    let refuse = |place: String, expected: Minor, found: Minor| TaxError::LineTax {
        place,
        expected: expected.format(currency),
        found: found.format(currency),
    };
    for group in treatment::groups(&seller) {
        let expected = Minor::sum(group.taxes.iter().map(|t| t.amount))?;
        let found = Minor::sum(group.targets.iter().filter_map(|target| open.remove(target)))?;
        if found != expected {
            return Err(refuse(treatment::place(&group.targets), expected, found));
        }
    }
    match open.into_iter().find(|(_, tax)| !tax.is_zero()) {
        Some((target, found)) => Err(refuse(target.to_string(), Minor::ZERO, found)),
        None => Ok(()),
    }
}

/// What the guest gives each line of a tax on several: its net's part of the tax, within one unit for each such tax,
/// and never against the sign of its net. Without this a document could show one line's tax negative and another's doubled.
fn check_shares(
    currency: Currency,
    lines: &[AcceptedLine],
    taxes: &[AcceptedTax],
    nets: &BTreeMap<Target, Minor>,
) -> Result<(), TaxError> {
    let mut expected: BTreeMap<u32, (Decimal, u32)> = BTreeMap::new();
    for tax in taxes.iter().filter(|t| t.collected_by == CollectedBy::Seller) {
        let of = |line: &u32| nets.get(&Target::Line(*line)).copied().unwrap_or_default();
        let together = Minor::sum(tax.lines().iter().map(of))?;
        for line in tax.lines() {
            let net = of(line).to_decimal(currency);
            let amount = tax.amount.to_decimal(currency);
            // where the nets cancel out, only the rate says what each line bears
            let share = if together.is_zero() {
                net.checked_mul(tax.rate)
            } else {
                net.checked_mul(amount).and_then(|p| p.checked_div(together.to_decimal(currency)))
            };
            let (sum, several) = expected.entry(*line).or_default();
            *sum = share.and_then(|share| sum.checked_add(share)).ok_or(MoneyError::Overflow)?;
            *several = several.saturating_add(u32::from(tax.lines().len() > 1));
        }
    }
    let unit = Decimal::new(1, currency.decimals());
    for line in lines {
        let (share, several) = expected.get(&line.line).copied().unwrap_or_default();
        let apart = line.tax.to_decimal(currency).checked_sub(share).ok_or(MoneyError::Overflow)?.abs();
        let allowed = unit.checked_mul(Decimal::from(several)).ok_or(MoneyError::Overflow)?;
        let against = !line.tax.is_zero() && line.tax.get().signum() != line.net.get().signum();
        // a quotient has 28 digits: what differs behind the twelfth is no money
        if against || apart.round_dp(12) > allowed {
            let found = line.tax.format(currency);
            return Err(TaxError::LineShare {
                line: line.line,
                expected: share.round_dp(12).normalize(),
                found,
            });
        }
    }
    Ok(())
}

/// The published equation of wit/tax/tax.wit. Answers the totals; lines and taxes stay empty.
fn check_totals(
    request: &TaxDocument,
    answer: &RawAssessment,
    nets: &BTreeMap<Target, Minor>,
    taxes: &[AcceptedTax],
) -> Result<Accepted, TaxError> {
    let currency = request.currency;
    let of = |wanted: fn(&Target) -> bool| {
        Minor::sum(nets.iter().filter(|(target, _)| wanted(target)).map(|(_, net)| *net))
    };
    let collected =
        |by: CollectedBy| Minor::sum(taxes.iter().filter(|t| t.collected_by == by).map(|t| t.amount));
    let charge_ids: BTreeSet<u32> = request.allowances.iter().filter(|a| a.charge).map(|a| a.id).collect();
    let lines = of(|t| matches!(t, Target::Line(_)))?;
    let document_level = of(|t| matches!(t, Target::Allowance(_)))?;
    let charges = Minor::sum(charge_ids.iter().filter_map(|id| nets.get(&Target::Allowance(*id)).copied()))?;
    let allowances = charges.sub(document_level)?;
    let net = lines.add(document_level)?;
    let tax = collected(CollectedBy::Seller)?;
    let gross = net.add(tax)?;
    let withheld = collected(CollectedBy::Withheld)?;
    let prepaid = Money::from_decimal(request.prepaid.unwrap_or_default(), currency)?.minor();
    let stated = |field, text: &str| amount(|| "totals".to_owned(), field, text, currency);
    let same = |field, text: &str, expected: Minor| {
        let found = stated(field, text)?;
        let show = |minor: Minor| minor.format(currency);
        if found == expected {
            Ok(())
        } else {
            Err(TaxError::Total { field, expected: show(expected), found: show(found) })
        }
    };
    let totals = &answer.totals;
    same("lines", &totals.lines, lines)?;
    same("allowances", &totals.allowances, allowances)?;
    same("charges", &totals.charges, charges)?;
    same("net", &totals.net, net)?;
    same("tax", &totals.tax, tax)?;
    same("gross", &totals.gross, gross)?;
    same("withheld", &totals.withheld, withheld)?;
    same("prepaid", &totals.prepaid, prepaid)?;
    let payable_rounding = stated("payable-rounding", &totals.payable_rounding)?;
    check_payable_rounding(payable_rounding, answer, currency)?;
    let payable = gross.sub(withheld)?.sub(prepaid)?.add(payable_rounding)?;
    same("payable", &totals.payable, payable)?;
    if request.purpose == TaxPurpose::Issue && payable.is_negative() {
        return Err(TaxError::NegativePayable { found: payable.format(currency) });
    }
    let (required_texts, explanations, warnings) = (Vec::new(), Vec::new(), Vec::new());
    let (lines, taxes) = (Vec::new(), Vec::new());
    Ok(Accepted {
        lines,
        taxes,
        net,
        tax,
        gross,
        withheld,
        prepaid,
        payable_rounding,
        payable,
        required_texts,
        explanations,
        warnings,
    })
}

/// What explains a rounding of the payable amount.
const PAYABLE_ROUNDING: &str = "/totals/payable_rounding";

/// Cash rounding (抹零, Rappenrundung) stays within one unit of the currency: more would be a discount. It says why.
fn check_payable_rounding(found: Minor, answer: &RawAssessment, currency: Currency) -> Result<(), TaxError> {
    if !found.is_zero() && !answer.explanations.iter().any(|e| e.subject == PAYABLE_ROUNDING) {
        return Err(TaxError::PayableRoundingUnexplained { found: found.format(currency) });
    }
    let unit = Money::from_decimal(Decimal::ONE, currency)?.minor();
    if found.abs()? > unit {
        return Err(TaxError::PayableRounding {
            expected: unit.format(currency),
            found: found.format(currency),
        });
    }
    Ok(())
}

#[cfg(test)]
#[path = "accept_tests.rs"]
mod tests;
