//! Sums over what was issued: documents by kind and currency; tax by code, rate and currency, less credit notes.

use super::report::{Documents, Tax};
use crate::cli::failure::{Exit, Failure, OrFail as _};
use crate::cli::session::Session;
use app::invoice::IssuedInvoice;
use money::{Money, MoneyError};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// (code, rate, currency) → taxable, not taxed, tax.
type Taxes = BTreeMap<(String, Decimal, String), (Money, Money, Money)>;

pub fn sums(session: &Session, issued: &[IssuedInvoice]) -> Result<(Vec<Documents>, Vec<Tax>), Failure> {
    let mut taxes = Taxes::new();
    for one in issued {
        let view = app::invoice::get(&session.app, &session.actor, session.id(), &one.number).or_fail()?;
        let credit = view.document.kind == "credit-note";
        for line in &view.taxes {
            let currency = one.gross.currency();
            let signed = |minor: money::Minor| {
                Ok::<_, MoneyError>(Money::new(if credit { minor.neg()? } else { minor }, currency))
            };
            let of = |(taxable, untaxed, tax): (Money, Money, Money)| {
                let not_taxed = line.exempt_base.add(line.out_of_scope_base)?;
                Ok::<_, MoneyError>((
                    taxable.add(signed(line.base)?)?,
                    untaxed.add(signed(not_taxed)?)?,
                    tax.add(signed(line.amount)?)?,
                ))
            };
            let zero = Money::zero(currency);
            let key = (line.code.clone(), line.rate, currency.code().to_owned());
            let sum = taxes.entry(key).or_insert((zero, zero, zero));
            *sum = of(*sum).map_err(too_large)?;
        }
    }
    let tax = |((code, rate, currency), (taxable, untaxed, tax)): (
        (String, Decimal, String),
        (Money, Money, Money),
    )| Tax {
        code,
        rate: money::normal_form(rate),
        currency,
        taxable: taxable.amount(),
        untaxed: untaxed.amount(),
        tax: tax.amount(),
    };
    Ok((documents(issued).map_err(too_large)?, taxes.into_iter().map(tax).collect()))
}

fn documents(issued: &[IssuedInvoice]) -> Result<Vec<Documents>, MoneyError> {
    let mut documents: BTreeMap<(&str, String), (u64, Money, Money, Money)> = BTreeMap::new();
    for one in issued {
        let currency = one.gross.currency();
        let zero = Money::zero(currency);
        // series: INV-… and CN-…
        let kind = if one.number.starts_with("CN") { "credit note" } else { "invoice" };
        let sum = documents.entry((kind, currency.code().to_owned())).or_insert((0, zero, zero, zero));
        *sum = (sum.0 + 1, sum.1.add(one.net)?, sum.2.add(one.tax)?, sum.3.add(one.gross)?);
    }
    let document =
        |((kind, currency), (count, net, tax, gross)): ((&str, String), (u64, Money, Money, Money))| {
            let (net, tax, gross) = (net.amount(), tax.amount(), gross.amount());
            Documents { kind: kind.to_owned(), currency, count, net, tax, gross }
        };
    Ok(documents.into_iter().map(document).collect())
}

fn too_large(error: MoneyError) -> Failure {
    Failure::new(Exit::Internal, "internal", format!("the sums of the report: {error}"))
}
