//! Tax invoices (发票): what the tax authority's platform issued. Number and state are its own; ours is which documents they are of.

use crate::canonical::{CanonicalError, Digest, digest};
use crate::ids::{CustomerId, DocumentId, TaxInvoiceId};
use chrono::{Datelike, NaiveDate};
use money::{Currency, Minor};
use serde_json::{Value, json};

/// 发票种类.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxInvoiceKind {
    /// 增值税专用发票
    Special,
    /// 增值税普通发票
    Ordinary,
    /// 数电票(普通发票)
    Digital,
    /// 数电票(增值税专用发票)
    DigitalSpecial,
    /// Of another country.
    Other,
}

impl TaxInvoiceKind {
    pub const ALL: [TaxInvoiceKind; 5] = [
        TaxInvoiceKind::Special,
        TaxInvoiceKind::Ordinary,
        TaxInvoiceKind::Digital,
        TaxInvoiceKind::DigitalSpecial,
        TaxInvoiceKind::Other,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            TaxInvoiceKind::Special => "special",
            TaxInvoiceKind::Ordinary => "ordinary",
            TaxInvoiceKind::Digital => "digital",
            TaxInvoiceKind::DigitalSpecial => "digital-special",
            TaxInvoiceKind::Other => "other",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        TaxInvoiceKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
    /// Whether one of this kind and day can be voided (作废) on another: a digital one never, it is corrected by a red-letter one alone; one
    /// on paper in the month of its issue (国家税务总局公告2006年第156号 第二十条).
    pub fn may_be_voided(self, issued_on: NaiveDate, on: NaiveDate) -> bool {
        match self {
            TaxInvoiceKind::Digital | TaxInvoiceKind::DigitalSpecial => false,
            TaxInvoiceKind::Special | TaxInvoiceKind::Ordinary => {
                on >= issued_on && (on.year(), on.month()) == (issued_on.year(), issued_on.month())
            }
            TaxInvoiceKind::Other => on >= issued_on,
        }
    }
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxInvoiceStatus {
    /// 已开具
    Issued,
    /// 已作废
    Voided,
    /// Red-letter ones took back all of it (已全额红冲).
    Red,
}

impl TaxInvoiceStatus {
    pub const ALL: [TaxInvoiceStatus; 3] =
        [TaxInvoiceStatus::Issued, TaxInvoiceStatus::Voided, TaxInvoiceStatus::Red];
    pub const fn name(self) -> &'static str {
        match self {
            TaxInvoiceStatus::Issued => "issued",
            TaxInvoiceStatus::Voided => "voided",
            TaxInvoiceStatus::Red => "red",
        }
    }
    /// Of one of this gross, of which so much was taken back by red-letter ones that stand.
    pub fn of(voided: bool, gross: Minor, red: Minor) -> Self {
        match (voided, red >= gross && gross.is_positive()) {
            (true, _) => TaxInvoiceStatus::Voided,
            (_, true) => TaxInvoiceStatus::Red,
            _ => TaxInvoiceStatus::Issued,
        }
    }
}

/// A tax invoice as it is recorded. Figures are positive; one with an original is red and takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxInvoice {
    pub id: TaxInvoiceId,
    pub number: String,
    /// 发票代码 of the older kinds, else empty.
    pub code: String,
    pub kind: TaxInvoiceKind,
    pub customer: CustomerId,
    pub currency: Currency,
    pub issued_on: NaiveDate,
    pub net: Minor,
    pub tax: Minor,
    pub gross: Minor,
    pub original: Option<TaxInvoiceId>,
    /// 红字确认单/信息表
    pub confirmation: Option<String>,
    /// Commitment to names and words.
    pub text: Digest,
    /// By document.
    pub links: Vec<(DocumentId, Minor)>,
}

impl TaxInvoice {
    /// tax-invoice.v1
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        digest("tax-invoice.v1", &self.content())
    }
    /// The hashed content, which the export carries as it is.
    pub fn content(&self) -> Value {
        let money = |amount: Minor| amount.format(self.currency);
        let mut links = self.links.clone();
        links.sort_unstable();
        let link = |(document, amount): &(DocumentId, Minor)| json!({"document": document.to_string(), "amount": money(*amount)});
        json!({
            "id": self.id.to_string(),
            "number": self.number,
            "code": self.code,
            "kind": self.kind.name(),
            "customer": self.customer.to_string(),
            "currency": self.currency.code(),
            "issued_on": self.issued_on.to_string(),
            "net": money(self.net),
            "tax": money(self.tax),
            "gross": money(self.gross),
            "original": self.original.map(|id| id.to_string()),
            "confirmation": self.confirmation,
            "text": self.text.to_string(),
            "links": links.iter().map(link).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn paper_is_voided_in_its_month_and_what_is_digital_never() {
        use TaxInvoiceKind::{Digital, DigitalSpecial, Ordinary, Other, Special};
        let issued = day("2026-11-03");
        for kind in [Special, Ordinary] {
            assert!(kind.may_be_voided(issued, day("2026-11-30")));
            assert!(!kind.may_be_voided(issued, day("2026-12-01")));
            assert!(!kind.may_be_voided(issued, day("2027-11-03")));
            assert!(!kind.may_be_voided(issued, day("2026-11-02")));
        }
        assert!(!Digital.may_be_voided(issued, issued) && !DigitalSpecial.may_be_voided(issued, issued));
        assert!(Other.may_be_voided(issued, day("2027-01-01")));
    }

    #[test]
    fn it_is_red_when_all_of_it_is_taken_back() {
        let of = |voided, red| TaxInvoiceStatus::of(voided, Minor::new(113), Minor::new(red)).name();
        assert_eq!(
            [of(false, 0), of(false, 112), of(false, 113), of(true, 113)],
            ["issued", "issued", "red", "voided"]
        );
    }

    #[test]
    fn names_are_those_of_the_register() {
        for kind in TaxInvoiceKind::ALL {
            assert_eq!(TaxInvoiceKind::by_name(kind.name()), Some(kind));
        }
        assert_eq!(TaxInvoiceKind::by_name("voided"), None);
    }

    #[test]
    fn the_digest_covers_links_in_any_order() {
        let document = |n| DocumentId::new(Uuid::from_u128(n));
        let invoice = TaxInvoice {
            id: TaxInvoiceId::new(Uuid::from_u128(1)),
            number: "26312000000000000001".to_owned(),
            code: String::new(),
            kind: TaxInvoiceKind::DigitalSpecial,
            customer: CustomerId::new(Uuid::from_u128(2)),
            currency: Currency::CNY,
            issued_on: day("2026-11-03"),
            net: Minor::new(100),
            tax: Minor::new(13),
            gross: Minor::new(113),
            original: None,
            confirmation: None,
            text: Digest::ZERO,
            links: vec![(document(4), Minor::new(13)), (document(3), Minor::new(100))],
        };
        let turned = TaxInvoice { links: invoice.links.iter().rev().copied().collect(), ..invoice.clone() };
        assert_eq!(invoice.digest().unwrap(), turned.digest().unwrap());
        let other = TaxInvoice { links: vec![(document(3), Minor::new(113))], ..invoice.clone() };
        assert_ne!(invoice.digest().unwrap(), other.digest().unwrap());
    }
}
