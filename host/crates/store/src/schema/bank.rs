//! Bank files and what was proposed for their lines.

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
        kind -> Text,
        ledger -> Text,
        confirmed -> Bool,
    }
}

diesel::table! {
    use crate::types::columns::*;

    bank_detail_changes (company, id) {
        company -> Id,
        id -> Id,
        customer -> Nullable<Id>,
        account -> Nullable<Id>,
        state -> Code,
        key -> Id,
        details -> Binary,
        salt -> Binary,
        commitment -> Hash,
        reason -> Nullable<Binary>,
        proposed_by -> Text,
        proposed_at -> Moment,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Moment>,
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
        legal_sequence -> Nullable<Text>,
        page -> Nullable<Ordinal>,
        last_page -> Nullable<Bool>,
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
        payer_id -> Nullable<Text>,
        ultimate_debtor -> Nullable<Text>,
        end_to_end -> Nullable<Text>,
        servicer_reference -> Nullable<Text>,
        mandate -> Nullable<Text>,
        structured -> Nullable<Text>,
        structured_scheme -> Nullable<Text>,
        free_text -> Nullable<Text>,
        return_reason -> Nullable<Text>,
        original_end_to_end -> Nullable<Text>,
        payment -> Json,
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
        invocation -> Nullable<Id>,
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
        ambiguous_with -> Json,
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

    proposal_undoings (company, proposal, n) {
        company -> Id,
        proposal -> Id,
        n -> Ordinal,
        person -> Text,
        at -> Moment,
        on_date -> Nullable<Day>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    unmatched_lines (company, bank_line) {
        company -> Id,
        bank_line -> Id,
        invocation -> Id,
        reason -> Text,
        nearest -> Json,
    }
}

diesel::table! {
    use crate::types::columns::*;

    suspense_items (company, id) {
        company -> Id,
        id -> Id,
        entry -> Id,
        origin -> Text,
        bank_line -> Nullable<Id>,
        document -> Nullable<Id>,
        proposal -> Nullable<Id>,
        currency -> Iso4217,
        amount -> Amount,
        base -> Amount,
        value_date -> Day,
        effective_date -> Day,
        created_by -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    suspense_moves (company, id) {
        company -> Id,
        id -> Id,
        item -> Id,
        entry -> Id,
        kind -> Text,
        amount -> Amount,
        base -> Amount,
        effective_date -> Day,
        document -> Nullable<Id>,
        bank_line -> Nullable<Id>,
        reverses -> Nullable<Id>,
        words -> Nullable<Text>,
        words_salt -> Nullable<Hash>,
        done_by -> Text,
        done_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    bank_moves (company, id) {
        company -> Id,
        id -> Id,
        entry -> Id,
        kind -> Text,
        from_account -> Id,
        to_account -> Nullable<Id>,
        from_line -> Nullable<Id>,
        to_line -> Nullable<Id>,
        currency -> Iso4217,
        amount -> Amount,
        effective_date -> Day,
        reverses -> Nullable<Id>,
        created_by -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    tolerated (company, proposal, kind, customer) {
        company -> Id,
        proposal -> Id,
        kind -> Text,
        customer -> Id,
        currency -> Iso4217,
        month -> Day,
        amount -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    tolerated_months (company, customer, currency, kind, month) {
        company -> Id,
        customer -> Id,
        currency -> Iso4217,
        kind -> Text,
        month -> Day,
        amount -> Amount,
    }
}

diesel::table! {
    use crate::types::columns::*;

    withholding_evidence (company, proposal, item) {
        company -> Id,
        proposal -> Id,
        item -> Id,
        currency -> Iso4217,
        amount -> Amount,
        certificate -> Nullable<Text>,
        certificate_salt -> Nullable<Hash>,
        certified_on -> Day,
        authority -> Text,
        supplied_by -> Text,
        supplied_at -> Moment,
    }
}
