//! Sessions and the first run.

use super::bank::BankAccountBody;
use super::company::NewCompanyBody;
use super::leaf::{Currency, Date};
use super::plugin::{BindingBody, PluginOut};
use super::{BodyError, each};
use app::people::{NewAdministrator, SetUp, Worker};
use domain::actor::{Permission, Role, Verb};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Who wants in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    /// Code of the company; may be left out where the server has one.
    pub company: Option<String>,
    pub login: String,
    #[schema(format = Password)]
    pub password: String,
}

/// Another password of one's own.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPasswordBody {
    #[schema(format = Password)]
    pub old: String,
    /// 12 to 200 characters; not the login or name, nor what everybody tries.
    #[schema(format = Password, min_length = 12, max_length = 200)]
    pub new: String,
}

/// Where to go on working.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchBody {
    /// Code of a company in which one is the same person.
    pub company: String,
}

/// Who is logged in, where, and how the session is used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionOut {
    pub person: PersonView,
    pub company: WorkCompanyView,
    /// Where this person may work, by code, the current one among them.
    pub companies: Vec<WorkplaceView>,
    /// For `X-CSRF-Token` of every request that is not a GET.
    pub csrf_token: String,
    /// Nothing else is taken until the password is changed.
    pub must_change_password: bool,
    /// RFC 3339: its latest end.
    pub expires_at: String,
    /// It ends earlier after so many minutes without a request.
    pub idle_minutes: u32,
}

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    pub id: String,
    pub login: String,
    pub name: String,
    pub roles: Vec<String>,
    /// The verbs, by name, as `GET /v1/roles` explains them.
    pub permissions: Vec<&'static str>,
    /// What may be done to what, as `money:enter`.
    pub may: Vec<String>,
}

/// The company that is worked in.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkCompanyView {
    pub id: String,
    pub code: String,
    pub name: String,
    pub base_currency: Currency,
    /// zh-CN | en
    pub locale: String,
    /// IANA.
    pub time_zone: String,
    /// The company's own date.
    pub today: Date,
}

/// A company in which one may work.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkplaceView {
    pub code: String,
    pub name: String,
    pub current: bool,
}

impl SessionOut {
    pub fn new(worker: Worker, csrf_token: String, idle_s: u32) -> Self {
        let Worker { user, company, today, workplaces, must_change, expires_at } = worker;
        let roles: Vec<Role> = user.roles.0.iter().filter_map(|name| Role::by_name(name)).collect();
        let held: BTreeSet<Permission> = roles.iter().flat_map(|role| role.permissions()).collect();
        let verbs = Verb::ALL.into_iter().filter(|verb| held.iter().any(|one| one.verb == *verb));
        SessionOut {
            person: PersonView {
                id: user.id.to_string(),
                login: user.login,
                name: user.name,
                roles: user.roles.0,
                permissions: verbs.map(Verb::name).collect(),
                may: Permission::all().filter(|one| held.contains(one)).map(Permission::name).collect(),
            },
            company: WorkCompanyView {
                id: company.id.to_string(),
                code: company.code,
                name: company.name,
                base_currency: Currency(company.base_currency),
                locale: company.locale,
                time_zone: company.time_zone,
                today: Date(today),
            },
            companies: workplaces
                .into_iter()
                .map(|one| WorkplaceView { code: one.code, name: one.name, current: one.current })
                .collect(),
            csrf_token,
            must_change_password: must_change,
            expires_at: expires_at.to_string(),
            idle_minutes: idle_s.div_ceil(60),
        }
    }
}

/// Whether the first company can be made, and what can be chosen for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupOut {
    pub open: bool,
    /// Empty where it is not open.
    pub plugins: Vec<PluginOut>,
}

/// Who will administer the first company.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdministratorBody {
    pub login: String,
    pub name: String,
    /// 12 to 200 characters; not the login or name, nor what everybody tries.
    #[schema(format = Password, min_length = 12, max_length = 200)]
    pub password: String,
}

/// The first company.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupBody {
    /// Of the address that `zhangben serve` printed.
    pub code: String,
    pub company: NewCompanyBody,
    pub administrator: AdministratorBody,
    /// A first account of the company's own.
    pub bank_account: Option<BankAccountBody>,
    /// In force at once: there is no second person yet.
    #[serde(default)]
    pub bindings: Vec<BindingBody>,
    /// Load the bundled sample of a Chinese seller (base currency CNY), as a job. It binds what it needs where `bindings` does not.
    #[serde(default)]
    pub sample: bool,
}

impl TryFrom<SetupBody> for SetUp {
    type Error = BodyError;

    fn try_from(body: SetupBody) -> Result<Self, BodyError> {
        let AdministratorBody { login, name, password } = body.administrator;
        Ok(SetUp {
            code: body.code,
            chart: body.company.template(),
            company: body.company.into(),
            administrator: NewAdministrator { login, name, password },
            bank_account: body.bank_account.map(Into::into),
            bindings: each("bindings", body.bindings)?,
            sample: body.sample,
        })
    }
}

/// The first company is made, and its administrator logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct BegunView {
    pub session: SessionOut,
    /// The sample being loaded: read it at `/v1/jobs/{id}`.
    pub job: Option<String>,
}
