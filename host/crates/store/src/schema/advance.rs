//! Advances: what money on account is for, and what moves of its tax.

diesel::table! {
    use crate::types::columns::*;

    advance_settings (company) {
        company -> Id,
        category -> Nullable<Text>,
        supply -> Text,
        set_by -> Text,
        set_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    advance_items (company, item) {
        company -> Id,
        item -> Id,
        document -> Id,
    }
}

diesel::table! {
    use crate::types::columns::*;

    advance_moves (company, document, tax_line, seal_ref) {
        company -> Id,
        document -> Id,
        tax_line -> Ordinal,
        seal_ref -> Id,
        currency -> Iso4217,
        taxable -> Amount,
        exempt -> Amount,
        out_of_scope -> Amount,
        tax -> Amount,
        base_tax -> Amount,
        effective_date -> Day,
    }
}
