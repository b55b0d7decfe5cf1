//! Of what invoices of deliveries are made, and how the company works with these.

use super::issued::IssuedInvoiceView;
use super::leaf::{CustomerName, Date};
use crate::http::problem::{Code, Problem};
use app::delivery::{BillingRule, InvoiceOpen, Invoiced, Settings};
use domain::delivery::{Accounting, OrdersBecome, Per};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Makes the invoices of what a customer got in a span of days and was not billed for (先对账后开票).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceOpenBody {
    pub customer: CustomerName,
    /// First day of deliveries.
    pub from: Date,
    /// Last day of deliveries.
    pub to: Date,
    pub document_date: Date,
    pub effective_date: Option<Date>,
    /// Default: the customer's rule, else the company's.
    pub per: Option<PerName>,
}

impl From<InvoiceOpenBody> for InvoiceOpen {
    fn from(body: InvoiceOpenBody) -> Self {
        InvoiceOpen {
            customer: body.customer.0,
            from: body.from.0,
            to: body.to.0,
            document_date: body.document_date.0,
            effective_date: body.effective_date.map(|d| d.0),
            per: body.per.map(Into::into),
        }
    }
}

/// What was made of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoicedView {
    pub per: PerName,
    pub issued: Vec<InvoicedOneView>,
    /// Numbers of returns in the span: they wait for a credit note that names its original.
    pub returns: Vec<String>,
    /// What ended it after some were made, as the code and detail of a problem: the rest is still open.
    pub refused: Option<RefusedView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InvoicedOneView {
    pub invoice: IssuedInvoiceView,
    /// Numbers of the deliveries that it bills.
    pub deliveries: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedView {
    pub code: Code,
    pub detail: String,
}

impl From<Invoiced> for InvoicedView {
    fn from(done: Invoiced) -> Self {
        let one = |(issued, deliveries): (app::invoice::IssuedInvoice, Vec<String>)| InvoicedOneView {
            invoice: issued.into(),
            deliveries,
        };
        let refused = done.refused.map(|error| {
            let problem = Problem::from(error);
            RefusedView { code: problem.code, detail: problem.detail }
        });
        InvoicedView {
            per: done.per.into(),
            issued: done.issued.into_iter().map(one).collect(),
            returns: done.returns,
            refused,
        }
    }
}

/// none: a delivery posts nothing. accrued (应收未开票): it posts its net against revenue until it is billed. deferred: that, and goods that
/// are invoiced before they are delivered are a contract liability (合同负债) and no revenue until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountingName {
    None,
    Accrued,
    Deferred,
}

/// What makes one invoice: each delivery, each purchase order, or all of the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PerName {
    Delivery,
    Order,
    Month,
}

impl From<PerName> for Per {
    fn from(name: PerName) -> Self {
        match name {
            PerName::Delivery => Per::Delivery,
            PerName::Order => Per::Order,
            PerName::Month => Per::Month,
        }
    }
}

impl From<Per> for PerName {
    fn from(per: Per) -> Self {
        match per {
            Per::Delivery => PerName::Delivery,
            Per::Order => PerName::Order,
            Per::Month => PerName::Month,
        }
    }
}

/// What an order becomes as it comes in: a delivery, which is billed as others are; or an invoice (先开票后发货), of which a delivery says later
/// what it hands over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OrdersBecomeName {
    #[default]
    Delivery,
    Invoice,
}

impl From<OrdersBecomeName> for OrdersBecome {
    fn from(name: OrdersBecomeName) -> Self {
        match name {
            OrdersBecomeName::Delivery => OrdersBecome::Delivery,
            OrdersBecomeName::Invoice => OrdersBecome::Invoice,
        }
    }
}

impl From<OrdersBecome> for OrdersBecomeName {
    fn from(made: OrdersBecome) -> Self {
        match made {
            OrdersBecome::Delivery => OrdersBecomeName::Delivery,
            OrdersBecome::Invoice => OrdersBecomeName::Invoice,
        }
    }
}

/// How the company works with deliveries; it holds for those to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliverySettingsBody {
    pub delivery_accounting: AccountingName,
    /// Of customers without a rule of their own.
    pub invoice_per: PerName,
    /// Likewise.
    #[serde(default)]
    #[schema(default = "delivery")]
    pub orders_become: OrdersBecomeName,
}

impl From<DeliverySettingsBody> for Settings {
    fn from(body: DeliverySettingsBody) -> Self {
        let accounting = match body.delivery_accounting {
            AccountingName::None => Accounting::None,
            AccountingName::Accrued => Accounting::Accrued,
            AccountingName::Deferred => Accounting::Deferred,
        };
        Settings { accounting, per: body.invoice_per.into(), orders_become: body.orders_become.into() }
    }
}

impl From<Settings> for DeliverySettingsBody {
    fn from(settings: Settings) -> Self {
        let delivery_accounting = match settings.accounting {
            Accounting::None => AccountingName::None,
            Accounting::Accrued => AccountingName::Accrued,
            Accounting::Deferred => AccountingName::Deferred,
        };
        let orders_become = settings.orders_become.into();
        DeliverySettingsBody { delivery_accounting, invoice_per: settings.per.into(), orders_become }
    }
}

/// What of a customer makes one invoice, and what becomes of her orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillingRuleBody {
    pub per: PerName,
    #[serde(default)]
    #[schema(default = "delivery")]
    pub orders_become: OrdersBecomeName,
}

/// A customer's rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BillingRule)]
pub struct BillingRuleOut {
    pub per: PerName,
    pub orders_become: OrdersBecomeName,
    /// Her own, and not the company's.
    pub own: bool,
}

impl From<BillingRule> for BillingRuleOut {
    fn from(rule: BillingRule) -> Self {
        let (per, orders_become) = (rule.per.into(), rule.orders_become.into());
        BillingRuleOut { per, orders_become, own: rule.own }
    }
}
