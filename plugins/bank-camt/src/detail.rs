//! `TxDtls`: a transaction below an entry.

use crate::entry::{Of, charges};
use crate::statement::{account_id, attr, institution, negated};
use crate::tree::{Node, Refusal, Told};
use zhangben_sdk::bank::{Agent, Detail, Party, ReturnInfo, StructuredReference};
use zhangben_sdk::{Decimal, Money, decimal};

/// What senders write where they have no reference.
const NOT_PROVIDED: [&str; 3] = ["NOTPROVIDED", "NONREF", "NOT PROVIDED"];

/// Reads one transaction. What it does not state itself is the entry's.
pub fn detail(node: &Node, of: &Of<'_>, told: &mut Told<'_>) -> Result<Detail, Refusal> {
    // version 02 has the amount below AmtDtls only
    let amount = match node.child("Amt").or_else(|| node.at("AmtDtls/TxAmt/Amt")) {
        Some(place) => place.told_amount(Some(of.currency), told)?,
        None => None,
    };
    let (amount, currency) = amount.map_or((None, None), |money| (Some(money.amount), Some(money.currency)));
    let reference = |name: &str| {
        node.text_at(&format!("Refs/{name}"))
            .filter(|text| !NOT_PROVIDED.contains(&text.to_ascii_uppercase().as_str()))
    };
    let parties = node.child("RltdPties");
    let agents = node.child("RltdAgts");
    let party_of = |who: &str, account: &str, agent: &str| party(parties, agents, who, account, agent);
    let creditor_party = party_of("Cdtr", "CdtrAcct", "CdtrAgt");
    let mut ext = Vec::new();
    let others =
        [("message", "MsgId"), ("payment", "PmtInfId"), ("instruction", "InstrId"), ("uetr", "UETR")];
    ext.extend(others.iter().filter_map(|(name, place)| reference(place).map(|text| attr(name, text))));
    ext.extend(node.text_at("AddtlTxInf").map(|text| attr("additional", text)));
    let withheld = match node.at("Tax/TtlTaxAmt") {
        Some(tax) => tax.told_amount(Some(of.currency), told)?,
        None => None,
    };
    Ok(Detail {
        parent: of.parent,
        amount,
        currency,
        credit: node.is_credit()?.unwrap_or(of.credit),
        returned: returned(node, &reference),
        end_to_end: reference("EndToEndId"),
        transaction: reference("TxId"),
        servicer_reference: reference("AcctSvcrRef"),
        mandate: reference("MndtId"),
        creditor: creditor_party.as_ref().and_then(|party| party.id.clone()),
        cheque: reference("ChqNb"),
        debtor: party_of("Dbtr", "DbtrAcct", "DbtrAgt"),
        ultimate_debtor: party_of("UltmtDbtr", "", ""),
        creditor_party,
        ultimate_creditor: party_of("UltmtCdtr", "", ""),
        structured: structured(node, of.currency, told)?,
        unstructured: unstructured(node),
        purpose: node.child("Purp").and_then(Node::code),
        tax_withheld: withheld,
        charges: charges(node, of.currency, told)?,
        gateway: None,
        ext,
    })
}

/// A party with its account and bank. From version 08 on it stands below `Pty` (or is a bank, below `Agt`).
fn party(
    parties: Option<&Node>,
    agents: Option<&Node>,
    who: &str,
    account: &str,
    agent: &str,
) -> Option<Party> {
    let node = parties.and_then(|parties| parties.child(who));
    let named = node.map(|node| node.child("Pty").unwrap_or(node));
    let bank = node.and_then(|node| node.child("Agt")).map(institution);
    let name = named
        .and_then(|node| node.text_at("Nm"))
        .or_else(|| bank.clone().and_then(|(bic, name)| name.or(bic)));
    let id = named.and_then(|node| {
        node.first_text(&[
            "Id/OrgId/Othr/Id",
            "Id/PrvtId/Othr/Id",
            "Id/OrgId/AnyBIC",
            "Id/OrgId/BICOrBEI",
            "Id/OrgId/LEI",
            "Id/OrgId/PrtryId/Id",
        ])
    });
    let account =
        parties.and_then(|parties| parties.child(account)).and_then(account_id).map(|(number, _)| number);
    let agent = agents.and_then(|agents| agents.child(agent)).map(institution);
    let agent = agent.filter(|(bic, name)| bic.is_some() || name.is_some()).map(|(bic, name)| Agent {
        bic,
        name,
        ext: Vec::new(),
    });
    let any = name.is_some() || id.is_some() || account.is_some() || agent.is_some();
    any.then_some(Party { name, account, id, agent, ext: Vec::new() })
}

/// Why a payment comes back. The references of a return are those of the payment that it returns.
fn returned(node: &Node, reference: &dyn Fn(&str) -> Option<String>) -> Option<ReturnInfo> {
    let info = node.child("RtrInf")?;
    let reason =
        info.child("Rsn").and_then(Node::code).or_else(|| info.first_text(&["RtrRsn/Cd", "RtrRsn/Prtry"]));
    let more: Vec<String> = info.all("AddtlInf").filter_map(Node::own_text).collect();
    Some(ReturnInfo {
        reason: reason.unwrap_or_else(|| "unspecified".to_owned()),
        info: (!more.is_empty()).then(|| more.join(" ")),
        original_message: reference("MsgId"),
        original_instruction: reference("InstrId"),
        original_end_to_end: reference("EndToEndId"),
        original_transaction: reference("TxId"),
        original_amount: None,
        ext: Vec::new(),
    })
}

fn unstructured(node: &Node) -> Vec<String> {
    let info = || node.all("RmtInf");
    let plain = info().flat_map(|info| info.all("Ustrd"));
    let beside =
        info().flat_map(|info| info.all("Strd")).flat_map(|structured| structured.all("AddtlRmtInf"));
    plain.chain(beside).filter_map(Node::own_text).collect()
}

/// Creditor references (RF, QRR, SCOR) and the documents that are paid. Amount and discount of a group stand at its first
/// reference only: they are stated once for all of it.
fn structured(node: &Node, currency: &str, told: &mut Told<'_>) -> Result<Vec<StructuredReference>, Refusal> {
    let mut found = Vec::new();
    for group in node.all("RmtInf").flat_map(|info| info.all("Strd")) {
        let first = found.len();
        for document in group.all("RfrdDocInf") {
            let Some(number) = document.first_text(&["Nb", "RfrdDocNb"]) else { continue };
            let kind = document.child("Tp").and_then(Node::code);
            found.push(reference("document".to_owned(), number, kind));
        }
        let creditor = group.child("CdtrRefInf");
        if let Some(number) = creditor.and_then(|info| info.first_text(&["Ref", "CdtrRef"])) {
            let code = creditor.and_then(|info| info.child("Tp")).and_then(Node::code);
            let scheme = if is_rf(&number) {
                "RF".to_owned()
            } else {
                code.clone().unwrap_or_else(|| "other".to_owned())
            };
            found.push(reference(scheme, number, code));
        }
        let amount = paid(group, currency, told)?;
        let discount = discount(group, currency, told)?;
        if let Some(one) = found.get_mut(first) {
            (one.amount, one.discount) = (amount, discount);
        }
    }
    Ok(found)
}

fn reference(scheme: String, reference: String, kind: Option<String>) -> StructuredReference {
    StructuredReference { scheme, reference, amount: None, discount: None, kind, ext: Vec::new() }
}

/// What is paid of the group's documents; a credit note's amount is taken off, so it is negative.
fn paid(group: &Node, currency: &str, told: &mut Told<'_>) -> Result<Option<Money>, Refusal> {
    for name in ["RmtdAmt", "DuePyblAmt", "CdtNoteAmt"] {
        let Some(place) = group.at(&format!("RfrdDocAmt/{name}")) else { continue };
        let found = place.told_amount(Some(currency), told)?;
        return Ok(match found {
            Some(Money { amount, currency }) if name == "CdtNoteAmt" => {
                Some(Money { amount: negated(amount), currency })
            }
            other => other,
        });
    }
    Ok(None)
}

/// Discounts applied, summed: an amount each up to version 02, several with a type each later.
fn discount(group: &Node, currency: &str, told: &mut Told<'_>) -> Result<Option<Money>, Refusal> {
    let mut sum: Option<Money> = None;
    for place in group.all("RfrdDocAmt").flat_map(|amounts| amounts.all("DscntApldAmt")) {
        let place = place.child("Amt").unwrap_or(place);
        let Some(one) = place.told_amount(Some(currency), told)? else { continue };
        sum = match sum {
            None => Some(one),
            Some(before) if before.currency == one.currency => {
                let add =
                    |a: &str, b: &str| decimal::parse(a, "").ok()?.checked_add(decimal::parse(b, "").ok()?);
                let total: Option<Decimal> = add(&before.amount, &one.amount);
                total.map(|total| Money { amount: total.to_string(), currency: before.currency })
            }
            before => before,
        };
    }
    Ok(sum)
}

/// ISO 11649: `RF`, two check digits, up to 21 characters; the number that the rearranged text spells is 1 modulo 97.
fn is_rf(reference: &str) -> bool {
    let compact: String =
        reference.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    if !compact.starts_with("RF") || !(5..=25).contains(&compact.len()) || !compact.is_ascii() {
        return false;
    }
    let (head, tail) = compact.split_at(4);
    let mut remainder = 0u32;
    for character in tail.chars().chain(head.chars()) {
        let Some(value) = character.to_digit(36) else { return false };
        let shift = if value < 10 { 10 } else { 100 };
        remainder = (remainder * shift + value) % 97;
    }
    remainder == 1
}
