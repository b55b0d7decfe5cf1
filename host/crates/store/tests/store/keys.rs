//! Keys: what they refuse, and that both databases say it alike.

use crate::fixtures::*;
use domain::ids::{BankLineId, CustomerId, DocumentId, ProposalId};
use store::StoreError;
use store::query::documents::{self, DocumentRows};
use store::query::{companies, customers, entries};
use store::rows::DocumentLine;
use store::testing::for_each_database;

#[test]
fn a_second_row_with_the_same_key_names_the_key() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let again = db.write(|tx| companies::insert(tx, &company("ACME"))).unwrap_err();
        assert!(again.is_unique("companies(code)"), "{again}");

        let row = customer(w.company, w.key, "C-1");
        let again = db.write(|tx| customers::insert(tx, std::slice::from_ref(&row))).unwrap_err();
        assert!(again.is_unique("customers(company, code)"), "{again}");
        assert_eq!(again.to_string(), "there is already a row with this customers(company, code)");

        let first = document(w, "invoice", "INV-1", 100, "2026-11-01");
        let rows = |document| DocumentRows { documents: vec![document], ..DocumentRows::default() };
        db.write(|tx| documents::insert(tx, &rows(first.clone()))).unwrap();
        let again = db.write(|tx| documents::insert(tx, &rows(first.clone()))).unwrap_err();
        assert!(
            again.is_unique("documents(company, id)") || again.is_unique("documents(company, kind, number)"),
            "{again}"
        );
        let same_number = document(w, "invoice", "INV-1", 5, "2026-11-02");
        let again = db.write(|tx| documents::insert(tx, &rows(same_number.clone()))).unwrap_err();
        assert!(again.is_unique("documents(company, kind, number)"), "{again}");
        // the same number of another kind is another document
        db.write(|tx| documents::insert(tx, &rows(document(w, "credit-note", "INV-1", 5, "2026-11-02"))))
            .unwrap();
    });
}

#[test]
fn an_external_id_is_unique_only_where_there_is_one() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let with = |number: &str, external: Option<&str>| {
            let mut row = document(w, "invoice", number, 1, "2026-11-01");
            row.external_id = external.map(str::to_owned);
            DocumentRows { documents: vec![row], ..DocumentRows::default() }
        };
        for rows in [with("1", None), with("2", None), with("3", Some("shop-9"))] {
            db.write(|tx| documents::insert(tx, &rows)).unwrap();
        }
        let again = db.write(|tx| documents::insert(tx, &with("4", Some("shop-9")))).unwrap_err();
        assert!(again.is_unique("documents(company, kind, external_id)"), "{again}");
        let found =
            db.read(|c| documents::by_external_id(c, w.company, "invoice", "shop-9")).unwrap().unwrap();
        assert_eq!(found.number, "3");
    });
}

#[test]
fn a_reference_to_another_company_cannot_be_written() {
    for_each_database(|test| {
        let db = test.db();
        let ours = setup(db);
        let theirs = setup_as(db, "OTHER");

        let mut row = document(ours, "invoice", "INV-1", 100, "2026-11-01");
        row.customer = theirs.customer;
        let rows = DocumentRows { documents: vec![row], ..DocumentRows::default() };
        let refused = db.write(|tx| documents::insert(tx, &rows)).unwrap_err();
        assert!(matches!(refused, StoreError::ForeignKey { .. }), "{refused}");

        let row = customer(ours.company, theirs.key, "C-2");
        let refused = db.write(|tx| customers::insert(tx, std::slice::from_ref(&row))).unwrap_err();
        assert!(matches!(refused, StoreError::ForeignKey { .. }), "{refused}");

        let mut row = customer(ours.company, ours.key, "C-3");
        row.parent = Some(theirs.customer);
        let refused = db.write(|tx| customers::insert(tx, std::slice::from_ref(&row))).unwrap_err();
        assert!(matches!(refused, StoreError::ForeignKey { .. }), "{refused}");

        // an open item of theirs cannot be cleared by an entry of ours
        let (debit, credit) = (
            entry(theirs, "invoice", 100, "2026-11-01", None),
            entry(theirs, "receipt", -100, "2026-11-02", None),
        );
        for rows in [&debit, &credit] {
            db.write(|tx| entries::post_entry(tx, rows)).unwrap();
        }
        let stolen = clearing(ours, &debit.items[0], &credit.items[0], 100);
        let refused = db.write(|tx| entries::post_entry(tx, &stolen)).unwrap_err();
        assert!(matches!(refused, StoreError::ForeignKey { .. }), "{refused}");

        // nor named by a posting, nor a line of a bank or a proposal that is not there
        let mut lent = entry(ours, "invoice", 100, "2026-11-01", None);
        lent.items.clear();
        lent.postings[0].item = Some(debit.items[0].id);
        let (own_debit, own_credit) = (
            entry(ours, "invoice", 100, "2026-11-01", None),
            entry(ours, "receipt", -100, "2026-11-02", None),
        );
        for rows in [&own_debit, &own_credit] {
            db.write(|tx| entries::post_entry(tx, rows)).unwrap();
        }
        let mut proposed = clearing(ours, &own_debit.items[0], &own_credit.items[0], 100);
        proposed.allocations[0].proposal = Some(ProposalId::new(uuid()));
        for rows in [&lent, &proposed] {
            let refused = db.write(|tx| entries::post_entry(tx, rows)).unwrap_err();
            assert!(matches!(refused, StoreError::ForeignKey { .. }), "{refused}");
        }
        let mut row = document(ours, "receipt", "RC-1", 100, "2026-11-01");
        row.bank_line = Some(BankLineId::new(uuid()));
        let rows = DocumentRows { documents: vec![row], ..DocumentRows::default() };
        let refused = db.write(|tx| documents::insert(tx, &rows)).unwrap_err();
        assert!(matches!(refused, StoreError::ForeignKey { .. }), "{refused}");

        assert_eq!(db.read(|c| customers::list(c, ours.company, None, 10)).unwrap().len(), 1);
        assert!(db.read(|c| customers::by_id(c, ours.company, theirs.customer)).unwrap().is_none());
    });
}

#[test]
fn a_reference_to_nothing_is_refused_and_leaves_nothing() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let line = DocumentLine {
            company: w.company,
            document: DocumentId::new(uuid()),
            line: 1,
            parent: None,
            original_line: None,
            description: None,
            quantity: 1.into(),
            unit: None,
            unit_price: 1.into(),
            category: "standard".to_owned(),
            nature: "normal".to_owned(),
            supply: "goods".to_owned(),
            net: minor(1),
            tax: minor(0),
            gross: minor(1),
        };
        let kept = document(w, "invoice", "INV-1", 100, "2026-11-01");
        let rows =
            DocumentRows { documents: vec![kept.clone()], lines: vec![line], ..DocumentRows::default() };
        let refused = db.write(|tx| documents::insert(tx, &rows)).unwrap_err();
        assert!(matches!(refused, StoreError::ForeignKey { .. }), "{refused}");
        assert!(db.read(|c| documents::by_id(c, w.company, kept.id)).unwrap().is_none());
    });
}

#[test]
fn a_code_outside_its_list_is_refused() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let rows = DocumentRows {
            documents: vec![document(w, "cheque", "1", 1, "2026-11-01")],
            ..DocumentRows::default()
        };
        let refused = db.write(|tx| documents::insert(tx, &rows)).unwrap_err();
        assert!(matches!(refused, StoreError::Database(_)), "{refused}");
    });
}

#[test]
fn what_is_not_there_is_none() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        assert!(db.read(|c| customers::by_id(c, w.company, CustomerId::new(uuid()))).unwrap().is_none());
        assert!(db.read(|c| customers::by_code(c, w.company, "C-9")).unwrap().is_none());
    });
}
