//! Drafts, what a company wants approved, attachments.

diesel::table! {
    use crate::types::columns::*;

    drafts (company, id) {
        company -> Id,
        id -> Id,
        kind -> Text,
        state -> Code,
        key -> Id,
        body -> Binary,
        customer -> Nullable<Id>,
        currency -> Nullable<Iso4217>,
        amount -> Nullable<Amount>,
        effective_date -> Nullable<Day>,
        given -> Ordinal,
        prepared_by -> Text,
        submitted_by -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        document -> Nullable<Id>,
        created_at -> Moment,
        updated_at -> Moment,
        version -> BigInt,
        counted -> Nullable<Amount>,
        reverses -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    draft_acts (company, draft, n) {
        company -> Id,
        draft -> Id,
        n -> Ordinal,
        act -> Code,
        person -> Text,
        at -> Moment,
        reason -> Nullable<Text>,
        exception -> Bool,
    }
}

diesel::table! {
    use crate::types::columns::*;

    approval_rules (company, n) {
        company -> Id,
        n -> Ordinal,
        kind -> Text,
        currency -> Nullable<Iso4217>,
        from_amount -> Amount,
        approvals -> Ordinal,
        role -> Nullable<Text>,
        post_on_approval -> Bool,
        binds_integrators -> Bool,
        binds -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    exceptions (company, event) {
        company -> Id,
        event -> Id,
        subject -> Text,
        customer -> Id,
        person -> Text,
        at -> Moment,
        reason -> Nullable<Text>,
        salt -> Nullable<Binary>,
        commitment -> Hash,
        submission -> Nullable<Ordinal>,
        granted_by -> Text,
        first_period -> Nullable<Day>,
        last_period -> Nullable<Day>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    attachments (company, id) {
        company -> Id,
        id -> Id,
        draft -> Nullable<Id>,
        document -> Nullable<Id>,
        blob -> Id,
        file_name -> Binary,
        created_by -> Text,
        created_at -> Moment,
    }
}
