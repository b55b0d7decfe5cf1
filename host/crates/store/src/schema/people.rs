//! People who log in.

diesel::table! {
    use crate::types::columns::*;

    passwords (company, owner) {
        company -> Id,
        owner -> Id,
        hash -> Text,
        must_change -> Bool,
        set_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    sessions (company, id) {
        company -> Id,
        id -> Id,
        owner -> Id,
        hash -> Hash,
        created_at -> Moment,
        seen_at -> Moment,
        expires_at -> Moment,
        ended_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    login_failures (subject) {
        subject -> Hash,
        failures -> Ordinal,
        last_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    setup_codes (hash) {
        hash -> Hash,
        made_at -> Moment,
    }
}
