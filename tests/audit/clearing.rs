//! A payment provider's payout file (支付平台结算单): receipts gross against its clearing account, fees to bank charges, and the net payout
//! on the bank account that clears it.

use super::export::accepted_whole;
use super::house::{House, Party, day};
use super::month::{self, HER};
use app::bank::{
    BankAccountError, BankMoveError, BankMoveView, CreateBankAccount, JoinPayout, Payout, TakeFee,
};
use app::common::Common;
use app::reconciliation::{AllocateLine, Settle};
use domain::actor::Actor;
use domain::ids::BankLineId;
use money::Currency;
use store::rows::{BankAccount, BankLine};
use store::testing::{TestDb, for_each_database};
use store::types::BankLineStatus;

const PROVIDER: &str = "2088000000000001";

fn provider(house: &House, number: &str, ledger: Option<&str>) -> Result<BankAccount, BankAccountError> {
    let input = CreateBankAccount {
        number: number.to_owned(),
        scheme: "CN".to_owned(),
        bank: "示例支付".to_owned(),
        bic: None,
        holder: "澄湖精密机电（苏州）有限公司".to_owned(),
        currency: Currency::CNY,
    };
    app::bank::create_clearing_account(&house.app, &house.administrator, house.id, &input, ledger)
}

/// A statement of an account: (day, amount, whether it came in, what the bank calls it).
fn file(house: &House, account: &str, id: &str, lines: &[(&str, &str, bool, &str)]) {
    let credits: Vec<month::Credit<'_>> =
        lines.iter().map(|(day, amount, ..)| (*day, *amount, Some(("买家", "00")), "?")).collect();
    let xml = month::bank_file(&credits).replace(month::CNY_ACCOUNT, account).replace("CNY-2026-010", id);
    let turned: Vec<String> = xml
        .split("<Ntry>")
        .enumerate()
        .map(|(n, chunk)| match n.checked_sub(1).map(|n| lines[n]) {
            None => chunk.to_owned(),
            Some((.., credit, family)) => {
                let (domain, sub) = family.split_once('/').unwrap();
                let chunk = chunk
                    .replace("<Cd>RCDT</Cd>", &format!("<Cd>{domain}</Cd>"))
                    .replace("<SubFmlyCd>DMCT</SubFmlyCd>", &format!("<SubFmlyCd>{sub}</SubFmlyCd>"));
                if credit { chunk } else { chunk.replace("CRDT", "DBIT") }
            }
        })
        .collect();
    house.bank_file(&format!("{id}.xml"), &turned.join("<Ntry>"));
}

fn lines(house: &House, status: BankLineStatus) -> Vec<BankLine> {
    app::bank::lines(&house.app, &house.clerk, house.id, status, None, 50).expect("lines")
}

fn line(house: &House, amount: i64, credit: bool) -> BankLine {
    let all = lines(house, BankLineStatus::Open);
    all.into_iter().find(|line| (line.amount.get(), line.credit) == (amount, credit)).expect("a line")
}

fn on(db: &TestDb, account: &str) -> i64 {
    db.count(&format!(
        "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}'"
    ))
}

fn fee(house: &House, actor: &Actor, line: BankLineId) -> Result<BankMoveView, BankMoveError> {
    app::bank::take_fee(&house.app, actor, house.id, &TakeFee { line, effective_date: None })
}

fn pay_out(house: &House, payout: Payout) -> Result<BankMoveView, BankMoveError> {
    app::bank::pay_out(&house.app, &house.clerk, house.id, &payout)
}

/// Two sales of 113.00, a fee of 2.26 and the payout of 223.74 in the provider's file, and the payout in the bank's.
fn house(db: &TestDb) -> House {
    let house = House::new(db);
    house.customer(&Party { tax_id: None, ..HER });
    house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
    provider(&house, PROVIDER, None).expect("a clearing account");
    house.at("2026-10-12");
    for _ in 0..2 {
        house.invoice(&super::house::Sale { quantity: "10", ..super::books::SALE });
    }
    house.at("2026-10-30");
    let provided = [
        ("2026-10-26", "113.00", true, "RCDT/DMCT"),
        ("2026-10-27", "113.00", true, "RCDT/DMCT"),
        ("2026-10-27", "2.26", false, "MDOP/CHRG"),
        ("2026-10-28", "223.74", false, "ICDT/DMCT"),
    ];
    file(&house, PROVIDER, "PSP-1", &provided);
    file(&house, month::CNY_ACCOUNT, "BANK-1", &[("2026-10-28", "223.74", true, "RCDT/DMCT")]);
    house
}

/// The provider's sales are receipts, gross.
fn received(house: &House) {
    let wanted = app::customer::WantedItems::default();
    let items = app::customer::search_open_items(&house.app, &house.auditor, house.id, &wanted, None, 10);
    let items = items.expect("open items");
    let sales: Vec<BankLine> =
        lines(house, BankLineStatus::Open).into_iter().filter(|line| line.amount.get() == 11_300).collect();
    for (sale, item) in sales.iter().zip(items.iter()) {
        let input = Settle {
            line: sale.id,
            customer: None,
            allocations: vec![AllocateLine { item: item.item.id, amount: "113".parse().unwrap() }],
            on_account: "0".parse().unwrap(),
            suspense: "0".parse().unwrap(),
            credits: Vec::new(),
            differences: Vec::new(),
            effective_date: None,
        };
        app::reconciliation::settle(&house.app, &house.clerk, house.id, &input).expect("settled");
    }
}

/// A house with two receipts by a provider, and the fee that it took.
pub(super) fn with_a_fee(db: &TestDb) -> House {
    let house = house(db);
    received(&house);
    let taken = line(&house, 226, false);
    fee(&house, &house.clerk, taken.id).expect("a fee");
    house
}

fn balance(house: &House, as_of: &str) -> i64 {
    let found =
        app::bank::clearing(&house.app, &house.auditor, house.id, Some(day(as_of))).expect("accounts");
    let [one] = found.1.as_slice() else { panic!("{found:?}") };
    assert_eq!(one.account.ledger, "101201");
    one.balance.get()
}

#[test]
fn gross_receipts_and_fees_leave_what_the_payout_clears() {
    for_each_database(|db| {
        let house = house(db);
        received(&house);
        assert_eq!((on(db, "101201"), on(db, "1002"), on(db, "1122")), (22_600, 0, 0));
        let fee_line = line(&house, 226, false);
        assert_eq!(fee_line.kind, "fee");
        let taken = fee(&house, &house.clerk, fee_line.id).expect("a fee");
        assert_eq!(
            (on(db, "660302"), balance(&house, "2026-10-27"), balance(&house, "2026-10-26")),
            (226, 22_374, 11_300)
        );
        let (came, left) = (line(&house, 22_374, true), line(&house, 22_374, false));
        let payout =
            Payout { line: came.id, from_line: Some(left.id), from_account: None, effective_date: None };
        let paid = pay_out(&house, payout.clone()).expect("a payout");
        assert_eq!((on(db, "101201"), on(db, "1002"), balance(&house, "2026-10-30")), (0, 22_374, 0));
        assert!(lines(&house, BankLineStatus::Open).is_empty());
        let settled = pay_out(&house, payout.clone()).unwrap_err();
        assert!(matches!(settled, BankMoveError::Status { .. }), "{settled}");
        house.seal();
        house.verified();
        accepted_whole(&house);

        // taken back, the lines are open again and it can be done anew
        let undo = |id| app::bank::undo_move(&house.app, &house.reviewer, house.id, id, None);
        undo(paid.row.id).expect("undone");
        assert_eq!((on(db, "101201"), on(db, "1002")), (22_374, 0));
        assert!(matches!(undo(paid.row.id), Err(BankMoveError::Undone(_))));
        // the provider's file comes later than the bank's: the account is named, the line joined
        let account = left.account;
        let named = Payout { from_line: None, from_account: Some(account), ..payout };
        let paid = pay_out(&house, named).expect("a payout");
        let join = |line| {
            app::bank::join_payout(
                &house.app,
                &house.clerk,
                house.id,
                JoinPayout { payout: paid.row.id, line },
            )
        };
        assert!(join(came.id).is_err(), "that is where it came in");
        assert_eq!(join(left.id).expect("joined").row.from_line, Some(left.id));
        assert!(join(left.id).is_err(), "once");
        undo(taken.row.id).expect("undone");
        assert_eq!((on(db, "660302"), balance(&house, "2026-10-30")), (0, 226));
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_written() {
    for_each_database(|db| {
        let house = house(db);
        let (came, left) = (line(&house, 22_374, true), line(&house, 22_374, false));
        let sale = line(&house, 11_300, true);
        let before = db.rows_by_table();
        let payout = |from_line: Option<BankLineId>, from_account| Payout {
            line: came.id,
            from_line,
            from_account,
            effective_date: None,
        };
        for (input, at) in [
            (payout(None, None), "/from_account"),
            (payout(None, Some(came.account)), "/from_account"),
            (payout(Some(left.id), Some(came.account)), "/from_account"),
            (payout(Some(sale.id), None), "/from_line"),
            (payout(Some(line(&house, 226, false).id), None), "/from_line"),
            (payout(Some(BankLineId::new(uuid::Uuid::from_u128(7))), None), "/from_line"),
            (
                Payout { effective_date: Some(day("2026-10-27")), ..payout(Some(left.id), None) },
                "/effective_date",
            ),
        ] {
            let refused = pay_out(&house, input).unwrap_err();
            let told =
                matches!(&refused, BankMoveError::Common(Common::Invalid { pointer, .. }) if pointer == at);
            assert!(told, "{at}: {refused}");
        }
        let wrong = Payout { line: left.id, ..payout(None, Some(came.account)) };
        assert!(matches!(pay_out(&house, wrong), Err(BankMoveError::Outgoing(_))));
        assert!(matches!(fee(&house, &house.administrator, came.id), Err(BankMoveError::Incoming(_))));
        // a payout is no fee to the bank: a clerk does not make it one
        let refused = fee(&house, &house.clerk, left.id).unwrap_err();
        assert!(matches!(refused, BankMoveError::NoFee { .. }), "{refused}");
        assert!(matches!(
            fee(&house, &house.auditor, left.id),
            Err(BankMoveError::Common(Common::Forbidden { .. }))
        ));
        assert_eq!(db.rows_by_table(), before);

        // accounts of the chart: below 1012, one for each provider and currency
        for ledger in ["1002", "1012", "10129", "1012x1", "2241"] {
            let refused = provider(&house, "2088000000000002", Some(ledger)).unwrap_err();
            let told = matches!(&refused, BankAccountError::Common(Common::Invalid { pointer, .. }) if pointer == "/ledger_account");
            assert!(told, "{ledger}: {refused}");
        }
        let taken = provider(&house, "2088000000000002", Some("101201")).unwrap_err();
        assert!(matches!(taken, BankAccountError::LedgerTaken { .. }), "{taken}");
        assert_eq!(provider(&house, "2088000000000002", None).expect("the next").ledger, "101202");
        let again = provider(&house, PROVIDER, None).unwrap_err();
        assert!(matches!(again, BankAccountError::NumberTaken(_)), "{again}");
    });
}
