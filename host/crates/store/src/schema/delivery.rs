//! Deliveries and tax invoices.

diesel::table! {
    use crate::types::columns::*;

    delivery_settings (company) {
        company -> Id,
        accounting -> Code,
        per -> Code,
        orders_become -> Code,
        set_by -> Text,
        set_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    billing_rules (company, customer) {
        company -> Id,
        customer -> Id,
        per -> Code,
        orders_become -> Code,
        set_by -> Text,
        set_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    deliveries (company, id) {
        company -> Id,
        id -> Id,
        number -> Text,
        external_id -> Nullable<Text>,
        customer -> Id,
        currency -> Iso4217,
        delivered_on -> Day,
        net -> Amount,
        document -> Nullable<Id>,
        returns -> Nullable<Id>,
        purchase_order -> Nullable<Text>,
        text -> Nullable<Text>,
        text_commitment -> Hash,
        text_salt -> Nullable<Binary>,
        digest -> Hash,
        seal_ref -> Id,
        created_by -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    delivery_lines (company, delivery, line) {
        company -> Id,
        delivery -> Id,
        line -> Ordinal,
        description -> Nullable<Text>,
        unit -> Nullable<Text>,
        quantity -> Exact,
        unit_price -> Exact,
        category -> Text,
        supply -> Text,
        net -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    returned_lines (company, delivery, line) {
        company -> Id,
        delivery -> Id,
        line -> Ordinal,
        document -> Id,
        document_line -> Ordinal,
    }
}

diesel::table! {
    use crate::types::columns::*;

    delivery_links (company, id) {
        company -> Id,
        id -> Id,
        delivery -> Id,
        line -> Ordinal,
        kind -> Code,
        document -> Nullable<Id>,
        document_line -> Nullable<Ordinal>,
        returned_by -> Nullable<Id>,
        quantity -> Exact,
        amount -> Amount,
        effective_date -> Day,
        seal_ref -> Id,
        undoes -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    deferrals (company, document, line, seal_ref) {
        company -> Id,
        document -> Id,
        line -> Ordinal,
        seal_ref -> Id,
        currency -> Iso4217,
        quantity -> Exact,
        amount -> Amount,
        base -> Amount,
        effective_date -> Day,
    }
}

diesel::table! {
    use crate::types::columns::*;

    tax_invoices (company, id) {
        company -> Id,
        id -> Id,
        number -> Text,
        code -> Text,
        kind -> Code,
        customer -> Id,
        currency -> Iso4217,
        issued_on -> Day,
        net -> Amount,
        tax -> Amount,
        gross -> Amount,
        original -> Nullable<Id>,
        confirmation -> Nullable<Text>,
        reason -> Nullable<Text>,
        buyer_name -> Nullable<Text>,
        buyer_tax_id -> Nullable<Text>,
        text_commitment -> Hash,
        text_salt -> Nullable<Binary>,
        digest -> Hash,
        seal_ref -> Id,
        voided_on -> Nullable<Day>,
        voided_ref -> Nullable<Id>,
        created_by -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    tax_invoice_links (company, tax_invoice, document) {
        company -> Id,
        tax_invoice -> Id,
        document -> Id,
        amount -> Amount,
        effective_date -> Day,
        seal_ref -> Id,
    }
}

diesel::table! {
    use crate::types::columns::*;

    red_confirmations (company, document) {
        company -> Id,
        document -> Id,
        number -> Nullable<Text>,
        reason -> Nullable<Text>,
        commitment -> Nullable<Hash>,
        salt -> Nullable<Binary>,
    }
}
