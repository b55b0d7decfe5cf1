//! Reports. What `as_of` and `known_at` are is said in each, so that it can be made again.

use super::leaf::{Date, MoneyView};
use app::list::Party;
use app::report::{
    AgingAccount, AgingReport, Head, LedgerAccount, LedgerReport, TaxReport, TieOutReport,
    TrialBalanceReport, TrialBalanceTotal, UnappliedReport,
};
use domain::aging::{Basis, MissingDue};
use domain::statement::Movement;
use money::{Currency, normal_form};
use serde::Serialize;
use utoipa::ToSchema;

/// What a report is of.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportHeadView {
    /// Name of the company.
    pub company: String,
    pub base_currency: String,
    /// Code of the one customer it is of.
    pub customer: Option<String>,
    /// First day of its movements.
    pub from: Option<Date>,
    /// Effective up to this day.
    pub as_of: Date,
    /// Known at this position of the seal chain.
    pub known_at: u64,
    /// In which the last day lies, as 2026-P11: the year in which the fiscal year begins, and its month.
    pub fiscal_period: Option<String>,
}

impl From<&Head> for ReportHeadView {
    fn from(head: &Head) -> Self {
        ReportHeadView {
            company: head.company.clone(),
            base_currency: head.base_currency.code().to_owned(),
            customer: head.customer.as_ref().map(|party| party.code.clone()),
            from: head.from.map(Date),
            as_of: Date(head.as_of),
            known_at: head.known_at,
            fiscal_period: head.fiscal.map(|period| period.to_string()),
        }
    }
}

/// A customer in a report; the name is null once it is erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyView {
    pub code: String,
    pub name: Option<String>,
}

impl From<Party> for PartyView {
    fn from(party: Party) -> Self {
        PartyView { code: party.code, name: party.name }
    }
}

/// The ledger of customers with a running balance.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerReportView {
    pub report: ReportHeadView,
    pub accounts: Vec<LedgerAccountView>,
}

/// A customer's control account in one currency: opening + debit − credit = closing.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerAccountView {
    pub customer: PartyView,
    pub account: String,
    pub name_zh: Option<String>,
    pub name_en: Option<String>,
    pub opening: MoneyView,
    pub movements: Vec<MovementView>,
    pub debit: MoneyView,
    pub credit: MoneyView,
    pub closing: MoneyView,
}

/// A movement, and the balance after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovementView {
    /// Effective.
    pub date: Date,
    /// As of statements, and `reversal`.
    pub kind: String,
    pub number: String,
    pub tax_invoice_number: Option<String>,
    pub document_date: Date,
    pub due_date: Option<Date>,
    pub debit: MoneyView,
    pub credit: MoneyView,
    pub balance: MoneyView,
    pub text: String,
}

impl From<LedgerReport> for LedgerReportView {
    fn from(of: LedgerReport) -> Self {
        let report = (&of.head).into();
        LedgerReportView { report, accounts: of.accounts.into_iter().map(ledger_account).collect() }
    }
}

fn ledger_account(of: LedgerAccount) -> LedgerAccountView {
    let money = |minor| MoneyView::new(minor, of.currency);
    let (name_zh, name_en) = of.names.unzip();
    LedgerAccountView {
        name_zh,
        name_en,
        customer: of.party.into(),
        account: of.account,
        opening: money(of.opening),
        movements: of.movements.into_iter().map(|row| movement(row, of.currency)).collect(),
        debit: money(of.debit),
        credit: money(of.credit),
        closing: money(of.closing),
    }
}

fn movement(row: Movement, currency: Currency) -> MovementView {
    let money = |minor| MoneyView::new(minor, currency);
    MovementView {
        date: Date(row.posting_date),
        kind: row.kind,
        number: row.number,
        tax_invoice_number: row.tax_invoice_number,
        document_date: Date(row.document_date),
        due_date: row.due_date.map(Date),
        debit: money(row.debit),
        credit: money(row.credit),
        balance: money(row.balance),
        text: row.text,
    }
}

/// Balances of all accounts; debits are credits, in each currency and in base currency, or it is refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialBalanceView {
    pub report: ReportHeadView,
    pub accounts: Vec<AccountSumView>,
    /// By currency.
    pub totals: Vec<TotalView>,
    pub base_total: TotalView,
}

/// An account in a currency; closing = opening + debit − credit. Debit balances are positive.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountSumView {
    pub account: String,
    pub name_zh: Option<String>,
    pub name_en: Option<String>,
    pub opening: MoneyView,
    pub debit: MoneyView,
    pub credit: MoneyView,
    pub closing: MoneyView,
    pub base_opening: MoneyView,
    pub base_debit: MoneyView,
    pub base_credit: MoneyView,
    pub base_closing: MoneyView,
}

/// What moved over all accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalView {
    pub debit: MoneyView,
    pub credit: MoneyView,
}

fn total(of: TrialBalanceTotal, currency: Currency) -> TotalView {
    TotalView { debit: MoneyView::new(of.debit, currency), credit: MoneyView::new(of.credit, currency) }
}

impl From<TrialBalanceReport> for TrialBalanceView {
    fn from(of: TrialBalanceReport) -> Self {
        let base = of.head.base_currency;
        let in_base = |minor| MoneyView::new(minor, base);
        let account = |row: app::report::TrialBalanceRow| {
            let money = |minor| MoneyView::new(minor, row.sum.currency);
            let (name_zh, name_en) = row.names.unzip();
            AccountSumView {
                name_zh,
                name_en,
                opening: money(row.sum.opening),
                debit: money(row.sum.debit),
                credit: money(row.sum.credit),
                closing: money(row.closing),
                base_opening: in_base(row.sum.base_opening),
                base_debit: in_base(row.sum.base_debit),
                base_credit: in_base(row.sum.base_credit),
                base_closing: in_base(row.base_closing),
                account: row.sum.account,
            }
        };
        TrialBalanceView {
            report: (&of.head).into(),
            accounts: of.rows.into_iter().map(account).collect(),
            totals: of.totals.into_iter().map(|(currency, sum)| total(sum, currency)).collect(),
            base_total: total(of.base, base),
        }
    }
}

/// Open receivables by age.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgingView {
    pub report: ReportHeadView,
    /// due-date | document-date | fifo
    pub basis: String,
    /// `fifo` is one: what credits pay is guessed, not what was allocated.
    pub estimate: bool,
    /// Last days of the buckets after *not due*.
    pub edges: Vec<i32>,
    pub treatment: TreatmentView,
    pub accounts: Vec<AgingAccountView>,
    pub totals: Vec<AgingTotalView>,
}

/// How the ages treat what has no age of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreatmentView {
    /// apart: in `unapplied`, netted with nothing | first-in-first-out: they pay the oldest debits, what is over is `unapplied`
    pub credits: String,
    /// as-others: what is disputed ages like anything else, in its own bucket; what it is about is `disputed`
    pub disputes: String,
    /// document-date | not-due; what it is about is `without_due_date`
    pub missing_due_date: String,
}

impl TreatmentView {
    fn new(basis: Basis, missing: MissingDue) -> Self {
        let credits = if basis.is_estimate() { "first-in-first-out" } else { "apart" };
        TreatmentView {
            credits: credits.to_owned(),
            disputes: "as-others".to_owned(),
            missing_due_date: missing.name().to_owned(),
        }
    }
}

/// A customer's control account in one currency: balance = Σ ages − unapplied.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgingAccountView {
    pub customer: PartyView,
    pub account: String,
    pub balance: MoneyView,
    pub ages: Vec<AgeView>,
    /// Credits not yet applied, positive.
    pub unapplied: MoneyView,
    /// Of the balance: receivables that have no due date.
    pub without_due_date: MoneyView,
    /// 异议: of the open receivables, what the customer disputed at that day as it was known then.
    pub disputed: MoneyView,
}

/// Open receivables of one age.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgeView {
    /// not-due | 1-30 | 31-60 | 61-90 | 91+, or as the edges make them
    pub key: String,
    pub from_days: Option<i32>,
    pub to_days: Option<i32>,
    pub amount: MoneyView,
}

/// A control account over all customers of the report; `ages` in the order of the buckets.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgingTotalView {
    pub account: String,
    pub balance: MoneyView,
    pub ages: Vec<MoneyView>,
    pub unapplied: MoneyView,
    pub without_due_date: MoneyView,
    pub disputed: MoneyView,
}

impl From<AgingReport> for AgingView {
    fn from(of: AgingReport) -> Self {
        let totals = of.totals.into_iter().map(|sum| {
            let money = |minor| MoneyView::new(minor, sum.currency);
            AgingTotalView {
                balance: money(sum.balance),
                ages: sum.ages.iter().map(|age| money(*age)).collect(),
                unapplied: money(sum.unapplied),
                without_due_date: money(sum.without_due_date),
                disputed: money(sum.disputed),
                account: sum.account,
            }
        });
        AgingView {
            report: (&of.head).into(),
            basis: of.manner.basis.name().to_owned(),
            estimate: of.manner.basis.is_estimate(),
            edges: of.manner.edges.days().to_vec(),
            treatment: TreatmentView::new(of.manner.basis, of.manner.missing),
            totals: totals.collect(),
            accounts: of.accounts.into_iter().map(aging_account).collect(),
        }
    }
}

fn aging_account(of: AgingAccount) -> AgingAccountView {
    let money = |minor| MoneyView::new(minor, of.currency);
    let ages = of.aging.buckets.into_iter().map(|bucket| AgeView {
        key: bucket.key,
        from_days: bucket.from_days,
        to_days: bucket.to_days,
        amount: money(bucket.amount),
    });
    AgingAccountView {
        ages: ages.collect(),
        customer: of.party.into(),
        balance: money(of.balance),
        unapplied: money(of.aging.unapplied),
        without_due_date: money(of.without_due_date),
        disputed: money(of.disputed),
        account: of.account,
    }
}

/// Tax of documents by code and rate.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxReportView {
    pub report: ReportHeadView,
    /// As documents state it; credit notes and reversals are negative.
    pub taxes: Vec<TaxSumView>,
    /// As the tax accounts have it; empty where one customer is asked for.
    pub posted: Vec<TaxPostedView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TaxSumView {
    pub authority: String,
    pub kind: String,
    pub code: String,
    /// A fraction, as `0.13`.
    pub rate: String,
    /// Taxed.
    pub base: MoneyView,
    pub exempt: MoneyView,
    pub out_of_scope: MoneyView,
    pub tax: MoneyView,
}

/// A tax code on its account. `stated` is more than `posted` where the seller does not collect it (reverse charge).
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxPostedView {
    pub code: String,
    pub account: String,
    pub stated: MoneyView,
    pub posted: MoneyView,
    pub base_posted: MoneyView,
}

impl From<TaxReport> for TaxReportView {
    fn from(of: TaxReport) -> Self {
        let base = of.head.base_currency;
        let tax = |row: app::report::TaxRow| TaxSumView {
            authority: row.authority,
            kind: row.kind,
            code: row.code,
            rate: normal_form(row.rate),
            base: MoneyView::new(row.base, row.currency),
            exempt: MoneyView::new(row.exempt, row.currency),
            out_of_scope: MoneyView::new(row.out_of_scope, row.currency),
            tax: MoneyView::new(row.tax, row.currency),
        };
        let posted = |row: app::report::TaxPosted| TaxPostedView {
            code: row.code,
            account: row.account,
            stated: MoneyView::new(row.stated, row.currency),
            posted: MoneyView::new(row.posted, row.currency),
            base_posted: MoneyView::new(row.base_posted, base),
        };
        TaxReportView {
            report: (&of.head).into(),
            taxes: of.rows.into_iter().map(tax).collect(),
            posted: of.posted.into_iter().map(posted).collect(),
        }
    }
}

/// Credits that pay nothing yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnappliedReportView {
    pub report: ReportHeadView,
    pub items: Vec<UnappliedItemView>,
    pub totals: Vec<UnappliedTotalView>,
}

/// An open credit; open = original − applied, positive as the totals are.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnappliedItemView {
    pub customer: PartyView,
    pub account: String,
    /// Id of the open item.
    pub item: String,
    pub kind: String,
    pub number: String,
    pub document_date: Date,
    /// Since its document's date.
    pub days: i64,
    pub original: MoneyView,
    pub open: MoneyView,
}

/// Over a control account, positive.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnappliedTotalView {
    pub account: String,
    pub unapplied: MoneyView,
}

impl From<UnappliedReport> for UnappliedReportView {
    fn from(of: UnappliedReport) -> Self {
        let item = |of: app::report::UnappliedItem| UnappliedItemView {
            customer: of.party.into(),
            account: of.account,
            item: of.item.id.to_string(),
            kind: of.item.kind,
            number: of.item.number,
            document_date: Date(of.item.document_date),
            days: of.days,
            original: MoneyView::new(of.item.original.neg().unwrap_or(of.item.original), of.currency),
            open: MoneyView::new(of.item.open.neg().unwrap_or(of.item.open), of.currency),
        };
        let total = |of: app::report::UnappliedTotal| UnappliedTotalView {
            account: of.account,
            unapplied: MoneyView::new(of.unapplied, of.currency),
        };
        UnappliedReportView {
            report: (&of.head).into(),
            items: of.items.into_iter().map(item).collect(),
            totals: of.totals.into_iter().map(total).collect(),
        }
    }
}

/// Control accounts reckoned four ways.
#[derive(Debug, Serialize, ToSchema)]
pub struct TieOutView {
    pub report: ReportHeadView,
    pub holds: bool,
    pub accounts: Vec<TieOutRowView>,
    /// Customers whose rows contradict each other; the sums are without them.
    pub not_tied: Vec<NotTiedView>,
    /// By currency: credits of customers that a regrouping of the day shows as advances, beside the control accounts.
    pub regrouped: Vec<MoneyView>,
}

/// The ledger's balance of a control account, and what its customers come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct TieOutRowView {
    pub account: String,
    pub ledger: MoneyView,
    pub customers: MoneyView,
    pub open_items: MoneyView,
    pub aging: MoneyView,
    pub holds: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NotTiedView {
    pub customer: String,
    /// Which figures differ.
    pub detail: String,
}

impl From<&TieOutReport> for TieOutView {
    fn from(of: &TieOutReport) -> Self {
        let row = |row: &app::report::TieOutRow| {
            let money = |minor| MoneyView::new(minor, row.currency);
            TieOutRowView {
                account: row.account.clone(),
                ledger: money(row.ledger),
                customers: money(row.customers),
                open_items: money(row.open_items),
                aging: money(row.aging),
                holds: row.holds(),
            }
        };
        let not_tied = |of: &app::report::NotTied| NotTiedView {
            customer: of.party.code.clone(),
            detail: of.source.to_string(),
        };
        TieOutView {
            report: (&of.head).into(),
            holds: of.holds(),
            accounts: of.rows.iter().map(row).collect(),
            not_tied: of.not_tied.iter().map(not_tied).collect(),
            regrouped: of
                .regrouped
                .iter()
                .map(|(currency, shown)| MoneyView::new(*shown, *currency))
                .collect(),
        }
    }
}
