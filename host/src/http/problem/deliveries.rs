//! Refusals of deliveries and tax invoices.

use super::lead::ledger;
use super::map::field;
use super::{Code, Problem};
use app::delivery::DeliveryError;
use app::order::OrderError;
use app::tax_invoice::TaxInvoiceError;

impl From<DeliveryError> for Problem {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Common(common) => common.into(),
            DeliveryError::Ledger(inner) => ledger(&inner),
            DeliveryError::Clears(inner) => inner.into(),
            DeliveryError::ExternalIdTaken { .. } => {
                Problem::new(Code::Duplicate, &error).at("/external_id", error)
            }
            DeliveryError::NoRate { .. } => Problem::new(Code::NoRate, &error).at("/fx", error),
            DeliveryError::Billed { .. }
            | DeliveryError::Returned { .. }
            | DeliveryError::NothingOpen { .. } => Problem::new(Code::State, error),
        }
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Common(common) => common.into(),
            OrderError::Delivery(refused) => refused.into(),
            OrderError::Invoice(refused) => refused.into(),
        }
    }
}

impl From<TaxInvoiceError> for Problem {
    fn from(error: TaxInvoiceError) -> Self {
        match error {
            TaxInvoiceError::Common(common) => common.into(),
            TaxInvoiceError::NumberTaken { .. } => Problem::new(Code::CodeTaken, &error).at("/number", error),
            TaxInvoiceError::ConfirmationMissing => {
                Problem::new(Code::RedConfirmation, &error).at("/confirmation", error)
            }
            TaxInvoiceError::BeyondDocument { at, .. } => {
                field(error.to_string(), format!("/documents/{at}/amount"), error)
            }
            TaxInvoiceError::BeyondOriginal { .. } => field(error.to_string(), "/gross", error),
            TaxInvoiceError::Status { .. } | TaxInvoiceError::TakenBack { .. } => {
                Problem::new(Code::State, error)
            }
            TaxInvoiceError::NotVoidable { .. } => Problem::new(Code::State, &error).at("/on", error),
        }
    }
}
