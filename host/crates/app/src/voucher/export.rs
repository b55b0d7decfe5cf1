use super::VoucherError;
use super::number::number;
use crate::common::{Common, Context};
use crate::{App, event};
use domain::actor::Actor;
use domain::canonical::{Digest, digest};
use domain::close::Month;
use domain::ids::CompanyId;
use serde_json::{Value, json};
use store::rows::{Entry, Voucher, VoucherExport};
use store::{Conn, query};

/// Vouchers read at once.
const PAGE: u32 = 500;

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    pub month: Month,
    pub row: VoucherExport,
}

/// Numbers what waits, and records that the month's vouchers, all of them as they are now, were handed over to the general ledger:
/// how many, and a digest over numbers and entries. The file itself is that of `GET /v1/vouchers`. The close looks at this.
///
/// # Errors
/// `Nothing`; `Conflict` where somebody numbered meanwhile.
pub fn export(app: &App, actor: &Actor, company: CompanyId, month: Month) -> Result<Exported, VoucherError> {
    // whoever may number may hand over
    number(app, actor, company, month)?;
    let ctx = Context::new(app);
    let (vouchers, digest) = app.db.snapshot(|conn| handed(conn, company, month))?;
    if vouchers == 0 {
        return Err(VoucherError::Nothing(month));
    }
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        if query::vouchers::count(tx, company, month.last(), i64::MAX.unsigned_abs())? != vouchers {
            return Err(Common::Conflict { what: format!("the vouchers of {month}") }.into());
        }
        let before = query::vouchers::exports(tx, company, month.last())?.len();
        let row = VoucherExport {
            company,
            period: month.last(),
            n: u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1),
            vouchers,
            position: query::vouchers::last_position(tx, company, month.last())?,
            digest,
            exported_by: actor.to_string(),
            exported_at: ctx.now,
        };
        query::vouchers::export(tx, &row)?;
        event::write(&ctx, tx, actor, company, ("vouchers.exported", subject(&row)), content(&row))?;
        Ok(Exported { month, row })
    })
}

/// What the event of an export is about.
pub(crate) fn subject(row: &VoucherExport) -> String {
    format!("{}/{}", row.period, row.n)
}

/// What the event of an export says.
pub(crate) fn content(row: &VoucherExport) -> Value {
    json!({"period": row.period.to_string(), "n": row.n, "vouchers": row.vouchers.to_string(),
        "position": row.position.to_string(), "digest": row.digest.to_string()})
}

/// How many vouchers a month has, and the digest over all: voucher-export.v1.
fn handed(conn: &mut Conn, company: CompanyId, month: Month) -> Result<(u64, Digest), VoucherError> {
    let mut all: Vec<Value> = Vec::new();
    let mut after = None;
    loop {
        let page = query::vouchers::page(conn, company, (month.last(), None), after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some((last.sort, last.number));
        let ids: Vec<_> = page.iter().map(|voucher| voucher.entry).collect();
        let entries = query::entries::by_ids(conn, company, &ids)?;
        all.extend(page.iter().map(|voucher| said(voucher, &entries)));
    }
    let count = u64::try_from(all.len()).unwrap_or(u64::MAX);
    Ok((count, digest("voucher-export.v1", &Value::Array(all))?))
}

fn said(voucher: &Voucher, entries: &[Entry]) -> Value {
    let entry = entries.iter().find(|entry| entry.id == voucher.entry);
    json!({"sort": voucher.sort.name(), "number": voucher.number.to_string(), "entry": voucher.entry.to_string(),
        "content_hash": entry.map(|entry| entry.content_hash.to_string())})
}
