//! Companies, users, tokens, keys, customers, and what erasing leaves.

use crate::fixtures::*;
use diesel::RunQueryDsl;
use diesel::sql_types::Text;
use domain::ids::{TokenId, UserId};
use domain::statement::Style;
use store::query::documents::{self, DocumentRows};
use store::query::{companies, customers, erasure, keys, tokens, users};
use store::rows::{CustomerAccount, DocumentLine, KeyParty, Token, User};
use store::testing::for_each_database;
use store::types::{Json, KeyKind};
use store::{Conn, Kind, StoreError, Tx};

#[test]
fn a_company_is_updated_at_its_version_only() {
    for_each_database(|test| {
        let db = test.db();
        let mut row = company("ACME");
        db.write(|tx| companies::insert(tx, &row)).unwrap();
        row.name = "新名".to_owned();
        row.tax_id = Some("91310000".to_owned());
        row.retention_years = 10;
        db.write(|tx| companies::update(tx, &row)).unwrap();
        assert!(is_conflict(&db.write(|tx| companies::update(tx, &row))));
        row.version = 2;
        assert_eq!(db.read(|c| companies::by_id(c, row.id)).unwrap().unwrap(), row);
    });
}

#[test]
fn customers_are_found_listed_and_updated() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let rows: Vec<_> = (2..=600).map(|n| customer(w.company, w.key, &format!("C-{n:04}"))).collect();
        db.write(|tx| customers::insert(tx, &rows)).unwrap();
        let mut codes = Vec::new();
        loop {
            let after = codes.last().cloned();
            let page = db.read(|c| customers::list(c, w.company, after.as_deref(), 250)).unwrap();
            if page.is_empty() {
                break;
            }
            codes.extend(page.into_iter().map(|row| row.code));
        }
        assert_eq!(codes.len(), 600);
        assert!(codes.is_sorted());
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        assert_eq!(db.read(|c| customers::by_ids(c, w.company, &ids)).unwrap().len(), 599);
        assert_eq!(
            db.read(|c| customers::by_codes(c, w.company, &["C-0002", "C-0600", "none"])).unwrap().len(),
            2
        );

        let mut row = rows[0].clone();
        row.name = Some("李雷".to_owned());
        row.region = Some("BY".to_owned());
        row.statement_style = Style::BalanceForward;
        row.parent = Some(w.customer);
        row.address = None;
        db.write(|tx| customers::update(tx, &row)).unwrap();
        assert!(is_conflict(&db.write(|tx| customers::update(tx, &row))));
        row.version = 2;
        assert_eq!(db.read(|c| customers::by_id(c, w.company, row.id)).unwrap().unwrap(), row);
    });
}

#[test]
fn accounts_are_noted_once_and_found() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let row = CustomerAccount {
            company: w.company,
            customer: w.customer,
            account: "DE89370400440532013000".to_owned(),
            scheme: "iban".to_owned(),
        };
        for _ in 0..2 {
            db.write(|tx| customers::add_accounts(tx, std::slice::from_ref(&row))).unwrap();
        }
        assert_eq!(
            db.read(|c| customers::accounts(c, w.company, &[w.customer])).unwrap(),
            std::slice::from_ref(&row)
        );
        assert_eq!(db.read(|c| customers::by_account(c, w.company, &row.account)).unwrap(), [w.customer]);
    });
}

#[test]
fn a_token_is_found_by_its_hash_and_revoked_once() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let user = User {
            company: w.company,
            id: UserId::new(uuid()),
            login: "anna".to_owned(),
            name: "Anna".to_owned(),
            roles: Json(vec!["clerk".to_owned()]),
            active: true,
            created_at: at(0),
            person: None,
            behind: None,
        };
        let token = Token {
            company: w.company,
            id: TokenId::new(uuid()),
            owner: user.id,
            label: "shop".to_owned(),
            hash: hash("secret"),
            created_at: at(0),
            expires_at: Some(at(99)),
            revoked_at: None,
            issued_by: Some(user.id),
        };
        db.write(|tx| {
            users::insert(tx, &user)?;
            tokens::insert(tx, &token)
        })
        .unwrap();
        assert!(db.read(|c| tokens::by_hash(c, hash("guess"))).unwrap().is_none());
        let found = db.read(|c| tokens::by_hash(c, hash("secret"))).unwrap().unwrap();
        assert_eq!(found, (token.clone(), user.clone()));
        db.write(|tx| tokens::revoke(tx, w.company, token.id, at(5))).unwrap();
        assert!(is_conflict(&db.write(|tx| tokens::revoke(tx, w.company, token.id, at(6)))));
        let (revoked, _) = db.read(|c| tokens::by_hash(c, hash("secret"))).unwrap().unwrap();
        assert_eq!(revoked.revoked_at, Some(at(5)));
        assert_eq!(db.read(|c| tokens::of_user(c, w.company, user.id)).unwrap(), [revoked]);

        let gone = User { roles: Json(vec!["auditor".to_owned()]), active: false, ..user.clone() };
        db.write(|tx| users::change(tx, &gone)).unwrap();
        let now = db.read(|c| users::by_login(c, w.company, "anna")).unwrap().unwrap();
        assert_eq!((now.roles.0, now.active), (vec!["auditor".to_owned()], false));
        assert_eq!(db.read(|c| users::list(c, w.company)).unwrap().len(), 1);
        assert_eq!(db.read(|c| users::by_id(c, w.company, user.id)).unwrap().unwrap().login, "anna");
    });
}

#[test]
fn a_destroyed_key_is_gone_for_good() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let input = key(w.company, KeyKind::Input);
        let party = KeyParty { company: w.company, key: input.id, customer: w.customer };
        db.write(|tx| {
            keys::insert(tx, std::slice::from_ref(&input))?;
            keys::add_parties(tx, std::slice::from_ref(&party))?;
            keys::add_parties(tx, std::slice::from_ref(&party))
        })
        .unwrap();
        assert_eq!(
            db.read(|c| keys::of_party(c, w.company, w.customer)).unwrap(),
            std::slice::from_ref(&input)
        );
        assert_eq!(db.read(|c| keys::parties_of(c, w.company, input.id)).unwrap(), [w.customer]);
        let both = [input.id, w.key];
        assert_eq!(db.write(|tx| keys::destroy(tx, w.company, &both, at(7))).unwrap(), 2);
        assert_eq!(db.write(|tx| keys::destroy(tx, w.company, &both, at(8))).unwrap(), 0);
        for found in db.read(|c| keys::by_ids(c, w.company, &both)).unwrap() {
            assert_eq!((found.wrapped, found.destroyed_at), (None, Some(at(7))));
        }
        assert!(db.read(|c| keys::of_party(c, w.company, w.customer)).unwrap().is_empty());
        assert!(db.read(|c| keys::by_id(c, w.company, w.key)).unwrap().unwrap().wrapped.is_none());
    });
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Every row of every table as text.
fn everything(conn: &mut Conn) -> Result<String> {
    let tables = match conn {
        Conn::Postgres(_) => {
            "SELECT table_name::text AS value FROM information_schema.tables WHERE table_schema = 'public'"
        }
        Conn::Sqlite(_) => "SELECT name AS value FROM sqlite_master WHERE type = 'table'",
    };
    let mut all = String::new();
    for table in diesel::sql_query(tables).load::<Row>(conn)? {
        let name = table.value;
        let rows = match conn {
            Conn::Postgres(_) => format!("SELECT t::text AS value FROM {name} t"),
            Conn::Sqlite(_) => {
                let columns = format!(
                    "SELECT 'ifnull(quote(' || name || '), '''')' AS value FROM pragma_table_info('{name}')"
                );
                let columns: Vec<String> =
                    diesel::sql_query(columns).load::<Row>(conn)?.into_iter().map(|c| c.value).collect();
                format!("SELECT {} AS value FROM {name}", columns.join(" || '|' || "))
            }
        };
        for row in diesel::sql_query(rows).load::<Row>(conn)? {
            all += &row.value;
            all.push('\n');
        }
    }
    Ok(all)
}

#[test]
fn erasing_a_customer_leaves_its_name_in_no_table() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let kept = customer(w.company, w.key, "C-2");
        let kept = store::rows::Customer { name: Some("留下".to_owned()), email: None, ..kept };
        let doc = documents::DocumentRows {
            documents: vec![document(w, "invoice", "INV-1", 100, "2026-11-01")],
            ..DocumentRows::default()
        };
        let line = DocumentLine {
            company: w.company,
            document: doc.documents[0].id,
            line: 1,
            parent: None,
            original_line: None,
            description: Some("给王小明的货".to_owned()),
            quantity: 1.into(),
            unit: None,
            unit_price: 100.into(),
            category: "standard".to_owned(),
            nature: "normal".to_owned(),
            supply: "goods".to_owned(),
            net: minor(100),
            tax: minor(0),
            gross: minor(100),
        };
        let account = CustomerAccount {
            company: w.company,
            customer: w.customer,
            account: "6214830000000000".to_owned(),
            scheme: "cn".to_owned(),
        };
        db.write(|tx| {
            customers::insert(tx, std::slice::from_ref(&kept))?;
            customers::add_accounts(tx, std::slice::from_ref(&account))?;
            documents::insert(tx, &DocumentRows { lines: vec![line.clone()], ..doc.clone() })
        })
        .unwrap();
        let hers = ["王小明", "wang@example.org", "6214830000000000", "PO-7", "Lieferung"];
        let personal = [hers.as_slice(), &["DE123456789", "Hauptstraße"]].concat();
        let before = db.read(everything).unwrap();
        for text in &personal {
            assert!(before.contains(text), "{text} was never there");
        }
        db.write(|tx| customers::erase(tx, w.company, w.customer, at(9))).unwrap();
        let after = db.read(everything).unwrap();
        for text in personal {
            // the other customer of this test has her own e-mail removed above and the same address and tax id
            let of_other = !hers.contains(&text);
            assert_eq!(after.matches(text).count(), usize::from(of_other), "{text}");
        }
        let row = db.read(|c| customers::by_id(c, w.company, w.customer)).unwrap().unwrap();
        assert_eq!((row.code.as_str(), row.name, row.erased_at, row.version), ("C-1", None, Some(at(9)), 2));
        let found = db.read(|c| documents::by_id(c, w.company, doc.documents[0].id)).unwrap().unwrap();
        assert_eq!((found.text, found.text_salt, found.gross), (None, None, minor(100)));
        assert_eq!(db.read(|c| customers::by_id(c, w.company, kept.id)).unwrap().unwrap(), kept);

        assert!(is_conflict(&db.write(|tx| customers::erase(tx, w.company, w.customer, at(10)))));
        let nobody = domain::ids::CustomerId::new(uuid());
        let missing = db.write(|tx| customers::erase(tx, w.company, nobody, at(10))).unwrap_err();
        assert!(matches!(missing, StoreError::NotFound { .. }), "{missing}");
    });
}

/// What a transaction holds it need not ask for again; but what it gave up with a savepoint, or changed itself, it must.
#[test]
fn who_is_held_is_asked_for_again_where_the_lock_is_gone() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let hold = |tx: &mut Tx<'_>| erasure::hold_all(tx, w.company, &[w.customer]);
        db.write(|tx| {
            let undone = tx.savepoint(|tx| {
                hold(tx)?;
                Err::<(), _>(StoreError::Corrupt { what: "undone".to_owned() })
            });
            assert!(undone.is_err());
            if db.kind() == Kind::Postgres {
                // nobody waits: the lock went with the savepoint
                let erase = || db.write(|tx| customers::erase(tx, w.company, w.customer, at(9)));
                std::thread::scope(|scope| scope.spawn(erase).join().unwrap())?;
            } else {
                customers::erase(tx, w.company, w.customer, at(9))?;
            }
            assert!(is_conflict(&hold(tx)));
            Ok::<_, StoreError>(())
        })
        .unwrap();

        let other = customer(w.company, w.key, "C-2");
        let both = [other.id, customer(w.company, w.key, "C-3").id];
        db.write(|tx| {
            customers::insert(tx, std::slice::from_ref(&other))?;
            assert!(matches!(erasure::hold_all(tx, w.company, &both), Err(StoreError::NotFound { .. })));
            let versions = tx.savepoint(|tx| erasure::hold_versions(tx, w.company, &[other.id, other.id]))?;
            assert_eq!(versions.into_iter().collect::<Vec<_>>(), [(other.id, 1)]);
            erasure::hold_all(tx, w.company, &[other.id])?;
            customers::erase(tx, w.company, other.id, at(9))?;
            assert!(is_conflict(&erasure::hold_all(tx, w.company, &[other.id])));
            Ok::<_, StoreError>(())
        })
        .unwrap();
    });
}
