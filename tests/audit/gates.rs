//! Sheets, and many invoices at once, ask the rules for direct posting again in the transaction that posts.

use super::books::SALE;
use super::house::{House, day};
use super::meanwhile::interrupted;
use super::month;
use app::common::Common;
use app::import::{ImportKind, Input, Record, RecordError, Session, Taken, Wanted};
use app::invoice::IssueInvoiceError;
use app::opening::{RecordOpening, RecordOpeningError};
use domain::canonical::Digest;
use domain::draft::{ApprovalRule, DraftKind};
use money::{Currency, Minor, Money};
use serde_json::json;
use std::sync::mpsc;
use std::time::Duration;
use store::testing::for_each_database;
use store::types::ImportMode;
use store::{query, rows};

fn opening(number: &str, amount: i64) -> RecordOpening {
    RecordOpening {
        external_id: Some(number.to_owned()),
        customer: month::HER.code.parse().unwrap(),
        amount: Money::new(Minor::new(amount), Currency::CNY),
        document_date: day("2026-09-30"),
        due_date: None,
        effective_date: day("2026-10-01"),
        text: None,
        fx: None,
    }
}

fn rules(house: &House, approvals: u32) {
    let rule = ApprovalRule {
        kind: DraftKind::Opening,
        currency: None,
        from: Minor::ZERO,
        approvals,
        role: None,
        post_on_approval: false,
        binds_integrators: false,
    };
    app::draft::put_rules(&house.app, &house.administrator, house.id, &[rule]).expect("rules");
}

#[test]
fn a_rule_that_is_set_after_a_row_was_looked_at_binds_it() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-10-31");
        for mode in [ImportMode::AllOrNothing, ImportMode::BestEffort] {
            rules(&house, 0);
            let wanted = Wanted {
                kind: ImportKind::OpeningBalances,
                mode: Some(mode),
                drafts: false,
                file_name: "o.csv",
                mapping: json!({}),
                file: Digest::of_bytes(mode.name().as_bytes()),
                again: None,
            };
            let mut session = Session::begin(&house.app, &house.clerk, house.id, wanted).expect("begun");
            let input = Input::Opening(opening(mode.name(), 50_000));
            let body = mode.name().as_bytes().to_vec();
            let pushed = session.push(Record { first_row: 2, last_row: 2, body, input }).expect("looked at");
            assert!(pushed.iter().all(|one| matches!(one.result, Ok(Taken::Checked))), "{pushed:?}");
            rules(&house, 1);
            let (outcomes, finished) = session.finish().expect("finished");
            let refused = &outcomes[0].result;
            assert!(
                matches!(
                    refused,
                    Err(RecordError::Common(Common::ApprovalRequired { approvals: 1, .. })
                        | RecordError::Opening(RecordOpeningError::Common(Common::ApprovalRequired { .. })))
                ),
                "{refused:?}"
            );
            assert_eq!((finished.made, finished.refused), (0, 1));
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 0);
        house.verified();
    });
}

/// Somebody is about to want invoices approved when many are looked at, and has written that when they are posted.
#[test]
fn a_rule_that_is_set_after_many_were_looked_at_binds_them() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-10-31");
        let input = house.invoice_input(&SALE);
        app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("an invoice");
        let (looking, looked) = mpsc::channel();
        let (writing, written) = mpsc::channel();
        let issuing = interrupted(&house, move || looking.send(()).expect("somebody waits"));
        let (app, company) = (house.app.clone(), house.id);
        let rule = rows::ApprovalRule {
            company,
            n: 1,
            kind: DraftKind::Invoice.name().to_owned(),
            currency: None,
            from_amount: Minor::ZERO,
            approvals: 1,
            role: None,
            post_on_approval: false,
            binds_integrators: false,
            binds: None,
        };
        let tightened = std::thread::spawn(move || {
            app.db.write(|tx| {
                query::companies::lock(tx, company)?;
                query::approvals::replace(tx, company, std::slice::from_ref(&rule))?;
                let _ = writing.send(());
                let _ = looked.recv_timeout(Duration::from_secs(5));
                // the rules as they were are read by now, and the write waits
                std::thread::sleep(Duration::from_millis(800));
                Ok::<_, store::StoreError>(())
            })
        });
        written.recv().expect("it is written");
        let outcomes = app::invoice::issue_many(&issuing, &house.clerk, company, &[input.clone(), input])
            .expect("asked");
        tightened.join().expect("joined").expect("set");
        for outcome in &outcomes {
            let bound = matches!(
                outcome,
                Err(IssueInvoiceError::Common(Common::ApprovalRequired { approvals: 1, .. }))
            );
            assert!(bound, "{outcome:?}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 1);
        // that rule came without an event, which verification would find
        house.app.db.write(|tx| query::approvals::replace(tx, company, &[])).expect("taken away");
        house.verified();
    });
}
