//! Advances (预收款): tax that arises with money on account. It is a debit beside the customer's credit, which includes it, and leaves
//! in proportion as that money is used: so of what is used it never stands, and what was used last takes the rest.

use super::post::{Head, draft};
use super::{EntryDraft, LedgerError, Posting, account};
use money::{Currency, Minor, MoneyError, Rounding};

/// Kind of the document and of its entry.
pub const ADVANCE: &str = "advance";

/// What of one tax stands with an advance, or with other signs how that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AdvanceTax {
    pub taxable: Minor,
    pub exempt: Minor,
    pub out_of_scope: Minor,
    pub tax: Minor,
    /// In base currency.
    pub base_tax: Minor,
}

impl AdvanceTax {
    fn each(
        self,
        other: Self,
        of: impl Fn(Minor, Minor) -> Result<Minor, MoneyError>,
    ) -> Result<Self, MoneyError> {
        Ok(AdvanceTax {
            taxable: of(self.taxable, other.taxable)?,
            exempt: of(self.exempt, other.exempt)?,
            out_of_scope: of(self.out_of_scope, other.out_of_scope)?,
            tax: of(self.tax, other.tax)?,
            base_tax: of(self.base_tax, other.base_tax)?,
        })
    }
    #[allow(clippy::should_implement_trait)] // it may overflow
    pub fn add(self, other: Self) -> Result<Self, MoneyError> {
        self.each(other, Minor::add)
    }
    #[allow(clippy::should_implement_trait)] // it may overflow
    pub fn sub(self, other: Self) -> Result<Self, MoneyError> {
        self.each(other, Minor::sub)
    }
    pub fn is_nothing(&self) -> bool {
        *self == AdvanceTax::default()
    }

    /// What of it stands while so much of the money is not used: its share, half-up. More than the whole is the whole.
    pub fn left(self, unused: Minor, whole: Minor) -> Result<Self, MoneyError> {
        if unused >= whole {
            return Ok(self);
        }
        if !unused.is_positive() {
            return Ok(AdvanceTax::default());
        }
        self.each(self, |amount, _| amount.share(unused, whole, Rounding::HalfUp))
    }
}

/// Tax that moves, by code: amount and base amount.
pub type MovedTax = (String, Minor, Minor);

/// The entry of an advance: nothing but its tax.
pub fn post_advance(head: &Head, taxes: &[MovedTax]) -> Result<EntryDraft, LedgerError> {
    let mut posted = draft(head, ADVANCE, Vec::new(), Vec::new());
    move_advance_tax(&mut posted, head.currency, taxes)?;
    Ok(posted)
}

/// Moves tax of an advance in a draft: what arises is owed by its codes, what is released is not any more.
pub fn move_advance_tax(
    draft: &mut EntryDraft,
    currency: Currency,
    taxes: &[MovedTax],
) -> Result<(), MoneyError> {
    let line = |code: &str, amount, base, tax_code| Posting {
        account: code.to_owned(),
        customer: None,
        currency,
        amount,
        base,
        item: None,
        tax_code,
    };
    let (mut tax, mut base) = (Minor::ZERO, Minor::ZERO);
    for (code, amount, in_base) in taxes.iter().filter(|one| !one.1.is_zero() || !one.2.is_zero()) {
        (tax, base) = (tax.add(*amount)?, base.add(*in_base)?);
        let owed = line(account::OUTPUT_TAX, amount.neg()?, in_base.neg()?, Some(code.clone()));
        draft.postings.push(owed);
    }
    if !tax.is_zero() || !base.is_zero() {
        draft.postings.push(line(account::TAX_ON_ADVANCES, tax, base, None));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn whole(tax: i64) -> AdvanceTax {
        let part = Minor::new;
        AdvanceTax { taxable: part(1_000), tax: part(tax), base_tax: part(tax * 7), ..AdvanceTax::default() }
    }

    #[test]
    fn what_is_released_in_parts_is_released_whole_and_comes_back_exactly() {
        for tax in [1, 7, 130, 12_999] {
            let (of, all) = (whole(tax), Minor::new(1_130));
            let mut stands = of;
            let mut released = AdvanceTax::default();
            for unused in [1_129, 700, 333, 1, 0] {
                let next = of.left(Minor::new(unused), all).unwrap();
                assert!(next.tax <= stands.tax, "never more than before");
                released = released.add(stands.sub(next).unwrap()).unwrap();
                stands = next;
            }
            assert!(stands.is_nothing());
            assert_eq!(released, of);
            // what is given back stands as before, and more than the whole is the whole
            assert_eq!(of.left(Minor::new(1_131), all).unwrap(), of);
        }
    }
}
