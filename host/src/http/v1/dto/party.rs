//! What is known of customers as parties: registrations for tax, groups.

use domain::tax_id;
use serde::Serialize;
use utoipa::ToSchema;

/// A registration for tax, and what is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TaxIdentity)]
pub struct TaxIdOut {
    pub scheme: String,
    pub id: String,
    /// ISO 3166-1 alpha-2, where the scheme or the number says it.
    pub country: Option<String>,
    /// Whether its check digits were checked and hold; false: the rule of its scheme or country is not known here.
    pub checked: bool,
}

impl TaxIdOut {
    pub fn of(scheme: String, id: String) -> Self {
        let checked = matches!(tax_id::check(&scheme, &id), Ok(tax_id::Checked::Holds));
        let country = tax_id::country(&scheme, &id).map(str::to_owned);
        TaxIdOut { country, checked, scheme, id }
    }
}

/// How many customers a group has.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerGroupView {
    /// Null: those of no group.
    pub group: Option<String>,
    pub customers: u64,
}
