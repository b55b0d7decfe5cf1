//! Payments as ISO 20022 camt.053.001.08: one statement, its balances true.

use super::payments::Payment;
use chrono::NaiveDate;
use std::fmt::Write as _;

/// The account that the money comes to.
pub const ACCOUNT: &str = "GB29NWBK60161331926819";
const CURRENCY: &str = "GBP";

/// The file, and the closing balance in minor units.
pub fn file(payments: &[Payment], (from, to): (NaiveDate, NaiveDate), opening: i64) -> (String, i64) {
    let closing =
        payments.iter().fold(opening, |sum, p| if p.credit { sum + p.amount } else { sum - p.amount });
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n\
         <BkToCstmrStmt><GrpHdr><MsgId>RETAIL-{to}</MsgId><CreDtTm>{to}T23:45:00Z</CreDtTm></GrpHdr>\n\
         <Stmt><Id>{CURRENCY}-{to}</Id><CreDtTm>{to}T23:30:00Z</CreDtTm>\
         <FrToDt><FrDtTm>{from}T00:00:00Z</FrDtTm><ToDtTm>{to}T23:59:59Z</ToDtTm></FrToDt>\
         <Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>{CURRENCY}</Ccy></Acct>\n{}{}",
        balance("OPBD", opening, from),
        balance("CLBD", closing, to),
    );
    for payment in payments {
        entry(&mut out, payment);
    }
    out.push_str("</Stmt></BkToCstmrStmt></Document>\n");
    (out, closing)
}

fn balance(code: &str, value: i64, date: NaiveDate) -> String {
    let (amount, side) = (pounds(value.abs()), side(value >= 0));
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"{CURRENCY}\">{amount}</Amt>\
         <CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{date}</Dt></Dt></Bal>\n"
    )
}

fn side(credit: bool) -> &'static str {
    if credit { "CRDT" } else { "DBIT" }
}

fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn entry(out: &mut String, payment: &Payment) {
    let Payment { reference, date, credit, end_to_end, .. } = payment;
    let (amount, side, [domain, family, sub]) = (pounds(payment.amount), side(*credit), payment.code);
    // the other side is the debtor of what comes in, and a return keeps its parties
    let (who, place) =
        if *credit || payment.return_reason.is_some() { ("Dbtr", "DbtrAcct") } else { ("Cdtr", "CdtrAcct") };
    let (name, account) = (escaped(&payment.name), &payment.account);
    let charges = payment.charges.map_or_else(String::new, |charge| {
        format!(
            "<Chrgs><Rcrd><Amt Ccy=\"{CURRENCY}\">{}</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd>\
             <Br>SHAR</Br></Rcrd></Chrgs>",
            pounds(charge)
        )
    });
    let instructed = payment.charges.map_or_else(String::new, |charge| {
        let sum = pounds(payment.amount + charge);
        format!("<AmtDtls><InstdAmt><Amt Ccy=\"{CURRENCY}\">{sum}</Amt></InstdAmt></AmtDtls>")
    });
    let returned = payment
        .return_reason
        .map_or_else(String::new, |code| format!("<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>"));
    // writing to a string cannot fail
    let _ = writeln!(
        out,
        "<Ntry><NtryRef>{reference}</NtryRef><Amt Ccy=\"{CURRENCY}\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{date}</Dt></BookgDt><ValDt><Dt>{date}</Dt></ValDt>\
         <AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd>\
         <SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef>\
         <EndToEndId>{}</EndToEndId></Refs><Amt Ccy=\"{CURRENCY}\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{instructed}{charges}\
         <RltdPties><{who}><Pty><Nm>{name}</Nm></Pty></{who}><{place}><Id><IBAN>{account}</IBAN></Id></{place}></RltdPties>\
         {}{returned}</TxDtls></NtryDtls></Ntry>",
        escaped(end_to_end),
        remittance(payment),
    );
}

fn remittance(payment: &Payment) -> String {
    let mut inside = String::new();
    if !payment.text.is_empty() {
        let _ = write!(inside, "<Ustrd>{}</Ustrd>", escaped(&payment.text));
    }
    for (number, amount) in &payment.structured {
        let _ = write!(
            inside,
            "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>{}</Nb></RfrdDocInf>\
             <RfrdDocAmt><RmtdAmt Ccy=\"{CURRENCY}\">{}</RmtdAmt></RfrdDocAmt></Strd>",
            escaped(number),
            pounds(*amount)
        );
    }
    if inside.is_empty() { inside } else { format!("<RmtInf>{inside}</RmtInf>") }
}
