//! Advances (预收款): what money on account is for, and what moves of its tax.

use chrono::NaiveDate;
use domain::ids::{CompanyId, DocumentId, OpenItemId};
use domain::time::Instant;
use money::{Currency, Minor};
use uuid::Uuid;

row! {
    /// What a company's money on account is for, where nothing else is said.
    AdvanceSettings in advance_settings {
        company: CompanyId,
        /// A tax category; absent: the tax rules are not asked.
        category: Option<String>,
        /// goods | service
        supply: String,
        set_by: String,
        set_at: Instant,
    }
}

row! {
    /// Which credit item is money of which advance.
    AdvanceItem in advance_items {
        company: CompanyId,
        item: OpenItemId,
        document: DocumentId,
    }
}

row! {
    /// What moved of the tax of an advance: more of it positive, what is released negative.
    AdvanceMove in advance_moves {
        company: CompanyId,
        /// The advance.
        document: DocumentId,
        tax_line: u32,
        /// The entry by which it moved.
        seal_ref: Uuid,
        currency: Currency,
        taxable: Minor,
        exempt: Minor,
        out_of_scope: Minor,
        tax: Minor,
        /// In the company's currency.
        base_tax: Minor,
        effective_date: NaiveDate,
    }
}
