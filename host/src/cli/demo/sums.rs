//! Sums over what was issued: by kind and currency, by tax code, rate and currency.

use super::report::{Documents, Tax};
use crate::cli::failure::{Exit, Failure};
use app::invoice::IssuedInvoice;
use money::{Money, MoneyError};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub fn sums(issued: &[IssuedInvoice]) -> Result<(Vec<Documents>, Vec<Tax>), Failure> {
    add_up(issued).map_err(too_large)
}

fn add_up(issued: &[IssuedInvoice]) -> Result<(Vec<Documents>, Vec<Tax>), MoneyError> {
    let mut documents: BTreeMap<(&str, String), (u64, Money, Money, Money)> = BTreeMap::new();
    let mut taxes: BTreeMap<(String, Decimal, String), (Money, Money)> = BTreeMap::new();
    for one in issued {
        let currency = one.gross.currency();
        let zero = Money::zero(currency);
        // series: INV-… and CN-…
        let kind = if one.number.starts_with("CN") { "credit note" } else { "invoice" };
        let sum = documents.entry((kind, currency.code().to_owned())).or_insert((0, zero, zero, zero));
        *sum = (sum.0 + 1, sum.1.add(one.net)?, sum.2.add(one.tax)?, sum.3.add(one.gross)?);
        for (code, rate, base, amount) in &one.taxes {
            let key = (code.clone(), *rate, currency.code().to_owned());
            let sum = taxes.entry(key).or_insert((zero, zero));
            *sum = (sum.0.add(*base)?, sum.1.add(*amount)?);
        }
    }
    let document =
        |((kind, currency), (count, net, tax, gross)): ((&str, String), (u64, Money, Money, Money))| {
            let (net, tax, gross) = (net.amount(), tax.amount(), gross.amount());
            Documents { kind: kind.to_owned(), currency, count, net, tax, gross }
        };
    let tax = |((code, rate, currency), (base, tax)): ((String, Decimal, String), (Money, Money))| Tax {
        code,
        rate: money::normal_form(rate),
        currency,
        base: base.amount(),
        tax: tax.amount(),
    };
    Ok((documents.into_iter().map(document).collect(), taxes.into_iter().map(tax).collect()))
}

fn too_large(error: MoneyError) -> Failure {
    Failure::new(Exit::Internal, "internal", format!("the sums of the report: {error}"))
}
