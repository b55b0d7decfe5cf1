//! What is written comes back equal, at the extremes too, on both databases.

use crate::fixtures::*;
use diesel::RunQueryDsl;
use domain::time::Instant;
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde_json::json;
use std::str::FromStr;
use store::query::{companies, documents, entries, fx_rates, open_items};
use store::rows::FxRate;
use store::testing::for_each_database;
use store::types::Json;
use store::{Kind, StoreError};

#[test]
fn money_survives_to_the_last_unit() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        // 9007199254740993 is the first integer that f64 cannot hold
        for amount in [i64::MIN, i64::MIN + 1, -1, 0, 1, 9_007_199_254_740_993, i64::MAX] {
            let mut row = document(w, "invoice", &format!("N{amount}"), 1, "2026-11-01");
            row.net = Minor::new(amount);
            db.write(|tx| {
                documents::insert(
                    tx,
                    &documents::DocumentRows { documents: vec![row.clone()], ..Default::default() },
                )
            })
            .unwrap();
            assert_eq!(db.read(|c| documents::by_id(c, w.company, row.id)).unwrap().unwrap(), row);
        }
    });
}

#[test]
fn sums_are_exact_and_overflow_is_an_error() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        for amount in [9_007_199_254_740_992, 1] {
            db.write(|tx| entries::post_entry(tx, &entry(w, "invoice", amount, "2026-11-01", None))).unwrap();
        }
        let sums = db.read(|c| open_items::balances(c, w.company, w.customer)).unwrap();
        assert_eq!(sums, [("1122".to_owned(), Currency::CNY, 1, Minor::new(9_007_199_254_740_993))]);
        db.write(|tx| entries::post_entry(tx, &entry(w, "invoice", i64::MAX, "2026-11-01", None))).unwrap();
        let overflow = db.read(|c| open_items::balances(c, w.company, w.customer));
        assert!(matches!(overflow, Err(StoreError::Database(_))), "{overflow:?}");
    });
}

#[test]
fn decimals_keep_every_digit_and_their_scale() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        for text in [
            "0.1",
            "7.8300",
            "0.0000000000001",
            "0.0000000000000000000000000001",
            "79228162514264337593543950335",
            "123456789012345678.9123456789",
            "-1.5",
            "0.00",
        ] {
            let rate = FxRate {
                company: w.company,
                source_currency: Currency::EUR,
                target_currency: Currency::CNY,
                date: day("2026-11-01"),
                rate: Decimal::from_str(text).unwrap(),
                source: "test".to_owned(),
            };
            db.write(|tx| fx_rates::put(tx, std::slice::from_ref(&rate))).unwrap();
            let latest =
                |c: &mut _| fx_rates::latest(c, w.company, Currency::EUR, Currency::CNY, day("2026-12-31"));
            let found = db.read(latest).unwrap().unwrap();
            assert_eq!(found.rate.to_string(), text);
        }
    });
}

#[test]
fn a_negative_zero_is_stored_as_zero() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let mut row = document(w, "invoice", "N", 1, "2026-11-01");
        row.fx_rate = -Decimal::new(0, 2);
        db.write(|tx| {
            documents::insert(
                tx,
                &documents::DocumentRows { documents: vec![row.clone()], ..Default::default() },
            )
        })
        .unwrap();
        assert_eq!(
            db.read(|c| documents::by_id(c, w.company, row.id)).unwrap().unwrap().fx_rate.to_string(),
            "0.00"
        );
    });
}

#[test]
fn instants_and_dates_come_back_to_the_microsecond() {
    for_each_database(|test| {
        let db = test.db();
        let micros = [
            -62_135_596_800_000_000, // 0001-01-01 00:00:00
            -1,
            0,
            1_795_000_000_123_456,
            1_795_000_000_100_000,
            253_402_300_799_999_999, // 9999-12-31 23:59:59.999999
        ];
        for (n, micros) in micros.into_iter().enumerate() {
            let mut row = company(&format!("T{n}"));
            row.created_at = Instant::from_micros(micros).unwrap();
            db.write(|tx| companies::insert(tx, &row)).unwrap();
            assert_eq!(db.read(|c| companies::by_id(c, row.id)).unwrap().unwrap(), row);
        }
        let w = setup(db);
        for date in ["1900-01-01", "2028-02-29", "2199-12-31"] {
            let row = document(w, "invoice", date, 1, date);
            db.write(|tx| {
                documents::insert(
                    tx,
                    &documents::DocumentRows { documents: vec![row.clone()], ..Default::default() },
                )
            })
            .unwrap();
            assert_eq!(db.read(|c| documents::by_id(c, w.company, row.id)).unwrap().unwrap(), row);
        }
    });
}

#[test]
fn a_year_that_does_not_sort_as_text_is_refused() {
    for_each_database(|test| {
        let mut row = company("T");
        row.created_at = Instant::from_micros(253_402_300_800_000_000).unwrap();
        let refused = test.db().write(|tx| companies::insert(tx, &row));
        assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    });
}

#[test]
fn texts_in_every_script_and_json_come_back() {
    for_each_database(|test| {
        let db = test.db();
        let mut row = company("账");
        row.name = "\u{0}".repeat(0) + "客户对账单 – «Ünïcödé» 👩🏽‍💻 'quoted' \"double\" \\ ; --";
        row.address =
            Json(json!({"lines": ["a\nb", "\u{1F600}"], "n": 9_007_199_254_740_991_i64, "none": null}));
        row.tax_id = Some(String::new());
        db.write(|tx| companies::insert(tx, &row)).unwrap();
        assert_eq!(db.read(|c| companies::by_code(c, "账")).unwrap().unwrap(), row);
    });
}

#[test]
fn texts_sort_by_bytes_on_both() {
    for_each_database(|test| {
        let db = test.db();
        for code in ["b", "B", "a-1", "a1", "ä", "账", "A"] {
            db.write(|tx| companies::insert(tx, &company(code))).unwrap();
        }
        let codes: Vec<String> = db.read(companies::list).unwrap().into_iter().map(|c| c.code).collect();
        assert_eq!(codes, ["A", "B", "a-1", "a1", "b", "ä", "账"]);
    });
}

#[test]
fn what_its_type_does_not_allow_is_corrupt_and_not_a_wrong_figure() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let row = document(w, "invoice", "N", 1, "2026-11-01");
        db.write(|tx| {
            documents::insert(
                tx,
                &documents::DocumentRows { documents: vec![row.clone()], ..Default::default() },
            )
        })
        .unwrap();
        let mut damage = vec![
            "UPDATE documents SET fx_rate = '1e3'",
            "UPDATE documents SET fx_rate = '1', currency = 'XAU'",
            "UPDATE documents SET currency = 'CNY', price_mode = 'gross'",
        ];
        if db.kind() == Kind::Sqlite {
            damage.push("UPDATE documents SET price_mode = 'exclusive', due_date = '2026-02-30'");
            damage.push("UPDATE documents SET due_date = NULL, created_at = '2026-11-01 10:00'");
        }
        for sql in damage {
            db.write(|tx| -> Result<usize> { Ok(diesel::sql_query(sql).execute(tx.conn())?) }).unwrap();
            let read = db.read(|c| documents::by_id(c, w.company, row.id));
            assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{sql}: {read:?}");
        }
    });
}
