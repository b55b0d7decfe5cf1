//! People (人员): who logs in, with which password, and what becomes of it.
//!
//! | what | where it is kept | what is kept of the secret |
//! |---|---|---|
//! | a password | `passwords` | Argon2id, as a PHC string ([`hash`]) |
//! | a session, in the browser's cookie | `sessions` | SHA-256: it has 256 random bits |
//! | a login that failed | `login_failures`, for a day | a digest of the login, of the address |
//! | the code of the first run | `setup_codes` | SHA-256 |
//!
//! Hosts keep nothing of their own: any of them takes any request of a session.

mod hash;
mod log_in;
mod password;
mod session;
mod setup;
mod users;

pub use hash::Hasher;
pub use log_in::{LogIn, LogInError, TooManyAttempts, log_in};
pub use password::{ChangePassword, ChangePasswordError, PASSWORD_CHARS_MAX, change_password};
pub use session::{
    Authenticated, Opened, SessionError, Worker, Workplace, authenticate_session, end, switch, who,
};
pub use setup::{Begun, NewAdministrator, SetUp, SetUpError, is_open, offer, set_up, usable_plugins};
pub(crate) use users::user_views;
pub use users::{
    ChangeUser, ChangeUserError, UserView, change_user, confirm_user, list_users, page_users, set_password,
    show_user, user_held,
};

use crate::App;
use crate::common::Common;
use domain::time::Instant;
use store::query;

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLife {
    /// Seconds without a request after which it has ended.
    pub idle_s: u32,
    /// Seconds after which it has ended, whatever happens.
    pub whole_s: u32,
}

impl Default for SessionLife {
    /// An hour; a working day.
    fn default() -> Self {
        SessionLife { idle_s: 3_600, whole_s: 12 * 3_600 }
    }
}

/// How long what is over is kept, in seconds.
const KEPT_S: i64 = 86_400;

/// Forgets sessions and failures that nobody asks for any more. For the server's own thread.
pub fn purge(app: &App) -> Result<(), Common> {
    let before: Instant = app.clock.now().plus_seconds(-KEPT_S);
    app.db.write(|tx| {
        query::sessions::purge(tx, before)?;
        query::login_failures::purge(tx, before)?;
        Ok(())
    })
}
