//! `Ntry`: an entry of the statement.

use crate::detail;
use crate::statement::attr;
use crate::tree::{Node, Refusal};
use zhangben_sdk::bank::{BankCode, Batch, Charge, Detail, Entry, Fx};
use zhangben_sdk::{Warning, warning};

/// Where an entry stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub statement: u32,
    pub ordinal: u32,
    /// Behind its last byte in the file.
    pub end: u64,
}

/// Reads one entry. `path` is where it stands, for warnings.
pub fn entry(node: &Node, place: Place, path: &str, warnings: &mut Vec<Warning>) -> Result<Entry, Refusal> {
    let amount_node = node.child("Amt").ok_or_else(|| Refusal::missing("Amt", node))?;
    let (amount, currency) = amount_node.amount()?;
    let currency = currency.ok_or_else(|| Refusal::missing("currency (Ccy)", amount_node))?;
    let credit = node.is_credit()?.ok_or_else(|| Refusal::missing("CdtDbtInd", node))?;
    let details: Vec<Detail> = node
        .all("NtryDtls")
        .flat_map(|group| group.all("TxDtls"))
        .map(|tx| detail::detail(tx, place.ordinal, credit))
        .collect::<Result<_, _>>()?;
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
        status: status(node, path, warnings)?,
        amount,
        credit,
        reversal: node.flag_at("RvslInd")?,
        currency,
        code: bank_code(node.child("BkTxCd")),
        charges: charges(node)?,
        fx: converted.map(fx).transpose()?.flatten(),
        batch: batch(node)?,
        text: node.text_at("AddtlNtryInf"),
        details,
        ext: node.text_at("AddtlInfInd/MsgId").map(|id| attr("message", id)).into_iter().collect(),
    })
}

/// `Sts` is a code up to version 07 and a choice from version 08 on. A camt.053 holds what is booked, so an entry
/// of a bank that leaves it out is.
fn status(node: &Node, path: &str, warnings: &mut Vec<Warning>) -> Result<String, Refusal> {
    let Some(place) = node.child("Sts") else {
        warnings.push(warning("no-status", "the entry has no Sts; it is taken for booked").at(path).warn());
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
            warnings.push(warning("unknown-status", message).at(path).text("status", other).warn());
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
    }
}

/// Charges of an entry or transaction: a list up to version 02, records from version 03 on.
pub fn charges(node: &Node) -> Result<Vec<Charge>, Refusal> {
    let mut found = Vec::new();
    for group in node.all("Chrgs") {
        let mut records = group.all("Rcrd").peekable();
        if records.peek().is_none() {
            found.extend(charge(group)?);
        }
        for record in records {
            found.extend(charge(record)?);
        }
    }
    Ok(found)
}

fn charge(node: &Node) -> Result<Option<Charge>, Refusal> {
    let place = ["Amt", "TtlChrgsAndTaxAmt"].iter().find_map(|name| node.child(name));
    let Some(place) = place else { return Ok(None) };
    let (positive, currency) = place.amount()?;
    let currency = currency.ok_or_else(|| Refusal::missing("currency (Ccy)", place))?;
    // a charge that the bank gives back
    let amount = if node.is_credit()? == Some(true) { format!("-{positive}") } else { positive };
    let zero = amount.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'));
    Ok(Some(Charge {
        amount: if zero { amount.trim_start_matches('-').to_owned() } else { amount },
        currency,
        kind: node.child("Tp").and_then(|kind| kind.code().or_else(|| kind.own_text())),
        bearer: node.text_at("Br"),
        included: node.flag_at("ChrgInclInd")?,
    }))
}

/// Instructed and counter value with the rate between them.
fn fx(details: &Node) -> Result<Option<Fx>, Refusal> {
    let amount = |name: &str| details.at(&format!("{name}/Amt")).map(Node::amount).transpose();
    let instructed = amount("InstdAmt")?;
    let counter = amount("CntrValAmt")?;
    let exchange = ["InstdAmt", "TxAmt", "CntrValAmt", "AnncdPstngAmt"]
        .iter()
        .find_map(|name| details.at(&format!("{name}/CcyXchg")));
    if instructed.is_none() && counter.is_none() && exchange.is_none() {
        return Ok(None);
    }
    let rate = exchange
        .and_then(|node| node.child("XchgRate"))
        .map(|node| node.amount().map(|(rate, _)| rate))
        .transpose()?;
    let (instructed, instructed_currency) =
        instructed.map_or((None, None), |(amount, currency)| (Some(amount), currency));
    Ok(Some(Fx {
        instructed,
        instructed_currency,
        counter: counter.map(|(amount, _)| amount),
        rate,
        unit: exchange.and_then(|node| node.text_at("UnitCcy")),
        contract: exchange.and_then(|node| node.text_at("CtrctId")),
    }))
}

fn batch(node: &Node) -> Result<Option<Batch>, Refusal> {
    let Some(batch) = node.all("NtryDtls").find_map(|group| group.child("Btch")) else { return Ok(None) };
    Ok(Some(Batch {
        message: batch.text_at("MsgId"),
        payment: batch.text_at("PmtInfId"),
        count: batch.count_at("NbOfTxs")?,
        total: batch.child("TtlAmt").map(|total| total.amount().map(|(amount, _)| amount)).transpose()?,
    }))
}
