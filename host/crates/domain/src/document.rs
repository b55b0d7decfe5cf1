//! Documents (单据): invoices, credit notes, receipts, returns. Their digest covers figures, dates and codes, and the call
//! of the guest that computed them; free text, a unit and a citation among it, stands in it only as a salted commitment.

use crate::canonical::{CanonicalError, Digest, digest, with_lists};
use crate::ids::{CustomerId, DocumentId};
use crate::ledger::FxRate;
use crate::plugin::Computed;
use crate::tax::PriceMode;
use crate::terms::Terms;
use chrono::NaiveDate;
use money::{Currency, Minor, normal_form};
use rust_decimal::Decimal;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// From 1.
    pub line: u32,
    /// Of a discount line (折扣行): the line it discounts.
    pub parent: Option<u32>,
    /// Of a credit: the line of the original it takes back.
    pub original_line: Option<u32>,
    pub quantity: Decimal,
    /// Covered by the commitment to the texts: what a unit may say is free.
    pub unit: Option<String>,
    pub unit_price: Decimal,
    pub category: String,
    pub nature: String,
    /// goods | service: decides tax.
    pub supply: String,
    pub net: Minor,
    pub tax: Minor,
    pub gross: Minor,
}

/// An allowance or charge of the document or of one of its lines. Its reason is free text and stands in no hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentAllowance {
    /// `None`: of the document.
    pub line: Option<u32>,
    /// From 1 in its line or document.
    pub n: u32,
    pub charge: bool,
    /// Of quantity × price, where it was given so.
    pub fraction: Option<Decimal>,
    /// Major units, positive; of a line not yet rounded.
    pub amount: Decimal,
    pub category: Option<String>,
    /// Of a credit: the number of the original's allowance it takes back.
    pub original: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTax {
    /// Document lines this tax stands on.
    pub lines: Vec<u32>,
    /// The document-level allowance or charge it stands on instead.
    pub allowance: Option<u32>,
    pub authority: String,
    pub kind: String,
    pub code: String,
    pub category: String,
    pub rate: Decimal,
    pub base: Minor,
    pub exempt_base: Minor,
    pub out_of_scope_base: Minor,
    pub deducted: Minor,
    pub amount: Minor,
    pub collected_by: String,
    /// Words of the guest: covered by the commitment to the texts.
    pub legal_reference: Option<String>,
}

/// A document as it is posted. Amounts are positive and the kind decides the side; of an opening balance or adjustment that is owed
/// to the customer, and of a delivery that is returned, they are negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    /// invoice | credit-note | late-fee | receipt | return | refund | write-off | opening | adjustment | transfer | delivery | bill |
    /// bill-endorsement | bill-discount | bill-payment | bill-dishonour | advance
    pub kind: String,
    pub number: String,
    pub customer: CustomerId,
    pub currency: Currency,
    pub document_date: NaiveDate,
    pub effective_date: NaiveDate,
    pub due_date: Option<NaiveDate>,
    /// When goods were handed over or services rendered, where it was told: decides tax.
    pub supply_date: Option<NaiveDate>,
    pub price_mode: PriceMode,
    pub net: Minor,
    pub tax: Minor,
    pub gross: Minor,
    pub fx: FxRate,
    pub base_currency: Currency,
    pub base_net: Minor,
    pub base_tax: Minor,
    pub base_gross: Minor,
    pub original: Option<DocumentId>,
    /// Commitment to the free texts, units and citations: SHA-256(salt ‖ RFC 8785 bytes).
    pub text: Digest,
    pub lines: Vec<DocumentLine>,
    /// The document's own, then those of its lines.
    pub allowances: Vec<DocumentAllowance>,
    pub taxes: Vec<DocumentTax>,
    /// What was agreed, where it outlives the issue: instalments, a discount for early payment, a due date that counts from a later day.
    pub terms: Option<Terms>,
    /// The call that taxed it; none where no guest did.
    pub computed: Option<Computed>,
}

impl Document {
    /// document.v1
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        digest("document.v1", &self.content())
    }
    /// The hashed content, which the export carries as it is.
    pub fn content(&self) -> Value {
        let money = |amount: Minor| amount.format(self.currency);
        let content = json!({
            "id": self.id.to_string(),
            "kind": self.kind,
            "number": self.number,
            "customer": self.customer.to_string(),
            "currency": self.currency.code(),
            "document_date": self.document_date.to_string(),
            "effective_date": self.effective_date.to_string(),
            "due_date": self.due_date.map(|d| d.to_string()),
            "supply_date": self.supply_date.map(|d| d.to_string()),
            "price_mode": match self.price_mode { PriceMode::Exclusive => "exclusive", PriceMode::Inclusive => "inclusive" },
            "net": money(self.net),
            "tax": money(self.tax),
            "gross": money(self.gross),
            "fx_rate": normal_form(self.fx.rate()),
            "fx_date": self.fx.date.to_string(),
            "fx_source": self.fx.source,
            "base_currency": self.base_currency.code(),
            "base_net": self.base_net.format(self.base_currency),
            "base_tax": self.base_tax.format(self.base_currency),
            "base_gross": self.base_gross.format(self.base_currency),
            "original": self.original.map(|id| id.to_string()),
            "text": self.text.to_string(),
            "computed": self.computed.as_ref().map(Computed::content),
        });
        let lists = [
            ("lines", self.lines.iter().map(|l| line_content(l, self.currency)).collect()),
            ("allowances", self.allowances.iter().map(allowance_content).collect()),
            ("taxes", self.taxes.iter().map(|t| tax_content(t, self.currency)).collect()),
        ];
        let mut content = with_lists(content, lists);
        // absent where there are none: documents from before there were any hash as they did
        if let (Some(terms), Some(members)) = (&self.terms, content.as_object_mut()) {
            members.insert("terms".to_owned(), json!(terms));
        }
        content
    }
}

fn line_content(line: &DocumentLine, currency: Currency) -> Value {
    json!({
        "line": line.line,
        "parent": line.parent,
        "original_line": line.original_line,
        "quantity": normal_form(line.quantity),
        "unit_price": normal_form(line.unit_price),
        "category": line.category,
        "nature": line.nature,
        "supply": line.supply,
        "net": line.net.format(currency),
        "tax": line.tax.format(currency),
        "gross": line.gross.format(currency),
    })
}

fn allowance_content(allowance: &DocumentAllowance) -> Value {
    json!({
        "line": allowance.line,
        "n": allowance.n,
        "charge": allowance.charge,
        "fraction": allowance.fraction.map(normal_form),
        "amount": normal_form(allowance.amount),
        "category": allowance.category,
        "original": allowance.original,
    })
}

fn tax_content(tax: &DocumentTax, currency: Currency) -> Value {
    json!({
        "lines": tax.lines,
        "allowance": tax.allowance,
        "authority": tax.authority,
        "kind": tax.kind,
        "code": tax.code,
        "category": tax.category,
        "rate": normal_form(tax.rate),
        "base": tax.base.format(currency),
        "exempt_base": tax.exempt_base.format(currency),
        "out_of_scope_base": tax.out_of_scope_base.format(currency),
        "deducted": tax.deducted.format(currency),
        "amount": tax.amount.format(currency),
        "collected_by": tax.collected_by,
    })
}
