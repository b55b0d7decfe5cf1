//! Totals of a document: net = lines − allowances + charges; gross = net + tax; payable = gross − withheld − prepaid.

use super::{Document, Terms, Totals};
use crate::decimal::{Rounding, add, fixed_text, mul, parse_opt, sub};
use crate::{Problem, currency};
use rust_decimal::Decimal;

/// What an amount stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Index of the line in the document.
    Line(usize),
    /// Index of the allowance or charge in the document.
    Allowance(usize),
}

/// Puts the totals together: `nets` are signed (an allowance is negative), `tax` is what the seller collects.
pub fn totals(
    document: &Document,
    nets: impl IntoIterator<Item = (Target, Decimal)>,
    tax: Decimal,
    withheld: Decimal,
    terms: Terms,
    path: &str,
) -> Result<Totals, Problem> {
    let (mut lines, mut allowances, mut charges) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for (target, net) in nets {
        match target {
            Target::Line(_) => lines = add(lines, net, path)?,
            Target::Allowance(index) if document.allowances.get(index).is_some_and(|a| a.charge) => {
                charges = add(charges, net, path)?;
            }
            Target::Allowance(_) => allowances = sub(allowances, net, path)?,
        }
    }
    let net = add(sub(lines, allowances, path)?, charges, path)?;
    let gross = add(net, tax, path)?;
    let prepaid = parse_opt(document.prepaid.as_deref(), &format!("{path}/prepaid"))?.unwrap_or_default();
    let payable = sub(sub(gross, withheld, path)?, prepaid, path)?;
    Ok(Totals {
        lines: terms.money(lines),
        allowances: terms.money(allowances),
        charges: terms.money(charges),
        net: terms.money(net),
        tax: terms.money(tax),
        gross: terms.money(gross),
        withheld: terms.money(withheld),
        prepaid: terms.money(prepaid),
        payable_rounding: terms.money(Decimal::ZERO),
        payable: terms.money(payable),
        ext: Vec::new(),
    })
}

/// The rate into `currency` that the document states; none where it is in that currency.
pub fn tax_rate(document: &Document, currency: &str, path: &str) -> Result<Option<Decimal>, Problem> {
    let wanted = document.currency != currency && document.tax_currency.as_deref() == Some(currency);
    let fx = document.tax_fx.as_ref().filter(|_| wanted);
    parse_opt(fx.map(|fx| fx.rate.as_str()), &format!("{path}/tax_fx/rate"))
}

/// A tax in the tax currency, rounded to that currency's minor unit.
pub fn in_tax_currency(
    amount: Decimal,
    rate: Decimal,
    currency: &str,
    method: Rounding,
    path: &str,
) -> Result<String, Problem> {
    let decimals = currency::decimals(currency);
    Ok(fixed_text(method.round(mul(amount, rate, path)?, decimals), decimals))
}

/// (base, exempt base, out-of-scope base): the treatment, by its name in the register, fills one of them.
pub fn columns(treatment: &str, base: Decimal) -> (Decimal, Decimal, Decimal) {
    let zero = Decimal::ZERO;
    match treatment {
        "exempt" => (zero, base, zero),
        "out-of-scope" => (zero, zero, base),
        _ => (base, zero, zero),
    }
}
