//! Loads what an invoice stands on, and has it taxed.

use super::issue::{Adjustment, AdjustmentAmount, InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError};
use super::look_up::look_up;
use crate::common::{Common, Context, check_code};
use crate::company::company_row;
use crate::plugin::{self, BoundPlugin, PreparedInvocation};
use crate::vault::{self, Secret};
use crate::{customer, dates, period};
use domain::ids::{CompanyId, DocumentId};
use domain::ledger::FxRate;
use domain::plugin::{CallContext, Lookup, Purpose, World};
use domain::tax::{
    self, Accepted, AllowanceCharge, Original, OriginalTax, TaxDocument, TaxLine, TaxOn, TaxParty,
    TaxPurpose, TaxRegistration,
};
use money::{Minor, Money};
use runtime::Recording;
use rust_decimal::Decimal;
use store::rows::{
    Company, Customer, Document, DocumentAllowance, DocumentLine, OpenItem, TaxLine as TaxRow,
};
use store::{Conn, query};

/// What the steps after *load* stand on; the write checks that it still holds.
pub(super) struct Loaded {
    pub company: Company,
    pub company_key: Secret,
    pub customer: Customer,
    pub party_key: Secret,
    pub fx: FxRate,
    pub plugin: BoundPlugin,
    pub known_at: u64,
    pub original: Option<LoadedOriginal>,
}

/// The invoice a credit note corrects, with its tax and what was credited already.
pub(super) struct LoadedOriginal {
    pub document: Document,
    pub parts: Parts,
    pub item: OpenItem,
    pub credited: Vec<(Document, Parts)>,
}

/// What hangs on a document.
pub(super) struct Parts {
    pub lines: Vec<DocumentLine>,
    pub allowances: Vec<DocumentAllowance>,
    pub tax: Vec<TaxRow>,
}

impl Parts {
    fn load(conn: &mut Conn, company: CompanyId, id: DocumentId) -> Result<Self, Common> {
        Ok(Parts {
            lines: query::documents::lines_of(conn, company, &[id])?,
            allowances: query::documents::allowances_of(conn, company, &[id])?,
            tax: query::documents::tax_lines_of(conn, company, &[id])?,
        })
    }

    /// The document's own allowances and charges.
    fn document_level(&self) -> impl Iterator<Item = &DocumentAllowance> {
        self.allowances.iter().filter(|allowance| allowance.line == 0)
    }
}

impl LoadedOriginal {
    /// Gross that may still be credited.
    pub fn left(&self) -> Result<Minor, Common> {
        Ok(self.document.gross.sub(Minor::sum(self.credited.iter().map(|c| c.0.gross))?)?)
    }
}

pub(super) fn load(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &IssueInvoice,
) -> Result<Loaded, IssueInvoiceError> {
    let (found, with_plugin) = ctx.app.db.snapshot(|conn| {
        let company_row = company_row(conn, company)?;
        let supply = input.supply_date.map(|date| ("/supply_date", date));
        let effective = input.effective_date.map(|date| ("/effective_date", date));
        let dated = [("/document_date", input.document_date)].into_iter().chain(effective).chain(supply);
        dates::check(ctx, &company_row, dated, input.due_date.map(|date| ("/due_date", date)))?;
        let customer = customer::resolve(conn, company, &input.customer)?;
        // a credit takes back what was charged before
        if input.kind == InvoiceKind::Invoice {
            customer::check_open(&customer)?;
        }
        period::check_open(conn, company, super::write::dates(input))?;
        let original = load_original(conn, company, &customer, input)?;
        let company_key = vault::company_key(ctx, conn, company)?;
        let fx = load_rate(conn, &company_row, input, original.as_ref())?;
        let found = plugin::find_bound(conn, company, World::Tax.name(), input.document_date)?;
        let party_key = vault::key(conn, company, &company_key, customer.party_key)?;
        let known_at = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        let company = company_row;
        let with_plugin = move |plugin| Loaded {
            company,
            company_key,
            customer,
            party_key,
            fx,
            plugin,
            known_at,
            original,
        };
        Ok::<_, IssueInvoiceError>((found, with_plugin))
    })?;
    Ok(with_plugin(plugin::load(ctx, found)?))
}

/// The rate of the document: given, else that of the original (a correction takes the original's rate), else the
/// stored one on or before the document date.
pub(super) fn load_rate(
    conn: &mut Conn,
    company: &Company,
    input: &IssueInvoice,
    original: Option<&LoadedOriginal>,
) -> Result<FxRate, IssueInvoiceError> {
    let (currency, base, date) = (input.currency, company.base_currency, input.document_date);
    let given = match (&input.fx, original) {
        (Some(fx), _) => Some(fx.checked()?),
        (None, Some(LoadedOriginal { document, .. })) => {
            Some(crate::document::stored_rate(document.fx_rate, document.fx_date, &document.fx_source)?)
        }
        (None, None) => None,
    };
    let rate = crate::document::rate_on(conn, company, currency, date, given)?;
    rate.ok_or(IssueInvoiceError::NoRate { currency, base, date })
}

fn load_original(
    conn: &mut Conn,
    company: CompanyId,
    customer: &Customer,
    input: &IssueInvoice,
) -> Result<Option<LoadedOriginal>, IssueInvoiceError> {
    if input.kind == InvoiceKind::Invoice {
        if input.original.is_some() {
            return Err(Common::invalid("/original", "only a credit note has an original").into());
        }
        return Ok(None);
    }
    let Some(name) = input.original.as_deref() else {
        // whether a credit may stand alone at all is the tax rules' to say; the books want to know why (decision 23)
        let reason = input.text.as_deref().is_some_and(|text| !text.trim().is_empty());
        return if reason { Ok(None) } else { Err(IssueInvoiceError::OriginalMissing) };
    };
    let document = super::read::find(conn, company, "invoice", name)?;
    if document.customer != customer.id || document.currency != input.currency {
        return Err(IssueInvoiceError::OriginalUnfit { original: document.number, currency: input.currency });
    }
    let items = query::open_items::of_document(conn, company, document.id)?;
    let item = items
        .into_iter()
        .next()
        .ok_or_else(|| Common::not_found("open item of invoice", &document.number))?;
    let mut credited = Vec::new();
    for note in crate::document::standing_corrections(conn, company, document.id)? {
        let parts = Parts::load(conn, company, note.id)?;
        credited.push((note, parts));
    }
    let parts = Parts::load(conn, company, document.id)?;
    Ok(Some(LoadedOriginal { document, parts, item, credited }))
}

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
    let request = request(loaded, input)?;
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
    let parties = vec![loaded.customer.id];
    let invocation =
        plugin::prepare(ctx, loaded.company.id, &loaded.company_key, &loaded.plugin, &called, parties)?;
    Ok(Assessed { accepted, request, invocation })
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
    let Some(original) = &loaded.original else { return Ok(()) };
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
    let original = loaded.original.as_ref();
    Ok(TaxDocument {
        id: 0,
        purpose: match input.kind {
            InvoiceKind::Invoice => TaxPurpose::Issue,
            InvoiceKind::CreditNote => TaxPurpose::Credit,
        },
        tax_invoice_type: None,
        original: original.map(|o| Original {
            number: o.document.number.clone(),
            date: o.document.document_date,
            tax: o.parts.tax.iter().map(|row| original_tax(row, &o.parts)).collect(),
        }),
        already_credited: original
            .map(|o| o.credited.iter().flat_map(|(_, parts)| credited_tax(parts)).collect())
            .unwrap_or_default(),
        issue_date: input.document_date,
        supply_date: input.supply_date,
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
            .map(|(n, line)| tax_line(n, line, original))
            .collect::<Result<_, _>>()?,
    })
}

fn ordinal(n: usize) -> Result<u32, Common> {
    u32::try_from(n).map_err(|_| Common::invalid("/lines", "too many"))
}

/// Lines count from 1 for people and guests alike.
fn tax_line(n: usize, line: &InvoiceLine, original: Option<&LoadedOriginal>) -> Result<TaxLine, Common> {
    let gross_of = line.quantity.checked_mul(line.unit_price).ok_or(money::MoneyError::Overflow)?;
    Ok(TaxLine {
        id: ordinal(n)?.saturating_add(1),
        parent: line.parent,
        original_line: original_line(n, line, original)?,
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

/// The line of the original that a line of a credit takes back: named, or the only one of its category. Where several are
/// of it, the tax rules look at all of them together.
fn original_line(
    n: usize,
    line: &InvoiceLine,
    original: Option<&LoadedOriginal>,
) -> Result<Option<u32>, Common> {
    let Some(original) = original else { return Ok(None) };
    let lines = &original.parts.lines;
    if let Some(named) = line.original_line {
        let found = lines.iter().find(|l| l.line == named).map(|l| Some(l.line));
        return found.ok_or_else(|| {
            let text =
                format!("{} has no line {named}; it has 1 to {}", original.document.number, lines.len());
            Common::invalid(format!("/lines/{n}/original_line"), text)
        });
    }
    let discount = |nature: &str| nature == "discount";
    let alike =
        |l: &&DocumentLine| l.category == line.category && discount(&l.nature) == discount(&line.nature);
    Ok(only(lines.iter().filter(alike)).map(|l| l.line))
}

/// The one thing that there is; `None` for several.
fn only<T>(mut of: impl Iterator<Item = T>) -> Option<T> {
    let first = of.next();
    first.filter(|_| of.next().is_none())
}

/// Document-level allowances; those of a credit with the one of the original that they take back, where only one is alike.
fn document_adjustments(loaded: &Loaded, input: &IssueInvoice) -> Result<Vec<AllowanceCharge>, Common> {
    let mut all = adjustments(&input.allowances, None)?;
    if let Some(original) = &loaded.original {
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

/// Tax of an earlier credit, standing on what it took back of the original.
fn credited_tax(parts: &Parts) -> Vec<OriginalTax> {
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
    parts.tax.iter().map(of_row).collect()
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
