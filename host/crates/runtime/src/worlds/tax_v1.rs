//! The tax world: `plan`, lookup rows, `assess`, on one instance.

use super::common_v1::{self as common, types::Context, types::Lookup, types::LookupRow};
use crate::call::{CallError, Session};
use crate::limits::Work;
use domain::plugin::LookupTable;
use domain::tax as domain_tax;
use domain::tax::{PriceMode, TaxDocument, TaxPurpose};
use money::{Currency, Minor};

pub(crate) mod wit {
    wasmtime::component::bindgen!({
        path: ["../../../wit/common", "../../../wit/tax"],
        world: "zhangben:tax/tax",
        with: { "zhangben:common/types@1.0.0": crate::worlds::common_v1::types },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}
pub(crate) use wit::zhangben::tax::types;

/// What was said to the guest, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Messages {
    pub(crate) ctx: Context,
    pub(crate) documents: Vec<types::Document>,
    /// Absent when only the plan was asked for.
    pub(crate) assess: Option<Assess>,
}

/// The second message. Without documents of its own it is about those of the plan.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assess {
    pub(crate) documents: Option<Vec<types::Document>>,
    pub(crate) rows: Vec<LookupRow>,
}

/// The last answer of the conversation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    Plan(Vec<Lookup>),
    Assessments(Vec<types::Assessment>),
}

/// Items of fuel and class: every line, allowance and document.
pub(crate) fn items(documents: &[types::Document]) -> usize {
    documents.iter().map(|d| 1 + d.lines.len() + d.allowances.len()).sum()
}

/// The conversation. `second` sees the lookups asked for and says the second message, if there is to be one.
pub(crate) fn converse(
    session: &mut Session<'_>,
    declared: &[LookupTable],
    pre: &wit::TaxPre<crate::call::Guest>,
    config: &str,
    ctx: Context,
    documents: Vec<types::Document>,
    second: impl FnOnce(&[Lookup]) -> Result<Option<Assess>, CallError>,
) -> Result<(Messages, Reply), CallError> {
    let instance = session.instantiate(|store| pre.instantiate(store))?;
    let rules = instance.zhangben_tax_rules();
    let work = Work::items(items(&documents));
    let lookups = session
        .message(work, |store| rules.call_plan(store, &ctx, config, &documents))?
        .map_err(|p| CallError::Refused(common::problem(p)))?;
    session.check_list("lookups", lookups.len())?;
    check_lookups(declared, &lookups)?;
    let Some(assess) = second(&lookups)? else {
        return Ok((Messages { ctx, documents, assess: None }, Reply::Plan(lookups)));
    };
    let about = assess.documents.as_ref().unwrap_or(&documents);
    let work = Work::items(items(about).saturating_add(assess.rows.len()));
    let assessments = session
        .message(work, |store| rules.call_assess(store, about, &assess.rows))?
        .map_err(|p| CallError::Refused(common::problem(p)))?;
    check(session, &assessments, about.len())?;
    Ok((Messages { ctx, documents, assess: Some(assess) }, Reply::Assessments(assessments)))
}

/// A guest asks only for rows of tables that its manifest names, by their keys: what it was admitted with.
pub(super) fn check_lookups(declared: &[LookupTable], lookups: &[Lookup]) -> Result<(), CallError> {
    for (index, lookup) in lookups.iter().enumerate() {
        let table = declared.iter().find(|table| table.name == lookup.table).ok_or_else(|| {
            let detail =
                format!("lookup {index} asks for table {:?}, which its manifest does not name", lookup.table);
            CallError::BadOutput { detail }
        })?;
        if table.key_columns.len() != lookup.key.len() {
            let wanted = table.key_columns.join(", ");
            let detail =
                format!("lookup {index}: the key of {} is {wanted}, not {:?}", table.name, lookup.key);
            return Err(CallError::BadOutput { detail });
        }
    }
    Ok(())
}

fn check(
    session: &Session<'_>,
    assessments: &[types::Assessment],
    documents: usize,
) -> Result<(), CallError> {
    session.check_list("assessments", assessments.len())?;
    if assessments.len() != documents {
        let detail = format!("{} assessments for {documents} documents", assessments.len());
        return Err(CallError::BadOutput { detail });
    }
    for assessment in assessments {
        session.check_list("line nets of one document", assessment.lines.len())?;
        session.check_list("tax lines of one document", assessment.tax_lines.len())?;
        session.check_list("breakdown of one document", assessment.breakdown.len())?;
        session.check_list("required texts of one document", assessment.required_texts.len())?;
        session.check_list("explanations of one document", assessment.explanations.len())?;
        session.check_list("warnings of one document", assessment.warnings.len())?;
    }
    Ok(())
}

pub(crate) fn document(document: &TaxDocument) -> types::Document {
    types::Document {
        id: document.id,
        purpose: purpose(document.purpose).to_owned(),
        tax_invoice_type: document.tax_invoice_type.clone(),
        original: document.original.as_ref().map(|original| types::Original {
            id: 0,
            number: original.number.clone(),
            date: common::date(original.date),
            tax: original.tax.iter().map(|tax| original_tax(tax, document.currency)).collect(),
            ext: Vec::new(),
        }),
        already_credited: document
            .already_credited
            .iter()
            .map(|tax| original_tax(tax, document.currency))
            .collect(),
        advances: Vec::new(),
        issue_date: common::date(document.issue_date),
        supply_date: document.supply_date.map(common::date),
        tax_point: None,
        payment_date: None,
        currency: document.currency.code().to_owned(),
        tax_currency: document.tax_currency.map(|c| c.code().to_owned()),
        tax_fx: document.tax_fx.as_ref().map(|fx| types::TaxRateOfExchange {
            rate: common::decimal(fx.rate),
            date: common::date(fx.date),
            source: fx.source.clone(),
            ext: Vec::new(),
        }),
        price_mode: match document.price_mode {
            PriceMode::Exclusive => "exclusive".to_owned(),
            PriceMode::Inclusive => "inclusive".to_owned(),
        },
        rounding: types::Rounding {
            method: document.rounding.method.clone(),
            level: document.rounding.level.clone(),
            decimals: document.rounding.decimals,
        },
        seller: party(&document.seller),
        buyer: party(&document.buyer),
        payer: None,
        ship_to: document.ship_to_country.as_deref().map(place),
        tax_representative: None,
        allowances: document.allowances.iter().map(allowance).collect(),
        prepaid: document.prepaid.map(common::decimal),
        overrides: Vec::new(),
        lines: document.lines.iter().map(line).collect(),
        ext: Vec::new(),
    }
}

const fn purpose(purpose: TaxPurpose) -> &'static str {
    match purpose {
        TaxPurpose::Issue => "issue",
        TaxPurpose::Credit => "credit",
        TaxPurpose::RedLetter => "red-letter",
        TaxPurpose::Advance => "advance",
        TaxPurpose::SettlementDiscount => "settlement-discount",
        TaxPurpose::BadDebt => "bad-debt",
        TaxPurpose::Tail => "tail",
        TaxPurpose::LateFee => "late-fee",
        TaxPurpose::Preview => "preview",
    }
}

fn original_tax(tax: &domain_tax::OriginalTax, currency: Currency) -> types::OriginalTax {
    let money = |minor: Minor| minor.format(currency);
    types::OriginalTax {
        on: match &tax.on {
            domain_tax::TaxOn::Lines(lines) => types::BaseOf::Lines(lines.clone()),
            domain_tax::TaxOn::Allowance(id) => types::BaseOf::Allowance(*id),
        },
        asked_category: tax.asked_category.clone(),
        authority: tax.authority.clone(),
        kind: tax.kind.clone(),
        code: tax.code.clone(),
        category: tax.category.clone(),
        rate: common::decimal(tax.rate),
        base: money(tax.base),
        deducted: money(tax.deducted),
        exempt_base: money(tax.exempt_base),
        out_of_scope_base: money(tax.out_of_scope_base),
        amount: money(tax.amount),
        collected_by: tax.collected_by.clone(),
        legal_reference: tax.legal_reference.clone(),
        ext: Vec::new(),
    }
}

fn party(party: &domain_tax::TaxParty) -> types::Party {
    types::Party {
        country: party.country.clone(),
        region: party.region.clone(),
        postal_code: None,
        city: None,
        geo_code: None,
        registrations: party
            .registrations
            .iter()
            .map(|r| types::Registration {
                scheme: r.scheme.clone(),
                id: r.id.clone(),
                country: r.country.clone(),
                valid_from: None,
                valid_to: None,
                evidence: None,
                ext: Vec::new(),
            })
            .collect(),
        kind: party.kind.clone(),
        taxpayer_status: party.taxpayer_status.clone(),
        exemptions: Vec::new(),
        ext: Vec::new(),
    }
}

fn place(country: &str) -> types::Place {
    types::Place {
        country: country.to_owned(),
        region: None,
        postal_code: None,
        city: None,
        geo_code: None,
        ext: Vec::new(),
    }
}

fn allowance(a: &domain_tax::AllowanceCharge) -> types::AllowanceCharge {
    types::AllowanceCharge {
        id: a.id,
        charge: a.charge,
        base: None,
        percent: a.percent.map(common::decimal),
        amount: common::decimal(a.amount),
        reason_code: a.reason_code.clone(),
        tax_category: a.tax_category.clone(),
        original: a.original,
        ext: Vec::new(),
    }
}

fn line(line: &domain_tax::TaxLine) -> types::Line {
    let (scheme, code) = line.classification.clone().unzip();
    types::Line {
        id: line.id,
        parent: line.parent,
        original_line: line.original_line,
        nature: line.nature.clone(),
        quantity: common::decimal(line.quantity),
        unit_code: line.unit_code.clone(),
        unit_price: common::decimal(line.unit_price),
        price_base_quantity: None,
        amount: line.amount.map(common::decimal),
        price_mode: None,
        allowances: line.allowances.iter().map(allowance).collect(),
        category_code: line.category_code.clone(),
        classification_scheme: scheme,
        classification_code: code,
        supply: line.supply.clone(),
        ship_from: None,
        ship_to: line.ship_to_country.as_deref().map(place),
        order_acceptance: None,
        place_of_supply: None,
        supply_period: None,
        deduction: None,
        cost_basis: None,
        requested_treatment: None,
        ext: Vec::new(),
    }
}

/// As the guest said it: nothing is parsed or believed here.
pub(crate) fn assessment(a: types::Assessment) -> domain_tax::RawAssessment {
    domain_tax::RawAssessment {
        document: a.document,
        lines: a
            .lines
            .into_iter()
            .map(|l| domain_tax::RawLineNet { line: l.line, net: l.net, gross: l.gross })
            .collect(),
        tax_lines: a.tax_lines.into_iter().map(tax_line).collect(),
        totals: domain_tax::RawTotals {
            lines: a.totals.lines,
            allowances: a.totals.allowances,
            charges: a.totals.charges,
            net: a.totals.net,
            tax: a.totals.tax,
            gross: a.totals.gross,
            withheld: a.totals.withheld,
            prepaid: a.totals.prepaid,
            payable_rounding: a.totals.payable_rounding,
            payable: a.totals.payable,
        },
        breakdown: a.breakdown.into_iter().map(category_total).collect(),
        required_texts: a.required_texts.into_iter().map(required_text).collect(),
        explanations: a.explanations.into_iter().map(common::explanation).collect(),
        warnings: a.warnings.into_iter().map(common::warning).collect(),
    }
}

fn category_total(row: types::CategoryTotal) -> domain_tax::RawCategoryTotal {
    domain_tax::RawCategoryTotal {
        authority: row.authority,
        kind: row.kind,
        category: row.category,
        code: row.code,
        rate: row.rate,
        base: row.base,
        exempt_base: row.exempt_base,
        out_of_scope_base: row.out_of_scope_base,
        amount: row.amount,
    }
}

fn required_text(text: types::RequiredText) -> domain_tax::RequiredText {
    domain_tax::RequiredText { language: text.language, text: text.text, citation: text.citation }
}

fn tax_line(t: types::TaxLine) -> domain_tax::RawTaxLine {
    domain_tax::RawTaxLine {
        on: match t.on {
            types::BaseOf::Lines(lines) => domain_tax::TaxOn::Lines(lines),
            types::BaseOf::Allowance(id) => domain_tax::TaxOn::Allowance(id),
        },
        authority: t.authority,
        jurisdiction: t.jurisdiction,
        kind: t.kind,
        code: t.code,
        category: t.category,
        rate: t.rate,
        method: t.method,
        quantity: t.quantity,
        unit_code: t.unit_code,
        base: t.base,
        deducted: t.deducted,
        exempt_base: t.exempt_base,
        out_of_scope_base: t.out_of_scope_base,
        amount: t.amount,
        amount_in_tax_currency: t.amount_in_tax_currency,
        collected_by: t.collected_by,
        included_in_price: t.included_in_price,
        compound_on: t.compound_on,
        exemption_code: t.exemption_code,
        reason: t.reason,
        legal_reference: t.legal_reference,
        rounding: domain_tax::RoundingRule {
            method: t.rounding.method,
            level: t.rounding.level,
            decimals: t.rounding.decimals,
        },
        rounding_delta: t.rounding_delta,
        report_codes: t.report_codes,
    }
}
