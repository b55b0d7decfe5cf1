//! Customers.

use super::BodyError;
use super::leaf::{Currency, CustomerName, Date, MoneyView};
use super::party::TaxIdOut;
use super::terms::{OfferView, TermsBody};
use app::customer::{
    AccountBalance, Balances, CreateCustomer, CreatedCustomer, CurrentItem, CustomerAddress, CustomerView,
    Erased, PayerAccount, TaxId,
};
use domain::ids::OpenItemId;
use domain::statement::Style;
use domain::terms::Terms;
use money::{Currency as Iso4217, Minor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A customer to be created.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerBody {
    /// Yours, unique in the company.
    #[schema(example = "C0001")]
    pub code: String,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "CN")]
    pub country: String,
    pub region: Option<String>,
    pub address: Option<AddressBody>,
    /// What the customer is billed in.
    pub currency: Currency,
    /// zh-CN | en: of its statements.
    #[serde(default = "locale")]
    #[schema(default = "zh-CN")]
    pub locale: String,
    /// business | consumer | government
    #[serde(default = "kind")]
    #[schema(default = "business")]
    pub kind: String,
    /// general | small-scale | exempt …, as the tax plugin knows them.
    #[serde(default = "taxpayer_status")]
    #[schema(default = "general")]
    pub taxpayer_status: String,
    /// The first registration for tax, which documents and statements show.
    pub tax_id: Option<TaxIdBody>,
    /// Further registrations, in other countries or of other kinds.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub tax_ids: Vec<TaxIdBody>,
    /// 客户组: customers are listed and counted by it.
    pub group: Option<String>,
    pub email: Option<String>,
    /// Net days from the document date.
    #[serde(default = "terms_days")]
    #[schema(default = 30)]
    pub terms_days: u32,
    /// Instead of `terms_days`, for terms that are more than that (月结, 结算日, 分期, 现金折扣 …).
    pub terms: Option<TermsBody>,
    #[serde(default)]
    #[schema(default = "open-item")]
    pub statement_style: StyleName,
    /// Accounts it pays from: reconciliation knows it by them. Of who is there already other ones wait for a second person
    /// (`bank_detail_change`).
    #[serde(default)]
    pub accounts: Vec<PayerAccountBody>,
    /// Who pays for this customer.
    pub parent: Option<CustomerName>,
    /// Its id in your system, unique in the company.
    pub external_id: Option<String>,
}

/// Terms of a body; a refusal points below its member.
pub(super) fn terms(body: Option<TermsBody>) -> Result<Option<Terms>, BodyError> {
    body.map(|terms| terms.try_into().map_err(|refused: BodyError| refused.under("terms"))).transpose()
}

fn locale() -> String {
    "zh-CN".to_owned()
}
fn kind() -> String {
    "business".to_owned()
}
fn taxpayer_status() -> String {
    "general".to_owned()
}
const fn terms_days() -> u32 {
    30
}

/// open-item (未清项) or balance-forward (余额结转).
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StyleName {
    #[default]
    OpenItem,
    BalanceForward,
}

impl From<StyleName> for Style {
    fn from(name: StyleName) -> Self {
        match name {
            StyleName::OpenItem => Style::OpenItem,
            StyleName::BalanceForward => Style::BalanceForward,
        }
    }
}

impl From<Style> for StyleName {
    fn from(style: Style) -> Self {
        match style {
            Style::OpenItem => StyleName::OpenItem,
            Style::BalanceForward => StyleName::BalanceForward,
        }
    }
}

/// A postal address; the lines are as they are printed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressBody {
    pub lines: Vec<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

impl From<AddressBody> for CustomerAddress {
    fn from(body: AddressBody) -> Self {
        let AddressBody { lines, postal_code, city, country } = body;
        CustomerAddress { lines, postal_code, city, country }
    }
}

impl From<CustomerAddress> for AddressBody {
    fn from(address: CustomerAddress) -> Self {
        let CustomerAddress { lines, postal_code, city, country } = address;
        AddressBody { lines, postal_code, city, country }
    }
}

/// A registration for tax.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxIdBody {
    /// `CN:USCC`, `EU:VAT` …
    #[schema(example = "CN:USCC")]
    pub scheme: String,
    pub id: String,
}

impl From<TaxIdBody> for TaxId {
    fn from(body: TaxIdBody) -> Self {
        TaxId { scheme: body.scheme, id: body.id }
    }
}

/// An account the customer pays from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayerAccountBody {
    /// `IBAN`, `CN` …
    #[schema(example = "CN")]
    pub scheme: String,
    pub account: String,
}

impl TryFrom<CustomerBody> for CreateCustomer {
    type Error = BodyError;

    fn try_from(body: CustomerBody) -> Result<Self, BodyError> {
        Ok(CreateCustomer {
            code: body.code,
            name: body.name,
            country: body.country,
            region: body.region,
            address: body.address.map(Into::into),
            currency: body.currency.0,
            locale: body.locale,
            kind: body.kind,
            taxpayer_status: body.taxpayer_status,
            tax_id: body.tax_id.map(Into::into),
            tax_ids: body.tax_ids.into_iter().map(Into::into).collect(),
            group: body.group,
            email: body.email,
            terms_days: body.terms_days,
            terms: terms(body.terms)?,
            statement_style: body.statement_style.into(),
            accounts: body
                .accounts
                .into_iter()
                .map(|a| PayerAccount { scheme: a.scheme, account: a.account })
                .collect(),
            parent: body.parent.map(|parent| parent.0),
            external_id: body.external_id,
        })
    }
}

/// A customer that was created.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedCustomerView {
    pub id: String,
    pub code: String,
    pub version: i64,
}

impl From<CreatedCustomer> for CreatedCustomerView {
    fn from(made: CreatedCustomer) -> Self {
        CreatedCustomerView { id: made.id.to_string(), code: made.code, version: made.version }
    }
}

/// A customer. Personal data are null once they are erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
pub struct CustomerOut {
    pub id: String,
    pub code: String,
    pub name: Option<String>,
    pub country: String,
    pub region: Option<String>,
    pub address: Option<AddressBody>,
    pub currency: Currency,
    pub locale: String,
    pub kind: String,
    pub taxpayer_status: String,
    pub tax_id: Option<TaxIdOut>,
    /// Further registrations, by scheme and number.
    pub tax_ids: Vec<TaxIdOut>,
    /// 客户组
    pub group: Option<String>,
    /// Id of who took her place (合并): nothing is posted to her any more.
    pub merged_into: Option<String>,
    pub email: Option<String>,
    /// Net days from the document date, where `terms` are those; else what was there before them.
    pub terms_days: u32,
    /// What counts.
    pub terms: TermsBody,
    pub statement_style: StyleName,
    pub accounts: Vec<PayerAccountBody>,
    /// Id of the change of `accounts` that waits for a second person.
    pub bank_detail_change: Option<String>,
    /// Id of who pays for this customer.
    pub parent: Option<String>,
    /// Its id in your system.
    pub external_id: Option<String>,
    /// RFC 3339. Nothing new is charged to who is archived.
    pub archived_at: Option<String>,
    /// RFC 3339.
    pub erased_at: Option<String>,
    pub version: i64,
    /// RFC 3339.
    pub created_at: String,
}

impl From<CustomerView> for CustomerOut {
    fn from(view: CustomerView) -> Self {
        let CustomerView { customer: row, accounts, tax_ids, waiting } = view;
        let first = row.tax_scheme.zip(row.tax_id).map(|(scheme, id)| TaxIdOut::of(scheme, id));
        let address = row.address.and_then(|json| CustomerAddress::from_json(&json.0));
        CustomerOut {
            id: row.id.to_string(),
            code: row.code,
            name: row.name,
            country: row.country,
            region: row.region,
            address: address.map(Into::into),
            currency: Currency(row.currency),
            locale: row.locale,
            kind: row.kind,
            taxpayer_status: row.taxpayer_status,
            tax_id: first,
            tax_ids: tax_ids.into_iter().map(|one| TaxIdOut::of(one.scheme, one.number)).collect(),
            group: row.customer_group,
            merged_into: row.merged_into.map(|id| id.to_string()),
            email: row.email,
            terms_days: row.terms_days,
            terms: match &row.terms {
                Some(json) => TermsBody::of(&json.0),
                None => TermsBody::net(row.terms_days),
            },
            statement_style: row.statement_style.into(),
            accounts: accounts
                .into_iter()
                .map(|a| PayerAccountBody { scheme: a.scheme, account: a.account })
                .collect(),
            bank_detail_change: waiting.map(|id| id.to_string()),
            parent: row.parent.map(|id| id.to_string()),
            external_id: row.external_id,
            archived_at: row.archived_at.map(|at| at.to_string()),
            erased_at: row.erased_at.map(|at| at.to_string()),
            version: row.version,
            created_at: row.created_at.to_string(),
        }
    }
}

/// What became of the keys of a customer's data.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedView {
    pub keys_destroyed: u64,
}

impl From<Erased> for ErasedView {
    fn from(erased: Erased) -> Self {
        ErasedView { keys_destroyed: erased.keys_destroyed }
    }
}

/// What a customer owes at a day, as far as it was known at a position of the seal chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalancesView {
    pub as_of: Date,
    /// Position in the company's seal chain.
    pub known_at: u64,
    pub accounts: Vec<AccountBalanceView>,
}

/// One control account in one currency: balance = Σ open items = Σ aging buckets − unapplied.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBalanceView {
    pub account: String,
    pub balance: MoneyView,
    pub open_items: MoneyView,
    /// Credits not yet applied, positive.
    pub unapplied: MoneyView,
    /// due-date | document-date
    pub aging_basis: String,
    pub aging: Vec<BucketView>,
}

/// Open receivables of one age.
#[derive(Debug, Serialize, ToSchema)]
pub struct BucketView {
    /// not-due | 1-30 | 31-60 | 61-90 | 91+
    pub key: String,
    pub amount: MoneyView,
}

/// An open item. Credits are negative; open = original − paid − credited.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenItemView {
    pub id: String,
    pub account: String,
    pub kind: String,
    pub number: String,
    pub document_date: Date,
    /// As it was known at that position.
    pub due_date: Option<Date>,
    /// `2/3`: which part of its document it is, where that has several.
    pub instalment: Option<String>,
    pub days_overdue: i32,
    pub original: MoneyView,
    pub paid: MoneyView,
    pub credited: MoneyView,
    pub open: MoneyView,
    /// 异议: what of the open amount the customer disputes.
    pub disputed: MoneyView,
}

/// Open items of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenItemsView {
    pub as_of: Date,
    pub known_at: u64,
    pub items: Vec<OpenItemView>,
    /// Cursor of the next page, which is of the same position; null on the last one.
    pub next: Option<String>,
}

impl From<Balances> for BalancesView {
    fn from(balances: Balances) -> Self {
        BalancesView {
            as_of: Date(balances.as_of),
            known_at: balances.known_at,
            accounts: balances.accounts.into_iter().map(account).collect(),
        }
    }
}

fn account(of: AccountBalance) -> AccountBalanceView {
    let money = |minor| MoneyView::new(minor, of.currency);
    AccountBalanceView {
        balance: money(of.balance),
        open_items: money(of.open_items),
        unapplied: money(of.unapplied),
        aging_basis: of.aging.basis.name().to_owned(),
        aging: of
            .aging
            .buckets
            .iter()
            .map(|b| BucketView { key: b.key.clone(), amount: money(b.amount) })
            .collect(),
        account: of.account,
    }
}

impl From<Balances> for OpenItemsView {
    fn from(balances: Balances) -> Self {
        let Balances { as_of, known_at, accounts, disputed } = balances;
        let items = accounts.into_iter().flat_map(|of| items(of, &disputed)).collect();
        OpenItemsView { as_of: Date(as_of), known_at, items, next: None }
    }
}

fn items(of: AccountBalance, disputed: &BTreeMap<OpenItemId, Minor>) -> Vec<OpenItemView> {
    let (name, currency): (String, Iso4217) = (of.account, of.currency);
    let view = |item: domain::statement::OpenItem| OpenItemView {
        disputed: MoneyView::new(disputed.get(&item.id).copied().unwrap_or_default(), currency),
        id: item.id.to_string(),
        account: name.clone(),
        kind: item.kind,
        number: item.number,
        document_date: Date(item.document_date),
        due_date: item.due.map(Date),
        instalment: item.instalment,
        days_overdue: item.days_overdue,
        original: MoneyView::new(item.original, currency),
        paid: MoneyView::new(item.paid, currency),
        credited: MoneyView::new(item.credited, currency),
        open: MoneyView::new(item.open, currency),
    };
    of.items.into_iter().map(view).collect()
}

/// An item that is open now. Amounts are positive; `sign` is −1 for what is owed to the customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CurrentItem)]
pub struct CurrentItemOut {
    pub id: String,
    /// Id.
    pub customer: String,
    pub account: String,
    pub kind: String,
    pub sign: i32,
    /// Id of its document.
    pub document: Option<String>,
    pub number: Option<String>,
    pub document_date: Option<Date>,
    /// As it is known now.
    pub due_date: Option<Date>,
    /// `2/3`: which part of its document it is, where that has several.
    pub instalment: Option<String>,
    pub original: MoneyView,
    pub open: MoneyView,
    /// 异议: what of the open amount the customer disputes.
    pub disputed: MoneyView,
    /// Id of the dispute that is open.
    pub dispute: Option<String>,
    /// 现金折扣: what its terms let be taken off, the best first; days that are over too.
    pub discounts: Vec<OfferView>,
}

impl From<CurrentItem> for CurrentItemOut {
    fn from(CurrentItem { item, document, terms, dispute }: CurrentItem) -> Self {
        let disputed = dispute.as_ref().map_or(Minor::ZERO, |of| of.amount.min(item.open));
        CurrentItemOut {
            disputed: MoneyView::new(disputed, item.currency),
            dispute: dispute.map(|of| of.id.to_string()),
            discounts: OfferView::all(&terms, item.open, item.currency),
            instalment: terms.instalment,
            id: item.id.to_string(),
            customer: item.customer.to_string(),
            account: item.account,
            kind: item.kind,
            sign: item.sign,
            document: item.document.map(|id| id.to_string()),
            document_date: document.as_ref().map(|head| Date(head.document_date)),
            number: document.map(|head| head.number),
            due_date: item.due_now.map(|date| Date(date.date())),
            original: MoneyView::new(item.original, item.currency),
            open: MoneyView::new(item.open, item.currency),
        }
    }
}
