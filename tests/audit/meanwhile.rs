//! An erasure while something else is under way: either the other is seen by it, or the other writes nothing of hers.

use super::erase::{blobs_with, columns_with, her};
use super::house::{House, Sale, day};
use super::month::{self, HER, HER_ORDER, HER_TEXT};
use app::App;
use app::customer::{EraseError, erase};
use app::receipt::RecordReceipt;
use app::statement::{RunStatements, Watch};
use domain::random::Random;
use money::{Currency, Minor, Money};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::testing::{TestDb, for_each_database};
use zhangben::sources::SeededRandom;

/// Does something the first time that salts or keys are drawn: between a use-case's load and its write.
struct Between {
    random: SeededRandom,
    act: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Random for Between {
    fn bytes32(&self) -> [u8; 32] {
        let act = self.act.lock().unwrap().take();
        if let Some(act) = act {
            act();
        }
        self.random.bytes32()
    }
    fn bytes10(&self) -> [u8; 10] {
        self.random.bytes10()
    }
}

/// The house's application, with `act` in between.
pub fn interrupted(house: &House, act: impl FnOnce() + Send + 'static) -> App {
    let act: Box<dyn FnOnce() + Send> = Box::new(act);
    // a seed of its own: no id is drawn twice
    static SEED: AtomicU64 = AtomicU64::new(97);
    let random = SeededRandom::new(SEED.fetch_add(1, Ordering::Relaxed));
    let random = Between { random, act: Mutex::new(Some(act)) };
    App { random: Arc::new(random), ..house.app.clone() }
}

/// An act: she is erased, and nothing keeps her.
fn erasing(house: &House) -> impl FnOnce() + Send + 'static {
    let (app, administrator, id) = (house.app.clone(), house.administrator.clone(), house.id);
    move || {
        erase(&app, &administrator, id, &her()).expect("erased");
    }
}

fn nothing_of_her(house: &House, db: &TestDb) {
    house.seal();
    assert_eq!(columns_with(db), Vec::<String>::new());
    assert_eq!(blobs_with(house, db), 0);
    house.verified();
}

/// Her invoice, paid in full, and one of another customer.
fn sold(house: &House) {
    let sale = Sale {
        customer: HER.code,
        date: "2026-10-08",
        currency: Currency::CNY,
        category: "13",
        what: "联轴器 GS28",
        quantity: "3",
        price: "100",
        purchase_order: Some(HER_ORDER),
        text: Some(HER_TEXT),
        original: None,
    };
    let invoice = house.invoice(&sale);
    let paid = Money::new(Minor::new(33_900), Currency::CNY);
    house.receipt(HER.code, paid, "2026-10-20", &[(invoice.item, 33_900)]);
    house.invoice(&Sale { customer: "C1", purchase_order: None, text: None, ..sale });
}

fn other(house: &House) {
    let account = ("CN", "9972189266636408");
    house.customer(&super::house::Party {
        code: "C1",
        name: "苏州云栈自动化设备有限公司",
        street: "吴中区拾光路18号3幢",
        email: "finance@c1.example",
        account,
        tax_id: None,
        ..HER
    });
}

/// What was loaded is looked at again before it is posted: figures never stand on a rate or a configuration that was
/// replaced while the guest was asked.
#[test]
fn a_rate_or_a_binding_that_is_replaced_meanwhile_is_the_one_that_is_posted() {
    for_each_database(|db| {
        let house = House::new(db);
        house.rate("2026-10-01", "8.1520");
        other(&house);
        house.at("2026-10-12");
        let sale = Sale {
            customer: "C1",
            date: "2026-10-08",
            currency: Currency::EUR,
            category: "13",
            what: "联轴器 GS28",
            quantity: "3",
            price: "0.35",
            purchase_order: None,
            text: None,
            original: None,
        };
        let (app, clerk, id) = (house.app.clone(), house.clerk.clone(), house.id);
        let rated = interrupted(&house, move || {
            let input = app::company::FxRateInput {
                source: Currency::EUR,
                target: Currency::CNY,
                date: day("2026-10-08"),
                rate: "9.5".parse().unwrap(),
                origin: "test".to_owned(),
            };
            app::company::put_rate(&app, &clerk, id, &input).expect("a rate");
        });
        let issued = house.invoice_by(&rated, &sale);
        let of = |number: &str| {
            app::invoice::get(&house.app, &house.clerk, house.id, number).expect("it").document
        };
        assert_eq!(of(&issued.number).fx_rate, "9.5".parse().unwrap());
        assert_eq!(issued.tax.amount(), "0.14", "13 % of 1.05, half-up");

        let (app, id) = (house.app.clone(), house.id);
        let (administrator, reviewer) = (house.administrator.clone(), house.reviewer.clone());
        let bound = interrupted(&house, move || {
            let input = app::plugin::BindPlugin {
                slot: "tax".to_owned(),
                plugin: "tax-cn-vat".to_owned(),
                config: serde_json::json!({"rounding": {"method": "down"}}),
                valid_from: day("2026-02-01"),
            };
            zhangben_tests::wiring::bind(&app, [&administrator, &reviewer], id, &input).expect("bound");
        });
        let issued = house.invoice_by(&bound, &sale);
        assert_eq!(issued.tax.amount(), "0.13", "rounded down, as is configured by now");
        assert_eq!(
            db.count("SELECT COUNT(*) AS n FROM invocations WHERE world = 'tax'"),
            2,
            "what was not posted was not kept"
        );
        house.seal();
        house.verified();
    });
}

#[test]
fn a_run_of_statements_that_is_under_way_writes_nothing_of_her() {
    for_each_database(|db| {
        let house = House::new(db);
        other(&house);
        house.customer(&HER);
        house.at("2026-10-21");
        sold(&house);
        house.seal();
        house.at("2029-01-01");
        let act = Mutex::new(Some(erasing(&house)));
        // the run has loaded both; she comes after the first
        let progress = |_: u64, _: u64| {
            if let Some(act) = act.lock().unwrap().take() {
                act();
            }
            Ok(())
        };
        let input = RunStatements { cut_off: day("2028-12-31"), period_start: None, customers: None };
        let watch = Watch { job: None, progress: &progress };
        let made = app::statement::run(&house.app, &house.clerk, house.id, &input, &watch).expect("a run");
        assert_eq!((made.made.len(), made.skipped, made.failed), (1, 1, Vec::new()));
        nothing_of_her(&house, db);
    });
}

#[test]
fn a_statement_that_is_being_laid_out_is_not_written() {
    for_each_database(|db| {
        let house = House::new(db);
        other(&house);
        house.customer(&HER);
        house.at("2026-10-21");
        sold(&house);
        house.seal();
        house.at("2029-01-01");
        // her statement alone: salts are drawn first when its content is folded and sealed
        let app = interrupted(&house, erasing(&house));
        // all is paid: only a period with her movements has something to state
        let period_start = Some(day("2026-10-01"));
        let input = RunStatements { cut_off: day("2028-12-31"), period_start, customers: Some(vec![her()]) };
        let watch = Watch { job: None, progress: &|_, _| Ok(()) };
        let made = app::statement::run(&app, &house.clerk, house.id, &input, &watch).expect("a run");
        assert_eq!((made.made.len(), made.skipped, made.failed), (0, 1, Vec::new()));
        nothing_of_her(&house, db);
    });
}

#[test]
fn a_reconciliation_that_had_her_before_it_is_made_anew() {
    for_each_database(|db| {
        let house = House::new(db);
        house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
        other(&house);
        house.customer(&HER);
        let line = ("2026-10-28", "12.00", Some(("周予安", "9828753324254250")), "退差价");
        house.bank_file("bank.xml", &month::bank_file(&[line]));
        house.seal();
        let app = interrupted(&house, erasing(&house));
        let proposed = app::reconciliation::propose(&app, &house.clerk, house.id).expect("proposals");
        assert!(proposed.invocation.is_some());
        let calls = "SELECT COUNT(*) AS n FROM invocations WHERE world = 'reconciliation'";
        assert_eq!(db.count(calls), 1, "the call that had her was not kept");
        nothing_of_her(&house, db);
    });
}

#[test]
fn a_bank_file_that_names_her_account_is_kept_without_her() {
    for_each_database(|db| {
        let house = House::new(db);
        house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
        house.customer(&HER);
        house.seal();
        let line = ("2026-09-28", "12.00", Some(("谁", HER.account.1)), "谢谢");
        let xml = month::bank_file(&[line]);
        let app = interrupted(&house, erasing(&house));
        let input = app::bank::ImportBankFile { file_name: "bank.xml", bytes: xml.as_bytes(), format: None };
        let done = app::bank::import(&app, &house.clerk, house.id, &input).expect("a bank file");
        assert_eq!(done.lines_new, 1);
        // what a stranger pays is the bank's news, not hers: no key names her
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM key_parties AS p JOIN keys AS k ON k.id = p.key WHERE k.destroyed_at IS NULL"), 0);
        house.seal();
        house.verified();
    });
}

/// Posting holds her: the erasure waits, sees what was posted, and refuses. On SQLite it waits for the only writer.
#[test]
fn an_erasure_waits_for_a_posting_that_is_under_way() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        house.seal();
        let (app, administrator, id) = (house.app.clone(), house.administrator.clone(), house.id);
        let waiting = Arc::new(Mutex::new(None));
        let begun = waiting.clone();
        // in the posting's transaction, after she was read
        let posting = interrupted(&house, move || {
            let erasure = std::thread::spawn(move || erase(&app, &administrator, id, &her()));
            std::thread::sleep(Duration::from_millis(400));
            *begun.lock().unwrap() = Some(erasure);
        });
        let input = RecordReceipt {
            advance: None,
            suspense: None,
            external_id: None,
            customer: her(),
            amount: Money::new(Minor::new(500), Currency::CNY),
            value_date: day("2026-10-01"),
            effective_date: None,
            reference: Some(HER_TEXT.to_owned()),
            fx: None,
            allocations: Vec::new(),
        };
        app::receipt::record(&posting, &house.clerk, house.id, &input).expect("posted first");
        let erasure = waiting.lock().unwrap().take().expect("begun").join().expect("ended");
        assert!(matches!(&erasure, Err(EraseError::Retained { .. })), "{erasure:?}");
        house.seal();
        house.verified();
    });
}

/// One correction taken back and another in its place are as many as before, but not the same.
#[test]
fn a_credit_note_that_is_replaced_by_another_meanwhile_is_not_overlooked() {
    for_each_database(|db| {
        let house = House::new(db);
        other(&house);
        house.at("2026-10-12");
        let sale = Sale { customer: "C1", quantity: "3", price: "100", purchase_order: None, ..month::SALE };
        let invoice = house.invoice(&sale);
        let credit =
            |quantity: &'static str| Sale { original: Some(invoice.number.as_str()), quantity, ..sale };
        // of three one is credited, by an import that can be taken back
        let input = house.invoice_input(&credit("1"));
        let import = imported(&house, &input);
        let (app, clerk, id) = (house.app.clone(), house.clerk.clone(), house.id);
        let all = house.invoice_input(&credit("3"));
        let meanwhile = interrupted(&house, move || {
            app::import::undo(&app, &clerk, id, import, None).expect("taken back");
            app::invoice::issue(&app, &clerk, id, &all).expect("all of it is credited");
        });
        let one = house.invoice_input(&credit("1"));
        let refused = app::invoice::issue(&meanwhile, &house.clerk, house.id, &one);
        // by the credit's own check, or by that of its tax: nothing is left to be credited
        assert!(refused.as_ref().is_err_and(|error| !error.to_string().contains("meanwhile")), "{refused:?}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'credit-note'"), 2);
        house.seal();
        house.verified();
    });
}

/// A credit note as the only record of an import.
pub(super) fn imported(house: &House, input: &app::invoice::IssueInvoice) -> domain::ids::ImportId {
    let wanted = app::import::Wanted {
        kind: app::import::ImportKind::Invoices,
        mode: Some(store::types::ImportMode::AllOrNothing),
        drafts: false,
        file_name: "credits.csv",
        mapping: serde_json::Value::Null,
        file: domain::canonical::Digest::of_bytes(b"credits"),
        again: None,
    };
    let mut session =
        app::import::Session::begin(&house.app, &house.clerk, house.id, wanted).expect("an import");
    let record = app::import::Record {
        first_row: 2,
        last_row: 2,
        body: b"credit".to_vec(),
        input: app::import::Input::Invoice(Box::new(input.clone())),
    };
    session.push(record).expect("taken");
    let (_, finished) = session.finish().expect("written");
    assert_eq!((finished.made, finished.refused), (1, 0));
    finished.id.expect("an import")
}
