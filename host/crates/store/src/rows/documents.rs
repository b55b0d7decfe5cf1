//! Documents with their lines and tax.

use crate::types::Json;
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{BankLineId, CompanyId, CustomerId, DocumentId, InvocationId};
use domain::tax::PriceMode;
use domain::time::Instant;
use money::{Currency, Minor};
use rust_decimal::Decimal;

row! {
    /// A posted document. Amounts are positive; the kind decides the side. Free texts are personal data.
    Document in documents {
        company: CompanyId,
        id: DocumentId,
        /// invoice | credit-note | late-fee | receipt | return | refund | write-off | opening | adjustment | transfer | bill |
        /// bill-endorsement | bill-discount | bill-payment | bill-dishonour | advance
        kind: String,
        number: String,
        /// The integrator's own id, unique by kind; [`Document::external_name`] reads it.
        external_id: Option<String>,
        customer: CustomerId,
        currency: Currency,
        document_date: NaiveDate,
        /// Decides the period.
        effective_date: NaiveDate,
        due_date: Option<NaiveDate>,
        /// When goods were handed over or services rendered, where it was told.
        supply_date: Option<NaiveDate>,
        price_mode: PriceMode,
        net: Minor,
        tax: Minor,
        gross: Minor,
        /// Base units per unit of the document's currency.
        fx_rate: Decimal,
        fx_date: NaiveDate,
        fx_source: String,
        base_net: Minor,
        base_tax: Minor,
        base_gross: Minor,
        /// What a credit note corrects.
        original: Option<DocumentId>,
        /// What a receipt came from.
        bank_line: Option<BankLineId>,
        tax_invoice_number: Option<String>,
        purchase_order: Option<String>,
        text: Option<String>,
        /// SHA-256(salt ‖ RFC 8785 of the free texts).
        text_commitment: Digest,
        /// Encrypted under the party's key.
        text_salt: Option<Vec<u8>>,
        /// The tax guest's call.
        invocation: Option<InvocationId>,
        digest: Digest,
        created_by: String,
        created_at: Instant,
    }
}

row! {
    /// A line of a document, in minor units of the document's currency.
    DocumentLine in document_lines {
        company: CompanyId,
        document: DocumentId,
        /// From 1.
        line: u32,
        /// Of a discount line: the line it discounts.
        parent: Option<u32>,
        /// Of a credit: the line of the original it takes back.
        original_line: Option<u32>,
        description: Option<String>,
        quantity: Decimal,
        unit: Option<String>,
        unit_price: Decimal,
        category: String,
        nature: String,
        /// goods | service
        supply: String,
        net: Minor,
        tax: Minor,
        gross: Minor,
    }
}

row! {
    /// A tax line of a document, in minor units of the document's currency.
    TaxLine in tax_lines {
        company: CompanyId,
        document: DocumentId,
        n: u32,
        /// Numbers of the document lines it stands on.
        lines: Json<Vec<u32>>,
        /// The document-level allowance or charge it stands on instead.
        allowance: Option<u32>,
        authority: String,
        kind: String,
        code: String,
        category: String,
        rate: Decimal,
        base: Minor,
        exempt_base: Minor,
        out_of_scope_base: Minor,
        deducted: Minor,
        amount: Minor,
        collected_by: String,
        legal_reference: Option<String>,
    }
}

row! {
    /// An allowance or charge of a document or of one of its lines.
    DocumentAllowance in document_allowances {
        company: CompanyId,
        document: DocumentId,
        /// 0: of the document.
        line: u32,
        /// From 1 in its line or document.
        n: u32,
        charge: bool,
        /// Of quantity × price, where it was given so.
        fraction: Option<Decimal>,
        /// Major units, positive.
        amount: Decimal,
        category: Option<String>,
        /// Of a credit: the number of the original's allowance it takes back.
        original: Option<u32>,
        /// Free text.
        reason: Option<String>,
    }
}

/// Between the name that another system gave a document and the document's own id, once a reversal has freed the name for
/// another: no code may hold it. The name stays, for the document commits to it.
pub(crate) const RELEASED: char = '\u{1f}';

impl Document {
    /// The name that another system gave it, also after its reversal.
    pub fn external_name(&self) -> Option<&str> {
        self.external_id.as_deref().map(|name| name.split(RELEASED).next().unwrap_or(name))
    }
}
