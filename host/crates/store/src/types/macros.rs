/// Reads and writes `$ty` as column type `$sql`, carried as `$carrier` (a type that diesel knows as `$carried`)
/// on both databases and through the connection enum.
///
/// `value` instead of `row` for types for which diesel has `Queryable` of any column type already.
macro_rules! column_type {
    ([$($generics:tt)*] $ty:ty as $sql:ident carried by $carrier:ty as $carried:ty, $to:expr, $from:expr) => {
        column_type!(value [$($generics)*] $ty as $sql carried by $carrier as $carried, $to, $from);

        impl<DB, $($generics)*> diesel::deserialize::Queryable<$crate::types::columns::$sql, DB> for $ty
        where
            DB: diesel::backend::Backend,
            $ty: diesel::deserialize::FromSql<$crate::types::columns::$sql, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
    (value [$($generics:tt)*] $ty:ty as $sql:ident carried by $carrier:ty as $carried:ty, $to:expr, $from:expr) => {
        impl<$($generics)*> diesel::serialize::ToSql<$crate::types::columns::$sql, diesel::pg::Pg> for $ty {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                let to: fn(&$ty) -> Result<$carrier, $crate::types::ValueError> = $to;
                let value = to(self)?;
                <$carrier as diesel::serialize::ToSql<$carried, diesel::pg::Pg>>::to_sql(&value, &mut out.reborrow())
            }
        }

        impl<$($generics)*> diesel::serialize::ToSql<$crate::types::columns::$sql, diesel::sqlite::Sqlite> for $ty {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
            ) -> diesel::serialize::Result {
                let to: fn(&$ty) -> Result<$carrier, $crate::types::ValueError> = $to;
                out.set_value($crate::types::SqliteCarrier::to_sqlite(to(self)?));
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl<$($generics)*> diesel::serialize::ToSql<$crate::types::columns::$sql, $crate::conn::MultiBackend> for $ty
        where
            $ty: 'static,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, $crate::conn::MultiBackend>,
            ) -> diesel::serialize::Result {
                out.set_value(($crate::types::columns::$sql, self));
                Ok(diesel::serialize::IsNull::No)
            }
        }

        column_type!(@from [$($generics)*] $ty, $sql, $carrier, diesel::pg::Pg,
            <$carrier as diesel::deserialize::FromSql<$carried, diesel::pg::Pg>>::from_sql, $from);
        column_type!(@from [$($generics)*] $ty, $sql, $carrier, diesel::sqlite::Sqlite,
            <$carrier as $crate::types::SqliteCarrier>::from_sqlite, $from);

        impl<$($generics)*> diesel::deserialize::FromSql<$crate::types::columns::$sql, $crate::conn::MultiBackend> for $ty {
            fn from_sql(
                bytes: <$crate::conn::MultiBackend as diesel::backend::Backend>::RawValue<'_>,
            ) -> diesel::deserialize::Result<Self> {
                bytes.from_sql::<Self, $crate::types::columns::$sql>()
            }
        }
    };
    (@from [$($generics:tt)*] $ty:ty, $sql:ident, $carrier:ty, $backend:ty, $read:expr, $from:expr) => {
        impl<$($generics)*> diesel::deserialize::FromSql<$crate::types::columns::$sql, $backend> for $ty {
            fn from_sql(
                bytes: <$backend as diesel::backend::Backend>::RawValue<'_>,
            ) -> diesel::deserialize::Result<Self> {
                let from: fn($carrier) -> Result<$ty, $crate::types::ValueError> = $from;
                let value = $read(bytes)?;
                Ok(from(value)?)
            }
        }
    };
}

/// A closed list of names: an enum, its names as they stand in the database, and its column type.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant),*
        }

        impl $name {
            /// All values.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            /// The name in the database, the API and the export.
            pub const fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text),*
                }
            }
            /// The value of that name.
            pub fn by_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        column_type!([] $name as Code carried by String as diesel::sql_types::Text,
            |value| Ok(value.name().to_owned()),
            |text| $name::by_name(&text).ok_or_else(|| $crate::types::ValueError::of(stringify!($name), text)));
    )*};
}
