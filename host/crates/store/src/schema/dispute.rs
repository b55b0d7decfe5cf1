//! Disputes of open items.

diesel::table! {
    use crate::types::columns::*;

    disputes (company, id) {
        company -> Id,
        id -> Id,
        item -> Id,
        customer -> Id,
        amount -> Amount,
        currency -> Iso4217,
        reason -> Code,
        state -> Code,
        opened_on -> Day,
        text -> Nullable<Text>,
        text_salt -> Nullable<Hash>,
        opened_event -> Id,
        opened_by -> Text,
        opened_at -> Moment,
        resolved_on -> Nullable<Day>,
        answer -> Nullable<Text>,
        answer_salt -> Nullable<Hash>,
        resolved_event -> Nullable<Id>,
        resolved_by -> Nullable<Text>,
        resolved_at -> Nullable<Moment>,
    }
}
