//! Documents, the journal, open items, the chain.

diesel::table! {
    use crate::types::columns::*;

    documents (company, id) {
        company -> Id,
        id -> Id,
        kind -> Text,
        number -> Text,
        external_id -> Nullable<Text>,
        customer -> Id,
        currency -> Iso4217,
        document_date -> Day,
        effective_date -> Day,
        due_date -> Nullable<Day>,
        supply_date -> Nullable<Day>,
        price_mode -> Code,
        net -> Amount,
        tax -> Amount,
        gross -> Amount,
        fx_rate -> Exact,
        fx_date -> Day,
        fx_source -> Text,
        base_net -> Amount,
        base_tax -> Amount,
        base_gross -> Amount,
        original -> Nullable<Id>,
        bank_line -> Nullable<Id>,
        tax_invoice_number -> Nullable<Text>,
        purchase_order -> Nullable<Text>,
        text -> Nullable<Text>,
        text_commitment -> Hash,
        text_salt -> Nullable<Binary>,
        invocation -> Nullable<Id>,
        digest -> Hash,
        created_by -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    document_lines (company, document, line) {
        company -> Id,
        document -> Id,
        line -> Ordinal,
        parent -> Nullable<Ordinal>,
        original_line -> Nullable<Ordinal>,
        description -> Nullable<Text>,
        quantity -> Exact,
        unit -> Nullable<Text>,
        unit_price -> Exact,
        category -> Text,
        nature -> Text,
        supply -> Text,
        net -> Amount,
        tax -> Amount,
        gross -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    document_allowances (company, document, line, n) {
        company -> Id,
        document -> Id,
        line -> Ordinal,
        n -> Ordinal,
        charge -> Bool,
        fraction -> Nullable<Exact>,
        amount -> Exact,
        category -> Nullable<Text>,
        original -> Nullable<Ordinal>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    tax_lines (company, document, n) {
        company -> Id,
        document -> Id,
        n -> Ordinal,
        lines -> Json,
        allowance -> Nullable<Ordinal>,
        authority -> Text,
        kind -> Text,
        code -> Text,
        category -> Text,
        rate -> Exact,
        base -> Amount,
        exempt_base -> Amount,
        out_of_scope_base -> Amount,
        deducted -> Amount,
        amount -> Amount,
        collected_by -> Text,
        legal_reference -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    entries (company, id) {
        company -> Id,
        id -> Id,
        kind -> Text,
        effective_date -> Day,
        posted_at -> Moment,
        document -> Nullable<Id>,
        reverses -> Nullable<Id>,
        content_hash -> Hash,
        created_by -> Text,
    }
}

diesel::table! {
    use crate::types::columns::*;

    postings (company, entry, line) {
        company -> Id,
        entry -> Id,
        line -> Ordinal,
        account -> Text,
        customer -> Nullable<Id>,
        currency -> Iso4217,
        amount -> Amount,
        base -> Amount,
        item -> Nullable<Id>,
        tax_code -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    revaluations (company, entry) {
        company -> Id,
        entry -> Id,
        reversal -> Id,
        as_of -> Day,
        account -> Text,
        currency -> Iso4217,
        balance -> Amount,
        carrying -> Amount,
        value -> Amount,
        rate -> Exact,
        rate_date -> Day,
        rate_source -> Text,
    }
}

diesel::table! {
    use crate::types::columns::*;

    regroupings (company, entry) {
        company -> Id,
        entry -> Id,
        reversal -> Id,
        as_of -> Day,
        account -> Text,
        currency -> Iso4217,
        credits -> Amount,
        base_credits -> Amount,
        shown -> Amount,
        base_shown -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    open_items (company, id) {
        company -> Id,
        id -> Id,
        entry -> Id,
        customer -> Id,
        account -> Text,
        document -> Nullable<Id>,
        kind -> Text,
        sign -> Integer,
        currency -> Iso4217,
        original -> Amount,
        base_original -> Amount,
        open -> Amount,
        base_open -> Amount,
        due_date -> Nullable<Day>,
        version -> BigInt,
        due_now -> Nullable<Day>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    allocations (company, id) {
        company -> Id,
        id -> Id,
        entry -> Id,
        effective_date -> Day,
        debit_item -> Id,
        credit_item -> Id,
        currency -> Iso4217,
        amount -> Amount,
        base_debit -> Amount,
        base_credit -> Amount,
        reverses -> Nullable<Id>,
        proposal -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    unsealed (seq) {
        seq -> BigInt,
        company -> Id,
        kind -> Text,
        #[sql_name = "ref"]
        reference -> Id,
        content_hash -> Hash,
    }
}

diesel::table! {
    use crate::types::columns::*;

    seals (company, position) {
        company -> Id,
        position -> Count,
        kind -> Text,
        #[sql_name = "ref"]
        reference -> Id,
        content_hash -> Hash,
        prev_hash -> Hash,
        hash -> Hash,
    }
}

diesel::table! {
    use crate::types::columns::*;

    events (company, id) {
        company -> Id,
        id -> Id,
        kind -> Text,
        subject -> Text,
        actor -> Text,
        at -> Moment,
        data -> Json,
        seal_ref -> Id,
    }
}
