use crate::bank_detail::BankDetailError;
use crate::common::{Common, Context, authorise, check_code, check_country, check_line, check_one_line};
use crate::customer::{self, CustomerRef};
use crate::{App, bank_detail, event, vault};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, KeyId};
use domain::statement::Style;
use domain::tax_id::{TaxIdError, check as check_digits};
use domain::terms::Terms;
use money::Currency;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::rows::{Customer, CustomerAccount, CustomerTaxId, KeyParty};
use store::types::{Json, KeyKind};
use store::{StoreError, Tx, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerAddress {
    pub lines: Vec<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub country: String,
}

/// An account the customer pays from; scheme `IBAN`, `CN` …
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayerAccount {
    pub scheme: String,
    pub account: String,
}

/// A registration for tax, as `CN:USCC` or `EU:VAT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxId {
    pub scheme: String,
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCustomer {
    /// Stays when the customer is erased: it stands in the numbers of statements. No name, no address.
    pub code: String,
    pub name: String,
    pub country: String,
    pub region: Option<String>,
    pub address: Option<CustomerAddress>,
    pub currency: Currency,
    /// zh-CN | en
    pub locale: String,
    /// business | consumer | government
    pub kind: String,
    /// general | small-scale | exempt …
    pub taxpayer_status: String,
    pub tax_id: Option<TaxId>,
    /// Further registrations, in other countries or of other kinds.
    pub tax_ids: Vec<TaxId>,
    /// 客户组
    pub group: Option<String>,
    pub email: Option<String>,
    /// Net days from the document date.
    pub terms_days: u32,
    /// What replaces `terms_days`, where it is more than net days from the document date.
    pub terms: Option<Terms>,
    pub statement_style: Style,
    pub accounts: Vec<PayerAccount>,
    pub parent: Option<CustomerRef>,
    /// Hers in the caller's system, unique in the company; gone when she is erased.
    pub external_id: Option<String>,
}

#[derive(Debug, Error)]
pub enum CreateCustomerError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    BankDetails(#[from] BankDetailError),
    #[error("customer code {0:?} is taken")]
    CodeTaken(String),
    #[error("another customer has the external_id {0:?} already")]
    ExternalIdTaken(String),
}

crate::common::through_common!(CreateCustomerError);

/// A customer as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedCustomer {
    pub id: CustomerId,
    pub code: String,
    pub version: i64,
}

/// Accounts of one customer.
pub const ACCOUNTS_MAX: usize = 50;
/// Net days of the terms of payment.
pub const TERMS_DAYS_MAX: u32 = 3_650;

/// Creates a customer with a key of its own.
pub fn create(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &CreateCustomer,
) -> Result<CreatedCustomer, CreateCustomerError> {
    authorise(actor, Noun::Customers, Verb::Enter, company)?;
    check(input)?;
    let ctx = Context::new(app);
    app.db.write(|tx| create_in(&ctx, tx, actor, company, input))
}

/// As [`create`], of a checked input inside a transaction of the caller.
pub(crate) fn create_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &CreateCustomer,
) -> Result<CreatedCustomer, CreateCustomerError> {
    let id = CustomerId::new(ctx.uuid());
    let parent = match &input.parent {
        Some(parent) => Some(customer::resolve(tx, company, parent)?.id),
        None => None,
    };
    let outer = vault::company_key(ctx, tx, company)?;
    let key = vault::fresh_key(ctx, company, &outer, KeyKind::Party, Vec::new())?;
    key.write(tx)?;
    let row = row(ctx, company, id, input, key.id, parent);
    let accounts = payer_rows(company, id, &input.accounts);
    query::customers::insert(tx, std::slice::from_ref(&row)).map_err(|error| taken(error, input))?;
    query::customers::add_accounts(tx, &accounts)?;
    query::customers::replace_tax_ids(tx, company, id, &tax_id_rows(company, id, input))?;
    let party = KeyParty { company, key: key.id, customer: id };
    query::keys::add_parties(tx, &[party])?;
    let told = bank_detail::payer_digest(&key.secret, &accounts)?;
    let data = json!({"currency": input.currency.code(), "accounts": told.to_string()});
    event::write(ctx, tx, actor, company, ("customer.created", id), data)?;
    Ok(CreatedCustomer { id, code: input.code.clone(), version: 1 })
}

/// A refusal of the row by one of its keys.
pub(super) fn taken(error: StoreError, input: &CreateCustomer) -> CreateCustomerError {
    match &input.external_id {
        _ if error.is_unique("customers(company, code)") => {
            CreateCustomerError::CodeTaken(input.code.clone())
        }
        Some(id) if error.is_unique("customers(company, external_id)") => {
            CreateCustomerError::ExternalIdTaken(id.clone())
        }
        _ => Common::from(error).into(),
    }
}

/// IBANs and numbers are compared without blanks and in capitals.
pub fn normal_account(account: &str) -> String {
    account.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// The accounts a customer pays from.
pub(crate) fn payer_rows(
    company: CompanyId,
    customer: CustomerId,
    accounts: &[PayerAccount],
) -> Vec<CustomerAccount> {
    let one = |account: &PayerAccount| CustomerAccount {
        company,
        customer,
        account: normal_account(&account.account),
        scheme: account.scheme.clone(),
    };
    accounts.iter().map(one).collect()
}

/// The further registrations.
pub(super) fn tax_id_rows(
    company: CompanyId,
    customer: CustomerId,
    input: &CreateCustomer,
) -> Vec<CustomerTaxId> {
    let one = |tax_id: &TaxId| CustomerTaxId {
        company,
        customer,
        scheme: tax_id.scheme.clone(),
        number: tax_id.id.clone(),
    };
    input.tax_ids.iter().map(one).collect()
}

pub(super) fn row(
    ctx: &Context<'_>,
    company: CompanyId,
    id: CustomerId,
    input: &CreateCustomer,
    party_key: KeyId,
    parent: Option<CustomerId>,
) -> Customer {
    Customer {
        company,
        id,
        code: input.code.clone(),
        name: Some(input.name.clone()),
        country: input.country.clone(),
        region: input.region.clone(),
        address: input.address.as_ref().map(|address| Json(address.to_json())),
        currency: input.currency,
        locale: input.locale.clone(),
        kind: input.kind.clone(),
        taxpayer_status: input.taxpayer_status.clone(),
        tax_scheme: input.tax_id.as_ref().map(|t| t.scheme.clone()),
        tax_id: input.tax_id.as_ref().map(|t| t.id.clone()),
        email: input.email.clone(),
        terms_days: input.terms.as_ref().and_then(Terms::net_days).unwrap_or(input.terms_days),
        // net days have their column
        terms: input.terms.clone().filter(|terms| terms.net_days().is_none()).map(Json),
        statement_style: input.statement_style,
        parent,
        party_key,
        erased_at: None,
        version: 1,
        created_at: ctx.now,
        external_id: input.external_id.clone(),
        archived_at: None,
        customer_group: input.group.clone(),
        merged_into: None,
    }
}

impl CustomerAddress {
    /// As it is stored: {lines, postal_code, city, country}.
    pub fn to_json(&self) -> Value {
        json!({"lines": self.lines, "postal_code": self.postal_code, "city": self.city, "country": self.country})
    }
    /// Reads what [`Self::to_json`] wrote.
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let lines = value.get("lines")?.as_array()?;
        Some(CustomerAddress {
            lines: lines.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            postal_code: text("postal_code"),
            city: text("city"),
            country: text("country")?,
        })
    }
    pub(crate) fn check(&self, at: &str) -> Result<(), Common> {
        check_country(&format!("{at}/country"), &self.country)?;
        if self.lines.len() > 8 {
            return Err(Common::invalid(format!("{at}/lines"), "has more than 8 lines"));
        }
        for (n, line) in self.lines.iter().enumerate() {
            check_one_line(&format!("{at}/lines/{n}"), line)?;
        }
        for (member, text) in [("postal_code", &self.postal_code), ("city", &self.city)] {
            text.as_ref().map_or(Ok(()), |text| check_one_line(&format!("{at}/{member}"), text))?;
        }
        Ok(())
    }
}

/// Longest name of a group, in characters.
const GROUP_CHARS_MAX: usize = 64;
/// Further registrations of one customer.
pub const TAX_IDS_MAX: usize = 20;

fn check_group(group: &str) -> Result<(), Common> {
    check_line("/group", group)?;
    if group.trim() != group || group.chars().count() > GROUP_CHARS_MAX {
        let why = format!("is at most {GROUP_CHARS_MAX} characters, without blanks at its ends");
        return Err(Common::invalid("/group", why));
    }
    Ok(())
}

pub(crate) fn check_email(pointer: &str, email: &str) -> Result<(), Common> {
    // RFC 5321 section 4.5.3.1.3: 256 octets with the angle brackets
    if !email.contains('@') || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(Common::invalid(pointer, "is not an e-mail address of at most 254 bytes"));
    }
    Ok(())
}

/// Registrations whose scheme is known have right check digits; of others nothing is claimed.
fn check_tax_ids(input: &CreateCustomer) -> Result<(), Common> {
    if input.tax_ids.len() > TAX_IDS_MAX {
        return Err(Common::invalid("/tax_ids", format!("has more than {TAX_IDS_MAX}")));
    }
    let one = |at: &str, tax_id: &TaxId| {
        check_code(&format!("{at}/scheme"), &tax_id.scheme)?;
        check_code(&format!("{at}/id"), &tax_id.id)?;
        let refused = |error: TaxIdError| Common::invalid(format!("{at}/id"), error.to_string());
        check_digits(&tax_id.scheme, &tax_id.id).map(drop).map_err(refused)
    };
    input.tax_id.iter().try_for_each(|tax_id| one("/tax_id", tax_id))?;
    for (n, tax_id) in input.tax_ids.iter().enumerate() {
        let at = format!("/tax_ids/{n}");
        one(&at, tax_id)?;
        let before = input.tax_ids.iter().take(n);
        if before.chain(&input.tax_id).any(|other| other == tax_id) {
            return Err(Common::invalid(at, "is listed twice"));
        }
    }
    Ok(())
}

/// Everything that can be refused without the database.
pub(crate) fn check(input: &CreateCustomer) -> Result<(), Common> {
    check_code("/code", &input.code)?;
    if input.code.starts_with("cus_") {
        return Err(Common::invalid("/code", "must not start with cus_, which ids do"));
    }
    if input.code.contains('@') {
        let why = "must not be an e-mail address: statements are numbered by it, and stay when the customer is erased";
        return Err(Common::invalid("/code", why));
    }
    check_line("/name", &input.name)?;
    if let Some(external_id) = &input.external_id {
        check_code("/external_id", external_id)?;
    }
    check_country("/country", &input.country)?;
    if let Some(address) = &input.address {
        address.check("/address")?;
    }
    if !["zh-CN", "en"].contains(&input.locale.as_str()) {
        return Err(Common::invalid("/locale", format!("{:?} is not one of zh-CN, en", input.locale)));
    }
    if !["business", "consumer", "government"].contains(&input.kind.as_str()) {
        return Err(Common::invalid(
            "/kind",
            format!("{:?} is not one of business, consumer, government", input.kind),
        ));
    }
    check_code("/taxpayer_status", &input.taxpayer_status)?;
    if let Some(region) = &input.region {
        check_one_line("/region", region)?;
    }
    check_tax_ids(input)?;
    if let Some(group) = &input.group {
        check_group(group)?;
    }
    if let Some(email) = &input.email {
        check_email("/email", email)?;
    }
    if input.terms_days > TERMS_DAYS_MAX {
        return Err(Common::invalid("/terms_days", format!("is more than {TERMS_DAYS_MAX}")));
    }
    check_accounts(&input.accounts)
}

/// The accounts that a customer is said to pay from.
pub(crate) fn check_accounts(accounts: &[PayerAccount]) -> Result<(), Common> {
    if accounts.len() > ACCOUNTS_MAX {
        return Err(Common::invalid("/accounts", format!("has more than {ACCOUNTS_MAX} accounts")));
    }
    for (n, account) in accounts.iter().enumerate() {
        check_code(&format!("/accounts/{n}/account"), &account.account)?;
        check_code(&format!("/accounts/{n}/scheme"), &account.scheme)?;
        let before = accounts.iter().take(n);
        let again = before.map(|a| normal_account(&a.account)).any(|a| a == normal_account(&account.account));
        if again {
            return Err(Common::invalid(format!("/accounts/{n}/account"), "is listed twice"));
        }
    }
    Ok(())
}
