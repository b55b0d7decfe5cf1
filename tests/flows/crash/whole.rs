//! The database as a dead process left it, looked at table by table.

use super::client::{Client, Known};
use std::collections::BTreeMap;
use store::rows::Document;
use store::testing::TestDb;
use store::{Conn, query};

/// What must be nowhere, whatever died when: each counts what is wrong.
const HALF_DONE: [(&str, &str); 9] = [
    (
        "documents without their one entry",
        "SELECT COUNT(*) AS n FROM documents d LEFT JOIN (SELECT company, document, kind, COUNT(*) AS found FROM entries \
         GROUP BY company, document, kind) e ON e.company = d.company AND e.document = d.id AND e.kind = d.kind \
         WHERE COALESCE(e.found, 0) <> 1",
    ),
    (
        "documents without lines",
        "SELECT COUNT(*) AS n FROM documents d WHERE d.kind = 'invoice' AND NOT EXISTS (SELECT 1 FROM document_lines l \
         WHERE l.company = d.company AND l.document = d.id)",
    ),
    (
        "entries that are not sealed once or waiting once",
        "SELECT COUNT(*) AS n FROM entries e WHERE (SELECT COUNT(*) FROM seals s WHERE s.company = e.company AND s.ref = e.id) \
         + (SELECT COUNT(*) FROM unsealed u WHERE u.company = e.company AND u.ref = e.id) <> 1",
    ),
    (
        "events that are not sealed once or waiting once",
        "SELECT COUNT(*) AS n FROM events e WHERE (SELECT COUNT(*) FROM seals s WHERE s.company = e.company \
         AND s.ref = e.seal_ref) + (SELECT COUNT(*) FROM unsealed u WHERE u.company = e.company AND u.ref = e.seal_ref) <> 1",
    ),
    (
        "statements that are not sealed once or waiting once",
        "SELECT COUNT(*) AS n FROM statements e WHERE (SELECT COUNT(*) FROM seals s WHERE s.company = e.company \
         AND s.ref = e.id) + (SELECT COUNT(*) FROM unsealed u WHERE u.company = e.company AND u.ref = e.id) <> 1",
    ),
    ("gaps in the chain", "SELECT COALESCE(MAX(position), 0) - COUNT(*) AS n FROM seals"),
    (
        "statements without page and PDF",
        "SELECT COUNT(*) AS n FROM statements s WHERE (SELECT COUNT(*) FROM artefacts a WHERE a.company = s.company \
         AND a.statement = s.id) <> 2",
    ),
    (
        "bank lines that are posted without a document, or have one and are not",
        "SELECT COUNT(*) AS n FROM bank_lines b WHERE (b.status = 'posted') <> EXISTS (SELECT 1 FROM documents d \
         WHERE d.company = b.company AND d.bank_line = b.id)",
    ),
    (
        "bank lines that are proposed without a proposal that waits",
        "SELECT COUNT(*) AS n FROM bank_lines b WHERE (b.status = 'proposed') <> EXISTS (SELECT 1 FROM proposal_lines l \
         JOIN proposals p ON p.company = l.company AND p.id = l.proposal WHERE l.company = b.company \
         AND l.bank_line = b.id AND p.status = 'proposed')",
    ),
];

/// Nothing is half done.
pub fn nothing_half_done(db: &TestDb) {
    for (what, sql) in HALF_DONE {
        assert_eq!(db.count(sql), 0, "{what}");
    }
    let mut numbers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for document in documents(db) {
        let (series, _) = document.number.rsplit_once('-').expect("a series");
        numbers.entry(series.to_owned()).or_default().push(document.number.clone());
    }
    for (series, mut numbers) in numbers {
        numbers.sort();
        for (n, number) in (1..).zip(&numbers) {
            assert_eq!(*number, format!("{series}-{n:06}"), "numbers have no gap");
        }
    }
}

/// Everything acknowledged is there under its id, what was said to be committed is, and nothing is there twice.
pub fn as_told(db: &TestDb, client: &Client<'_>) {
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for document in documents(db) {
        let name = named(&document).expect("every document says its name");
        found.entry((document.kind, name)).or_default().push(document.id.to_string());
    }
    for asked in client.asked() {
        let there = found.remove(&(asked.noun.kind().to_owned(), asked.name.clone())).unwrap_or_default();
        match &asked.known {
            Known::Acknowledged(id) => {
                assert_eq!(there, std::slice::from_ref(id), "{asked:?} was acknowledged")
            }
            Known::Committed => assert_eq!(there.len(), 1, "{asked:?} was committed"),
            Known::Unanswered => assert!(there.len() <= 1, "{asked:?} was done twice: {there:?}"),
        }
    }
    assert!(found.is_empty(), "nobody asked for {found:?}");
}

/// The name that the body of a document says.
pub fn named(document: &Document) -> Option<String> {
    document.purchase_order.clone().or_else(|| document.text.clone())
}

pub fn documents(db: &TestDb) -> Vec<Document> {
    let mut all: Vec<Document> = Vec::new();
    let page = |conn: &mut Conn, all: &[Document]| {
        let company = query::companies::list(conn)?[0].id;
        let after = all.last().map(|last| (last.effective_date, last.id));
        query::documents::list(conn, company, &query::documents::Filter::default(), after, 500)
    };
    loop {
        let more = db.db().read(|conn| page(conn, &all)).expect("documents");
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}
