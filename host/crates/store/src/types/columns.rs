//! The SQL types of the columns. Our own ones exist so that domain types can be read and written as they are
//! (Rust's orphan rule allows an implementation for a foreign type only with a type of this crate in it), and so
//! that an amount cannot be compared with a count. Underneath they are portable types of both databases.

pub use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};

use crate::conn::MultiBackend;
use diesel::query_builder::QueryId;
use diesel::sql_types::{HasSqlType, SqlType, TypeMetadata};

macro_rules! column_types {
    ($($(#[$doc:meta])* $name:ident = $sqlite:literal, $oid:literal, $array:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
        #[diesel(postgres_type(oid = $oid, array_oid = $array))]
        #[diesel(sqlite_type(name = $sqlite))]
        pub struct $name;

        impl HasSqlType<$name> for MultiBackend {
            fn metadata(lookup: &mut (dyn std::any::Any + 'static)) -> <MultiBackend as TypeMetadata>::TypeMetadata {
                MultiBackend::lookup_sql_type::<$name>(lookup)
            }
        }
    )*};
}

column_types! {
    /// A UUID: 16 bytes, `BYTEA` / `BLOB`.
    Id = "Binary", 17, 1001;
    /// A SHA-256: 32 bytes, `BYTEA` / `BLOB`.
    Hash = "Binary", 17, 1001;
    /// Minor units of a currency that stands beside it: `BIGINT` / `INTEGER`.
    Amount = "Long", 20, 1016;
    /// A count or position, never negative: `BIGINT` / `INTEGER`.
    Count = "Long", 20, 1016;
    /// A small ordinal, never negative: `INTEGER`.
    Ordinal = "Integer", 23, 1007;
    /// A decimal number as text; never summed in SQL.
    Exact = "Text", 25, 1009;
    /// An ISO 4217 code.
    Iso4217 = "Text", 25, 1009;
    /// A name out of a closed list (a CHECK stands on the column).
    Code = "Text", 25, 1009;
    /// JSON as text, for opaque data.
    Json = "Text", 25, 1009;
    /// An instant in UTC with microseconds: `TIMESTAMP` / `TEXT`.
    Moment = "Text", 1114, 1115;
    /// A calendar date: `DATE` / `TEXT`.
    Day = "Text", 1082, 1182;
}
