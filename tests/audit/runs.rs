//! Two runs of one file at once: one is told of the other, or follows it when that died; and what another brought in meanwhile is
//! there already, and refused to nobody.

use super::house::{House, Party, Sale, day};
use super::month;
use app::App;
use app::import::{
    BeginImportError, Finished, ImportKind, Input, Outcome, Record, Session, Taken, Wanted, WantedImports,
};
use app::receipt::RecordReceipt;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::ids::CompanyId;
use domain::random::Random;
use domain::statement::Style;
use money::{Currency, Minor, Money};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::query::leases;
use store::testing::for_each_database;
use store::types::ImportMode;
use zhangben::sources::SeededRandom;

fn begin(house: &House, kind: ImportKind, mode: ImportMode) -> Result<Session<'_>, BeginImportError> {
    begin_by(&house.app, house, kind, mode)
}

/// By another wiring of the house's application.
fn begin_by<'a>(
    app: &'a App,
    house: &'a House,
    kind: ImportKind,
    mode: ImportMode,
) -> Result<Session<'a>, BeginImportError> {
    let wanted = Wanted {
        kind,
        mode: Some(mode),
        drafts: false,
        file_name: "w.csv",
        mapping: serde_json::Value::Null,
        file: Digest::of_bytes(kind.name().as_bytes()),
        again: None,
    };
    Session::begin(app, &house.clerk, house.id, wanted)
}

fn record(n: u64, body: String, input: Input) -> Record {
    Record { first_row: n + 1, last_row: n + 1, body: body.into_bytes(), input }
}

fn customer(house: &House, n: u64) -> Record {
    let (code, account) = (format!("W{n}"), format!("62220000{n}"));
    let input = house.customer_input(&Party {
        code: &code,
        name: "名",
        country: "CN",
        currency: Currency::CNY,
        street: "街",
        email: "w@example.com",
        account: ("CN", &account),
        tax_id: None,
        style: Style::OpenItem,
    });
    record(n, code, Input::Customer(input))
}

/// Without a number of its own: known by its body alone.
fn receipt(n: u64) -> Record {
    let input = RecordReceipt {
        external_id: None,
        customer: "W1".parse().unwrap(),
        amount: Money::new(Minor::new(100), Currency::CNY),
        value_date: day("2026-10-01"),
        effective_date: None,
        reference: None,
        fx: None,
        allocations: Vec::new(),
        suspense: None,
        advance: None,
    };
    record(n, "receipt".to_owned(), Input::Receipt(input))
}

fn ended(mut session: Session<'_>) -> (Vec<Outcome>, Finished) {
    session.finish().expect("ended")
}

#[test]
fn a_run_that_lives_is_told_of_and_one_that_died_is_followed() {
    for_each_database(|db| {
        let house = House::new(db);
        let best_effort = || begin(&house, ImportKind::Customers, ImportMode::BestEffort);
        let mut first = best_effort().expect("a run");
        let mut n = 0;
        std::thread::scope(|scope| {
            let second = scope.spawn(|| best_effort().err().map(|refused| refused.to_string()));
            while !second.is_finished() {
                n += 1;
                first.push(customer(&house, n)).expect("held");
                std::thread::sleep(Duration::from_millis(400));
            }
            let told = second.join().unwrap().expect("it was refused");
            assert!(told.contains("another run is bringing this file in"), "{told}");
        });
        // as when the first has died
        db.execute(
            "UPDATE leases SET leased_until = '2000-01-01 00:00:00.000000' WHERE name LIKE 'import %'",
        );
        let mut third = best_effort().expect("it is followed");
        third.push(customer(&house, 1)).expect("held");
        assert_eq!(ended(third).1.made, 1);
        // and where it had not: it has lost the file, and writes nothing
        assert!(first.finish().is_err());
        drop(first);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customers WHERE code LIKE 'W%'"), 1);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM imports"), 1);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM leases WHERE name LIKE 'import %'"), 0);
        assert!(best_effort().is_ok());
    });
}

#[test]
fn what_another_brought_in_meanwhile_is_there_already() {
    for_each_database(|db| {
        let house = House::new(db);
        let all = |kind| begin(&house, kind, ImportMode::AllOrNothing).expect("a run");
        let some = |kind| begin(&house, kind, ImportMode::BestEffort).expect("a run");
        let (mut one, mut other) = (all(ImportKind::Customers), all(ImportKind::Customers));
        for n in 1..=3 {
            other.push(customer(&house, n)).expect("checked");
            if n < 3 {
                one.push(customer(&house, n)).expect("checked");
            }
        }
        assert_eq!(ended(one).1.made, 2);
        let (_, finished) = ended(other);
        assert_eq!((finished.made, finished.already, finished.refused), (1, 2, 0));
        // a customer is known by its code, a receipt by nothing but the import's own row
        for (kind, record) in
            [(ImportKind::Customers, customer(&house, 4)), (ImportKind::Receipts, receipt(1))]
        {
            let mut slow = some(kind);
            slow.push(record.clone()).expect("held");
            let mut quick = all(kind);
            quick.push(record).expect("checked");
            assert_eq!(ended(quick).1.made, 1, "{kind:?}");
            let (outcomes, finished) = ended(slow);
            assert_eq!((finished.made, finished.already, finished.refused), (0, 1, 0), "{kind:?}");
            assert!(matches!(outcomes[0].result, Ok(Taken::Already(_))), "{outcomes:?}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'receipt'"), 1);
        house.seal();
        house.verified();
    });
}

/// Once something of the import is committed, the next who draws keys finds that another run has the file.
struct Overtaken {
    random: SeededRandom,
    app: App,
    company: CompanyId,
    done: AtomicBool,
}

impl Overtaken {
    fn look(&self) {
        let (app, company) = (&self.app, self.company);
        let all = app::import::list(app, &Actor::System, company, &WantedImports::default(), None, 1);
        let Some(import) = all.expect("imports").pop() else { return };
        if self.done.swap(true, Ordering::SeqCst) {
            return;
        }
        let name = format!("import {}", import.import.digest);
        let lease = app.db.read(|conn| leases::by_name(conn, company, &name)).expect("a look");
        let owner = lease.expect("a lease").owner;
        let taken = app.db.write(|tx| {
            leases::release(tx, company, &name, &owner)?;
            leases::acquire(tx, company, &name, "another", 60)
        });
        assert!(taken.expect("written").is_some());
    }
}

impl Random for Overtaken {
    fn bytes32(&self) -> [u8; 32] {
        if !self.done.load(Ordering::SeqCst) {
            self.look();
        }
        self.random.bytes32()
    }
    fn bytes10(&self) -> [u8; 10] {
        self.random.bytes10()
    }
}

#[test]
fn what_is_tried_again_is_not_written_by_a_run_that_lost_its_file() {
    for_each_database(|db| {
        let house = House::new(db);
        let account = ("CN", "9972189266636408");
        house.customer(&Party { code: "C1", name: "名", account, tax_id: None, ..month::HER });
        house.at("2026-10-12");
        let sale = Sale { quantity: "3", price: "100", purchase_order: None, ..month::SALE };
        let invoice = house.invoice(&sale);
        let note = Sale { original: Some(invoice.number.as_str()), quantity: "1", ..sale };
        let random = Overtaken {
            random: SeededRandom::new(4_711),
            app: house.app.clone(),
            company: house.id,
            done: AtomicBool::new(false),
        };
        let app = App { random: Arc::new(random), ..house.app.clone() };
        let mut run = begin_by(&app, &house, ImportKind::Invoices, ImportMode::BestEffort).expect("a run");
        // the second is assessed before the first is posted: it is tried again after it
        for n in 1..=2 {
            let input = Input::Invoice(Box::new(house.invoice_input(&note)));
            run.push(record(n, format!("note {n}"), input)).expect("held");
        }
        let lost = run.finish().expect_err("another has the file");
        assert!(lost.is_conflict(), "{lost}");
        drop(run);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'credit-note'"), 1);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM import_rows"), 1);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM leases WHERE owner = 'another'"), 1);
        house.seal();
        house.verified();
    });
}
