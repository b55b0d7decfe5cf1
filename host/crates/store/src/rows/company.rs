//! Companies, their people and keys, and what counts for all their documents.

use crate::types::{Json, KeyKind, LockKind, UnlockState};
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{
    BlobId, CompanyId, CustomerId, KeyId, PeriodUnlockId, PersonId, TokenId, ToleranceId, UserId,
};
use domain::time::Instant;
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde_json::Value;

row! {
    /// A company whose books are kept.
    Company in companies {
        id: CompanyId,
        code: String,
        name: String,
        /// ISO 3166-1 alpha-2.
        country: String,
        jurisdiction: String,
        base_currency: Currency,
        /// IANA, as `Asia/Shanghai`.
        time_zone: String,
        /// BCP 47.
        locale: String,
        taxpayer_status: String,
        tax_scheme: Option<String>,
        tax_id: Option<String>,
        address: Json<Value>,
        /// What law retains, in years after the year of the document.
        retention_years: u32,
        version: i64,
        created_at: Instant,
    }
}

row! {
    /// A key; `wrapped` is `None` once it is destroyed.
    Key in keys {
        company: CompanyId,
        id: KeyId,
        kind: KeyKind,
        wrapped: Option<Vec<u8>>,
        created_at: Instant,
        destroyed_at: Option<Instant>,
    }
}

row! {
    /// That a customer's data stand in what a key encrypts.
    KeyParty in key_parties {
        company: CompanyId,
        key: KeyId,
        customer: CustomerId,
    }
}

row! {
    /// Encrypted bytes; `commitment` is SHA-256(salt ‖ plain bytes), the salt stands encrypted under the same key.
    Blob in blobs {
        company: CompanyId,
        id: BlobId,
        key: KeyId,
        media_type: String,
        /// Plain bytes.
        size: u64,
        commitment: Digest,
        salt: Vec<u8>,
        bytes: Vec<u8>,
        created_at: Instant,
    }
}

row! {
    /// A person who works for the company.
    User in users {
        company: CompanyId,
        id: UserId,
        login: String,
        name: String,
        /// Names of `domain::actor::Role`.
        roles: Json<Vec<String>>,
        active: bool,
        created_at: Instant,
        /// The same in every company where she is one person; absent: in this one alone.
        person: Option<PersonId>,
        /// Who made her or gave her a password last, until another administrator confirms her; absent: nobody does, or the operator at
        /// the machine.
        behind: Option<UserId>,
    }
}

row! {
    /// A token of the API; only the hash of its secret is kept.
    Token in tokens {
        company: CompanyId,
        id: TokenId,
        owner: UserId,
        label: String,
        /// SHA-256 of the secret.
        hash: Digest,
        created_at: Instant,
        expires_at: Option<Instant>,
        revoked_at: Option<Instant>,
        /// Who had it issued; absent: the operator at the machine.
        issued_by: Option<UserId>,
    }
}

row! {
    /// A number series and the number it gives next.
    Series in series {
        company: CompanyId,
        code: String,
        next: i64,
        /// The number it began with: those before it are another system's.
        first: u64,
        /// Of documents; absent of a series that began before this was kept.
        kind: Option<String>,
        /// Of the document that took the last number.
        last_date: Option<NaiveDate>,
    }
}

row! {
    /// Units of the target currency per unit of the source currency, from that day on.
    FxRate in fx_rates {
        company: CompanyId,
        source_currency: Currency,
        target_currency: Currency,
        date: NaiveDate,
        rate: Decimal,
        source: String,
    }
}

row! {
    /// Nothing may be posted to `through` or before.
    PeriodLock in period_locks {
        company: CompanyId,
        kind: LockKind,
        through: NaiveDate,
        set_by: String,
        set_at: Instant,
    }
}

row! {
    /// A lock that moves back (反锁定): one person proposes it with a reason, another decides.
    PeriodUnlock in period_unlocks {
        company: CompanyId,
        id: PeriodUnlockId,
        kind: LockKind,
        /// The last day of the lock as it was proposed against.
        locked: NaiveDate,
        /// The last day that stays locked.
        through: NaiveDate,
        state: UnlockState,
        /// A person's words; none once they named who is erased.
        reason: Option<String>,
        /// Why it was turned down; likewise.
        refusal: Option<String>,
        /// Of the commitments to both that events carry.
        words_salt: Option<Digest>,
        proposed_by: String,
        proposed_at: Instant,
        decided_by: Option<String>,
        decided_at: Option<Instant>,
    }
}

row! {
    /// What reconciliation may write off (容差).
    Tolerance in tolerances {
        company: CompanyId,
        id: ToleranceId,
        /// Absent: the company's.
        customer: Option<CustomerId>,
        currency: Currency,
        /// tail | charge | discount
        role: String,
        /// 0: this bound is not set.
        amount: Minor,
        /// Of the money; 0: this bound is not set.
        permille: u32,
        set_by: String,
        set_at: Instant,
        version: i64,
        /// Of one customer in one month; 0: this bound is not set.
        monthly: Minor,
    }
}

row! {
    /// The most that who acts in a role may approve to be written off (岗位限额).
    RoleLimit in role_limits {
        company: CompanyId,
        role: String,
        currency: Currency,
        /// tail | charge | discount
        kind: String,
        amount: Minor,
        set_by: String,
        set_at: Instant,
    }
}
