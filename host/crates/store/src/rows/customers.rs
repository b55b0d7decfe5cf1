//! Customers and the accounts they pay from.

use crate::types::{FormerKind, Json};
use domain::ids::{CompanyId, CustomerId, KeyId};
use domain::statement::Style;
use domain::terms::Terms;
use domain::time::Instant;
use money::Currency;
use serde_json::Value;

row! {
    /// A customer. Name, address, tax id, e-mail and external id are personal data and `None` once erased.
    Customer in customers {
        company: CompanyId,
        id: CustomerId,
        code: String,
        name: Option<String>,
        /// ISO 3166-1 alpha-2.
        country: String,
        region: Option<String>,
        address: Option<Json<Value>>,
        currency: Currency,
        /// BCP 47.
        locale: String,
        /// business | consumer | government
        kind: String,
        taxpayer_status: String,
        tax_scheme: Option<String>,
        tax_id: Option<String>,
        email: Option<String>,
        terms_days: u32,
        /// Where they are more than net days from the document date.
        terms: Option<Json<Terms>>,
        statement_style: Style,
        /// Who pays for this customer.
        parent: Option<CustomerId>,
        party_key: KeyId,
        erased_at: Option<Instant>,
        version: i64,
        created_at: Instant,
        /// Hers in the caller's system. Personal data.
        external_id: Option<String>,
        /// Since when no new invoice is made for her.
        archived_at: Option<Instant>,
    }
}

row! {
    /// An account the customer is known to pay from. Personal data.
    CustomerAccount in customer_accounts {
        company: CompanyId,
        customer: CustomerId,
        account: String,
        scheme: String,
    }
}

row! {
    /// What the customer was called, or the tax id it had. Personal data.
    CustomerFormerName in customer_former_names {
        company: CompanyId,
        customer: CustomerId,
        kind: FormerKind,
        value: String,
    }
}
