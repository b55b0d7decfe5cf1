//! Two months of a house: taxed invoices, receipts with realised FX, an undone allocation, a bank file reconciled, late
//! entries, two runs of statements. The same month whichever plugins the house works with.

use super::house::{House, Party, Sale, day};
use app::allocation::{Allocate, UndoAllocation};
use app::statement::RunResult;
use domain::ids::{CustomerId, InvocationId};
use domain::statement::Style;
use money::{Currency, Minor, Money};

/// The private customer that tests erase. No other text of the books holds these.
pub const HER: Party<'static> = Party {
    code: "P1",
    name: "柳如烟",
    country: "CN",
    currency: Currency::CNY,
    street: "姑苏区平江路八十八号",
    email: "liu.ruyan@example.org",
    account: ("CN", "6222020987654321098"),
    tax_id: Some("91320508MA1LURU7YD"),
    style: Style::OpenItem,
};
/// What a clerk wrote on her invoice.
pub const HER_TEXT: &str = "送货到柳女士家门口";
/// Her order.
pub const HER_ORDER: &str = "WX-LIURUYAN-7";

/// A customer whose code holds what paths must not.
const ABROAD: &str = "E/1%";

pub const CNY_ACCOUNT: &str = "9976059161820542698";

pub struct Month {
    pub her: CustomerId,
    pub her_invoice: String,
    pub reconciliation: InvocationId,
    pub october: RunResult,
    pub november: RunResult,
}

pub const SALE: Sale<'static> = Sale {
    customer: "C1",
    date: "2026-10-08",
    currency: Currency::CNY,
    category: "13",
    what: "深沟球轴承 6205-2RS",
    quantity: "100",
    price: "15.2075",
    purchase_order: Some("CG2610-1"),
    text: None,
    original: None,
};

/// A customer abroad, billed in euro.
pub const EURO: Party<'static> =
    Party { code: "E1", country: "DE", currency: Currency::EUR, tax_id: None, ..HER };
/// EUR 1,000 to her, untaxed.
pub const EXPORT: Sale<'static> = Sale {
    customer: EURO.code,
    currency: EURO.currency,
    category: "0",
    quantity: "10",
    price: "100",
    ..SALE
};

fn parties(house: &House) -> CustomerId {
    house.customer(&Party {
        code: "C1",
        name: "苏州云栈自动化设备有限公司",
        street: "吴中区拾光路18号3幢",
        email: "finance@c1.example",
        account: ("CN", "9972189266636408"),
        tax_id: None,
        style: Style::BalanceForward,
        ..HER
    });
    house.customer(&Party {
        code: ABROAD,
        name: "Nordlicht Werkzeugbau GmbH",
        country: "DE",
        currency: Currency::EUR,
        street: "Am Schleifstein 14",
        email: "accounts@e1.example",
        account: ("IBAN", "DE24999999994068471079"),
        tax_id: None,
        style: Style::OpenItem,
    });
    house.customer(&HER)
}

pub fn run(house: &House) -> Month {
    let her = parties(house);
    house.rate("2026-10-01", "8.1520");
    house.rate("2026-10-20", "8.2010");
    house.rate("2026-11-10", "8.0935");
    house.bank_account(CNY_ACCOUNT, Currency::CNY);

    house.at("2026-10-12");
    let first = house.invoice(&SALE);
    let second =
        house.invoice(&Sale { quantity: "8", price: "546.35", what: "液压换向阀 4WE6", ..SALE });
    let abroad = house.invoice(&Sale {
        customer: ABROAD,
        currency: Currency::EUR,
        category: "0",
        what: "Servo motor 1.5 kW",
        quantity: "6",
        price: "200.5",
        ..SALE
    });
    let hers = house.invoice(&Sale {
        customer: "P1",
        what: "联轴器 GS28",
        quantity: "3",
        price: "111.7",
        purchase_order: Some(HER_ORDER),
        text: Some(HER_TEXT),
        ..SALE
    });

    house.at("2026-10-21");
    let eur = |amount: i64| Money::new(Minor::new(amount), Currency::EUR);
    house.receipt(ABROAD, eur(70_000), "2026-10-21", &[(abroad.item, 60_000)]);
    allocate_and_undo(house, first.item);

    house.at("2026-10-30");
    let paid = hers.gross.amount();
    let (name, file) = (house.plugins.bank_file)(&[
        ("2026-10-28", &paid, Some((HER.name, HER.account.1)), &hers.number),
        ("2026-10-29", "5000.00", Some(("苏州云栈自动化设备有限公司", "9972189266636408")), &second.number),
        ("2026-10-30", "77.00", Some(("周予安", "9828753324254250")), "退差价"),
    ]);
    let imported = house.bank_file(name, &file);
    assert_eq!((imported.statements, imported.lines_new, imported.already), (1, 3, false));
    let reconciliation = house.reconcile();

    house.at("2026-11-02");
    let october = house.statements("2026-10-01", "2026-10-31");
    for id in &october.made {
        app::statement::approve(&house.app, &house.reviewer, house.id, *id).expect("approved");
    }
    // dated before the October cut-off, recorded after it
    house.at("2026-11-05");
    house.invoice(&Sale { date: "2026-10-31", quantity: "7", what: "滚珠丝杠 SFU2505", ..SALE });
    let original = Some(first.number.as_str());
    house.invoice(&Sale { date: "2026-11-05", quantity: "10", original, ..SALE });
    house.receipt(ABROAD, eur(55_000), "2026-11-12", &[(abroad.item, 50_300)]);

    house.at("2026-12-02");
    let november = house.statements("2026-11-01", "2026-11-30");
    house.seal();
    Month { her, her_invoice: hers.number, reconciliation, october, november }
}

/// A receipt by hand whose allocation is taken back and made anew.
fn allocate_and_undo(house: &House, item: domain::ids::OpenItemId) {
    let cny = Money::new(Minor::new(100_000), Currency::CNY);
    let receipt = house.receipt("C1", cny, "2026-10-21", &[]);
    let input = Allocate {
        debit_item: item,
        credit_item: receipt.item,
        amount: "600".parse().unwrap(),
        effective_date: day("2026-10-21"),
    };
    let made = app::allocation::allocate(&house.app, &house.clerk, house.id, &input).expect("allocated");
    let undo = UndoAllocation { id: made.id, effective_date: day("2026-10-21") };
    app::allocation::undo(&house.app, &house.clerk, house.id, &undo).expect("undone");
    let again = Allocate { amount: "1000".parse().unwrap(), ..input };
    app::allocation::allocate(&house.app, &house.clerk, house.id, &again).expect("allocated");
}

/// A credit: (day, amount, payer and account, remittance).
pub type Credit<'a> = (&'a str, &'a str, Option<(&'a str, &'a str)>, &'a str);

/// camt.053 of one statement with these credits.
pub fn bank_file(lines: &[Credit<'_>]) -> String {
    let entries: String = lines
        .iter()
        .zip(1..)
        .map(|((date, amount, payer, text), n)| {
            let parties = payer.map_or_else(String::new, |(name, account)| {
                format!(
                    "<RltdPties><Dbtr><Pty><Nm>{name}</Nm><Id><OrgId><Othr><Id>{account}</Id></Othr></OrgId></Id></Pty></Dbtr>\
                     <DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></DbtrAcct><UltmtDbtr><Pty><Nm>{name}</Nm></Pty></UltmtDbtr></RltdPties>"
                )
            });
            format!(
                "<Ntry><NtryRef>N{n}</NtryRef><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
                 <BookgDt><Dt>{date}</Dt></BookgDt><ValDt><Dt>{date}</Dt></ValDt><AcctSvcrRef>{date}-{n}</AcctSvcrRef>\
                 <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>\
                 <NtryDtls><TxDtls><Refs><AcctSvcrRef>{date}-{n}</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
                 <Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>{parties}<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-10-31T23:45:00+08:00</CreDtTm></GrpHdr><Stmt><Id>CNY-2026-010</Id>\
         <CreDtTm>2026-10-31T23:30:00+08:00</CreDtTm><Acct><Id><Othr><Id>{CNY_ACCOUNT}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\
         {entries}</Stmt></BkToCstmrStmt></Document>\n"
    )
}
