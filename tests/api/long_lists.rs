//! A list as a file is had whole, however long it is.

use super::world::{Send, World};
use app::list::{List, Of};
use domain::actor::Actor;
use sheets::write::{Format, Language, Output};
use store::Kind;
use store::testing::{TestDb, for_each_database};
use zhangben::http::problem::Code;
use zhangben::spreadsheet::list::{Wanted, write};

/// More than the three months of retail data have invoice lines.
const RATES: usize = 110_000;

/// Rates of so many days.
fn rates(db: &TestDb) {
    let day = match db.db().kind() {
        Kind::Sqlite => "date('1900-01-01', '+' || n || ' days')",
        Kind::Postgres => "DATE '1900-01-01' + n",
    };
    let made = db.execute(&format!(
        "INSERT INTO fx_rates (company, source_currency, target_currency, date, rate, source) \
         WITH RECURSIVE days (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM days WHERE n < {RATES} - 1) \
         SELECT companies.id, 'USD', 'CNY', {day}, '7.1', 'test' FROM days, companies WHERE companies.code = 'chenghu'"
    ));
    assert_eq!(made, RATES);
}

#[test]
fn a_list_of_more_than_a_hundred_thousand_rows_is_one_file() {
    for_each_database(|db| {
        let world = World::new(db);
        rates(db);
        let csv = world.get("administrator", "/v1/fx-rates?format=csv");
        assert_eq!(csv.status, 200, "{}", String::from_utf8_lossy(&csv.bytes));
        assert_eq!(csv.header("content-length"), csv.bytes.len().to_string());
        let text = std::str::from_utf8(&csv.bytes).unwrap();
        assert_eq!(text.lines().count(), RATES + 1, "the headings and every row");
        assert!(text.lines().nth(1).unwrap().contains("1900-01-01"), "{:?}", text.lines().nth(1));
        assert!(text.ends_with("test\r\n"), "it ends with a whole row");
        let tag = csv.header("etag").to_owned();
        let again = world.with(
            ("GET", "administrator", "/v1/lists/fx-rates?format=csv"),
            &[("if-none-match", &tag)],
            None,
        );
        assert_eq!((again.status, again.bytes.len()), (304, 0));
        let asks = Send { token: Some(world.house.token("administrator")), ..Send::default() };
        let head = world.send("HEAD", "/v1/fx-rates?format=csv", &asks);
        assert_eq!((head.status, head.header("etag"), head.bytes.len()), (200, tag.as_str(), 0));
        let book = world.get("administrator", "/v1/fx-rates?format=xlsx");
        assert_eq!((book.status, book.bytes.get(..2)), (200, Some(&b"PK"[..])));
    });
}

#[test]
fn a_file_that_says_the_same_later_has_the_same_tag() {
    for_each_database(|db| {
        let world = World::new(db);
        let sample = "/v1/audit/sample?from=2026-11-01&to=2026-11-30&seed=s&size=1";
        let files = [
            "/v1/fx-rates?format=xlsx".to_owned(),
            "/v1/lists/roles?format=xlsx".to_owned(),
            "/v1/reports/aging?as_of=2026-11-30&format=xlsx".to_owned(),
            format!("{sample}&format=zip"),
        ];
        let tags: Vec<String> = files
            .iter()
            .map(|path| {
                let file = world.get("auditor", path);
                let zip = (file.status, file.bytes.get(..2));
                assert_eq!(zip, (200, Some(&b"PK"[..])), "{path}: {}", String::from_utf8_lossy(&file.bytes));
                file.header("etag").to_owned()
            })
            .collect();
        // the wall's clock goes on, whatever the application's says
        std::thread::sleep(std::time::Duration::from_millis(2_100));
        for (path, tag) in files.iter().zip(&tags) {
            let again =
                world.with(("GET", "auditor", path.as_str()), &[("if-none-match", tag.as_str())], None);
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
        }
    });
}

#[test]
fn more_rows_than_a_sheet_holds_are_refused_by_the_parameter_that_asks_for_it() {
    for_each_database(|db| {
        let world = World::new(db);
        for day in ["2026-11-02", "2026-11-03"] {
            let body = serde_json::json!({"source": "USD", "target": "CNY", "date": day, "rate": "7.1", "origin": "PBOC"});
            world.put("clerk", "/v1/fx-rates", &body).want(200);
        }
        let written = |rows_max| {
            let wanted = Wanted {
                list: List::FxRates,
                of: &Of::All,
                format: Format::Xlsx,
                language: Language::English,
                as_of: None,
                rows_max: Some(rows_max),
            };
            write(&world.app, &Actor::System, world.house.id, &wanted, Output::memory())
        };
        assert_eq!(written(2).expect("two rows").rows, 2);
        let refused = written(1).err().expect("one row too many");
        assert_eq!(refused.code, Code::RuleRefused);
        assert_eq!(refused.errors[0].parameter.as_deref(), Some("format"));
        assert_eq!(
            refused.errors[0].detail,
            "the list has more than the 1 rows that a sheet holds: ask for CSV"
        );
    });
}
