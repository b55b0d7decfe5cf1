//! The reconciliation world: `begin`, `load-items` (as often as there are chunks), `propose`, then `next` while the guest has
//! more, on one instance. Ordinals are row numbers over all chunks.

use super::common_v1::{self as common, types::Context};
use crate::call::{CallError, Session};
use crate::limits::Work;

pub(crate) mod wit {
    wasmtime::component::bindgen!({
        path: ["../../../wit/common", "../../../wit/reconciliation"],
        world: "zhangben:reconciliation/reconciliation",
        with: { "zhangben:common/types@1.0.0": crate::worlds::common_v1::types },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}
pub(crate) use wit::zhangben::reconciliation::types;

crate::json::columns::table!(types::LineColumns {
    account: Name, credit: Flag, kind: Name, booking: Day, value: Day, amount: Amount, currency: Name,
    instructed_amount: Minor, instructed_currency: Text, fx_rate: Text, charges: Minor, charge_bearer: Text,
    payer_name: Text, payer_account: Text, payer_id: Text, ultimate_debtor: Text, end_to_end: Text, mandate: Text,
    structured: Text, structured_scheme: Text, free_text: Text, batch_parent: Ordinal, original_line: Ordinal,
    return_reason: Text, customer_hint: Ordinal, remaining: Amount,
} extra);

crate::json::columns::table!(types::RemittanceColumns {
    line: Owner, reference: Text, scheme: Text, kind: Text, amount: Minor, discount: Minor,
} extra);

crate::json::columns::table!(types::ItemColumns {
    customer: Owner, parent_customer: Ordinal, payer: Ordinal, branch: Text, control_account: Text, kind: Name,
    sign: Number, number: Text, tax_invoice_number: Text, purchase_order: Text, delivery: Text, structured: Text,
    document_date: Day, due_date: Day, currency: Name, original: Amount, open: Amount, reserved: Minor,
    disputed: Minor, blocked: Flag, instalment: Text, discount_until: Day, discount_amount: Minor,
    withholding: Minor, mandate: Text,
} extra);

/// What was said to the guest, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Messages {
    pub(crate) ctx: Context,
    pub(crate) setup: types::Setup,
    pub(crate) items: Vec<types::ItemColumns>,
    pub(crate) lines: types::LineColumns,
    pub(crate) remittances: types::RemittanceColumns,
}

impl Messages {
    /// Everything that is passed: items of fuel and class. Setup too: a few lines may come with all receipts of a year.
    pub(crate) fn rows(&self) -> usize {
        let items: usize = self.items.iter().map(|chunk| chunk.count as usize).sum();
        items + self.lines.count as usize + self.remittances.count as usize + setup_rows(&self.setup)
    }
}

fn setup_rows(setup: &types::Setup) -> usize {
    setup.customers.len()
        + setup.receipts.len()
        + setup.allocations.len()
        + setup.aliases.len()
        + setup.earlier.len()
}

/// Runs the conversation; all batches come back as one, with `more` false.
pub(crate) fn converse(
    session: &mut Session<'_>,
    pre: &wit::ReconciliationPre<crate::call::Guest>,
    config: &str,
    messages: &Messages,
) -> Result<types::Batch, CallError> {
    let refused = |p| CallError::Refused(common::problem(p));
    let instance = session.instantiate(|store| pre.instantiate(store))?;
    let policy = instance.zhangben_reconciliation_policy();
    let setup = &messages.setup;
    session
        .message(Work::items(setup_rows(setup)), |store| {
            policy.call_begin(store, &messages.ctx, config, setup)
        })?
        .map_err(refused)?;
    for chunk in &messages.items {
        session
            .message(Work::items(chunk.count as usize), |store| policy.call_load_items(store, chunk))?
            .map_err(refused)?;
    }
    // `propose` and all further batches together look at everything that was loaded
    let work = Work::items(messages.rows());
    let mut all = session
        .message(work, |store| policy.call_propose(store, &messages.lines, &messages.remittances))?
        .map_err(refused)?;
    check(session, &all)?;
    let mut batches = 1;
    while all.more {
        batches += 1;
        if batches > session.batches_max() {
            let max = session.batches_max();
            return Err(CallError::OutputTooLarge { what: format!("{batches} batches of proposals"), max });
        }
        let batch = session.proceed(|store| policy.call_next(store))?.map_err(refused)?;
        all.proposals.extend(batch.proposals);
        all.unmatched.extend(batch.unmatched);
        all.explanations.extend(batch.explanations);
        all.warnings.extend(batch.warnings);
        all.ext.extend(batch.ext);
        all.more = batch.more;
        check(session, &all)?;
    }
    Ok(all)
}

fn check(session: &Session<'_>, batch: &types::Batch) -> Result<(), CallError> {
    session.check_list("proposals", batch.proposals.len())?;
    session.check_list("unmatched lines", batch.unmatched.len())?;
    session.check_list("explanations", batch.explanations.len())?;
    session.check_list("warnings", batch.warnings.len())?;
    session.check_list("attributes of the answer", batch.ext.len())
}
