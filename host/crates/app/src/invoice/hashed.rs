//! What of a guest's answer a document holds, and what of it is posted as tax.

use crate::common::Common;
use domain::document::{DocumentAllowance, DocumentTax};
use domain::tax::{Accepted, AcceptedTax, AllowanceCharge, CollectedBy, TaxDocument, TaxOn};
use money::Minor;

/// As they were taxed: fractions are amounts already.
pub(super) fn document_allowances(request: &TaxDocument) -> Vec<DocumentAllowance> {
    let of = |line: Option<u32>, list: &[AllowanceCharge]| -> Vec<DocumentAllowance> {
        let one = |a: &AllowanceCharge| DocumentAllowance {
            line,
            n: a.id,
            charge: a.charge,
            fraction: a.percent,
            amount: a.amount,
            category: a.tax_category.clone(),
            original: a.original,
        };
        list.iter().map(one).collect()
    };
    let mut all = of(None, &request.allowances);
    all.extend(request.lines.iter().flat_map(|line| of(Some(line.id), &line.allowances)));
    all
}

pub(super) fn document_tax(tax: &AcceptedTax) -> DocumentTax {
    DocumentTax {
        lines: tax.lines().to_vec(),
        allowance: if let TaxOn::Allowance(id) = tax.on { Some(id) } else { None },
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
        collected_by: tax.collected_by.name().to_owned(),
        legal_reference: tax.legal_reference.clone(),
    }
}

/// Tax the seller collects, summed by code in the order of their first appearance.
pub(super) fn seller_taxes(accepted: &Accepted) -> Result<Vec<(String, Minor)>, Common> {
    let mut sums: Vec<(String, Minor)> = Vec::new();
    for tax in accepted.taxes.iter().filter(|tax| tax.collected_by == CollectedBy::Seller) {
        match sums.iter_mut().find(|(code, _)| *code == tax.code) {
            Some((_, sum)) => *sum = sum.add(tax.amount)?,
            None => sums.push((tax.code.clone(), tax.amount)),
        }
    }
    Ok(sums)
}
