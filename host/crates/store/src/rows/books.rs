//! How a company keeps its books: chart, series, vouchers.

use crate::types::VoidReason;
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{CompanyId, EntryId};
use domain::series::Reset;
use domain::time::Instant;
use domain::voucher::{ReversalStyle, Sort, Sorts};

row! {
    /// What was chosen; a company without has what is usual.
    Books in books {
        company: CompanyId,
        /// Of a fiscal year: 1 to 12.
        first_month: u32,
        voucher_sorts: Sorts,
        reversal_style: ReversalStyle,
        set_by: String,
        set_at: Instant,
    }
}

row! {
    /// The account of a role from a day on, or one of the company's own.
    ChartLine in chart_lines {
        company: CompanyId,
        /// A name of `domain::ledger::account::ROLES`, or of `OWN`.
        role: String,
        /// Empty: the role itself. Of an own account its code.
        part: String,
        valid_from: NaiveDate,
        code: String,
        zh: String,
        en: String,
        set_by: String,
        set_at: Instant,
        /// Of an own account, where it was said.
        class: Option<String>,
    }
}

row! {
    /// How documents of a kind are numbered.
    SeriesRule in series_rules {
        company: CompanyId,
        kind: String,
        prefix: String,
        reset: Reset,
        chronological: bool,
        set_by: String,
        set_at: Instant,
    }
}

row! {
    /// A number that no document has, or ever will have.
    SeriesVoid in series_voids {
        company: CompanyId,
        /// Of the series.
        code: String,
        number: u64,
        kind: String,
        reason: VoidReason,
        /// A code, as that of a memo.
        reference: Option<String>,
        voided_by: String,
        voided_at: Instant,
    }
}

row! {
    /// The number of an entry in its month.
    Voucher in vouchers {
        company: CompanyId,
        /// The month's last day.
        period: NaiveDate,
        sort: Sort,
        number: u64,
        entry: EntryId,
        /// Of the entry in the chain.
        position: u64,
        /// It takes something back.
        red: bool,
    }
}

row! {
    /// That the vouchers of a month were handed over.
    VoucherExport in voucher_exports {
        company: CompanyId,
        period: NaiveDate,
        n: u32,
        vouchers: u64,
        position: u64,
        digest: Digest,
        exported_by: String,
        exported_at: Instant,
    }
}
