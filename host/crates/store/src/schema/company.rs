//! Companies, their people and keys, and what counts for all their documents.

diesel::table! {
    use crate::types::columns::*;

    companies (id) {
        id -> Id,
        code -> Text,
        name -> Text,
        country -> Text,
        jurisdiction -> Text,
        base_currency -> Iso4217,
        time_zone -> Text,
        locale -> Text,
        taxpayer_status -> Text,
        tax_scheme -> Nullable<Text>,
        tax_id -> Nullable<Text>,
        address -> Json,
        retention_years -> Ordinal,
        version -> BigInt,
        created_at -> Moment,
        settings -> Hash,
    }
}

diesel::table! {
    use crate::types::columns::*;

    keys (company, id) {
        company -> Id,
        id -> Id,
        kind -> Code,
        wrapped -> Nullable<Binary>,
        created_at -> Moment,
        destroyed_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    key_parties (company, key, customer) {
        company -> Id,
        key -> Id,
        customer -> Id,
    }
}

diesel::table! {
    use crate::types::columns::*;

    blobs (company, id) {
        company -> Id,
        id -> Id,
        key -> Id,
        media_type -> Text,
        size -> Count,
        commitment -> Hash,
        salt -> Binary,
        bytes -> Binary,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    users (company, id) {
        company -> Id,
        id -> Id,
        login -> Text,
        name -> Text,
        roles -> Json,
        active -> Bool,
        created_at -> Moment,
        person -> Nullable<Id>,
        behind -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    tokens (company, id) {
        company -> Id,
        id -> Id,
        owner -> Id,
        label -> Text,
        hash -> Hash,
        created_at -> Moment,
        expires_at -> Nullable<Moment>,
        revoked_at -> Nullable<Moment>,
        issued_by -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    series (company, code) {
        company -> Id,
        code -> Text,
        next -> BigInt,
        first -> Count,
        kind -> Nullable<Text>,
        last_date -> Nullable<Day>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    fx_rates (company, source_currency, target_currency, date) {
        company -> Id,
        source_currency -> Iso4217,
        target_currency -> Iso4217,
        date -> Day,
        rate -> Exact,
        source -> Text,
    }
}

diesel::table! {
    use crate::types::columns::*;

    period_locks (company, kind) {
        company -> Id,
        kind -> Code,
        through -> Day,
        set_by -> Text,
        set_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    period_unlocks (company, id) {
        company -> Id,
        id -> Id,
        kind -> Code,
        locked -> Day,
        through -> Day,
        state -> Code,
        reason -> Nullable<Text>,
        refusal -> Nullable<Text>,
        words_salt -> Nullable<Hash>,
        proposed_by -> Text,
        proposed_at -> Moment,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    tolerances (company, id) {
        company -> Id,
        id -> Id,
        customer -> Nullable<Id>,
        currency -> Iso4217,
        role -> Text,
        amount -> Amount,
        permille -> Ordinal,
        set_by -> Text,
        set_at -> Moment,
        version -> BigInt,
        monthly -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    role_limits (company, role, currency, kind) {
        company -> Id,
        role -> Text,
        currency -> Iso4217,
        kind -> Text,
        amount -> Amount,
        set_by -> Text,
        set_at -> Moment,
    }
}
