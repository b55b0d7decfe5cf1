//! `TxDtls`: a transaction below an entry.

use crate::entry::charges;
use crate::statement::{account_id, attr, institution};
use crate::tree::{Node, Refusal};
use zhangben_sdk::bank::{Agent, Detail, Party, ReturnInfo, StructuredReference};

/// What senders write where they have no reference.
const NOT_PROVIDED: [&str; 3] = ["NOTPROVIDED", "NONREF", "NOT PROVIDED"];

/// Reads one transaction. `entry_is_credit` holds where it says no direction of its own.
pub fn detail(node: &Node, parent: u32, entry_is_credit: bool) -> Result<Detail, Refusal> {
    // version 02 has the amount below AmtDtls only
    let amount = node.child("Amt").or_else(|| node.at("AmtDtls/TxAmt/Amt")).map(Node::amount).transpose()?;
    let (amount, currency) = amount.map_or((None, None), |(amount, currency)| (Some(amount), currency));
    let reference = |name: &str| {
        node.text_at(&format!("Refs/{name}"))
            .filter(|text| !NOT_PROVIDED.contains(&text.to_ascii_uppercase().as_str()))
    };
    let parties = node.child("RltdPties");
    let agents = node.child("RltdAgts");
    let party_of = |who: &str, account: &str, agent: &str| party(parties, agents, who, account, agent);
    let creditor_party = party_of("Cdtr", "CdtrAcct", "CdtrAgt");
    let end_to_end = reference("EndToEndId");
    let transaction = reference("TxId");
    let mut ext = Vec::new();
    let others = [
        ("message", "MsgId"),
        ("payment", "PmtInfId"),
        ("instruction", "InstrId"),
        ("uetr", "UETR"),
        ("servicer-reference", "AcctSvcrRef"),
    ];
    ext.extend(others.iter().filter_map(|(name, place)| reference(place).map(|text| attr(name, text))));
    ext.extend(node.text_at("AddtlTxInf").map(|text| attr("additional", text)));
    let ultimate_creditor = party_of("UltmtCdtr", "", "").and_then(|party| party.name);
    ext.extend(ultimate_creditor.map(|name| attr("ultimate-creditor", name)));
    Ok(Detail {
        parent,
        amount,
        currency,
        credit: node.is_credit()?.unwrap_or(entry_is_credit),
        returned: returned(node, end_to_end.as_ref(), transaction.as_ref()),
        end_to_end,
        transaction,
        mandate: reference("MndtId"),
        creditor: creditor_party.as_ref().and_then(|party| party.id.clone()),
        cheque: reference("ChqNb"),
        debtor: party_of("Dbtr", "DbtrAcct", "DbtrAgt"),
        ultimate_debtor: party_of("UltmtDbtr", "", ""),
        creditor_party,
        structured: structured(node)?,
        unstructured: unstructured(node),
        purpose: node.child("Purp").and_then(Node::code),
        tax_withheld: node
            .at("Tax/TtlTaxAmt")
            .map(|tax| tax.amount().map(|(amount, _)| amount))
            .transpose()?,
        charges: charges(node)?,
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
    let agent =
        agent.filter(|(bic, name)| bic.is_some() || name.is_some()).map(|(bic, name)| Agent { bic, name });
    let any = name.is_some() || id.is_some() || account.is_some() || agent.is_some();
    any.then_some(Party { name, account, id, agent })
}

fn returned(node: &Node, end_to_end: Option<&String>, transaction: Option<&String>) -> Option<ReturnInfo> {
    let info = node.child("RtrInf")?;
    let reason =
        info.child("Rsn").and_then(Node::code).or_else(|| info.first_text(&["RtrRsn/Cd", "RtrRsn/Prtry"]));
    let more: Vec<String> = info.all("AddtlInf").filter_map(Node::own_text).collect();
    Some(ReturnInfo {
        reason: reason.unwrap_or_else(|| "unspecified".to_owned()),
        info: (!more.is_empty()).then(|| more.join(" ")),
        // the references of a return are those of the payment that comes back
        original_end_to_end: end_to_end.cloned(),
        original_transaction: transaction.cloned(),
        original_amount: None,
    })
}

fn unstructured(node: &Node) -> Vec<String> {
    let info = || node.all("RmtInf");
    let plain = info().flat_map(|info| info.all("Ustrd"));
    let beside =
        info().flat_map(|info| info.all("Strd")).flat_map(|structured| structured.all("AddtlRmtInf"));
    plain.chain(beside).filter_map(Node::own_text).collect()
}

/// Creditor references (RF, QRR, SCOR) and the documents that are paid.
fn structured(node: &Node) -> Result<Vec<StructuredReference>, Refusal> {
    let mut found = Vec::new();
    for group in node.all("RmtInf").flat_map(|info| info.all("Strd")) {
        let amount = ["RmtdAmt", "DuePyblAmt", "CdtNoteAmt"]
            .iter()
            .find_map(|name| group.at(&format!("RfrdDocAmt/{name}")))
            .map(|node| node.amount().map(|(amount, _)| amount))
            .transpose()?;
        for document in group.all("RfrdDocInf") {
            let Some(reference) = document.first_text(&["Nb", "RfrdDocNb"]) else { continue };
            let kind = document.child("Tp").and_then(Node::code);
            found.push(StructuredReference {
                scheme: "document".to_owned(),
                reference,
                amount: amount.clone(),
                kind,
            });
        }
        let creditor = group.child("CdtrRefInf");
        if let Some(reference) = creditor.and_then(|info| info.first_text(&["Ref", "CdtrRef"])) {
            let code = creditor.and_then(|info| info.child("Tp")).and_then(Node::code);
            let scheme = if is_rf(&reference) {
                "RF".to_owned()
            } else {
                code.clone().unwrap_or_else(|| "other".to_owned())
            };
            found.push(StructuredReference { scheme, reference, amount: amount.clone(), kind: code });
        }
    }
    Ok(found)
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
