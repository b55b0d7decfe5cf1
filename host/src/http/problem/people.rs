//! Refusals about people, as problems: see [`super::map`].

use super::map::field;
use super::{Code, FieldError, Problem};
use app::company::{AuthenticateError, CreateCompanyError, CreateUserError, IssueTokenError};
use app::people::{
    ChangePasswordError, ChangeUserError, LogInError, SessionError, SetUpError, TooManyAttempts,
};

impl From<AuthenticateError> for Problem {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Unknown => Problem::new(Code::TokenUnknown, error),
            AuthenticateError::Expired => Problem::new(Code::TokenExpired, error),
            AuthenticateError::Revoked => Problem::new(Code::TokenRevoked, error),
            AuthenticateError::Common(common) => common.into(),
        }
    }
}

impl From<CreateCompanyError> for Problem {
    fn from(error: CreateCompanyError) -> Self {
        match error {
            CreateCompanyError::Common(common) => common.into(),
            CreateCompanyError::CodeTaken(_) => Problem::new(Code::CodeTaken, &error).at("/code", error),
            CreateCompanyError::NotOperator => Problem::new(Code::Forbidden, error),
        }
    }
}

impl From<CreateUserError> for Problem {
    fn from(error: CreateUserError) -> Self {
        match error {
            CreateUserError::Common(common) => common.into(),
            CreateUserError::LoginTaken(_) => Problem::new(Code::CodeTaken, &error).at("/login", error),
        }
    }
}

impl From<IssueTokenError> for Problem {
    fn from(error: IssueTokenError) -> Self {
        match error {
            IssueTokenError::Common(common) => common.into(),
            IssueTokenError::AnothersToken(_) => Problem::new(Code::Forbidden, error),
            IssueTokenError::Expiry { max } => {
                field(error.to_string(), "/expires_in_days", format_args!("must be 1 to {max}"))
            }
        }
    }
}

impl From<TooManyAttempts> for Problem {
    fn from(error: TooManyAttempts) -> Self {
        Problem::new(Code::TooManyAttempts, error).after(error.after_s)
    }
}

impl From<LogInError> for Problem {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::Common(common) => common.into(),
            LogInError::Refused => Problem::new(Code::LoginRefused, error),
            LogInError::TooMany(too_many) => too_many.into(),
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Common(common) => common.into(),
            SessionError::Ended => Problem::new(Code::SessionExpired, error),
            SessionError::NotThere(_) => Problem::new(Code::NotFound, &error).at("/company", error),
            SessionError::MustChange => Problem::new(Code::PasswordChangeRequired, error),
        }
    }
}

impl From<ChangePasswordError> for Problem {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::Common(common) => common.into(),
            ChangePasswordError::Session(session) => session.into(),
            ChangePasswordError::TooMany(too_many) => too_many.into(),
        }
    }
}

impl From<ChangeUserError> for Problem {
    fn from(error: ChangeUserError) -> Self {
        match error {
            ChangeUserError::Common(common) => common.into(),
            ChangeUserError::OwnAccount(_) => Problem::new(Code::OwnAccount, error),
            ChangeUserError::LastAdministrator(_) => Problem::new(Code::LastAdministrator, error),
            ChangeUserError::StandsBehind { .. } => Problem::new(Code::MakerIsChecker, error),
        }
    }
}

impl From<SetUpError> for Problem {
    fn from(error: SetUpError) -> Self {
        match error {
            SetUpError::Common(common) => common.into(),
            SetUpError::Closed => Problem::new(Code::SetupClosed, error),
            SetUpError::WrongCode => Problem::new(Code::SetupCode, &error).at("/code", error),
            SetUpError::Company(inner) => Problem::from(inner).under("/company"),
            SetUpError::BankAccount(inner) => Problem::from(inner).under("/bank_account"),
            SetUpError::Binding(place, inner) => Problem::from(inner).under(&format!("/bindings/{place}")),
            SetUpError::NoSample => Problem::new(Code::InvalidField, &error).at("/sample", error),
        }
    }
}

impl Problem {
    /// Of a part of the body: its pointers begin there.
    fn under(mut self, part: &str) -> Self {
        for FieldError { pointer, .. } in &mut self.errors {
            if let Some(pointer) = pointer {
                pointer.insert_str(0, part);
            }
        }
        self
    }
}
