//! Plugins, bindings and calls.

diesel::table! {
    use crate::types::columns::*;

    plugins (digest) {
        digest -> Hash,
        world -> Code,
        name -> Text,
        version -> Text,
        manifest -> Json,
        bytes -> Binary,
        builtin -> Bool,
        admitted_by -> Text,
        admitted_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    bindings (company, id) {
        company -> Id,
        id -> Id,
        slot -> Text,
        digest -> Hash,
        config -> Text,
        config_digest -> Hash,
        valid_from -> Day,
        created_by -> Text,
        created_at -> Moment,
        status -> Code,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    invocations (company, id) {
        company -> Id,
        id -> Id,
        world -> Code,
        plugin -> Hash,
        config -> Text,
        config_digest -> Hash,
        input -> Id,
        input_digest -> Hash,
        output -> Id,
        output_digest -> Hash,
        fuel -> Count,
        memory_peak_bytes -> Count,
        time_us -> Count,
        engine -> Text,
        called_at -> Moment,
    }
}
