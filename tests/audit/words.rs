//! What is hashed in clear, and so stays for ever, holds codes and no words.

use super::house::{House, day};
use super::month::{self, HER};
use app::common::Common;
use app::company::FxRateInput;
use app::invoice::FxInput;
use app::receipt::{RecordReceipt, RecordReceiptError};
use money::{Currency, Minor, Money};
use store::testing::{TestDb, for_each_database};

#[test]
fn everything_that_is_sealed_is_plain_ascii_and_repeats_no_guest() {
    let db = TestDb::sqlite();
    let house = House::new(&db);
    month::run(&house);
    let folder = tempfile::tempdir().unwrap();
    app::audit::export(&house.app, &house.auditor, house.id, folder.path(), None).expect("an export");
    for name in ["entries", "documents", "events", "events-carried", "statements", "seals"] {
        let text = std::fs::read_to_string(folder.path().join(format!("{name}.ndjson"))).unwrap();
        assert!(text.len() > 500, "{name}");
        let word = text.lines().find(|line| !line.is_ascii());
        assert_eq!(word, None, "a word stands in {name}");
        // a rule of the reconciliation guest, a citation of the tax guest, the name of an account
        for said in ["reference-amount", "legal_reference", HER.account.1] {
            assert!(!text.contains(said), "{said} stands in {name}");
        }
    }
    let texts = std::fs::read_to_string(folder.path().join("salts.ndjson")).unwrap();
    assert!(texts.contains("legal_reference") && texts.contains("只"), "they are committed to instead");
}

#[track_caller]
fn refused<T: std::fmt::Debug>(done: Result<T, Common>, at: &str) {
    assert!(matches!(&done, Err(Common::Invalid { pointer, .. }) if pointer == at), "{at}: {done:?}");
}

#[test]
fn words_where_a_code_belongs_are_refused_at_the_door() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        let rate = FxRateInput {
            source: Currency::EUR,
            target: Currency::CNY,
            date: day("2026-10-01"),
            rate: "8".parse().unwrap(),
            origin: "柳如烟说的".to_owned(),
        };
        refused(app::company::put_rate(&house.app, &house.clerk, house.id, &rate), "/origin");
        let receipt = RecordReceipt {
            external_id: None,
            customer: HER.code.parse().unwrap(),
            amount: Money::new(Minor::new(100), Currency::EUR),
            value_date: day("2026-10-01"),
            effective_date: None,
            reference: None,
            fx: Some(FxInput {
                rate: "8".parse().unwrap(),
                date: day("2026-10-01"),
                source: "柳如烟".to_owned(),
            }),
            allocations: Vec::new(),
        };
        let done = app::receipt::record(&house.app, &house.clerk, house.id, &receipt);
        let done = done.map_err(|error| match error {
            RecordReceiptError::Common(common) => common,
            other => panic!("{other}"),
        });
        refused(done, "/fx/source");
        let input = app::customer::CreateCustomer {
            code: HER.email.to_owned(),
            name: HER.name.to_owned(),
            country: "CN".to_owned(),
            region: None,
            address: None,
            currency: Currency::CNY,
            locale: "zh-CN".to_owned(),
            kind: "consumer".to_owned(),
            taxpayer_status: "general".to_owned(),
            tax_id: None,
            email: None,
            terms_days: 30,
            statement_style: HER.style,
            accounts: Vec::new(),
            parent: None,
        };
        let done = app::customer::create(&house.app, &house.clerk, house.id, &input);
        let done = done.map_err(|error| match error {
            app::customer::CreateCustomerError::Common(common) => common,
            other => panic!("{other}"),
        });
        refused(done, "/code");
    });
}
