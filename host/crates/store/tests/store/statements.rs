//! Statements: sealed once, decided once, and whose closings come next.

use crate::fixtures::*;
use domain::ids::{ArtefactId, CustomerId, StatementId, StatementRunId};
use domain::statement::Style;
use money::Currency;
use store::query::statements::{self, Filter, StatementRows};
use store::query::{blobs, customers, history, seals, statement_runs};
use store::rows::{Artefact, Statement, StatementClosing, StatementRun};
use store::sequencer;
use store::testing::for_each_database;
use store::types::{StatementRunStatus, StatementStatus};
use store::{Database, StoreError, Tx};

fn run(w: World1, cut_off: &str) -> StatementRun {
    StatementRun {
        company: w.company,
        id: StatementRunId::new(uuid()),
        cut_off: day(cut_off),
        known_at: 0,
        status: StatementRunStatus::Running,
        made: 0,
        failed: 0,
        created_by: "system".to_owned(),
        created_at: at(1),
    }
}

fn statement(
    tx: &mut Tx<'_>,
    w: World1,
    run: &StatementRun,
    customer: CustomerId,
    version: u32,
) -> Result<StatementRows> {
    let (content, file) = (blob(w), blob(w));
    blobs::insert(tx, &[content.clone(), file.clone()])?;
    let id = StatementId::new(uuid());
    Ok(StatementRows {
        content_hashes: vec![hash(&format!("sealed {id}"))],
        statements: vec![Statement {
            company: w.company,
            id,
            run: run.id,
            customer,
            number: format!("ST-{}-{}", run.cut_off, customer),
            version,
            supersedes: None,
            previous: None,
            style: Style::OpenItem,
            period_start: day("2026-01-01"),
            cut_off: run.cut_off,
            known_at: 7,
            content: content.id,
            digest: hash(&id.to_string()),
            status: StatementStatus::Sealed,
            fallback: false,
            invocation: None,
            created_by: "system".to_owned(),
            created_at: at(2),
            decided_by: None,
            decided_at: None,
            row_version: 1,
        }],
        closings: vec![StatementClosing {
            company: w.company,
            statement: id,
            account: "1122".to_owned(),
            currency: Currency::CNY,
            opening: minor(0),
            closing: minor(-100),
        }],
        artefacts: vec![Artefact {
            company: w.company,
            id: ArtefactId::new(uuid()),
            statement: id,
            name: "statement.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            blob: file.id,
            renderer: "render 1".to_owned(),
            pages: Some(2),
        }],
    })
}

fn made(db: &Database, w: World1, run: &StatementRun, customer: CustomerId, version: u32) -> StatementRows {
    db.write(|tx| -> Result<_> {
        let rows = statement(tx, w, run, customer, version)?;
        statements::insert(tx, &rows)?;
        Ok(rows)
    })
    .unwrap()
}

#[test]
fn a_statement_comes_back_whole_and_is_sealed() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let run = run(w, "2026-11-30");
        db.write(|tx| statement_runs::insert(tx, &run)).unwrap();
        let rows = made(db, w, &run, w.customer, 1);
        let id = rows.statements[0].id;
        assert_eq!(
            db.read(|c| statements::by_id(c, w.company, id)).unwrap().as_ref(),
            rows.statements.first()
        );
        assert_eq!(db.read(|c| statements::closings_of(c, w.company, &[id])).unwrap(), rows.closings);
        assert_eq!(db.read(|c| statements::artefacts_of(c, w.company, &[id])).unwrap(), rows.artefacts);
        let number = &rows.statements[0].number;
        assert_eq!(db.read(|c| statements::by_number(c, w.company, number)).unwrap(), rows.statements);
        let artefact = rows.artefacts[0].clone();
        assert_eq!(db.read(|c| statements::artefact(c, w.company, artefact.id)).unwrap(), Some(artefact));

        assert_eq!(sequencer::drain(db, w.company).unwrap(), 1);
        let seal = db.read(|c| seals::of(c, w.company, id.uuid())).unwrap().unwrap();
        assert_eq!((seal.kind.as_str(), seal.content_hash), ("statement", rows.content_hashes[0]));
        let link = db.snapshot(|c| history::page(c, w.company, 0, 10)).unwrap().remove(0);
        let found = link.statement.unwrap();
        assert_eq!((&found.statement, &found.closings), (&rows.statements[0], &rows.closings));

        let unsealable = db.write(|tx| {
            let rows = statement(tx, w, &run, w.customer, 2)?;
            statements::insert(tx, &StatementRows { content_hashes: Vec::new(), ..rows })
        });
        assert!(matches!(unsealable, Err(StoreError::Corrupt { .. })));

        let twice = db.write(|tx| {
            let rows = statement(tx, w, &run, w.customer, 1)?;
            statements::insert(tx, &rows)
        });
        let error = twice.unwrap_err();
        let keys =
            ["statements(company, number, version)", "statements(company, customer, cut_off, version)"];
        assert!(keys.iter().any(|key| error.is_unique(key)), "{error}");
    });
}

#[test]
fn a_statement_is_decided_once() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let run = run(w, "2026-11-30");
        db.write(|tx| statement_runs::insert(tx, &run)).unwrap();
        let id = made(db, w, &run, w.customer, 1).statements[0].id;
        let decide = |to| db.write(|tx| statements::decide(tx, w.company, id, 1, to, ("usr_2", at(5))));
        decide(StatementStatus::Approved).unwrap();
        assert!(is_conflict(&decide(StatementStatus::Rejected)));
        let approved = Filter { status: Some(StatementStatus::Approved), ..Filter::default() };
        let found = db.read(|c| statements::list(c, w.company, &approved, None, 10)).unwrap();
        assert_eq!((found.len(), found[0].decided_at, found[0].row_version), (1, Some(at(5)), 2));
        for none in [
            Filter { status: Some(StatementStatus::Sealed), ..Filter::default() },
            Filter { customer: Some(CustomerId::new(uuid())), ..Filter::default() },
            Filter { cut_off: Some(day("2026-10-31")), ..Filter::default() },
            Filter { run: Some(StatementRunId::new(uuid())), ..Filter::default() },
        ] {
            assert!(db.read(|c| statements::list(c, w.company, &none, None, 10)).unwrap().is_empty());
        }
        assert!(db.read(|c| statements::list(c, w.company, &approved, Some(id), 10)).unwrap().is_empty());
    });
}

#[test]
fn the_previous_statement_is_the_latest_that_stands() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let other = customer(w.company, w.key, "C-2");
        let newcomer = customer(w.company, w.key, "C-3");
        db.write(|tx| customers::insert(tx, &[other.clone(), newcomer.clone()])).unwrap();
        let runs = ["2026-09-30", "2026-10-31", "2026-11-30"].map(|cut_off| run(w, cut_off));
        for run in &runs {
            db.write(|tx| statement_runs::insert(tx, run)).unwrap();
        }
        let reject = |id| {
            let rejected = StatementStatus::Rejected;
            db.write(|tx| statements::decide(tx, w.company, id, 1, rejected, ("usr_2", at(5)))).unwrap();
        };
        // ours: September stands, October's first edition was rejected and its second stands, November is not before
        made(db, w, &runs[0], w.customer, 1);
        reject(made(db, w, &runs[1], w.customer, 1).statements[0].id);
        let ours = made(db, w, &runs[1], w.customer, 2).statements[0].id;
        made(db, w, &runs[2], w.customer, 1);
        // the other's: October was rejected, so September stands, in its second edition
        made(db, w, &runs[0], other.id, 1);
        let theirs = made(db, w, &runs[0], other.id, 2).statements[0].id;
        reject(made(db, w, &runs[1], other.id, 1).statements[0].id);

        let all = [w.customer, other.id, newcomer.id];
        let found = db.read(|c| statements::previous(c, w.company, &all, day("2026-11-30"))).unwrap();
        let found: Vec<_> = found.into_iter().map(|statement| statement.id).collect();
        assert_eq!(found, [ours, theirs]);
        assert!(db.read(|c| statements::previous(c, w.company, &all, day("2026-09-30"))).unwrap().is_empty());
    });
}

#[test]
fn a_run_says_how_far_it_is() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let runs = [run(w, "2026-10-31"), run(w, "2026-11-30")];
        for run in &runs {
            db.write(|tx| statement_runs::insert(tx, run)).unwrap();
        }
        let id = runs[1].id;
        let end = |status, counts| db.write(|tx| statement_runs::end(tx, w.company, id, status, counts));
        end(StatementRunStatus::Done, (39, 1)).unwrap();
        assert!(is_conflict(&end(StatementRunStatus::Failed, (1, 0))), "it has ended");
        let now = db.read(|c| statement_runs::by_id(c, w.company, id)).unwrap().unwrap();
        assert_eq!((now.status, now.made, now.failed), (StatementRunStatus::Done, 39, 1));
        let newest_first = db.read(|c| statement_runs::list(c, w.company, None, 10)).unwrap();
        assert_eq!(newest_first.iter().map(|run| run.id).collect::<Vec<_>>(), [id, runs[0].id]);
        assert_eq!(db.read(|c| statement_runs::list(c, w.company, Some(id), 10)).unwrap().len(), 1);
    });
}
