//! Deliveries (发货) with what became of them, and tax invoices (发票).

use crate::types::DeliveryLinkKind;
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::delivery::{Accounting, OrdersBecome, Part, Per};
use domain::ids::{CompanyId, CustomerId, DeliveryId, DeliveryLinkId, DocumentId, TaxInvoiceId};
use domain::tax_invoice::TaxInvoiceKind;
use domain::time::Instant;
use money::{Currency, Minor};
use rust_decimal::Decimal;
use uuid::Uuid;

row! {
    /// How a company works with deliveries.
    DeliverySettings in delivery_settings {
        company: CompanyId,
        accounting: Accounting,
        per: Per,
        orders_become: OrdersBecome,
        set_by: String,
        set_at: Instant,
    }
}

row! {
    /// What of a customer makes one invoice, and what becomes of her orders.
    BillingRule in billing_rules {
        company: CompanyId,
        customer: CustomerId,
        per: Per,
        orders_become: OrdersBecome,
        set_by: String,
        set_at: Instant,
    }
}

row! {
    /// What was handed over; of a return quantities and amounts are negative. Free texts are personal data.
    Delivery in deliveries {
        company: CompanyId,
        id: DeliveryId,
        number: String,
        /// Number of the delivery slip, unique among deliveries.
        external_id: Option<String>,
        customer: CustomerId,
        currency: Currency,
        delivered_on: NaiveDate,
        /// Without tax.
        net: Minor,
        /// That accrued it.
        document: Option<DocumentId>,
        /// The delivery of which it takes back what was not billed.
        returns: Option<DeliveryId>,
        purchase_order: Option<String>,
        text: Option<String>,
        /// SHA-256(salt ‖ RFC 8785 of the free texts).
        text_commitment: Digest,
        /// Encrypted under the party's key.
        text_salt: Option<Vec<u8>>,
        digest: Digest,
        /// The entry or event by whose seal it is known.
        seal_ref: Uuid,
        created_by: String,
        created_at: Instant,
    }
}

row! {
    DeliveryLine in delivery_lines {
        company: CompanyId,
        delivery: DeliveryId,
        /// From 1.
        line: u32,
        description: Option<String>,
        unit: Option<String>,
        quantity: Decimal,
        /// Without tax.
        unit_price: Decimal,
        category: String,
        /// goods | service
        supply: String,
        net: Minor,
    }
}

row! {
    /// Of which line of an invoice the goods are that came back by a line of a return.
    ReturnedLine in returned_lines {
        company: CompanyId,
        delivery: DeliveryId,
        line: u32,
        document: DocumentId,
        document_line: u32,
    }
}

row! {
    /// What became of a line, or of a part of it: positive; what is taken back stands again, negative.
    DeliveryLink in delivery_links {
        company: CompanyId,
        id: DeliveryLinkId,
        delivery: DeliveryId,
        line: u32,
        kind: DeliveryLinkKind,
        /// That bills it.
        document: Option<DocumentId>,
        document_line: Option<u32>,
        /// The delivery that takes it back.
        returned_by: Option<DeliveryId>,
        quantity: Decimal,
        amount: Minor,
        effective_date: NaiveDate,
        seal_ref: Uuid,
        undoes: Option<DeliveryLinkId>,
    }
}

impl Delivery {
    /// The number of its slip, also after its reversal.
    pub fn external_name(&self) -> Option<&str> {
        self.external_id.as_deref().map(|name| name.split(super::RELEASED).next().unwrap_or(name))
    }
    /// Whether no other delivery may have that number.
    pub fn keeps_external_name(&self) -> bool {
        self.external_id.as_deref().is_some_and(|name| !name.contains(super::RELEASED))
    }
}

impl DeliveryLink {
    pub const fn part(&self) -> Part {
        Part { quantity: self.quantity, amount: self.amount }
    }
}

row! {
    /// What moved of what was invoiced and is not delivered (合同负债): more of it positive, what is delivered, credited or taken back
    /// negative.
    Deferral in deferrals {
        company: CompanyId,
        /// The invoice.
        document: DocumentId,
        line: u32,
        /// The entry by which it moved, or the event where it moved no money.
        seal_ref: Uuid,
        currency: Currency,
        quantity: Decimal,
        /// Without tax.
        amount: Minor,
        /// In the company's currency.
        base: Minor,
        effective_date: NaiveDate,
    }
}

row! {
    /// What the tax authority's platform issued. Figures are positive: one with an original takes back.
    TaxInvoice in tax_invoices {
        company: CompanyId,
        id: TaxInvoiceId,
        number: String,
        /// 发票代码 of the older kinds, else empty.
        code: String,
        kind: TaxInvoiceKind,
        customer: CustomerId,
        currency: Currency,
        issued_on: NaiveDate,
        net: Minor,
        tax: Minor,
        gross: Minor,
        original: Option<TaxInvoiceId>,
        /// 红字确认单/信息表
        confirmation: Option<String>,
        reason: Option<String>,
        buyer_name: Option<String>,
        buyer_tax_id: Option<String>,
        text_commitment: Digest,
        text_salt: Option<Vec<u8>>,
        digest: Digest,
        /// The event by whose seal it is known.
        seal_ref: Uuid,
        voided_on: Option<NaiveDate>,
        /// The event by whose seal that is known.
        voided_ref: Option<Uuid>,
        created_by: String,
        created_at: Instant,
    }
}

row! {
    /// With how much of a document's gross it is in a tax invoice.
    TaxInvoiceLink in tax_invoice_links {
        company: CompanyId,
        tax_invoice: TaxInvoiceId,
        document: DocumentId,
        amount: Minor,
        effective_date: NaiveDate,
        seal_ref: Uuid,
    }
}

row! {
    /// On what a credit note of a document with a tax invoice was issued.
    RedConfirmation in red_confirmations {
        company: CompanyId,
        document: DocumentId,
        /// 红字确认单/信息表
        number: Option<String>,
        /// A person's words instead.
        reason: Option<String>,
        commitment: Option<Digest>,
        /// Encrypted under the party's key.
        salt: Option<Vec<u8>>,
    }
}
