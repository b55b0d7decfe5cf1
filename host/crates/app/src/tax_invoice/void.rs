use super::record::find;
use super::{TaxInvoiceError, TaxInvoiceView, read, statuses};
use crate::common::{Common, Context, authorise, there};
use crate::company::company_row;
use crate::{App, dates, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::ids::CompanyId;
use domain::tax_invoice::TaxInvoiceStatus;
use serde_json::json;
use store::query;

/// Notes that the platform voided it (作废): its documents are in no tax invoice then.
pub fn void(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (name, on): (&str, NaiveDate),
) -> Result<TaxInvoiceView, TaxInvoiceError> {
    authorise(actor, Permission::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let id = find(tx, company, (name, "/id"))?.id;
        let row = there(query::tax_invoices::lock(tx, company, id)?, "tax invoice", name)?;
        dates::check(&ctx, &company_row(tx, company)?, [("/on", on)], None)?;
        let status = statuses(tx, company, std::slice::from_ref(&row))?.remove(&id);
        if let Some(status @ TaxInvoiceStatus::Voided) = status {
            return Err(TaxInvoiceError::Status { number: row.number, status: status.name() });
        }
        let reds = query::tax_invoices::reds_of(tx, company, &[id])?;
        if let Some(by) = reds.into_iter().find(|red| red.voided_on.is_none()) {
            return Err(TaxInvoiceError::TakenBack { number: row.number, by: by.number });
        }
        if !row.kind.may_be_voided(row.issued_on, on) {
            let (kind, issued_on) = (row.kind.name(), row.issued_on);
            return Err(TaxInvoiceError::NotVoidable { number: row.number, kind, issued_on, on });
        }
        let data = json!({"number": row.number, "on": on.to_string()});
        let event = event::write_named(&ctx, tx, actor, company, ("tax-invoice.voided", id), data)?;
        query::tax_invoices::void(tx, company, id, (on, event.uuid()))?;
        let row = there(query::tax_invoices::by_id(tx, company, id)?, "tax invoice", id)?;
        Ok(read::views(tx, company, vec![row])?.pop().ok_or_else(|| Common::not_found("tax invoice", id))?)
    })
}
