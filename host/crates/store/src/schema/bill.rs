//! Bills of exchange, and what was done with each.

diesel::table! {
    use crate::types::columns::*;

    bills (company, id) {
        company -> Id,
        id -> Id,
        document -> Id,
        customer -> Id,
        number -> Nullable<Text>,
        drawer -> Nullable<Text>,
        acceptor -> Nullable<Text>,
        parties_commitment -> Hash,
        parties_salt -> Nullable<Binary>,
        kind -> Code,
        medium -> Code,
        currency -> Iso4217,
        face -> Amount,
        issue_date -> Day,
        maturity -> Day,
        received_on -> Day,
        item -> Id,
        credit_item -> Id,
        state -> Code,
        recourse -> Bool,
        created_at -> Moment,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::types::columns::*;

    bill_acts (company, bill, n) {
        company -> Id,
        bill -> Id,
        n -> Ordinal,
        act -> Code,
        undoes -> Nullable<Ordinal>,
        document -> Id,
        entry -> Id,
        effective_date -> Day,
        recourse -> Bool,
        done_by -> Text,
        done_at -> Moment,
    }
}
