//! Every refusal of `app` as a problem. The one place that does this, arm by arm: a new variant does not compile
//! until it is decided here who does what next. Those of a month's end stand in `map_close`.

use super::lead::{ledger, line_of};
use super::{Code, PluginRef, Problem};
use app::Common;
use app::audit::{ExportError, ReplayError, SampleError};
use app::bank::{BankAccountError, ImportBankFileError};
use app::customer::{ArchiveError, BalanceError, CreateCustomerError, EraseError};
use app::import::{BeginImportError, RecordError, UndoImportError};
use app::invoice::IssueInvoiceError;
use app::item::CreateItemError;
use app::opening::RecordOpeningError;
use app::plugin::{BindPluginError, DecideBindingError, InstallPluginError};
use app::receipt::RecordReceiptError;
use app::reconciliation::{ApproveProposalError, ProposeError, ReturnError};
use app::report::ReportError;
use app::statement::{DecideStatementError, RunStatementsError};
use app::vault::VaultError;
use domain::plugin::World;
use runtime::ConfigError;
use std::convert::Infallible;
use std::error::Error;
use store::StoreError;

impl From<Infallible> for Problem {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<Common> for Problem {
    fn from(error: Common) -> Self {
        let text = error.to_string();
        match error {
            Common::Forbidden { .. } => Problem::new(Code::Forbidden, text),
            Common::NotFound { .. } => Problem::new(Code::NotFound, text),
            Common::Invalid { pointer, message } => field(text, pointer, message),
            Common::Locked { date, .. } => Problem::new(Code::PeriodLocked, text).of_day(date),
            Common::Conflict { .. } => Problem::new(Code::Conflict, text),
            Common::Duplicate { .. } => Problem::new(Code::Duplicate, &text).at("/external_id", text),
            Common::Unbound { date, .. } => Problem::new(Code::PluginUnbound, text).of_day(date),
            Common::PluginRefused { world, plugin, digest, problem } => {
                let (code, subject) = (Some(problem.code), problem.subject);
                let line = subject.as_deref().filter(|_| world == World::Tax).and_then(line_of);
                let refused =
                    PluginRef { digest: Some(digest.to_string()), code, subject, ..of(world, plugin) };
                let problem = Problem::new(Code::PluginRefused, text).with_plugin(refused);
                match line {
                    Some(line) => problem.of_member(line),
                    None => problem,
                }
            }
            Common::PluginFailed { world, plugin, retryable, .. } => {
                let code = if retryable { Code::PluginLimit } else { Code::PluginFailed };
                Problem::new(code, text).with_plugin(of(world, plugin))
            }
            Common::TooEarly { .. } => field(text, "/effective_date", error),
            Common::OutOfOrder { date, .. } => Problem::new(Code::RuleRefused, text).of_day(date),
            Common::Archived { .. } => Problem::new(Code::CustomerArchived, error).at("/customer", text),
            Common::Merged { .. } => Problem::new(Code::CustomerMerged, error).at("/customer", text),
            Common::ApprovalRequired { .. } => Problem::new(Code::ApprovalRequired, text),
            Common::Vault(error) => error.into(),
            Common::Money(error) => Problem::new(Code::InvalidField, error).of_amounts(),
            Common::Canonical(error) => Problem::internal(Code::Internal, &error),
            Common::Store(error) => error.into(),
            Common::Corrupt { .. } => Problem::internal(Code::Corrupt, &error),
        }
    }
}

/// A member that is refused by a rule.
pub(super) fn field(text: String, pointer: impl Into<String>, message: impl ToString) -> Problem {
    Problem::new(Code::InvalidField, text).at(pointer, message.to_string())
}

/// A refusal of a rule that no single member is to blame for.
pub(super) fn rule(error: &dyn Error) -> Problem {
    Problem::new(Code::RuleRefused, error)
}

fn of(world: World, plugin: String) -> PluginRef {
    PluginRef { world: world.name().to_owned(), plugin, digest: None, code: None, subject: None }
}

/// What a plugin answered and the host did not accept.
fn not_accepted(world: World, plugin: &str, error: &dyn Error) -> Problem {
    Problem::new(Code::PluginAnswer, error).with_plugin(of(world, plugin.to_owned())).caused_by(error)
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Erased => Problem::new(Code::Erased, error),
            VaultError::KeyMissing => Problem::internal(Code::VaultKey, &error),
            VaultError::Broken(_) => Problem::internal(Code::Corrupt, &error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NotFound { .. } => Problem::new(Code::NotFound, error),
            StoreError::Conflict { .. } => Problem::new(Code::Conflict, error),
            StoreError::Stale { .. } => Problem::header(Code::PreconditionFailed, "If-Match", error),
            // the constraint names tables: for the log
            StoreError::Unique { .. } => Problem::internal(Code::Duplicate, &error),
            StoreError::ForeignKey { .. } => Problem::new(Code::RuleRefused, error),
            StoreError::Busy { .. } => Problem::internal(Code::Busy, &error),
            StoreError::Url { .. } | StoreError::Unavailable { .. } => {
                Problem::internal(Code::Unavailable, &error)
            }
            StoreError::Corrupt { .. } => Problem::internal(Code::Corrupt, &error),
            StoreError::Database(_) => Problem::internal(Code::Internal, &error),
        }
    }
}

impl From<CreateCustomerError> for Problem {
    fn from(error: CreateCustomerError) -> Self {
        match error {
            CreateCustomerError::Common(common) => common.into(),
            CreateCustomerError::BankDetails(inner) => inner.into(),
            CreateCustomerError::CodeTaken(_) => Problem::new(Code::CodeTaken, &error).at("/code", error),
            CreateCustomerError::ExternalIdTaken(_) => {
                Problem::new(Code::Duplicate, &error).at("/external_id", error)
            }
        }
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Common(common) => common.into(),
            ArchiveError::Archived(_) | ArchiveError::NotArchived(_) => Problem::new(Code::State, error),
        }
    }
}

impl From<BalanceError> for Problem {
    fn from(error: BalanceError) -> Self {
        match error {
            BalanceError::Common(common) => common.into(),
            BalanceError::NotTiedOut { .. } => Problem::internal(Code::NotTiedOut, &error),
            BalanceError::Future { .. } => Problem::parameter("known_at", error),
        }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Common(common) => common.into(),
            // who may read the books may read where they do not hold
            ReportError::NotTiedOut { .. }
            | ReportError::ControlAccount { .. }
            | ReportError::Unbalanced { .. }
            | ReportError::Tax { .. } => Problem::new(Code::NotTiedOut, &error).caused_by(&error),
            ReportError::Future { .. } => Problem::parameter("known_at", error),
            ReportError::FromLater { .. } => Problem::parameter("from", error),
            ReportError::TooManyRows { .. } => rule(&error),
        }
    }
}

impl From<IssueInvoiceError> for Problem {
    fn from(error: IssueInvoiceError) -> Self {
        match error {
            IssueInvoiceError::Common(common) => common.into(),
            IssueInvoiceError::TaxNotAccepted { ref plugin, .. } => not_accepted(World::Tax, plugin, &error),
            IssueInvoiceError::Ledger(inner) => ledger(&inner),
            IssueInvoiceError::AdvanceChanged { .. } => rule(&error),
            IssueInvoiceError::Clears(inner) => inner.into(),
            IssueInvoiceError::NoRate { .. } => Problem::new(Code::NoRate, &error).at("/fx", error),
            IssueInvoiceError::RedConfirmationMissing { .. } => {
                Problem::new(Code::RedConfirmation, &error).at("/red_confirmation", error)
            }
            IssueInvoiceError::ExceedsLine { index, .. }
            | IssueInvoiceError::ExceedsLineTax { index, .. } => {
                field(error.to_string(), format!("/lines/{index}"), error)
            }
            IssueInvoiceError::OriginalMissing
            | IssueInvoiceError::OriginalUnfit { .. }
            | IssueInvoiceError::ExceedsOriginal { .. } => field(error.to_string(), "/original", error),
        }
    }
}

impl From<RecordReceiptError> for Problem {
    fn from(error: RecordReceiptError) -> Self {
        match error {
            RecordReceiptError::Common(common) => common.into(),
            RecordReceiptError::Ledger(inner) => ledger(&inner),
            RecordReceiptError::Allocation(_) => field(error.to_string(), "/allocations", error),
            RecordReceiptError::Later(later) => later.into(),
            RecordReceiptError::Taxed(inner) => inner.into(),
            RecordReceiptError::NoRate { .. } => Problem::new(Code::NoRate, &error).at("/fx", error),
        }
    }
}

impl From<CreateItemError> for Problem {
    fn from(error: CreateItemError) -> Self {
        match error {
            CreateItemError::Common(common) => common.into(),
            CreateItemError::CodeTaken(_) => Problem::new(Code::CodeTaken, &error).at("/code", error),
        }
    }
}

impl From<RecordOpeningError> for Problem {
    fn from(error: RecordOpeningError) -> Self {
        match error {
            RecordOpeningError::Common(common) => common.into(),
            RecordOpeningError::Ledger(inner) => ledger(&inner),
            RecordOpeningError::NoRate { .. } => Problem::new(Code::NoRate, &error).at("/fx", error),
        }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Common(error) => error.into(),
            RecordError::Customer(error) => error.into(),
            RecordError::Item(error) => error.into(),
            RecordError::Invoice(error) => error.into(),
            RecordError::Receipt(error) => error.into(),
            RecordError::Opening(error) => error.into(),
            RecordError::Delivery(error) => error.into(),
            RecordError::Draft(error) => Problem::from(*error),
            RecordError::SameOriginal { .. } | RecordError::OriginalInFile { .. } => {
                field(error.to_string(), "/original", error)
            }
            RecordError::TooMany => rule(&error),
        }
    }
}

impl From<BeginImportError> for Problem {
    fn from(error: BeginImportError) -> Self {
        match error {
            BeginImportError::Common(common) => common.into(),
            BeginImportError::UnderWay => Problem::new(Code::State, error),
        }
    }
}

impl From<UndoImportError> for Problem {
    fn from(error: UndoImportError) -> Self {
        match error {
            UndoImportError::Common(common) => common.into(),
            UndoImportError::AlreadyUndone(_)
            | UndoImportError::Running(_)
            | UndoImportError::Refused { .. }
            | UndoImportError::Left { .. } => Problem::new(Code::State, error),
        }
    }
}

impl From<EraseError> for Problem {
    fn from(error: EraseError) -> Self {
        match error {
            EraseError::Common(common) => common.into(),
            EraseError::Retained { .. } => Problem::new(Code::Retained, error),
            EraseError::OpenItems { .. }
            | EraseError::AlreadyErased { .. }
            | EraseError::MergeProposed { .. }
            | EraseError::TookPlaceOf { .. } => Problem::new(Code::State, error),
        }
    }
}

impl From<InstallPluginError> for Problem {
    fn from(error: InstallPluginError) -> Self {
        match error {
            InstallPluginError::Common(common) => common.into(),
            InstallPluginError::NotAdmitted(_) => {
                Problem::new(Code::ComponentRefused, &error).caused_by(&error)
            }
        }
    }
}

impl From<BindPluginError> for Problem {
    fn from(error: BindPluginError) -> Self {
        let text = error.to_string();
        match error {
            BindPluginError::Common(common) => common.into(),
            BindPluginError::WrongWorld { .. } => Problem::new(Code::WrongWorld, &error).at("/slot", error),
            BindPluginError::Config { source, .. } => config(text, source),
            BindPluginError::Ambiguous(_) => field(text, "/name", error),
        }
    }
}

impl From<DecideBindingError> for Problem {
    fn from(error: DecideBindingError) -> Self {
        match error {
            DecideBindingError::Common(common) => common.into(),
            DecideBindingError::MakerIsChecker { .. } => Problem::new(Code::MakerIsChecker, error),
            DecideBindingError::Decided(_) => Problem::new(Code::State, error),
        }
    }
}

/// A configuration that the plugin's schema or the plugin itself refuses.
fn config(text: String, error: ConfigError) -> Problem {
    match error {
        ConfigError::Schema(violations) => {
            violations.into_iter().fold(Problem::new(Code::InvalidField, text), |problem, v| {
                problem.at(format!("/config{}", v.pointer), v.message)
            })
        }
        ConfigError::Refused(problems) => problems
            .into_iter()
            .fold(Problem::new(Code::InvalidField, text), |problem, p| problem.at("/config", p)),
        ConfigError::Call(call) => {
            let code = if call.retryable() { Code::PluginLimit } else { Code::PluginFailed };
            Problem::new(code, text).caused_by(&call)
        }
        ConfigError::Canonical(canonical) => field(text, "/config", canonical),
    }
}

impl From<BankAccountError> for Problem {
    fn from(error: BankAccountError) -> Self {
        match error {
            BankAccountError::Common(common) => common.into(),
            BankAccountError::NumberTaken(_) => Problem::new(Code::CodeTaken, &error).at("/number", error),
            BankAccountError::LedgerTaken { .. } => {
                Problem::new(Code::CodeTaken, &error).at("/ledger_account", error)
            }
        }
    }
}

impl From<ImportBankFileError> for Problem {
    fn from(error: ImportBankFileError) -> Self {
        match error {
            ImportBankFileError::Common(common) => common.into(),
            ImportBankFileError::NotAccepted { ref plugin, .. } => not_accepted(World::Bank, plugin, &error),
            ImportBankFileError::File { .. }
            | ImportBankFileError::UnknownAccount { .. }
            | ImportBankFileError::Unconfirmed { .. }
            | ImportBankFileError::Currency { .. } => rule(&error),
            ImportBankFileError::Empty => Problem::new(Code::InvalidBody, error),
            ImportBankFileError::TooLarge { .. } => Problem::new(Code::BodyTooLarge, error),
        }
    }
}

impl From<ProposeError> for Problem {
    fn from(error: ProposeError) -> Self {
        match error {
            ProposeError::Common(common) => common.into(),
            ProposeError::NotAccepted { ref plugin, .. } => {
                not_accepted(World::Reconciliation, plugin, &error)
            }
        }
    }
}

impl From<ApproveProposalError> for Problem {
    fn from(error: ApproveProposalError) -> Self {
        match error {
            ApproveProposalError::Common(common) => Problem::from(common).or_at("/effective_date"),
            ApproveProposalError::MakerIsChecker { .. } => Problem::new(Code::MakerIsChecker, error),
            ApproveProposalError::Decided(_) => Problem::new(Code::State, error),
            ApproveProposalError::MoreApprovals { ref at, .. } => {
                let at = at.clone();
                Problem::new(Code::ApprovalRequired, &error).at(at, error)
            }
            ApproveProposalError::Role { .. } => Problem::new(Code::Forbidden, error),
            ApproveProposalError::NoCustomer
            | ApproveProposalError::Difference { .. }
            | ApproveProposalError::Outgoing(_)
            | ApproveProposalError::Beyond { .. }
            | ApproveProposalError::BeyondMonth { .. }
            | ApproveProposalError::BeyondRole { .. }
            | ApproveProposalError::TailLeaves { .. }
            | ApproveProposalError::LeftToPeople { .. } => rule(&error),
            ApproveProposalError::Duties(inner) => inner.into(),
            ApproveProposalError::Receipt(inner) => Problem::from(inner).or_at("/effective_date"),
            ApproveProposalError::Return(inner) => Problem::from(inner).or_at("/effective_date"),
            ApproveProposalError::Allocation(inner) => Problem::from(inner).or_at("/effective_date"),
            ApproveProposalError::Suspense(inner) => Problem::from(inner).or_at("/effective_date"),
            ApproveProposalError::Tax(inner) => inner.into(),
        }
    }
}

impl From<ReturnError> for Problem {
    fn from(error: ReturnError) -> Self {
        match error {
            ReturnError::Common(common) => common.into(),
            ReturnError::Ledger(inner) => ledger(&inner),
            ReturnError::Amount { .. } | ReturnError::Incoming(_) => rule(&error),
            ReturnError::Allocation(inner) => inner.into(),
            ReturnError::Reverse(inner) => inner.into(),
            ReturnError::AlreadyReturned { .. } => Problem::new(Code::State, error),
        }
    }
}

impl From<RunStatementsError> for Problem {
    fn from(error: RunStatementsError) -> Self {
        match error {
            RunStatementsError::Common(common) => common.into(),
            RunStatementsError::NoFont => Problem::new(Code::NoFont, error),
            RunStatementsError::FutureCutOff(_) => field(error.to_string(), "/cut_off", error),
            RunStatementsError::EndsBeforeItBegins { .. } => field(error.to_string(), "/period_start", error),
        }
    }
}

impl From<DecideStatementError> for Problem {
    fn from(error: DecideStatementError) -> Self {
        match error {
            DecideStatementError::Common(common) => common.into(),
            DecideStatementError::MakerIsChecker { .. } => Problem::new(Code::MakerIsChecker, error),
            DecideStatementError::Decided(_) | DecideStatementError::StoodOn { .. } => {
                Problem::new(Code::State, error)
            }
        }
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Common(common) => common.into(),
            ReplayError::Erased(_) => Problem::new(Code::Erased, error),
            ReplayError::NotComputed(_) => rule(&error),
        }
    }
}

impl From<SampleError> for Problem {
    fn from(error: SampleError) -> Self {
        match error {
            // what it is asked by are parameters
            SampleError::Common(Common::Invalid { pointer, message }) => {
                Problem::parameter(pointer.trim_start_matches('/'), message)
            }
            SampleError::Common(common) => common.into(),
            SampleError::Export(export) => export.into(),
            SampleError::Future { .. } => Problem::parameter("known_at", error),
            SampleError::TooMany | SampleError::TooLarge => rule(&error),
        }
    }
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Common(common) => common.into(),
            ExportError::NotEmpty(_) | ExportError::Exists(_) => rule(&error),
            ExportError::Io { .. } => Problem::internal(Code::Internal, &error),
            ExportError::NotTiedOut { .. } => Problem::internal(Code::NotTiedOut, &error),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use app::allocation::AllocateError;
    use domain::ledger::LedgerError;
    use money::Currency;

    /// No door takes an entry: the host computes it, so that one out of balance can only come out of a use-case.
    #[test]
    fn an_entry_out_of_balance_says_where_by_how_much_and_what_to_do() {
        let unbalanced =
            || LedgerError::Unbalanced { currency: Currency::CNY, difference: "0.01".to_owned() };
        let problems = [
            Problem::from(IssueInvoiceError::from(unbalanced())),
            Problem::from(RecordReceiptError::from(unbalanced())),
            Problem::from(AllocateError::from(unbalanced())),
            Problem::from(ReturnError::from(unbalanced())),
        ];
        for problem in problems {
            assert_eq!((problem.code, problem.code.status().as_u16()), (Code::RuleRefused, 422));
            assert_eq!(problem.detail, "the entry does not balance in CNY: debits exceed credits by 0.01");
            assert!(problem.code.next().contains("correct the data"));
        }
    }
}
