//! The tables as diesel sees them. A test compares this file with the live catalogues of both databases.

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

    users (company, id) {
        company -> Id,
        id -> Id,
        login -> Text,
        name -> Text,
        roles -> Json,
        active -> Bool,
        created_at -> Moment,
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
    }
}

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
        statement_style -> Code,
        parent -> Nullable<Id>,
        party_key -> Id,
        erased_at -> Nullable<Moment>,
        version -> BigInt,
        created_at -> Moment,
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

    series (company, code) {
        company -> Id,
        code -> Text,
        next -> BigInt,
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
        description -> Nullable<Text>,
        quantity -> Exact,
        unit -> Nullable<Text>,
        unit_price -> Exact,
        category -> Text,
        nature -> Text,
        net -> Amount,
        tax -> Amount,
        gross -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    tax_lines (company, document, n) {
        company -> Id,
        document -> Id,
        n -> Ordinal,
        lines -> Json,
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

diesel::table! {
    use crate::types::columns::*;

    bank_accounts (company, id) {
        company -> Id,
        id -> Id,
        number -> Text,
        scheme -> Text,
        bank -> Text,
        bic -> Nullable<Text>,
        holder -> Text,
        currency -> Iso4217,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    bank_files (company, id) {
        company -> Id,
        id -> Id,
        file_name -> Text,
        digest -> Hash,
        size -> Count,
        blob -> Id,
        invocation -> Id,
        warnings -> Json,
        imported_by -> Text,
        imported_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    bank_statements (company, id) {
        company -> Id,
        id -> Id,
        file -> Id,
        account -> Id,
        bank_id -> Text,
        sequence -> Nullable<Text>,
        start_date -> Nullable<Day>,
        end_date -> Nullable<Day>,
        currency -> Iso4217,
        opening -> Nullable<Amount>,
        closing -> Nullable<Amount>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    bank_lines (company, id) {
        company -> Id,
        id -> Id,
        statement -> Id,
        account -> Id,
        dedupe -> Text,
        entry_ordinal -> Ordinal,
        detail_ordinal -> Ordinal,
        kind -> Text,
        booking_date -> Day,
        value_date -> Nullable<Day>,
        amount -> Amount,
        credit -> Bool,
        currency -> Iso4217,
        charges -> Amount,
        payer_name -> Nullable<Text>,
        payer_account -> Nullable<Text>,
        end_to_end -> Nullable<Text>,
        structured -> Nullable<Text>,
        structured_scheme -> Nullable<Text>,
        free_text -> Nullable<Text>,
        return_reason -> Nullable<Text>,
        original_end_to_end -> Nullable<Text>,
        remittances -> Json,
        customer -> Nullable<Id>,
        remaining -> Amount,
        status -> Code,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::types::columns::*;

    proposals (company, id) {
        company -> Id,
        id -> Id,
        invocation -> Id,
        ordinal -> Ordinal,
        grp -> Ordinal,
        rank -> Ordinal,
        customer -> Nullable<Id>,
        confidence -> Text,
        score -> Ordinal,
        rule -> Text,
        residual -> Text,
        residual_amount -> Amount,
        reverses_document -> Nullable<Id>,
        reasons -> Json,
        status -> Code,
        created_by -> Text,
        created_at -> Moment,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::types::columns::*;

    proposal_lines (company, proposal, bank_line) {
        company -> Id,
        proposal -> Id,
        bank_line -> Id,
    }
}

diesel::table! {
    use crate::types::columns::*;

    proposal_allocations (company, proposal, n) {
        company -> Id,
        proposal -> Id,
        n -> Ordinal,
        bank_line -> Nullable<Id>,
        item -> Id,
        credit_item -> Nullable<Id>,
        amount -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    proposal_differences (company, proposal, n) {
        company -> Id,
        proposal -> Id,
        n -> Ordinal,
        bank_line -> Id,
        kind -> Text,
        amount -> Amount,
        currency -> Iso4217,
        item -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    statement_runs (company, id) {
        company -> Id,
        id -> Id,
        cut_off -> Day,
        known_at -> Count,
        status -> Code,
        made -> Count,
        failed -> Count,
        created_by -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    statements (company, id) {
        company -> Id,
        id -> Id,
        run -> Id,
        customer -> Id,
        number -> Text,
        version -> Ordinal,
        supersedes -> Nullable<Id>,
        previous -> Nullable<Id>,
        style -> Code,
        period_start -> Day,
        cut_off -> Day,
        known_at -> Count,
        content -> Id,
        digest -> Hash,
        status -> Code,
        fallback -> Bool,
        invocation -> Nullable<Id>,
        created_by -> Text,
        created_at -> Moment,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
        row_version -> BigInt,
    }
}

diesel::table! {
    use crate::types::columns::*;

    statement_closings (company, statement, account, currency) {
        company -> Id,
        statement -> Id,
        account -> Text,
        currency -> Iso4217,
        opening -> Amount,
        closing -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    artefacts (company, id) {
        company -> Id,
        id -> Id,
        statement -> Id,
        name -> Text,
        media_type -> Text,
        blob -> Id,
        renderer -> Text,
        pages -> Nullable<Ordinal>,
    }
}

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
    }
}

// Only these pairs are joined, always on (company, …): diesel's `joinable!` knows no composite keys.
diesel::allow_tables_to_appear_in_same_query!(
    allocations,
    bank_lines,
    customers,
    document_lines,
    documents,
    entries,
    events,
    open_items,
    postings,
    proposal_lines,
    proposals,
    seals,
    statements,
);
diesel::allow_tables_to_appear_in_same_query!(tokens, users);
diesel::allow_tables_to_appear_in_same_query!(key_parties, keys);
