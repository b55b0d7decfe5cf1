"""Bank lines as ISO 20022 camt.053.001.08: one file per account, a statement for each month, balances that carry on.

One entry stands on one line of the file, so that a change of the sample can be read."""

import datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from .parties import BANK, COMPANY_NAME

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
OPENING = {"CNY": Decimal("1250000.00"), "EUR": Decimal("86500.00")}
MONTHS = [(datetime.date(2026, 10, 1), datetime.date(2026, 10, 31)), (datetime.date(2026, 11, 1), datetime.date(2026, 11, 30))]
# class of line: domain, family, sub-family of the external bank transaction code list
CODES = {
    "return": ("PMNT", "RCDT", "RRTN"), "reversal": ("PMNT", "RCDT", "RIMB"), "fee": ("ACMT", "MDOP", "CHRG"),
    "interest": ("ACMT", "MCOP", "INTR"), "supplier": ("PMNT", "ICDT", "DMCT"), "batch": ("PMNT", "RCDT", "ATXN"),
}


def tag(name, *inside, **attributes):
    """An element; absent parts (None, "") are left out, strings that are not elements are escaped before."""
    body = "".join(part for part in inside if part)
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{extra}>{body}</{name}>" if body else ""


def text(name, value, **attributes):
    return tag(name, escape(str(value)), **attributes) if value not in (None, "") else ""


def amount(name, value, currency):
    return text(name, f"{value:.2f}", Ccy=currency)


def indicator(credit):
    return text("CdtDbtInd", "CRDT" if credit else "DBIT")


def bank_code(line):
    euro = line["currency"] == "EUR"
    domain, family, sub = CODES.get(line["class"], ("PMNT", "RCDT", "XBCT" if euro else "DMCT"))
    family = tag("Fmly", text("Cd", family), text("SubFmlyCd", sub))
    return tag("BkTxCd", tag("Domn", text("Cd", domain), family))


def account_id(account):
    """IBAN where it is one, else the bank's own number."""
    if account[:2].isalpha():
        return tag("Id", text("IBAN", account))
    return tag("Id", tag("Othr", text("Id", account)))


def party(name):
    return tag("Pty", text("Nm", name)) if name else ""


def structured(line):
    blocks = []
    for number, part in line["structured"]:
        code = "CREN" if part < 0 else "CINV"
        kind = tag("Tp", tag("CdOrPrtry", text("Cd", code)))
        paid = amount("CdtNoteAmt" if part < 0 else "RmtdAmt", abs(part), line["currency"])
        blocks.append(tag("Strd", tag("RfrdDocInf", kind, text("Nb", number)), tag("RfrdDocAmt", paid)))
    return "".join(blocks)


def related_parties(line):
    """The other side is the debtor of what comes in and the creditor of what we pay; a return keeps its parties."""
    debtor = line["credit"] or "returns" in line
    who, where = ("Dbtr", "DbtrAcct") if debtor else ("Cdtr", "CdtrAcct")
    account = tag(where, account_id(line["account"])) if line["account"] else ""
    last = tag("UltmtDbtr", party(line["ultimate"])) if "ultimate" in line else ""
    return tag("RltdPties", tag(who, party(line["name"])), account, last)


def charges(line):
    if "charge" not in line:
        return ""
    record = tag(
        "Rcrd", amount("Amt", line["charge"], line["currency"]), indicator(False), text("ChrgInclInd", "true"),
        text("Br", "SHAR"),
    )
    return tag("Chrgs", record)


def instructed(line):
    if "instructed" not in line:
        return ""
    return tag("AmtDtls", tag("InstdAmt", amount("Amt", line["instructed"], line["currency"])))


def details(line):
    """One transaction. A return repeats the end-to-end id of what it returns."""
    returned = ""
    if line["class"] == "return":
        reason, words = line["reason"]
        returned = tag("RtrInf", tag("Rsn", text("Cd", reason)), text("AddtlInf", words))
    remittance = tag("RmtInf", "".join(text("Ustrd", words) for words in line["texts"]), structured(line))
    references = tag("Refs", text("AcctSvcrRef", line["reference"]), text("EndToEndId", line["end_to_end"] or "NOTPROVIDED"))
    return tag(
        "TxDtls", references, amount("Amt", line["amount"], line["currency"]), indicator(line["credit"]), instructed(line),
        charges(line), related_parties(line), remittance, returned,
    )


def entry(lines):
    """One booking of one line, or of several that a batch joins."""
    first, total = lines[0], sum(line["amount"] for line in lines)
    currency = first["currency"]
    batch = ""
    if "batch" in first:
        batch = tag(
            "Btch", text("MsgId", first["batch"]), text("NbOfTxs", len(lines)), amount("TtlAmt", total, currency), indicator(True)
        )
    transactions = "".join(details(line) for line in lines) if first["class"] not in ("fee", "interest") else ""
    return tag(
        "Ntry", text("NtryRef", first["entry"]), amount("Amt", total, currency), indicator(first["credit"]),
        text("RvslInd", "true") if first.get("reversal") else "", tag("Sts", text("Cd", "BOOK")),
        tag("BookgDt", text("Dt", first["date"])), tag("ValDt", text("Dt", first["date"])), text("AcctSvcrRef", first["entry"]),
        bank_code(first), "" if transactions else instructed(first), tag("NtryDtls", batch, transactions),
        "" if transactions else text("AddtlNtryInf", " ".join(first["texts"])),
    )


def arrange(lines, currency):
    """The account's lines in booking order as entries (lists of lines), with the bank's references given."""
    mine = sorted((x for x in lines if x["currency"] == currency), key=lambda x: (x["date"], not x["credit"]))
    entries, batches = [], {}
    for line in mine:
        if line.get("batch") in batches:
            batches[line["batch"]].append(line)
            continue
        entries.append([line])
        if "batch" in line:
            batches[line["batch"]] = entries[-1]
    for n, group in enumerate(entries):
        for k, line in enumerate(group):
            line["entry"] = f"{currency}{line['date']:%Y%m%d}{n + 1:05d}"
            line["detail"] = k + 1
            line["reference"] = line["entry"] + (f"-{k + 1}" if len(group) > 1 else "")
    return entries


def balance(code, value, date, currency):
    kind = tag("Tp", tag("CdOrPrtry", text("Cd", code)))
    return tag("Bal", kind, amount("Amt", abs(value), currency), indicator(value >= 0), tag("Dt", text("Dt", date)))


def summary(entries):
    """TxsSummry: all, then credits and debits apart."""
    def count_and_sum(name, chosen, net=""):
        total = sum(line["amount"] for group in chosen for line in group)
        return tag(name, text("NbOfNtries", len(chosen)), text("Sum", f"{total:.2f}"), net)

    credits = [group for group in entries if group[0]["credit"]]
    debits = [group for group in entries if not group[0]["credit"]]
    value = signed(entries)
    net = tag("TtlNetNtry", text("Amt", f"{abs(value):.2f}"), indicator(value >= 0))
    return tag(
        "TxsSummry", count_and_sum("TtlNtries", entries, net), count_and_sum("TtlCdtNtries", credits),
        count_and_sum("TtlDbtNtries", debits),
    )


def signed(entries):
    return sum((line["amount"] if line["credit"] else -line["amount"] for group in entries for line in group), Decimal(0))


def statement(sequence, account, start, end, opening, entries):
    currency = account["currency"]
    closing = opening + signed(entries)
    owner = tag("Ownr", text("Nm", COMPANY_NAME))
    servicer = tag("Svcr", tag("FinInstnId", text("BICFI", account["bic"]), text("Nm", BANK)))
    head = [
        "<Stmt>", text("Id", f"{currency}-2026-{sequence:03d}"), text("ElctrncSeqNb", sequence), text("LglSeqNb", sequence),
        text("CreDtTm", f"{end}T23:30:00+08:00"),
        tag("FrToDt", text("FrDtTm", f"{start}T00:00:00+08:00"), text("ToDtTm", f"{end}T23:59:59+08:00")),
        tag("Acct", account_id(account["number"]), text("Ccy", currency), owner, servicer),
        balance("OPBD", opening, start, currency), balance("CLBD", closing, end, currency), summary(entries),
    ]
    return head + [entry(group) for group in entries] + ["</Stmt>"], closing


def document(lines, account):
    """The whole file as text."""
    currency = account["currency"]
    entries = arrange(lines, currency)
    created = "2026-11-30T23:45:00+08:00"
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>', f'<Document xmlns="{NAMESPACE}">', "<BkToCstmrStmt>",
        tag("GrpHdr", text("MsgId", f"SMPL-{currency}-20261130"), text("CreDtTm", created)),
    ]
    opening = OPENING[currency]
    for n, (start, end) in enumerate(MONTHS):
        month = [group for group in entries if start <= group[0]["date"] <= end]
        part, opening = statement(n + 10, account, start, end, opening, month)
        rows += part
    return "\n".join(rows + ["</BkToCstmrStmt>", "</Document>"]) + "\n"
