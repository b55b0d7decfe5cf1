//! Statements of account.

diesel::table! {
    use crate::types::columns::*;

    statement_runs (company, id) {
        company -> Id,
        id -> Id,
        cut_off -> Day,
        known_at -> Count,
        status -> Code,
        made -> Count,
        failed -> Count,
        created_by -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    statements (company, id) {
        company -> Id,
        id -> Id,
        run -> Id,
        customer -> Id,
        number -> Text,
        version -> Ordinal,
        supersedes -> Nullable<Id>,
        previous -> Nullable<Id>,
        style -> Code,
        period_start -> Day,
        cut_off -> Day,
        known_at -> Count,
        content -> Id,
        digest -> Hash,
        status -> Code,
        fallback -> Bool,
        invocation -> Nullable<Id>,
        created_by -> Text,
        created_at -> Moment,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
        row_version -> BigInt,
    }
}

diesel::table! {
    use crate::types::columns::*;

    statement_closings (company, statement, account, currency) {
        company -> Id,
        statement -> Id,
        account -> Text,
        currency -> Iso4217,
        opening -> Amount,
        closing -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    artefacts (company, id) {
        company -> Id,
        id -> Id,
        statement -> Id,
        name -> Text,
        media_type -> Text,
        blob -> Id,
        renderer -> Text,
        pages -> Nullable<Ordinal>,
    }
}
