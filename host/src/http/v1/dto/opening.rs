//! Opening balances (期初余额).

use super::BodyError;
use super::invoice::FxBody;
use super::leaf::{CustomerName, Date, Money};
use app::opening::{RecordOpening, RecordedOpening};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An open item of the old books.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningBody {
    /// Its number in the old books, unique among opening balances.
    pub external_id: Option<String>,
    pub customer: CustomerName,
    /// Positive: the customer owes. Negative: it is owed to the customer.
    pub amount: Money,
    /// Of the old document; not after the take-over.
    pub document_date: Date,
    /// Default for what is owed: the document date plus the customer's terms.
    pub due_date: Option<Date>,
    /// Day of the take-over: from it on the item counts here.
    pub effective_date: Date,
    /// Default: the number in the old books.
    pub text: Option<String>,
    /// Default: the stored rate on or before the take-over; not needed in the base currency.
    pub fx: Option<FxBody>,
}

impl TryFrom<OpeningBody> for RecordOpening {
    type Error = BodyError;

    fn try_from(body: OpeningBody) -> Result<Self, BodyError> {
        Ok(RecordOpening {
            external_id: body.external_id,
            customer: body.customer.0,
            amount: body.amount.exact().map_err(|refused| refused.under("amount"))?,
            document_date: body.document_date.0,
            due_date: body.due_date.map(|date| date.0),
            effective_date: body.effective_date.0,
            text: body.text,
            fx: body.fx.map(Into::into),
        })
    }
}

/// An opening balance as it was posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedOpeningView {
    pub id: String,
    pub number: String,
    /// Its journal entry.
    pub entry: String,
    /// Its open item.
    pub item: String,
}

impl From<RecordedOpening> for RecordedOpeningView {
    fn from(made: RecordedOpening) -> Self {
        RecordedOpeningView {
            id: made.id.to_string(),
            number: made.number,
            entry: made.entry.to_string(),
            item: made.item.to_string(),
        }
    }
}
