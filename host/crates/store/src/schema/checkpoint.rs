diesel::table! {
    use crate::types::columns::*;

    checkpoints (company, as_of) {
        company -> Id,
        as_of -> Day,
        known_at -> Count,
        heads -> Binary,
    }
}

diesel::table! {
    use crate::types::columns::*;

    checkpoint_lots (company, as_of, n) {
        company -> Id,
        as_of -> Day,
        n -> Ordinal,
        bytes -> Binary,
    }
}
