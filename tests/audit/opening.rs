//! The first statement of a customer who was sold to before its period.

use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::month;
use app::statement::{RunStatements, Watch};
use money::{Currency, Minor, Money};
use serde_json::Value;
use store::testing::for_each_database;

fn run(house: &House, cut_off: &str) -> Value {
    let input = RunStatements { cut_off: day(cut_off), period_start: None, customers: None };
    let watch = Watch { job: None, progress: &|_, _| Ok(()) };
    let made = app::statement::run(&house.app, &house.clerk, house.id, &input, &watch).expect("a run");
    assert_eq!((made.made.len(), made.failed.as_slice(), made.fallbacks), (1, [].as_slice(), 0));
    let bytes =
        app::statement::sealed_bytes(&house.app, &house.clerk, house.id, made.made[0]).expect("sealed");
    serde_json::from_slice(&bytes).unwrap()
}

fn figures(content: &Value) -> [&str; 4] {
    ["opening", "total_debit", "total_credit", "closing"]
        .map(|name| content["sections"][0][name].as_str().unwrap())
}

#[test]
fn it_brings_the_balance_before_its_period_forward() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&Party { code: "C1", name: "苏州云栈自动化设备有限公司", ..month::HER });
        let sale = |date, price| Sale { date, price, quantity: "100", ..month::SALE };
        house.at("2026-10-25");
        let october = house.invoice(&sale("2026-10-08", "10"));
        let part = Money::new(Minor::new(30_000), Currency::CNY);
        house.receipt("C1", part, "2026-10-25", &[(october.item, 30_000)]);
        house.at("2026-12-02");
        house.invoice(&sale("2026-11-03", "1"));
        let content = run(&house, "2026-11-30");
        assert_eq!(content["subject"]["period"]["start"], "2026-11-01");
        // 1,130.00 less what was paid of it; the one movement is November's
        assert_eq!(figures(&content), ["830.00", "113.00", "0.00", "943.00"]);
        let section = &content["sections"][0];
        assert_eq!(section["movements"].as_array().map(Vec::len), Some(1), "{section}");
        assert_eq!(
            section["open_items"].as_array().map(Vec::len),
            Some(2),
            "what is owed is listed: {section}"
        );
        // entered late for the time before: the next one says so
        house.at("2026-12-31");
        house.invoice(&sale("2026-10-09", "2"));
        let content = run(&house, "2026-12-31");
        assert_eq!(figures(&content), ["943.00", "226.00", "0.00", "1169.00"]);
        assert_eq!(content["sections"][0]["prior_period"].as_array().map(Vec::len), Some(1), "{content}");
        house.seal();
        house.verified();
        accepted_whole(&house);
        db.execute("UPDATE statement_closings SET opening = opening - 1 WHERE opening = 83000");
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
        let told =
            |problem: &String| problem.contains("opening and closing of 1122 CNY, recomputed and stored");
        assert!(found.problems.iter().any(told), "{:?}", found.problems);
    });
}
