//! Plugins that admission would refuse, bound all the same: what they do or say is contained by the use-case.

use super::house::{House, Party, day};
use app::bank::{ImportBankFile, ImportBankFileError};
use app::common::Common;
use app::invoice::{InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError};
use app::plugin::BindPlugin;
use domain::plugin::World;
use domain::statement::Style;
use domain::tax::PriceMode;
use money::Currency;
use serde_json::json;
use store::testing::for_each_database;

/// Writes a fixture past admission, as an older host's database might hold it, and binds it.
fn bind(house: &House, world: World, name: &str) {
    let bytes = crate::fixture::bytes(name);
    assert!(app::plugin::install(&house.app, &house.administrator, &bytes).is_err(), "{name} is admitted");
    let digest = crate::fixture::past_admission(&house.app, world, name);
    let input = BindPlugin {
        slot: world.name().to_owned(),
        plugin: digest.to_string(),
        config: json!({}),
        valid_from: day("2026-02-01"),
    };
    house.bind(&input);
}

fn invoice() -> IssueInvoice {
    let line = InvoiceLine {
        description: "轴承".to_owned(),
        quantity: "12".parse().unwrap(),
        unit: None,
        unit_price: "85.5".parse().unwrap(),
        category: "goods-13".to_owned(),
        nature: "normal".to_owned(),
        parent: None,
        original_line: None,
        supply: "goods".to_owned(),
        allowances: Vec::new(),
    };
    IssueInvoice {
        external_id: None,
        customer: "C1".parse().unwrap(),
        kind: InvoiceKind::Invoice,
        original: None,
        document_date: day("2026-10-01"),
        effective_date: None,
        due_date: None,
        terms: None,
        supply_date: None,
        currency: Currency::CNY,
        price_mode: PriceMode::Exclusive,
        purchase_order: None,
        tax_invoice_number: None,
        text: None,
        fx: None,
        lines: vec![line],
        allowances: Vec::new(),
        deliveries: Vec::new(),
        red_confirmation: None,
        rebill: false,
    }
}

#[test]
fn tax_fails_closed() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&Party {
            code: "C1",
            name: "王小明",
            country: "CN",
            currency: Currency::CNY,
            street: "一号",
            email: "c1@example.invalid",
            tax_id: None,
            account: ("CN", "6222"),
            style: Style::OpenItem,
        });
        let fixtures = [
            "trap",
            "endless-loop",
            "memory-bomb",
            "line-without-treatment",
            "duplicate-ids",
            "wrong-totals",
        ];
        for (name, n) in fixtures.into_iter().zip(1..) {
            // of two bindings from the same day on the later one serves
            house.at(&format!("2026-10-0{n}"));
            bind(&house, World::Tax, name);
            let error = app::invoice::issue(&house.app, &house.clerk, house.id, &invoice()).expect_err(name);
            let contained = matches!(
                &error,
                IssueInvoiceError::Common(Common::PluginFailed { world: World::Tax, .. })
                    | IssueInvoiceError::TaxNotAccepted { .. }
            );
            assert!(contained, "{name}: {error}");
        }
        assert!(db.ids("SELECT id FROM documents").is_empty(), "nothing was posted");
        house.seal();
        house.verified();
    });
}

#[test]
fn a_reader_that_says_an_entry_twice_brings_nothing() {
    for_each_database(|db| {
        let house = House::new(db);
        bind(&house, World::Bank, "duplicate-entries");
        let input = ImportBankFile { file_name: "x", bytes: b"anything", format: None };
        let error = app::bank::import(&house.app, &house.clerk, house.id, &input).expect_err("refused");
        assert!(matches!(error, ImportBankFileError::NotAccepted { .. }), "{error}");
        assert!(
            db.ids("SELECT id FROM bank_files").is_empty() && db.ids("SELECT id FROM bank_lines").is_empty()
        );
    });
}
