//! A slice of made-up data in the shape of the retail months, on both databases: what `cargo xtask bench month` does with
//! other people's.

#[path = "../bench/report.rs"]
#[allow(clippy::print_stdout, dead_code)] // its table is the benchmark's
mod report;

use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::testing::{TestDb, kinds};
use zhangben_tests::retail::month::{Outcome, Period, Shop, Stage, run};
use zhangben_tests::retail::{data, sales, shape};
use zhangben_tests::score::Class;
use zhangben_tests::tamper;
use zhangben_tests::wiring::{self, SetClock};

const SEED: u64 = 77;

fn periods() -> Vec<Period> {
    [("2010-12-01", "2010-12-01", "2010-12-31"), ("2011-01-01", "2011-03-01", "2011-03-31")]
        .map(|(from, first, to)| Period {
            sales: shape::month(SEED, first.parse().unwrap(), 160, 40).unwrap(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        })
        .into()
}

/// Cases, right, wrong, unmatched, by class.
type Counts = BTreeMap<String, (u64, u64, u64, u64)>;

fn months(db: &TestDb) -> (Outcome, Counts) {
    let (plugins, periods) = (data::plugins().unwrap(), periods());
    let first = periods[0].from;
    let clock = Arc::new(SetClock::at(first));
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    let app = wiring::seeded(db.db(), clock.clone(), SEED, &cache).unwrap();
    let shop = Shop::found(app, clock, SEED, &plugins, first).unwrap();
    let (shop, outcome) = run(shop, &periods).unwrap_or_else(|error| panic!("{error:#}"));
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("export");
    app::audit::export(&shop.app, &domain::actor::Actor::System, shop.id, &dir, None).unwrap();
    let head = outcome.head.to_string();
    tamper::accepted(&dir, &head).unwrap_or_else(|error| panic!("{error:#}"));
    let named = tamper::each_kind_is_named(&dir, &head).unwrap_or_else(|error| panic!("{error:#}"));
    assert_eq!(named.len(), 5);
    let classes = &outcome.score.0;
    let classes =
        classes.iter().map(|(name, c)| (name.clone(), (c.cases, c.right, c.wrong, c.unmatched))).collect();
    (outcome, classes)
}

#[test]
fn the_retail_months_tie_out_and_the_same_is_found_on_both_databases() {
    let all: Vec<_> = kinds().into_iter().map(|kind| months(&TestDb::new(kind))).collect();
    let (first, classes) = &all[0];
    for (other, theirs) in &all {
        assert_eq!(
            (other.head, other.customers, other.tied_out),
            (first.head, first.customers, first.customers)
        );
        assert_eq!(theirs, classes);
    }
    assert!(first.customers > 30 && first.documents > 400 && first.statements > 40);
    let [rows, lines, without_price, adjustments] = first.rows;
    assert_eq!(rows, lines + without_price + adjustments);
    for (name, class) in &first.score.0 {
        assert_eq!(class.wrong_by_policy, 0, "{name}: {:#?}", class.wrong_cases);
        let told = format!("{name}: {class:#?}");
        match name.as_str() {
            // whoever quotes the number is found; nobody's money is nobody's
            "reference" | "structured" => {
                assert!(class.recall() >= Some(90) && class.precision() >= Some(95), "{told}")
            }
            "bundled" | "part" | "overpaid" => assert!(class.recall() >= Some(70), "{told}"),
            "bank-fee" | "interest" | "supplier" | "stranger" => {
                assert_eq!(class.recall(), Some(100), "{told}")
            }
            _ => {}
        }
    }
}

#[test]
fn what_the_benchmark_prints_as_json_has_what_is_documented_and_no_more() {
    let stage = Stage { name: "customers", rows: 3, micros: 1_500_000 };
    let wrong_cases = vec!["R1: is 1, proposed 2".to_owned()];
    let class = Class { cases: 4, right: 2, wrong: 1, unmatched: 1, wrong_by_policy: 1, wrong_cases };
    let told = json!({"database": "sqlite", "customers": 2, "customers_tied_out": 2, "chain_head": "ab",
        "stages": [report::stage(&stage)], "classes": [report::class("part", &class)], "peak_memory_mb": 7,
        "documents": 5, "statements": 2, "rows": {"read": 9}, "tampering_named": ["swapped entries"]});
    let documented = json!({"database": "sqlite", "customers": 2, "customers_tied_out": 2, "chain_head": "ab",
        "stages": [{"name": "customers", "rows": 3, "seconds": 1.5}],
        "classes": [{"name": "part", "cases": 4, "right": 2, "wrong": 1, "unmatched": 1}], "peak_memory_mb": 7});
    assert_eq!(report::documented(&told), documented);
}

/// Other people's file, read to its last row.
#[test]
#[allow(clippy::print_stderr)] // a test that did not run must say so
fn the_shops_own_file_is_read() {
    let Some(folder) = data::folder().map(|folder| folder.join("datasets/online-retail")) else {
        eprintln!("did not run: other people's data are not there");
        return;
    };
    let read = |month: &str| sales::read(&folder.join(format!("online-retail-{month}.csv"))).unwrap();
    let months = ["2010-12", "2011-03", "2011-04"].map(read);
    let sum = |of: &dyn Fn(&sales::Sales) -> u64| months.iter().map(of).sum::<u64>();
    assert_eq!(sum(&|m| m.rows), 109_145);
    assert_eq!((sum(&|m| m.without_price), sum(&|m| m.adjustments)), (780, 0));
    assert_eq!(sum(&|m| m.lines()), 109_145 - 780);
    // 4,868 numbers of sales of which 609 have no price at all, and 884 returns
    assert_eq!(sum(&|m| m.sales.len() as u64), 4_868 - 609 + 884);
    assert_eq!(sum(&|m| m.sales.iter().filter(|sale| sale.returned).count() as u64), 884);
}
