//! Typed ids, one per noun: a UUID (version 7) inside, `inv_…` outside. A wrong kind does not compile, and
//! does not parse.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;
use uuid::Uuid;

/// Text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text:?} is not an id of the form {prefix}_ followed by 32 hexadecimal digits")]
pub struct IdError {
    pub text: String,
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Uuid);

            impl $name {
                pub const PREFIX: &'static str = $prefix;
                pub const fn new(uuid: Uuid) -> Self {
                    $name(uuid)
                }
                pub const fn uuid(self) -> Uuid {
                    self.0
                }
                pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                    Uuid::from_slice(bytes).ok().map($name)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, concat!($prefix, "_{}"), self.0.simple())
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }

            impl FromStr for $name {
                type Err = IdError;
                fn from_str(text: &str) -> Result<Self, IdError> {
                    parse(text, $prefix).map($name)
                }
            }
        )*
        /// Every kind of id: prefix and noun. Prefixes are never reused.
        pub const REGISTRY: &[(&str, &str)] = &[$(($prefix, stringify!($name))),*];
    };
}

fn parse(text: &str, prefix: &'static str) -> Result<Uuid, IdError> {
    let refuse = || IdError { text: text.chars().take(48).collect(), prefix };
    let hex = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or_else(refuse)?;
    if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Err(refuse());
    }
    Uuid::try_parse(hex).map_err(|_| refuse())
}

ids! {
    CompanyId = "co";
    UserId = "usr";
    TokenId = "tok";
    /// Somebody who logged in, until she logs out or is away too long.
    SessionId = "ses";
    /// Who is one person in several companies.
    PersonId = "psn";
    CustomerId = "cus";
    /// A key that encrypts personal data; destroying it erases them.
    KeyId = "key";
    BlobId = "blob";
    DocumentId = "doc";
    EntryId = "ent";
    OpenItemId = "item";
    AllocationId = "alc";
    BankAccountId = "ba";
    BankFileId = "bf";
    BankStatementId = "bs";
    BankLineId = "bl";
    ProposalId = "prp";
    ToleranceId = "tol";
    /// Money in suspense (待查款).
    SuspenseId = "sus";
    /// What was done with money in suspense.
    SuspenseMoveId = "smv";
    /// What moved between accounts of the company, or was taken from one as a fee.
    BankMoveId = "bmv";
    StatementId = "stm";
    StatementRunId = "run";
    ArtefactId = "art";
    BindingId = "bnd";
    InvocationId = "call";
    /// Goods or a service of the catalogue; `item` is the prefix of open items.
    ItemId = "sku";
    ImportId = "imp";
    JobId = "job";
    EventId = "evt";
    DraftId = "dft";
    AttachmentId = "att";
    /// A bill of exchange (承兑汇票).
    BillId = "bill";
    DeliveryId = "dlv";
    /// What became of a part of a delivery.
    DeliveryLinkId = "dlk";
    TaxInvoiceId = "tin";
    ContactId = "con";
    MergeId = "mrg";
    /// A change of bank details (银行账号) that another person decides.
    BankDetailChangeId = "bdc";
    /// The moving back of a lock that another person decides.
    PeriodUnlockId = "plu";
    /// What a customer says she does not owe (异议).
    DisputeId = "dsp";
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_id_prints_and_parses_as_its_own_kind_only() {
        let id = CustomerId::new(Uuid::from_u128(7));
        let text = id.to_string();
        assert_eq!(text, "cus_00000000000000000000000000000007");
        assert_eq!(text.parse::<CustomerId>().unwrap(), id);
        assert!(text.parse::<DocumentId>().is_err());
        for bad in [
            "",
            "cus",
            "cus_",
            "cus_7",
            "cus_0000000000000000000000000000000G",
            "CUS_00000000000000000000000000000007",
        ] {
            assert!(bad.parse::<CustomerId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes_are_unique() {
        let mut seen: Vec<_> = REGISTRY.iter().map(|(prefix, _)| prefix).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), REGISTRY.len());
    }
}
