//! Vouchers (记账凭证).

use super::bank::statuses;
use super::hands::HandOut;
use super::leaf::{Date, MoneyView, Month};
use super::report::PartyView;
use crate::http::page::{Page, Paging, pair_key};
use crate::reports::shown_voucher;
use app::voucher::{Exported, Numbered, VoucherLine, VoucherReport, VoucherView};
use domain::voucher::{Sides, Sort};
use money::Currency;
use serde::{Deserialize, Serialize};
use store::rows::VoucherExport;
use utoipa::ToSchema;

statuses! {
    /// What a voucher is counted with: 记, 收, 付, 转.
    SortName of Sort { General, Receipt, Payment, Transfer }
}

/// A month whose vouchers are numbered or handed over.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoucherMonthBody {
    pub period: Month,
}

/// What a run numbered.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumberedView {
    pub period: Month,
    /// By this run.
    pub numbered: u64,
    /// Vouchers of the month by now.
    pub vouchers: u64,
}

impl From<Numbered> for NumberedView {
    fn from(done: Numbered) -> Self {
        NumberedView { period: Month(done.month), numbered: done.numbered, vouchers: done.vouchers }
    }
}

/// That a month's vouchers were handed over to the general ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VoucherExport)]
pub struct VoucherExportOut {
    pub n: u32,
    /// How many there were: all of the month.
    pub vouchers: u64,
    /// Of the last of them in the chain.
    pub position: u64,
    /// Over numbers and entries: voucher-export.v1.
    pub digest: String,
    /// A user's id, or `system`.
    pub exported_by: String,
    /// RFC 3339.
    pub exported_at: String,
}

impl From<VoucherExport> for VoucherExportOut {
    fn from(row: VoucherExport) -> Self {
        VoucherExportOut {
            n: row.n,
            vouchers: row.vouchers,
            position: row.position,
            digest: row.digest.to_string(),
            exported_by: row.exported_by,
            exported_at: row.exported_at.to_string(),
        }
    }
}

impl From<Exported> for VoucherExportOut {
    fn from(done: Exported) -> Self {
        done.row.into()
    }
}

/// An amount in one of two columns; red is negative.
#[derive(Debug, Serialize, ToSchema)]
pub struct SidesView {
    pub debit: MoneyView,
    pub credit: MoneyView,
}

impl SidesView {
    fn new(sides: Sides, currency: Currency) -> Self {
        SidesView {
            debit: MoneyView::new(sides.debit, currency),
            credit: MoneyView::new(sides.credit, currency),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VoucherLineView {
    pub account: String,
    pub name_zh: Option<String>,
    pub name_en: Option<String>,
    pub customer: Option<PartyView>,
    /// In the currency of the posting.
    pub amount: SidesView,
    /// In base currency.
    pub base: SidesView,
    pub tax_code: Option<String>,
}

impl VoucherLineView {
    fn new(line: VoucherLine, base: Currency) -> Self {
        let (name_zh, name_en) = line.names.unzip();
        VoucherLineView {
            account: line.account,
            name_zh,
            name_en,
            customer: line.customer.map(Into::into),
            amount: SidesView::new(line.amount, line.currency),
            base: SidesView::new(line.base, base),
            tax_code: line.tax_code,
        }
    }
}

/// An entry as bookkeepers read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Voucher)]
pub struct VoucherOut {
    /// As 记-12: 记, or 收, 付 and 转.
    pub voucher: String,
    /// general | receipt | payment | transfer
    pub sort: String,
    /// Within month and sort, from 1, without a gap.
    pub number: u64,
    pub date: Date,
    /// Of the entry.
    pub kind: String,
    /// The number of its document.
    pub document: Option<String>,
    pub entry: String,
    /// Of the entry in the chain.
    pub position: u64,
    /// It takes something back.
    pub red: bool,
    /// Who posted it: a user's or key's id, or `system`.
    pub made_by: String,
    /// RFC 3339.
    pub made_at: String,
    /// 制单: of the draft or proposal that it came from, else who posted it.
    pub prepared_by: HandOut,
    /// 审核: who approved that last; null where nobody did beside who prepared it.
    pub approved_by: Option<HandOut>,
    pub lines: Vec<VoucherLineView>,
    /// In base currency: debit = credit.
    pub total: SidesView,
}

impl VoucherOut {
    fn new(of: VoucherView, base: Currency) -> Self {
        VoucherOut {
            voucher: shown_voucher(&of),
            sort: of.row.sort.name().to_owned(),
            number: of.row.number,
            date: Date(of.date),
            kind: of.kind,
            document: of.document,
            entry: of.row.entry.to_string(),
            position: of.row.position,
            red: of.row.red,
            made_by: of.made_by,
            made_at: of.made_at.to_string(),
            prepared_by: of.hands.prepared_by.into(),
            approved_by: of.hands.approved_by.map(HandOut::from),
            lines: of.lines.into_iter().map(|line| VoucherLineView::new(line, base)).collect(),
            total: SidesView::new(of.total, base),
        }
    }
}

/// The vouchers of a month by sort and number.
#[derive(Debug, Serialize, ToSchema)]
pub struct VouchersView {
    pub period: Month,
    /// As 2026-P11.
    pub fiscal_period: String,
    /// negative | swapped
    pub reversal_style: String,
    pub vouchers: Vec<VoucherOut>,
    /// Cursor of the next page; null on the last one.
    pub next: Option<String>,
    /// Sealed entries of the month that have no number yet: POST /v1/vouchers gives them one.
    pub waiting: u64,
    pub exports: Vec<VoucherExportOut>,
}

impl VouchersView {
    /// A page of them, out of one row more at most.
    pub(in crate::http) fn page(mut of: VoucherReport, paging: &Paging) -> Self {
        let base = of.base_currency;
        let key = |voucher: &VoucherView| pair_key(voucher.row.sort.name(), voucher.row.number);
        let rows = std::mem::take(&mut of.vouchers);
        let Page { items, next } = paging.page(rows, key, |voucher| VoucherOut::new(voucher, base));
        VouchersView { vouchers: items, next, ..VouchersView::from(of) }
    }
}

impl From<VoucherReport> for VouchersView {
    fn from(of: VoucherReport) -> Self {
        let base = of.base_currency;
        VouchersView {
            period: Month(of.month),
            fiscal_period: of.fiscal.to_string(),
            reversal_style: of.reversals.name().to_owned(),
            vouchers: of.vouchers.into_iter().map(|voucher| VoucherOut::new(voucher, base)).collect(),
            next: None,
            waiting: of.waiting,
            exports: of.exports.into_iter().map(Into::into).collect(),
        }
    }
}
