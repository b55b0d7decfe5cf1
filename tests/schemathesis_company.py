"""A company with something of most things in it, by the API alone, for schemathesis: BASE and TOKEN say where. Prints the names of
what is there, by the noun of its address, as JSON."""

import base64
import datetime
import json
import os
import sys
import urllib.error
import urllib.request
import uuid

BASE, TOKEN = os.environ["BASE"], os.environ["TOKEN"]
TODAY = datetime.date.today()
# what later steps or the requests themselves cannot do without
NEEDED = ["customers", "invoices", "receipts", "deliveries", "drafts", "allocations", "attachments", "imports", "jobs"]

refused = []


def day(before):
    return (TODAY - datetime.timedelta(days=before)).isoformat()


def ask(method, path, body=None, media="application/json", more=None):
    """The answer, or None where it was refused: the rest is made all the same."""
    headers = {"Authorization": f"Bearer {TOKEN}", **(more or {})}
    if method != "GET":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    if data is not None:
        headers["Content-Type"] = media
    request = urllib.request.Request(BASE + path, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        refused.append(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}")
        return None


def post(path, body, **rest):
    return ask("POST", path, body, **rest)


def make():
    for code in ["C2", "C3", "GONE"]:
        post("/v1/customers", {"code": code, "name": "名", "country": "CN", "currency": "CNY"})
    post("/v1/customers/C1/contacts", {"name": "王", "email": "wang@example.com"})
    post("/v1/users", {"login": "other", "name": "Other", "roles": ["auditor"]})
    ask("PUT", "/v1/fx-rates", {"source": "USD", "target": "CNY", "date": day(9), "rate": "7.1", "origin": "test"})
    line = {"description": "货", "quantity": "1", "unit_price": "100", "category": "13"}
    invoices = []
    for n in range(6):
        body = {"customer": "C1", "document_date": day(20 - n), "currency": "CNY", "price_mode": "exclusive", "lines": [line]}
        invoices.append(post("/v1/invoices", body) or {})
    money = {"amount": "5", "currency": "CNY"}
    for n in range(4):
        pays = [{"item": invoices[n]["item"], "amount": "1"}] if "item" in invoices[n] and n < 3 else []
        post("/v1/receipts", {"customer": "C1", "amount": money, "value_date": day(8 - n), "allocations": pays})
    for n in range(4):
        body = {"external_id": f"SH-{n}", "customer": "C1", "delivered_on": day(12 - n), "currency": "CNY", "lines": [line]}
        post("/v1/deliveries", body)
    for n in range(3):
        post("/v1/tax-invoices", {"number": f"9{n}", "kind": "ordinary", "customer": "C1", "issued_on": day(7), "currency": "CNY",
                                  "net": "10", "tax": "1.30", "gross": "11.30"})
    bill = {"kind": "bank", "medium": "electronic", "number": "B-1", "drawer": "甲", "acceptor": "工商银行", "amount": {"amount": "50", "currency": "CNY"},
            "issue_date": day(15), "maturity": (TODAY + datetime.timedelta(days=60)).isoformat(), "customer": "C1", "received_on": day(5)}
    post("/v1/bills", bill)
    for n in range(6):
        body = {"customer": "C1", "amount": money, "value_date": day(3)}
        draft = post("/v1/drafts", {"kind": "receipt", "body": body})
        if draft and n % 2:
            post(f"/v1/drafts/{draft['id']}/submit", {})
        if draft and n < 2:
            ask("POST", f"/v1/attachments?file_name=a{n}.pdf&draft={draft['id']}", b"%PDF-1.7\n", media="application/octet-stream")
    sheet = base64.b64encode("code,name\nA-1,货\nA-2,货\n".encode()).decode()
    post("/v1/imports", {"kind": "items", "file_name": "i.csv", "file": sheet, "mode": "all-or-nothing",
                         "mapping": {"columns": {"code": "code", "name": "name"}, "constants": {"category": "13"}}})
    post("/v1/opening-balances", {"external_id": "O-1", "customer": "C2", "amount": {"amount": "7", "currency": "CNY"},
                                  "document_date": day(60), "effective_date": day(25)})
    post("/v1/bank-accounts", {"number": "6222020200012345678", "scheme": "CN", "bank": "工商银行", "holder": "Acme", "currency": "CNY"})
    post("/v1/bank-accounts", {"number": "2088", "scheme": "CN", "bank": "示例", "holder": "Acme", "currency": "CNY", "kind": "clearing"})
    post("/v1/customers/C2/merge", {"into": "C3"})
    post("/v1/closes", {"period": day(32)[:7]})
    post("/v1/statement-runs", {"cut_off": day(1), "period_start": day(40)})
    post("/v1/reconciliations", {}, more={"Prefer": "respond-async"})
    post("/v1/verify", {}, more={"Prefer": "respond-async"})


def names(path, member="items", key="id"):
    found = ask("GET", path) or {}
    return [row[key] for row in found.get(member, []) if row.get(key) is not None]


def things():
    # tokens are left out: whoever revokes the one that asks ends the run
    lists = ["invoices", "receipts", "deliveries", "tax-invoices", "bills", "drafts", "items", "imports", "bank-moves", "bank-lines", "suspense",
             "proposals", "bindings", "statements", "jobs", "customer-merges", "bank-detail-changes"]
    found = {noun: names(f"/v1/{noun}?limit=200") for noun in lists}
    found["customers"] = names("/v1/customers?limit=200", key="code")
    found["customers-with-contacts"] = ["C1"]
    found["customers/contact"] = names("/v1/contacts")
    found["documents"] = found["invoices"] + found["receipts"]
    items = names("/v1/open-items?limit=200")
    found["allocations"] = [one for item in items for one in names(f"/v1/allocations?item={item}")]
    found["attachments"] = [one for draft in found["drafts"] for one in names(f"/v1/attachments?draft={draft}")]
    people = (ask("GET", "/v1/users?limit=200") or {}).get("items", [])
    found["users"] = [one["id"] for one in people if one["login"] == "other"]
    shown = [ask("GET", f"/v1/invoices/{one}") or {} for one in found["invoices"][:3]]
    found["invocations"] = [one["document"]["invocation"] for one in shown if one.get("document", {}).get("invocation")]
    found["plugins/digest"] = names("/v1/plugins?limit=200", key="digest")
    found["closes/period"], found["closes/item"] = names("/v1/closes", key="period"), ["tie-out", "vouchers-exported"]
    found["series/kind"] = names("/v1/series?limit=200", member="series", key="kind")
    found["series/code"] = names("/v1/series/gaps?limit=200", member="series", key="code")
    found["fx-rates/source"], found["fx-rates/target"], found["fx-rates/date"] = ["USD"], ["CNY"], [day(9)]
    found["lists/list"] = ["customers", "invoices", "open-items", "events"]
    found["problems/code"] = ["not-found", "state"]
    artefacts = [names(f"/v1/statements/{one}/artefacts", key="name") for one in found["statements"][:1]]
    found["statements/name"] = artefacts[0] if artefacts else []
    return found


make()
made = things()
for one in refused:
    print(f"not made: {one}", file=sys.stderr)
missing = [noun for noun in NEEDED if not made[noun]]
if missing:
    sys.exit(f"nothing of {', '.join(missing)} could be made")
json.dump(made, sys.stdout, ensure_ascii=False)
