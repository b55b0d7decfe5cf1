//! Jobs, leases, idempotency keys.

diesel::table! {
    use crate::types::columns::*;

    jobs (company, id) {
        company -> Id,
        id -> Id,
        kind -> Text,
        payload -> Json,
        status -> Code,
        owner -> Nullable<Text>,
        leased_until -> Nullable<Moment>,
        attempt -> Integer,
        done -> Count,
        total -> Count,
        result -> Nullable<Json>,
        error -> Nullable<Text>,
        created_by -> Text,
        created_at -> Moment,
        finished_at -> Nullable<Moment>,
        input -> Nullable<Id>,
        problem -> Nullable<Json>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    leases (company, name) {
        company -> Id,
        name -> Text,
        owner -> Text,
        leased_until -> Moment,
        attempt -> BigInt,
    }
}

diesel::table! {
    use crate::types::columns::*;

    idempotency (company, actor, route, key) {
        company -> Id,
        actor -> Text,
        route -> Text,
        key -> Text,
        body_hash -> Hash,
        claimed_until -> Moment,
        attempt -> BigInt,
        status -> Nullable<Ordinal>,
        response -> Nullable<Id>,
        completed_at -> Nullable<Moment>,
        answer_lost -> Bool,
    }
}
