//! Rows of what is under way beside the books.

use super::list::{count, flag, moment, some, text};
use crate::http::v1::dto::import::ImportRowOut;
use app::attachment::AttachmentView;
use app::audit::LoggedEvent;
use app::close::ItemView;
use app::dispute::DisputeView;
use app::draft::DraftView;
use app::exception::ExceptionView;
use app::import::{ImportView, RowView};
use app::list::{Party, Work};
use domain::close::Month;
use sheets::write::Value;
use store::rows::{BankDetailChange, CustomerMerge, Job, PeriodUnlock};

pub(super) fn work_row(row: Work) -> Vec<Value> {
    match row {
        Work::Group { group, customers } => vec![some(group), count(customers)],
        Work::Merge { merge, source, target } => merge_row(merge, source, target),
        Work::BankDetail { change, party, account } => {
            bank_detail_row(*change, party.unwrap_or_default(), account)
        }
        Work::Dispute { view, party } => dispute_row(*view, party),
        Work::Exception { view, party } => exception_row(*view, party),
        Work::Unlock(row) => unlock_row(*row),
        Work::Draft(view) => draft_row(*view),
        Work::Attachment { view, document } => attachment_row(view, document),
        Work::Import(view) => import_row(*view),
        Work::ImportRow { kind, subject, row } => {
            let import = row.import;
            let shown = ImportRowOut::from(RowView { row, subject, label: None });
            vec![
                text(import),
                text(kind),
                count(shown.n),
                count(shown.first_row),
                count(shown.last_row),
                text(shown.subject),
                text(shown.status),
            ]
        }
        Work::Job(job) => job_row(*job),
        Work::CloseItem(month, item) => {
            let mut row = vec![text(month)];
            row.extend(close_item_row(*item));
            row
        }
        Work::Clearing(found) => {
            let currency = found.account.currency;
            vec![
                text(found.account.number),
                text(found.account.bank),
                text(found.account.ledger),
                text(currency),
                Value::Money(found.balance, currency),
                found.stated.map_or(Value::Empty, |(_, amount)| Value::Money(amount, currency)),
                Value::date(found.stated.map(|(day, _)| day)),
                count(found.unsettled),
            ]
        }
        Work::SuspenseTotal(total) => vec![
            text(total.currency),
            Value::Money(total.items, total.currency),
            Value::Money(total.ledger, total.currency),
            flag(total.ties()),
        ],
    }
}

fn merge_row(row: CustomerMerge, source: Party, target: Party) -> Vec<Value> {
    vec![
        text(row.id),
        text(row.state),
        text(source.code),
        some(source.name),
        text(target.code),
        some(target.name),
        Value::Date(row.effective_date),
        text(row.proposed_by),
        moment(row.proposed_at),
        some(row.decided_by),
        moment(row.decided_at),
        some(row.undone_by),
        moment(row.undone_at),
    ]
}

/// Without the details: who may read them asks for the change.
fn bank_detail_row(row: BankDetailChange, party: Party, account: Option<String>) -> Vec<Value> {
    vec![
        text(row.id),
        text(row.state),
        text(party.code),
        some(party.name),
        some(account),
        text(row.proposed_by),
        moment(row.proposed_at),
        some(row.decided_by),
        moment(row.decided_at),
    ]
}

fn dispute_row(view: DisputeView, party: Party) -> Vec<Value> {
    let row = view.dispute;
    vec![
        text(row.id),
        text(row.state),
        text(party.code),
        some(party.name),
        some(view.number),
        text(row.currency),
        Value::Money(row.amount, row.currency),
        text(row.reason),
        Value::Date(row.opened_on),
        some(row.text),
        text(row.opened_by),
        Value::date(row.resolved_on),
        some(row.answer),
        some(row.resolved_by),
    ]
}

fn exception_row(view: ExceptionView, party: Party) -> Vec<Value> {
    let row = view.exception;
    let period = |first: Option<_>| some(first.and_then(Month::of));
    vec![
        text(row.event),
        text(row.subject),
        text(party.code),
        some(party.name),
        period(row.first_period),
        period(row.last_period),
        text(row.person),
        text(row.granted_by),
        moment(row.at),
        some(row.reason),
    ]
}

fn unlock_row(row: PeriodUnlock) -> Vec<Value> {
    vec![
        text(row.id),
        text(row.state),
        text(row.kind),
        Value::Date(row.locked),
        Value::Date(row.through),
        some(row.reason),
        text(row.proposed_by),
        moment(row.proposed_at),
        some(row.decided_by),
        moment(row.decided_at),
    ]
}

fn draft_row(view: DraftView) -> Vec<Value> {
    let row = view.draft;
    let amount = row.amount.zip(row.currency);
    vec![
        text(row.id),
        text(view.kind.name()),
        text(row.state),
        some(view.customer_code),
        Value::date(row.effective_date),
        some(row.currency),
        amount.map_or(Value::Empty, |(amount, currency)| Value::Money(amount, currency)),
        count(row.given.into()),
        count(view.needed.approvals.into()),
        text(row.prepared_by),
        some(row.submitted_by),
        some(row.decided_by),
        some(view.number),
        moment(row.created_at),
        moment(row.updated_at),
    ]
}

fn attachment_row(view: AttachmentView, document: Option<String>) -> Vec<Value> {
    let row = view.attachment;
    vec![
        text(row.id),
        some(view.file_name),
        text(view.media_type),
        count(view.size),
        text(view.digest),
        some(row.draft),
        some(document),
        text(row.created_by),
        moment(row.created_at),
    ]
}

fn import_row(view: ImportView) -> Vec<Value> {
    let row = view.import;
    vec![
        text(row.id),
        text(row.kind),
        text(row.mode),
        text(row.status),
        some(view.file_name),
        count(row.made),
        count(row.already),
        count(row.refused),
        text(row.created_by),
        moment(row.created_at),
        moment(row.finished_at),
        some(row.undone_by),
        moment(row.undone_at),
    ]
}

fn job_row(row: Job) -> Vec<Value> {
    vec![
        text(row.id),
        text(row.kind),
        text(row.status),
        count(row.done),
        count(row.total),
        // of one that runs an erasure left a mark: that it will say nothing
        some(row.error.filter(|_| row.finished_at.is_some())),
        text(row.created_by),
        moment(row.created_at),
        moment(row.finished_at),
    ]
}

fn close_item_row(item: ItemView) -> Vec<Value> {
    let signature = item.signature().cloned();
    let (record, person) = signature.unzip();
    vec![
        text(item.row.item.name()),
        text(item.state().name()),
        some(item.owner.map(|owner| owner.login.unwrap_or(owner.id))),
        Value::Date(item.row.due_date),
        flag(item.row.mandatory),
        some(person.map(|person| person.login.unwrap_or(person.id))),
        moment(record.map(|record| record.done_at)),
    ]
}

/// An event with what it names.
pub(super) fn logged_row(logged: LoggedEvent) -> Vec<Value> {
    let LoggedEvent { position, event, person, about, amount } = logged;
    let names: Vec<String> = about.into_iter().map(|one| one.number).collect();
    vec![
        moment(event.at),
        text(event.kind),
        text(person),
        text(event.actor),
        text(event.subject),
        text(names.join(" ")),
        Value::text(amount.map(|amount| amount.currency().to_string())),
        amount.map_or(Value::Empty, |amount| Value::Money(amount.minor(), amount.currency())),
        text(event.data.0),
        position.map_or(Value::Empty, count),
        text(event.id),
    ]
}
