//! By whose hands something came into the books, and other documents as they are named.

use app::document::Hand;
use domain::ids::DocumentId;
use serde::Serialize;
use utoipa::ToSchema;

/// Who acts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hand)]
pub struct HandOut {
    /// A user's id, `policy:…` or `system`.
    pub id: String,
    /// Of a user.
    pub name: Option<String>,
}

impl From<Hand> for HandOut {
    fn from(hand: Hand) -> Self {
        HandOut { id: hand.id, name: hand.name }
    }
}

/// A document by its id and number.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumberedDocument {
    pub id: String,
    pub number: String,
}

impl From<(DocumentId, String)> for NumberedDocument {
    fn from((id, number): (DocumentId, String)) -> Self {
        NumberedDocument { id: id.to_string(), number }
    }
}
