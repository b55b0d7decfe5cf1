//! The auditor's sample: control totals that are the books', a draw that anybody can repeat, what supports it; attachments in the export.

use super::export::accepted;
use super::house::{House, day};
use super::month::{self, HER};
use app::attachment::{Attach, AttachTo, attach};
use app::audit::{SampleError, SampleInput, export, sample, sample_files, write_sample};
use app::common::Common;
use domain::sample::{Method, key};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use store::testing::for_each_database;

const PDF: &[u8] = b"%PDF-1.7\nher contract\n";

fn input(method: Method, seed: &str, size: usize) -> SampleInput {
    SampleInput {
        from: day("2026-10-01"),
        to: day("2026-11-30"),
        kinds: Vec::new(),
        method,
        seed: seed.to_owned(),
        size,
        known_at: None,
    }
}

fn attached(house: &House, document: &str) {
    let to = AttachTo::Document(document.to_owned());
    let file = Attach { to, file_name: "她的合同.pdf", media_type: "application/pdf", bytes: PDF };
    attach(&house.app, &house.clerk, house.id, &file).expect("attached");
    house.seal();
}

#[test]
fn totals_are_the_books_and_the_draw_can_be_repeated() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let draw = |wanted: &SampleInput| sample(&house.app, &house.auditor, house.id, wanted);
        let found = draw(&input(Method::Hash, "audit", 5)).expect("a sample");
        let entries = u64::try_from(db.count("SELECT COUNT(*) AS n FROM entries")).unwrap();
        assert_eq!((found.population.len() as u64, found.taken().count()), (entries, 5));
        let debit = db.count("SELECT CAST(SUM(base) AS BIGINT) AS n FROM postings WHERE base > 0");
        let total: i64 = found.totals.iter().map(|one| one.amount.get()).sum();
        assert_eq!((total, found.totals.iter().map(|one| one.entries).sum::<u64>()), (debit, entries));
        // as anybody computes it from the population
        let mut ids: Vec<_> = found.population.iter().map(|row| row.entry.to_string()).collect();
        ids.sort_by_key(|id| *key("audit", id).bytes());
        let mut wanted: Vec<String> = ids.into_iter().take(5).collect();
        let mut taken: Vec<String> = found.taken().map(|row| row.entry.to_string()).collect();
        wanted.sort();
        taken.sort();
        assert_eq!(taken, wanted);
        // what is recorded later does not change a sample of before
        let before = SampleInput { known_at: Some(found.known_at), ..input(Method::Hash, "audit", 5) };
        house.receipt(HER.code, month_money(), "2026-11-20", &[]);
        house.seal();
        assert_eq!(draw(&before).expect("a sample"), found);
        assert_eq!(draw(&input(Method::Hash, "audit", 5)).unwrap().population.len() as u64, entries + 1);
        let of_kind =
            SampleInput { kinds: vec!["invoice".to_owned()], ..input(Method::MonetaryUnit, "7", 2) };
        let units = draw(&of_kind).expect("a sample");
        assert!(units.population.iter().all(|row| row.kind == "invoice" && row.document.is_some()));
        assert!((1..=2).contains(&units.taken().count()), "{units:?}");

        let future = SampleInput { known_at: Some(u64::MAX), ..of_kind.clone() };
        assert!(matches!(draw(&future), Err(SampleError::Future { .. })));
        let backwards = SampleInput { to: day("2026-09-30"), ..of_kind.clone() };
        assert!(matches!(draw(&backwards), Err(SampleError::Common(Common::Invalid { .. }))));
        let refused = sample(&house.app, &house.clerk, house.id, &of_kind);
        assert!(matches!(refused, Err(SampleError::Common(Common::Forbidden { .. }))));
    });
}

fn month_money() -> money::Money {
    money::Money::new(money::Minor::new(100), money::Currency::CNY)
}

#[test]
fn a_sample_brings_its_files_until_they_are_erased() {
    for_each_database(|db| {
        let house = House::new(db);
        let month = month::run(&house);
        attached(&house, &month.her_invoice);
        let all = input(Method::Hash, "all", 500);
        let files = sample_files(&house.app, &house.auditor, house.id, &all).expect("files").files;
        let with = |files: &BTreeMap<String, Vec<u8>>, prefix: &str| -> Vec<String> {
            files.keys().filter(|path| path.starts_with(prefix)).cloned().collect()
        };
        let entries = usize::try_from(db.count("SELECT COUNT(*) AS n FROM entries")).unwrap();
        assert_eq!(with(&files, "vouchers/").len(), entries);
        let attachments = with(&files, "attachments/");
        assert_eq!((attachments.len(), files[&attachments[0]].as_slice()), (1, PDF));
        assert!(with(&files, "statements/").iter().any(|path| path.ends_with(".pdf")), "{:?}", files.keys());
        let text = |path: &String| String::from_utf8(files[path].clone()).unwrap();
        let vouchers: Vec<String> = with(&files, "vouchers/").iter().map(text).collect();
        // the bank's line, and who approved what it was taken for
        let paid = vouchers.iter().find(|voucher| voucher.contains(HER.account.1)).expect("her receipt");
        for part in ["\"decided_by\":\"", "\"bank_line\":{", "\"receipt.posted\""] {
            assert!(paid.contains(part), "{part}: {paid}");
        }

        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("sample");
        let written = write_sample(&house.app, &house.auditor, house.id, &all, &dir).expect("written");
        assert_eq!(written.files, files.len() as u64 + 1);
        let manifest = fs::read_to_string(dir.join("MANIFEST.sha256")).unwrap();
        for line in manifest.lines() {
            let (digest, path) = line.split_once("  ").unwrap();
            assert_eq!(digest, hex::encode(Sha256::digest(fs::read(dir.join(path)).unwrap())), "{path}");
        }
        assert!(
            write_sample(&house.app, &house.auditor, house.id, &all, &dir).is_err(),
            "the folder is not empty"
        );

        // and the same file stands in the export
        let whole = folder.path().join("export");
        export(&house.app, &house.auditor, house.id, &whole, None).expect("an export");
        accepted(&whole, None);
        let line = fs::read_to_string(whole.join("attachments.ndjson")).unwrap();
        assert!(line.contains("她的合同.pdf"), "{line}");
        house.at("2029-01-01");
        app::customer::erase(&house.app, &house.administrator, house.id, &super::erase::her())
            .expect("erased");
        house.seal();
        let after = folder.path().join("after");
        export(&house.app, &house.auditor, house.id, &after, None).expect("an export");
        accepted(&after, None);
        let line = fs::read_to_string(after.join("attachments.ndjson")).unwrap();
        assert!(line.contains("\"file_name\":null") && !after.join("attachments").exists(), "{line}");
        let files = sample_files(&house.app, &house.auditor, house.id, &all).expect("files").files;
        assert!(with(&files, "attachments/").is_empty());
        let needle = HER.name.as_bytes();
        assert!(files.values().all(|bytes| !bytes.windows(needle.len()).any(|window| window == needle)));
    });
}
