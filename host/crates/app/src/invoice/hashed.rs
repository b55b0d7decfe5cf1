//! What of a guest's answer a document holds, what of it is posted as tax, and what of a document is free text.

use super::issue::{Adjustment, IssueInvoice};
use crate::common::Common;
use crate::document::{RowTexts, TextPart};
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

/// What is free text of a document, the guest's citations and the numbers of other systems among it; `audit::rebuild` has the same list from the rows.
pub(super) fn text_parts<'a>(input: &'a IssueInvoice, accepted: &'a Accepted) -> Vec<TextPart<'a>> {
    let mut parts = vec![
        TextPart::new("purchase_order", input.purchase_order.as_deref()),
        TextPart::new("text", input.text.as_deref()),
        TextPart::new("external_id", input.external_id.as_deref()),
        TextPart::new("tax_invoice_number", input.tax_invoice_number.as_deref()),
    ];
    for line in &input.lines {
        parts.push(TextPart::new("line", Some(&line.description)));
        parts.push(TextPart::new("unit", line.unit.as_deref()));
    }
    let citations = accepted.taxes.iter().map(|tax| tax.legal_reference.as_deref());
    parts.extend(citations.map(|citation| TextPart::new("legal_reference", citation)));
    parts.extend(adjustments(input).map(|one| TextPart::new("allowance", one.reason.as_deref())));
    parts
}

/// The document's own, then those of its lines: the order of [`Document::allowances`].
fn adjustments(input: &IssueInvoice) -> impl Iterator<Item = &Adjustment> {
    input.allowances.iter().chain(input.lines.iter().flat_map(|line| &line.allowances))
}

pub(super) fn row_texts(input: &IssueInvoice) -> RowTexts {
    RowTexts {
        descriptions: input.lines.iter().map(|line| Some(line.description.clone())).collect(),
        reasons: adjustments(input).map(|one| one.reason.clone()).collect(),
    }
}
