//! Companies (公司), their users, API tokens, exchange rates and tolerances.

mod change;
mod create;
mod rates;
mod role_limits;
mod tokens;
mod tolerances;
mod users;

pub(crate) use change::facts as company_facts;
pub use change::{change, held};
pub use create::{
    CreateCompany, CreateCompanyError, CreatedCompany, create, create_with, find, get, list, today,
};
pub(crate) use create::{
    company_row, date_of, day_begins, insert as insert_company, prepare as prepare_company,
};
pub use rates::{FxRateInput, WantedRates, put_rate, rate_held, rate_of, search_rates};
pub use role_limits::{RoleLimitInput, held_role_limits, list_role_limits, put_role_limit};
pub(crate) use tokens::is_machine;
pub use tokens::{
    AuthenticateError, IssueToken, IssueTokenError, IssuedToken, TokenView, authenticate, issue_token,
    list_tokens, revoke_token, show_token, token_held,
};
pub(crate) use tolerances::tolerance_views;
pub use tolerances::{ToleranceInput, ToleranceView, held_tolerances, list_tolerances, put_tolerance};
pub use users::{CreateUser, CreateUserError, CreatedUser, create_user, user_actor};
pub(crate) use users::{check_roles, check_user, insert_user, names_of, roles_of, user_named, user_row};
