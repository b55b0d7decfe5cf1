//! What the conformance run asks beside the examples: requests of the domain, so that what is answered can be checked as
//! the use-cases check it, and small files of banks.

use chrono::NaiveDate;
use domain::ids::{EntryId, OpenItemId};
use domain::plugin::{CallContext, Purpose};
use domain::reconciliation::{CustomerRow, Item, Line, Request};
use domain::statement::{
    CustomerRows, ItemRow, LedgerRow, Model, PartyBlock, StatementError, Style, Subject, fold,
};
use domain::tax::{PriceMode, RoundingRule, TaxDocument, TaxLine, TaxParty, TaxPurpose, TaxRegistration};
use money::{Currency, Minor};
use rust_decimal::Decimal;

/// A file of a bank, with the name that a bank would give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BankFile {
    pub format: &'static str,
    pub file_name: &'static str,
    pub bytes: &'static [u8],
}

/// One file of each format that a reader may be for. The first is the example of the world.
pub const BANK_FILES: [BankFile; 2] = [
    BankFile {
        format: "camt.053",
        file_name: "bank.in.xml",
        bytes: include_bytes!("../../../../plugins/examples/bank.in.xml"),
    },
    BankFile {
        format: "mt940",
        file_name: "bank.mt940.txt",
        bytes: include_bytes!("../../../../plugins/examples/bank.mt940.txt"),
    },
];

fn day(days: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(20_700_i32.saturating_add(days)).unwrap_or_default()
}

/// A call in November 2026, for a Chinese company.
pub fn context() -> CallContext {
    CallContext {
        company: "SAMPLE".to_owned(),
        jurisdiction: "CN".to_owned(),
        purpose: Purpose::Preview,
        effective_date: day(62),
        known_at: 12,
        locale: "zh-CN".to_owned(),
        base_currency: Currency::CNY,
    }
}

fn tax_party(id: &str) -> TaxParty {
    TaxParty {
        country: "CN".to_owned(),
        region: None,
        registrations: vec![TaxRegistration {
            scheme: "CN:USCC".to_owned(),
            id: id.to_owned(),
            country: "CN".to_owned(),
        }],
        kind: "business".to_owned(),
        taxpayer_status: "general".to_owned(),
    }
}

fn tax_line(id: u32, quantity: i64, (price, scale): (i64, u32), (category, supply): (&str, &str)) -> TaxLine {
    TaxLine {
        id,
        parent: None,
        original_line: None,
        nature: "normal".to_owned(),
        quantity: Decimal::from(quantity),
        unit_code: None,
        unit_price: Decimal::new(price, scale),
        amount: None,
        allowances: Vec::new(),
        category_code: category.to_owned(),
        classification: None,
        supply: supply.to_owned(),
        ship_to_country: None,
    }
}

/// An invoice of two lines: 12 × 85.50 and 1 × 300.00, prices without tax.
pub fn tax_document() -> TaxDocument {
    TaxDocument {
        id: 0,
        purpose: TaxPurpose::Issue,
        tax_invoice_type: None,
        original: None,
        already_credited: Vec::new(),
        issue_date: day(62),
        supply_date: None,
        currency: Currency::CNY,
        tax_currency: None,
        tax_fx: None,
        price_mode: PriceMode::Exclusive,
        rounding: RoundingRule { method: "half-up".to_owned(), level: "line".to_owned(), decimals: 2 },
        seller: tax_party("91330100MA27XYZ12A"),
        buyer: tax_party("91310000MA1FL0AB3C"),
        ship_to_country: None,
        allowances: Vec::new(),
        prepaid: None,
        lines: vec![
            tax_line(0, 12, (855, 1), ("goods-13", "goods")),
            tax_line(1, 1, (300, 0), ("service-6", "service")),
        ],
    }
}

fn item(number: &str, currency: Currency) -> Item {
    Item {
        customer: 0,
        parent_customer: None,
        control_account: "1122".to_owned(),
        kind: "invoice".to_owned(),
        sign: 1,
        number: number.to_owned(),
        tax_invoice_number: String::new(),
        purchase_order: String::new(),
        structured: String::new(),
        document_date: day(62),
        due_date: Some(day(92)),
        currency,
        original: Minor::new(147_738),
        open: Minor::new(147_738),
        reserved: Minor::ZERO,
        disputed: Minor::ZERO,
        blocked: false,
        instalment: String::new(),
        offers: Vec::new(),
    }
}

fn line() -> Line {
    Line {
        account: "3301".to_owned(),
        credit: true,
        kind: "receipt".to_owned(),
        booking: day(82),
        value: None,
        amount: Minor::new(147_738),
        currency: Currency::CNY,
        instructed: None,
        fx_rate: String::new(),
        charges: Minor::ZERO,
        charge_bearer: String::new(),
        payer_name: "上海样本制造有限公司".to_owned(),
        payer_account: "31001505400050009999".to_owned(),
        payer_id: String::new(),
        ultimate_debtor: String::new(),
        end_to_end: String::new(),
        mandate: String::new(),
        servicer_reference: String::new(),
        structured: String::new(),
        structured_scheme: String::new(),
        free_text: "货款 INV-0042".to_owned(),
        batch_parent: None,
        original_line: None,
        return_reason: String::new(),
        customer_hint: None,
        remaining: Minor::new(147_738),
        remittances: Vec::new(),
    }
}

/// A receipt of 1,477.38 that pays the first of two open items; the other is in another currency.
pub fn request() -> Request {
    Request {
        customers: vec![CustomerRow {
            code: "C0007".to_owned(),
            name: "上海样本制造有限公司".to_owned(),
            accounts: vec!["31001505400050009999".to_owned()],
        }],
        lines: vec![line()],
        items: vec![item("INV-0042", Currency::CNY), item("INV-0051", Currency::EUR)],
        ..Request::default()
    }
}

fn party(code: &str) -> PartyBlock {
    PartyBlock {
        code: code.to_owned(), name: format!("{code} 有限公司"), address: None, tax_ids: Vec::new()
    }
}

/// A statement of one open invoice of 1,477.38.
pub fn model() -> Result<Model, StatementError> {
    let subject = Subject {
        style: Style::OpenItem,
        number: "ST-1".to_owned(),
        version: 1,
        supersedes: None,
        period_start: day(58),
        cut_off: day(87),
        known_at: 9,
        previous: None,
        issuer: party("SELLER"),
        customer: party("BUYER"),
        bank_accounts: Vec::new(),
        locale: "zh-CN".to_owned(),
        base_currency: Currency::CNY,
    };
    let ledger = LedgerRow {
        entry: EntryId::new(uuid::Uuid::from_u128(1)),
        position: 1,
        line: 0,
        account: "1122".to_owned(),
        currency: Currency::CNY,
        amount: Minor::new(147_738),
        base_amount: Minor::new(147_738),
        reversal: false,
        reverses: None,
        kind: "invoice".to_owned(),
        number: "INV-0042".to_owned(),
        tax_invoice_number: None,
        document_date: day(62),
        effective_date: day(62),
        due_date: Some(day(92)),
        item: Some(OpenItemId::new(uuid::Uuid::from_u128(2))),
        references: vec![("purchase-order".to_owned(), "PO-7781".to_owned())],
        text: String::new(),
        lines: Vec::new(),
        tax: vec![("goods-13".to_owned(), Decimal::new(13, 2), Minor::new(102_600), Minor::new(13_338))],
    };
    let open = ItemRow {
        id: OpenItemId::new(uuid::Uuid::from_u128(2)),
        position: 1,
        account: "1122".to_owned(),
        currency: Currency::CNY,
        kind: "invoice".to_owned(),
        number: "INV-0042".to_owned(),
        document_date: day(62),
        effective_date: day(62),
        due_date: Some(day(92)),
        instalment: None,
        sign: 1,
        original: Minor::new(147_738),
    };
    fold(subject, &CustomerRows { ledger: vec![ledger], items: vec![open], ..CustomerRows::default() })
}
