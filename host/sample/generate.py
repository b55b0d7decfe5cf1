#!/usr/bin/env python3
"""Writes the bundled sample beside this file, or with --check says whether the committed files are what it writes.

Standard library only. The same seed gives the same bytes. Before anything is written or compared, the figures are
checked: every receipt's arithmetic, no invoice paid beyond its amount, balances of the bank, all kinds of payment present.
"""

import collections
import json
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from generator import camt, documents, lines, parties, payments  # noqa: E402
from generator.catalog import CATEGORIES  # noqa: E402
from generator.numbers import Chance  # noqa: E402

HERE = Path(__file__).resolve().parent
SEED = 20261130
BATCHES = {"CNY": [3, 4], "EUR": [3, 2]}
BINDINGS = [("tax", "tax-cn-vat"), ("bank", "bank-camt"), ("reconciliation", "reconciliation-reference"), ("statement", "statement-classic")]


def need(holds, what):
    if not holds:
        raise SystemExit(f"the sample contradicts itself: {what}")


def cents(value):
    """Half-up to whole cents, on exact fractions: the second way of reckoning, which shares nothing with the first."""
    doubled = abs(value) * 200 + 1
    whole = doubled.numerator // doubled.denominator // 2
    return whole if value >= 0 else -whole


def gross_cents(body, rates):
    """The gross of a document in cents, tax half-up on each line and each document allowance."""
    def taxed(value, category):
        added = Fraction(0) if body["price_mode"] == "inclusive" else Fraction(value, 100) * Fraction(rates[category])
        return value + cents(added)

    total = 0
    for line in body["lines"]:
        full = cents(Fraction(line["quantity"]) * Fraction(line["unit_price"]))
        value = full
        for part in line.get("allowances", []):
            cut = cents(Fraction(part["amount"])) if "amount" in part else cents(Fraction(full, 100) * Fraction(part["fraction"]))
            value += cut if part.get("charge") else -cut
        total += taxed(value, line["category"])
    for part in body.get("allowances", []):
        value = taxed(cents(Fraction(part["amount"])), part["category"])
        total += value if part.get("charge") else -value
    return total


def check_documents(figures, bodies):
    need(len(figures) == 400 and len(bodies) == 400, "400 documents")
    rates = {code: str(rate) for code, rate in CATEGORIES.values()}
    for body, (number, d) in zip(bodies, figures.items()):
        need(gross_cents(body, rates) == Decimal(d["gross"]) * 100, f"{number}: two ways of reckoning the gross agree")
    notes = [d for d in figures.values() if d["kind"] == "credit-note"]
    need(len(notes) == documents.CREDIT_NOTES, "the credit notes")
    used = {line["category"] for body in bodies for line in body["lines"]}
    need(used == {code for code, _ in CATEGORIES.values()}, "every tax treatment appears")
    for number, d in figures.items():
        need(Decimal(d["gross"]) > 0 and Decimal(d["net"]) + Decimal(d["tax"]) == Decimal(d["gross"]), f"{number} adds up")
        for category, part in d["by_category"].items():
            # half-up per line: the tax of a category is within half a cent a line of rate × net
            slack = Decimal("0.005") * (12 + 1)
            off = abs(Decimal(part["net"]) * documents.RATE_OF[category] - Decimal(part["tax"]))
            need(off <= slack, f"{number}: tax of category {category} is off by {off}")
    for note in notes:
        original = figures[note["original"]]
        need(Decimal(note["gross"]) <= Decimal(original["gross"]), f"credit note on {note['original']} within it")
        need(note["document_date"] > original["document_date"], f"credit note on {note['original']} after it")


def check_lines(all_lines, figures):
    """Σ what each document is paid stays within it; every receipt satisfies its equation."""
    returned = [id(line["returns"]) for line in all_lines if "returns" in line]
    paid = collections.Counter()
    for line in all_lines:
        need(line["amount"] > 0, f"{line['entry']} has an amount")
        if line["customer"] and line["credit"]:
            left = line["amount"] + sum(amount for _, amount in line["differences"])
            right = sum(amount for _, amount in line["pays"]) + line["on_account"]
            need(left == right, f"{line['entry']}: {left} received, {right} explained")
        if id(line) not in returned:
            for number, amount in line["pays"]:
                paid[number] += amount
                need(figures[number]["customer"] == line["customer"], f"{line['entry']} pays its own customer's {number}")
                need(figures[number]["document_date"] <= line["date"].isoformat(), f"{number} is paid after it is issued")
    for number, amount in paid.items():
        limit = Decimal(figures[number]["gross"])
        low, high = (Decimal(0), limit) if figures[number]["kind"] == "invoice" else (-limit, Decimal(0))
        need(low <= amount <= high, f"{number}: {amount} paid of {limit}")
    seen = {line["class"] for line in all_lines}
    wanted = {shape for deck in payments.DECK.values() for shape in deck} - {"reversed"}
    wanted |= {"invoice-number", "bundled", "net-of-credit-note", "batch", "part-rest", "return", "reversal", "stranger", "fee", "interest", "supplier", "on-account"}
    need(wanted <= seen, f"classes without a bank line: {sorted(wanted - seen)}")
    for number, note in figures.items():
        before = [x["entry"] for x in all_lines if any(of == note.get("original") for of, _ in x["pays"]) and x["date"].isoformat() <= note["document_date"]]
        need(not before, f"{number} clears its original, of which nothing was paid before: {before}")
    return paid


def check_tolerances(company, all_lines):
    """What no bank shows is within the tolerances that company.json sets: else no proposal could write it off."""
    limits = {(row["currency"], row["role"]): Decimal(row["amount"]) for row in company["tolerances"]}
    for line in all_lines:
        if line["class"] in ("tail", "charge-not-shown"):
            for kind, amount in line["differences"]:
                need(abs(amount) <= limits[(line["currency"], kind)], f"{line['entry']}: a {kind} of {amount} is tolerated")


def netted(pays, figures):
    """What is paid of each invoice, less the credit notes that cleared it when they were posted."""
    parts = collections.Counter()
    for number, amount in pays:
        parts[figures[number].get("original", number)] += amount
    return parts.items()


def truth(all_lines, figures, paid):
    ordered = sorted(all_lines, key=lambda x: (x["currency"], x["entry"][11:], x["detail"]))
    rows = []
    for line in ordered:
        row = {
            "file": f"bank-{line['currency'].lower()}.xml", "entry": line["entry"], "detail": line["detail"], "class": line["class"],
            "booking_date": line["date"].isoformat(), "credit": line["credit"], "amount": f"{line['amount']:.2f}",
            "currency": line["currency"], "customer": line["customer"],
            "pays": [{"document": number, "amount": f"{amount:.2f}"} for number, amount in netted(line["pays"], figures)],
            "differences": [{"kind": kind, "amount": f"{amount:.2f}"} for kind, amount in line["differences"]],
            "on_account": f"{line['on_account']:.2f}",
        }
        if "returns" in line:
            row["returns"] = {"entry": line["returns"]["entry"], "detail": line["returns"]["detail"]}
        rows.append(row)
    left = collections.Counter()
    for number, document in figures.items():
        # a credit note clears its original, of which nothing is paid then
        sign, of = (1, number) if document["kind"] == "invoice" else (-1, document["original"])
        left[of] += sign * Decimal(document["gross"]) - paid[number]
    left = {number: f"{remaining:.2f}" for number, remaining in left.items() if remaining}
    return {"format": "zhangben-sample-truth.v1", "documents": figures, "bank_lines": rows, "open_documents_after": left}


def pretty(value):
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def truth_text(value):
    """One document, one bank line a line."""
    compact = lambda v: json.dumps(v, ensure_ascii=False, separators=(",", ":"))
    shown = [f'"format":{compact(value["format"])}']
    for key in ("documents", "open_documents_after"):
        shown.append(f'"{key}":{{\n' + ",\n".join(f"{compact(k)}:{compact(v)}" for k, v in value[key].items()) + "\n}")
    shown.insert(2, '"bank_lines":[\n' + ",\n".join(compact(row) for row in value["bank_lines"]) + "\n]")
    return "{" + ",\n".join(shown) + "}\n"


def ndjson(rows):
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def build():
    """{file name: text} of the whole sample, checked."""
    chance = Chance(SEED)
    company, accounts, customers = parties.company(chance), parties.bank_accounts(chance), parties.customers(chance)
    bodies = documents.plan(chance, customers)
    numbers = documents.number(bodies)
    figures = documents.figures(bodies, numbers, customers)
    check_documents(figures, bodies)
    bank = lines.Bank(chance, figures, customers)
    lines.write(bank, payments.deal(chance, payments.events(chance, figures, customers), figures, customers))
    lines.join_batches(bank, BATCHES)
    lines.others(bank)
    files = {f"bank-{a['currency'].lower()}.xml": camt.document(bank.lines, a) for a in accounts}
    paid = check_lines(bank.lines, figures)
    check_tolerances(company, bank.lines)
    bindings = [{"slot": slot, "name": name, "config": {}, "valid_from": "2026-01-01"} for slot, name in BINDINGS]
    files.update({
        "company.json": pretty(company),
        "bindings.json": pretty(bindings),
        "rates.ndjson": ndjson(parties.rates()),
        "bank_accounts.ndjson": ndjson(accounts),
        "customers.ndjson": ndjson(customers),
        "invoices.ndjson": ndjson(bodies),
        "truth.json": truth_text(truth(bank.lines, figures, paid)),
    })
    return files, bank.lines


def main(arguments):
    if arguments not in ([], ["--check"]):
        raise SystemExit(__doc__)
    files, all_lines = build()
    stale = [name for name, text in sorted(files.items()) if not (HERE / name).is_file() or (HERE / name).read_bytes() != text.encode()]
    if arguments:
        if stale:
            raise SystemExit(f"not what the generator writes: {', '.join(stale)}; run python3 host/sample/generate.py")
        print(f"{len(files)} files are what the generator writes")
    else:
        for name in stale:
            (HERE / name).write_bytes(files[name].encode())
        print(f"{len(files)} files, {len(stale)} changed")
    for (currency, kind), count in sorted(collections.Counter((x["currency"], x["class"]) for x in all_lines).items()):
        print(f"  {currency} {kind:20} {count:4}")


if __name__ == "__main__":
    main(sys.argv[1:])
