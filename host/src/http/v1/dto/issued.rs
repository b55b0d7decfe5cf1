//! What issuing an invoice answers.

use super::leaf::{Date, Decimal, MoneyView};
use super::warning::WarningView;
use super::words::{ExplanationView, RequiredTextView};
use app::invoice::{IssuedAllocation, IssuedInvoice, IssuedPart};
use serde::Serialize;
use utoipa::ToSchema;

/// An invoice as it was posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedInvoiceView {
    pub id: String,
    pub number: String,
    /// Its journal entry.
    pub entry: String,
    /// The first of its open items.
    pub item: String,
    /// What is payable when, with an open item each: one, or by instalments (分期).
    pub parts: Vec<IssuedPartView>,
    /// Of a credit note that names its original: what it clears of that (核销), what is due first in front. What it does not clear
    /// stays open on its own item.
    pub allocations: Vec<IssuedAllocationView>,
    pub net: MoneyView,
    pub tax: MoneyView,
    pub gross: MoneyView,
    pub due_date: Option<Date>,
    pub taxes: Vec<IssuedTaxView>,
    pub warnings: Vec<WarningView>,
    /// What the document must say.
    pub required_texts: Vec<RequiredTextView>,
    pub explanations: Vec<ExplanationView>,
}

/// A part of what is payable.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedPartView {
    /// Its place in the terms, from 1.
    pub n: u32,
    pub item: String,
    pub amount: MoneyView,
    /// Null as long as the date is not known from which it counts.
    pub due_date: Option<Date>,
}

/// What a credit note clears of its original.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedAllocationView {
    /// Taken back by `POST /v1/allocations/{id}/undo`, or with the credit note by its reversal.
    pub id: String,
    /// An open item of the original.
    pub item: String,
    pub amount: MoneyView,
    /// The credit note's own day, or the first on which nothing else clears the item.
    pub effective_date: Date,
}

/// Tax by code.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedTaxView {
    pub code: String,
    /// A fraction: `0.13` is 13 %.
    pub rate: Decimal,
    pub base: MoneyView,
    pub amount: MoneyView,
}

impl From<IssuedInvoice> for IssuedInvoiceView {
    fn from(issued: IssuedInvoice) -> Self {
        let tax =
            |(code, rate, base, amount): (String, rust_decimal::Decimal, money::Money, money::Money)| {
                IssuedTaxView { code, rate: Decimal(rate), base: base.into(), amount: amount.into() }
            };
        let part = |part: IssuedPart| IssuedPartView {
            n: part.n,
            item: part.item.to_string(),
            amount: part.amount.into(),
            due_date: part.due_date.map(Date),
        };
        let allocation = |made: IssuedAllocation| IssuedAllocationView {
            id: made.id.to_string(),
            item: made.item.to_string(),
            amount: made.amount.into(),
            effective_date: Date(made.effective_date),
        };
        IssuedInvoiceView {
            id: issued.id.to_string(),
            number: issued.number,
            entry: issued.entry.to_string(),
            item: issued.item.to_string(),
            parts: issued.parts.into_iter().map(part).collect(),
            allocations: issued.allocations.into_iter().map(allocation).collect(),
            net: issued.net.into(),
            tax: issued.tax.into(),
            gross: issued.gross.into(),
            due_date: issued.due_date.map(Date),
            taxes: issued.taxes.into_iter().map(tax).collect(),
            warnings: issued.words.warnings.into_iter().map(WarningView::from).collect(),
            required_texts: issued.words.required_texts.into_iter().map(RequiredTextView::from).collect(),
            explanations: issued.words.explanations.into_iter().map(ExplanationView::from).collect(),
        }
    }
}
