//! Rows to start from. Ids count up, so that two runs write the same.

use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{
    AllocationId, BlobId, CompanyId, CustomerId, DocumentId, EntryId, EventId, InvocationId, KeyId,
    OpenItemId,
};
use domain::plugin::World;
use domain::statement::Style;
use domain::tax::PriceMode;
use domain::time::{AccountingDate, Instant, parse_date};
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use store::query::entries::{EntryRows, Relieved};
use store::query::{blobs, companies, customers, invocations, keys, plugins};
use store::rows::{
    Allocation, Blob, Company, Customer, Document, Entry, Event, Invocation, Key, OpenItem, Plugin, Posting,
};
use store::types::{Json, KeyKind};
use store::{Database, StoreError, StoreResult, Tx};
use uuid::Uuid;

pub type Result<T> = StoreResult<T>;

static NEXT: AtomicU64 = AtomicU64::new(1);

pub fn uuid() -> Uuid {
    // shaped as version 7: counts in the time, so that later ids sort later
    Uuid::from_u128((u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 80) | (7 << 76) | (2 << 62))
}

pub fn hash(text: &str) -> Digest {
    Digest::of_bytes(text.as_bytes())
}

pub fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

pub fn at(seconds: i64) -> Instant {
    Instant::from_micros(1_795_000_000_000_000 + seconds * 1_000_000).unwrap()
}

pub fn minor(value: i64) -> Minor {
    Minor::new(value)
}

/// A company with a customer and a key.
#[derive(Clone, Copy)]
pub struct World1 {
    pub company: CompanyId,
    pub customer: CustomerId,
    pub key: KeyId,
}

pub fn company(code: &str) -> Company {
    Company {
        id: CompanyId::new(uuid()),
        code: code.to_owned(),
        name: "Beispiel 有限公司".to_owned(),
        country: "CN".to_owned(),
        jurisdiction: "CN".to_owned(),
        base_currency: Currency::CNY,
        time_zone: "Asia/Shanghai".to_owned(),
        locale: "zh-CN".to_owned(),
        taxpayer_status: "general".to_owned(),
        tax_scheme: None,
        tax_id: None,
        address: Json(json!({"lines": ["世纪大道 1"], "country": "CN"})),
        retention_years: 30,
        version: 1,
        created_at: at(0),
    }
}

pub fn key(company: CompanyId, kind: KeyKind) -> Key {
    Key {
        company,
        id: KeyId::new(uuid()),
        kind,
        wrapped: Some(vec![7; 48]),
        created_at: at(0),
        destroyed_at: None,
    }
}

pub fn customer(company: CompanyId, key: KeyId, code: &str) -> Customer {
    Customer {
        company,
        id: CustomerId::new(uuid()),
        code: code.to_owned(),
        name: Some("王小明".to_owned()),
        country: "DE".to_owned(),
        region: None,
        address: Some(Json(json!({"lines": ["Hauptstraße 1"]}))),
        currency: Currency::CNY,
        locale: "zh-CN".to_owned(),
        kind: "business".to_owned(),
        taxpayer_status: "general".to_owned(),
        tax_scheme: Some("EU:VAT".to_owned()),
        tax_id: Some("DE123456789".to_owned()),
        email: Some("wang@example.org".to_owned()),
        terms_days: 30,
        terms: None,
        statement_style: Style::OpenItem,
        parent: None,
        party_key: key,
        erased_at: None,
        external_id: None,
        archived_at: None,
        customer_group: None,
        merged_into: None,
        version: 1,
        created_at: at(0),
    }
}

pub fn setup(db: &Database) -> World1 {
    setup_as(db, "ACME")
}

pub fn setup_as(db: &Database, code: &str) -> World1 {
    let company = company(code);
    let key = key(company.id, KeyKind::Party);
    let customer = customer(company.id, key.id, "C-1");
    db.write(|tx| -> Result<()> {
        companies::insert(tx, &company)?;
        keys::insert(tx, std::slice::from_ref(&key))?;
        customers::insert(tx, std::slice::from_ref(&customer))
    })
    .unwrap();
    World1 { company: company.id, customer: customer.id, key: key.id }
}

pub fn plugin(world: World, name: &str) -> Plugin {
    Plugin {
        digest: hash(name),
        world,
        name: name.to_owned(),
        version: "0.1.0".to_owned(),
        manifest: Json(json!({"name": name})),
        bytes: b"\0asm".to_vec(),
        builtin: true,
        admitted_by: "system".to_owned(),
        admitted_at: at(0),
    }
}

pub fn blob(w: World1) -> Blob {
    Blob {
        company: w.company,
        id: BlobId::new(uuid()),
        key: w.key,
        media_type: "application/json".to_owned(),
        size: 2,
        commitment: hash("{}"),
        salt: vec![1; 48],
        bytes: vec![2; 18],
        created_at: at(1),
    }
}

/// An invocation with the plugin and blobs it names.
pub fn invocation(tx: &mut Tx<'_>, w: World1, world: World) -> Result<InvocationId> {
    let plugin = plugin(world, world.name());
    plugins::insert(tx, &plugin)?;
    let (input, output) = (blob(w), blob(w));
    let row = Invocation {
        company: w.company,
        id: InvocationId::new(uuid()),
        world,
        plugin: plugin.digest,
        config: "{}".to_owned(),
        config_digest: hash("{}"),
        input: input.id,
        input_digest: hash("in"),
        output: output.id,
        output_digest: hash("out"),
        fuel: 12_345,
        memory_peak_bytes: 1 << 20,
        time_us: 300,
        engine: "wasmtime 48".to_owned(),
        called_at: at(2),
    };
    blobs::insert(tx, &[input, output])?;
    invocations::insert(tx, std::slice::from_ref(&row))?;
    Ok(row.id)
}

pub fn document(w: World1, kind: &str, number: &str, gross: i64, date: &str) -> Document {
    Document {
        company: w.company,
        id: DocumentId::new(uuid()),
        kind: kind.to_owned(),
        number: number.to_owned(),
        external_id: None,
        customer: w.customer,
        currency: Currency::CNY,
        document_date: day(date),
        effective_date: day(date),
        due_date: Some(day(date)),
        supply_date: Some(day(date)),
        price_mode: PriceMode::Exclusive,
        net: minor(gross),
        tax: minor(0),
        gross: minor(gross),
        fx_rate: Decimal::ONE,
        fx_date: day(date),
        fx_source: "base".to_owned(),
        base_net: minor(gross),
        base_tax: minor(0),
        base_gross: minor(gross),
        original: None,
        bank_line: None,
        tax_invoice_number: None,
        purchase_order: Some("PO-7".to_owned()),
        text: Some("Lieferung 货物".to_owned()),
        text_commitment: hash("text"),
        text_salt: Some(vec![3; 48]),
        invocation: None,
        digest: hash(number),
        created_by: "system".to_owned(),
        created_at: at(3),
    }
}

/// An entry of two lines with one open item and one event, for `document` if there is one.
pub fn entry(w: World1, kind: &str, amount: i64, date: &str, document: Option<DocumentId>) -> EntryRows {
    let id = EntryId::new(uuid());
    let item = OpenItemId::new(uuid());
    let line = |line, account: &str, amount: i64, own: bool| Posting {
        company: w.company,
        entry: id,
        line,
        account: account.to_owned(),
        customer: own.then_some(w.customer),
        currency: Currency::CNY,
        amount: minor(amount),
        base: minor(amount),
        item: own.then_some(item),
        tax_code: None,
    };
    EntryRows {
        entries: vec![Entry {
            company: w.company,
            id,
            kind: kind.to_owned(),
            effective_date: AccountingDate::new(day(date)),
            posted_at: at(4),
            document,
            reverses: None,
            content_hash: hash(&id.to_string()),
            created_by: "system".to_owned(),
        }],
        postings: vec![line(1, "1122", amount, true), line(2, "6001", -amount, false)],
        items: vec![OpenItem {
            company: w.company,
            id: item,
            entry: id,
            customer: w.customer,
            account: "1122".to_owned(),
            document,
            kind: kind.to_owned(),
            sign: if amount < 0 { -1 } else { 1 },
            currency: Currency::CNY,
            original: minor(amount.abs()),
            base_original: minor(amount.abs()),
            open: minor(amount.abs()),
            base_open: minor(amount.abs()),
            due_date: Some(AccountingDate::new(day(date))),
            version: 1,
            due_now: Some(AccountingDate::new(day(date))),
        }],
        allocations: Vec::new(),
        relieved: Vec::new(),
        events: vec![Event {
            company: w.company,
            id: EventId::new(uuid()),
            kind: format!("{kind}.posted"),
            subject: document.map_or_else(|| id.to_string(), |document| document.to_string()),
            actor: "system".to_owned(),
            at: at(4),
            data: Json(json!({"entry": id.to_string()})),
            seal_ref: id.uuid(),
        }],
    }
}

/// An entry that clears `amount` of two items.
pub fn clearing(w: World1, debit: &OpenItem, credit: &OpenItem, amount: i64) -> EntryRows {
    let id = EntryId::new(uuid());
    let relieved = |item: &OpenItem| Relieved {
        item: item.id,
        version: item.version,
        open: item.open.sub(minor(amount)).unwrap(),
        base_open: item.base_open.sub(minor(amount)).unwrap(),
    };
    EntryRows {
        entries: vec![Entry {
            company: w.company,
            id,
            kind: "allocation".to_owned(),
            effective_date: AccountingDate::new(day("2026-11-20")),
            posted_at: at(5),
            document: None,
            reverses: None,
            content_hash: hash(&id.to_string()),
            created_by: "system".to_owned(),
        }],
        allocations: vec![Allocation {
            company: w.company,
            id: AllocationId::new(uuid()),
            entry: id,
            effective_date: AccountingDate::new(day("2026-11-20")),
            debit_item: debit.id,
            credit_item: credit.id,
            currency: Currency::CNY,
            amount: minor(amount),
            base_debit: minor(amount),
            base_credit: minor(amount),
            reverses: None,
            proposal: None,
        }],
        relieved: vec![relieved(debit), relieved(credit)],
        ..EntryRows::default()
    }
}

pub fn is_conflict<T>(result: &Result<T>) -> bool {
    matches!(result, Err(StoreError::Conflict { .. }))
}
