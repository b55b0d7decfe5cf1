//! What is hashed in clear, and so stays for ever, holds codes and no words.

use super::house::{House, Sale, day};
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
            advance: None,
            suspense: None,
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
            tax_ids: Vec::new(),
            group: None,
            email: None,
            terms_days: 30,
            terms: None,
            statement_style: HER.style,
            accounts: Vec::new(),
            parent: None,
            external_id: None,
        };
        let done = app::customer::create(&house.app, &house.clerk, house.id, &input);
        let done = done.map_err(|error| match error {
            app::customer::CreateCustomerError::Common(common) => common,
            other => panic!("{other}"),
        });
        refused(done, "/code");
    });
}

#[test]
fn what_law_asks_to_stand_on_a_document_is_shown_until_its_customer_is_erased() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        house.at("2026-10-12");
        let sale = Sale {
            customer: HER.code,
            date: "2026-10-08",
            currency: Currency::CNY,
            category: "13",
            what: "联轴器 GS28",
            quantity: "3",
            price: "111.7",
            purchase_order: None,
            text: None,
            original: None,
        };
        let invoice = house.invoice(&sale);
        let credit = house.invoice(&Sale { original: Some(&invoice.number), ..sale });
        let get =
            |number: &str| app::invoice::get(&house.app, &house.auditor, house.id, number).unwrap().words;
        let words = get(&credit.number);
        assert_eq!(words, credit.words, "what was said when it was issued");
        let texts: Vec<&str> = words.required_texts.iter().map(|text| text.text.as_str()).collect();
        assert_eq!(texts, [format!("红字冲销，对应发票号码：{}。", invoice.number)]);
        let explained = &get(&invoice.number).explanations[0];
        assert_eq!(
            (explained.subject.as_str(), explained.text_key.as_str()),
            ("/documents/0/lines/0", "tax.cn.on-net")
        );
        assert!(explained.args.contains(&("rate".to_owned(), "0.13".to_owned())), "{explained:?}");
        let cleared: Vec<_> = credit.allocations.iter().map(|one| (one.item, one.amount)).collect();
        assert_eq!(cleared, [(invoice.item, invoice.gross)], "nothing is open any more");
        house.seal();
        house.at("2029-12-01");
        app::customer::erase(&house.app, &house.administrator, house.id, &HER.code.parse().unwrap())
            .expect("erased");
        assert_eq!(get(&credit.number), app::plugin::GuestWords::default());
    });
}
