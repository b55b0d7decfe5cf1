use super::{Asked, Head, Key, Reading, ReportError, add, report};
use crate::App;
use crate::list::Party;
use domain::actor::Actor;
use domain::ids::CompanyId;
use domain::statement::OpenItem;
use money::{Currency, Minor};
use std::collections::BTreeMap;

/// A credit that is open: money or a credit note that pays nothing yet. Its amounts are negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnappliedItem {
    pub party: Party,
    pub account: String,
    pub currency: Currency,
    pub item: OpenItem,
    /// Since its document's date.
    pub days: i64,
}

/// Over a control account, positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnappliedTotal {
    pub account: String,
    pub currency: Currency,
    pub unapplied: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnappliedReport {
    pub head: Head,
    pub items: Vec<UnappliedItem>,
    pub totals: Vec<UnappliedTotal>,
}

/// What stands to customers' credit and is applied to nothing (未核销贷方), oldest first for each of them.
///
/// # Errors
/// Open items that do not sum to the balance, by customer or by control account.
pub fn unapplied(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
) -> Result<UnappliedReport, ReportError> {
    let asked = Asked { from: None, ..asked.clone() };
    report(app, actor, company, &asked, unapplied_in)
}

/// As [`unapplied`], of a reading.
pub(crate) fn unapplied_in(reading: &mut Reading<'_>) -> Result<UnappliedReport, ReportError> {
    let (mut items, mut open) = (Vec::new(), BTreeMap::new());
    let mut totals: BTreeMap<Key, Minor> = BTreeMap::new();
    reading.each(|reading, party, model| {
        for section in model.sections {
            let key = || (section.account.clone(), section.currency);
            let sum = Minor::sum(section.open_items.iter().map(|item| item.open))?;
            add(&mut open, key(), sum)?;
            for item in section.open_items.iter().filter(|item| item.open.is_negative()) {
                reading.rows(1)?;
                add(&mut totals, key(), item.open.neg()?)?;
                items.push(UnappliedItem {
                    party: party.clone(),
                    account: section.account.clone(),
                    currency: section.currency,
                    days: reading.head.as_of.signed_duration_since(item.document_date).num_days(),
                    item: item.clone(),
                });
            }
        }
        Ok(())
    })?;
    reading.check_control("open items", &open)?;
    let total = |((account, currency), unapplied)| UnappliedTotal { account, currency, unapplied };
    let totals = totals.into_iter().map(total).collect();
    Ok(UnappliedReport { head: reading.head.clone(), items, totals })
}
