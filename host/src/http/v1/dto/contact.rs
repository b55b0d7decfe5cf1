//! The people of customers (联系人).

use app::contact::ContactInput;
use serde::{Deserialize, Serialize};
use store::rows::Contact;
use utoipa::ToSchema;

/// What is known of somebody at a customer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBody {
    pub name: String,
    /// What she does there.
    #[schema(example = "财务")]
    pub role: Option<String>,
    pub email: Option<String>,
    #[schema(example = "+86 512 6580 0000")]
    pub phone: Option<String>,
    /// zh-CN | en: what she is written to in.
    #[serde(default = "locale")]
    #[schema(default = "zh-CN")]
    pub locale: String,
    /// 对账确认人: she may confirm statements. Takes an e-mail address or a telephone number.
    #[serde(default)]
    pub may_confirm: bool,
    /// Whether she is still there; false keeps her on record and writes to her no more.
    #[serde(default = "active")]
    #[schema(default = true)]
    pub active: bool,
}

fn locale() -> String {
    "zh-CN".to_owned()
}
const fn active() -> bool {
    true
}

impl From<ContactBody> for ContactInput {
    fn from(body: ContactBody) -> Self {
        let ContactBody { name, role, email, phone, locale, may_confirm, active } = body;
        ContactInput { name, role, email, phone, locale, may_confirm, active }
    }
}

/// Somebody at a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactOut {
    pub id: String,
    /// Id; of one of a merged customer still hers.
    pub customer: String,
    pub name: String,
    pub role: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub locale: String,
    pub may_confirm: bool,
    pub active: bool,
    pub version: i64,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

impl From<Contact> for ContactOut {
    fn from(row: Contact) -> Self {
        ContactOut {
            id: row.id.to_string(),
            customer: row.customer.to_string(),
            name: row.name,
            role: row.role,
            email: row.email,
            phone: row.phone,
            locale: row.locale,
            may_confirm: row.may_confirm,
            active: row.active,
            version: row.version,
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
        }
    }
}
