//! Advances (预收款): what money on account is for.

use app::advance::AdvanceFor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the part of a receipt, or of a bill of exchange, is for that pays nothing yet; it decides its tax.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvanceBody {
    /// A tax category, as of a line of an invoice.
    pub tax_category: String,
    /// goods | service; default: goods.
    pub supply: Option<String>,
}

impl From<AdvanceBody> for AdvanceFor {
    fn from(body: AdvanceBody) -> Self {
        let supply = body.supply.unwrap_or_else(|| "goods".to_owned());
        AdvanceFor { tax_category: body.tax_category, supply }
    }
}

/// What the company's money on account is for, where a receipt or a bill of exchange says nothing else; it holds for money to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvanceSettingsBody {
    /// A tax category. Absent: the tax rules are not asked about money on account.
    pub tax_category: Option<String>,
    /// goods | service; default: goods.
    pub supply: Option<String>,
}

impl From<AdvanceSettingsBody> for Option<AdvanceFor> {
    fn from(body: AdvanceSettingsBody) -> Self {
        let AdvanceSettingsBody { tax_category, supply } = body;
        tax_category.map(|tax_category| AdvanceBody { tax_category, supply }.into())
    }
}

impl From<Option<AdvanceFor>> for AdvanceSettingsBody {
    fn from(of: Option<AdvanceFor>) -> Self {
        let (tax_category, supply) = of.map(|of| (of.tax_category, of.supply)).unzip();
        AdvanceSettingsBody { tax_category, supply }
    }
}
