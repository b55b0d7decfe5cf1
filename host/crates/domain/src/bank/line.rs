//! Which lines an entry makes: one for each detail of a batch, or one.

use super::accept::{parse_amount, parse_currency};
use super::accepted::{BankError, BankFileLine, LineKind, Remittance};
use super::{RawCharge, RawDetail, RawEntry, RawReference};
use money::{Currency, Minor, Money};

/// Sub-families of ISO 20022's bank transaction codes and codes of MT940 that are charges.
const FEE_CODES: [&str; 6] = ["CHRG", "COMM", "FEES", "CHG", "NCHG", "BRF"];
/// ISO 20022: unpaid or returned direct debit, unpaid cheque and card transaction, returned transfer; MT940: RTI.
const RETURN_CODES: [&str; 8] = ["UPDD", "PRDD", "UPCQ", "UPCT", "RRTN", "ARET", "RTI", "NRTI"];
/// Reversal due to a cancellation request.
const REVERSAL_CODES: [&str; 1] = ["RPCR"];
const REFUND_CODES: [&str; 3] = ["REFU", "RFND", "REFUND"];

pub(super) fn lines(
    raw: &RawEntry,
    place: &str,
    amount: Money,
    warnings: &mut Vec<String>,
) -> Result<Vec<BankFileLine>, BankError> {
    if amount.minor().is_zero() {
        warnings.push(format!("{place} has an amount of zero: it makes no line"));
        return Ok(Vec::new());
    }
    check_batch(raw, place, amount, warnings);
    if let Some(amounts) = parts(raw, place, amount, warnings)? {
        let details = raw.details.iter().zip(amounts).enumerate();
        return details
            .map(|(index, (detail, part))| {
                let own = std::slice::from_ref(detail);
                let text = text(own, None);
                let line = line(raw, place, own, (part, detail.credit), warnings)?;
                Ok(BankFileLine { detail: u32::try_from(index).unwrap_or(u32::MAX), free_text: text, ..line })
            })
            .collect();
    }
    let mut line = line(raw, place, &raw.details, (amount, raw.credit), warnings)?;
    line.instructed = raw.instructed.as_ref().and_then(|i| told(place, "instructed amount", i, warnings));
    line.fx_rate = raw.fx_rate.as_ref().and_then(|rate| match money::parse_decimal(rate) {
        Ok(rate) => Some(money::normal_form(rate)),
        Err(error) => {
            warnings.push(format!("{place}: rate: {error}: left out"));
            None
        }
    });
    Ok(vec![line])
}

/// What a batch says of itself against what is shown of it: a person should see what does not fit, and banks do shorten.
fn check_batch(raw: &RawEntry, place: &str, amount: Money, warnings: &mut Vec<String>) {
    let Some(batch) = &raw.batch else { return };
    let shown = raw.details.len();
    // a batch without details is a sum that the bank does not break down
    if let Some(count) = batch.count.filter(|count| shown > 0 && u32::try_from(shown) != Ok(*count)) {
        warnings.push(format!("{place}: its batch says {count} payments, the file shows {shown}"));
    }
    let total = batch.total.as_ref().and_then(|total| told(place, "batch total", total, warnings));
    if let Some(total) = total.filter(|total| *total != amount) {
        warnings.push(format!("{place} of {amount}: its batch says a total of {total}"));
    }
}

/// The amounts of the details, where all have one in the entry's currency and together they are the entry. A single
/// detail is the entry itself. Details against the entry's direction belong to a batch (returns in a collection); elsewhere
/// two large ones that nearly cancel out would make lines of more than the bank moved.
fn parts(
    raw: &RawEntry,
    place: &str,
    amount: Money,
    warnings: &mut Vec<String>,
) -> Result<Option<Vec<Money>>, BankError> {
    if raw.details.len() < 2 {
        return Ok(None);
    }
    if raw.batch.is_none() && raw.details.iter().any(|detail| detail.credit != raw.credit) {
        warnings.push(format!(
            "{place} of {amount} has details in both directions and is no batch: it is taken as one line"
        ));
        return Ok(None);
    }
    let mut amounts = Vec::with_capacity(raw.details.len());
    let mut sum = Minor::ZERO;
    for detail in &raw.details {
        let Some(text) = &detail.amount else { return Ok(None) };
        let code = detail.currency.as_deref().unwrap_or(&raw.currency);
        let part = parse_amount(place, "detail's amount", text, parse_currency(place, code)?)?;
        if part.currency() != amount.currency() {
            return Ok(None);
        }
        if part.minor().is_negative() {
            return Err(BankError::Negative {
                place: place.to_owned(),
                field: "detail's amount",
                found: part.amount(),
            });
        }
        sum = if detail.credit == raw.credit { sum.add(part.minor())? } else { sum.sub(part.minor())? };
        amounts.push(part);
    }
    if sum != amount.minor() || amounts.iter().any(|a| a.minor().is_zero()) {
        let found = Money::new(sum, amount.currency());
        warnings
            .push(format!("{place} of {amount} has details that come to {found}: it is taken as one line"));
        return Ok(None);
    }
    Ok(Some(amounts))
}

/// A line of `details`: references and parties are taken only where one detail alone states them.
fn line(
    raw: &RawEntry,
    place: &str,
    details: &[RawDetail],
    (amount, credit): (Money, bool),
    warnings: &mut Vec<String>,
) -> Result<BankFileLine, BankError> {
    let none = RawDetail::default();
    let detail = match details {
        [one] => one,
        _ => &none,
    };
    let kind = kind(raw, details, credit);
    let debtor_pays = credit || matches!(kind, LineKind::Return | LineKind::Reversal);
    let (payer_name, payer_account, payer_id) = if debtor_pays {
        (&detail.debtor_name, &detail.debtor_account, &detail.debtor_id)
    } else {
        (&detail.creditor_name, &detail.creditor_account, &None)
    };
    let own_charges = if detail.charges.is_empty() { &raw.charges } else { &detail.charges };
    // a batch's own charges belong to the batch, not to each of its lines
    let of_batch = details.len() < raw.details.len() && detail.charges.is_empty();
    let charges = if of_batch { &[] } else { own_charges.as_slice() };
    Ok(BankFileLine {
        detail: 0,
        kind,
        amount,
        credit,
        end_to_end: detail.end_to_end.clone(),
        transaction: detail.transaction.clone(),
        mandate: detail.mandate.clone(),
        payer_name: payer_name.clone(),
        payer_account: payer_account.clone(),
        payer_id: payer_id.clone(),
        ultimate_debtor: detail.ultimate_debtor.clone(),
        structured: detail.structured.first().map(|s| (s.scheme.clone(), s.reference.clone())),
        free_text: text(details, raw.text.as_deref()),
        return_reason: detail.return_reason.clone(),
        original_end_to_end: detail.original_end_to_end.clone(),
        charges: included(charges, place, amount.currency(), warnings)?,
        charge_bearer: charges.iter().find_map(|charge| charge.bearer.clone()),
        instructed: None,
        fx_rate: None,
        servicer_reference: detail.servicer_reference.clone().or_else(|| raw.servicer_reference.clone()),
        remittances: remittances(detail, place, amount.currency(), warnings),
    })
}

/// Reversal flag first, then what says that an earlier payment comes back, then the bank's code, then direction.
fn kind(raw: &RawEntry, details: &[RawDetail], credit: bool) -> LineKind {
    let code = |codes: &[&str]| {
        raw.code.split(['/', '+', ' ']).any(|part| codes.contains(&part.to_uppercase().as_str()))
    };
    if raw.reversal || code(&REVERSAL_CODES) {
        LineKind::Reversal
    } else if code(&RETURN_CODES) || details.iter().any(|d| d.return_reason.is_some()) {
        LineKind::Return
    } else if code(&REFUND_CODES) {
        LineKind::Refund
    } else if credit {
        LineKind::Receipt
    } else if code(&FEE_CODES) {
        LineKind::Fee
    } else {
        LineKind::Payout
    }
}

fn text(details: &[RawDetail], entry: Option<&str>) -> String {
    let unstructured: Vec<&str> = details
        .iter()
        .flat_map(|d| d.unstructured.iter().map(String::as_str))
        .filter(|t| !t.is_empty())
        .collect();
    if unstructured.is_empty() { entry.unwrap_or_default().to_owned() } else { unstructured.join(" ") }
}

/// An amount that only informs: one that is none is told and left out, so that it does not keep the whole file out.
fn told(
    place: &str,
    what: &str,
    (amount, code): &(String, String),
    warnings: &mut Vec<String>,
) -> Option<Money> {
    match Currency::parse(code).and_then(|currency| Money::parse(amount, currency)?.bounded()) {
        Ok(amount) => Some(amount),
        Err(error) => {
            warnings.push(format!("{place}: {what}: {error}: left out"));
            None
        }
    }
}

/// Charges inside of the amount less those given back. What the line's currency cannot say is left out.
fn included(
    charges: &[RawCharge],
    place: &str,
    currency: Currency,
    warnings: &mut Vec<String>,
) -> Result<Minor, BankError> {
    let mut sum = Minor::ZERO;
    for charge in charges.iter().filter(|c| c.included) {
        let stated = (charge.amount.clone(), charge.currency.clone());
        let amount = told(place, "charge", &stated, warnings).filter(|amount| amount.currency() == currency);
        sum = sum.add(amount.map_or(Minor::ZERO, |amount| amount.minor()))?;
    }
    if !sum.is_bounded() {
        let given = sum.format(currency);
        warnings
            .push(format!("{place}: charges of {given} are beyond the largest amount there is: left out"));
        return Ok(Minor::ZERO);
    }
    if sum.is_negative() {
        let given = sum.format(currency);
        warnings
            .push(format!("{place}: charges of {given} inside of the amount are less than none: left out"));
        return Ok(Minor::ZERO);
    }
    Ok(sum)
}

fn remittances(
    detail: &RawDetail,
    place: &str,
    currency: Currency,
    warnings: &mut Vec<String>,
) -> Vec<Remittance> {
    let stated = |r: &RawReference| r.amount.is_some() || r.discount.is_some();
    if detail.structured.len() < 2 && !detail.structured.iter().any(stated) {
        return Vec::new();
    }
    let mut own = |what: &str, money: Option<&(String, String)>| {
        let Some(found) = money.and_then(|money| told(place, what, money, warnings)) else {
            return Minor::ZERO;
        };
        if found.currency() == currency {
            return found.minor();
        }
        warnings
            .push(format!("{place}: {what} of {found} is not in the line's currency {currency}: left out"));
        Minor::ZERO
    };
    let one = |r: &RawReference| Remittance {
        reference: r.reference.clone(),
        scheme: r.scheme.clone(),
        kind: r.kind.clone().unwrap_or_default(),
        amount: own("remittance", r.amount.as_ref()),
        discount: own("discount", r.discount.as_ref()),
    };
    detail.structured.iter().map(one).collect()
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
