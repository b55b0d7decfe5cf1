//! Imports and the catalogue.

diesel::table! {
    use crate::types::columns::*;

    items (company, id) {
        company -> Id,
        id -> Id,
        code -> Text,
        name -> Text,
        unit -> Nullable<Text>,
        unit_price -> Nullable<Exact>,
        currency -> Nullable<Iso4217>,
        category -> Text,
        supply -> Text,
        created_by -> Text,
        created_at -> Moment,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::types::columns::*;

    imports (company, id) {
        company -> Id,
        id -> Id,
        kind -> Text,
        mode -> Code,
        status -> Code,
        digest -> Hash,
        about -> Id,
        made -> Count,
        already -> Count,
        refused -> Count,
        created_by -> Text,
        created_at -> Moment,
        finished_at -> Nullable<Moment>,
        undone_by -> Nullable<Text>,
        undone_at -> Nullable<Moment>,
        drafts -> Bool,
        job -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    import_rows (company, import, n) {
        company -> Id,
        import -> Id,
        n -> Count,
        first_row -> Count,
        last_row -> Count,
        digest -> Hash,
        subject -> Id,
        status -> Code,
    }
}
