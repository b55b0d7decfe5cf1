//! What the hostile fixtures have in common: each is well-behaved but for the one thing its name says, so that a
//! test that contains it shows containment of that thing.
//!
//! The fixtures are never admitted in earnest; the runtime's and the application's tests run them.

use zhangben_sdk::bank::{Account, BankCode, Entry, Item, StatementStart};
use zhangben_sdk::decimal::{Rounding, fixed_text, mul, parse};
use zhangben_sdk::reconciliation::{
    Allocation, Batch, ItemColumns, LineColumns, Policy, Proposal, Reason, RemittanceColumns, Setup,
};
use zhangben_sdk::tax::{Assessment, BaseOf, Document, LineNet, Rounding as Stated, Rules, TaxLine, Totals};
use zhangben_sdk::{Context, Decimal, LookupRow, Manifest, NoConfig, Problem, currency, manifest, problem};

/// A manifest of a fixture.
pub fn fixture(name: &str) -> Manifest {
    manifest(&format!("hostile-{name}"), "1.0.0", "A fixture that misbehaves on purpose").build()
}

/// A right answer: every line out of scope, no tax.
pub fn untaxed(document: &Document) -> Result<Assessment, Problem> {
    let decimals = currency::decimals(&document.currency);
    let money = |value: Decimal| fixed_text(value, decimals);
    let zero = money(Decimal::ZERO);
    let mut lines = Vec::new();
    let mut tax_lines = Vec::new();
    let mut total = Decimal::ZERO;
    for line in &document.lines {
        let product =
            mul(parse(&line.quantity, "/quantity")?, parse(&line.unit_price, "/unit_price")?, "/lines")?;
        let net = Rounding::HalfUp.round(product, decimals);
        total = zhangben_sdk::decimal::add(total, net, "/lines")?;
        lines.push(LineNet { line: line.id, net: money(net), gross: money(net), ext: Vec::new() });
        tax_lines.push(out_of_scope(line.id, money(net), &zero, decimals));
    }
    let sum = money(total);
    Ok(Assessment {
        document: document.id,
        lines,
        tax_lines,
        totals: Totals {
            lines: sum.clone(),
            allowances: zero.clone(),
            charges: zero.clone(),
            net: sum.clone(),
            tax: zero.clone(),
            gross: sum.clone(),
            withheld: zero.clone(),
            prepaid: zero.clone(),
            payable_rounding: zero,
            payable: sum,
            ext: Vec::new(),
        },
        breakdown: Vec::new(),
        required_texts: Vec::new(),
        explanations: Vec::new(),
        warnings: Vec::new(),
        ext: Vec::new(),
    })
}

fn out_of_scope(line: u32, net: String, zero: &str, decimals: u32) -> TaxLine {
    TaxLine {
        on: BaseOf::Lines(vec![line]),
        authority: "CN:STA".to_owned(),
        jurisdiction: "CN".to_owned(),
        level: "country".to_owned(),
        kind: "vat".to_owned(),
        code: "non-taxable".to_owned(),
        category: "out-of-scope".to_owned(),
        rate: "0".to_owned(),
        method: "none".to_owned(),
        quantity: None,
        unit_code: None,
        base: zero.to_owned(),
        deducted: zero.to_owned(),
        exempt_base: zero.to_owned(),
        out_of_scope_base: net,
        amount: zero.to_owned(),
        amount_unrounded: None,
        amount_in_tax_currency: None,
        collected_by: "seller".to_owned(),
        displayed: true,
        included_in_price: false,
        compound_on: Vec::new(),
        recoverable: false,
        exemption_code: None,
        reason: None,
        legal_reference: None,
        rounding: Stated { method: "half-up".to_owned(), level: "line".to_owned(), decimals },
        rounding_delta: None,
        report_codes: Vec::new(),
        ext: Vec::new(),
    }
}

/// A tax fixture: what it does with its right answers.
pub trait HostileTax {
    const NAME: &'static str;
    fn spoil(answers: Vec<Assessment>) -> Vec<Assessment>;
}

/// Tax rules around a fixture.
#[derive(Debug)]
pub struct Tax<H>(std::marker::PhantomData<H>);

impl<H: HostileTax> Rules for Tax<H> {
    type Config = NoConfig;
    fn manifest() -> Manifest {
        fixture(H::NAME)
    }
    fn assess(
        _: &Context,
        _: &NoConfig,
        documents: &[Document],
        _: &[LookupRow],
    ) -> Result<Vec<Assessment>, Problem> {
        let answers = documents.iter().map(untaxed).collect::<Result<_, _>>()?;
        Ok(H::spoil(answers))
    }
}

/// A reconciliation fixture: what it proposes for these tables.
pub trait HostileMatch {
    const NAME: &'static str;
    fn propose(lines: &LineColumns, items: &ItemColumns) -> Vec<Proposal>;
}

/// A policy around a fixture. It looks at the first part of the items only.
#[derive(Debug)]
pub struct Match<H> {
    items: Option<ItemColumns>,
    hostile: std::marker::PhantomData<H>,
}

impl<H: HostileMatch> Policy for Match<H> {
    type Config = NoConfig;
    fn manifest() -> Manifest {
        fixture(H::NAME)
    }
    fn begin(_: &Context, _: NoConfig, _: Setup) -> Result<Self, Problem> {
        Ok(Match { items: None, hostile: std::marker::PhantomData })
    }
    fn load_items(&mut self, items: ItemColumns) -> Result<(), Problem> {
        self.items.get_or_insert(items);
        Ok(())
    }
    fn propose(&mut self, lines: LineColumns, _: RemittanceColumns) -> Result<Batch, Problem> {
        let proposals = match &self.items {
            Some(items) => H::propose(&lines, items),
            None => Vec::new(),
        };
        Ok(Batch { proposals, ..Batch::default() })
    }
    fn next(&mut self) -> Result<Batch, Problem> {
        Err(problem("no-more", "the batch before was the last").build())
    }
}

/// A proposal as a good policy would write it: of (line, what remains of it) on (item, what is open of it).
pub fn pays(
    group: u32,
    (line, remaining): (u32, i64),
    (item, open): (u32, i64),
    customer: u32,
    amount: i64,
) -> Proposal {
    Proposal {
        group,
        rank: 1,
        lines: vec![line],
        customer: Some(customer),
        allocations: vec![Allocation {
            line,
            item,
            amount_in_item_currency: amount,
            amount_in_line_currency: amount,
            closes: amount == open,
            ext: Vec::new(),
        }],
        differences: Vec::new(),
        residual: if amount < remaining { "on-account" } else { "none" }.to_owned(),
        reverses_receipt: None,
        score: 1000,
        confidence: "exact".to_owned(),
        rule: "because-i-say-so".to_owned(),
        reasons: vec![Reason {
            code: "hostile".to_owned(),
            text: "on purpose".to_owned(),
            permille: 1000,
            ext: Vec::new(),
        }],
        ambiguous_with: Vec::new(),
        nettings: Vec::new(),
        ext: Vec::new(),
    }
}

/// The beginning of a statement that says nothing.
pub fn start() -> Item {
    let currency = Some("CNY".to_owned());
    Item::StatementStart(StatementStart {
        ordinal: 0,
        id: "1".to_owned(),
        account: Account {
            id: "1".to_owned(),
            scheme: "other".to_owned(),
            bank: None,
            owner: None,
            currency,
            ext: Vec::new(),
        },
        sequence: None,
        legal_sequence: None,
        page: None,
        last_page: None,
        start: None,
        end: None,
        created: None,
        balances: Vec::new(),
        declared: None,
        ext: Vec::new(),
    })
}

/// A good booked entry of these bytes.
pub fn entry(ordinal: u32, offset: u64, length: u32) -> Item {
    Item::Entry(Entry {
        statement: 0,
        ordinal,
        offset,
        length,
        bank_reference: None,
        servicer_reference: Some("A1".to_owned()),
        booking: Some("2026-10-08".to_owned()),
        value: None,
        status: "booked".to_owned(),
        amount: "100.00".to_owned(),
        credit: true,
        reversal: false,
        currency: "CNY".to_owned(),
        code: BankCode { domain: None, family: None, sub: None, proprietary: None, ext: Vec::new() },
        charges: Vec::new(),
        fx: None,
        batch: None,
        text: None,
        details: Vec::new(),
        ext: Vec::new(),
    })
}

/// The currency of a row, for fixtures that look for another.
pub fn text_at(column: &zhangben_sdk::TextColumn, row: usize) -> &str {
    let offset = |at: usize| column.offsets.get(at).and_then(|offset| usize::try_from(*offset).ok());
    let (from, to) = (offset(row).unwrap_or(0), offset(row.saturating_add(1)).unwrap_or(0));
    column.bytes.get(from..to).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
}
