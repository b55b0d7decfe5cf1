//! The people of a customer (联系人): whom to write to, and who of them confirms statements (对账确认人). They are personal data,
//! no records: they are changed and removed at once, and go with the customer's erasure.
//!
//! Of a customer who was merged into another those of both are shown: whoever wrote for the one writes for the other now.

use crate::common::{Common, Context, authorise, check_line, check_text, there};
use crate::customer::{self, CustomerRef, check_email, check_unmerged, wanted_id};
use crate::vault::VaultError;
use crate::{App, event};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, ContactId};
use serde_json::json;
use store::rows::Contact;
use store::{Conn, Tx, query};

/// Contacts of one customer.
const OF_ONE_MAX: u64 = 100;
/// Longest telephone number, in characters: an E.164 number with blanks and an extension.
const PHONE_CHARS_MAX: usize = 40;

/// What is known of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactInput {
    pub name: String,
    /// 财务, 采购 …
    pub role: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// zh-CN | en
    pub locale: String,
    /// 对账确认人
    pub may_confirm: bool,
    /// Whether she is still there.
    pub active: bool,
}

/// Which contacts are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    pub customer: Option<&'a CustomerRef>,
    pub may_confirm: Option<bool>,
    pub active: Option<bool>,
}

impl Wanted<'_> {
    pub(crate) fn filter(
        &self,
        conn: &mut Conn,
        company: CompanyId,
    ) -> Result<query::contacts::Filter, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        let Wanted { may_confirm, active, .. } = *self;
        Ok(query::contacts::Filter { customer, may_confirm, active })
    }
}

fn check(input: &ContactInput) -> Result<(), Common> {
    check_line("/name", &input.name)?;
    if let Some(role) = &input.role {
        check_line("/role", role)?;
    }
    if let Some(email) = &input.email {
        check_email("/email", email)?;
    }
    if let Some(phone) = &input.phone {
        check_phone(phone)?;
    }
    if !["zh-CN", "en"].contains(&input.locale.as_str()) {
        return Err(Common::invalid("/locale", format!("{:?} is not one of zh-CN, en", input.locale)));
    }
    if input.may_confirm && input.email.is_none() && input.phone.is_none() {
        let why = "is of somebody who can be reached: give an e-mail address or a telephone number";
        return Err(Common::invalid("/may_confirm", why));
    }
    Ok(())
}

fn check_phone(phone: &str) -> Result<(), Common> {
    check_text("/phone", phone)?;
    let fits =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '/' | '.' | '#' | 'x');
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if digits < 3 || phone.chars().count() > PHONE_CHARS_MAX || !phone.chars().all(fits) {
        let why = format!("is not a telephone number of at most {PHONE_CHARS_MAX} characters");
        return Err(Common::invalid("/phone", why));
    }
    Ok(())
}

/// Adds somebody to a customer.
pub fn create(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    of: &CustomerRef,
    input: &ContactInput,
) -> Result<Contact, Common> {
    authorise(actor, Noun::Customers, Verb::Enter, company)?;
    check(input)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let customer = customer::held(tx, company, of)?.customer;
        if customer.erased_at.is_some() {
            return Err(VaultError::Erased.into());
        }
        check_unmerged(&customer)?;
        if query::contacts::count_of(tx, company, customer.id)? >= OF_ONE_MAX {
            let why = format!("has {OF_ONE_MAX} contacts already: remove who is not there any more");
            return Err(Common::invalid("/name", why));
        }
        let row = Contact {
            company,
            id: ContactId::new(ctx.uuid()),
            customer: customer.id,
            version: 1,
            created_at: ctx.now,
            ..row(&ctx, company, input)
        };
        query::contacts::insert(tx, &row)?;
        tell(&ctx, tx, actor, "contact.created", &row)?;
        Ok(row)
    })
}

/// Of nobody yet.
fn row(ctx: &Context<'_>, company: CompanyId, input: &ContactInput) -> Contact {
    let nil = uuid::Uuid::nil();
    Contact {
        company,
        id: ContactId::new(nil),
        customer: domain::ids::CustomerId::new(nil),
        name: input.name.clone(),
        role: input.role.clone(),
        email: input.email.clone(),
        phone: input.phone.clone(),
        locale: input.locale.clone(),
        may_confirm: input.may_confirm,
        active: input.active,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
    }
}

/// Replaces what is known of somebody.
pub fn update(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    of: &CustomerRef,
    id: ContactId,
    input: &ContactInput,
) -> Result<Contact, Common> {
    authorise(actor, Noun::Customers, Verb::Enter, company)?;
    check(input)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let before = held(tx, company, of, id)?;
        let after = Contact {
            id,
            customer: before.customer,
            version: before.version,
            created_at: before.created_at,
            ..row(&ctx, company, input)
        };
        query::contacts::update(tx, &after)?;
        tell(&ctx, tx, actor, "contact.changed", &after)?;
        held(tx, company, of, id)
    })
}

/// Forgets somebody; gives what was known.
pub fn remove(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    of: &CustomerRef,
    id: ContactId,
) -> Result<Contact, Common> {
    authorise(actor, Noun::Customers, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = held(tx, company, of, id)?;
        query::contacts::remove(tx, company, id, row.version)?;
        tell(&ctx, tx, actor, "contact.removed", &row)?;
        Ok(row)
    })
}

/// What happened, without a word of whom.
fn tell(ctx: &Context<'_>, tx: &mut Tx<'_>, actor: &Actor, kind: &str, row: &Contact) -> Result<(), Common> {
    let data = json!({
        "customer": row.customer.to_string(), "may_confirm": row.may_confirm, "active": row.active,
    });
    event::write(ctx, tx, actor, row.company, (kind, row.id), data)
}

/// One contact of a customer, or of one who was merged into her.
pub fn get(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    of: &CustomerRef,
    id: ContactId,
) -> Result<Contact, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.read(|conn| find(conn, company, of, id))
}

/// As [`get`], in the caller's transaction: her customer is not changed or erased until it ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId, of: &CustomerRef, id: ContactId) -> Result<Contact, Common> {
    let found = find(tx, company, of, id)?;
    query::erasure::lock(tx, company, found.customer)?;
    // what was changed while it was waited for
    find(tx, company, of, id)
}

fn find(conn: &mut Conn, company: CompanyId, of: &CustomerRef, id: ContactId) -> Result<Contact, Common> {
    let customer = customer::resolve(conn, company, of)?;
    let row = there(query::contacts::by_id(conn, company, id)?, "contact", id)?;
    if row.customer == customer.id {
        return Ok(row);
    }
    let merged = query::customers::merged(conn, company, &[row.customer])?;
    match merged.first().and_then(|(_, _, into)| *into) {
        Some(into) if into == customer.id => Ok(row),
        _ => Err(Common::not_found("contact", id)),
    }
}

/// Contacts by id, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<ContactId>,
    limit: u32,
) -> Result<Vec<Contact>, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        Ok(query::contacts::search(conn, company, &filter, after, limit)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> ContactInput {
        ContactInput {
            name: "王敏".to_owned(),
            role: Some("财务".to_owned()),
            email: Some("wang@example.org".to_owned()),
            phone: None,
            locale: "zh-CN".to_owned(),
            may_confirm: true,
            active: true,
        }
    }

    fn pointer(input: &ContactInput) -> Option<String> {
        match check(input) {
            Err(Common::Invalid { pointer, .. }) => Some(pointer),
            _ => None,
        }
    }

    #[test]
    fn who_confirms_can_be_reached() {
        assert_eq!(pointer(&input()), None);
        let unreached = ContactInput { email: None, ..input() };
        assert_eq!(pointer(&unreached).as_deref(), Some("/may_confirm"));
        let called = ContactInput { phone: Some("+86 512-6580 0000 x12".to_owned()), ..unreached.clone() };
        assert_eq!(pointer(&called), None);
        assert_eq!(pointer(&ContactInput { may_confirm: false, ..unreached }), None);
    }

    #[test]
    fn what_cannot_be_is_pointed_at() {
        for (wrong, at) in [
            (ContactInput { name: " ".to_owned(), ..input() }, "/name"),
            (ContactInput { role: Some(String::new()), ..input() }, "/role"),
            (ContactInput { email: Some("wang".to_owned()), ..input() }, "/email"),
            (ContactInput { phone: Some("call me".to_owned()), ..input() }, "/phone"),
            (ContactInput { phone: Some("1".repeat(41)), ..input() }, "/phone"),
            (ContactInput { phone: Some("+-()".to_owned()), ..input() }, "/phone"),
            (ContactInput { locale: "fr".to_owned(), ..input() }, "/locale"),
        ] {
            assert_eq!(pointer(&wrong).as_deref(), Some(at), "{wrong:?}");
        }
    }
}
