//! The open items of a document, as they are shown with it.

use super::leaf::{Date, MoneyView};
use super::terms::OfferView;
use app::customer::CurrentItem;
use serde::Serialize;
use utoipa::ToSchema;

/// An open item of a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceItem)]
pub struct InvoiceItemOut {
    pub id: String,
    /// `2/3`: which part of its document it is, where that has several.
    pub instalment: Option<String>,
    /// As it is known now.
    pub due_date: Option<Date>,
    pub original: MoneyView,
    pub open: MoneyView,
    /// Id of the dispute (异议) of it that is open.
    pub dispute: Option<String>,
    /// 现金折扣: what its terms let be taken off, the best first; days that are over too.
    pub discounts: Vec<OfferView>,
}

impl From<CurrentItem> for InvoiceItemOut {
    fn from(CurrentItem { item, terms, dispute, .. }: CurrentItem) -> Self {
        InvoiceItemOut {
            id: item.id.to_string(),
            dispute: dispute.map(|of| of.id.to_string()),
            due_date: item.due_now.map(|date| Date(date.date())),
            original: MoneyView::new(item.original, item.currency),
            open: MoneyView::new(item.open, item.currency),
            discounts: OfferView::all(&terms, item.open, item.currency),
            instalment: terms.instalment,
        }
    }
}
