#![allow(clippy::unwrap_used)]
use super::*;
use uuid::Uuid;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn part(quantity: &str, amount: i64) -> Part {
    Part { quantity: decimal(quantity), amount: Minor::new(amount) }
}

fn taken(open: Part, wanted: Wanted) -> Result<Part, PartError> {
    take(open, wanted, Currency::CNY)
}

#[test]
fn a_line_is_its_quantity_times_its_price_rounded_once() {
    assert_eq!(net(decimal("3"), decimal("0.335"), Currency::CNY).unwrap().get(), 101);
    assert_eq!(net(decimal("-3"), decimal("0.335"), Currency::CNY).unwrap().get(), -101);
    assert_eq!(net(decimal("3"), decimal("0.5"), Currency::parse("JPY").unwrap()).unwrap().get(), 2);
    let huge = decimal("79228162514264337593543950335");
    assert_eq!(net(huge, huge, Currency::CNY), Err(MoneyError::Overflow));
    assert!(net(decimal("1000000000"), decimal("1000000000000"), Currency::CNY).is_err());
}

#[test]
fn quantities_take_their_share_and_the_last_takes_the_rest() {
    // 100.00 over three: 33.33, 33.34 (of 66.67), 33.33
    let mut left = part("3", 10_000);
    let mut amounts = Vec::new();
    for _ in 0..3 {
        let one = taken(left, Wanted::Quantity(Decimal::ONE)).unwrap();
        amounts.push(one.amount.get());
        left = open(left, [one]).unwrap();
    }
    assert_eq!((amounts, left.is_nothing()), (vec![3_333, 3_334, 3_333], true));
    assert_eq!(taken(left, Wanted::Open), Err(PartError::Nothing));
}

#[test]
fn amounts_leave_the_quantity_to_whoever_bills_the_rest() {
    let whole = part("2", 10_000);
    let first = taken(whole, Wanted::Amount(Minor::new(2_500))).unwrap();
    assert_eq!(first, part("0", 2_500));
    let left = open(whole, [first]).unwrap();
    assert_eq!(taken(left, Wanted::Amount(Minor::new(7_500))).unwrap(), part("2", 7_500));
    assert_eq!(taken(left, Wanted::Quantity(Decimal::ONE)).unwrap(), part("1", 3_750));
    assert_eq!(taken(left, Wanted::Open).unwrap(), left);
}

#[test]
fn no_more_than_is_open_is_taken_and_not_nothing() {
    let whole = part("2", 10_000);
    assert!(matches!(taken(whole, Wanted::Quantity(decimal("2.001"))), Err(PartError::TooMuch { .. })));
    assert!(matches!(taken(whole, Wanted::Amount(Minor::new(10_001))), Err(PartError::TooMuch { .. })));
    for nothing in
        [Wanted::Quantity(Decimal::ZERO), Wanted::Quantity(decimal("-1")), Wanted::Amount(Minor::ZERO)]
    {
        assert_eq!(taken(whole, nothing), Err(PartError::NotPositive));
    }
}

#[test]
fn what_is_taken_back_is_open_again() {
    let whole = part("3", 10_000);
    let first = taken(whole, Wanted::Quantity(Decimal::ONE)).unwrap();
    assert_eq!(open(whole, [first, first.neg().unwrap()]).unwrap(), whole);
    // of a return the parts are positive, too
    assert_eq!(Part::whole(decimal("-3"), Minor::new(-10_000)).unwrap(), whole);
}

#[test]
fn the_digest_covers_every_figure_and_no_text() {
    let delivery = Delivery {
        id: DeliveryId::new(Uuid::from_u128(1)),
        number: "DN-2026-000001".to_owned(),
        customer: CustomerId::new(Uuid::from_u128(2)),
        currency: Currency::CNY,
        delivered_on: "2026-11-02".parse().unwrap(),
        net: Minor::new(300),
        document: None,
        returns: None,
        text: Digest::ZERO,
        lines: vec![DeliveryLine {
            line: 1,
            quantity: decimal("2.0"),
            unit_price: decimal("1.50"),
            category: "13".to_owned(),
            supply: "goods".to_owned(),
            net: Minor::new(300),
        }],
    };
    let digest = delivery.digest().unwrap();
    let mut changed = delivery.clone();
    changed.lines.first_mut().unwrap().quantity = decimal("2");
    assert_eq!(changed.digest().unwrap(), digest, "2.0 is 2");
    changed.lines.first_mut().unwrap().net = Minor::new(301);
    assert_ne!(changed.digest().unwrap(), digest);
    let other = Delivery { document: Some(DocumentId::new(Uuid::from_u128(3))), ..delivery };
    assert_ne!(other.digest().unwrap(), digest);
}
