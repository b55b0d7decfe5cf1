//! The close of a period.

diesel::table! {
    use crate::types::columns::*;

    closes (company, period) {
        company -> Id,
        period -> Day,
        opened_by -> Text,
        opened_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    close_items (company, period, item) {
        company -> Id,
        period -> Day,
        item -> Code,
        owner -> Nullable<Id>,
        due_date -> Day,
        mandatory -> Bool,
        version -> BigInt,
        freed_by -> Nullable<Text>,
        freed_for -> Nullable<Text>,
        freed_salt -> Nullable<Hash>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    close_records (company, period, item, n) {
        company -> Id,
        period -> Day,
        item -> Code,
        n -> Ordinal,
        act -> Code,
        finding -> Nullable<Json>,
        known_at -> Nullable<Count>,
        words -> Nullable<Text>,
        words_salt -> Nullable<Hash>,
        done_by -> Text,
        done_at -> Moment,
    }
}
