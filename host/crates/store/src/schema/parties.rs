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
        customer_group -> Nullable<Text>,
        merged_into -> Nullable<Id>,
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

diesel::table! {
    use crate::types::columns::*;

    customer_tax_ids (company, customer, scheme, number) {
        company -> Id,
        customer -> Id,
        scheme -> Text,
        number -> Text,
    }
}

diesel::table! {
    use crate::types::columns::*;

    contacts (company, id) {
        company -> Id,
        id -> Id,
        customer -> Id,
        name -> Text,
        role -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        locale -> Text,
        may_confirm -> Bool,
        active -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    customer_merges (company, id) {
        company -> Id,
        id -> Id,
        source -> Id,
        target -> Id,
        state -> Code,
        effective_date -> Day,
        archived_before -> Nullable<Moment>,
        proposed_by -> Text,
        proposed_at -> Moment,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
        undone_by -> Nullable<Text>,
        undone_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    customer_merge_items (company, merge, n) {
        company -> Id,
        merge -> Id,
        n -> Ordinal,
        entry -> Id,
        allocation -> Id,
        item -> Id,
        clearing -> Id,
        carried -> Id,
    }
}
