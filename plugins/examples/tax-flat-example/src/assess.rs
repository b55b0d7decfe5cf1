//! Net and tax of each line, and the assessment with its totals.

use crate::Config;
use crate::credit::Original;
use zhangben_sdk::decimal::{Rounding, add, div, fixed_text, mul, parse, parse_opt, short_text, sub};
use zhangben_sdk::tax::{
    AllowanceCharge, Assessment, BaseOf, Document, Line, LineNet, Rounding as StatedRounding, TaxLine, Totals,
};
use zhangben_sdk::{Decimal, Problem, currency, explain, problem};

/// How something is taxed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub authority: String,
    pub kind: String,
    pub code: String,
    pub category: String,
    pub rate: Decimal,
}

/// A line, or an allowance or charge of the document. Signed: an allowance is negative.
#[derive(Debug)]
pub struct Part {
    pub on: BaseOf,
    pub path: String,
    pub original_line: Option<u32>,
    pub applied: Applied,
    /// As the prices state it: with or without tax.
    pub value: Decimal,
    pub base: Decimal,
    pub tax: Decimal,
}

/// How this document is rounded, and whether its prices include tax.
#[derive(Debug, Clone, Copy)]
pub struct Mode {
    pub inclusive: bool,
    pub rounding: Rounding,
    pub decimals: u32,
}

impl Mode {
    fn of(document: &Document, path: &str) -> Result<Self, Problem> {
        let refuse = |at: &str, what: &str| {
            let message = format!("{what} is not taxed by this rule");
            Err(problem("not-supported", message).at(format!("{path}/{at}")).build())
        };
        if !matches!(document.purpose.as_str(), "issue" | "preview" | "credit" | "red-letter") {
            return refuse("purpose", &document.purpose);
        }
        if !document.advances.is_empty() || !document.overrides.is_empty() {
            return refuse("advances", "a document with advances or overrides");
        }
        if !matches!(document.price_mode.as_str(), "inclusive" | "exclusive") {
            return refuse("price_mode", &document.price_mode);
        }
        let asked = &document.rounding;
        let Some(rounding) = Rounding::by_name(&asked.method).filter(|_| asked.level == "line") else {
            return refuse("rounding", "what is not rounded by a known method per line");
        };
        let decimals = currency::decimals(&document.currency);
        Ok(Mode { inclusive: document.price_mode == "inclusive", rounding, decimals })
    }
    fn round(self, value: Decimal) -> Decimal {
        self.rounding.round(value, self.decimals)
    }
    /// (net, tax) of a price at a rate.
    pub fn split(self, value: Decimal, rate: Decimal, path: &str) -> Result<(Decimal, Decimal), Problem> {
        if !self.inclusive {
            return Ok((value, self.round(mul(value, rate, path)?)));
        }
        let base = self.round(div(value, add(Decimal::ONE, rate, path)?, path)?);
        Ok((base, sub(value, base, path)?))
    }
    fn money(self, value: Decimal) -> String {
        fixed_text(value, self.decimals)
    }
}

/// Assesses one document; `path` is where it stands in the input.
pub fn document(config: &Config, document: &Document, path: &str) -> Result<Assessment, Problem> {
    let mode = Mode::of(document, path)?;
    let original = Original::of(document, path)?;
    let mut parts: Vec<Part> = Vec::new();
    for (index, line) in document.lines.iter().enumerate() {
        let at = format!("{path}/lines/{index}");
        let applied = match &original {
            Some(original) => original.applied(line, &at)?,
            None => config.applied(&line.category_code, &format!("{at}/category_code"))?,
        };
        let value = mode.round(line_value(line, &at)?);
        let mut part = Part::of(BaseOf::Lines(vec![line.id]), value, applied, mode, at)?;
        part.original_line = line.original_line;
        if let Some(original) = &original {
            original.settle(&mut part, &parts, mode)?;
        }
        parts.push(part);
    }
    for (index, allowance) in document.allowances.iter().enumerate() {
        let at = format!("{path}/allowances/{index}");
        let Some(category) = allowance.tax_category.as_deref().filter(|_| original.is_none()) else {
            let message =
                "an invoice's allowance names its category; a credit takes back lines, not allowances";
            return Err(problem("allowance-not-supported", message).at(at).build());
        };
        let applied = config.applied(category, &format!("{at}/tax_category"))?;
        let value = mode.round(signed(allowance, &at)?);
        parts.push(Part::of(BaseOf::Allowance(allowance.id), value, applied, mode, at)?);
    }
    assessment(document, &parts, mode, path)
}

fn signed(allowance: &AllowanceCharge, path: &str) -> Result<Decimal, Problem> {
    let amount = parse(&allowance.amount, &format!("{path}/amount"))?;
    Ok(if allowance.charge { amount } else { -amount })
}

/// The stated amount or quantity × price, with the line's allowances and charges, unrounded.
fn line_value(line: &Line, path: &str) -> Result<Decimal, Problem> {
    let special = line.price_mode.is_some() || line.deduction.is_some() || line.price_base_quantity.is_some();
    if line.nature != "normal" || special {
        let message = "only plain lines are taxed here: state a discount as an allowance of its line";
        return Err(problem("line-not-supported", message).at(path).build());
    }
    let product = mul(parse(&line.quantity, path)?, parse(&line.unit_price, path)?, path)?;
    let mut value = parse_opt(line.amount.as_deref(), path)?.unwrap_or(product);
    for (index, allowance) in line.allowances.iter().enumerate() {
        value = add(value, signed(allowance, &format!("{path}/allowances/{index}"))?, path)?;
    }
    if value < Decimal::ZERO {
        let message =
            format!("the line comes to {value}: what is taken back is a credit, in positive amounts");
        return Err(problem("negative-line", message).at(path).build());
    }
    Ok(value)
}

impl Part {
    fn of(on: BaseOf, value: Decimal, applied: Applied, mode: Mode, path: String) -> Result<Self, Problem> {
        let (base, tax) = mode.split(value, applied.rate, &path)?;
        Ok(Part { on, path, original_line: None, applied, value, base, tax })
    }

    /// What the tax is away from base × rate: what a gross, or the last of several credits, leaves over.
    pub fn delta(&self, mode: Mode) -> Result<Decimal, Problem> {
        sub(self.tax, mode.round(mul(self.base, self.applied.rate, &self.path)?), &self.path)
    }

    fn tax_line(&self, mode: Mode) -> Result<TaxLine, Problem> {
        let Applied { authority, kind, code, category, rate } = self.applied.clone();
        let (exempt, outside) = (category == "exempt", category == "out-of-scope");
        let column = |wanted: bool| mode.money(if wanted { self.base } else { Decimal::ZERO });
        let delta = self.delta(mode)?;
        let method = mode.rounding.name().to_owned();
        Ok(TaxLine {
            on: self.on.clone(),
            jurisdiction: authority.chars().take(2).collect(),
            authority,
            level: "country".to_owned(),
            kind,
            code,
            category,
            rate: short_text(rate),
            method: if exempt || outside { "none" } else { "percent-of-base" }.to_owned(),
            quantity: None,
            unit_code: None,
            base: column(!exempt && !outside),
            deducted: column(false),
            exempt_base: column(exempt),
            out_of_scope_base: column(outside),
            amount: mode.money(self.tax),
            amount_unrounded: None,
            amount_in_tax_currency: None,
            collected_by: "seller".to_owned(),
            displayed: true,
            included_in_price: mode.inclusive,
            compound_on: Vec::new(),
            recoverable: false,
            exemption_code: None,
            reason: None,
            legal_reference: None,
            rounding: StatedRounding { method, level: "line".to_owned(), decimals: mode.decimals },
            rounding_delta: (!delta.is_zero()).then(|| mode.money(delta)),
            report_codes: Vec::new(),
            ext: Vec::new(),
        })
    }
}

/// The equations of wit/README.md: net = lines − allowances + charges, gross = net + tax, payable = gross − prepaid.
fn assessment(document: &Document, parts: &[Part], mode: Mode, path: &str) -> Result<Assessment, Problem> {
    let (mut lines, mut explanations, mut tax_lines) = (Vec::new(), Vec::new(), Vec::new());
    let (mut of_lines, mut allowances, mut charges, mut tax) = Default::default();
    for part in parts {
        let sum = match &part.on {
            BaseOf::Lines(ids) => {
                let (net, gross) = (mode.money(part.base), mode.money(add(part.base, part.tax, path)?));
                let of =
                    |id: &u32| LineNet { line: *id, net: net.clone(), gross: gross.clone(), ext: Vec::new() };
                lines.extend(ids.iter().map(of));
                &mut of_lines
            }
            BaseOf::Allowance(_) if part.value > Decimal::ZERO => &mut charges,
            BaseOf::Allowance(_) => &mut allowances,
        };
        *sum = add(*sum, part.base, path)?;
        tax = add(tax, part.tax, path)?;
        tax_lines.push(part.tax_line(mode)?);
        let explained =
            explain(part.path.clone(), "flat", "tax.flat").text("code", part.applied.code.clone());
        explanations.push(explained.number("base", part.base).number("rate", part.applied.rate).build());
    }
    let net = add(add(of_lines, allowances, path)?, charges, path)?;
    let gross = add(net, tax, path)?;
    let prepaid = parse_opt(document.prepaid.as_deref(), path)?.unwrap_or_default();
    let totals = Totals {
        lines: mode.money(of_lines),
        allowances: mode.money(-allowances),
        charges: mode.money(charges),
        net: mode.money(net),
        tax: mode.money(tax),
        gross: mode.money(gross),
        withheld: mode.money(Decimal::ZERO),
        prepaid: mode.money(prepaid),
        payable_rounding: mode.money(Decimal::ZERO),
        payable: mode.money(sub(gross, prepaid, path)?),
        ext: Vec::new(),
    };
    let (document, breakdown, required_texts) = (document.id, Vec::new(), Vec::new());
    let (warnings, ext) = (Vec::new(), Vec::new());
    Ok(Assessment {
        document,
        lines,
        tax_lines,
        totals,
        breakdown,
        required_texts,
        explanations,
        warnings,
        ext,
    })
}
