//! What a policy guest is shown: open bank lines, open items, customers, earlier receipts. Everything is sorted by
//! business keys, so that the same books give the same conversation on every database.

use super::bounds;
use super::receipts::{self, Receipts};
use crate::common::{Common, Context, there};
use crate::company::company_row;
use crate::customer::{self, all_customers};
use crate::due::{self, ItemTerms};
use crate::plugin::{self, BoundPlugin, FoundPlugin};
use crate::vault::{self, Secret};
use crate::{books, company};
use chrono::NaiveDate;
use domain::ids::{BankStatementId, CompanyId, CustomerId, OpenItemId, ProposalId};
use domain::ledger::TRANSFER;
use domain::plugin::World;
use domain::reconciliation::{self, Alias, CustomerRow, Item, Line, Remittance, Request};
use money::{Currency, Minor};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::query::open_items::ItemDocument;
use store::rows::{
    BankAccount, BankLine, BankStatement, Company, Customer, CustomerAccount, CustomerFormerName, OpenItem,
    Tolerance,
};
use store::types::{BankLineStatus, FormerKind, ProposalStatus};
use store::{Conn, query};

/// Rows read at a time.
const PAGE: u32 = 500;

/// An open item with what its document says.
pub(super) struct OpenItemInfo {
    pub item: OpenItem,
    document: ItemDocument,
    terms: ItemTerms,
    /// Of what a merge carried over: the number of the document that made it.
    before: Option<String>,
}

pub(super) struct Loaded {
    pub company: Company,
    pub company_key: Secret,
    pub plugin: BoundPlugin,
    pub known_at: u64,
    pub today: NaiveDate,
    /// By ordinal.
    pub lines: Vec<BankLine>,
    pub items: Vec<OpenItemInfo>,
    pub customers: Vec<Customer>,
    /// Who were merged into others, each with whoever stands for her.
    pub merged: Vec<(Customer, CustomerId)>,
    pub receipts: Receipts,
    accounts: Vec<CustomerAccount>,
    /// What those who were merged were called before.
    former_names: Vec<CustomerFormerName>,
    bank_accounts: Vec<BankAccount>,
    tolerances: Vec<Tolerance>,
    reserved: HashMap<OpenItemId, Minor>,
}

pub(super) fn load(ctx: &Context<'_>, company: CompanyId) -> Result<Loaded, Common> {
    let (found, with_plugin) = ctx.app.db.snapshot(|conn| load_in(ctx, conn, company))?;
    Ok(with_plugin(plugin::load(ctx, &found)?))
}

/// Everything, and what is made of it with the policy: that is loaded when no transaction is open any more.
fn load_in(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
) -> Result<(FoundPlugin, impl FnOnce(BoundPlugin) -> Loaded + use<>), Common> {
    let row = company_row(conn, company)?;
    let today = company::today(ctx, &row)?;
    let mut customers = all_customers(conn, company)?;
    customers.retain(|customer| customer.erased_at.is_none());
    let (merged, former_names) = merged(conn, company, &mut customers)?;
    customers.sort_by(|a, b| a.code.cmp(&b.code));
    let code_of: BTreeMap<CustomerId, &str> = customers.iter().map(|c| (c.id, c.code.as_str())).collect();
    let mut items = open_items(conn, company)?;
    named_as_before(conn, company, &mut items)?;
    items.retain(|item| code_of.contains_key(&item.item.customer));
    items.sort_by_key(|info| {
        (
            code_of.get(&info.item.customer).copied().unwrap_or_default().to_owned(),
            info.document.number.clone(),
            info.item.kind.clone(),
            (info.item.due_now, info.terms.instalment.clone()),
        )
    });
    let mut lines = open_lines(conn, company)?;
    let bank_accounts = query::bank_accounts::list(conn, company)?;
    sort_lines(conn, company, &bank_accounts, &mut lines)?;
    let receipts = receipts::load(conn, company, today, &lines)?;
    let mut tolerances = query::tolerances::list(conn, company)?;
    tolerances.retain(|row| row.customer.is_none_or(|id| code_of.contains_key(&id)));
    tolerances.sort_by_key(|row| {
        let customer = row.customer.and_then(|id| code_of.get(&id)).map(|code| (*code).to_owned());
        (row.currency, row.role.clone(), customer)
    });
    let known = customers.iter().chain(merged.iter().map(|(customer, _)| customer));
    let ids: Vec<CustomerId> = known.map(|c| c.id).collect();
    let found = plugin::find_bound(conn, company, World::Reconciliation.name(), today)?;
    let company_key = vault::company_key(ctx, conn, company)?;
    let known_at = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
    let accounts = query::customers::accounts(conn, company, &ids)?;
    let reserved = reserved(conn, company)?;
    let with_plugin = move |plugin| Loaded {
        company_key,
        plugin,
        known_at,
        accounts,
        former_names,
        bank_accounts,
        reserved,
        tolerances,
        company: row,
        today,
        lines,
        items,
        customers,
        merged,
        receipts,
    };
    Ok((found, with_plugin))
}

/// Takes those who were merged out of the customers: their accounts and names are of whoever took their place. One who leads to
/// nobody who is there is left out.
#[allow(clippy::type_complexity)] // two lists of rows
fn merged(
    conn: &mut Conn,
    company: CompanyId,
    customers: &mut Vec<Customer>,
) -> Result<(Vec<(Customer, CustomerId)>, Vec<CustomerFormerName>), Common> {
    let (mut found, mut former) = (Vec::new(), Vec::new());
    let all = std::mem::take(customers);
    let (gone, there): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.merged_into.is_some());
    *customers = there;
    for customer in gone {
        let standing = customer::standing_for(conn, company, &[customer.id])?;
        let Some(into) = standing.into_iter().find(|id| customers.iter().any(|one| one.id == *id)) else {
            continue;
        };
        former.extend(query::customers::former_names(conn, company, customer.id)?);
        found.push((customer, into));
    }
    Ok((found, former))
}

/// Without bills of exchange: acts of their own clear them.
fn open_items(conn: &mut Conn, company: CompanyId) -> Result<Vec<OpenItemInfo>, Common> {
    let mut all: Vec<OpenItemInfo> = Vec::new();
    // what is not billed is not paid
    let apart = books::Apart::of(conn, company)?;
    let mut after = None;
    loop {
        let page = query::open_items::open_page(conn, company, after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(all) };
        after = Some(last.id);
        let mut terms = due::of_items(conn, company, &page.iter().map(|(item, _)| item).collect::<Vec<_>>())?;
        for (item, document) in page.into_iter().filter(|(item, _)| !apart.contains(&item.account)) {
            let document = there(document, "document of open item", item.id)?;
            let terms = terms.remove(&item.id).unwrap_or_default();
            all.push(OpenItemInfo { item, document, terms, before: None });
        }
    }
}

/// What was carried over by merges is known by what made it too: customers and banks name the invoice.
fn named_as_before(conn: &mut Conn, company: CompanyId, all: &mut [OpenItemInfo]) -> Result<(), Common> {
    let transfers: Vec<OpenItemId> =
        all.iter().filter(|info| info.item.kind == TRANSFER).map(|info| info.item.id).collect();
    let first = query::merges::origins(conn, company, &transfers)?;
    let wanted: BTreeSet<OpenItemId> = first.values().copied().collect();
    let wanted: Vec<OpenItemId> = wanted.into_iter().collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let items = query::open_items::by_ids(conn, company, &wanted)?;
    let items = query::open_items::with_documents(conn, company, items)?;
    for info in all.iter_mut() {
        let Some(made) = first.get(&info.item.id) else { continue };
        let Some((_, Some(document))) = items.iter().find(|(item, _)| item.id == *made) else { continue };
        info.document.tax_invoice_number.clone_from(&document.tax_invoice_number);
        info.document.purchase_order.clone_from(&document.purchase_order);
        info.before = Some(document.number.clone());
    }
    Ok(())
}

fn open_lines(conn: &mut Conn, company: CompanyId) -> Result<Vec<BankLine>, Common> {
    let mut all: Vec<BankLine> = Vec::new();
    loop {
        let after = all.last().map(|line| (line.booking_date, line.id));
        let page = query::bank_lines::list(conn, company, BankLineStatus::Open, after, PAGE)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// By what the bank's file says of them, and never by a key of the company: the same books give the same conversation
/// wherever they are kept. Lines that the bank tells apart by nothing are the same to a policy too.
fn sort_lines(
    conn: &mut Conn,
    company: CompanyId,
    accounts: &[BankAccount],
    lines: &mut [BankLine],
) -> Result<(), Common> {
    let ids: BTreeSet<BankStatementId> = lines.iter().map(|line| line.statement).collect();
    let ids: Vec<BankStatementId> = ids.into_iter().collect();
    let statements: HashMap<BankStatementId, BankStatement> =
        query::bank_files::statements_by_ids(conn, company, &ids)?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
    let number = |line: &BankLine| accounts.iter().find(|a| a.id == line.account).map(|a| a.number.as_str());
    let stretch = |line: &BankLine| {
        let row = statements.get(&line.statement)?;
        Some((row.start_date, row.sequence.as_deref(), row.page, row.bank_id.as_str()))
    };
    lines.sort_by(|a, b| {
        let key = |line: &BankLine| (line.entry_ordinal, line.detail_ordinal, line.amount, line.credit);
        let first = (a.booking_date, number(a), stretch(a)).cmp(&(b.booking_date, number(b), stretch(b)));
        first
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| (&a.end_to_end, &a.free_text).cmp(&(&b.end_to_end, &b.free_text)))
    });
    Ok(())
}

/// What pending proposals of rank 1 hold of each item.
fn reserved(conn: &mut Conn, company: CompanyId) -> Result<HashMap<OpenItemId, Minor>, Common> {
    let mut sums: HashMap<OpenItemId, Minor> = HashMap::new();
    let mut after = None;
    loop {
        let page = query::proposals::list(conn, company, Some(ProposalStatus::Proposed), after, PAGE)?;
        let Some(last) = page.last() else { return Ok(sums) };
        after = Some(last.id);
        let first: Vec<ProposalId> = page.iter().filter(|p| p.rank == 1).map(|p| p.id).collect();
        for allocation in query::proposals::with_children(conn, company, &first)?.allocations {
            for item in std::iter::once(allocation.item).chain(allocation.credit_item) {
                let sum = sums.entry(item).or_default();
                *sum = sum.add(allocation.amount)?;
            }
        }
    }
}

/// The request of the conversation; ordinals are positions in `loaded`'s vectors.
pub(super) fn request(loaded: &Loaded) -> Result<Request, Common> {
    let ordinal_of: HashMap<CustomerId, u32> =
        (0u32..).zip(&loaded.customers).map(|(n, c)| (c.id, n)).collect();
    let customers = loaded.customers.iter().map(|customer| CustomerRow {
        code: customer.code.clone(),
        name: customer.name.clone().unwrap_or_default(),
        accounts: loaded
            .accounts
            .iter()
            .filter(|a| loaded.stands_for(a.customer) == customer.id)
            .map(|a| a.account.clone())
            .collect(),
    });
    let mut lines: Vec<Line> =
        loaded.lines.iter().map(|row| line(loaded, row, &ordinal_of)).collect::<Result<_, _>>()?;
    let mut first_of: HashMap<(BankStatementId, u32), u32> = HashMap::new();
    for ((ordinal, row), line) in (0u32..).zip(&loaded.lines).zip(&mut lines) {
        let first = *first_of.entry((row.statement, row.entry_ordinal)).or_insert(ordinal);
        line.batch_parent = (first != ordinal).then_some(first);
    }
    // what was over before the first of them is nobody's to take
    let first_paid = lines.iter().map(Line::paid_on).min();
    Ok(Request {
        customers: customers.collect(),
        receipts: loaded.receipts.rows(&ordinal_of),
        receipts_since: loaded.receipts.since,
        allocations: loaded.receipts.allocations(&loaded.items),
        aliases: aliases(loaded, &ordinal_of),
        tolerances: tolerances(loaded, &ordinal_of)?,
        lines,
        items: loaded
            .items
            .iter()
            .map(|info| item(loaded, info, &ordinal_of, first_paid))
            .collect::<Result<_, _>>()?,
    })
}

impl Loaded {
    /// A customer, or who took her place.
    fn stands_for(&self, id: CustomerId) -> CustomerId {
        self.merged.iter().find(|(customer, _)| customer.id == id).map_or(id, |(_, into)| *into)
    }
}

/// What those who were merged are called, and were: banks go on writing it.
fn aliases(loaded: &Loaded, ordinal_of: &HashMap<CustomerId, u32>) -> Vec<Alias> {
    let mut found: BTreeSet<(u32, String)> = BTreeSet::new();
    for (customer, into) in &loaded.merged {
        let Some(ordinal) = ordinal_of.get(into) else { continue };
        let own = |name: &&CustomerFormerName| name.customer == customer.id && name.kind == FormerKind::Name;
        let former = loaded.former_names.iter().filter(own).map(|name| &name.value);
        found.extend(customer.name.iter().chain(former).map(|name| (*ordinal, name.clone())));
    }
    let alias = |(customer, pattern)| Alias { pattern, customer, confirmed: 1, last: loaded.today };
    found.into_iter().map(alias).collect()
}

fn tolerances(
    loaded: &Loaded,
    ordinal_of: &HashMap<CustomerId, u32>,
) -> Result<Vec<reconciliation::Tolerance>, Common> {
    let mut found = Vec::with_capacity(loaded.tolerances.len());
    for row in &loaded.tolerances {
        found.extend(bounds::tolerance(row, |id| ordinal_of.get(&id).copied())?);
    }
    Ok(found)
}

fn line(loaded: &Loaded, row: &BankLine, ordinal_of: &HashMap<CustomerId, u32>) -> Result<Line, Common> {
    let account = loaded.bank_accounts.iter().find(|a| a.id == row.account).map(|a| a.number.clone());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let said =
        |name: &str| row.payment.0.get(name).and_then(|v| v.as_str()).map(str::to_owned).unwrap_or_default();
    // a return may name a receipt of the same batch that is not posted yet
    let original_line = row.original_end_to_end.as_ref().and_then(|reference| {
        let paid = |l: &BankLine| {
            l.credit
                && l.end_to_end.as_ref() == Some(reference)
                && (l.account, l.currency, l.amount) == (row.account, row.currency, row.amount)
                && l.booking_date <= row.booking_date
        };
        let position = loaded.lines.iter().position(paid).filter(|_| !row.credit)?;
        u32::try_from(position).ok()
    });
    Ok(Line {
        account: account.unwrap_or_default(),
        credit: row.credit,
        kind: row.kind.clone(),
        booking: row.booking_date.date(),
        value: row.value_date.map(|date| date.date()),
        amount: row.amount,
        currency: row.currency,
        instructed: instructed(row)?,
        fx_rate: said("fx_rate"),
        charges: row.charges,
        charge_bearer: said("charge_bearer"),
        payer_name: text(&row.payer_name),
        payer_account: text(&row.payer_account),
        payer_id: text(&row.payer_id),
        ultimate_debtor: text(&row.ultimate_debtor),
        end_to_end: match row.credit {
            true => text(&row.end_to_end),
            false => row.original_end_to_end.clone().or_else(|| row.end_to_end.clone()).unwrap_or_default(),
        },
        mandate: text(&row.mandate),
        servicer_reference: text(&row.servicer_reference),
        structured: text(&row.structured),
        structured_scheme: text(&row.structured_scheme),
        free_text: text(&row.free_text),
        batch_parent: None, // set where all lines are known
        original_line,
        return_reason: text(&row.return_reason),
        customer_hint: row.customer.and_then(|id| ordinal_of.get(&loaded.stands_for(id)).copied()),
        remaining: row.remaining,
        remittances: remittances(row)?,
    })
}

/// The amount that the payer instructed, in its currency.
fn instructed(row: &BankLine) -> Result<Option<(Minor, Currency)>, Common> {
    let Some(stored) = row.payment.0.get("instructed") else { return Ok(None) };
    let part = |index: usize| stored.get(index).and_then(|v| v.as_str());
    let amount = part(0).and_then(|text| text.parse().ok()).map(Minor::new);
    let currency = part(1).and_then(|code| Currency::parse(code).ok());
    let corrupt = || Common::Corrupt { what: "instructed amount", detail: row.id.to_string() };
    Ok(Some((amount.ok_or_else(corrupt)?, currency.ok_or_else(corrupt)?)))
}

/// [[reference, amount, discount, scheme, kind], …]; lines that were imported before there were the last two lack them.
pub(super) fn remittances(row: &BankLine) -> Result<Vec<Remittance>, Common> {
    let corrupt = || Common::Corrupt { what: "remittances", detail: row.id.to_string() };
    let list = row.remittances.0.as_array().ok_or_else(corrupt)?;
    let minor = |value: Option<&serde_json::Value>| {
        value.and_then(|v| v.as_str()).and_then(|text| text.parse().ok()).map(Minor::new).ok_or_else(corrupt)
    };
    list.iter()
        .map(|one| {
            let text = |index: usize| one.get(index).and_then(|v| v.as_str()).map(str::to_owned);
            Ok(Remittance {
                reference: text(0).ok_or_else(corrupt)?,
                scheme: text(3).unwrap_or_default(),
                kind: text(4).unwrap_or_default(),
                amount: minor(one.get(1))?,
                discount: minor(one.get(2))?,
            })
        })
        .collect()
}

fn item(
    loaded: &Loaded,
    info: &OpenItemInfo,
    ordinal_of: &HashMap<CustomerId, u32>,
    first_paid: Option<NaiveDate>,
) -> Result<Item, Common> {
    let offers = info.terms.offers.iter().filter(|step| first_paid.is_some_and(|day| day <= step.until));
    let row = &info.item;
    let missing = || Common::Corrupt { what: "open item", detail: format!("{} has no customer", row.id) };
    let parent = loaded.customers.iter().find(|c| c.id == row.customer).and_then(|c| c.parent);
    Ok(Item {
        customer: ordinal_of.get(&row.customer).copied().ok_or_else(missing)?,
        parent_customer: parent.and_then(|id| ordinal_of.get(&id).copied()),
        control_account: row.account.clone(),
        kind: row.kind.clone(),
        sign: row.sign,
        number: info.document.number.clone(),
        tax_invoice_number: info.document.tax_invoice_number.clone().unwrap_or_default(),
        purchase_order: info.document.purchase_order.clone().unwrap_or_default(),
        structured: info.before.clone().unwrap_or_default(),
        document_date: info.document.document_date,
        due_date: row.due_now.map(|date| date.date()),
        currency: row.currency,
        original: row.original,
        open: row.open,
        reserved: loaded.reserved.get(&row.id).copied().unwrap_or_default(),
        disputed: Minor::ZERO,
        blocked: false,
        instalment: info.terms.instalment.clone().unwrap_or_default(),
        offers: offers.copied().collect(),
    })
}
