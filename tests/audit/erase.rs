//! One customer is erased: the books hold, and nothing of her is left to be read.

use super::export::accepted;
use super::house::{House, Party, Sale, day};
use super::month::{self, HER, HER_ORDER, HER_TEXT, Month};
use app::audit::{ReplayError, replay};
use app::common::{Common, Context};
use app::customer::{CustomerRef, EraseError, erase};
use app::vault::{self, VaultError};
use domain::ids::BlobId;
use money::{Currency, Minor, Money};
use store::query;
use store::testing::{TestDb, for_each_database};

/// Everything by which she could be known.
pub const NEEDLES: [&str; 7] =
    [HER.name, HER.street, HER.email, HER.account.1, "91320508MA1LURU7YD", HER_TEXT, HER_ORDER];

pub fn her() -> CustomerRef {
    HER.code.parse().unwrap()
}

/// Which columns of the database hold something of hers.
pub fn columns_with(db: &TestDb) -> Vec<String> {
    NEEDLES.iter().flat_map(|needle| db.columns_with(needle.as_bytes())).collect()
}

/// In how many of the blobs that can still be opened something of hers stands.
pub fn blobs_with(house: &House, db: &TestDb) -> usize {
    let ctx = Context::new(&house.app);
    let blobs = db.ids("SELECT id FROM blobs");
    assert!(!blobs.is_empty());
    let holds = |id: &uuid::Uuid| {
        let opened = house.app.db.read(|conn| vault::read_blob(&ctx, conn, house.id, BlobId::new(*id)));
        match opened {
            Ok(opened) => NEEDLES
                .iter()
                .any(|needle| opened.bytes.windows(needle.len()).any(|window| window == needle.as_bytes())),
            Err(Common::Vault(VaultError::Erased)) => false,
            Err(error) => panic!("{error}"),
        }
    };
    blobs.iter().filter(|id| holds(id)).count()
}

fn try_erase(house: &House) -> Result<app::customer::Erased, EraseError> {
    erase(&house.app, &house.administrator, house.id, &her())
}

#[test]
fn the_law_and_open_items_refuse_and_say_why() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        // the last record of hers is October's statement: November would have stated nothing, and so was not made;
        // the company retains for two years after the year
        let refused = try_erase(&house);
        let Err(EraseError::Retained { last, until, .. }) = &refused else { panic!("{refused:?}") };
        assert_eq!((*last, *until), (day("2026-10-31"), day("2028-12-31")));
        house.at("2028-12-31");
        assert!(matches!(try_erase(&house), Err(EraseError::Retained { .. })));
        house.at("2029-01-01");
        let other: CustomerRef = "C1".parse().unwrap();
        let refused = erase(&house.app, &house.administrator, house.id, &other);
        assert!(matches!(refused, Err(EraseError::OpenItems { open, .. }) if open > 0));
        // money that comes after all counts anew
        house.receipt(HER.code, Money::new(Minor::new(100), Currency::CNY), "2028-12-30", &[]);
        let refused = try_erase(&house);
        assert!(matches!(refused, Err(EraseError::Retained { until, .. }) if until == day("2030-12-31")));
        assert!(!columns_with(db).is_empty());
        house.verified();
    });
}

#[test]
fn nothing_of_her_is_left_and_the_books_hold() {
    for_each_database(|db| {
        let house = House::new(db);
        let month = month::run(&house);
        let before = columns_with(db);
        for column in [
            "customers.name",
            "customers.tax_id",
            "customer_accounts.account",
            "documents.text",
            "bank_lines.payer_name",
            "bank_lines.payer_id",
            "bank_lines.ultimate_debtor",
        ] {
            assert!(before.iter().any(|found| found == column), "the scan finds {column}: {before:?}");
        }
        assert!(blobs_with(&house, db) > 5, "the scan sees through encryption");
        let sound = house.verified();

        house.at("2029-01-01");
        let erased = try_erase(&house).expect("erased");
        house.seal();
        assert!(erased.keys_destroyed > 5, "{erased:?}");
        assert_eq!(columns_with(db), Vec::<String>::new());
        assert_eq!(blobs_with(&house, db), 0);
        on_disk(db);
        again(&house, &month);
        holds(&house, &sound);
        go_on(&house);
    });
}

/// SQLite's own files hold nothing of hers either, not even in freed pages.
fn on_disk(db: &TestDb) {
    let Some(path) = db.url().strip_prefix("sqlite://") else { return };
    for file in [path.to_owned(), format!("{path}-wal")] {
        let bytes = std::fs::read(&file).unwrap();
        for needle in NEEDLES {
            let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "{needle} stands in {file}");
        }
    }
}

/// The books are kept on: with a customer that is erased among them, lines are matched and statements made.
fn go_on(house: &House) {
    let line = ("2028-12-29", "800.00", Some(("苏州云栈自动化设备有限公司", "9972189266636408")), "货款");
    let hers = ("2028-12-30", "9.00", None, "又是谁");
    house.bank_file("bank-2028-12.xml", &month::bank_file(&[line, hers]));
    house.reconcile();
    let made = house.statements("2028-12-01", "2028-12-31");
    assert_eq!(made.made.len(), 2, "the two who are left");
    house.verified();
    let refused = app::statement::run(
        &house.app,
        &house.clerk,
        house.id,
        &app::statement::RunStatements {
            cut_off: day("2028-12-31"),
            period_start: None,
            customers: Some(vec![her()]),
        },
        &app::statement::Watch { job: None, progress: &|_, _| Ok(()) },
    )
    .expect("a run");
    assert_eq!((refused.made.len(), refused.failed.len()), (0, 0));
}

/// What can no longer be had, says so.
fn again(house: &House, month: &Month) {
    let hers =
        app::invoice::get(&house.app, &house.clerk, house.id, &month.her_invoice).expect("her invoice");
    assert_eq!((hers.document.text, hers.lines[0].description.clone()), (None, None));
    for call in [hers.document.invocation.expect("a call"), month.reconciliation] {
        let refused = replay(&house.app, &house.auditor, house.id, call);
        assert!(matches!(refused, Err(ReplayError::Erased(id)) if id == call), "{refused:?}");
    }
    let all = app::statement::list(&house.app, &house.clerk, house.id, Some(&her()), None, None, 10).unwrap();
    assert_eq!(all.len(), 1);
    for statement in all {
        let refused = app::statement::sealed_bytes(&house.app, &house.clerk, house.id, statement.id);
        assert!(matches!(refused, Err(Common::Vault(VaultError::Erased))), "{refused:?}");
    }
    let twice = try_erase(house);
    assert!(matches!(twice, Err(EraseError::AlreadyErased { .. })), "{twice:?}");
    let events = app::audit::events(&house.app, &house.auditor, house.id, 0, 1_000).unwrap();
    let told = events.last().expect("events");
    assert_eq!(
        (told.kind.as_str(), told.subject.as_str()),
        ("customer.erased", month.her.to_string().as_str())
    );
}

fn holds(house: &House, sound: &app::audit::Verified) {
    let found = house.verified();
    assert_eq!(found.positions, sound.positions + 1, "the erasure itself");
    assert_eq!(
        (found.entries, found.documents, found.statements),
        (sound.entries, sound.documents, sound.statements)
    );
    assert_eq!(found.erased, 3, "her invoice and receipt, her statement");
    let folder = tempfile::tempdir().unwrap();
    let done =
        app::audit::export(&house.app, &house.auditor, house.id, folder.path(), None).expect("an export");
    accepted(folder.path(), Some(&done.head.to_string()));
    accepted(folder.path(), Some(&sound.head.to_string()));
    for entry in walk(folder.path()) {
        let bytes = std::fs::read(&entry).unwrap();
        for needle in NEEDLES {
            let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "{needle} stands in {}", entry.display());
        }
    }
    // the others go on
    let made = house.app.db.read(|conn| query::customers::by_code(conn, house.id, "C1")).unwrap().unwrap();
    assert!(made.name.is_some() && made.erased_at.is_none());
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn lines_of_her_account_that_nobody_was_matched_to_go_too() {
    for_each_database(|db| {
        let house = House::new(db);
        house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
        // the bank's file comes first: its index cannot name her
        let line = ("2026-10-28", "12.00", Some((HER.name, HER.account.1)), "谢谢");
        house.bank_file("early.xml", &month::bank_file(&[line]));
        // and a reconciliation that had her line before it, when she was in no table
        app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("a call");
        house.at("2026-11-03");
        house.customer(&HER);
        house.seal();
        let refused = try_erase(&house);
        assert!(
            matches!(refused, Err(EraseError::Retained { until, .. }) if until == day("2028-12-31")),
            "{refused:?}"
        );
        house.at("2029-01-01");
        try_erase(&house).expect("erased");
        house.seal();
        assert_eq!(columns_with(db), Vec::<String>::new());
        let blobs = db.ids("SELECT id FROM blobs");
        assert!(!blobs.is_empty());
        let ctx = Context::new(&house.app);
        for id in blobs {
            let opened = house.app.db.read(|conn| vault::read_blob(&ctx, conn, house.id, BlobId::new(id)));
            assert!(matches!(opened, Err(Common::Vault(VaultError::Erased))), "{opened:?}");
        }
        house.verified();
    });
}

/// Her daughter, whose invoices she pays.
const DAUGHTER: Party<'static> = Party {
    code: "P2",
    name: "柳依依",
    street: "木渎镇香溪路二号",
    email: "yiyi@example.org",
    account: ("CN", "6222020123450001112"),
    tax_id: None,
    ..HER
};

/// Proposes, and decides about every proposal by whom it is for: her daughter's are approved, hers turned down.
fn decide(house: &House, her: domain::ids::CustomerId) {
    house.seal();
    app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("proposals");
    let pending = || {
        let open = Some(store::types::ProposalStatus::Proposed);
        let list = app::reconciliation::list(&house.app, &house.reviewer, house.id, open, None, 500).unwrap();
        list.into_iter().map(|view| (view.proposal.id, view.proposal.customer)).collect::<Vec<_>>()
    };
    assert!(pending().iter().any(|(_, customer)| *customer == Some(her)), "{:?}", pending());
    while let Some((id, customer)) = pending().into_iter().next() {
        if customer == Some(her) {
            app::reconciliation::reject(&house.app, &house.reviewer, house.id, id).expect("rejected");
        } else {
            app::reconciliation::approve(&house.app, &house.reviewer, house.id, id).expect("approved");
        }
    }
    house.seal();
}

#[test]
fn what_she_paid_for_others_and_what_was_never_posted_go_too() {
    for_each_database(|db| {
        let house = House::new(db);
        let (her_id, daughter) = (house.customer(&HER), house.customer(&DAUGHTER));
        house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
        house.at("2026-10-12");
        let sale = |customer, quantity| Sale { customer, quantity, purchase_order: None, ..month::SALE };
        let hers = house.invoice(&sale("P1", "3"));
        let daughters = house.invoice(&sale("P2", "7"));
        let owned = house.invoice(&sale("P2", "9"));
        house.at("2026-10-30");
        let (for_daughter, not_hers) =
            (format!("{} {HER_TEXT}", daughters.number), format!("{} {HER_TEXT}", hers.number));
        let own = DAUGHTER.account.1;
        house.bank_file(
            "family.xml",
            &month::bank_file(&[
                // paid from her account, for her daughter
                ("2026-10-27", &daughters.gross.amount(), Some((HER.name, HER.account.1)), &for_daughter),
                // proposed for her, turned down, and it names nobody that is known
                ("2026-10-28", &hers.gross.amount(), Some(("周予安", "9828753324254250")), &not_hers),
                // by her name alone, from an account that nobody registered; never matched
                ("2026-10-29", "66.00", Some((HER.name, "6200000000000000001")), "又一笔"),
                ("2026-10-30", &owned.gross.amount(), Some((DAUGHTER.name, own)), &owned.number),
            ]),
        );
        decide(&house, her_id);
        let posted = |account: &str| {
            let sql = "SELECT customer AS id FROM bank_lines WHERE status = 'posted' AND payer_account = ";
            db.ids(&format!("{sql}'{account}'"))
        };
        assert_eq!((posted(HER.account.1), posted(own)), (vec![daughter.uuid()], vec![daughter.uuid()]));
        house.receipt("P1", hers.gross, "2026-10-30", &[(hers.item, hers.gross.minor().get())]);
        house.at("2026-11-02");
        let stated = house.statements("2026-10-01", "2026-10-31");
        assert_eq!(stated.made.len(), 2);
        let texts = |number: &str| {
            let rows = house.app.db.read(|conn| {
                let filter = query::documents::Filter { customer: Some(daughter), ..Default::default() };
                query::documents::list(conn, house.id, &filter, None, 50)
            });
            rows.unwrap().into_iter().filter_map(|row| row.text).filter(|text| text == number).count()
        };
        // her own money is told in her own words, her mother's in none
        assert_eq!((texts(&owned.number), texts(&for_daughter)), (1, 0));

        house.at("2029-01-01");
        try_erase(&house).expect("erased");
        house.seal();
        assert_eq!(columns_with(db), Vec::<String>::new());
        assert_eq!(blobs_with(&house, db), 0);
        on_disk(db);
        house.verified();
        // her daughter's books are whole: her line, her documents, her statement
        assert!(
            db.columns_with(DAUGHTER.account.1.as_bytes()).contains(&"bank_lines.payer_account".to_owned())
        );
        assert_eq!(texts(&owned.number), 1);
        for id in stated.made {
            let opened = app::statement::sealed_bytes(&house.app, &house.clerk, house.id, id);
            let row =
                house.app.db.read(|conn| query::statements::by_id(conn, house.id, id)).unwrap().unwrap();
            assert_eq!(opened.is_ok(), row.customer == daughter, "{opened:?}");
        }
    });
}

/// Banks go on writing what she was called: lines that nothing was posted from are found by it.
#[test]
fn lines_that_name_her_as_she_was_called_go_too() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
        let tax_id = HER.tax_id.unwrap();
        house.at("2026-10-30");
        let lines = [
            // by her name alone, and by her tax id alone, from accounts that nobody registered
            ("2026-10-28", "66.00", Some((HER.name, "6200000000000000001")), "又一笔"),
            ("2026-10-29", "77.00", Some(("某某", tax_id)), "再一笔"),
        ];
        house.bank_file("before.xml", &month::bank_file(&lines));
        let mut input = house.customer_input(&HER);
        // an account that never paid may go, and with it the only other trace
        input.accounts.clear();
        for (name, id) in [("周予安", Some("91320594MA1QTHER9F")), ("沈知微", None), ("周予安", None)]
        {
            input.name = name.to_owned();
            input.tax_id =
                id.map(|id| app::customer::TaxId { scheme: "CN:USCC".to_owned(), id: id.to_owned() });
            app::customer::update(&house.app, &house.clerk, house.id, &her(), &input).expect("renamed");
        }
        // who goes on asking for the same asks once; it holds when another person approves it
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customer_accounts"), 1);
        assert_eq!(house.bank_details_confirmed(), 1);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customer_accounts"), 0);
        assert_eq!(
            db.count("SELECT COUNT(*) AS n FROM customer_former_names"),
            5,
            "three names, of which she has one again, and two tax ids"
        );
        house.seal();
        house.at("2026-11-03");
        let refused = try_erase(&house);
        let Err(EraseError::Retained { last, .. }) = &refused else { panic!("{refused:?}") };
        assert_eq!(*last, day("2026-10-29"), "her lines are records of hers");
        house.at("2029-01-01");
        try_erase(&house).expect("erased");
        house.seal();
        assert_eq!(columns_with(db), Vec::<String>::new());
        assert_eq!(blobs_with(&house, db), 0);
        for later in ["周予安", "沈知微", "91320594MA1QTHER9F"] {
            assert_eq!(db.columns_with(later.as_bytes()), Vec::<String>::new(), "{later}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customer_former_names"), 0);
        on_disk(db);
        house.verified();
    });
}
