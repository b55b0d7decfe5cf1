//! Customers.

diesel::table! {
    use crate::types::columns::*;

    customers (company, id) {
        company -> Id,
        id -> Id,
        code -> Text,
        name -> Nullable<Text>,
        country -> Text,
        region -> Nullable<Text>,
        address -> Nullable<Json>,
        currency -> Iso4217,
        locale -> Text,
        kind -> Text,
        taxpayer_status -> Text,
        tax_scheme -> Nullable<Text>,
        tax_id -> Nullable<Text>,
        email -> Nullable<Text>,
        terms_days -> Ordinal,
        terms -> Nullable<Json>,
        statement_style -> Code,
        parent -> Nullable<Id>,
        party_key -> Id,
        erased_at -> Nullable<Moment>,
        version -> BigInt,
        created_at -> Moment,
        external_id -> Nullable<Text>,
        archived_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    customer_former_names (company, customer, kind, value) {
        company -> Id,
        customer -> Id,
        kind -> Code,
        value -> Text,
    }
}

diesel::table! {
    use crate::types::columns::*;

    customer_accounts (company, customer, account) {
        company -> Id,
        customer -> Id,
        account -> Text,
        scheme -> Text,
    }
}
