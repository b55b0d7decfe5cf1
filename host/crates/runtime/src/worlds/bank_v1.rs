//! The bank world: `detect`; and for one file `begin`, then `feed` of at most 1 MiB at a time, on one instance.

use super::common_v1::{self as common, types::Context, types::Money};
use crate::call::{CallError, Session};
use crate::limits::Work;
use domain::bank as domain_bank;
use domain::canonical::Digest;

pub(crate) mod wit {
    wasmtime::component::bindgen!({
        path: ["../../../wit/common", "../../../wit/bank"],
        world: "zhangben:bank/bank",
        with: { "zhangben:common/types@1.0.0": crate::worlds::common_v1::types },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}
pub(crate) use wit::zhangben::bank::types;

/// The largest chunk, as the WIT says.
pub(crate) const CHUNK_BYTES_MAX: u32 = 1 << 20;
/// Bytes of a chunk. It is part of the stored input, so that another size in a later host replays as it was.
pub(crate) const CHUNK_BYTES: u32 = CHUNK_BYTES_MAX;
/// Bytes from the file's beginning that `detect` sees.
pub(crate) const HEAD_BYTES: usize = 64 << 10;

/// What was said to the guest. The file itself is kept elsewhere (it is a document of the company); here it is
/// its length and SHA-256, and how it was cut.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Messages {
    pub(crate) begin: Begin,
    pub(crate) bytes: u64,
    pub(crate) sha256: Digest,
    pub(crate) chunk_bytes: u32,
}

/// The first message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Begin {
    pub(crate) ctx: Context,
    pub(crate) file_name: String,
    /// What `detect` took the file for.
    pub(crate) format: Option<String>,
}

/// Feeds one file in chunks of `chunk_bytes`; all answers come back as one. An empty file is one empty, last chunk.
pub(crate) fn converse(
    session: &mut Session<'_>,
    pre: &wit::BankPre<crate::call::Guest>,
    config: &str,
    begin: Begin,
    file: &[u8],
    chunk_bytes: u32,
) -> Result<(Messages, types::Output), CallError> {
    let refused = |p| CallError::Refused(common::problem(p));
    let instance = session.instantiate(|store| pre.instantiate(store))?;
    let reader = instance.zhangben_bank_reader();
    let Begin { ctx, file_name, format } = &begin;
    session
        .message(Work::NONE, |store| reader.call_begin(store, ctx, config, file_name, format.as_deref()))?
        .map_err(refused)?;
    let chunk_len = usize::try_from(chunk_bytes).unwrap_or(usize::MAX).max(1);
    let (items, explanations, warnings, ext) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut all = types::Output { items, explanations, warnings, ext };
    let mut rest = file;
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(chunk_len));
        rest = after;
        let output = session
            .message(Work::bytes(chunk.len()), |store| reader.call_feed(store, chunk, rest.is_empty()))?
            .map_err(refused)?;
        all.items.extend(output.items);
        all.explanations.extend(output.explanations);
        all.warnings.extend(output.warnings);
        all.ext.extend(output.ext);
        session.check_list("statements and entries", all.items.len())?;
        session.check_list("explanations", all.explanations.len())?;
        session.check_list("warnings", all.warnings.len())?;
        session.check_list("attributes of the output", all.ext.len())?;
        if rest.is_empty() {
            break;
        }
    }
    let bytes = u64::try_from(file.len()).unwrap_or(u64::MAX);
    Ok((Messages { begin, bytes, sha256: Digest::of_bytes(file), chunk_bytes }, all))
}

/// What formats the guest takes the file for.
pub(crate) fn detect(
    session: &mut Session<'_>,
    pre: &wit::BankPre<crate::call::Guest>,
    file_name: &str,
    file: &[u8],
) -> Result<Vec<types::Candidate>, CallError> {
    let instance = session.instantiate(|store| pre.instantiate(store))?;
    let head = file.get(..HEAD_BYTES).unwrap_or(file);
    let found = session.message(Work::bytes(head.len()), |store| {
        instance.zhangben_bank_reader().call_detect(store, head, file_name)
    })?;
    session.check_list("candidates", found.len())?;
    Ok(found)
}

pub(crate) fn item(item: types::Item) -> domain_bank::RawItem {
    match item {
        types::Item::StatementStart(s) => domain_bank::RawItem::Start(statement(s)),
        types::Item::Entry(e) => domain_bank::RawItem::Entry(Box::new(entry(e))),
        types::Item::StatementEnd(e) => domain_bank::RawItem::End(domain_bank::RawStatementEnd {
            ordinal: e.ordinal,
            entries: e.entries,
            balances: e.balances.into_iter().map(balance).collect(),
            declared: e.declared.map(declared),
        }),
    }
}

fn statement(s: types::StatementStart) -> domain_bank::RawStatement {
    domain_bank::RawStatement {
        ordinal: s.ordinal,
        id: s.id,
        account_id: s.account.id,
        account_scheme: s.account.scheme,
        account_currency: s.account.currency,
        owner: s.account.owner,
        sequence: s.sequence,
        legal_sequence: s.legal_sequence,
        page: s.page,
        last_page: s.last_page,
        start: s.start,
        end: s.end,
        created: s.created,
        balances: s.balances.into_iter().map(balance).collect(),
        declared: s.declared.map(declared),
    }
}

fn balance(b: types::Balance) -> domain_bank::RawBalance {
    domain_bank::RawBalance { kind: b.kind, date: b.date, amount: b.amount, currency: b.currency }
}

fn declared(d: types::Declared) -> domain_bank::RawDeclared {
    domain_bank::RawDeclared {
        entries: d.entries,
        credit_sum: d.credit_sum,
        credit_count: d.credit_count,
        debit_sum: d.debit_sum,
        debit_count: d.debit_count,
    }
}

fn pair(money: Money) -> (String, String) {
    (money.amount, money.currency)
}

fn charge(c: types::Charge) -> domain_bank::RawCharge {
    domain_bank::RawCharge {
        amount: c.amount,
        currency: c.currency,
        kind: c.kind,
        bearer: c.bearer,
        included: c.included,
    }
}

fn entry(e: types::Entry) -> domain_bank::RawEntry {
    let (instructed, fx_rate) = e.fx.map_or((None, None), |fx| (fx.instructed.map(pair), fx.rate));
    domain_bank::RawEntry {
        statement: e.statement,
        ordinal: e.ordinal,
        offset: e.offset,
        length: e.length,
        bank_reference: e.bank_reference,
        servicer_reference: e.servicer_reference,
        booking: e.booking,
        value: e.value,
        status: e.status,
        amount: e.amount,
        credit: e.credit,
        reversal: e.reversal,
        currency: e.currency,
        code: code(e.code),
        charges: e.charges.into_iter().map(charge).collect(),
        instructed,
        fx_rate,
        batch: e.batch.map(|b| domain_bank::RawBatch { count: b.count, total: b.total.map(pair) }),
        text: e.text,
        details: e.details.into_iter().map(detail).collect(),
    }
}

/// `PMNT/RCDT/ESCT`, or the bank's own code where there is no domain.
fn code(code: types::BankCode) -> String {
    let parts: Vec<String> = [code.domain, code.family, code.sub].into_iter().flatten().collect();
    if parts.is_empty() { code.proprietary.unwrap_or_default() } else { parts.join("/") }
}

fn reference(s: types::StructuredReference) -> domain_bank::RawReference {
    domain_bank::RawReference {
        scheme: s.scheme,
        reference: s.reference,
        amount: s.amount.map(pair),
        discount: s.discount.map(pair),
        kind: s.kind,
    }
}

fn detail(d: types::Detail) -> domain_bank::RawDetail {
    let name = |party: &Option<types::Party>| party.as_ref().and_then(|p| p.name.clone());
    let account = |party: &Option<types::Party>| party.as_ref().and_then(|p| p.account.clone());
    let (return_reason, original_end_to_end) =
        d.returned.map_or((None, None), |r| (Some(r.reason), r.original_end_to_end));
    domain_bank::RawDetail {
        amount: d.amount,
        currency: d.currency,
        credit: d.credit,
        end_to_end: d.end_to_end,
        transaction: d.transaction,
        servicer_reference: d.servicer_reference,
        mandate: d.mandate,
        debtor_name: name(&d.debtor),
        debtor_account: account(&d.debtor),
        debtor_id: d.debtor.as_ref().and_then(|p| p.id.clone()),
        creditor_name: name(&d.creditor_party),
        creditor_account: account(&d.creditor_party),
        ultimate_debtor: name(&d.ultimate_debtor),
        structured: d.structured.into_iter().map(reference).collect(),
        unstructured: d.unstructured,
        return_reason,
        original_end_to_end,
        charges: d.charges.into_iter().map(charge).collect(),
    }
}
