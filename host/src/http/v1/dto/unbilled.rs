//! Reports of what waits for its other side.

use super::leaf::{Date, Decimal, MoneyView};
use super::report::{PartyView, ReportHeadView};
use app::report::{TaxInvoicedReport, UnbilledReport};
use serde::Serialize;
use utoipa::ToSchema;

/// What was delivered and not billed, and what was billed and not delivered.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnbilledReportView {
    pub report: ReportHeadView,
    pub rows: Vec<UnbilledRowView>,
    pub totals: Vec<UnbilledTotalView>,
}

/// A line with what of it waits; of a return negative.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnbilledRowView {
    /// delivered-not-billed | billed-not-delivered
    pub state: String,
    pub customer: PartyView,
    /// Of the delivery or the invoice.
    pub number: String,
    /// Number of the slip, or of the order.
    pub reference: Option<String>,
    pub date: Date,
    pub days: i64,
    pub line: u32,
    pub description: Option<String>,
    pub quantity: Decimal,
    /// Without tax.
    pub amount: MoneyView,
    /// Whether the ledger has it: as an unbilled receivable (应收未开票), or where it is billed as a contract liability (合同负债).
    pub accrued: bool,
}

/// By currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnbilledTotalView {
    /// The balance of the control account.
    pub accrued: MoneyView,
    pub not_accrued: MoneyView,
    /// The balance of the contract liability.
    pub deferred: MoneyView,
    /// Billed, not delivered, and in revenue.
    pub not_delivered: MoneyView,
}

impl From<UnbilledReport> for UnbilledReportView {
    fn from(of: UnbilledReport) -> Self {
        let row = |row: app::report::UnbilledRow| UnbilledRowView {
            state: row.side.name().to_owned(),
            customer: row.party.into(),
            number: row.number,
            reference: row.reference,
            date: Date(row.date),
            days: row.days,
            line: row.line,
            description: row.description,
            quantity: Decimal(row.quantity),
            amount: MoneyView::new(row.amount, row.currency),
            accrued: row.accrued,
        };
        let total = |sum: app::report::UnbilledTotal| UnbilledTotalView {
            accrued: MoneyView::new(sum.accrued, sum.currency),
            not_accrued: MoneyView::new(sum.not_accrued, sum.currency),
            deferred: MoneyView::new(sum.deferred, sum.currency),
            not_delivered: MoneyView::new(sum.not_delivered, sum.currency),
        };
        UnbilledReportView {
            report: (&of.head).into(),
            rows: of.rows.into_iter().map(row).collect(),
            totals: of.totals.into_iter().map(total).collect(),
        }
    }
}

/// Documents and tax invoices without each other, whole or in part.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxInvoicedReportView {
    pub report: ReportHeadView,
    pub rows: Vec<TaxInvoicedRowView>,
    pub totals: Vec<TaxInvoicedTotalView>,
}

/// Credit notes and red-letter ones are negative.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxInvoicedRowView {
    /// document | tax-invoice: which is without the other
    pub without: String,
    pub customer: PartyView,
    pub kind: String,
    pub number: String,
    pub date: Date,
    pub gross: MoneyView,
    pub linked: MoneyView,
    pub missing: MoneyView,
    /// Of a document: the number of the tax invoice (发票号码) that it names.
    pub tax_invoice_number: Option<String>,
    /// Of a document that names one: whether a tax invoice with that number is recorded.
    pub recorded: Option<bool>,
}

/// What is missing, by currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxInvoicedTotalView {
    pub documents: MoneyView,
    pub tax_invoices: MoneyView,
}

impl From<TaxInvoicedReport> for TaxInvoicedReportView {
    fn from(of: TaxInvoicedReport) -> Self {
        let row = |row: app::report::TaxInvoicedRow| {
            let money = |amount| MoneyView::new(amount, row.currency);
            let (tax_invoice_number, recorded) = row.named.unzip();
            TaxInvoicedRowView {
                tax_invoice_number,
                recorded,
                without: row.side.name().to_owned(),
                kind: row.kind,
                number: row.number,
                date: Date(row.date),
                gross: money(row.gross),
                linked: money(row.linked),
                missing: money(row.missing),
                customer: row.party.into(),
            }
        };
        let total = |sum: app::report::TaxInvoicedTotal| TaxInvoicedTotalView {
            documents: MoneyView::new(sum.documents, sum.currency),
            tax_invoices: MoneyView::new(sum.tax_invoices, sum.currency),
        };
        TaxInvoicedReportView {
            report: (&of.head).into(),
            rows: of.rows.into_iter().map(row).collect(),
            totals: of.totals.into_iter().map(total).collect(),
        }
    }
}
