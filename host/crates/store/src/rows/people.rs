//! People who log in.

use domain::canonical::Digest;
use domain::ids::{CompanyId, SessionId, UserId};
use domain::time::Instant;

row! {
    /// A user's password.
    Password in passwords {
        company: CompanyId,
        owner: UserId,
        /// A PHC string.
        hash: String,
        /// Somebody else set it: she chooses her own before anything else.
        must_change: bool,
        set_at: Instant,
    }
}

row! {
    /// Somebody who logged in; only the hash of the cookie is kept.
    Session in sessions {
        company: CompanyId,
        id: SessionId,
        owner: UserId,
        /// SHA-256 of the cookie.
        hash: Digest,
        created_at: Instant,
        /// Of the last request, to about a minute.
        seen_at: Instant,
        expires_at: Instant,
        ended_at: Option<Instant>,
    }
}

row! {
    /// Logins that failed since one succeeded.
    LoginFailures in login_failures {
        /// Digest of the login or address.
        subject: Digest,
        failures: u32,
        last_at: Instant,
    }
}

row! {
    /// What lets somebody make the first company.
    SetupCode in setup_codes {
        /// SHA-256 of the code.
        hash: Digest,
        made_at: Instant,
    }
}
