//! Receipts and allocations (核销).

use super::BodyError;
use super::advance::AdvanceBody;
use super::invoice::FxBody;
use super::leaf::{CustomerName, Date, Decimal, ItemId, Money, MoneyView, SuspenseName};
use app::allocation::{Allocate, Allocated, AllocatedLess, AllocationView};
use app::receipt::{Paid, Pays, RecordReceipt, RecordedReceipt};
use domain::ids::DocumentId;
use money::Money as DomainMoney;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Money received from a customer without a bank line.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBody {
    /// Yours, unique: a second receipt with it is refused.
    pub external_id: Option<String>,
    pub customer: CustomerName,
    pub amount: Money,
    pub value_date: Date,
    /// Decides the period; default: the value date.
    pub effective_date: Option<Date>,
    pub reference: Option<String>,
    pub fx: Option<FxBody>,
    /// What it pays; the rest stays open.
    #[serde(default)]
    pub allocations: Vec<AllocateToBody>,
    /// 待查款: the id of money in suspense that it turned out to be; `value_date` is then the day on which it came.
    #[serde(default)]
    pub suspense: Option<SuspenseName>,
    /// 预收款: what the part that pays nothing yet is for; default: what `/v1/advance-settings` says.
    #[serde(default)]
    pub advance: Option<AdvanceBody>,
}

/// What a receipt pays: an open item, or the document whose item it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocateToBody {
    /// Either this or `document`.
    pub item: Option<ItemId>,
    /// An invoice or opening balance of the customer, by id, number or your own id.
    pub document: Option<String>,
    /// In the receipt's currency, positive; default: what is open of it, as far as the receipt goes.
    pub amount: Option<Decimal>,
}

impl AllocateToBody {
    pub(super) fn pays(self, currency: money::Currency) -> Result<Pays, BodyError> {
        let exact = |amount: Decimal| {
            let money = DomainMoney::from_decimal(amount.0, currency);
            money.map(|money| money.minor()).map_err(|e| BodyError::at("/amount", e))
        };
        let what = match (self.item, self.document) {
            (Some(item), None) => Paid::Item(item.0),
            (None, Some(name)) => Paid::Document(name),
            (Some(_), Some(_)) => {
                return Err(BodyError::at("/document", "stands instead of `item`: give one of them"));
            }
            (None, None) => return Err(BodyError::at("/item", "is missing: give `item` or `document`")),
        };
        Ok(Pays { what, amount: self.amount.map(exact).transpose()? })
    }
}

impl TryFrom<ReceiptBody> for RecordReceipt {
    type Error = BodyError;

    fn try_from(body: ReceiptBody) -> Result<Self, BodyError> {
        let amount = body.amount.exact().map_err(|refused| refused.under("amount"))?;
        let allocation = |(index, to): (usize, AllocateToBody)| {
            let pays = to.pays(amount.currency());
            pays.map_err(|refused| refused.under(index).under("allocations"))
        };
        Ok(RecordReceipt {
            external_id: body.external_id,
            customer: body.customer.0,
            amount,
            value_date: body.value_date.0,
            effective_date: body.effective_date.map(|d| d.0),
            reference: body.reference,
            fx: body.fx.map(Into::into),
            allocations: body
                .allocations
                .into_iter()
                .enumerate()
                .map(allocation)
                .collect::<Result<_, BodyError>>()?,
            suspense: body.suspense.map(|id| id.0),
            advance: body.advance.map(Into::into),
        })
    }
}

/// A receipt as it was posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedReceiptView {
    pub id: String,
    pub number: String,
    /// Its journal entry.
    pub entry: String,
    /// Its open item: what is not allocated stays open on it.
    pub item: String,
    pub allocations: Vec<String>,
    /// Id of the document by which the part that stays on account is taxed, where the tax rules say so.
    pub advance: Option<String>,
}

impl From<RecordedReceipt> for RecordedReceiptView {
    fn from(recorded: RecordedReceipt) -> Self {
        RecordedReceiptView {
            id: recorded.id.to_string(),
            number: recorded.number,
            entry: recorded.entry.to_string(),
            item: recorded.item.to_string(),
            allocations: recorded.allocations.iter().map(ToString::to_string).collect(),
            advance: recorded.advance.map(|id| id.to_string()),
        }
    }
}

/// A credit item pays a debit item of the same customer, account and currency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocationBody {
    pub debit_item: ItemId,
    pub credit_item: ItemId,
    /// In the items' currency, positive.
    pub amount: Decimal,
    /// 现金折扣: what the debit item is cleared by besides, within what its terms let be taken off on the day of the money. The tax
    /// rules are asked, and a write-off of its own is posted.
    pub discount: Option<Decimal>,
    pub effective_date: Date,
}

impl AllocationBody {
    pub fn discount(&self) -> Option<rust_decimal::Decimal> {
        self.discount.as_ref().map(|amount| amount.0)
    }
}

impl From<AllocationBody> for Allocate {
    fn from(body: AllocationBody) -> Self {
        Allocate {
            debit_item: body.debit_item.0,
            credit_item: body.credit_item.0,
            amount: body.amount.0,
            effective_date: body.effective_date.0,
        }
    }
}

/// From when an allocation is taken back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoBody {
    pub effective_date: Date,
}

/// An allocation as it was posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllocatedView {
    pub id: String,
    pub entry: String,
    /// Realised exchange difference in the base currency: positive is a gain.
    pub fx_gain: MoneyView,
    /// Id of the document of the discount that was taken; it is taken back by its reversal.
    pub discount: Option<String>,
}

impl From<Allocated> for AllocatedView {
    fn from(done: Allocated) -> Self {
        AllocatedView {
            id: done.id.to_string(),
            entry: done.entry.to_string(),
            fx_gain: done.fx_gain.into(),
            discount: None,
        }
    }
}

impl From<AllocatedLess> for AllocatedView {
    fn from(done: AllocatedLess) -> Self {
        AllocatedView { discount: Some(done.discount.to_string()), ..done.allocated.into() }
    }
}

/// An allocation; its undoing has negative amounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Allocation)]
pub struct AllocationOut {
    pub id: String,
    pub entry: String,
    pub effective_date: Date,
    pub debit_item: String,
    /// Id of the debit item's document.
    pub debit_document: Option<String>,
    pub debit_number: Option<String>,
    pub credit_item: String,
    /// Id of the credit item's document.
    pub credit_document: Option<String>,
    pub credit_number: Option<String>,
    pub amount: MoneyView,
    /// The allocation that this one takes back.
    pub reverses: Option<String>,
    /// The allocation that took this one back.
    pub undone_by: Option<String>,
    /// The proposal it comes from.
    pub proposal: Option<String>,
}

impl From<AllocationView> for AllocationOut {
    fn from(AllocationView { row, undone_by, debit, credit }: AllocationView) -> Self {
        let named = |side: Option<(DocumentId, String)>| side.map(|(id, number)| (id.to_string(), number));
        let (debit_document, debit_number) = named(debit).unzip();
        let (credit_document, credit_number) = named(credit).unzip();
        AllocationOut {
            id: row.id.to_string(),
            entry: row.entry.to_string(),
            effective_date: Date(row.effective_date.date()),
            debit_item: row.debit_item.to_string(),
            debit_document,
            debit_number,
            credit_item: row.credit_item.to_string(),
            credit_document,
            credit_number,
            amount: MoneyView::new(row.amount, row.currency),
            reverses: row.reverses.map(|id| id.to_string()),
            undone_by: undone_by.map(|id| id.to_string()),
            proposal: row.proposal.map(|id| id.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::v1::dto::parse;

    #[test]
    fn amounts_are_exact_in_their_currency() {
        let body = |amount: &str, part: &str| {
            let text = format!(
                r#"{{"customer":"C1","amount":{{"amount":"{amount}","currency":"CNY"}},"value_date":"2026-11-05",
                "allocations":[{{"item":"item_00000000000000000000000000000007","amount":"{part}"}}]}}"#
            );
            parse::<ReceiptBody>(text.as_bytes()).and_then(RecordReceipt::try_from)
        };
        let good = body("10.50", "0.5").unwrap();
        assert_eq!(
            (good.amount.minor().get(), good.allocations.first().unwrap().amount.unwrap().get()),
            (1050, 50)
        );
        assert_eq!(body("10.505", "1").unwrap_err().pointer, "/amount/amount");
        assert_eq!(body("10.50", "0.001").unwrap_err().pointer, "/allocations/0/amount");
    }
}
