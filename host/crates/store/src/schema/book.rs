//! How a company keeps its books: chart, series, vouchers.

diesel::table! {
    use crate::types::columns::*;

    books (company) {
        company -> Id,
        first_month -> Ordinal,
        voucher_sorts -> Code,
        reversal_style -> Code,
        set_by -> Text,
        set_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    chart_lines (company, role, part, valid_from) {
        company -> Id,
        role -> Text,
        part -> Text,
        valid_from -> Day,
        code -> Text,
        zh -> Text,
        en -> Text,
        set_by -> Text,
        set_at -> Moment,
        class -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::types::columns::*;

    series_rules (company, kind) {
        company -> Id,
        kind -> Text,
        prefix -> Text,
        reset -> Code,
        chronological -> Bool,
        set_by -> Text,
        set_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    series_voids (company, code, number) {
        company -> Id,
        code -> Text,
        number -> Count,
        kind -> Text,
        reason -> Code,
        reference -> Nullable<Text>,
        voided_by -> Text,
        voided_at -> Moment,
    }
}

diesel::table! {
    use crate::types::columns::*;

    vouchers (company, period, sort, number) {
        company -> Id,
        period -> Day,
        sort -> Code,
        number -> Count,
        entry -> Id,
        position -> Count,
        red -> Bool,
    }
}

diesel::table! {
    use crate::types::columns::*;

    voucher_exports (company, period, n) {
        company -> Id,
        period -> Day,
        n -> Ordinal,
        vouchers -> Count,
        position -> Count,
        digest -> Hash,
        exported_by -> Text,
        exported_at -> Moment,
    }
}
