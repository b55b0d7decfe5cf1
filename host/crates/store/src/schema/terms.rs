//! Terms of payment that outlive the issue of a document.

diesel::table! {
    use crate::types::columns::*;

    document_terms (company, document) {
        company -> Id,
        document -> Id,
        customer -> Id,
        basis -> Text,
        terms -> Json,
    }
}

diesel::table! {
    use crate::types::columns::*;

    instalments (company, item) {
        company -> Id,
        item -> Id,
        document -> Id,
        customer -> Id,
        n -> Ordinal,
        parts -> Ordinal,
    }
}

diesel::table! {
    use crate::types::columns::*;

    item_dues (company, item, n) {
        company -> Id,
        item -> Id,
        n -> Ordinal,
        document -> Id,
        customer -> Id,
        event -> Id,
        basis_date -> Day,
        due_date -> Nullable<Day>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    statement_confirmations (company, statement) {
        company -> Id,
        statement -> Id,
        customer -> Id,
        event -> Id,
        confirmed_on -> Day,
        confirmed_by -> Nullable<Text>,
        evidence -> Nullable<Text>,
        words_salt -> Nullable<Hash>,
        recorded_by -> Text,
        recorded_at -> Moment,
        contact -> Nullable<Id>,
        contact_customer -> Nullable<Id>,
        reason -> Nullable<Text>,
    }
}
