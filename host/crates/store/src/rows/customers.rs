//! Customers and the accounts they pay from.

use crate::types::{FormerKind, Json, MergeState};
use chrono::NaiveDate;
use domain::ids::{AllocationId, CompanyId, ContactId, CustomerId, EntryId, KeyId, MergeId, OpenItemId};
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
        /// 客户组
        customer_group: Option<String>,
        /// Who took her place (合并): nothing is posted to her any more.
        merged_into: Option<CustomerId>,
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

row! {
    /// A registration for tax beside the first one. Personal data.
    CustomerTaxId in customer_tax_ids {
        company: CompanyId,
        customer: CustomerId,
        scheme: String,
        number: String,
    }
}

row! {
    /// Somebody at a customer (联系人). Personal data.
    Contact in contacts {
        company: CompanyId,
        id: ContactId,
        customer: CustomerId,
        name: String,
        role: Option<String>,
        email: Option<String>,
        phone: Option<String>,
        /// BCP 47.
        locale: String,
        /// Whether she confirms statements (对账确认人).
        may_confirm: bool,
        active: bool,
        version: i64,
        created_at: Instant,
        updated_at: Instant,
    }
}

row! {
    /// That `target` takes the place of `source` (合并).
    CustomerMerge in customer_merges {
        company: CompanyId,
        id: MergeId,
        source: CustomerId,
        target: CustomerId,
        state: MergeState,
        effective_date: NaiveDate,
        /// Since when the source was archived before it.
        archived_before: Option<Instant>,
        proposed_by: String,
        proposed_at: Instant,
        decided_by: Option<String>,
        decided_at: Option<Instant>,
        undone_by: Option<String>,
        undone_at: Option<Instant>,
    }
}

row! {
    /// An open item that a merge carried over.
    CustomerMergeItem in customer_merge_items {
        company: CompanyId,
        merge: MergeId,
        /// From 1.
        n: u32,
        entry: EntryId,
        allocation: AllocationId,
        /// The source's.
        item: OpenItemId,
        /// What cleared it.
        clearing: OpenItemId,
        /// What the target has in its place.
        carried: OpenItemId,
    }
}
