//! `Ntry`: an entry of the statement.

use crate::detail;
use crate::statement::{attr, negated};
use crate::tree::{Node, Refusal, Told};
use zhangben_sdk::bank::{BankCode, Batch, Charge, Detail, Entry, Fx};
use zhangben_sdk::{Money, warning};

/// Where an entry stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub statement: u32,
    pub ordinal: u32,
    /// Behind its last byte in the file.
    pub end: u64,
}

/// The entry that a transaction is part of.
#[derive(Debug)]
pub struct Of<'a> {
    pub parent: u32,
    pub credit: bool,
    pub currency: &'a str,
}

/// Reads one entry. `told`: with the place where it stands.
pub fn entry(node: &Node, place: Place, told: &mut Told<'_>) -> Result<Entry, Refusal> {
    let amount_node = node.child("Amt").ok_or_else(|| Refusal::missing("Amt", node))?;
    let Money { amount, currency } = amount_node.amount()?;
    let credit = node.is_credit()?.ok_or_else(|| Refusal::missing("CdtDbtInd", node))?;
    let mut details: Vec<Detail> = Vec::new();
    for tx in node.all("NtryDtls").flat_map(|group| group.all("TxDtls")) {
        let of = Of { parent: place.ordinal, credit, currency: &currency };
        details.push(detail::detail(tx, &of, told)?);
    }
    let length = place.end.saturating_sub(node.offset);
    let mut transactions = node.all("NtryDtls").flat_map(|group| group.all("TxDtls"));
    let only = transactions.next().filter(|_| transactions.next().is_none());
    // most banks put the conversion of a single transaction below it
    let converted = node.child("AmtDtls").or_else(|| only.and_then(|tx| tx.child("AmtDtls")));
    Ok(Entry {
        statement: place.statement,
        ordinal: place.ordinal,
        offset: node.offset,
        length: u32::try_from(length)
            .map_err(|_| Refusal::new("entry-too-large", format!("an entry of {length} bytes"), node))?,
        bank_reference: node.text_at("NtryRef"),
        servicer_reference: node.text_at("AcctSvcrRef"),
        booking: node.date_at("BookgDt")?,
        value: node.date_at("ValDt")?,
        status: status(node, told)?,
        amount,
        credit,
        reversal: node.flag_at("RvslInd")?,
        code: bank_code(node.child("BkTxCd")),
        charges: charges(node, &currency, told)?,
        fx: converted.map(|details| fx(details, told)).transpose()?.flatten(),
        batch: batch(node, &currency, told)?,
        currency,
        text: node.text_at("AddtlNtryInf"),
        details,
        ext: node.text_at("AddtlInfInd/MsgId").map(|id| attr("message", id)).into_iter().collect(),
    })
}

/// `Sts` is a code up to version 07 and a choice from version 08 on. A camt.053 holds what is booked, so an entry
/// of a bank that leaves it out is.
fn status(node: &Node, told: &mut Told<'_>) -> Result<String, Refusal> {
    let Some(place) = node.child("Sts") else {
        let message = "the entry has no Sts; it is taken for booked";
        told.warnings.push(warning("no-status", message).at(told.path).warn());
        return Ok("booked".to_owned());
    };
    let code = place.code().or_else(|| place.own_text()).ok_or_else(|| Refusal::missing("Cd", place))?;
    let status = match code.as_str() {
        "BOOK" => "booked",
        "PDNG" | "FUTR" => "pending",
        "INFO" => "info",
        other => {
            let message =
                format!("the status {other:?} is the bank's own; the entry is taken for information");
            told.warnings.push(warning("unknown-status", message).at(told.path).text("status", other).warn());
            "info"
        }
    };
    Ok(status.to_owned())
}

fn bank_code(node: Option<&Node>) -> BankCode {
    let of = |path: &str| node.and_then(|node| node.text_at(path));
    BankCode {
        domain: of("Domn/Cd"),
        family: of("Domn/Fmly/Cd"),
        sub: of("Domn/Fmly/SubFmlyCd"),
        proprietary: of("Prtry/Cd"),
        ext: Vec::new(),
    }
}

/// Charges of an entry or transaction: a list up to version 02, records from version 03 on.
pub fn charges(node: &Node, currency: &str, told: &mut Told<'_>) -> Result<Vec<Charge>, Refusal> {
    let mut found = Vec::new();
    for group in node.all("Chrgs") {
        let mut records = group.all("Rcrd").peekable();
        if records.peek().is_none() {
            found.extend(charge(group, currency, told)?);
        }
        for record in records {
            found.extend(charge(record, currency, told)?);
        }
    }
    Ok(found)
}

fn charge(node: &Node, currency: &str, told: &mut Told<'_>) -> Result<Option<Charge>, Refusal> {
    let place = ["Amt", "TtlChrgsAndTaxAmt"].iter().find_map(|name| node.child(name));
    let Some(place) = place else { return Ok(None) };
    let credit = node.is_credit()?;
    let included = node.flag_at("ChrgInclInd")?;
    let Some(Money { amount, currency }) = place.told_amount(Some(currency), told)? else { return Ok(None) };
    Ok(Some(Charge {
        // a charge that the bank gives back is negative
        amount: if credit == Some(true) { negated(amount) } else { amount },
        currency,
        kind: node.child("Tp").and_then(|kind| kind.code().or_else(|| kind.own_text())),
        bearer: node.text_at("Br"),
        included,
        ext: Vec::new(),
    }))
}

/// Instructed and counter value with the rate between them.
fn fx(details: &Node, told: &mut Told<'_>) -> Result<Option<Fx>, Refusal> {
    let mut amount = |name: &str| match details.at(&format!("{name}/Amt")) {
        Some(node) => node.told_amount(None, told),
        None => Ok(None),
    };
    let instructed = amount("InstdAmt")?;
    let counter = amount("CntrValAmt")?;
    let exchange = ["InstdAmt", "TxAmt", "CntrValAmt", "AnncdPstngAmt"]
        .iter()
        .find_map(|name| details.at(&format!("{name}/CcyXchg")));
    if instructed.is_none() && counter.is_none() && exchange.is_none() {
        return Ok(None);
    }
    Ok(Some(Fx {
        instructed,
        counter,
        rate: exchange.and_then(|node| node.child("XchgRate")).map(Node::number).transpose()?,
        unit: exchange.and_then(|node| node.text_at("UnitCcy")),
        contract: exchange.and_then(|node| node.text_at("CtrctId")),
        ext: Vec::new(),
    }))
}

fn batch(node: &Node, currency: &str, told: &mut Told<'_>) -> Result<Option<Batch>, Refusal> {
    let Some(batch) = node.all("NtryDtls").find_map(|group| group.child("Btch")) else { return Ok(None) };
    let total = match batch.child("TtlAmt") {
        Some(total) => total.told_amount(Some(currency), told)?,
        None => None,
    };
    Ok(Some(Batch {
        message: batch.text_at("MsgId"),
        payment: batch.text_at("PmtInfId"),
        count: batch.count_at("NbOfTxs")?,
        total,
        ext: Vec::new(),
    }))
}
